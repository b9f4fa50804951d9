// The record of one session: what each frame of the server means for it, and what the client may send.
#include "session.h"

#include <algorithm>

#include "../../support/trace.h"

namespace rws::sim {
namespace {

constexpr std::uint16_t kTaken = 4409;
constexpr std::uint64_t kMostTakeovers = 2;

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
  resumed_ = countOpen();
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

// The connection of the session ends in this step, by whatever, or the session is ended by the user.
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

}  // namespace rws::sim
