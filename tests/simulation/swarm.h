// Owns the draw of one life: which faults there are and how often, what the user does, at which values the
// options stand. Refuses moderation: some faults are off, others rule; options stand at absurd values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dice.h"
#include "options.h"

namespace rws::sim {

enum class Fault : std::uint8_t {
  Refuse,          // connections are refused
  Hang,            // connection attempts stay unanswered
  SlowHandshake,   // they take seconds
  NoAddress,       // the host finds no URL
  Reset,           // an open connection breaks
  HalfOpen,        // the peer is gone, and nobody says so
  InboundDead,     // nothing comes in any more
  OutboundDead,    // nothing goes out any more
  Stall,           // the socket's buffer does not drain, for a while
  Slow,            // it drains slowly, for a while
  ServerClose,     // the server closes, with any code
  Restart,         // it closes with 1012 or 1013 and is away for a while
  Asks,            // it closes and says when to come back
  AcceptThenDrop,  // it accepts and drops, for a while
  Hush,            // it answers no pings, for a while
  Refusal,         // the socket's send throws, for a while
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::Refusal) + 1;

[[nodiscard]] std::string_view nameOf(Fault fault);

enum class Wish : std::uint8_t {
  Send,
  SendVolatile,
  SendWithTtl,
  SendTooLarge,
  SendMany,
  Connect,
  Disconnect,
  Reconnect,
  ClearQueue,
  SetOption,
  CheckNetwork,
  SlowDown,
  ResetRecovery,
  Verdict,
  Destroy,
};
inline constexpr std::size_t kWishes = static_cast<std::size_t>(Wish::Destroy) + 1;

enum class PageEvent : std::uint8_t {
  Online,
  Offline,
  Visible,
  Hidden,
  Throttle,
  Freeze,
  Sleep,
  SetClock,
  Noise
};
inline constexpr std::size_t kPageEvents = static_cast<std::size_t>(PageEvent::Noise) + 1;

struct Configuration {
  Options options;
  std::uint64_t clientSeed = 1;
  std::int64_t life = 60'000;   // milliseconds with faults
  std::uint64_t steps = 2'000;  // of the client, at most, with faults
  double faultGap = 10'000;     // mean, milliseconds
  double wishGap = 1'000;
  double pageGap = 60'000;
  double chatGap = 0;  // of messages from the server; 0 for none
  double serverPingGap = 0;
  std::array<float, kFaults> faults{};
  std::array<float, kWishes> wishes{};
  std::array<float, kPageEvents> pageEvents{};
  std::int64_t longestOutage = 60'000;
  std::int64_t delayLow = 1;  // one way, milliseconds
  std::int64_t delayHigh = 50;
  double pongLate = 0;  // shares of pongs
  double pongDouble = 0;
  double pongForeign = 0;
  double reentrancy = 0;     // share of events after which a listener calls in
  bool liesOffline = false;  // the page says offline for ever
};

// Faults that are switched off in every life, as a set of bits.
using FaultSet = std::uint32_t;
[[nodiscard]] constexpr FaultSet setOf(Fault fault) { return FaultSet{1} << static_cast<unsigned>(fault); }

[[nodiscard]] Configuration drawConfiguration(std::uint64_t seed, FaultSet without);

// Assigns one option a value of its range, often one at its end.
struct OptionDraw {
  std::string_view name;
  OptionValue value;
};
[[nodiscard]] OptionDraw drawOption(Dice& dice);

}  // namespace rws::sim
