// C4, C5, C7, C9 and H7: which states follow which, that `connected` is an open socket, and that commands and
// hints do no more than they may.
#pragma once

#include <utility>

#include "../findings.h"
#include "../step.h"
#include "phase_reach.h"

namespace rws::sim {

class StatesChecker {
 public:
  explicit StatesChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    findings_.check(mayLead(*step.event, step.before, step.after()), "C4",
                    "a change of phase that is not in the table");
    findings_.check(step.after() != Phase::Deciding, "C4", "a decision outlasts its turn");
    if (step.before == Phase::Destroyed) {
      // A message is forgotten.
      const std::size_t allowed = step.isOneOf<event::Send>() ? 1 : 0;
      const bool isQuiet = step.records->size() == allowed && !step.client->nextDeadline();
      findings_.check(isQuiet, "C7", "something happens after destroy()");
    }
    for (const Record& record : *step.records) check(step, record);
    findings_.check(reported_ == step.client->state(), "C4", "the state reported is not the state");
    checkOpen(step);
    checkCommands(step);
    checkHints(step);
  }

 private:
  void check(const Step& step, const Record& record) {
    if (const auto* const changed = as<notification::StateChanged>(record)) {
      findings_.check(changed->state != reported_, "C4", "the same state is reported twice");
      reported_ = changed->state;
    } else if (as<effect::ResolveAddress>(record) != nullptr) {
      findings_.check(isWanted_ || step.isOneOf<event::Connect, event::Reconnect>(), "C7",
                      "an attempt after disconnect() or a final close");
    }
  }

  void checkOpen(const Step& step) {
    if (const auto* const opened = step.eventAs<event::SocketOpened>()) {
      const bool isGreeting = step.find<effect::SendHello>() != nullptr;
      const bool isOpen =
          !isGreeting && step.find<effect::StartHandshake>() == nullptr && handshaking_ != opened->attempt;
      if (step.isOfCurrent(opened->attempt)) (isOpen ? open_ : handshaking_) = opened->attempt;
    } else if (const auto* const done = step.eventAs<event::HandshakeDone>()) {
      const bool isOpened = step.find<notification::Opened>() != nullptr;
      if (done->attempt == handshaking_ && isOpened) open_ = std::exchange(handshaking_, AttemptId::None);
    } else if (step.heardOn() == handshaking_ && handshaking_ != AttemptId::None) {
      // The first frame of the server, in a session.
      const bool isOpened = step.find<notification::Opened>() != nullptr;
      if (isOpened) open_ = std::exchange(handshaking_, AttemptId::None);
    } else if (const auto* const closed = step.eventAs<event::SocketClosed>()) {
      if (closed->attempt == open_) open_ = AttemptId::None;
      if (closed->attempt == handshaking_) handshaking_ = AttemptId::None;
    }
    if (const auto* const left = step.find<effect::LeaveSession>()) {
      if (left->attempt == open_) open_ = AttemptId::None;
    }
    if (const auto* const closed = step.find<effect::CloseSocket>()) {
      if (closed->attempt == open_) open_ = AttemptId::None;
      if (closed->attempt == handshaking_) handshaking_ = AttemptId::None;
    }
    findings_.check((step.after() == Phase::Connected) == (open_ != AttemptId::None), "C5",
                    "connected without an open socket, or an open socket without connected");
  }

  void checkCommands(const Step& step) {
    const Phase after = step.after();
    if (step.isOneOf<event::Connect, event::Reconnect>()) isWanted_ = true;
    if (after == Phase::Disconnected || after == Phase::Rejected || after == Phase::Destroyed) {
      isWanted_ = false;
    }
    const bool isUnderWay = hasAttempt(step.before) || step.before == Phase::Waiting;
    if (isUnderWay && step.isOneOf<event::Connect>()) {
      findings_.check(isUnchanged(step), "C9", "connect() changes a client that is connecting or connected");
    }
    if (step.isOneOf<event::Disconnect>() && step.before != Phase::Destroyed) {
      findings_.check(after == Phase::Disconnected, "C7", "disconnect() does not disconnect");
    }
  }

  void checkHints(const Step& step) {
    const bool isHint = step.isOneOf<event::NetworkChanged, event::VisibilityChanged, event::PageResumed,
                                     event::CheckNetwork>();
    if (!isHint || step.before != Phase::Connected) return;
    findings_.check(isUnchanged(step), "H7", "a hint drops an open socket without a probe");
  }

  [[nodiscard]] static bool isUnchanged(const Step& step) {
    return step.after() == step.before && step.client->currentAttempt() == step.attemptBefore;
  }

  Findings& findings_;
  State reported_ = State::Disconnected;
  AttemptId open_ = AttemptId::None;
  AttemptId handshaking_ = AttemptId::None;  // its socket is open, its handshake is not done
  bool isWanted_ = false;
};

}  // namespace rws::sim
