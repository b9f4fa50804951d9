// H1, C10 and C11: which deadlines there are in each phase, to the microsecond where an observer outside can
// know it, and that every state of an attempt has a time limit.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class DeadlinesChecker {
 public:
  DeadlinesChecker(Findings& findings, const Ledger& ledger, const SessionChecker& session)
      : findings_(findings), ledger_(ledger), session_(session) {}

  void check(const Step& step) {
    const bool isTimer = step.isOneOf<event::TimerFired>();
    if (isTimer) extend(step);
    for (const Record& record : *step.records) note(step, record);
    if (step.before != Phase::Connected && step.after() == Phase::Connected) {
      stableAt_ = step.now() + step.options->stableAfter;
    }
    if (isTimer && stableAt_ && *stableAt_ <= step.now()) stableAt_.reset();
    if (step.client->closingAttempt() == AttemptId::None) closingLimit_.reset();
    const std::optional<Instant> next = step.client->nextDeadline();
    if (isTimer) {
      // What a decision held up is due at once.
      const bool isHeldUp = step.find<effect::AskShouldReconnect>() != nullptr;
      findings_.check(!next || *next > step.now() || isHeldUp, "H1", "a deadline that is due is left");
      checkLimits(step);
    }
    checkNext(step, next);
  }

 private:
  static constexpr Duration kPunctual = std::chrono::milliseconds(50);
  static constexpr Duration kLeastExtension = std::chrono::milliseconds(500);
  static constexpr Duration kMostExtension = std::chrono::seconds(60);

  // A timer that is late gives an attempt that is opening a second chance, once.
  void extend(const Step& step) {
    const bool isOpening = step.before == Phase::Connecting || step.before == Phase::Retrying;
    if (!isOpening || !attemptLimit_ || *attemptLimit_ > step.now()) return;
    if (step.lateBy <= kPunctual || isExtended_) return;
    isExtended_ = true;
    findings_.check(step.client->currentAttempt() == step.attemptBefore, "C10",
                    "a late timer ends an attempt whose events may wait behind it");
    attemptLimit_ = step.now() + std::clamp(step.lateBy, kLeastExtension, kMostExtension);
  }

  void note(const Step& step, const Record& record) {
    if (as<effect::ResolveAddress>(record) != nullptr) {
      attemptLimit_ = step.now() + step.options->connectionTimeout;
      isExtended_ = false;
    } else if (const auto* const retry = as<notification::RetryScheduled>(record)) {
      retryAt_ = step.now() + retry->delay;
    } else if (const auto* const closed = as<effect::CloseSocket>(record)) {
      noteClosing(step, closed->attempt);
    } else if (const auto* const left = as<effect::LeaveSession>(record)) {
      noteClosing(step, left->attempt);
      isLeft_ = true;
    }
  }

  // A socket that the client leaves, and that it closes when `bye` is refused, has one time limit.
  void noteClosing(const Step& step, AttemptId attempt) {
    if (step.client->closingAttempt() != attempt) return;
    if (!std::exchange(isLeft_, false) || !closingLimit_)
      closingLimit_ = step.now() + step.options->closeGrace;
  }

  void checkLimits(const Step& step) {
    const Phase after = step.after();
    const bool isOpening = after == Phase::Connecting || after == Phase::Retrying;
    findings_.check(!isOpening || (attemptLimit_ && *attemptLimit_ > step.now()), "C10",
                    "an attempt goes on beyond connectionTimeout");
    findings_.check(
        !closingLimit_ || *closingLimit_ > step.now() || step.find<effect::AskShouldReconnect>() != nullptr,
        "C11", "a closing attempt goes on beyond closeGrace");
  }

  void checkNext(const Step& step, std::optional<Instant> next) {
    const bool isClosing = step.client->closingAttempt() != AttemptId::None;
    findings_.check(!isClosing || closingLimit_, "C11", "a closing attempt has no time limit");
    const std::optional<Instant> expected = expectedIn(step);
    if (step.after() == Phase::Connected && step.client->options().isPeerWatched()) {
      findings_.check(!expected || (next && *next <= *expected), "H1", "a deadline is missing");
      return;
    }
    findings_.check(!next || expected, "H1", "a deadline is left over");
    findings_.check(next || !expected, "H1", "a deadline is missing");
    findings_.check(next == expected, "H1", "a deadline is wrong");
  }

  [[nodiscard]] std::optional<Instant> expectedIn(const Step& step) const {
    std::optional<Instant> first;
    const auto include = [&first](std::optional<Instant> at) {
      if (at && (!first || *at < *first)) first = at;
    };
    const Phase phase = step.after();
    if (phase == Phase::Destroyed) return first;
    include(ledger_.nextExpiry());
    include(closingLimit_);
    include(session_.ackDeadline());
    if (phase == Phase::Waiting) include(retryAt_);
    if (phase == Phase::Connecting || phase == Phase::Retrying) include(attemptLimit_);
    if (phase == Phase::Connected) include(stableAt_);
    return first;
  }

  Findings& findings_;
  const Ledger& ledger_;
  const SessionChecker& session_;
  bool isLeft_ = false;
  std::optional<Instant> attemptLimit_;
  bool isExtended_ = false;
  std::optional<Instant> closingLimit_;
  std::optional<Instant> retryAt_;
  std::optional<Instant> stableAt_;
};

}  // namespace rws::sim
