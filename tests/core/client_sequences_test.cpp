// All short sequences of the moves of small worlds, and long random ones, against models that know nothing of
// the client's inside. `rws_sim worlds` walks further.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/sanitizers.h"
#include "support/small_world.h"

namespace rws::test {
namespace {

struct Reach {
  std::size_t allMoves;    // length of the sequences of all moves
  std::size_t coreMoves;   // length of those of the core moves, for the defaults
  std::size_t fromStarts;  // length of those of all moves from worlds far from the fresh client
  std::uint64_t seeds;     // random walks of 2000 moves each
};
constexpr Reach kReach = kHasSanitizers ? Reach{3, 6, 2, 100} : Reach{4, 8, 3, 400};

// Walks one corner; returns the moves made.
std::uint64_t walk(const Corner& corner, const Way& start, const std::vector<Move>& moves,
                   std::size_t length) {
  SmallWorld world(corner, start, moves);
  if (!world.walk(length)) ADD_FAILURE() << toText(*world.violation());
  return world.steps();
}

TEST(ClientSequences, EveryShortSequenceKeepsTheRulesInEveryCorner) {
  const std::vector<Move> moves = allMoves();
  std::uint64_t steps = 0;
  for (const Corner& corner : corners()) steps += walk(corner, {}, moves, kReach.allMoves);
  RecordProperty("steps", std::to_string(steps));
  EXPECT_GT(steps, 100'000U) << "the walk went nowhere";
}

TEST(ClientSequences, EveryShortSequenceFromFarKeepsTheRulesInEveryCorner) {
  const std::vector<Move> moves = allMoves();
  std::uint64_t steps = 0;
  for (const Corner& corner : corners()) {
    for (const Way& start : starts()) steps += walk(corner, start, moves, kReach.fromStarts);
  }
  RecordProperty("steps", std::to_string(steps));
  EXPECT_GT(steps, 50'000U) << "the walk went nowhere";
}

TEST(ClientSequences, EveryLongerSequenceOfTheCoreMovesKeepsTheRules) {
  const std::vector<Move> moves = coreMoves();
  const std::uint64_t steps = walk(corners().front(), {}, moves, kReach.coreMoves);
  RecordProperty("steps", std::to_string(steps));
  EXPECT_GT(steps, 10'000U) << "the walk went nowhere";
}

// The rule a sequence breaks, nullptr if none.
const char* brokenBy(const Way& way, const Corner& corner) {
  World world(corner, SmallWorld::kSeed);
  for (const Move move : way) {
    (void)WorldMove::perform(move, world);
    if (!world.findings().empty()) return world.findings().rule();
  }
  return nullptr;
}

// Leaves out every move that the finding does not need.
Way shrunk(Way way, const Corner& corner) {
  for (std::size_t i = way.size(); i-- > 0;) {
    Way shorter = way;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    if (brokenBy(shorter, corner) != nullptr) way = shorter;
  }
  return way;
}

Move randomMove(std::mt19937_64& random) {
  // Moves that lead far are drawn more often.
  static constexpr std::array kOften = {Move::Connect,       Move::Open,     Move::Open,
                                        Move::HandshakeDone, Move::Send,     Move::Send,
                                        Move::Frame,         Move::Deadline, Move::Deadline};
  const std::size_t drawn = random() % (kMoves + kOften.size());
  return drawn < kMoves ? static_cast<Move>(drawn) : kOften[drawn - kMoves];
}

// Whatever has happened: with a willing server the client opens and all that waited is sent.
bool recovers(World& world) {
  world.host().behave();
  for (const Move move : {Move::NoDecider, Move::Reconnect, Move::Resolve, Move::Open, Move::HandshakeDone,
                          Move::ClosingClose, Move::OwnOptions}) {
    (void)WorldMove::perform(move, world);
  }
  if (world.client().phase() == Phase::Destroyed) return world.findings().empty();
  return world.findings().empty() && world.client().phase() == Phase::Connected &&
         world.client().queuedMessages() == 0;
}

TEST(ClientSequences, LongRandomWalksKeepTheRules) {
  const std::vector<Corner> all = corners();
  constexpr std::size_t kMovesOfASeed = 2000;
  for (std::uint64_t seed = 0; seed < kReach.seeds; ++seed) {
    std::mt19937_64 random(seed);
    const Corner& corner = all[seed % all.size()];
    World world(corner, SmallWorld::kSeed);
    Way way;
    while (way.size() < kMovesOfASeed && world.findings().empty()) {
      const Move move = randomMove(random);
      // Nothing happens after it, so it is tried rarely.
      if (move == Move::Destroy && random() % 64 != 0) continue;
      if (WorldMove::perform(move, world)) way.push_back(move);
    }
    if (world.findings().empty()) {
      ASSERT_TRUE(recovers(world)) << "seed " << seed << ", corner " << corner.name << ": "
                                   << world.findings().rule();
      continue;
    }
    const Way shortest = shrunk(way, corner);
    FAIL() << "seed " << seed << ": " << toText(Violation{corner.name, brokenBy(shortest, corner), shortest});
  }
}

}  // namespace
}  // namespace rws::test
