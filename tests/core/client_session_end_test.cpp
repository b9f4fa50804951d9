// What ends a session, and what does not, through the driver: commands of the user, frames of the server,
// losses.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/session_client.h"

namespace rws::test {
namespace {

class ClientSessionEnd : public SessionClient {};

constexpr std::string_view kBye = R"({"rws":"bye"})";

// --- by disconnect() (rule 13)

TEST_F(ClientSessionEnd, IsSaidByDisconnect) {
  begin();
  (void)client_.send();
  (void)client_.send();
  EXPECT_EQ(client_.disconnect(), "rws:bye on 1; leave session 1; state disconnected");
  EXPECT_TRUE(client_.driver().isInSession(kFirst)) << "for the last acknowledgement";
  EXPECT_EQ(receive(kFirst, R"({"rws":"ack","received":1})"), "delivered #1");
  EXPECT_EQ(client_.closingCloses(1000), "unconfirmed #2; release 1; closed 1000 '' final");
  EXPECT_FALSE(session().exists());
  EXPECT_EQ(client_.wait(), std::nullopt);
}

TEST_F(ClientSessionEnd, LeavesNothingUnconfirmedIfTheServerHasAll) {
  begin();
  (void)client_.send();
  (void)client_.disconnect();
  EXPECT_EQ(receive(kFirst, R"({"rws":"ack","received":1})"), "delivered #1");
  EXPECT_EQ(client_.closingCloses(1000), "release 1; closed 1000 '' final");
}

TEST_F(ClientSessionEnd, DropsTheQueue) {
  begin({.window = 1});
  (void)client_.send();
  (void)client_.send();
  EXPECT_EQ(client_.disconnect(),
            "rws:bye on 1; leave session 1; dropped #2 disconnected; state disconnected");
  EXPECT_EQ(receive(kFirst, R"({"rws":"ack","received":1})"), "delivered #1") << "and sends nothing more";
}

TEST_F(ClientSessionEnd, WaitsForTheServerUntilCloseGrace) {
  begin();
  (void)client_.send();
  (void)client_.disconnect();
  EXPECT_EQ(client_.run(14999ms), "");
  EXPECT_EQ(client_.run(1ms), "unconfirmed #1; release 1; closed 1000 'Closed by the client' final");
  EXPECT_FALSE(session().exists());
  EXPECT_EQ(client_.client().closingAttempt(), AttemptId::None);
}

TEST_F(ClientSessionEnd, TakesOnlyAcknowledgementsAfterIt) {
  begin();
  (void)client_.send();
  (void)message();
  (void)client_.disconnect();
  EXPECT_FALSE(client_.driver().frameReceived(kFirst));
  for (const std::string_view frame :
       {R"({"rws":"ack","received":2})", R"({"rws":"ping","id":1,"received":0})",
        R"({"rws":"skip","count":9})", R"({"rws":"bye"})", R"({"rws":"other"})", R"({"rws":"ack"})",
        R"({"rws":"welcome"})"}) {
    EXPECT_EQ(receive(kFirst, frame), "") << frame;
  }
  EXPECT_EQ(client_.run(200ms), "") << "nothing more is acknowledged";
  EXPECT_EQ(receive(kFirst, R"({"rws":"pong","id":1,"received":1})"), "delivered #1");
}

TEST_F(ClientSessionEnd, ClosesTheSocketThatDoesNotTakeTheBye) {
  begin();
  (void)client_.send();
  client_.platform().controlResult = SendResult::Refused;
  EXPECT_EQ(client_.disconnect(), "rws:bye on 1; leave session 1; state disconnected; close 1 1000 ''");
  EXPECT_EQ(client_.closingCloses(), "unconfirmed #1; release 1; closed 1006 '' final");
}

TEST_F(ClientSessionEnd, ClosesTheSocketOnceThatDoesNotTakeTheAcknowledgementEither) {
  begin();
  (void)message();
  client_.platform().controlResult = SendResult::Refused;
  EXPECT_EQ(client_.disconnect(),
            "rws:ack,received:1 on 1; rws:bye on 1; leave session 1; state disconnected; close 1 1000 ''");
}

TEST_F(ClientSessionEnd, IsSaidOnce) {
  begin();
  (void)client_.send();
  (void)client_.disconnect();
  EXPECT_EQ(client_.disconnect(), "");
  EXPECT_EQ(receive(kFirst, R"({"rws":"ack","received":1})"), "delivered #1") << "the server has its time";
}

TEST_F(ClientSessionEnd, IsForgottenByTheNextConnect) {
  begin();
  (void)client_.send();
  (void)client_.disconnect();
  EXPECT_EQ(client_.connect(),
            "unconfirmed #1; release 1; closed 1000 'Closed by the client' final; "
            "state connecting; resolve 2; open 2");
  EXPECT_EQ(client_.open(), "hello 2");
  EXPECT_EQ(lastFrame(), R"({"rws":"hello","v":1,"session":null,"attempt":2,"received":0,"window":1000)");
}

TEST_F(ClientSessionEnd, IsForgottenByDestroyAfterIt) {
  begin();
  (void)client_.send();
  (void)client_.disconnect();
  EXPECT_EQ(client_.destroy(), "unconfirmed #1; release 1; closed 1000 'Closed by the client' final");
}

// --- disconnect() where there is no open connection

TEST_F(ClientSessionEnd, ComesWithDisconnectDuringTheGreeting) {
  greet();
  EXPECT_EQ(client_.disconnect(), "close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_EQ(client_.closingCloses(1000), "release 1; closed 1000 '' final");
}

TEST_F(ClientSessionEnd, ComesWithDisconnectDuringALaterGreeting) {
  begin();
  (void)client_.send();
  loseAndGreet();
  EXPECT_EQ(client_.disconnect(), "close 2 1000 'Disconnect requested'; unconfirmed #1; state disconnected");
  EXPECT_FALSE(session().exists());
}

TEST_F(ClientSessionEnd, ComesWithDisconnectDuringTheHandshake) {
  client_.driver().setHandshake(true);
  greet();
  (void)receive(WelcomeText{});
  (void)client_.send(10, {.isOfHandshake = true});
  EXPECT_EQ(client_.disconnect(), "discarded #1; close 1 1000 'Disconnect requested'; state disconnected");
  EXPECT_FALSE(session().exists());
}

TEST_F(ClientSessionEnd, ComesWithDisconnectDuringADelay) {
  begin();
  (void)client_.send();
  (void)client_.lose();
  EXPECT_EQ(client_.disconnect(), "unconfirmed #1; state disconnected");
  EXPECT_FALSE(session().exists());
}

TEST_F(ClientSessionEnd, ComesWithDisconnectWhileASocketOpens) {
  begin();
  (void)client_.send();
  (void)client_.lose();
  (void)client_.run(1s);
  EXPECT_EQ(client_.disconnect(), "close 2 1000 'Disconnect requested'; unconfirmed #1; state disconnected");
}

TEST_F(ClientSessionEnd, ComesWithDisconnectAfterTheServerHasClosed) {
  begin();
  (void)client_.send();
  EXPECT_EQ(client_.lose(1000), "release 1; closed 1000 '' final; state disconnected");
  EXPECT_EQ(session().unacknowledged(), 1U) << "connect() goes on with it";
  EXPECT_EQ(client_.disconnect(), "unconfirmed #1");
  EXPECT_FALSE(session().exists());
}

// --- by destroy()

TEST_F(ClientSessionEnd, IsSaidByDestroy) {
  begin();
  (void)client_.send();
  EXPECT_EQ(client_.destroy(),
            "rws:bye on 1; unconfirmed #1; close 1 1000 'Client destroyed'; release 1; "
            "closed 1000 'Closed by the client' final; state disconnected");
  EXPECT_EQ(client_.phase(), Phase::Destroyed);
  EXPECT_EQ(client_.after([&] { client_.driver().messageHandled(); }), "");
  EXPECT_FALSE(client_.driver().frameReceived(kFirst));
}

TEST_F(ClientSessionEnd, ComesWithDestroyInEveryState) {
  greet();
  EXPECT_EQ(client_.destroy(),
            "close 1 1000 'Client destroyed'; release 1; "
            "closed 1000 'Closed by the client' final; state disconnected");
}

TEST_F(ClientSessionEnd, ComesWithDestroyDuringADelay) {
  begin();
  (void)client_.send();
  (void)client_.lose();
  EXPECT_EQ(client_.destroy(), "unconfirmed #1; state disconnected");
}

TEST_F(ClientSessionEnd, ComesWithDestroyIfTheSocketDoesNotTakeTheBye) {
  begin();
  (void)client_.send();
  client_.platform().controlResult = SendResult::Refused;
  EXPECT_EQ(client_.destroy(),
            "rws:bye on 1; unconfirmed #1; close 1 1000 'Client destroyed'; release 1; "
            "closed 1000 'Closed by the client' final; state disconnected");
}

// --- by the server

TEST_F(ClientSessionEnd, OfTheServerIsAcknowledgedAndClosed) {
  begin();
  (void)client_.send();
  (void)client_.send();
  (void)message();
  EXPECT_EQ(ack(1), "delivered #1");
  EXPECT_EQ(
      receive(kBye),
      "rws:ack,received:1 on 1; session lost, unconfirmed 1; unconfirmed #2; close 1 1000 'Session ended'; "
      "release 1; closed 1000 'Session ended' final; state disconnected");
  EXPECT_FALSE(session().exists());
}

TEST_F(ClientSessionEnd, OfTheServerEndsTheHandshake) {
  client_.driver().setHandshake(true);
  greet();
  (void)receive(WelcomeText{});
  (void)client_.send(10, {.isOfHandshake = true});
  EXPECT_EQ(
      receive(kBye),
      "rws:ack,received:0 on 1; discarded #1; session lost, unconfirmed 0; close 1 1000 'Session ended'; "
      "release 1; closed 1000 'Session ended' final; state disconnected");
}

class ClientSessionEndResending : public SessionClient {
 protected:
  ClientSessionEndResending() : SessionClient({.isOn = true, .resends = true}) {}
};

TEST_F(ClientSessionEndResending, OfTheServerKeepsTheMessagesForTheNextSession) {
  begin();
  (void)client_.send();
  EXPECT_EQ(receive(kBye),
            "rws:ack,received:0 on 1; session lost, unconfirmed 1; close 1 1000 'Session ended'; "
            "release 1; closed 1000 'Session ended' final; state disconnected");
  EXPECT_EQ(client_.connect(), "state connecting; resolve 2; open 2");
  (void)client_.open();
  EXPECT_EQ(receive({.session = "t"}), "state connected; opened; send #1 on 2");
}

TEST_F(ClientSessionEndResending, ByTheUserReportsThem) {
  begin();
  (void)client_.send();
  (void)client_.disconnect();
  EXPECT_EQ(client_.closingCloses(1000), "unconfirmed #1; release 1; closed 1000 '' final");
}

// --- what does not end it

TEST_F(ClientSessionEnd, DoesNotComeWithACloseOfTheServer) {
  constexpr std::uint16_t kCodes[] = {1000, 1001, 1006, 1012, 4400};
  for (const std::uint16_t code : kCodes) {
    TestClient client(withoutRecovery());
    client.driver().setSession({.isOn = true});
    (void)client.connectAndOpen();
    (void)client.receiveText(WelcomeText{}.text());
    (void)client.send();
    (void)client.lose(code);
    EXPECT_EQ(client.client().session().unacknowledged(), 1U) << code;
    (void)(code == 1000 ? client.connect() : client.run(client.wait().value_or(0s) + 1ms));
    (void)client.open();
    EXPECT_EQ(client.receiveText(WelcomeText{.isResumed = true}.text()),
              "session resumed, resent 1; state connected; opened; send #1 on 2; consumed")
        << code;
  }
}

TEST_F(ClientSessionEnd, DoesNotComeWithReconnectInAnyState) {
  begin();
  (void)client_.send();
  (void)client_.reconnect();  // connected
  EXPECT_EQ(session().unacknowledged(), 1U);
  (void)client_.reconnect();  // opening
  (void)client_.open();
  (void)client_.reconnect();  // greeting
  (void)client_.open();
  (void)client_.lose();
  (void)client_.reconnect();  // a delay
  (void)client_.open();
  EXPECT_EQ(receive({.isResumed = true}),
            "session resumed, resent 1; state connected; opened; send #1 on " + text(client_.current()));
}

TEST_F(ClientSessionEnd, DoesNotComeWithTheEndOfRetries) {
  (void)client_.set("maxReconnectAttempts", 0.0);
  begin();
  (void)client_.send();
  (void)client_.lose();
  EXPECT_EQ(client_.client().state(), State::Failed);
  EXPECT_EQ(session().unacknowledged(), 1U);
}

}  // namespace
}  // namespace rws::test
