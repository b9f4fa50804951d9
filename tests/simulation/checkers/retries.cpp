// The count of retries and the gate for automatic attempts, kept from outside.
#include "retries.h"

#include <algorithm>
#include <string_view>

#include "close_hint.h"

namespace rws::sim {

void RetriesChecker::check(const Step& step) {
  noteConnection(step);
  if (step.isOneOf<event::Connect, event::Reconnect>() && step.find<effect::ResolveAddress>() != nullptr) {
    startAfresh();
  }
  const notification::Closed* const loss = step.loss();
  if (loss != nullptr) expectOutcome(step, *loss);
  for (const Record& record : *step.records) {
    if (const auto* const retry = as<notification::RetryScheduled>(record)) scheduled(step, *retry);
    if (as<effect::ResolveAddress>(record) != nullptr) started(step);
    if (const auto* const notified = as<notification::GaveUp>(record)) gaveUp(*notified);
  }
  if (loss != nullptr) checkOutcome(step);
  if (step.isOneOf<event::PageSuspended>()) checkSuspended(step);
  finish(step);
}

// Whether an automatic attempt is allowed, which would be that retry of its outage; the first attempt of a
// connect() that is made again is the first retry.
bool RetriesChecker::isAllowed(const Options& options, std::uint64_t retry) const {
  return (options.enableAutoReconnect || isOverruled_) &&
         std::max<std::uint64_t>(retry, 1) <= options.maxReconnectAttempts;
}

void RetriesChecker::startAfresh() {
  retries_ = 0;
  hintUntil_.reset();
  isRestarting_ = isOverruled_ = false;
}

// The count starts afresh at the timer that finds the connection stable.
void RetriesChecker::noteConnection(const Step& step) {
  isStableNow_ = false;
  if (step.after() == Phase::Connected && step.before != Phase::Connected) {
    stableAt_ = step.now() + step.options->stableAfter;
  }
  const bool isTimer = step.isOneOf<event::TimerFired>() && step.before == Phase::Connected;
  if (isTimer && stableAt_ && *stableAt_ <= step.now()) {
    isStableNow_ = true;
    stableAt_.reset();
    if (step.loss() == nullptr && step.after() == Phase::Connected) startAfresh();
  }
  if (step.after() != Phase::Connected) stableAt_.reset();
}

void RetriesChecker::expectOutcome(const Step& step, const notification::Closed& loss) {
  const Options& options = *step.options;
  const std::vector<std::uint16_t>& fatal = options.fatalCloseCodes;
  const bool isFatal = std::find(fatal.begin(), fatal.end(), loss.info.code) != fatal.end();
  const auto* const answered = step.findAnswer<event::ShouldReconnectAnswered>();
  const std::optional<bool> answer = answered == nullptr ? std::nullopt : answered->answer;
  // A close before the welcome of a session is a failed attempt, whatever its code.
  const bool isEarly = session_.wasGreeting() && step.isOneOf<event::SocketClosed>();
  const bool isNormal = loss.info.code == 1000 && !isEarly;
  const bool byDefault = !isFatal && !isNormal && options.enableAutoReconnect;
  const bool isWanted = step.find<notification::SessionTaken>() == nullptr && answer.value_or(byDefault);
  // At one late timer the connection may become stable and be lost: either may have been due first.
  const auto* const retry = step.find<notification::RetryScheduled>();
  if (isStableNow_ && retry != nullptr && retry->attempt == 1) startAfresh();
  isOverruled_ = answer.value_or(false);
  expected_ = Phase::Rejected;
  if (!isWanted && isNormal && !isFatal) expected_ = Phase::Disconnected;
  if (isWanted) expected_ = retries_ >= options.maxReconnectAttempts ? Phase::Exhausted : Phase::Waiting;
  noteHint(step, loss.info);
  findings_.check(loss.shouldReconnect == (expected_ == Phase::Waiting), "B7",
                  "the close event does not say whether an attempt follows");
  isLost_ = true;
}

// What the server asked for with its close.
void RetriesChecker::noteHint(const Step& step, const CloseInfo& info) {
  if (expected_ != Phase::Waiting && expected_ != Phase::Exhausted) return;
  const Options& options = *step.options;
  if (info.code == 1012 || info.code == 1013) isRestarting_ = true;
  std::optional<Duration> asked;
  if (const std::optional<double> milliseconds = readHint(info.reason)) {
    asked = std::min(toDuration(*milliseconds), options.maxRetryAfter);
  } else if (isRestarting_) {
    const Duration longest = std::min<Duration>(std::chrono::seconds(30), options.maxReconnectDelay);
    asked = std::min<Duration>(std::chrono::seconds(5), longest / 2);
  }
  if (!asked) return;
  const Instant until = step.now() + *asked;
  // A time that the server names replaces an earlier one.
  const bool isNamed = readHint(info.reason).has_value();
  hintUntil_ = isNamed ? until : std::max(until, hintUntil_.value_or(until));
}

void RetriesChecker::checkOutcome(const Step& step) {
  const Phase after = step.after();
  // A retry without a delay may start with the same timer.
  const bool hasStarted =
      expected_ == Phase::Waiting && step.isOneOf<event::TimerFired>() && after == Phase::Retrying;
  if (expected_ == Phase::Waiting) {
    findings_.check(after == expected_ || hasStarted, "B7", "a loss that allows a retry ends the connection");
  } else if (expected_ == Phase::Exhausted) {
    findings_.check(after == expected_, "B5", "an outage has more retries than allowed");
  } else {
    findings_.check(after == expected_, "B7", "a final close is followed by an attempt");
  }
  isLost_ = false;
}

void RetriesChecker::scheduled(const Step& step, const notification::RetryScheduled& retry) {
  const Instant at = step.now() + retry.delay;
  if (isLost_) {
    isLost_ = false;
    ++retries_;
    findings_.check(retry.attempt >= retries_, "B6", "the count of retries starts afresh too early");
    findings_.check(retry.attempt <= retries_, "B8", "one loss uses up more than one retry");
    findings_.check(retry.attempt <= step.options->maxReconnectAttempts, "B5",
                    "an outage has more retries than allowed");
  } else {
    checkHintedRetry(step, retry, at);
  }
  findings_.check(!hintUntil_ || at >= *hintUntil_, "B9",
                  "a retry is scheduled before the server's hint runs out");
  findings_.check(isAllowed(*step.options, retry.attempt), "B9", "a retry is scheduled that is not allowed");
  retryAt_ = at;
}

// The environment hints that an attempt may succeed now.
void RetriesChecker::checkHintedRetry(const Step& step, const notification::RetryScheduled& retry,
                                      Instant at) {
  const bool isHint = step.isOneOf<event::NetworkChanged, event::VisibilityChanged, event::PageResumed>();
  findings_.check(isHint, "B3", "a delay is cut short by nothing");
  if (step.before == Phase::Exhausted) {
    retries_ = 0;
    hasGivenUp_ = false;
  }
  retries_ = std::max<std::uint64_t>(retries_, 1);
  findings_.check(retry.attempt == retries_, "B5",
                  "a hint counts as more than the first retry of its series");
  constexpr Duration kSecond = std::chrono::seconds(1);
  Instant earliest = step.now();
  if (lastAttempt_) {
    findings_.check(at >= *lastAttempt_ + kSecond, "B3", "automatic attempts are less than a second apart");
    earliest = std::max(earliest, *lastAttempt_ + kSecond);
  }
  findings_.check(hintUntil_ || at <= std::max(step.now() + 2 * kSecond, earliest), "B3",
                  "a hint leads to a long delay");
  findings_.check(step.before != Phase::Waiting || !retryAt_ || at < *retryAt_, "B3",
                  "a hint puts an attempt off");
}

void RetriesChecker::started(const Step& step) {
  if (step.isOneOf<event::CheckNetwork>()) {
    findings_.check(step.client->isOnline(), "B3", "an attempt while offline that the user did not ask for");
  } else if (!step.isOneOf<event::Connect, event::Reconnect>()) {
    findings_.check(step.isOneOf<event::TimerFired>(), "B3", "an attempt that nothing asks for");
    findings_.check(retryAt_ && *retryAt_ <= step.now(), "B3", "an attempt before its time");
    checkGate(step);
  }
  retryAt_.reset();
  lastAttempt_ = step.now();
  hasGivenUp_ = false;
}

// No automatic attempt against the options, beyond the budget, or before the server's hint has run out.
void RetriesChecker::checkGate(const Step& step) {
  const Options& options = *step.options;
  findings_.check(options.enableAutoReconnect || isOverruled_, "B9",
                  "an automatic attempt with auto reconnect off");
  findings_.check(retries_ <= options.maxReconnectAttempts && options.maxReconnectAttempts > 0, "B9",
                  "an automatic attempt beyond the budget");
  findings_.check(!hintUntil_ || *hintUntil_ <= step.now(), "B9",
                  "an automatic attempt before the server's hint has run out");
}

// A page that is suspended loses its attempt. An attempt follows when it returns, if one is allowed.
void RetriesChecker::checkSuspended(const Step& step) {
  if (step.attemptBefore == AttemptId::None) return;
  const bool isRetried = isAllowed(*step.options, retries_);
  findings_.check((step.after() == Phase::Suspended) == isRetried, "B9",
                  "a suspended page waits for an attempt that is not allowed, or fails although one is");
  const auto* const closed = step.find<notification::Closed>();
  findings_.check(closed != nullptr && closed->shouldReconnect == isRetried, "B7",
                  "the close event does not say whether an attempt follows");
}

void RetriesChecker::gaveUp(const notification::GaveUp& notified) {
  findings_.check(!hasGivenUp_, "B5", "giving up is reported twice");
  findings_.check(notified.attempts == retries_ || isStableNow_, "B5", "giving up reports a wrong count");
  hasGivenUp_ = true;
}

void RetriesChecker::finish(const Step& step) {
  const Phase after = step.after();
  findings_.check(after != Phase::Exhausted || hasGivenUp_, "B5", "giving up is not reported");
  const bool isReset = step.isOneOf<event::ResetRecovery>() && after != Phase::Destroyed;
  if (isReset || (isStableNow_ && step.client->countedRetries() == 0)) retries_ = 0;
  findings_.check(step.client->countedRetries() >= retries_, "B6",
                  "the count of retries starts afresh too early");
  findings_.check(step.client->countedRetries() <= retries_ || isStableNow_, "B6",
                  "the count of retries does not start afresh");
  const bool isOver = after == Phase::Connected || after == Phase::Disconnected || after == Phase::Rejected;
  findings_.check(step.client->reconnectAttempts() == (isOver ? 0 : step.client->countedRetries()), "B6",
                  "retries are shown without an outage, or not shown");
  const bool isHeldUp = step.find<effect::AskShouldReconnect>() != nullptr;
  if (step.isOneOf<event::TimerFired>() && after == Phase::Waiting && !isHeldUp) {
    findings_.check(retryAt_ && *retryAt_ > step.now(), "B3", "an attempt that is due is not made");
  }
  findings_.check(after != Phase::Waiting || isAllowed(step.client->options(), retries_), "B9",
                  "the client waits for an attempt that is not allowed");
  if (after != Phase::Waiting) retryAt_.reset();
}

}  // namespace rws::sim
