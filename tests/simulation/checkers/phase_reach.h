// The phases that an event may lead to, from the table of state_machine.h and the triggers that the event may
// cause.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <variant>

#include "events.h"
#include "state_machine.h"

namespace rws::sim {

inline constexpr std::size_t kPhases = 11;
using PhaseSet = std::uint16_t;

constexpr PhaseSet toSet(Phase phase) { return static_cast<PhaseSet>(1U << static_cast<unsigned>(phase)); }

// Everything reachable from `from` by the given triggers, `from` included.
constexpr PhaseSet closure(Phase from, std::initializer_list<Trigger> triggers) {
  PhaseSet reached = toSet(from);
  for (std::size_t round = 0; round < kPhases; ++round) {
    for (const Transition& row : kTransitions) {
      for (const Trigger trigger : triggers) {
        const bool isReached = row.trigger == trigger && (reached & toSet(row.from)) != 0;
        if (isReached) reached = static_cast<PhaseSet>(reached | toSet(row.to));
      }
    }
  }
  return reached;
}

template <class Concrete>
constexpr PhaseSet reachOf(Phase from) {
  using enum Trigger;
  // An attempt that ends is decided on in the same step.
  constexpr auto withEnd = [](Phase start, auto... more) {
    return closure(start,
                   {AttemptEnded, RetryScheduled, ClosedNormally, RetriesSpent, RetryForbidden, more...});
  };
  if constexpr (std::is_same_v<Concrete, event::Connect>) return closure(from, {Connect});
  if constexpr (std::is_same_v<Concrete, event::Disconnect>) return closure(from, {Disconnect});
  if constexpr (std::is_same_v<Concrete, event::Reconnect>) return closure(from, {Reconnect});
  if constexpr (std::is_same_v<Concrete, event::Destroy>) return closure(from, {Destroy});
  if constexpr (std::is_same_v<Concrete, event::SocketOpened>) return closure(from, {AttemptSucceeded});
  if constexpr (std::is_same_v<Concrete, event::HandshakeDone>) return closure(from, {AttemptSucceeded});
  if constexpr (std::is_same_v<Concrete, event::HandshakeFailed>) return withEnd(from);
  // The first frame of a server, or a violation of a session.
  if constexpr (std::is_same_v<Concrete, event::SessionFrameReceived>) return withEnd(from, AttemptSucceeded);
  if constexpr (std::is_same_v<Concrete, event::FrameReceived>) return withEnd(from, AttemptSucceeded);
  if constexpr (std::is_same_v<Concrete, event::SocketClosed>) return withEnd(from);
  if constexpr (std::is_same_v<Concrete, event::AttemptFailed>) return withEnd(from);
  // The socket may not come about.
  if constexpr (std::is_same_v<Concrete, event::AddressResolved>) return withEnd(from);
  if constexpr (std::is_same_v<Concrete, event::NetworkChanged>) {
    return closure(from, {Revived, AttemptReplaced});
  }
  if constexpr (std::is_same_v<Concrete, event::VisibilityChanged>) return closure(from, {Revived});
  if constexpr (std::is_same_v<Concrete, event::PageSuspended>) return withEnd(from, PageSuspended);
  if constexpr (std::is_same_v<Concrete, event::PageResumed>) {
    return closure(from, {PageResumed, Revived, RetriesSpent, RetryForbidden});
  }
  if constexpr (std::is_same_v<Concrete, event::CheckNetwork>) return closure(from, {RetryStarted});
  if constexpr (std::is_same_v<Concrete, event::SetOption>) {
    return from == Phase::Waiting ? closure(from, {RetriesSpent, RetryForbidden}) : toSet(from);
  }
  if constexpr (std::is_same_v<Concrete, event::TimerFired>) return withEnd(from, RetryStarted);
  return toSet(from);
}

template <class... Concrete>
auto reachTable(const std::variant<Concrete...>* /*events*/) {
  std::array<std::array<PhaseSet, kPhases>, sizeof...(Concrete)> table{};
  std::size_t row = 0;
  const auto fill = [&](auto reach) {
    for (std::size_t phase = 0; phase < kPhases; ++phase)
      table[row][phase] = reach(static_cast<Phase>(phase));
    ++row;
  };
  (fill([](Phase from) { return reachOf<Concrete>(from); }), ...);
  return table;
}
inline const auto kReach = reachTable(static_cast<const Event*>(nullptr));

[[nodiscard]] inline bool mayLead(const Event& event, Phase from, Phase to) {
  return (kReach[event.index()][static_cast<std::size_t>(from)] & toSet(to)) != 0;
}

}  // namespace rws::sim
