// The reconnect policies of other libraries as formulas: the delay before each retry. That of this package is
// not among them: it is run from the core itself (core_fleet.h).
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "random.h"

namespace rws::storm {

// What a client remembers between its retries.
struct ClientMemory {
  double previous = 0;  // the delay before, s
  double lifelong = 0;  // one draw in [0, 1) made when the client was created
};

inline constexpr unsigned kNoLimit = std::numeric_limits<unsigned>::max();

struct Policy {
  std::string_view name;
  std::string_view formula;
  unsigned attempts = kNoLimit;  // retries before the client gives up
  // The delay before retry `retry` (from 0), s.
  double (*delay)(unsigned retry, ClientMemory& memory, Random& random) = nullptr;
};

// First the textbook ones, all with base 1 s, cap 30 s and 10 attempts; then shipped libraries with their
// defaults.
[[nodiscard]] std::span<const Policy> policies();

}  // namespace rws::storm
