// Owns the ranges from which lives are drawn.
// Refuses values that make a healthy world impossible: an attempt may take a few milliseconds.
#include "swarm.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace rws::sim {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

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
    Range{"probeAfterSend", Kind::Time, 1, 50, kMinute},
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

void set(Options& options, std::string_view name, double milliseconds) {
  (void)setOption(options, name, milliseconds);
}

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

template <std::size_t N>
void drawWeights(Dice& dice, std::array<float, N>& weights) {
  for (float& weight : weights) {
    weight = dice.chance(0.4) ? 0.0F : static_cast<float>(dice.magnitude(1, 1000));
  }
}

// Mostly idle for weeks, with an outage now and then.
void makeQuiet(Dice& dice, Configuration& life) {
  life.life = dice.between(20 * kDay, 60 * kDay);
  life.faultGap = static_cast<double>(dice.magnitude(12 * kHour, 10 * kDay));
  life.wishGap = static_cast<double>(dice.magnitude(3 * kHour, kDay));
  life.pageGap = static_cast<double>(dice.magnitude(6 * kHour, 10 * kDay));
  life.longestOutage = 12 * kHour;
  set(life.options, "pingInterval", static_cast<double>(dice.magnitude(kHour, 12 * kHour)));
  life.chatGap = dice.chance(0.3) ? static_cast<double>(kDay) : 0;
  life.wishes[static_cast<std::size_t>(Wish::Destroy)] = 0;
  life.wishes[static_cast<std::size_t>(Wish::Disconnect)] *= 0.2F;
  life.wishes[static_cast<std::size_t>(Wish::Connect)] += 300;
}

void makeOrdinary(Dice& dice, Configuration& life) {
  life.life = dice.magnitude(10 * kMinute, kDay / 2);
  life.faultGap = static_cast<double>(life.life) / static_cast<double>(dice.between(3, 30));
  life.wishGap = static_cast<double>(life.life) / static_cast<double>(dice.between(5, 200));
  life.pageGap = static_cast<double>(life.life) / static_cast<double>(dice.between(1, 30));
  life.longestOutage = std::max<std::int64_t>(kMinute, life.life / 10);
  const auto leastInterval = static_cast<double>(life.life) / 200;
  if (std::chrono::duration<double, std::milli>(life.options.pingInterval).count() < leastInterval) {
    set(life.options, "pingInterval", leastInterval);
  }
  life.chatGap = dice.chance(0.5) ? life.wishGap : 0;
  life.serverPingGap = dice.chance(0.3) ? static_cast<double>(life.life) / 50 : 0;
}

void makeHectic(Dice& dice, Configuration& life) {
  life.life = dice.magnitude(5 * kSecond, 20 * kMinute);
  life.faultGap = static_cast<double>(dice.magnitude(50, 30 * kSecond));
  life.wishGap = static_cast<double>(dice.magnitude(20, 20 * kSecond));
  life.pageGap = static_cast<double>(dice.magnitude(100, kMinute));
  life.longestOutage = dice.magnitude(kSecond, 2 * kMinute);
  life.chatGap = dice.chance(0.5) ? static_cast<double>(dice.magnitude(20, 10 * kSecond)) : 0;
  life.serverPingGap = dice.chance(0.4) ? static_cast<double>(dice.magnitude(100, 20 * kSecond)) : 0;
}

}  // namespace

std::string_view nameOf(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {
      "refused",       "hanging",       "slow handshake", "no address", "reset",          "half-open",
      "inbound dead",  "outbound dead", "stalled buffer", "slow link",  "closed by code", "restart",
      "asked to wait", "accept-drop",   "no pongs",       "send throws"};
  return kNames[static_cast<std::size_t>(fault)];
}

OptionDraw drawOption(Dice& dice) {
  const Range& range = kRanges[dice.bits() % kRanges.size()];
  return {range.name, drawValue(dice, range)};
}

Configuration drawConfiguration(std::uint64_t seed, FaultSet without) {
  Dice dice(seed * 2 + 1);
  Configuration life;
  life.clientSeed = dice.bits() & 0xFFFFFFFFU;
  life.options = drawOptions(dice);
  drawWeights(dice, life.faults);
  drawWeights(dice, life.wishes);
  drawWeights(dice, life.pageEvents);
  // What ends things for good, or for long, would leave little of a life.
  life.wishes[static_cast<std::size_t>(Wish::Destroy)] = dice.chance(0.05) ? 1.0F : 0.0F;
  life.wishes[static_cast<std::size_t>(Wish::Disconnect)] *= 0.2F;
  life.wishes[static_cast<std::size_t>(Wish::Send)] += 50;
  life.wishes[static_cast<std::size_t>(Wish::Connect)] += 5;
  const double kind = dice.unit();
  if (kind < 0.2) {
    makeQuiet(dice, life);
  } else if (kind < 0.45) {
    makeOrdinary(dice, life);
  } else {
    makeHectic(dice, life);
  }
  if (dice.chance(0.2)) life.faultGap = 1e15;  // a world without faults
  if (dice.chance(0.3)) life.pageGap = 1e15;
  life.delayHigh = dice.magnitude(2, dice.chance(0.2) ? 5 * kSecond : 300);
  life.delayLow = dice.between(1, life.delayHigh);
  life.pongLate = dice.chance(0.3) ? dice.unit() : 0;
  life.pongDouble = dice.chance(0.3) ? dice.unit() : 0;
  life.pongForeign = dice.chance(0.2) ? dice.unit() : 0;
  life.reentrancy = dice.chance(0.4) ? dice.unit() * 0.3 : 0;
  life.liesOffline = dice.chance(0.3);
  for (std::size_t i = 0; i < kFaults; ++i) {
    if ((without & setOf(static_cast<Fault>(i))) != 0) life.faults[i] = 0;
  }
  return life;
}

}  // namespace rws::sim
