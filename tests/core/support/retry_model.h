// What an observer knows of the outage: where a loss leads, how long the waits may be, and which automatic
// attempts are allowed. It counts attempts and hints by itself, from the documented options alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "effects.h"
#include "findings.h"
#include "options.h"
#include "reconnect_policy.h"

namespace rws::test {

class RetryModel {
 public:
  struct Wait {
    Duration delay{};
    Duration nominal{};
    double jitter = 0;
  };

  [[nodiscard]] const std::optional<Instant>& retryAt() const { return retryAt_; }
  [[nodiscard]] Instant hintUntil() const { return hintUntil_; }
  [[nodiscard]] Instant hintLatest() const { return hintLatest_; }
  [[nodiscard]] const std::optional<Instant>& lastAttemptAt() const { return lastAttemptAt_; }
  [[nodiscard]] const std::optional<Wait>& last() const { return last_; }
  [[nodiscard]] std::uint64_t used() const { return used_; }
  [[nodiscard]] bool isWanted() const { return isWanted_; }
  [[nodiscard]] bool hasGivenUp() const { return hasGivenUp_; }
  [[nodiscard]] bool isOverruled() const { return isOverruled_; }
  [[nodiscard]] bool isDoubtful() const { return isDoubtful_; }
  [[nodiscard]] bool isNextFree() const { return isNextFree_; }
  [[nodiscard]] bool isRestarting() const { return isRestarting_; }

  // Where a loss leads with this answer of the user's function, nothing without one.
  [[nodiscard]] static Phase phaseAfterLoss(const Options& options, std::uint16_t code, std::uint64_t retries,
                                            std::optional<bool> answer) {
    const auto& fatal = options.fatalCloseCodes;
    const bool isFatal = std::find(fatal.begin(), fatal.end(), code) != fatal.end();
    const bool isNormal = code == 1000 && !isFatal;
    const bool isWanted = answer.value_or(!isFatal && !isNormal && options.enableAutoReconnect);
    if (!isWanted) return isNormal ? Phase::Disconnected : Phase::Rejected;
    return retries < options.maxReconnectAttempts ? Phase::Waiting : Phase::Exhausted;
  }

  // --- events of the world
  void connectionWanted() {
    isWanted_ = true;
    startOver();
  }
  void becameStable() { startOver(); }
  // It ended at the moment at which it would have become stable.
  void mayBeStable() {
    startOver();
    isDoubtful_ = true;
  }
  // The attempt made way for another one, which does not count as a further retry.
  void replaced() { used_ -= std::min<std::uint64_t>(used_, 1); }
  void seriesStarted() {
    used_ = 0;
    hasGivenUp_ = false;
    last_.reset();
  }
  // The user gave the outage a new budget.
  void budgetReset() {
    used_ = 0;
    last_.reset();
    isNextFree_ = retryAt_.has_value();
  }
  void answered(std::optional<bool> answer) { isOverruled_ = answer.value_or(false); }
  void lost(const Options& options, const CloseInfo& info, std::optional<Duration> asked, Instant now) {
    isOverruled_ = false;
    if (info.code == 1012 || info.code == 1013) isRestarting_ = true;
    std::optional<Duration> least;
    Duration most{};
    if (asked) {
      least = std::clamp(*asked, Duration::zero(), options.maxRetryAfter);
      most = std::min(2 * *least, options.maxRetryAfter);
    } else if (isRestarting_) {
      most = std::min(Duration(std::chrono::seconds(30)), options.maxReconnectDelay);
      least = std::min(Duration(std::chrono::seconds(5)), most / 2);
    }
    if (!least) return;
    // A further word of the server replaces the one before; without one that still counts.
    if (asked) hintUntil_ = hintLatest_ = now;
    hintUntil_ = std::max(now + *least, hintUntil_);
    hintLatest_ = std::max(now + most, hintLatest_);
  }
  void turnEnds(Phase phase) {
    if (phase != Phase::Waiting) retryAt_.reset();
    if (phase == Phase::Disconnected || phase == Phase::Rejected || phase == Phase::Destroyed) {
      isWanted_ = false;
    }
  }

  // --- calls of the platform
  enum class Start : std::uint8_t {
    Fresh,  // connect() or reconnect()
    Early,  // checkNetwork() ends the wait
    Automatic,
  };
  void attemptStarted(const Options& options, Instant now, Start start, Findings& findings) {
    findings.check(isWanted_, "C7, B7: an attempt that nothing allows");
    const bool isFree = std::exchange(isNextFree_, false);
    if (start != Start::Fresh && !isFree) ++used_;
    if (start == Start::Automatic) {
      findings.check(retryAt_ && *retryAt_ <= now, "B3: an attempt before its time");
      findings.check(options.enableAutoReconnect || isOverruled_,
                     "B9: an automatic attempt although enableAutoReconnect is false");
      findings.check(used_ <= options.maxReconnectAttempts, "B5, B9: an automatic attempt beyond the budget");
      findings.check(hintUntil_ <= now, "B9: an automatic attempt before the server's hint");
    }
    retryAt_.reset();
    hasGivenUp_ = false;
    lastAttemptAt_ = now;
  }
  // `isLoss`: it follows a loss; else a hint of the environment.
  void on(const notification::RetryScheduled& call, const Options& options, Instant now, bool isLoss,
          bool isNetworkBack, Findings& findings) {
    retryAt_ = now + call.delay;
    isNextFree_ = false;
    findings.check(call.attempt >= 1 && call.nominalDelay == nominalDelay(options, call.attempt),
                   "B1: the nominal delay");
    findings.check(call.attempt <= options.maxReconnectAttempts, "B5: more retries than allowed");
    if (isDoubtful_ && used_ == 0) used_ = call.attempt - 1;
    findings.check(call.attempt == used_ + 1, "B6: the number of the retry");
    findings.check(*retryAt_ >= hintUntil_, "B7: a wait shorter than the server's hint");
    // A hint that has not run out may have been given under other options.
    const bool isHinted = hintLatest_ > now || isDoubtful_;
    if (!isLoss) {
      findings.check(!lastAttemptAt_ || *retryAt_ >= *lastAttemptAt_ + kHintSpacing,
                     "B3: attempts that the environment causes are a second apart");
      findings.check(isHinted || call.delay <= Duration(2 * kHintSpacing),
                     "B1: a wait after a hint of the environment is short");
      return;
    }
    const bool isCapped = call.nominalDelay >= options.maxReconnectDelay;
    const double share = isCapped ? 0.4 : 1.0;
    const double least = static_cast<double>(call.nominalDelay.count()) * (1.0 - share * options.jitter);
    const bool isPlain = !isHinted && !isRestarting_ && !isNetworkBack;
    findings.check(!isPlain || (call.delay <= call.nominalDelay &&
                                static_cast<double>(call.delay.count()) >= least - 1.0),
                   "B1: a wait beyond its bounds");
    if (isPlain) checkJitter(call, options, isCapped, findings);
    findings.check(call.delay >= Duration::zero() && (isHinted || call.delay <= options.maxReconnectDelay),
                   "B1: a wait beyond the longest");
  }
  void on(const notification::GaveUp&, State reported, Findings& findings) {
    findings.check(!hasGivenUp_ && reported == State::Failed,
                   "B5: giving up is reported once an outage, after its state");
    hasGivenUp_ = true;
  }

 private:
  // B2: clients part, and within an outage each wait below the longest is twice the one before.
  void checkJitter(const notification::RetryScheduled& call, const Options& options, bool isCapped,
                   Findings& findings) {
    const bool isLong = call.nominalDelay >= std::chrono::milliseconds(1);
    findings.check(options.jitter == 0 || !isLong || call.delay < call.nominalDelay,
                   "B2: a wait is not random");
    const bool isNext =
        last_ && !isCapped && call.nominalDelay == 2 * last_->nominal && options.jitter == last_->jitter;
    findings.check(!isNext || call.delay == 2 * last_->delay, "B2: a wait is not twice the one before");
    last_ = Wait{call.delay, call.nominalDelay, options.jitter};
  }
  void startOver() {
    used_ = 0;
    last_.reset();
    isDoubtful_ = isNextFree_ = false;
    isRestarting_ = isOverruled_ = false;
    hintUntil_ = hintLatest_ = Instant{};
    retryAt_.reset();
  }

  std::optional<Instant> retryAt_;
  std::optional<Wait> last_;  // of this outage
  Instant hintUntil_{};       // no automatic attempt starts before
  Instant hintLatest_{};      // and the hint has run out
  std::optional<Instant> lastAttemptAt_;
  std::uint64_t used_ = 0;     // retries of this outage
  bool isWanted_ = false;      // the user asked for a connection, and it has not ended for good
  bool hasGivenUp_ = false;    // that was reported since the last attempt began
  bool isOverruled_ = false;   // the user's function demanded the retry
  bool isNextFree_ = false;    // the scheduled retry is not counted: the budget was reset
  bool isDoubtful_ = false;    // whether the outage before it is over
  bool isRestarting_ = false;  // 1012 or 1013 in this outage
};

}  // namespace rws::test
