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

std::vector<Recommendation> Recovery::recommendations(const Options& options,
                                                      const HealthInput& input) const {
  std::vector<Recommendation> advice;
  if (!input.online) advice.push_back(Recommendation::CheckNetwork);
  if (consecutiveErrors_ >= kManyErrors) advice.push_back(Recommendation::PageReload);
  if (input.reconnectAttempts >= kManyAttempts) advice.push_back(Recommendation::CheckServer);
  // More than half full; an empty queue is never too full, whatever the limit.
  if (input.queuedMessages > options.maxQueueSize / 2) advice.push_back(Recommendation::ClearQueue);
  if (input.errorRate > kHighErrorRate) advice.push_back(Recommendation::ContactSupport);
  return advice;
}

Duration Recovery::gentlerDelay(Duration reconnectDelay) {
  constexpr Duration kGentlest = std::chrono::seconds(30);
  return std::max(reconnectDelay, std::min(2 * reconnectDelay, kGentlest));
}

}  // namespace rws
