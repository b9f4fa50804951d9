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
    default:
      return socket.isOpen && receive(input, socket);
  }
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

void Stage::takeAll(Socket& socket) const {
  socket.left = socket.arrived = socket.sent;
  socket.tookAllAt = time();
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
    receiveCustom(socket.attempt, {});
    return true;
  }
  if (input.kind == InputKind::CustomPing) {
    const CustomReply reply{++lastReply_, static_cast<std::uint64_t>(input.number)};
    if (mode_ == HeartbeatMode::Custom) replies_.push_back(reply);
    if (replies_.size() > 64) replies_.pop_front();
    receiveCustom(socket.attempt, reply);
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
void Stage::receiveCustom(AttemptId attempt, const CustomReply& reply) {
  if (mode_ != HeartbeatMode::Custom) return receiveFrame(attempt);
  const ControlKind kind = reply.key == 0 ? ControlKind::CustomPong : ControlKind::CustomPing;
  give(event::FrameReceived{attempt, {kind, {}, reply}},
       [&](Driver& driver) { driver.customReceived(attempt, reply); });
}

void Stage::receiveText(const Socket& socket, const std::string& text) {
  const AttemptId attempt = socket.attempt;
  if (text.find(kControlFrameMarker) == std::string::npos) return receiveFrame(attempt);
  if (client().options().heartbeat.mode == HeartbeatMode::Custom) {
    give(event::FrameReceived{attempt}, [&](Driver& driver) {
      findings().check(!driver.textReceived(attempt, text), "R2",
                       "a message of another protocol is consumed");
    });
    return;
  }
  if (mode_ == HeartbeatMode::Custom) return receiveFrame(attempt);
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
      default:
        return driver.socketClosed(attempt, 1008, "", true);
    }
  });
  return true;
}

}  // namespace rws::sim
