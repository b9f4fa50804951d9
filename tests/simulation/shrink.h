// The reduction of a run that breaks an invariant to the few inputs that break it. A smaller run that breaks
// another one does not count.
#pragma once

#include <cstddef>
#include <cstdint>

#include "findings.h"
#include "input.h"
#include "setup.h"

namespace rws::sim {

// A run that can be repeated without a world.
struct Play {
  Setup setup;
  Script script;
  std::int64_t end = 0;       // milliseconds
  std::size_t removable = 0;  // inputs that may be left out, from the first: not those after the faults
};

// Whether the play breaks that invariant.
[[nodiscard]] bool breaks(const Play& play, const Finding& finding);

[[nodiscard]] Play shrunk(Play play, const Finding& finding);

}  // namespace rws::sim
