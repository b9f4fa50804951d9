// The messages of the user on their way through sockets that open, refuse, close and linger.
#include <gtest/gtest.h>

#include <algorithm>
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

TEST(ConnectionMessages, ForsakesWhatHasLeftAndNothingProves) {
  Session session;
  session.connectAndOpen();
  for (int i = 0; i < 32; ++i) (void)session.send();
  EXPECT_TRUE(session.connection().wantsBuffered());
  EXPECT_EQ(session.feed(input::Buffered{kFirst, 15}), "") << "left, which is not arrived";
  EXPECT_FALSE(session.connection().wantsBuffered());
  EXPECT_EQ(session.lose(1001, "", 0).find("forsake #1-#32; release 1"), 0U);
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
  EXPECT_EQ(session.tickAfter(2s), "") << "nothing went out that could be asked for";
  EXPECT_EQ(session.tickAfter(23s), "transmit #1 on 1; ping 1");
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
  EXPECT_EQ(session.lingeringCloses(10), "forsake #1; release 1; transmit #2 on 2; transmit #3 on 2");
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

TEST(ConnectionMessages, ARefusalAfterDisconnectEndsTheWaitForTheLostMessages) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.send(), "queued");
  EXPECT_EQ(session.open(), "state connected; opened; transmit #1 on 1");
  (void)session.disconnect();
  EXPECT_EQ(session.wait(), Duration(15s)) << "the grace of the closing socket";
  EXPECT_NE(session.feed(input::HandOverFailed{kFirst, 1}).find("drop #1 disconnected"), std::string::npos);
  EXPECT_EQ(session.wait(), std::nullopt) << "its close event is still owed, and has no time limit";
  EXPECT_NE(session.lingeringCloses().find("closed"), std::string::npos);
}

TEST(ConnectionMessages, ThatAClosingSocketTakesNothingIsNoError) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.send(), "handed over");
  EXPECT_EQ(session.feed(input::HandOverFailed{kFirst, 1, true}), "");
  EXPECT_EQ(session.connection().queuedMessages(), 1U);
  EXPECT_EQ(session.send(), "queued; transmit #1 on 1; transmit #2 on 1")
      << "whoever refuses may accept later";
  EXPECT_EQ(session.feed(input::HandOverFailed{kFirst, 1, true}), "");
  EXPECT_EQ(session.connection().queuedMessages(), 2U);
  EXPECT_EQ(session.connection().stats(Instant{}).totalErrors, 0U);
  EXPECT_EQ(session.connection().stats(Instant{}).totalMessages, 0U);
}

constexpr PayloadRef kRough{1, 10, MessageKind::Text, false};

TEST(ConnectionMessages, AreHandedOverAtOnceWhereNothingElseChanges) {
  Connection connection({}, 1);
  Now now{Instant(100s), 1'700'000'000'000};
  Actions actions;
  EXPECT_FALSE(connection.handOverAtOnce(kRough)) << "not connected";
  connection.handle(now, input::Connect{}, actions);
  connection.handle(now, input::Opened{kFirst}, actions);
  EXPECT_FALSE(connection.handOverAtOnce(kRough)) << "the watch for silence is to be set";
  EXPECT_EQ(connection.send(now, kRough, {}, actions), SendOutcome::HandOver);
  for (PayloadId id = 2; id <= 32; ++id) {
    EXPECT_TRUE(connection.handOverAtOnce({id, 10, MessageKind::Text, false}));
  }
  EXPECT_FALSE(connection.handOverAtOnce({33, 10})) << "it is time to ask what has left";
  EXPECT_EQ(connection.stats(now.instant).totalMessages, 32U);
  for (const Input& input : {Input(input::Buffered{kFirst, 1}), Input(input::Closed{kFirst, {}, 1})}) {
    EXPECT_EQ(connection.owedBefore(input)->payload, 1U);
  }
  EXPECT_FALSE(connection.owedBefore(input::Buffered{kFirst, 0})) << "all of them are gone";
  EXPECT_FALSE(connection.owedBefore(input::Closed{kFirst, {}, 0})) << "all of them are gone";
  connection.handle(now, input::Buffered{kFirst, 0}, actions);
  EXPECT_FALSE(connection.owedBefore(input::Buffered{kFirst, 1}));
  EXPECT_TRUE(connection.handOverAtOnce({33, 10}));
  EXPECT_TRUE(connection.received(AttemptId{7}, now.wall));
  EXPECT_TRUE(connection.handOverAtOnce({34, 10})) << "what another socket received ends no silence";
  EXPECT_TRUE(connection.received(kFirst, now.wall));
  EXPECT_TRUE(connection.handOverAtOnce({35, 10})) << "whether it arrives is still to be asked";
}

TEST(ConnectionMessages, AskWhatArrivedAfterAMegabyte) {
  Options options;
  options.maxMessageSize = 1 << 24;
  Connection connection(options, 1);
  const Now now{Instant(100s), 1'700'000'000'000};
  Actions actions;
  connection.handle(now, input::Connect{}, actions);
  connection.handle(now, input::Opened{kFirst}, actions);
  actions.clear();
  constexpr PayloadRef kHalf{1, 512 * 1024, MessageKind::Binary};
  EXPECT_EQ(connection.send(now, kHalf, {}, actions), SendOutcome::HandOver);
  EXPECT_TRUE(connection.handOverAtOnce({2, kHalf.bytes, MessageKind::Binary}));
  EXPECT_TRUE(actions.empty());
  EXPECT_FALSE(connection.handOverAtOnce({3, 1})) << "a ping is due";
  EXPECT_EQ(connection.send(now, {3, 1}, {}, actions), SendOutcome::HandOver);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<action::SendControl>(actions.front()));
  actions.clear();
  EXPECT_TRUE(connection.handOverAtOnce({4, 3 * kHalf.bytes})) << "one question at a time";
  const std::string answer = std::to_string(now.wall);
  connection.handle(now, input::Received{kFirst, {ControlKind::Pong, answer}}, actions);
  const auto isSettle = [](const Action& action) { return std::holds_alternative<action::Settle>(action); };
  const auto settle = std::find_if(actions.begin(), actions.end(), isSettle);
  ASSERT_NE(settle, actions.end());
  EXPECT_EQ(std::get<action::Settle>(*settle).payloads.upTo, 2U) << "the ping went before the third";
  EXPECT_FALSE(connection.handOverAtOnce({5, 1})) << "and another is due";
}

TEST(ConnectionMessages, AReceivedFrameAsksForTheTimeNowAndThen) {
  Connection connection({}, 1);
  const Now now{Instant(100s), 1'700'000'000'000};
  Actions actions;
  EXPECT_FALSE(connection.received(kFirst, now.wall)) << "the time was never told";
  connection.handle(now, input::Connect{}, actions);
  connection.handle(now, input::Opened{kFirst}, actions);
  EXPECT_TRUE(connection.received(kFirst, now.wall + 5000));
  EXPECT_FALSE(connection.received(kFirst, now.wall + 5001)) << "the machine may have slept";
  EXPECT_TRUE(connection.received(kFirst, now.wall - 60'000)) << "a clock set back is no sleep";
}

TEST(ConnectionMessages, AreMeasuredWhereTheirSizeMatters) {
  Options options;
  options.maxMessageSize = 30;
  Connection connection(options, 1);
  const Now now{Instant(100s), 1'700'000'000'000};
  Actions actions;
  EXPECT_EQ(connection.send(now, kRough, {}, actions), SendOutcome::Unmeasured) << "it would be queued";
  connection.handle(now, input::Connect{}, actions);
  connection.handle(now, input::Opened{kFirst}, actions);
  actions.clear();
  EXPECT_EQ(connection.send(now, {1, 11, MessageKind::Text, false}, {}, actions), SendOutcome::Unmeasured)
      << "it may have 33 bytes";
  EXPECT_EQ(connection.send(now, kRough, {.isVolatile = true}, actions), SendOutcome::Unmeasured)
      << "the host does not keep it";
  EXPECT_TRUE(actions.empty());
  EXPECT_EQ(connection.send(now, kRough, {}, actions), SendOutcome::HandOver);
  EXPECT_FALSE(connection.handOverAtOnce({2, 11, MessageKind::Text, false}));
  EXPECT_TRUE(connection.handOverAtOnce({2, 30}));
}

TEST(ConnectionMessages, UnmeasuredOnesAreKeptWithTheirSize) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  EXPECT_EQ(session.sendUnmeasured(), "handed over");
  (void)session.feed(input::Measured{kFirst, 2, 30});
  EXPECT_EQ(session.lose(1006, "", 31).find("drop"), std::string::npos);
  EXPECT_EQ(session.connection().queuedMessages(), 2U);
  EXPECT_EQ(session.connection().queuedBytes(), 40U);
}

}  // namespace
}  // namespace rws::test
