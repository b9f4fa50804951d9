// A connected client on a platform that never fails and does nothing else: time moves when it is told to,
// messages leave at once, and the server answers when it is told to.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "driver.h"

namespace rws::test {

using namespace std::chrono_literals;

class SteadyPlatform final : public Platform {
 public:
  Now clock{Instant(100s), 1'700'000'000'000};
  Driver* driver = nullptr;
  std::uint64_t messages = 0;
  EpochMs unansweredPing = 0;

  Now now() override { return clock; }
  void setTimer(std::int32_t /*milliseconds*/) override {}
  void clearTimer() override {}
  void resolveAddress(AttemptId attempt) override { driver->addressResolved(attempt); }
  std::string openSocket(AttemptId /*attempt*/) override { return {}; }
  void startHandshake(AttemptId /*attempt*/) override {}
  void sendHello(AttemptId /*attempt*/, std::string_view /*text*/) override {}
  void leaveSession(AttemptId /*attempt*/) override {}
  void closeSocket(AttemptId /*attempt*/, std::uint16_t /*code*/, std::string_view /*reason*/) override {}
  void release(AttemptId /*attempt*/) override {}
  std::uint64_t bufferedAmount(AttemptId /*attempt*/) override { return 0; }
  SendResult sendControl(AttemptId /*attempt*/, std::string_view text) override {
    // {"type":"ping","timestamp":n}
    unansweredPing = 0;
    for (const char character : text) {
      if (character >= '0' && character <= '9') unansweredPing = unansweredPing * 10 + (character - '0');
    }
    return SendResult::Sent;
  }
  std::uint64_t makePing() override { return 0; }
  SendResult sendCustom(AttemptId /*attempt*/, std::uint64_t /*reply*/) override { return SendResult::Sent; }
  SendResult sendMessage(AttemptId /*attempt*/, MessageId /*message*/) override {
    ++messages;
    return SendResult::Sent;
  }
  std::uint64_t sizeOf(MessageId /*message*/) override { return kMessageBytes; }
  void delivered(MessageRange /*messages*/) override {}
  void unconfirmed(MessageRange /*messages*/) override {}
  void dropped(MessageId /*message*/, DropReason /*reason*/) override {}
  void discarded(MessageId /*message*/) override {}
  std::optional<bool> shouldReconnect(const CloseInfo& /*info*/, bool /*byDefault*/) override { return {}; }
  void notify(const Notification& /*notification*/) override {}
  void turnEnded() override {}

  static constexpr std::uint64_t kMessageBytes = 100;
};

class SteadyLink {
 public:
  SteadyLink() : driver_(platform_, 1) {
    platform_.driver = &driver_;
    driver_.connect();
    driver_.socketOpened(attempt());
  }
  SteadyLink(const SteadyLink&) = delete;
  SteadyLink& operator=(const SteadyLink&) = delete;

  [[nodiscard]] Driver& driver() { return driver_; }
  [[nodiscard]] const Now& now() const { return platform_.clock; }
  [[nodiscard]] AttemptId attempt() const { return driver_.client().currentAttempt(); }

  // Whether the socket has the message.
  bool send() { return driver_.send(nextMessage(), {}); }
  // By the fast path; whether there was one. Otherwise the message was sent by the other.
  bool trySendNow() {
    const Message message = nextMessage();
    if (driver_.trySendNow(message)) return true;
    (void)driver_.send(message, {});
    return false;
  }
  void receive() { (void)driver_.frameReceived(attempt()); }

  [[nodiscard]] bool isPingUnanswered() const { return platform_.unansweredPing != 0; }
  // The server answers the last ping. It proves that everything before it was delivered.
  void answer() {
    const std::string pong =
        R"({"type":"pong","timestamp":)" + std::to_string(platform_.unansweredPing) + "}";
    platform_.unansweredPing = 0;
    (void)driver_.textReceived(attempt(), pong);
  }
  // So many messages, with an answer to each ping.
  void exchange(int messages) {
    for (int i = 0; i < messages; ++i) {
      (void)send();
      if (isPingUnanswered()) answer();
    }
  }

  void pass(Duration by) {
    platform_.clock.instant += by;
    platform_.clock.wall += by / std::chrono::milliseconds(1);
  }
  // Goes to the next deadline, where the timer fires.
  void tick() {
    const Instant due = driver_.client().nextDeadline().value_or(now().instant);
    if (due > now().instant) pass(due - now().instant);
    driver_.timerFired();
  }
  // The connection is lost, the delay passes, the next attempt opens and becomes stable.
  void reconnect() {
    driver_.socketClosed(attempt(), 1006, "", false);
    while (driver_.client().state() != State::Connected) {
      if (attempt() == AttemptId::None) {
        tick();
      } else {
        driver_.socketOpened(attempt());
      }
    }
    pass(10s);
    tick();
  }

 private:
  Message nextMessage() { return {++lastId_, SteadyPlatform::kMessageBytes, true}; }

  SteadyPlatform platform_;
  Driver driver_;
  MessageId lastId_ = 0;
};

}  // namespace rws::test
