// A Platform of virtual time for one driver: clocks, the timer, sockets without a network, and a record of
// what the user has seen. Work on a socket that does not exist is an error.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "driver.h"

namespace rws::scenarios {

struct VirtualSocket {
  AttemptId attempt = AttemptId::None;
  bool isOpen = false;        // takes messages
  bool refuses = false;       // send() throws
  bool isClosing = false;     // readyState is CLOSING, the close event is still to come
  bool isStalled = false;     // nothing leaves the browser
  bool hasHandshake = false;  // it was started
  bool hasLeft = false;       // the client has said `bye`
  bool isReleased = false;    // the driver wants no event any more
  std::uint64_t buffered = 0;
  std::optional<std::string> closed{};  // code and reason the client closed it with
  std::vector<std::string> pings{};     // timestamps sent
  std::vector<std::string> early{};     // messages that arrived during the handshake
};

// What the user and the network have seen since the last look.
struct Record {
  std::vector<std::string> events;
  std::vector<std::string> sent;
  std::vector<std::string> control;
};

class VirtualHost final : private Platform {
 public:
  explicit VirtualHost(std::uint64_t seed) : driver_(*this, seed) {}

  // --- clocks
  [[nodiscard]] std::int64_t time() const { return time_; }
  // Fires the timers that are due up to then.
  void advanceTo(std::int64_t time);
  // Time passes and no timer fires; with `wallOnly` the monotonic clock stands still.
  void sleep(std::int64_t milliseconds, bool wallOnly);
  void setWallClock(std::int64_t byMilliseconds) { wallShift_ += byMilliseconds; }
  // Timers fire at whole multiples of this only; 0 for no throttle.
  void throttle(std::int64_t grid) { grid_ = grid; }

  // --- the user and the page
  [[nodiscard]] Driver& driver() { return driver_; }
  [[nodiscard]] const Client& client() const { return driver_.client(); }
  [[nodiscard]] Now now() override;
  // Whether the socket took the message.
  bool send(const std::string& name, std::uint64_t bytes, const SendOptions& options);
  void setVerdict(std::optional<bool> verdict);
  // `pingBytes`: of each custom ping, 0 if none can be made.
  void setHeartbeat(const HeartbeatOption& heartbeat, std::uint64_t pingBytes);
  // What the user's url or shouldReconnect function does when it is called next.
  void setInsideUrl(std::function<void()> commands) { insideUrl_ = std::move(commands); }
  void setInsideVerdict(std::function<void()> commands) { insideVerdict_ = std::move(commands); }

  // --- sockets, counted from 1
  [[nodiscard]] std::size_t socketCount() const { return sockets_.size(); }
  [[nodiscard]] VirtualSocket& socket(std::size_t number) { return sockets_.at(number - 1); }
  void open(VirtualSocket& socket);
  void error(const VirtualSocket& socket);
  void close(VirtualSocket& socket, std::uint16_t code, const std::string& reason, bool wasClean);
  // The handshake sends.
  void say(VirtualSocket& socket, const std::string& name);
  // A frame in which the user's functions find the answer to a ping, or a ping and a reply of so many bytes.
  void receiveCustom(VirtualSocket& socket, std::uint64_t replyBytes, const std::string& name);
  void receiveText(VirtualSocket& socket, const std::string& text, const std::string& name);

  // --- what can be seen
  [[nodiscard]] Record& record() { return record_; }
  [[nodiscard]] std::vector<std::string> queue() const;
  [[nodiscard]] bool isTimerSet() const { return timerAt_.has_value(); }

 private:
  struct Payload {
    std::string name;
    std::uint64_t bytes = 0;
  };

  void setTimer(std::int32_t milliseconds) override;
  void clearTimer() override { timerAt_.reset(); }
  void resolveAddress(AttemptId attempt) override;
  std::string openSocket(AttemptId attempt) override;
  void startHandshake(AttemptId attempt) override { find(attempt)->hasHandshake = true; }
  void sendHello(AttemptId attempt, std::string_view text) override;
  void leaveSession(AttemptId attempt) override { find(attempt)->hasLeft = true; }
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override;
  void release(AttemptId attempt) override;
  std::uint64_t bufferedAmount(AttemptId attempt) override;
  SendResult sendControl(AttemptId attempt, std::string_view text) override;
  std::uint64_t makePing() override { return pingBytes_; }
  SendResult sendCustom(AttemptId attempt, std::uint64_t reply) override;
  SendResult sendMessage(AttemptId attempt, MessageId message) override;
  std::uint64_t sizeOf(MessageId message) override { return payloads_.at(message).bytes; }
  void delivered(MessageRange messages) override;
  void unconfirmed(MessageRange messages) override;
  void dropped(MessageId message, DropReason reason) override;
  void discarded(MessageId message) override { payloads_.erase(message); }
  std::optional<bool> shouldReconnect(const CloseInfo& info, bool byDefault) override;
  void notify(const Notification& notification) override;
  void turnEnded() override {}

  [[nodiscard]] std::optional<std::int64_t> nextTimer() const;
  VirtualSocket* find(AttemptId attempt);
  SendResult give(VirtualSocket* socket, std::uint64_t bytes);

  std::int64_t time_ = 0;
  std::int64_t wallShift_ = 0;
  std::int64_t grid_ = 0;
  std::optional<std::int64_t> timerAt_;
  std::deque<VirtualSocket> sockets_;
  std::map<MessageId, Payload> payloads_;  // those that are kept
  MessageId lastMessage_ = 0;
  std::uint64_t pingBytes_ = 0;
  std::map<std::uint64_t, std::uint64_t> replies_;  // bytes of each, by its key
  std::uint64_t lastReply_ = 0;
  std::optional<bool> verdict_;
  std::function<void()> insideUrl_;
  std::function<void()> insideVerdict_;
  Record record_;
  Driver driver_;
};

}  // namespace rws::scenarios
