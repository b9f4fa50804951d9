#include "fifo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "fixtures/allocations.h"
#include "random.h"

namespace rws {
namespace {

using Items = std::vector<int>;
using Numbers = Fifo<int, 16>;

Numbers toNumbers(const Items& items) {
  Numbers fifo;
  for (const int item : items) fifo.pushBack(item);
  return fifo;
}

Items toItems(const Numbers& fifo) { return {fifo.begin(), fifo.end()}; }

TEST(Fifo, GivesTheOldestItemFirst) {
  Numbers fifo;
  for (int item = 1; item <= 3; ++item) fifo.pushBack(item);
  EXPECT_EQ(fifo.front(), 1);
  fifo.popFront();
  EXPECT_EQ(fifo.front(), 2);
  EXPECT_EQ(fifo.back(), 3);
  EXPECT_EQ(fifo.size(), 2U);
}

TEST(Fifo, PutsReturnedItemsBeforeAllOthersInTheirOrder) {
  Numbers fifo;
  for (int item = 1; item <= 5; ++item) fifo.pushBack(item);
  fifo.popFront();
  fifo.popFront();
  fifo.pushFront(toNumbers({7, 8, 9}));
  EXPECT_EQ(toItems(fifo), (Items{7, 8, 9, 3, 4, 5}));
}

TEST(Fifo, IsEmptyAfterClear) {
  Numbers fifo;
  for (int item = 0; item < 1000; ++item) fifo.pushBack(item);
  fifo.popFront();
  fifo.clear();
  EXPECT_TRUE(fifo.empty());
  EXPECT_EQ(toItems(fifo), Items{});
}

TEST(Fifo, GivesALargeBlockBackWhenItBecomesEmpty) {
  Numbers fifo;
  for (int item = 0; item < 16; ++item) fifo.pushBack(item);
  const int* const small = &fifo.front();
  fifo.clear();
  fifo.pushBack(1);
  EXPECT_EQ(&fifo.front(), small) << "a block of that size is kept";
  for (int item = 0; item < 1000; ++item) fifo.pushBack(item);
  const std::uint64_t before = test::allocationCount();
  while (!fifo.empty()) fifo.popFront();
  EXPECT_EQ(test::allocationCount(), before);
  fifo.pushBack(1);
  EXPECT_EQ(test::allocationCount(), before + 1) << "the large block was given back";
}

TEST(Fifo, MovesNothingToAnotherBlockOnASteadyPath) {
  Numbers fifo;
  for (int item = 0; item < 40; ++item) fifo.pushBack(item);
  for (int step = 0; step < 40; ++step) {
    fifo.popFront();
    fifo.pushBack(step);
  }
  // The items move through the block and back to its start; only a new block could be outside these bounds.
  const int* lowest = &*fifo.begin();
  const int* highest = lowest;
  for (int step = 0; step < 100000; ++step) {
    fifo.popFront();
    fifo.pushBack(step);
    lowest = std::min<const int*>(lowest, &fifo.front());
    highest = std::max<const int*>(highest, &fifo.back());
  }
  EXPECT_LT(highest - lowest, 2 * 40 + 1);
}

TEST(Fifo, DoesWhatADequeDoes) {
  Random random(7);
  Numbers fifo;
  std::deque<int> model;
  for (int step = 0; step < 200000; ++step) {
    const double choice = random.unit();
    if (choice < 0.5) {
      fifo.pushBack(step);
      model.push_back(step);
    } else if (choice < 0.51) {
      fifo.pushFront(toNumbers({step, -step}));
      model.insert(model.begin(), {step, -step});
    } else if (choice < 0.511) {
      const auto kept = static_cast<std::ptrdiff_t>(model.size() / 2);
      fifo.truncate(fifo.begin() + kept);
      model.erase(model.begin() + kept, model.end());
    } else if (!model.empty() && choice < 0.6) {
      fifo.popBack();
      model.pop_back();
    } else if (!model.empty()) {
      fifo.popFront();
      model.pop_front();
    }
    ASSERT_EQ(fifo.size(), model.size());
    ASSERT_EQ(fifo.empty(), model.empty());
    if (model.empty()) continue;
    ASSERT_EQ(fifo.front(), model.front());
    ASSERT_EQ(fifo.back(), model.back());
    if (step % 100 == 0) ASSERT_EQ(toItems(fifo), Items(model.begin(), model.end()));
  }
}

TEST(TurnQueue, GivesTheOldestItemFirst) {
  TurnQueue<std::string, 2> queue;
  queue.push("one");
  queue.push("two");
  EXPECT_EQ(queue.pop(), "one");
  queue.push("three");
  EXPECT_EQ(queue.pop(), "two");
  EXPECT_EQ(queue.pop(), "three");
  EXPECT_TRUE(queue.empty());
}

TEST(TurnQueue, AllocatesNothingOnASteadyPathAndGivesALargeBlockBack) {
  TurnQueue<int, 2> queue;
  const auto pass = [&queue](int items) {
    const std::uint64_t before = test::allocationCount();
    for (int item = 0; item < items; ++item) queue.push(int{item});
    for (int item = 0; item < items; ++item) EXPECT_EQ(queue.pop(), item);
    return test::allocationCount() - before;
  };
  EXPECT_GT(pass(2), 0U);
  EXPECT_EQ(pass(2), 0U) << "a block of that size is kept";
  EXPECT_GT(pass(100), 0U);
  EXPECT_GT(pass(1), 0U) << "the large block was given back";
}

}  // namespace
}  // namespace rws
