// The order of a turn, and calls from inside callbacks. The timer and the clock are in driver_time_test.cpp.
#include "driver.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

// Does something once, from inside the call that begins with that text.
template <class Work>
void during(TestClient& client, std::string prefix, Work work) {
  client.platform().onCall = [&client, prefix = std::move(prefix), work](std::string_view call) {
    if (call.substr(0, prefix.size()) != prefix) return;
    const auto self = std::exchange(client.platform().onCall, nullptr);
    work(client.driver());
  };
}

// --- the order of a turn

TEST(Driver, RunsListenersLastAndOnceATurn) {
  TestClient client;
  std::string order;
  client.platform().onCall = [&](std::string_view call) {
    order += (order.empty() ? "" : "; ") + std::string(call);
    if (call == "turn ended") {
      EXPECT_TRUE(client.platform().timer()) << "the timer is set before";
    }
  };
  (void)client.connect();
  EXPECT_EQ(order, "state connecting; resolve 1; open 1; timer set; turn ended");
  EXPECT_EQ(client.platform().turns(), 1);
}

TEST(Driver, RunsNoListenersAfterATurnThatHadNothingForThem) {
  TestClient client;
  (void)client.connectAndOpen();
  const int turns = client.platform().turns();
  (void)client.receive();
  (void)client.receiveText("text");
  (void)client.visible(false);
  (void)client.run(30s);
  EXPECT_EQ(client.platform().turns(), turns);
  (void)client.send();
  EXPECT_EQ(client.platform().turns(), turns + 1) << "the host may report what was sent";
}

TEST(Driver, PerformsWhatACallbackAsksForAfterTheEffectsAtHand) {
  TestClient client;
  (void)client.connectAndOpen();
  during(client, "release 1", [](Driver& driver) { driver.connect(); });
  EXPECT_EQ(client.lose(1008),
            "release 1; error auth_error 1008 final; auth recovery; closed 1008 '' final; state failed; "
            "state connecting; resolve 2; open 2");
}

TEST(Driver, HandlesWhatIsToldDuringATurnInItsOrder) {
  TestClient client;
  (void)client.connectAndOpen();
  during(client, "release 1", [](Driver& driver) {
    driver.connect();
    driver.disconnect();
    driver.connect();
  });
  const std::string calls = client.lose(1008);
  EXPECT_NE(calls.find("state failed; state connecting; resolve 2; release 2; state disconnected; "
                       "closed 1006 '' final; state connecting; resolve 3; open 3"),
            std::string::npos)
      << calls;
}

TEST(Driver, TreatsCommandsInACallbackLikeTheSameCommandsOutside) {
  for (const std::string callback : {"ask 1006", "release 1"}) {
    TestClient inside;
    inside.driver().setDecider(true);
    (void)inside.connectAndOpen();
    during(inside, callback, [](Driver& driver) {
      driver.disconnect();
      driver.connect();
    });
    const std::string insideCalls = inside.lose();

    TestClient outside;
    outside.driver().setDecider(true);
    (void)outside.connectAndOpen();
    const std::string loss = outside.lose();
    const std::string disconnect = outside.disconnect();
    EXPECT_EQ(insideCalls, loss + "; " + disconnect + "; " + outside.connect()) << callback;
    EXPECT_EQ(inside.client().state(), State::Connecting);
    EXPECT_EQ(inside.wait(), outside.wait());
  }
}

TEST(Driver, TreatsCommandsWhileTheAddressIsResolvedLikeTheSameCommandsOutside) {
  TestClient client;
  client.platform().resolvesAtOnce = false;
  during(client, "resolve 1", [](Driver& driver) {
    driver.disconnect();
    driver.connect();
  });
  EXPECT_EQ(client.connect(),
            "state connecting; resolve 1; release 1; state disconnected; closed 1006 '' final; "
            "state connecting; resolve 2");
}

TEST(Driver, HandlesEventsThatASocketFiresAtOnce) {
  TestClient client;
  during(client, "open 1", [](Driver& driver) {
    driver.socketOpened(kFirst);
    (void)driver.frameReceived(kFirst);
    driver.socketErrored(kFirst);
    driver.socketClosed(kFirst, 1011, "", true);
  });
  EXPECT_EQ(client.connect(),
            "state connecting; resolve 1; open 1; state connected; opened; release 1; "
            "closed 1011 '' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of server_error");
}

TEST(Driver, HandlesACloseEventThatCloseFiresAtOnce) {
  TestClient client;
  (void)client.connectAndOpen();
  during(client, "close 1", [](Driver& driver) { driver.socketClosed(kFirst, 1000, "", true); });
  EXPECT_EQ(client.disconnect(),
            "close 1 1000 'Disconnect requested'; state disconnected; release 1; closed 1000 '' final");
}

TEST(Driver, HandlesACallWhileTheTimerIsSetInTheSameTurn) {
  TestClient client;
  during(client, "timer set", [](Driver& driver) { driver.disconnect(); });
  EXPECT_EQ(client.connect(),
            "state connecting; resolve 1; open 1; close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(client.platform().turns(), 1);
  EXPECT_TRUE(client.platform().timer()) << "for the close event";
}

TEST(Driver, RunsATurnOfItsOwnForWhatAListenerCalls) {
  TestClient client;
  (void)client.connect();
  during(client, "turn ended", [](Driver& driver) { EXPECT_TRUE(driver.send({1, 10, true}, {})); });
  EXPECT_EQ(client.open(), "state connected; opened; send #1 on 1");
}

// --- messages

TEST(Driver, QueuesAMessageFromACallbackBehindWhatWasToldBefore) {
  TestClient client;
  (void)client.send();
  (void)client.connect();
  bool isSent = true;
  during(client, "send #1", [&](Driver& driver) {
    EXPECT_FALSE(driver.trySendNow({2, 10, true}));
    isSent = driver.send({2, 10, true}, {});
    isSent = driver.send({3, 10, true}, {}) || isSent;
  });
  EXPECT_EQ(client.open(), "state connected; opened; send #1 on 1; send #2 on 1; send #3 on 1");
  EXPECT_FALSE(isSent) << "the answer is not known yet";
}

TEST(Driver, ReportsARefusalBeforeTheNextEffect) {
  TestClient client;
  (void)client.send();
  (void)client.send();
  (void)client.connect();
  client.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(client.open(), "state connected; opened; send #1 on 1; error send_error 0");
  EXPECT_EQ(client.client().queuedMessages(), 2U);
}

TEST(Driver, AnswersWhetherTheSocketHasTheMessage) {
  TestClient client;
  EXPECT_FALSE(client.driver().send({1, 10, true}, {}));
  (void)client.connectAndOpen();
  EXPECT_TRUE(client.driver().send({2, 10, true}, {}));
  for (const SendResult refused : {SendResult::Refused, SendResult::Closing}) {
    client.platform().messageResult = refused;
    EXPECT_FALSE(client.driver().send({refused == SendResult::Refused ? 3U : 4U, 10, true}, {}));
  }
}

TEST(Driver, AnswersForTheMessageAndNotForThoseQueuedBefore) {
  TestClient client;
  (void)client.connectAndOpen();
  client.platform().messageResult = SendResult::Closing;
  EXPECT_EQ(client.send(), "send #1 on 1");
  client.platform().messageResult = SendResult::Sent;
  client.platform().onCall = [&](std::string_view call) {
    if (call == "send #1 on 1") client.platform().messageResult = SendResult::Refused;
  };
  EXPECT_EQ(client.send(), "send #1 on 1; error send_error 0");
  client.platform().onCall = [&](std::string_view call) {
    if (call == "send #2 on 1") client.platform().messageResult = SendResult::Refused;
  };
  client.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client.send(), "send #1 on 1; send #2 on 1; error send_error 0");
}

TEST(Driver, CountsNoControlFrameThatTheSocketRefuses) {
  Options options = exact();
  options.enableHeartbeat = false;
  TestClient client(options);
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().controlResult = SendResult::Refused;
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "delivered #1; pong 1; consumed");
  client.platform().buffered[kFirst] = 10;
  (void)client.send();
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "pong 1; consumed");
  EXPECT_EQ(client.visible(), "") << "the 10 bytes are those of the message";
}

TEST(Driver, ConcludesNothingFromTheBufferWhileARefusalIsReported) {
  Options options = exact();
  options.enableHeartbeat = false;
  TestClient client(options);
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  client.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(client.send(), "send #2 on 1; error send_error 0") << "the 10 bytes are those of the first";
  EXPECT_EQ(client.visible(), "");
}

// --- the reader of control frames

TEST(Driver, AnswersWhetherATextIsAControlFrame) {
  TestClient client;
  (void)client.connectAndOpen();
  for (const std::string_view text :
       {R"({"type":"ping"})", R"({"type":"pong"})", R"({"type":"pong","timestamp":null})",
        R"({"type":"pong","timestamp":[1]})"}) {
    EXPECT_TRUE(client.driver().textReceived(kFirst, text)) << text;
  }
  for (const std::string_view text : {"", "ping", R"({"type":"chat"})", R"([{"type":"pong"}])"}) {
    EXPECT_FALSE(client.driver().textReceived(kFirst, text)) << text;
  }
}

// --- options

TEST(Driver, AssignsAnOptionDuringATurnInItsPlace) {
  TestClient client;
  (void)client.connectAndOpen();
  during(client, "release 1", [](Driver& driver) {
    const std::string name = "maxReconnectAttempts";
    EXPECT_EQ(driver.setOption(name, 0.0), std::nullopt);
    EXPECT_EQ(driver.client().options().maxReconnectAttempts, 10U) << "after what was told before";
    EXPECT_EQ(driver.setOption(name, -1.0),
              (OptionsError{"maxReconnectAttempts", "an integer >= 0 or Infinity"}));
  });
  EXPECT_EQ(client.lose(),
            "release 1; closed 1006 '' retried; state reconnecting; "
            "retry 1 in 1000; recovery 1 of network_error; state failed; gave up after 1, errors 1");
  EXPECT_EQ(client.client().options().maxReconnectAttempts, 0U);
}

// --- the end

TEST(Driver, EndsWithADestroyFromInsideACallback) {
  TestClient client;
  for (int i = 0; i < 3; ++i) (void)client.send();
  (void)client.connect();
  during(client, "send #1", [](Driver& driver) {
    driver.destroy();
    driver.connect();
  });
  EXPECT_EQ(client.open(),
            "state connected; opened; send #1 on 1; send #2 on 1; send #3 on 1; delivered #1-#3; "
            "close 1 1000 'Client destroyed'; release 1; closed 1000 'Closed by the client' final; "
            "state disconnected");
  EXPECT_EQ(client.platform().timer(), std::nullopt);
}

TEST(Driver, MayBeDeletedByAListener) {
  FakePlatform platform;
  auto driver = std::make_unique<Driver>(platform, 1);
  platform.driver = driver.get();
  driver->connect();
  driver->socketOpened(kFirst);
  int deletions = 0;
  platform.onCall = [&](std::string_view call) {
    if (call != "turn ended") return;
    driver.reset();
    ++deletions;
  };
  EXPECT_TRUE(driver->send({1, 10, true}, {}));
  EXPECT_EQ(deletions, 1);
  EXPECT_FALSE(driver);
}

}  // namespace
}  // namespace rws::test
