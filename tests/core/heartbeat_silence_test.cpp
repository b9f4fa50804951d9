// The watch without pings: a peer from which nothing came for so long is dead.
#include <gtest/gtest.h>

#include "fixtures/heartbeat_fixture.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

class HeartbeatSilence : public test::HeartbeatFixture {
 protected:
  HeartbeatSilence() { options_.heartbeat = {HeartbeatMode::Silence, 20s}; }
};

TEST_F(HeartbeatSilence, TheVerdictIsTheOnlyDeadline) {
  start();
  EXPECT_EQ(heartbeat_.state(), State::Listening);
  EXPECT_EQ(verdictAt(), 20s);
  EXPECT_FALSE(deadline(Deadline::Ping) || deadline(Deadline::Confirm) || deadline(Deadline::Drain));
  EXPECT_FALSE(heartbeat_.isProofExpected());
  EXPECT_FALSE(heartbeat_.isPingDueBefore(10'000'000, {1, 10'000'000}));
  EXPECT_EQ(judge(20s), Verdict::Dead);
}

TEST_F(HeartbeatSilence, EveryFrameMovesTheVerdict) {
  start();
  receive(5s);
  EXPECT_EQ(verdictAt(), 25s);
  EXPECT_EQ(customPong(10s), std::nullopt);
  EXPECT_EQ(verdictAt(), 30s);
}

TEST_F(HeartbeatSilence, ALateTimerGivesOneSecondChance) {
  start();
  EXPECT_EQ(judge(20s, 23s), Verdict::Alive);
  EXPECT_EQ(heartbeat_.state(), State::LastChance);
  EXPECT_EQ(verdictAt(), 26s);
  EXPECT_EQ(judge(26s, 40s), Verdict::Dead) << "late again";
  start();
  EXPECT_EQ(judge(20s, 23s), Verdict::Alive);
  receive(24s);
  EXPECT_EQ(heartbeat_.state(), State::Listening);
  EXPECT_EQ(judge(44s, 45s), Verdict::Alive) << "a frame begins anew";
}

TEST_F(HeartbeatSilence, SeveralSilentConnectionsAreGivenUp) {
  for (int i = 0; i < 3; ++i) {
    start();
    EXPECT_EQ(judge(20s), Verdict::Dead);
    EXPECT_EQ(heartbeat_.peer(), Peer::Unknown);
  }
}

TEST_F(HeartbeatSilence, AFallOfTheBufferCountsAsAFrame) {
  start();
  EXPECT_FALSE(heartbeat_.isConfirmArmed());
  send(50'000);
  messageSent(1s);
  EXPECT_TRUE(heartbeat_.isConfirmArmed());
  EXPECT_EQ(deadline(Deadline::Drain), 6s);
  readBuffer(6s, 50'000, 50'000);
  heartbeat_.drainReached(options_, kStart + 6s);
  EXPECT_EQ(deadline(Deadline::Drain), 11s) << "as long as it holds something";
  readBuffer(11s, 40'000, 50'000);
  EXPECT_EQ(judge(20s), Verdict::Alive);
  EXPECT_EQ(verdictAt(), 31s);
  EXPECT_EQ(judge(31s), Verdict::Dead);
}

TEST_F(HeartbeatSilence, AnotherSilenceCountsFromTheLastFrame) {
  start();
  receive(10s);
  options_.heartbeat.silence = 40s;
  reconfigure(15s);
  EXPECT_EQ(verdictAt(), 50s);
  options_.heartbeat.silence = 2s;
  reconfigure(16s);
  EXPECT_EQ(verdictAt(), 16s) << "at once, and not as if the timer were late";
  EXPECT_EQ(judge(16s), Verdict::Dead);
}

TEST_F(HeartbeatSilence, AChangeOfOptionsTakesNoSecondChanceAway) {
  start();
  EXPECT_EQ(judge(20s, 23s), Verdict::Alive);
  reconfigure(24s);
  EXPECT_EQ(verdictAt(), 26s);
  options_.heartbeat.silence = 1min;
  reconfigure(25s);
  EXPECT_EQ(verdictAt(), 1min) << "a longer silence counts";
}

TEST_F(HeartbeatSilence, EndsAndBeginsWithEnableHeartbeat) {
  start();
  options_.enableHeartbeat = false;
  reconfigure(5s);
  EXPECT_EQ(heartbeat_.state(), State::Stopped);
  EXPECT_FALSE(hasDeadline());
  options_.enableHeartbeat = true;
  reconfigure(8s);
  EXPECT_EQ(verdictAt(), 28s);
  options_.heartbeat = {};
  heartbeat_.stop();
  reconfigure(9s);
  EXPECT_EQ(heartbeat_.state(), State::Resting);
  EXPECT_EQ(deadline(Deadline::Ping), 39s);
}

}  // namespace
}  // namespace rws
