#include "deadlines.h"

#include <gtest/gtest.h>

#include <vector>

#include "random.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = Instant{} + 1h;

Deadline kindOf(std::size_t index) { return static_cast<Deadline>(index); }

TEST(Deadlines, AreEmptyAtFirst) {
  Deadlines deadlines;
  EXPECT_EQ(deadlines.earliest(), std::nullopt);
  EXPECT_FALSE(deadlines.takeDue(Instant::max()).has_value());
}

TEST(Deadlines, HoldOneInstantOfEachKind) {
  Deadlines deadlines;
  deadlines.set(Deadline::Ping, kStart + 2s);
  deadlines.set(Deadline::Ping, kStart + 1s);
  EXPECT_EQ(deadlines.at(Deadline::Ping), kStart + 1s);
  EXPECT_EQ(deadlines.at(Deadline::Pong), std::nullopt);
  deadlines.clear(Deadline::Ping);
  EXPECT_EQ(deadlines, Deadlines{});
}

TEST(Deadlines, AreTakenOutOnceAndNotEarly) {
  Deadlines deadlines;
  deadlines.set(Deadline::Retry, kStart);
  EXPECT_FALSE(deadlines.takeDue(kStart - 1us).has_value());
  const auto due = deadlines.takeDue(kStart + 5s);
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->kind, Deadline::Retry);
  EXPECT_EQ(due->at, kStart) << "a late timer must see when it was due";
  EXPECT_FALSE(deadlines.takeDue(kStart + 5s).has_value());
}

TEST(Deadlines, ComeOutInTheirOrderOfTime) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    Deadlines deadlines;
    std::size_t armed = 0;
    for (std::size_t i = 0; i < kDeadlineKinds; ++i) {
      if (random.unit() < 0.3) continue;
      deadlines.set(kindOf(i), kStart + std::chrono::seconds(static_cast<int>(random.unit() * 4)));
      ++armed;
    }
    std::optional<Deadlines::Due> last;
    for (; armed > 0; --armed) {
      const std::optional<Instant> earliest = deadlines.earliest();
      const auto due = deadlines.takeDue(kStart + 1min);
      ASSERT_TRUE(due.has_value());
      EXPECT_EQ(earliest, due->at);
      if (last) {
        EXPECT_GE(due->at, last->at);
        EXPECT_TRUE(due->at > last->at || due->kind > last->kind)
            << "equal instants come in the order of the enum";
      }
      last = due;
    }
    EXPECT_EQ(deadlines.earliest(), std::nullopt);
  }
}

TEST(Deadlines, AreAllClearedAtOnce) {
  Deadlines deadlines;
  for (std::size_t i = 0; i < kDeadlineKinds; ++i) deadlines.set(kindOf(i), kStart);
  deadlines.clearAll();
  EXPECT_EQ(deadlines, Deadlines{});
}

}  // namespace
}  // namespace rws
