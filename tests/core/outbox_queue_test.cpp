// The queue of the outbox. The messages on sockets are in outbox_test.cpp.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "fixtures/effect_text.h"
#include "outbox.h"
#include "random.h"

namespace rws {
namespace {

using namespace std::chrono_literals;
using test::textOfMessages;

constexpr Instant kStart = Instant{} + 1h;

QueuedMessage message(MessageId id, std::uint64_t bytes = 10,
                      std::optional<Instant> expiresAt = std::nullopt) {
  return {{id, bytes, true}, expiresAt};
}

Options limits(std::uint64_t count, std::uint64_t bytes) {
  Options options;
  options.maxQueueSize = count;
  options.maxQueueBytes = bytes;
  return options;
}

class OutboxQueueTest : public testing::Test {
 protected:
  void enqueue(const Options& options, const QueuedMessage& queued) {
    outbox_.enqueue(options, queued, effects_);
  }
  std::string effects() {
    EXPECT_TRUE(outbox_.isConsistent());
    return textOfMessages(effects_);
  }
  // Sends messages on a socket that closes without having sent any of them.
  void sendInVain(const Options& options, const std::vector<QueuedMessage>& messages) {
    outbox_.opened();
    for (const QueuedMessage& one : messages) outbox_.send(one);
    outbox_.closed(options, ~0ULL, true, effects_);
  }
  // Sends everything; the ids in their order.
  std::string queued() {
    std::string ids;
    outbox_.opened();
    while (const QueuedMessage* const next = outbox_.nextToSend()) {
      ids += "#" + std::to_string(next->message.id);
      const QueuedMessage message = *next;
      outbox_.takeNext();
      outbox_.send(message);
      EXPECT_TRUE(outbox_.isConsistent());
    }
    EXPECT_EQ(outbox_.queuedCount(), 0U);
    EXPECT_EQ(outbox_.queuedBytes(), 0U);
    return ids;
  }

  Outbox outbox_{HostTraits{}};
  Effects effects_;
};

TEST_F(OutboxQueueTest, GivesMessagesInTheirOrder) {
  for (MessageId id = 1; id <= 5; ++id) enqueue(Options{}, message(id));
  EXPECT_EQ(outbox_.queuedCount(), 5U);
  EXPECT_EQ(outbox_.queuedBytes(), 50U);
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(outbox_.nextToSend(), nullptr) << "no connection is open";
  EXPECT_EQ(queued(), "#1#2#3#4#5");
}

TEST_F(OutboxQueueTest, MakesRoomByDroppingTheOldest) {
  for (MessageId id = 1; id <= 5; ++id) enqueue(limits(3, 1000), message(id));
  EXPECT_EQ(effects(), "dropped #1 overflow; dropped #2 overflow");
  EXPECT_EQ(queued(), "#3#4#5");
}

TEST_F(OutboxQueueTest, IsBoundedByBytesAsWell) {
  const Options options = limits(100, 100);
  enqueue(options, message(1, 40));
  enqueue(options, message(2, 40));
  enqueue(options, message(3, 20));
  EXPECT_EQ(effects(), "") << "exactly full is not too full";
  enqueue(options, message(4, 100));
  EXPECT_EQ(effects(), "dropped #1 overflow; dropped #2 overflow; dropped #3 overflow");
  EXPECT_EQ(queued(), "#4");
}

TEST_F(OutboxQueueTest, DropsAMessageThatNeverFitsAndNoOther) {
  const Options options = limits(100, 100);
  enqueue(options, message(1, 60));
  enqueue(options, message(2, 101));
  enqueue(options, message(3, ~0ULL));
  EXPECT_EQ(effects(), "dropped #2 overflow; dropped #3 overflow");
  EXPECT_EQ(queued(), "#1");
}

TEST_F(OutboxQueueTest, KeepsNothingWithoutRoom) {
  enqueue(limits(0, 1000), message(1));
  enqueue(limits(5, 0), message(2));
  EXPECT_EQ(effects(), "dropped #1 overflow; dropped #2 overflow");
  EXPECT_EQ(outbox_.queuedCount(), 0U);
  enqueue(limits(5, 0), message(3, 0));
  EXPECT_EQ(queued(), "#3") << "an empty message takes no bytes";
}

TEST_F(OutboxQueueTest, MeasuresATextThatIsQueued) {
  HostTraits host;
  host.sizeOf = [](void* /*context*/, MessageId id) { return 7 + id; };
  Outbox outbox(host);
  outbox.enqueue(Options{}, {{1, 5, false}}, effects_);
  EXPECT_EQ(outbox.queuedBytes(), 8U);
  outbox.enqueue(Options{}, {{2, 5, true}}, effects_);
  EXPECT_EQ(outbox.queuedBytes(), 13U) << "this one was measured already";
  EXPECT_TRUE(outbox.isConsistent());
}

TEST_F(OutboxQueueTest, PutsReturnedMessagesBeforeAllOthersInTheirOrder) {
  enqueue(Options{}, message(4));
  enqueue(Options{}, message(5));
  sendInVain(Options{}, {message(1), message(2), message(3)});
  EXPECT_EQ(effects(), "");
  EXPECT_EQ(queued(), "#1#2#3#4#5");
}

TEST_F(OutboxQueueTest, MakesRoomByTheOldestWhenMessagesReturnToo) {
  const Options options = limits(3, 1000);
  for (MessageId id = 4; id <= 6; ++id) enqueue(options, message(id));
  sendInVain(options, {message(1), message(2)});
  EXPECT_EQ(effects(), "dropped #1 overflow; dropped #2 overflow");
  EXPECT_EQ(queued(), "#4#5#6");
}

TEST_F(OutboxQueueTest, DropsAReturnedMessageTooLargeForNewLimitsAndNoOther) {
  sendInVain(limits(10, 100), {message(1, 50), message(2, 500), message(3, 50)});
  EXPECT_EQ(effects(), "dropped #2 overflow");
  EXPECT_EQ(queued(), "#1#3");
}

TEST_F(OutboxQueueTest, AppliesLimitsThatBecameSmaller) {
  for (MessageId id = 1; id <= 6; ++id) enqueue(Options{}, message(id, id * 10));
  outbox_.applyLimits(limits(6, 55), effects_);
  EXPECT_EQ(effects(),
            "dropped #6 overflow; dropped #1 overflow; dropped #2 overflow; dropped #3 overflow; "
            "dropped #4 overflow")
      << "what never fits, then the oldest";
  EXPECT_EQ(queued(), "#5");
}

TEST_F(OutboxQueueTest, DropsExpiredMessagesOnlyAndOnTime) {
  enqueue(Options{}, message(1, 10, kStart + 3s));
  enqueue(Options{}, message(2));
  enqueue(Options{}, message(3, 10, kStart + 1s));
  EXPECT_EQ(outbox_.nextExpiry(), kStart + 1s);
  outbox_.expire(kStart + 1s - 1us, effects_);
  EXPECT_EQ(effects(), "");
  outbox_.expire(kStart + 1s, effects_);
  EXPECT_EQ(effects(), "dropped #3 expired");
  EXPECT_EQ(outbox_.nextExpiry(), kStart + 3s);
  outbox_.expire(kStart + 1h, effects_);
  EXPECT_EQ(effects(), "dropped #1 expired");
  EXPECT_EQ(outbox_.nextExpiry(), std::nullopt);
  EXPECT_EQ(queued(), "#2");
}

TEST_F(OutboxQueueTest, IsClearedForTheReasonGiven) {
  for (const DropReason reason : {DropReason::Destroyed, DropReason::Cleared, DropReason::Disconnected}) {
    Outbox outbox{HostTraits{}};
    for (MessageId id = 1; id <= 2; ++id) outbox.enqueue(Options{}, message(id, 10, kStart), effects_);
    outbox.clearQueue(reason, effects_);
    const std::string name(toString(reason));
    EXPECT_EQ(effects(), "dropped #1 " + name + "; dropped #2 " + name);
    EXPECT_EQ(outbox.queuedCount(), 0U);
    EXPECT_EQ(outbox.nextExpiry(), std::nullopt);
    EXPECT_TRUE(outbox.isConsistent());
  }
}

TEST_F(OutboxQueueTest, NoticesAMessageThatOvertookAnother) {
  enqueue(Options{}, message(2));
  enqueue(Options{}, message(1));
  EXPECT_FALSE(outbox_.isConsistent());
}

// Random operations against a model that only counts: nothing is lost, doubled, reordered or over a limit.
TEST_F(OutboxQueueTest, AccountsForEveryMessageWhateverHappens) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const auto below = [&random](double bound) { return static_cast<std::uint64_t>(random.unit() * bound); };
    Outbox outbox{HostTraits{}};
    outbox.opened();
    std::map<MessageId, int> ends;
    MessageId accepted = 0;
    MessageId lastSent = 0;
    Instant now = kStart;
    Options options = limits(1 + below(8), 20 + below(200));
    for (int step = 0; step < 200; ++step) {
      switch (below(7)) {
        case 0:
        case 1:
        case 2: {
          const auto expiresAt =
              random.unit() < 0.3 ? std::optional(now + std::chrono::seconds(below(20))) : std::nullopt;
          outbox.enqueue(options, message(++accepted, below(60), expiresAt), effects_);
          break;
        }
        case 3:
          if (const QueuedMessage* const next = outbox.nextToSend()) {
            ASSERT_GT(next->message.id, lastSent);
            lastSent = next->message.id;
            const QueuedMessage message = *next;
            outbox.takeNext();
            outbox.send(message);
          }
          break;
        case 4:
          outbox.closed(options, ~0ULL, true, effects_);
          outbox.opened();
          lastSent = 0;
          break;
        case 5:
          now += 1s;
          outbox.expire(now, effects_);
          ASSERT_TRUE(!outbox.nextExpiry() || *outbox.nextExpiry() > now);
          break;
        default:
          options = limits(below(8), below(200));
          outbox.applyLimits(options, effects_);
      }
      while (const std::optional<Effect> effect = effects_.pop()) {
        ++ends[std::get<effect::Dropped>(*effect).message];
      }
      ASSERT_TRUE(outbox.isConsistent());
      ASSERT_LE(outbox.queuedCount(), options.maxQueueSize);
      ASSERT_LE(outbox.queuedBytes(), options.maxQueueBytes);
    }
    outbox.closed(limits(~0ULL, ~0ULL), ~0ULL, true, effects_);
    outbox.clearQueue(DropReason::Destroyed, effects_);
    while (const std::optional<Effect> effect = effects_.pop()) {
      ++ends[std::get<effect::Dropped>(*effect).message];
    }
    ASSERT_EQ(ends.size(), accepted) << "seed " << seed;
    for (const auto& [id, count] : ends) ASSERT_EQ(count, 1) << "message " << id << ", seed " << seed;
  }
}

}  // namespace
}  // namespace rws
