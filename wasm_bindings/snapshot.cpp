#include "snapshot.h"

#include <emscripten/bind.h>

#include <string>

#include "values.h"

namespace rws::bindings {
namespace {

using emscripten::val;

// The public SessionStatus (web/session_types.ts); null without a session.
val toStatus(const Session& session) {
  if (!session.exists()) return val::null();
  val status = val::object();
  status.set("unacknowledged", toJs(session.unacknowledged()));
  status.set("lastAcknowledgedAt", toJs(session.lastAcknowledgedAt()));
  status.set("acknowledged", toJs(session.acknowledged()));
  status.set("resent", toJs(session.resent()));
  status.set("resumptions", toJs(session.resumptions()));
  status.set("lost", toJs(session.losses()));
  return status;
}

}  // namespace

Snapshot snapshot(ResilientWebSocket& owner) {
  const Client& client = owner.driver().client();
  const Now now = owner.driver().now();
  const StatsSnapshot stats = client.stats(now.instant);
  Snapshot taken{
      .reconnectAttempts = toJs(client.reconnectAttempts()),
      .isAttempting = hasAttempt(client.phase()),
      .queuedMessages = toJs(client.queuedMessages()),
      .consecutiveErrors = toJs(client.consecutiveErrors()),
      .newestQueued = toJs(client.newestQueued()),
      .nextAttemptAt = toJs(client.nextAttemptAt(now)),
      .lastPong = toJs(stats.lastPong),
      .networkOnline = client.isOnline(),
      .isHealthy = client.isHealthy(now.instant),
      .totalConnections = toJs(stats.totalConnections),
      .totalReconnections = toJs(stats.totalReconnections),
      .totalMessages = toJs(stats.totalMessages),
      .totalErrors = toJs(stats.totalErrors),
      .lastConnectedAt = toJs(stats.lastConnectedAt),
      .lastDisconnectedAt = toJs(stats.lastDisconnectedAt),
      .connectionDuration = toJs(stats.connectionDuration),
      .averageLatency = stats.averageLatencyMs,
      .errorRate = stats.errorRate,
      .session = toStatus(client.session()),
  };
  for (const Recommendation recommendation : kRecommendations) {
    if (client.advises(recommendation)) {
      taken.recommendations.call<void>("push", std::string(toString(recommendation)));
    }
  }
  return taken;
}

void registerSnapshot() {
  emscripten::value_object<Snapshot>("Snapshot")
      .field("reconnectAttempts", &Snapshot::reconnectAttempts)
      .field("isAttempting", &Snapshot::isAttempting)
      .field("queuedMessages", &Snapshot::queuedMessages)
      .field("consecutiveErrors", &Snapshot::consecutiveErrors)
      .field("newestQueued", &Snapshot::newestQueued)
      .field("nextAttemptAt", &Snapshot::nextAttemptAt)
      .field("lastPong", &Snapshot::lastPong)
      .field("networkOnline", &Snapshot::networkOnline)
      .field("isHealthy", &Snapshot::isHealthy)
      .field("recommendations", &Snapshot::recommendations)
      .field("totalConnections", &Snapshot::totalConnections)
      .field("totalReconnections", &Snapshot::totalReconnections)
      .field("totalMessages", &Snapshot::totalMessages)
      .field("totalErrors", &Snapshot::totalErrors)
      .field("lastConnectedAt", &Snapshot::lastConnectedAt)
      .field("lastDisconnectedAt", &Snapshot::lastDisconnectedAt)
      .field("connectionDuration", &Snapshot::connectionDuration)
      .field("averageLatency", &Snapshot::averageLatency)
      .field("errorRate", &Snapshot::errorRate)
      .field("session", &Snapshot::session);
}

}  // namespace rws::bindings
