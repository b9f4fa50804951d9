// C12: what happens inside of a callback has the same effects, in the same order, as right after the call
// that led to it. Each call of the platform counts as a callback; the two are compared without the judge, who
// knows what happens outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "world_move.h"

namespace rws::test {

class CallbackCheck {
 public:
  // Makes the move with everything that could happen inside of each call that it leads to. False if something
  // has another effect there than outside.
  bool holds(const World& here, Move move) {
    World after = here;
    after.log(0, {});
    (void)WorldMove::perform(move, after);
    const std::size_t calls = after.calls();
    // A move of several turns has its events in between.
    if (calls == 0 || after.turns() != here.turns() + 1) return true;
    for (const std::vector<Event>& events : possibleEvents(after)) {
      World outside = after;
      outside.tellLogged(events);
      for (std::size_t call = 1; call <= calls; ++call) {
        World inside = here;
        inside.log(call, events);
        (void)WorldMove::perform(move, inside);
        ++comparisons_;
        if (inside.outcome() != outside.outcome()) return false;
      }
    }
    return true;
  }
  [[nodiscard]] std::uint64_t comparisons() const { return comparisons_; }

 private:
  static std::vector<std::vector<Event>> possibleEvents(const World& world) {
    const MessageId message = world.host().lastMessage() + 1;
    const Event send = event::Send{{message, 30, true}};
    std::vector<std::vector<Event>> all = {
        {event::Connect{}},
        {event::Disconnect{}},
        {event::Reconnect{}},
        {event::Destroy{}},
        {event::Disconnect{}, event::Connect{}},
        {event::Destroy{}, send},
        {event::ClearQueue{}},
        {event::CheckNetwork{}},
        {send},
        {event::Send{{message, 30, true}, {.isVolatile = true}}},
        {event::SetOption{"enableAutoReconnect", false}},
        {event::SetOption{"maxReconnectAttempts", 0.0}},
        {event::SetOption{"enableHeartbeat", false}},
        {event::SetHeartbeat{{HeartbeatMode::Silence, std::chrono::seconds(1)}}},
        {event::SetDecider{!world.corner().hasDecider}},
        {event::NetworkChanged{true}},
        {event::VisibilityChanged{true}},
        {event::PageSuspended{}},
        {event::PageSuspended{}, event::PageResumed{}},
        {event::TimerFired{}},
    };
    const Client& client = world.client();
    if (const AttemptId current = client.currentAttempt(); current != AttemptId::None) {
      const Event lost = event::SocketClosed{current, {1006, "", false}};
      all.push_back({event::AddressResolved{current}});
      all.push_back({event::Disconnect{}, event::Connect{}, event::AddressResolved{current}});
      all.push_back({event::AttemptFailed{current, "no URL"}});
      all.push_back({event::SocketOpened{current}});
      all.push_back({event::SocketOpened{current}, send});
      all.push_back({event::SocketErrored{current}, lost});
      all.push_back({event::SocketClosed{current, {1000, "", true}}, send});
      all.push_back({event::FrameReceived{current}});
    }
    if (const AttemptId closing = client.closingAttempt(); closing != AttemptId::None) {
      all.push_back({event::SocketClosed{closing, {1000, "", true}}});
    }
    return all;
  }

  std::uint64_t comparisons_ = 0;
};

}  // namespace rws::test
