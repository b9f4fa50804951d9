// Texts that the reader of the control frames of sessions might misread. nlohmann's document parser is the
// judge: the reader must agree with it in both directions.
#include <nlohmann/json.hpp>
#include <string>

#include "fuzz_check.h"
#include "session_frame.h"

namespace rws::fuzz {
namespace {

using nlohmann::json;
using Kind = SessionFrameKind;

constexpr double kLimit = 9007199254740992.0;  // 2^53

bool isCount(const json& value, const char* member) {
  if (!value.contains(member) || !value[member].is_number()) return false;
  const auto number = value[member].get<double>();
  return number >= 0 && number < kLimit && number == static_cast<double>(static_cast<std::uint64_t>(number));
}
std::uint64_t countOf(const json& value, const char* member) {
  return isCount(value, member) ? static_cast<std::uint64_t>(value[member].get<double>()) : 0;
}

// By the name at the beginning of the text, as it was written.
Kind kindOf(std::string_view text) {
  const std::string_view rest = text.substr(std::min(text.size(), kSessionMarker.size()));
  const std::string_view name = rest.substr(0, rest.find('"'));
  constexpr std::pair<std::string_view, Kind> kKinds[] = {{"welcome", Kind::Welcome}, {"ack", Kind::Ack},
                                                          {"ping", Kind::Ping},       {"pong", Kind::Pong},
                                                          {"skip", Kind::Skip},       {"bye", Kind::Bye}};
  for (const auto& [known, kind] : kKinds) {
    if (name == known) return kind;
  }
  return name.starts_with("x-") ? Kind::Ignored : Kind::Unknown;
}

bool isValid(Kind kind, const json& value) {
  switch (kind) {
    case Kind::Welcome:
      return value.contains("session") && value["session"].is_string() && value["session"] != "" &&
             value.contains("resumed") && value["resumed"].is_boolean() && isCount(value, "v") &&
             isCount(value, "received") && countOf(value, "window") > 0 && isCount(value, "maxMessage") &&
             isCount(value, "ttl");
    case Kind::Ack:
      return isCount(value, "received");
    case Kind::Ping:
    case Kind::Pong:
      return value.contains("id") && (value["id"].is_number() || value["id"].is_string()) &&
             isCount(value, "received");
    case Kind::Skip:
      return countOf(value, "count") > 0;
    case Kind::Bye:
    case Kind::Ignored:
      return true;
    case Kind::Unknown:
      return false;
  }
  return false;
}

// What a ping carries goes back as it came, and the reader reads what the client writes.
void answer(const SessionFrame& ping) {
  const SessionText pong(OwnFrame{Kind::Pong, ping.received, 0, ping.id});
  check(pong.view().size() <= kMaxSessionFrame, "a pong is no larger than a control frame");
  const SessionFrame read = readSessionFrame(pong.view());
  check(read.isValid && read.kind == Kind::Pong && read.id == ping.id && read.received == ping.received,
        "a pong carries the ping's id");
}

void greet(const SessionFrame& welcome) {
  const std::string hello = std::string(SessionText(Hello{welcome.id, 1, 2, 3}).view()) + '}';
  const json value = json::parse(hello, nullptr, false);
  check(value.is_object() && value["session"] == json::parse(welcome.id), "a hello names the same session");
}

void frame(std::string_view text) {
  const SessionFrame read = readSessionFrame(text);
  check(read.kind == kindOf(text), "a frame has the kind that its beginning says");
  const bool isText = text.find('\0') == std::string_view::npos && !text.starts_with("\xEF\xBB\xBF");
  const json value = isText ? json::parse(text, nullptr, false) : json(json::value_t::discarded);
  const bool isFrame = value.is_object() && text.size() <= kMaxSessionFrame && isValid(read.kind, value);
  if (!read.isValid) {
    const bool isLongId = (read.kind == Kind::Ping || read.kind == Kind::Pong) && text.size() > kMaxPingId;
    check(!isFrame || isLongId, "a frame with all its members is valid");
    return;
  }
  check(isFrame, "a valid frame has all its members");
  check(read.received == countOf(value, "received") && read.window == countOf(value, "window") &&
            read.maxMessage == countOf(value, "maxMessage") && read.count == countOf(value, "count") &&
            read.version == countOf(value, "v"),
        "counts are as they were written");
  if (read.kind == Kind::Ping) answer(read);
  if (read.kind == Kind::Welcome) {
    check(read.isResumed == value["resumed"].get<bool>(), "a flag is as it was written");
    greet(read);
  }
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  rws::fuzz::frame(text);
  // Most inputs that a fuzzer makes do not begin as a frame does.
  rws::fuzz::frame(std::string(rws::kSessionMarker) + text);
  return 0;
}
