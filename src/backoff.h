// Owns how long to wait: nominal waits, their jitter, and the waits a server or the environment asks for.
// Refuses state, clock and randomness: every draw is an argument in [0, 1).
#pragma once

#include <cstdint>

#include "options.h"
#include "types.h"

namespace rws {

// The wait before retry `attempt` (from 1) without jitter: min(maxReconnectDelay, reconnectDelay *
// 2^(attempt-1)), saturating.
[[nodiscard]] Duration nominalDelay(const Options& options, std::uint64_t attempt);

// The two draws behind a wait: one per outage, so that each wait below the cap is exactly twice the one
// before, and one per wait for use at the cap, so that clients part there too.
struct BackoffDraws {
  double outage = 0;
  double wait = 0;
};

// The wait before retry `attempt`: below the cap (1 - jitter * outage) of the nominal wait, at the cap
// (1 - 0.4 * jitter * wait) of it. Never above the nominal wait.
[[nodiscard]] Duration backoffDelay(const Options& options, std::uint64_t attempt, BackoffDraws draws);

// The least wait in an outage that began with 1012 or 1013: uniform in [min(5 s, max/2), max] with max =
// min(30 s, maxReconnectDelay).
[[nodiscard]] Duration restartDelay(const Options& options, double draw);

// The wait a server asked for: uniform in [asked, asked * (1 + jitter)], at most maxRetryAfter.
[[nodiscard]] Duration retryAfterDelay(const Options& options, Duration asked, double draw);

// How far apart attempts are that automatic triggers cause.
inline constexpr Duration kRevivalSpacing = std::chrono::seconds(1);

// The earliest attempt after a sign of life from the environment: spread over up to a second (times twice the
// jitter, none without jitter) and at least a second after the last attempt began.
[[nodiscard]] Instant revivalInstant(const Options& options, Instant now, Instant lastAttempt, double draw);

}  // namespace rws
