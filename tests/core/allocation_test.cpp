// A message on a steady connection takes no memory: what it needs was taken when the connection was young.
#include <gtest/gtest.h>

#include <cstddef>
#include <new>

#include "../bench/native/steady_link.h"
#include "fixtures/allocations.h"

namespace rws::test {
namespace {

constexpr int kMessages = 10'000;

// Allocations of so many calls. Pings are answered in between, which is not counted.
template <class Call>
std::uint64_t allocationsOf(SteadyLink& link, Call call) {
  std::uint64_t allocations = 0;
  for (int i = 0; i < kMessages; ++i) {
    const std::uint64_t before = allocationCount();
    call();
    allocations += allocationCount() - before;
    if (link.isPingUnanswered()) link.answer();
  }
  return allocations;
}

TEST(Allocation, TheCountIncludesOperatorNew) {
  const std::uint64_t before = allocationCount();
  // A volatile pointer keeps the compiler from removing the unused block.
  void* (*volatile take)(std::size_t) = &::operator new;
  ::operator delete(take(100));
  EXPECT_EQ(allocationCount() - before, 1U);
}

TEST(Allocation, SendingTakesNone) {
  SteadyLink link;
  link.exchange(2000);
  EXPECT_EQ(allocationsOf(link, [&] { (void)link.send(); }), 0U);
}

TEST(Allocation, SendingTheShortWayTakesNone) {
  SteadyLink link;
  link.exchange(2000);
  int shortWays = 0;
  EXPECT_EQ(allocationsOf(link, [&] { shortWays += link.trySendNow() ? 1 : 0; }), 0U);
  EXPECT_GT(shortWays, kMessages * 9 / 10);
}

TEST(Allocation, SendingAndReceivingTakeNone) {
  SteadyLink link;
  link.exchange(2000);
  link.receive();
  const auto exchange = [&] {
    (void)link.send();
    link.receive();
  };
  EXPECT_EQ(allocationsOf(link, exchange), 0U);
}

TEST(Allocation, PassingTimeTakesNone) {
  SteadyLink link;
  const auto tick = [&] {
    link.tick();
    link.receive();
  };
  (void)allocationsOf(link, tick);
  EXPECT_EQ(allocationsOf(link, tick), 0U);
}

TEST(Allocation, AnAnswerToAPingTakesFew) {
  SteadyLink link;
  link.exchange(2000);
  for (int i = 0; i < 100; ++i) {
    while (!link.isPingUnanswered()) (void)link.send();
    const std::uint64_t before = allocationCount();
    link.answer();
    EXPECT_LE(allocationCount() - before, 20U);
  }
}

}  // namespace
}  // namespace rws::test
