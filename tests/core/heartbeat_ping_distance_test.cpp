// How much data may be between two pings: 64 KB, and more on a fast link.
#include <gtest/gtest.h>

#include <vector>

#include "fixtures/heartbeat_fixture.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKilobyte = 1024;

class HeartbeatPingDistance : public test::HeartbeatFixture {
 protected:
  // On a new connection that transfers so many bytes in 10 ms.
  void measure(std::uint64_t bytes) {
    start();
    answerOnce(1s);
    (void)pong(1s + 10ms, pingBehind(1s, bytes));
  }
  void expectDistance(std::uint64_t bytes, const char* why) {
    (void)ping(10s, Ping::Probe);
    send(bytes - kFrameBytes);
    EXPECT_FALSE(heartbeat_.isPingDueBefore(0, sent_)) << why;
    EXPECT_TRUE(heartbeat_.isPingDueBefore(1, sent_)) << why;
  }
};

TEST_F(HeartbeatPingDistance, Is64KilobytesAtFirst) {
  start();
  EXPECT_FALSE(heartbeat_.isPingDueBefore(1000 * kKilobyte, sent_)) << "nothing was sent before";
  send(60 * kKilobyte);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(4 * kKilobyte - kFrameBytes, sent_));
  EXPECT_TRUE(heartbeat_.isPingDueBefore(4 * kKilobyte - kFrameBytes + 1, sent_));
  (void)ping(1s, Ping::Probe);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(1000 * kKilobyte, sent_)) << "the ping is behind everything";
  send(1);
  EXPECT_TRUE(heartbeat_.isPingDueBefore(64 * kKilobyte, sent_));
}

TEST_F(HeartbeatPingDistance, IsWhatAFastLinkTransfersIn10Milliseconds) {
  measure(300 * kKilobyte);
  expectDistance(300 * kKilobyte, "10 ms of 30'000 KB/s");
  measure(30 * kKilobyte);
  expectDistance(64 * kKilobyte, "no less than 64 KB");
  measure(512 * kKilobyte);
  expectDistance(512 * kKilobyte, "10 ms of 50 MB/s");
  start();
  expectDistance(64 * kKilobyte, "nothing is measured on this connection");
}

TEST_F(HeartbeatPingDistance, IsWhatALinkAbove50MegabytesASecondTransfersIn40Milliseconds) {
  measure(513 * kKilobyte);
  expectDistance(4 * 513 * kKilobyte, "40 ms of 50.1 MB/s");
  measure(10'000 * kKilobyte);
  expectDistance(8192 * kKilobyte, "no more than 8 MB");
}

TEST_F(HeartbeatPingDistance, IsShortBehindManyMessages) {
  measure(10'000 * kKilobyte);
  (void)ping(11s, Ping::Probe);
  for (int i = 0; i < 58; ++i) send(0);
  send(500 * kKilobyte);
  EXPECT_FALSE(heartbeat_.isPingDueBefore(1, sent_)) << "59 messages";
  send(0);
  EXPECT_TRUE(heartbeat_.isPingDueBefore(1, sent_)) << "60 messages";
}

TEST_F(HeartbeatPingDistance, IsShortASecondAfterTheLastPong) {
  measure(300 * kKilobyte);
  messageSent(2s);
  expectDistance(300 * kKilobyte, "990 ms");
  measure(300 * kKilobyte);
  messageSent(2s + 11ms);
  expectDistance(64 * kKilobyte, "the link may have become slow meanwhile");
}

TEST_F(HeartbeatPingDistance, IsShortWhereOnlyTheSenderIsMeasured) {
  measure(300 * kKilobyte);
  send(64 * kKilobyte);
  messageSent(1s + 20ms);
  (void)pong(1s + 520ms, ping(1s + 500ms, Ping::Probe));
  expectDistance(64 * kKilobyte, "the ping came 480 ms after the data");
}

TEST_F(HeartbeatPingDistance, FollowsTheLeastRateOfASteadyStream) {
  measure(300 * kKilobyte);
  messageSent(1s + 20ms);
  (void)pong(1s + 45ms, pingBehind(1s + 40ms, 600 * kKilobyte));
  expectDistance(240 * kKilobyte, "600 KB took 25 ms at most");
}

TEST_F(HeartbeatPingDistance, IsKeptForAPeerThatHasNotAnsweredYet) {
  start();
  std::vector<EpochMs> timestamps;
  for (int i = 0; i < 200; ++i) {
    send(60 * kKilobyte);
    ASSERT_TRUE(heartbeat_.isPingDueBefore(60 * kKilobyte, sent_)) << i;
    timestamps.push_back(ping(1s, Ping::Probe));
  }
  (void)pong(8s, timestamps.front());
  EXPECT_EQ(delivered_, 1U) << "the burst began before the peer could answer any ping";
  (void)pong(16s, timestamps.back());
  EXPECT_EQ(delivered_, 200U);
}

TEST_F(HeartbeatPingDistance, HasNoLimitWhileAThousandPingsAreUnanswered) {
  start();
  int pings = 0;
  for (send(65 * kKilobyte); heartbeat_.isPingDueBefore(1, sent_); send(65 * kKilobyte), ++pings) {
    (void)ping(1s, Ping::Probe);
    ASSERT_LT(pings, 2000);
  }
  EXPECT_EQ(pings, 1024);
}

}  // namespace
}  // namespace rws
