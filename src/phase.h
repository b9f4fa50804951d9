// Owns the state machine: the phases, what moves them, and the one table that says which moves exist.
// Refuses to act: whoever applies a move does the work that goes with it. Nothing outside this table changes
// a phase.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rws {

enum class Phase : std::uint8_t {
  Idle,          // never asked to connect
  Connecting,    // first attempt of a connect() or reconnect()
  Connected,     // the socket is open
  Deciding,      // lost; the host is asked whether to go on. Any other input is taken for its consent first
  Waiting,       // a retry is scheduled
  Retrying,      // a retry is under way
  Suspended,     // the page is frozen or in the back/forward cache; an attempt follows when it comes back
  Disconnected,  // closed by the user or with 1000
  Exhausted,     // gave up after the last retry; a sign of life from the environment revives it
  Rejected,      // gave up for good: a fatal close code, or no automatic reconnect
  Destroyed,     // over; takes no further input
};

enum class Trigger : std::uint8_t {
  ConnectAsked,
  ReconnectAsked,
  DisconnectAsked,
  DestroyAsked,
  SocketOpened,
  AttemptLost,     // an attempt ended, opened or not
  RetryGranted,    // the loss is followed by a scheduled retry
  EndedNormally,   // the loss was a close with 1000
  RetriesSpent,    // the loss was the last one allowed
  RetryForbidden,  // the loss must not be followed by an attempt
  RetryDue,
  Revived,
  PageSuspended,
  PageResumed,
};

// The public states of the specification.
enum class State : std::uint8_t { Connecting, Connected, Reconnecting, Disconnected, Failed };

struct Transition {
  Phase from;
  Trigger trigger;
  Phase to;
};

inline constexpr std::array kTransitions = {
    Transition{Phase::Idle, Trigger::ConnectAsked, Phase::Connecting},
    Transition{Phase::Idle, Trigger::ReconnectAsked, Phase::Connecting},
    Transition{Phase::Idle, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Idle, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Connecting, Trigger::SocketOpened, Phase::Connected},
    Transition{Phase::Connecting, Trigger::AttemptLost, Phase::Deciding},
    Transition{Phase::Connecting, Trigger::ReconnectAsked, Phase::Connecting},
    Transition{Phase::Connecting, Trigger::Revived, Phase::Waiting},
    Transition{Phase::Connecting, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Connecting, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Connecting, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Connected, Trigger::AttemptLost, Phase::Deciding},
    Transition{Phase::Connected, Trigger::ReconnectAsked, Phase::Retrying},
    Transition{Phase::Connected, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Connected, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Connected, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Deciding, Trigger::RetryGranted, Phase::Waiting},
    Transition{Phase::Deciding, Trigger::EndedNormally, Phase::Disconnected},
    Transition{Phase::Deciding, Trigger::RetriesSpent, Phase::Exhausted},
    Transition{Phase::Deciding, Trigger::RetryForbidden, Phase::Rejected},

    Transition{Phase::Waiting, Trigger::RetryDue, Phase::Retrying},
    Transition{Phase::Waiting, Trigger::ReconnectAsked, Phase::Retrying},
    Transition{Phase::Waiting, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Waiting, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Waiting, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Retrying, Trigger::SocketOpened, Phase::Connected},
    Transition{Phase::Retrying, Trigger::AttemptLost, Phase::Deciding},
    Transition{Phase::Retrying, Trigger::ReconnectAsked, Phase::Retrying},
    Transition{Phase::Retrying, Trigger::Revived, Phase::Waiting},
    Transition{Phase::Retrying, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Retrying, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Retrying, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Suspended, Trigger::PageResumed, Phase::Waiting},
    Transition{Phase::Suspended, Trigger::ReconnectAsked, Phase::Retrying},
    Transition{Phase::Suspended, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Suspended, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Disconnected, Trigger::ConnectAsked, Phase::Connecting},
    Transition{Phase::Disconnected, Trigger::ReconnectAsked, Phase::Connecting},
    Transition{Phase::Disconnected, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Exhausted, Trigger::Revived, Phase::Waiting},
    Transition{Phase::Exhausted, Trigger::ConnectAsked, Phase::Connecting},
    Transition{Phase::Exhausted, Trigger::ReconnectAsked, Phase::Connecting},
    Transition{Phase::Exhausted, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Exhausted, Trigger::DestroyAsked, Phase::Destroyed},

    Transition{Phase::Rejected, Trigger::ConnectAsked, Phase::Connecting},
    Transition{Phase::Rejected, Trigger::ReconnectAsked, Phase::Connecting},
    Transition{Phase::Rejected, Trigger::DisconnectAsked, Phase::Disconnected},
    Transition{Phase::Rejected, Trigger::DestroyAsked, Phase::Destroyed},
};

// Where a trigger leads; nothing where the table has no such move.
[[nodiscard]] constexpr std::optional<Phase> next(Phase from, Trigger trigger) {
  for (const Transition& row : kTransitions) {
    if (row.from == from && row.trigger == trigger) return row.to;
  }
  return std::nullopt;
}

[[nodiscard]] constexpr bool isDeterministic() {
  for (std::size_t i = 0; i < kTransitions.size(); ++i) {
    for (std::size_t j = i + 1; j < kTransitions.size(); ++j) {
      if (kTransitions[i].from == kTransitions[j].from &&
          kTransitions[i].trigger == kTransitions[j].trigger) {
        return false;
      }
    }
  }
  return true;
}
static_assert(isDeterministic(), "a phase and a trigger lead to one phase only");

// The public state of a phase. Deciding lasts within one call only; nobody sees it.
[[nodiscard]] constexpr State stateOf(Phase phase) {
  switch (phase) {
    case Phase::Connecting:
      return State::Connecting;
    case Phase::Connected:
      return State::Connected;
    case Phase::Deciding:
    case Phase::Waiting:
    case Phase::Retrying:
    case Phase::Suspended:
      return State::Reconnecting;
    case Phase::Idle:
    case Phase::Disconnected:
    case Phase::Destroyed:
      return State::Disconnected;
    case Phase::Exhausted:
    case Phase::Rejected:
      return State::Failed;
  }
  return State::Disconnected;
}

// Whether the phase has a current attempt.
[[nodiscard]] constexpr bool hasAttempt(Phase phase) {
  return phase == Phase::Connecting || phase == Phase::Connected || phase == Phase::Retrying;
}

[[nodiscard]] std::string_view toString(Phase phase);
[[nodiscard]] std::string_view toString(Trigger trigger);
[[nodiscard]] std::string_view toString(State state);

}  // namespace rws
