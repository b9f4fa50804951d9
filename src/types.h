// The vocabulary of the core: time, identities, messages, and how a connection ended.
#pragma once

#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace rws {

// The monotonic clock of the host. It has no now(): the core gets the time with every call.
struct HostClock {
  using rep = std::int64_t;
  using period = std::micro;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<HostClock>;
  static constexpr bool is_steady = true;
};
using Duration = HostClock::duration;
using Instant = HostClock::time_point;

// Wall clock time: milliseconds since 1970-01-01T00:00Z. Shown to users and written into pings, never used to
// measure a wait.
using EpochMs = std::int64_t;

// A time that may be unset, for members: it takes no more room than the time itself, where std::optional
// takes twice as much. Functions pass a std::optional, from which and to which it converts.
template <class Time>
class OptionalTime {
 public:
  constexpr OptionalTime() = default;
  // NOLINTBEGIN(google-explicit-constructor): as those of std::optional
  constexpr OptionalTime(std::nullopt_t /*unset*/) {}
  constexpr OptionalTime(Time time) : time_(time) { assert(has_value()); }
  constexpr OptionalTime(const std::optional<Time>& time) : time_(time.value_or(kUnset)) {}
  constexpr operator std::optional<Time>() const { return has_value() ? std::optional(time_) : std::nullopt; }
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr bool has_value() const { return time_ != kUnset; }
  explicit constexpr operator bool() const { return has_value(); }
  [[nodiscard]] constexpr Time operator*() const {
    assert(has_value());
    return time_;
  }
  [[nodiscard]] constexpr Time value_or(Time other) const { return has_value() ? time_ : other; }
  constexpr void reset() { time_ = kUnset; }

 private:
  // Earlier than any time that is used.
  // NOLINTNEXTLINE(bugprone-dynamic-static-initializers): it is constexpr
  static constexpr Time kUnset = [] {
    if constexpr (std::is_same_v<Time, EpochMs>) return std::numeric_limits<EpochMs>::min();
    if constexpr (std::is_same_v<Time, Instant>) return Instant::min();
  }();
  Time time_ = kUnset;
};
using OptionalInstant = OptionalTime<Instant>;
using OptionalEpochMs = OptionalTime<EpochMs>;

// Both clocks, read at the same moment.
struct Now {
  Instant instant{};
  EpochMs wall = 0;
  friend bool operator==(const Now&, const Now&) = default;
};

// Names one attempt to open a socket, and the socket that comes of it. Socket events carry it, so that events
// of an earlier attempt can be ignored.
enum class AttemptId : std::uint32_t { None = 0 };

// Names one message of the user. The host chooses ids: 1 or more, each greater than the one before.
using MessageId = std::uint64_t;

// The messages after one id, up to and including another.
struct MessageRange {
  MessageId after = 0;
  MessageId upTo = 0;
  [[nodiscard]] constexpr bool empty() const { return upTo <= after; }
  friend bool operator==(const MessageRange&, const MessageRange&) = default;
};

// A message as the core knows it. The payload stays with the host.
struct Message {
  MessageId id = 0;
  // The payload's size on the wire. Measuring a text takes the host time, so a text may come unmeasured:
  // isExact is false then, and this is its length in UTF-16 units, each of which becomes one to three bytes.
  std::uint64_t bytes = 0;
  bool isExact = true;
  // `bytes` is what bufferedAmount grew by when the socket took the text. Earlier data that left at the same
  // time makes it too small. So it serves for time limits only, and isExact is false.
  bool isEstimate = false;

  [[nodiscard]] constexpr std::uint64_t bytesAtLeast() const { return bytes; }
  [[nodiscard]] constexpr std::uint64_t bytesAtMost() const {
    return isExact || isEstimate ? bytes : 3 * bytes;
  }
  friend bool operator==(const Message&, const Message&) = default;
};

// A reply to the server's own ping, in the form of another protocol. The host keeps it under the key, which
// is 0 for no reply.
struct CustomReply {
  std::uint64_t key = 0;
  std::uint64_t bytes = 0;  // on the wire, at most kLargestCustomFrame
  friend bool operator==(const CustomReply&, const CustomReply&) = default;
};

// The largest ping or reply in the form of another protocol, in bytes.
inline constexpr std::uint64_t kLargestCustomFrame = 65535;

// How a connection ended (RFC 6455, 7.1.5 and 7.1.6).
struct CloseInfo {
  std::uint16_t code = 1006;
  std::string reason{};  // at most kMaxCloseReason bytes
  bool wasClean = false;
  friend bool operator==(const CloseInfo&, const CloseInfo&) = default;
};

// The longest close reason, in bytes (RFC 6455, 5.5: a close frame holds 125 bytes, two of them the code).
inline constexpr std::size_t kMaxCloseReason = 123;

// The longest beginning of a UTF-8 text that has at most so many bytes and does not end within a character.
[[nodiscard]] constexpr std::string_view clipUtf8(std::string_view text, std::size_t maxBytes) {
  if (text.size() <= maxBytes) return text;
  std::size_t end = maxBytes;
  // A byte 10xxxxxx continues a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

// Why a message was dropped.
enum class DropReason : std::uint8_t {
  Overflow,
  Expired,
  Disconnected,
  Cleared,
  Destroyed,
  TooLarge,  // for the server of the session
};

constexpr std::string_view toString(DropReason reason) {
  switch (reason) {
    case DropReason::Overflow:
      return "overflow";
    case DropReason::Expired:
      return "expired";
    case DropReason::Disconnected:
      return "disconnected";
    case DropReason::Cleared:
      return "cleared";
    case DropReason::Destroyed:
      return "destroyed";
    case DropReason::TooLarge:
      return "too_large";
  }
  return "";
}

// The types of the `error` event that the core reports.
enum class ErrorType : std::uint8_t {
  None,
  Auth,
  Server,
  Network,
  Unknown,
  Send,
  HeartbeatUnanswered,
  SessionUnsupported,
  SessionTaken,
};

constexpr std::string_view toString(ErrorType type) {
  switch (type) {
    case ErrorType::None:
      return "";
    case ErrorType::Auth:
      return "auth_error";
    case ErrorType::Server:
      return "server_error";
    case ErrorType::Network:
      return "network_error";
    case ErrorType::Unknown:
      return "unknown_error";
    case ErrorType::Send:
      return "send_error";
    case ErrorType::HeartbeatUnanswered:
      return "heartbeat_unanswered";
    case ErrorType::SessionUnsupported:
      return "session_unsupported";
    case ErrorType::SessionTaken:
      return "session_taken";
  }
  return "";
}

}  // namespace rws
