#include "clock_watch.h"

#include <gtest/gtest.h>

#include <limits>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr EpochMs kWall = 1700000000000;

Now at(Duration monotonic, Duration wall) { return {Instant{} + 1h + monotonic, kWall + wall / 1ms}; }

TEST(ClockWatch, SeesNoJumpInItsFirstReading) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
}

TEST(ClockWatch, SeesNoJumpWhileBothClocksAgree) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_FALSE(watch.observe(at(10h, 10h), std::nullopt)) << "a long quiet time is no sleep";
  EXPECT_FALSE(watch.observe(at(10h + 1s, 10h + 6s), std::nullopt)) << "at the threshold";
}

TEST(ClockWatch, SeesASleepInWhichTheMonotonicClockStoodStill) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_TRUE(watch.observe(at(1s, 1s + 5001ms), std::nullopt));
  EXPECT_FALSE(watch.observe(at(2s, 7001ms), std::nullopt)) << "told once";
}

TEST(ClockWatch, SeesASleepInWhichTheMonotonicClockRanOn) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), Instant{} + 1h + 10s));
  EXPECT_FALSE(watch.observe(at(15s, 15s), Instant{} + 1h + 10s));
  EXPECT_TRUE(watch.observe(at(16s, 16s), Instant{} + 1h + 16s - 5001ms));
  ClockWatch first;
  EXPECT_TRUE(first.observe(at(1min, 1min), Instant{} + 1h)) << "lateness needs no earlier reading";
}

TEST(ClockWatch, TakesAWallClockSetBackForNoJump) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_FALSE(watch.observe(at(1s, -24h), std::nullopt));
  EXPECT_FALSE(watch.observe(at(2s, -24h + 1s), std::nullopt)) << "the new time is the measure from then on";
}

TEST(ClockWatch, ComparesWithTheReadingBeforeAndNotWithTheFirst) {
  ClockWatch watch;
  for (int i = 0; i < 100; ++i) {
    // A wall clock that gains a second a minute is a bad clock, not a sleep.
    EXPECT_FALSE(watch.observe(at(i * 60s, i * 61s), std::nullopt)) << i;
  }
}

TEST(ClockWatch, SurvivesAnyWallClock) {
  ClockWatch watch;
  const Instant now = Instant{} + 1h;
  EXPECT_FALSE(watch.observe({now, std::numeric_limits<EpochMs>::min()}, std::nullopt));
  EXPECT_TRUE(watch.observe({now, std::numeric_limits<EpochMs>::max()}, std::nullopt));
  EXPECT_FALSE(watch.observe({now, std::numeric_limits<EpochMs>::min()}, std::nullopt));
}

}  // namespace
}  // namespace rws
