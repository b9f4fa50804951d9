// Messages on sockets that open, close and refuse. The queue is in outbox_queue_test.cpp.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/outbox_fixture.h"

namespace rws::test {
namespace {

using namespace std::chrono_literals;

class OutboxTest : public OutboxFixture {};

TEST_F(OutboxTest, SendsAtOnceOnlyOnAnOpenSocketAndBehindNothing) {
  EXPECT_FALSE(outbox_.sendsAtOnce());
  queue(1);
  outbox_.opened();
  EXPECT_FALSE(outbox_.sendsAtOnce()) << "a message may not overtake the queue";
  queue(2);
  EXPECT_EQ(flush(), "#1#2");
  EXPECT_TRUE(outbox_.sendsAtOnce());
  send(3);
  EXPECT_TRUE(outbox_.hasUnconfirmed());
  EXPECT_EQ(outbox_.sent().count(), 3U);
}

// --- what is proven

TEST_F(OutboxTest, ReportsAMessageDeliveredWhenAPingBehindItIsAnsweredAndOnce) {
  sendThree();
  outbox_.confirm(2, effects_);
  EXPECT_EQ(effects(), "delivered #1-#2");
  outbox_.confirm(2, effects_);
  EXPECT_EQ(effects(), "");
  outbox_.closed(options_, 0, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #3");
}

TEST_F(OutboxTest, SendsNothingAgainThatAPongHasProven) {
  sendThree();
  outbox_.confirm(3, effects_);
  EXPECT_EQ(effects(), "delivered #1-#3");
  outbox_.closed(options_, 30, kProofExpected, effects_);
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(outbox_.queuedCount(), 0U);
}

TEST_F(OutboxTest, TakesWhatHasLeftForDeliveredWhereNothingIsProven) {
  sendThree();
  outbox_.confirmLeft(30, effects_);
  EXPECT_EQ(effects(), "");
  outbox_.confirmLeft(10, effects_);
  EXPECT_EQ(effects(), "delivered #1-#2");
  outbox_.confirmLeft(10, effects_);
  EXPECT_EQ(effects(), "") << "reported once";
  outbox_.closed(options_, 0, kNothingProven, effects_);
  EXPECT_EQ(effects(), "delivered #3");
}

TEST_F(OutboxTest, CountsControlFramesInTheBuffer) {
  outbox_.opened();
  EXPECT_EQ(outbox_.sendControl(40), 0U);
  send(1);
  EXPECT_EQ(outbox_.sendControl(40), 1U);
  outbox_.confirmLeft(50, effects_);
  EXPECT_EQ(effects(), "") << "only the first control frame has left";
  outbox_.confirmLeft(40, effects_);
  EXPECT_EQ(effects(), "delivered #1");
}

// --- a socket that closes by itself

TEST_F(OutboxTest, SendsAgainWhatAClosedSocketDidNotSendAndReportsTheRest) {
  sendThree();
  outbox_.closed(options_, 15, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1") << "half a message is no message";
  queue(4);
  outbox_.opened();
  EXPECT_EQ(flush(), "#2#3#4");
}

TEST_F(OutboxTest, TakesABufferLargerThanAllBytesForNothingSent) {
  sendThree();
  outbox_.closed(options_, 1000, kProofExpected, effects_);
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(outbox_.queuedCount(), 3U);
  EXPECT_EQ(outbox_.queuedBytes(), 30U);
}

TEST_F(OutboxTest, DropsTheOldestWhenReturnedMessagesDoNotFit) {
  options_.maxQueueSize = 1;
  sendThree();
  outbox_.closed(options_, 30, kProofExpected, effects_);
  EXPECT_EQ(effects(), "dropped #1 overflow; dropped #2 overflow");
  EXPECT_EQ(outbox_.queuedCount(), 1U);
}

TEST_F(OutboxTest, StartsAFreshRecordForEachSocket) {
  sendThree();
  outbox_.closed(options_, 30, kProofExpected, effects_);
  outbox_.opened();
  EXPECT_EQ(outbox_.sent().sentSoFar().bytes, 0U);
  EXPECT_EQ(flush(), "#1#2#3");
  outbox_.confirm(1, effects_);
  EXPECT_EQ(effects(), "delivered #1");
}

// --- a socket that the client closes

TEST_F(OutboxTest, NeedsNoCloseEventWhereNothingIsUnproven) {
  outbox_.opened();
  (void)outbox_.sendControl(40);
  EXPECT_FALSE(close(Unsent::SendAgain, 40));
  EXPECT_FALSE(outbox_.isOpen());
  outbox_.opened();
  EXPECT_TRUE(outbox_.sendsAtOnce());
}

TEST_F(OutboxTest, HoldsTheQueueUntilTheCloseEventTellsWhatIsSentAgain) {
  sendThree();
  EXPECT_TRUE(close(Unsent::SendAgain, 20));
  EXPECT_TRUE(outbox_.isBlocked());
  outbox_.opened();
  EXPECT_FALSE(outbox_.sendsAtOnce());
  queue(4);
  EXPECT_EQ(flush(), "");
  outbox_.closingClosed(options_, 20, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1");
  EXPECT_FALSE(outbox_.isBlocked());
  EXPECT_EQ(flush(), "#2#3#4");
}

TEST_F(OutboxTest, HoldsNothingUpWhereEverythingHadLeft) {
  sendThree();
  EXPECT_TRUE(close(Unsent::SendAgain, 0));
  EXPECT_FALSE(outbox_.isBlocked()) << "nothing is sent again, so nothing can overtake it";
  EXPECT_TRUE(outbox_.hasClosingMessages());
  outbox_.opened();
  send(4);
  outbox_.closingClosed(options_, 0, kAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "delivered #1-#3");
  outbox_.confirm(4, effects_);
  EXPECT_EQ(effects(), "delivered #4");
}

TEST_F(OutboxTest, SendsNothingAgainThatHadLeftWhenTheSocketWasClosed) {
  sendThree();
  (void)close(Unsent::SendAgain, 0);
  outbox_.closingClosed(options_, 10, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1-#3") << "the buffer has grown by the closing handshake";
  sendThree();
  (void)close(Unsent::SendAgain, 10);
  outbox_.closingClosed(options_, 30, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1-#2");
  EXPECT_EQ(outbox_.queuedCount(), 1U);
}

TEST_F(OutboxTest, TakesTheAnswerToAClosingHandshakeForProof) {
  sendThree();
  (void)close(Unsent::SendAgain, 10);
  outbox_.closingClosed(options_, 0, kAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "delivered #1-#3");
}

TEST_F(OutboxTest, ReportsWhatLeftWithASocketWhoseHandshakeHadNoAnswer) {
  sendThree();
  (void)close(Unsent::SendAgain, 10);
  outbox_.closingClosed(options_, 0, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1-#3");
  sendThree();
  (void)close(Unsent::SendAgain, 10);
  outbox_.closingClosed(options_, 0, kNotAcknowledged, kNothingProven, effects_);
  EXPECT_EQ(effects(), "delivered #1-#3");
}

TEST_F(OutboxTest, ReportsEverythingWhereTheCloseEventIsNotWaitedFor) {
  sendThree();
  (void)close(Unsent::SendAgain, 20);
  outbox_.closingAbandoned(20, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1; unconfirmed #2-#3") << "it may still leave, so it is not sent again";
  EXPECT_FALSE(outbox_.isBlocked());
  EXPECT_EQ(outbox_.queuedCount(), 0U);
  sendThree();
  (void)close(Unsent::SendAgain, 20);
  outbox_.closingAbandoned(20, kNothingProven, effects_);
  EXPECT_EQ(effects(), "delivered #1; unconfirmed #2-#3");
}

TEST_F(OutboxTest, DropsWhatTheUsersDisconnectLeftUnsent) {
  sendThree();
  EXPECT_TRUE(close(Unsent::Drop, 10));
  EXPECT_FALSE(outbox_.isBlocked());
  outbox_.closingClosed(options_, 10, kAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "delivered #1-#2; dropped #3 disconnected");
}

TEST_F(OutboxTest, ReportsEverythingWhenTheClientIsDestroyed) {
  sendThree();
  (void)close(Unsent::Drop, 10);
  outbox_.opened();
  send(4);
  send(5);
  outbox_.destroyed(10, 10, effects_);
  EXPECT_EQ(effects(), "delivered #1-#2; unconfirmed #3; delivered #4; unconfirmed #5");
  EXPECT_FALSE(outbox_.isOpen());
  EXPECT_FALSE(outbox_.hasClosingMessages());
  EXPECT_FALSE(outbox_.hasUnconfirmed());
}

// --- refused by the socket

TEST_F(OutboxTest, TakesBackARefusedMessageAndAllAfterIt) {
  sendThree();
  queue(4);
  EXPECT_EQ(outbox_.refused(options_, kCurrent, 2, effects_).count, 2U);
  EXPECT_EQ(outbox_.sent().count(), 1U);
  EXPECT_EQ(flush(), "#2#3#4");
}

TEST_F(OutboxTest, TakesNothingBackThatIsNotOnRecord) {
  sendThree();
  outbox_.confirm(3, effects_);
  EXPECT_EQ(effects(), "delivered #1-#3");
  EXPECT_EQ(outbox_.refused(options_, kCurrent, 3, effects_).count, 0U);
  EXPECT_EQ(outbox_.refused(options_, kClosing, 3, effects_).count, 0U);
  EXPECT_EQ(effects(), "");
}

TEST_F(OutboxTest, DoesNotCountRefusedBytes) {
  sendThree();
  EXPECT_EQ(outbox_.refused(options_, kCurrent, 3, effects_).count, 1U);
  outbox_.confirmLeft(20, effects_);
  EXPECT_EQ(effects(), "") << "the 20 bytes are those of the first two";
}

TEST_F(OutboxTest, DoesNotCountARefusedControlFrame) {
  sendThree();
  const MessageId after = outbox_.sendControl(40);
  EXPECT_EQ(after, 3U);
  outbox_.controlRefused(kCurrent, 40, after);
  outbox_.confirmLeft(30, effects_);
  EXPECT_EQ(effects(), "") << "the 30 bytes are those of the messages";
}

TEST_F(OutboxTest, DoesNotCountAControlFrameThatAClosingSocketRefused) {
  sendThree();
  const MessageId after = outbox_.sendControl(40);
  (void)close(Unsent::SendAgain, 70);
  outbox_.controlRefused(kClosing, 40, after);
  outbox_.closingClosed(options_, 30, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(outbox_.queuedCount(), 3U);
}

TEST_F(OutboxTest, IgnoresTheRefusalOfAControlFrameOfASocketWithoutARecord) {
  sendThree();
  (void)close(Unsent::SendAgain, 30);
  outbox_.closingClosed(options_, 0, kNotAcknowledged, kProofExpected, effects_);
  outbox_.opened(0, true);
  const MessageId after = outbox_.sendControl(40);
  EXPECT_FALSE(close(Unsent::Drop, 40)) << "in a session";
  outbox_.controlRefused(kClosing, 40, after);
  EXPECT_TRUE(outbox_.isConsistent());
}

TEST_F(OutboxTest, TakesBackWhatAClosingSocketRefusedBeforeWhatCameLater) {
  sendThree();
  (void)close(Unsent::SendAgain, 30);
  queue(4);
  EXPECT_EQ(outbox_.refused(options_, kClosing, 2, effects_).count, 2U);
  EXPECT_TRUE(outbox_.isBlocked()) << "the first message may still leave";
  outbox_.closingClosed(options_, 10, kNotAcknowledged, kProofExpected, effects_);
  outbox_.opened();
  EXPECT_EQ(flush(), "#1#2#3#4");
}

TEST_F(OutboxTest, DropsWhatASocketRefusedThatTheUserDisconnected) {
  sendThree();
  (void)close(Unsent::Drop, 30);
  EXPECT_EQ(outbox_.refused(options_, kClosing, 3, effects_).count, 1U);
  EXPECT_EQ(effects(), "dropped #3 disconnected");
}

// --- volatile messages

TEST_F(OutboxTest, NeitherQueuesNorReportsAVolatileMessage) {
  outbox_.opened();
  send(1, 10, true);
  EXPECT_EQ(outbox_.refused(options_, kCurrent, 1, effects_).count, 1U);
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(outbox_.queuedCount(), 0U);
  send(2);
  send(3, 10, true);
  outbox_.closed(options_, 20, kProofExpected, effects_);
  EXPECT_EQ(effects(), "");
  outbox_.opened();
  EXPECT_EQ(flush(), "#2");
}

TEST_F(OutboxTest, DropsNoVolatileMessageOnDisconnect) {
  outbox_.opened();
  send(1, 10, true);
  send(2);
  (void)close(Unsent::Drop, 20);
  outbox_.closingClosed(options_, 20, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "dropped #2 disconnected");
}

#ifndef NDEBUG
TEST_F(OutboxTest, DiesOfTwoOpenSocketsAndOfAnEmptyQueue) {
  outbox_.opened();
  EXPECT_DEATH(outbox_.opened(), "isOpen_");
  EXPECT_DEATH(outbox_.takeNext(), "nextToSend");
}
#endif

}  // namespace
}  // namespace rws::test
