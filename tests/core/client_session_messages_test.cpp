// The messages of both sides in a session, through the driver: acknowledgements, the window, limits,
// refusals, frames that arrive within a turn, and a page that may be about to go.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "fixtures/session_client.h"

namespace rws::test {
namespace {

class ClientSessionMessages : public SessionClient {
 protected:
  // The first call of that name leads to this at once.
  void during(const std::string& call, std::function<void(Driver&)> work) {
    client_.platform().onCall = [this, call, work = std::move(work)](std::string_view made) {
      if (made != call) return;
      client_.platform().onCall = nullptr;
      work(client_.driver());
    };
  }
};

// --- acknowledgements to the server

TEST_F(ClientSessionMessages, AreAcknowledgedAfterAckDelay) {
  begin();
  EXPECT_EQ(message(), "");
  EXPECT_EQ(client_.wait(), 200ms);
  EXPECT_EQ(client_.run(100ms), "");
  EXPECT_EQ(message(), "");
  EXPECT_EQ(client_.run(99ms), "");
  EXPECT_EQ(client_.run(1ms), "rws:ack,received:2 on 1") << "after the first of them";
  EXPECT_EQ(client_.run(1s), "");
  EXPECT_EQ(message(), "");
  EXPECT_EQ(client_.run(200ms), "rws:ack,received:3 on 1");
}

TEST_F(ClientSessionMessages, AreAcknowledgedAfterAnotherAckDelay) {
  begin();
  client_.driver().setSession({.isOn = true, .ackDelay = 50ms});
  (void)message();
  EXPECT_EQ(client_.run(49ms), "");
  EXPECT_EQ(client_.run(1ms), "rws:ack,received:1 on 1");
}

TEST_F(ClientSessionMessages, AreAcknowledgedAfter32OfThem) {
  begin();
  for (int round = 1; round <= 3; ++round) {
    for (int i = 1; i < 32; ++i) EXPECT_EQ(message(), "");
    EXPECT_EQ(message(), "rws:ack,received:" + std::to_string(32 * round) + " on 1");
  }
  EXPECT_EQ(client_.run(1s), "");
}

// Rule 4.
TEST_F(ClientSessionMessages, AreNotAcknowledgedWhileTheirListenersHaveNotRun) {
  begin();
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(client_.after([&] { EXPECT_TRUE(client_.driver().frameReceived(kFirst)); }), "");
  }
  EXPECT_EQ(client_.run(1s), "");
  EXPECT_EQ(receive(R"({"rws":"ping","id":1,"received":0})"), "rws:pong,id:1,received:0 on 1");
  for (int i = 0; i < 39; ++i) {
    EXPECT_EQ(client_.after([&] { client_.driver().messageHandled(); }), "");
  }
  EXPECT_EQ(client_.after([&] { client_.driver().messageHandled(); }), "rws:ack,received:40 on 1");
}

TEST_F(ClientSessionMessages, AreAcknowledgedAgainIfTheSocketDoesNotTakeTheFrame) {
  begin();
  (void)message();
  client_.platform().controlResult = SendResult::Refused;
  EXPECT_EQ(client_.run(200ms), "rws:ack,received:1 on 1");
  client_.platform().controlResult = SendResult::Sent;
  EXPECT_EQ(client_.run(199ms), "");
  EXPECT_EQ(client_.run(1ms), "rws:ack,received:1 on 1");
}

TEST_F(ClientSessionMessages, AreAcknowledgedByAPing) {
  begin();
  (void)message();
  EXPECT_EQ(client_.checkNetwork(), "rws:ping,id:" + std::to_string(client_.wall()) + ",received:1 on 1");
  EXPECT_EQ(client_.run(1s), "");
}

TEST_F(ClientSessionMessages, SkippedByTheServerAreAcknowledgedToo) {
  begin();
  EXPECT_EQ(skip(31), "");
  EXPECT_EQ(client_.wait(), 200ms);
  EXPECT_EQ(message(), "rws:ack,received:32 on 1");
}

TEST_F(ClientSessionMessages, AreAcknowledgedOnTheNextConnectionByTheHello) {
  begin();
  (void)message();
  (void)resume();
  EXPECT_EQ(client_.run(1s), "");
  EXPECT_EQ(message(), "");
  EXPECT_EQ(client_.run(200ms), "rws:ack,received:2 on 2");
}

// --- the window of the server (rule 10)

TEST_F(ClientSessionMessages, WaitForTheWindow) {
  begin({.window = 2});
  EXPECT_EQ(client_.send(), "send #1 on 1; sent");
  EXPECT_TRUE(client_.trySendNow());
  EXPECT_FALSE(client_.trySendNow()) << "2 are under way";
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(client_.send(10, {.isVolatile = true}), "discarded #6");
  EXPECT_EQ(ack(1), "delivered #1; send #4 on 1");
  EXPECT_EQ(ack(1), "") << "the window is full";
  EXPECT_EQ(ack(3), "delivered #2-#4; send #5 on 1");
}

TEST_F(ClientSessionMessages, ThatTheQueueCannotHoldAreReported) {
  (void)client_.set("maxQueueSize", 1.0);
  begin({.window = 1});
  (void)client_.send();
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(client_.send(), "dropped #2 overflow");
  EXPECT_EQ(ack(1), "delivered #1; send #3 on 1");
}

TEST_F(ClientSessionMessages, WaitForTheWindowThatTheNextWelcomeSays) {
  begin();
  for (int i = 0; i < 3; ++i) (void)client_.send();
  (void)client_.lose();
  (void)client_.send();
  (void)client_.run(1s);
  (void)client_.open();
  EXPECT_EQ(receive({.isResumed = true, .window = 2}),
            "session resumed, resent 3; state connected; opened; send #1 on 2; send #2 on 2");
  EXPECT_EQ(ack(1), "delivered #1; send #3 on 2");
  EXPECT_EQ(ack(3), "delivered #2-#3; send #4 on 2");
}

TEST_F(ClientSessionMessages, ThatExpireInTheQueueTakeNoNumber) {
  begin({.window = 1});
  (void)client_.send();
  EXPECT_EQ(client_.send(10, {.ttl = 100ms}), "queued");
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(client_.run(100ms), "dropped #2 expired");
  EXPECT_EQ(ack(1), "delivered #1; send #3 on 1");
  EXPECT_EQ(ack(2), "delivered #3");
}

// --- the largest message of the server

TEST_F(ClientSessionMessages, LargerThanTheServerTakesAreRefused) {
  begin({.maxMessage = 100});
  EXPECT_EQ(client_.send(101), "too large 101 > 100; discarded #1");
  EXPECT_EQ(client_.send(100), "send #2 on 1; sent");
  EXPECT_EQ(client_.sendUnmeasured(50, 101), "too large 101 > 100; discarded #3");
  EXPECT_EQ(client_.sendUnmeasured(50, 100), "send #4 on 1; sent");
  EXPECT_FALSE(client_.trySendNow(101));
  EXPECT_EQ(client_.stats().totalErrors, 2U);
}

TEST_F(ClientSessionMessages, ThatWaitedAndAreLargerThanTheServerTakesAreDropped) {
  EXPECT_EQ(client_.send(101), "queued");
  EXPECT_EQ(client_.send(100), "queued");
  greet();
  EXPECT_EQ(receive({.maxMessage = 100}),
            "state connected; opened; too large 101 > 100; dropped #1 too_large; send #2 on 1");
}

TEST_F(ClientSessionMessages, HaveTheOwnLimitAfterTheSession) {
  begin({.maxMessage = 100});
  (void)client_.disconnect();
  (void)client_.closingCloses(1000);
  EXPECT_EQ(client_.connect(), "state connecting; resolve 2; open 2");
  EXPECT_EQ(client_.send(101), "queued");
}

// --- refusals of the socket

TEST_F(ClientSessionMessages, ThatTheSocketDoesNotTakeAreSentAgainAtTheNextChance) {
  begin();
  client_.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(client_.send(), "send #1 on 1; error send_error 0");
  client_.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client_.client().queuedMessages(), 1U) << "no socket has taken it: it has no number";
  EXPECT_EQ(session().unacknowledged(), 0U);
  EXPECT_FALSE(client_.trySendNow());
  EXPECT_EQ(client_.send(), "send #1 on 1; send #3 on 1; sent");
  EXPECT_EQ(ack(2), "delivered #1-#3");
}

TEST_F(ClientSessionMessages, ThatTheSocketDoesNotTakeTheShortWayAreSentAgain) {
  begin();
  (void)client_.send();
  ASSERT_TRUE(client_.trySendNow());
  ASSERT_TRUE(client_.trySendNow());
  EXPECT_EQ(client_.after([&] { client_.driver().messageRefused(kFirst, 3, false); }), "error send_error 0");
  EXPECT_EQ(ack(2), "delivered #1-#2; send #3 on 1");
  EXPECT_EQ(ack(3), "delivered #3");
}

TEST_F(ClientSessionMessages, ThatAClosingSocketDoesNotTakeGoToTheNext) {
  begin();
  client_.platform().messageResult = SendResult::Closing;
  EXPECT_EQ(client_.send(), "send #1 on 1");
  client_.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(resume(), "session resumed, resent 0; state connected; opened; send #1 on 2");
}

TEST_F(ClientSessionMessages, ThatTheSocketDoesNotTakeTheSecondTimeAreSentAgain) {
  begin();
  (void)client_.send();
  (void)client_.send();
  loseAndGreet();
  client_.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(receive({.isResumed = true}),
            "session resumed, resent 2; state connected; opened; send #1 on 2; error send_error 0");
  client_.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client_.run(30s).substr(0, 8), "rws:ping");
  EXPECT_EQ(ack(0), "") << "the ping was a chance already";
  EXPECT_EQ(ack(2), "delivered #1-#2");
}

TEST_F(ClientSessionMessages, AreSkippedAgainIfTheSocketDoesNotTakeTheSkip) {
  begin();
  (void)client_.send(10, {.isVolatile = true});
  (void)client_.send();
  loseAndGreet();
  client_.platform().controlResult = SendResult::Refused;
  EXPECT_EQ(receive({.isResumed = true}),
            "session resumed, resent 1; state connected; opened; rws:skip,count:1 on 2");
  client_.platform().controlResult = SendResult::Sent;
  EXPECT_EQ(client_.send(), "rws:skip,count:1 on 2; send #2 on 2; send #3 on 2; sent");
}

// --- the user's handshake

class ClientSessionHandshake : public ClientSessionMessages {
 protected:
  void SetUp() override {
    client_.driver().setHandshake(true);
    greet();
    EXPECT_EQ(receive(WelcomeText{}), "handshake 1");
  }
  std::string say(std::uint64_t bytes = 10) { return client_.send(bytes, {.isOfHandshake = true}); }
};

TEST_F(ClientSessionHandshake, SendsAndReceivesMessagesOfTheSession) {
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(say(), "send #2 on 1; sent");
  EXPECT_TRUE(client_.driver().frameReceived(kFirst));
  EXPECT_EQ(client_.wait(), 200ms) << "the acknowledgement";
  EXPECT_EQ(client_.run(200ms), "rws:ack,received:1 on 1");
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened; send #1 on 1");
  EXPECT_EQ(ack(2), "delivered #2; delivered #1");
  EXPECT_EQ(say(), "discarded #3") << "it is over";
}

TEST_F(ClientSessionHandshake, AnswersPings) {
  EXPECT_EQ(receive(R"({"rws":"ping","id":9,"received":0})"), "rws:pong,id:9,received:0 on 1");
}

TEST_F(ClientSessionHandshake, SendsNoMessageThatIsTooLarge) {
  EXPECT_EQ(say(65'537), "discarded #1") << "maxMessageSize";
  EXPECT_EQ(say(65'536), "send #2 on 1; sent");
}

TEST_F(ClientSessionHandshake, ForgetsWhatTheSocketDoesNotTake) {
  EXPECT_EQ(say(), "send #1 on 1; sent");
  client_.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(say(), "send #2 on 1; discarded #2");
  client_.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
  EXPECT_EQ(client_.send(), "send #3 on 1; sent");
  EXPECT_EQ(ack(2), "delivered #1-#3");
}

TEST_F(ClientSessionHandshake, EndsItsSessionIfItFails) {
  (void)say();
  EXPECT_EQ(client_.handshakeFailed(),
            "discarded #1; close 1 1000 'Handshake failed'; release 1; error network_error 1006; "
            "closed 1006 'Handshake failed' retried; state reconnecting; retry 1 in 1000");
  (void)client_.run(1s);
  (void)client_.open();
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":null,"attempt":2,"received":0,"window":1000)");
}

// The queue's older messages have smaller ids than what the handshake sent before them.
TEST_F(ClientSessionHandshake, ComesFirstWhenItIsSentAgain) {
  (void)client_.send();
  (void)client_.send();
  (void)say();
  (void)client_.handshakeDone();
  EXPECT_EQ(resume(),
            "session resumed, resent 2; state connected; opened; "
            "send #3 on 2; send #1 on 2; send #2 on 2");
  loseAndGreet();
  during("send #1 on 3", [this](Driver&) { client_.platform().messageResult = SendResult::Refused; });
  EXPECT_EQ(receive({.isResumed = true, .received = 0}).substr(0, 73),
            "session resumed, resent 2; state connected; opened; send #3 on 3; send #1");
  client_.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client_.send(), "send #1 on 3; send #2 on 3; send #4 on 3; sent") << "none is left out";
  EXPECT_EQ(ack(4), "delivered #3; delivered #1-#4");
}

// The outbox has forgotten the handshake's message by then, and has no record of #1, whose id is smaller.
TEST_F(ClientSessionHandshake, IsConfirmedBeforeTheSocketRefusesAnOlderMessage) {
  (void)client_.send();
  (void)say();
  (void)client_.handshakeDone();
  EXPECT_EQ(resume(0, 1), "session resumed, resent 1; state connected; opened; send #2 on 2");
  client_.platform().messageResult = SendResult::Refused;
  EXPECT_EQ(ack(1), "delivered #2; send #1 on 2");
  client_.platform().messageResult = SendResult::Sent;
  EXPECT_EQ(client_.send(), "send #1 on 2") << "it keeps its number";
  EXPECT_EQ(ack(2), "delivered #1; send #3 on 2");
}

TEST_F(ClientSessionHandshake, IsConfirmedBeforeAnOlderMessageWhoseAnswerIsAskedFor) {
  (void)client_.send();
  (void)say();
  (void)client_.handshakeDone();
  EXPECT_EQ(resume(0, 1), "session resumed, resent 1; state connected; opened; send #2 on 2");
  EXPECT_EQ(ack(1), "delivered #2; send #1 on 2");
  EXPECT_EQ(client_.run(1s).substr(0, 8), "rws:ping");
}

// --- within a turn: a socket that answers at once

TEST_F(ClientSessionMessages, MayBeAnsweredInsideOfSend) {
  begin();
  during("send #1 on 1", [](Driver& driver) {
    EXPECT_TRUE(driver.frameReceived(kFirst));
    EXPECT_TRUE(driver.textReceived(kFirst, R"({"rws":"ack","received":1})"));
    EXPECT_TRUE(driver.frameReceived(kFirst));
  });
  EXPECT_EQ(client_.send(), "send #1 on 1; delivered #1; sent");
  EXPECT_EQ(client_.after([&] {
    client_.driver().messageHandled();
    client_.driver().messageHandled();
  }),
            "");
  EXPECT_EQ(client_.run(200ms), "rws:ack,received:2 on 1");
}

TEST_F(ClientSessionMessages, MayFollowAWelcomeInsideOfTheHello) {
  (void)client_.send();
  during("hello 1", [](Driver& driver) { (void)driver.textReceived(kFirst, WelcomeText{}.text()); });
  EXPECT_EQ(client_.connectAndOpen(),
            "state connecting; resolve 1; open 1; hello 1; state connected; opened; send #1 on 1");
}

TEST_F(ClientSessionMessages, OfAHandshakeMayBeAnsweredInsideOfSend) {
  client_.driver().setHandshake(true);
  greet();
  (void)receive(WelcomeText{});
  during("send #1 on 1", [](Driver& driver) {
    EXPECT_TRUE(driver.frameReceived(kFirst));
    EXPECT_TRUE(driver.textReceived(kFirst, R"({"rws":"ack","received":1})"));
  });
  EXPECT_EQ(client_.send(10, {.isOfHandshake = true}), "send #1 on 1; delivered #1; sent");
  EXPECT_EQ(session().received(), 1U);
}

TEST_F(ClientSessionMessages, ArriveAlsoIfTheConnectionIsLostInTheSameTurn) {
  begin();
  during("send #1 on 1", [](Driver& driver) {
    EXPECT_TRUE(driver.frameReceived(kFirst));
    driver.socketClosed(kFirst, 1006, "", false);
  });
  (void)client_.send();
  EXPECT_EQ(client_.after([&] { client_.driver().messageHandled(); }), "");
  (void)client_.run(1s);
  (void)client_.open();
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":"s","attempt":2,"received":1,"window":1000)");
}

// --- a page that may be about to go

TEST_F(ClientSessionMessages, AreCountedWhileThePageMayGo) {
  begin();
  (void)client_.send();
  (void)client_.leave();
  EXPECT_EQ(message(), "");
  EXPECT_EQ(ack(1), "delivered #1");
  EXPECT_EQ(client_.lose(), "") << "held until the page has stayed";
  EXPECT_EQ(client_.send(), "send #2 on 1; sent");
  EXPECT_EQ(client_.run(5s), "release 1; closed 1006 '' retried; state reconnecting; retry 1 in 1000");
  (void)client_.run(1s);
  (void)client_.open();
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":"s","attempt":2,"received":1,"window":1000)");
  EXPECT_EQ(receive({.isResumed = true, .received = 1}),
            "session resumed, resent 1; state connected; opened; send #2 on 2");
}

TEST_F(ClientSessionMessages, StayOnRecordWhileThePageIsSuspended) {
  begin();
  (void)client_.send();
  (void)message();
  EXPECT_EQ(client_.suspend(),
            "close 1 1000 'Page suspended'; release 1; closed 1000 'Page suspended' retried; "
            "state reconnecting");
  EXPECT_TRUE(session().exists());
  (void)client_.resume();
  (void)client_.run(1s);
  (void)client_.open();
  EXPECT_EQ(receive({.isResumed = true}), "session resumed, resent 1; state connected; opened; send #1 on 2");
}

}  // namespace
}  // namespace rws::test
