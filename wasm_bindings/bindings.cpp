// Owns the embind surface: what web/core/core.d.ts promises, name for name.
// Refuses work: every function converts and passes on.
//
// Texts come in as `val`, never as std::string: in embind 3.1.6 without dynamic execution the converted
// arguments of a function are kept between calls, so that a call from within a call of the same function
// frees a string twice.
#include <emscripten/bind.h>

#include "driver.h"
#include "option_value.h"

namespace rws::bindings {
namespace {

using emscripten::val;

std::string textOf(const val& text) { return text.isString() ? text.as<std::string>() : std::string(); }

// 0 for what is no count.
std::uint64_t countOf(double number) { return number > 0 ? static_cast<std::uint64_t>(number) : 0; }

double numberOf(std::uint64_t count) { return static_cast<double>(count); }

double millisecondsOf(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

val timeOf(const std::optional<EpochMs>& time) {
  return time ? val(static_cast<double>(*time)) : val::null();
}

template <class Wish>
void wish(Driver& driver) {
  driver.take(Wish{});
}

int send(Driver& driver, double payload, double bytes, bool isBinary, bool isVolatile, double ttl) {
  const PayloadRef reference{countOf(payload), countOf(bytes),
                             isBinary ? MessageKind::Binary : MessageKind::Text};
  SendOptions sendOptions{.isVolatile = isVolatile};
  if (ttl >= 0) sendOptions.ttl = durationOfMilliseconds(ttl);
  return static_cast<int>(driver.send(reference, sendOptions));
}

void handOverFailed(Driver& driver, unsigned attempt, double payload) {
  driver.take(input::HandOverFailed{AttemptId{attempt}, countOf(payload)});
}

void received(Driver& driver, unsigned attempt) { driver.take(input::Received{AttemptId{attempt}, {}}); }

bool receivedText(Driver& driver, unsigned attempt, const val& text) {
  return driver.receivedText(AttemptId{attempt}, textOf(text));
}

void addressFound(Driver& driver, unsigned attempt, const val& url, const val& protocols) {
  driver.addressFound(AttemptId{attempt}, textOf(url), textOf(protocols));
}

void addressFailed(Driver& driver, unsigned attempt, const val& reason) {
  driver.addressFailed(AttemptId{attempt}, textOf(reason));
}

void networkChanged(Driver& driver, bool online) { driver.take(input::NetworkChanged{online}); }
void visibilityChanged(Driver& driver, bool visible) { driver.take(input::VisibilityChanged{visible}); }
void hostDecides(Driver& driver, bool asked) { driver.take(input::HostDecides{asked}); }

val getOption(const Driver& driver, const val& name) {
  return valueOf(rws::getOption(driver.connection().options(), textOf(name)));
}

std::string setOption(Driver& driver, const val& name, const val& value) {
  return driver.setOption(textOf(name), optionValueOf(value));
}

val snapshot(Driver& driver) {
  const Now time = driver.now();
  const Instant now = time.instant;
  const Connection& connection = driver.connection();
  const StatsSnapshot stats = connection.stats(now);
  val recommendations = val::array();
  for (const Recommendation recommendation : connection.recommendations(now)) {
    recommendations.call<void>("push", val(std::string(toString(recommendation))));
  }
  val result = val::object();
  result.set("reconnectAttempts", numberOf(connection.reconnectAttempts()));
  result.set("queuedMessages", numberOf(connection.queuedMessages()));
  result.set("consecutiveErrors", numberOf(connection.consecutiveErrors()));
  result.set("nextAttemptAt", timeOf(connection.nextAttemptAt(time)));
  result.set("lastPong", timeOf(stats.lastPong));
  result.set("networkOnline", connection.isOnline());
  result.set("isHealthy", connection.isHealthy(now));
  result.set("recommendations", recommendations);
  result.set("totalConnections", numberOf(stats.totalConnections));
  result.set("totalReconnections", numberOf(stats.totalReconnections));
  result.set("totalMessages", numberOf(stats.totalMessages));
  result.set("totalErrors", numberOf(stats.totalErrors));
  result.set("lastConnectedAt", timeOf(stats.lastConnectedAt));
  result.set("lastDisconnectedAt", timeOf(stats.lastDisconnectedAt));
  result.set("connectionDuration", millisecondsOf(stats.connectionDuration));
  result.set("averageLatency", stats.averageLatencyMs);
  result.set("errorRate", stats.errorRate);
  return result;
}

val allOptionNames() {
  val names = val::array();
  for (const std::string_view name : rws::optionNames()) names.call<void>("push", val(std::string(name)));
  return names;
}

double controlFrameLimit() { return kControlFrameLimit; }
std::string controlFrameMarker() { return std::string(kControlFrameMarker); }

}  // namespace
}  // namespace rws::bindings

EMSCRIPTEN_BINDINGS(resilient_websocket) {
  namespace input = rws::input;
  using namespace rws::bindings;

  emscripten::class_<Driver>("ResilientWebSocket")
      .constructor<emscripten::val, double>()
      .function("connect", &wish<input::Connect>)
      .function("disconnect", &wish<input::Disconnect>)
      .function("reconnect", &wish<input::Reconnect>)
      .function("destroy", &wish<input::Destroy>)
      .function("send", &send)
      .function("handOverFailed", &handOverFailed)
      .function("received", &received)
      .function("receivedText", &receivedText)
      .function("addressFound", &addressFound)
      .function("addressFailed", &addressFailed)
      .function("networkChanged", &networkChanged)
      .function("visibilityChanged", &visibilityChanged)
      .function("pageSuspended", &wish<input::PageSuspended>)
      .function("pageResumed", &wish<input::PageResumed>)
      .function("clearQueue", &wish<input::ClearQueue>)
      .function("checkNetwork", &wish<input::CheckNetwork>)
      .function("slowDown", &wish<input::SlowDown>)
      .function("contactSupport", &wish<input::ContactSupport>)
      .function("resetRecovery", &wish<input::ResetRecovery>)
      .function("hostDecides", &hostDecides)
      .function("getOption", &getOption)
      .function("setOption", &setOption)
      .function("snapshot", &snapshot);

  emscripten::function("optionNames", &allOptionNames);
  emscripten::function("controlFrameLimit", &controlFrameLimit);
  emscripten::function("controlFrameMarker", &controlFrameMarker);
}
