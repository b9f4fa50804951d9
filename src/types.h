// Owns the vocabulary shared by every part of the core: time, identities, sizes, how a connection ended.
// Refuses to hold behaviour, and to know what time it is: HostClock has no now().
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "short_text.h"

namespace rws {

// The host's monotonic clock. The core is told the time with every call and cannot ask for it.
struct HostClock {
  using rep = std::int64_t;
  using period = std::micro;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<HostClock>;
  static constexpr bool is_steady = true;
};
using Duration = HostClock::duration;
using Instant = HostClock::time_point;

// Wall clock time, milliseconds since 1970-01-01T00:00Z. Shown to people and put into pings; never used to
// wait.
using EpochMs = std::int64_t;

// The two clocks as read by the host at one moment.
struct Now {
  Instant instant{};
  EpochMs wall = 0;
  friend bool operator==(const Now&, const Now&) = default;
};

// Names one try to open a socket. Events carry it, so that those of an earlier try can be told apart.
enum class AttemptId : std::uint32_t { None = 0 };

// Names one message of the user. Chosen by the host, strictly increasing, never 0.
using PayloadId = std::uint64_t;

// The payloads after one and up to another, that one included.
struct PayloadRange {
  PayloadId after = 0;
  PayloadId upTo = 0;
  [[nodiscard]] constexpr bool empty() const { return upTo <= after; }
  friend bool operator==(const PayloadRange&, const PayloadRange&) = default;
};

// What was handed to a socket and is not known to have arrived.
struct UnderWay {
  PayloadId upTo = 0;       // the newest message handed over
  std::uint64_t bytes = 0;  // with those of the client's own frames
  // How much longer than a second it may take on a link that is slow: 16 KiB a second. A ping waits behind
  // it. A minute at most: however much was sent, a dead link must not look alive for longer.
  [[nodiscard]] constexpr Duration patience() const {
    constexpr std::uint64_t kBytesPerSecond = 16 * std::uint64_t{1024};
    constexpr std::uint64_t kMostSeconds = 60;
    if (bytes <= kBytesPerSecond) return Duration::zero();
    const std::uint64_t beyond = std::min(bytes - kBytesPerSecond, kMostSeconds * kBytesPerSecond);
    return std::chrono::milliseconds(beyond * 1000 / kBytesPerSecond);
  }
};

enum class MessageKind : std::uint8_t { Text, Binary };

// A message as the core sees it. The payload itself stays with the host.
struct PayloadRef {
  PayloadId id = 0;
  // On the wire. Of a text that is not measured: its UTF-16 units, which become one to three bytes each.
  std::uint64_t bytes = 0;
  MessageKind kind = MessageKind::Text;
  bool isMeasured = true;
  // The most bytes it may have.
  [[nodiscard]] constexpr std::uint64_t bytesAtMost() const { return isMeasured ? bytes : 3 * bytes; }
  friend bool operator==(const PayloadRef&, const PayloadRef&) = default;
};

// How a connection ended (RFC 6455, 7.1.5 and 7.1.6).
struct CloseInfo {
  std::uint16_t code = 1006;
  CloseReason reason;
  bool wasClean = false;
  // The n of {"retryAfterMs": n} where the reason is such JSON; any number.
  std::optional<double> retryAfterMs{};
  friend bool operator==(const CloseInfo&, const CloseInfo&) = default;
};

// Why a message of the user was given up.
enum class DropReason : std::uint8_t { Overflow, Expired, Disconnected, Cleared, Destroyed, Unknown };

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
    case DropReason::Unknown:
      return "unknown";
  }
  return "";
}

// Kinds of error as the `error` event names them.
enum class ErrorType : std::uint8_t {
  None,
  Auth,
  Server,
  Network,
  Unknown,
  Send,
  TooLarge,
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
    case ErrorType::TooLarge:
      return "message_too_large";
  }
  return "";
}

}  // namespace rws
