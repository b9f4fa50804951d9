// The phases of a client, the triggers that change the phase, and the one table of all transitions.
// Client::transition() looks each one up here; one that is not in the table is a programming error. A command
// that has no transition in the current phase does not change the phase: the client checks canTransition()
// first. The command may still have other effects: disconnect() drops the queue in every phase.
// docs/state-machine.md is drawn from this table.
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
  Connecting,    // an attempt by connect(), or by reconnect() in Idle, Connecting, Disconnected, Exhausted
                 // or Rejected
  Connected,     // the socket is open, and the user's handshake is done
  Deciding,      // the attempt ended, and what follows is not decided yet. Ends in the same turn
  Waiting,       // a retry is scheduled
  Retrying,      // an attempt by a retry, or by reconnect() while Connected, Waiting, Retrying or Suspended
  Suspended,     // the page is frozen or in the back/forward cache; a retry may follow when the page resumes
  Disconnected,  // disconnect() was called, or the attempt ended with 1000 and no retry follows
  Exhausted,     // maxReconnectAttempts is reached. `online`, a page that becomes visible and a page that
                 // resumes start a new series of retries
  Rejected,      // no automatic attempt follows: a fatal close code, or another code than 1000 where
                 // shouldReconnect returned false or enableAutoReconnect is off, or that option switched off
                 // during an outage
  Destroyed,     // after destroy()
};

enum class Trigger : std::uint8_t {
  Connect,           // the user's command
  Reconnect,         // the user's command
  Disconnect,        // the user's command
  Destroy,           // the user's command
  AttemptSucceeded,  // the current attempt's socket is open, and its handshake is done
  AttemptEnded,      // the current attempt is over, opened or not
  RetryScheduled,    // a retry follows the attempt that ended
  ClosedNormally,    // the attempt ended with 1000, and no retry follows
  RetriesSpent,      // maxReconnectAttempts is reached
  RetryForbidden,    // no retry is allowed: see Rejected
  RetryStarted,      // the scheduled retry begins: when it is due, or earlier by CheckNetwork
  AttemptReplaced,   // the network came back: an attempt that is not open yet is closed, and a fresh one
                     // follows
  Revived,           // a new series of retries: see Exhausted
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

    Transition{Phase::Connecting, Trigger::AttemptSucceeded, Phase::Connected},
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

    Transition{Phase::Retrying, Trigger::AttemptSucceeded, Phase::Connected},
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

// Where a trigger leads. No value where the table has no such transition.
[[nodiscard]] constexpr std::optional<Phase> findTransition(Phase from, Trigger trigger) {
  for (const Transition& row : kTransitions) {
    if (row.from == from && row.trigger == trigger) return row.to;
  }
  return std::nullopt;
}

// The same for a transition that the table must have.
[[nodiscard]] constexpr Phase requireTransition(Phase from, Trigger trigger) {
  const std::optional<Phase> to = findTransition(from, trigger);
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
