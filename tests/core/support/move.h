// The moves of a small world by name, and what each needs to be possible. Every kind of event and every
// outcome of sending is among them. world_move.h makes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rws::test {

enum class Move : std::uint8_t {
  // The user's commands.
  Connect,
  Disconnect,
  Reconnect,
  Destroy,
  ClearQueue,
  CheckNetwork,
  SlowDown,
  ContactSupport,
  ResetRecovery,
  SmallOptions,
  LargeOptions,
  OwnOptions,
  ToggleAutoReconnect,
  ToggleHeartbeat,
  ToggleSilence,
  ToggleCustom,
  NoDecider,
  DeciderNothing,
  DeciderYes,
  DeciderNo,
  // Messages.
  Send,
  SendVolatile,
  SendWithTtl,
  SendExpired,
  SendEmpty,
  SendLarge,
  SendTooLarge,
  SendText,
  SendShortly,
  SendShortlyRefused,
  SendShortlyReconnectRefused,
  SendShortlyDisconnectRefused,
  // What the current socket does with what it gets.
  RefuseNext,
  RefuseSecond,
  SocketClosing,
  DrainSome,
  DrainAll,
  ForeignBytes,
  // Events of the current attempt.
  Resolve,
  ResolveFail,
  Open,
  SocketError,
  CloseLost,
  CloseNormal,
  CloseDrained,
  CloseTorn,
  CloseOverstated,
  CloseFatal,
  CloseUnaccepted,
  CloseWithoutStatus,
  CloseHinted,
  CloseRestart,
  CloseForeign,
  Text,
  Frame,
  PingFrame,
  EchoedPing,
  PongFrame,
  PongOldest,
  PongAgain,
  PongUnasked,
  PongNull,
  CustomPing,
  CustomPong,
  // Events of the closing attempt, and of those that are over.
  ClosingClose,
  ClosingCloseClean,
  ClosingCloseDrained,
  ClosingCloseInflated,
  ClosingNoise,
  Stale,
  // The environment. Nothing ties it to what the sockets do: `online` and `visible` are as often wrong.
  Offline,
  Online,
  Visible,
  Hidden,
  Suspend,
  Resume,
  // Timers and clocks.
  Deadline,        // the timer fires punctually until a deadline is reached
  JustLateTimer,   // later than a verdict is final
  LateTimer,       // a minute on
  CoarseTimer,     // punctual, but the clock has not moved
  Wake,            // without any time gone by
  TimePasses,      // and no timer fires
  AlmostDeadline,  // the same, until just before the next deadline
  ClockBack,       // the monotonic clock steps back
  WallClockBack,
  WallClockAhead,
};
inline constexpr std::size_t kMoves = static_cast<std::size_t>(Move::WallClockAhead) + 1;

// What there must be for a move.
enum class Needs : std::uint8_t {
  Nothing,
  Attempt,        // a current attempt
  Resolving,      // one that looks for its address
  Opening,        // one whose socket is opening
  Socket,         // one whose socket is opening or open
  OpenSocket,     // one whose socket is open
  WillingSocket,  // and not about to close
  Buffer,         // an open socket that holds data
  ForeignBuffer,  // the same, in a browser that counts whole messages
  DrainedSocket,  // an open socket that holds no data, on a connection that proves what arrives
  Ping,           // an open socket with an unanswered ping
  TwoPings,       // with two of them
  AnsweredPing,   // with an answered one
  CustomSocket,   // an open socket, and pings of another protocol
  Closing,        // a closing attempt
  Stale,          // an attempt that is over
  Deadline,       // something to wait for
  Timer,          // the host's timer is set
};

struct MoveTraits {
  std::string_view name;
  Needs needs = Needs::Nothing;
  bool isCore = false;  // sequences of these moves alone are walked further
};

// In the order of Move.
inline constexpr std::array<MoveTraits, kMoves> kMoveTraits = {{
    {"Connect", Needs::Nothing, true},
    {"Disconnect", Needs::Nothing, true},
    {"Reconnect", Needs::Nothing, true},
    {"Destroy"},
    {"ClearQueue"},
    {"CheckNetwork"},
    {"SlowDown"},
    {"ContactSupport"},
    {"ResetRecovery"},
    {"SmallOptions"},
    {"LargeOptions"},
    {"OwnOptions"},
    {"ToggleAutoReconnect"},
    {"ToggleHeartbeat"},
    {"ToggleSilence"},
    {"ToggleCustom"},
    {"NoDecider"},
    {"DeciderNothing"},
    {"DeciderYes"},
    {"DeciderNo"},
    {"Send", Needs::Nothing, true},
    {"SendVolatile"},
    {"SendWithTtl"},
    {"SendExpired"},
    {"SendEmpty"},
    {"SendLarge"},
    {"SendTooLarge"},
    {"SendText"},
    {"SendShortly"},
    {"SendShortlyRefused"},
    {"SendShortlyReconnectRefused", Needs::DrainedSocket},
    {"SendShortlyDisconnectRefused", Needs::DrainedSocket},
    {"RefuseNext", Needs::Attempt, true},
    {"RefuseSecond", Needs::Attempt},
    {"SocketClosing", Needs::WillingSocket},
    {"DrainSome", Needs::Buffer},
    {"DrainAll", Needs::Buffer},
    {"ForeignBytes", Needs::ForeignBuffer},
    {"Resolve", Needs::Resolving, true},
    {"ResolveFail", Needs::Resolving},
    {"Open", Needs::Opening, true},
    {"SocketError", Needs::Socket},
    {"CloseLost", Needs::Socket, true},
    {"CloseNormal", Needs::Socket, true},
    {"CloseDrained", Needs::Socket},
    {"CloseTorn", Needs::Socket},
    {"CloseOverstated", Needs::OpenSocket},
    {"CloseFatal", Needs::Socket},
    {"CloseUnaccepted", Needs::Socket},
    {"CloseWithoutStatus", Needs::Socket},
    {"CloseHinted", Needs::Socket},
    {"CloseRestart", Needs::Socket},
    {"CloseForeign", Needs::Socket},
    {"Text", Needs::OpenSocket},
    {"Frame", Needs::OpenSocket},
    {"PingFrame", Needs::OpenSocket},
    {"EchoedPing", Needs::Ping},
    {"PongFrame", Needs::Ping},
    {"PongOldest", Needs::TwoPings},
    {"PongAgain", Needs::AnsweredPing},
    {"PongUnasked", Needs::OpenSocket},
    {"PongNull", Needs::OpenSocket},
    {"CustomPing", Needs::CustomSocket},
    {"CustomPong", Needs::CustomSocket},
    {"ClosingClose", Needs::Closing, true},
    {"ClosingCloseClean", Needs::Closing},
    {"ClosingCloseDrained", Needs::Closing},
    {"ClosingCloseInflated", Needs::Closing},
    {"ClosingNoise", Needs::Closing},
    {"Stale", Needs::Stale, true},
    {"Offline"},
    {"Online", Needs::Nothing, true},
    {"Visible"},
    {"Hidden"},
    {"Suspend", Needs::Nothing, true},
    {"Resume", Needs::Nothing, true},
    {"Deadline", Needs::Timer, true},
    {"JustLateTimer", Needs::Timer},
    {"LateTimer", Needs::Timer, true},
    {"CoarseTimer", Needs::Timer},
    {"Wake"},
    {"TimePasses"},
    {"AlmostDeadline", Needs::Deadline},
    {"ClockBack"},
    {"WallClockBack"},
    {"WallClockAhead"},
}};

constexpr const MoveTraits& traitsOf(Move move) { return kMoveTraits[static_cast<std::size_t>(move)]; }
constexpr std::string_view nameOf(Move move) { return traitsOf(move).name; }
static_assert(nameOf(Move::WallClockAhead) == "WallClockAhead" && nameOf(Move::Deadline) == "Deadline" &&
              nameOf(Move::ClosingClose) == "ClosingClose" && nameOf(Move::Resolve) == "Resolve");

}  // namespace rws::test
