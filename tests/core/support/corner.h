// The corners of the small worlds: every option at its lower and at its upper end, the combinations in which
// options meet, and the ways in which hosts differ. The options and their ends are taken from options.h.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "options.h"
#include "wire_model.h"

namespace rws::test {

// What the host does at once, inside of a call of the platform.
enum class AtOnce : std::uint8_t {
  Nothing,
  ResolveFails,   // every second attempt has no address
  OpenThrows,     // every second socket cannot be created
  OpenOpens,      // a socket opens while it is created
  OpenCloses,     // every second socket fails while it is created
  CloseCloses,    // a socket fires its close event while it is closed
  HandshakeEnds,  // a handshake is done while it is started, and every second one fails
};

struct Corner {
  std::string name;
  Options options{};
  bool hasDecider = false;
  bool hasHandshake = false;
  BufferKind buffer = BufferKind::Bytes;
  bool resolvesLater = false;  // addresses are not found at once
  AtOnce atOnce = AtOnce::Nothing;
  bool reconnectsInListener = false;  // the user's `close` listener calls connect()
};

// Both ends of one option, the first values that its rule takes.
inline void addEnds(std::string_view name, std::vector<Corner>& corners) {
  using Values = std::vector<OptionValue>;
  constexpr double kLargestCount = 9007199254740992.0;
  const Values lower = {0.0, 1.0, false, std::vector<double>{}};
  const Values upper = {std::numeric_limits<double>::infinity(), kLargestCount, 1.0, true,
                        std::vector<double>{1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 4999}};
  for (const auto& [end, values] : {std::pair("least ", lower), std::pair("greatest ", upper)}) {
    Corner corner{end + std::string(name)};
    for (const OptionValue& value : values) {
      if (setOption(corner.options, name, value)) continue;
      if (corner.options != Options()) corners.push_back(corner);
      break;
    }
  }
}

inline void addCombinations(std::vector<Corner>& corners) {
  const auto add = [&corners](std::string name, bool hasDecider, auto change) {
    Corner corner{std::move(name)};
    corner.hasDecider = hasDecider;
    change(corner.options);
    corners.push_back(std::move(corner));
  };
  add("defaults, decider", true, [](Options& /*options*/) {});
  add("queue of one", false, [](Options& options) { options.maxQueueSize = 1; });
  add("queue of few bytes", false, [](Options& options) { options.maxQueueBytes = 45; });
  add("one retry, decider", true, [](Options& options) { options.maxReconnectAttempts = 1; });
  add("no automatic reconnect, decider", true, [](Options& options) { options.enableAutoReconnect = false; });
  add("endless retries without delay", false, [](Options& options) {
    options.maxReconnectAttempts = Options::kUnlimited;
    options.reconnectDelay = options.maxReconnectDelay = options.stableAfter = Duration::zero();
  });
  add("shortest intervals", false, [](Options& options) {
    options.jitter = 0;
    options.pingInterval = options.pongTimeout = options.probeTimeout = options.confirmAfter =
        options.closeGrace = options.connectionTimeout = std::chrono::milliseconds(1);
  });
  add("longest intervals", false, [](Options& options) {
    options.jitter = 1;
    for (Duration Options::*field :
         {&Options::reconnectDelay, &Options::maxReconnectDelay, &Options::stableAfter,
          &Options::maxRetryAfter, &Options::connectionTimeout, &Options::pingInterval, &Options::pongTimeout,
          &Options::confirmAfter, &Options::probeTimeout, &Options::closeGrace}) {
      options.*field = Options::kLongest;
    }
  });
}

inline void addHosts(std::vector<Corner>& corners) {
  const auto add = [&corners](std::string name, auto change) {
    Corner corner{std::move(name)};
    change(corner);
    corners.push_back(std::move(corner));
  };
  add("addresses are found later", [](Corner& corner) { corner.resolvesLater = true; });
  add("the buffer falls by whole messages",
      [](Corner& corner) { corner.buffer = BufferKind::WholeMessages; });
  add("the buffer is always empty", [](Corner& corner) { corner.buffer = BufferKind::AlwaysEmpty; });
  add("addresses fail at once", [](Corner& corner) { corner.atOnce = AtOnce::ResolveFails; });
  add("sockets cannot be created", [](Corner& corner) { corner.atOnce = AtOnce::OpenThrows; });
  add("sockets open at once", [](Corner& corner) { corner.atOnce = AtOnce::OpenOpens; });
  add("sockets fail at once", [](Corner& corner) { corner.atOnce = AtOnce::OpenCloses; });
  add("sockets close at once", [](Corner& corner) { corner.atOnce = AtOnce::CloseCloses; });
  add("a handshake", [](Corner& corner) { corner.hasHandshake = true; });
  add("handshakes end at once", [](Corner& corner) {
    corner.hasHandshake = true;
    corner.atOnce = AtOnce::HandshakeEnds;
  });
  add("a handshake, and the buffer falls by whole messages", [](Corner& corner) {
    corner.hasHandshake = true;
    corner.buffer = BufferKind::WholeMessages;
  });
  add("a listener connects again", [](Corner& corner) { corner.reconnectsInListener = true; });
}

// The defaults first.
inline std::vector<Corner> corners() {
  std::vector<Corner> all{{"defaults"}};
  for (const std::string_view name : optionNames()) addEnds(name, all);
  addCombinations(all);
  addHosts(all);
  return all;
}

}  // namespace rws::test
