// What each input is to the host, and how the driver learns of it.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "stage.h"
#include "stage_turn.h"

namespace rws::sim {
namespace {

// For so long a page may be about to go.
constexpr std::chrono::milliseconds kLeavingTime{5000};

}  // namespace

// Exactly one of these functions knows the input.
bool Stage::carryOut(const Input& input, AttemptId attempt) {
  if (!isOfAttempt(input.kind)) {
    return command(input) || changeHost(input) || changePage(input) || changeClock(input);
  }
  if (attempt == AttemptId::None) return false;
  if (input.kind == InputKind::Stale) return giveStale(input, attempt);
  return changeAttempt(input, attempt);
}

void Stage::runWithin(Callback callback, AttemptId attempt) {
  if (withinCallbacks_.empty()) return;
  const auto isOther = [callback](const Input& input) { return input.within != callback; };
  const auto first = std::stable_partition(withinCallbacks_.begin(), withinCallbacks_.end(), isOther);
  const std::vector<Input> inputs(first, withinCallbacks_.end());
  withinCallbacks_.erase(first, withinCallbacks_.end());
  if (surroundings_ != nullptr && !inputs.empty()) surroundings_->actedWithin();
  for (const Input& input : inputs) (void)carryOut(input, attempt);
}

// --- the user

bool Stage::command(const Input& input) {
  switch (input.kind) {
    case InputKind::Connect:
      give(event::Connect{}, [](Driver& driver) { driver.connect(); });
      return true;
    case InputKind::Disconnect:
      give(event::Disconnect{}, [](Driver& driver) { driver.disconnect(); });
      return true;
    case InputKind::Reconnect:
      give(event::Reconnect{}, [](Driver& driver) { driver.reconnect(); });
      return true;
    case InputKind::Destroy:
      give(event::Destroy{}, [](Driver& driver) { driver.destroy(); });
      return true;
    case InputKind::ClearQueue:
      give(event::ClearQueue{}, [](Driver& driver) { driver.clearQueue(); });
      return true;
    case InputKind::CheckNetwork:
      give(event::CheckNetwork{}, [](Driver& driver) { driver.checkNetwork(); });
      return true;
    case InputKind::SlowDown:
      give(event::SlowDown{}, [](Driver& driver) { driver.slowDown(); });
      return true;
    case InputKind::ContactSupport:
      give(event::ContactSupport{}, [](Driver& driver) { driver.contactSupport(); });
      return true;
    case InputKind::ResetRecovery:
      give(event::ResetRecovery{}, [](Driver& driver) { driver.resetRecovery(); });
      return true;
    case InputKind::SetOption:
      assign(input.text, input.value);
      return true;
    case InputKind::SetHeartbeat:
      setHeartbeat({static_cast<HeartbeatMode>(input.number), std::chrono::milliseconds(input.other)});
      return true;
    case InputKind::SetSession: {
      const bool isOn = input.number >= 0;
      SessionOption session{.isOn = isOn, .resends = input.isSet};
      if (isOn) session.ackDelay = std::chrono::milliseconds(input.number);
      if (input.other > 0) session.window = static_cast<std::uint64_t>(input.other);
      setSession(session);
      return true;
    }
    case InputKind::SetResend:
      setResend(input.isSet);
      return true;
    case InputKind::Send:
      send(input);
      return true;
    default:
      return false;
  }
}

void Stage::assign(std::string_view name, const OptionValue& value) {
  Options scratch;
  const std::optional<OptionsError> error = setOption(scratch, name, value);
  const auto names = optionNames();
  const auto found = std::find(names.begin(), names.end(), name);
  const auto call = [&](Driver& driver) {
    findings().check(driver.setOption(name, value) == error, "C12", "setOption() gives a wrong answer");
  };
  if (error || found == names.end()) {
    call(driver_);
  } else {
    give(event::SetOption{*found, value}, call);
  }
}

void Stage::setHeartbeat(const HeartbeatOption& heartbeat) {
  mode_ = heartbeat.mode;
  give(event::SetHeartbeat{heartbeat}, [&](Driver& driver) { driver.setHeartbeat(heartbeat); });
}

void Stage::setSession(const SessionOption& session) {
  give(event::SetSession{session}, [&](Driver& driver) { driver.setSession(session); });
}

void Stage::setResend(bool isOn) {
  give(event::SetResend{isOn}, [isOn](Driver& driver) { driver.setResend(isOn); });
}

// Of the user's handshake, in a session.
void Stage::sendInHandshake(std::uint64_t bytes) {
  const Message message{++lastMessage_, bytes, true};
  messages_.push_back({message.id, bytes});
  bool isSent = false;
  const bool isQueuedForTurn = isInTurn_;
  awaited_ = std::make_unique<Awaited>(Awaited{message.id, false, false, std::move(awaited_)});
  give(event::Send{message, {.isOfHandshake = true}},
       [&](Driver& driver) { isSent = driver.send(message, {.isOfHandshake = true}); });
  findings().check(isSent == (awaited_->isSent && !isQueuedForTurn), "Q2",
                   "send() does not say whether the socket has the message of a handshake");
  awaited_ = std::move(awaited_->outer);
}

void Stage::send(const Input& input) {
  const Message exact{++lastMessage_, static_cast<std::uint64_t>(input.number), true};
  SendOptions options{input.isSet};
  if (input.other >= 0) options.ttl = std::chrono::milliseconds(input.other);
  messages_.push_back({exact.id, exact.bytes});
  // Half of the plain texts come unmeasured: units of one to three bytes each. Half of those, and half of the
  // others, take the fast path if there is one.
  const std::uint64_t unit = 1 + exact.id % 3;
  const bool isPlain = !options.isVolatile && !options.ttl;
  const Message rough{exact.id, (exact.bytes + unit - 1) / unit, false};
  const Message& message = isPlain && exact.id % 2 == 0 ? rough : exact;
  if (isPlain && exact.id % 4 < 2) {
    const bool mayBeShort = !isInTurn_ && !reference_.isHolding() && reference_.trySendNow(message);
    const bool isShort = driver_.trySendNow(message);
    findings().check(isShort == mayBeShort, "C12", "trySendNow() answers otherwise than the client");
    if (isShort) return sendShort(message);
  }
  bool isSent = false;
  const bool isQueuedForTurn = isInTurn_;
  awaited_ = std::make_unique<Awaited>(Awaited{exact.id, false, false, std::move(awaited_)});
  give(event::Send{message, options}, [&](Driver& driver) { isSent = driver.send(message, options); });
  findings().check(isSent == (awaited_->isSent && !isQueuedForTurn), "Q2",
                   "send() does not say whether the socket has the message");
  awaited_ = std::move(awaited_->outer);
}

void Stage::sendShort(const Message& message) {
  beginStep(event::Send{message, {}});
  step_.isShort = true;
  endStep();
  checkSameState();
  checkTimer();
  Socket* const socket = find(client().currentAttempt());
  const SendResult result = takes(socket);
  if (result == SendResult::Sent) {
    take(*socket, message.id);
    return;
  }
  const AttemptId attempt = client().currentAttempt();
  const bool isClosing = result == SendResult::Closing;
  give(event::MessageRefused{attempt, message.id, isClosing},
       [&](Driver& driver) { driver.messageRefused(attempt, message.id, isClosing); });
}

bool Stage::changeHost(const Input& input) {
  switch (input.kind) {
    case InputKind::Decide:
      decision_ = input.number < 0 ? std::nullopt : std::optional(input.number == 1);
      give(event::SetDecider{decision_.has_value()},
           [this](Driver& driver) { driver.setDecider(decision_.has_value()); });
      return true;
    case InputKind::Handshake:
      give(event::SetHandshake{input.isSet}, [&input](Driver& driver) { driver.setHandshake(input.isSet); });
      return true;
    case InputKind::Wake:
      give(event::TimerFired{}, [](Driver& driver) { driver.wake(); });
      return true;
    case InputKind::ResolveLater:
      resolvesLater_ = input.isSet;
      return true;
    case InputKind::FailSockets:
      failsSockets_ = input.isSet;
      return true;
    case InputKind::HandleLater:
      handlesLater_ = input.isSet;
      return true;
    case InputKind::Handled:
      if (unhandled_ == 0) return false;
      handled();
      return true;
    case InputKind::NoCallbacks:
      withinCallbacks_.clear();
      return true;
    default:
      return false;
  }
}

// --- the page, the network and the clocks

bool Stage::changePage(const Input& input) {
  switch (input.kind) {
    case InputKind::Online:
    case InputKind::Offline: {
      const bool isOnline = input.kind == InputKind::Online;
      give(event::NetworkChanged{isOnline}, [=](Driver& driver) { driver.networkChanged(isOnline); });
      return true;
    }
    case InputKind::Visible:
    case InputKind::Hidden: {
      const bool isVisible = input.kind == InputKind::Visible;
      give(event::VisibilityChanged{isVisible}, [=](Driver& driver) { driver.visibilityChanged(isVisible); });
      return true;
    }
    case InputKind::Suspend:
      give(event::PageSuspended{}, [](Driver& driver) { driver.pageSuspended(); });
      return true;
    case InputKind::Leave:
      staysAt_ = clock_.read().instant + kLeavingTime;
      driver_.pageLeaving();
      return true;
    case InputKind::Resume:
      if (staysAt_) staysAt_ = clock_.read().instant;
      give(event::PageResumed{}, [](Driver& driver) { driver.pageResumed(); });
      return true;
    default:
      return false;
  }
}

bool Stage::changeClock(const Input& input) {
  // A clock that is set back goes on from its last reading.
  (void)driver_.now();
  (void)clock_.read();
  switch (input.kind) {
    case InputKind::Sleep:
      sleptAt_ = time();
      clock_.moveTo(time() + input.number);
      wokeAt_ = time();
      timers_.punctualSince = clock_.read().instant;
      ++sleeps_;
      break;
    case InputKind::WallSleep:
    case InputKind::SetClock:
      clock_.setWall(input.number);
      break;
    case InputKind::StepBack:
      clock_.stepBack(input.number);
      break;
    case InputKind::Granular:
      clock_.setGranularity(input.number);
      granularity_ = input.number;
      coarsest_ = std::max(coarsest_, granularity_);
      holdUpTimers();
      break;
    case InputKind::Throttle:
      grid_ = input.number;
      holdUpTimers();
      break;
    default:
      return false;
  }
  // The driver's readings and those of the model are the same.
  (void)driver_.now();
  (void)clock_.read();
  if (trace_ != nullptr) {
    static constexpr std::array kNames = {"sleep",     "sleep wall", "set wall clock",
                                          "step back", "granular",   "throttle"};
    const auto index = static_cast<std::size_t>(input.kind) - static_cast<std::size_t>(InputKind::Sleep);
    trace_->add(time(), std::string(kNames[index]) + ' ' + std::to_string(input.number));
  }
  return true;
}

// By the clock that the client is given, timers are as late as the coarser of the two, or as long as the
// result of an attempt is held.
void Stage::holdUpTimers() {
  const std::int64_t held = isHoldingUpTimers_ ? kLeavingTime.count() : 0;
  const std::int64_t most = std::max({grid_, granularity_, held});
  timers_.punctualSince = clock_.read().instant;
  timers_.lateness = std::max(timers_.lateness, Duration(std::chrono::milliseconds(most)));
  if (!timerAt_) endLateness();
}

// A timer that was late stays late until it has fired, or is set or cleared.
void Stage::endLateness() {
  if (grid_ > 0 || granularity_ > 0 || isHoldingUpTimers_ || timers_.lateness == Duration::zero()) return;
  timers_ = {.punctualSince = clock_.read().instant};
}

}  // namespace rws::sim
