// The walk through small worlds itself: that leaving out worlds met before leaves nothing out, that the walk
// goes everywhere, and that what happens in a callback has the same effects as outside.
#include "support/small_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "support/callback_check.h"
#include "support/sanitizers.h"

namespace rws::test {
namespace {

World worldAt(const Way& way, const Corner& corner) {
  World world(corner, SmallWorld::kSeed);
  for (const Move move : way) EXPECT_TRUE(WorldMove::perform(move, world)) << toText(way);
  return world;
}

const Corner& cornerNamed(std::string_view name) {
  static const std::vector<Corner> all = corners();
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const Corner& corner) { return corner.name == name; });
  EXPECT_NE(found, all.end()) << name;
  return *found;
}

using Key = std::pair<std::uint64_t, std::uint64_t>;
Key keyOf(const World& world) {
  const DigestValue digest = WorldDigest::of(world);
  return {digest.low, digest.high};
}

// What one more move may lead to: impossible moves, digests, broken rules.
struct Future {
  std::vector<Key> worlds;
  std::vector<std::string> rules;
  // The first move that leads elsewhere, empty if there is none.
  [[nodiscard]] std::string differenceTo(const Future& other) const {
    for (std::size_t i = 0; i < kMoves; ++i) {
      const bool isSame = worlds[i] == other.worlds[i] && rules[i] == other.rules[i];
      if (!isSame) return std::string(nameOf(static_cast<Move>(i)));
    }
    return "";
  }
};
Future futureOf(const World& world) {
  Future future;
  for (const Move move : allMoves()) {
    World next = world;
    const bool isPossible = WorldMove::perform(move, next);
    future.worlds.push_back(isPossible ? keyOf(next) : Key{});
    future.rules.emplace_back(next.findings().rule());
  }
  return future;
}

// Worlds of equal digest have equal moves, which lead to equal digests and equal findings: by induction
// whatever follows them is the same, and one of them stands for all.
class Congruence {
 public:
  // False if a world of the same digest has another future. True if none was met before.
  bool holds(const World& world, const Way& way) {
    const auto [at, isNew] = known_.try_emplace(keyOf(world), Representative{way, {}});
    if (isNew) {
      at->second.future = futureOf(world);
      return true;
    }
    ++others_;
    isKnown_ = true;
    const std::string move = at->second.future.differenceTo(futureOf(world));
    if (move.empty()) return true;
    ADD_FAILURE() << toText(at->second.way) << "\n" << toText(way) << "\n" << move << " leads elsewhere";
    return false;
  }
  [[nodiscard]] bool takeIsKnown() { return std::exchange(isKnown_, false); }
  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  struct Representative {
    Way way;
    Future future;
  };
  std::map<Key, Representative> known_;
  std::uint64_t others_ = 0;
  bool isKnown_ = false;
};

void expectCongruence(const Corner& corner, const Way& start, std::size_t length) {
  Congruence congruence;
  std::vector<Way> frontier{start};
  for (std::size_t made = 0; made < length; ++made) {
    std::vector<Way> longer;
    for (const Way& way : frontier) {
      const World world = worldAt(way, corner);
      for (const Move move : allMoves()) {
        World next = world;
        if (!WorldMove::perform(move, next)) continue;
        Way to = way;
        to.push_back(move);
        if (!congruence.holds(next, to)) return;
        if (!congruence.takeIsKnown()) longer.push_back(to);
      }
    }
    frontier = std::move(longer);
  }
  EXPECT_GT(congruence.others(), 10U) << corner.name << ": hardly two ways lead to one world";
}

TEST(SmallWorld, WorldsOfEqualDigestHaveTheSameFuture) {
  for (const Corner& corner : corners()) {
    const bool isHost = corner.buffer != BufferKind::Bytes || corner.atOnce != AtOnce::Nothing ||
                        corner.resolvesLater || corner.hasHandshake || corner.reconnectsInListener;
    const bool isOfMany = isHost || corner.hasDecider || corner.name == "shortest intervals";
    if (corner.name == "defaults" || (isOfMany && !kHasSanitizers)) expectCongruence(corner, {}, 2);
  }
}

TEST(SmallWorld, WorldsOfEqualDigestHaveTheSameFutureFarFromTheStart) {
  for (const Way& start : starts()) {
    expectCongruence(cornerNamed("defaults"), start, kHasSanitizers ? 1 : 2);
  }
}

// Deep worlds, a few of which are met again by another way.
TEST(SmallWorld, WorldsOfEqualDigestHaveTheSameFutureOnLongWalks) {
  constexpr std::uint64_t kSeeds = kHasSanitizers ? 20 : 60;
  constexpr std::size_t kLength = 40;
  constexpr std::size_t kWalks = 12;
  const std::vector<Corner> all = corners();
  std::uint64_t others = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Corner& corner = all[seed % all.size()];
    std::mt19937_64 random(seed);
    Congruence congruence;
    Way trunk;
    World start(corner, SmallWorld::kSeed);
    while (trunk.size() < kLength) {
      const auto move = static_cast<Move>(random() % kMoves);
      if (move != Move::Destroy && WorldMove::perform(move, start)) trunk.push_back(move);
    }
    for (std::size_t walk = 0; walk < kWalks; ++walk) {
      World world = start;
      Way way = trunk;
      while (way.size() < kLength + 6) {
        const auto move = static_cast<Move>(random() % kMoves);
        if (!WorldMove::perform(move, world)) continue;
        way.push_back(move);
        if (!congruence.holds(world, way)) return;
      }
    }
    others += congruence.others();
  }
  EXPECT_GT(others, 500U) << "hardly a world is met again";
}

void collect(const World& world, std::size_t length, DigestSet& met, std::uint64_t& steps) {
  (void)met.insert(WorldDigest::of(world));
  if (length == 0) return;
  for (const Move move : allMoves()) {
    World next = world;
    if (!WorldMove::perform(move, next)) continue;
    ++steps;
    collect(next, length - 1, met, steps);
  }
}

TEST(SmallWorld, PursuingEachWorldOnceMeetsAllWorlds) {
  constexpr std::size_t kLength = 3;
  const Corner& corner = cornerNamed("defaults");
  DigestSet met;
  std::uint64_t stepsOfAll = 0;
  collect(World(corner, SmallWorld::kSeed), kLength, met, stepsOfAll);
  SmallWorld world(corner, {}, allMoves());
  // Worlds at the greatest length are not collected.
  ASSERT_TRUE(world.walk(kLength + 1));
  EXPECT_EQ(world.known().sorted(), met.sorted());
  EXPECT_GT(stepsOfAll, 5 * (world.steps() - world.tallies().back().steps)) << "nothing is saved";
}

// No host can set a negative time, and with one the client breaks rules.
TEST(SmallWorld, FindsAShortestWayToABrokenRule) {
  Corner corner{"a wait below zero"};
  corner.options.maxReconnectDelay = std::chrono::milliseconds(-1);
  SmallWorld world(corner, {}, allMoves());
  EXPECT_FALSE(world.walk(4));
  ASSERT_TRUE(world.violation());
  EXPECT_EQ(world.violation()->way.size(), 2U) << toText(*world.violation());
  EXPECT_FALSE(worldAt(world.violation()->way, corner).findings().empty());
}

TEST(SmallWorld, GoesThroughEveryEventEffectAndPhase) {
  Coverage coverage;
  for (const std::string_view name :
       {"defaults", "one retry, decider", "addresses are found later", "shortest intervals"}) {
    std::vector<Way> all = starts();
    all.emplace_back();
    for (const Way& start : all) {
      SmallWorld world(cornerNamed(name), start, allMoves(), &coverage);
      ASSERT_TRUE(world.walk(kHasSanitizers ? 2 : 3)) << toText(*world.violation());
    }
  }
  // The driver itself gives these answers.
  coverage.events.set(indexOf<event::ControlRefused>());
  coverage.events.set(indexOf<event::ShouldReconnectAnswered>());
  // Of sessions, and of the option `unconfirmed`.
  coverage.events.set(indexOf<event::SetSession>());
  coverage.events.set(indexOf<event::SetResend>());
  coverage.events.set(indexOf<event::SessionFrameReceived>());
  coverage.events.set(indexOf<event::Acknowledge>());
  coverage.effects.set(Effect(effect::SendHello{}).index());
  coverage.effects.set(Effect(effect::LeaveSession{}).index());
  coverage.effects.set(Effect(effect::SendSessionFrame{}).index());
  coverage.notifications.set(Notification(notification::SessionResumed{}).index());
  coverage.notifications.set(Notification(notification::SessionLost{}).index());
  coverage.notifications.set(Notification(notification::SessionTaken{}).index());
  EXPECT_TRUE(coverage.events.all()) << coverage.events;
  EXPECT_TRUE(coverage.effects.all()) << coverage.effects;
  EXPECT_TRUE(coverage.notifications.all()) << coverage.notifications;
  // No turn ends in Phase::Deciding.
  coverage.phases.set(static_cast<std::size_t>(Phase::Deciding));
  EXPECT_TRUE(coverage.phases.all()) << coverage.phases;
  EXPECT_TRUE(coverage.messageResults.all()) << coverage.messageResults;
  EXPECT_TRUE(coverage.controlResults.all()) << coverage.controlResults;
  EXPECT_TRUE(coverage.trySendNow.all()) << coverage.trySendNow;
  EXPECT_TRUE(coverage.frameReceived.all()) << coverage.frameReceived;
}

TEST(SmallWorld, HasBothEndsOfEveryOption) {
  const std::vector<Corner> all = corners();
  for (const std::string_view name : optionNames()) {
    const auto endsOf = [&](std::string_view end) {
      return std::count_if(all.begin(), all.end(), [&](const Corner& corner) {
        return corner.name == std::string(end) + " " + std::string(name);
      });
    };
    const bool isFlag = std::holds_alternative<bool>(getOption(Options(), name));
    // The greater end of a flag that is set by default is the default.
    EXPECT_EQ(endsOf("least") + endsOf("greatest"), isFlag ? 1 : 2) << name;
  }
  for (const Corner& corner : all) {
    for (const std::string_view name : optionNames()) {
      Options options;
      EXPECT_EQ(setOption(options, name, getOption(corner.options, name)), std::nullopt) << corner.name;
    }
  }
}

TEST(SmallWorld, WhatHappensInACallbackHasTheSameEffectsAsOutside) {
  CallbackCheck check;
  for (const std::string_view name : {"defaults", "defaults, decider", "addresses are found later",
                                      "the buffer falls by whole messages", "a handshake"}) {
    const Corner& corner = cornerNamed(name);
    std::vector<Way> ways = starts();
    ways.emplace_back();
    for (const Move first : allMoves()) {
      if (!kHasSanitizers) ways.push_back({Move::Connect, first});
    }
    ways.push_back({Move::Connect, Move::Open, Move::Send, Move::Reconnect});
    ways.push_back({Move::Connect, Move::Open, Move::CloseHinted});
    for (const Way& way : ways) {
      World world(corner, SmallWorld::kSeed);
      for (const Move move : way) (void)WorldMove::perform(move, world);
      for (const Move move : allMoves()) {
        if (!WorldMove::isPossible(move, world)) continue;
        ASSERT_TRUE(check.holds(world, move)) << name << ": " << toText(way) << " " << nameOf(move);
      }
    }
  }
  EXPECT_GT(check.comparisons(), 10'000U);
}

}  // namespace
}  // namespace rws::test
