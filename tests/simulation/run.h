// One seed from beginning to end: the run it draws, what was found, and what is counted. A run ends with its
// first finding.
#pragma once

#include <cstdint>
#include <string>

#include "findings.h"
#include "shrink.h"
#include "totals.h"

namespace rws::sim {

struct RunOutcome {
  Finding finding;
  Totals totals;
  std::uint64_t digest = 0;  // of all effects
};

// `play` gets the inputs, `trace` the events and effects as text, if given.
[[nodiscard]] RunOutcome runSeed(std::uint64_t seed, FaultSet without, Play* play = nullptr,
                                 std::string* trace = nullptr);

// The inputs once more, without a world.
struct ReplayOutcome {
  Finding finding;
  bool hasRecovered = false;  // connected in the end, with nothing left to send
};
[[nodiscard]] ReplayOutcome replay(const Play& play);

}  // namespace rws::sim
