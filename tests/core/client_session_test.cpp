// The client in a session, from the greeting to the end, through the driver (docs/sessions.md).
#include <gtest/gtest.h>

#include <string>

#include "fixtures/session_client.h"

namespace rws::test {
namespace {

class ClientSession : public SessionClient {};

constexpr std::string_view kClosed4400 = "' retried; state reconnecting; retry 1 in 1000";

// What follows a violation on an open connection.
std::string violation(const std::string& reason) {
  return "close 1 4400 '" + reason + "'; release 1; closed 4400 '" + reason + std::string(kClosed4400);
}

// --- the greeting

TEST_F(ClientSession, GreetsBeforeAllElse) {
  greet();
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":null,"attempt":1,"received":0,"window":1000)");
  EXPECT_EQ(client_.client().state(), State::Connecting);
  EXPECT_EQ(client_.send(), "queued");
  EXPECT_EQ(client_.send(10, {.isVolatile = true}), "discarded #2");
  EXPECT_EQ(client_.send(10, {.isOfHandshake = true}), "discarded #3");
  EXPECT_FALSE(client_.trySendNow());
  EXPECT_EQ(client_.online(), "");
  EXPECT_EQ(client_.run(1s), "");
  EXPECT_EQ(receive(WelcomeText{}), "state connected; opened; send #1 on 1");
}

TEST_F(ClientSession, IsConnectedWithTheWelcome) {
  begin();
  EXPECT_TRUE(client_.client().isInSession(kFirst));
  EXPECT_EQ(client_.stats().totalConnections, 1U);
  EXPECT_EQ(client_.wait(), 5s) << "stableAfter";
}

// Rule 12.
TEST_F(ClientSession, FailsWithTheTimeoutOfTheConnection) {
  greet();
  EXPECT_EQ(client_.run(9999ms), "");
  EXPECT_EQ(client_.run(1ms),
            "close 1 1000 'Connection timeout'; release 1; error network_error 1006; "
            "closed 1006 'Connection timeout' retried; state reconnecting; retry 1 in 1000");
  EXPECT_FALSE(session().exists());
}

TEST_F(ClientSession, FailsWithACloseBeforeTheWelcome) {
  greet();
  EXPECT_EQ(
      client_.lose(),
      "release 1; error network_error 1006; closed 1006 '' retried; state reconnecting; retry 1 in 1000");
  EXPECT_EQ(client_.run(1s), "resolve 2; open 2");
  EXPECT_EQ(client_.open(), "hello 2") << "the server may know sessions";
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":null,"attempt":2,"received":0,"window":1000)");
}

// The host could not send the hello, or the user's `auth` has failed.
TEST_F(ClientSession, FailsWithTheHello) {
  greet();
  EXPECT_EQ(client_.handshakeDone(), "") << "it is no handshake of the user";
  EXPECT_EQ(client_.handshakeFailed(4001, "no token"),
            "close 1 4001 'no token'; release 1; error unknown_error 4001; closed 4001 'no token' retried; "
            "state reconnecting; retry 1 in 1000");
}

TEST_F(ClientSession, IsGoneOnWithoutWhereTheServerKnowsNone) {
  (void)client_.send();
  greet();
  EXPECT_EQ(message(), "error session_unsupported 0; state connected; opened; send #1 on 1; lost");
  EXPECT_FALSE(client_.client().isInSession(kFirst));
  EXPECT_EQ(message(), "lost");
  EXPECT_EQ(client_.receiveText(R"({"type":"ping"})"), "pong 1; consumed");
  EXPECT_EQ(client_.run(250ms), "ping 1") << "the heartbeat of connections without a session";
  (void)client_.lose();
  EXPECT_EQ(client_.run(1s), "resolve 2; open 2");
  EXPECT_EQ(client_.open(), "state connected; opened") << "it is reported once";
}

TEST_F(ClientSession, TakesAnyFirstFrameButAWelcomeForNoSession) {
  greet();
  EXPECT_EQ(receive(R"({"rws":"ack","received":0})"), "error session_unsupported 0; state connected; opened");
  EXPECT_FALSE(session().isUsed());
}

TEST_F(ClientSession, AnswersAPingThatIsTheFirstFrame) {
  greet();
  EXPECT_EQ(client_.receiveText(R"({"type":"ping","timestamp":5})"),
            "error session_unsupported 0; state connected; opened; pong 1; consumed");
}

TEST_F(ClientSession, RunsTheHandshakeWhereTheServerKnowsNone) {
  client_.driver().setHandshake(true);
  greet();
  EXPECT_EQ(message(), "error session_unsupported 0; handshake 1; lost");
  EXPECT_EQ(message(), "lost");
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
}

TEST_F(ClientSession, IsTriedAgainWithTheOption) {
  greet();
  (void)message();
  EXPECT_EQ(client_.after([&] { client_.driver().setSession({.isOn = true}); }), "");
  (void)client_.lose();
  (void)client_.run(1s);
  EXPECT_EQ(client_.open(), "hello 2");
}

TEST_F(ClientSession, ViolatesARuleWithAMessageBeforeALaterWelcome) {
  begin();
  loseAndGreet();
  EXPECT_EQ(message(),
            "close 2 4400 'message before welcome'; release 2; error unknown_error 4400; "
            "closed 4400 'message before welcome' retried; retry 2 in 2000; lost");
  EXPECT_TRUE(session().exists());
}

TEST_F(ClientSession, NeedsItsVersion) {
  greet();
  EXPECT_EQ(receive({.version = 2}),
            "close 1 4406 'unsupported version'; release 1; error unknown_error 4406; "
            "closed 4406 'unsupported version' retried; state reconnecting; retry 1 in 1000");
}

TEST_F(ClientSession, NeedsAWelcomeThatCanBeRead) {
  greet();
  EXPECT_EQ(receive(R"({"rws":"welcome","v":1})"),
            "close 1 4400 'unknown or malformed control frame'; release 1; error unknown_error 4400; "
            "closed 4400 'unknown or malformed control frame' retried; state reconnecting; retry 1 in 1000");
  EXPECT_FALSE(session().isServerKnown());
}

// --- violations

TEST_F(ClientSession, ClosesWith4400AtAViolation) {
  const std::pair<std::string_view, std::string> violations[] = {
      {R"({"rws":"ack","received":1})", "impossible count of received messages"},
      {R"({"rws":"ping","id":1,"received":1})", "impossible count of received messages"},
      {R"({"rws":"pong","id":1,"received":1})", "impossible count of received messages"},
      {R"({"rws":"ack"})", "unknown or malformed control frame"},
      {R"({"rws":"ack",)", "unknown or malformed control frame"},
      {R"({"rws":"skip","count":0})", "unknown or malformed control frame"},
      {R"({"rws":"other"})", "unknown or malformed control frame"},
      {R"({"rws":"hello","v":1})", "unknown or malformed control frame"},
  };
  for (const auto& [frame, reason] : violations) {
    TestClient client(withoutRecovery());
    client.driver().setSession({.isOn = true});
    (void)client.connectAndOpen();
    (void)client.receiveText(WelcomeText{}.text());
    EXPECT_EQ(client.receiveText(frame), violation(reason) + "; consumed") << frame;
    EXPECT_TRUE(client.client().session().exists()) << "the session is kept";
    EXPECT_TRUE(client.client().isConsistent());
  }
}

TEST_F(ClientSession, ClosesWith4400AtASecondWelcome) {
  begin();
  EXPECT_EQ(receive(WelcomeText{}), violation("second welcome"));
}

TEST_F(ClientSession, ClosesWith4400AtASkipBeyondAllCounts) {
  begin();
  EXPECT_EQ(skip((1ULL << 53U) - 1), "rws:ack,received:9007199254740991 on 1");
  EXPECT_EQ(skip(1), violation("impossible count of skipped messages"));
}

TEST_F(ClientSession, GoesOnAfterAViolation) {
  begin();
  (void)client_.send();
  EXPECT_EQ(ack(2), violation("impossible count of received messages"));
  (void)client_.run(1s);
  EXPECT_EQ(client_.open(), "hello 2");
  EXPECT_EQ(receive({.isResumed = true}), "session resumed, resent 1; state connected; opened; send #1 on 2");
  EXPECT_EQ(ack(1), "delivered #1");
}

TEST_F(ClientSession, IgnoresFramesOfExtensions) {
  begin();
  EXPECT_EQ(receive(R"({"rws":"x-trace","received":99})"), "");
  EXPECT_EQ(ack(0), "");
}

// --- resumption

TEST_F(ClientSession, SendsAgainBeforeTheQueue) {
  begin();
  (void)client_.send();
  (void)client_.send();
  (void)client_.lose();
  EXPECT_EQ(client_.send(), "queued");
  (void)client_.run(1s);
  (void)client_.open();
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":"s","attempt":2,"received":0,"window":1000)");
  EXPECT_EQ(receive({.isResumed = true, .received = 1}),
            "delivered #1; session resumed, resent 1; state connected; opened; send #2 on 2; send #3 on 2");
  EXPECT_EQ(ack(3), "delivered #2-#3");
}

TEST_F(ClientSession, IsResumedWithoutTheHandshake) {
  client_.driver().setHandshake(true);
  greet();
  EXPECT_EQ(receive(WelcomeText{}), "handshake 1");
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
  EXPECT_EQ(resume(), "session resumed, resent 0; state connected; opened");
}

TEST_F(ClientSession, IsResumedAfterAReconnectOfTheUser) {
  begin();
  (void)client_.send();
  EXPECT_EQ(client_.reconnect(),
            "close 1 1000 'Reconnect requested'; release 1; closed 1000 'Reconnect requested' retried; "
            "state reconnecting; resolve 2; open 2");
  EXPECT_EQ(client_.open(), "hello 2");
  EXPECT_EQ(receive({.isResumed = true}), "session resumed, resent 1; state connected; opened; send #1 on 2");
}

TEST_F(ClientSession, TakesNothingFromAnOlderConnection) {
  begin();
  (void)client_.send();
  (void)client_.reconnect();
  EXPECT_FALSE(client_.driver().frameReceived(kFirst));
  EXPECT_FALSE(client_.driver().isInSession(kFirst));
  EXPECT_EQ(
      client_.after([&] { (void)client_.driver().textReceived(kFirst, R"({"rws":"ack","received":1})"); }),
      "");
  EXPECT_EQ(session().unacknowledged(), 1U);
}

TEST_F(ClientSession, SkipsVolatileAndExpiredMessagesAfterALoss) {
  begin();
  EXPECT_EQ(client_.send(10, {.isVolatile = true}), "send #1 on 1; discarded #1; sent");
  (void)client_.send(10, {.ttl = 500ms});
  (void)client_.send();
  EXPECT_EQ(resume(),
            "session resumed, resent 2; state connected; opened; dropped #2 expired; "
            "rws:skip,count:2 on 2; send #3 on 2");
  EXPECT_EQ(ack(3), "delivered #1-#3");
}

TEST_F(ClientSession, CountsWhatHappened) {
  begin();
  (void)client_.send();
  (void)client_.send();
  (void)resume(1);
  EXPECT_EQ(session().resumptions(), 1U);
  EXPECT_EQ(session().acknowledged(), 1U);
  EXPECT_EQ(session().unacknowledged(), 1U);
  EXPECT_EQ(session().lastAcknowledgedAt(), client_.wall());
  EXPECT_EQ(client_.stats().totalMessages, 2U) << "each counts once";
}

// --- lost sessions

TEST_F(ClientSession, ReportsWhatIsLostWithIt) {
  begin();
  (void)client_.send();
  (void)client_.send();
  EXPECT_EQ(ack(1), "delivered #1");
  loseAndGreet();
  (void)client_.send();
  EXPECT_EQ(receive({.session = "t"}),
            "session lost, unconfirmed 1; unconfirmed #2; state connected; opened; send #3 on 2");
  EXPECT_EQ(session().losses(), 1U);
  EXPECT_EQ(ack(1), "delivered #3") << "both counts begin at 0";
}

TEST_F(ClientSession, IsLostWithoutUnconfirmedMessages) {
  begin();
  loseAndGreet();
  EXPECT_EQ(receive({.session = "t"}), "session lost, unconfirmed 0; state connected; opened");
}

TEST_F(ClientSession, RunsTheHandshakeInTheNextSession) {
  client_.driver().setHandshake(true);
  greet();
  (void)receive(WelcomeText{});
  (void)client_.handshakeDone();
  (void)client_.send();
  loseAndGreet();
  EXPECT_EQ(receive({.session = "t"}), "session lost, unconfirmed 1; unconfirmed #1; handshake 2");
  EXPECT_EQ(client_.handshakeDone(), "state connected; opened");
}

TEST_F(ClientSession, IsLostWithImpossibleCountsInTheWelcome) {
  begin();
  (void)client_.send();
  loseAndGreet();
  EXPECT_EQ(
      receive({.isResumed = true, .received = 2}),
      "session lost, unconfirmed 1; unconfirmed #1; close 2 4400 'impossible count of received messages'; "
      "release 2; error unknown_error 4400; closed 4400 'impossible count of received messages' retried; "
      "retry "
      "2 in 2000");
  EXPECT_FALSE(session().exists());
  (void)client_.run(2s);
  (void)client_.open();
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":null,"attempt":3,"received":0,"window":1000)");
}

TEST_F(ClientSession, IsLostWithTheOption) {
  begin();
  (void)client_.send();
  client_.driver().setSession({});
  EXPECT_TRUE(client_.client().isInSession(kFirst)) << "for the next socket";
  (void)client_.lose();
  (void)client_.run(1s);
  EXPECT_EQ(client_.open(), "session lost, unconfirmed 1; unconfirmed #1; state connected; opened");
  EXPECT_EQ(message(), "lost");
}

TEST_F(ClientSession, IsLostWithATakeoverThatAnswersTheHello) {
  begin();
  (void)client_.send();
  loseAndGreet();
  EXPECT_EQ(client_.lose(4409),
            "session lost, unconfirmed 1; unconfirmed #1; release 2; error unknown_error 4409; "
            "closed 4409 '' retried; retry 2 in 2000");
  EXPECT_FALSE(session().exists());
}

class ClientSessionResending : public SessionClient {
 protected:
  ClientSessionResending() : SessionClient({.isOn = true, .resends = true}) {}
};

TEST_F(ClientSessionResending, SendsItsMessagesAgainInTheNextOne) {
  begin();
  (void)client_.send(10, {.isVolatile = true});
  (void)client_.send();
  (void)client_.sendUnmeasured(10, 20);
  loseAndGreet();
  (void)client_.send();
  EXPECT_EQ(receive({.session = "t"}),
            "session lost, unconfirmed 2; state connected; opened; send #2 on 2; send #3 on 2; send #4 on 2");
  EXPECT_EQ(ack(3), "delivered #2-#4");
}

TEST_F(ClientSessionResending, KeepsTheTimeOfItsMessages) {
  begin();
  (void)client_.send(10, {.ttl = 1500ms});
  loseAndGreet();
  EXPECT_EQ(client_.run(499ms), "");
  EXPECT_EQ(receive({.isResumed = true, .received = 5}).substr(0, 29), "session lost, unconfirmed 1; ");
  EXPECT_EQ(client_.client().queuedMessages(), 1U);
  EXPECT_EQ(client_.run(1ms), "dropped #1 expired");
}

// --- takeovers (rule 6)

TEST_F(ClientSession, StopsAfterTwoTakeoversInARow) {
  begin();
  (void)client_.send();
  EXPECT_EQ(client_.lose(4409), "release 1; closed 4409 '' retried; state reconnecting; retry 1 in 1000");
  (void)client_.run(1s);
  (void)client_.open();
  (void)receive({.isResumed = true});
  EXPECT_EQ(client_.lose(4409),
            "release 2; session taken; error session_taken 4409 final; closed 4409 '' final; state failed");
  EXPECT_EQ(client_.run(60s), "");
  EXPECT_EQ(session().unacknowledged(), 1U) << "connect() goes on with it";
  EXPECT_EQ(client_.connect(), "state connecting; resolve 3; open 3");
  EXPECT_EQ(client_.open(), "hello 3");
  (void)receive({.isResumed = true});
  EXPECT_EQ(client_.lose(4409).substr(0, 35), "release 3; closed 4409 '' retried; ") << "the first in a row";
}

TEST_F(ClientSession, StopsAfterTwoTakeoversWhateverTheUserDecides) {
  client_.driver().setDecider(true);
  client_.platform().decision = true;
  begin();
  (void)client_.lose(4409);
  (void)client_.run(1s);
  (void)client_.open();
  (void)receive({.isResumed = true});
  EXPECT_EQ(client_.lose(4409),
            "release 2; session taken; error session_taken 4409 final; closed 4409 '' final; state failed");
}

}  // namespace
}  // namespace rws::test
