// Owns B1 and B2, and of B7 the server's hint: how long each wait may be, that waits double exactly within an
// outage, and that they differ where they ought to. Refuses to take the client's arithmetic for its own.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class WaitsChecker {
 public:
  explicit WaitsChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    const action::TellClose* const loss = step.loss();
    const auto* retry = step.find<action::TellRetryScheduled>();
    if (retry != nullptr) {
      checkNominal(step, *retry);
      if (retry->attempt == 1) doubling_.reset();
      // The first retry after a loss: the last outage ended in this very tick, if not before.
      if (step.before == Phase::Exhausted || (loss != nullptr && retry->attempt == 1)) restarting_ = false;
      if (loss != nullptr && !isHastened(step, *retry)) checkWait(*step.options, loss->info, *retry);
    }
    noteNetwork(step);
    if (step.client->reconnectAttempts() == 0) restarting_ = false;
    if (step.isOneOf<input::ChangeOptions, input::SlowDown>()) forget();
  }

 private:
  struct Range {
    double low = 0;
    double high = 0;
  };

  static double microseconds(Duration duration) { return static_cast<double>(duration.count()); }

  static double nominal(const Options& options, std::uint64_t attempt) {
    const double doublings = std::fmin(static_cast<double>(attempt) - 1, 60);
    const double doubled = microseconds(options.reconnectDelay) * std::exp2(doublings);
    return std::fmin(doubled, microseconds(options.maxReconnectDelay));
  }

  // What the server asks for with {"retryAfterMs": n} as the world writes it; nothing for any other text.
  static std::optional<double> asked(std::string_view reason) {
    constexpr std::string_view kHead = R"({"retryAfterMs":)";
    if (reason.substr(0, kHead.size()) != kHead || reason.back() != '}') return std::nullopt;
    char* end = nullptr;
    const double value = std::strtod(reason.data() + kHead.size(), &end);
    const bool isNumber = end == reason.data() + reason.size() - 1 && end != reason.data() + kHead.size();
    return isNumber && value >= 0 ? std::optional(value * 1000) : std::nullopt;
  }

  // Lost after a network that is said to be back, and nothing heard since: no more than the distance of a
  // second need be waited for.
  bool isHastened(const Step& step, const action::TellRetryScheduled& retry) {
    const Duration since = step.now.instant - attemptAt_;
    const Duration distance = std::max(Duration::zero(), Duration(std::chrono::seconds(1)) - since);
    if (!networkIsBack_ || restarting_ || retry.delay != distance) return false;
    doubling_.reset();
    return true;
  }

  // The client probes on such a word, unless a verdict is pending that is as early.
  void noteNetwork(const Step& step) {
    const auto* changed = step.as<input::NetworkChanged>();
    const auto* received = step.as<input::Received>();
    const bool heard = received != nullptr && received->attempt == step.attemptBefore;
    if (changed != nullptr && changed->online && step.find<action::SendControl>() != nullptr)
      networkIsBack_ = true;
    if (heard || (step.after() != Phase::Connected && step.after() != Phase::Deciding))
      networkIsBack_ = false;
    if (!step.client->options().enableHeartbeat) networkIsBack_ = false;
    if (step.find<action::OpenSocket>() != nullptr) attemptAt_ = step.now.instant;
  }

  void checkNominal(const Step& step, const action::TellRetryScheduled& retry) {
    const double expected = nominal(*step.options, retry.attempt);
    const double actual = microseconds(retry.nominal);
    findings_.check(std::fabs(actual - expected) <= 1 + expected * 1e-12, "B1", "a nominal wait is wrong");
    const EpochMs due = step.now.wall + std::chrono::ceil<std::chrono::milliseconds>(retry.delay).count();
    findings_.check(retry.at == due, "B1", "the time told of the next attempt is not that of the wait");
  }

  void checkWait(const Options& options, const CloseInfo& info, const action::TellRetryScheduled& retry) {
    const double wait = microseconds(retry.delay);
    const double cap = microseconds(options.maxReconnectDelay);
    const bool jitters = options.jitter >= 0.1;
    if (info.code == 1012 || info.code == 1013) restarting_ = true;
    if (const std::optional<double> hint = asked(info.reason)) {
      const double limit = microseconds(options.maxRetryAfter);
      const double low = std::fmin(*hint, limit);
      within(wait, {low, std::fmin(low * (1 + options.jitter), limit)}, "B7");
      return;
    }
    if (restarting_) {
      // At least what the restart asks for, at most the longer of its longest wait and the usual one.
      const double high = std::fmin(30e6, cap);
      within(wait, {std::fmin(5e6, high / 2), std::fmax(high, microseconds(retry.nominal))}, "B7");
    } else if (retry.nominal < options.maxReconnectDelay) {
      const double whole = microseconds(retry.nominal);
      within(wait, {whole * (1 - options.jitter), whole}, "B1");
      checkDoubling(retry, jitters);
    } else {
      within(wait, {cap * (1 - 0.4 * options.jitter), cap}, "B1");
      countEqual(caps_, retry.delay, jitters && options.maxReconnectDelay > kVisible);
    }
  }

  void within(double wait, Range range, const char* id) {
    findings_.check(wait >= range.low - 1 - range.low * 1e-12, id, "a wait is shorter than promised");
    findings_.check(wait <= range.high + 1 + range.high * 1e-12, id, "a wait is longer than promised");
  }

  void checkDoubling(const action::TellRetryScheduled& retry, bool jitters) {
    if (doubling_) {
      const double factor = std::exp2(static_cast<double>(retry.attempt - doubling_->attempt));
      findings_.check(microseconds(retry.delay) == microseconds(doubling_->delay) * factor, "B2",
                      "a wait is not exactly twice the one before");
    }
    if (retry.attempt == 1) {
      // Outages that begin alike three times in a row are no coincidence.
      countEqual(firsts_, retry.delay, jitters && retry.nominal > kVisible);
    }
    doubling_ = retry;
  }

  struct Run {
    Duration last{};
    int length = 0;
  };
  void countEqual(Run& run, Duration delay, bool counts) {
    if (!counts) {
      run = {};
      return;
    }
    run.length = run.length > 0 && run.last == delay ? run.length + 1 : 1;
    run.last = delay;
    findings_.check(run.length < 3, "B2", "waits that ought to differ are equal");
  }

  void forget() {
    doubling_.reset();
    firsts_ = {};
    caps_ = {};
  }

  static constexpr Duration kVisible = std::chrono::seconds(10);

  Findings& findings_;
  std::optional<action::TellRetryScheduled> doubling_;
  bool restarting_ = false;
  bool networkIsBack_ = false;
  Instant attemptAt_{};
  Run firsts_;
  Run caps_;
};

}  // namespace rws::sim
