// H4 and H5 of HeartbeatMode::Silence: a connection on which nothing arrives for so long is given up, not
// earlier, not by a late timer alone, and not while its buffer drains.
#pragma once

#include <algorithm>
#include <optional>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class SilenceChecker {
 public:
  SilenceChecker(Findings& findings, const Ledger& ledger) : findings_(findings), ledger_(ledger) {}

  // Before the ledger gets the step.
  void prepare(const Step& step) {
    if (isWatched(*step.options) && step.before == Phase::Connected) readBuffer(step);
  }
  // After it.
  void check(const Step& step) {
    if (isWatched(*step.options) && step.before == Phase::Connected) {
      const bool isEnd = step.find<effect::CloseSocket>() != nullptr && step.isOneOf<event::TimerFired>();
      if (isEnd) {
        checkEnd(step);
      } else if (step.after() == Phase::Connected && !step.isHeard()) {
        checkNoticed(step);
      }
      if (step.isOneOf<event::TimerFired>() && step.lateBy > kPunctual) wasLate_ = true;
    }
    const bool isOpened = step.before != Phase::Connected && step.after() == Phase::Connected;
    const bool isNew = step.isHeartbeatNew() || !isWatched(*step.options);
    if (isOpened || step.isHeard() || isNew) begin(step);
    // The wait may have become shorter.
    if (step.isOneOf<event::SetOption, event::SetHeartbeat>()) latest_ = step.now();
  }

 private:
  static constexpr Duration kPunctual = std::chrono::milliseconds(50);
  static constexpr Duration kLeastExtension = std::chrono::milliseconds(500);
  static constexpr Duration kTick = std::chrono::milliseconds(1);

  static bool isWatched(const Options& options) {
    return options.isPeerWatched() && options.heartbeat.mode == HeartbeatMode::Silence;
  }

  void begin(const Step& step) {
    // The fast path reads the wall clock alone, which may have been set.
    const Instant counted = step.isHeard() ? ledger_.heardAt(step) : step.now();
    latest_ = std::max(step.now(), counted);
    earliest_ = std::min(step.now(), counted);
    wasLate_ = false;
    lateBy_ = Duration::zero();
    fellAt_.reset();
    surelyFellAt_.reset();
    if (!step.isHeard()) amount_ = sent_ = atLeast_ = 0;
  }

  // A buffer that falls, but not to nothing, shows that the peer takes data.
  void readBuffer(const Step& step) {
    const Wire* const wire = ledger_.wire(step.attemptBefore);
    if (wire == nullptr || step.isShort || step.isOneOf<event::MessageRefused>()) return;
    const std::uint64_t amount = step.facts.bufferedAmount;
    const auto hasFallen = [this, amount](std::uint64_t before, std::uint64_t sent) {
      return amount_ > 0 && amount > 0 && amount < amount_ + sent - std::min(before, sent);
    };
    if (hasFallen(sent_, wire->sent)) fellAt_ = step.now();
    if (hasFallen(atLeast_, wire->atLeast)) surelyFellAt_ = step.now();
    amount_ = amount;
    sent_ = wire->sent;
    atLeast_ = wire->atLeast;
  }

  void checkEnd(const Step& step) {
    const Duration silence = step.options->heartbeat.silence;
    findings_.check(step.now() >= earliest_ + silence, "H5", "a silent peer is given up before its time");
    findings_.check(step.lateBy <= kPunctual || wasLate_, "H5",
                    "a late timer alone ends a silent connection");
    findings_.check(!step.isPinging(), "H2", "a ping is sent although there are none");
    const bool isShown = surelyFellAt_ && step.engine != Engine::WholeMessages;
    const bool isTaking = isShown && step.now() < *surelyFellAt_ + silence;
    findings_.check(!isTaking, "H9", "a peer is given up that was just taking data");
  }

  void checkNoticed(const Step& step) {
    const Duration silence = step.options->heartbeat.silence;
    const Duration late = step.timers.lateness;
    const bool isHeldUp = late > Duration::zero() || step.timers.punctualSince > latest_ || wasLate_;
    // A timer that was late gives as much time again.
    lateBy_ = std::max(lateBy_, step.lateBy);
    const Duration extra = isHeldUp ? kLeastExtension + 3 * late + 2 * lateBy_ : Duration::zero();
    const Instant limit = std::max(latest_, step.timers.punctualSince) + silence + extra + kTick;
    const Instant drained =
        std::max(step.movedAt, fellAt_.value_or(latest_)) + silence / 4 + silence + kPunctual;
    findings_.check(step.now() <= std::max(limit, drained + extra), "H4", "a silent peer is not noticed");
  }

  Findings& findings_;
  const Ledger& ledger_;
  Instant earliest_{};  // the wait has begun then at the earliest
  Instant latest_{};    // and at the latest
  bool wasLate_ = false;
  Duration lateBy_{};  // the most
  std::uint64_t amount_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t atLeast_ = 0;
  std::optional<Instant> fellAt_;        // by the exact sizes of messages
  std::optional<Instant> surelyFellAt_;  // by what the client has to know of them
};

}  // namespace rws::sim
