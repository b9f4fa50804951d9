#include "delegate.h"

#include <string>

namespace rws::bindings {
namespace {

// JavaScript has one kind of number, and embind one set of conversions for each kind that it is shown.
double number(AttemptId attempt) { return static_cast<double>(attempt); }
double number(std::uint64_t count) { return static_cast<double>(count); }
double number(EpochMs time) { return static_cast<double>(time); }
double number(std::uint16_t code) { return code; }
double milliseconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

template <class Enumeration>
std::string name(Enumeration value) {
  return std::string(toString(value));
}

}  // namespace

void Delegate::findAddress(AttemptId attempt) const { facade_.call<void>("findAddress", number(attempt)); }

void Delegate::socketCreated(AttemptId attempt, const emscripten::val& socket) const {
  facade_.call<void>("socketCreated", number(attempt), socket);
}

void Delegate::socketGone(AttemptId attempt) const { facade_.call<void>("socketGone", number(attempt)); }

bool Delegate::transmit(const action::Transmit& message) const {
  return facade_.call<bool>("transmit", number(message.attempt), number(message.payload));
}

void Delegate::settle(PayloadId upTo) const { facade_.call<void>("settle", number(upTo)); }

std::optional<bool> Delegate::shouldReconnect(const action::AskVerdict& question) const {
  const auto verdict =
      facade_.call<double>("shouldReconnect", number(question.info.code), question.info.reason,
                           question.info.wasClean, question.shouldReconnect);
  if (verdict == 1) return true;
  if (verdict == 0) return false;
  return std::nullopt;
}

void Delegate::turnEnded() const { facade_.call<void>("turnEnded"); }

void Delegate::tell(const action::Drop& event) const {
  facade_.call<void>("drop", number(event.payload), name(event.reason));
}

void Delegate::tell(const action::StateChanged& event) const {
  facade_.call<void>("stateChanged", name(event.state));
}

void Delegate::tell(const action::TellOpen& /*event*/) const { facade_.call<void>("opened"); }

void Delegate::tell(const action::TellClose& event) const {
  facade_.call<void>("closed", number(event.info.code), event.info.reason, event.info.wasClean,
                     event.shouldReconnect);
}

void Delegate::tell(const action::TellError& event) const {
  facade_.call<void>("failed", name(event.type), number(event.code), event.recoverable);
}

void Delegate::tell(const action::TellTooLarge& event) const {
  facade_.call<void>("tooLarge", number(event.size), number(event.maxSize));
}

void Delegate::tell(const action::TellRetryScheduled& event) const {
  facade_.call<void>("retryScheduled", number(event.attempt), milliseconds(event.delay),
                     milliseconds(event.nominal), number(event.at), number(event.consecutiveErrors));
}

void Delegate::tell(const action::TellGaveUp& event) const {
  facade_.call<void>("gaveUp", number(event.attempts), number(event.consecutiveErrors));
}

void Delegate::tell(const action::TellAuthRecovery& /*event*/) const {
  facade_.call<void>("authRecoveryNeeded");
}

void Delegate::tell(const action::TellRecoveryAttempt& event) const {
  facade_.call<void>("recoveryAttempt", name(event.type), number(event.attempt));
}

void Delegate::tell(const action::TellRecoveryGaveUp& event) const {
  facade_.call<void>("recoveryGaveUp", name(event.type), number(event.attempts));
}

void Delegate::tell(const action::TellRecoveryReset& /*event*/) const { facade_.call<void>("recoveryReset"); }

void Delegate::tell(const action::TellQueueCleared& /*event*/) const { facade_.call<void>("queueCleared"); }

void Delegate::tell(const action::TellContactSupport& event) const {
  facade_.call<void>("contactSupport", event.errorRate, number(event.totalErrors));
}

void Delegate::tell(const action::TellLatency& event) const {
  facade_.call<void>("latency", milliseconds(event.roundTrip));
}

void Delegate::tell(const action::TellOptionsChanged& /*event*/) const {
  facade_.call<void>("optionsChanged");
}

}  // namespace rws::bindings
