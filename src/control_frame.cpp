#include "control_frame.h"

#include <array>
#include <cstddef>

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
  // From the last one on. The standard library's way brings tables along.
  std::array<char, 20> digits{};
  std::size_t first = digits.size();
  const auto bits = static_cast<std::uint64_t>(timestamp);
  std::uint64_t rest = timestamp < 0 ? 0 - bits : bits;
  do {
    digits[--first] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (timestamp < 0) digits[--first] = '-';
  return frameText("ping", {digits.data() + first, digits.size() - first});
}

ControlText pongText(std::string_view timestamp) { return frameText("pong", timestamp); }

}  // namespace rws
