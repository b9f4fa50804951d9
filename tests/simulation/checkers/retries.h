// Owns B3 to B8: when an attempt may begin, how many an outage may have, when the count starts afresh, and
// what a loss leads to. Refuses the length of waits: waits.h has it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class RetriesChecker {
 public:
  explicit RetriesChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    if (step.send != nullptr) {
      for (const Action& action : *step.actions) {
        findings_.check(!std::holds_alternative<action::OpenSocket>(action), "B4",
                        "send() begins an attempt");
      }
    }
    noteConnection(step);
    const action::TellClose* const loss = step.loss();
    if (loss != nullptr) expectOutcome(step, *loss);
    for (const Action& action : *step.actions) {
      if (const auto* retry = std::get_if<action::TellRetryScheduled>(&action)) on(step, *retry);
      if (std::holds_alternative<action::OpenSocket>(action)) began(step);
      if (const auto* gaveUp = std::get_if<action::TellGaveUp>(&action)) on(*gaveUp);
    }
    if (loss != nullptr) checkOutcome(step);
    finish(step);
  }

 private:
  // The count starts afresh at the tick that finds the connection stable.
  void noteConnection(const Step& step) {
    // What was lost in a tick may be decided a step or two later.
    stableNow_ = stableNow_ && step.before == Phase::Deciding;
    if (step.after() == Phase::Connected && step.before != Phase::Connected) {
      stableAt_ = step.now.instant + step.options->stableAfter;
    }
    if (step.isOneOf<input::Ticked>() && step.before == Phase::Connected && stableAt_ &&
        *stableAt_ <= step.now.instant) {
      stableNow_ = true;
      stableAt_.reset();
      if (step.loss() == nullptr && step.after() == Phase::Connected) retries_ = 0;
    }
    if (step.after() != Phase::Connected) stableAt_.reset();
  }

  void expectOutcome(const Step& step, const action::TellClose& told) {
    const Options& options = *step.options;
    const std::vector<std::uint16_t>& fatal = options.fatalCloseCodes;
    const bool isFatal = std::find(fatal.begin(), fatal.end(), told.info.code) != fatal.end();
    const auto* decided = step.as<input::Decided>();
    const bool agreed = !isFatal && told.info.code != 1000 && options.enableAutoReconnect;
    const bool wanted = decided != nullptr ? decided->reconnect.value_or(agreed) : agreed;
    expected_ = Phase::Rejected;
    if (!wanted && told.info.code == 1000 && !isFatal) expected_ = Phase::Disconnected;
    if (wanted) expected_ = retries_ >= options.maxReconnectAttempts ? Phase::Exhausted : Phase::Waiting;
    // In one late tick the connection may prove stable and be lost: either may have been due first.
    if (wanted && stableNow_) {
      expected_ = options.maxReconnectAttempts == 0 ? Phase::Exhausted
                  : told.shouldReconnect            ? Phase::Waiting
                                                    : expected_;
    }
    findings_.check(told.shouldReconnect == (expected_ == Phase::Waiting), "B7",
                    "the close event does not tell whether an attempt follows");
    lost_ = true;
  }

  void checkOutcome(const Step& step) {
    // Consent given by asking for something else: what was asked for has followed within the step.
    if (step.before == Phase::Deciding && !step.isOneOf<input::Decided>()) {
      lost_ = false;
      return;
    }
    const Phase after = step.after();
    // A retry without a wait may begin within the same tick.
    const bool began =
        expected_ == Phase::Waiting && step.isOneOf<input::Ticked>() && after == Phase::Retrying;
    if (expected_ == Phase::Waiting) {
      findings_.check(after == expected_ || began, "B7", "a loss that may be mended ends the connection");
    } else if (expected_ == Phase::Exhausted) {
      findings_.check(after == expected_, "B5", "an outage has more retries than allowed");
    } else {
      findings_.check(after == expected_, "B7", "a final close is followed by an attempt");
    }
    lost_ = false;
  }

  void on(const Step& step, const action::TellRetryScheduled& retry) {
    const Instant at = step.now.instant + retry.delay;
    if (lost_) {
      lost_ = false;
      if (stableNow_ && retry.attempt == 1) retries_ = 0;
      ++retries_;
      findings_.check(retry.attempt >= retries_, "B6", "the count of retries starts afresh too early");
      findings_.check(retry.attempt <= retries_, "B8", "one loss uses up more than one retry");
      findings_.check(retry.attempt <= step.options->maxReconnectAttempts, "B5",
                      "an outage has more retries than allowed");
    } else {
      checkRevival(step, retry, at);
    }
    retryAt_ = at;
  }

  void checkRevival(const Step& step, const action::TellRetryScheduled& retry, Instant at) {
    const bool isSign = step.isOneOf<input::NetworkChanged, input::VisibilityChanged, input::PageResumed>();
    findings_.check(isSign, "B3", "a wait is cut short by nothing");
    if (step.before == Phase::Exhausted) retries_ = 0;
    retries_ = std::max<std::uint64_t>(retries_, 1);
    findings_.check(retry.attempt == retries_, "B5",
                    "a revival counts as more than its outage's first retry");
    constexpr Duration kSecond = std::chrono::seconds(1);
    if (lastAttempt_) {
      findings_.check(at >= *lastAttempt_ + kSecond, "B3", "automatic attempts are less than a second apart");
    }
    const Instant spread = step.now.instant + 2 * kSecond;
    findings_.check(at <= std::max(spread, lastAttempt_ ? *lastAttempt_ + kSecond : spread), "B3",
                    "a sign of life leads to a long wait");
    findings_.check(step.before != Phase::Waiting || !retryAt_ || at < *retryAt_, "B3",
                    "a sign of life puts an attempt off");
  }

  void began(const Step& step) {
    if (step.isOneOf<input::Connect, input::Reconnect>()) {
      retries_ = 0;
    } else if (step.isOneOf<input::CheckNetwork>()) {
      findings_.check(step.client->isOnline(), "B3", "an attempt while offline at nobody's wish");
    } else {
      findings_.check(step.isOneOf<input::Ticked>(), "B3", "an attempt that nothing asks for");
      findings_.check(retryAt_ && *retryAt_ <= step.now.instant, "B3", "an attempt before its time");
    }
    retryAt_.reset();
    lastAttempt_ = step.now.instant;
    gaveUp_ = false;
  }

  void on(const action::TellGaveUp& told) {
    findings_.check(!gaveUp_, "B5", "giving up is told twice");
    findings_.check(told.attempts == retries_ || stableNow_, "B5", "giving up tells a wrong count");
    gaveUp_ = true;
  }

  void finish(const Step& step) {
    const Phase after = step.after();
    findings_.check(after != Phase::Exhausted || gaveUp_, "B5", "giving up is not told");
    if (after == Phase::Deciding) return;
    if (stableNow_ && step.client->reconnectAttempts() == 0) retries_ = 0;
    findings_.check(step.client->reconnectAttempts() >= retries_, "B6",
                    "the count of retries starts afresh too early");
    findings_.check(step.client->reconnectAttempts() <= retries_ || stableNow_, "B6",
                    "the count of retries does not start afresh");
    if (step.isOneOf<input::Ticked>() && after == Phase::Waiting) {
      findings_.check(retryAt_ && *retryAt_ > step.now.instant, "B3", "an attempt that is due is not made");
    }
    if (after != Phase::Waiting) retryAt_.reset();
  }

  Findings& findings_;
  std::uint64_t retries_ = 0;
  std::optional<Instant> stableAt_;
  std::optional<Instant> retryAt_;
  std::optional<Instant> lastAttempt_;
  Phase expected_ = Phase::Idle;
  bool stableNow_ = false;
  bool lost_ = false;
  bool gaveUp_ = false;
};

}  // namespace rws::sim
