// Runs walks through small worlds in several processes: each takes every N-th walk, and reports through a
// pipe. Processes instead of threads: a walk that an assertion ends takes only its own process down, and
// prints its way.
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
  bool untilViolation = false;
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
  double processorSeconds = 0;  // of all jobs
  double megabytesAJob = 0;
};

// Prints its progress on stderr.
[[nodiscard]] WalkSum runWalks(const WalkPlan& plan);

}  // namespace rws::worlds
