#include "recovery.h"

#include <gtest/gtest.h>

#include <vector>

namespace rws {
namespace {

using namespace std::chrono_literals;
using List = std::vector<Recommendation>;

List adviceOf(const Recovery& recovery, const Options& options, const HealthInput& input) {
  List advice;
  for (const Recommendation recommendation : kRecommendations) {
    if (recovery.advises(recommendation, options, input)) advice.push_back(recommendation);
  }
  return advice;
}

void failTimes(Recovery& recovery, int times, bool opened) {
  for (int i = 0; i < times; ++i) (void)recovery.failed(opened);
}

TEST(Recovery, HasNothingToAdviseAtFirst) {
  const Recovery recovery;
  EXPECT_EQ(recovery.consecutiveErrors(), 0U);
  EXPECT_EQ(adviceOf(recovery, Options{}, {}), List{});
}

TEST(Recovery, IsHealthyWhileConnectedWithFewErrorsInARow) {
  Recovery recovery;
  HealthInput input;
  EXPECT_FALSE(recovery.isHealthy(input));
  input.connected = true;
  failTimes(recovery, 2, true);
  EXPECT_TRUE(recovery.isHealthy(input));
  failTimes(recovery, 1, true);
  EXPECT_FALSE(recovery.isHealthy(input));
  recovery.opened();
  EXPECT_FALSE(recovery.isHealthy(input)) << "an open proves nothing yet";
  recovery.stable();
  EXPECT_TRUE(recovery.isHealthy(input));
}

TEST(Recovery, DoubtsTheCredentialsOnceAfterThreeRefusalsInARow) {
  Recovery recovery;
  EXPECT_FALSE(recovery.failed(false));
  EXPECT_FALSE(recovery.failed(false));
  EXPECT_TRUE(recovery.failed(false));
  EXPECT_FALSE(recovery.failed(false)) << "told once a run";
}

TEST(Recovery, CountsRefusalsAfreshAfterAnythingThatOpened) {
  for (int way = 0; way < 3; ++way) {
    Recovery recovery;
    failTimes(recovery, 2, false);
    if (way == 0) recovery.opened();
    if (way == 1) failTimes(recovery, 1, true);
    if (way == 2) recovery.reset();
    EXPECT_FALSE(recovery.failed(false)) << way;
    EXPECT_FALSE(recovery.failed(false)) << way;
    EXPECT_TRUE(recovery.failed(false)) << way;
  }
}

TEST(Recovery, CountsErrorsInARowUntilStableOrReset) {
  Recovery recovery;
  failTimes(recovery, 4, false);
  recovery.opened();
  EXPECT_EQ(recovery.consecutiveErrors(), 4U);
  recovery.stable();
  EXPECT_EQ(recovery.consecutiveErrors(), 0U);
  failTimes(recovery, 4, true);
  recovery.reset();
  EXPECT_EQ(recovery.consecutiveErrors(), 0U);
}

TEST(Recovery, GivesAllItsAdviceInOrder) {
  Recovery recovery;
  failTimes(recovery, 3, true);
  const HealthInput input{
      .online = false, .connected = false, .reconnectAttempts = 5, .queuedMessages = 51, .errorRate = 0.2};
  EXPECT_EQ(adviceOf(recovery, Options{}, input),
            (List{Recommendation::CheckNetwork, Recommendation::PageReload, Recommendation::CheckServer,
                  Recommendation::ClearQueue, Recommendation::ContactSupport}));
}

TEST(Recovery, GivesEachAdviceByItselfFromItsThresholdOn) {
  Recovery recovery;
  EXPECT_EQ(adviceOf(recovery, Options{}, {.online = false}), List{Recommendation::CheckNetwork});
  EXPECT_EQ(adviceOf(recovery, Options{}, {.reconnectAttempts = 4}), List{});
  EXPECT_EQ(adviceOf(recovery, Options{}, {.reconnectAttempts = 5}), List{Recommendation::CheckServer});
  EXPECT_EQ(adviceOf(recovery, Options{}, {.queuedMessages = 50}), List{});
  EXPECT_EQ(adviceOf(recovery, Options{}, {.queuedMessages = 51}), List{Recommendation::ClearQueue});
  EXPECT_EQ(adviceOf(recovery, Options{}, {.errorRate = 0.1}), List{});
  EXPECT_EQ(adviceOf(recovery, Options{}, {.errorRate = 0.11}), List{Recommendation::ContactSupport});
  failTimes(recovery, 2, true);
  EXPECT_EQ(adviceOf(recovery, Options{}, {}), List{});
  failTimes(recovery, 1, true);
  EXPECT_EQ(adviceOf(recovery, Options{}, {}), List{Recommendation::PageReload});
}

TEST(Recovery, NeverAdvisesToClearAnEmptyQueue) {
  Options options;
  for (const std::uint64_t size : {0U, 1U, 2U}) {
    options.maxQueueSize = size;
    EXPECT_EQ(adviceOf(Recovery{}, options, {.queuedMessages = 0}), List{}) << size;
    EXPECT_EQ(adviceOf(Recovery{}, options, {.queuedMessages = 2}), List{Recommendation::ClearQueue}) << size;
  }
}

TEST(Recovery, DoublesTheDelayUpToThirtySecondsAndNeverShortensIt) {
  EXPECT_EQ(Recovery::gentlerDelay(1s), 2s);
  EXPECT_EQ(Recovery::gentlerDelay(15s), 30s);
  EXPECT_EQ(Recovery::gentlerDelay(20s), 30s);
  EXPECT_EQ(Recovery::gentlerDelay(30s), 30s);
  EXPECT_EQ(Recovery::gentlerDelay(45s), 45s);
  EXPECT_EQ(Recovery::gentlerDelay(0s), 0s);
  EXPECT_EQ(Recovery::gentlerDelay(Options::kLongest), Options::kLongest);
}

}  // namespace
}  // namespace rws
