// C3: an event of an attempt that is over changes nothing. Time alone may change something, so the client is
// compared with a copy that gets an event without meaning at the same moment.
#pragma once

#include <string>
#include <tuple>

#include "../../support/trace.h"
#include "../findings.h"
#include "client.h"

namespace rws::sim {

class StaleEventsChecker {
  static std::string effects(Client& client) {
    std::string text;
    while (const std::optional<Effect> effect = client.pollEffect()) text += test::toText(*effect) + '\n';
    return text;
  }
  static auto state(const Client& client, const HostFacts& facts) {
    const StatsSnapshot stats = client.stats(facts.now.instant);
    return std::tuple(client.phase(), client.currentAttempt(), client.closingAttempt(), client.nextDeadline(),
                      client.queuedMessages(), client.queuedBytes(), client.countedRetries(),
                      client.consecutiveErrors(), stats.totalErrors, stats.totalMessages, stats.lastPong,
                      stats.averageLatencyMs);
  }

 public:
  explicit StaleEventsChecker(Findings& findings) : findings_(findings) {}

  // Before the client gets the event.
  void check(const Client& client, const HostFacts& facts, const Event& stale) {
    Client changed = client;
    Client control = client;
    changed.handle(facts, stale);
    const bool isAnswer = std::holds_alternative<event::MessageRefused>(stale);
    control.handle(facts, isAnswer ? Event(event::ControlRefused{}) : Event(event::VisibilityChanged{false}));
    findings_.check(effects(changed) == effects(control), "C3", "an event of a stale attempt has an effect");
    findings_.check(state(changed, facts) == state(control, facts), "C3",
                    "an event of a stale attempt changes something");
    const auto* const frame = std::get_if<event::FrameReceived>(&stale);
    if (frame == nullptr) return;
    Client shortWay = client;
    const bool isTaken = shortWay.takeMessage(frame->attempt);
    findings_.check(!isTaken, "C3", "a frame of a stale attempt is counted");
    (void)shortWay.tryReceive(frame->attempt, facts.now.wall, isTaken);
    findings_.check(state(shortWay, facts) == state(client, facts), "C3",
                    "a frame of a stale attempt changes something");
  }

 private:
  Findings& findings_;
};

}  // namespace rws::sim
