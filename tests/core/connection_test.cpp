// The user's wishes. The environment and the deadlines are in connection_time_test.cpp, the events of sockets
// in connection_socket_test.cpp.
#include "connection.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "support/session.h"

namespace rws::test {
namespace {

constexpr const char* kReplaced =
    "close 1 1000 'Reconnect requested'; release 1; closed 1000 'Reconnect requested' again; ";

TEST(Connection, BeginsIdleAndWaitsForNothing) {
  Session session;
  EXPECT_EQ(session.phase(), Phase::Idle);
  EXPECT_EQ(session.connection().state(), State::Disconnected);
  EXPECT_EQ(session.wait(), std::nullopt);
}

TEST(Connection, ConnectOpensOneSocketHoweverOftenItIsAsked) {
  Session session;
  EXPECT_EQ(session.connect(), "state connecting; open 1");
  EXPECT_EQ(session.connect(), "");
  EXPECT_EQ(session.open(), "state connected; opened");
  EXPECT_EQ(session.connect(), "");
  (void)session.lose();
  EXPECT_EQ(session.connect(), "") << "the retry comes when it is due";
}

TEST(Connection, ConnectAfterTheEndBeginsAnew) {
  Session session;
  session.connectAndOpen();
  (void)session.lose(1008);
  EXPECT_EQ(session.connection().state(), State::Failed);
  EXPECT_EQ(session.connect(), "state connecting; open 2");
}

TEST(Connection, DisconnectWaitsForTheSocketsOwnCloseEvent) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.disconnect(), "close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(session.disconnect(), "") << "the closing socket keeps its close event";
  EXPECT_EQ(session.close(AttemptId{1}, 1000, "bye", 0), "release 1; closed 1000 'bye' over");
  EXPECT_EQ(session.wait(), std::nullopt);
}

TEST(Connection, DisconnectWhileTheUrlIsLookedForStillTellsTheEnd) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.disconnect(), "close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(session.feed(input::OpenFailed{AttemptId{1}, "no token"}),
            "release 1; closed 1000 'Closed by the client' over");
}

TEST(Connection, ConnectAfterDisconnectTellsTheOldEndFirst) {
  Session session;
  session.connectAndOpen();
  (void)session.disconnect();
  EXPECT_EQ(session.connect(),
            "state connecting; release 1; closed 1000 'Closed by the client' over; open 2");
}

TEST(Connection, DisconnectEmptiesTheQueueInEveryState) {
  Session idle;
  (void)idle.send();
  EXPECT_EQ(idle.disconnect(), "drop #1 disconnected");
  (void)idle.send();
  EXPECT_EQ(idle.disconnect(), "drop #2 disconnected");
  Session ended;
  ended.connectAndOpen();
  (void)ended.lose(1000);
  (void)ended.send();
  EXPECT_EQ(ended.disconnect(), "drop #1 disconnected");
}

TEST(Connection, DisconnectEndsAWait) {
  Session session;
  (void)session.connect();
  (void)session.lose();
  EXPECT_EQ(session.disconnect(), "state disconnected");
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(session.tickAfter(1h), "");
}

TEST(Connection, DisconnectGivesUpWhatIsInDoubt) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.reconnect();
  EXPECT_EQ(session.disconnect(),
            "drop #1 unknown; release 1; close 2 1000 'Disconnect requested'; state disconnected");
}

TEST(Connection, ASecondDisconnectGivesUpWhatIsInDoubtToo) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.reconnect();
  (void)session.open();
  (void)session.lose(1000);
  EXPECT_EQ(session.phase(), Phase::Disconnected);
  EXPECT_EQ(session.disconnect(), "drop #1 unknown; release 1");
}

TEST(Connection, ReconnectReplacesTheSocketAtOnce) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.reconnect(), std::string(kReplaced) + "state reconnecting; open 2");
  EXPECT_EQ(session.open(), "state connected; opened");
  EXPECT_EQ(session.stats().totalReconnections, 1U);
}

TEST(Connection, ReconnectReplacesAnAttemptThatHasNotOpened) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.reconnect(), std::string(kReplaced) + "open 2");
}

TEST(Connection, ReconnectComesAtOnceOutOfEveryEnd) {
  Session session;
  EXPECT_EQ(session.reconnect(), "state connecting; open 1");
  (void)session.lose(1008);
  EXPECT_EQ(session.reconnect(), "state connecting; open 2");
  (void)session.lose(1000);
  EXPECT_EQ(session.reconnect(), "state connecting; open 3");
  (void)session.lose();
  EXPECT_EQ(session.reconnect(), "open 4") << "out of a wait";
  EXPECT_EQ(session.connection().reconnectAttempts(), 0U);
  EXPECT_EQ(session.connection().consecutiveErrors(), 0U);
}

TEST(Connection, DestroyEndsEverythingAtOnceAndForGood) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.reconnect();
  (void)session.open();
  (void)session.send();
  EXPECT_EQ(session.feed(input::Destroy{}),
            "drop #1 unknown; release 1; close 2 1000 'Client destroyed'; release 2; "
            "closed 1000 'Closed by the client' over; drop #2 destroyed; state disconnected");
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(session.send(), "refused");
  EXPECT_EQ(session.connect() + session.reconnect() + session.disconnect() + session.tickAfter(1h), "");
  EXPECT_EQ(session.feed(input::NetworkChanged{true}) + session.feed(input::Destroy{}), "");
}

TEST(Connection, SendQueuesWithoutASocketAndNeverOpensOne) {
  Session session;
  EXPECT_EQ(session.send(), "queued");
  EXPECT_EQ(session.connect(), "state connecting; open 1");
  EXPECT_EQ(session.send(), "queued");
  EXPECT_EQ(session.open(), "state connected; opened; transmit #1 on 1; transmit #2 on 1");
  EXPECT_EQ(session.send(), "handed over");
  (void)session.lose(1008);
  EXPECT_EQ(session.send(), "queued");
  EXPECT_EQ(session.stats().totalMessages, 3U);
}

TEST(Connection, SendRefusesAMessageThatIsTooLarge) {
  Options options = exact();
  options.maxMessageSize = 100;
  Session session(options);
  EXPECT_EQ(session.send(100), "queued");
  EXPECT_EQ(session.send(101), "refused; too large 101 > 100");
  EXPECT_EQ(session.stats().totalErrors, 1U);
}

TEST(Connection, SendDropsTheOldestOfAFullQueue) {
  Options options = exact();
  options.maxQueueSize = 1;
  Session session(options);
  EXPECT_EQ(session.send(), "queued");
  EXPECT_EQ(session.send(), "queued; drop #1 overflow");
  options.maxQueueSize = 0;
  EXPECT_EQ(session.feed(input::ChangeOptions{options}), "drop #2 overflow");
  EXPECT_EQ(session.send(), "queued; drop #3 overflow");
}

TEST(Connection, AMessageWithALifetimeExpiresInTheQueue) {
  Session session;
  EXPECT_EQ(session.send(10, {.ttl = 500ms}), "queued");
  EXPECT_EQ(session.wait(), 500ms);
  EXPECT_EQ(session.tickAfter(499ms), "");
  EXPECT_EQ(session.tickAfter(1ms), "drop #1 expired");
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(session.send(10, {.ttl = Duration::zero()}), "queued; drop #2 expired");
}

TEST(Connection, ClearQueueDropsWhatWaitsAndNothingInFlight) {
  Session session;
  session.connectAndOpen();
  (void)session.send();
  (void)session.lose(1006, "", 10);
  (void)session.send();
  EXPECT_EQ(session.feed(input::ClearQueue{}), "drop #1 cleared; drop #2 cleared; queue cleared");
}

TEST(Connection, CheckNetworkProbesOrTriesAtOnceWhileOnline) {
  Session session;
  EXPECT_EQ(session.feed(input::CheckNetwork{}), "");
  session.connectAndOpen();
  EXPECT_EQ(session.feed(input::CheckNetwork{}), "ping 1");
  session.pass(2s);
  (void)session.lose(1001);
  EXPECT_EQ(session.wait(), 1s);
  EXPECT_EQ(session.feed(input::CheckNetwork{}), "open 2");
  (void)session.feed(input::NetworkChanged{false});
  (void)session.lose(1001);
  EXPECT_EQ(session.feed(input::CheckNetwork{}), "");
}

TEST(Connection, SlowDownDoublesTheDelayUpToThirtySeconds) {
  Session session;
  for (const Duration expected :
       {Duration(2s), Duration(4s), Duration(8s), Duration(16s), Duration(30s), Duration(30s)}) {
    EXPECT_EQ(session.feed(input::SlowDown{}), "options changed");
    EXPECT_EQ(session.connection().options().reconnectDelay, expected);
  }
}

TEST(Connection, CarriesOutTheOtherAdvice) {
  Session session;
  (void)session.connect();
  (void)session.lose();
  EXPECT_EQ(session.connection().consecutiveErrors(), 1U);
  EXPECT_EQ(session.feed(input::ContactSupport{}), "contact support, errors 1");
  EXPECT_EQ(session.feed(input::ResetRecovery{}), "recovery reset");
  EXPECT_EQ(session.connection().consecutiveErrors(), 0U);
}

TEST(Connection, NewOptionsRuleFromTheNextDecisionOn) {
  Options options = exact();
  Session session(options);
  session.connectAndOpen();
  session.pass(4s);
  options.pingInterval = 5s;
  options.reconnectDelay = 3s;
  EXPECT_EQ(session.feed(input::ChangeOptions{options}), "");
  EXPECT_EQ(session.wait(), 1s) << "the ping, counted from the opening";
  options.enableHeartbeat = false;
  (void)session.feed(input::ChangeOptions{options});
  EXPECT_EQ(session.tickAfter(1s), "") << "only the count of retries is reset";
  EXPECT_EQ(session.wait(), std::nullopt);
  (void)session.lose();
  EXPECT_EQ(session.wait(), 3s);
}

}  // namespace
}  // namespace rws::test
