// B1 and B2, and of B7 the server's hint: how long each delay may be, that delays double exactly within an
// outage, and that they differ where they have to. The arithmetic is not the client's.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "../findings.h"
#include "../step.h"
#include "close_hint.h"

namespace rws::sim {

class DelaysChecker {
 public:
  explicit DelaysChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    if (step.isOneOf<event::Connect, event::Reconnect>() && step.find<effect::ResolveAddress>() != nullptr) {
      isRestarting_ = false;
      hintUntil_.reset();
    }
    const notification::Closed* const loss = step.loss();
    const auto* const retry = step.find<notification::RetryScheduled>();
    // The connection became stable with this timer, if not before. If no retries counted, only a short delay
    // shows that it became stable before it was lost.
    const bool isFirst = loss != nullptr && retry != nullptr && retry->attempt == 1;
    const bool isShown = isFirst && (hadRetries_ || retry->delay <= retry->nominalDelay);
    if (isShown && wasStable(step)) forgetHints();
    hadRetries_ = step.client->countedRetries() > 0;
    if (loss != nullptr && (loss->info.code == 1012 || loss->info.code == 1013)) isRestarting_ = true;
    if (retry != nullptr) {
      checkNominal(step, *retry);
      if (retry->attempt == 1) doubling_.reset();
      if (loss != nullptr && !isHastened(step, *retry)) checkDelay(step, loss->info, *retry);
    }
    if (loss != nullptr) noteHint(step, loss->info, retry);
    noteNetwork(step);
    if (step.after() == Phase::Connected && step.before != Phase::Connected) {
      stableAt_ = step.now() + step.options->stableAfter;
    }
    if (wasStable(step) && step.client->countedRetries() == 0) forgetHints();
    if (step.isOneOf<event::SetOption, event::SlowDown>()) forget();
  }

 private:
  struct Range {
    double low = 0;
    double high = 0;
  };

  static double toMicroseconds(Duration duration) { return static_cast<double>(duration.count()); }
  [[nodiscard]] bool wasStable(const Step& step) const {
    const bool isOpen = step.isOneOf<event::TimerFired>() && step.before == Phase::Connected;
    return isOpen && step.now() >= stableAt_;
  }
  void forgetHints() {
    isRestarting_ = false;
    hintUntil_.reset();
  }

  static double nominal(const Options& options, std::uint64_t attempt) {
    const double doublings = std::fmin(static_cast<double>(attempt) - 1, 60);
    const double doubled = toMicroseconds(options.reconnectDelay) * std::exp2(doublings);
    return std::fmin(doubled, toMicroseconds(options.maxReconnectDelay));
  }

  // Lost after a network that is said to be back, and nothing received since: only the distance of a second
  // to the last attempt has to be kept.
  bool isHastened(const Step& step, const notification::RetryScheduled& retry) {
    const Duration since = step.now() - attemptAt_;
    const Duration distance = std::max(Duration::zero(), Duration(std::chrono::seconds(1)) - since);
    if (!isNetworkBack_ || isRestarting_ || retry.delay != distance) return false;
    doubling_.reset();
    return true;
  }

  // The client probes after `online`, unless a verdict is pending that is as early.
  void noteNetwork(const Step& step) {
    const auto* const changed = step.eventAs<event::NetworkChanged>();
    if (changed != nullptr && changed->isOnline && step.isPinging()) isNetworkBack_ = true;
    if (step.isHeard() || step.after() != Phase::Connected) isNetworkBack_ = false;
    if (!step.client->options().sendsPings() || step.isHeartbeatNew()) isNetworkBack_ = false;
    if (step.find<effect::ResolveAddress>() != nullptr) attemptAt_ = step.now();
  }

  void noteHint(const Step& step, const CloseInfo& info, const notification::RetryScheduled* retry) {
    if (!readHint(info.reason) && !isRestarting_) return;
    // Without a retry the delay that was drawn is not known: a later retry may have to wait for the longest
    // one.
    const Duration longest =
        retry != nullptr ? retry->delay : step.options->maxRetryAfter + std::chrono::seconds(30);
    const Instant until = step.now() + longest;
    if (readHint(info.reason)) hintUntil_.reset();
    hintUntil_ = std::max(until, hintUntil_.value_or(until));
  }

  void checkNominal(const Step& step, const notification::RetryScheduled& retry) {
    const double expected = nominal(*step.options, retry.attempt);
    const double actual = toMicroseconds(retry.nominalDelay);
    findings_.check(std::fabs(actual - expected) <= 1 + expected * 1e-12, "B1", "a nominal delay is wrong");
    const EpochMs due =
        step.facts.now.wall + std::chrono::ceil<std::chrono::milliseconds>(retry.delay).count();
    findings_.check(retry.at == due, "B1", "the time reported of the next attempt is not that of the delay");
  }

  void checkDelay(const Step& step, const CloseInfo& info, const notification::RetryScheduled& retry) {
    const Options& options = *step.options;
    const double delay = toMicroseconds(retry.delay);
    const double cap = toMicroseconds(options.maxReconnectDelay);
    // An earlier hint that has not run out makes a delay longer, unless the server names another time.
    const bool isNamed = readHint(info.reason).has_value();
    if (!isNamed && hintUntil_ && step.now() + retry.delay <= *hintUntil_) {
      doubling_.reset();
      return;
    }
    if (const std::optional<double> hint = readHint(info.reason)) {
      const double limit = toMicroseconds(options.maxRetryAfter);
      const double low = std::fmin(*hint * 1000, limit);
      return within(delay, {low, std::fmin(low * (1 + options.jitter), limit)}, "B7");
    }
    if (isRestarting_) {
      // At least what the restart asks for, at most the longer of its longest delay and the usual one.
      const double high = std::fmin(30e6, cap);
      return within(delay, {std::fmin(5e6, high / 2), std::fmax(high, toMicroseconds(retry.nominalDelay))},
                    "B7");
    }
    const bool isJittered = options.jitter >= 0.1;
    if (retry.nominalDelay < options.maxReconnectDelay) {
      const double whole = toMicroseconds(retry.nominalDelay);
      within(delay, {whole * (1 - options.jitter), whole}, "B1");
      checkDoubling(retry, isJittered);
    } else {
      within(delay, {cap * (1 - 0.4 * options.jitter), cap}, "B1");
      countEqual(caps_, retry.delay, isJittered && options.maxReconnectDelay > kVisible);
    }
  }

  void within(double delay, Range range, const char* id) {
    findings_.check(delay >= range.low - 1 - range.low * 1e-12, id, "a delay is shorter than promised");
    findings_.check(delay <= range.high + 1 + range.high * 1e-12, id, "a delay is longer than promised");
  }

  void checkDoubling(const notification::RetryScheduled& retry, bool isJittered) {
    if (doubling_) {
      const double factor = std::exp2(static_cast<double>(retry.attempt - doubling_->attempt));
      findings_.check(toMicroseconds(retry.delay) == toMicroseconds(doubling_->delay) * factor, "B2",
                      "a delay is not exactly twice the one before");
    }
    // Outages that begin alike three times in a row are no coincidence.
    if (retry.attempt == 1) countEqual(firsts_, retry.delay, isJittered && retry.nominalDelay > kVisible);
    doubling_ = retry;
  }

  struct Run {
    Duration last{};
    int length = 0;
  };
  void countEqual(Run& run, Duration delay, bool isCounted) {
    if (!isCounted) {
      run = {};
      return;
    }
    run.length = run.length > 0 && run.last == delay ? run.length + 1 : 1;
    run.last = delay;
    findings_.check(run.length < 3, "B2", "delays that have to differ are equal");
  }

  void forget() {
    doubling_.reset();
    firsts_ = {};
    caps_ = {};
  }

  static constexpr Duration kVisible = std::chrono::seconds(10);

  Findings& findings_;
  std::optional<notification::RetryScheduled> doubling_;
  Instant stableAt_{};  // of the connection
  bool isRestarting_ = false;
  bool hadRetries_ = false;  // before this step retries of the outage counted
  bool isNetworkBack_ = false;
  std::optional<Instant> hintUntil_;
  Instant attemptAt_{};
  Run firsts_;
  Run caps_;
};

}  // namespace rws::sim
