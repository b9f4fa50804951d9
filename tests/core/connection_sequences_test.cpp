// Every short sequence of the world's moves, and long random ones, against models that stand outside the
// connection.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/checked_connection.h"
#include "support/world_move.h"

namespace rws::test {
namespace {

// How far to go: builds with sanitizers or without optimisation are an order of magnitude slower.
#if defined(__SANITIZE_ADDRESS__)
#define RWS_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RWS_ADDRESS_SANITIZER
#endif
#endif

struct Reach {
  std::size_t allMoves;   // length of the sequences of all moves
  std::size_t coreMoves;  // length of those of the core moves
  std::uint64_t seeds;    // random walks of 2000 moves each
};
#if defined(RWS_ADDRESS_SANITIZER)
constexpr Reach kReachOfTests{2, 3, 100};
#elif !defined(__OPTIMIZE__)
constexpr Reach kReachOfTests{2, 4, 100};
#else
constexpr Reach kReachOfTests{3, 5, 400};
#endif

struct Corner {
  std::string name;
  Options options;
  bool hostDecides = false;
};

std::vector<Corner> corners() {
  std::vector<Corner> all(10);
  all[0] = {"defaults", {}, false};
  all[1] = {"queue of none", {}, false};
  all[1].options.maxQueueSize = 0;
  all[2] = {"queue of one, few bytes", {}, false};
  all[2].options.maxQueueSize = 1;
  all[2].options.maxQueueBytes = 30;
  all[3] = {"no retries", {}, false};
  all[3].options.maxReconnectAttempts = 0;
  all[4] = {"one retry, host decides", {}, true};
  all[4].options.maxReconnectAttempts = 1;
  all[5] = {"endless retries without delay", {}, false};
  all[5].options.maxReconnectAttempts = Options::kUnlimited;
  all[5].options.reconnectDelay = all[5].options.maxReconnectDelay = all[5].options.stableAfter =
      Duration::zero();
  all[6] = {"no heartbeat", {}, false};
  all[6].options.enableHeartbeat = false;
  all[7] = {"no automatic reconnect", {}, false};
  all[7].options.enableAutoReconnect = false;
  all[8] = {"host decides, no automatic reconnect", {}, true};
  all[8].options.enableAutoReconnect = false;
  all[9] = {"shortest intervals", {}, false};
  all[9].options.jitter = 0;
  all[9].options.pingInterval = all[9].options.pongTimeout = all[9].options.probeTimeout =
      std::chrono::milliseconds(1);
  all[9].options.probeAfterSend = all[9].options.closeGrace = all[9].options.connectionTimeout =
      std::chrono::milliseconds(1);
  return all;
}

std::string told(const Corner& corner, const std::vector<Move>& way, const char* rule) {
  std::string text = std::string(rule) + "\n  corner: " + corner.name + "\n  way:";
  for (const Move move : way) text += " " + std::string(nameOf(move));
  return text;
}

// Depth first over all sequences; stops at the first finding.
class Walk {
 public:
  Walk(const Corner& corner, std::size_t moves) : corner_(corner), moves_(moves) {}

  bool from(const std::vector<Move>& prefix, std::size_t depth) {
    CheckedConnection world(corner_.options, 7, corner_.hostDecides);
    way_ = prefix;
    for (const Move move : prefix) (void)WorldMove::perform(move, world);
    return isSound(world) && further(world, depth);
  }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  bool further(const CheckedConnection& world, std::size_t depth) {
    if (depth == 0) return true;
    for (std::size_t i = 0; i < moves_; ++i) {
      const Move move = static_cast<Move>(i);
      CheckedConnection next = world;
      if (!WorldMove::perform(move, next)) continue;
      ++steps_;
      way_.push_back(move);
      if (!isSound(next) || !further(next, depth - 1)) return false;
      way_.pop_back();
    }
    return true;
  }
  bool isSound(const CheckedConnection& world) {
    if (world.findings().empty()) return true;
    ADD_FAILURE() << told(corner_, way_, world.findings().rule());
    return false;
  }

  const Corner& corner_;
  std::size_t moves_;
  std::vector<Move> way_;
  std::uint64_t steps_ = 0;
};

// Where the walks set out: a sequence of five moves seldom gets from a fresh connection to an interesting
// place.
const std::vector<std::vector<Move>> kStarts = {
    {},
    {Move::Connect, Move::Open, Move::Send, Move::Send},
    {Move::Connect, Move::Open, Move::Send, Move::Reconnect, Move::Open, Move::SendWithTtl},
    {Move::Connect, Move::CloseLost, Move::Send, Move::SendVolatile},
};

void walkAll(std::size_t moves, std::size_t depth) {
  std::uint64_t steps = 0;
  for (const Corner& corner : corners()) {
    for (const std::vector<Move>& start : kStarts) {
      Walk walk(corner, moves);
      if (!walk.from(start, depth)) return;
      steps += walk.steps();
    }
  }
  testing::Test::RecordProperty("steps", std::to_string(steps));
  EXPECT_GT(steps, 1000U) << "the walk went nowhere";
}

TEST(ConnectionSequences, EveryShortSequenceOfAllMovesKeepsTheRules) {
  walkAll(kMoves, kReachOfTests.allMoves);
}

TEST(ConnectionSequences, EveryLongerSequenceOfTheCoreMovesKeepsTheRules) {
  walkAll(kCoreMoves, kReachOfTests.coreMoves);
}

// The rule a sequence breaks, nullptr if none.
const char* brokenBy(const std::vector<Move>& way, const Corner& corner) {
  CheckedConnection world(corner.options, 7, corner.hostDecides);
  for (const Move move : way) {
    (void)WorldMove::perform(move, world);
    if (!world.findings().empty()) return world.findings().rule();
  }
  return nullptr;
}

// Leaves out every move that the finding does not need.
std::vector<Move> shrunk(std::vector<Move> way, const Corner& corner) {
  for (std::size_t i = way.size(); i-- > 0;) {
    std::vector<Move> shorter = way;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    if (brokenBy(shorter, corner) != nullptr) way = shorter;
  }
  return way;
}

Move randomMove(std::mt19937_64& random) {
  // What leads somewhere is drawn more often, so that walks are not spent in front of a closed door.
  static constexpr std::array kOften = {Move::Connect, Move::Open,  Move::Open,     Move::Send,
                                        Move::Send,    Move::Frame, Move::Deadline, Move::Deadline};
  const std::size_t drawn = random() % (kMoves + kOften.size());
  return drawn < kMoves ? static_cast<Move>(drawn) : kOften[drawn - kMoves];
}

// Whatever has happened: with a willing server the connection opens and all that waited is sent.
bool recovers(CheckedConnection& world) {
  for (const Move move :
       {Move::HostSilent, Move::DecideNothing, Move::Reconnect, Move::Open, Move::LingeringClose}) {
    (void)WorldMove::perform(move, world);
  }
  if (world.phase() == Phase::Destroyed) return world.findings().empty();
  return world.findings().empty() && world.phase() == Phase::Connected &&
         world.connection().queuedMessages() == 0;
}

TEST(ConnectionSequences, LongRandomWalksKeepTheRules) {
  const std::vector<Corner> all = corners();
  constexpr std::size_t kMovesOfASeed = 2000;
  for (std::uint64_t seed = 0; seed < kReachOfTests.seeds; ++seed) {
    std::mt19937_64 random(seed);
    const Corner& corner = all[seed % all.size()];
    CheckedConnection world(corner.options, 7, corner.hostDecides);
    std::vector<Move> way;
    while (way.size() < kMovesOfASeed && world.findings().empty()) {
      const Move move = randomMove(random);
      // The end of everything ends the walk's use as well: it is tried rarely.
      if (move == Move::Destroy && random() % 64 != 0) continue;
      if (WorldMove::perform(move, world)) way.push_back(move);
    }
    if (world.findings().empty()) {
      EXPECT_TRUE(recovers(world)) << "seed " << seed << ": " << told(corner, way, world.findings().rule());
      continue;
    }
    const std::vector<Move> shortest = shrunk(way, corner);
    FAIL() << "seed " << seed << ": " << told(corner, shortest, brokenBy(shortest, corner));
  }
}

}  // namespace
}  // namespace rws::test
