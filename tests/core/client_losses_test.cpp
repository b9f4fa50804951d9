// The end of an attempt, and what follows. Messages are in client_messages_test.cpp.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

Options withRetries(std::uint64_t count) {
  Options options = exact();
  options.maxReconnectAttempts = count;
  return options;
}

// --- losses

TEST(ClientLosses, EveryCloseCodeEndsAsDocumented) {
  struct Row {
    std::uint16_t code;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {1000, "closed 1000 '' final; state disconnected"},
      {1003, "error auth_error 1003 final; auth recovery; closed 1003 '' final; state failed"},
      {1008, "error auth_error 1008 final; auth recovery; closed 1008 '' final; state failed"},
      {1001, "closed 1001 '' retried; state reconnecting; retry 1 in 1000; recovery 1 of server_error"},
      {1006, "closed 1006 '' retried; state reconnecting; retry 1 in 1000; recovery 1 of network_error"},
      {1011, "closed 1011 '' retried; state reconnecting; retry 1 in 1000; recovery 1 of server_error"},
      {4001, "closed 4001 '' retried; state reconnecting; retry 1 in 1000; recovery 1 of unknown_error"},
  };
  for (const Row& row : rows) {
    TestClient client;
    (void)client.connectAndOpen();
    EXPECT_EQ(client.lose(row.code), "release 1; " + row.expected);
  }
}

TEST(ClientLosses, AFirstAttemptThatFailsIsRetriedLikeALoss) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.lose(),
            "release 1; error network_error 1006; closed 1006 '' retried; state reconnecting; "
            "retry 1 in 1000; recovery 1 of network_error");
}

TEST(ClientLosses, AnAddressThatIsNotFoundIsALoss) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  (void)client.connect();
  EXPECT_EQ(client.after([&] { client.driver().attemptFailed(kFirst, "no URL"); }),
            "release 1; error network_error 1006; closed 1006 'no URL' retried; state reconnecting; "
            "retry 1 in 1000; recovery 1 of network_error");
}

TEST(ClientLosses, ASocketThatCannotBeCreatedIsALoss) {
  TestClient client;
  client.platform().openError = "SyntaxError";
  EXPECT_EQ(client.connect(),
            "state connecting; resolve 1; open 1; release 1; error network_error 1006; "
            "closed 1006 'SyntaxError' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
}

TEST(ClientLosses, WithoutAutomaticReconnectALossIsFinal) {
  Options options = exact();
  options.enableAutoReconnect = false;
  TestClient client(options);
  (void)client.connect();
  EXPECT_EQ(client.lose(), "release 1; error network_error 1006 final; closed 1006 '' final; state failed");
  EXPECT_EQ(client.wait(), std::nullopt);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.lose(1000), "release 2; closed 1000 '' final; state disconnected");
}

TEST(ClientLosses, AListReplacesTheFatalCodes) {
  Options options = exact();
  options.fatalCloseCodes = {1000, 4001};
  TestClient client(options);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.lose(4001),
            "release 1; error unknown_error 4001 final; closed 4001 '' final; state failed");
  (void)client.connectAndOpen();
  EXPECT_EQ(client.lose(1000), "release 2; closed 1000 '' final; state failed");
  (void)client.connectAndOpen();
  (void)client.lose(1008);
  EXPECT_EQ(client.phase(), Phase::Waiting);
}

TEST(ClientLosses, OfflineALossIsANetworkError) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.online(false);
  EXPECT_NE(client.lose(1011).find("; recovery 1 of network_error"), std::string::npos);
}

TEST(ClientLosses, ALongReasonIsCut) {
  TestClient client;
  (void)client.connectAndOpen();
  const std::string calls = client.lose(4001, std::string(300, 'x'));
  EXPECT_NE(calls.find("closed 4001 '" + std::string(123, 'x') + "'"), std::string::npos);
}

// --- errors

TEST(ClientLosses, AnErrorAndTheCloseThatFollowsAreOneError) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.error(), "") << "the close event that follows reports it";
  EXPECT_EQ(client.error(), "");
  EXPECT_EQ(client.lose(),
            "release 1; closed 1006 '' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
  EXPECT_EQ(client.stats().totalErrors, 1U);
  EXPECT_EQ(client.client().consecutiveErrors(), 1U);
  (void)client.run(1s);
  EXPECT_EQ(client.error(), "") << "before it opens, its close reports the error";
  EXPECT_EQ(client.lose().find("release 2; error network_error 1006; "), 0U);
  EXPECT_EQ(client.client().reconnectAttempts(), 2U) << "error and close use up one attempt";
}

TEST(ClientLosses, AnErrorDoesNotHideARefusalOfTheServer) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.error();
  EXPECT_EQ(client.lose(1008).find("release 1; error auth_error 1008 final"), 0U);
}

TEST(ClientLosses, GivesUpOnceAfterTheLastRetry) {
  TestClient client(withRetries(2));
  (void)client.connect();
  (void)client.lose();
  (void)client.run(1s);
  (void)client.lose();
  (void)client.run(2s);
  EXPECT_EQ(client.lose(1001),
            "release 3; error server_error 1001 final; auth recovery; closed 1001 '' final; "
            "state failed; gave up after 2, errors 3; recovery gave up after 2 of server_error");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.run(1h), "");
}

TEST(ClientLosses, WithoutErrorRecoveryNoRecoveryEventIsReported) {
  Options options = withRetries(3);
  options.enableErrorRecovery = false;
  TestClient client(options);
  (void)client.connect();
  for (const Duration delay : {Duration(1s), Duration(2s), Duration(4s)}) {
    EXPECT_EQ(client.lose().find("recovery"), std::string::npos);
    (void)client.run(delay);
  }
  EXPECT_EQ(client.lose(),
            "release 4; error network_error 1006 final; closed 1006 '' final; state failed; "
            "gave up after 3, errors 4");
}

TEST(ClientLosses, ThreeRefusalsInARowPutTheCredentialsInDoubtOnce) {
  TestClient client;
  (void)client.connect();
  std::vector<bool> reported;
  for (int i = 0; i < 5; ++i) {
    reported.push_back(client.lose().find("auth recovery") != std::string::npos);
    (void)client.run(*client.wait());
  }
  EXPECT_EQ(reported, (std::vector<bool>{false, false, true, false, false}));
  (void)client.open();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.lose().find("auth recovery"), std::string::npos)
        << "refusals are counted from the last opening";
    (void)client.run(*client.wait());
  }
  EXPECT_NE(client.lose().find("auth recovery"), std::string::npos);
}

TEST(ClientLosses, AHintOfTheServerSetsTheDelay) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_NE(client.lose(1001, R"({"retryAfterMs":70000})").find("retry 1 in 70000"), std::string::npos);
  EXPECT_EQ(client.wait(), 70s);
  TestClient restarting;
  (void)restarting.connectAndOpen();
  (void)restarting.lose(1012);
  EXPECT_GE(restarting.wait(), Duration(5s));
  EXPECT_LE(restarting.wait(), Duration(30s));
}

// --- the user's shouldReconnect

TEST(ClientLosses, TheUserIsAskedBeforeALossIsReported) {
  TestClient client;
  client.driver().setDecider(true);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.lose(),
            "release 1; ask 1006 '' yes?; closed 1006 '' retried; state reconnecting; "
            "retry 1 in 1000; recovery 1 of network_error");
  client.driver().setDecider(false);
  (void)client.run(1s);
  EXPECT_EQ(client.lose().find("ask"), std::string::npos);
}

TEST(ClientLosses, TheUserCanOverruleBothWays) {
  TestClient client;
  client.driver().setDecider(true);
  (void)client.connectAndOpen();
  client.platform().decision = true;
  EXPECT_EQ(client.lose(1008),
            "release 1; ask 1008 '' no?; closed 1008 '' retried; "
            "state reconnecting; retry 1 in 1000; recovery 1 of auth_error");
  (void)client.run(1s);
  (void)client.open();
  client.platform().decision = false;
  EXPECT_EQ(client.lose(1001),
            "release 2; ask 1001 '' yes?; error server_error 1001 final; closed 1001 '' final; state failed");
}

TEST(ClientLosses, TheUserCanGoOnAfterANormalClose) {
  TestClient client;
  client.driver().setDecider(true);
  (void)client.connectAndOpen();
  client.platform().decision = true;
  EXPECT_EQ(client.lose(1000),
            "release 1; ask 1000 '' no?; closed 1000 '' retried; state reconnecting; retry 1 in 1000");
  (void)client.run(1s);
  client.platform().decision = false;
  EXPECT_EQ(client.lose(1000), "release 2; ask 1000 '' no?; closed 1000 '' final; state disconnected");
}

TEST(ClientLosses, TheUserCanGoOnWithoutAutomaticReconnect) {
  Options options = exact();
  options.enableAutoReconnect = false;
  TestClient client(options);
  client.driver().setDecider(true);
  client.platform().decision = true;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.lose().find("release 1; ask 1006 '' no?; closed 1006 '' retried; "), 0U);
  EXPECT_EQ(client.run(1s), "resolve 2; open 2");
  client.platform().decision = std::nullopt;
  EXPECT_EQ(client.lose(),
            "release 2; ask 1006 '' no?; error network_error 1006 final; closed 1006 '' final; state failed")
      << "it counts for one loss";
}

TEST(ClientLosses, TheUserCannotGrantMoreRetriesThanThereAre) {
  TestClient client(withRetries(0));
  client.driver().setDecider(true);
  client.platform().decision = true;
  (void)client.connect();
  EXPECT_EQ(client.lose(),
            "release 1; ask 1006 '' no?; error network_error 1006 final; closed 1006 '' final; "
            "state failed; gave up after 0, errors 1; recovery gave up after 0 of network_error");
}

TEST(ClientLosses, TheUserIsNotAskedAboutADisconnect) {
  TestClient client;
  client.driver().setDecider(true);
  (void)client.connectAndOpen();
  (void)client.disconnect();
  EXPECT_EQ(client.close(kFirst, 1000), "release 1; closed 1000 '' final");
}

TEST(ClientLosses, TheUserIsAskedAboutAnAttemptThatTookTooLong) {
  TestClient client;
  client.driver().setDecider(true);
  client.platform().decision = false;
  (void)client.connect();
  EXPECT_EQ(client.run(10s),
            "close 1 1000 'Connection timeout'; release 1; ask 1006 'Connection timeout' yes?; "
            "error network_error 1006 final; closed 1006 'Connection timeout' final; state failed");
}

// --- other attempts

TEST(ClientLosses, EventsOfAnotherAttemptChangeNothing) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.lose();
  (void)client.run(1s);
  const std::optional<Duration> wait = client.wait();
  Driver& driver = client.driver();
  for (const AttemptId stale : {AttemptId::None, kFirst, AttemptId{7}}) {
    driver.addressResolved(stale);
    driver.attemptFailed(stale, "");
    driver.socketOpened(stale);
    driver.socketErrored(stale);
    driver.socketClosed(stale, 1008, "", true);
    (void)driver.frameReceived(stale);
    (void)driver.textReceived(stale, R"({"type":"ping"})");
    driver.messageRefused(stale, 1, false);
  }
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(client.phase(), Phase::Retrying);
  EXPECT_EQ(client.wait(), wait);
}

TEST(ClientLosses, EventsThatDoNotFitTheStateOfTheAttemptChangeNothing) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  (void)client.connect();
  EXPECT_EQ(client.open() + client.lose() + client.error(), "") << "there is no socket yet";
  client.driver().addressResolved(kFirst);
  EXPECT_EQ(client.take(), "open 1");
  client.driver().addressResolved(kFirst);
  EXPECT_EQ(client.take(), "") << "resolved once";
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "consumed");
  EXPECT_EQ(client.after([&] { client.driver().messageRefused(kFirst, 1, false); }), "");
  (void)client.open();
  EXPECT_EQ(client.open(), "");
  EXPECT_EQ(client.after([&] { client.driver().attemptFailed(kFirst, ""); }), "");
  EXPECT_EQ(client.phase(), Phase::Connected);
}

TEST(ClientLosses, AnAddressThatFailsAfterItWasFoundChangesNothing) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.after([&] { client.driver().attemptFailed(kFirst, "too late"); }), "");
  EXPECT_EQ(client.open(), "state connected; opened");
}

TEST(ClientLosses, EveryEndOfAnAttemptIsReportedOnceAfterItsOpening) {
  using End = std::string (*)(TestClient&);
  const std::vector<End> ends = {[](TestClient& client) { return client.lose(); },
                                 [](TestClient& client) { return client.lose(1008); },
                                 [](TestClient& client) { return client.reconnect(); },
                                 [](TestClient& client) { return client.suspend(); },
                                 [](TestClient& client) { return client.destroy(); },
                                 [](TestClient& client) { return client.disconnect(); }};
  for (const End end : ends) {
    for (const bool hasOpened : {false, true}) {
      TestClient client;
      std::string all = client.connect() + "; ";
      if (hasOpened) all += client.open() + "; ";
      all += end(client) + "; " + client.close(kFirst, 1000);
      const std::size_t close = all.find("; closed ");
      ASSERT_NE(close, std::string::npos) << all;
      EXPECT_EQ(all.find("; closed ", close + 1), std::string::npos) << all;
      EXPECT_EQ(all.find("opened") < close, hasOpened) << all;
    }
  }
}

}  // namespace
}  // namespace rws::test
