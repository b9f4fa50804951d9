// Bugs of the first version, each with the input that led to it. None of these tests held there.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

constexpr const char* kHint = R"({"retryAfterMs":60000})";

// A socket that never fires `close` (iOS Safari).
TEST(Regression, DisconnectReportsItsCloseAlthoughTheSocketNeverFiresOne) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.disconnect(), "close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(client.run(15s), "release 1; closed 1000 'Closed by the client' final");
  EXPECT_EQ(client.platform().timer(), std::nullopt);
}

TEST(Regression, DisconnectWithMessagesReportsItsCloseAlthoughTheSocketNeverFiresOne) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.disconnect();
  EXPECT_EQ(client.run(15s), "unconfirmed #1; release 1; closed 1000 'Closed by the client' final");
}

TEST(Regression, OnlineStartsNoAttemptWithoutABudget) {
  Options options = exact();
  options.maxReconnectAttempts = 0;
  for (const bool hasFailed : {false, true}) {
    TestClient client(options);
    (void)client.online(false);
    (void)client.connect();
    client.block(1s);
    if (hasFailed) (void)client.lose();
    EXPECT_EQ(client.online() + client.visible() + client.resume(), "");
    EXPECT_EQ(client.run(5s).find("resolve"), std::string::npos);
  }
}

TEST(Regression, ABudgetOfNothingHoldsThroughASuspendedPage) {
  Options options = exact();
  options.maxReconnectAttempts = 0;
  TestClient client(options);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.suspend(),
            "close 1 1000 'Page suspended'; release 1; closed 1000 'Page suspended' final; state failed; "
            "gave up after 0, errors 0");
  EXPECT_EQ(client.resume() + client.online() + client.run(1h), "");
}

TEST(Regression, ASuspendedPageStartsNoAttemptWithoutAutomaticReconnect) {
  Options options = exact();
  options.enableAutoReconnect = false;
  TestClient client(options);
  (void)client.connectAndOpen();
  EXPECT_EQ(client.suspend(),
            "close 1 1000 'Page suspended'; release 1; closed 1000 'Page suspended' final; state failed");
  EXPECT_EQ(client.resume() + client.online() + client.visible() + client.run(1h), "");
  EXPECT_EQ(client.connect(), "state connecting; resolve 2; open 2") << "a command is not automatic";
}

TEST(Regression, AnAttemptUnderWayIsNotReplacedWithoutAutomaticReconnect) {
  Options options = exact();
  options.enableAutoReconnect = false;
  TestClient client(options);
  (void)client.online(false);
  (void)client.connect();
  client.block(2s);
  EXPECT_EQ(client.online(), "");
  EXPECT_EQ(client.phase(), Phase::Connecting);
}

TEST(Regression, AutomaticReconnectSwitchedOffEndsAWait) {
  for (const bool isSuspended : {false, true}) {
    TestClient client;
    (void)client.connect();
    (void)client.lose();
    if (isSuspended) (void)client.suspend();
    const std::string calls = client.set("enableAutoReconnect", false) + client.resume();
    EXPECT_EQ(calls, "state failed");
    EXPECT_EQ(client.run(1h) + client.online(), "");
  }
}

TEST(Regression, AutomaticReconnectSwitchedOffEndsANewSeries) {
  Options options = exact();
  options.maxReconnectAttempts = 1;
  TestClient client(options);
  (void)client.connect();
  (void)client.lose();
  (void)client.run(1s);
  (void)client.lose();
  ASSERT_EQ(client.phase(), Phase::Exhausted);
  EXPECT_EQ(client.set("enableAutoReconnect", false) + client.online() + client.visible(), "");
  EXPECT_EQ(client.phase(), Phase::Exhausted);
}

TEST(Regression, ASmallerBudgetEndsAWait) {
  TestClient client;
  (void)client.connect();
  (void)client.lose();
  (void)client.run(1s);
  (void)client.lose();
  ASSERT_EQ(client.client().reconnectAttempts(), 2U);
  EXPECT_EQ(client.set("maxReconnectAttempts", 2.0), "");
  EXPECT_EQ(client.set("maxReconnectAttempts", 1.0), "state failed; gave up after 2, errors 2");
  EXPECT_EQ(client.run(1h), "");
}

TEST(Regression, NoAutomaticAttemptStartsBeforeTheServersHint) {
  using Hint = std::string (*)(TestClient&);
  const std::vector<Hint> hints = {
      [](TestClient& client) { return client.visible(); },
      [](TestClient& client) { return client.online(); },
      [](TestClient& client) { return client.resume(); },
      [](TestClient& client) { return client.suspend() + client.resume(); },
  };
  for (const Hint hint : hints) {
    TestClient client;
    (void)client.connectAndOpen();
    (void)client.lose(1013, kHint);
    client.block(2s);
    EXPECT_EQ(hint(client).find("resolve"), std::string::npos);
    EXPECT_EQ(client.run(58s - 1ms), "");
    EXPECT_EQ(client.run(1ms), "resolve 2; open 2");
  }
}

TEST(Regression, NoAutomaticAttemptStartsBeforeTheServersHintAfterGivingUpEither) {
  Options options = exact();
  options.maxReconnectAttempts = 1;
  TestClient client(options);
  (void)client.connect();
  (void)client.lose();
  (void)client.run(1s);
  (void)client.lose(1013, kHint);
  ASSERT_EQ(client.phase(), Phase::Exhausted);
  client.block(20s);
  EXPECT_EQ(client.visible(), "state reconnecting; retry 1 in 40000");
  EXPECT_EQ(client.run(40s - 1ms), "");
  EXPECT_EQ(client.run(1ms), "resolve 3; open 3");
}

// The socket is asked with each ping whether it takes the queue by now.
TEST(Regression, ARefusedQueueAtAPingLeavesNoNeedlessPingAndNoSlowPath) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().messageResult = SendResult::Refused;
  (void)client.send();
  EXPECT_EQ(client.run(30s), "ping 1; send #1 on 1; error send_error 0");
  (void)client.receive();
  client.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client.send(), "send #1 on 1; send #2 on 1; sent");
  EXPECT_TRUE(client.trySendNow());
  EXPECT_EQ(client.run(250ms), "ping 1") << "the one behind these messages";
  EXPECT_EQ(client.pong(client.wall()), "delivered #1-#3; latency 0; consumed");
  EXPECT_EQ(client.send(), "send #4 on 1; sent");
  EXPECT_TRUE(client.trySendNow());
}

TEST(Regression, AnAttemptThatOpensWhileThePageIsBlockedIsNotAbandoned) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.fireLate(12s), "") << "the open event may wait behind the timer";
  EXPECT_EQ(client.open(), "state connected; opened");
  EXPECT_EQ(client.client().reconnectAttempts(), 0U);
}

TEST(Regression, AnAttemptIsAbandonedAfterItsSecondChance) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.fireLate(10s + 60ms), "");
  EXPECT_EQ(client.run(500ms - 1ms), "");
  EXPECT_EQ(client.run(1ms).find("close 1 1000 'Connection timeout'"), 0U);
  TestClient late;
  (void)late.connect();
  EXPECT_EQ(late.fireLate(12s), "");
  EXPECT_EQ(late.fireLate(1h).find("close 1 1000 'Connection timeout'"), 0U) << "however late the second is";
}

TEST(Regression, APongOfAnyShapeIsConsumed) {
  TestClient client;
  (void)client.connectAndOpen();
  for (
      const std::string_view pong :
      {R"({"type":"pong","timestamp":null})", R"({"type":"pong","timestamp":true})",
       R"({"type":"pong","timestamp":{}})", R"({"type":"pong","timestamp":[1,2]})", R"({"type":"pong"})",
       R"({"type":"pong","timestamp":"a text that is much longer than any timestamp, and then some more"})"}) {
    EXPECT_EQ(client.receiveText(pong), "consumed") << pong;
  }
}

// The promise of connect() and the listeners of the page follow these calls.
TEST(Regression, CommandsInsideACallbackDoWhatTheyDoOutside) {
  TestClient client;
  client.driver().setDecider(true);
  (void)client.connectAndOpen();
  client.platform().onCall = [&](std::string_view call) {
    if (call.substr(0, 3) != "ask") return;
    client.driver().disconnect();
    client.driver().connect();
  };
  EXPECT_EQ(client.lose(),
            "release 1; ask 1006 '' yes?; closed 1006 '' retried; "
            "state reconnecting; retry 1 in 1000; recovery 1 of network_error; state disconnected; "
            "state connecting; resolve 2; open 2");
  EXPECT_EQ(client.open(), "state connected; opened");
  EXPECT_EQ(client.online(false), "ping 2") << "events of the environment arrive";
}

TEST(Regression, TheDurationOfAllConnectionsIsAdded) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.run(4s);
  (void)client.lose();
  (void)client.run(1s);
  (void)client.open();
  (void)client.run(2s);
  EXPECT_EQ(client.stats().connectionDuration, 6s);
}

TEST(Regression, ElevenQueuedMessagesAreAdvisedToBeCleared) {
  TestClient client;
  for (int i = 0; i < 10; ++i) (void)client.send();
  EXPECT_FALSE(client.client().advises(Recommendation::ClearQueue));
  (void)client.send();
  EXPECT_TRUE(client.client().advises(Recommendation::ClearQueue));
}

TEST(Regression, AListOfFortyThousandCloseCodesIsRefused) {
  TestClient client;
  EXPECT_EQ(client.set("fatalCloseCodes", std::vector<double>(40'000, 4001)),
            "error a list of at most 100 integers from 1000 to 4999");
  EXPECT_EQ(client.client().options(), exact());
}

// A server that answers no pings costs one reconnect in the life of a client.
TEST(Regression, APeerThatAnswersNoPingsIsReportedOnceAndLeftAlone) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_NE(client.run(40s).find("closed 1006 'Pong timeout' retried"), std::string::npos);
  (void)client.run(1s);
  (void)client.open();
  EXPECT_EQ(client.run(40s), "ping 2; error heartbeat_unanswered 0");
  EXPECT_EQ(client.send(), "send #1 on 2; sent");
  EXPECT_EQ(client.run(10min).find("close"), std::string::npos);
  EXPECT_EQ(client.phase(), Phase::Connected);
}

// 200 messages of 60 KB on a link that was fast; then the link dies.
TEST(Regression, ADeadLinkWithMuchUnderWayIsNoticedWithinSixSeconds) {
  TestClient client;
  (void)client.connectAndOpen();
  constexpr std::uint64_t kBytes = 60'000;
  for (int i = 0; i < 20; ++i) {
    (void)client.send(kBytes);
    const EpochMs timestamp = client.wall();
    client.block(20ms);
    (void)client.pong(timestamp);
  }
  for (int i = 0; i < 200; ++i) (void)client.send(kBytes);
  EXPECT_NE(client.run(6s).find("close 1 1000 'Pong timeout'"), std::string::npos);
}

TEST(Regression, ADeadLinkWithMuchUnderWayIsNoticedWithinTwentySecondsBeforeItIsMeasured) {
  TestClient client;
  (void)client.connectAndOpen();
  for (int i = 0; i < 200; ++i) (void)client.send(60'000);
  EXPECT_NE(client.run(20s).find("close 1 1000 'Pong timeout'"), std::string::npos);
}

// The server answers each ping when everything before it has crossed the link. WebKit shows no buffer.
TEST(Regression, ASlowLinkWithMuchUnderWayIsNotCut) {
  for (const double bytesPerSecond : {8.0 * 1024, 48.0 * 1024}) {
    for (const bool hasAnswered : {false, true}) {
      TestClient client;
      (void)client.connectAndOpen();
      if (hasAnswered) {
        (void)client.checkNetwork();
        (void)client.pong(client.wall());
      }
      struct Ping {
        EpochMs timestamp;
        Instant answerAt;
      };
      std::vector<Ping> pings;
      std::uint64_t sent = 0;
      const Instant start = client.platform().clock.instant;
      client.platform().onCall = [&](std::string_view call) {
        if (call.substr(0, 6) == "send #") sent += 60'000;
        if (call != "ping 1") return;
        const std::string& text = client.platform().lastControl();
        const auto crossing = std::chrono::duration<double>(static_cast<double>(sent) / bytesPerSecond);
        const Instant now = client.platform().clock.instant;
        pings.push_back({std::stoll(text.substr(text.rfind(':') + 1)),
                         std::max(now, start + std::chrono::duration_cast<Duration>(crossing))});
      };
      for (int i = 0; i < 200; ++i) (void)client.send(60'000);
      std::string calls;
      for (std::size_t answered = 0; answered < pings.size(); ++answered) {
        const Instant answerAt = pings[answered].answerAt;
        calls += client.run(std::max(Duration::zero(), answerAt - client.platform().clock.instant));
        calls += client.pong(pings[answered].timestamp);
        if (calls.find("delivered #200") != std::string::npos || calls.find("-#200") != std::string::npos)
          break;
      }
      EXPECT_EQ(calls.find("close"), std::string::npos) << bytesPerSecond << " " << hasAnswered;
      EXPECT_EQ(client.phase(), Phase::Connected);
      EXPECT_EQ(client.client().queuedMessages(), 0U);
      EXPECT_NE(calls.find("#200"), std::string::npos) << "everything was proven";
    }
  }
}

// Firefox keeps the bytes of its own pong frames in bufferedAmount.
TEST(Regression, ARemainderInTheBufferSendsNothingTwice) {
  HostTraits traits;
  traits.countsWholeMessages = true;
  TestClient client(exact(), traits);
  (void)client.connectAndOpen();
  for (int i = 0; i < 5; ++i) (void)client.send(1000);
  EXPECT_EQ(client.lose(1006, "", 59).find("unconfirmed #1-#4; unconfirmed #5; release 1"), 0U);
  EXPECT_EQ(client.client().queuedMessages(), 0U);
}

// The message is lost with the link. A frame that crossed it proves nothing.
TEST(Regression, AMessageIsNotDeliveredBecauseAFrameCrossedIt) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.checkNetwork();
  (void)client.pong(client.wall());
  (void)client.send();
  EXPECT_EQ(client.run(2s), "ping 1");
  client.block(50ms);
  EXPECT_EQ(client.receive(), "");
  const std::string calls = client.run(1min);
  EXPECT_EQ(calls.find("delivered"), std::string::npos) << calls;
  EXPECT_NE(calls.find("close 1 1000 'Pong timeout'"), std::string::npos);
  EXPECT_EQ(client.close(kFirst, 1006), "") << "its time was over";
}

}  // namespace
}  // namespace rws::test
