// What the client notices: frames, the environment, and the passing of time.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

constexpr const char* kPongTimeout =
    "closed 1006 'Pong timeout' retried; state reconnecting; retry 1 in 1000; recovery 1 of network_error";

std::string deadPeer(const std::string& closing) { return closing + kPongTimeout; }

// --- frames

TEST(ClientWatch, AnswersEachPingOfTheServerWithItsOwnTimestamp) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.receiveText(R"({"type":"ping","timestamp":1700000000.25})"), "pong 1; consumed");
  EXPECT_EQ(client.platform().lastControl(), R"({"type":"pong","timestamp":1700000000.25})");
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "pong 1; consumed");
  EXPECT_EQ(client.platform().lastControl(), R"({"type":"pong"})");
  (void)client.set("answerPings", false);
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "") << "a message like any other";
}

TEST(ClientWatch, MeasuresARoundTripOnce) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.online(false), "ping 1");
  const EpochMs timestamp = client.wall();
  client.block(120ms);
  EXPECT_EQ(client.pong(timestamp), "latency 120; consumed");
  EXPECT_EQ(client.pong(timestamp), "consumed");
  EXPECT_EQ(client.pong(12345), "consumed") << "of another client";
  EXPECT_EQ(client.stats().averageLatencyMs, 120);
  EXPECT_EQ(client.stats().lastPong, client.wall());
}

TEST(ClientWatch, TakesItsOwnPingThatAnEchoServerReturnsForAnAnswer) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.online(false), "ping 1");
  const std::string ping = client.platform().lastControl();
  EXPECT_EQ(client.receiveText(ping).find("latency 0"), 0U);
}

TEST(ClientWatch, TakesNoFrameBeforeTheSocketIsOpen) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "consumed");
  EXPECT_EQ(client.receive(), "");
}

TEST(ClientWatch, ReadsTheTimeWithAFrameNowAndThen) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.run(30s);
  EXPECT_EQ(client.wait(), 10s) << "the verdict on the ping";
  EXPECT_EQ(client.receive(), "");
  EXPECT_EQ(client.wait(), 30s);
}

// --- the environment

TEST(ClientWatch, EndsAWaitWhenOnlineOrVisibleASecondAfterTheLastAttempt) {
  for (const bool isOnline : {true, false}) {
    Options options = exact();
    options.reconnectDelay = 20s;
    TestClient client(options);
    (void)client.connect();
    (void)client.lose();
    client.block(200ms);
    const auto hint = [&] { return isOnline ? client.online() : client.visible(); };
    EXPECT_EQ(hint(), "retry 1 in 800");
    EXPECT_EQ(client.client().nextAttemptAt(client.driver().now()), client.wall() + 800);
    EXPECT_EQ(hint(), "") << "it is due no later anyway";
    EXPECT_EQ(client.run(800ms), "resolve 2; open 2");
  }
}

TEST(ClientWatch, DoesNothingWhenThePageIsHidden) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.visible(false), "");
  (void)client.lose();
  EXPECT_EQ(client.visible(false), "");
}

TEST(ClientWatch, ProbesAConnectionWhenOfflineOrOnlineAndNeverClosesIt) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.online(false), "ping 1");
  EXPECT_EQ(client.online(false), "") << "a verdict as early is pending";
  EXPECT_EQ(client.online(true), "ping 1") << "this one comes earlier";
  EXPECT_EQ(client.receive(), "");
  EXPECT_EQ(client.phase(), Phase::Connected);
  EXPECT_EQ(client.run(3s), "");
}

TEST(ClientWatch, RetriesAtOnceWhenAProbeAfterOnlineFindsTheLinkDead) {
  TestClient client;
  (void)client.connectAndOpen();
  client.block(10s);
  EXPECT_EQ(client.online(), "ping 1");
  EXPECT_EQ(client.run(1s - 1ms), "");
  EXPECT_NE(client.run(1ms).find("retry 1 in 0; recovery 1 of network_error; resolve 2; open 2"),
            std::string::npos);
}

TEST(ClientWatch, StillTriesWhileOffline) {
  TestClient client;
  (void)client.online(false);
  EXPECT_EQ(client.connect(), "state connecting; resolve 1; open 1");
  (void)client.lose();
  EXPECT_EQ(client.run(1s), "resolve 2; open 2");
}

TEST(ClientWatch, ReplacesAnAttemptThatWasUnderWayWhenTheNetworkCameBack) {
  TestClient client;
  (void)client.online(false);
  (void)client.connect();
  client.block(1s);
  EXPECT_EQ(client.online(),
            "close 1 1000 'Network came back'; release 1; closed 1000 'Network came back' retried; "
            "state reconnecting; retry 1 in 0");
  EXPECT_EQ(client.run(0s), "resolve 2; open 2");
  (void)client.online(false);
  client.block(999ms);
  EXPECT_EQ(client.online(), "") << "this attempt is fresh enough";
}

TEST(ClientWatch, ReportsOneRetryForOneHint) {
  for (int i = 0; i < 50; ++i) {
    Options options = exact();
    options.jitter = 0.5;
    TestClient client(options);
    for (int draws = 0; draws < i; ++draws) {
      (void)client.reconnect();
      (void)client.lose();
    }
    (void)client.online(false);
    (void)client.reconnect();
    client.block(2s);
    const std::string calls = client.online();
    const std::size_t first = calls.find("; retry 1 in ");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(calls.find("; retry 1 in ", first + 1), std::string::npos) << calls;
  }
}

TEST(ClientWatch, SendsNoProbesWithoutHeartbeat) {
  Options options = exact();
  options.enableHeartbeat = false;
  TestClient client(options);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.online(false) + client.visible() + client.checkNetwork(), "");
  client.platform().clock.wall += 60'000;
  EXPECT_EQ(client.visible(), "") << "after a jump of the clock neither";
  EXPECT_EQ(client.send(), "send #1 on 1; sent");
  EXPECT_EQ(client.run(1h), "delivered #1") << "when the connection became stable";
}

// A client whose one retry has failed.
void spend(TestClient& client) {
  (void)client.set("maxReconnectAttempts", 1.0);
  (void)client.connect();
  (void)client.lose();
  (void)client.run(1s);
  (void)client.lose();
  ASSERT_EQ(client.phase(), Phase::Exhausted);
}

TEST(ClientWatch, AHintStartsANewSeriesAfterGivingUpButNotAfterARejection) {
  TestClient client;
  spend(client);
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.online(), "state reconnecting; retry 1 in 1000");
  EXPECT_EQ(client.run(1s), "resolve 3; open 3");
  (void)client.lose(1008);
  EXPECT_EQ(client.phase(), Phase::Rejected);
  EXPECT_EQ(client.online() + client.visible() + client.resume(), "");
}

// --- the page

TEST(ClientWatch, ASuspendedPageClosesItsSocketAndConnectsWhenItComesBack) {
  TestClient client;
  (void)client.connectAndOpen();
  client.block(5s);
  EXPECT_EQ(client.suspend(),
            "close 1 1000 'Page suspended'; release 1; closed 1000 'Page suspended' retried; "
            "state reconnecting");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.suspend() + client.connect() + client.online(), "");
  EXPECT_EQ(client.resume(), "retry 1 in 0");
  EXPECT_EQ(client.run(0s), "resolve 2; open 2");
}

TEST(ClientWatch, ASuspendedPageEndsTheWaitForARetry) {
  TestClient client;
  (void)client.connect();
  (void)client.lose();
  EXPECT_EQ(client.suspend(), "");
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.run(1h), "");
  EXPECT_EQ(client.resume(), "retry 1 in 0");
}

TEST(ClientWatch, ASuspendedPageOfAnIdleClientChangesNothing) {
  TestClient client;
  EXPECT_EQ(client.suspend() + client.resume(), "");
  EXPECT_EQ(client.phase(), Phase::Idle);
}

TEST(ClientWatch, AResumedPageProbesAConnectionThatWasNotSuspended) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.resume(), "ping 1");
}

// --- deadlines

TEST(ClientWatch, GivesUpAnAttemptThatTakesTooLong) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.run(10s - 1ms), "");
  EXPECT_EQ(client.run(1ms),
            "close 1 1000 'Connection timeout'; release 1; error network_error 1006; "
            "closed 1006 'Connection timeout' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
}

TEST(ClientWatch, GivesUpAnAddressThatTakesTooLong) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  (void)client.connect();
  EXPECT_EQ(client.run(10s).find("release 1; error network_error 1006; closed 1006 'Connection timeout'"),
            0U);
}

TEST(ClientWatch, PingsEveryIntervalWhateverTheTraffic) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.run(29s), "");
  EXPECT_EQ(client.receive(), "");
  EXPECT_EQ(client.run(1s), "ping 1");
  EXPECT_EQ(client.wait(), 10s) << "the verdict";
  EXPECT_EQ(client.receive(), "") << "anything that arrives is a sign of life";
  EXPECT_EQ(client.wait(), 30s);
}

TEST(ClientWatch, LeavesADeadPeerAtOnce) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.run(30s);
  EXPECT_EQ(client.run(10s), deadPeer("close 1 1000 'Pong timeout'; release 1; "));
}

TEST(ClientWatch, ProbesBeforeALateVerdict) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.run(30s);
  EXPECT_EQ(client.fireLate(60s), "ping 1; ping 1") << "the overdue ping and the probe";
  EXPECT_EQ(client.phase(), Phase::Connected);
  EXPECT_EQ(client.wait(), 3s);
  EXPECT_EQ(client.run(3s).find("close 1 1000 'Pong timeout'"), 0U);
}

TEST(ClientWatch, RunsAllThatIsDueWhenTheTimerIsLate) {
  Options options = exact();
  options.reconnectDelay = options.maxReconnectDelay = Duration::zero();
  TestClient client(options);
  (void)client.connect();
  EXPECT_EQ(client.fireLate(1h), "") << "the attempt gets a second chance";
  EXPECT_EQ(client.wait(), 60s) << "not as long as the device slept";
  EXPECT_EQ(client.fireLate(2h),
            "close 1 1000 'Connection timeout'; release 1; error network_error 1006; "
            "closed 1006 'Connection timeout' retried; state reconnecting; retry 1 in 0; "
            "recovery 1 of network_error; resolve 2; open 2");
  EXPECT_EQ(client.wait(), 10s);
}

TEST(ClientWatch, ProbesAfterAMessageThatMeetsSilence) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.run(5s);
  (void)client.send();
  EXPECT_EQ(client.wait(), 250ms);
  EXPECT_EQ(client.run(250ms), "ping 1");
  EXPECT_EQ(client.wait(), 3s);
  EXPECT_EQ(client.run(3s), deadPeer("close 1 1000 'Pong timeout'; "));
  EXPECT_EQ(client.client().closingAttempt(), kFirst) << "its message is not proven";
  EXPECT_EQ(client.closingCloses(1000), "delivered #1; release 1");
}

TEST(ClientWatch, CountsAPingThatIsSentInTheCallThatClosesTheSocket) {
  Options options = exact();
  options.pingInterval = options.pongTimeout = 10s;
  HostTraits traits;
  traits.countsWholeMessages = true;
  TestClient client(options, traits);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.run(10s), "ping 1");
  (void)client.receive();
  (void)client.run(9s);
  EXPECT_EQ(client.run(1s), "ping 1");
  (void)client.send(1000);
  client.platform().buffered[kFirst] = 1000;
  (void)client.receiveText(R"({"type":"x"})");
  client.platform().onCall = [&](std::string_view call) {
    if (call == "ping 1") client.platform().buffered[kFirst] += client.platform().lastControl().size();
  };
  const std::string calls = client.run(20s);
  EXPECT_NE(calls.find("close 1 1000 'Pong timeout'"), std::string::npos) << calls;
  const std::uint64_t left = client.platform().buffered[kFirst];
  EXPECT_EQ(client.close(kFirst, 1006, "", left).find("unconfirmed"), std::string::npos);
  EXPECT_EQ(client.client().queuedMessages(), 1U) << "the message is provably unsent";
}

TEST(ClientWatch, StartsTheCountOfRetriesAfreshOnlyAfterAStableConnection) {
  TestClient client;
  (void)client.connect();
  for (const Duration expected : {Duration(1s), Duration(2s), Duration(4s)}) {
    (void)client.open();
    client.block(4999ms);
    (void)client.lose();
    EXPECT_EQ(client.wait(), expected) << "a server that accepts and drops is not hammered";
    (void)client.run(expected);
  }
  (void)client.open();
  EXPECT_EQ(client.run(5s), "");
  EXPECT_EQ(client.client().reconnectAttempts(), 0U);
  EXPECT_EQ(client.client().consecutiveErrors(), 0U);
  (void)client.lose();
  EXPECT_EQ(client.wait(), 1s);
}

// --- clocks

TEST(ClientWatch, ProbesAfterAJumpOfTheClock) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().clock.wall += 60'000;
  EXPECT_EQ(client.receive(), "ping 1") << "time has passed that the monotonic clock did not count";
  EXPECT_EQ(client.wait(), 3s);
}

TEST(ClientWatch, TakesAClockThatStepsBackForNoTime) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().clock.wall -= 3'600'000;
  client.platform().clock.instant -= 50s;
  EXPECT_EQ(client.visible(false) + client.receive(), "");
  EXPECT_EQ(client.send(), "send #1 on 1; sent");
  EXPECT_EQ(client.stats().connectionDuration, 0s);
  EXPECT_EQ(client.run(2s), "ping 1") << "the deadlines have moved with the clock";
}

TEST(ClientWatch, ShowsWhenTheNextAttemptIsDueOnlyWhileItWaits) {
  TestClient client;
  const auto next = [&] { return client.client().nextAttemptAt(client.driver().now()); };
  (void)client.connect();
  EXPECT_EQ(next(), std::nullopt);
  (void)client.lose();
  EXPECT_EQ(next(), client.wall() + 1000);
  (void)client.run(1s);
  EXPECT_EQ(next(), std::nullopt);
}

TEST(ClientWatch, ShowsTheNextAttemptByAWallClockThatWasSet) {
  TestClient client;
  (void)client.connect();
  (void)client.lose();
  Now now = client.driver().now();
  const EpochMs shown = client.client().nextAttemptAt(now).value_or(0);
  now.wall += 300;
  EXPECT_EQ(client.client().nextAttemptAt(now), shown) << "readings that differ a little are one time";
  now.wall -= 3600300;
  EXPECT_EQ(client.client().nextAttemptAt(now), shown - 3600000);
  now.wall += 7200000;
  EXPECT_EQ(client.client().nextAttemptAt(now), shown + 3600000);
}

}  // namespace
}  // namespace rws::test
