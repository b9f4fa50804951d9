// Owns H2, H4 and H5: pings go out in time whatever the traffic, a dead peer is noticed, a living one is not
// taken for dead. Refuses the client's deadlines: it sees pings, frames and the clock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class HeartbeatChecker {
 public:
  HeartbeatChecker(Findings& findings, const Ledger& ledger) : findings_(findings), ledger_(ledger) {}

  void check(const Step& step) {
    if (step.before == Phase::Connected) {
      checkPing(step);
      checkNoticed(step);
      checkVerdict(step);
    }
    checkProbe(step);
    note(step);
  }

 private:
  // Timers that come as late as this are called punctual: no host does better.
  static constexpr Duration kPunctual = std::chrono::milliseconds(50);
  static constexpr Duration kTick = std::chrono::milliseconds(1);

  void note(const Step& step) {
    const Instant now = step.now.instant;
    if (step.find<action::OpenSocket>() != nullptr) askedAt_ = now;
    const bool opened = step.before != Phase::Connected && step.after() == Phase::Connected;
    if (opened || step.isOneOf<input::ChangeOptions>()) {
      pingBase_ = heardAt_ = now;
      hasNewTimes_ = !opened;
      if (opened) verdictAt_.reset();
      if (opened) opening_ = now - askedAt_;
    }
    if (const auto* received = step.as<input::Received>()) {
      if (received->attempt == step.attemptBefore && step.before == Phase::Connected) {
        heardAt_ = now;
        hasNewTimes_ = false;
        verdictAt_.reset();
      }
    }
    if (!step.client->options().enableHeartbeat) verdictAt_.reset();
    for (const Action& action : *step.actions) {
      const auto* control = std::get_if<action::SendControl>(&action);
      if (control == nullptr || !control->text.view().starts_with(R"({"type":"ping")")) continue;
      pingBase_ = now;
      const Options& options = step.client->options();
      Duration patience = std::min(options.pongTimeout, options.probeTimeout);
      const auto* changed = step.as<input::NetworkChanged>();
      if (changed != nullptr && changed->online) {
        patience = std::min(patience, std::max(Duration(std::chrono::seconds(1)), 4 * opening_));
      }
      const Instant verdict = now + patience;
      verdictAt_ = std::min(verdict, verdictAt_.value_or(verdict));
    }
  }

  // H2: with punctual timers no ping is late.
  void checkPing(const Step& step) {
    const Options& options = *step.options;
    if (!options.enableHeartbeat || step.calm.lateness > Duration::zero()) return;
    const Instant base = std::max(pingBase_, step.calm.since);
    findings_.check(step.now.instant <= base + options.pingInterval + kTick, "H2", "a ping is late");
  }

  // H4: nothing at all came for the time allowed, and the client still waits.
  void checkNoticed(const Step& step) {
    const Options& options = *step.options;
    if (!options.enableHeartbeat || step.after() != Phase::Connected) return;
    Duration allowed = options.pingInterval + options.pongTimeout + kTick;
    allowed += ledger_.patience(step.attemptBefore);
    const Duration late = step.calm.lateness;
    if (late > Duration::zero() || step.calm.since > heardAt_) allowed += options.probeTimeout + 3 * late;
    const Instant base = std::max(heardAt_, step.calm.since);
    const bool isFrame = step.isOneOf<input::Received>();
    findings_.check(isFrame || step.now.instant <= base + allowed, "H4", "a dead peer is not noticed");
  }

  // H5: a verdict needs a ping and the time allowed for an answer, and a server that does not answer.
  void checkVerdict(const Step& step) {
    const auto* closed = step.find<action::CloseSocket>();
    if (closed == nullptr || !step.isOneOf<input::Ticked>()) return;
    findings_.check(verdictAt_.has_value(), "H5", "a peer is taken for dead without a ping");
    findings_.check(!verdictAt_ || step.now.instant >= *verdictAt_, "H5",
                    "a peer is taken for dead before its time");
    findings_.check(!step.peerHealthy || step.lateBy <= kPunctual, "H5",
                    "late timers close a healthy socket");
  }

  // H5, H7: what puts the link in doubt is followed by a probe; H4: so is a message that nothing answers.
  void checkProbe(const Step& step) {
    const Options& options = step.client->options();
    const bool jumped = hasJumped(step);
    const bool stays = step.before == Phase::Connected && step.after() == Phase::Connected &&
                       step.client->currentAttempt() == step.attemptBefore;
    const std::optional<Instant> next = step.client->nextDeadline();
    if (!stays || !options.enableHeartbeat) return;
    // A text that is measured late may have counted for less.
    const Instant probed =
        step.now.instant + options.probeTimeout + ledger_.patience(step.attemptBefore, true) + kPunctual;
    findings_.check(!jumped || (next && *next <= probed), "H5", "a clock that jumps leads to no probe");
    const auto* visible = step.as<input::VisibilityChanged>();
    const bool isDoubt = step.isOneOf<input::NetworkChanged, input::PageResumed, input::CheckNetwork>() ||
                         (visible != nullptr && visible->visible);
    findings_.check(!isDoubt || (next && *next <= probed), "H7", "a rumour about the link leads to no probe");
    const bool sent = (step.send != nullptr && step.outcome == SendOutcome::HandOver) ||
                      step.find<action::Transmit>() != nullptr;
    findings_.check(!sent || hasNewTimes_ || (next && *next <= probed + options.probeAfterSend), "H4",
                    "a message that nothing answers leads to no probe");
  }

  // More than 5 s went by unseen: for the wall clock alone, or for the timer.
  bool hasJumped(const Step& step) {
    // What is owed before an input is told at its time: that input follows at once.
    // A short way that reads no time leaves the noticing to the timer that is late.
    if (step.input == nullptr || step.isTimeUnread || step.isOneOf<input::Measured>()) return false;
    constexpr Duration kJump = std::chrono::seconds(5);
    const Duration wall = std::chrono::milliseconds(step.now.wall - lastRead_.wall);
    const bool first = lastRead_.wall == 0;
    const bool ahead = !first && wall - (step.now.instant - lastRead_.instant) > kJump;
    lastRead_ = step.now;
    return ahead || step.lateBy > kJump;
  }

  Findings& findings_;
  const Ledger& ledger_;
  bool hasNewTimes_ = false;  // options changed while something was unanswered
  Now lastRead_;
  Instant askedAt_{};
  Duration opening_{};
  Instant pingBase_{};
  Instant heardAt_{};
  std::optional<Instant> verdictAt_;  // the first moment at which silence since a ping proves something
};

}  // namespace rws::sim
