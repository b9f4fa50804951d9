#include "inflight.h"

#include <gtest/gtest.h>

#include "random.h"

namespace rws {
namespace {

QueuedMessage message(PayloadId id, std::uint64_t bytes) { return {{id, bytes, MessageKind::Binary}, {}}; }

std::vector<PayloadId> unsentIds(Inflight& inflight) {
  std::vector<PayloadId> ids;
  for (const QueuedMessage& one : inflight.takeUnsent()) ids.push_back(one.payload.id);
  return ids;
}

// The newest of those that have left since the last call, 0 if none has.
PayloadId settled(Inflight& inflight, std::uint64_t bufferedAmount) {
  inflight.drain(bufferedAmount);
  const PayloadRange left = inflight.takeLeft();
  return left.empty() ? 0 : left.upTo;
}

using Ids = std::vector<PayloadId>;

class InflightTest : public testing::Test {
 protected:
  InflightTest() {
    for (PayloadId id = 1; id <= 3; ++id) inflight_.handOver(message(id, 100));
  }
  Inflight inflight_;
};

TEST_F(InflightTest, KeepsEverythingWhileNothingHasLeft) {
  EXPECT_EQ(settled(inflight_, 300), 0U);
  EXPECT_EQ(unsentIds(inflight_), (Ids{1, 2, 3}));
  EXPECT_TRUE(inflight_.empty());
}

TEST_F(InflightTest, ForgetsEverythingWhenTheBufferIsEmpty) {
  EXPECT_EQ(settled(inflight_, 0), 3U);
  EXPECT_TRUE(inflight_.empty());
  EXPECT_EQ(settled(inflight_, 0), 0U) << "told once";
}

TEST_F(InflightTest, CountsAMessageAsGoneOnlyWithItsLastByte) {
  EXPECT_EQ(settled(inflight_, 201), 0U);
  EXPECT_EQ(settled(inflight_, 200), 1U);
  EXPECT_EQ(settled(inflight_, 101), 0U);
  EXPECT_EQ(settled(inflight_, 100), 2U);
  EXPECT_EQ(unsentIds(inflight_), Ids{3});
}

TEST_F(InflightTest, CountsFramesOfOurOwn) {
  inflight_.handOverControl(40);
  inflight_.handOver(message(4, 10));
  EXPECT_EQ(settled(inflight_, 50), 3U) << "the control frame and the last message are still there";
  EXPECT_EQ(settled(inflight_, 10), 0U);
  EXPECT_EQ(settled(inflight_, 0), 4U);
}

TEST_F(InflightTest, SeesNoProofInABufferLargerThanWhatItWasHanded) {
  EXPECT_EQ(settled(inflight_, 301), 0U);
  EXPECT_EQ(settled(inflight_, ~0ULL), 0U);
  EXPECT_EQ(inflight_.count(), 3U);
}

TEST_F(InflightTest, TakesBackTheLastMessageOnly) {
  EXPECT_EQ(inflight_.takeBack(2), std::nullopt);
  EXPECT_EQ(inflight_.takeBack(3), message(3, 100));
  EXPECT_EQ(inflight_.lastId(), 2U);
  EXPECT_TRUE(inflight_.isConsistent());
  EXPECT_EQ(settled(inflight_, 100), 1U) << "its bytes count no longer";
}

TEST_F(InflightTest, TakesBackAMessageHandedOverBeforeAPing) {
  inflight_.handOverControl(7);
  EXPECT_EQ(inflight_.takeBack(3), message(3, 100));
  EXPECT_TRUE(inflight_.isConsistent());
  EXPECT_EQ(settled(inflight_, 7), 2U);
}

TEST_F(InflightTest, TakesBackAPingFromBeforeTheMessagesThatFollowedIt) {
  inflight_.handOverControl(7);
  inflight_.handOver(message(4, 100));
  inflight_.takeBackControl(7, 3);
  EXPECT_TRUE(inflight_.isConsistent());
  EXPECT_EQ(settled(inflight_, 100), 3U);
  EXPECT_EQ(settled(inflight_, 0), 4U);
}

TEST_F(InflightTest, HasNothingToTakeBackWhenEmpty) {
  Inflight empty;
  EXPECT_EQ(empty.takeBack(1), std::nullopt);
  EXPECT_EQ(empty.takeBack(0), std::nullopt);
  EXPECT_EQ(settled(empty, 0), 0U);
  EXPECT_EQ(empty.lastId(), 0U);
}

TEST_F(InflightTest, LetsAnEmptyMessageLeaveWithTheOneBeforeIt) {
  inflight_.handOver(message(4, 0));
  inflight_.handOver(message(5, 1));
  EXPECT_EQ(settled(inflight_, 1), 4U);
  EXPECT_EQ(unsentIds(inflight_), Ids{5});
}

TEST_F(InflightTest, StartsAfreshOnceEmptied) {
  EXPECT_EQ(unsentIds(inflight_), (Ids{1, 2, 3}));
  inflight_.handOver(message(4, 10));
  EXPECT_EQ(settled(inflight_, 0), 4U);
}

TEST_F(InflightTest, MeasuresLaterWhatWasHandedOverAsText) {
  inflight_.handOver({{4, 10, MessageKind::Text, false}, {}});
  inflight_.handOverControl(40);
  inflight_.handOver({{5, 10, MessageKind::Text, false}, {}});
  EXPECT_EQ(inflight_.unmeasured(), 4U);
  inflight_.measure(5, 99);
  inflight_.measure(3, 99);
  EXPECT_EQ(inflight_.unmeasured(), 4U) << "in order";
  inflight_.measure(4, 30);
  EXPECT_TRUE(inflight_.isConsistent());
  EXPECT_EQ(inflight_.unmeasured(), 5U);
  inflight_.measure(5, 20);
  inflight_.measure(5, 99);
  EXPECT_EQ(inflight_.unmeasured(), 0U) << "measured once";
  inflight_.handOver(message(6, 5));
  EXPECT_TRUE(inflight_.isConsistent());
  EXPECT_EQ(settled(inflight_, 96), 2U);
  EXPECT_EQ(settled(inflight_, 95), 3U);
  EXPECT_EQ(settled(inflight_, 66), 0U);
  EXPECT_EQ(settled(inflight_, 65), 4U);
  EXPECT_EQ(settled(inflight_, 25), 0U) << "message 5 has 20 bytes";
  EXPECT_EQ(settled(inflight_, 5), 5U);
  EXPECT_EQ(settled(inflight_, 0), 6U);
  EXPECT_TRUE(inflight_.isConsistent());
}

TEST_F(InflightTest, TakesBackAPingBetweenTextsMeasuredAndNot) {
  for (const PayloadId id : {4U, 5U}) inflight_.handOver({{id, 10, MessageKind::Text, false}, {}});
  inflight_.handOverControl(40);
  inflight_.handOver({{6, 10, MessageKind::Text, false}, {}});
  inflight_.measure(4, 30);
  inflight_.takeBackControl(40, 5);
  EXPECT_TRUE(inflight_.isConsistent());
  inflight_.measure(5, 20);
  inflight_.measure(6, 10);
  EXPECT_EQ(settled(inflight_, 30), 4U);
  EXPECT_EQ(settled(inflight_, 10), 5U);
}

TEST_F(InflightTest, IsWorthDrainingAgainAtTwiceWhatWasLeft) {
  PayloadId id = 3;
  const auto fill = [&] {
    while (!inflight_.isWorthDraining()) inflight_.handOver(message(++id, 1));
    return inflight_.count();
  };
  EXPECT_EQ(fill(), 32U);
  inflight_.drain(20);
  EXPECT_EQ(inflight_.count(), 20U);
  EXPECT_EQ(fill(), 40U);
  inflight_.drain(40);
  EXPECT_EQ(fill(), 80U) << "nothing has left";
  inflight_.arrived(id);
  EXPECT_EQ(fill(), 32U) << "whatever tells that it left";
}

TEST_F(InflightTest, NeedsNoSizesWhenNothingIsLeft) {
  inflight_.handOver({{4, 10, MessageKind::Text, false}, {}});
  EXPECT_EQ(settled(inflight_, 0), 4U);
}

// A model buffer that really drains byte by byte: what it has not drained whole, and nothing else, comes back
// in order.
TEST(Inflight, AgreesWithABufferThatDrainsAtRandom) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const auto below = [&random](std::uint64_t bound) {
      return static_cast<std::uint64_t>(random.unit() * static_cast<double>(bound));
    };
    Inflight inflight;
    std::vector<std::pair<PayloadId, std::uint64_t>> ends;
    std::uint64_t handed = 0;
    std::uint64_t gone = 0;
    PayloadId newest = 0;
    for (PayloadId id = 1; id <= 50; ++id) {
      const std::uint64_t bytes = 1 + below(1000);
      if (random.unit() < 0.2) {
        inflight.handOverControl(bytes);
      } else {
        inflight.handOver(message(id, bytes));
        ends.emplace_back(id, handed + bytes);
      }
      handed += bytes;
      gone += below(handed - gone + 1);
      if (random.unit() < 0.5) newest = std::max(newest, settled(inflight, handed - gone));
      ASSERT_TRUE(inflight.isConsistent());
    }
    newest = std::max(newest, settled(inflight, handed - gone));
    Ids expected;
    PayloadId expectedNewest = 0;
    for (const auto& [id, end] : ends) {
      if (end > gone) expected.push_back(id);
      if (end <= gone) expectedNewest = id;
    }
    EXPECT_EQ(newest, expectedNewest) << "seed " << seed;
    EXPECT_EQ(unsentIds(inflight), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace rws
