// A second client beside the driver's. It gets the same events in the order that the contract of driver.h and
// platform.h demands: the answer to an effect at once, and whatever else arrives during a turn after
// everything that came before it is done. So an event given inside a callback must have the effects that it
// has outside, and the driver must perform the effects that this client asks for, no others, in this order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "client.h"

namespace rws::sim {

class Reference {
 public:
  Reference(std::uint64_t seed, const HostTraits& traits) : client_(Options{}, seed, traits) {}

  [[nodiscard]] const Client& client() const { return client_; }

  // --- events that wait for their turn
  [[nodiscard]] bool isHolding() const { return !held_.empty(); }
  void add(Event event) { waiting_.push_back(std::move(event)); }
  [[nodiscard]] std::optional<Event> take() {
    if (waiting_.empty()) return std::nullopt;
    std::optional<Event> first(std::move(waiting_.front()));
    waiting_.pop_front();
    return first;
  }
  // Holds the event while the page may be about to go.
  void hold(Event event) { held_.push_back(std::move(event)); }
  // The page stays: what is held comes behind what waits already.
  void release() {
    waiting_.insert(waiting_.end(), held_.begin(), held_.end());
    held_.clear();
  }

  // --- the client's own interface
  void handle(const HostFacts& facts, const Event& event) { client_.handle(facts, event); }
  [[nodiscard]] std::optional<Effect> pollEffect() { return client_.pollEffect(); }
  [[nodiscard]] bool trySendNow(const Message& message) { return client_.trySendNow(message); }
  void messageEstimated(MessageId message, std::uint64_t bytes) { client_.messageEstimated(message, bytes); }
  [[nodiscard]] bool tryReceive(AttemptId attempt, EpochMs wall, bool isTaken) {
    return client_.tryReceive(attempt, wall, isTaken);
  }
  [[nodiscard]] bool takeMessage(AttemptId attempt) { return client_.takeMessage(attempt); }
  void messageHandled() { client_.messageHandled(); }

 private:
  Client client_;
  std::deque<Event> waiting_;
  std::vector<Event> held_;
};

}  // namespace rws::sim
