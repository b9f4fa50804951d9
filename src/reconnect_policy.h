// When the client tries again: what a close code means, how long to wait, how many retries an outage may
// have, and mayStart(), the one gate that every automatic attempt passes. It decides; the client acts.
#pragma once

#include <cstdint>
#include <optional>

#include "options.h"
#include "random.h"
#include "types.h"

namespace rws {

// --- close codes (RFC 6455, 7.4; the IANA registry for 1012 to 1014). Pure functions.

enum class CloseVerdict : std::uint8_t {
  Retry,   // open again
  Normal,  // over, as agreed (1000)
  Fatal,   // over: another attempt would end the same way (options.fatalCloseCodes)
};
[[nodiscard]] CloseVerdict verdictOn(const Options& options, const CloseInfo& info);

// 1003 and 1008: Auth. 1001 and 1011 to 1014: Server. 1005 and 1006: Network. 1000: None. All others:
// Unknown. Server and Unknown become Network while the host is offline.
[[nodiscard]] ErrorType toErrorType(const CloseInfo& info, bool isOnline);

// --- delays. Pure functions; every draw is an argument in [0, 1).

// The delay before retry `attempt` (from 1) without jitter: min(maxReconnectDelay, reconnectDelay *
// 2^(attempt-1)), saturating.
[[nodiscard]] Duration nominalDelay(const Options& options, std::uint64_t attempt);

// `outage` is drawn once an outage, so that each delay below the cap is exactly twice the one before. `retry`
// is drawn for each retry and used at the cap, so that the attempts of many clients differ there too.
struct BackoffDraws {
  double outage = 0;
  double retry = 0;
};
// Below the cap (1 - jitter * outage) of the nominal delay, at the cap (1 - 0.4 * jitter * retry) of it.
// Never above the nominal delay.
[[nodiscard]] Duration backoffDelay(const Options& options, std::uint64_t attempt, BackoffDraws draws);

// The least delay in an outage that began with 1012 or 1013, where a whole fleet comes back at once: uniform
// in [min(5 s, max/2), max], max = min(30 s, maxReconnectDelay).
[[nodiscard]] Duration restartDelay(const Options& options, double draw);

// The delay a server asked for: uniform in [asked, asked * (1 + jitter)], at most maxRetryAfter.
[[nodiscard]] Duration retryAfterDelay(const Options& options, Duration asked, double draw);

// Attempts that the environment causes (online, visible, page restored) start at least so far apart.
inline constexpr Duration kHintSpacing = std::chrono::seconds(1);

// --- the state of one outage

struct ScheduledRetry {
  std::uint64_t attempt = 0;  // from 1
  Duration delay{};
  Duration nominalDelay{};
};

class ReconnectPolicy {
 public:
  explicit ReconnectPolicy(std::uint64_t seed) : random_(seed) {}

  // --- the gate
  enum class Permission : std::uint8_t {
    Granted,
    Off,    // enableAutoReconnect is false
    Spent,  // the budget of retries is used up, or 0
  };
  enum class Start : std::uint8_t {
    NextRetry,     // an attempt ended
    CurrentRetry,  // the retry that is counted already: its timer, a replaced attempt, a restored page
    NewSeries,     // the first retry after giving up
  };
  // Whether an automatic attempt may start, whatever asks for it. When it may start is earliestStart(). (A
  // fatal close code needs no rule here: no automatic move leaves Phase::Rejected.)
  [[nodiscard]] Permission mayStart(const Options& options, Start start) const;
  // The earliest time for an attempt that an event of the browser or the page leads to: the server's hint has
  // run out, and the last attempt started at least kHintSpacing ago.
  [[nodiscard]] Instant earliestStart(Instant now) const;

  // --- getters
  // Retries scheduled in this outage.
  [[nodiscard]] std::uint64_t attempts() const { return attempts_; }
  // When the scheduled retry is due, nothing if none is scheduled.
  [[nodiscard]] std::optional<Instant> retryAt() const { return retryAt_; }
  [[nodiscard]] Duration sinceLastAttempt(Instant now) const { return now - lastAttemptAt_; }

  // --- what happened
  void attemptStarted(Instant now);
  // The user starts afresh (connect, reconnect): a new budget, and no hint of the server counts any more.
  void reset();
  // The connection has lasted: a new budget.
  void becameStable() { reset(); }
  // A new series of retries starts after giving up. The server's hint still counts.
  void startSeries();
  // Whether the user's shouldReconnect demanded the retry after this loss: enableAutoReconnect does not count
  // then.
  void setOverruled(bool isOverruled) { isOverruled_ = isOverruled; }
  void cancelRetry() { retryAt_.reset(); }

  // Schedules the retry that follows a loss. `isNetworkBack`: the loss was found by a ping after `online`, so
  // there is nothing to wait for, unless the server has asked to.
  [[nodiscard]] ScheduledRetry scheduleAfter(const Options& options, Instant now, const CloseInfo& info,
                                             bool isNetworkBack);
  // No retry follows a loss. The server's hint counts for a later series.
  void gaveUpAfter(const Options& options, Instant now, const CloseInfo& info);
  // The environment hints that an attempt may succeed now: schedules the retry at hand soon, spread over a
  // second. Nothing if it is due no later anyway.
  [[nodiscard]] std::optional<ScheduledRetry> scheduleSoon(const Options& options, Instant now);

 private:
  friend struct StateDigest;  // of tests/core/support

  // The delay that the server's close asks for, nothing if it does not.
  [[nodiscard]] std::optional<Duration> hintedDelay(const Options& options, const CloseInfo& info,
                                                    double draw);
  void keepHint(const CloseInfo& info, std::optional<Instant> until);

  Random random_;
  double outageDraw_ = 0;
  std::uint64_t attempts_ = 0;
  bool isServerRestarting_ = false;  // 1012 or 1013 was received in this outage
  bool isOverruled_ = false;
  Instant lastAttemptAt_{};
  OptionalInstant hintUntil_;  // the server asked to wait until then
  OptionalInstant retryAt_;
};

}  // namespace rws
