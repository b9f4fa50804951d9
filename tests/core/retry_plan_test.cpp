#include "retry_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{100s};

Options withJitter(double jitter) {
  Options options;
  options.jitter = jitter;
  return options;
}

std::vector<Duration> waits(RetryPlan& plan, const Options& options, std::size_t count) {
  std::vector<Duration> all;
  while (all.size() < count) all.push_back(plan.schedule(options, {}).delay);
  return all;
}

TEST(RetryPlan, WithoutJitterDoublesTheWaitUpToTheCap) {
  RetryPlan plan(1);
  const std::vector<Duration> expected = {1s, 2s, 4s, 8s, 16s, 30s, 30s};
  EXPECT_EQ(waits(plan, withJitter(0), 7), expected);
  EXPECT_EQ(plan.attempts(), 7U);
}

TEST(RetryPlan, WithJitterEachWaitBelowTheCapIsTwiceTheOneBefore) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RetryPlan plan(seed);
    const std::vector<Duration> all = waits(plan, withJitter(0.5), 5);
    EXPECT_GE(all[0], 500ms);
    EXPECT_LE(all[0], 1000ms);
    for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i], 2 * all[i - 1]) << "seed " << seed;
  }
}

TEST(RetryPlan, SeedsDifferAtEveryRetryAtTheCapToo) {
  RetryPlan one(1);
  RetryPlan other(2);
  const std::vector<Duration> ofOne = waits(one, withJitter(0.5), 10);
  const std::vector<Duration> ofOther = waits(other, withJitter(0.5), 10);
  for (std::size_t i = 0; i < ofOne.size(); ++i) EXPECT_NE(ofOne[i], ofOther[i]) << "retry " << i + 1;
  EXPECT_NE(ofOne[8], ofOne[9]) << "a wait at the cap is drawn each time";
}

TEST(RetryPlan, TheSameSeedWaitsTheSame) {
  RetryPlan one(9);
  RetryPlan other(9);
  EXPECT_EQ(waits(one, withJitter(1), 12), waits(other, withJitter(1), 12));
}

TEST(RetryPlan, DrawsAnewForEachOutage) {
  RetryPlan plan(1);
  const Duration first = plan.schedule(withJitter(0.5), {}).delay;
  plan.reset();
  EXPECT_EQ(plan.attempts(), 0U);
  const ScheduledRetry again = plan.schedule(withJitter(0.5), {});
  EXPECT_EQ(again.attempt, 1U);
  EXPECT_NE(again.delay, first);
}

TEST(RetryPlan, IsSpentAfterSoManyRetriesAndNeverWhenUnlimited) {
  Options options = withJitter(0);
  options.maxReconnectAttempts = 2;
  RetryPlan plan(1);
  EXPECT_FALSE(plan.spent(options));
  (void)waits(plan, options, 2);
  EXPECT_TRUE(plan.spent(options));
  options.maxReconnectAttempts = Options::kUnlimited;
  EXPECT_FALSE(plan.spent(options));
  options.maxReconnectAttempts = 0;
  EXPECT_TRUE(RetryPlan(1).spent(options));
}

TEST(RetryPlan, AServersWaitIsKeptAndBoundedByItsOwnLimit) {
  Options options = withJitter(0.5);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RetryPlan plan(seed);
    const ScheduledRetry asked = plan.schedule(options, {true, 60s});
    EXPECT_GE(asked.delay, 60s) << "above maxReconnectDelay, and before the hint of a restart";
    EXPECT_LE(asked.delay, 90s);
    EXPECT_EQ(asked.nominal, 1s);
  }
  options.maxRetryAfter = 5s;
  EXPECT_EQ(RetryPlan(1).schedule(options, {false, 60s}).delay, 5s);
}

TEST(RetryPlan, ARestartingServerIsGivenAWideSpread) {
  Duration shortest = 1h;
  Duration longest{};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    RetryPlan plan(seed);
    const Duration delay = plan.schedule(withJitter(0.5), {true, std::nullopt}).delay;
    shortest = std::min(shortest, delay);
    longest = std::max(longest, delay);
    const Duration second = plan.schedule(withJitter(0), {}).delay;
    EXPECT_GE(second, 5s) << "the server is still restarting";
    EXPECT_LE(second, 30s);
    EXPECT_EQ(plan.schedule(withJitter(0), {false, 7s}).delay, 7s) << "what the server asks for comes first";
    plan.reset();
    EXPECT_EQ(plan.schedule(withJitter(0), {}).delay, 1s) << "an outage of its own";
  }
  EXPECT_GE(shortest, 5s);
  EXPECT_LT(shortest, 6s);
  EXPECT_LE(longest, 30s);
  EXPECT_GT(longest, 29s);
}

TEST(RetryPlan, ALongWaitIsNotCutShortByARestart) {
  Options options = withJitter(0);
  options.maxReconnectDelay = 5min;
  RetryPlan plan(1);
  Duration delay{};
  for (int i = 0; i < 8; ++i) delay = plan.schedule(options, {true, std::nullopt}).delay;
  EXPECT_EQ(delay, 128s);
}

TEST(RetryPlan, ASignOfLifeKeepsASecondFromTheLastAttempt) {
  RetryPlan plan(1);
  plan.began(kNow);
  EXPECT_EQ(plan.revival(withJitter(0), kNow + 200ms), kNow + 1s);
  EXPECT_EQ(plan.revival(withJitter(0), kNow + 5s), kNow + 5s);
}

TEST(RetryPlan, SignsOfLifeAreSpreadOverASecond) {
  RetryPlan plan(1);
  plan.began(kNow - 10s);
  Instant latest = kNow;
  for (int i = 0; i < 200; ++i) {
    const Instant at = plan.revival(withJitter(0.5), kNow);
    EXPECT_GE(at, kNow);
    EXPECT_LE(at, kNow + 1s);
    latest = std::max(latest, at);
  }
  EXPECT_GT(latest, kNow + 900ms);
}

TEST(RetryPlan, ARevivalCountsOnlyAsTheFirstOfAnOutage) {
  RetryPlan plan(1);
  EXPECT_EQ(plan.revived(withJitter(0), kNow, kNow + 300ms).attempt, 1U);
  EXPECT_EQ(plan.attempts(), 1U);
  (void)plan.schedule(withJitter(0), {});
  const ScheduledRetry earlier = plan.revived(withJitter(0), kNow, kNow + 300ms);
  EXPECT_EQ(earlier.attempt, 2U) << "the retry that was scheduled comes earlier, no other is made";
  EXPECT_EQ(earlier.delay, 300ms);
  EXPECT_EQ(earlier.nominal, 2s);
  EXPECT_EQ(plan.revived(withJitter(0), kNow, kNow - 1s).delay, 0s) << "a wait is never negative";
}

}  // namespace
}  // namespace rws
