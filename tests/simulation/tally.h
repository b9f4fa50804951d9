// Owns the sums over many lives, in a form that can be sent from one process to another.
// Refuses to print.
#pragma once

#include <array>
#include <cstdint>

#include "swarm.h"

namespace rws::sim {

struct Tally {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::uint64_t connected = 0;  // milliseconds
  std::uint64_t lived = 0;      // milliseconds
  std::uint64_t connections = 0;
  std::uint64_t messages = 0;
  std::uint64_t healed = 0;
  std::uint64_t violations = 0;
  std::array<std::uint64_t, kFaults> outages{};

  Tally& operator+=(const Tally& other) {
    seeds += other.seeds;
    steps += other.steps;
    connected += other.connected;
    lived += other.lived;
    connections += other.connections;
    messages += other.messages;
    healed += other.healed;
    violations += other.violations;
    for (std::size_t i = 0; i < kFaults; ++i) outages[i] += other.outages[i];
    return *this;
  }
};

}  // namespace rws::sim
