// Which phases the events of a turn may lead to, derived from the one table of state_machine.h and the
// triggers that each event may pull.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "events.h"
#include "state_machine.h"

namespace rws::test {

inline constexpr std::size_t kPhases = 11;
inline constexpr std::size_t kEvents = std::variant_size_v<Event>;
using EventSet = std::bitset<kEvents>;

template <class Concrete, class Variant>
inline constexpr bool kIsOneOf = false;
template <class Concrete, class... Alternatives>
inline constexpr bool kIsOneOf<Concrete, std::variant<Alternatives...>> =
    (std::is_same_v<Concrete, Alternatives> || ...);

template <class Concrete, std::size_t kIndex = 0>
constexpr std::size_t indexOf() {
  if constexpr (std::is_same_v<Concrete, std::variant_alternative_t<kIndex, Event>>) {
    return kIndex;
  } else {
    return indexOf<Concrete, kIndex + 1>();
  }
}

using TriggerSet = std::uint32_t;
constexpr TriggerSet bitOf(Trigger trigger) { return 1U << static_cast<unsigned>(trigger); }

// The triggers that an event may pull by itself.
template <class Concrete>
constexpr TriggerSet triggersOf() {
  using enum Trigger;
  if constexpr (std::is_same_v<Concrete, event::Connect>) return bitOf(Connect);
  if constexpr (std::is_same_v<Concrete, event::Disconnect>) return bitOf(Disconnect);
  if constexpr (std::is_same_v<Concrete, event::Reconnect>) return bitOf(Reconnect);
  if constexpr (std::is_same_v<Concrete, event::Destroy>) return bitOf(Destroy);
  if constexpr (std::is_same_v<Concrete, event::SocketOpened>) return bitOf(AttemptSucceeded);
  if constexpr (std::is_same_v<Concrete, event::HandshakeDone>) return bitOf(AttemptSucceeded);
  if constexpr (std::is_same_v<Concrete, event::HandshakeFailed>) return bitOf(AttemptEnded);
  if constexpr (std::is_same_v<Concrete, event::SocketClosed>) return bitOf(AttemptEnded);
  if constexpr (std::is_same_v<Concrete, event::AttemptFailed>) return bitOf(AttemptEnded);
  // The socket may fail to be created.
  if constexpr (std::is_same_v<Concrete, event::AddressResolved>) return bitOf(AttemptEnded);
  if constexpr (std::is_same_v<Concrete, event::NetworkChanged>) {
    return bitOf(Revived) | bitOf(AttemptReplaced);
  }
  if constexpr (std::is_same_v<Concrete, event::VisibilityChanged>) return bitOf(Revived);
  // Without a retry left, the attempt ends for good.
  if constexpr (std::is_same_v<Concrete, event::PageSuspended>) {
    return bitOf(PageSuspended) | bitOf(AttemptEnded);
  }
  if constexpr (std::is_same_v<Concrete, event::PageResumed>) return bitOf(PageResumed) | bitOf(Revived);
  if constexpr (std::is_same_v<Concrete, event::CheckNetwork>) return bitOf(RetryStarted);
  if constexpr (std::is_same_v<Concrete, event::TimerFired>) return bitOf(AttemptEnded) | bitOf(RetryStarted);
  return 0;
}

// Whether the triggers, and the outcomes of a loss or of a refused retry, lead from one phase to the other.
constexpr bool isReachable(TriggerSet triggers, Phase from, Phase to) {
  using enum Trigger;
  triggers |= bitOf(RetryScheduled) | bitOf(ClosedNormally) | bitOf(RetriesSpent) | bitOf(RetryForbidden);
  std::uint32_t reached = 1U << static_cast<unsigned>(from);
  for (std::size_t round = 0; round < kPhases; ++round) {
    for (const Transition& row : kTransitions) {
      const bool isPulled = (triggers & bitOf(row.trigger)) != 0;
      const bool isFrom = (reached & (1U << static_cast<unsigned>(row.from))) != 0;
      if (isPulled && isFrom) reached |= 1U << static_cast<unsigned>(row.to);
    }
  }
  return (reached & (1U << static_cast<unsigned>(to))) != 0;
}

// The same for the events of a turn.
inline bool mayLead(const EventSet& events, Phase from, Phase to) {
  static constexpr auto kTriggers = []<std::size_t... kIndices>(std::index_sequence<kIndices...>) {
    return std::array{triggersOf<std::variant_alternative_t<kIndices, Event>>()...};
  }
  (std::make_index_sequence<kEvents>());
  if (from == to) return true;
  TriggerSet triggers = 0;
  for (std::size_t i = 0; i < kEvents; ++i) triggers |= events[i] ? kTriggers[i] : 0;
  return isReachable(triggers, from, to);
}

}  // namespace rws::test
