// The half of BrowserPlatform that calls the listener: one method of CoreListener (web/core/core.d.ts) for
// each effect.
#include <variant>

#include "platform.h"
#include "visit.h"

namespace rws::bindings {

void BrowserPlatform::resolveAddress(AttemptId attempt) { call("resolveAddress", attempt); }

void BrowserPlatform::startHandshake(AttemptId attempt) { call("startHandshake", attempt); }

void BrowserPlatform::sendHello(AttemptId attempt, std::string_view text) {
  call("sendHello", attempt, text);
}

void BrowserPlatform::leaveSession(AttemptId attempt) { call("leaveSession", attempt); }

SendResult BrowserPlatform::give(const char* method, AttemptId attempt, std::uint64_t what) {
  if (isMuted_) return SendResult::Refused;
  const auto result = listener_.call<double>(method, toJs(attempt), toJs(what));
  if (result == static_cast<double>(SendResult::Sent)) return SendResult::Sent;
  if (result == static_cast<double>(SendResult::Closing)) return SendResult::Closing;
  return SendResult::Refused;
}

std::uint64_t BrowserPlatform::makePing() {
  if (isMuted_) return 0;
  const auto size = listener_.call<double>("makePing");
  return size > 0 && size <= static_cast<double>(kLargestCustomFrame) ? static_cast<std::uint64_t>(size) : 0;
}

SendResult BrowserPlatform::sendCustom(AttemptId attempt, std::uint64_t reply) {
  return give("sendCustom", attempt, reply);
}

// --- messages

SendResult BrowserPlatform::sendMessage(AttemptId attempt, MessageId message) {
  return give("sendMessage", attempt, message);
}

std::uint64_t BrowserPlatform::sizeOf(MessageId message) {
  if (isMuted_) return 0;
  const auto size = listener_.call<double>("sizeOf", toJs(message));
  return size > 0 ? static_cast<std::uint64_t>(size) : 0;
}

void BrowserPlatform::delivered(MessageRange messages) { call("delivered", messages.after, messages.upTo); }

void BrowserPlatform::unconfirmed(MessageRange messages) {
  call("unconfirmed", messages.after, messages.upTo);
}

void BrowserPlatform::dropped(MessageId message, DropReason reason) {
  call("dropped", message, toString(reason));
}

void BrowserPlatform::discarded(MessageId message) { call("discarded", message); }

// --- the user

std::optional<bool> BrowserPlatform::shouldReconnect(const CloseInfo& info, bool byDefault) {
  if (isMuted_) return std::nullopt;
  const auto answer = listener_.call<emscripten::val>("shouldReconnect", toJs(std::uint64_t{info.code}),
                                                      info.reason, info.wasClean, byDefault);
  if (answer.isTrue()) return true;
  if (answer.isFalse()) return false;
  return std::nullopt;
}

void BrowserPlatform::notify(const Notification& notification) {
  rws::visit([this](const auto& concrete) { call(concrete); }, notification);
}

void BrowserPlatform::call(const notification::StateChanged& event) {
  call("stateChanged", toString(event.state));
}

void BrowserPlatform::call(const notification::Opened& /*event*/) { call("opened"); }

void BrowserPlatform::call(const notification::Closed& event) {
  const CloseInfo& info = event.info;
  call("closed", std::uint64_t{info.code}, std::string_view(info.reason), info.wasClean,
       event.shouldReconnect);
}

void BrowserPlatform::call(const notification::Failed& event) {
  call("failed", toString(event.type), std::uint64_t{event.code}, event.isRecoverable);
}

void BrowserPlatform::call(const notification::MessageTooLarge& event) {
  call("messageTooLarge", event.size, event.maxSize);
}

void BrowserPlatform::call(const notification::RetryScheduled& event) {
  call("retryScheduled", event.attempt, event.delay, event.nominalDelay, event.at, event.consecutiveErrors);
}

void BrowserPlatform::call(const notification::GaveUp& event) {
  call("gaveUp", event.attempts, event.consecutiveErrors);
}

void BrowserPlatform::call(const notification::AuthRecoveryNeeded& /*event*/) { call("authRecoveryNeeded"); }

void BrowserPlatform::call(const notification::RecoveryAttempted& event) {
  call("recoveryAttempted", toString(event.type), event.attempt);
}

void BrowserPlatform::call(const notification::RecoveryGaveUp& event) {
  call("recoveryGaveUp", toString(event.type), event.attempts);
}

void BrowserPlatform::call(const notification::RecoveryReset& /*event*/) { call("recoveryReset"); }

void BrowserPlatform::call(const notification::QueueCleared& /*event*/) { call("queueCleared"); }

void BrowserPlatform::call(const notification::SupportAdvised& event) {
  call("supportAdvised", event.errorRate, event.totalErrors);
}

void BrowserPlatform::call(const notification::LatencyMeasured& event) {
  call("latencyMeasured", event.roundTrip);
}

void BrowserPlatform::call(const notification::SessionResumed& event) {
  call("sessionResumed", event.resent);
}

void BrowserPlatform::call(const notification::SessionLost& event) { call("sessionLost", event.unconfirmed); }

void BrowserPlatform::call(const notification::SessionTaken& /*event*/) { call("sessionTaken"); }

void BrowserPlatform::turnEnded() { call("turnEnded"); }

}  // namespace rws::bindings
