// Each delay is drawn within its bounds. None is clamped afterwards: then many clients would have the same
// delay.
#include "reconnect_policy.h"

#include <algorithm>
#include <cmath>

#include "control_frame.h"

namespace rws {
namespace {

constexpr double kShareAtCap = 0.4;
constexpr Duration kLongestRestart = std::chrono::seconds(30);
constexpr Duration kShortestRestart = std::chrono::seconds(5);
constexpr Duration kHintSpread = std::chrono::seconds(1);

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

bool isRestart(const CloseInfo& info) { return info.code == 1012 || info.code == 1013; }

}  // namespace

CloseVerdict verdictOn(const Options& options, const CloseInfo& info) {
  const std::vector<std::uint16_t>& fatal = options.fatalCloseCodes;
  if (std::find(fatal.begin(), fatal.end(), info.code) != fatal.end()) return CloseVerdict::Fatal;
  return info.code == 1000 ? CloseVerdict::Normal : CloseVerdict::Retry;
}

ErrorType toErrorType(const CloseInfo& info, bool isOnline) {
  switch (info.code) {
    case 1000:
      return ErrorType::None;
    case 1003:
    case 1008:
      return ErrorType::Auth;
    case 1001:
    case 1011:
    case 1012:
    case 1013:
    case 1014:
      return isOnline ? ErrorType::Server : ErrorType::Network;
    case 1005:
    case 1006:
      return ErrorType::Network;
    default:
      return isOnline ? ErrorType::Unknown : ErrorType::Network;
  }
}

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
    return shareOf(nominal, 1.0 - kShareAtCap * options.jitter * draws.retry);
  }
  // The first delay of the outage is rounded once and then doubled as an integer: twice is exactly twice.
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
  // The interval is cut at the limit before the draw, so that the delays of many clients differ below the
  // limit.
  const double widest = static_cast<double>(low.count()) * options.jitter;
  const Duration width = std::min(limit - low, Duration(static_cast<Duration::rep>(widest)));
  return between(low, low + width, draw);
}

// --- the gate

ReconnectPolicy::Permission ReconnectPolicy::mayStart(const Options& options, Start start) const {
  if (!options.enableAutoReconnect && !isOverruled_) return Permission::Off;
  // A first attempt that is replaced becomes the first retry.
  const std::uint64_t number = start == Start::NextRetry      ? attempts_ + 1
                               : start == Start::CurrentRetry ? std::max<std::uint64_t>(attempts_, 1)
                                                              : 1;
  return number <= options.maxReconnectAttempts ? Permission::Granted : Permission::Spent;
}

Instant ReconnectPolicy::earliestStart(Instant now) const {
  return std::max({now, lastAttemptAt_ + kHintSpacing, hintUntil_.value_or(now)});
}

// --- the state

void ReconnectPolicy::attemptStarted(Instant now) {
  lastAttemptAt_ = now;
  retryAt_.reset();
}

void ReconnectPolicy::reset() {
  attempts_ = 0;
  isServerRestarting_ = false;
  isOverruled_ = false;
  hintUntil_.reset();
  retryAt_.reset();
}

void ReconnectPolicy::startSeries() { attempts_ = 0; }

std::optional<Duration> ReconnectPolicy::hintedDelay(const Options& options, const CloseInfo& info,
                                                     double draw) {
  if (isRestart(info)) isServerRestarting_ = true;
  if (const std::optional<Duration> asked = readRetryAfter(info.reason)) {
    return retryAfterDelay(options, *asked, draw);
  }
  if (!isServerRestarting_) return std::nullopt;
  return restartDelay(options, random_.unit());
}

ScheduledRetry ReconnectPolicy::scheduleAfter(const Options& options, Instant now, const CloseInfo& info,
                                              bool isNetworkBack) {
  if (attempts_ == 0) outageDraw_ = random_.unit();
  ++attempts_;
  const double draw = random_.unit();
  ScheduledRetry retry{attempts_, backoffDelay(options, attempts_, {outageDraw_, draw}),
                       nominalDelay(options, attempts_)};
  const std::optional<Duration> hinted = hintedDelay(options, info, draw);
  if (hinted) {
    // A restarting server gets fewer attempts with every retry; a time that it names itself is kept.
    retry.delay = readRetryAfter(info.reason) ? *hinted : std::max(retry.delay, *hinted);
  } else if (isNetworkBack) {
    retry.delay = std::min(retry.delay, earliestStart(now) - now);
  }
  keepHint(info, hinted ? std::optional(now + *hinted) : std::nullopt);
  retryAt_ = std::max(now + retry.delay, hintUntil_.value_or(now));
  retry.delay = *retryAt_ - now;
  return retry;
}

void ReconnectPolicy::gaveUpAfter(const Options& options, Instant now, const CloseInfo& info) {
  const std::optional<Duration> hinted = hintedDelay(options, info, random_.unit());
  keepHint(info, hinted ? std::optional(now + *hinted) : std::nullopt);
}

// A hint counts until it has run out, or the server gives another one: the user may have started an attempt
// meanwhile, which failed without any hint.
void ReconnectPolicy::keepHint(const CloseInfo& info, std::optional<Instant> until) {
  if (readRetryAfter(info.reason)) hintUntil_.reset();
  if (until) hintUntil_ = std::max(*until, hintUntil_.value_or(*until));
}

std::optional<ScheduledRetry> ReconnectPolicy::scheduleSoon(const Options& options, Instant now) {
  const Duration spread = between(Duration::zero(), kHintSpread, 2.0 * options.jitter * random_.unit());
  const Instant at = std::max(now + spread, earliestStart(now));
  if (retryAt_ && *retryAt_ <= at) return std::nullopt;
  if (attempts_ == 0) {
    outageDraw_ = random_.unit();
    attempts_ = 1;
  }
  retryAt_ = at;
  return ScheduledRetry{attempts_, at - now, nominalDelay(options, attempts_)};
}

}  // namespace rws
