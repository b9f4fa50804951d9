// Owns the corners of the options: every option at its lower and at its upper end, and the combinations in
// which options meet. Refuses a list of its own of options and ends: options.h has both.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "options.h"

namespace rws::test {

struct Corner {
  std::string name;
  Options options;
  bool hostDecides = false;
};

// Both ends of one option, the first values that its rule takes.
inline void addEnds(std::string_view name, std::vector<Corner>& corners) {
  using Values = std::vector<OptionValue>;
  constexpr double kLargestCount = 9007199254740992.0;
  const Values lower = {0.0, 1.0, false, std::vector<double>{}};
  const Values upper = {std::numeric_limits<double>::infinity(), kLargestCount, 1.0, true,
                        std::vector<double>{1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 4999}};
  for (const auto& [end, values] : {std::pair("least ", lower), std::pair("greatest ", upper)}) {
    Corner corner{end + std::string(name), {}, false};
    for (const OptionValue& value : values) {
      if (setOption(corner.options, name, value)) continue;
      if (corner.options != Options()) corners.push_back(corner);
      break;
    }
  }
}

inline void addCombinations(std::vector<Corner>& corners) {
  const auto add = [&corners](std::string name, bool hostDecides, auto change) {
    Corner corner{std::move(name), {}, hostDecides};
    change(corner.options);
    corners.push_back(std::move(corner));
  };
  add("defaults, host decides", true, [](Options& /*options*/) {});
  add("queue of one", false, [](Options& options) { options.maxQueueSize = 1; });
  add("queue of few bytes", false, [](Options& options) { options.maxQueueBytes = 45; });
  add("one retry, host decides", true, [](Options& options) { options.maxReconnectAttempts = 1; });
  add("no automatic reconnect, host decides", true,
      [](Options& options) { options.enableAutoReconnect = false; });
  add("endless retries without delay", false, [](Options& options) {
    options.maxReconnectAttempts = Options::kUnlimited;
    options.reconnectDelay = options.maxReconnectDelay = options.stableAfter = Duration::zero();
  });
  add("shortest intervals", false, [](Options& options) {
    options.jitter = 0;
    options.pingInterval = options.pongTimeout = options.probeTimeout = options.probeAfterSend =
        options.closeGrace = options.connectionTimeout = std::chrono::milliseconds(1);
  });
  add("longest intervals", false, [](Options& options) {
    options.jitter = 1;
    for (Duration Options::*field :
         {&Options::reconnectDelay, &Options::maxReconnectDelay, &Options::stableAfter,
          &Options::maxRetryAfter, &Options::connectionTimeout, &Options::pingInterval, &Options::pongTimeout,
          &Options::probeAfterSend, &Options::probeTimeout, &Options::closeGrace}) {
      options.*field = Options::kLongest;
    }
  });
}

// The defaults first.
inline std::vector<Corner> corners() {
  std::vector<Corner> all{{"defaults", {}, false}};
  for (const std::string_view name : optionNames()) addEnds(name, all);
  addCombinations(all);
  return all;
}

}  // namespace rws::test
