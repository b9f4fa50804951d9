// Owns the counters of a client's life and the snapshot made of them.
// Refuses to be asked by the connection: nothing is decided on a statistic.
#pragma once

#include <cstdint>
#include <optional>

#include "types.h"

namespace rws {

struct StatsSnapshot {
  std::uint64_t totalConnections = 0;
  std::uint64_t totalReconnections = 0;
  std::uint64_t totalMessages = 0;
  std::uint64_t totalErrors = 0;
  std::optional<EpochMs> lastConnectedAt;
  std::optional<EpochMs> lastDisconnectedAt;
  std::optional<EpochMs> lastPong;
  Duration connectionDuration{};
  double averageLatencyMs = 0;
  double errorRate = 0;
};

class Stats {
 public:
  void opened(Now now, bool again);
  void closed(Now now);
  void messageHandedOver() { ++totalMessages_; }
  void messageTakenBack() { --totalMessages_; }
  void error() { ++totalErrors_; }
  void pong(Now now) { lastPong_ = now.wall; }
  void roundTrip(Duration time);
  [[nodiscard]] std::uint64_t totalErrors() const { return totalErrors_; }
  // Errors a message, 0 without messages.
  [[nodiscard]] double errorRate() const;
  [[nodiscard]] StatsSnapshot snapshot(Instant now) const;

 private:
  std::uint64_t totalConnections_ = 0;
  std::uint64_t totalReconnections_ = 0;
  std::uint64_t totalMessages_ = 0;
  std::uint64_t totalErrors_ = 0;
  std::uint64_t roundTrips_ = 0;
  double roundTripSumMs_ = 0;
  std::optional<Instant> openSince_;
  std::optional<EpochMs> lastConnectedAt_;
  std::optional<EpochMs> lastDisconnectedAt_;
  std::optional<EpochMs> lastPong_;
};

}  // namespace rws
