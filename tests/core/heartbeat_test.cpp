#include "heartbeat.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = Instant{} + 1h;
constexpr EpochMs kWall = 1700000000000;

Now at(Duration sinceStart) { return {kStart + sinceStart, kWall + sinceStart / 1ms}; }

class HeartbeatTest : public testing::Test {
 protected:
  void start() { heartbeat_.start(options_, kStart, opening_, deadlines_); }
  EpochMs ping(Duration when) {
    (void)deadlines_.takeDue(kStart + when);
    return heartbeat_.ping(options_, at(when), before_, deadlines_).timestamp;
  }
  EpochMs probe(Duration when) { return heartbeat_.probe(options_, at(when), before_, deadlines_).timestamp; }
  void sent(Duration when) { heartbeat_.sent(options_, kStart + when, deadlines_); }
  std::optional<Duration> armed(Deadline kind) const {
    const auto instant = deadlines_.at(kind);
    return instant ? std::optional(*instant - kStart) : std::nullopt;
  }
  std::optional<Duration> answered(Duration when, const std::string& timestamp) {
    const std::optional<Heartbeat::Answer> answer = heartbeat_.answered(kStart + when, timestamp);
    answeredBehind_ = answer ? answer->behind : 0;
    return answer ? std::optional(answer->roundTrip) : std::nullopt;
  }

  Options options_;
  Deadlines deadlines_;
  Heartbeat heartbeat_;
  Duration opening_ = 50ms;
  UnderWay before_;               // what the pings go behind
  PayloadId answeredBehind_ = 0;  // of the last answer
};

TEST_F(HeartbeatTest, ArmsTheFirstPingWhenASocketOpens) {
  start();
  EXPECT_EQ(armed(Deadline::Ping), 30s);
  EXPECT_EQ(armed(Deadline::Pong), std::nullopt);
  EXPECT_EQ(armed(Deadline::Silence), std::nullopt);
}

TEST_F(HeartbeatTest, ArmsTheNextPingAndTheVerdictWithEachPing) {
  start();
  EXPECT_EQ(ping(30s), kWall + 30000);
  EXPECT_EQ(armed(Deadline::Ping), 60s);
  EXPECT_EQ(armed(Deadline::Pong), 40s);
}

TEST_F(HeartbeatTest, LeavesAPendingVerdictWhereItIs) {
  options_.pingInterval = 1s;
  start();
  (void)ping(1s);
  (void)ping(2s);
  (void)ping(3s);
  EXPECT_EQ(armed(Deadline::Pong), 11s) << "pings must not put the verdict off";
}

TEST_F(HeartbeatTest, TakesAnythingThatComesInForLife) {
  start();
  sent(1s);
  heartbeat_.received(deadlines_);
  EXPECT_EQ(armed(Deadline::Silence), 3s) << "whether the message arrived is still to be asked";
  (void)ping(30s);
  heartbeat_.received(deadlines_);
  EXPECT_EQ(armed(Deadline::Pong), std::nullopt);
  EXPECT_EQ(armed(Deadline::Ping), 60s) << "pings go on whatever the traffic";
}

TEST_F(HeartbeatTest, CallsForAProbeAfterASendThatIsFollowedBySilence) {
  start();
  sent(1s);
  EXPECT_EQ(armed(Deadline::Silence), 3s);
  sent(2s);
  EXPECT_EQ(armed(Deadline::Silence), 3s) << "later sends do not put it off";
  EXPECT_EQ(probe(3s), kWall + 3000);
  EXPECT_EQ(armed(Deadline::Silence), std::nullopt);
  EXPECT_EQ(armed(Deadline::Pong), 6s);
  EXPECT_EQ(armed(Deadline::Ping), 30s) << "a probe is no ping of the schedule";
  sent(4s);
  EXPECT_EQ(armed(Deadline::Silence), 6s) << "whether this one arrives, the pending probe will not tell";
}

TEST_F(HeartbeatTest, KeepsASilenceWhenThePingsVerdictComesLaterThanTheProbes) {
  start();
  sent(29s);
  (void)ping(30s);
  EXPECT_EQ(armed(Deadline::Silence), 31s);
  EXPECT_EQ(armed(Deadline::Pong), 40s);
  (void)probe(31s);
  EXPECT_EQ(armed(Deadline::Pong), 34s);
}

TEST_F(HeartbeatTest, ForgetsASilenceOnceAPingsVerdictComesAsEarlyAsTheProbes) {
  options_.pongTimeout = 4s;
  start();
  sent(29s);
  (void)ping(30s);
  EXPECT_EQ(armed(Deadline::Silence), std::nullopt);
  EXPECT_EQ(armed(Deadline::Pong), 34s);
}

TEST_F(HeartbeatTest, ProbesASilentSendAlthoughAPingIsUnanswered) {
  start();
  (void)ping(30s);
  sent(31s);
  EXPECT_EQ(armed(Deadline::Silence), 33s) << "the ping's verdict comes at 40 s, the probe's at 36 s";
}

TEST_F(HeartbeatTest, BringsAVerdictForwardByAProbeAndNeverBack) {
  start();
  (void)ping(30s);
  (void)probe(31s);
  EXPECT_EQ(armed(Deadline::Pong), 34s);
  options_.probeTimeout = 1min;
  (void)probe(32s);
  EXPECT_EQ(armed(Deadline::Pong), 34s);
}

TEST_F(HeartbeatTest, ArmsNothingWhileItIsOff) {
  options_.enableHeartbeat = false;
  start();
  sent(1s);
  const EpochMs timestamp = probe(2s);
  (void)ping(3s);
  EXPECT_EQ(deadlines_, Deadlines{});
  EXPECT_EQ(answered(5s, std::to_string(timestamp)), 3s) << "an answer is still harmless";
}

TEST_F(HeartbeatTest, LeavesNoDeadlineWhenTheSocketIsGone) {
  deadlines_.set(Deadline::Stable, kStart + 1h);
  start();
  (void)ping(30s);
  heartbeat_.received(deadlines_);
  sent(31s);
  heartbeat_.stop(deadlines_);
  sent(32s);
  EXPECT_EQ(armed(Deadline::Ping), std::nullopt);
  EXPECT_EQ(armed(Deadline::Silence), std::nullopt);
  EXPECT_EQ(armed(Deadline::Pong), std::nullopt);
  EXPECT_EQ(armed(Deadline::Stable), 1h) << "the deadlines of others are not its own";
}

TEST_F(HeartbeatTest, GivesEachPingATimestampOfItsOwnEvenIfTheWallClockStandsOrStepsBack) {
  start();
  EXPECT_EQ(heartbeat_.ping(options_, {kStart, kWall}, {}, deadlines_).timestamp, kWall);
  EXPECT_EQ(heartbeat_.ping(options_, {kStart, kWall}, {}, deadlines_).timestamp, kWall + 1);
  EXPECT_EQ(heartbeat_.probe(options_, {kStart, kWall - 3600000}, {}, deadlines_).timestamp, kWall + 2);
  EXPECT_EQ(heartbeat_.ping(options_, {kStart, kWall + 100}, {}, deadlines_).timestamp, kWall + 100);
}

TEST_F(HeartbeatTest, MeasuresARoundTripOncePerPing) {
  start();
  const std::string timestamp = std::to_string(ping(30s));
  EXPECT_EQ(answered(30s + 120ms, timestamp), 120ms);
  EXPECT_EQ(answered(30s + 130ms, timestamp), std::nullopt) << "a pong that comes twice";
}

TEST_F(HeartbeatTest, TellsThePingsApartWhenTheirAnswersCross) {
  start();
  const std::string first = std::to_string(ping(30s));
  const std::string second = std::to_string(probe(31s));
  EXPECT_EQ(answered(32s, second), 1s);
  EXPECT_EQ(answered(33s, first), 3s);
}

TEST_F(HeartbeatTest, ReadsTheTimestampAsBackendsKeepIt) {
  for (const std::string suffix : {"", ".0", ".000"}) {
    start();
    EXPECT_EQ(answered(1s, std::to_string(ping(0s)) + suffix), 1s) << suffix;
  }
  start();
  EXPECT_EQ(answered(1s, '"' + std::to_string(ping(0s)) + '"'), 1s);
}

TEST_F(HeartbeatTest, MakesNothingOfPongsThatAnswerNoPingOfThisSocket) {
  start();
  const std::string own = std::to_string(ping(30s));
  const std::vector<std::string> foreigners = {"",         "\"\"",    "\"",       "abc",
                                               "1",        own + "1", own + ".5", own + ".",
                                               own + "e0", '-' + own, own + " ",  std::string(30, '9')};
  for (const std::string& foreign : foreigners) {
    EXPECT_EQ(answered(31s, foreign), std::nullopt) << foreign;
  }
  start();
  EXPECT_EQ(answered(31s, own), std::nullopt) << "a ping of the socket before";
  EXPECT_EQ(answered(31s, "0"), std::nullopt) << "an unused slot is no ping";
}

TEST_F(HeartbeatTest, NeverMeasuresANegativeTime) {
  start();
  const std::string timestamp = std::to_string(ping(30s));
  EXPECT_EQ(answered(29s, timestamp), 0s);
}

TEST_F(HeartbeatTest, RemembersTheLastPingsOfManyAndNoMore) {
  start();
  std::vector<std::string> timestamps;
  for (int i = 0; i < 100; ++i) timestamps.push_back(std::to_string(probe(std::chrono::seconds(i))));
  EXPECT_EQ(answered(100s, timestamps[99]), 1s);
  EXPECT_EQ(answered(100s, timestamps[94]), 6s);
  EXPECT_EQ(answered(100s, timestamps[93]), std::nullopt);
}

TEST_F(HeartbeatTest, TellsWhichMessagesAnAnsweredPingFollowed) {
  start();
  before_.upTo = 7;
  const std::string first = std::to_string(ping(30s));
  before_.upTo = 9;
  const std::string second = std::to_string(probe(31s));
  EXPECT_EQ(heartbeat_.ask(options_, at(32s), {12, 0}).outlived, 0U);
  EXPECT_FALSE(heartbeat_.isAnswered());
  (void)answered(33s, second);
  EXPECT_EQ(answeredBehind_, 9U);
  (void)answered(33s, first);
  EXPECT_EQ(answeredBehind_, 7U);
  (void)answered(33s, std::to_string(kWall + 32000));
  EXPECT_EQ(answeredBehind_, 12U);
  EXPECT_TRUE(heartbeat_.isAnswered());
}

TEST_F(HeartbeatTest, NoMessageThatCameBackWasBeforeAPing) {
  start();
  before_.upTo = 7;
  const std::string timestamp = std::to_string(ping(30s));
  heartbeat_.returned(5);
  (void)answered(31s, timestamp);
  EXPECT_EQ(answeredBehind_, 4U);
}

TEST_F(HeartbeatTest, GivesUpOnAPingThatALivingPeerDoesNotAnswerInTime) {
  const auto outlived = [this](Duration when, PayloadId behind) {
    return heartbeat_.ask(options_, at(when), {behind, 0}).outlived;
  };
  start();
  EXPECT_EQ(outlived(0s, 5), 0U);
  EXPECT_EQ(outlived(20s, 6), 0U) << "nothing came in: the peer may be dead";
  heartbeat_.received(deadlines_);
  EXPECT_EQ(outlived(21s, 7), 5U);
  heartbeat_.received(deadlines_);
  EXPECT_EQ(outlived(30s, 8), 0U) << "the next one is awaited since 21 s";
  EXPECT_EQ(outlived(31s, 9), 7U);
  const std::string newest = std::to_string(heartbeat_.ask(options_, at(32s), {10, 0}).timestamp);
  (void)answered(33s, newest);
  heartbeat_.received(deadlines_);
  EXPECT_EQ(outlived(60s, 11), 0U) << "this peer answers";
}

TEST_F(HeartbeatTest, DemandsNoAnswerOfAPeerThatNeverGaveOneAndSends) {
  start();
  sent(1s);
  EXPECT_TRUE(heartbeat_.demandsAnswer());
  heartbeat_.received(deadlines_);
  EXPECT_FALSE(heartbeat_.demandsAnswer());
  (void)answered(5s, std::to_string(probe(4s)));
  sent(6s);
  heartbeat_.received(deadlines_);
  EXPECT_TRUE(heartbeat_.demandsAnswer());
  start();
  sent(1s);
  heartbeat_.received(deadlines_);
  EXPECT_TRUE(heartbeat_.demandsAnswer()) << "what is known of a server outlives a socket";
}

TEST_F(HeartbeatTest, JudgesByThePingWhenAProbeUnderWayMayTakeLonger) {
  options_.pongTimeout = 500ms;
  options_.probeTimeout = 5s;
  start();
  (void)probe(29s);
  (void)ping(30s);
  EXPECT_EQ(armed(Deadline::Pong), 30s + 500ms);
}

TEST_F(HeartbeatTest, JudgesAPunctualVerdictAsDead) {
  start();
  EXPECT_EQ(heartbeat_.judge(kStart, kStart), Heartbeat::Verdict::Dead);
  EXPECT_EQ(heartbeat_.judge(kStart, kStart + 50ms), Heartbeat::Verdict::Dead);
}

TEST_F(HeartbeatTest, GivesOneSecondChanceAfterALateTimer) {
  start();
  EXPECT_EQ(heartbeat_.judge(kStart, kStart + 50ms + 1us), Heartbeat::Verdict::ProbeFirst);
  EXPECT_EQ(heartbeat_.judge(kStart, kStart + 1min), Heartbeat::Verdict::Dead);
}

TEST_F(HeartbeatTest, GivesASecondChanceAgainAfterASignOfLifeAndOnANewSocket) {
  start();
  EXPECT_EQ(heartbeat_.judge(kStart, kStart + 1min), Heartbeat::Verdict::ProbeFirst);
  heartbeat_.received(deadlines_);
  EXPECT_EQ(heartbeat_.judge(kStart, kStart + 1min), Heartbeat::Verdict::ProbeFirst);
  start();
  EXPECT_EQ(heartbeat_.judge(kStart, kStart + 1min), Heartbeat::Verdict::ProbeFirst);
}

TEST_F(HeartbeatTest, AllowsTheTimeThatWhatIsUnderWayMayTake) {
  start();
  before_.bytes = 16 * 1024;
  (void)probe(1s);
  EXPECT_EQ(armed(Deadline::Pong), 4s) << "what is usual takes no longer";
  heartbeat_.received(deadlines_);
  before_.bytes = 48 * 1024;
  (void)probe(10s);
  EXPECT_EQ(armed(Deadline::Pong), 15s) << "3 s for the probe and 2 s more for 32 KiB more";
  heartbeat_.received(deadlines_);
  (void)ping(30s);
  EXPECT_EQ(armed(Deadline::Pong), 42s);
}

TEST_F(HeartbeatTest, GivesAProbeOfALinkThatIsSaidToBeBackLittleTime) {
  const auto verdict = [this] {
    (void)heartbeat_.probeNetwork(options_, at(10s), before_, deadlines_);
    return armed(Deadline::Pong);
  };
  start();
  EXPECT_EQ(verdict(), 11s);
  EXPECT_TRUE(heartbeat_.isNetworkInDoubt());
  heartbeat_.received(deadlines_);
  EXPECT_FALSE(heartbeat_.isNetworkInDoubt());
  opening_ = 600ms;
  start();
  EXPECT_EQ(verdict(), 12s + 400ms) << "a slow link is given four times what its opening took";
  opening_ = 10s;
  start();
  EXPECT_EQ(verdict(), 13s) << "at most what any probe is given";
}

TEST_F(HeartbeatTest, GivesAProbeAfterALateVerdictAsLongAsItWasLate) {
  start();
  (void)probe(10s);
  Heartbeat::hasten(60ms, kStart + 10s, deadlines_);
  EXPECT_EQ(armed(Deadline::Pong), 10s + 500ms);
  (void)probe(10s);
  Heartbeat::hasten(1min, kStart + 10s, deadlines_);
  EXPECT_EQ(armed(Deadline::Pong), 10s + 500ms) << "never later than it was";
  heartbeat_.received(deadlines_);
  (void)probe(20s);
  Heartbeat::hasten(1min, kStart + 20s, deadlines_);
  EXPECT_EQ(armed(Deadline::Pong), 23s) << "no longer than a probe is given";
}

TEST_F(HeartbeatTest, ReArmsFromTheLastPingWhenTheIntervalChanges) {
  start();
  (void)ping(30s);
  options_.pingInterval = 45s;
  heartbeat_.reconfigure(options_, kStart + 35s, deadlines_);
  EXPECT_EQ(armed(Deadline::Ping), 75s);
  EXPECT_EQ(armed(Deadline::Pong), 40s) << "a pending verdict stays";
  options_.pingInterval = 2s;
  heartbeat_.reconfigure(options_, kStart + 35s, deadlines_);
  EXPECT_EQ(armed(Deadline::Ping), 35s) << "overdue at once, but not in the past";
}

TEST_F(HeartbeatTest, AsksAfterAMessageAsSoonAsNewOptionsSay) {
  start();
  sent(1s);
  options_.probeAfterSend = 500ms;
  heartbeat_.reconfigure(options_, kStart + 2s, deadlines_);
  EXPECT_EQ(armed(Deadline::Silence), 2s + 500ms);
  options_.probeAfterSend = 1min;
  heartbeat_.reconfigure(options_, kStart + 2s, deadlines_);
  EXPECT_EQ(armed(Deadline::Silence), 2s + 500ms);
}

TEST_F(HeartbeatTest, IsSwitchedOffAndOnWhileConnected) {
  start();
  (void)ping(30s);
  options_.enableHeartbeat = false;
  heartbeat_.reconfigure(options_, kStart + 31s, deadlines_);
  EXPECT_EQ(deadlines_, Deadlines{});
  options_.enableHeartbeat = true;
  heartbeat_.reconfigure(options_, kStart + 50s, deadlines_);
  EXPECT_EQ(armed(Deadline::Ping), 80s);
  heartbeat_.reconfigure(options_, kStart + 60s, deadlines_);
  EXPECT_EQ(armed(Deadline::Ping), 80s) << "options that did not change put nothing off";
}

TEST_F(HeartbeatTest, NoticesADeadPeerWithinIntervalAndTimeOutWhateverIsSent) {
  for (const Duration gap : std::vector<Duration>{1ms, 100ms, 1s, 7s, 29s}) {
    deadlines_ = {};
    start();
    Instant now = kStart;
    Instant dead{};
    Instant nextSend = kStart + gap;
    while (dead == Instant{} && now < kStart + 10min) {
      now = std::min(nextSend, *deadlines_.earliest());
      if (now == nextSend) {
        sent(now - kStart);
        nextSend += gap;
      }
      while (const auto due = deadlines_.takeDue(now)) {
        if (due->kind == Deadline::Ping) (void)heartbeat_.ping(options_, at(now - kStart), {}, deadlines_);
        if (due->kind == Deadline::Silence) (void)probe(now - kStart);
        if (due->kind == Deadline::Pong && heartbeat_.judge(due->at, now) == Heartbeat::Verdict::Dead)
          dead = now;
      }
    }
    EXPECT_LE(dead - kStart, 40s) << gap.count();
    EXPECT_GE(dead - kStart, 3s) << gap.count();
  }
}

}  // namespace
}  // namespace rws
