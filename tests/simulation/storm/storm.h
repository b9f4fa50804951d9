// The storm: every client loses the one server at once, and the server returns with a limited capacity.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fleet.h"

namespace rws::storm {

struct StormSettings {
  Duration down = std::chrono::seconds(10);  // from the loss until the server listens again
  double capacity = 20000;  // connections accepted per second, up to one second's worth at once
  std::uint64_t seed = 1;
};

struct StormResult {
  std::vector<std::uint64_t> attemptsBySecond;  // from the loss on
  std::uint64_t connected = 0;
  std::uint64_t gaveUp = 0;
  std::optional<double> t50, t99;  // seconds from the loss until so many per cent were connected
  double longestDelay = 0;         // s

  [[nodiscard]] std::uint64_t attempts() const;
  [[nodiscard]] std::uint64_t peak(std::size_t fromSecond = 0) const;
};

[[nodiscard]] StormResult runStorm(Fleet& fleet, const StormSettings& settings);

}  // namespace rws::storm
