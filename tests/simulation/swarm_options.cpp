// Draws the options: usual values, and the least allowed ones. Every value leaves an attempt the few
// milliseconds that it needs, so that a client without faults can always connect.
#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "swarm.h"

namespace rws::sim {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

enum class Kind : std::uint8_t { Time, Count, Share, Flag, Codes };

struct Range {
  std::string_view name;
  Kind kind = Kind::Time;
  std::int64_t least = 0;
  std::int64_t low = 1;  // of the ordinary values
  std::int64_t high = 1;
};

constexpr std::array kRanges = {
    Range{"maxReconnectAttempts", Kind::Count, 0, 1, 30},
    Range{"reconnectDelay", Kind::Time, 0, 1, 10 * kSecond},
    Range{"maxReconnectDelay", Kind::Time, 0, 10, 2 * kMinute},
    Range{"jitter", Kind::Share, 0, 0, 1},
    Range{"stableAfter", Kind::Time, 0, 10, kMinute},
    Range{"maxRetryAfter", Kind::Time, 0, 10, kHour},
    Range{"connectionTimeout", Kind::Time, 5, 100, kMinute},
    Range{"pingInterval", Kind::Time, 1, 500, 5 * kMinute},
    Range{"pongTimeout", Kind::Time, 1, 200, kMinute},
    Range{"confirmAfter", Kind::Time, 1, 50, kMinute},
    Range{"probeTimeout", Kind::Time, 1, 200, kMinute},
    Range{"closeGrace", Kind::Time, 1, 50, 2 * kMinute},
    Range{"maxQueueSize", Kind::Count, 0, 1, 200},
    Range{"maxQueueBytes", Kind::Count, 0, 10, 100'000},
    Range{"maxMessageSize", Kind::Count, 0, 10, 100'000},
    Range{"fatalCloseCodes", Kind::Codes, 0, 0, 0},
    Range{"enableHeartbeat", Kind::Flag, 0, 0, 0},
    Range{"enableAutoReconnect", Kind::Flag, 0, 0, 0},
    Range{"enableErrorRecovery", Kind::Flag, 0, 0, 0},
    Range{"answerPings", Kind::Flag, 0, 0, 0},
};

OptionValue drawCodes(Dice& dice) {
  static constexpr std::array kCodes = {1000.0, 1001.0, 1003.0, 1006.0, 1008.0,
                                        1011.0, 1012.0, 4000.0, 4401.0};
  std::vector<double> codes;
  for (std::int64_t left = dice.between(0, 3); left > 0; --left)
    codes.push_back(kCodes[dice.bits() % kCodes.size()]);
  return codes;
}

OptionValue drawValue(Dice& dice, const Range& range) {
  switch (range.kind) {
    case Kind::Flag:
      return dice.chance(0.75);
    case Kind::Codes:
      return drawCodes(dice);
    case Kind::Share: {
      static constexpr std::array kShares = {0.0, 0.1, 0.5, 1.0};
      return kShares[dice.bits() % kShares.size()];
    }
    case Kind::Count:
      if (range.name == "maxReconnectAttempts" && dice.chance(0.2))
        return std::numeric_limits<double>::infinity();
      [[fallthrough]];
    case Kind::Time:
      if (dice.chance(0.15)) return static_cast<double>(range.least);
      if (dice.chance(0.05)) return static_cast<double>(range.least + 1);
      return static_cast<double>(dice.magnitude(range.low, range.high));
  }
  return true;
}

}  // namespace

Options drawOptions(Dice& dice) {
  Options options;
  const double share = dice.chance(0.3) ? 0.0 : dice.unit() * 0.6;
  for (const Range& range : kRanges) {
    if (dice.chance(share)) (void)setOption(options, range.name, drawValue(dice, range));
  }
  if (dice.chance(0.05)) options.maxReconnectDelay = options.reconnectDelay;
  if (dice.chance(0.05)) options.maxQueueSize = 1;
  return options;
}

OptionDraw drawOption(Dice& dice) {
  const Range& range = kRanges[dice.bits() % kRanges.size()];
  return {range.name, drawValue(dice, range)};
}

HeartbeatOption drawHeartbeat(Dice& dice) {
  static constexpr std::array kModes = {HeartbeatMode::Custom,  HeartbeatMode::Custom,  HeartbeatMode::Custom,
                                        HeartbeatMode::Silence, HeartbeatMode::Silence, HeartbeatMode::Json,
                                        HeartbeatMode::None};
  HeartbeatOption heartbeat{kModes[dice.bits() % kModes.size()]};
  if (heartbeat.mode == HeartbeatMode::Silence) {
    heartbeat.silence = std::chrono::milliseconds(dice.magnitude(100, 2 * kMinute));
  }
  return heartbeat;
}

}  // namespace rws::sim
