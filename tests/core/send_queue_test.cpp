#include "send_queue.h"

#include <gtest/gtest.h>

#include <map>

#include "random.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = Instant{} + 1h;

QueuedMessage message(PayloadId id, std::uint64_t bytes = 10,
                      std::optional<Instant> expiresAt = std::nullopt) {
  return {{id, bytes, MessageKind::Text}, expiresAt};
}

Options limits(std::uint64_t count, std::uint64_t bytes) {
  Options options;
  options.maxQueueSize = count;
  options.maxQueueBytes = bytes;
  return options;
}

std::vector<PayloadId> drain(SendQueue& queue) {
  std::vector<PayloadId> ids;
  while (const QueuedMessage* front = queue.front()) {
    ids.push_back(front->payload.id);
    queue.popFront();
    EXPECT_TRUE(queue.isConsistent());
  }
  return ids;
}

std::vector<PayloadId> idsOf(const Actions& dropped, DropReason reason) {
  std::vector<PayloadId> ids;
  for (const Action& action : dropped) {
    const auto& drop = std::get<action::Drop>(action);
    EXPECT_EQ(drop.reason, reason);
    ids.push_back(drop.payload);
  }
  return ids;
}

using Ids = std::vector<PayloadId>;

class SendQueueTest : public testing::Test {
 protected:
  SendQueue queue_;
  Actions dropped_;
};

TEST_F(SendQueueTest, GivesMessagesInTheOrderTheyCame) {
  for (PayloadId id = 1; id <= 5; ++id) queue_.push(Options{}, message(id), dropped_);
  EXPECT_EQ(queue_.count(), 5U);
  EXPECT_EQ(queue_.bytes(), 50U);
  EXPECT_EQ(drain(queue_), (Ids{1, 2, 3, 4, 5}));
  EXPECT_TRUE(dropped_.empty());
  EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(SendQueueTest, MakesRoomByGivingUpTheOldest) {
  for (PayloadId id = 1; id <= 5; ++id) queue_.push(limits(3, 1000), message(id), dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), (Ids{1, 2}));
  EXPECT_EQ(drain(queue_), (Ids{3, 4, 5}));
}

TEST_F(SendQueueTest, IsBoundedByBytesAsWell) {
  const Options options = limits(100, 100);
  queue_.push(options, message(1, 40), dropped_);
  queue_.push(options, message(2, 40), dropped_);
  queue_.push(options, message(3, 20), dropped_);
  EXPECT_TRUE(dropped_.empty()) << "exactly full is not over";
  queue_.push(options, message(4, 100), dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), (Ids{1, 2, 3}));
  EXPECT_EQ(drain(queue_), Ids{4});
}

TEST_F(SendQueueTest, DropsAMessageThatFitsByNoMeansAndNoOther) {
  const Options options = limits(100, 100);
  queue_.push(options, message(1, 60), dropped_);
  queue_.push(options, message(2, 101), dropped_);
  queue_.push(options, message(3, ~0ULL), dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), (Ids{2, 3}));
  EXPECT_EQ(drain(queue_), Ids{1});
}

TEST_F(SendQueueTest, WithoutRoomKeepsNothing) {
  queue_.push(limits(0, 1000), message(1), dropped_);
  queue_.push(limits(5, 0), message(2), dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), (Ids{1, 2}));
  EXPECT_TRUE(queue_.empty());
  queue_.push(limits(5, 0), message(3, 0), dropped_);
  EXPECT_EQ(drain(queue_), Ids{3}) << "an empty message takes no bytes";
}

TEST_F(SendQueueTest, PutsReturnedMessagesBeforeAllOthersInTheirOrder) {
  queue_.push(Options{}, message(4), dropped_);
  queue_.push(Options{}, message(5), dropped_);
  queue_.pushFront(Options{}, {message(1), message(2), message(3)}, dropped_);
  EXPECT_TRUE(queue_.isConsistent());
  EXPECT_EQ(drain(queue_), (Ids{1, 2, 3, 4, 5}));
}

TEST_F(SendQueueTest, MakesRoomByTheOldestWhenMessagesReturnToo) {
  const Options options = limits(3, 1000);
  for (PayloadId id = 4; id <= 6; ++id) queue_.push(options, message(id), dropped_);
  queue_.pushFront(options, {message(1), message(2)}, dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), (Ids{1, 2}));
  EXPECT_EQ(drain(queue_), (Ids{4, 5, 6}));
}

TEST_F(SendQueueTest, DropsAReturnedMessageTooLargeForNewLimitsByItself) {
  queue_.pushFront(limits(10, 100), {message(1, 50), message(2, 500), message(3, 50)}, dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), Ids{2});
  EXPECT_EQ(drain(queue_), (Ids{1, 3}));
}

TEST_F(SendQueueTest, AppliesLimitsThatShrank) {
  for (PayloadId id = 1; id <= 6; ++id) queue_.push(Options{}, message(id, id * 10), dropped_);
  queue_.shrink(limits(6, 55), dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Overflow), (Ids{6, 1, 2, 3, 4}))
      << "what fits by no means, then the oldest";
  EXPECT_EQ(drain(queue_), Ids{5});
}

TEST_F(SendQueueTest, GivesUpExpiredMessagesOnlyAndOnTime) {
  queue_.push(Options{}, message(1, 10, kStart + 3s), dropped_);
  queue_.push(Options{}, message(2), dropped_);
  queue_.push(Options{}, message(3, 10, kStart + 1s), dropped_);
  EXPECT_EQ(queue_.nextExpiry(), kStart + 1s);
  queue_.expire(kStart + 1s - 1us, dropped_);
  EXPECT_TRUE(dropped_.empty());
  queue_.expire(kStart + 1s, dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Expired), Ids{3});
  EXPECT_EQ(queue_.nextExpiry(), kStart + 3s);
  queue_.expire(kStart + 1h, dropped_);
  EXPECT_EQ(queue_.nextExpiry(), std::nullopt);
  EXPECT_EQ(drain(queue_), Ids{2});
}

TEST_F(SendQueueTest, IsClearedForTheReasonGiven) {
  for (PayloadId id = 1; id <= 3; ++id) queue_.push(Options{}, message(id, 10, kStart), dropped_);
  queue_.clear(DropReason::Destroyed, dropped_);
  EXPECT_EQ(idsOf(dropped_, DropReason::Destroyed), (Ids{1, 2, 3}));
  EXPECT_TRUE(queue_.empty());
  EXPECT_TRUE(queue_.isConsistent());
  EXPECT_EQ(queue_.nextExpiry(), std::nullopt);
}

TEST_F(SendQueueTest, NoticesAMessageThatOvertookAnother) {
  queue_.push(Options{}, message(2), dropped_);
  queue_.push(Options{}, message(1), dropped_);
  EXPECT_FALSE(queue_.isConsistent());
}

// A crowd of random operations against a model that only counts: nothing is lost, doubled, reordered or over
// a limit.
TEST_F(SendQueueTest, AccountsForEveryMessageWhateverIsAskedOfIt) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const auto below = [&random](double bound) { return static_cast<std::uint64_t>(random.unit() * bound); };
    SendQueue queue;
    std::map<PayloadId, int> ends;
    std::vector<QueuedMessage> handed;
    PayloadId accepted = 0;
    PayloadId lastSent = 0;
    Instant now = kStart;
    Options options = limits(1 + below(8), 20 + below(200));
    for (int step = 0; step < 200; ++step) {
      Actions dropped;
      switch (below(7)) {
        case 0:
        case 1:
        case 2: {
          const auto expiresAt =
              random.unit() < 0.3 ? std::optional(now + std::chrono::seconds(below(20))) : std::nullopt;
          queue.push(options, message(++accepted, below(60), expiresAt), dropped);
          break;
        }
        case 3:
          if (const QueuedMessage* front = queue.front()) {
            ASSERT_GT(front->payload.id, lastSent);
            lastSent = front->payload.id;
            handed.push_back(*front);
            queue.popFront();
          }
          break;
        case 4:
          queue.pushFront(options, handed, dropped);
          lastSent = 0;
          handed.clear();
          break;
        case 5:
          now += 1s;
          queue.expire(now, dropped);
          ASSERT_TRUE(!queue.nextExpiry() || *queue.nextExpiry() > now);
          break;
        default:
          options = limits(below(8), below(200));
          queue.shrink(options, dropped);
      }
      for (const Action& action : dropped) ++ends[std::get<action::Drop>(action).payload];
      ASSERT_TRUE(queue.isConsistent());
      ASSERT_LE(queue.count(), options.maxQueueSize);
      ASSERT_LE(queue.bytes(), options.maxQueueBytes);
    }
    for (const QueuedMessage& one : handed) ++ends[one.payload.id];
    for (const PayloadId id : drain(queue)) ++ends[id];
    ASSERT_EQ(ends.size(), accepted) << "seed " << seed;
    for (const auto& [id, count] : ends) ASSERT_EQ(count, 1) << "message " << id << ", seed " << seed;
  }
}

}  // namespace
}  // namespace rws
