// Owns the search for a text that the reader of control frames takes wrongly; a full JSON parser is the
// judge.
#include <cmath>
#include <nlohmann/json.hpp>

#include "control_frame.h"
#include "fuzz_check.h"
#include "json_reader.h"
#include "json_text.h"

namespace rws::fuzz {
namespace {

using nlohmann::json;

bool isControl(const json& value) {
  if (!value.is_object() || !value.contains("type")) return false;
  return value["type"] == "ping" || value["type"] == "pong";
}

void frame(std::string_view text) {
  const ControlFrame read = host::readControlFrame(text);
  const json value = json::parse(text, nullptr, false);
  if (read.kind == ControlKind::None) {
    check(read.timestamp.empty(), "what is no control frame has no timestamp");
    return;
  }
  check(isControl(value), "a control frame is a JSON object of that type");
  check(value["type"] == (read.kind == ControlKind::Ping ? "ping" : "pong"), "its kind is its type");
  check(read.timestamp.size() <= kTimestampLimit, "a timestamp has its limit");
  if (read.timestamp.empty()) return;
  const json timestamp = json::parse(read.timestamp.view(), nullptr, false);
  check(timestamp.is_number() || timestamp.is_string(), "a timestamp is a number or a string");
  // What is answered is understood by the same reader, and means the same.
  const ControlFrame answer = host::readControlFrame(pongText(read.timestamp));
  check(answer == ControlFrame{ControlKind::Pong, read.timestamp}, "a pong carries the ping's timestamp");
}

void reason(std::string_view text) {
  const std::optional<double> milliseconds = host::readRetryAfterMs(text);
  if (!milliseconds) return;
  check(std::isfinite(*milliseconds), "a number that JSON can hold is finite");
  check(json::parse(text, nullptr, false).is_object(), "a hint is part of a JSON object");
}

void quoted(std::string_view text) {
  // Only what is UTF-8 can be compared: the judge refuses anything else.
  const json value = json::parse(jsonStringOf(text), nullptr, false);
  if (!value.is_discarded()) check(value.is_string(), "a quoted text is a JSON string");
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  rws::fuzz::frame(text);
  rws::fuzz::reason(text);
  rws::fuzz::quoted(text);
  return 0;
}
