// Owns the reduction of a run that broke a promise to the few happenings that break it.
// Refuses to change which promise: a smaller run that breaks another one is no reduction.
#pragma once

#include <cstdint>

#include "findings.h"
#include "happening.h"
#include "options.h"

namespace rws::sim {

// A run that can be played again without a world.
struct Play {
  Options options;
  std::uint64_t clientSeed = 1;
  Script script;
  std::int64_t end = 0;       // milliseconds
  std::size_t removable = 0;  // happenings that may be left out, from the first: not those of a healed world
};

// Whether the play breaks that promise.
[[nodiscard]] bool breaks(const Play& play, const Finding& finding);

[[nodiscard]] Play shrunk(Play play, const Finding& finding);

}  // namespace rws::sim
