// The phases of a client, what moves it from one to another, and the one table of all moves. Client::move()
// looks each move up here, and a move that is not in the table is a programming error. A command of the user
// that has no move in a phase changes no phase there: Client::canMove() asks first. docs/state-machine.md is
// drawn from this table.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rws {

enum class Phase : std::uint8_t {
  Idle,          // new; never asked to connect
  Connecting,    // an attempt by connect(), or by reconnect() from a phase without an outage
  Connected,     // the socket is open
  Deciding,      // the attempt ended, and what follows is not decided yet. Ends in the same turn
  Waiting,       // a retry is scheduled
  Retrying,      // a retry is under way, or a reconnect() during a connection or an outage
  Suspended,     // the page is frozen or in the back/forward cache; a retry may follow when it returns
  Disconnected,  // closed by the user, or by the server with 1000
  Exhausted,     // no retry is left; a hint that the network is back starts a new series of retries
  Rejected,      // no retry, for good: a fatal close code, shouldReconnect said no to a code other than 1000,
                 // or enableAutoReconnect is off
  Destroyed,     // over; takes no further event
};

enum class Trigger : std::uint8_t {
  Connect,          // the user's command
  Reconnect,        // the user's command
  Disconnect,       // the user's command
  Destroy,          // the user's command
  SocketOpened,     // the current attempt's socket is open
  AttemptEnded,     // the current attempt is over, opened or not
  RetryScheduled,   // a retry follows the attempt that ended
  ClosedNormally,   // the attempt ended with 1000
  RetriesSpent,     // no retry is left
  RetryForbidden,   // what leads to Rejected
  RetryStarted,     // the scheduled retry begins: when it is due, or earlier by CheckNetwork
  AttemptReplaced,  // the network came back: an attempt that is not open yet is closed, and a fresh one
                    // follows
  Revived,          // a hint from the environment starts a new series of retries
  PageSuspended,
  PageResumed,
};

// The public states (`connectionState`).
enum class State : std::uint8_t { Connecting, Connected, Reconnecting, Disconnected, Failed };

struct Transition {
  Phase from;
  Trigger trigger;
  Phase to;
};

inline constexpr std::array kTransitions = {
    Transition{Phase::Idle, Trigger::Connect, Phase::Connecting},
    Transition{Phase::Idle, Trigger::Reconnect, Phase::Connecting},
    Transition{Phase::Idle, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Idle, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Connecting, Trigger::SocketOpened, Phase::Connected},
    Transition{Phase::Connecting, Trigger::AttemptEnded, Phase::Deciding},
    Transition{Phase::Connecting, Trigger::Reconnect, Phase::Connecting},
    Transition{Phase::Connecting, Trigger::AttemptReplaced, Phase::Waiting},
    Transition{Phase::Connecting, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Connecting, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Connecting, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Connected, Trigger::AttemptEnded, Phase::Deciding},
    Transition{Phase::Connected, Trigger::Reconnect, Phase::Retrying},
    Transition{Phase::Connected, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Connected, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Connected, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Deciding, Trigger::RetryScheduled, Phase::Waiting},
    Transition{Phase::Deciding, Trigger::ClosedNormally, Phase::Disconnected},
    Transition{Phase::Deciding, Trigger::RetriesSpent, Phase::Exhausted},
    Transition{Phase::Deciding, Trigger::RetryForbidden, Phase::Rejected},

    Transition{Phase::Waiting, Trigger::RetryStarted, Phase::Retrying},
    Transition{Phase::Waiting, Trigger::RetriesSpent, Phase::Exhausted},
    Transition{Phase::Waiting, Trigger::RetryForbidden, Phase::Rejected},
    Transition{Phase::Waiting, Trigger::Reconnect, Phase::Retrying},
    Transition{Phase::Waiting, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Waiting, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Waiting, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Retrying, Trigger::SocketOpened, Phase::Connected},
    Transition{Phase::Retrying, Trigger::AttemptEnded, Phase::Deciding},
    Transition{Phase::Retrying, Trigger::Reconnect, Phase::Retrying},
    Transition{Phase::Retrying, Trigger::AttemptReplaced, Phase::Waiting},
    Transition{Phase::Retrying, Trigger::PageSuspended, Phase::Suspended},
    Transition{Phase::Retrying, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Retrying, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Suspended, Trigger::PageResumed, Phase::Waiting},
    Transition{Phase::Suspended, Trigger::RetriesSpent, Phase::Exhausted},
    Transition{Phase::Suspended, Trigger::RetryForbidden, Phase::Rejected},
    Transition{Phase::Suspended, Trigger::Reconnect, Phase::Retrying},
    Transition{Phase::Suspended, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Suspended, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Disconnected, Trigger::Connect, Phase::Connecting},
    Transition{Phase::Disconnected, Trigger::Reconnect, Phase::Connecting},
    Transition{Phase::Disconnected, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Exhausted, Trigger::Revived, Phase::Waiting},
    Transition{Phase::Exhausted, Trigger::Connect, Phase::Connecting},
    Transition{Phase::Exhausted, Trigger::Reconnect, Phase::Connecting},
    Transition{Phase::Exhausted, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Exhausted, Trigger::Destroy, Phase::Destroyed},

    Transition{Phase::Rejected, Trigger::Connect, Phase::Connecting},
    Transition{Phase::Rejected, Trigger::Reconnect, Phase::Connecting},
    Transition{Phase::Rejected, Trigger::Disconnect, Phase::Disconnected},
    Transition{Phase::Rejected, Trigger::Destroy, Phase::Destroyed},
};

// Where a trigger leads; nothing where the table has no such move.
[[nodiscard]] constexpr std::optional<Phase> findMove(Phase from, Trigger trigger) {
  for (const Transition& row : kTransitions) {
    if (row.from == from && row.trigger == trigger) return row.to;
  }
  return std::nullopt;
}

// The same for a move that the table must have.
[[nodiscard]] constexpr Phase requireMove(Phase from, Trigger trigger) {
  const std::optional<Phase> to = findMove(from, trigger);
  assert(to);
  return to.value_or(from);
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

// The public state of a phase. No change to Deciding is reported, because it ends in the same turn.
[[nodiscard]] constexpr State toState(Phase phase) {
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

// Whether the client has a current attempt in this phase.
[[nodiscard]] constexpr bool hasAttempt(Phase phase) {
  return phase == Phase::Connecting || phase == Phase::Connected || phase == Phase::Retrying;
}

[[nodiscard]] std::string_view toString(Phase phase);
[[nodiscard]] std::string_view toString(Trigger trigger);
[[nodiscard]] std::string_view toString(State state);

}  // namespace rws
