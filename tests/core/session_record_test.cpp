// What a session keeps on record: what is acknowledged, sent again, skipped and refused (docs/sessions.md).
#include <gtest/gtest.h>

#include "fixtures/session_fixture.h"

namespace rws::test {
namespace {

class SessionRecord : public SessionFixture {};

// --- the record

TEST_F(SessionRecord, KeepsWhatIsNotAcknowledged) {
  begin();
  sendThree();
  EXPECT_EQ(session_.unacknowledged(), 3U);
  EXPECT_FALSE(session_.lastAcknowledgedAt());
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_EQ(effects(), "delivered #1-#2");
  EXPECT_EQ(session_.unacknowledged(), 1U);
  EXPECT_EQ(session_.acknowledged(), 2U);
  EXPECT_EQ(session_.lastAcknowledgedAt(), kWall);
  EXPECT_EQ(acknowledge(3), "3");
  EXPECT_EQ(effects(), "delivered #3");
}

// Rule 10: equal counts are no violation.
TEST_F(SessionRecord, TakesTheSameCountAgain) {
  begin();
  EXPECT_EQ(acknowledge(0), "0");
  EXPECT_FALSE(session_.lastAcknowledgedAt());
  sendThree();
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_EQ(acknowledge(2), "0");
  EXPECT_EQ(effects(), "delivered #1-#2");
  EXPECT_EQ(session_.acknowledged(), 2U);
}

TEST_F(SessionRecord, RefusesImpossibleCountsAndChangesNothing) {
  begin();
  sendThree();
  EXPECT_EQ(acknowledge(2), "2");
  (void)effects();
  EXPECT_EQ(acknowledge(1), "impossible");
  EXPECT_EQ(acknowledge(4), "impossible");
  EXPECT_EQ(acknowledge(kMost), "impossible");
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(session_.unacknowledged(), 1U);
}

TEST_F(SessionRecord, HasAtMostTheWindowUnderWay) {
  begin(2);
  send(1);
  EXPECT_TRUE(session_.canSend());
  send(2);
  EXPECT_FALSE(session_.canSend());
  EXPECT_EQ(acknowledge(1), "1");
  EXPECT_TRUE(session_.canSend());
}

// --- resumption

// Rule 3.
TEST_F(SessionRecord, SendsAgainWhatTheServerHasNotReceived) {
  begin();
  sendThree();
  EXPECT_EQ(resume(1), 2U);
  EXPECT_EQ(effects(), "delivered #1");
  EXPECT_FALSE(session_.canSend()) << "before anything new";
  EXPECT_EQ(resendAll(), "#2 #3");
  EXPECT_TRUE(session_.canSend());
  EXPECT_EQ(session_.resumptions(), 1U);
  EXPECT_EQ(session_.resent(), 2U);
  send(4);
  EXPECT_EQ(acknowledge(4), "4");
  EXPECT_EQ(effects(), "delivered #2-#4");
}

TEST_F(SessionRecord, SendsNothingAgainIfTheServerHasAll) {
  begin();
  sendThree();
  EXPECT_EQ(resume(3), 0U);
  EXPECT_FALSE(session_.hasToResend());
  EXPECT_TRUE(session_.canSend());
  EXPECT_EQ(session_.resent(), 0U);
}

TEST_F(SessionRecord, SendsTheSameAgainOnEachConnection) {
  begin();
  sendThree();
  EXPECT_EQ(resume(0), 3U);
  const Session::Resend first = session_.nextToResend(kNow, effects_);
  ASSERT_NE(first.message, nullptr);
  session_.resendDone(first);
  EXPECT_EQ(resume(0), 3U);
  EXPECT_EQ(resendAll(), "#1 #2 #3");
  EXPECT_EQ(session_.unacknowledged(), 3U);
}

// The server was still handling what an earlier connection brought.
TEST_F(SessionRecord, SkipsWhatIsAcknowledgedBeforeItIsSentAgain) {
  begin();
  sendThree();
  (void)resume(0);
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_EQ(effects(), "delivered #1-#2");
  EXPECT_EQ(acknowledge(4), "impossible");
  EXPECT_EQ(resendAll(), "skip 2 #3");
  send(4);
  EXPECT_EQ(acknowledge(4), "4");
}

TEST_F(SessionRecord, SendsAgainWithinTheWindow) {
  begin();
  sendThree();
  EXPECT_EQ(resume(0, 2), 3U);
  EXPECT_EQ(resendAll(), "#1 #2 ...");
  EXPECT_TRUE(session_.hasToResend());
  EXPECT_FALSE(session_.canSend());
  EXPECT_EQ(acknowledge(1), "1");
  EXPECT_EQ(resendAll(), "#3");
  EXPECT_FALSE(session_.canSend());
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_TRUE(session_.canSend());
}

TEST_F(SessionRecord, TellsWhatItHasReceived) {
  begin();
  receiveAndHandle(3);
  (void)lose();
  EXPECT_EQ(greet(), R"({"rws":"hello","v":1,"session":"s","attempt":2,"received":3,"window":1000)");
  (void)session_.resume(welcome(true), kWall, effects_);
  session_.established();
  check();
  EXPECT_FALSE(session_.needsAckDeadline()) << "the hello has reported it";
  EXPECT_FALSE(session_.isAckDue());
  receiveAndHandle();
  EXPECT_EQ(session_.received(), 4U);
  EXPECT_TRUE(session_.needsAckDeadline());
}

// Their delivery does not end with their connection: sent again they would be handed over twice.
TEST_F(SessionRecord, CountsInTheHelloWhatTheListenersAreAboutToGet) {
  begin();
  receive();
  receive();
  (void)lose();
  EXPECT_EQ(greet(), R"({"rws":"hello","v":1,"session":"s","attempt":2,"received":2,"window":1000)");
  (void)session_.resume(welcome(true), kWall, effects_);
  check();
  EXPECT_GE(session_.received(), 2U) << "a count never falls";
  handle();
  handle();
  EXPECT_EQ(session_.received(), 2U);
  EXPECT_FALSE(session_.needsAckDeadline());
}

// --- skips

TEST_F(SessionRecord, SkipsVolatileMessages) {
  begin();
  send(1, true);
  send(2);
  send(3, true);
  send(4, true);
  send(5);
  EXPECT_EQ(resume(0), 2U);
  EXPECT_EQ(resendAll(), "skip 1 #2 skip 2 #5");
  EXPECT_EQ(effects(), "") << "they ended when they were sent";
  EXPECT_EQ(acknowledge(5), "5");
  EXPECT_EQ(session_.acknowledged(), 2U);
}

TEST_F(SessionRecord, SkipsWhatHasExpired) {
  begin();
  send(1, false, kNow);
  send(2, false, kNow + 1us);
  send(3, false, kNow - 1s);
  EXPECT_EQ(resume(0), 3U);
  EXPECT_EQ(resendAll(), "skip 1 #2 skip 1");
  EXPECT_EQ(effects(), "dropped #1 expired; dropped #3 expired");
  EXPECT_EQ(acknowledge(3), "3");
  EXPECT_EQ(session_.acknowledged(), 1U);
}

// Rule 11: a number once skipped stays skipped.
TEST_F(SessionRecord, SkipsForEver) {
  begin();
  send(1, false, kNow);
  send(2);
  (void)resume(0);
  EXPECT_EQ(resendAll(kNow), "skip 1 #2");
  EXPECT_EQ(effects(), "dropped #1 expired");
  EXPECT_EQ(resume(0), 1U);
  EXPECT_EQ(resendAll(kNow - 1s), "skip 1 #2") << "though its time is not over by this clock";
  EXPECT_EQ(effects(), "") << "it is reported once";
  (void)lose();
  EXPECT_EQ(end(), "#2") << "it ended as dropped";
}

TEST_F(SessionRecord, CountsSkipsInTheWindow) {
  begin();
  send(1, true);
  send(2, true);
  send(3, true);
  EXPECT_EQ(resume(0, 2), 0U);
  EXPECT_EQ(resendAll(), "skip 2 ...");
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_EQ(resendAll(), "skip 1");
}

TEST_F(SessionRecord, SkipsAgainWhatTheSocketDidNotTake) {
  begin();
  send(1, true);
  send(2, true);
  send(3);
  (void)resume(0);
  const Session::Resend skips = session_.nextToResend(kNow, effects_);
  EXPECT_EQ(skips.skips, 2U);
  session_.resendDone(skips);
  session_.skipRefused(2);
  check();
  EXPECT_EQ(resendAll(), "skip 2 #3");
}

// --- refusals

TEST_F(SessionRecord, ReturnsWhatNoSocketHasTaken) {
  begin();
  sendThree();
  const Messages returned = session_.refused(2);
  check();
  ASSERT_EQ(returned.size(), 2U);
  EXPECT_EQ(returned.begin()->message.id, 2U);
  EXPECT_EQ((returned.begin() + 1)->message.id, 3U);
  EXPECT_TRUE(session_.canSend());
  EXPECT_EQ(session_.unacknowledged(), 1U);
  send(4);
  EXPECT_EQ(acknowledge(2), "4");
  EXPECT_EQ(resume(2), 0U);
}

TEST_F(SessionRecord, KeepsWhatTheSocketDidNotTakeTheSecondTime) {
  begin();
  sendThree();
  (void)resume(1);
  const Session::Resend second = session_.nextToResend(kNow, effects_);
  session_.resendDone(second);
  EXPECT_TRUE(session_.refused(2).empty());
  EXPECT_EQ(resendAll(), "#2 #3");
}

TEST_F(SessionRecord, IgnoresTheRefusalOfWhatIsAcknowledged) {
  begin();
  sendThree();
  EXPECT_EQ(acknowledge(2), "2");
  EXPECT_TRUE(session_.refused(1).empty());
  check();
  EXPECT_FALSE(session_.hasToResend());
}

#ifndef NDEBUG
TEST_F(SessionRecord, DiesOfAMessageBeyondTheWindow) {
  begin(1);
  send(1);
  EXPECT_DEATH(session_.record({{2, 10, true}, std::nullopt, false}), "canSend");
}
#endif

}  // namespace
}  // namespace rws::test
