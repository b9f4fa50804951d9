// Owns the arithmetic of waits: saturating, and exact where exactness is promised.
// Refuses to repair a wait afterwards: each is drawn within its bounds, none is clamped into them.
#include "backoff.h"

#include <algorithm>
#include <cmath>

namespace rws {
namespace {

constexpr double kCapShare = 0.4;
constexpr Duration kLongestRestart = std::chrono::seconds(30);
constexpr Duration kShortestRestart = std::chrono::seconds(5);
constexpr Duration kRevivalSpread = std::chrono::seconds(1);

// Doublings before retry `attempt`. 62 shift every positive delay past Options::kLongest.
int doublings(std::uint64_t attempt) {
  constexpr std::uint64_t kEnough = 62;
  return static_cast<int>(attempt == 0 ? 0 : std::min(attempt - 1, kEnough));
}

// Rounded up: never less than the share, never more than the whole for a share up to 1.
Duration shareOf(Duration whole, double share) {
  return Duration(static_cast<Duration::rep>(std::ceil(static_cast<double>(whole.count()) * share)));
}

Duration between(Duration low, Duration high, double draw) {
  return low + Duration(static_cast<Duration::rep>(static_cast<double>((high - low).count()) * draw));
}

}  // namespace

Duration nominalDelay(const Options& options, std::uint64_t attempt) {
  const int shift = doublings(attempt);
  if (options.reconnectDelay.count() > options.maxReconnectDelay.count() >> shift) {
    return options.maxReconnectDelay;
  }
  return Duration(options.reconnectDelay.count() << shift);
}

Duration backoffDelay(const Options& options, std::uint64_t attempt, BackoffDraws draws) {
  const Duration nominal = nominalDelay(options, attempt);
  if (nominal >= options.maxReconnectDelay) {
    return shareOf(nominal, 1.0 - kCapShare * options.jitter * draws.wait);
  }
  // The first wait of the outage is rounded once and then doubled as an integer: twice is exactly twice.
  const Duration first = shareOf(options.reconnectDelay, 1.0 - options.jitter * draws.outage);
  return Duration(first.count() << doublings(attempt));
}

Duration restartDelay(const Options& options, double draw) {
  const Duration high = std::min(kLongestRestart, options.maxReconnectDelay);
  return between(std::min(kShortestRestart, high / 2), high, draw);
}

Duration retryAfterDelay(const Options& options, Duration asked, double draw) {
  const Duration limit = options.maxRetryAfter;
  const Duration low = std::clamp(asked, Duration::zero(), limit);
  // The interval is cut at the limit before the draw, so that clients part below the limit instead of piling
  // up on it.
  const double widest = static_cast<double>(low.count()) * options.jitter;
  const Duration width = std::min(limit - low, Duration(static_cast<Duration::rep>(widest)));
  return between(low, low + width, draw);
}

Instant revivalInstant(const Options& options, Instant now, Instant lastAttempt, double draw) {
  const Duration spread = between(Duration::zero(), kRevivalSpread, 2.0 * options.jitter * draw);
  return std::max(now + spread, lastAttempt + kRevivalSpacing);
}

}  // namespace rws
