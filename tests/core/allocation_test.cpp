// The steady path takes no memory: what a message needs was taken when the connection was young.
#include <gtest/gtest.h>

#include <cstddef>
#include <new>

#include "../bench/native/steady_link.h"
#include "support/allocations.h"

namespace rws::test {
namespace {

constexpr int kMessages = 10'000;

// As many messages as every list has room for afterwards.
SteadyLink warm() {
  SteadyLink link;
  for (int i = 0; i < 1000; ++i) (void)link.send();
  link.feed(input::Received{link.attempt(), {}});
  return link;
}

TEST(Allocation, TheCountSeesWhatIsTaken) {
  const std::uint64_t before = allocationCount();
  // The compiler must not see that nothing comes of it.
  void* (*volatile take)(std::size_t) = &::operator new;
  ::operator delete(take(100));
  EXPECT_EQ(allocationCount() - before, 1U);
}

TEST(Allocation, SendingTakesNone) {
  SteadyLink link = warm();
  const std::uint64_t before = allocationCount();
  for (int i = 0; i < kMessages; ++i) (void)link.send();
  EXPECT_EQ(allocationCount() - before, 0U);
}

TEST(Allocation, SendingAtOnceTakesNone) {
  SteadyLink link = warm();
  const std::uint64_t before = allocationCount();
  int atOnce = 0;
  for (int i = 0; i < kMessages; ++i) atOnce += link.sendAtOnce() ? 1 : 0;
  EXPECT_EQ(allocationCount() - before, 0U);
  EXPECT_GT(atOnce, kMessages / 2);
}

TEST(Allocation, SendingAndReceivingTakeNone) {
  SteadyLink link = warm();
  const std::uint64_t before = allocationCount();
  for (int i = 0; i < kMessages; ++i) {
    (void)link.send();
    link.feed(input::Received{link.attempt(), {}});
    EXPECT_TRUE(link.connection().received(link.attempt(), link.now().wall));
  }
  EXPECT_EQ(allocationCount() - before, 0U);
}

TEST(Allocation, TimePassingTakesNone) {
  SteadyLink link = warm();
  const std::uint64_t before = allocationCount();
  for (int i = 0; i < kMessages; ++i) {
    link.tick();
    link.feed(input::Received{link.attempt(), {}});
  }
  EXPECT_EQ(allocationCount() - before, 0U);
}

}  // namespace
}  // namespace rws::test
