// How long each delay is (reconnect_policy.h).

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "random.h"
#include "reconnect_policy.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr double kAlmostOne = 1.0 - 1.0 / 9007199254740992.0;

std::vector<Options> corners() {
  std::vector<Options> all;
  const Duration durations[] = {0us,    1us,       3us,     999us, 1ms,
                                1000ms, 1234567us, 30000ms, 24h,   Options::kLongest};
  for (const Duration base : durations) {
    for (const Duration max : durations) {
      for (const double jitter : {0.0, 0.1, 0.5, 1.0}) {
        Options options;
        options.reconnectDelay = base;
        options.maxReconnectDelay = max;
        options.jitter = jitter;
        all.push_back(options);
      }
    }
  }
  return all;
}

TEST(Backoff, WithoutJitterDoublesFromOneSecondToThirty) {
  Options options;
  options.jitter = 0;
  const Duration delays[] = {1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms};
  for (std::uint64_t attempt = 1; attempt <= std::size(delays); ++attempt) {
    EXPECT_EQ(nominalDelay(options, attempt), delays[attempt - 1]);
    EXPECT_EQ(backoffDelay(options, attempt, {0.9, 0.9}), delays[attempt - 1]);
  }
}

TEST(Backoff, SaturatesForAnyAttempt) {
  for (const Options& options : corners()) {
    Duration last{};
    for (const std::uint64_t attempt :
         {1ULL, 2ULL, 30ULL, 62ULL, 63ULL, 64ULL, 65ULL, 66ULL, 1ULL << 32U, ~0ULL}) {
      const Duration nominal = nominalDelay(options, attempt);
      EXPECT_GE(nominal, last);
      EXPECT_LE(nominal, options.maxReconnectDelay);
      last = nominal;
    }
    EXPECT_EQ(last, options.reconnectDelay == 0us ? 0us : options.maxReconnectDelay);
  }
}

TEST(Backoff, IsAlwaysTheCapWhenTheFirstDelayIsLonger) {
  Options options;
  options.reconnectDelay = 60s;
  options.maxReconnectDelay = 10s;
  options.jitter = 0;
  for (std::uint64_t attempt = 1; attempt < 5; ++attempt) EXPECT_EQ(backoffDelay(options, attempt, {}), 10s);
}

TEST(Backoff, StaysWithinItsDocumentedInterval) {
  for (const Options& options : corners()) {
    for (std::uint64_t attempt = 1; attempt <= 70; attempt += 3) {
      const Duration nominal = nominalDelay(options, attempt);
      const bool capped = nominal >= options.maxReconnectDelay;
      const double least = 1.0 - options.jitter * (capped ? 0.4 : 1.0);
      for (const double draw : {0.0, 0.25, 0.5, kAlmostOne}) {
        const Duration delay = backoffDelay(options, attempt, {draw, draw});
        EXPECT_LE(delay, nominal);
        EXPECT_GE(static_cast<double>(delay.count()), least * static_cast<double>(nominal.count()));
      }
    }
  }
}

TEST(Backoff, DoublesExactlyBelowTheCap) {
  Random random(1);
  for (const Options& options : corners()) {
    for (int outage = 0; outage < 20; ++outage) {
      const double draw = random.unit();
      for (std::uint64_t attempt = 2;
           nominalDelay(options, attempt) < options.maxReconnectDelay && attempt < 80; ++attempt) {
        ASSERT_EQ(backoffDelay(options, attempt, {draw, random.unit()}),
                  2 * backoffDelay(options, attempt - 1, {draw, random.unit()}));
      }
    }
  }
}

TEST(Backoff, DiffersBetweenTwoClientsAtEveryRetryAndAtTheCapToo) {
  const Options options;
  Random one(1);
  Random two(2);
  const double outageOne = one.unit();
  const double outageTwo = two.unit();
  Duration lastAtCap{};
  for (std::uint64_t attempt = 1; attempt <= 20; ++attempt) {
    const Duration first = backoffDelay(options, attempt, {outageOne, one.unit()});
    EXPECT_NE(first, backoffDelay(options, attempt, {outageTwo, two.unit()})) << attempt;
    if (nominalDelay(options, attempt) < options.maxReconnectDelay) continue;
    EXPECT_NE(first, lastAtCap) << "the delay at the cap is drawn for each retry";
    lastAtCap = first;
  }
}

TEST(Backoff, AtTheCapIsSpreadEvenlyBetweenItsBounds) {
  Options options;
  options.jitter = 1;
  Random random(3);
  int lowerHalf = 0;
  int onBounds = 0;
  for (int i = 0; i < 10000; ++i) {
    const Duration delay = backoffDelay(options, 40, {0, random.unit()});
    if (delay < 24s) ++lowerHalf;
    if (delay == 18s || delay == 30s) ++onBounds;
  }
  EXPECT_NEAR(lowerHalf, 5000, 200);
  EXPECT_LT(onBounds, 10);
}

TEST(RestartDelay, SpreadsAFleetBetweenFiveAndThirtySeconds) {
  Options options;
  EXPECT_EQ(restartDelay(options, 0), 5s);
  EXPECT_LE(restartDelay(options, kAlmostOne), 30s);
  EXPECT_GT(restartDelay(options, kAlmostOne), 29999ms);
  options.maxReconnectDelay = 4s;
  EXPECT_EQ(restartDelay(options, 0), 2s);
  EXPECT_EQ(restartDelay(options, 0.5), 3s);
  options.maxReconnectDelay = 24h;
  EXPECT_LE(restartDelay(options, kAlmostOne), 30s);
  options.maxReconnectDelay = 0s;
  EXPECT_EQ(restartDelay(options, 0.7), 0s);
}

TEST(RetryAfterDelay, IsNeverLessThanAskedNorMoreThanTheShareAbove) {
  Options options;
  Random random(5);
  for (const Duration asked : {0us, 1us, 999us, 1000000us, 60000000us, 299000000us}) {
    for (const double jitter : {0.0, 0.5, 1.0}) {
      options.jitter = jitter;
      for (int i = 0; i < 100; ++i) {
        const Duration delay = retryAfterDelay(options, asked, random.unit());
        EXPECT_GE(delay, asked);
        EXPECT_LE(static_cast<double>(delay.count()), static_cast<double>(asked.count()) * (1 + jitter));
        EXPECT_LE(delay, options.maxRetryAfter);
      }
    }
  }
}

TEST(RetryAfterDelay, IsBoundedByMaxRetryAfterAndNotByMaxReconnectDelay) {
  Options options;
  options.maxReconnectDelay = 1s;
  EXPECT_EQ(retryAfterDelay(options, 60s, 0), 60s);
  EXPECT_EQ(retryAfterDelay(options, 1h, 0.5), options.maxRetryAfter);
  EXPECT_EQ(retryAfterDelay(options, Options::kLongest, kAlmostOne), options.maxRetryAfter);
  EXPECT_EQ(retryAfterDelay(options, Duration::max(), 0.5), options.maxRetryAfter);
  EXPECT_EQ(retryAfterDelay(options, -1s, 0.5), 0s);
}

TEST(RetryAfterDelay, StillDiffersBetweenClientsCloseToItsLimit) {
  Options options;
  options.jitter = 1;
  EXPECT_NE(retryAfterDelay(options, 200s, 0.8), retryAfterDelay(options, 200s, 0.9));
}

}  // namespace
}  // namespace rws
