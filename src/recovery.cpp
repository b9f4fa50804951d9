// Owns the thresholds' use: what is advised when, and when credentials are in doubt.
// Refuses to advise on a single error: retries are what the client is for.
#include "recovery.h"

#include <algorithm>

namespace rws {

bool Recovery::failed(bool opened) {
  ++consecutiveErrors_;
  if (opened) {
    refusals_ = 0;
    return false;
  }
  ++refusals_;
  // Once a run: the user was told, and tells again only after a connection or a reset.
  return refusals_ == kRefusalsBeforeAuth;
}

void Recovery::reset() {
  consecutiveErrors_ = 0;
  refusals_ = 0;
}

bool Recovery::isHealthy(const HealthInput& input) const {
  return input.connected && consecutiveErrors_ < kManyErrors;
}

bool Recovery::advises(Recommendation recommendation, const Options& options,
                       const HealthInput& input) const {
  switch (recommendation) {
    case Recommendation::CheckNetwork:
      return !input.online;
    case Recommendation::PageReload:
      return consecutiveErrors_ >= kManyErrors;
    case Recommendation::CheckServer:
      return input.reconnectAttempts >= kManyAttempts;
    case Recommendation::ClearQueue:
      // More than half full; an empty queue is never too full, whatever the limit.
      return input.queuedMessages > options.maxQueueSize / 2;
    case Recommendation::ContactSupport:
      return input.errorRate > kHighErrorRate;
  }
  return false;
}

Duration Recovery::gentlerDelay(Duration reconnectDelay) {
  constexpr Duration kGentlest = std::chrono::seconds(30);
  return std::max(reconnectDelay, std::min(2 * reconnectDelay, kGentlest));
}

}  // namespace rws
