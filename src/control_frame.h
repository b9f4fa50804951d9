// Owns the frames the client consumes or makes itself: which are pings and pongs, what hints a close reason
// holds, how pings and pongs are written. Refuses to parse JSON: hosts have parsers, and hand over the
// members.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "short_text.h"
#include "types.h"

namespace rws {

// Longest text, in UTF-16 units as the host counts them, that may be a control frame.
inline constexpr std::uint32_t kControlFrameLimit = 512;
// Every control frame contains this text: "type":"ping" or "type":"pong".
inline constexpr std::string_view kControlFrameMarker = "ng\"";
// Longest timestamp taken over from a server, bytes of JSON text.
inline constexpr std::size_t kTimestampLimit = 64;

enum class ControlKind : std::uint8_t { None, Ping, Pong };

// A JSON text of a number or string, exactly as it came ("1700000000.25", "\"abc\""); empty without one.
using Timestamp = ShortText<kTimestampLimit>;
// A whole ping or pong.
using ControlText = ShortText<104>;

struct ControlFrame {
  ControlKind kind = ControlKind::None;
  Timestamp timestamp;
  friend bool operator==(const ControlFrame&, const ControlFrame&) = default;
};

// A top-level member of the JSON object that a text is, as the host's parser found it.
enum class JsonKind : std::uint8_t { Absent, Number, Text, Other };
struct JsonMember {
  JsonKind kind = JsonKind::Absent;
  // Number: as it was written. Text: as JSON, with quotes and escapes. Else empty.
  std::string_view json;
};

// What the object with these members is to the client: a ping or pong when "type" says so and "timestamp" is
// absent, or a number or string of at most kTimestampLimit bytes; None else.
[[nodiscard]] ControlFrame controlFrameOf(const JsonMember& type, const JsonMember& timestamp);

// {"type":"ping","timestamp":n} and {"type":"pong","timestamp":<as given>}; without a timestamp the member is
// left out.
[[nodiscard]] ControlText pingText(EpochMs timestamp);
[[nodiscard]] ControlText pongText(std::string_view timestamp);

}  // namespace rws
