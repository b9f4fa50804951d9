// The record of one session: what each frame of the server means for it, and what the client may send.
#include "session.h"

#include <algorithm>

#include "../../support/trace.h"

namespace rws::sim {
namespace {

constexpr std::uint16_t kTaken = 4409;
constexpr std::uint64_t kMostTakeovers = 2;
constexpr std::uint64_t kAckEvery = 32;

bool isOver(const SessionChecker::Number& number, Instant now) {
  return number.isVolatile || number.isSkipped || (number.expiresAt && *number.expiresAt <= now);
}

}  // namespace

// --- what the host does

void SessionChecker::taken(bool isOfHandshake) {
  findings_.check(isActive(), "Q8", "a message is taken before the welcome");
  ++taken_;
  if (!isOfHandshake) {
    waiting_.push_back(session_);
  } else if (waiting_.empty() || waiting_.back() != session_) {
    handled_ = taken_;
  }
}

// Those of a session before do not count.
void SessionChecker::handled() {
  if (waiting_.empty()) return;
  const bool isOwn = waiting_.front() == session_;
  waiting_.pop_front();
  if (isOwn && waiting_.empty()) handled_ = taken_;
}

// --- the event

void SessionChecker::begin(const Step& step) {
  hasEnded_ = isResent_ = isHandshakeDue_ = isTaken_ = isUnsupportedNow_ = isPongDue_ = false;
  wasGreeting_ = isGreeting();
  wasActive_ = isActive();
  acknowledgedNow_ = 0;
  violation_ = 0;
  resumed_.reset();
  lost_.reset();
  if (step.before == Phase::Destroyed) return;
  if (step.isOneOf<event::SetSession>()) {
    isUnsupported_ = false;
  } else if (step.isOneOf<event::SocketOpened>()) {
    opened(step);
  } else if (const auto* const frame = step.eventAs<event::SessionFrameReceived>()) {
    received(step, *frame);
  } else if (const auto* const message = step.eventAs<event::FrameReceived>()) {
    const bool isOwn = step.isOfCurrent(message->attempt) && message->attempt == attempt_;
    if (isOwn && (isGreeting() || isActive()) && !message->isTaken) unexpected();
  } else if (const auto* const closed = step.eventAs<event::SocketClosed>()) {
    const bool isOwn = step.isOfCurrent(closed->attempt) && closed->attempt == attempt_;
    const bool isTakeover = isOwn && closed->info.code == kTaken;
    if (isTakeover && isGreeting() && !id_.empty()) lose(step);
    const bool wasActive = isOwn && isActive();
    if (wasActive) takeovers_ = isTakeover ? takeovers_ + 1 : 0;
    isTaken_ = wasActive && takeovers_ >= kMostTakeovers;
  }
  checkLeft(step);
  const bool isStarted = step.find<effect::ResolveAddress>() != nullptr;
  if (step.isOneOf<event::Connect, event::Reconnect>() && isStarted) takeovers_ = 0;
}

void SessionChecker::opened(const Step& step) {
  const auto* const opened = step.eventAs<event::SocketOpened>();
  const bool isOpening = step.before == Phase::Connecting || step.before == Phase::Retrying;
  const bool isFirst = step.isOfCurrent(opened->attempt) && isOpening && attempt_ != opened->attempt;
  if (!isFirst) return;
  attempt_ = opened->attempt;
  const bool isWanted = step.options->session.isOn && !isUnsupported_;
  const auto* const hello = step.find<effect::SendHello>();
  findings_.check((hello != nullptr) == isWanted, "Q8", "a hello is sent without a session, or is missing");
  if (isWanted) {
    state_ = State::Greeting;
    ownWindow_ = step.options->session.window;
    if (hello != nullptr) checkHello(*hello);
  } else {
    state_ = State::Off;
    if (!id_.empty()) lose(step);
  }
}

void SessionChecker::received(const Step& step, const event::SessionFrameReceived& event) {
  const SessionFrame& frame = event.frame;
  if (state_ == State::Ending && event.attempt == attempt_) {
    const bool isCount = frame.kind == SessionFrameKind::Ack || frame.kind == SessionFrameKind::Pong;
    if (frame.isValid && isCount) (void)acknowledge(frame.received);
    return;
  }
  const bool isOwn = step.isOfCurrent(event.attempt) && event.attempt == attempt_;
  if (!isOwn || (!isGreeting() && !isActive())) return;
  if (isGreeting() && frame.kind != SessionFrameKind::Welcome) {
    unexpected();
  } else if (!frame.isValid) {
    violated(4400);
  } else if (isGreeting()) {
    checkSecret(test::toText(*step.event));
    welcomed(step, frame);
  } else {
    handle(step, frame);
  }
}

void SessionChecker::unexpected() {
  if (isServerKnown_) return violated(4400);
  state_ = State::Off;
  isUnsupported_ = isUnsupportedNow_ = isHandshakeDue_ = true;
}

void SessionChecker::welcomed(const Step& step, const SessionFrame& welcome) {
  if (welcome.version != 1) return violated(4406);
  const bool isKnown = welcome.isResumed && welcome.id == id_ && !id_.empty();
  const bool isPossible = welcome.received >= acked_ && welcome.received <= newest();
  if (welcome.isResumed ? !isKnown || !isPossible : welcome.received != 0) {
    if (!id_.empty()) lose(step);
    return violated(4400);
  }
  if (!welcome.isResumed && !id_.empty()) lose(step);
  state_ = State::Active;
  isServerKnown_ = true;
  id_ = welcome.id;
  window_ = welcome.window;
  maxMessage_ = welcome.maxMessage;
  if (!welcome.isResumed) {
    isNew_ = isHandshakeDue_ = true;
    return;
  }
  ++resumptions_;
  (void)acknowledge(welcome.received);
  next_ = welcome.received + 1;
  reported_ = handled_;
  numberedBefore_ = newest();
  resumed_ = static_cast<std::uint64_t>(std::count_if(
      numbers_.begin(), numbers_.end(), [](const Number& n) { return !n.isSkipped && !n.isVolatile; }));
  resent_ += *resumed_;
}

void SessionChecker::handle(const Step& step, const SessionFrame& frame) {
  const bool hasReceived = frame.kind == SessionFrameKind::Ack || frame.kind == SessionFrameKind::Ping ||
                           frame.kind == SessionFrameKind::Pong;
  if (hasReceived && !acknowledge(frame.received)) return violated(4400);
  switch (frame.kind) {
    case SessionFrameKind::Welcome:
      return violated(4400);
    case SessionFrameKind::Ping:
      isPongDue_ = true;
      pongId_ = frame.id;
      return;
    case SessionFrameKind::Skip:
      taken_ += frame.count;
      if (waiting_.empty() || waiting_.back() != session_) handled_ = handledBefore_ = taken_;
      return;
    case SessionFrameKind::Bye:
      lose(step);
      violation_ = 1000;
      return;
    case SessionFrameKind::Ack:
    case SessionFrameKind::Pong:
    case SessionFrameKind::Ignored:
    case SessionFrameKind::Unknown:
      return;
  }
}

bool SessionChecker::acknowledge(std::uint64_t received) {
  if (received < acked_ || received > newest()) return false;
  while (acked_ < received) {
    const Number& first = numbers_.front();
    acknowledgedNow_ = std::max(acknowledgedNow_, first.id);
    if (!first.isSkipped && !first.isVolatile) ++acknowledged_;
    numbers_.pop_front();
    ++acked_;
  }
  next_ = std::max(next_, received + 1);
  return true;
}

void SessionChecker::lose(const Step& step) {
  lost_ = countOpen();
  ++losses_;
  isResent_ = step.options->session.resends;
  end();
}

void SessionChecker::end() {
  hasEnded_ = true;
  numbers_.clear();
  id_.clear();
  isNew_ = false;
  maxMessage_ = UINT64_MAX;
  takeovers_ = 0;
  acked_ = taken_ = handled_ = handledBefore_ = reported_ = 0;
  next_ = 1;
  numberedBefore_ = 0;
  ackAt_.reset();
  ++session_;
}

// The connection of the session ends in this step, for any reason, or the user ends the session.
void SessionChecker::checkLeft(const Step& step) {
  const bool isBye = step.find<effect::LeaveSession>() != nullptr;
  const auto isReleased = [this](const Record& record) {
    const auto* const released = as<effect::Release>(record);
    return released != nullptr && released->attempt == attempt_;
  };
  const bool isOver = std::any_of(step.records->begin(), step.records->end(), isReleased);
  const bool isOfConnection = isGreeting() || isActive();
  const bool isEnding = state_ == State::Ending;
  if (step.isOneOf<event::Destroy>() ||
      (step.isOneOf<event::Disconnect>() && !isBye && (!isEnding || isOver))) {
    if (!id_.empty()) end();
    state_ = State::Off;
  } else if (isEnding && isOver) {
    end();
    state_ = State::Off;
  } else if (isOfConnection && !isBye && step.client->currentAttempt() != attempt_) {
    if (isActive() && !step.isOneOf<event::SocketClosed>()) takeovers_ = 0;
    if (isActive() && isNew_) end();
    state_ = State::Off;
    ackAt_.reset();
  }
}

// --- what is sent

void SessionChecker::checkHello(const effect::SendHello& hello) {
  ++hellos_;
  handled_ = handledBefore_ = taken_;  // the hello reports all that arrived, before their listeners ran, too
  const std::string expected = R"({"rws":"hello","v":1,"session":)" + (id_.empty() ? "null" : id_) +
                               R"(,"attempt":)" + std::to_string(hellos_) + R"(,"received":)" +
                               std::to_string(taken_) + R"(,"window":)" + std::to_string(ownWindow_);
  findings_.check(hello.attempt == attempt_ && SessionText(hello.hello).view() == expected, "Q6",
                  "a hello says something wrong");
  checkSecret(test::toText(Effect(hello)));
}

// The id of the session is in no log.
void SessionChecker::checkSecret(const std::string& text) {
  const bool isShown = id_.size() > 2 && text.find(id_.substr(1, id_.size() - 2)) != std::string::npos;
  findings_.check(!isShown, "Q6", "the id of a session is shown");
}

void SessionChecker::sent(const Step& step, const Number& message) {
  findings_.check(isActive(), "Q6", "a message is sent in a session that is not active");
  if (!isActive()) return;
  if (hasToResend()) {
    const Number& due = at(next_);
    findings_.check(due.id == message.id, "Q6", "messages are sent again in another order");
    findings_.check(!isOver(due, step.now()), "Q6", "a message is sent again that must be skipped");
    findings_.check(next_ - acked_ <= window_, "Q6", "more is sent again than the window allows");
    ++next_;
    return;
  }
  findings_.check(numbers_.size() < window_, "Q6", "more is sent than the window allows");
  findings_.check(find(message.id) == nullptr, "Q6", "a message gets a second number");
  numbers_.push_back(message);
  next_ = newest() + 1;
}

std::vector<MessageId> SessionChecker::refused(MessageId from) {
  std::vector<MessageId> returned;
  std::uint64_t refused = next_ - 1;
  while (refused > acked_ && at(refused).id != from) --refused;
  if (refused == acked_) return returned;
  for (std::uint64_t left = newest(); left > numberedBefore_ && left >= refused; --left) {
    returned.push_back(numbers_.back().id);
    numbers_.pop_back();
  }
  next_ = refused;
  return returned;
}

void SessionChecker::handshakeRefused(MessageId message) {
  if (numbers_.empty() || numbers_.back().id != message) return;
  numbers_.pop_back();
  next_ = newest() + 1;
}

void SessionChecker::expired(const Step& step, MessageId message) {
  for (std::uint64_t number = next_; number <= newest(); ++number) {
    Number& each = at(number);
    if (each.id != message) continue;
    findings_.check(!each.isSkipped && each.expiresAt && *each.expiresAt <= step.now(), "Q6",
                    "a message is skipped before its time");
    each.isSkipped = true;
    return;
  }
  findings_.check(false, "Q6", "a message is skipped that need not be sent again");
}

void SessionChecker::checkFrame(const Step& step, const effect::SendSessionFrame& effect) {
  const OwnFrame& frame = effect.frame;
  const bool isOwn = effect.attempt == attempt_ && wasActive_;
  const bool isBye = frame.kind == SessionFrameKind::Bye;
  const bool isLast =
      effect.attempt == attempt_ && (isBye || violation_ == 1000 || step.isOneOf<event::Destroy>());
  findings_.check(isOwn || isActive() || isLast, "Q7", "a control frame is sent outside of a session");
  if (!isActive()) return;
  if (frame.kind == SessionFrameKind::Skip) {
    findings_.check(frame.number > 0 && next_ + frame.number <= newest() + 1, "Q6",
                    "a skip of unknown numbers");
    for (std::uint64_t left = frame.number; left > 0 && hasToResend(); --left) {
      Number& number = at(next_++);
      findings_.check(isOver(number, step.now()), "Q6", "a message is skipped that can be sent");
      number.isSkipped = true;
    }
    return;
  }
  if (frame.kind == SessionFrameKind::Pong) {
    findings_.check(isPongDue_ && frame.pongId == pongId_, "H8",
                    "a pong that answers no ping of the session");
    isPongDue_ = false;
  }
  if (!isBye) {
    findings_.check(frame.number >= reported_, "Q7", "a count goes back");
    findings_.check(frame.number >= handledBefore_, "Q6", "less is acknowledged than was handled");
    findings_.check(frame.number <= handled_, "Q6",
                    "a message is acknowledged before its listeners were called");
    reported_ = frame.number;
  }
  ackAt_.reset();
}

void SessionChecker::record(const Step& step, const Record& record) {
  if (const auto* const e = as<effect::SendSessionFrame>(record)) return checkFrame(step, *e);
  if (const auto* const e = as<effect::LeaveSession>(record)) {
    findings_.check(isActive() && e->attempt == attempt_, "Q6", "a session is left that is not active");
    state_ = State::Ending;
    ackAt_.reset();
    return;
  }
  if (as<notification::Opened>(record) != nullptr) {
    findings_.check(!isGreeting(), "Q8", "a connection is open before the welcome");
    isNew_ = false;
  }
  if (const auto* const e = as<effect::CloseSocket>(record)) {
    checkSecret(e->reason);
    if (violation_ == 0 || e->attempt != step.attemptBefore) return;
    findings_.check(e->code == violation_, "Q7", "a violation is not closed with its code");
    violation_ = 0;
  }
  checkNotified(record);
  const auto* const refused = answerAs<event::ControlRefused>(record);
  if (refused == nullptr || refused->sessionFrame == SessionFrameKind::Unknown || !isActive()) return;
  if (refused->skips > 0) next_ = std::max(next_ - refused->skips, acked_ + 1);
  const Answer& answer = std::get<Answer>(record);
  ackAt_ = answer.facts.now.instant + step.options->session.ackDelay;
}

void SessionChecker::checkNotified(const Record& record) {
  if (const auto* const resumption = as<notification::SessionResumed>(record)) {
    findings_.check(resumed_ && resumption->resent == *resumed_, "Q7", "a resumption is reported wrongly");
    resumed_.reset();
  } else if (const auto* const loss = as<notification::SessionLost>(record)) {
    findings_.check(lost_ && loss->unconfirmed == *lost_, "Q7", "the loss of a session is reported wrongly");
    lost_.reset();
  } else if (as<notification::SessionTaken>(record) != nullptr) {
    findings_.check(isTaken_, "Q7", "a takeover is reported wrongly");
    isTaken_ = false;
  } else if (const auto* const error = as<notification::Failed>(record)) {
    if (error->type != ErrorType::SessionUnsupported) return;
    findings_.check(isUnsupportedNow_, "Q7", "a server is said to know no sessions, wrongly");
    isUnsupportedNow_ = false;
  }
}

// --- after the step

void SessionChecker::checkAck(const Step& step) {
  if (!isActive()) return;
  const bool isChance = step.isOneOf<event::FrameReceived, event::Acknowledge, event::SessionFrameReceived>();
  const std::uint64_t most = std::clamp<std::uint64_t>(ownWindow_ / 2, 1, kAckEvery);
  const bool isTaking = step.isOneOf<event::FrameReceived, event::Acknowledge>();
  findings_.check(!isTaking || step.isShort || handledBefore_ < reported_ + most, "Q6",
                  "an acknowledgement is missing after many messages");
  if (!isChance || step.isShort || ackAt_ || handledBefore_ <= reported_) return;
  const auto* const frame = step.eventAs<event::SessionFrameReceived>();
  if (frame != nullptr && frame->frame.kind != SessionFrameKind::Skip) return;
  ackAt_ = step.now() + step.options->session.ackDelay;
}

const SessionChecker::Number* SessionChecker::find(MessageId message) const {
  const auto found = std::find_if(numbers_.begin(), numbers_.end(),
                                  [message](const Number& number) { return number.id == message; });
  return found == numbers_.end() ? nullptr : &*found;
}

std::uint64_t SessionChecker::countOpen() const {
  return static_cast<std::uint64_t>(std::count_if(numbers_.begin(), numbers_.end(), [](const Number& n) {
    return !n.isSkipped && !n.isVolatile && !n.isOfHandshake;
  }));
}

void SessionChecker::finish(const Step& step, bool hasRefused) {
  if (step.before == Phase::Destroyed) return;
  findings_.check(violation_ == 0, "Q7", "a violation does not close the connection");
  findings_.check(!resumed_ && !lost_, "Q7", "a resumption or a loss of a session is not reported");
  findings_.check(!isTaken_, "Q7", "a takeover is not reported");
  findings_.check(!isUnsupportedNow_, "Q7", "that a server knows no sessions is not reported");
  findings_.check(!isPongDue_, "H8", "a ping of the session is not answered");
  checkAck(step);
  const bool isOpen = step.after() == Phase::Connected;
  const bool isWaiting = isOpen && hasToResend() && next_ - acked_ <= window_ && !hasRefused;
  findings_.check(!isWaiting, "Q6", "what is to be sent again waits");
  const Session& session = step.client->session();
  const bool isSame = session.acknowledged() == acknowledged_ && session.resent() == resent_ &&
                      session.resumptions() == resumptions_ && session.losses() == losses_ &&
                      session.unacknowledged() == numbers_.size() && session.exists() == !id_.empty();
  findings_.check(isSame, "R3", "a session is miscounted");
}

}  // namespace rws::sim
