#include "timers.h"

#include <gtest/gtest.h>

#include <limits>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr EpochMs kWall = 1700000000000;
constexpr Instant kStart = Instant{} + 1h;

// --- time limits

TEST(TimeLimit, IsOverWhenItsTimerIsPunctual) {
  for (const Duration lateness : {Duration(0), Duration(1us), Duration(50ms)}) {
    TimeLimit limit(kStart);
    EXPECT_TRUE(limit.isOverdue(kStart, kStart + lateness)) << lateness.count();
    EXPECT_EQ(limit.at(), kStart);
    EXPECT_FALSE(limit.isExtended());
  }
}

TEST(TimeLimit, IsExtendedOnceByTheLatenessOfItsTimer) {
  TimeLimit limit(kStart);
  EXPECT_FALSE(limit.isOverdue(kStart, kStart + 3s));
  EXPECT_EQ(limit.at(), kStart + 6s);
  EXPECT_TRUE(limit.isExtended());
  EXPECT_TRUE(limit.isOverdue(kStart + 6s, kStart + 20s)) << "however late the second timer is";
}

TEST(TimeLimit, IsExtendedByHalfASecondAtLeast) {
  TimeLimit limit(kStart);
  EXPECT_FALSE(limit.isOverdue(kStart, kStart + 50ms + 1us));
  EXPECT_EQ(limit.at(), kStart + 50ms + 1us + 500ms);
}

TEST(TimeLimit, CountsTheLatenessFromWhenTheTimerWasDue) {
  TimeLimit limit(kStart + 1s);
  EXPECT_FALSE(limit.isOverdue(kStart, kStart + 1s))
      << "the timer of an earlier deadline was late, and this one with it";
  EXPECT_EQ(limit.at(), kStart + 2s);
}

TEST(TimeLimit, IsExtendedByWhatTheTimerWasLateFromHalfASecondToAMinute) {
  EXPECT_EQ(extensionAfter(Duration(0)), 500ms);
  EXPECT_EQ(extensionAfter(499ms), 500ms);
  EXPECT_EQ(extensionAfter(501ms), 501ms);
  EXPECT_EQ(extensionAfter(59s), 59s);
  EXPECT_EQ(extensionAfter(1h), 60s) << "the device was asleep";
}

// --- jumps of the clock

Now at(Duration monotonic, Duration wall) { return {kStart + monotonic, kWall + wall / 1ms}; }

TEST(ClockWatch, SeesNoJumpInItsFirstReading) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
}

TEST(ClockWatch, SeesNoJumpWhileBothClocksAgree) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_FALSE(watch.observe(at(10h, 10h), std::nullopt)) << "a long time without calls is no sleep";
  EXPECT_FALSE(watch.observe(at(10h + 1s, 10h + 6s), std::nullopt)) << "at the threshold";
}

TEST(ClockWatch, SeesASleepInWhichTheMonotonicClockStoodStill) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_TRUE(watch.observe(at(1s, 1s + 5001ms), std::nullopt));
  EXPECT_FALSE(watch.observe(at(2s, 7001ms), std::nullopt)) << "seen once";
}

TEST(ClockWatch, SeesASleepInWhichTheMonotonicClockRanOn) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), kStart + 10s));
  EXPECT_FALSE(watch.observe(at(15s, 15s), kStart + 10s)) << "at the threshold";
  EXPECT_TRUE(watch.observe(at(16s, 16s), kStart + 16s - 5001ms));
  ClockWatch first;
  EXPECT_TRUE(first.observe(at(1min, 1min), kStart)) << "lateness needs no earlier reading";
}

TEST(ClockWatch, TakesAWallClockSetBackForNoJump) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_FALSE(watch.observe(at(1s, -24h), std::nullopt));
  EXPECT_FALSE(watch.observe(at(2s, -24h + 1s), std::nullopt)) << "compared with the new time from then on";
}

TEST(ClockWatch, ComparesWithTheReadingBeforeAndNotWithTheFirst) {
  ClockWatch watch;
  for (int i = 0; i < 100; ++i) {
    // A wall clock that gains a second a minute is a bad clock, not a sleep.
    EXPECT_FALSE(watch.observe(at(i * 60s, i * 61s), std::nullopt)) << i;
  }
}

TEST(ClockWatch, TakesAnyWallClock) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe({kStart, std::numeric_limits<EpochMs>::min()}, std::nullopt));
  EXPECT_TRUE(watch.observe({kStart, std::numeric_limits<EpochMs>::max()}, std::nullopt));
  EXPECT_FALSE(watch.observe({kStart, std::numeric_limits<EpochMs>::min()}, std::nullopt));
}

TEST(ClockWatch, WantsBothClocksReadAfterFiveSeconds) {
  ClockWatch watch;
  EXPECT_TRUE(watch.isDue(kWall)) << "nothing was read yet";
  EXPECT_FALSE(watch.observe(at(0s, 0s), std::nullopt));
  EXPECT_FALSE(watch.isDue(kWall));
  EXPECT_FALSE(watch.isDue(kWall + 5000));
  EXPECT_TRUE(watch.isDue(kWall + 5001));
  EXPECT_FALSE(watch.isDue(kWall - 60'000)) << "a wall clock set back is no sleep";
}

TEST(ClockWatch, ComparesExtremeWallClocksWithoutOverflow) {
  ClockWatch watch;
  EXPECT_FALSE(watch.observe({kStart, std::numeric_limits<EpochMs>::min()}, std::nullopt));
  EXPECT_TRUE(watch.isDue(std::numeric_limits<EpochMs>::max()));
  EXPECT_TRUE(watch.observe({kStart, std::numeric_limits<EpochMs>::max()}, std::nullopt));
  EXPECT_FALSE(watch.isDue(std::numeric_limits<EpochMs>::min()));
}

}  // namespace
}  // namespace rws
