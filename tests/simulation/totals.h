// Sums over many runs, in a form that can be sent from one process to another.
#pragma once

#include <array>
#include <cstdint>

#include "swarm.h"

namespace rws::sim {

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t steps = 0;
  std::uint64_t connected = 0;  // milliseconds
  std::uint64_t simulated = 0;  // milliseconds
  std::uint64_t connections = 0;
  std::uint64_t messages = 0;
  std::uint64_t healed = 0;
  std::uint64_t violations = 0;
  std::uint64_t sessionWorlds = 0;    // whose client has the option, and whose servers know sessions
  std::uint64_t plainWorlds = 0;      // the same, but the servers know none
  std::uint64_t resendingWorlds = 0;  // with `unconfirmed: 'resend'`
  std::uint64_t sessions = 0;
  std::uint64_t resumptions = 0;
  std::uint64_t takeovers = 0;
  std::uint64_t losses = 0;
  std::uint64_t resent = 0;
  std::uint64_t handedAgain = 0;
  std::array<std::uint64_t, kFaults> faults{};

  Totals& operator+=(const Totals& other) {
    seeds += other.seeds;
    steps += other.steps;
    connected += other.connected;
    simulated += other.simulated;
    connections += other.connections;
    messages += other.messages;
    healed += other.healed;
    violations += other.violations;
    sessionWorlds += other.sessionWorlds;
    plainWorlds += other.plainWorlds;
    resendingWorlds += other.resendingWorlds;
    sessions += other.sessions;
    resumptions += other.resumptions;
    takeovers += other.takeovers;
    losses += other.losses;
    resent += other.resent;
    handedAgain += other.handedAgain;
    for (std::size_t i = 0; i < kFaults; ++i) faults[i] += other.faults[i];
    return *this;
  }
};

}  // namespace rws::sim
