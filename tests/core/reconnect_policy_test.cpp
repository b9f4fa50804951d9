// The retries of an outage: their delays and hints. The gate is in reconnect_gate_test.cpp.
#include "reconnect_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{100s};
const CloseInfo kLost{1006, "", false};

Options withJitter(double jitter) {
  Options options;
  options.jitter = jitter;
  return options;
}

CloseInfo restarting(std::string reason = "") { return {1012, std::move(reason), true}; }
CloseInfo hinted(std::uint16_t code, const std::string& milliseconds) {
  return {code, R"({"retryAfterMs":)" + milliseconds + "}", true};
}

ScheduledRetry schedule(ReconnectPolicy& policy, const Options& options, const CloseInfo& info = kLost) {
  return policy.scheduleAfter(options, kNow, info, false);
}

std::vector<Duration> delays(ReconnectPolicy& policy, const Options& options, std::size_t count) {
  std::vector<Duration> all;
  while (all.size() < count) all.push_back(schedule(policy, options).delay);
  return all;
}

TEST(ReconnectPolicy, HasNothingScheduledAtFirst) {
  const ReconnectPolicy policy(1);
  EXPECT_EQ(policy.attempts(), 0U);
  EXPECT_EQ(policy.retryAt(), std::nullopt);
}

// --- delays

TEST(ReconnectPolicy, WithoutJitterDoublesTheDelayUpToTheCap) {
  ReconnectPolicy policy(1);
  const std::vector<Duration> expected = {1s, 2s, 4s, 8s, 16s, 30s, 30s};
  EXPECT_EQ(delays(policy, withJitter(0), 7), expected);
  EXPECT_EQ(policy.attempts(), 7U);
}

TEST(ReconnectPolicy, SchedulesTheRetryAfterTheDelay) {
  ReconnectPolicy policy(1);
  const ScheduledRetry retry = schedule(policy, withJitter(0.5));
  EXPECT_EQ(retry.attempt, 1U);
  EXPECT_EQ(retry.nominalDelay, 1s);
  EXPECT_EQ(policy.retryAt(), kNow + retry.delay);
  policy.cancelRetry();
  EXPECT_EQ(policy.retryAt(), std::nullopt);
  EXPECT_EQ(policy.attempts(), 1U);
}

TEST(ReconnectPolicy, WithJitterEachDelayBelowTheCapIsTwiceTheOneBefore) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ReconnectPolicy policy(seed);
    const std::vector<Duration> all = delays(policy, withJitter(0.5), 5);
    EXPECT_GE(all[0], 500ms);
    EXPECT_LE(all[0], 1000ms);
    for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i], 2 * all[i - 1]) << "seed " << seed;
  }
}

TEST(ReconnectPolicy, StaysWithinTheBoundsOfTheJitterAtEveryRetry) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (const double jitter : {0.0, 0.3, 0.5, 1.0}) {
      const Options options = withJitter(jitter);
      ReconnectPolicy policy(seed);
      for (int i = 0; i < 12; ++i) {
        const ScheduledRetry retry = schedule(policy, options);
        const double share = retry.nominalDelay == options.maxReconnectDelay ? 0.4 * jitter : jitter;
        EXPECT_LE(retry.delay, retry.nominalDelay);
        EXPECT_GE(static_cast<double>(retry.delay.count()),
                  (1 - share) * static_cast<double>(retry.nominalDelay.count()));
      }
    }
  }
}

TEST(ReconnectPolicy, SeedsDifferAtEveryRetryAndAtTheCapToo) {
  ReconnectPolicy one(1);
  ReconnectPolicy other(2);
  const std::vector<Duration> ofOne = delays(one, withJitter(0.5), 10);
  const std::vector<Duration> ofOther = delays(other, withJitter(0.5), 10);
  for (std::size_t i = 0; i < ofOne.size(); ++i) EXPECT_NE(ofOne[i], ofOther[i]) << "retry " << i + 1;
  EXPECT_NE(ofOne[8], ofOne[9]) << "a delay at the cap is drawn for each retry";
}

TEST(ReconnectPolicy, TheSameSeedGivesTheSameDelays) {
  ReconnectPolicy one(9);
  ReconnectPolicy other(9);
  EXPECT_EQ(delays(one, withJitter(1), 12), delays(other, withJitter(1), 12));
}

TEST(ReconnectPolicy, DrawsOnceForEachOutage) {
  ReconnectPolicy policy(1);
  const Duration first = schedule(policy, withJitter(0.5)).delay;
  policy.reset();
  EXPECT_EQ(policy.attempts(), 0U);
  EXPECT_EQ(policy.retryAt(), std::nullopt);
  const ScheduledRetry again = schedule(policy, withJitter(0.5));
  EXPECT_EQ(again.attempt, 1U);
  EXPECT_NE(again.delay, first);
}

TEST(ReconnectPolicy, AnAttemptThatStartsIsNoLongerScheduled) {
  ReconnectPolicy policy(1);
  (void)schedule(policy, withJitter(0));
  policy.attemptStarted(kNow + 1s);
  EXPECT_EQ(policy.retryAt(), std::nullopt);
  EXPECT_EQ(policy.sinceLastAttempt(kNow + 5s), 4s);
}

// --- hints of the server

TEST(ReconnectPolicy, ADelayTheServerAsksForIsKeptAndBoundedByItsOwnLimit) {
  Options options = withJitter(0.5);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    ReconnectPolicy policy(seed);
    const ScheduledRetry retry = schedule(policy, options, hinted(1012, "60000"));
    EXPECT_GE(retry.delay, 60s) << "above maxReconnectDelay, and before the hint of a restart";
    EXPECT_LE(retry.delay, 90s);
    EXPECT_EQ(retry.nominalDelay, 1s);
  }
  options.maxRetryAfter = 5s;
  ReconnectPolicy policy(1);
  EXPECT_EQ(schedule(policy, options, hinted(4000, "60000")).delay, 5s);
}

TEST(ReconnectPolicy, ReadsTheHintOfAnyCode) {
  for (const std::uint16_t code : std::vector<std::uint16_t>{1001, 1006, 1011, 1013, 4000}) {
    ReconnectPolicy policy(1);
    EXPECT_EQ(schedule(policy, withJitter(0), hinted(code, "2500.5")).delay, 2500500us) << code;
  }
  ReconnectPolicy policy(1);
  EXPECT_EQ(schedule(policy, withJitter(0), hinted(1012, "0")).delay, 0s);
  EXPECT_EQ(schedule(policy, withJitter(0), hinted(4000, "1e300")).delay, 300s);
}

TEST(ReconnectPolicy, TakesNothingElseForAHint) {
  for (const std::string reason : {"", "try again later", R"({"retryAfterMs":-1})", R"({"retryAfterMs":"9"})",
                                   R"({"retryAfterMs":null})", R"({"retryAfter":60000})"}) {
    ReconnectPolicy policy(1);
    EXPECT_EQ(schedule(policy, withJitter(0), {4000, reason, true}).delay, 1s) << reason;
    EXPECT_EQ(policy.earliestStart(kNow + 1h), kNow + 1h) << reason;
  }
}

TEST(ReconnectPolicy, SpreadsTheClientsOfARestartingServerWidely) {
  Duration shortest = 1h;
  Duration longest{};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    ReconnectPolicy policy(seed);
    const Duration delay = schedule(policy, withJitter(0.5), restarting()).delay;
    shortest = std::min(shortest, delay);
    longest = std::max(longest, delay);
    const Duration second = schedule(policy, withJitter(0)).delay;
    EXPECT_GE(second, 5s) << "the server is still restarting";
    EXPECT_LE(second, 30s);
    EXPECT_EQ(schedule(policy, withJitter(0), hinted(4000, "7000")).delay, 7s)
        << "a time that the server names comes first";
    policy.reset();
    EXPECT_EQ(schedule(policy, withJitter(0)).delay, 1s) << "another outage";
  }
  EXPECT_GE(shortest, 5s);
  EXPECT_LT(shortest, 6s);
  EXPECT_LE(longest, 30s);
  EXPECT_GT(longest, 29s);
}

TEST(ReconnectPolicy, TryAgainLaterCountsAsARestart) {
  ReconnectPolicy policy(1);
  EXPECT_GE(schedule(policy, withJitter(0), {1013, "try again later", true}).delay, 5s);
}

TEST(ReconnectPolicy, ARestartDoesNotShortenALongDelay) {
  Options options = withJitter(0);
  options.maxReconnectDelay = 5min;
  ReconnectPolicy policy(1);
  Duration delay{};
  for (int i = 0; i < 8; ++i) delay = schedule(policy, options, restarting()).delay;
  EXPECT_EQ(delay, 128s);
}

// --- a hint that the network is back

TEST(ReconnectPolicy, StartsSoonButASecondAfterTheLastAttempt) {
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow);
  const std::optional<ScheduledRetry> soon = policy.scheduleSoon(withJitter(0), kNow + 200ms);
  ASSERT_TRUE(soon);
  EXPECT_EQ(soon->delay, 800ms);
  EXPECT_EQ(policy.retryAt(), kNow + 1s);
  ReconnectPolicy later(1);
  later.attemptStarted(kNow);
  EXPECT_EQ(later.scheduleSoon(withJitter(0), kNow + 5s)->delay, 0s);
}

TEST(ReconnectPolicy, SpreadsTheClientsOverASecondAtTheDefaultJitter) {
  for (const auto& [jitter, widest] : {std::pair(0.0, Duration(0)), std::pair(0.25, Duration(500ms)),
                                       std::pair(0.5, Duration(1s)), std::pair(1.0, Duration(2s))}) {
    Duration longest{};
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      ReconnectPolicy policy(seed);
      policy.attemptStarted(kNow - 10s);
      const Duration delay = policy.scheduleSoon(withJitter(jitter), kNow)->delay;
      EXPECT_GE(delay, 0s);
      longest = std::max(longest, delay);
    }
    EXPECT_LE(longest, widest);
    EXPECT_GE(longest, widest * 9 / 10);
  }
}

TEST(ReconnectPolicy, BringsTheScheduledRetryForwardAndNeverBack) {
  ReconnectPolicy policy(1);
  (void)schedule(policy, withJitter(0));
  policy.attemptStarted(kNow);
  (void)schedule(policy, withJitter(0));
  EXPECT_EQ(policy.retryAt(), kNow + 2s);
  const std::optional<ScheduledRetry> soon = policy.scheduleSoon(withJitter(0), kNow);
  ASSERT_TRUE(soon);
  EXPECT_EQ(soon->attempt, 2U) << "no further retry is counted";
  EXPECT_EQ(soon->nominalDelay, 2s);
  EXPECT_EQ(policy.retryAt(), kNow + 1s);
  EXPECT_EQ(policy.scheduleSoon(withJitter(0), kNow), std::nullopt) << "it is due no later anyway";
  EXPECT_EQ(policy.attempts(), 2U);
}

TEST(ReconnectPolicy, TheFirstRetryOfAnOutageIsCountedWhenItStartsSoon) {
  ReconnectPolicy policy(1);
  EXPECT_EQ(policy.scheduleSoon(withJitter(0), kNow)->attempt, 1U);
  EXPECT_EQ(policy.attempts(), 1U);
  EXPECT_EQ(schedule(policy, withJitter(0)).attempt, 2U);
}

TEST(ReconnectPolicy, RetriesAtOnceAfterALossFoundByAPingAfterOnline) {
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow - 10s);
  EXPECT_EQ(policy.scheduleAfter(withJitter(0), kNow, kLost, true).delay, 0s);
  policy.attemptStarted(kNow);
  EXPECT_EQ(policy.scheduleAfter(withJitter(0), kNow, kLost, true).delay, 1s) << "a second after the attempt";
  policy.attemptStarted(kNow - 10s);
  EXPECT_EQ(policy.scheduleAfter(withJitter(0), kNow, hinted(1013, "60000"), true).delay, 60s)
      << "the server has asked to wait";
}

}  // namespace
}  // namespace rws
