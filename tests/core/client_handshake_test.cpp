// The user's handshake on a socket that is open: what it holds up, how it ends, and what ends it.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

constexpr std::string_view kPing = R"({"type":"ping","timestamp":5})";

// With a handshake that has started.
class ClientHandshake : public testing::Test {
 protected:
  void SetUp() override {
    client_.driver().setHandshake(true);
    EXPECT_EQ(client_.connect(), "state connecting; resolve 1; open 1");
    EXPECT_EQ(client_.open(), "handshake 1");
  }

  TestClient client_;
};

TEST_F(ClientHandshake, OpensTheConnectionWhenItIsDone) {
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(client_.client().state(), State::Connecting);
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened; send #1 on 1");
  EXPECT_EQ(client_.handshakeDone(), "") << "once";
  EXPECT_EQ(client_.handshakeFailed(4000), "") << "too late";
}

TEST_F(ClientHandshake, StartsTheHeartbeatAndTheTimeOfStabilityWhenItIsDone) {
  EXPECT_EQ(client_.run(9s), "");
  (void)client_.handshakeDone();
  EXPECT_EQ(client_.wait(), 5s) << "stableAfter";
  EXPECT_EQ(client_.run(30s), "ping 1");
}

TEST_F(ClientHandshake, IsNoPartOfTheTimeThatTheSocketTookToOpen) {
  (void)client_.run(9s);
  (void)client_.handshakeDone();
  EXPECT_EQ(client_.online(), "ping 1");
  EXPECT_EQ(client_.run(999ms), "");
  EXPECT_NE(client_.run(1ms), "") << "the probe after online has a second, for a socket that opened at once";
}

TEST_F(ClientHandshake, SendsNothingOfTheClient) {
  (void)client_.send();
  EXPECT_EQ(client_.send(10, {.isVolatile = true}), "discarded #2");
  EXPECT_FALSE(client_.trySendNow());
  EXPECT_EQ(client_.checkNetwork(), "");
  EXPECT_EQ(client_.visible(), "");
  EXPECT_EQ(client_.set("pingInterval", 1.0), "");
  EXPECT_EQ(client_.run(1s), "");
}

TEST_F(ClientHandshake, AnswersPingsOfTheServer) {
  EXPECT_EQ(client_.receiveText(kPing), "pong 1; consumed");
  EXPECT_EQ(client_.platform().lastControl(), R"({"type":"pong","timestamp":5})");
  client_.platform().controlResult = SendResult::Closing;
  EXPECT_EQ(client_.receiveText(kPing), "pong 1; consumed") << "a refusal changes nothing";
  (void)client_.set("answerPings", false);
  EXPECT_EQ(client_.receiveText(kPing), "");
  EXPECT_EQ(client_.receive(), "");
}

TEST_F(ClientHandshake, FailsWithoutACode) {
  EXPECT_EQ(client_.handshakeFailed(),
            "close 1 1000 'Handshake failed'; release 1; error network_error 1006; "
            "closed 1006 'Handshake failed' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
  EXPECT_EQ(client_.handshakeDone(kFirst), "");
}

TEST_F(ClientHandshake, FailsWithACodeThatDecidesWhatFollows) {
  (void)client_.set("fatalCloseCodes", std::vector<double>{4401});
  EXPECT_EQ(client_.handshakeFailed(4401, "Bad token"),
            "close 1 4401 'Bad token'; release 1; error unknown_error 4401 final; "
            "closed 4401 'Bad token' final; state failed");
}

TEST_F(ClientHandshake, FailsForGoodWith1000) {
  EXPECT_EQ(client_.handshakeFailed(1000, "no need"),
            "close 1 1000 'no need'; release 1; closed 1000 'no need' final; state disconnected");
}

TEST_F(ClientHandshake, AsksTheUserWhenItFails) {
  client_.driver().setDecider(true);
  client_.platform().decision = false;
  EXPECT_EQ(client_.handshakeFailed(4000, "go"),
            "close 1 4000 'go'; release 1; ask 4000 'go' yes?; error unknown_error 4000 final; "
            "closed 4000 'go' final; state failed");
}

TEST_F(ClientHandshake, CutsItsReason) {
  (void)client_.set("enableErrorRecovery", false);
  const std::string calls = client_.handshakeFailed(4000, std::string(200, 'x'));
  EXPECT_EQ(calls.substr(0, calls.find(';')), "close 1 4000 '" + std::string(123, 'x') + "'");
}

TEST_F(ClientHandshake, TakesACodeThatNoSocketIsClosedWithForNone) {
  for (const std::uint16_t code : std::array<std::uint16_t, 7>{1, 999, 1001, 1006, 2999, 5000, 65535}) {
    TestClient client;
    client.driver().setHandshake(true);
    (void)client.connectAndOpen();
    const std::string calls = client.handshakeFailed(code, "secret");
    EXPECT_EQ(calls.substr(0, calls.find(';')), "close 1 1000 'Handshake failed'") << code;
  }
}

TEST_F(ClientHandshake, EndsWithTheTimeLimitOfTheAttempt) {
  EXPECT_EQ(client_.wait(), 10s);
  const std::string calls = client_.run(10s);
  EXPECT_EQ(calls.substr(0, calls.find("; state")),
            "close 1 1000 'Connection timeout'; release 1; error network_error 1006; "
            "closed 1006 'Connection timeout' retried");
}

TEST_F(ClientHandshake, IsGivenMoreTimeByALateTimer) {
  EXPECT_EQ(client_.fireLate(20s), "");
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
}

TEST_F(ClientHandshake, EndsWithItsSocket) {
  EXPECT_EQ(client_.error(), "");
  EXPECT_EQ(client_.lose(1013, R"({"retryAfterMs":7000})"),
            "release 1; error server_error 1013; closed 1013 '{\"retryAfterMs\":7000}' retried; "
            "state reconnecting; retry 1 in 7000; recovery 1 of server_error");
  EXPECT_EQ(client_.stats().totalErrors, 1U);
  EXPECT_EQ(client_.stats().totalConnections, 0U);
}

TEST_F(ClientHandshake, EndsByTheCommandsOfTheUser) {
  EXPECT_EQ(client_.reconnect(),
            "close 1 1000 'Reconnect requested'; release 1; closed 1000 'Reconnect requested' retried; "
            "resolve 2; open 2");
  EXPECT_EQ(client_.handshakeDone(kFirst), "");
  EXPECT_EQ(client_.open(), "handshake 2");
  EXPECT_EQ(client_.handshakeFailed(4000, "", kFirst), "");
  EXPECT_EQ(client_.disconnect(), "close 2 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(client_.handshakeDone(kSecond), "") << "its close event is still to come";
  EXPECT_EQ(client_.closingCloses(1000), "release 2; closed 1000 '' final");
  (void)client_.connect();
  (void)client_.open();
  EXPECT_EQ(client_.destroy(),
            "close 3 1000 'Client destroyed'; release 3; closed 1000 'Closed by the client' final; "
            "state disconnected");
  EXPECT_EQ(client_.handshakeDone(kThird), "");
}

TEST_F(ClientHandshake, EndsWithASuspendedPage) {
  EXPECT_EQ(client_.suspend(),
            "close 1 1000 'Page suspended'; release 1; closed 1000 'Page suspended' retried; "
            "state reconnecting");
  EXPECT_EQ(client_.handshakeDone(kFirst), "");
}

TEST_F(ClientHandshake, EndsWhenTheNetworkComesBack) {
  (void)client_.online(false);
  (void)client_.run(2s);
  const std::string calls = client_.online();
  EXPECT_EQ(calls.substr(0, calls.find(';')), "close 1 1000 'Network came back'");
}

// What the socket's buffer holds then, the user has sent in the handshake.
TEST_F(ClientHandshake, HasItsBytesToldApartFromMessages) {
  client_.platform().buffered[kFirst] = 200'000;
  (void)client_.handshakeDone();
  EXPECT_EQ(client_.send(), "ping 1; send #1 on 1; sent") << "so much data needs a ping";
  EXPECT_EQ(client_.send(), "send #2 on 1; sent");
  EXPECT_EQ(client_.lose(1006, "", 100'060),
            "release 1; closed 1006 '' retried; state reconnecting; retry 1 in 1000; "
            "recovery 1 of network_error");
  EXPECT_EQ(client_.client().queuedMessages(), 2U);
}

TEST_F(ClientHandshake, HasItsBytesToldApartFromMessagesThatHaveLeft) {
  client_.platform().buffered[kFirst] = 500;
  (void)client_.handshakeDone();
  (void)client_.send();
  (void)client_.send();
  const std::string calls = client_.lose(1006, "", 10);
  EXPECT_EQ(calls.substr(0, calls.find(';')), "unconfirmed #1");
  EXPECT_EQ(client_.client().queuedMessages(), 1U);
}

TEST_F(ClientHandshake, IsHeldUpWithTheEndOfItsSocketWhileThePageMayGo) {
  (void)client_.leave();
  EXPECT_EQ(client_.lose(1001), "");
  EXPECT_EQ(client_.handshakeDone(), "") << "the server has closed before";
  const std::string calls = client_.run(5s);
  EXPECT_EQ(calls.substr(0, calls.find("; state")),
            "release 1; error server_error 1001; closed 1001 '' retried");
  EXPECT_EQ(client_.phase(), Phase::Waiting);
}

TEST_F(ClientHandshake, FailsWhenThePageHasStayed) {
  (void)client_.leave();
  EXPECT_EQ(client_.handshakeFailed(4000, "aborted"), "");
  EXPECT_EQ(client_.handshakeDone(), "") << "one result counts";
  EXPECT_EQ(client_.run(4999ms), "");
  const std::string calls = client_.run(1ms);
  EXPECT_EQ(calls.substr(0, calls.find(';')), "close 1 4000 'aborted'");
}

TEST_F(ClientHandshake, IsDoneAlthoughThePageMayGo) {
  (void)client_.leave();
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
}

TEST_F(ClientHandshake, CountsFromTheNextOpenSocketOn) {
  client_.driver().setHandshake(false);
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
  (void)client_.reconnect();
  EXPECT_EQ(client_.open(), "state connected; opened");
  client_.driver().setHandshake(true);
  (void)client_.reconnect();
  EXPECT_EQ(client_.open(), "handshake 3");
}

TEST_F(ClientHandshake, MayEndWhileItIsStarted) {
  for (const bool isDone : {true, false}) {
    TestClient client;
    client.driver().setHandshake(true);
    (void)client.connect();
    client.platform().onCall = [&](std::string_view call) {
      if (call != "handshake 1") return;
      if (isDone) {
        client.driver().handshakeDone(kFirst);
      } else {
        client.driver().disconnect();
        client.driver().handshakeDone(kFirst);
      }
    };
    EXPECT_EQ(client.open(), isDone ? "handshake 1; state connected; opened"
                                    : "handshake 1; close 1 1000 'Disconnect requested'; state disconnected");
  }
}

TEST_F(ClientHandshake, OfAnAttemptThatIsNotOpenHasNoResult) {
  TestClient client;
  (void)client.connect();
  EXPECT_EQ(client.handshakeDone(), "");
  EXPECT_EQ(client.handshakeFailed(4000), "");
  EXPECT_EQ(client.phase(), Phase::Connecting);
}

}  // namespace
}  // namespace rws::test
