// Owns C4, C5, C7, C9 and H7: which states follow which, that `connected` is an open socket, and that wishes
// and rumours do no more than they may. Refuses to know messages and waits.
#pragma once

#include "../../core/support/phase_reach.h"
#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class StatesChecker {
 public:
  explicit StatesChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    if (step.input != nullptr) {
      findings_.check(test::mayLead(*step.input, step.before, step.after()), "C4",
                      "a change of phase that is not in the table");
    } else {
      findings_.check(step.before == step.after(), "B4", "send() changes the phase");
    }
    if (step.before == Phase::Destroyed) {
      findings_.check(step.actions->empty() && !step.client->nextDeadline(), "C7",
                      "something happens after destroy()");
    }
    for (const Action& action : *step.actions) watch(step, action);
    if (step.after() != Phase::Deciding) {
      findings_.check(told_ == step.client->state(), "C4", "the state told is not the state");
    }
    checkOpen(step);
    checkWishes(step);
  }

 private:
  void watch(const Step& step, const Action& action) {
    if (const auto* changed = std::get_if<action::StateChanged>(&action)) {
      findings_.check(changed->state != told_, "C4", "the same state is told twice");
      told_ = changed->state;
    } else if (std::holds_alternative<action::OpenSocket>(action)) {
      findings_.check(wanted_ || step.isOneOf<input::Connect, input::Reconnect>(), "C7",
                      "an attempt after disconnect() or a final close");
    }
  }

  void checkOpen(const Step& step) {
    if (const auto* opened = step.as<input::Opened>()) {
      if (opened->attempt == step.attemptBefore && opened->attempt != AttemptId::None)
        open_ = opened->attempt;
    } else if (const auto* closed = step.as<input::Closed>()) {
      if (closed->attempt == open_) open_ = AttemptId::None;
    }
    if (const auto* closed = step.find<action::CloseSocket>()) {
      if (closed->attempt == open_) open_ = AttemptId::None;
    }
    findings_.check((step.after() == Phase::Connected) == (open_ != AttemptId::None), "C5",
                    "connected without an open socket, or an open socket without connected");
  }

  void checkWishes(const Step& step) {
    const Phase after = step.after();
    if (step.isOneOf<input::Connect, input::Reconnect>()) wanted_ = true;
    if (after == Phase::Disconnected || after == Phase::Rejected || after == Phase::Destroyed)
      wanted_ = false;
    const bool goesOn = hasAttempt(step.before) || step.before == Phase::Waiting;
    if (goesOn && step.isOneOf<input::Connect>()) {
      findings_.check(after == step.before && step.client->currentAttempt() == step.attemptBefore, "C9",
                      "connect() does something to a client that is at it");
    }
    const bool isRumour = step.isOneOf<input::NetworkChanged, input::VisibilityChanged, input::PageResumed,
                                       input::ClockJumped, input::CheckNetwork>();
    if (isRumour && step.before == Phase::Connected) {
      findings_.check(after == Phase::Connected && step.client->currentAttempt() == step.attemptBefore, "H7",
                      "a rumour drops an open socket without a probe");
    }
    if (step.isOneOf<input::Disconnect>() && step.before != Phase::Destroyed) {
      findings_.check(after == Phase::Disconnected, "C7", "disconnect() does not disconnect");
    }
  }

  Findings& findings_;
  State told_ = State::Disconnected;
  AttemptId open_ = AttemptId::None;
  bool wanted_ = false;
};

}  // namespace rws::sim
