#include "stats.h"

#include <algorithm>

namespace rws {

void Stats::opened(Now now, bool isReconnection) {
  ++totalConnections_;
  if (isReconnection) ++totalReconnections_;
  openSince_ = now.instant;
  lastConnectedAt_ = now.wall;
}

void Stats::closed(Now now) {
  // An attempt that never opened ends no connection.
  if (!openSince_) return;
  pastConnections_ += std::max(Duration::zero(), now.instant - *openSince_);
  openSince_.reset();
  lastDisconnectedAt_ = now.wall;
}

void Stats::pong(Now now) {
  lastPong_ = now.wall;
  lastPongAt_ = now.instant;
}

bool Stats::isPongOlderThan(Duration limit, Instant now) const {
  return lastPong_ && now - std::max(lastPongAt_, openSince_.value_or(lastPongAt_)) > limit;
}

void Stats::roundTrip(Duration time) {
  ++roundTrips_;
  roundTripSumMs_ += std::chrono::duration<double, std::milli>(time).count();
}

double Stats::errorRate() const {
  if (totalMessages_ == 0) return 0;
  return static_cast<double>(totalErrors_) / static_cast<double>(totalMessages_);
}

StatsSnapshot Stats::snapshot(Instant now) const {
  StatsSnapshot snapshot;
  snapshot.totalConnections = totalConnections_;
  snapshot.totalReconnections = totalReconnections_;
  snapshot.totalMessages = totalMessages_;
  snapshot.totalErrors = totalErrors_;
  snapshot.lastConnectedAt = lastConnectedAt_;
  snapshot.lastDisconnectedAt = lastDisconnectedAt_;
  snapshot.lastPong = lastPong_;
  snapshot.connectionDuration = pastConnections_;
  if (openSince_) snapshot.connectionDuration += std::max(Duration::zero(), now - *openSince_);
  if (roundTrips_ > 0) snapshot.averageLatencyMs = roundTripSumMs_ / static_cast<double>(roundTrips_);
  snapshot.errorRate = errorRate();
  return snapshot;
}

}  // namespace rws
