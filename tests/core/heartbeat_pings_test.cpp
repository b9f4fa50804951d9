// When pings are sent, what their answers prove, and the rate of the link. The pings between data are in
// heartbeat_ping_distance_test.cpp, the verdicts on a peer without answers in heartbeat_verdict_test.cpp.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures/heartbeat_fixture.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKilobyte = 1024;

class HeartbeatPings : public test::HeartbeatFixture {};

// --- when

TEST_F(HeartbeatPings, StartWithTheConnection) {
  EXPECT_EQ(heartbeat_.state(), State::Stopped);
  EXPECT_FALSE(hasDeadline());
  start();
  EXPECT_EQ(heartbeat_.state(), State::Resting);
  EXPECT_EQ(deadline(Deadline::Ping), 30s);
  EXPECT_EQ(verdictAt(), std::nullopt);
  EXPECT_EQ(deadline(Deadline::Confirm), std::nullopt);
}

TEST_F(HeartbeatPings, AreRepeatedWhateverTheTraffic) {
  start();
  receive(29s);
  EXPECT_EQ(deadline(Deadline::Ping), 30s);
  EXPECT_EQ(ping(30s), kWall + 30000);
  EXPECT_EQ(deadline(Deadline::Ping), 60s);
  EXPECT_EQ(verdictAt(), 40s);
  (void)ping(35s, Ping::Probe);
  EXPECT_EQ(deadline(Deadline::Ping), 60s) << "a probe is no ping of the schedule";
}

TEST_F(HeartbeatPings, FollowAMessageOnce) {
  start();
  messageSent(1s);
  EXPECT_EQ(deadline(Deadline::Confirm), 3s);
  messageSent(2s);
  EXPECT_EQ(deadline(Deadline::Confirm), 3s) << "later messages do not delay it";
  (void)ping(3s, Ping::Probe);
  EXPECT_EQ(deadline(Deadline::Confirm), std::nullopt);
  EXPECT_EQ(verdictAt(), 6s);
  messageSent(4s);
  EXPECT_EQ(deadline(Deadline::Confirm), 6s) << "the pending probe tells nothing about this one";
  heartbeat_.confirmReached(at(6s).instant);
  EXPECT_EQ(deadline(Deadline::Confirm), std::nullopt);
}

TEST_F(HeartbeatPings, FollowMessagesOnceASecond) {
  options_.confirmAfter = 250ms;
  start();
  messageSent(0s);
  EXPECT_EQ(deadline(Deadline::Confirm), 250ms) << "the first message of a connection";
  (void)ping(250ms, Ping::Probe);
  messageSent(300ms);
  EXPECT_EQ(deadline(Deadline::Confirm), 1250ms);
  (void)ping(1250ms, Ping::Probe);
  messageSent(2100ms);
  EXPECT_EQ(deadline(Deadline::Confirm), 2350ms);
  heartbeat_.confirmReached(at(2350ms).instant);
  messageSent(2400ms);
  EXPECT_EQ(deadline(Deadline::Confirm), 3350ms) << "no message was left to ask for";
}

TEST_F(HeartbeatPings, FollowAMessageAlthoughSomethingArrived) {
  start();
  messageSent(1s);
  receive(2s);
  EXPECT_EQ(deadline(Deadline::Confirm), 3s) << "nothing shows yet whether the message arrived";
}

TEST_F(HeartbeatPings, OfTheScheduleServeAMessageIfTheirVerdictComesNoLater) {
  start();
  messageSent(29s);
  (void)ping(30s);
  EXPECT_EQ(deadline(Deadline::Confirm), 31s) << "the verdict at 40 s is later than a probe's at 34 s";
  (void)ping(31s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 34s);
  options_.pongTimeout = 4s;
  start();
  messageSent(29s);
  (void)ping(30s);
  EXPECT_EQ(deadline(Deadline::Confirm), std::nullopt);
  EXPECT_EQ(verdictAt(), 34s);
}

TEST_F(HeartbeatPings, FollowAMessageThatCameAfterAPing) {
  start();
  (void)ping(30s);
  messageSent(31s);
  EXPECT_EQ(deadline(Deadline::Confirm), 33s);
}

TEST_F(HeartbeatPings, AreAnsweredByAnEchoUntilThePeerHasSentAPong) {
  start();
  const std::string first = std::to_string(ping(1s));
  EXPECT_EQ(pongWith(2s, first, true), 1s);
  EXPECT_EQ(heartbeat_.peer(), Peer::Echoes);
  const std::string second = std::to_string(ping(3s));
  EXPECT_EQ(pongWith(4s, second, true), 1s);
  (void)pong(6s, ping(5s));
  EXPECT_EQ(heartbeat_.peer(), Peer::Answers);
  const EpochMs third = pingBehind(7s, 1);
  EXPECT_EQ(pongWith(8s, std::to_string(third), true), std::nullopt) << "a ping of the server's own";
  EXPECT_EQ(pongWith(9s, std::to_string(third)), 2s);
}

TEST_F(HeartbeatPings, AreNotSentWhileTheHeartbeatIsOff) {
  options_.enableHeartbeat = false;
  start();
  messageSent(1s);
  send(100 * kKilobyte);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(100 * kKilobyte, sent_));
  EXPECT_TRUE(heartbeat_.isConfirmArmed()) << "a message changes nothing here";
  EXPECT_FALSE(heartbeat_.isProofExpected());
  const EpochMs timestamp = ping(2s, Ping::Probe);
  (void)ping(3s);
  EXPECT_FALSE(hasDeadline());
  EXPECT_EQ(pong(5s, timestamp), 3s) << "an answer is still harmless";
  EXPECT_FALSE(hasDeadline());
}

TEST_F(HeartbeatPings, EndWithTheConnection) {
  start();
  (void)ping(30s);
  messageSent(31s);
  heartbeat_.stop();
  EXPECT_EQ(heartbeat_.state(), State::Stopped);
  EXPECT_FALSE(hasDeadline());
  messageSent(32s);
  receive(33s);
  EXPECT_FALSE(hasDeadline());
}

TEST_F(HeartbeatPings, AreScheduledFromTheLastOneWhenTheIntervalChanges) {
  start();
  (void)ping(30s);
  options_.pingInterval = 45s;
  reconfigure(35s);
  EXPECT_EQ(deadline(Deadline::Ping), 75s);
  EXPECT_EQ(verdictAt(), 40s) << "a pending verdict stays";
  options_.pingInterval = 2s;
  reconfigure(35s);
  EXPECT_EQ(deadline(Deadline::Ping), 35s) << "overdue at once, but not in the past";
}

TEST_F(HeartbeatPings, FollowAMessageAsSoonAsNewOptionsSay) {
  start();
  messageSent(1s);
  options_.confirmAfter = 500ms;
  reconfigure(2s);
  EXPECT_EQ(deadline(Deadline::Confirm), 2s + 500ms);
  options_.confirmAfter = 1min;
  reconfigure(2s);
  EXPECT_EQ(deadline(Deadline::Confirm), 2s + 500ms);
}

TEST_F(HeartbeatPings, AreSwitchedOffAndOnDuringAConnection) {
  start();
  send(100 * kKilobyte);
  (void)ping(30s);
  options_.enableHeartbeat = false;
  reconfigure(31s);
  EXPECT_FALSE(hasDeadline());
  options_.enableHeartbeat = true;
  reconfigure(50s);
  EXPECT_EQ(deadline(Deadline::Ping), 80s);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(64 * kKilobyte, sent_)) << "counted from now on";
  reconfigure(60s);
  EXPECT_EQ(deadline(Deadline::Ping), 80s) << "options that did not change delay nothing";
}

// --- timestamps

TEST_F(HeartbeatPings, HaveATimestampEachEvenIfTheWallClockStandsOrStepsBack) {
  start();
  const auto timestamp = [this](EpochMs wall) {
    return heartbeat_.ping(Ping::Regular, options_, {kStart, wall}, {}, false).timestamp;
  };
  EXPECT_EQ(timestamp(kWall), kWall);
  EXPECT_EQ(timestamp(kWall), kWall + 1);
  EXPECT_EQ(timestamp(kWall - 3600000), kWall + 2);
  EXPECT_EQ(timestamp(kWall + 100), kWall + 100);
  start();
  EXPECT_EQ(timestamp(kWall), kWall + 101) << "the pings of two connections differ too";
}

TEST_F(HeartbeatPings, HaveAPositiveTimestampWhateverTheWallClock) {
  start();
  for (const EpochMs wall : {EpochMs{0}, EpochMs{-5}, std::numeric_limits<EpochMs>::min()}) {
    const EpochMs timestamp = heartbeat_.ping(Ping::Regular, options_, {kStart, wall}, {}, false).timestamp;
    EXPECT_GT(timestamp, 0);
    EXPECT_EQ(pong(1s, timestamp), 1s);
  }
}

// --- pongs

TEST_F(HeartbeatPings, GiveOneRoundTripEach) {
  start();
  const EpochMs timestamp = ping(30s);
  EXPECT_EQ(pong(30s + 120ms, timestamp), 120ms);
  EXPECT_EQ(pong(30s + 130ms, timestamp), std::nullopt) << "a pong that comes twice";
}

TEST_F(HeartbeatPings, AreAllAnsweredByThePongOfTheNewest) {
  start();
  const EpochMs first = ping(30s);
  const EpochMs second = ping(31s, Ping::Probe);
  const EpochMs third = ping(32s, Ping::Probe);
  EXPECT_EQ(pong(33s, second), 2s);
  EXPECT_EQ(pong(34s, first), std::nullopt) << "frames arrive in order: this one answers nothing any more";
  EXPECT_EQ(pong(34s, third), 2s);
}

TEST_F(HeartbeatPings, AreAnsweredByTheTimestampAsBackendsKeepIt) {
  for (const std::string suffix : {"", ".0", ".000"}) {
    start();
    EXPECT_EQ(pongWith(1s, std::to_string(ping(0s)) + suffix), 1s) << suffix;
  }
  start();
  EXPECT_EQ(pongWith(1s, '"' + std::to_string(ping(0s)) + '"'), 1s);
}

TEST_F(HeartbeatPings, AreAnsweredByNoOtherTimestamp) {
  start();
  const std::string own = std::to_string(ping(30s));
  for (const std::string& other : std::vector<std::string>{
           "", "\"\"", "\"", "abc", "0", "1", own + "1", own + ".5", own + ".", own + "e0", '-' + own,
           own + " ", std::string(18, '9'), std::string(30, '9')}) {
    EXPECT_EQ(pongWith(31s, other), std::nullopt) << other;
  }
  EXPECT_NE(heartbeat_.peer(), Peer::Answers);
  start();
  EXPECT_EQ(pongWith(31s, own), std::nullopt) << "a ping of the connection before";
}

TEST_F(HeartbeatPings, NeverGiveANegativeRoundTrip) {
  start();
  EXPECT_EQ(pong(29s, ping(30s)), 0s);
}

TEST_F(HeartbeatPings, AreRememberedUpToALimit) {
  start();
  std::vector<EpochMs> timestamps;
  for (int i = 0; i < 100; ++i) timestamps.push_back(ping(std::chrono::seconds(i), Ping::Probe));
  EXPECT_EQ(pong(100s, timestamps[91]), std::nullopt) << "of a peer that never answered, eight";
  EXPECT_EQ(pong(100s, timestamps[92]), 8s);
  for (int i = 0; i < 2000; ++i) timestamps.push_back(ping(101s, Ping::Probe));
  EXPECT_EQ(pong(102s, timestamps[timestamps.size() - 1025]), std::nullopt) << "of one that answers, 1024";
  EXPECT_EQ(pong(102s, timestamps[timestamps.size() - 1024]), 1s);
}

// --- what an answer proves

TEST_F(HeartbeatPings, ProveTheMessagesSentBeforeThem) {
  start();
  sent_.message = 7;
  const EpochMs first = ping(30s);
  sent_.message = 9;
  const EpochMs second = ping(31s, Ping::Confirmation);
  sent_.message = 12;
  const EpochMs third = ping(32s, Ping::Probe);
  (void)pong(33s, first);
  EXPECT_EQ(delivered_, 7U);
  EXPECT_EQ(heartbeat_.peer(), Peer::Answers);
  (void)pong(33s, third);
  EXPECT_EQ(delivered_, 12U);
  (void)pong(33s, second);
  EXPECT_EQ(delivered_, 0U) << "proven already";
}

TEST_F(HeartbeatPings, ProveNoMessageThatCameBack) {
  start();
  sent_ = {7, 700};
  const EpochMs timestamp = ping(30s);
  heartbeat_.messagesReturned(5, {4, 400});
  sent_ = {6, 600};
  (void)pong(31s, timestamp);
  EXPECT_EQ(delivered_, 4U);
}

TEST_F(HeartbeatPings, CountForAPeerThatGoesOnSendingWithoutAnAnswer) {
  start();
  sent_.message = 5;
  (void)ping(0s);
  receive(9s);
  sent_.message = 6;
  (void)ping(10s, Ping::Confirmation);
  EXPECT_EQ(deliveredWithoutPong_, 0U) << "it may still answer";
  receive(10s);
  (void)ping(11s, Ping::Confirmation);
  EXPECT_EQ(deliveredWithoutPong_, 5U) << "it has sent for pongTimeout without an answer";
  receive(30s);
  (void)ping(30s);
  EXPECT_EQ(deliveredWithoutPong_, 6U);
}

TEST_F(HeartbeatPings, AFrameSoonAfterAPingProvesNothing) {
  start();
  answerOnce();
  sent_.message = 5;
  (void)ping(1s, Ping::Probe);
  receive(1s + 50ms);
  (void)ping(30s);
  EXPECT_EQ(deliveredWithoutPong_, 0U) << "the link may have died since";
}

TEST_F(HeartbeatPings, DoNotCountWithoutAnAnswerForAPeerThatAnswersLater) {
  start();
  sent_.message = 5;
  (void)ping(0s);
  const EpochMs second = ping(8s, Ping::Probe);
  (void)pong(9s, second);
  EXPECT_EQ(delivered_, 5U);
  sent_.message = 6;
  (void)ping(9s, Ping::Confirmation);
  receive(18s);
  (void)ping(18s, Ping::Confirmation);
  EXPECT_EQ(deliveredWithoutPong_, 0U) << "not pongTimeout since its last pong";
  receive(19s);
  (void)ping(19s, Ping::Confirmation);
  EXPECT_EQ(deliveredWithoutPong_, 6U);
}

TEST_F(HeartbeatPings, AreDemandedOnlyOfAPeerThatAnswersOrIsSilent) {
  start();
  messageSent(1s);
  EXPECT_EQ(heartbeat_.confirmPing(), Ping::Probe) << "nothing came since the message";
  receive(2s);
  EXPECT_EQ(heartbeat_.confirmPing(), Ping::Confirmation) << "it never answered, and it is alive";
  (void)pong(5s, ping(4s, Ping::Probe));
  messageSent(6s);
  receive(7s);
  EXPECT_EQ(heartbeat_.confirmPing(), Ping::Probe);
  start();
  messageSent(1s);
  receive(2s);
  EXPECT_EQ(heartbeat_.confirmPing(), Ping::Probe) << "what is known of a peer outlasts a connection";
}

TEST_F(HeartbeatPings, ThatOnlyConfirmHaveNoVerdict) {
  start();
  messageSent(1s);
  (void)ping(3s, Ping::Confirmation);
  EXPECT_EQ(heartbeat_.state(), State::Resting);
  EXPECT_EQ(verdictAt(), std::nullopt);
  EXPECT_EQ(deadline(Deadline::Confirm), std::nullopt);
}

// --- what is known of the peer

TEST_F(HeartbeatPings, KnowThePeerAcrossConnections) {
  EXPECT_EQ(heartbeat_.peer(), Peer::Unknown);
  start();
  receive(1s);
  EXPECT_EQ(heartbeat_.peer(), Peer::Talks);
  start();
  EXPECT_EQ(heartbeat_.peer(), Peer::Talks);
  (void)pong(5s, ping(4s));
  EXPECT_EQ(heartbeat_.peer(), Peer::Answers);
  heartbeat_.stop();
  start();
  receive(1s);
  EXPECT_EQ(heartbeat_.peer(), Peer::Answers);
}

}  // namespace
}  // namespace rws
