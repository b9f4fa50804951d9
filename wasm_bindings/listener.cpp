// The half of BrowserPlatform that calls the listener: one method of CoreListener (web/core/core.d.ts) for
// each effect.
#include <variant>

#include "platform.h"

namespace rws::bindings {

void BrowserPlatform::resolveAddress(AttemptId attempt) { tell("resolveAddress", attempt); }

// --- messages

SendResult BrowserPlatform::sendMessage(AttemptId attempt, MessageId message) {
  const double result = listener_.call<double>("sendMessage", toJs(attempt), toJs(message));
  if (result == static_cast<double>(SendResult::Sent)) return SendResult::Sent;
  if (result == static_cast<double>(SendResult::Closing)) return SendResult::Closing;
  return SendResult::Refused;
}

std::uint64_t BrowserPlatform::sizeOf(MessageId message) {
  const double size = listener_.call<double>("sizeOf", toJs(message));
  return size > 0 ? static_cast<std::uint64_t>(size) : 0;
}

void BrowserPlatform::delivered(MessageRange messages) { tell("delivered", messages.after, messages.upTo); }

void BrowserPlatform::unconfirmed(MessageRange messages) {
  tell("unconfirmed", messages.after, messages.upTo);
}

void BrowserPlatform::dropped(MessageId message, DropReason reason) {
  tell("dropped", message, toString(reason));
}

void BrowserPlatform::discarded(MessageId message) { tell("discarded", message); }

// --- the user

std::optional<bool> BrowserPlatform::shouldReconnect(const CloseInfo& info, bool byDefault) {
  const emscripten::val answer = listener_.call<emscripten::val>(
      "shouldReconnect", toJs(std::uint64_t{info.code}), info.reason, info.wasClean, byDefault);
  if (answer.isTrue()) return true;
  if (answer.isFalse()) return false;
  return std::nullopt;
}

void BrowserPlatform::notify(const Notification& notification) {
  std::visit([this](const auto& concrete) { tell(concrete); }, notification);
}

void BrowserPlatform::tell(const notification::StateChanged& told) {
  tell("stateChanged", toString(told.state));
}

void BrowserPlatform::tell(const notification::Opened& /*told*/) { tell("opened"); }

void BrowserPlatform::tell(const notification::Closed& told) {
  const CloseInfo& info = told.info;
  tell("closed", std::uint64_t{info.code}, std::string_view(info.reason), info.wasClean,
       told.shouldReconnect);
}

void BrowserPlatform::tell(const notification::Failed& told) {
  tell("failed", toString(told.type), std::uint64_t{told.code}, told.isRecoverable);
}

void BrowserPlatform::tell(const notification::MessageTooLarge& told) {
  tell("messageTooLarge", told.size, told.maxSize);
}

void BrowserPlatform::tell(const notification::RetryScheduled& told) {
  tell("retryScheduled", told.attempt, told.delay, told.nominalDelay, told.at, told.consecutiveErrors);
}

void BrowserPlatform::tell(const notification::GaveUp& told) {
  tell("gaveUp", told.attempts, told.consecutiveErrors);
}

void BrowserPlatform::tell(const notification::AuthRecoveryNeeded& /*told*/) { tell("authRecoveryNeeded"); }

void BrowserPlatform::tell(const notification::RecoveryAttempted& told) {
  tell("recoveryAttempted", toString(told.type), told.attempt);
}

void BrowserPlatform::tell(const notification::RecoveryGaveUp& told) {
  tell("recoveryGaveUp", toString(told.type), told.attempts);
}

void BrowserPlatform::tell(const notification::RecoveryReset& /*told*/) { tell("recoveryReset"); }

void BrowserPlatform::tell(const notification::QueueCleared& /*told*/) { tell("queueCleared"); }

void BrowserPlatform::tell(const notification::SupportAdvised& told) {
  tell("supportAdvised", told.errorRate, told.totalErrors);
}

void BrowserPlatform::tell(const notification::LatencyMeasured& told) {
  tell("latencyMeasured", told.roundTrip);
}

void BrowserPlatform::turnEnded() { tell("turnEnded"); }

}  // namespace rws::bindings
