// The user's messages on sockets that open, close and refuse. Those of closing attempts are in
// client_closing_test.cpp.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

constexpr std::uint64_t kKilobyte = 1024;

// --- sending and queueing

TEST(ClientMessages, AreQueuedWithoutAConnectionAndNeverOpenOne) {
  TestClient client;
  EXPECT_EQ(client.send(), "queued");
  EXPECT_EQ(client.connect(), "state connecting; resolve 1; open 1");
  EXPECT_EQ(client.send(), "queued");
  EXPECT_EQ(client.open(), "state connected; opened; send #1 on 1; send #2 on 1");
  EXPECT_EQ(client.send(), "send #3 on 1; sent");
  (void)client.lose(1008);
  EXPECT_EQ(client.send(), "queued");
  EXPECT_EQ(client.stats().totalMessages, 3U);
}

TEST(ClientMessages, ThatAreTooLargeAreRefused) {
  Options options = exact();
  options.maxMessageSize = 100;
  TestClient client(options);
  EXPECT_EQ(client.send(100), "queued");
  EXPECT_EQ(client.send(101), "too large 101 > 100; discarded #2");
  EXPECT_EQ(client.stats().totalErrors, 1U);
  EXPECT_EQ(client.client().queuedMessages(), 1U);
}

TEST(ClientMessages, AreMeasuredWhereTheirSizeMatters) {
  Options options = exact();
  options.maxMessageSize = 30;
  TestClient client(options);
  EXPECT_EQ(client.sendUnmeasured(11, 30), "queued") << "it could have had 33 bytes";
  EXPECT_EQ(client.client().queuedBytes(), 30U);
  EXPECT_EQ(client.sendUnmeasured(11, 31), "too large 31 > 30; discarded #2");
  (void)client.connectAndOpen();
  EXPECT_EQ(client.sendUnmeasured(11, 33), "too large 33 > 30; discarded #3");
  EXPECT_EQ(client.sendUnmeasured(11, 30), "send #4 on 1; sent");
  client.platform().sizes.clear();
  EXPECT_TRUE(client.driver().trySendNow({5, 10, false})) << "no size is asked for where it does not matter";
}

TEST(ClientMessages, ThatReturnToTheQueueAreMeasured) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  EXPECT_EQ(client.sendUnmeasured(10, 30), "send #2 on 1; sent");
  EXPECT_EQ(client.lose(1006, "", 31).find("unconfirmed"), std::string::npos);
  EXPECT_EQ(client.client().queuedMessages(), 2U);
  EXPECT_EQ(client.client().queuedBytes(), 40U);
}

TEST(ClientMessages, MakeRoomInAFullQueueByDroppingTheOldest) {
  Options options = exact();
  options.maxQueueSize = 1;
  TestClient client(options);
  EXPECT_EQ(client.send(), "queued");
  EXPECT_EQ(client.send(), "dropped #1 overflow");
  EXPECT_EQ(client.set("maxQueueSize", 0.0), "dropped #2 overflow");
  EXPECT_EQ(client.send(), "dropped #3 overflow");
}

TEST(ClientMessages, WithALifetimeExpireInTheQueue) {
  TestClient client;
  EXPECT_EQ(client.send(10, {.ttl = 500ms}), "queued");
  EXPECT_EQ(client.wait(), 500ms);
  EXPECT_EQ(client.run(499ms), "");
  EXPECT_EQ(client.run(1ms), "dropped #1 expired");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.send(10, {.ttl = Duration::zero()}), "queued");
  EXPECT_EQ(client.run(0ms), "dropped #2 expired");
}

TEST(ClientMessages, ThatHaveExpiredAreNotSentEvenIfTheTimerIsLate) {
  TestClient client;
  (void)client.send(10, {.ttl = 500ms});
  (void)client.send(10, {.ttl = 900ms});
  (void)client.connect();
  client.block(500ms);
  EXPECT_EQ(client.open(), "state connected; opened; dropped #1 expired; send #2 on 1");
}

TEST(ClientMessages, ThatAreVolatileAreSentNowOrNotAtAll) {
  TestClient client;
  EXPECT_EQ(client.send(10, {.isVolatile = true}), "discarded #1");
  (void)client.connectAndOpen();
  EXPECT_EQ(client.send(10, {.isVolatile = true}), "send #2 on 1; discarded #2; sent");
  EXPECT_EQ(client.sendUnmeasured(10, 30, {.isVolatile = true}), "send #3 on 1; discarded #3; sent");
  client.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(client.send(10, {.isVolatile = true}), "send #4 on 1; discarded #4");
  EXPECT_EQ(client.client().queuedMessages(), 0U);
}

TEST(ClientMessages, ThatAreVolatileDoNotOvertakeOthers) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().messageResult = SendResult::Closing;
  (void)client.send();
  EXPECT_EQ(client.send(10, {.isVolatile = true}), "discarded #2");
}

// --- a lost connection

TEST(ClientMessages, ThatACloseProvesUnsentAreSentAgainFirst) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.send();
  EXPECT_EQ(client.lose(1006, "", 15).find("unconfirmed"), std::string::npos);
  EXPECT_EQ(client.send(), "queued");
  (void)client.run(1s);
  EXPECT_EQ(client.open(), "state connected; opened; send #1 on 2; send #2 on 2; send #3 on 2");
}

TEST(ClientMessages, ThatLeftWithoutProofAreReported) {
  TestClient client;
  (void)client.connectAndOpen();
  for (int i = 0; i < 32; ++i) (void)client.send();
  EXPECT_EQ(client.lose(1001).find("unconfirmed #1-#32; release 1"), 0U);
}

TEST(ClientMessages, ThatLeftAreDeliveredWhereNothingIsEverProven) {
  Options options = exact();
  options.enableHeartbeat = false;
  TestClient client(options);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.send(), "send #1 on 1; sent");
  client.platform().buffered[kFirst] = 10;
  EXPECT_EQ(client.send(), "send #2 on 1; sent");
  client.platform().buffered[kFirst] = 10;
  EXPECT_EQ(client.receive() + client.visible(), "delivered #1");
  EXPECT_EQ(client.lose().find("delivered #2; release 1"), 0U);
}

TEST(ClientMessages, OfACloseEventThatComesLateAreJudgedByItsBuffer) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send(30);
  client.block(1h);
  EXPECT_EQ(client.lose(1006, "", 30).find("release 1; closed 1006"), 0U)
      << "no probe after the socket's end";
  EXPECT_EQ(client.client().queuedMessages(), 1U);
}

TEST(ClientMessages, AreProvenByAPong) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  EXPECT_EQ(client.run(250ms), "ping 1");
  const EpochMs timestamp = client.wall();
  (void)client.send();
  client.block(80ms);
  EXPECT_EQ(client.pong(timestamp), "delivered #1; latency 80; consumed");
  EXPECT_EQ(client.lose(1006, "", 20).find("release 1"), 0U);
  EXPECT_EQ(client.client().queuedMessages(), 1U) << "only the second is sent again";
}

// --- refused by the socket

TEST(ClientMessages, ThatAreRefusedAreKeptAndSentWithTheNextOne) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(client.send(), "send #1 on 1; error send_error 0");
  EXPECT_EQ(client.stats().totalMessages, 0U);
  EXPECT_EQ(client.client().queuedMessages(), 1U);
  client.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client.send(), "send #1 on 1; send #2 on 1; sent");
  EXPECT_EQ(client.stats().totalMessages, 2U);
}

TEST(ClientMessages, ThatAreRefusedLaterAreTakenBackOnce) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  ASSERT_TRUE(client.trySendNow());
  const auto refuse = [&] { client.driver().messageRefused(kFirst, 2, false); };
  EXPECT_EQ(client.after(refuse), "error send_error 0");
  EXPECT_EQ(client.after(refuse), "");
  EXPECT_EQ(client.client().queuedMessages(), 1U);
  EXPECT_EQ(client.stats().totalMessages, 1U);
}

TEST(ClientMessages, AreNotSentBehindARefusedOne) {
  TestClient client;
  for (int i = 0; i < 3; ++i) (void)client.send();
  (void)client.connect();
  client.platform().onCall = [&](std::string_view call) {
    if (call == "send #2 on 1") client.platform().messageResult = SendResult::Refused;
  };
  EXPECT_EQ(client.open(), "state connected; opened; send #1 on 1; send #2 on 1; error send_error 0");
  EXPECT_EQ(client.client().queuedMessages(), 2U);
  client.platform().onCall = nullptr;
  client.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client.send(), "send #2 on 1; send #3 on 1; send #4 on 1; sent");
}

TEST(ClientMessages, ThatAreRefusedGetAnotherChanceWithEachPing) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.run(5s);
  client.platform().messageResult = SendResult::Refused;
  (void)client.send();
  (void)client.receive();
  client.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client.run(2s), "") << "nothing was sent that a ping could prove";
  EXPECT_EQ(client.run(23s), "ping 1; send #1 on 1");
}

TEST(ClientMessages, ThatAClosingSocketDoesNotTakeAreNoErrors) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().messageResult = SendResult::Closing;
  EXPECT_EQ(client.send(), "send #1 on 1");
  EXPECT_EQ(client.client().queuedMessages(), 1U);
  EXPECT_EQ(client.send(), "send #1 on 1");
  EXPECT_EQ(client.client().queuedMessages(), 2U);
  EXPECT_EQ(client.stats().totalErrors, 0U);
  EXPECT_EQ(client.stats().totalMessages, 0U);
}

// --- the fast path

TEST(ClientMessages, AreSentAtOnceWhereNothingElseChanges) {
  TestClient client;
  EXPECT_FALSE(client.trySendNow()) << "not connected";
  (void)client.connectAndOpen();
  EXPECT_FALSE(client.trySendNow()) << "a ping is to follow";
  EXPECT_EQ(client.send(), "send #3 on 1; sent");
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(client.trySendNow());
  EXPECT_EQ(client.stats().totalMessages, 501U);
  EXPECT_EQ(client.receive(), "");
  EXPECT_TRUE(client.trySendNow()) << "a ping follows in any case";
  EXPECT_EQ(client.run(2s), "ping 1");
  EXPECT_FALSE(client.trySendNow()) << "and another one after this message";
}

TEST(ClientMessages, AreNotSentAtOnceIfTheyMayBeTooLarge) {
  Options options = exact();
  options.maxMessageSize = 30;
  TestClient client(options);
  (void)client.connectAndOpen();
  (void)client.send();
  EXPECT_TRUE(client.driver().trySendNow({10, 30, true}));
  EXPECT_FALSE(client.driver().trySendNow({11, 31, true}));
  EXPECT_TRUE(client.driver().trySendNow({12, 10, false}));
  EXPECT_FALSE(client.driver().trySendNow({13, 11, false})) << "it may have 33 bytes";
}

TEST(ClientMessages, AreNotSentAtOncePastTheQueue) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().messageResult = SendResult::Closing;
  (void)client.send();
  EXPECT_FALSE(client.trySendNow());
}

TEST(ClientMessages, AreNotSentAtOnceWhenItIsTimeToAskWhatHasLeft) {
  Options options = exact();
  options.enableHeartbeat = false;
  TestClient client(options);
  (void)client.connectAndOpen();
  for (int i = 0; i < 32; ++i) EXPECT_TRUE(client.trySendNow()) << i;
  EXPECT_FALSE(client.trySendNow());
  EXPECT_EQ(client.send(), "delivered #1-#32; send #34 on 1; sent");
  EXPECT_TRUE(client.trySendNow());
}

// --- pings between messages

TEST(ClientMessages, ArePingedEvery64KilobytesUnlessTheLinkIsFast) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.send(40 * kKilobyte), "send #1 on 1; sent");
  EXPECT_EQ(client.send(20 * kKilobyte), "send #2 on 1; sent");
  EXPECT_FALSE(client.driver().trySendNow({3, 20 * kKilobyte, true})) << "a ping is due";
  EXPECT_EQ(client.send(20 * kKilobyte), "ping 1; send #3 on 1; sent");
  const EpochMs timestamp = client.wall();
  EXPECT_EQ(client.pong(timestamp), "delivered #1-#2; latency 0; consumed")
      << "the ping went before the third";
  EXPECT_EQ(client.send(40 * kKilobyte), "send #4 on 1; sent");
  EXPECT_EQ(client.send(40 * kKilobyte), "send #5 on 1; sent") << "60 KB were answered within a millisecond";
}

TEST(ClientMessages, OfAQueueArePingedEvery64KilobytesToo) {
  TestClient client;
  for (int i = 0; i < 4; ++i) (void)client.send(40 * kKilobyte);
  (void)client.connect();
  EXPECT_EQ(client.open(),
            "state connected; opened; send #1 on 1; ping 1; send #2 on 1; ping 1; send #3 on 1; ping 1; "
            "send #4 on 1");
}

}  // namespace
}  // namespace rws::test
