// Texts that the reader of control frames and of close-reason hints might misread. nlohmann's document parser
// is the judge: the reader must agree with it in both directions.
#include <cmath>
#include <nlohmann/json.hpp>

#include "control_frame.h"
#include "fuzz_check.h"
#include "options.h"

namespace rws::fuzz {
namespace {

using nlohmann::json;

// The document, discarded if the text is no JSON.
json parse(std::string_view text) {
  // The parser accepts both, JSON does not.
  if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) {
    return json(json::value_t::discarded);
  }
  return json::parse(text, nullptr, false);
}

ControlKind kindOf(const json& value) {
  if (!value.is_object() || !value.contains("type")) return ControlKind::None;
  if (value["type"] == "ping") return ControlKind::Ping;
  return value["type"] == "pong" ? ControlKind::Pong : ControlKind::None;
}

void frame(std::string_view text, const json& value) {
  const ControlFrame read = readControlFrame(text);
  check(read.kind == kindOf(value),
        "a control frame is a JSON object of that type, and every such object is one");
  if (read.kind == ControlKind::None) {
    check(read.timestamp.empty(), "another text has no timestamp");
    return;
  }
  check(read.timestamp.size() <= kMaxTimestamp, "a timestamp has its limit");
  const json timestamp = value.contains("timestamp") ? value["timestamp"] : json();
  const bool isKept = timestamp.is_number() || timestamp.is_string();
  if (read.timestamp.empty()) {
    check(!isKept || text.size() > kMaxTimestamp, "a short timestamp is kept");
    return;
  }
  check(isKept && parse(read.timestamp) == timestamp, "a timestamp means what was received");
  // The same reader understands the answer, and it means the same.
  const ControlFrame answer = readControlFrame(writePong(read.timestamp));
  check(answer == ControlFrame{ControlKind::Pong, read.timestamp}, "a pong carries the ping's timestamp");
}

void hint(std::string_view text, const json& value) {
  const std::optional<Duration> read = readRetryAfter(text);
  const bool hasNumber =
      value.is_object() && value.contains("retryAfterMs") && value["retryAfterMs"].is_number();
  const double milliseconds = hasNumber ? value["retryAfterMs"].get<double>() : -1;
  const bool isHint = std::isfinite(milliseconds) && milliseconds >= 0;
  check(read.has_value() == isHint, "a hint is a number of an object, finite and not negative");
  if (read) check(*read == toDuration(milliseconds), "a hint is the time that was received");
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = rws::fuzz::parse(text);
  rws::fuzz::frame(text, value);
  rws::fuzz::hint(text, value);
  return 0;
}
