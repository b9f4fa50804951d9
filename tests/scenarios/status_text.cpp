#include "status_text.h"

#include <sstream>

#include "event_text.h"

namespace rws::scenarios {
namespace {

std::string numberText(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

std::optional<std::string> statusText(const Client& client, const Now& now, const std::string& name) {
  const StatsSnapshot stats = client.stats(now.instant);
  if (name == "reconnectAttempts") return std::to_string(client.reconnectAttempts());
  if (name == "queuedMessages") return std::to_string(client.queuedMessages());
  if (name == "consecutiveErrors") return std::to_string(client.consecutiveErrors());
  if (name == "isHealthy") return client.isHealthy(now.instant) ? "yes" : "no";
  if (name == "networkOnline") return client.isOnline() ? "yes" : "no";
  if (name == "totalConnections") return std::to_string(stats.totalConnections);
  if (name == "totalReconnections") return std::to_string(stats.totalReconnections);
  if (name == "totalMessages") return std::to_string(stats.totalMessages);
  if (name == "totalErrors") return std::to_string(stats.totalErrors);
  if (name == "connectionDuration") return millisecondsText(stats.connectionDuration);
  if (name == "averageLatency") return numberText(stats.averageLatencyMs);
  if (name == "errorRate") return numberText(stats.errorRate);
  // Times of the wall clock as distances from now.
  if (name == "sinceLastPong") return stats.lastPong ? std::to_string(now.wall - *stats.lastPong) : "none";
  if (name == "nextAttemptIn") {
    const std::optional<EpochMs> at = client.nextAttemptAt(now);
    return at ? std::to_string(*at - now.wall) : "none";
  }
  return std::nullopt;
}

std::vector<std::string> adviceNames(const Client& client) {
  std::vector<std::string> names;
  for (const Recommendation advice : kRecommendations) {
    if (client.advises(advice)) names.push_back(std::string(toString(advice)));
  }
  return names;
}

}  // namespace rws::scenarios
