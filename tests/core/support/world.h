// One client in a small world: what its user, its sockets, its timer and its clocks can do. A world can be
// copied, and the copies go different ways. world_move.h chooses what happens.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string_view>

#include "scripted_platform.h"

namespace rws::test {

class World final : public ScriptedPlatform {
 public:
  // The corner must outlive the world.
  World(const Corner& corner, std::uint64_t seed) : ScriptedPlatform(corner, seed) {
    if (corner.hasDecider) tell(event::SetDecider{true});
    if (corner.hasHandshake) tell(event::SetHandshake{true});
  }

  void toggleHandshake() { tell(event::SetHandshake{!judge_.hasHandshake()}); }

  // The host's timer fires.
  void fireTimer() {
    host_.clearTimer();
    begin();
    // A timer proves that its time has come, whatever the clock shows.
    if (const std::optional<Instant> due = driver_.timerDue()) judge_.timeIsAtLeast(*due);
    told(event::TimerFired{});
    driver_.timerFired();
    end();
  }

  // A text arrived. The driver says whether it is for the client itself.
  void receiveText(AttemptId attempt, std::string_view text) {
    const Options& options = client().options();
    // A frame of another protocol is none of this one.
    const bool isForeign = options.heartbeat.mode == HeartbeatMode::Custom;
    const ControlFrame frame = isForeign ? ControlFrame{} : readControlFrame(text);
    begin();
    told(event::FrameReceived{attempt, frame});
    const bool isPongOwn = options.sendsPings() || options.answerPings;
    const bool isOwn = (frame.kind == ControlKind::Pong && isPongOwn) ||
                       (frame.kind == ControlKind::Ping && options.answerPings);
    const bool isConsumed = driver_.textReceived(attempt, text);
    end();
    check(isConsumed == isOwn, "R2: a frame is taken for another one");
  }
  // A frame arrived that is no control frame. Soon after a turn that takes the fast path.
  void receiveFrame(AttemptId attempt) {
    constexpr EpochMs kSoon = ClockWatch::kJump / std::chrono::milliseconds(1);
    const bool isShort = host_.clock().wall - judge_.lastReadingAtWall() <= kSoon;
    judge_.shortWay(true, isShort);
    if (!isShort) return tell(event::FrameReceived{attempt});
    const EpochMs advance = std::clamp<EpochMs>(host_.clock().wall - judge_.now().wall, 0, kSoon);
    judge_.receivedShortly(attempt, std::chrono::milliseconds(advance));
    (void)driver_.frameReceived(attempt);
    checkTimer();
  }

  // Everything that the socket of an attempt that is over may say, or of a closing one, whose close event
  // counts. It changes nothing.
  void tellStale(AttemptId attempt, bool isClosing) {
    // With this event, which means nothing else, all that the clocks and the buffer show is read: the second
    // time also what a probe has put into the buffer.
    tell(event::VisibilityChanged{false});
    tell(event::VisibilityChanged{false});
    const DigestValue before = digestOfDriver();
    isStale_ = true;
    call(event::AddressResolved{attempt});
    call(event::AttemptFailed{attempt, "late"});
    call(event::SocketOpened{attempt});
    call(event::HandshakeDone{attempt});
    call(event::HandshakeFailed{attempt, 4999, "late"});
    call(event::SocketErrored{attempt});
    call(event::FrameReceived{attempt});
    (void)driver_.textReceived(attempt, R"({"type":"ping","timestamp":1})");
    if (!isClosing) {
      call(event::MessageRefused{attempt, 1, false});
      call(event::SocketClosed{attempt, {1008, "", true}});
    }
    isStale_ = false;
    check(digestOfDriver() == before, "C3: an event of an attempt that is over changes something");
  }

  // --- messages
  void send(std::uint64_t bytes, const SendOptions& options) { send(bytes, bytes, options); }
  // A text of 10 units whose size was not measured.
  void sendText() { send(kTextBytes, kTextUnits, {}); }
  // The same by the fast path. Where that is not open it takes the other. `meanwhile` happens before the
  // refusal is reported, which `isRefused` asks for.
  void sendShortly(bool isRefused, const std::function<void()>& meanwhile) {
    const ModelMessage model = newMessage(kTextBytes, kTextUnits, {});
    const Message message{model.id, kTextUnits, false};
    const bool isShort = driver_.trySendNow(message);
    judge_.shortWay(false, isShort);
    if (!isShort) return sendAccepted(model, message, {});
    const AttemptId attempt = client().currentAttempt();
    judge_.sentShortly(attempt, model);
    const SendResult result = isRefused ? SendResult::Refused : host_.resultOfSend(attempt);
    const ControlFrames control = wires_.at(attempt)->control;
    if (result == SendResult::Sent) wires_.give(attempt, kTextBytes, true);
    judge_.messageTaken(attempt, model.id, control);
    if (result != SendResult::Sent) {
      meanwhile();
      tell(event::MessageRefused{attempt, message.id, result == SendResult::Closing});
    }
    checkTimer();
  }

 private:
  static constexpr std::uint64_t kTextUnits = 10;
  static constexpr std::uint64_t kTextBytes = 30;

  [[nodiscard]] DigestValue digestOfDriver() const {
    IdentityOrder order;
    StateDigest::include(client(), order);
    Digest digest;
    StateDigest{digest, order, driverTime()}.add(driver_, host_.clock().instant);
    return digest.value();
  }
  ModelMessage newMessage(std::uint64_t bytes, std::uint64_t leastBytes, const SendOptions& options) {
    ModelMessage message;
    message.id = host_.keep(bytes);
    message.bytes = bytes;
    message.leastBytes = leastBytes;
    message.isVolatile = options.isVolatile;
    if (options.ttl) message.expiresAt = driverTime().instant + *options.ttl;
    return message;
  }
  void send(std::uint64_t bytes, std::uint64_t leastBytes, const SendOptions& options) {
    const ModelMessage model = newMessage(bytes, leastBytes, options);
    sendAccepted(model, {model.id, leastBytes, bytes == leastBytes}, options);
  }
  void sendAccepted(const ModelMessage& model, const Message& message, const SendOptions& options) {
    begin();
    told(event::Send{message, options});
    judge_.accept(model);
    const bool isSent = driver_.send(message, options);
    end();
    check(isSent == (lastTaken_ == message.id), "Q2: send() says whether the socket has the message");
  }
};

}  // namespace rws::test
