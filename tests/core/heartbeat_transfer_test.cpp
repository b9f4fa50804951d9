// The time that data needs before a silent peer is dead: the rate of the link, and the socket's buffer.
#include <gtest/gtest.h>

#include "fixtures/heartbeat_fixture.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKilobyte = 1024;

class HeartbeatTransfer : public test::HeartbeatFixture {
 protected:
  // A link on which 64 KB took that long.
  void measure(Duration took) {
    answerOnce(1s);
    (void)pong(1s + took, pingBehind(1s, 64 * kKilobyte));
  }
  // The verdict on a probe behind 68 KB, of which 4 KB need no time.
  void expectVerdictAtRate(Duration probedAt, double bytesPerSecond, const char* why) {
    (void)pingBehind(probedAt, 68 * kKilobyte);
    const auto transfer = std::chrono::duration<double>(64 * 1024 / (bytesPerSecond / 4));
    EXPECT_EQ(verdictAt(), probedAt + 3s + std::chrono::duration_cast<Duration>(transfer)) << why;
  }
};

// --- the time that data needs

TEST_F(HeartbeatTransfer, GivesNoTimeForFourKilobytes) {
  start();
  (void)pingBehind(1s, 4 * kKilobyte);
  EXPECT_EQ(verdictAt(), 4s);
  startAfresh();
  (void)pingBehind(1s, 4 * kKilobyte, Ping::Regular);
  EXPECT_EQ(verdictAt(), 11s);
}

TEST_F(HeartbeatTransfer, GivesTimeForDataAtEightKilobytesASecond) {
  start();
  (void)pingBehind(1s, 20 * kKilobyte);
  EXPECT_EQ(verdictAt(), 6s) << "2 s for 16 KB, and 3 s for the probe";
}

TEST_F(HeartbeatTransfer, GivesTimeForTheLargestStretchAndNotForTheSum) {
  start();
  (void)pingBehind(1s, 20 * kKilobyte, Ping::Confirmation);
  (void)pingBehind(1s, 68 * kKilobyte, Ping::Confirmation);
  (void)pingBehind(1s, 36 * kKilobyte, Ping::Probe);
  EXPECT_EQ(verdictAt(), 12s) << "8 s for 64 KB, and 3 s for the probe";
}

TEST_F(HeartbeatTransfer, GivesTimeForWhatWasSentBehindTheLastPing) {
  start();
  (void)ping(1s, Ping::Confirmation);
  send(20 * kKilobyte);
  EXPECT_EQ(heartbeat_.verdictAfter(Ping::Probe, options_, kStart + 2s, sent_), kStart + 7s);
}

TEST_F(HeartbeatTransfer, GivesAMinuteAtMost) {
  start();
  (void)pingBehind(1s, 10'000 * kKilobyte);
  EXPECT_EQ(verdictAt(), 64s);
}

TEST_F(HeartbeatTransfer, GivesNoTimeForDataThatWasAnswered) {
  start();
  (void)pong(3s, pingBehind(1s, 8 * kKilobyte));
  (void)ping(10s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 13s);
}

TEST_F(HeartbeatTransfer, GivesAFastLinkTheTimeOfAQuarterOfItsRate) {
  start();
  measure(64ms);  // a kilobyte a millisecond
  (void)pingBehind(10s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 13s + 256ms);
}

TEST_F(HeartbeatTransfer, GivesASlowLinkTheTimeOfEightKilobytesASecond) {
  start();
  measure(4s);  // 16 KB/s: a quarter would be 4
  (void)pingBehind(10s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 13s + 8s);
}

TEST_F(HeartbeatTransfer, MeasuresTheRateOnlyByEnoughData) {
  start();
  answerOnce();
  (void)pong(1s + 16ms, pingBehind(1s, 16 * kKilobyte - 1));
  (void)pingBehind(10s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 13s + 8s) << "a short stretch measures the delay of a link";
}

TEST_F(HeartbeatTransfer, RaisesTheRateHalfway) {
  start();
  measure(640ms);  // 100 KB/s
  answerOnce(10s);
  (void)pong(10s + 64ms, pingBehind(10s, 64 * kKilobyte));  // 1000 KB/s
  expectVerdictAtRate(20s, (100.0 + 1000.0) / 2 * 1024, "halfway between 100 and 1000 KB/s");
}

TEST_F(HeartbeatTransfer, TakesALinkForNoFasterThanWhatCrossedItSinceThePing) {
  start();
  answerOnce(1s);
  const EpochMs first = pingBehind(1s, 64 * kKilobyte);
  const EpochMs second = pingBehind(1s, 64 * kKilobyte);
  const EpochMs third = pingBehind(1s, 64 * kKilobyte);
  (void)pong(9s, first);
  (void)pong(25s, second);
  (void)pong(25s + 1ms, third);  // held up with the one before
  (void)pingBehind(26s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 29s + 8s) << "8 KB/s, although 64 KB were answered within a millisecond";
}

TEST_F(HeartbeatTransfer, MeasuresABurstAfterARestFromItsBeginning) {
  start();
  answerOnce(1s);
  const EpochMs first = pingBehind(100s, 64 * kKilobyte);
  const EpochMs second = pingBehind(100s, 64 * kKilobyte);
  const EpochMs third = pingBehind(100s, 64 * kKilobyte);
  (void)pong(100s + 64ms, first);
  (void)pong(100s + 128ms, second);
  (void)pong(100s + 192ms, third);
  (void)pingBehind(110s, 68 * kKilobyte);
  EXPECT_LT(verdictAt(), 113s + 500ms) << "a fast link, although nothing was sent for 99 s";
}

TEST_F(HeartbeatTransfer, TakesALinkThatBecameSlowerForSlowAtOnce) {
  start();
  measure(64ms);
  (void)pong(12s, pingBehind(10s, 64 * kKilobyte));  // 32 KB/s
  (void)pingBehind(20s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 23s + 8s);
}

TEST_F(HeartbeatTransfer, DoesNotTakeAPauseOfTheSenderForASlowLink) {
  start();
  measure(64ms);
  send(64 * kKilobyte);
  messageSent(10s);
  (void)pong(12s + 1ms, ping(12s, Ping::Probe));
  expectVerdictAtRate(20s, (1000 + 64 / 2.001) / 2 * 1024, "half as fast, and no slower");
}

TEST_F(HeartbeatTransfer, ForgetsAFastLinkThatIsMeasuredNoMore) {
  start();
  measure(1ms);
  for (int i = 1; i <= 20; ++i) {
    send(20 * kKilobyte);
    messageSent(i * 10s);
    (void)pong(i * 10s + 2s + 1ms, ping(i * 10s + 2s, Ping::Probe));
  }
  (void)pingBehind(300s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 303s + 8s) << "each message was there before its ping: the link may be slow now";
}

TEST_F(HeartbeatTransfer, TakesTheRateAcrossAPauseForALowerBound) {
  start();
  answerOnce(1s);
  send(64 * kKilobyte);
  messageSent(10s);
  (void)pong(11s + 1ms, ping(11s, Ping::Probe));
  expectVerdictAtRate(20s, 64 * 1024 / 1.001, "all that is known");
}

TEST_F(HeartbeatTransfer, MeasuresDataFromItsFirstMessageOn) {
  start();
  answerOnce(1s);
  send(64 * kKilobyte);
  messageSent(100s);
  (void)pong(101s + 100ms, ping(100s + 500ms, Ping::Probe));
  expectVerdictAtRate(110s, 64 * 1024 / 1.1, "not from the ping before, 99 s earlier");
}

TEST_F(HeartbeatTransfer, TakesALinkForSlowThatNeedsLongerThanThePause) {
  start();
  measure(64ms);
  send(64 * kKilobyte);
  messageSent(10s);
  (void)pong(14s + 1ms, ping(12s, Ping::Probe));  // 16 KB/s
  (void)pingBehind(20s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 23s + 8s);
}

TEST_F(HeartbeatTransfer, ForgetsTheRateWithTheConnection) {
  start();
  measure(64ms);
  start();
  (void)pingBehind(10s, 68 * kKilobyte);
  EXPECT_EQ(verdictAt(), 13s + 8s);
}

TEST_F(HeartbeatTransfer, GivesNoTimeForDataThatCameBack) {
  start();
  (void)pingBehind(1s, 68 * kKilobyte, Ping::Confirmation);
  heartbeat_.messagesReturned(1, {0, 0});
  sent_ = {};
  (void)ping(2s, Ping::Probe);
  EXPECT_EQ(verdictAt(), 5s);
}

// --- the socket's buffer

TEST_F(HeartbeatTransfer, TakesAFallingBufferForASignOfLife) {
  start();
  readBuffer(0s, 1000, 1000);
  (void)ping(30s);
  EXPECT_EQ(deadline(Deadline::Drain), 30s + 750ms);
  readBuffer(38s, 900, 1000);
  EXPECT_EQ(judge(40s), Verdict::Alive);
  EXPECT_EQ(verdictAt(), 41s) << "3 s after the fall";
  EXPECT_EQ(judge(41s), Verdict::Dead) << "a fall counts once";
}

TEST_F(HeartbeatTransfer, TakesAFallLongAgoForNone) {
  start();
  readBuffer(0s, 1000, 1000);
  (void)ping(30s);
  readBuffer(37s, 900, 1000);
  EXPECT_EQ(judge(40s), Verdict::Dead);
}

TEST_F(HeartbeatTransfer, DiscountsItsOwnMessagesInTheBuffer) {
  start();
  readBuffer(0s, 1000, 1000);
  (void)ping(30s);
  readBuffer(38s, 1100, 1200);
  EXPECT_EQ(judge(40s), Verdict::Alive) << "200 bytes were added, and it grew by 100";
  startAfresh();
  readBuffer(0s, 1000, 1000);
  (void)ping(30s);
  readBuffer(38s, 1200, 1200);
  EXPECT_EQ(judge(40s), Verdict::Dead);
}

TEST_F(HeartbeatTransfer, ConcludesNothingFromABufferThatIsOrBecomesEmpty) {
  start();
  (void)ping(30s);
  EXPECT_EQ(deadline(Deadline::Drain), std::nullopt);
  readBuffer(38s, 0, 0);
  EXPECT_EQ(judge(40s), Verdict::Dead);
  startAfresh();
  readBuffer(0s, 1000, 1000);
  (void)ping(30s);
  readBuffer(38s, 0, 1000);
  EXPECT_EQ(judge(40s), Verdict::Dead) << "the system takes data even for a dead peer";
}

TEST_F(HeartbeatTransfer, GivesTheTimeOfTheDataAfterAFallToo) {
  start();
  readBuffer(0s, 1000, 1000);
  (void)pingBehind(30s, 20 * kKilobyte);
  EXPECT_EQ(verdictAt(), 35s);
  readBuffer(34s, 900, 1000);
  EXPECT_EQ(judge(35s), Verdict::Alive);
  EXPECT_EQ(verdictAt(), 39s);
}

TEST_F(HeartbeatTransfer, LooksAtTheBufferFourTimesInAProbe) {
  start();
  readBuffer(0s, 1000, 1000);
  (void)ping(30s, Ping::Probe);
  EXPECT_EQ(deadline(Deadline::Drain), 30s + 750ms);
  heartbeat_.drainReached(options_, kStart + 30s + 750ms);
  EXPECT_EQ(deadline(Deadline::Drain), 31s + 500ms);
  readBuffer(31s + 500ms, 0, 1000);
  heartbeat_.drainReached(options_, kStart + 31s + 500ms);
  EXPECT_EQ(deadline(Deadline::Drain), std::nullopt) << "an empty buffer tells nothing more";
}

}  // namespace
}  // namespace rws
