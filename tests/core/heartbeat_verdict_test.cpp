// When a peer is dead: verdicts, late timers, and peers that never answer. The time that data needs is in
// heartbeat_transfer_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "fixtures/heartbeat_fixture.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKilobyte = 1024;
// Time that so many bytes need at 8 KB/s.
Duration slowly(std::uint64_t bytes) {
  return Duration(static_cast<std::int64_t>(bytes) * 1'000'000 / (8 * 1024));
}

class HeartbeatVerdict : public test::HeartbeatFixture {};

// --- when the verdict comes

TEST_F(HeartbeatVerdict, ComesAfterTheTimeoutOfThePing) {
  start();
  (void)ping(30s);
  EXPECT_EQ(verdictAt(), 40s);
  EXPECT_EQ(heartbeat_.state(), State::AwaitingPong);
  start();
  (void)ping(30s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 33s);
  EXPECT_EQ(heartbeat_.state(), State::AwaitingPong);
}

TEST_F(HeartbeatVerdict, IsNotDelayedByFurtherPings) {
  options_.pingInterval = 1s;
  start();
  (void)ping(1s);
  (void)ping(2s);
  (void)ping(3s);
  EXPECT_EQ(verdictAt(), 11s);
}

TEST_F(HeartbeatVerdict, IsBroughtForwardByAProbeAndNeverBack) {
  start();
  (void)ping(30s);
  (void)ping(31s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 34s);
  options_.probeTimeout = 1min;
  (void)ping(32s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 34s);
}

TEST_F(HeartbeatVerdict, IsBroughtForwardByAPingThatHasLessTimeThanAProbe) {
  options_.pongTimeout = 500ms;
  options_.probeTimeout = 5s;
  start();
  (void)ping(29s, Ping::Probe);
  (void)ping(30s);
  EXPECT_EQ(verdictAt(), 30s + 500ms);
}

TEST_F(HeartbeatVerdict, ComesSoonAfterTheNetworkIsBack) {
  const auto verdict = [this] {
    (void)ping(10s, Ping::NetworkProbe);
    return verdictAt();
  };
  start();
  EXPECT_EQ(verdict(), 11s);
  EXPECT_EQ(heartbeat_.state(), State::AwaitingNetwork);
  EXPECT_TRUE(heartbeat_.isNetworkProbed());
  receive(10s);
  EXPECT_FALSE(heartbeat_.isNetworkProbed());
  openingTook_ = 600ms;
  start();
  EXPECT_EQ(verdict(), 12s + 400ms) << "a slow link is given four times what its opening took";
  openingTook_ = 10s;
  start();
  EXPECT_EQ(verdict(), 13s) << "at most what any probe is given";
}

TEST_F(HeartbeatVerdict, ComesNoSoonerAfterTheNetworkIsBackWhileMuchIsUnderWay) {
  const auto verdictBehind = [this](std::uint64_t bytes) {
    start();
    answerOnce(1s);
    (void)pong(1s + 10ms, pingBehind(1s, 10'000'000));  // 1 GB/s
    send(bytes);
    (void)ping(10s, Ping::NetworkProbe);
    return verdictAt();
  };
  EXPECT_LT(verdictBehind(64 * 1024), 11s + 1ms);
  EXPECT_GE(verdictBehind(64 * 1024 + 1), 13s) << "the link may have become slow";
}

TEST_F(HeartbeatVerdict, OfANetworkProbeKeepsItsMeaningThroughOtherPings) {
  start();
  (void)ping(10s, Ping::Probe);
  (void)ping(10s, Ping::NetworkProbe);
  EXPECT_EQ(heartbeat_.state(), State::AwaitingNetwork);
  (void)ping(10s + 500ms);
  EXPECT_EQ(heartbeat_.state(), State::AwaitingNetwork);
  EXPECT_EQ(verdictAt(), 11s);
}

// --- signs of life

TEST_F(HeartbeatVerdict, IsAvertedByAnythingThatArrives) {
  start();
  (void)ping(30s);
  receive(31s);
  EXPECT_EQ(heartbeat_.state(), State::Resting);
  EXPECT_EQ(verdictAt(), std::nullopt);
  EXPECT_EQ(deadline(Deadline::Ping), 60s);
}

TEST_F(HeartbeatVerdict, IsOnlyDelayedByAFrameWhileDataOfAnAnsweringPeerIsUnanswered) {
  start();
  answerOnce();
  (void)pingBehind(10s, 5 * kKilobyte);
  receive(11s);
  EXPECT_EQ(heartbeat_.state(), State::AwaitingPong) << "the link may have died behind that frame";
  EXPECT_EQ(verdictAt(), 14s + slowly(kKilobyte));
  receive(13s);
  EXPECT_EQ(verdictAt(), 16s + slowly(kKilobyte));
}

TEST_F(HeartbeatVerdict, ComesAfterTheFirstAnswerToo) {
  start();
  const EpochMs first = ping(1s);
  (void)pingBehind(10s, 5 * kKilobyte);
  receive(11s);
  EXPECT_EQ(verdictAt(), std::nullopt) << "nothing shows yet that it answers pings";
  (void)pong(12s, first);
  EXPECT_EQ(verdictAt(), 15s + slowly(kKilobyte)) << "it owes the answer to the second ping";
}

TEST_F(HeartbeatVerdict, IsAvertedByAFrameWhileLittleDataIsUnanswered) {
  start();
  answerOnce();
  (void)pingBehind(10s, 4 * kKilobyte);
  receive(11s);
  EXPECT_EQ(verdictAt(), std::nullopt);
}

TEST_F(HeartbeatVerdict, IsAvertedByAFrameOfAPeerThatAnswersNoPings) {
  start();
  (void)pingBehind(10s, 500 * kKilobyte);
  receive(11s);
  EXPECT_EQ(verdictAt(), std::nullopt);
}

// --- late timers

TEST_F(HeartbeatVerdict, OfAPunctualTimerIsFinal) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Dead);
  startAfresh();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 40s + 50ms), Verdict::Dead);
}

TEST_F(HeartbeatVerdict, OfALateTimerIsAProbeWithItsOwnTime) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 40s + 60ms), Verdict::ProbeFirst);
  EXPECT_EQ(heartbeat_.state(), State::LastChance);
  EXPECT_EQ(verdictAt(), 40s + 560ms) << "half a second at least";
  (void)ping(40s + 60ms, Ping::Probe);
  EXPECT_EQ(verdictAt(), 40s + 560ms);
  EXPECT_EQ(judge(40s + 560ms), Verdict::Dead);
}

TEST_F(HeartbeatVerdict, OfALateTimerGivesAsMuchTimeAsItWasLateAndNoMoreThanAProbe) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 42s), Verdict::ProbeFirst);
  EXPECT_EQ(verdictAt(), 44s);
  (void)ping(42s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 44s);
  startAfresh();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 100s), Verdict::ProbeFirst);
  (void)ping(100s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 103s);
}

TEST_F(HeartbeatVerdict, OfASecondLateTimerIsFinal) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 60s), Verdict::ProbeFirst);
  (void)ping(60s, Ping::Probe);
  EXPECT_EQ(judge(63s, 200s), Verdict::Dead);
}

TEST_F(HeartbeatVerdict, GivesALateTimerANewChanceAfterASignOfLifeAndOnANewConnection) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 60s), Verdict::ProbeFirst);
  receive(61s);
  EXPECT_EQ(heartbeat_.state(), State::Resting);
  (void)ping(90s);
  EXPECT_EQ(judge(100s, 120s), Verdict::ProbeFirst);
  startAfresh();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 60s), Verdict::ProbeFirst);
}

// --- peers that answer no pings

TEST_F(HeartbeatVerdict, CostsAPeerThatNeverSendsOneConnection) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Dead);
  EXPECT_EQ(heartbeat_.peer(), Peer::Silent);
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Unanswering);
  EXPECT_EQ(heartbeat_.peer(), Peer::Unanswering);
  EXPECT_EQ(heartbeat_.state(), State::Resting);
  EXPECT_EQ(verdictAt(), std::nullopt);
  EXPECT_FALSE(heartbeat_.isProofExpected());
  EXPECT_EQ(deadline(Deadline::Ping), 60s) << "pings go on: it may answer one day";
}

TEST_F(HeartbeatVerdict, DemandsNothingMoreOfSuchAPeer) {
  for (int i = 0; i < 2; ++i) {
    start();
    (void)ping(30s);
    (void)judge(40s);
  }
  (void)ping(60s);
  (void)ping(61s, Ping::Probe);
  EXPECT_EQ(verdictAt(), std::nullopt);
  messageSent(62s);
  EXPECT_EQ(deadline(Deadline::Confirm), std::nullopt);
  send(100 * kKilobyte);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(100 * kKilobyte, sent_));
  receive(63s);
  EXPECT_EQ(heartbeat_.peer(), Peer::Unanswering) << "sending is no answer";
  start();
  (void)ping(30s);
  EXPECT_EQ(verdictAt(), std::nullopt) << "on further connections too";
}

TEST_F(HeartbeatVerdict, DemandsAnswersAgainOnceThePeerGivesOne) {
  for (int i = 0; i < 2; ++i) {
    start();
    (void)ping(30s);
    (void)judge(40s);
  }
  (void)pong(61s, ping(60s));
  EXPECT_EQ(heartbeat_.peer(), Peer::Answers);
  EXPECT_TRUE(heartbeat_.isProofExpected());
  (void)ping(90s);
  EXPECT_EQ(verdictAt(), 100s);
}

TEST_F(HeartbeatVerdict, DoesNotForgiveAPeerWhoseNextConnectionNeededMoreThanOneRetry) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Dead);
  wasAtOnce_ = false;
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Dead) << "the network was the reason";
  wasAtOnce_ = true;
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Unanswering);
}

TEST_F(HeartbeatVerdict, DoesNotForgiveAPeerThatHasSentSomething) {
  start();
  receive(1s);
  for (int i = 0; i < 3; ++i) {
    start();
    (void)ping(30s);
    EXPECT_EQ(judge(40s), Verdict::Dead);
    EXPECT_EQ(heartbeat_.peer(), Peer::Talks);
  }
}

TEST_F(HeartbeatVerdict, ForgivesASilentPeerOnlyAfterALateTimersProbe) {
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s), Verdict::Dead);
  start();
  (void)ping(30s);
  EXPECT_EQ(judge(40s, 60s), Verdict::ProbeFirst);
  (void)ping(60s, Ping::Probe);
  EXPECT_EQ(judge(63s), Verdict::Unanswering);
}

// --- all together

TEST_F(HeartbeatVerdict, ComesWithinIntervalAndTimeoutWhateverIsSent) {
  for (const Duration gap : std::vector<Duration>{1ms, 100ms, 1s, 7s, 29s}) {
    startAfresh();
    Duration now{};
    Duration nextSend = gap;
    bool isDead = false;
    while (!isDead && now < 10min) {
      const Duration due =
          std::min(deadline(Deadline::Ping).value_or(10min),
                   std::min(deadline(Deadline::Confirm).value_or(10min), verdictAt().value_or(10min)));
      now = std::min(nextSend, due);
      if (now == nextSend) {
        send(10);
        messageSent(now);
        nextSend += gap;
      } else if (now == verdictAt()) {
        isDead = judge(now) == Verdict::Dead;
      } else if (now == deadline(Deadline::Ping)) {
        (void)ping(now);
      } else {
        (void)ping(now, heartbeat_.confirmPing());
      }
    }
    EXPECT_LE(now, 40s) << gap.count();
    EXPECT_GE(now, 3s) << gap.count();
  }
}

#ifndef NDEBUG
using HeartbeatVerdictDeathTest = HeartbeatVerdict;
TEST_F(HeartbeatVerdictDeathTest, WithoutAPingIsAProgrammingError) {
  start();
  EXPECT_DEATH((void)judge(40s), "isAwaiting");
}
#endif

}  // namespace
}  // namespace rws
