// Owns C3: an event of an attempt that does not count any more changes nothing.
// Refuses to compare with silence: time alone may change something, so the measure is a copy of the client
// that hears something empty at the same moment.
#pragma once

#include <string>
#include <tuple>

#include "../../core/support/action_text.h"
#include "../findings.h"
#include "connection.h"

namespace rws::sim {

class FenceChecker {
  static auto look(const Connection& client, const Now& now) {
    const StatsSnapshot stats = client.stats(now.instant);
    return std::tuple(client.phase(), client.currentAttempt(), client.lingeringAttempt(),
                      client.nextDeadline(), client.queuedMessages(), client.queuedBytes(),
                      client.reconnectAttempts(), client.consecutiveErrors(), stats.totalErrors,
                      stats.totalMessages, stats.lastPong, stats.averageLatencyMs, client.wantsBuffered());
  }

 public:
  explicit FenceChecker(Findings& findings) : findings_(findings) {}

  // Before the event is told.
  void check(const Connection& client, const Now& now, const Input& stale) {
    Connection hears = client;
    Connection control = client;
    Actions heard;
    Actions expected;
    hears.handle(now, stale, heard);
    control.handle(now, input::VisibilityChanged{false}, expected);
    findings_.check(test::text(heard) == test::text(expected), "C3",
                    "an event of a stale attempt does something");
    findings_.check(look(hears, now) == look(control, now), "C3",
                    "an event of a stale attempt changes something");
    const auto* received = std::get_if<input::Received>(&stale);
    if (received == nullptr) return;
    Connection hearsAtOnce = client;
    (void)hearsAtOnce.received(received->attempt, now.wall);
    findings_.check(look(hearsAtOnce, now) == look(client, now), "C3",
                    "a frame of a stale attempt changes something");
  }

 private:
  Findings& findings_;
};

}  // namespace rws::sim
