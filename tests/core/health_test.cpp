#include "health.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace rws {
namespace {

using namespace std::chrono_literals;
using List = std::vector<Recommendation>;

List adviceOf(const Health& health, const Circumstances& circumstances) {
  List advice;
  for (const Recommendation recommendation : kRecommendations) {
    if (health.advises(recommendation, circumstances)) advice.push_back(recommendation);
  }
  return advice;
}

void fail(Health& health, int times, bool hadOpened) {
  for (int i = 0; i < times; ++i) (void)health.attemptFailed(hadOpened);
}

TEST(Health, HasNoAdviceAtFirst) {
  const Health health;
  EXPECT_EQ(health.consecutiveErrors(), 0U);
  EXPECT_EQ(adviceOf(health, {}), List{});
}

TEST(Health, IsGoodWithFewErrorsInARow) {
  Health health;
  fail(health, 2, true);
  EXPECT_TRUE(health.isHealthy());
  fail(health, 1, true);
  EXPECT_FALSE(health.isHealthy());
  health.opened();
  EXPECT_FALSE(health.isHealthy()) << "an opening proves nothing yet";
  health.becameStable();
  EXPECT_TRUE(health.isHealthy());
}

TEST(Health, DoubtsTheCredentialsOnceAfterThreeRefusalsInARow) {
  Health health;
  EXPECT_FALSE(health.attemptFailed(false));
  EXPECT_FALSE(health.attemptFailed(false));
  EXPECT_TRUE(health.attemptFailed(false));
  EXPECT_FALSE(health.attemptFailed(false)) << "reported once in a series";
}

TEST(Health, CountsRefusalsAfreshAfterAConnectionOrAReset) {
  for (int way = 0; way < 3; ++way) {
    Health health;
    fail(health, 2, false);
    if (way == 0) health.opened();
    if (way == 1) fail(health, 1, true);
    if (way == 2) health.reset();
    EXPECT_FALSE(health.attemptFailed(false)) << way;
    EXPECT_FALSE(health.attemptFailed(false)) << way;
    EXPECT_TRUE(health.attemptFailed(false)) << way;
  }
}

TEST(Health, CountsErrorsInARowUntilStableOrReset) {
  Health health;
  fail(health, 4, false);
  health.opened();
  EXPECT_EQ(health.consecutiveErrors(), 4U);
  health.becameStable();
  EXPECT_EQ(health.consecutiveErrors(), 0U);
  fail(health, 4, true);
  health.reset();
  EXPECT_EQ(health.consecutiveErrors(), 0U);
}

TEST(Health, GivesAllItsAdviceInOrder) {
  Health health;
  fail(health, 6, true);
  const Circumstances bad{.isOnline = false, .reconnectAttempts = 6, .queuedMessages = 11, .errorRate = 0.2};
  EXPECT_EQ(adviceOf(health, bad),
            (List{Recommendation::CheckNetwork, Recommendation::PageReload, Recommendation::CheckServer,
                  Recommendation::ClearQueue, Recommendation::ContactSupport}));
}

TEST(Health, GivesEachAdviceByItselfAboveItsThreshold) {
  Health health;
  EXPECT_EQ(adviceOf(health, {.isOnline = false}), List{Recommendation::CheckNetwork});
  EXPECT_EQ(adviceOf(health, {.reconnectAttempts = 5}), List{});
  EXPECT_EQ(adviceOf(health, {.reconnectAttempts = 6}), List{Recommendation::CheckServer});
  EXPECT_EQ(adviceOf(health, {.queuedMessages = 10}), List{});
  EXPECT_EQ(adviceOf(health, {.queuedMessages = 11}), List{Recommendation::ClearQueue});
  EXPECT_EQ(adviceOf(health, {.errorRate = 0.1}), List{});
  EXPECT_EQ(adviceOf(health, {.errorRate = 0.11}), List{Recommendation::ContactSupport});
  fail(health, 5, true);
  EXPECT_EQ(adviceOf(health, {}), List{});
  fail(health, 1, true);
  EXPECT_EQ(adviceOf(health, {}), List{Recommendation::PageReload});
}

TEST(Health, NamesEachAdviceDifferently) {
  std::set<std::string_view> names;
  for (const Recommendation recommendation : kRecommendations) names.insert(toString(recommendation));
  EXPECT_EQ(names, (std::set<std::string_view>{"checkNetwork", "pageReload", "checkServer", "clearQueue",
                                               "contactSupport"}));
}

TEST(GentlerDelay, IsDoubledUpToThirtySecondsAndNeverShortened) {
  EXPECT_EQ(gentlerDelay(1s), 2s);
  EXPECT_EQ(gentlerDelay(15s), 30s);
  EXPECT_EQ(gentlerDelay(20s), 30s);
  EXPECT_EQ(gentlerDelay(30s), 30s);
  EXPECT_EQ(gentlerDelay(45s), 45s);
  EXPECT_EQ(gentlerDelay(0s), 0s);
  EXPECT_EQ(gentlerDelay(Options::kLongest), Options::kLongest);
}

}  // namespace
}  // namespace rws
