// Owns which phases an input may lead to, derived from the one table of phase.h and the triggers an input may
// pull. Refuses to know the connection: a move it makes outside these sets is a finding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <variant>

#include "input.h"
#include "phase.h"

namespace rws::test {

inline constexpr std::size_t kPhases = 11;
using PhaseSet = std::uint16_t;

constexpr PhaseSet setOf(Phase phase) { return static_cast<PhaseSet>(1U << static_cast<unsigned>(phase)); }

// Everything reachable from `from` by the given triggers, `from` included.
constexpr PhaseSet closure(Phase from, std::initializer_list<Trigger> triggers) {
  PhaseSet reached = setOf(from);
  for (std::size_t round = 0; round < kPhases; ++round) {
    for (const Transition& row : kTransitions) {
      for (const Trigger trigger : triggers) {
        if (row.trigger == trigger && (reached & setOf(row.from)) != 0) {
          reached = static_cast<PhaseSet>(reached | setOf(row.to));
        }
      }
    }
  }
  return reached;
}

// A pending decision is taken by any input; what else may follow depends on the input.
template <class Concrete>
constexpr PhaseSet reachOf(Phase from) {
  using enum Trigger;
  constexpr auto with = [](Phase start, auto... more) {
    return closure(start, {RetryGranted, EndedNormally, RetriesSpent, RetryForbidden, more...});
  };
  if constexpr (std::is_same_v<Concrete, input::Connect>) return with(from, ConnectAsked);
  if constexpr (std::is_same_v<Concrete, input::Disconnect>) return with(from, DisconnectAsked);
  if constexpr (std::is_same_v<Concrete, input::Reconnect>) return with(from, ReconnectAsked);
  if constexpr (std::is_same_v<Concrete, input::Destroy>) return with(from, DestroyAsked);
  if constexpr (std::is_same_v<Concrete, input::Opened>) return with(from, SocketOpened);
  if constexpr (std::is_same_v<Concrete, input::Closed>) return with(from, AttemptLost);
  if constexpr (std::is_same_v<Concrete, input::OpenFailed>) return with(from, AttemptLost);
  if constexpr (std::is_same_v<Concrete, input::NetworkChanged>) return with(from, Revived);
  if constexpr (std::is_same_v<Concrete, input::VisibilityChanged>) return with(from, Revived);
  if constexpr (std::is_same_v<Concrete, input::PageSuspended>) return with(from, PageSuspended);
  if constexpr (std::is_same_v<Concrete, input::PageResumed>) return with(from, PageResumed, Revived);
  if constexpr (std::is_same_v<Concrete, input::CheckNetwork>) return with(from, RetryDue);
  if constexpr (std::is_same_v<Concrete, input::Ticked>) return with(from, AttemptLost, RetryDue);
  return with(from);
}

template <class... Concrete>
auto reachTable(const std::variant<Concrete...>* /*inputs*/) {
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
inline const auto kReach = reachTable(static_cast<const Input*>(nullptr));

inline bool mayLead(const Input& input, Phase from, Phase to) {
  return (kReach[input.index()][static_cast<std::size_t>(from)] & setOf(to)) != 0;
}

}  // namespace rws::test
