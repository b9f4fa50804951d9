// Owns the short texts by which tests read actions: one phrase an action, "; " between them.
// Refuses to leave an action out: an unexpected one must be seen.
#pragma once

#include <string>
#include <variant>

#include "action.h"
#include "phase.h"

namespace rws::test {

inline std::string text(AttemptId attempt) { return std::to_string(static_cast<std::uint32_t>(attempt)); }
inline std::string text(Duration duration) { return std::to_string(duration / std::chrono::milliseconds(1)); }
inline std::string text(PayloadRange payloads) {
  const std::string last = "#" + std::to_string(payloads.upTo);
  return payloads.after + 1 == payloads.upTo ? last : "#" + std::to_string(payloads.after + 1) + "-" + last;
}
inline std::string text(const CloseInfo& info) {
  return std::to_string(info.code) + " '" + std::string(info.reason.view()) + "'";
}

struct ActionText {
  std::string operator()(const action::OpenSocket& a) const { return "open " + text(a.attempt); }
  std::string operator()(const action::CloseSocket& a) const {
    return "close " + text(a.attempt) + " " + text(CloseInfo{a.code, a.reason, false});
  }
  std::string operator()(const action::ReleaseSocket& a) const { return "release " + text(a.attempt); }
  std::string operator()(const action::SendControl& a) const {
    const bool isPing = a.text.view().find(R"("type":"ping")") != std::string_view::npos;
    return (isPing ? "ping " : "control " + std::string(a.text.view()) + " on ") + text(a.attempt);
  }
  std::string operator()(const action::Transmit& a) const {
    return "transmit #" + std::to_string(a.payload) + " on " + text(a.attempt);
  }
  std::string operator()(const action::Settle& a) const { return "settle " + text(a.payloads); }
  std::string operator()(const action::Forsake& a) const { return "forsake " + text(a.payloads); }
  std::string operator()(const action::Drop& a) const {
    return "drop #" + std::to_string(a.payload) + " " + std::string(toString(a.reason));
  }
  std::string operator()(const action::AskVerdict& a) const {
    return "ask " + text(a.attempt) + " " + text(a.info) + (a.shouldReconnect ? " yes?" : " no?");
  }
  std::string operator()(const action::StateChanged& a) const {
    return "state " + std::string(toString(a.state));
  }
  std::string operator()(const action::TellOpen&) const { return "opened"; }
  std::string operator()(const action::TellClose& a) const {
    return "closed " + text(a.info) + (a.shouldReconnect ? " again" : " over");
  }
  std::string operator()(const action::TellError& a) const {
    return "error " + std::string(toString(a.type)) + " " + std::to_string(a.code) +
           (a.recoverable ? "" : " final");
  }
  std::string operator()(const action::TellTooLarge& a) const {
    return "too large " + std::to_string(a.size) + " > " + std::to_string(a.maxSize);
  }
  std::string operator()(const action::TellRetryScheduled& a) const {
    return "retry " + std::to_string(a.attempt) + " in " + text(a.delay);
  }
  std::string operator()(const action::TellGaveUp& a) const {
    return "gave up after " + std::to_string(a.attempts) + ", errors " + std::to_string(a.consecutiveErrors);
  }
  std::string operator()(const action::TellAuthRecovery&) const { return "auth recovery"; }
  std::string operator()(const action::TellRecoveryAttempt& a) const {
    return "recovery " + std::to_string(a.attempt) + " of " + std::string(toString(a.type));
  }
  std::string operator()(const action::TellRecoveryGaveUp& a) const {
    return "recovery gave up after " + std::to_string(a.attempts) + " of " + std::string(toString(a.type));
  }
  std::string operator()(const action::TellRecoveryReset&) const { return "recovery reset"; }
  std::string operator()(const action::TellQueueCleared&) const { return "queue cleared"; }
  std::string operator()(const action::TellContactSupport& a) const {
    return "contact support, errors " + std::to_string(a.totalErrors);
  }
  std::string operator()(const action::TellLatency& a) const { return "latency " + text(a.roundTrip); }
  std::string operator()(const action::TellOptionsChanged&) const { return "options changed"; }
};

inline std::string text(const Actions& actions) {
  std::string all;
  for (const Action& action : actions) all += (all.empty() ? "" : "; ") + std::visit(ActionText{}, action);
  return all;
}

}  // namespace rws::test
