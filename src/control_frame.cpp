#include "control_frame.h"

#include <array>
#include <charconv>

namespace rws {
namespace {

ControlKind kindOf(const JsonMember& type) {
  if (type.kind != JsonKind::Text) return ControlKind::None;
  if (type.json == "\"ping\"") return ControlKind::Ping;
  if (type.json == "\"pong\"") return ControlKind::Pong;
  return ControlKind::None;
}

ControlText frameText(std::string_view type, std::string_view timestamp) {
  ControlText text("{\"type\":\"");
  text.append(type);
  text.append("\"");
  if (!timestamp.empty()) {
    text.append(",\"timestamp\":");
    text.append(timestamp);
  }
  text.append("}");
  return text;
}

}  // namespace

ControlFrame controlFrameOf(const JsonMember& type, const JsonMember& timestamp) {
  const ControlKind kind = kindOf(type);
  const bool isRefused = timestamp.kind == JsonKind::Other || timestamp.json.size() > kTimestampLimit;
  return kind == ControlKind::None || isRefused ? ControlFrame{} : ControlFrame{kind, timestamp.json};
}

ControlText pingText(EpochMs timestamp) {
  std::array<char, 24> digits{};
  const std::to_chars_result end = std::to_chars(digits.data(), digits.data() + digits.size(), timestamp);
  return frameText("ping", {digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
}

ControlText pongText(std::string_view timestamp) { return frameText("pong", timestamp); }

}  // namespace rws
