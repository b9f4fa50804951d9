// Owns H1 and C10: which deadlines there are in each phase, to the microsecond where an outsider can know it,
// and that an attempt older than its time is given up. Refuses to know what a deadline leads to.
#pragma once

#include <optional>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class DeadlinesChecker {
 public:
  DeadlinesChecker(Findings& findings, const Ledger& ledger) : findings_(findings), ledger_(ledger) {}

  void check(const Step& step) {
    for (const Action& action : *step.actions) {
      if (std::holds_alternative<action::OpenSocket>(action)) {
        handshakeAt_ = step.now.instant + step.options->connectionTimeout;
      } else if (const auto* retry = std::get_if<action::TellRetryScheduled>(&action)) {
        retryAt_ = step.now.instant + retry->delay;
      }
    }
    if (step.before != Phase::Connected && step.after() == Phase::Connected) {
      stableAt_ = step.now.instant + step.options->stableAfter;
    }
    const bool isTick = step.isOneOf<input::Ticked>();
    if (isTick && stableAt_ && *stableAt_ <= step.now.instant) stableAt_.reset();
    const std::optional<Instant> next = step.client->nextDeadline();
    if (isTick && step.after() != Phase::Deciding) {
      findings_.check(!next || *next > step.now.instant, "H1", "a tick leaves a deadline that is due");
    }
    checkAttempt(step);
    const std::optional<Instant> expected = expectedIn(step);
    if (step.after() != Phase::Connected || !step.client->options().enableHeartbeat) {
      findings_.check(!next || expected, "H1", "a deadline is left over");
      findings_.check(next || !expected, "H1", "a deadline is missing");
      findings_.check(next == expected, "H1", "a deadline is wrong");
    } else {
      findings_.check(!expected || (next && *next <= *expected), "H1", "a deadline is missing");
    }
  }

 private:
  void checkAttempt(const Step& step) {
    const Phase after = step.after();
    const bool isOpening = after == Phase::Connecting || after == Phase::Retrying;
    if (!isOpening || !step.isOneOf<input::Ticked>()) return;
    findings_.check(handshakeAt_ && *handshakeAt_ > step.now.instant, "C10",
                    "an attempt goes on beyond connectionTimeout");
  }

  [[nodiscard]] std::optional<Instant> expectedIn(const Step& step) const {
    std::optional<Instant> first;
    const auto include = [&first](std::optional<Instant> at) {
      if (at && (!first || *at < *first)) first = at;
    };
    const Phase phase = step.after();
    if (phase == Phase::Destroyed) return first;
    include(ledger_.nextExpiry());
    include(ledger_.graceAt());
    if (phase == Phase::Waiting) include(retryAt_);
    if (phase == Phase::Connecting || phase == Phase::Retrying) include(handshakeAt_);
    if (phase == Phase::Connected) include(stableAt_);
    return first;
  }

  Findings& findings_;
  const Ledger& ledger_;
  std::optional<Instant> handshakeAt_;
  std::optional<Instant> retryAt_;
  std::optional<Instant> stableAt_;
};

}  // namespace rws::sim
