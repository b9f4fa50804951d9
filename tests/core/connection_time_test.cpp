// What happens without a word of the user: the environment, and the deadlines.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "support/session.h"

namespace rws::test {
namespace {

// ------------------------------------------------------------ the environment

TEST(ConnectionTime, OnlineAndVisibleEndAWaitEarlyButASecondAfterTheLastAttempt) {
  for (const Input& sign : {Input(input::NetworkChanged{true}), Input(input::VisibilityChanged{true})}) {
    Options options = exact();
    options.reconnectDelay = 20s;
    Session session(options);
    (void)session.connect();
    (void)session.lose();
    session.pass(200ms);
    EXPECT_EQ(session.feed(sign), "retry 1 in 800");
    EXPECT_EQ(session.connection().nextAttemptAt(session.now()), session.wall() + 800);
    EXPECT_EQ(session.feed(sign), "") << "it is on its way";
    EXPECT_EQ(session.tickAfter(800ms), "open 2");
  }
}

TEST(ConnectionTime, AHiddenPageChangesNothing) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.feed(input::VisibilityChanged{false}), "");
  (void)session.lose();
  EXPECT_EQ(session.feed(input::VisibilityChanged{false}), "");
}

TEST(ConnectionTime, OfflineProbesAnOpenSocketAndNeverClosesIt) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.feed(input::NetworkChanged{false}), "ping 1");
  EXPECT_EQ(session.feed(input::NetworkChanged{false}), "") << "a verdict as early is pending";
  EXPECT_EQ(session.feed(input::NetworkChanged{true}), "ping 1") << "this one is due earlier";
  EXPECT_EQ(session.receive(), "");
  EXPECT_EQ(session.phase(), Phase::Connected);
  EXPECT_FALSE(session.tickAfter(3s).find("closed") != std::string::npos);
}

TEST(ConnectionTime, OfflineForEverStillTries) {
  Session session;
  (void)session.feed(input::NetworkChanged{false});
  EXPECT_EQ(session.connect(), "state connecting; open 1");
  (void)session.lose();
  EXPECT_EQ(session.tickAfter(1s), "open 2");
}

TEST(ConnectionTime, WithoutHeartbeatThereAreNoProbes) {
  Options options = exact();
  options.enableHeartbeat = false;
  Session session(options);
  session.connectAndOpen();
  EXPECT_EQ(session.feed(input::NetworkChanged{false}) + session.feed(input::ClockJumped{}), "");
  EXPECT_EQ(session.send(), "handed over");
  EXPECT_EQ(session.tickAfter(1h), "");
}

// A client whose one retry has failed as well.
Session spent(const Options& options) {
  Session session(options);
  (void)session.connect();
  (void)session.lose();
  (void)session.tickAfter(1s);
  (void)session.lose();
  return session;
}

TEST(ConnectionTime, ASignOfLifeRevivesWhoGaveUpButNotWhoWasRejected) {
  Options options = exact();
  options.maxReconnectAttempts = 1;
  Session session = spent(options);
  EXPECT_EQ(session.phase(), Phase::Exhausted);
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(session.feed(input::NetworkChanged{true}), "state reconnecting; retry 1 in 1000");
  EXPECT_EQ(session.tickAfter(1s), "open 3");
  (void)session.lose(1008);
  EXPECT_EQ(session.phase(), Phase::Rejected);
  EXPECT_EQ(session.feed(input::NetworkChanged{true}) + session.feed(input::VisibilityChanged{true}), "");
}

TEST(ConnectionTime, WhoMayNotRetryIsNotRevived) {
  Options options = exact();
  options.maxReconnectAttempts = 0;
  Session session(options);
  (void)session.connect();
  (void)session.lose();
  EXPECT_EQ(session.phase(), Phase::Exhausted);
  EXPECT_EQ(session.feed(input::NetworkChanged{true}) + session.feed(input::PageResumed{}), "");
}

TEST(ConnectionTime, WhoGaveUpIsNotRevivedOnceAutomaticReconnectIsOff) {
  Options options = exact();
  options.maxReconnectAttempts = 1;
  Session session = spent(options);
  options.enableAutoReconnect = false;
  EXPECT_EQ(session.feed(input::ChangeOptions{options}) + session.feed(input::NetworkChanged{true}), "");
  EXPECT_EQ(session.phase(), Phase::Exhausted);
}

TEST(ConnectionTime, ASuspendedPageLetsItsSocketGoAndConnectsWhenItComesBack) {
  Session session;
  session.connectAndOpen();
  session.pass(5s);
  EXPECT_EQ(
      session.feed(input::PageSuspended{}),
      "close 1 1000 'Page suspended'; release 1; closed 1000 'Page suspended' again; state reconnecting");
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(
      session.feed(input::PageSuspended{}) + session.connect() + session.feed(input::NetworkChanged{true}),
      "");
  EXPECT_EQ(session.feed(input::PageResumed{}), "retry 1 in 0");
  EXPECT_EQ(session.tickAfter(0s), "open 2");
}

TEST(ConnectionTime, SuspensionOfAWaitEndsItsTimer) {
  Session session;
  (void)session.connect();
  (void)session.lose();
  EXPECT_EQ(session.feed(input::PageSuspended{}), "");
  EXPECT_EQ(session.wait(), std::nullopt);
  EXPECT_EQ(session.tickAfter(1h), "");
  EXPECT_EQ(session.feed(input::PageResumed{}), "retry 1 in 0");
}

TEST(ConnectionTime, SuspensionOfNothingIsNothing) {
  Session session;
  EXPECT_EQ(session.feed(input::PageSuspended{}) + session.feed(input::PageResumed{}), "");
  EXPECT_EQ(session.phase(), Phase::Idle);
}

// ------------------------------------------------------------ the deadlines

TEST(ConnectionTime, GivesAnAttemptUpThatTakesTooLong) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.wait(), 10s);
  EXPECT_EQ(session.tickAfter(9999ms), "");
  EXPECT_EQ(session.tickAfter(1ms),
            "close 1 1000 'Connection timeout'; release 1; error network_error 1006; "
            "closed 1006 'Connection timeout' again; state reconnecting; retry 1 in 1000; recovery 1 of "
            "network_error");
}

TEST(ConnectionTime, PingsEveryIntervalWhateverTheTraffic) {
  Session session;
  session.connectAndOpen();
  EXPECT_EQ(session.tickAfter(5s), "") << "stable";
  session.pass(24s);
  EXPECT_EQ(session.receive(), "");
  EXPECT_EQ(session.wait(), 1s);
  EXPECT_EQ(session.tickAfter(1s), "ping 1");
  EXPECT_EQ(session.wait(), 10s) << "the verdict";
  EXPECT_EQ(session.receive(), "") << "anything that comes in is a sign of life";
  EXPECT_EQ(session.wait(), 30s);
}

TEST(ConnectionTime, ADeadPeerIsLeftAtOnce) {
  Session session;
  session.connectAndOpen();
  (void)session.tickAfter(5s);
  (void)session.tickAfter(25s);
  EXPECT_EQ(
      session.tickAfter(10s),
      "close 1 1000 'Pong timeout'; release 1; error network_error 1006; closed 1006 'Pong timeout' again; "
      "state reconnecting; retry 1 in 1000; recovery 1 of network_error");
}

TEST(ConnectionTime, ATimerThatSleptLeadsToAProbeBeforeTheVerdict) {
  Session session;
  session.connectAndOpen();
  (void)session.tickAfter(5s);
  (void)session.tickAfter(25s);
  EXPECT_EQ(session.tickAfter(60s), "ping 1; ping 1") << "the overdue ping and the probe";
  EXPECT_EQ(session.phase(), Phase::Connected);
  EXPECT_EQ(session.wait(), 3s);
  EXPECT_EQ(session.tickAfter(3s).find("close 1 1000 'Pong timeout'"), 0U);
}

TEST(ConnectionTime, AJumpOfTheClockLeadsToAProbe) {
  Session session;
  session.connectAndOpen();
  session.stepWall(60'000);
  EXPECT_EQ(session.receive(), "ping 1") << "time went by that the monotonic clock did not count";
  EXPECT_EQ(session.wait(), 3s);
}

TEST(ConnectionTime, AClockThatStepsBackChangesNothing) {
  Session session;
  session.connectAndOpen();
  session.stepWall(-3'600'000);
  session.stepInstant(-50s);
  EXPECT_EQ(session.feed(input::Ticked{}) + session.receive(), "");
  EXPECT_EQ(session.send(), "handed over");
  session.stepInstant(50s);
  EXPECT_EQ(session.wait(), 2s);
  EXPECT_EQ(session.stats().connectionDuration, 0s);
}

TEST(ConnectionTime, ASendThatMeetsSilenceIsFollowedByAProbe) {
  Session session;
  session.connectAndOpen();
  (void)session.tickAfter(5s);
  (void)session.send();
  EXPECT_EQ(session.wait(), 2s);
  EXPECT_EQ(session.tickAfter(2s), "ping 1");
  EXPECT_EQ(session.wait(), 3s);
  EXPECT_EQ(session.tickAfter(3s).find("close 1 1000 'Pong timeout'; error network_error"), 0U);
  EXPECT_EQ(session.connection().lingeringAttempt(), AttemptId{1}) << "its message is in doubt";
}

TEST(ConnectionTime, TheCountOfRetriesStartsAfreshOnlyAfterAStableConnection) {
  Session session;
  (void)session.connect();
  for (const Duration expected : {Duration(1s), Duration(2s), Duration(4s)}) {
    (void)session.open();
    session.pass(4999ms);
    (void)session.lose();
    EXPECT_EQ(session.wait(), expected) << "a server that accepts and drops is not hammered";
    (void)session.tickAfter(expected);
  }
  (void)session.open();
  EXPECT_EQ(session.tickAfter(5s), "");
  EXPECT_EQ(session.connection().reconnectAttempts(), 0U);
  EXPECT_EQ(session.connection().consecutiveErrors(), 0U);
  (void)session.lose();
  EXPECT_EQ(session.wait(), 1s);
}

TEST(ConnectionTime, ALateTickRunsAllThatIsDue) {
  Options options = exact();
  options.reconnectDelay = options.maxReconnectDelay = Duration::zero();
  Session session(options);
  (void)session.connect();
  EXPECT_EQ(session.tickAfter(1h),
            "close 1 1000 'Connection timeout'; release 1; error network_error 1006; "
            "closed 1006 'Connection timeout' again; state reconnecting; retry 1 in 0; recovery 1 of "
            "network_error; open 2");
  EXPECT_EQ(session.wait(), 10s);
}

TEST(ConnectionTime, TellsTheNextAttemptByAWallClockThatWasSet) {
  Session session;
  (void)session.connect();
  (void)session.lose();
  const EpochMs told = session.connection().nextAttemptAt(session.now()).value_or(0);
  Now now = session.now();
  now.wall += 300;
  EXPECT_EQ(session.connection().nextAttemptAt(now), told) << "readings that differ a little are one time";
  now.wall -= 3600300;
  EXPECT_EQ(session.connection().nextAttemptAt(now), told - 3600000);
  now.wall += 7200000;
  EXPECT_EQ(session.connection().nextAttemptAt(now), told + 3600000);
}

TEST(ConnectionTime, TellsWhenTheNextAttemptIsDueOnlyWhileItWaits) {
  Session session;
  (void)session.connect();
  EXPECT_EQ(session.connection().nextAttemptAt(session.now()), std::nullopt);
  (void)session.lose();
  EXPECT_EQ(session.connection().nextAttemptAt(session.now()), session.wall() + 1000);
  (void)session.tickAfter(1s);
  EXPECT_EQ(session.connection().nextAttemptAt(session.now()), std::nullopt);
}

}  // namespace
}  // namespace rws::test
