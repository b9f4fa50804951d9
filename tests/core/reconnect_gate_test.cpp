// The gate that every automatic attempt passes (ReconnectPolicy::mayStart, earliestStart).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reconnect_policy.h"

namespace rws {
namespace {

using namespace std::chrono_literals;
using Permission = ReconnectPolicy::Permission;
using Start = ReconnectPolicy::Start;

constexpr Instant kNow{100s};
const CloseInfo kLost{1006, "", false};
const CloseInfo kNamed{4000, R"({"retryAfterMs":60000})", true};
const CloseInfo kHinted{1013, R"({"retryAfterMs":60000})", true};

Options withBudget(std::uint64_t retries) {
  Options options;
  options.jitter = 0;
  options.maxReconnectAttempts = retries;
  return options;
}

// A policy after so many retries.
ReconnectPolicy after(std::uint64_t retries) {
  ReconnectPolicy policy(1);
  for (std::uint64_t i = 0; i < retries; ++i) {
    (void)policy.scheduleAfter(withBudget(Options::kUnlimited), kNow, kLost, false);
  }
  return policy;
}

TEST(ReconnectGate, GrantsAsManyRetriesAsTheBudgetHas) {
  struct Row {
    std::uint64_t retries;
    std::uint64_t budget;
    Permission nextRetry;
    Permission currentRetry;
    Permission newSeries;
  };
  constexpr auto kGranted = Permission::Granted;
  constexpr auto kSpent = Permission::Spent;
  for (const Row& row : std::vector<Row>{
           {0, 0, kSpent, kSpent, kSpent},
           {0, 1, kGranted, kGranted, kGranted},
           {1, 0, kSpent, kSpent, kSpent},
           {1, 1, kSpent, kGranted, kGranted},
           {1, 2, kGranted, kGranted, kGranted},
           {2, 1, kSpent, kSpent, kGranted},
           {2, 2, kSpent, kGranted, kGranted},
           {5, 5, kSpent, kGranted, kGranted},
           {5, Options::kUnlimited, kGranted, kGranted, kGranted},
       }) {
    const ReconnectPolicy policy = after(row.retries);
    const Options options = withBudget(row.budget);
    const std::string name = std::to_string(row.retries) + " of " + std::to_string(row.budget);
    EXPECT_EQ(policy.mayStart(options, Start::NextRetry), row.nextRetry) << name;
    EXPECT_EQ(policy.mayStart(options, Start::CurrentRetry), row.currentRetry) << name;
    EXPECT_EQ(policy.mayStart(options, Start::NewSeries), row.newSeries) << name;
  }
}

TEST(ReconnectGate, IsClosedWithoutAutomaticReconnectWhateverTheBudget) {
  for (const std::uint64_t budget : std::vector<std::uint64_t>{0, 1, 10, Options::kUnlimited}) {
    Options options = withBudget(budget);
    options.enableAutoReconnect = false;
    for (const Start start : {Start::NextRetry, Start::CurrentRetry, Start::NewSeries}) {
      EXPECT_EQ(after(0).mayStart(options, start), Permission::Off);
      EXPECT_EQ(after(20).mayStart(options, start), Permission::Off);
    }
  }
}

TEST(ReconnectGate, IsOpenWithoutAutomaticReconnectForARetryThatTheUserDemanded) {
  Options options = withBudget(1);
  options.enableAutoReconnect = false;
  ReconnectPolicy policy(1);
  policy.setOverruled(true);
  EXPECT_EQ(policy.mayStart(options, Start::NextRetry), Permission::Granted);
  (void)policy.scheduleAfter(options, kNow, kLost, false);
  EXPECT_EQ(policy.mayStart(options, Start::CurrentRetry), Permission::Granted);
  EXPECT_EQ(policy.mayStart(options, Start::NextRetry), Permission::Spent)
      << "the user cannot grant more retries than there are";
  policy.setOverruled(false);
  EXPECT_EQ(policy.mayStart(options, Start::CurrentRetry), Permission::Off);
  policy.setOverruled(true);
  policy.reset();
  EXPECT_EQ(policy.mayStart(options, Start::CurrentRetry), Permission::Off) << "it counts for one outage";
}

TEST(ReconnectGate, HasAFreshBudgetAfterAResetAndAStableConnection) {
  for (const bool isStable : {false, true}) {
    ReconnectPolicy policy = after(3);
    EXPECT_EQ(policy.mayStart(withBudget(3), Start::NextRetry), Permission::Spent);
    if (isStable) {
      policy.becameStable();
    } else {
      policy.reset();
    }
    EXPECT_EQ(policy.mayStart(withBudget(3), Start::NextRetry), Permission::Granted);
  }
}

TEST(ReconnectGate, HasAFreshBudgetForANewSeries) {
  ReconnectPolicy policy = after(3);
  policy.startSeries();
  EXPECT_EQ(policy.attempts(), 0U);
  EXPECT_EQ(policy.mayStart(withBudget(3), Start::NextRetry), Permission::Granted);
}

// --- when

TEST(ReconnectGate, OpensASecondAfterTheLastAttempt) {
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow);
  EXPECT_EQ(policy.earliestStart(kNow), kNow + 1s);
  EXPECT_EQ(policy.earliestStart(kNow + 700ms), kNow + 1s);
  EXPECT_EQ(policy.earliestStart(kNow + 2s), kNow + 2s);
}

TEST(ReconnectGate, StaysClosedUntilTheServersHintHasRunOut) {
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow - 10s);
  (void)policy.scheduleAfter(withBudget(5), kNow, kHinted, false);
  EXPECT_EQ(policy.earliestStart(kNow + 1s), kNow + 60s);
  EXPECT_EQ(policy.scheduleSoon(withBudget(5), kNow + 1s), std::nullopt) << "the retry is due no later";
  EXPECT_EQ(policy.retryAt(), kNow + 60s);
}

TEST(ReconnectGate, KeepsTheHintOfTheLastLossThroughGivingUp) {
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow - 10s);
  policy.gaveUpAfter(withBudget(1), kNow, kHinted);
  EXPECT_EQ(policy.retryAt(), std::nullopt);
  EXPECT_EQ(policy.earliestStart(kNow), kNow + 60s);
  policy.startSeries();
  const std::optional<ScheduledRetry> retry = policy.scheduleSoon(withBudget(1), kNow + 20s);
  ASSERT_TRUE(retry);
  EXPECT_EQ(retry->delay, 40s);
  EXPECT_EQ(retry->attempt, 1U);
}

TEST(ReconnectGate, KeepsAHintUntilItHasRunOut) {
  const Options options = withBudget(5);
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow - 10s);
  (void)policy.scheduleAfter(options, kNow, kNamed, false);
  EXPECT_EQ(policy.earliestStart(kNow), kNow + 60s);
  // The user has the network checked, which starts an attempt.
  policy.attemptStarted(kNow + 20s);
  EXPECT_EQ(policy.scheduleAfter(options, kNow + 20s, kLost, false).delay, 40s);
  policy.gaveUpAfter(options, kNow + 25s, kLost);
  EXPECT_EQ(policy.earliestStart(kNow + 25s), kNow + 60s);
  policy.attemptStarted(kNow + 60s);
  EXPECT_EQ(policy.earliestStart(kNow + 70s), kNow + 70s);
  EXPECT_EQ(policy.scheduleAfter(options, kNow + 70s, kLost, false).delay, 4s);
}

TEST(ReconnectGate, TakesTheNewestHintOfTheServer) {
  const Options options = withBudget(5);
  for (const bool isGivenUp : {false, true}) {
    ReconnectPolicy policy(1);
    policy.attemptStarted(kNow - 10s);
    (void)policy.scheduleAfter(options, kNow, kNamed, false);
    const CloseInfo shorter{4000, R"({"retryAfterMs":5000})", true};
    if (isGivenUp) {
      policy.gaveUpAfter(options, kNow, shorter);
    } else {
      EXPECT_EQ(policy.scheduleAfter(options, kNow, shorter, false).delay, 5s);
    }
    EXPECT_EQ(policy.earliestStart(kNow), kNow + 5s);
  }
}

TEST(ReconnectGate, ARestartThatNamesNoTimeDoesNotShortenAHint) {
  const Options options = withBudget(5);
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow - 10s);
  (void)policy.scheduleAfter(options, kNow, kNamed, false);
  EXPECT_EQ(policy.scheduleAfter(options, kNow, {1012, "", true}, false).delay, 60s);
}

TEST(ReconnectGate, ACommandOfTheUserEndsTheHint) {
  ReconnectPolicy policy(1);
  policy.attemptStarted(kNow - 10s);
  (void)policy.scheduleAfter(withBudget(5), kNow, kHinted, false);
  policy.reset();
  EXPECT_EQ(policy.earliestStart(kNow), kNow);
}

}  // namespace
}  // namespace rws
