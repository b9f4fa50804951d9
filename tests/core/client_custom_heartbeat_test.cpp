// A client whose heartbeat is that of another protocol, or none: what it sends, in which form and size.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

Options withHeartbeat(HeartbeatMode mode, Duration silence = {}) {
  Options options = exact();
  options.heartbeat = {mode, silence};
  return options;
}

class ClientCustomHeartbeat : public testing::Test {
 protected:
  ClientCustomHeartbeat() { (void)client_.connectAndOpen(); }

  TestClient client_{withHeartbeat(HeartbeatMode::Custom)};
};

TEST_F(ClientCustomHeartbeat, APingIsMadeBeforeItIsSent) {
  EXPECT_EQ(client_.online(false), "make ping; custom ping 1");
  client_.block(30ms);
  EXPECT_EQ(client_.receiveCustom(), "latency 30");
  EXPECT_EQ(client_.stats().lastPong, client_.wall());
  EXPECT_EQ(client_.run(30s), "make ping; custom ping 1");
}

TEST_F(ClientCustomHeartbeat, APingThatCannotBeMadeLeadsToNoVerdict) {
  client_.platform().pingBytes = 0;
  EXPECT_EQ(client_.online(false), "make no ping");
  EXPECT_EQ(client_.send(), "send #1 on 1; sent");
  EXPECT_EQ(client_.run(250ms), "make no ping") << "to confirm the message";
  EXPECT_EQ(client_.run(29'750ms), "make no ping");
  EXPECT_EQ(client_.wait(), 30s);
  EXPECT_EQ(client_.phase(), Phase::Connected);
}

// What a socket holds at its end shows which message is unsent, if the sizes of all frames are known.
TEST_F(ClientCustomHeartbeat, TheSizesOfItsFramesCount) {
  client_.platform().pingBytes = 600;
  (void)client_.send(100);
  EXPECT_EQ(client_.run(250ms), "make ping; custom ping 1");
  EXPECT_EQ(client_.receiveCustom({7, 300}), "reply 7 on 1");
  (void)client_.send(100);
  const std::string lost = client_.lose(1006, "", 900);
  EXPECT_EQ(lost.substr(0, lost.find(';')), "unconfirmed #1")
      << "the buffer holds both frames and no message";
}

TEST_F(ClientCustomHeartbeat, ARefusedFrameCountsNoBytes) {
  client_.platform().controlResult = SendResult::Refused;
  client_.platform().pingBytes = 600;
  (void)client_.send(100);
  (void)client_.run(250ms);
  EXPECT_EQ(client_.receiveCustom({7, 300}), "reply 7 on 1");
  const std::string lost = client_.lose(1006, "", 100);
  EXPECT_EQ(lost.find("unconfirmed"), std::string::npos) << "the message is the only thing in the buffer";
  EXPECT_EQ(client_.client().queuedMessages(), 1U);
}

TEST_F(ClientCustomHeartbeat, ThePingsOfTheServerAreAnsweredWhateverTheOptions) {
  (void)client_.set("answerPings", false);
  (void)client_.set("enableHeartbeat", false);
  EXPECT_EQ(client_.receiveCustom({3, 5}), "reply 3 on 1");
  EXPECT_EQ(client_.receiveCustom(), "");
  EXPECT_EQ(client_.stats().lastPong, client_.wall());
  EXPECT_EQ(client_.run(1h), "");
}

TEST_F(ClientCustomHeartbeat, AReplyForAnAttemptThatIsOverIsNotSent) {
  (void)client_.lose();
  EXPECT_EQ(client_.after([&] { client_.driver().customReceived(kFirst, {3, 5}); }), "");
}

TEST_F(ClientCustomHeartbeat, JsonTextsAreNotConsumed) {
  EXPECT_EQ(client_.receiveText(R"({"type":"ping","timestamp":1})"), "");
  EXPECT_EQ(client_.receiveText(R"({"type":"pong","timestamp":1})"), "");
  EXPECT_EQ(client_.stats().lastPong, std::nullopt);
}

TEST_F(ClientCustomHeartbeat, AnotherFormOfPingsBeginsAnew) {
  EXPECT_EQ(client_.online(false), "make ping; custom ping 1");
  EXPECT_EQ(client_.setHeartbeat(HeartbeatMode::Json), "");
  EXPECT_EQ(client_.run(29s), "") << "no verdict on a ping of the other form";
  EXPECT_EQ(client_.run(1s), "ping 1");
}

TEST_F(ClientCustomHeartbeat, TheSameFormAgainTakesNoVerdictAway) {
  EXPECT_EQ(client_.online(false), "make ping; custom ping 1");
  (void)client_.run(1s);
  EXPECT_EQ(client_.setHeartbeat(HeartbeatMode::Custom), "");
  const std::string calls = client_.run(2s);
  EXPECT_NE(calls.find("Pong timeout"), std::string::npos) << calls;
}

// The function of the user runs while the client is handling an event.
TEST_F(ClientCustomHeartbeat, CommandsWithinTheFunctionAreCarriedOutAfterwards) {
  bool hasActed = false;
  client_.platform().onCall = [&](std::string_view call) {
    if (call != "make ping" || hasActed) return;
    hasActed = true;
    (void)client_.driver().send({100, 10, true}, {});
    client_.driver().reconnect();
  };
  const std::string calls = client_.online(false);
  EXPECT_EQ(calls.rfind("make ping; custom ping 1; send #100 on 1; close 1", 0), 0U) << calls;
}

TEST_F(ClientCustomHeartbeat, TheTurnEndsForListenersEvenIfNoPingWasMade) {
  client_.platform().pingBytes = 0;
  const int before = client_.platform().turns();
  (void)client_.online(false);
  EXPECT_EQ(client_.platform().turns(), before + 1) << "the function may have caused events";
}

// --- without pings

TEST(ClientSilence, NoPingIsEverSent) {
  TestClient client(withHeartbeat(HeartbeatMode::Silence, 20s));
  (void)client.connectAndOpen();
  EXPECT_EQ(client.send(), "send #1 on 1; sent");
  EXPECT_EQ(client.online(false), "delivered #1") << "once it has left the browser";
  EXPECT_EQ(client.online(), "");
  EXPECT_EQ(client.visible(), "");
  EXPECT_EQ(client.checkNetwork(), "");
  EXPECT_EQ(client.receiveText(R"({"type":"ping","timestamp":1})"), "pong 1; consumed");
  const std::string calls = client.run(20s);
  EXPECT_NE(calls.find("closed 1006 'Silence timeout' retried"), std::string::npos) << calls;
  EXPECT_EQ(calls.find("ping"), std::string::npos) << calls;
}

TEST(ClientSilence, AFrameOfTheFastPathCountsToo) {
  TestClient client(withHeartbeat(HeartbeatMode::Silence, 2s));
  (void)client.connectAndOpen();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(client.run(1s), "");
    EXPECT_EQ(client.receive(), "");
  }
  EXPECT_EQ(client.phase(), Phase::Connected);
}

TEST(ClientSilence, AMissingPongIsNoSignOfBadHealth) {
  TestClient client;
  (void)client.connectAndOpen();
  EXPECT_EQ(client.online(false), "ping 1");
  (void)client.pong(client.wall());
  (void)client.setHeartbeat(HeartbeatMode::Silence, 1h);
  (void)client.run(2min);
  EXPECT_TRUE(client.client().isHealthy(client.platform().clock.instant));
}

TEST(ClientNoHeartbeat, NothingIsWatched) {
  TestClient client(withHeartbeat(HeartbeatMode::None));
  (void)client.connectAndOpen();
  EXPECT_EQ(client.online(false), "");
  (void)client.run(6s);
  EXPECT_EQ(client.wait(), std::nullopt);
  EXPECT_EQ(client.receiveText(R"({"type":"ping"})"), "pong 1; consumed");
}

}  // namespace
}  // namespace rws::test
