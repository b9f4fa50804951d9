// Owns the reading and writing of the frames the client consumes or makes itself: pings, pongs, hints in
// close reasons. Refuses to see more of the user's text than it must: the host shows it short texts with the
// marker only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types.h"

namespace rws {

// Longest text, in UTF-16 units as the host counts them, that may be a control frame.
inline constexpr std::uint32_t kControlFrameLimit = 512;
// Every control frame contains this text: "type":"ping" or "type":"pong".
inline constexpr std::string_view kControlFrameMarker = "ng\"";
// Longest timestamp taken over from a server, bytes of JSON text.
inline constexpr std::size_t kTimestampLimit = 64;

enum class ControlKind : std::uint8_t { None, Ping, Pong };

struct ControlFrame {
  ControlKind kind = ControlKind::None;
  // The timestamp as JSON text, exactly as it came ("1700000000.25", "\"abc\""); empty without one.
  std::string timestamp;
  friend bool operator==(const ControlFrame&, const ControlFrame&) = default;
};

// A JSON object whose top-level "type" is "ping" or "pong"; None for any other text, malformed ones too.
// A timestamp that is neither number nor string, or is longer than kTimestampLimit, makes it None.
[[nodiscard]] ControlFrame parseControlFrame(std::string_view text);

// {"type":"ping","timestamp":n} and {"type":"pong","timestamp":<as given>}; without a timestamp the member is
// left out.
[[nodiscard]] std::string pingText(EpochMs timestamp);
[[nodiscard]] std::string pongText(std::string_view timestamp);

// The text as a JSON string, quotes included.
[[nodiscard]] std::string jsonStringOf(std::string_view text);

// The n of {"retryAfterMs": n} in a close reason: finite and >= 0, else nothing.
[[nodiscard]] std::optional<double> parseRetryAfterMs(std::string_view reason);

}  // namespace rws
