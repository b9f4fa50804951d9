// The walk through small worlds itself: that leaving out ways to worlds already met leaves nothing out, and
// that the walk goes everywhere.
#include "support/small_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rws::test {
namespace {

CheckedConnection fresh(const Corner& corner) {
  return CheckedConnection(corner.options, SmallWorld::kSeed, corner.hostDecides);
}

CheckedConnection worldAt(const Way& way, const Corner& corner) {
  CheckedConnection world = fresh(corner);
  for (const Move move : way) EXPECT_TRUE(WorldMove::perform(move, world)) << toText(way);
  return world;
}

using Key = std::pair<std::uint64_t, std::uint64_t>;
Key keyOf(const CheckedConnection& world) {
  const DigestValue digest = WorldDigest::of(world);
  return {digest.low, digest.high};
}

// What one more move may lead to: impossible moves, digests, broken rules.
struct Future {
  std::vector<Key> worlds;
  std::vector<std::string> rules;
};
Future futureOf(const CheckedConnection& world) {
  Future future;
  for (const Move move : allMoves()) {
    CheckedConnection next = world;
    const bool isPossible = WorldMove::perform(move, next);
    future.worlds.push_back(isPossible ? keyOf(next) : Key{});
    future.rules.emplace_back(next.findings().rule());
  }
  return future;
}

// Worlds of equal digest have equal moves, which lead to equal digests and equal findings: by induction
// whatever follows them is the same, and one of them stands for all.
void expectCongruence(const Corner& corner, std::size_t length) {
  struct Representative {
    Way way;
    Future future;
  };
  std::map<Key, Representative> known;
  std::vector<Way> frontier{{}};
  std::uint64_t others = 0;
  for (std::size_t made = 0; made < length; ++made) {
    std::vector<Way> longer;
    for (const Way& way : frontier) {
      const CheckedConnection world = worldAt(way, corner);
      for (const Move move : allMoves()) {
        CheckedConnection next = world;
        if (!WorldMove::perform(move, next)) continue;
        Way to = way;
        to.push_back(move);
        const Future future = futureOf(next);
        const auto [at, isNew] = known.try_emplace(keyOf(next), Representative{to, future});
        if (isNew) {
          longer.push_back(to);
          continue;
        }
        ++others;
        ASSERT_EQ(at->second.future.worlds, future.worlds) << toText(at->second.way) << "\n" << toText(to);
        ASSERT_EQ(at->second.future.rules, future.rules) << toText(at->second.way) << "\n" << toText(to);
      }
    }
    frontier = std::move(longer);
  }
  EXPECT_GT(others, known.size()) << "no two ways lead to one world";
}

TEST(SmallWorld, WorldsOfEqualDigestHaveTheSameFuture) {
  for (const Corner& corner : corners()) {
    if (corner.name == "defaults" || corner.hostDecides || corner.name == "shortest intervals") {
      expectCongruence(corner, 2);
    }
  }
}

void collect(const CheckedConnection& world, std::size_t length, DigestSet& met, std::uint64_t& steps) {
  (void)met.insert(WorldDigest::of(world));
  if (length == 0) return;
  for (const Move move : allMoves()) {
    CheckedConnection next = world;
    if (!WorldMove::perform(move, next)) continue;
    ++steps;
    collect(next, length - 1, met, steps);
  }
}

TEST(SmallWorld, PursuingEachWorldOnceMeetsAllWorlds) {
  constexpr std::size_t kLength = 3;
  const Corner corner = corners().front();
  DigestSet met;
  std::uint64_t stepsOfAll = 0;
  collect(fresh(corner), kLength, met, stepsOfAll);
  SmallWorld world(corner, {}, allMoves());
  // Worlds at the greatest length are not collected.
  ASSERT_TRUE(world.walk(kLength + 1));
  EXPECT_EQ(world.known().sorted(), met.sorted());
  EXPECT_GT(stepsOfAll, 5 * (world.steps() - world.tallies().back().steps)) << "nothing is saved";
}

// A negative time breaks rules of the connection's, and no host may set one.
TEST(SmallWorld, FindsAShortestWayToABrokenRule) {
  Corner corner{"a wait below zero", {}, false};
  corner.options.maxReconnectDelay = std::chrono::milliseconds(-1);
  SmallWorld world(corner, {}, allMoves());
  EXPECT_FALSE(world.walk(4));
  ASSERT_TRUE(world.violation());
  EXPECT_EQ(world.violation()->way.size(), 2U) << toText(*world.violation());
  EXPECT_FALSE(worldAt(world.violation()->way, corner).findings().empty());
}

TEST(SmallWorld, GoesThroughEveryInputActionAndPhase) {
  Coverage coverage;
  for (const Corner& corner : corners()) {
    if (corner.name != "defaults" && corner.name != "one retry, host decides") continue;
    std::vector<Way> all = starts();
    all.emplace_back();
    for (const Way& start : all) {
      SmallWorld world(corner, start, allMoves(), &coverage);
      ASSERT_TRUE(world.walk(3)) << toText(*world.violation());
    }
  }
  EXPECT_TRUE(coverage.inputs.all()) << coverage.inputs;
  EXPECT_TRUE(coverage.actions.all()) << coverage.actions;
  EXPECT_TRUE(coverage.phases.all()) << coverage.phases;
  EXPECT_TRUE(coverage.outcomes.all()) << coverage.outcomes;
}

TEST(SmallWorld, HasBothEndsOfEveryOption) {
  const std::vector<Corner> all = corners();
  for (const std::string_view name : optionNames()) {
    const auto endsOf = [&](std::string_view end) {
      return std::count_if(all.begin(), all.end(), [&](const Corner& corner) {
        return corner.name == std::string(end) + " " + std::string(name);
      });
    };
    const OptionValue usual = getOption(Options(), name);
    const bool isFlag = std::holds_alternative<bool>(usual);
    // The greater end of a flag that is set by default is the default.
    EXPECT_EQ(endsOf("least") + endsOf("greatest"), isFlag ? 1 : 2) << name;
  }
  for (const Corner& corner : all) EXPECT_EQ(validate(corner.options), std::nullopt) << corner.name;
}

}  // namespace
}  // namespace rws::test
