#include "delivery.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/action_text.h"

namespace rws {
namespace {

using namespace std::chrono_literals;
using test::text;

constexpr Instant kNow{100s};
constexpr AttemptId kFirst{1};
constexpr AttemptId kSecond{2};
const CloseInfo kLost{1006, "", false};
const CloseInfo kAnswered{1000, "", true};

class DeliveryTest : public testing::Test {
 protected:
  SendOutcome accept(PayloadId id, std::uint64_t bytes = 10, const SendOptions& sendOptions = {}) {
    return delivery_.accept(options_, now_, {id, bytes, MessageKind::Text}, sendOptions, out_);
  }
  std::string told() {
    EXPECT_TRUE(delivery_.isConsistent());
    std::string all = text(out_);
    out_.clear();
    return all;
  }
  std::string flush() {
    (void)delivery_.flush(now_, out_);
    return told();
  }
  // Three messages of 10 bytes on the first socket.
  void handThree() {
    delivery_.opened(kFirst);
    for (PayloadId id = 1; id <= 3; ++id) EXPECT_EQ(accept(id), SendOutcome::HandOver);
  }

  Options options_;
  Instant now_ = kNow;
  Delivery delivery_;
  Actions out_;
};

TEST_F(DeliveryTest, QueuesWithoutASocketAndHandsOverInOrderWhenOneOpens) {
  EXPECT_EQ(accept(1), SendOutcome::Queued);
  EXPECT_EQ(accept(2), SendOutcome::Queued);
  EXPECT_EQ(flush(), "");
  delivery_.opened(kFirst);
  EXPECT_EQ(flush(), "transmit #1 on 1; transmit #2 on 1");
  EXPECT_EQ(accept(3), SendOutcome::HandOver);
  EXPECT_EQ(delivery_.inflightCount(), 3U);
}

TEST_F(DeliveryTest, CountsWhatAFlushHandedOver) {
  EXPECT_EQ(accept(1), SendOutcome::Queued);
  EXPECT_EQ(accept(2), SendOutcome::Queued);
  EXPECT_EQ(delivery_.flush(now_, out_), 0U);
  delivery_.opened(kFirst);
  EXPECT_EQ(delivery_.flush(now_, out_), 2U);
  EXPECT_EQ(delivery_.flush(now_, out_), 0U);
}

TEST_F(DeliveryTest, NeverHandsOverPastABacklog) {
  EXPECT_EQ(accept(1), SendOutcome::Queued);
  delivery_.opened(kFirst);
  EXPECT_EQ(accept(2), SendOutcome::Queued);
  EXPECT_EQ(flush(), "transmit #1 on 1; transmit #2 on 1");
}

TEST_F(DeliveryTest, TakesWhatHasLeftForDeliveredWithoutAHeartbeat) {
  options_.enableHeartbeat = false;
  handThree();
  delivery_.buffered(options_, 30, out_);
  EXPECT_EQ(told(), "");
  delivery_.buffered(options_, 10, out_);
  EXPECT_EQ(told(), "settle #1-#2");
  delivery_.buffered(options_, 10, out_);
  EXPECT_EQ(told(), "") << "the same is settled once";
  delivery_.buffered(options_, 0, out_);
  EXPECT_EQ(told(), "settle #3");
  EXPECT_EQ(delivery_.inflightCount(), 0U);
}

TEST_F(DeliveryTest, TakesNothingForDeliveredBeforeAPingIsAnsweredThatFollowedIt) {
  handThree();
  EXPECT_EQ(delivery_.asked().upTo, 3U);
  EXPECT_EQ(accept(4), SendOutcome::HandOver);
  delivery_.buffered(options_, 0, out_);
  EXPECT_EQ(told(), "");
  delivery_.arrived(3, true, out_);
  EXPECT_EQ(told(), "settle #1-#3");
  delivery_.arrived(3, true, out_);
  EXPECT_EQ(told(), "") << "the same is settled once";
  delivery_.closed(options_, 0, out_);
  EXPECT_EQ(told(), "forsake #4");
}

TEST_F(DeliveryTest, TakesAnAnsweredPingForProofThatAllBeforeItHasLeft) {
  handThree();
  delivery_.arrived(delivery_.asked().upTo, true, out_);
  EXPECT_EQ(told(), "settle #1-#3");
  EXPECT_EQ(delivery_.inflightCount(), 0U);
  delivery_.closed(options_, 30, out_);
  EXPECT_EQ(told(), "");
  EXPECT_TRUE(delivery_.queue().empty());
}

TEST_F(DeliveryTest, ForsakesWhatLeftWithASocketThatClosed) {
  handThree();
  delivery_.closed(options_, 10, out_);
  EXPECT_EQ(told(), "forsake #1-#2");
  EXPECT_EQ(delivery_.queue().count(), 1U) << "what has not left is sent again";
}

TEST_F(DeliveryTest, LingersForTheAnswerToItsCloseWhileMessagesAreUnproven) {
  handThree();
  delivery_.buffered(options_, 0, out_);
  delivery_.abandon(kFirst, true, false);
  ASSERT_TRUE(delivery_.lingering());
  EXPECT_FALSE(delivery_.inDoubt()) << "they are not sent again: nothing can overtake them";
  delivery_.opened(kSecond);
  EXPECT_EQ(accept(4), SendOutcome::HandOver);
  delivery_.lingeringClosed(options_, kAnswered, 0, out_);
  EXPECT_EQ(told(), "settle #1-#3");
  delivery_.arrived(delivery_.asked().upTo, true, out_);
  EXPECT_EQ(told(), "settle #4");
}

TEST_F(DeliveryTest, ForsakesWhatLeftWithASocketWhoseCloseNobodyAnswered) {
  handThree();
  delivery_.buffered(options_, 0, out_);
  delivery_.abandon(kFirst, true, false);
  delivery_.opened(kSecond);
  EXPECT_EQ(accept(4), SendOutcome::HandOver);
  delivery_.lingeringClosed(options_, kLost, 0, out_);
  EXPECT_EQ(told(), "forsake #1-#3");
}

TEST_F(DeliveryTest, CountsTheBytesUnderWayFromTheNewestPingThatWasAnswered) {
  handThree();
  EXPECT_EQ(delivery_.asked().bytes, 30U);
  (void)delivery_.controlSent(40);
  delivery_.arrived(3, true, out_);
  EXPECT_EQ(accept(4), SendOutcome::HandOver);
  EXPECT_EQ(delivery_.asked().bytes, 50U) << "the ping and the last message";
  delivery_.arrived(3, false, out_);
  EXPECT_EQ(delivery_.asked().bytes, 50U) << "an older ping tells nothing new";
  delivery_.outlived(4, out_);
  EXPECT_EQ(delivery_.asked().bytes, 0U) << "who answers no ping is given no time for what it got";
}

TEST_F(DeliveryTest, AsksAgainWhenMuchWasSent) {
  delivery_.opened(kFirst);
  for (PayloadId id = 1; id < 1024; ++id) EXPECT_EQ(accept(id), SendOutcome::HandOver);
  EXPECT_FALSE(delivery_.isWorthAsking());
  EXPECT_EQ(accept(1024), SendOutcome::HandOver);
  EXPECT_TRUE(delivery_.isWorthAsking());
  EXPECT_EQ(delivery_.asked().upTo, 1024U);
  EXPECT_FALSE(delivery_.isWorthAsking());
  EXPECT_EQ(accept(1025, 1024 * 1024), SendOutcome::HandOver);
  EXPECT_TRUE(delivery_.isWorthAsking());
}

TEST_F(DeliveryTest, CountsItsOwnFramesInBufferedAmount) {
  options_.enableHeartbeat = false;
  delivery_.opened(kFirst);
  (void)delivery_.controlSent(40);
  EXPECT_EQ(accept(1), SendOutcome::HandOver);
  (void)delivery_.controlSent(40);
  delivery_.buffered(options_, 50, out_);
  EXPECT_EQ(told(), "") << "only the first frame of our own has left";
  delivery_.buffered(options_, 40, out_);
  EXPECT_EQ(told(), "settle #1");
}

TEST_F(DeliveryTest, ReturnsWhatACloseProvesUnsentToTheFrontOfTheQueue) {
  handThree();
  delivery_.closed(options_, 15, out_);
  EXPECT_EQ(told(), "forsake #1") << "half a message is no message";
  EXPECT_EQ(accept(4), SendOutcome::Queued);
  delivery_.opened(kSecond);
  EXPECT_EQ(flush(), "transmit #2 on 2; transmit #3 on 2; transmit #4 on 2");
}

TEST_F(DeliveryTest, DropsTheOldestWhenWhatReturnsDoesNotFit) {
  options_.maxQueueSize = 1;
  handThree();
  delivery_.closed(options_, 30, out_);
  EXPECT_EQ(told(), "drop #1 overflow; drop #2 overflow");
  EXPECT_EQ(delivery_.queue().count(), 1U);
}

TEST_F(DeliveryTest, TakesBackARefusedMessageAndAllLaterOnes) {
  handThree();
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 2, out_), 2U);
  EXPECT_EQ(delivery_.inflightCount(), 1U);
  EXPECT_EQ(flush(), "transmit #2 on 1; transmit #3 on 1");
}

TEST_F(DeliveryTest, TakesNothingBackThatIsNotOnRecord) {
  handThree();
  delivery_.buffered(options_, 0, out_);
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 3, out_), 0U);
  EXPECT_EQ(told(), "");
}

TEST_F(DeliveryTest, DoesNotCountRefusedBytesAsHandedOver) {
  handThree();
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 3, out_), 1U);
  delivery_.buffered(options_, 20, out_);
  EXPECT_EQ(told(), "") << "nothing has left: the 20 bytes are those of the first two";
}

TEST_F(DeliveryTest, DoesNotCountARefusedControlFrameAsHandedOver) {
  handThree();
  const PayloadId after = delivery_.controlSent(40);
  EXPECT_EQ(after, 3U);
  delivery_.controlRefused(kFirst, 40, after);
  delivery_.buffered(options_, 30, out_);
  EXPECT_EQ(told(), "") << "the 30 bytes are those of the messages";
}

TEST_F(DeliveryTest, TakesBackWhatALingeringSocketRefusedBeforeWhatCameLater) {
  handThree();
  delivery_.abandon(kFirst, true, false);
  EXPECT_EQ(accept(4), SendOutcome::Queued);
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 2, out_), 2U);
  EXPECT_TRUE(delivery_.inDoubt()) << "the first message may still leave";
  delivery_.lingeringClosed(options_, kLost, 10, out_);
  delivery_.opened(kSecond);
  EXPECT_EQ(flush(), "transmit #1 on 2; transmit #2 on 2; transmit #3 on 2; transmit #4 on 2");
}

TEST_F(DeliveryTest, GivesUpWhatASocketRefusedThatTheUserDisconnected) {
  handThree();
  delivery_.abandon(kFirst, false, true);
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 3, out_), 1U);
  EXPECT_EQ(told(), "drop #3 disconnected");
}

TEST_F(DeliveryTest, TakesNothingBackFromASocketThatIsNoMore) {
  handThree();
  delivery_.closed(options_, 0, out_);
  EXPECT_EQ(told(), "forsake #1-#3");
  delivery_.opened(kSecond);
  EXPECT_EQ(accept(4), SendOutcome::HandOver);
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 1, out_), 0U);
  EXPECT_EQ(delivery_.takeBack(options_, AttemptId::None, 1, out_), 0U);
  delivery_.controlRefused(kFirst, 10, 0);
  delivery_.buffered(options_, 10, out_);
  EXPECT_EQ(told(), "") << "nothing of the second socket has left";
}

TEST_F(DeliveryTest, DropsExpiredMessagesBeforeAFlush) {
  EXPECT_EQ(accept(1, 10, {.ttl = 500ms}), SendOutcome::Queued);
  EXPECT_EQ(accept(2, 10, {.ttl = 900ms}), SendOutcome::Queued);
  delivery_.opened(kFirst);
  now_ = kNow + 500ms;
  EXPECT_EQ(flush(), "drop #1 expired; transmit #2 on 1");
}

TEST_F(DeliveryTest, DropsByTheReasonGivenWhenCleared) {
  EXPECT_EQ(accept(1), SendOutcome::Queued);
  EXPECT_EQ(accept(2), SendOutcome::Queued);
  delivery_.clear(DropReason::Cleared, out_);
  EXPECT_EQ(told(), "drop #1 cleared; drop #2 cleared");
}

TEST_F(DeliveryTest, DropsTheOldestWhenLimitsShrink) {
  EXPECT_EQ(accept(1), SendOutcome::Queued);
  EXPECT_EQ(accept(2), SendOutcome::Queued);
  options_.maxQueueSize = 1;
  delivery_.shrink(options_, out_);
  EXPECT_EQ(told(), "drop #1 overflow");
}

TEST_F(DeliveryTest, SendsVolatileMessagesNowOrNotAtAll) {
  EXPECT_EQ(accept(1, 10, {.isVolatile = true}), SendOutcome::Discarded);
  delivery_.opened(kFirst);
  EXPECT_EQ(accept(2, 10, {.isVolatile = true}), SendOutcome::HandOver);
  EXPECT_EQ(delivery_.takeBack(options_, kFirst, 2, out_), 1U);
  EXPECT_EQ(told(), "") << "neither queued nor reported";
  EXPECT_EQ(accept(3), SendOutcome::HandOver);
  EXPECT_EQ(accept(4, 10, {.isVolatile = true}), SendOutcome::HandOver);
  delivery_.closed(options_, 20, out_);
  EXPECT_EQ(told(), "");
  EXPECT_EQ(delivery_.queue().count(), 1U);
  EXPECT_EQ(accept(5, 10, {.isVolatile = true}), SendOutcome::Discarded) << "it would overtake";
}

TEST_F(DeliveryTest, NeverReportsAVolatileMessageInDoubt) {
  delivery_.opened(kFirst);
  EXPECT_EQ(accept(1, 10, {.isVolatile = true}), SendOutcome::HandOver);
  EXPECT_EQ(accept(2), SendOutcome::HandOver);
  delivery_.abandon(kFirst, true, false);
  delivery_.lingeringForsaken(options_, out_);
  EXPECT_EQ(told(), "drop #2 unknown");
}

TEST_F(DeliveryTest, HoldsTheQueueWhileMessagesAreInDoubt) {
  handThree();
  delivery_.abandon(kFirst, true, false);
  EXPECT_TRUE(delivery_.inDoubt());
  delivery_.opened(kSecond);
  EXPECT_FALSE(delivery_.writable());
  EXPECT_EQ(accept(4), SendOutcome::Queued);
  EXPECT_EQ(flush(), "");
  delivery_.lingeringClosed(options_, kLost, 20, out_);
  EXPECT_EQ(told(), "forsake #1");
  EXPECT_EQ(flush(), "transmit #2 on 2; transmit #3 on 2; transmit #4 on 2");
}

TEST_F(DeliveryTest, DiscardsVolatileMessagesWhileOthersAreInDoubt) {
  handThree();
  delivery_.abandon(kFirst, true, false);
  delivery_.opened(kSecond);
  EXPECT_EQ(accept(4, 10, {.isVolatile = true}), SendOutcome::Discarded);
}

TEST_F(DeliveryTest, GivesUpWhatIsInDoubtAsUnknownWhenForsaken) {
  handThree();
  delivery_.abandon(kFirst, true, false);
  delivery_.lingeringForsaken(options_, out_);
  EXPECT_EQ(told(), "drop #1 unknown; drop #2 unknown; drop #3 unknown");
  EXPECT_FALSE(delivery_.lingering());
}

TEST_F(DeliveryTest, DropsWhatTheUsersDisconnectLeftUnsent) {
  handThree();
  delivery_.abandon(kFirst, false, true);
  EXPECT_FALSE(delivery_.inDoubt());
  delivery_.lingeringClosed(options_, kAnswered, 10, out_);
  EXPECT_EQ(told(), "settle #1-#2; drop #3 disconnected");
}

TEST_F(DeliveryTest, LetsNothingLingerWithoutNeed) {
  delivery_.opened(kFirst);
  (void)delivery_.controlSent(40);
  delivery_.abandon(kFirst, true, false);
  EXPECT_FALSE(delivery_.lingering());
  EXPECT_EQ(delivery_.socket(), AttemptId::None);
}

TEST_F(DeliveryTest, LingersForACloseEventThatIsOwed) {
  delivery_.abandon(kFirst, false, true);
  ASSERT_TRUE(delivery_.lingering());
  EXPECT_EQ(delivery_.lingering()->attempt, kFirst);
  delivery_.lingeringClosed(options_, kLost, 0, out_);
  EXPECT_EQ(told(), "");
  EXPECT_FALSE(delivery_.lingering());
}

TEST_F(DeliveryTest, NeverSettlesAMessageThatCameBack) {
  handThree();
  delivery_.closed(options_, 30, out_);
  delivery_.opened(kSecond);
  EXPECT_EQ(flush(), "transmit #1 on 2; transmit #2 on 2; transmit #3 on 2");
  delivery_.arrived(1, false, out_);
  EXPECT_EQ(told(), "settle #1");
}

TEST_F(DeliveryTest, TakesALateBufferLargerThanAllBytesForNoProof) {
  handThree();
  delivery_.closed(options_, 1000, out_);
  EXPECT_EQ(told(), "");
  EXPECT_EQ(delivery_.queue().count(), 3U);
}

}  // namespace
}  // namespace rws
