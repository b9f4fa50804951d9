// What each input is to the host, and how the driver learns of it.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "stage.h"
#include "stage_turn.h"

namespace rws::sim {

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

void Stage::send(const Input& input) {
  const Message exact{++lastMessage_, static_cast<std::uint64_t>(input.number), true};
  SendOptions options{input.isSet};
  if (input.other >= 0) options.ttl = std::chrono::milliseconds(input.other);
  messages_.push_back({exact.id, exact.bytes});
  // Half of the plain texts come unmeasured: units of one to three bytes each. Half of those, and half of the
  // others, take the short way if there is one.
  const std::uint64_t unit = 1 + exact.id % 3;
  const bool isPlain = !options.isVolatile && !options.ttl;
  const Message rough{exact.id, (exact.bytes + unit - 1) / unit, false};
  const Message& message = isPlain && exact.id % 2 == 0 ? rough : exact;
  if (isPlain && exact.id % 4 < 2) {
    const bool mayBeShort = !isInTurn_ && reference_.trySendNow(message);
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
    case InputKind::ResolveLater:
      resolvesLater_ = input.isSet;
      return true;
    case InputKind::FailSockets:
      failsSockets_ = input.isSet;
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
    case InputKind::Resume:
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

// By the clock that the client is given, timers are as late as the coarser of the two.
void Stage::holdUpTimers() {
  const std::int64_t most = std::max(grid_, granularity_);
  timers_.punctualSince = clock_.read().instant;
  // A timer that was late stays late until it has fired.
  timers_.lateness = std::max(timers_.lateness, Duration(std::chrono::milliseconds(most)));
  if (most == 0) timers_.lateness = Duration::zero();
}

// --- attempts

bool Stage::changeAttempt(const Input& input, AttemptId attempt) {
  Socket* const socket = find(attempt);
  if (socket == nullptr || socket->isEnded || socket->isReleased) return false;
  if (input.kind == InputKind::Resolve || input.kind == InputKind::Fail) {
    if (socket->isResolved) return false;
    if (input.kind == InputKind::Resolve) {
      resolve(*socket);
      return true;
    }
    socket->isEnded = true;
    give(event::AttemptFailed{attempt, input.text},
         [&](Driver& driver) { driver.attemptFailed(attempt, input.text); });
    return true;
  }
  return socket->isCreated && changeSocket(input, *socket);
}

void Stage::resolve(Socket& socket) {
  socket.isResolved = true;
  const AttemptId attempt = socket.attempt;
  give(event::AddressResolved{attempt}, [attempt](Driver& driver) { driver.addressResolved(attempt); });
}

bool Stage::changeSocket(const Input& input, Socket& socket) {
  const AttemptId attempt = socket.attempt;
  switch (input.kind) {
    case InputKind::Open:
      if (socket.isOpen || socket.isGivenUp || socket.wasOpen) return false;
      socket.isOpen = socket.wasOpen = true;
      if (surroundings_ != nullptr) surroundings_->socketOpened(attempt);
      give(event::SocketOpened{attempt}, [attempt](Driver& driver) { driver.socketOpened(attempt); });
      return true;
    case InputKind::Error:
      give(event::SocketErrored{attempt}, [attempt](Driver& driver) { driver.socketErrored(attempt); });
      return true;
    case InputKind::Close:
      close(input, socket);
      return true;
    case InputKind::Refuse:
      if (socket.refuses == input.isSet) return false;
      socket.refuses = input.isSet;
      return true;
    case InputKind::Closing:
      if (!socket.isOpen || socket.isClosing) return false;
      socket.isClosing = true;
      return true;
    case InputKind::Drain:
      return drain(input, socket);
    case InputKind::Remainder:
      if (engine_ != Engine::WholeMessages || !socket.isOpen) return false;
      socket.remainder = static_cast<std::uint64_t>(input.number);
      checkers_.remainderAdded(attempt);
      return true;
    default:
      return socket.isOpen && receive(input, socket);
  }
}

void Stage::close(const Input& input, Socket& socket) {
  socket.isOpen = false;
  socket.isEnded = true;
  const AttemptId attempt = socket.attempt;
  const auto code = static_cast<std::uint16_t>(input.number);
  if (surroundings_ != nullptr) surroundings_->socketEnded(attempt);
  const CloseInfo info{code, std::string(clipUtf8(input.text, kMaxCloseReason)), input.isSet};
  give(event::SocketClosed{attempt, info},
       [&](Driver& driver) { driver.socketClosed(attempt, code, input.text, input.isSet); });
}

// What has left the browser does not come back, and no more can arrive than has left.
bool Stage::drain(const Input& input, Socket& socket) {
  const auto left = static_cast<std::uint64_t>(input.number);
  const auto arrived = static_cast<std::uint64_t>(input.other);
  if (left < socket.left || left > socket.sent || input.other < 0 || arrived > left) return false;
  if (trace_ != nullptr) {
    trace_->add(time(), "drain " + std::to_string(static_cast<std::uint32_t>(socket.attempt)) + " left " +
                            std::to_string(left) + " arrived " + std::to_string(arrived) + " of " +
                            std::to_string(socket.sent));
  }
  leave(socket, left);
  arrive(socket, std::max(socket.arrived, arrived));
  return true;
}

bool Stage::receive(const Input& input, Socket& socket) {
  if (socket.attempt == client().currentAttempt()) {
    sleeps_ = 0;
    pingedAt_.reset();
  }
  if (input.kind == InputKind::Message) {
    receiveText(socket, input.text);
    return true;
  }
  // A socket that answers within send() has taken everything.
  if (input.within != Callback::None) socket.left = socket.arrived = socket.sent;
  std::string timestamp = input.text;
  if (timestamp.empty()) {
    const auto back = static_cast<std::size_t>(input.number);
    if (back >= socket.pings.size()) return false;
    timestamp = std::to_string(socket.pings[socket.pings.size() - 1 - back]);
  }
  const std::string type = input.kind == InputKind::Ping ? "ping" : "pong";
  receiveText(socket, R"({"type":")" + type + R"(","timestamp":)" + timestamp + '}');
  return true;
}

void Stage::receiveText(const Socket& socket, const std::string& text) {
  const AttemptId attempt = socket.attempt;
  if (text.find(kControlFrameMarker) == std::string::npos) return receiveFrame(attempt);
  const ControlFrame control = readControlFrame(text);
  const bool answersPings = client().options().answerPings;
  const bool isOwn = control.kind == ControlKind::Pong || (control.kind == ControlKind::Ping && answersPings);
  bool isConsumed = false;
  give(event::FrameReceived{attempt, control},
       [&](Driver& driver) { isConsumed = driver.textReceived(attempt, text); });
  findings().check(isConsumed == isOwn, "R2", "the user gets a frame of the client's own, or misses one");
}

// Half of the frames that cannot be control frames are reported by textReceived() all the same.
void Stage::receiveFrame(AttemptId attempt) {
  if (counts_.steps % 2 == 0) {
    give(event::FrameReceived{attempt}, [&](Driver& driver) {
      findings().check(!driver.textReceived(attempt, "x"), "R2", "the user misses a message");
    });
    return;
  }
  if (isInTurn_ || !reference_.tryReceive(attempt, clock_.reading().wall)) {
    give(event::FrameReceived{attempt}, [&](Driver& driver) { driver.frameReceived(attempt); });
    return;
  }
  beginStep(event::FrameReceived{attempt});
  step_.isShort = true;
  endStep();
  driver_.frameReceived(attempt);
  checkSameState();
  checkTimer();
}

// Any event of an attempt that is over, and those that the current attempt has had already.
bool Stage::giveStale(const Input& input, AttemptId attempt) {
  if (client().phase() == Phase::Destroyed) return false;
  const std::string pong = R"({"type":"pong","timestamp":)" + std::to_string(reading().wall) + '}';
  const std::array<Event, 9> events = {
      Event(event::AddressResolved{attempt}),
      Event(event::SocketOpened{attempt}),
      // Those above are stale for the current attempt too, if its socket is open.
      Event(event::AttemptFailed{attempt, "late"}),
      Event(event::SocketErrored{attempt}),
      Event(event::FrameReceived{attempt}),
      Event(event::FrameReceived{attempt, {ControlKind::Ping, "1"}}),
      Event(event::FrameReceived{attempt, readControlFrame(pong)}),
      // Those below are not stale for the closing attempt.
      Event(event::MessageRefused{attempt, lastMessage_, false}),
      Event(event::SocketClosed{attempt, {1008, "", true}}),
  };
  const bool isOpen = client().phase() == Phase::Connected;
  if (attempt == client().currentAttempt() && !isOpen) return false;
  const std::size_t kinds = attempt == client().currentAttempt()   ? 2
                            : attempt == client().closingAttempt() ? 7
                                                                   : events.size();
  const auto index = static_cast<std::size_t>(input.number) % kinds;
  if (!isInTurn_) checkers_.checkStale(reference_.client(), facts(), events[index]);
  give(events[index], [&](Driver& driver) {
    switch (index) {
      case 0:
        return driver.addressResolved(attempt);
      case 1:
        return driver.socketOpened(attempt);
      case 2:
        return driver.attemptFailed(attempt, "late");
      case 3:
        return driver.socketErrored(attempt);
      case 4:
        return (void)driver.textReceived(attempt, "x");
      case 5:
        return (void)driver.textReceived(attempt, R"({"type":"ping","timestamp":1})");
      case 6:
        return (void)driver.textReceived(attempt, pong);
      case 7:
        return driver.messageRefused(attempt, lastMessage_, false);
      default:
        return driver.socketClosed(attempt, 1008, "", true);
    }
  });
  return true;
}

}  // namespace rws::sim
