// The walk through all sequences of moves in one corner, breadth first over distinct worlds: of several ways
// that lead to worlds of equal digest one is pursued. The first finding comes by a shortest way.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "corner.h"
#include "digest_set.h"
#include "world_digest.h"
#include "world_move.h"

namespace rws::test {

using Way = std::vector<Move>;

inline std::string toText(const Way& way) {
  std::string text;
  for (const Move move : way) text += (text.empty() ? "" : " ") + std::string(nameOf(move));
  return text;
}

struct Violation {
  std::string corner;
  std::string rule;
  Way way;
};
inline std::string toText(const Violation& violation) {
  return violation.rule + "\n  corner: " + violation.corner + "\n  way: " + toText(violation.way);
}

// What was met on sequences of one length.
struct LengthTally {
  std::uint64_t steps = 0;   // moves made
  std::uint64_t states = 0;  // worlds that no shorter way leads to; none at the greatest length
};

class SmallWorld {
 public:
  static constexpr std::uint64_t kSeed = 7;
  static constexpr std::size_t kLongestWay = 15;

  // `start` is made before all sequences; only moves among `moves` are made after it.
  SmallWorld(const Corner& corner, Way start, std::vector<Move> moves, Coverage* coverage = nullptr)
      : corner_(corner),
        coverage_(coverage),
        start_(std::move(start)),
        moves_(std::move(moves)),
        scratch_(fresh()) {
    walked_.push_back(fresh());
    for (const Move move : start_) (void)WorldMove::perform(move, walked_.front());
    (void)known_.insert(WorldDigest::of(walked_.front()));
    frontier_.emplace_back();
    (void)findAt(walked_.front());
  }

  // All sequences one move longer; false when there is a finding. Worlds at the greatest length need no
  // digest. `pulse` is called now and then.
  template <class Pulse>
  bool lengthen(bool isLast, Pulse pulse) {
    constexpr std::size_t kWorldsAPulse = 4096;
    tallies_.emplace_back();
    std::vector<PackedWay> next;
    for (std::size_t i = 0; i < frontier_.size(); ++i) {
      if (!expand(frontier_[i], isLast ? nullptr : &next)) return false;
      if (i % kWorldsAPulse == 0) pulse();
    }
    tallies_.back().states = next.size();
    frontier_ = std::move(next);
    return true;
  }
  bool walk(std::size_t length) {
    while (!violation_ && tallies_.size() < length) {
      (void)lengthen(tallies_.size() + 1 == length, [] {});
    }
    return !violation_;
  }

  // The move that is being made, and how the world came to it.
  [[nodiscard]] Way presentWay() const {
    Way way = start_;
    way.insert(way.end(), making_.moves.begin(), making_.moves.begin() + making_.length);
    return way;
  }
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  [[nodiscard]] const std::vector<LengthTally>& tallies() const { return tallies_; }
  [[nodiscard]] std::uint64_t steps() const {
    std::uint64_t sum = 0;
    for (const LengthTally& tally : tallies_) sum += tally.steps;
    return sum;
  }
  [[nodiscard]] const DigestSet& known() const { return known_; }
  [[nodiscard]] std::size_t bytes() const {
    return known_.bytes() + frontier_.capacity() * sizeof(PackedWay);
  }

 private:
  struct PackedWay {
    std::array<Move, kLongestWay> moves{};
    std::uint8_t length = 0;
  };

  [[nodiscard]] World fresh() const {
    World world(corner_, kSeed);
    world.recordIn(coverage_);
    return world;
  }

  bool expand(const PackedWay& way, std::vector<PackedWay>* next) {
    stand(way);
    const World& here = walked_[way.length];
    for (const Move move : moves_) {
      if (!WorldMove::isPossible(move, here)) continue;
      making_ = way;
      making_.moves[making_.length++] = move;
      scratch_ = here;
      (void)WorldMove::perform(move, scratch_);
      ++tallies_.back().steps;
      if (!scratch_.findings().empty()) return findAt(scratch_);
      if (next != nullptr && known_.insert(WorldDigest::of(scratch_))) next->push_back(making_);
    }
    return true;
  }

  // Goes where the way leads. Ways come in an order in which neighbours share their beginnings.
  void stand(const PackedWay& way) {
    std::size_t shared = 0;
    while (shared < std::min(way.length, stood_.length) && way.moves[shared] == stood_.moves[shared])
      ++shared;
    if (walked_.size() <= way.length) walked_.resize(way.length + std::size_t{1}, walked_.front());
    for (; shared < way.length; ++shared) {
      walked_[shared + 1] = walked_[shared];
      (void)WorldMove::perform(way.moves[shared], walked_[shared + 1]);
    }
    stood_ = way;
  }

  bool findAt(const World& world) {
    if (!world.findings().empty()) violation_ = {corner_.name, world.findings().rule(), presentWay()};
    return !violation_;
  }

  const Corner& corner_;
  Coverage* coverage_;
  Way start_;
  std::vector<Move> moves_;
  World scratch_;
  std::vector<World> walked_;  // along the way stood at, from its start
  PackedWay stood_;
  PackedWay making_;
  std::vector<PackedWay> frontier_;
  DigestSet known_;
  std::vector<LengthTally> tallies_;
  std::optional<Violation> violation_;
};

// Places that are interesting and far from a fresh connection.
inline std::vector<Way> starts() {
  return {
      {Move::Connect, Move::Open, Move::Send, Move::Send},
      {Move::Connect, Move::Open, Move::Send, Move::Reconnect, Move::Open, Move::SendWithTtl},
      {Move::Connect, Move::CloseLost, Move::Send, Move::SendVolatile},
      {Move::ToggleHandshake, Move::Connect, Move::Open, Move::HandshakeSends, Move::Send},
      {Move::Connect, Move::Open, Move::Send, Move::AlmostDeadline, Move::Deadline, Move::Deadline},
  };
}

inline std::vector<Move> allMoves() {
  std::vector<Move> moves;
  for (std::size_t i = 0; i < kMoves; ++i) moves.push_back(static_cast<Move>(i));
  return moves;
}
inline std::vector<Move> coreMoves() {
  std::vector<Move> moves = allMoves();
  moves.erase(
      std::remove_if(moves.begin(), moves.end(), [](const Move move) { return !traitsOf(move).isCore; }),
      moves.end());
  return moves;
}

}  // namespace rws::test
