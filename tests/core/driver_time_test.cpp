// The timer and the clock of the driver.
#include <gtest/gtest.h>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

// --- the timer

TEST(DriverTime, SetsTheTimerToTheEarliestDeadline) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.platform().timer(), client.platform().clock.instant + 10s);
  (void)client.send(10, {.ttl = 500ms});
  EXPECT_EQ(client.platform().timer(), client.platform().clock.instant + 500ms);
}

TEST(DriverTime, LeavesATimerThatIsEarlyAlone) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  const int set = client.platform().timersSet();
  (void)client.receive();
  for (int i = 0; i < 100; ++i) (void)client.send();
  EXPECT_EQ(client.platform().timersSet(), set);
}

TEST(DriverTime, SetsTheNextTimerWhenOneWasEarly) {
  TestClient client;
  (void)client.send(10, {.ttl = 500ms});
  (void)client.clearQueue();
  EXPECT_EQ(client.platform().timer(), std::nullopt) << "nothing is waited for";
  (void)client.send(10, {.ttl = 500ms});
  (void)client.connect();
  (void)client.clearQueue();
  EXPECT_EQ(client.run(500ms), "");
  EXPECT_EQ(client.platform().timer(), client.platform().clock.instant + 9s + 500ms);
}

TEST(DriverTime, NeverLetsTheTimerFireBeforeADeadline) {
  TestClient client;
  (void)client.send(10, {.ttl = 1500us});
  EXPECT_EQ(client.platform().timer(), client.platform().clock.instant + 2ms) << "rounded up";
}

TEST(DriverTime, WaitsForADistantDeadlineInSteps) {
  constexpr std::chrono::milliseconds kLongest{2147483647};
  Options options = exact();
  options.connectionTimeout = 2 * Duration(kLongest) + 5s;
  TestClient client(options);
  (void)client.connect();
  for (const Duration step : {Duration(kLongest), Duration(kLongest), Duration(5s)}) {
    ASSERT_EQ(client.platform().timer(), client.platform().clock.instant + step);
    EXPECT_EQ(client.take(), "");
    client.block(step);
    client.platform().forgetTimer();
    client.driver().timerFired();
  }
  EXPECT_EQ(client.take().find("close 1 1000 'Connection timeout'"), 0U);
}

TEST(DriverTime, TakesATimerForTheProofThatItsTimeHasCome) {
  TestClient client;
  (void)client.connect();
  client.platform().forgetTimer();
  client.driver().timerFired();
  EXPECT_EQ(client.take().find("close 1 1000 'Connection timeout'"), 0U) << "the clock has stood still";
  EXPECT_EQ(client.driver().now().instant, client.platform().clock.instant + 10s);
  client.block(9s);
  EXPECT_EQ(client.driver().now().instant, client.platform().clock.instant + 1s) << "time stands still";
  client.block(2s);
  EXPECT_EQ(client.driver().now().instant, client.platform().clock.instant) << "the clock has caught up";
}

TEST(DriverTime, TakesAnotherMeansOfWakingForNoProof) {
  TestClient client;
  (void)client.connect();
  client.block(9s);
  client.driver().wake();
  EXPECT_EQ(client.take(), "") << "the clock shows that the time has not come";
  client.block(1s);
  client.driver().wake();
  EXPECT_EQ(client.take().find("close 1 1000 'Connection timeout'"), 0U);
}

TEST(DriverTime, DoesNothingWhenATimerFiresThatIsNotSet) {
  TestClient client;
  client.driver().timerFired();
  (void)client.connect();
  (void)client.disconnect();
  (void)client.closingCloses();
  ASSERT_EQ(client.platform().timer(), std::nullopt);
  client.driver().timerFired();
  EXPECT_EQ(client.take(), "");
  EXPECT_EQ(client.driver().now().instant, client.platform().clock.instant);
}

// --- the clock

TEST(DriverTime, CorrectsAClockThatStepsBack) {
  TestClient client;
  const Instant before = client.driver().now().instant;
  client.platform().clock.instant -= 1h;
  EXPECT_EQ(client.driver().now().instant, before);
  client.platform().clock.instant += 5s;
  EXPECT_EQ(client.driver().now().instant, before + 5s) << "time passes from there";
  client.platform().clock.instant += 2h;
  EXPECT_EQ(client.driver().now().instant, before + 2h + 5s);
}

TEST(DriverTime, KeepsItsDeadlinesWhenTheClockStepsBack) {
  TestClient client;
  (void)client.connect();
  client.block(4s);
  (void)client.visible(false);
  client.platform().clock.instant -= 1h;
  (void)client.send(10, {.ttl = 2s});
  EXPECT_EQ(client.platform().timer(), client.platform().clock.instant + 2s);
  EXPECT_EQ(client.run(2s), "dropped #1 expired");
  EXPECT_EQ(client.run(4s).find("close 1 1000 'Connection timeout'"), 0U);
}

// --- a page that may be about to go

TEST(DriverTime, ReportsALossWhenThePageHasStayed) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.leave();
  EXPECT_EQ(client.error(), "");
  EXPECT_EQ(client.lose(1001), "");
  EXPECT_EQ(client.run(4999ms), "");
  EXPECT_EQ(client.run(1ms),
            "release 1; closed 1001 '' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of server_error");
}

TEST(DriverTime, OpensNoSocketForAPageThatMayGo) {
  TestClient client;
  (void)client.leave();
  EXPECT_EQ(client.connect(), "state connecting; resolve 1");
  EXPECT_EQ(client.run(5s), "open 1");
}

TEST(DriverTime, HandlesHeldResultsBeforeTheNextEvent) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.leave();
  (void)client.lose(1001);
  client.block(6s);
  EXPECT_EQ(client.visible(),
            "release 1; closed 1001 '' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of server_error; retry 1 in 0");
}

TEST(DriverTime, ReportsALossWhenThePageResumes) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.leave();
  (void)client.lose(1001);
  EXPECT_EQ(client.resume(),
            "release 1; closed 1001 '' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of server_error");
  EXPECT_EQ(client.run(1s), "resolve 2; open 2") << "the page stays: nothing is held any more";
}

TEST(DriverTime, HandlesAllHeldResultsAlthoughThePageMayGoAgain) {
  TestClient client;
  (void)client.leave();
  (void)client.connect();
  client.driver().addressResolved(kFirst);  // once more
  client.platform().onCall = [&](std::string_view call) {
    if (call == "open 1") client.driver().pageLeaving();
  };
  EXPECT_EQ(client.run(5s), "open 1");
  client.platform().onCall = nullptr;
  EXPECT_EQ(client.open(), "state connected; opened");
  (void)client.send();
  EXPECT_TRUE(client.trySendNow()) << "nothing is held any more";
}

TEST(DriverTime, SendsNothingTheFastWayWhileTheEndOfTheSocketIsHeld) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.leave();
  EXPECT_TRUE(client.trySendNow());
  (void)client.lose(1001);
  EXPECT_FALSE(client.trySendNow()) << "a refusal would come after the end of the socket";
}

// While the end of an attempt is held, its deadlines do not pass.

TEST(DriverTime, MakesNoAttemptAfterAFatalCloseThatWasHeldBeforeThePongTimeout) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.receive();
  (void)client.send();
  (void)client.run(300ms);  // a ping that is to be answered in 3 s
  (void)client.leave();
  EXPECT_EQ(client.lose(1008), "");
  client.platform().controlResult = SendResult::Closing;
  client.platform().messageResult = SendResult::Closing;
  const std::string calls = client.run(1min);
  EXPECT_EQ(calls.find("resolve 2"), std::string::npos) << calls;
  EXPECT_EQ(client.phase(), Phase::Rejected);
}

TEST(DriverTime, MakesNoAttemptAfterAFatalCloseThatWasHeldWhenThePageWasSuspended) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.leave();
  EXPECT_EQ(client.lose(1008), "");
  std::string calls = client.suspend();
  client.block(10s);
  calls += "; " + client.resume();
  calls += "; " + client.run(5s);
  EXPECT_EQ(calls.find("resolve 2"), std::string::npos) << calls;
}

TEST(DriverTime, KeepsAServersHintThatWasHeldBeforeThePongTimeout) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.run(300ms);
  (void)client.leave();
  EXPECT_EQ(client.lose(1013, R"({"retryAfterMs":60000})"), "");
  client.platform().controlResult = SendResult::Closing;
  const std::string calls = client.run(30s);
  EXPECT_EQ(calls.find("resolve 2"), std::string::npos) << calls;
}

TEST(DriverTime, CountsNoConnectionAsStableThatHadEndedBefore) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.lose(1006);
  (void)client.run(1s);
  EXPECT_EQ(client.open(), "state connected; opened");
  (void)client.run(1s);
  (void)client.leave();
  EXPECT_EQ(client.lose(1006), "");
  EXPECT_NE(client.run(5s).find("retry 2 in 2000"), std::string::npos) << "it has held for one second";
}

TEST(DriverTime, EndsNoAttemptWhoseAddressIsHeld) {
  Options options = exact();
  options.connectionTimeout = 3s;
  TestClient client(options);
  (void)client.leave();
  (void)client.connect();
  EXPECT_EQ(client.run(5s), "open 1");
}

TEST(DriverTime, SendsAgainWhatTheCloseOfAClosingSocketShowsAsUnsent) {
  Options options = exact();
  options.closeGrace = 2s;
  TestClient client(options);
  (void)client.connectAndOpen();
  for (int i = 0; i < 3; ++i) (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.leave();
  (void)client.reconnect();
  EXPECT_EQ(client.close(kFirst, 1006, "", 10), "unconfirmed #1-#2; release 1")
      << "it is not the current one";
  EXPECT_EQ(client.run(5s), "open 2");
  EXPECT_EQ(client.open(), "state connected; opened; send #3 on 2");
}

TEST(DriverTime, HandlesACommandBeforeAHeldResultThatCameAfterIt) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  (void)client.leave();
  client.platform().onCall = [&](std::string_view call) {
    if (call != "resolve 1") return;
    client.driver().disconnect();
    client.driver().addressResolved(kFirst);
    client.driver().pageResumed();
  };
  const std::string calls = client.connect();
  EXPECT_EQ(calls.find("open 1"), std::string::npos) << calls;
}

TEST(DriverTime, LeavesNoTimerForAPageThatGoesWithoutAClient) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.leave();
  (void)client.lose(1001);
  (void)client.destroy();
  EXPECT_EQ(client.platform().timer(), std::nullopt);
  EXPECT_EQ(client.run(10s), "");
}

}  // namespace
}  // namespace rws::test
