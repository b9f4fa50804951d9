// Owns the world of one connection: clocks, the one timer, sockets, and a record of what the user saw of it.
// Refuses to judge: what ought to have happened is the scenario's business.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connection.h"

namespace rws::scenarios {

struct VirtualSocket {
  AttemptId attempt = AttemptId::None;
  bool isOpen = false;     // messages can be handed over
  bool refuses = false;    // handing over fails
  bool isClosing = false;  // the browser knows of its end, the close event is to come
  bool holds = false;      // nothing leaves the browser
  std::uint64_t buffered = 0;
  std::optional<std::string> closed{};  // code and reason the client closed it with
  std::vector<std::string> pings{};     // timestamps sent
};

// What the user and the network have seen since it was last looked at.
struct Record {
  std::vector<std::string> events;
  std::vector<std::string> sent;
  std::vector<std::string> control;
};

class VirtualHost {
 public:
  VirtualHost(const Options& options, std::uint64_t seed) : connection_(options, seed) {}

  // --- clocks
  [[nodiscard]] std::int64_t time() const { return time_; }
  [[nodiscard]] EpochMs wall() const { return kWallStart + time_ + wallShift_; }
  [[nodiscard]] Now now() const;
  // Fires the timers that come due up to then.
  void advanceTo(std::int64_t time);
  // Goes on without firing a timer; with `wallOnly` the monotonic clock stands still.
  void sleep(std::int64_t milliseconds, bool wallOnly);
  void setWallClock(std::int64_t byMilliseconds) { wallShift_ += byMilliseconds; }
  // Timers fire at whole multiples of this only; 0 for no throttle.
  void throttle(std::int64_t grid) { grid_ = grid; }

  // --- the user and the page
  void tell(const Input& input);
  // Whether the message was handed to the socket at once.
  bool send(const std::string& name, std::uint64_t bytes, const SendOptions& options);
  void verdict(std::optional<bool> verdict);

  // --- sockets; addressed from 1
  [[nodiscard]] std::size_t socketCount() const { return sockets_.size(); }
  [[nodiscard]] VirtualSocket& socket(std::size_t number) { return sockets_.at(number - 1); }
  void open(VirtualSocket& socket);
  void close(VirtualSocket& socket, const CloseInfo& info);
  void receive(const VirtualSocket& socket, const ControlFrame& control, const std::string& message);

  // --- what is to be seen
  [[nodiscard]] const Connection& connection() const { return connection_; }
  [[nodiscard]] Record& record() { return record_; }
  [[nodiscard]] std::vector<std::string> queue() const;

 private:
  static constexpr EpochMs kWallStart = 1'700'000'000'000;
  static constexpr Duration kMonotonicStart = std::chrono::seconds(1000);

  [[nodiscard]] std::optional<std::int64_t> timerAt() const;
  void handle(const Input& input);
  // What performing actions has led to.
  void handleAnswers();
  // The short way where there is one.
  SendOutcome submit(const PayloadRef& payload, const SendOptions& options, Actions& actions);
  void perform(const Actions& actions);
  bool handOver(AttemptId attempt, PayloadId payload);
  [[nodiscard]] input::HandOverFailed refusalOf(AttemptId attempt, PayloadId payload);
  void tellBuffered();
  VirtualSocket* find(AttemptId attempt);

  struct Performer;

  Connection connection_;
  std::int64_t time_ = 0;
  std::int64_t wallShift_ = 0;
  std::int64_t grid_ = 0;
  std::deque<VirtualSocket> sockets_;
  struct Payload {
    std::string name;
    std::uint64_t bytes = 0;
  };
  std::map<PayloadId, Payload> payloads_;  // those that may still be asked for
  PayloadId lastPayload_ = 0;
  PayloadId handedUpTo_ = 0;
  std::optional<bool> verdict_;
  std::deque<Input> answers_;  // to be told after the actions at hand
  Record record_;
};

}  // namespace rws::scenarios
