// Inputs that concern an attempt: its address, the events of its socket, the frames of the server.
#include <algorithm>
#include <array>
#include <utility>

#include "stage.h"
#include "stage_turn.h"

namespace rws::sim {

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
      socket.hasRefused = true;
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
    case InputKind::Hello:
      return !socket.hello.empty() && endGreeting(input, socket);
    case InputKind::HandshakeSend:
    case InputKind::HandshakeDone:
    case InputKind::HandshakeFail:
      return socket.isHandshaking && endHandshake(input, socket);
    default:
      return socket.isOpen && receive(input, socket);
  }
}

// What it sends, and its result. A result may come when the attempt is over.
bool Stage::endHandshake(const Input& input, Socket& socket) {
  const AttemptId attempt = socket.attempt;
  if (input.kind == InputKind::HandshakeSend) {
    if (takes(&socket) != SendResult::Sent) return false;
    if (driver_.isInSession(attempt)) {
      sendInHandshake(static_cast<std::uint64_t>(input.number));
      return true;
    }
    socket.sent += static_cast<std::uint64_t>(input.number);
    leaveAtOnce();
    if (surroundings_ != nullptr) surroundings_->frameSent(attempt, socket.sent);
    return true;
  }
  socket.isHandshaking = false;
  if (input.kind == InputKind::HandshakeDone) {
    give(event::HandshakeDone{attempt}, [attempt](Driver& driver) { driver.handshakeDone(attempt); });
    return true;
  }
  const auto code = static_cast<std::uint16_t>(input.number);
  const std::string reason(clipUtf8(input.text, kMaxCloseReason));
  give(event::HandshakeFailed{attempt, code, code == 0 ? "" : reason},
       [&](Driver& driver) { driver.handshakeFailed(attempt, code, input.text); });
  return true;
}

void Stage::close(const Input& input, Socket& socket) {
  // A closing handshake within close() means that everything has arrived.
  if (input.within != Callback::None && input.isSet) takeAll(socket);
  socket.isOpen = false;
  socket.isEnded = true;
  const AttemptId attempt = socket.attempt;
  const auto code = static_cast<std::uint16_t>(input.number);
  if (surroundings_ != nullptr) surroundings_->socketEnded(attempt);
  const CloseInfo info{code, std::string(clipUtf8(input.text, kMaxCloseReason)), input.isSet};
  give(event::SocketClosed{attempt, info},
       [&](Driver& driver) { driver.socketClosed(attempt, code, input.text, input.isSet); });
}

void Stage::takeAll(Socket& socket) {
  socket.left = socket.arrived = socket.sent;
  socket.tookAllAt = time();
  if (!hasStep_) leaveAtOnce();
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
  if (input.kind == InputKind::CustomPong) {
    receiveCustom(socket, {});
    return true;
  }
  if (input.kind == InputKind::CustomPing) {
    const CustomReply reply{++lastReply_, static_cast<std::uint64_t>(input.number)};
    if (mode_ == HeartbeatMode::Custom) replies_.push_back(reply);
    if (replies_.size() > 64) replies_.pop_front();
    receiveCustom(socket, reply);
    return true;
  }
  // A socket that answers within send() has taken everything.
  if (input.within != Callback::None) takeAll(socket);
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

// The user's functions find a ping or pong in the frame only while they are assigned.
void Stage::receiveCustom(const Socket& socket, const CustomReply& reply) {
  const AttemptId attempt = socket.attempt;
  if (mode_ != HeartbeatMode::Custom || driver_.isInSession(attempt)) return receiveFrame(socket);
  const ControlKind kind = reply.key == 0 ? ControlKind::CustomPong : ControlKind::CustomPing;
  give(event::FrameReceived{attempt, {kind, {}, reply}},
       [&](Driver& driver) { driver.customReceived(attempt, reply); });
}

void Stage::receiveText(const Socket& socket, const std::string& text) {
  const AttemptId attempt = socket.attempt;
  hasTaken_ = false;
  if (driver_.isInSession(attempt)) {
    if (text.starts_with(kSessionMarker)) return receiveSessionFrame(attempt, text);
    if (!socket.isLeft) receiveFrame(socket);
    return;
  }
  if (socket.isLeft) return;
  if (text.find(kControlFrameMarker) == std::string::npos) return receiveFrame(socket);
  if (client().options().heartbeat.mode == HeartbeatMode::Custom) {
    give(event::FrameReceived{attempt}, [&](Driver& driver) {
      findings().check(!driver.textReceived(attempt, text), "R2",
                       "a message of another protocol is consumed");
    });
    return;
  }
  if (mode_ == HeartbeatMode::Custom) return receiveFrame(socket);
  const ControlFrame control = readControlFrame(text);
  const Options& options = client().options();
  const bool isPongOwn = options.sendsPings() || options.answerPings;
  const bool isOwn = (control.kind == ControlKind::Pong && isPongOwn) ||
                     (control.kind == ControlKind::Ping && options.answerPings);
  bool isConsumed = false;
  give(event::FrameReceived{attempt, control},
       [&](Driver& driver) { isConsumed = driver.textReceived(attempt, text); });
  findings().check(isConsumed == isOwn, "R2", "the user gets a frame of the client's own, or misses one");
}

// Half of the frames that cannot be control frames are reported by textReceived() all the same.
void Stage::receiveFrame(const Socket& socket) {
  const AttemptId attempt = socket.attempt;
  if (counts_.steps % 2 == 0 && !driver_.isInSession(attempt)) {
    give(event::FrameReceived{attempt}, [&](Driver& driver) {
      findings().check(!driver.textReceived(attempt, "x"), "R2", "the user misses a message");
    });
    return;
  }
  // While its result is held, the handshake still gets what arrives.
  const bool isOfHandshake = driver_.client().phase() != Phase::Connected;
  const bool isTaken = hasTaken_ = reference_.takeMessage(attempt);
  if (isTaken) checkers_.taken(isOfHandshake);
  if (isInTurn_ || !reference_.tryReceive(attempt, clock_.reading().wall, isTaken)) {
    give(event::FrameReceived{attempt, {}, isTaken}, [&](Driver& driver) {
      findings().check(driver.frameReceived(attempt) == isTaken, "C12", "the driver takes another message");
    });
  } else {
    beginStep(event::FrameReceived{attempt, {}, isTaken});
    step_.isShort = true;
    endStep();
    findings().check(driver_.frameReceived(attempt) == isTaken, "C12", "the driver takes another message");
    checkSameState();
    checkTimer();
  }
  if (!isTaken || isOfHandshake) return;
  ++unhandled_;
  if (!handlesLater_ && unhandled_ == 1) return handled();
  if (surroundings_ != nullptr) surroundings_->listenersWait();
}

void Stage::receiveSessionFrame(AttemptId attempt, const std::string& text) {
  give(event::SessionFrameReceived{attempt, readSessionFrame(text)}, [&](Driver& driver) {
    findings().check(driver.textReceived(attempt, text), "R2", "the user gets a control frame of a session");
  });
}

// The listeners are called, and what they call comes first.
void Stage::handled() {
  if (surroundings_ != nullptr) surroundings_->listenersRun();
  --unhandled_;
  checkers_.handled();
  reference_.messageHandled();
  if (reference_.client().needsAcknowledgement()) {
    give(event::Acknowledge{}, [](Driver& driver) { driver.messageHandled(); });
  } else {
    driver_.messageHandled();
  }
}

bool Stage::endGreeting(const Input& input, Socket& socket) {
  if (input.isSet) {
    giveHello(socket);
    return true;
  }
  socket.hello.clear();
  const AttemptId attempt = socket.attempt;
  const auto code = static_cast<std::uint16_t>(input.number);
  give(event::HandshakeFailed{attempt, code, code == 0 ? "" : "no credentials"},
       [&](Driver& driver) { driver.handshakeFailed(attempt, code, "no credentials"); });
  return true;
}

void Stage::giveHello(Socket& socket) {
  // Some users have credentials.
  const std::string text =
      std::exchange(socket.hello, "") + (socket.number % 2 == 0 ? R"(,"auth":"a"})" : "}");
  const AttemptId attempt = socket.attempt;
  if (takes(&socket) != SendResult::Sent) {
    give(event::HandshakeFailed{attempt},
         [attempt](Driver& driver) { driver.handshakeFailed(attempt, 0, ""); });
    return;
  }
  socket.sent += text.size();
  if (!hasStep_) leaveAtOnce();
  if (surroundings_ != nullptr) {
    surroundings_->frameSent(attempt, socket.sent);
    surroundings_->sessionFrameSent(attempt, text, socket.sent);
  }
  runWithin(Callback::SendControl, attempt);
}

// Any event of an attempt that is over, and those that the current attempt has had already.
bool Stage::giveStale(const Input& input, AttemptId attempt) {
  if (client().phase() == Phase::Destroyed) return false;
  const std::string pong = R"({"type":"pong","timestamp":)" + std::to_string(reading().wall) + '}';
  const std::array<Event, 11> events = {
      Event(event::AddressResolved{attempt}),
      Event(event::AttemptFailed{attempt, "late"}),
      // Those above are stale for the current attempt too, once it has a socket; and the next once that is
      // open.
      Event(event::SocketOpened{attempt}),
      Event(event::SocketErrored{attempt}),
      Event(event::FrameReceived{attempt}),
      Event(event::FrameReceived{attempt, {ControlKind::Ping, "1", {}}}),
      Event(event::FrameReceived{attempt, readControlFrame(pong)}),
      // Those below are not stale for the closing attempt.
      Event(event::MessageRefused{attempt, lastMessage_, false}),
      Event(event::SocketClosed{attempt, {1008, "", true}}),
      Event(event::HandshakeDone{attempt}),
      Event(event::HandshakeFailed{attempt, 4000, ""}),
  };
  const Client& client = reference_.client();
  std::size_t kinds = attempt == client.closingAttempt() ? 7 : events.size();
  if (attempt == client.currentAttempt()) {
    const Socket* const socket = find(attempt);
    if (socket == nullptr || !socket->isCreated) return false;
    kinds = client.phase() == Phase::Connected ? 3 : 2;
  }
  const auto index = static_cast<std::size_t>(input.number) % kinds;
  isRehearsing_ = true;
  if (!isInTurn_) checkers_.checkStale(client, facts(), events[index]);
  isRehearsing_ = false;
  give(events[index], [&](Driver& driver) {
    switch (index) {
      case 0:
        return driver.addressResolved(attempt);
      case 1:
        return driver.attemptFailed(attempt, "late");
      case 2:
        return driver.socketOpened(attempt);
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
      case 8:
        return driver.socketClosed(attempt, 1008, "", true);
      case 9:
        return driver.handshakeDone(attempt);
      default:
        return driver.handshakeFailed(attempt, 4000, "");
    }
  });
  return true;
}

}  // namespace rws::sim
