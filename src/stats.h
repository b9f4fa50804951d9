// The counters of a client's life. They are shown; nothing is decided on them.
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
  Duration connectionDuration{};  // of all connections together, the present one included
  double averageLatencyMs = 0;
  double errorRate = 0;
};

class Stats {
 public:
  void opened(Now now, bool isReconnection);
  void closed(Now now);
  void messageSent() { ++totalMessages_; }
  void messagesReturned(std::uint64_t count) { totalMessages_ -= count; }
  void error() { ++totalErrors_; }
  void pong(Now now);
  void roundTrip(Duration time);
  [[nodiscard]] std::uint64_t totalErrors() const { return totalErrors_; }
  // Errors a message, 0 without messages.
  [[nodiscard]] double errorRate() const;
  // Whether the last pong and the opening of the connection are longer ago than this.
  [[nodiscard]] bool isPongOlderThan(Duration limit, Instant now) const;
  [[nodiscard]] StatsSnapshot snapshot(Instant now) const;

 private:
  std::uint64_t totalConnections_ = 0;
  std::uint64_t totalReconnections_ = 0;
  std::uint64_t totalMessages_ = 0;
  std::uint64_t totalErrors_ = 0;
  std::uint64_t roundTrips_ = 0;
  double roundTripSumMs_ = 0;
  Duration pastConnections_{};
  OptionalInstant openSince_;
  OptionalEpochMs lastConnectedAt_;
  OptionalEpochMs lastDisconnectedAt_;
  OptionalEpochMs lastPong_;
  Instant lastPongAt_{};
};

}  // namespace rws
