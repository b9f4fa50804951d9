// The frames that the client consumes or writes itself (pings and pongs), and the hint in a close reason.
// Read and written with nlohmann/json.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types.h"

namespace rws {

enum class ControlKind : std::uint8_t {
  None,
  Ping,
  Pong,
  // What the user's functions have found in a frame of another protocol (HeartbeatMode::Custom).
  CustomPing,  // of the server; `reply` answers it
  CustomPong,  // the answer to the client's oldest unanswered ping
};

struct ControlFrame {
  ControlKind kind = ControlKind::None;
  // The member "timestamp", a number or a string, exactly as it was written, quotes and escapes included.
  // Empty where it is absent, of another type, or longer than kMaxTimestamp bytes.
  std::string timestamp{};
  CustomReply reply{};
  friend bool operator==(const ControlFrame&, const ControlFrame&) = default;
};

// The longest text, in UTF-16 units, that may be a control frame.
inline constexpr std::uint32_t kMaxControlFrame = 512;
// The longest timestamp that is carried back, in bytes of JSON text.
inline constexpr std::size_t kMaxTimestamp = 64;
// Every control frame contains this text: "type":"ping" or "type":"pong". A host may look for it before it
// calls readControlFrame().
inline constexpr std::string_view kControlFrameMarker = "ng\"";

// Ping or Pong for a JSON object whose member "type" says so; None for every other text.
[[nodiscard]] ControlFrame readControlFrame(std::string_view text);

// A ping, in place: pings are sent often, and take no memory of their own.
struct PingText {
  std::array<char, 48> text{};
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {text.data(), size}; }
};
// {"type":"ping","timestamp":n}
[[nodiscard]] PingText writePing(EpochMs timestamp);
// {"type":"pong","timestamp":<as given>}; without a timestamp the member is left out.
[[nodiscard]] std::string writePong(std::string_view timestamp);

// The milliseconds of a pong's timestamp, 0 for what cannot be ours: those are positive. Backends that keep
// it as a float or a text echo 1700000000000.0 or "1700000000000".
[[nodiscard]] EpochMs readTimestamp(std::string_view text);

// The hint {"retryAfterMs": n} of a server that closes the connection: n milliseconds, finite and >= 0.
// Nothing where the reason is no such object.
[[nodiscard]] std::optional<Duration> readRetryAfter(std::string_view reason);

}  // namespace rws
