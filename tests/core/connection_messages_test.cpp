// The messages of the user on their way through sockets that open, refuse, close and linger.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/session.h"

namespace rws::test {
namespace {

constexpr AttemptId kFirst{1};

TEST(ConnectionMessages, WhatACloseProvesUnsentIsSentAgainFirst) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.send();
  EXPECT_EQ(session.lose(1006, "", 15).find("drop"), std::string::npos);
  EXPECT_EQ(session.send(), "queued");
  (void)session.tickAfter(1s);
  EXPECT_EQ(session.open(), "state connected; opened; transmit #1 on 2; transmit #2 on 2; transmit #3 on 2");
}

TEST(ConnectionMessages, SettlesWhatHasLeft) {
  Session session;
  session.connectAndOpen();
  for (int i = 0; i < 32; ++i) (void)session.send();
  EXPECT_TRUE(session.connection().wantsBuffered());
  EXPECT_EQ(session.feed(input::Buffered{kFirst, 15}), "settle #30");
  EXPECT_FALSE(session.connection().wantsBuffered());
  EXPECT_EQ(session.lose(1001, "", 0).find("settle #32; release 1"), 0U);
}

TEST(ConnectionMessages, ALateCloseEventIsReadAsItWas) {
  Session session;
  session.connectAndOpen();
  (void)session.send(30);
  session.pass(1h);
  EXPECT_EQ(session.lose(1006, "", 30).find("release 1; error"), 0U)
      << "no probe after the socket's end, nothing settled";
  EXPECT_EQ(session.connection().queuedMessages(), 1U);
}

TEST(ConnectionMessages, ALateBufferedAmountIsReadAsItWas) {
  Session session;
  session.connectAndOpen();
  (void)session.send(30);
  session.pass(1h);
  EXPECT_EQ(session.feed(input::Buffered{kFirst, 30}), "ping 1") << "the probe's bytes are not in the amount";
  EXPECT_EQ(session.connection().lingeringAttempt(), AttemptId::None);
}

TEST(ConnectionMessages, ARefusedMessageIsKeptAndSentWithTheNextOne) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  EXPECT_EQ(session.refuse(1), "error send_error 0");
  EXPECT_EQ(session.refuse(1), "") << "it is refused once";
  EXPECT_EQ(session.stats().totalMessages, 0U);
  EXPECT_EQ(session.connection().queuedMessages(), 1U);
  EXPECT_EQ(session.send(), "queued; transmit #1 on 1; transmit #2 on 1");
}

TEST(ConnectionMessages, ARefusedMessageGetsAnotherChanceWithEachPing) {
  Session session;
  session.connectAndOpen();
  (void)session.tickAfter(5s);
  (void)session.send();
  (void)session.refuse(1);
  (void)session.receive();
  EXPECT_EQ(session.tickAfter(25s), "transmit #1 on 1; ping 1");
}

TEST(ConnectionMessages, MessagesInDoubtHoldTheQueueUntilTheOldSocketCloses) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.send();
  EXPECT_EQ(session.reconnect(),
            "close 1 1000 'Reconnect requested'; closed 1000 'Reconnect requested' again; state "
            "reconnecting; open 2");
  EXPECT_EQ(session.open(), "state connected; opened");
  EXPECT_EQ(session.send(), "queued");
  EXPECT_EQ(session.lingeringCloses(10), "settle #1; release 1; transmit #2 on 2; transmit #3 on 2");
}

TEST(ConnectionMessages, MessagesInDoubtAreGivenUpAfterTheGrace) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.reconnect();
  (void)session.open();
  (void)session.send();
  (void)session.tickAfter(5s);
  EXPECT_EQ(session.wait(), 10s);
  EXPECT_EQ(session.tickAfter(10s), "drop #1 unknown; release 1; transmit #2 on 2");
  EXPECT_EQ(session.close(kFirst, 1006, "", 10), "") << "too late";
}

TEST(ConnectionMessages, ASocketWithMessagesInDoubtIsKeptThroughFurtherLosses) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.reconnect();
  (void)session.open();
  EXPECT_EQ(session.reconnect(),
            "close 2 1000 'Reconnect requested'; release 2; closed 1000 'Reconnect requested' again; "
            "state reconnecting; open 3");
  EXPECT_EQ(session.connection().lingeringAttempt(), kFirst);
  (void)session.open();
  EXPECT_EQ(session.lingeringCloses(10), "release 1; transmit #1 on 3");
}

TEST(ConnectionMessages, TheUsersDisconnectDropsWhatItsSocketDidNotSend) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.send();
  (void)session.disconnect();
  EXPECT_EQ(session.wait(), 15s);
  EXPECT_EQ(session.close(kFirst, 1000, "", 10),
            "settle #1; drop #2 disconnected; release 1; closed 1000 '' over");
  EXPECT_EQ(session.wait(), std::nullopt);
}

}  // namespace
}  // namespace rws::test
