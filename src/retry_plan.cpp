#include "retry_plan.h"

#include <algorithm>

namespace rws {

ScheduledRetry RetryPlan::schedule(const Options& options, const ServerHint& hint) {
  if (attempts_ == 0) outageDraw_ = random_.unit();
  ++attempts_;
  if (hint.restarting) restarting_ = true;
  const double draw = random_.unit();
  ScheduledRetry retry{attempts_, {}, nominalDelay(options, attempts_)};
  if (hint.retryAfter) {
    retry.delay = retryAfterDelay(options, *hint.retryAfter, draw);
  } else {
    retry.delay = backoffDelay(options, attempts_, {outageDraw_, draw});
    if (restarting_) retry.delay = std::max(retry.delay, restartDelay(options, random_.unit()));
  }
  return retry;
}

void RetryPlan::hasten(Instant now, ScheduledRetry& retry) const {
  if (restarting_) return;
  retry.delay = std::min(retry.delay, std::max(Duration::zero(), kRevivalSpacing - sinceAttempt(now)));
}

ScheduledRetry RetryPlan::revived(const Options& options, Instant now, Instant at) {
  if (attempts_ == 0) {
    outageDraw_ = random_.unit();
    attempts_ = 1;
  }
  return {attempts_, std::max(at - now, Duration::zero()), nominalDelay(options, attempts_)};
}

}  // namespace rws
