#include "control_frame.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "json_members.h"
#include "options.h"

namespace rws {

ControlFrame readControlFrame(std::string_view text) {
  std::array members = {JsonMember{"type"}, JsonMember{"timestamp"}};
  if (!readMembers(text, members)) return {};
  const ControlKind kind = members[0].is("ping")   ? ControlKind::Ping
                           : members[0].is("pong") ? ControlKind::Pong
                                                   : ControlKind::None;
  if (kind == ControlKind::None) return {};
  const std::string_view timestamp = members[1].source;
  return {kind, std::string(timestamp.size() > kMaxTimestamp ? std::string_view() : timestamp), {}};
}

PingText writePing(EpochMs timestamp) {
  constexpr std::string_view kStart = R"({"type":"ping","timestamp":)";
  PingText ping;
  char* end = std::copy(kStart.begin(), kStart.end(), ping.text.data());
  if (timestamp < 0) *end++ = '-';
  const auto number = static_cast<std::uint64_t>(timestamp);
  end = writeNumber(end, timestamp < 0 ? -number : number);
  *end++ = '}';
  ping.size = static_cast<std::size_t>(end - ping.text.data());
  return ping;
}

std::string writePong(std::string_view timestamp) {
  std::string text = R"({"type":"pong")";
  if (!timestamp.empty()) {
    text += R"(,"timestamp":)";
    text += timestamp;
  }
  text += '}';
  return text;
}

EpochMs readTimestamp(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;  // more would overflow
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  EpochMs value = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (at == kMostDigits) return 0;
    value = value * 10 + (text[at] - '0');
  }
  if (at == text.size()) return value;
  const std::string_view fraction = text.substr(at);
  const bool isWhole =
      fraction.size() > 1 && fraction.front() == '.' &&
      std::all_of(fraction.begin() + 1, fraction.end(), [](char digit) { return digit == '0'; });
  return isWhole ? value : 0;
}

std::optional<Duration> readRetryAfter(std::string_view reason) {
  std::array members = {JsonMember{"retryAfterMs"}};
  const JsonMember& hint = members[0];
  if (!readMembers(reason, members) || hint.kind != JsonMember::Kind::Number) return std::nullopt;
  if (!std::isfinite(hint.number) || hint.number < 0) return std::nullopt;
  return toDuration(hint.number);
}

}  // namespace rws
