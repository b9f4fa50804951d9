// Owns the processes that walk: one a job, each with every N-th walk, what they meet through a pipe.
// Refuses threads: a walk that aborts takes its own process down only, and its way is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "../../core/support/small_world.h"

namespace rws::worlds {

// One corner, from one start.
struct Walk {
  test::Corner corner;
  test::Way start;
};

struct WalkPlan {
  std::vector<Walk> walks;
  std::vector<test::Move> moves;
  std::size_t length = 6;
  std::uint64_t jobs = 1;
  bool isQuiet = false;
};

// The same way to break the same rule, in some corners.
struct Finding {
  std::string corner;  // the first one
  std::string rule;
  std::string way;
  std::uint64_t corners = 1;
};

struct WalkSum {
  std::vector<test::LengthTally> lengths;
  std::size_t done = 0;  // walks
  std::vector<Finding> findings;
  int crashes = 0;
  double seconds = 0;
  double megabytesAJob = 0;
};

// Tells of its progress on stderr.
[[nodiscard]] WalkSum runWalks(const WalkPlan& plan);

}  // namespace rws::worlds
