// The life of a session on the client's side: the greeting, takeovers, the user's handshake, the end
// (docs/sessions.md).
#include <gtest/gtest.h>

#include "fixtures/session_fixture.h"

namespace rws::test {
namespace {

class SessionTest : public SessionFixture {};

// --- the greeting

TEST_F(SessionTest, IsOffWithoutTheOption) {
  EXPECT_EQ(greet({}), "none");
  EXPECT_EQ(session_.state(), Session::State::Off);
  EXPECT_FALSE(session_.isUsed());
  EXPECT_FALSE(session_.takeMessage(false));
  EXPECT_FALSE(session_.canSend());
}

TEST_F(SessionTest, BeginsWithAHello) {
  EXPECT_EQ(greet({.isOn = true, .window = 77}),
            R"({"rws":"hello","v":1,"session":null,"attempt":1,"received":0,"window":77)");
  EXPECT_TRUE(session_.isUsed());
  EXPECT_FALSE(session_.isActive());
  EXPECT_FALSE(session_.canSend()) << "rule 1: nothing else until the welcome";
  EXPECT_FALSE(session_.takeMessage(false));
  EXPECT_FALSE(session_.isServerKnown());
}

// Rule 6: a late hello can be recognised by its attempt.
TEST_F(SessionTest, CountsEachHello) {
  (void)greet();
  (void)lose();
  EXPECT_EQ(greet(), R"({"rws":"hello","v":1,"session":null,"attempt":2,"received":0,"window":1000)");
  (void)lose();
  begin();
  (void)lose();
  EXPECT_EQ(greet(), R"({"rws":"hello","v":1,"session":"s","attempt":4,"received":0,"window":1000)");
  (void)lose();
  EXPECT_EQ(end(), "");
  EXPECT_EQ(greet(), R"({"rws":"hello","v":1,"session":null,"attempt":5,"received":0,"window":1000)");
}

TEST_F(SessionTest, TakesWhatTheWelcomeSays) {
  (void)greet();
  ASSERT_EQ(session_.judge(welcome(false)), Welcome::New);
  session_.begin(welcome(false));
  EXPECT_TRUE(session_.isActive());
  EXPECT_TRUE(session_.exists());
  EXPECT_TRUE(session_.isNew());
  EXPECT_TRUE(session_.isServerKnown());
  EXPECT_EQ(session_.maxMessage(), 1000U);
  EXPECT_EQ(session_.received(), 0U);
  EXPECT_EQ(session_.unacknowledged(), 0U);
  EXPECT_TRUE(session_.canSend());
  session_.established();
  EXPECT_FALSE(session_.isNew());
}

// Rule 12.
TEST_F(SessionTest, IsNotTriedAgainWithAServerThatKnowsNone) {
  (void)greet();
  session_.unsupported();
  EXPECT_EQ(session_.state(), Session::State::Off);
  (void)lose();
  EXPECT_EQ(greet(), "none");
  session_.forgetUnsupported();
  EXPECT_NE(greet(), "none");
}

// Rule 8.
TEST_F(SessionTest, IsLostWithANewOne) {
  begin();
  sendThree();
  (void)lose();
  (void)greet();
  EXPECT_EQ(session_.judge(welcome(false, 0, "\"t\"")), Welcome::Lost);
  EXPECT_EQ(end(), "#1#2#3");
  session_.begin(welcome(false, 0, "\"t\""));
  check();
  EXPECT_EQ(session_.unacknowledged(), 0U);
  send(4);
  EXPECT_EQ(acknowledge(1), "4") << "both counts begin at 0";
  EXPECT_EQ(session_.received(), 0U);
}

TEST_F(SessionTest, IsImpossibleWithCountsThatWereNeverReached) {
  begin();
  sendThree();
  EXPECT_EQ(acknowledge(1), "1");
  (void)lose();
  (void)greet();
  EXPECT_EQ(session_.judge(welcome(true, 0)), Welcome::Impossible) << "below an earlier count";
  EXPECT_EQ(session_.judge(welcome(true, 1)), Welcome::Resumed);
  EXPECT_EQ(session_.judge(welcome(true, 3)), Welcome::Resumed);
  EXPECT_EQ(session_.judge(welcome(true, 4)), Welcome::Impossible) << "above what was sent";
  EXPECT_EQ(session_.judge(welcome(true, kMost)), Welcome::Impossible);
  EXPECT_EQ(session_.judge(welcome(true, 3, "\"t\"")), Welcome::Impossible) << "another session";
  EXPECT_EQ(session_.judge(welcome(false, 1)), Welcome::Impossible) << "a new one has received nothing";
}

TEST_F(SessionTest, CannotBeResumedBeforeThereIsOne) {
  (void)greet();
  EXPECT_EQ(session_.judge(welcome(true)), Welcome::Impossible);
  EXPECT_EQ(session_.judge(welcome(false, 1)), Welcome::Impossible);
}

// --- the user's handshake

TEST_F(SessionTest, CountsTheMessagesOfTheHandshakeLikeAnyOthers) {
  (void)greet();
  session_.begin(welcome(false));
  sendInHandshake(2);
  receive(true);
  EXPECT_EQ(session_.received(), 1U) << "no listener is called for it";
  session_.established();
  send(1);
  EXPECT_EQ(session_.unacknowledged(), 1U) << "nothing is reported of the handshake's";
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_EQ(effects(), "delivered #2; delivered #1");
}

// Message 5 waits in the queue while the handshake sends 4 and 6.
TEST_F(SessionTest, ReportsNoMessageBetweenThoseOfTheHandshake) {
  (void)greet();
  session_.begin(welcome(false));
  sendInHandshake(4);
  sendInHandshake(6);
  session_.established();
  EXPECT_EQ(acknowledge(2), "6");
  EXPECT_EQ(effects(), "delivered #4; delivered #6");
  send(5);
  EXPECT_EQ(acknowledge(3), "5");
  EXPECT_EQ(effects(), "delivered #5");
}

TEST_F(SessionTest, ForgetsAMessageOfTheHandshakeThatTheSocketDidNotTake) {
  (void)greet();
  session_.begin(welcome(false));
  sendInHandshake(1);
  sendInHandshake(2);
  session_.handshakeRefused(2);
  check();
  EXPECT_FALSE(session_.hasToResend());
  session_.handshakeRefused(7);
  check();
  session_.established();
  send(3);
  EXPECT_EQ(acknowledge(2), "3") << "the number was free";
}

// The handshake's message was sent first and has the largest id.
TEST_F(SessionTest, ReturnsOnlyWhatTheSocketDidNotTakeAfterAHandshake) {
  (void)greet();
  session_.begin(welcome(false));
  sendInHandshake(10);
  session_.established();
  send(5);
  send(6);
  EXPECT_EQ(session_.refused(6).begin()->message.id, 6U);
  EXPECT_EQ(session_.unacknowledged(), 1U);
  EXPECT_EQ(session_.refused(5).begin()->message.id, 5U);
  EXPECT_EQ(session_.unacknowledged(), 0U);
  EXPECT_TRUE(session_.canSend());
}

TEST_F(SessionTest, IsGivenUpIfTheHandshakeDoesNotEnd) {
  (void)greet();
  session_.begin(welcome(false));
  sendInHandshake(1);
  sendInHandshake(2);
  EXPECT_FALSE(lose());
  EXPECT_EQ(effects(), "discarded #1; discarded #2");
  EXPECT_FALSE(session_.exists());
  EXPECT_TRUE(session_.isServerKnown());
  EXPECT_EQ(greet(), R"({"rws":"hello","v":1,"session":null,"attempt":2,"received":0,"window":1000)");
}

TEST_F(SessionTest, KeepsTheMessagesOfAHandshakeThatHasEnded) {
  (void)greet();
  session_.begin(welcome(false));
  sendInHandshake(2);
  session_.established();
  send(1);
  EXPECT_EQ(resume(0), 1U);
  EXPECT_EQ(resendAll(), "#2 #1");
  EXPECT_EQ(end(), "#1");
  EXPECT_EQ(effects(), "discarded #2");
}

// --- takeovers

// Rule 6.
TEST_F(SessionTest, IsTakenByTwoTakeoversInARow) {
  begin();
  EXPECT_FALSE(lose(4409));
  (void)greet();
  (void)session_.resume(welcome(true), kWall, effects_);
  EXPECT_TRUE(lose(4409));
  EXPECT_TRUE(session_.exists());
}

TEST_F(SessionTest, IsNotTakenByTakeoversApart) {
  begin();
  EXPECT_FALSE(lose(4409));
  (void)resume(0);
  EXPECT_FALSE(lose(1006));
  (void)resume(0);
  EXPECT_FALSE(lose(4409));
  (void)greet();
  (void)session_.resume(welcome(true), kWall, effects_);
  session_.forgetTakeovers();
  EXPECT_FALSE(lose(4409)) << "the user wants it again";
}

TEST_F(SessionTest, IsTakenWhateverFailsBetweenTwoTakeovers) {
  begin();
  EXPECT_FALSE(lose(4409));
  (void)greet();
  EXPECT_FALSE(lose(1006)) << "an attempt that was never established";
  (void)greet();
  (void)session_.resume(welcome(true), kWall, effects_);
  EXPECT_TRUE(lose(4409));
}

TEST_F(SessionTest, IsNotTakenByAnAnswerToTheHello) {
  begin();
  EXPECT_FALSE(lose(4409));
  (void)greet();
  EXPECT_FALSE(lose(4409)) << "the session is lost, and a new one follows";
}

// --- the end

TEST_F(SessionTest, ForgetsEverythingAtItsEnd) {
  begin();
  sendThree();
  receiveAndHandle();
  session_.setAckDeadline(kNow);
  EXPECT_EQ(acknowledge(1), "1");
  (void)effects();
  EXPECT_EQ(end(), "#2#3");
  (void)lose();
  EXPECT_EQ(effects(), "");
  EXPECT_FALSE(session_.exists());
  EXPECT_FALSE(session_.ackDeadline());
  EXPECT_EQ(session_.received(), 0U);
  EXPECT_EQ(session_.maxMessage(), UINT64_MAX);
  EXPECT_EQ(session_.acknowledged(), 1U) << "statistics stay";
  begin();
  send(4);
  EXPECT_EQ(acknowledge(1), "4");
}

TEST_F(SessionTest, CountsItsLosses) {
  EXPECT_EQ(session_.losses(), 0U);
  session_.countLoss();
  EXPECT_EQ(session_.losses(), 1U);
}

TEST_F(SessionTest, TakesAcknowledgementsAfterItsBye) {
  begin();
  sendThree();
  (void)lose(0);
  session_.byeSent();
  check();
  EXPECT_TRUE(session_.isEnding());
  EXPECT_FALSE(session_.isUsed());
  EXPECT_FALSE(session_.canSend());
  EXPECT_FALSE(session_.takeMessage(false));
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_EQ(effects(), "delivered #1-#2");
  EXPECT_EQ(end(), "#3");
}

}  // namespace
}  // namespace rws::test
