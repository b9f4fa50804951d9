// Owns the course of one outage: how many retries it has seen, its draws, when the next one is due.
// Refuses to decide whether to retry: close_policy.h and the options do.
#pragma once

#include <cstdint>

#include "backoff.h"
#include "close_policy.h"
#include "options.h"
#include "random.h"
#include "types.h"

namespace rws {

struct ScheduledRetry {
  std::uint64_t attempt = 0;
  Duration delay{};
  Duration nominal{};
};

class RetryPlan {
 public:
  explicit RetryPlan(std::uint64_t seed) : random_(seed) {}

  // Retries scheduled in this outage.
  [[nodiscard]] std::uint64_t attempts() const { return attempts_; }
  [[nodiscard]] bool spent(const Options& options) const { return attempts_ >= options.maxReconnectAttempts; }

  // A connection proved stable, or the user began anew: the next retry is the first again.
  void reset() {
    attempts_ = 0;
    restarting_ = false;
  }

  // The next retry after a close with that hint. Once the server has said that it restarts, every wait of the
  // outage is spread as wide as the first: the whole fleet waits for the same moment.
  [[nodiscard]] ScheduledRetry schedule(const Options& options, const ServerHint& hint);

  // An attempt begins: automatic triggers keep their distance from it.
  void began(Instant now) { lastAttempt_ = now; }

  [[nodiscard]] Duration sinceAttempt(Instant now) const { return now - lastAttempt_; }
  // Whether the last attempt began so long ago that an automatic trigger may begin another.
  [[nodiscard]] bool isSpaced(Instant now) const { return sinceAttempt(now) >= kRevivalSpacing; }
  // A sign of life came before the loss: no longer wait than that triggers keep their distance, unless the
  // server restarts.
  void hasten(Instant now, ScheduledRetry& retry) const;

  // When a sign of life from the environment may lead to an attempt.
  [[nodiscard]] Instant revival(const Options& options, Instant now) {
    return revivalInstant(options, now, lastAttempt_, random_.unit());
  }
  // The retry that a revival stands for: counted when it is the first of its outage.
  [[nodiscard]] ScheduledRetry revived(const Options& options, Instant now, Instant at);

 private:
  friend struct StateDigest;  // of tests/core/support

  Random random_;
  double outageDraw_ = 0;
  std::uint64_t attempts_ = 0;
  bool restarting_ = false;
  Instant lastAttempt_{};
};

}  // namespace rws
