// Owns the record of what a walk has met: kinds of input, action, phase, outcome of send().
// Refuses to count.
#pragma once

#include <bitset>
#include <cstddef>
#include <variant>

#include "action.h"
#include "delivery.h"
#include "input.h"
#include "phase_reach.h"

namespace rws::test {

struct Coverage {
  std::bitset<std::variant_size_v<Input>> inputs;
  std::bitset<std::variant_size_v<Action>> actions;
  std::bitset<kPhases> phases;
  std::bitset<static_cast<std::size_t>(SendOutcome::Unmeasured) + 1> outcomes;
};

}  // namespace rws::test
