// When a session counts and acknowledges the messages of the server (docs/sessions.md).
#include <gtest/gtest.h>

#include "fixtures/session_fixture.h"

namespace rws::test {
namespace {

class SessionAck : public SessionFixture {};

// --- acknowledging

// Rule 4.
TEST_F(SessionAck, CountsAMessageAfterItsListeners) {
  begin();
  receive();
  EXPECT_EQ(session_.received(), 0U);
  EXPECT_FALSE(session_.needsAckDeadline());
  receive();
  handle();
  EXPECT_EQ(session_.received(), 0U) << "the first of two, or the second";
  handle();
  EXPECT_EQ(session_.received(), 2U);
  handle();
  EXPECT_EQ(session_.received(), 2U);
}

TEST_F(SessionAck, AcknowledgesAfter32Messages) {
  begin();
  receiveAndHandle(31);
  EXPECT_FALSE(session_.isAckDue());
  receiveAndHandle();
  EXPECT_TRUE(session_.isAckDue());
  session_.receivedReported();
  EXPECT_FALSE(session_.isAckDue());
  receiveAndHandle(32);
  EXPECT_TRUE(session_.isAckDue());
}

TEST_F(SessionAck, AcknowledgesAfterHalfOfASmallWindow) {
  begin(8, 10);
  receiveAndHandle(4);
  EXPECT_FALSE(session_.isAckDue());
  receiveAndHandle();
  EXPECT_TRUE(session_.isAckDue());
}

TEST_F(SessionAck, AcknowledgesEachMessageWithAWindowOfOne) {
  begin(8, 1);
  EXPECT_FALSE(session_.isAckDue());
  receiveAndHandle();
  EXPECT_TRUE(session_.isAckDue());
}

TEST_F(SessionAck, HasADeadlineForWhatIsNotAcknowledged) {
  begin();
  EXPECT_FALSE(session_.needsAckDeadline());
  receiveAndHandle();
  EXPECT_TRUE(session_.needsAckDeadline());
  EXPECT_TRUE(session_.needsAcknowledgement());
  session_.setAckDeadline(kNow);
  EXPECT_FALSE(session_.needsAckDeadline()) << "it does not move";
  EXPECT_FALSE(session_.needsAcknowledgement());
  EXPECT_EQ(session_.ackDeadline(), kNow);
  session_.receivedReported();
  check();
  EXPECT_FALSE(session_.ackDeadline());
  EXPECT_FALSE(session_.needsAckDeadline());
}

TEST_F(SessionAck, AcknowledgesLaterWhatTheSocketDidNotTake) {
  begin();
  receiveAndHandle();
  session_.receivedReported();
  session_.reportRefused(kNow + 200ms);
  check();
  EXPECT_EQ(session_.ackDeadline(), kNow + 200ms);
  (void)lose();
  EXPECT_FALSE(session_.ackDeadline());
  session_.reportRefused(kNow);
  EXPECT_FALSE(session_.ackDeadline()) << "there is no connection";
}

TEST_F(SessionAck, CountsSkipsOfTheServer) {
  begin();
  EXPECT_TRUE(skip(3));
  EXPECT_EQ(session_.received(), 3U);
  receive();
  EXPECT_TRUE(skip(2));
  EXPECT_EQ(session_.received(), 3U) << "in order: the message before it is not handled yet";
  handle();
  EXPECT_EQ(session_.received(), 6U);
}

TEST_F(SessionAck, RefusesSkipsBeyondAllCounts) {
  begin();
  EXPECT_TRUE(skip(kMost - 1));
  EXPECT_FALSE(skip(2));
  EXPECT_FALSE(skip(kMost));
  EXPECT_EQ(session_.received(), kMost - 1);
  EXPECT_TRUE(skip(1));
}

}  // namespace
}  // namespace rws::test
