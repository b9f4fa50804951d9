// The events of sockets, and what a loss leads to. Messages are in connection_messages_test.cpp.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "support/session.h"

namespace rws::test {
namespace {

constexpr AttemptId kFirst{1};
constexpr AttemptId kSecond{2};

Options withRetries(std::uint64_t count) {
  Options options = exact();
  options.maxReconnectAttempts = count;
  return options;
}

Session asking(const Options& options = exact()) {
  Session session(options);
  (void)session.feed(input::HostDecides{true});
  return session;
}

// ------------------------------------------------------------ losses

TEST(ConnectionSocket, EveryCodeOfTheSpecificationEndsAsItSays) {
  struct Row {
    std::uint16_t code;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {1000, "closed 1000 '' over; state disconnected"},
      {1003, "error auth_error 1003 final; auth recovery; closed 1003 '' over; state failed"},
      {1008, "error auth_error 1008 final; auth recovery; closed 1008 '' over; state failed"},
      {1001,
       "error server_error 1001; closed 1001 '' again; state reconnecting; retry 1 in 1000; "
       "recovery 1 of server_error"},
      {1006,
       "error network_error 1006; closed 1006 '' again; state reconnecting; retry 1 in 1000; "
       "recovery 1 of network_error"},
      {1011,
       "error server_error 1011; closed 1011 '' again; state reconnecting; retry 1 in 1000; "
       "recovery 1 of server_error"},
      {4001,
       "error unknown_error 4001; closed 4001 '' again; state reconnecting; retry 1 in 1000; "
       "recovery 1 of unknown_error"},
  };
  for (const Row& row : rows) {
    Session session;
    session.connectAndOpen();
    EXPECT_EQ(session.lose(row.code), "release 1; " + row.expected);
  }
}

TEST(ConnectionSocket, AFirstAttemptThatFailsIsRetriedLikeALoss) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.lose(),
            "release 1; error network_error 1006; closed 1006 '' again; state reconnecting; "
            "retry 1 in 1000; recovery 1 of network_error");
}

TEST(ConnectionSocket, AnAttemptForWhichNoSocketCameAboutIsALossWithoutARelease) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.feed(input::OpenFailed{kFirst, "no URL"}),
            "error network_error 1006; closed 1006 'no URL' again; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
}

TEST(ConnectionSocket, WithoutAutomaticReconnectALossIsTheEnd) {
  Options options = exact();
  options.enableAutoReconnect = false;
  Session session(options);
  (void)session.connect();
  EXPECT_EQ(session.lose(), "release 1; error network_error 1006 final; closed 1006 '' over; state failed");
  EXPECT_EQ(session.wait(), std::nullopt);
  session.connectAndOpen();
  EXPECT_EQ(session.lose(1000), "release 2; closed 1000 '' over; state disconnected");
}

TEST(ConnectionSocket, AListReplacesTheFatalCodes) {
  Options options = exact();
  options.fatalCloseCodes = {1000, 4001};
  Session session(options);
  session.connectAndOpen();
  EXPECT_EQ(session.lose(4001),
            "release 1; error unknown_error 4001 final; closed 4001 '' over; state failed");
  session.connectAndOpen();
  EXPECT_EQ(session.lose(1000), "release 2; closed 1000 '' over; state failed");
  session.connectAndOpen();
  (void)session.lose(1008);
  EXPECT_EQ(session.phase(), Phase::Waiting);
}

TEST(ConnectionSocket, OfflineALossIsTheNetworksFault) {
  Session session;
  session.connectAndOpen();
  (void)session.feed(input::NetworkChanged{false});
  EXPECT_EQ(session.lose(1011).find("release 1; error network_error 1011"), 0U);
}

TEST(ConnectionSocket, ANativeErrorAndItsCloseAreOneError) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.feed(input::Errored{kFirst}), "error network_error 0");
  EXPECT_EQ(session.feed(input::Errored{kFirst}), "");
  EXPECT_EQ(session.lose(),
            "release 1; closed 1006 '' again; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
  EXPECT_EQ(session.stats().totalErrors, 1U);
  EXPECT_EQ(session.connection().consecutiveErrors(), 1U);
  (void)session.tickAfter(1s);
  EXPECT_EQ(session.feed(input::Errored{kSecond}), "") << "before it opened its close tells";
  EXPECT_EQ(session.lose().find("release 2; error network_error 1006; "), 0U);
  EXPECT_EQ(session.connection().reconnectAttempts(), 2U) << "error and close use up one attempt";
}

TEST(ConnectionSocket, ANativeErrorHidesNoRefusalOfTheServer) {
  Session session;
  session.connectAndOpen();
  (void)session.feed(input::Errored{kFirst});
  EXPECT_EQ(session.lose(1008).find("release 1; error auth_error 1008 final"), 0U);
}

TEST(ConnectionSocket, GivesUpOnceAfterTheLastRetry) {
  Session session(withRetries(2));
  (void)session.connect();
  (void)session.lose();
  (void)session.tickAfter(1s);
  (void)session.lose();
  (void)session.tickAfter(2s);
  EXPECT_EQ(session.lose(1001),
            "release 3; error server_error 1001 final; auth recovery; closed 1001 '' over; "
            "state failed; gave up after 2, errors 3; recovery gave up after 2 of server_error");
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(session.tickAfter(1h), "");
}

TEST(ConnectionSocket, WithoutErrorRecoveryItsEventsAreSilent) {
  Options options = withRetries(3);
  options.enableErrorRecovery = false;
  Session session(options);
  (void)session.connect();
  for (const Duration wait : {Duration(1s), Duration(2s), Duration(4s)}) {
    EXPECT_EQ(session.lose().find("recovery"), std::string::npos);
    (void)session.tickAfter(wait);
  }
  EXPECT_EQ(session.lose(),
            "release 4; error network_error 1006 final; closed 1006 '' over; state failed; "
            "gave up after 3, errors 4");
}

TEST(ConnectionSocket, ThreeRefusalsInARowPutTheCredentialsInDoubtOnce) {
  Session session;
  (void)session.connect();
  std::vector<bool> told;
  for (int i = 0; i < 5; ++i) {
    told.push_back(session.lose().find("auth recovery") != std::string::npos);
    (void)session.tickAfter(*session.wait());
  }
  EXPECT_EQ(told, (std::vector<bool>{false, false, true, false, false}));
  (void)session.open();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(session.lose().find("auth recovery"), std::string::npos)
        << "refusals are counted from the last opening";
    (void)session.tickAfter(*session.wait());
  }
  EXPECT_NE(session.lose().find("auth recovery"), std::string::npos);
}

TEST(ConnectionSocket, AServersHintSetsTheWait) {
  Session session;
  session.connectAndOpen();
  const input::Closed hinted{session.connection().currentAttempt(), {1001, "", true, 70000}, 0};
  EXPECT_NE(session.feed(hinted).find("retry 1 in 70000"), std::string::npos);
  EXPECT_EQ(session.wait(), 70s);
  Session restarting;
  restarting.connectAndOpen();
  (void)restarting.lose(1012);
  EXPECT_GE(restarting.wait(), Duration(5s));
  EXPECT_LE(restarting.wait(), Duration(30s));
}

// ------------------------------------------------------------ the host's say

TEST(ConnectionSocket, TheHostIsAskedBeforeALossIsTold) {
  Session session = asking();
  session.connectAndOpen();
  EXPECT_EQ(session.lose(), "release 1; ask 1 1006 '' yes?");
  EXPECT_EQ(session.decide(kFirst, std::nullopt),
            "error network_error 1006; closed 1006 '' again; state reconnecting; "
            "retry 1 in 1000; recovery 1 of network_error");
  EXPECT_EQ(session.decide(kFirst, false), "") << "the decision is taken";
}

TEST(ConnectionSocket, TheHostMayOverruleBothWays) {
  Session session = asking();
  session.connectAndOpen();
  EXPECT_EQ(session.lose(1008), "release 1; ask 1 1008 '' no?");
  EXPECT_EQ(session.decide(kFirst, true),
            "error auth_error 1008; closed 1008 '' again; state reconnecting; "
            "retry 1 in 1000; recovery 1 of auth_error");
  (void)session.tickAfter(1s);
  (void)session.open();
  EXPECT_EQ(session.lose(1001), "release 2; ask 2 1001 '' yes?");
  EXPECT_EQ(session.decide(kSecond, false),
            "error server_error 1001 final; closed 1001 '' over; state failed");
}

TEST(ConnectionSocket, TheHostMayWishOnAfterANormalClose) {
  Session session = asking();
  session.connectAndOpen();
  EXPECT_EQ(session.lose(1000), "release 1; ask 1 1000 '' no?");
  EXPECT_EQ(session.decide(kFirst, true), "closed 1000 '' again; state reconnecting; retry 1 in 1000");
  (void)session.tickAfter(1s);
  (void)session.lose(1000);
  EXPECT_EQ(session.decide(kSecond, false), "closed 1000 '' over; state disconnected");
}

TEST(ConnectionSocket, TheHostCannotGrantMoreRetriesThanThereAre) {
  Session session = asking(withRetries(0));
  (void)session.connect();
  EXPECT_EQ(session.lose(), "release 1; ask 1 1006 '' no?");
  EXPECT_EQ(session.decide(kFirst, true),
            "error network_error 1006 final; closed 1006 '' over; state failed; "
            "gave up after 0, errors 1; recovery gave up after 0 of network_error");
}

TEST(ConnectionSocket, WhoeverAsksForSomethingElseTakesTheHostsConsentForGranted) {
  Session session = asking();
  session.connectAndOpen();
  (void)session.lose(1001);
  EXPECT_EQ(session.send(), "queued") << "sending leaves the question open";
  EXPECT_EQ(session.decide(kSecond, false), "") << "an answer to another question";
  EXPECT_EQ(session.disconnect(),
            "error server_error 1001; closed 1001 '' again; state reconnecting; retry 1 in 1000; "
            "recovery 1 of server_error; drop #1 disconnected; state disconnected");
}

TEST(ConnectionSocket, TheHostIsNotAskedAboutTheUsersOwnDisconnect) {
  Session session = asking();
  session.connectAndOpen();
  (void)session.disconnect();
  EXPECT_EQ(session.close(kFirst, 1000, "", 0), "release 1; closed 1000 '' over");
}

TEST(ConnectionSocket, TheHostIsAskedAboutAnAttemptThatTookTooLong) {
  Session session = asking();
  (void)session.connect();
  EXPECT_EQ(session.tickAfter(10s),
            "close 1 1000 'Connection timeout'; release 1; ask 1 1006 'Connection timeout' yes?");
  EXPECT_EQ(session.wait(), std::nullopt);
}

// ------------------------------------------------------------ frames

TEST(ConnectionSocket, AnswersEachPingOfTheServerWithItsOwnTimestamp) {
  Session session;
  session.connectAndOpen();
  const ControlFrame ping{ControlKind::Ping, "1700000000.25"};
  EXPECT_TRUE(session.connection().consumes(ping));
  EXPECT_EQ(session.receive(ping), R"(control {"type":"pong","timestamp":1700000000.25} on 1)");
  Options options = exact();
  options.answerPings = false;
  (void)session.feed(input::ChangeOptions{options});
  EXPECT_FALSE(session.connection().consumes(ping));
  EXPECT_EQ(session.receive(ping), "");
}

TEST(ConnectionSocket, MeasuresARoundTripOnce) {
  Session session;
  session.connectAndOpen();
  (void)session.feed(input::NetworkChanged{false});
  const ControlFrame pong{ControlKind::Pong, std::to_string(session.wall())};
  session.pass(120ms);
  EXPECT_TRUE(session.connection().consumes(pong));
  EXPECT_EQ(session.receive(pong), "latency 120");
  EXPECT_EQ(session.receive(pong), "");
  EXPECT_EQ(session.receive({ControlKind::Pong, "12345"}), "") << "another tab's";
  EXPECT_EQ(session.stats().averageLatencyMs, 120);
  EXPECT_EQ(session.stats().lastPong, session.wall());
}

// ------------------------------------------------------------ other attempts

TEST(ConnectionSocket, EventsOfAnotherAttemptChangeNothing) {
  Session session;
  session.connectAndOpen();
  (void)session.lose();
  (void)session.tickAfter(1s);
  const std::optional<Duration> wait = session.wait();
  for (const Input& stale : std::vector<Input>{
           input::Opened{kFirst}, input::Errored{kFirst}, input::Closed{kFirst, {1008, "", true}, 0},
           input::OpenFailed{kFirst, ""}, input::Received{kFirst, {ControlKind::Ping, "1"}},
           input::Buffered{kFirst, 0}, input::HandOverFailed{kFirst, 1}, input::Decided{kFirst, false},
           input::Opened{AttemptId::None}, input::Closed{AttemptId::None, {}, 0}}) {
    EXPECT_EQ(session.feed(stale), "") << "input " << stale.index();
  }
  EXPECT_EQ(session.phase(), Phase::Retrying);
  EXPECT_EQ(session.wait(), wait);
}

TEST(ConnectionSocket, EventsThatDoNotFitTheSocketsStateChangeNothing) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.receive({ControlKind::Ping, "1"}), "");
  EXPECT_EQ(session.feed(input::Buffered{kFirst, 0}) + session.refuse(1), "");
  (void)session.open();
  EXPECT_EQ(session.open(), "");
  EXPECT_EQ(session.feed(input::OpenFailed{kFirst, ""}), "");
  EXPECT_EQ(session.phase(), Phase::Connected);
}

TEST(ConnectionSocket, EveryEndOfAnAttemptIsToldOnceAfterItsOpen) {
  const std::vector<Input> ends = {input::Closed{kFirst, {1006, "", false}, 0},
                                   input::Closed{kFirst, {1008, "", true}, 0},
                                   input::Reconnect{},
                                   input::PageSuspended{},
                                   input::Destroy{},
                                   input::Disconnect{}};
  for (const Input& end : ends) {
    for (const bool opened : {false, true}) {
      Session session;
      std::string all = session.connect() + "; ";
      if (opened) all += session.open() + "; ";
      all += session.feed(end) + "; " + session.close(kFirst, 1000, "", 0);
      const std::size_t close = all.find("; closed ");
      ASSERT_NE(close, std::string::npos) << all;
      EXPECT_EQ(all.find("; closed ", close + 1), std::string::npos) << all;
      EXPECT_EQ(all.find("opened") < close, opened) << all;
    }
  }
}

TEST(ConnectionSocket, WhatTheHostAnswersWhilePerformingIsNoConsentToALoss) {
  Session session;
  (void)session.feed(input::HostDecides{true});
  session.connectAndOpen();
  EXPECT_EQ(session.send(), "handed over");
  (void)session.tickAfter(2s);
  EXPECT_EQ(session.tickAfter(3s), "close 1 1000 'Pong timeout'; ask 1 1006 'Pong timeout' yes?");
  EXPECT_EQ(session.feed(input::ControlRefused{AttemptId{1}, 41, 1}), "");
  EXPECT_EQ(session.feed(input::HandOverFailed{AttemptId{1}, 1}), "error send_error 0; release 1");
  EXPECT_EQ(session.phase(), Phase::Deciding);
  EXPECT_EQ(session.decide(AttemptId{1}, false),
            "error network_error 1006 final; closed 1006 'Pong timeout' over; state failed");
  EXPECT_EQ(session.connection().queuedMessages(), 1U);
}

}  // namespace
}  // namespace rws::test
