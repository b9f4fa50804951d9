// What is drawn for one run: which faults there are and how often, what the user does, and the options. The
// draws are wide: in one run some faults never come and others come all the time, and options have extreme
// values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dice.h"
#include "link.h"
#include "session_server.h"
#include "setup.h"

namespace rws::sim {

enum class Fault : std::uint8_t {
  Refuse,          // connections are refused
  Hang,            // connection attempts stay unanswered
  SlowHandshake,   // they take seconds
  NoAddress,       // the host finds no URL
  NoSocket,        // the constructor of WebSocket throws
  Reset,           // an open connection breaks
  HalfOpen,        // nothing goes out or comes in any more, without an event
  InboundDead,     // nothing comes in any more
  OutboundDead,    // nothing goes out any more
  Stall,           // the socket's buffer does not drain, for a while
  Slow,            // it drains slowly, for a while
  ServerClose,     // the server closes, with any code
  Restart,         // it closes with 1012 or 1013 and is away for a while
  RetryAfter,      // it closes and names the time of the next attempt
  AcceptThenDrop,  // it accepts and drops, for a while
  NoPongs,         // it answers no pings, for a while
  Refusal,         // the socket's send() throws, for a while
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::Refusal) + 1;

[[nodiscard]] std::string_view toString(Fault fault);

enum class Command : std::uint8_t {
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
  Decide,
  Destroy,
};
inline constexpr std::size_t kCommands = static_cast<std::size_t>(Command::Destroy) + 1;

enum class PageEvent : std::uint8_t {
  Online,
  Offline,
  Visible,
  Hidden,
  Throttle,
  Freeze,
  Sleep,
  SetClock,
  StepBack,
  Granular,
  Wake,
  Stale,
};
inline constexpr std::size_t kPageEvents = static_cast<std::size_t>(PageEvent::Stale) + 1;

struct Configuration {
  Setup setup;
  std::int64_t length = 60'000;  // milliseconds with faults
  std::uint64_t steps = 2'000;   // events of the client, at most, with faults
  double faultGap = 10'000;      // mean, milliseconds
  double commandGap = 1'000;
  double pageGap = 60'000;
  double messageGap = 0;  // of messages from the server; 0 for none
  double serverPingGap = 0;
  std::array<float, kFaults> faults{};
  std::array<float, kCommands> commands{};
  std::array<float, kPageEvents> pageEvents{};
  std::int64_t longestOutage = 60'000;
  std::int64_t delayLow = 1;  // one way, milliseconds
  std::int64_t delayHigh = 50;
  double rate = Link::kInstantly;          // of a link without a fault, bytes a millisecond
  std::int64_t largest = 200;              // bytes of an ordinary message
  std::int64_t largestRemainder = 60'000;  // of InputKind::Remainder
  double pongLate = 0;                     // shares of pongs
  double pongDouble = 0;
  double pongForeign = 0;
  double closeMissing = 0;        // share of sockets of living links that never fire the close event
  double reentrancy = 0;          // share of turns after which a listener gives a command
  double within = 0;              // share of inputs that come within a call of the driver to its platform
  bool isMute = false;            // the server answers no pings and never sends anything
  std::int64_t silentUntil = 0;   // the same until then
  double leaveGap = 0;            // of pages that seem to go; 0 for none
  bool changesHeartbeat = false;  // the user assigns the option `heartbeat` now and then
  SessionSetup session{};         // of the servers, and whether the client has the option
  double sessionGap = 0;          // of faults of the servers of sessions; 0 for none
  double handledLater = 0;        // milliseconds after which the listeners are called, at most; 0 for at once
  bool changesSession = false;    // the user assigns the options `session` and `unconfirmed` now and then
  bool hasHandshake = false;      // the user has one, most of the time
  bool staysOffline = false;      // the page reports offline even when the world has recovered
};

// Faults that are switched off in every run, as a set of bits.
using FaultSet = std::uint32_t;
[[nodiscard]] constexpr FaultSet toSet(Fault fault) { return FaultSet{1} << static_cast<unsigned>(fault); }

[[nodiscard]] Configuration drawConfiguration(std::uint64_t seed, FaultSet without);

// A value for one option, often one at the end of its range.
struct OptionDraw {
  std::string_view name;
  OptionValue value;
};
[[nodiscard]] Options drawOptions(Dice& dice);
[[nodiscard]] OptionDraw drawOption(Dice& dice);
[[nodiscard]] HeartbeatOption drawHeartbeat(Dice& dice);

}  // namespace rws::sim
