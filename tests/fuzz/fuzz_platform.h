// A platform whose every answer is drawn from bytes. It keeps a model of sockets and messages, checks each
// call against it, and may call back into the driver from inside any of them.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "driver.h"
#include "fuzz_check.h"

namespace rws::fuzz {

class FuzzPlatform final : public Platform {
 public:
  explicit FuzzPlatform(FuzzedDataProvider& bytes) : bytes_(bytes) {}

  struct Socket {
    bool isCreated = false;
    bool isOpen = false;         // an open event was given
    bool isHandshaking = false;  // a handshake was started, and no connection was reported yet
    bool isHandshakeDone = false;
    bool isClosedByClient = false;
    bool isReleased = false;
    bool isOver = false;  // a close event was given
    std::uint64_t buffered = 0;
  };
  struct SentMessage {
    std::uint64_t bytes = 0;
    bool isVolatile = false;
    bool wasGiven = false;  // to a socket
    bool hasEnded = false;
  };

  // --- what the target uses
  Now clock{Instant(std::chrono::seconds(1000)), 1'700'000'000'000};
  std::map<AttemptId, Socket> sockets;
  std::map<MessageId, SentMessage> messages;
  std::optional<Instant> timer;
  EpochMs lastPing = 0;
  std::map<std::uint64_t, std::uint64_t> replies;  // bytes of each reply that is kept, by its key
  // Does something to the driver, from inside a call.
  std::function<void()> interfere;
  bool isDestroyed = false;

  // Everything has ended, nothing is alive.
  void checkEnd() const {
    check(!timer, "H1: a timer after destroy()");
    for (const auto& [attempt, socket] : sockets) check(socket.isReleased, "C2: a socket after destroy()");
    for (const auto& [id, message] : messages)
      check(message.hasEnded, "Q9: a message is lost without a word");
    check(closes_ == sockets.size(), "C6: one close event for each attempt");
  }
  void given(MessageId id, AttemptId attempt) {
    Socket& socket = sockets.at(attempt);
    check(id > lastGiven_[attempt], "Q3: a message overtakes another");
    check(!socket.isHandshaking, "a message is sent before the handshake is done");
    lastGiven_[attempt] = id;
    messages.at(id).wasGiven = true;
    socket.buffered += messages.at(id).bytes;
  }
  void takenBack(MessageId id, AttemptId attempt) {
    lastGiven_[attempt] = id - 1;
    Socket& socket = sockets.at(attempt);
    socket.buffered -= std::min(socket.buffered, messages.at(id).bytes);
  }

  // --- Platform
  Now now() override { return clock; }
  void setTimer(std::int32_t milliseconds) override {
    check(milliseconds >= 0, "a timer in the past");
    timer = clock.instant + std::chrono::milliseconds(milliseconds);
    check(!isDestroyed, "C7: a timer is set after destroy()");
  }
  void clearTimer() override { timer.reset(); }
  void resolveAddress(AttemptId attempt) override {
    check(sockets.empty() || sockets.rbegin()->first < attempt, "attempts are numbered upwards");
    sockets[attempt] = {};
    mayInterfere();
  }
  std::string openSocket(AttemptId attempt) override {
    Socket& socket = alive(attempt);
    check(!socket.isCreated, "C2: a second socket for an attempt");
    std::size_t unreleased = 0;
    for (const auto& [other, one] : sockets) {
      check(!one.isCreated || one.isClosedByClient || one.isOver || one.isReleased,
            "C1: a second open socket");
      if (!one.isReleased) ++unreleased;
    }
    check(unreleased <= 2, "C1: more than two sockets");
    if (bytes_.ConsumeProbability<float>() < 0.1F) return "SyntaxError";
    socket.isCreated = true;
    mayInterfere();
    return {};
  }
  void startHandshake(AttemptId attempt) override {
    const Socket& socket = alive(attempt);
    check(socket.isOpen && !socket.isHandshaking && !socket.isClosedByClient,
          "a handshake on no open socket");
    sockets.at(attempt).isHandshaking = true;
    mayInterfere();
  }
  void sendHello(AttemptId attempt, std::string_view /*text*/) override {
    usable(attempt);
    mayInterfere();
  }
  void leaveSession(AttemptId attempt) override { usable(attempt); }
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override {
    Socket& socket = alive(attempt);
    check(socket.isCreated && !socket.isClosedByClient, "a socket is closed twice, or there is none");
    check(code == 1000 || (code >= 3000 && code <= 4999), "C8: a close code that no browser takes");
    check(reason.size() <= kMaxCloseReason, "C8: a reason that no browser takes");
    socket.isClosedByClient = true;
    mayInterfere();
  }
  void release(AttemptId attempt) override {
    alive(attempt).isReleased = true;
    mayInterfere();
  }
  std::uint64_t bufferedAmount(AttemptId attempt) override {
    const auto found = sockets.find(attempt);
    return found == sockets.end() ? 0 : found->second.buffered;
  }
  SendResult sendControl(AttemptId attempt, std::string_view text) override {
    usable(attempt);
    const ControlFrame frame = readControlFrame(text);
    check(frame.kind != ControlKind::None, "a ping or pong is a control frame");
    check(frame.kind == ControlKind::Pong || !sockets.at(attempt).isHandshaking,
          "a ping during the handshake");
    if (frame.kind == ControlKind::Ping) {
      const EpochMs timestamp = std::stoll(frame.timestamp);
      check(timestamp > lastPing, "the timestamps of pings grow");
      lastPing = timestamp;
    }
    const SendResult result = sendResult(attempt);
    if (result == SendResult::Sent) sockets.at(attempt).buffered += text.size();
    mayInterfere();
    return result;
  }
  std::uint64_t makePing() override {
    mayInterfere();
    const auto bytes = bytes_.ConsumeIntegralInRange<std::uint64_t>(0, kLargestCustomFrame);
    if (bytes > 0) made_.push_back(bytes);
    return bytes;
  }
  SendResult sendCustom(AttemptId attempt, std::uint64_t reply) override {
    usable(attempt);
    check(reply == 0 ? !made_.empty() : replies.contains(reply), "a custom frame is sent that is not kept");
    const std::uint64_t bytes = reply == 0 ? made_.front() : replies.at(reply);
    if (reply == 0) made_.erase(made_.begin());
    replies.erase(reply);
    const SendResult result = sendResult(attempt);
    if (result == SendResult::Sent) sockets.at(attempt).buffered += bytes;
    mayInterfere();
    return result;
  }
  SendResult sendMessage(AttemptId attempt, MessageId message) override {
    usable(attempt);
    check(messages.contains(message), "an unknown message is sent");
    const SentMessage& sent = messages.at(message);
    check(!sent.hasEnded, "a message is sent that has ended");
    check(message > lastGiven_[attempt], "Q3: a message overtakes another");
    const SendResult result = sendResult(attempt);
    if (result == SendResult::Sent) given(message, attempt);
    mayInterfere();
    return result;
  }
  std::uint64_t sizeOf(MessageId message) override {
    check(messages.contains(message) && !messages.at(message).hasEnded,
          "the size of a message that has ended");
    return messages.at(message).bytes;
  }
  void delivered(MessageRange range) override { endRange(range); }
  void unconfirmed(MessageRange range) override { endRange(range); }
  void dropped(MessageId message, DropReason /*reason*/) override { end(message); }
  void discarded(MessageId message) override { end(message); }
  std::optional<bool> shouldReconnect(const CloseInfo& info, bool /*byDefault*/) override {
    check(info.reason.size() <= kMaxCloseReason, "C8: a reason is cut");
    mayInterfere();
    if (bytes_.ConsumeBool()) return std::nullopt;
    return bytes_.ConsumeBool();
  }
  void notify(const Notification& notification) override {
    if (const auto* const changed = std::get_if<notification::StateChanged>(&notification)) {
      check(changed->state != state_, "C4: a change to the same state");
      state_ = changed->state;
    }
    if (std::holds_alternative<notification::Closed>(notification)) ++closes_;
    if (std::holds_alternative<notification::Opened>(notification)) opened();
    if (const auto* const retry = std::get_if<notification::RetryScheduled>(&notification)) {
      check(retry->delay >= Duration::zero(), "H6: a negative delay");
    }
    if (const auto* const latency = std::get_if<notification::LatencyMeasured>(&notification)) {
      check(latency->roundTrip >= Duration::zero(), "H3: a negative round trip");
    }
    mayInterfere();
  }
  void turnEnded() override {
    check(callsInside_ == 0, "listeners run within a turn");
    if (interfere && bytes_.ConsumeIntegralInRange<int>(0, 7) == 0 && listeners_ < 2) {
      ++listeners_;
      interfere();
      --listeners_;
    }
  }

 private:
  void opened() {
    for (auto& [attempt, socket] : sockets) {
      if (socket.isReleased || socket.isClosedByClient || !socket.isHandshaking) continue;
      check(socket.isHandshakeDone, "a connection is open before its handshake is done");
      socket.isHandshaking = false;
    }
  }
  Socket& alive(AttemptId attempt) {
    const auto found = sockets.find(attempt);
    check(found != sockets.end() && !found->second.isReleased, "C3: an effect for a released attempt");
    return found->second;
  }
  void usable(AttemptId attempt) {
    const Socket& socket = alive(attempt);
    check(socket.isOpen && !socket.isClosedByClient, "Q8: something is sent on a socket that is not open");
  }
  SendResult sendResult(AttemptId attempt) {
    if (sockets.at(attempt).isOver) return SendResult::Closing;
    const auto draw = bytes_.ConsumeIntegralInRange<int>(0, 9);
    return draw == 9 ? SendResult::Refused : draw == 8 ? SendResult::Closing : SendResult::Sent;
  }
  void end(MessageId id) {
    check(messages.contains(id) && !messages.at(id).hasEnded, "a message ends twice");
    messages.at(id).hasEnded = true;
    mayInterfere();
  }
  // A range may include messages that have ended by themselves.
  void endRange(MessageRange range) {
    check(!range.empty(), "an empty range");
    bool hasNew = false;
    for (auto at = messages.upper_bound(range.after); at != messages.end() && at->first <= range.upTo; ++at) {
      if (at->second.hasEnded) {
        hasNew = hasNew || at->second.isVolatile;
        continue;
      }
      check(at->second.wasGiven, "Q2: a message ends that was never sent");
      at->second.hasEnded = hasNew = true;
    }
    check(hasNew, "a range of messages that had all ended");
    mayInterfere();
  }
  // Calls of calls are few.
  void mayInterfere() {
    if (!interfere || callsInside_ >= 2 || bytes_.ConsumeIntegralInRange<int>(0, 7) != 0) return;
    ++callsInside_;
    interfere();
    --callsInside_;
  }

  FuzzedDataProvider& bytes_;
  std::vector<std::uint64_t> made_;  // bytes of the custom pings that are kept
  std::map<AttemptId, MessageId> lastGiven_;
  State state_ = State::Disconnected;
  std::size_t closes_ = 0;
  int callsInside_ = 0;  // calls that come from inside a function of the platform
  int listeners_ = 0;
};

}  // namespace rws::fuzz
