#include "stats.h"

#include <gtest/gtest.h>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = Instant{} + 1h;
constexpr EpochMs kWall = 1700000000000;

Now at(Duration sinceStart) { return {kStart + sinceStart, kWall + sinceStart / 1ms}; }

TEST(Stats, AreZeroAndWithoutDatesAtFirst) {
  const StatsSnapshot snapshot = Stats{}.snapshot(kStart);
  EXPECT_EQ(snapshot.totalConnections, 0U);
  EXPECT_EQ(snapshot.totalReconnections, 0U);
  EXPECT_EQ(snapshot.totalMessages, 0U);
  EXPECT_EQ(snapshot.totalErrors, 0U);
  EXPECT_EQ(snapshot.lastConnectedAt, std::nullopt);
  EXPECT_EQ(snapshot.lastDisconnectedAt, std::nullopt);
  EXPECT_EQ(snapshot.lastPong, std::nullopt);
  EXPECT_EQ(snapshot.connectionDuration, 0s);
  EXPECT_EQ(snapshot.averageLatencyMs, 0);
  EXPECT_EQ(snapshot.errorRate, 0);
}

TEST(Stats, CountConnectionsAndThoseAfterALoss) {
  Stats stats;
  stats.opened(at(0s), false);
  stats.closed(at(5s));
  stats.opened(at(7s), true);
  const StatsSnapshot snapshot = stats.snapshot(kStart + 10s);
  EXPECT_EQ(snapshot.totalConnections, 2U);
  EXPECT_EQ(snapshot.totalReconnections, 1U);
  EXPECT_EQ(snapshot.lastConnectedAt, kWall + 7000);
  EXPECT_EQ(snapshot.lastDisconnectedAt, kWall + 5000);
}

TEST(Stats, AddTheDurationsOfAllConnections) {
  Stats stats;
  EXPECT_EQ(stats.snapshot(kStart + 10s).connectionDuration, 0s);
  stats.opened(at(0s), false);
  EXPECT_EQ(stats.snapshot(kStart + 4s).connectionDuration, 4s);
  stats.closed(at(5s));
  EXPECT_EQ(stats.snapshot(kStart + 6s).connectionDuration, 5s) << "no time is added between connections";
  stats.opened(at(7s), true);
  EXPECT_EQ(stats.snapshot(kStart + 10s).connectionDuration, 8s) << "the present connection included";
  stats.closed(at(11s));
  EXPECT_EQ(stats.snapshot(kStart + 1h).connectionDuration, 9s);
}

TEST(Stats, CountNoDisconnectionForAnAttemptThatNeverOpened) {
  Stats stats;
  stats.closed(at(1s));
  EXPECT_EQ(stats.snapshot(kStart).lastDisconnectedAt, std::nullopt);
  stats.opened(at(2s), false);
  stats.closed(at(3s));
  stats.closed(at(4s));
  EXPECT_EQ(stats.snapshot(kStart).lastDisconnectedAt, kWall + 3000);
}

TEST(Stats, MeasureDurationsByTheMonotonicClock) {
  Stats stats;
  stats.opened({kStart, kWall}, false);
  EXPECT_EQ(stats.snapshot(kStart + 4s).connectionDuration, 4s);
  EXPECT_EQ(stats.snapshot(kStart - 1s).connectionDuration, 0s) << "never negative";
  stats.closed({kStart - 1s, kWall + 60'000});
  EXPECT_EQ(stats.snapshot(kStart).connectionDuration, 0s);
}

TEST(Stats, AverageTheRoundTrips) {
  Stats stats;
  stats.roundTrip(10ms);
  stats.roundTrip(20ms);
  stats.roundTrip(33ms);
  stats.pong(at(9s));
  const StatsSnapshot snapshot = stats.snapshot(kStart);
  EXPECT_DOUBLE_EQ(snapshot.averageLatencyMs, 21.0);
  EXPECT_EQ(snapshot.lastPong, kWall + 9000);
}

TEST(Stats, RateErrorsAMessage) {
  Stats stats;
  stats.error();
  EXPECT_EQ(stats.snapshot(kStart).errorRate, 0) << "no rate without messages";
  for (int i = 0; i < 10; ++i) stats.messageSent();
  stats.messagesReturned(2);
  stats.error();
  const StatsSnapshot snapshot = stats.snapshot(kStart);
  EXPECT_EQ(snapshot.totalMessages, 8U);
  EXPECT_EQ(snapshot.totalErrors, 2U);
  EXPECT_DOUBLE_EQ(snapshot.errorRate, 0.25);
}

}  // namespace
}  // namespace rws
