// What a walk has met: kinds of events, effects, notifications, phases, and the outcomes of sending.
#pragma once

#include <bitset>
#include <cstddef>
#include <variant>

#include "effects.h"
#include "phase_reach.h"
#include "platform.h"

namespace rws::test {

struct Coverage {
  static constexpr std::size_t kResults = static_cast<std::size_t>(SendResult::Closing) + 1;

  EventSet events;
  std::bitset<std::variant_size_v<Effect>> effects;
  std::bitset<std::variant_size_v<Notification>> notifications;
  std::bitset<kPhases> phases;
  std::bitset<kResults> messageResults;
  std::bitset<kResults> controlResults;
  // Index 1: the fast path was taken.
  std::bitset<2> trySendNow;
  std::bitset<2> frameReceived;
};

}  // namespace rws::test
