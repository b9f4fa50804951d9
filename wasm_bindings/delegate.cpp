#include "delegate.h"

#include <limits>

#include "host_library.h"

namespace rws::bindings {
namespace {

// JavaScript has one kind of number.
double number(AttemptId attempt) { return static_cast<double>(attempt); }
double number(std::uint64_t count) { return static_cast<double>(count); }
double number(EpochMs time) { return static_cast<double>(time); }
double milliseconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }
// NaN stands for no time.
double number(const std::optional<EpochMs>& time) {
  return time ? number(*time) : std::numeric_limits<double>::quiet_NaN();
}

double tell(const void* owner, const char* method, std::string_view text, int length,
            std::initializer_list<double> numbers) {
  return rwsTell(owner, method, text.data(), length, numbers.begin(), static_cast<int>(numbers.size()));
}

}  // namespace

double Delegate::call(const char* method, Numbers numbers) const {
  return bindings::tell(owner_, method, {}, -1, numbers);
}

double Delegate::call(const char* method, std::string_view text, Numbers numbers) const {
  return bindings::tell(owner_, method, text, static_cast<int>(text.size()), numbers);
}

void Delegate::findAddress(AttemptId attempt) const { call("findAddress", {number(attempt)}); }

void Delegate::socketGone(AttemptId attempt) const { call("socketGone", {number(attempt)}); }

bool Delegate::transmit(const action::Transmit& message) const {
  return 0 != call("transmit", {number(message.attempt), number(message.payload)});
}

void Delegate::settle(PayloadRange payloads) const {
  call("settle", {number(payloads.after), number(payloads.upTo)});
}

void Delegate::forsake(PayloadRange payloads) const {
  call("forsake", {number(payloads.after), number(payloads.upTo)});
}

std::uint64_t Delegate::sizeOf(PayloadId payload) const {
  return static_cast<std::uint64_t>(call("sizeOf", {number(payload)}));
}

std::optional<bool> Delegate::shouldReconnect(const action::AskVerdict& question) const {
  const CloseInfo& info = question.info;
  const double verdict = call("shouldReconnect", info.reason,
                              {double(info.code), double(info.wasClean), double(question.shouldReconnect)});
  if (verdict == 1) return true;
  if (verdict == 0) return false;
  return std::nullopt;
}

void Delegate::turnEnded() const { call("turnEnded"); }

void Delegate::tell(const action::Drop& event) const {
  call("drop", toString(event.reason), {number(event.payload)});
}

void Delegate::tell(const action::StateChanged& event) const { call("stateChanged", toString(event.state)); }

void Delegate::tell(const action::TellOpen& /*event*/) const { call("opened"); }

void Delegate::tell(const action::TellClose& event) const {
  const CloseInfo& info = event.info;
  call("closed", info.reason, {double(info.code), double(info.wasClean), double(event.shouldReconnect)});
}

void Delegate::tell(const action::TellError& event) const {
  call("failed", toString(event.type), {double(event.code), double(event.recoverable)});
}

void Delegate::tell(const action::TellTooLarge& event) const {
  call("tooLarge", {number(event.size), number(event.maxSize)});
}

void Delegate::tell(const action::TellRetryScheduled& event) const {
  call("retryScheduled", {number(event.attempt), milliseconds(event.delay), milliseconds(event.nominal),
                          number(event.at), number(event.consecutiveErrors)});
}

void Delegate::tell(const action::TellGaveUp& event) const {
  call("gaveUp", {number(event.attempts), number(event.consecutiveErrors)});
}

void Delegate::tell(const action::TellAuthRecovery& /*event*/) const { call("authRecoveryNeeded"); }

void Delegate::tell(const action::TellRecoveryAttempt& event) const {
  call("recoveryAttempt", toString(event.type), {number(event.attempt)});
}

void Delegate::tell(const action::TellRecoveryGaveUp& event) const {
  call("recoveryGaveUp", toString(event.type), {number(event.attempts)});
}

void Delegate::tell(const action::TellRecoveryReset& /*event*/) const { call("recoveryReset"); }

void Delegate::tell(const action::TellQueueCleared& /*event*/) const { call("queueCleared"); }

void Delegate::tell(const action::TellContactSupport& event) const {
  call("supportAdvised", {event.errorRate, number(event.totalErrors)});
}

void Delegate::tell(const action::TellLatency& event) const {
  call("latency", {milliseconds(event.roundTrip)});
}

void Delegate::tell(const action::TellOptionsChanged& /*event*/) const { call("optionsChanged"); }

void Delegate::answer(const Connection& connection, const Now& now) const {
  const StatsSnapshot stats = connection.stats(now.instant);
  // All there is has 61 characters.
  ShortText<64> advice;
  for (const Recommendation recommendation : kRecommendations) {
    if (!connection.advises(recommendation)) continue;
    if (!advice.empty()) advice.append(",");
    advice.append(toString(recommendation));
  }
  call("snapshotTaken", advice,
       {number(connection.reconnectAttempts()), number(connection.queuedMessages()),
        number(connection.consecutiveErrors()), number(connection.nextAttemptAt(now)), number(stats.lastPong),
        double(connection.isOnline()), double(connection.isHealthy()), number(stats.totalConnections),
        number(stats.totalReconnections), number(stats.totalMessages), number(stats.totalErrors),
        number(stats.lastConnectedAt), number(stats.lastDisconnectedAt),
        milliseconds(stats.connectionDuration), stats.averageLatencyMs, stats.errorRate});
}

void Delegate::answer(const OptionValue& value) const {
  if (const bool* const flag = std::get_if<bool>(&value)) call("optionRead", "flag", {double(*flag)});
  if (const double* const number = std::get_if<double>(&value)) call("optionRead", "number", {*number});
  if (const auto* const numbers = std::get_if<std::vector<double>>(&value)) {
    rwsTell(owner_, "optionRead", "list", 4, numbers->data(), static_cast<int>(numbers->size()));
  }
}

void Delegate::ruleBroken(std::string_view rule) const { call("ruleBroken", rule); }

void Delegate::markControlFrames(std::string_view marker) const { call("markControlFrames", marker); }

void Delegate::optionNamed(std::string_view name) const { call("optionNamed", name); }

}  // namespace rws::bindings
