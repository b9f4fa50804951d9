// Owns the surface of the module: what CoreModule in web/core/core.d.ts promises, name for name. The class
// and its wishes are embind's; what is called with every message, or with texts and lists on the stack, is
// exported plainly: embind takes a microsecond a call. Refuses work: every function converts and passes on.
#include <emscripten/bind.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "driver.h"

namespace rws::bindings {
namespace {

// 0 for what is no count.
std::uint64_t countOf(double number) { return number > 0 ? static_cast<std::uint64_t>(number) : 0; }

AttemptId attemptOf(double number) { return AttemptId{static_cast<std::uint32_t>(countOf(number))}; }

std::string_view textOf(const char* text, int length) { return {text, static_cast<std::size_t>(length)}; }

JsonKind jsonKindOf(int kind) { return static_cast<JsonKind>(kind); }

template <class Wish>
void wish(Driver& driver) {
  driver.take(Wish{});
}

void addressFound(Driver& driver, double attempt) { driver.addressFound(attemptOf(attempt)); }

void networkChanged(Driver& driver, bool online) { driver.take(input::NetworkChanged{online}); }
void visibilityChanged(Driver& driver, bool visible) { driver.take(input::VisibilityChanged{visible}); }
void hostDecides(Driver& driver, bool asked) { driver.take(input::HostDecides{asked}); }

void snapshot(Driver& driver) { driver.delegate().answer(driver.connection(), driver.now()); }

void describe(Driver& driver) {
  driver.delegate().markControlFrames(kControlFrameMarker);
  const rws::Options defaults;
  for (const std::string_view name : rws::optionNames()) {
    driver.delegate().answer(rws::getOption(defaults, name));
    driver.delegate().optionNamed(name);
  }
}

double addressOf(Driver& driver) { return static_cast<double>(reinterpret_cast<std::uintptr_t>(&driver)); }

double controlFrameLimit() { return kControlFrameLimit; }

}  // namespace
}  // namespace rws::bindings

using rws::bindings::Driver;

extern "C" {

// A plain message: whether the facade hands it over now. The bytes of a text are its units: it is not
// measured.
EMSCRIPTEN_KEEPALIVE int rwsHandOverAtOnce(Driver* driver, double payload, int bytes, int isBinary) {
  return static_cast<int>(driver->handOverAtOnce(
      {static_cast<std::uint64_t>(payload), static_cast<std::uint64_t>(bytes),
       isBinary != 0 ? rws::MessageKind::Binary : rws::MessageKind::Text, isBinary != 0}));
}

// `ttl` in ms, negative for none. Answers with rws::SendOutcome.
EMSCRIPTEN_KEEPALIVE int rwsSend(Driver* driver, double payload, double bytes, int isBinary, int isMeasured,
                                 int isVolatile, double ttl) {
  using namespace rws::bindings;
  const rws::PayloadRef reference{countOf(payload), countOf(bytes),
                                  isBinary != 0 ? rws::MessageKind::Binary : rws::MessageKind::Text,
                                  isMeasured != 0};
  rws::SendOptions sendOptions{.isVolatile = isVolatile != 0};
  if (ttl >= 0) sendOptions.ttl = rws::durationOfMilliseconds(ttl);
  return static_cast<int>(driver->send(reference, sendOptions));
}

EMSCRIPTEN_KEEPALIVE void rwsHandOverFailed(Driver* driver, double attempt, double payload) {
  using namespace rws::bindings;
  driver->handOverFailed(attemptOf(attempt), countOf(payload));
}

EMSCRIPTEN_KEEPALIVE void rwsReceived(Driver* driver, int attempt) {
  driver->received(rws::AttemptId{static_cast<std::uint32_t>(attempt)});
}

// The members "type" and "timestamp" of a text that may be a control frame, with rws::JsonKind and JSON text
// each.
EMSCRIPTEN_KEEPALIVE int rwsReceivedControl(Driver* driver, double attempt, int typeKind, const char* type,
                                            int typeLength, int timestampKind, const char* timestamp,
                                            int timestampLength) {
  using namespace rws::bindings;
  const rws::ControlFrame frame =
      rws::controlFrameOf({jsonKindOf(typeKind), textOf(type, typeLength)},
                          {jsonKindOf(timestampKind), textOf(timestamp, timestampLength)});
  return static_cast<int>(driver->receivedControl(attemptOf(attempt), frame));
}

EMSCRIPTEN_KEEPALIVE void rwsAddressFailed(Driver* driver, double attempt, const char* reason, int length) {
  using namespace rws::bindings;
  driver->addressFailed(attemptOf(attempt), textOf(reason, length));
}

EMSCRIPTEN_KEEPALIVE void rwsReadOption(Driver* driver, const char* name, int length) {
  driver->delegate().answer(
      rws::getOption(driver->connection().options(), rws::bindings::textOf(name, length)));
}

// Whether it was assigned. One for each type an option may have, and one for all other values.
EMSCRIPTEN_KEEPALIVE int rwsSetFlag(Driver* driver, const char* name, int length, int flag) {
  return static_cast<int>(driver->setOption(rws::bindings::textOf(name, length), flag != 0));
}

EMSCRIPTEN_KEEPALIVE int rwsSetNumber(Driver* driver, const char* name, int length, double number) {
  return static_cast<int>(driver->setOption(rws::bindings::textOf(name, length), number));
}

EMSCRIPTEN_KEEPALIVE int rwsSetList(Driver* driver, const char* name, int length, const double* numbers,
                                    int count) {
  const std::vector<double> list(numbers, numbers + count);
  return static_cast<int>(driver->setOption(rws::bindings::textOf(name, length), list));
}

EMSCRIPTEN_KEEPALIVE int rwsSetOther(Driver* driver, const char* name, int length) {
  return static_cast<int>(driver->setOption(rws::bindings::textOf(name, length), std::monostate{}));
}
}

EMSCRIPTEN_BINDINGS(resilient_websocket) {
  namespace input = rws::input;
  using namespace rws::bindings;

  emscripten::class_<Driver>("ResilientWebSocket")
      .constructor<double>()
      .function("address", &addressOf)
      .function("connect", &wish<input::Connect>)
      .function("disconnect", &wish<input::Disconnect>)
      .function("reconnect", &wish<input::Reconnect>)
      .function("destroy", &wish<input::Destroy>)
      .function("addressFound", &addressFound)
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
      .function("snapshot", &snapshot)
      .function("describe", &describe);

  emscripten::function("controlFrameLimit", &controlFrameLimit);
}
