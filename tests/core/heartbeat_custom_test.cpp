// Pings of another protocol: each answer is one to the oldest unanswered ping, remembered or not.
#include <gtest/gtest.h>

#include "fixtures/heartbeat_fixture.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

class HeartbeatCustom : public test::HeartbeatFixture {
 protected:
  HeartbeatCustom() { options_.heartbeat = {HeartbeatMode::Custom}; }
  // Messages up to which the answer proves them delivered, nothing if it answers no ping.
  std::optional<MessageId> provenBy(std::optional<Duration> roundTrip) const {
    return roundTrip ? std::optional(delivered_) : std::nullopt;
  }
};

TEST_F(HeartbeatCustom, AnAnswerProvesWhatWasSentBeforeTheOldestPing) {
  start();
  (void)pingBehind(1s, 10);
  (void)pingBehind(2s, 10);
  EXPECT_EQ(customPong(3s), 2s);
  EXPECT_EQ(delivered_, 1U);
  EXPECT_EQ(customPong(4s), 2s);
  EXPECT_EQ(delivered_, 2U);
  EXPECT_EQ(heartbeat_.peer(), Peer::Answers);
}

TEST_F(HeartbeatCustom, AnAnswerWithoutAPingCountsForNone) {
  start();
  EXPECT_EQ(customPong(1s), std::nullopt);
  (void)pingBehind(2s, 10);
  EXPECT_EQ(customPong(3s), 1s);
  EXPECT_EQ(customPong(4s), std::nullopt);
  (void)pingBehind(5s, 10);
  EXPECT_EQ(customPong(6s), 1s) << "an earlier one too many is not taken for its answer";
}

// A peer that has never answered is remembered a few idle pings only.
TEST_F(HeartbeatCustom, TheAnswerToAForgottenPingProvesNothing) {
  start();
  for (int i = 1; i <= 10; ++i) (void)ping(i * 1s);
  (void)pingBehind(11s, 10);
  EXPECT_EQ(provenBy(customPong(12s)), std::nullopt) << "the answer to the first ping";
  EXPECT_EQ(provenBy(customPong(13s)), std::nullopt);
  EXPECT_EQ(provenBy(customPong(14s)), std::nullopt);
  EXPECT_EQ(provenBy(customPong(15s)), 0U);
  for (int i = 5; i <= 10; ++i) EXPECT_EQ(provenBy(customPong((11 + i) * 1s)), 0U) << i;
  EXPECT_EQ(provenBy(customPong(22s)), 1U);
}

TEST_F(HeartbeatCustom, ARefusedPingIsNotAnswered) {
  start();
  heartbeat_.pingRefused(pingBehind(1s, 10));
  (void)pingBehind(2s, 10);
  EXPECT_EQ(customPong(3s), 1s);
  EXPECT_EQ(delivered_, 2U);
  const EpochMs refused = pingBehind(4s, 10);
  (void)pingBehind(4s, 10);
  heartbeat_.pingRefused(refused);
  EXPECT_EQ(customPong(5s), 1s) << "two pings of one call, of which the first was refused";
  EXPECT_EQ(delivered_, 4U);
}

TEST_F(HeartbeatCustom, AnAnswerOnItsWayIsNotTakenForThatToALaterPing) {
  start();
  (void)pingBehind(1s, 10);
  options_.enableHeartbeat = false;
  reconfigure(2s);
  options_.enableHeartbeat = true;
  reconfigure(3s);
  (void)pingBehind(4s, 10);
  EXPECT_EQ(customPong(5s), std::nullopt) << "the answer to the ping before";
  EXPECT_EQ(customPong(6s), 2s);
  EXPECT_EQ(delivered_, 2U);
}

// The peer answers every ping but the first, so that each answer counts for the ping before.
TEST_F(HeartbeatCustom, ASkippedAnswerIsNotDemandedAfterAPongTimeout) {
  start();
  (void)pingBehind(1s, 10'000);
  receive(12s);
  (void)pingBehind(13s, 10'000);
  EXPECT_EQ(customPong(14s), 13s);
  EXPECT_EQ(delivered_, 1U) << "an answer that is late, as far as one can know";
  EXPECT_EQ(verdictAt(), std::nullopt);
  (void)pingBehind(15s, 10'000);
  receive(15s);
  EXPECT_NE(verdictAt(), std::nullopt) << "one of two answers is due";
  EXPECT_EQ(customPong(16s), 3s);
  EXPECT_EQ(verdictAt(), std::nullopt);
}

TEST_F(HeartbeatCustom, ALateAnswerWasNotSkipped) {
  start();
  (void)pingBehind(1s, 10'000);
  receive(12s);
  (void)pingBehind(13s, 10'000);
  (void)customPong(14s);
  (void)customPong(14s);
  EXPECT_EQ(delivered_, 2U);
  (void)pingBehind(15s, 10'000);
  receive(16s);
  EXPECT_NE(verdictAt(), std::nullopt) << "both answers have come";
}

TEST_F(HeartbeatCustom, AnAnswerIsDemandedOfAPeerThatHasSentForLessThanAPongTimeout) {
  start();
  (void)pingBehind(1s, 10'000);
  receive(10s);
  (void)pingBehind(11s, 10'000);
  (void)customPong(12s);
  EXPECT_NE(verdictAt(), std::nullopt) << "the second answer may be under way";
}

TEST_F(HeartbeatCustom, JsonPingsHaveNoPlaceInTheOrder) {
  options_.heartbeat = {};
  start();
  (void)ping(1s);
  heartbeat_.stop();
  options_.heartbeat = {HeartbeatMode::Custom};
  reconfigure(2s);
  (void)ping(3s);
  EXPECT_EQ(customPong(4s), 1s);
}

TEST_F(HeartbeatCustom, APingThatCouldNotBeMadeIsDueAgainAfterPingInterval) {
  start();
  send(100'000);
  heartbeat_.pingNotMade(Ping::Regular, options_, kStart + 30s, sent_);
  EXPECT_EQ(deadline(Deadline::Ping), 60s);
  EXPECT_EQ(verdictAt(), std::nullopt);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(1, sent_)) << "not with every message again";
  heartbeat_.pingNotMade(Ping::Probe, options_, kStart + 40s, sent_);
  EXPECT_EQ(deadline(Deadline::Ping), 60s);
  checkConsistency();
}

TEST_F(HeartbeatCustom, WhatIsKnownOfThePeerCanBeForgotten) {
  start();
  (void)ping(1s);
  (void)customPong(2s);
  heartbeat_.forgetPeer();
  EXPECT_EQ(heartbeat_.peer(), Peer::Unknown);
  receive(3s);
  EXPECT_EQ(heartbeat_.peer(), Peer::Talks);
}

}  // namespace
}  // namespace rws
