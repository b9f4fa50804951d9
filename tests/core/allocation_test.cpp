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

// The frames that acknowledge the messages of the server are among them.
TEST(Allocation, InASessionSendingAndReceivingTakeNone) {
  SteadyLink link(true);
  const auto exchange = [&] {
    (void)link.send();
    link.receive();
  };
  std::uint64_t allocations = 0;
  for (int i = -2000; i < kMessages; ++i) {
    const std::uint64_t before = allocationCount();
    exchange();
    if (i >= 0) allocations += allocationCount() - before;
    if (i % 32 == 0) link.acknowledge();
    if (link.isPingUnanswered()) link.answer();
  }
  EXPECT_EQ(allocations, 0U);
  EXPECT_LE(link.driver().client().session().unacknowledged(), 32U);
  EXPECT_EQ(link.driver().client().session().received(), 12'000U);
}

TEST(Allocation, InASessionSendingTheShortWayTakesNone) {
  SteadyLink link(true);
  int shortWays = 0;
  std::uint64_t allocations = 0;
  for (int i = -2000; i < kMessages; ++i) {
    const std::uint64_t before = allocationCount();
    shortWays += link.trySendNow() ? 1 : 0;
    if (i >= 0) allocations += allocationCount() - before;
    if (i % 32 == 0) link.acknowledge();
    if (link.isPingUnanswered()) link.answer();
  }
  EXPECT_EQ(allocations, 0U);
  EXPECT_GT(shortWays, kMessages / 2);
}

TEST(Allocation, AnAcknowledgementOfTheServerTakesFew) {
  SteadyLink link(true);
  for (int i = 0; i < 100; ++i) {
    for (int each = 0; each < 32; ++each) (void)link.send();
    const std::uint64_t before = allocationCount();
    link.acknowledge();
    EXPECT_LE(allocationCount() - before, 10U);
    EXPECT_EQ(link.driver().client().session().unacknowledged(), 0U);
  }
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
