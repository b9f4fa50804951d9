// Owns the names of the moves a small world can make, and what each needs to be possible: every kind of input
// and of send() is among them. Refuses to make them: world_move.h does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rws::test {

enum class Move : std::uint8_t {
  // The user's wishes.
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
  // Messages.
  Send,
  SendVolatile,
  SendWithTtl,
  SendExpired,
  SendEmpty,
  SendTooLarge,
  SendText,
  SendAtOnce,
  // The current socket.
  Open,
  OpenFail,
  NativeError,
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
  Frame,
  FrameAtOnce,
  PingFrame,
  EchoedPing,
  PongFrame,
  PongAgain,
  PongUnasked,
  DrainSome,
  DrainAll,
  Refuse,
  RefuseLast,
  RefuseControl,
  // The socket given up on, and those that are no more.
  LingeringClose,
  LingeringCloseDrained,
  LingeringOpenFail,
  LingeringNoise,
  LingeringRefuse,
  LingeringRefuseControl,
  Stale,
  // The host's say.
  HostAsks,
  HostSilent,
  DecideYes,
  DecideNo,
  DecideNothing,
  DecideOther,
  // The environment. Nothing ties it to what the sockets do: online and visible are lies as often as not.
  Offline,
  Online,
  Visible,
  Hidden,
  Suspend,
  Resume,
  ClockJump,
  // Timers and clocks.
  Deadline,        // a punctual tick
  JustLateTick,    // later than a peer is judged without a probe
  LateTick,        // a minute on
  EarlyTick,       // without any time gone by
  TimePasses,      // nobody says so
  AlmostDeadline,  // the same, until just before the next deadline
  ClockBack,       // a tick by a clock that steps back
  WallClockBack,
  WallClockAhead,
};
inline constexpr std::size_t kMoves = static_cast<std::size_t>(Move::WallClockAhead) + 1;

// What there must be for a move.
enum class Needs : std::uint8_t {
  Nothing,
  Attempt,           // a current socket
  Opening,           // one that has not opened
  OpenSocket,        // one that has
  Message,           // and holds a message of which nothing has left
  Control,           // and holds a frame of the client's own of which nothing has left
  Ping,              // and has sent a ping that is not answered
  Answered,          // and has sent a ping that is
  Lingering,         // a socket given up on
  LingeringOpening,  // one that had not opened
  LingeringMessage,  // one that holds a message of which nothing has left
  LingeringControl,  // one that holds a frame of the client's own of which nothing has left
  Stale,             // a socket that was
  Deciding,          // a question to the host
  Deadline,          // something to wait for
  Punctual,          // no time that the connection has not heard of
};

struct MoveTraits {
  std::string_view name;
  Needs needs = Needs::Nothing;
  bool isCore = false;  // of the core of the matter: sequences of these alone are walked further
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
    {"Send", Needs::Nothing, true},
    {"SendVolatile"},
    {"SendWithTtl"},
    {"SendExpired"},
    {"SendEmpty"},
    {"SendTooLarge"},
    {"SendText"},
    {"SendAtOnce"},
    {"Open", Needs::Opening, true},
    {"OpenFail", Needs::Opening},
    {"NativeError", Needs::Attempt},
    {"CloseLost", Needs::Attempt, true},
    {"CloseNormal", Needs::Attempt, true},
    {"CloseDrained", Needs::Attempt},
    {"CloseTorn", Needs::Attempt},
    {"CloseOverstated", Needs::OpenSocket},
    {"CloseFatal", Needs::Attempt},
    {"CloseUnaccepted", Needs::Attempt},
    {"CloseWithoutStatus", Needs::Attempt},
    {"CloseHinted", Needs::Attempt},
    {"CloseRestart", Needs::Attempt},
    {"CloseForeign", Needs::Attempt},
    {"Frame", Needs::OpenSocket},
    {"FrameAtOnce", Needs::OpenSocket},
    {"PingFrame", Needs::OpenSocket},
    {"EchoedPing", Needs::Ping},
    {"PongFrame", Needs::Ping},
    {"PongAgain", Needs::Answered},
    {"PongUnasked", Needs::OpenSocket},
    {"DrainSome", Needs::OpenSocket},
    {"DrainAll", Needs::OpenSocket},
    {"Refuse", Needs::Message, true},
    {"RefuseLast", Needs::Message},
    {"RefuseControl", Needs::Control},
    {"LingeringClose", Needs::Lingering, true},
    {"LingeringCloseDrained", Needs::Lingering},
    {"LingeringOpenFail", Needs::LingeringOpening},
    {"LingeringNoise", Needs::Lingering},
    {"LingeringRefuse", Needs::LingeringMessage},
    {"LingeringRefuseControl", Needs::LingeringControl},
    {"Stale", Needs::Stale, true},
    {"HostAsks"},
    {"HostSilent"},
    {"DecideYes", Needs::Deciding, true},
    {"DecideNo", Needs::Deciding, true},
    {"DecideNothing", Needs::Deciding},
    {"DecideOther", Needs::Deciding},
    {"Offline"},
    {"Online", Needs::Nothing, true},
    {"Visible"},
    {"Hidden"},
    {"Suspend", Needs::Nothing, true},
    {"Resume", Needs::Nothing, true},
    {"ClockJump"},
    {"Deadline", Needs::Deadline, true},
    {"JustLateTick", Needs::Deadline},
    {"LateTick", Needs::Nothing, true},
    {"EarlyTick", Needs::Nothing},
    {"TimePasses"},
    {"AlmostDeadline", Needs::Deadline},
    {"ClockBack", Needs::Punctual},
    {"WallClockBack"},
    {"WallClockAhead"},
}};

constexpr const MoveTraits& traitsOf(Move move) { return kMoveTraits[static_cast<std::size_t>(move)]; }
constexpr std::string_view nameOf(Move move) { return traitsOf(move).name; }
static_assert(nameOf(Move::WallClockAhead) == "WallClockAhead" && nameOf(Move::Deadline) == "Deadline");

}  // namespace rws::test
