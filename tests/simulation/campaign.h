// Runs over many seeds: their division among processes, progress, and the closing summary.
#pragma once

#include <cstdint>

#include "swarm.h"

namespace rws::sim {

struct Campaign {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // not included
  std::uint64_t jobs = 1;
  bool stopsAtViolation = false;
  bool isQuiet = false;
  FaultSet without = 0;
};
// Returns the exit code: 0 without a violation.
[[nodiscard]] int runCampaign(const Campaign& campaign);

struct Single {
  std::uint64_t seed = 0;
  bool traces = false;
  bool shrinks = false;
  FaultSet without = 0;
};
[[nodiscard]] int runSingle(const Single& single);

}  // namespace rws::sim
