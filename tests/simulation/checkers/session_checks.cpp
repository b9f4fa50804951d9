// What the client sends and reports in a session, and whether it may.
#include <algorithm>

#include "../../support/trace.h"
#include "session.h"

namespace rws::sim {
namespace {

constexpr std::uint64_t kAckEvery = 32;

bool isOver(const SessionChecker::Number& number, Instant now) {
  return number.isVolatile || number.isSkipped || (number.expiresAt && *number.expiresAt <= now);
}

}  // namespace

void SessionChecker::checkHello(const effect::SendHello& hello) {
  ++hellos_;
  handled_ = handledBefore_ = taken_;  // told, wherever their listeners are
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
    findings_.check(next_ > acked_, "Q6", "numbers are not skipped that were acknowledged before their turn");
    if (next_ <= acked_) return;
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
  if (refused <= acked_) return returned;
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
  for (std::uint64_t number = std::max(next_, acked_ + 1); number <= newest(); ++number) {
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
      if (next_++ <= acked_) continue;
      Number& number = at(next_ - 1);
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
    findings_.check(e->code == violation_, "Q7", "a violation is not told with its code");
    violation_ = 0;
  }
  checkNotified(record);
  const auto* const refused = answerAs<event::ControlRefused>(record);
  if (refused == nullptr || refused->sessionFrame == SessionFrameKind::Unknown || !isActive()) return;
  if (refused->skips > 0) next_ -= refused->skips;
  const auto& answer = std::get<Answer>(record);
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
  const bool isWaiting = isOpen && hasToResend() && next_ <= acked_ + window_ && !hasRefused;
  findings_.check(!isWaiting, "Q6", "what is to be sent again waits");
  const Session& session = step.client->session();
  const bool isSame = session.acknowledged() == acknowledged_ && session.resent() == resent_ &&
                      session.resumptions() == resumptions_ && session.losses() == losses_ &&
                      session.unacknowledged() == countOpen() && session.exists() == !id_.empty();
  findings_.check(isSame, "R3", "a session is miscounted");
}

}  // namespace rws::sim
