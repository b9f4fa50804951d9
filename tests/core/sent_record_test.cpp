#include "sent_record.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "fixtures/sent_record_fixture.h"
#include "random.h"

namespace rws {
namespace {

using test::Ids;
using test::message;
using test::SentRecordTest;
using test::toIds;
using test::unmeasured;

TEST(SentRecord, IsEmptyAtFirst) {
  SentRecord record;
  EXPECT_TRUE(record.empty());
  EXPECT_EQ(record.sentSoFar().message, 0U);
  EXPECT_EQ(record.sentSoFar().bytes, 0U);
  EXPECT_EQ(record.confirm(5), MessageRange{});
  EXPECT_EQ(record.confirmLeft(0), MessageRange{});
  EXPECT_EQ(record.takeAll(), MessageRange{});
  EXPECT_TRUE(record.takeBack(1).empty());
  EXPECT_TRUE(record.takeRest({}, 100).unsent.empty());
}

TEST_F(SentRecordTest, CountsTheBytesAndTheHeadersOfItsFrames) {
  EXPECT_EQ(record_.count(), 3U);
  EXPECT_EQ(record_.sentSoFar().message, 3U);
  EXPECT_EQ(record_.sentSoFar().bytes, 3 * (100 + kFrameBytes));
  EXPECT_EQ(record_.bytesAtLeast(), 300U);
  record_.addControl(40);
  EXPECT_EQ(record_.sentSoFar().bytes, 3 * (100 + kFrameBytes) + 40);
  EXPECT_EQ(record_.bytesAtLeast(), 340U);
  record_.add(unmeasured(4, 10));
  EXPECT_EQ(record_.sentSoFar().bytes, 3 * (100 + kFrameBytes) + 40 + 30 + kFrameBytes) << "3 bytes a unit";
  EXPECT_EQ(record_.bytesAtLeast(), 350U) << "1 byte a unit";
  EXPECT_TRUE(record_.isConsistent());
}

TEST_F(SentRecordTest, CountsATextByItsEstimate) {
  record_.add(unmeasured(4, 10));
  record_.estimate(4, 20);
  EXPECT_EQ(record_.sentSoFar().bytes, 3 * (100 + kFrameBytes) + 20 + kFrameBytes);
  EXPECT_EQ(record_.bytesAtLeast(), 320U);
  record_.estimate(4, 25);
  EXPECT_EQ(record_.bytesAtLeast(), 320U) << "measured once";
  record_.add(unmeasured(5, 10));
  for (const std::uint64_t wrong : {0U, 9U, 31U}) record_.estimate(5, wrong);
  record_.estimate(4, 20);
  record_.estimate(6, 20);
  EXPECT_EQ(record_.bytesAtLeast(), 330U) << "a size that the text cannot have, or of another message";
  record_.addControl(40);
  record_.estimate(5, 20);
  EXPECT_EQ(record_.bytesAtLeast(), 370U) << "the frame behind it was recorded with the largest size";
  EXPECT_TRUE(record_.isConsistent());
}

TEST(SentRecord, IgnoresASizeWithoutAMessage) {
  SentRecord record;
  record.estimate(1, 1);
  EXPECT_EQ(record.bytesAtLeast(), 0U);
}

// --- a pong

TEST_F(SentRecordTest, ForgetsWhatThePeerHasRead) {
  EXPECT_EQ(record_.confirm(2), (MessageRange{0, 2}));
  EXPECT_EQ(record_.count(), 1U);
  EXPECT_EQ(record_.confirm(2), MessageRange{}) << "reported once";
  EXPECT_EQ(record_.confirm(9), (MessageRange{2, 3}));
  EXPECT_TRUE(record_.empty());
  EXPECT_EQ(record_.sentSoFar().message, 3U) << "what was sent stays sent";
  EXPECT_TRUE(record_.isConsistent());
}

TEST(SentRecord, ReportsMessagesWithGapsAsARange) {
  SentRecord record;
  for (const MessageId id : {4U, 7U, 9U}) record.add(message(id, 1));
  EXPECT_EQ(record.confirm(3), MessageRange{});
  EXPECT_EQ(record.confirm(8), (MessageRange{3, 7}));
  EXPECT_EQ(record.takeAll(), (MessageRange{8, 9}));
}

// --- the end of the socket

TEST_F(SentRecordTest, HasNothingUnsentWithAnEmptyBuffer) {
  EXPECT_EQ(unsent(0), Ids{});
  EXPECT_EQ(left_, (MessageRange{0, 3}));
  EXPECT_FALSE(record_.hasUnsent(host_, 0));
}

TEST_F(SentRecordTest, HasAMessageUnsentUntilItsLastByteHasLeft) {
  EXPECT_EQ(unsent(300), (Ids{1, 2, 3}));
  EXPECT_TRUE(left_.empty());
  EXPECT_EQ(unsent(201), (Ids{1, 2, 3}));
  EXPECT_EQ(unsent(200), (Ids{2, 3}));
  EXPECT_EQ(left_, (MessageRange{0, 1}));
  EXPECT_EQ(unsent(101), (Ids{2, 3}));
  EXPECT_EQ(unsent(100), Ids{3});
  EXPECT_EQ(unsent(1), Ids{3});
  EXPECT_TRUE(record_.hasUnsent(host_, 1));
}

TEST_F(SentRecordTest, HasEverythingUnsentWithABufferLargerThanWhatWasSent) {
  EXPECT_EQ(unsent(301), (Ids{1, 2, 3}));
  EXPECT_EQ(unsent(~0ULL), (Ids{1, 2, 3}));
}

TEST_F(SentRecordTest, CountsControlFramesBetweenTheMessages) {
  record_.addControl(40);
  record_.add(message(4, 10));
  record_.addControl(7);
  EXPECT_EQ(unsent(7), Ids{}) << "only the last control frame is in the buffer";
  EXPECT_EQ(unsent(8), Ids{4});
  EXPECT_EQ(unsent(17), Ids{4});
  EXPECT_EQ(unsent(57), Ids{4}) << "the buffer begins with the first control frame";
  EXPECT_EQ(unsent(58), (Ids{3, 4}));
}

TEST(SentRecord, NeedsNoEntryForAControlFrameBeforeAllMessages) {
  SentRecord record;
  record.addControl(40);
  record.add(message(1, 10));
  EXPECT_TRUE(record.isConsistent());
  EXPECT_EQ(toIds(record.takeRest({}, 50).unsent), Ids{1});
}

TEST_F(SentRecordTest, LetsAnEmptyMessageLeaveWithTheOneBeforeIt) {
  record_.add(message(4, 0));
  record_.add(message(5, 1));
  EXPECT_EQ(unsent(1), Ids{5});
  EXPECT_EQ(unsent(2), (Ids{3, 4, 5}));
}

TEST_F(SentRecordTest, NeverHasAMessageUnsentThatAPongHasProven) {
  EXPECT_EQ(record_.confirm(2), (MessageRange{0, 2}));
  EXPECT_EQ(unsent(300), Ids{3}) << "whatever the buffer still shows";
}

TEST_F(SentRecordTest, AsksForTheSizeOfATextOnlyWhereItMatters) {
  struct Sizes {
    std::map<MessageId, std::uint64_t> bytes;
    Ids asked;
  } sizes{{{4, 30}, {5, 20}}, {}};
  host_.context = &sizes;
  host_.sizeOf = [](void* context, MessageId id) {
    auto& known = *static_cast<Sizes*>(context);
    known.asked.push_back(id);
    return known.bytes.at(id);
  };
  record_.add(unmeasured(4, 10));
  record_.addControl(40);
  record_.add(unmeasured(5, 10));
  EXPECT_EQ(unsent(0), Ids{});
  EXPECT_EQ(sizes.asked, Ids{});
  EXPECT_EQ(unsent(20), Ids{5});
  EXPECT_EQ(unsent(60), Ids{5});
  EXPECT_EQ(sizes.asked, (Ids{5, 5})) << "the others have left in any case";
  EXPECT_EQ(unsent(61), (Ids{4, 5}));
  EXPECT_EQ(unsent(90), (Ids{4, 5}));
  EXPECT_EQ(unsent(91), (Ids{3, 4, 5}));
}

TEST_F(SentRecordTest, MayHaveSentEverythingWhereTheBufferCannotBeRead) {
  EXPECT_EQ(record_.takeAll(), (MessageRange{0, 3}));
  EXPECT_TRUE(record_.empty());
}

TEST_F(SentRecordTest, StartsAfreshOnceEmptied) {
  (void)record_.takeRest(host_, 300);
  record_.add(message(4, 10));
  EXPECT_EQ(unsent(10), Ids{4});
  EXPECT_TRUE(record_.isConsistent());
}

// --- a connection on which nothing else is ever proven

TEST_F(SentRecordTest, ConfirmsWhatHasLeftForCertain) {
  EXPECT_EQ(record_.confirmLeft(300), MessageRange{});
  EXPECT_EQ(record_.confirmLeft(201), MessageRange{});
  EXPECT_EQ(record_.confirmLeft(200), (MessageRange{0, 1}));
  EXPECT_EQ(record_.confirmLeft(200), MessageRange{}) << "reported once";
  EXPECT_EQ(record_.confirmLeft(1), (MessageRange{1, 2}));
  EXPECT_EQ(record_.confirmLeft(0), (MessageRange{2, 3}));
}

TEST_F(SentRecordTest, ConfirmsNothingFromABufferLargerThanWhatWasSent) {
  EXPECT_EQ(record_.confirmLeft(301), MessageRange{});
  EXPECT_EQ(record_.confirmLeft(~0ULL), MessageRange{});
  EXPECT_EQ(record_.count(), 3U);
}

TEST_F(SentRecordTest, ConfirmsByTheLeastBytesThatATextMayHave) {
  record_.add(unmeasured(4, 10));
  EXPECT_EQ(record_.confirmLeft(11), (MessageRange{0, 2})) << "the fourth may have 30 bytes";
  EXPECT_EQ(record_.confirmLeft(10), (MessageRange{2, 3}));
}

TEST_F(SentRecordTest, ConfirmsByTheControlFramesSentAfterAMessage) {
  record_.addControl(40);
  EXPECT_EQ(record_.confirmLeft(41), (MessageRange{0, 2}));
  EXPECT_EQ(record_.confirmLeft(40), (MessageRange{2, 3}));
}

TEST_F(SentRecordTest, IsWorthConfirmingAgainAtTwiceWhatWasLeft) {
  MessageId id = 3;
  const auto fill = [&] {
    while (!record_.isWorthConfirming()) record_.add(message(++id, 1));
    return record_.count();
  };
  EXPECT_EQ(fill(), 32U);
  (void)record_.confirmLeft(20);
  EXPECT_EQ(record_.count(), 20U);
  EXPECT_EQ(fill(), 40U);
  (void)record_.confirmLeft(40);
  EXPECT_EQ(fill(), 80U) << "nothing had left";
  (void)record_.confirmLeft(0);
  EXPECT_EQ(fill(), 32U);
}

// --- refused by the socket

TEST_F(SentRecordTest, TakesAMessageBackAndAllAfterIt) {
  EXPECT_EQ(toIds(record_.takeBack(2)), (Ids{2, 3}));
  EXPECT_EQ(record_.count(), 1U);
  EXPECT_EQ(record_.sentSoFar().message, 1U);
  EXPECT_EQ(record_.sentSoFar().bytes, 100 + kFrameBytes);
  EXPECT_EQ(record_.bytesAtLeast(), 100U);
  EXPECT_EQ(unsent(100), Ids{1});
  EXPECT_TRUE(record_.isConsistent());
}

TEST_F(SentRecordTest, TakesEverythingBack) {
  EXPECT_EQ(toIds(record_.takeBack(1)), (Ids{1, 2, 3}));
  EXPECT_EQ(record_.sentSoFar().message, 0U);
  EXPECT_EQ(record_.sentSoFar().bytes, 0U);
  EXPECT_TRUE(record_.takeBack(1).empty()) << "refused once";
  EXPECT_TRUE(record_.isConsistent());
}

TEST_F(SentRecordTest, TakesNothingBackThatIsNotOnRecord) {
  EXPECT_TRUE(record_.takeBack(4).empty());
  EXPECT_EQ(record_.confirm(3), (MessageRange{0, 3}));
  EXPECT_TRUE(record_.takeBack(2).empty());
  EXPECT_EQ(record_.sentSoFar().message, 3U);
  EXPECT_EQ(record_.sentSoFar().bytes, 3 * (100 + kFrameBytes));
}

TEST_F(SentRecordTest, KeepsAControlFrameThatWasSentAfterARefusedMessage) {
  record_.addControl(7);
  EXPECT_EQ(toIds(record_.takeBack(3)), Ids{3});
  EXPECT_EQ(record_.bytesAtLeast(), 207U);
  EXPECT_EQ(unsent(7), Ids{});
  EXPECT_EQ(unsent(107), Ids{2});
  EXPECT_TRUE(record_.isConsistent());
}

TEST_F(SentRecordTest, TakesAControlFrameBackFromBeforeTheMessagesThatFollowedIt) {
  record_.addControl(7);
  record_.add(message(4, 100));
  record_.removeControl(7, 3);
  EXPECT_EQ(record_.bytesAtLeast(), 400U);
  EXPECT_EQ(record_.sentSoFar().bytes, 4 * (100 + kFrameBytes));
  EXPECT_EQ(unsent(100), Ids{4});
  EXPECT_EQ(unsent(101), (Ids{3, 4}));
  EXPECT_TRUE(record_.isConsistent());
}

TEST_F(SentRecordTest, TakesAControlFrameBackWhoseMessageIsProven) {
  record_.addControl(7);
  EXPECT_EQ(record_.confirm(3), (MessageRange{0, 3}));
  record_.removeControl(7, 3);
  EXPECT_EQ(record_.bytesAtLeast(), 300U);
  EXPECT_TRUE(record_.isConsistent());
}

TEST_F(SentRecordTest, TakesAControlFrameBackThatWasSentAfterARefusedMessage) {
  record_.addControl(7);
  EXPECT_EQ(toIds(record_.takeBack(3)), Ids{3});
  record_.removeControl(7, 3);
  EXPECT_EQ(record_.bytesAtLeast(), 200U);
  EXPECT_EQ(unsent(100), Ids{2});
  EXPECT_EQ(unsent(101), (Ids{1, 2}));
  EXPECT_TRUE(record_.isConsistent());
}

// --- all together

// A model buffer drains byte by byte: what it has not drained as a whole comes back, in order, and nothing
// else.
TEST(SentRecord, AgreesWithABufferThatDrainsAtRandom) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const auto below = [&random](std::uint64_t bound) {
      return static_cast<std::uint64_t>(random.unit() * static_cast<double>(bound));
    };
    SentRecord record;
    std::vector<std::pair<MessageId, std::uint64_t>> ends;
    std::uint64_t sent = 0;
    std::uint64_t gone = 0;
    MessageId confirmed = 0;
    for (MessageId id = 1; id <= 50; ++id) {
      const std::uint64_t bytes = 1 + below(1000);
      if (random.unit() < 0.2) {
        record.addControl(bytes);
      } else {
        record.add(message(id, bytes));
        ends.emplace_back(id, sent + bytes);
      }
      sent += bytes;
      gone += below(sent - gone + 1);
      if (random.unit() < 0.5) confirmed = std::max(confirmed, record.confirmLeft(sent - gone).upTo);
      ASSERT_TRUE(record.isConsistent());
    }
    confirmed = std::max(confirmed, record.confirmLeft(sent - gone).upTo);
    Ids expected;
    MessageId lastGone = 0;
    for (const auto& [id, end] : ends) {
      if (end > gone) expected.push_back(id);
      if (end <= gone) lastGone = id;
    }
    EXPECT_EQ(confirmed, lastGone) << "seed " << seed;
    EXPECT_EQ(toIds(record.takeRest({}, sent - gone).unsent), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace rws
