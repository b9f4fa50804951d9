// The user's commands. Losses are in client_losses_test.cpp, messages in client_messages_test.cpp, the
// environment and the deadlines in client_watch_test.cpp.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

constexpr const char* kReplaced =
    "close 1 1000 'Reconnect requested'; release 1; closed 1000 'Reconnect requested' retried; ";

TEST(ClientCommands, StartIdleAndWaitForNothing) {
  TestClient client;
  EXPECT_EQ(client.phase(), Phase::Idle);
  EXPECT_EQ(client.client().state(), State::Disconnected);
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.platform().timer(), std::nullopt);
}

// --- connect

TEST(ClientCommands, ConnectOpensOneSocketHoweverOftenItIsCalled) {
  TestClient client;
  EXPECT_EQ(client.connect(), "state connecting; resolve 1; open 1");
  EXPECT_EQ(client.connect(), "");
  EXPECT_EQ(client.open(), "state connected; opened");
  EXPECT_EQ(client.connect(), "");
  (void)client.lose();
  EXPECT_EQ(client.connect(), "") << "the retry starts when it is due";
}

TEST(ClientCommands, ConnectStartsAnewAfterAFinalLoss) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.lose(1008);
  EXPECT_EQ(client.client().state(), State::Failed);
  EXPECT_EQ(client.connect(), "state connecting; resolve 2; open 2");
}

TEST(ClientCommands, ConnectAfterDisconnectReportsTheOldCloseFirst) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.disconnect();
  EXPECT_EQ(client.connect(),
            "release 1; closed 1000 'Closed by the client' final; state connecting; resolve 2; open 2");
}

// --- disconnect

TEST(ClientCommands, DisconnectWaitsForTheSocketsCloseEvent) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.disconnect(), "close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(client.disconnect(), "") << "the closing socket keeps its time";
  EXPECT_EQ(client.close(kFirst, 1000, "bye"), "release 1; closed 1000 'bye' final");
  EXPECT_EQ(client.wait(), std::nullopt);
}

TEST(ClientCommands, DisconnectReportsTheCloseAfterCloseGraceAtTheLatest) {
  for (const bool hasOpened : {false, true}) {
    TestClient client;
    (void)client.connect();
    if (hasOpened) (void)client.open();
    (void)client.disconnect();
    EXPECT_EQ(client.wait(), 15s);
    EXPECT_EQ(client.run(15s - 1ms), "");
    EXPECT_EQ(client.run(1ms), "release 1; closed 1000 'Closed by the client' final");
    EXPECT_EQ(client.wait(), std::nullopt);
    EXPECT_EQ(client.close(kFirst, 1000), "") << "too late";
  }
}

TEST(ClientCommands, DisconnectWhileTheAddressIsResolvedReportsTheCloseAtOnce) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  EXPECT_EQ(client.connect(), "state connecting; resolve 1");
  EXPECT_EQ(client.disconnect(), "release 1; state disconnected; closed 1006 '' final");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.after([&] { client.driver().addressResolved(kFirst); }), "");
}

TEST(ClientCommands, DisconnectClearsTheQueueInEveryState) {
  TestClient client;
  (void)client.send();
  EXPECT_EQ(client.disconnect(), "dropped #1 disconnected");
  (void)client.send();
  EXPECT_EQ(client.disconnect(), "dropped #2 disconnected");
  TestClient ended;
  (void)ended.connectAndOpen();
  (void)ended.lose(1000);
  (void)ended.send();
  EXPECT_EQ(ended.disconnect(), "dropped #1 disconnected");
}

TEST(ClientCommands, DisconnectEndsTheWaitForARetry) {
  TestClient client;
  (void)client.connect();
  (void)client.lose();
  EXPECT_EQ(client.disconnect(), "state disconnected");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.run(1h), "");
}

TEST(ClientCommands, DisconnectReportsWhatAnOlderSocketLeftUnconfirmed) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.reconnect();
  EXPECT_EQ(client.disconnect(),
            "unconfirmed #1; release 1; close 2 1000 'Disconnect requested'; state disconnected");
}

TEST(ClientCommands, ASecondDisconnectReportsWhatAnOlderSocketLeftUnconfirmedToo) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.reconnect();
  (void)client.open();
  (void)client.lose(1000);
  EXPECT_EQ(client.phase(), Phase::Disconnected);
  EXPECT_EQ(client.disconnect(), "unconfirmed #1; release 1");
}

// --- reconnect

TEST(ClientCommands, ReconnectReplacesTheSocketAtOnce) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.reconnect(), std::string(kReplaced) + "state reconnecting; resolve 2; open 2");
  EXPECT_EQ(client.open(), "state connected; opened");
  EXPECT_EQ(client.stats().totalReconnections, 1U);
}

TEST(ClientCommands, ReconnectReplacesAnAttemptThatHasNotOpened) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.reconnect(), std::string(kReplaced) + "resolve 2; open 2");
}

TEST(ClientCommands, ReconnectStartsAtOnceFromEveryState) {
  TestClient client;
  EXPECT_EQ(client.reconnect(), "state connecting; resolve 1; open 1");
  (void)client.lose(1008);
  EXPECT_EQ(client.reconnect(), "state connecting; resolve 2; open 2");
  (void)client.lose(1000);
  EXPECT_EQ(client.reconnect(), "state connecting; resolve 3; open 3");
  (void)client.lose();
  EXPECT_EQ(client.reconnect(), "resolve 4; open 4") << "from a wait";
  EXPECT_EQ(client.client().reconnectAttempts(), 0U);
  EXPECT_EQ(client.client().consecutiveErrors(), 0U);
  (void)client.suspend();
  EXPECT_EQ(client.reconnect(), "resolve 5; open 5") << "from a suspended page";
}

TEST(ClientCommands, ReconnectStartsAtOnceWhateverTheServerAskedFor) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.lose(1013, R"({"retryAfterMs":60000})");
  EXPECT_EQ(client.reconnect(), "resolve 2; open 2");
}

// --- destroy

TEST(ClientCommands, DestroyEndsEverythingAtOnceAndForGood) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.reconnect();
  (void)client.open();
  (void)client.send();
  EXPECT_EQ(client.destroy(),
            "unconfirmed #1; release 1; close 2 1000 'Client destroyed'; release 2; "
            "closed 1000 'Closed by the client' final; dropped #2 destroyed; state disconnected");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.platform().timer(), std::nullopt);
  EXPECT_EQ(client.send(), "discarded #3");
  EXPECT_EQ(client.connect() + client.reconnect() + client.disconnect() + client.run(1h), "");
  EXPECT_EQ(client.online() + client.destroy(), "");
  EXPECT_EQ(client.client().queuedMessages(), 0U);
}

TEST(ClientCommands, DestroyWhileTheAddressIsResolvedReportsTheClose) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  (void)client.connect();
  EXPECT_EQ(client.destroy(), "release 1; closed 1006 '' final; state disconnected");
}

TEST(ClientCommands, DestroyTakesWhatHasLeftForDelivered) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  EXPECT_EQ(client.destroy().find("delivered #1; unconfirmed #2; close 1"), 0U);
}

// --- advice that the user follows

TEST(ClientCommands, ClearQueueDropsWhatIsQueued) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.lose(1006, "", 10);
  (void)client.send();
  EXPECT_EQ(client.clearQueue(), "dropped #1 cleared; dropped #2 cleared; queue cleared");
}

TEST(ClientCommands, ClearQueueLeavesWhatWasSent) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  EXPECT_EQ(client.clearQueue(), "queue cleared");
  EXPECT_EQ(client.lose().find("unconfirmed #1"), 0U);
}

TEST(ClientCommands, CheckNetworkProbesAConnection) {
  TestClient client;
  EXPECT_EQ(client.checkNetwork(), "");
  (void)client.connectAndOpen();
  EXPECT_EQ(client.checkNetwork(), "ping 1");
}

TEST(ClientCommands, CheckNetworkRetriesAtOnceWhileOnline) {
  TestClient client;
  (void)client.connectAndOpen();
  client.block(2s);
  (void)client.lose(1001);
  EXPECT_EQ(client.wait(), 1s);
  EXPECT_EQ(client.checkNetwork(), "resolve 2; open 2");
  (void)client.online(false);
  (void)client.lose(1001);
  EXPECT_EQ(client.checkNetwork(), "");
}

TEST(ClientCommands, CheckNetworkIsTheUsersOwnSoTheHintOfTheServerDoesNotCount) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.lose(1013, R"({"retryAfterMs":60000})");
  EXPECT_EQ(client.checkNetwork(), "resolve 2; open 2");
}

TEST(ClientCommands, SlowDownDoublesTheDelayUpToThirtySeconds) {
  TestClient client;
  for (const Duration expected :
       {Duration(2s), Duration(4s), Duration(8s), Duration(16s), Duration(30s), Duration(30s)}) {
    client.driver().slowDown();
    EXPECT_EQ(client.client().options().reconnectDelay, expected);
  }
}

TEST(ClientCommands, ReportsForTheOtherAdvice) {
  TestClient client;
  (void)client.connect();
  (void)client.lose();
  EXPECT_EQ(client.client().consecutiveErrors(), 1U);
  EXPECT_EQ(client.after([&] { client.driver().contactSupport(); }), "contact support, errors 1");
  EXPECT_EQ(client.after([&] { client.driver().resetRecovery(); }), "recovery reset");
  EXPECT_EQ(client.client().consecutiveErrors(), 0U);
}

TEST(ClientCommands, ShowsNoRetriesWhileConnected) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.lose();
  EXPECT_EQ(client.client().reconnectAttempts(), 1U);
  (void)client.run(1s);
  (void)client.open();
  EXPECT_EQ(client.client().reconnectAttempts(), 0U);
  (void)client.lose();
  EXPECT_EQ(client.client().reconnectAttempts(), 2U) << "the connection was not stable";
}

TEST(ClientCommands, ShowsNoRetriesWhereNoneFollows) {
  for (const bool isCommand : {false, true}) {
    TestClient client;
    (void)client.connectAndOpen();
    (void)client.lose();
    (void)client.run(1s);
    (void)client.open();
    if (isCommand) {
      client.driver().disconnect();
    } else {
      (void)client.lose(1008);
    }
    EXPECT_EQ(client.client().reconnectAttempts(), 0U) << isCommand;
  }
}

TEST(ClientCommands, ResetsTheRecoveryWithItsRetries) {
  Options options = exact();
  options.maxReconnectAttempts = 2;
  TestClient client(options);
  (void)client.connect();
  (void)client.lose();
  (void)client.run(1s);
  (void)client.lose();
  EXPECT_EQ(client.client().reconnectAttempts(), 2U);
  client.driver().resetRecovery();
  EXPECT_EQ(client.client().reconnectAttempts(), 0U);
  (void)client.run(2s);
  EXPECT_NE(client.lose().find("retry 1 in 1000"), std::string::npos) << "all retries are allowed again";
}

TEST(ClientCommands, ShowsAConnectionWithoutPongsForAMinuteAsUnhealthy) {
  TestClient client;
  const auto isHealthy = [&client] { return client.client().isHealthy(client.driver().now().instant); };
  (void)client.connectAndOpen();
  client.block(2min);
  EXPECT_TRUE(isHealthy()) << "no pong has come yet";
  client.driver().checkNetwork();
  (void)client.pong(client.wall());
  client.block(1min);
  EXPECT_TRUE(isHealthy());
  client.block(1ms);
  EXPECT_FALSE(isHealthy());
  EXPECT_EQ(client.driver().setOption("enableHeartbeat", false), std::nullopt);
  EXPECT_TRUE(isHealthy());
  EXPECT_EQ(client.driver().setOption("enableHeartbeat", true), std::nullopt);
  (void)client.reconnect();
  (void)client.open();
  EXPECT_TRUE(isHealthy()) << "the connection is new";
}

TEST(ClientCommands, ShowsHealthAndAdvice) {
  TestClient client;
  EXPECT_FALSE(client.client().isHealthy(client.driver().now().instant));
  (void)client.connectAndOpen();
  EXPECT_TRUE(client.client().isHealthy(client.driver().now().instant));
  (void)client.online(false);
  EXPECT_TRUE(client.client().advises(Recommendation::CheckNetwork));
  EXPECT_FALSE(client.client().isOnline());
}

// --- options

TEST(ClientCommands, NewOptionsCountFromTheNextDecisionOn) {
  TestClient client;
  (void)client.connectAndOpen();
  client.block(4s);
  EXPECT_EQ(client.set("pingInterval", 5000.0) + client.set("reconnectDelay", 3000.0), "");
  EXPECT_EQ(client.wait(), 1s) << "the ping, counted from the opening";
  EXPECT_EQ(client.set("enableHeartbeat", false), "");
  EXPECT_EQ(client.run(1s), "") << "only the count of retries starts afresh";
  EXPECT_EQ(client.wait(), std::nullopt);
  (void)client.lose();
  EXPECT_EQ(client.wait(), 3s);
}

TEST(ClientCommands, AnOptionThatBreaksItsRuleIsNotAssigned) {
  TestClient client;
  EXPECT_EQ(client.set("pingInterval", 0.0), "error a finite number >= 1 (milliseconds)");
  EXPECT_EQ(client.set("noOption", 1.0), "error a known option");
  EXPECT_EQ(client.client().options(), exact());
}

}  // namespace
}  // namespace rws::test
