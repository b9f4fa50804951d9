// The module's surface: what web/core/core.d.ts declares, name for name. Each method checks its arguments
// (values.h): an invalid value is replaced, or the call is ignored. Then it calls the client's driver.
//
// The core listener is the object that JavaScript gave to the constructor. It stores the payloads, and calls
// the user's event listeners.
//
// The path of a message: JavaScript stores its payload under an id. For a message without options it calls
// rwsTrySendNow(). If the result is 1, JavaScript gives the payload to the socket at once, and calls
// messageRefused() if the socket does not take it. If the result is 0, or the message has options, JavaScript
// calls send(). The driver then calls sendMessage() of the core listener for the id, at once or when it sends
// the queue. When the socket has taken a long text, JavaScript passes its size to rwsMessageEstimated().
// delivered(), unconfirmed(), dropped() or discarded() of the core listener reports the end of the message
// (listener.cpp). When a socket closes, Emscripten's close callback (platform.cpp) calls
// Driver::socketClosed(). What follows is described in driver.h.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform.h"
#include "resilient_websocket.h"
#include "snapshot.h"
#include "values.h"

namespace rws::bindings {
namespace {

using emscripten::val;

// The longest URL, in UTF-16 units. Browsers take at most 2 million.
constexpr std::size_t kMaxUrl = 1'000'000;
constexpr std::size_t kMaxOptionName = 100;

// --- the methods of the class

template <void (Driver::*kCommand)()>
void call(ResilientWebSocket& client) {
  (client.driver().*kCommand)();
}

template <void (Driver::*kCommand)(bool)>
void callWith(ResilientWebSocket& client, bool flag) {
  (client.driver().*kCommand)(flag);
}

double id(ResilientWebSocket& client) { return client.id(); }

std::string setOption(ResilientWebSocket& client, const val& name, const val& value) {
  const std::optional<std::string> known = toText(name, kMaxOptionName);
  const std::optional<OptionsError> error =
      client.driver().setOption(known.value_or(""), toOptionValue(value));
  return std::string(error ? error->rule : "");
}

val getOption(ResilientWebSocket& client, const val& name) {
  const std::optional<std::string> known = toText(name, kMaxOptionName);
  return toJs(rws::getOption(client.driver().client().options(), known.value_or("")));
}

// The numbers of the modes are those of HeartbeatMode; any other number counts as Json.
void setHeartbeat(ResilientWebSocket& client, double mode, double silence) {
  const bool isKnown = mode >= 0 && mode <= static_cast<double>(HeartbeatMode::None);
  const HeartbeatOption heartbeat{isKnown ? static_cast<HeartbeatMode>(mode) : HeartbeatMode::Json,
                                  toDuration(silence)};
  client.driver().setHeartbeat(heartbeat);
}

// Negative numbers stand for the defaults of SessionOption; with a window of 0 it is off.
void setSession(ResilientWebSocket& client, double ackDelay, double window, bool resends) {
  SessionOption session{.isOn = window != 0, .resends = resends};
  if (ackDelay >= 0) session.ackDelay = toDuration(ackDelay);
  if (const std::uint64_t given = toInteger(window); given > 0) session.window = given;
  client.driver().setSession(session);
}

bool send(ResilientWebSocket& client, double message, double bytes, bool isExact, bool isVolatile, double ttl,
          bool isOfHandshake) {
  const MessageId messageId = toInteger(message);
  if (messageId == 0) return false;
  SendOptions options{.isVolatile = isVolatile, .isOfHandshake = isOfHandshake};
  if (ttl >= 0) options.ttl = toDuration(ttl);
  return client.driver().send({messageId, toInteger(bytes), isExact}, options);
}

void messageRefused(ResilientWebSocket& client, double attempt, double message, bool isClosing) {
  const MessageId messageId = toInteger(message);
  if (messageId == 0) return;
  client.driver().messageRefused(toAttempt(attempt), messageId, isClosing);
}

void addressResolved(ResilientWebSocket& client, double attempt, const val& url, const val& protocols) {
  const AttemptId attemptId = toAttempt(attempt);
  std::optional<std::string> urlText = toText(url, kMaxUrl);
  std::optional<std::string> protocolText = toProtocols(protocols);
  if (!urlText || !protocolText) return client.driver().attemptFailed(attemptId, "SyntaxError");
  client.platform().setAddress(attemptId, {std::move(*urlText), std::move(*protocolText)});
  client.driver().addressResolved(attemptId);
}

// The beginning of a close reason; empty for a value that is no text.
std::string toReason(const val& reason) {
  const val beginning = reason.isString() ? reason.call<val>("slice", 0.0, double{kMaxCloseReason}) : val("");
  return beginning.as<std::string>();
}

void attemptFailed(ResilientWebSocket& client, double attempt, const val& reason) {
  client.driver().attemptFailed(toAttempt(attempt), toReason(reason));
}

void handshakeDone(ResilientWebSocket& client, double attempt) {
  client.driver().handshakeDone(toAttempt(attempt));
}

void handshakeFailed(ResilientWebSocket& client, double attempt, double code, const val& reason) {
  const std::uint64_t known = std::min<std::uint64_t>(toInteger(code), UINT16_MAX);
  client.driver().handshakeFailed(toAttempt(attempt), static_cast<std::uint16_t>(known), toReason(reason));
}

bool textReceived(ResilientWebSocket& client, double attempt, const val& text) {
  const AttemptId attemptId = toAttempt(attempt);
  const bool isInSession = client.driver().isInSession(attemptId);
  std::optional<std::string> frame = toText(text, isInSession ? kMaxSessionFrame : kMaxControlFrame);
  // In a session, of a control frame that is too large only the beginning is read.
  if (!frame && isInSession && text.isString()) {
    frame = text.call<val>("slice", 0.0, double{kMaxSessionFrame + 1}).as<std::string>();
  }
  if (frame) return client.driver().textReceived(attemptId, *frame);
  // Too long for a control frame, or no text. Outside a session the result is false.
  return client.driver().frameReceived(attemptId);
}

void timerFired(ResilientWebSocket& client, double timer) { client.platform().timerFired(timer); }

// --- functions of the module

val optionDefaults() {
  const Options options;
  val defaults = val::object();
  for (const std::string_view name : optionNames()) {
    defaults.set(std::string(name), toJs(rws::getOption(options, name)));
  }
  return defaults;
}

double maxControlFrame() { return kMaxControlFrame; }

std::string controlFrameMarker() { return std::string(kControlFrameMarker); }

std::string sessionMarker() { return std::string(kSessionMarker); }

}  // namespace
}  // namespace rws::bindings

// What may be called for every message is a plain export, because an embind call takes about a microsecond.
extern "C" {

EMSCRIPTEN_KEEPALIVE int rwsTrySendNow(double client, double message, double bytes, int isExact) {
  using namespace rws::bindings;
  ResilientWebSocket* const found = ResilientWebSocket::find(client);
  const rws::MessageId id = toInteger(message);
  // toInteger() returns 0 for an invalid number: a result of 0 is valid only if `bytes` is 0.
  const std::uint64_t size = toInteger(bytes);
  if (found == nullptr || id == 0 || (size == 0 && bytes != 0)) return 0;
  return static_cast<int>(found->driver().trySendNow({id, size, isExact != 0}));
}

EMSCRIPTEN_KEEPALIVE void rwsMessageEstimated(double client, double message, double bytes) {
  using namespace rws::bindings;
  if (ResilientWebSocket* const found = ResilientWebSocket::find(client)) {
    found->driver().messageEstimated(toInteger(message), toInteger(bytes));
  }
}

EMSCRIPTEN_KEEPALIVE int rwsFrameReceived(double client, double attempt) {
  using namespace rws::bindings;
  ResilientWebSocket* const found = ResilientWebSocket::find(client);
  return static_cast<int>(found != nullptr && found->driver().frameReceived(toAttempt(attempt)));
}

EMSCRIPTEN_KEEPALIVE void rwsMessageHandled(double client) {
  using namespace rws::bindings;
  if (ResilientWebSocket* const found = ResilientWebSocket::find(client)) found->driver().messageHandled();
}

EMSCRIPTEN_KEEPALIVE void rwsCustomReceived(double client, double attempt, double reply, double bytes) {
  using namespace rws::bindings;
  const rws::CustomReply known{toInteger(reply), toInteger(bytes)};
  ResilientWebSocket* const found = ResilientWebSocket::find(client);
  if (found == nullptr || known.bytes > rws::kLargestCustomFrame) return;
  found->driver().customReceived(toAttempt(attempt), known);
}
}

EMSCRIPTEN_BINDINGS(resilient_websocket) {
  using namespace rws::bindings;
  using emscripten::class_;
  using rws::Driver;

  registerSnapshot();

  class_<ResilientWebSocket>("ResilientWebSocket")
      .constructor<emscripten::val, double>()
      .function("id", &id)
      .function("connect", &call<&Driver::connect>)
      .function("disconnect", &call<&Driver::disconnect>)
      .function("reconnect", &call<&Driver::reconnect>)
      .function("destroy", &call<&Driver::destroy>)
      .function("clearQueue", &call<&Driver::clearQueue>)
      .function("checkNetwork", &call<&Driver::checkNetwork>)
      .function("slowDown", &call<&Driver::slowDown>)
      .function("contactSupport", &call<&Driver::contactSupport>)
      .function("resetRecovery", &call<&Driver::resetRecovery>)
      .function("setDecider", &callWith<&Driver::setDecider>)
      .function("setHandshake", &callWith<&Driver::setHandshake>)
      .function("setHeartbeat", &setHeartbeat)
      .function("setSession", &setSession)
      .function("setResend", &callWith<&Driver::setResend>)
      .function("setOption", &setOption)
      .function("getOption", &getOption)
      .function("snapshot", &snapshot)
      .function("send", &send)
      .function("messageRefused", &messageRefused)
      .function("addressResolved", &addressResolved)
      .function("attemptFailed", &attemptFailed)
      .function("handshakeDone", &handshakeDone)
      .function("handshakeFailed", &handshakeFailed)
      .function("textReceived", &textReceived)
      .function("networkChanged", &callWith<&Driver::networkChanged>)
      .function("visibilityChanged", &callWith<&Driver::visibilityChanged>)
      .function("pageSuspended", &call<&Driver::pageSuspended>)
      .function("pageResumed", &call<&Driver::pageResumed>)
      .function("pageLeaving", &call<&Driver::pageLeaving>)
      .function("timerFired", &timerFired);

  emscripten::function("optionDefaults", &optionDefaults);
  emscripten::function("maxControlFrame", &maxControlFrame);
  emscripten::function("controlFrameMarker", &controlFrameMarker);
  emscripten::function("sessionMarker", &sessionMarker);
}
