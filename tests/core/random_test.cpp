#include "random.h"

#include <gtest/gtest.h>

#include <array>

namespace rws {
namespace {

double toUnit(std::uint64_t bits) { return static_cast<double>(bits >> 11U) / 9007199254740992.0; }

TEST(Random, GivesTheReferenceSequenceOfSplitMix64) {
  // First outputs of the published algorithm for the seeds 0 and 1234567.
  Random zero(0);
  for (const std::uint64_t bits : {0xE220A8397B1DCDAFULL, 0x6E789E6AA1B965F4ULL, 0x06C45D188009454FULL}) {
    EXPECT_EQ(zero.unit(), toUnit(bits));
  }
  Random other(1234567);
  for (const std::uint64_t bits : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                   4593380528125082431ULL, 16408922859458223821ULL}) {
    EXPECT_EQ(other.unit(), toUnit(bits));
  }
}

TEST(Random, GivesTheSameDrawsForTheSameSeedOnly) {
  Random first(42);
  Random same(42);
  Random other(43);
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const double draw = first.unit();
    EXPECT_EQ(draw, same.unit());
    differs = differs || draw != other.unit();
  }
  EXPECT_TRUE(differs);
  EXPECT_EQ(first, same);
}

TEST(Random, StaysWithinTheUnitIntervalAndFillsItEvenly) {
  std::array<int, 10> counts{};
  Random random(7);
  for (int i = 0; i < 100000; ++i) {
    const double draw = random.unit();
    ASSERT_GE(draw, 0.0);
    ASSERT_LT(draw, 1.0);
    ++counts[static_cast<std::size_t>(draw * 10)];
  }
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);
}

TEST(Random, IsUsableAtCompileTime) {
  constexpr double kDraw = Random(0).unit();
  EXPECT_EQ(kDraw, toUnit(0xE220A8397B1DCDAFULL));
}

}  // namespace
}  // namespace rws
