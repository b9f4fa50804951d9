#include "health.h"

#include <algorithm>

namespace rws {

bool Health::attemptFailed(bool hadOpened) {
  ++consecutiveErrors_;
  if (hadOpened) {
    refusals_ = 0;
    return false;
  }
  ++refusals_;
  return refusals_ == kRefusalsBeforeAuth;
}

void Health::reset() {
  consecutiveErrors_ = 0;
  refusals_ = 0;
}

bool Health::advises(Recommendation recommendation, const Circumstances& circumstances) const {
  switch (recommendation) {
    case Recommendation::CheckNetwork:
      return !circumstances.isOnline;
    case Recommendation::PageReload:
      return consecutiveErrors_ > kManyErrors;
    case Recommendation::CheckServer:
      return circumstances.reconnectAttempts > kManyAttempts;
    case Recommendation::ClearQueue:
      return circumstances.queuedMessages > kManyQueued;
    case Recommendation::ContactSupport:
      return circumstances.errorRate > kHighErrorRate;
  }
  return false;
}

Duration gentlerDelay(Duration reconnectDelay) {
  constexpr Duration kGentlest = std::chrono::seconds(30);
  return std::max(reconnectDelay, std::min(2 * reconnectDelay, kGentlest));
}

}  // namespace rws
