// The options of a client: name, default, range and meaning of each. Each has its own rule and none depends
// on another, so that options can be assigned one by one in any order.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "types.h"

namespace rws {

// How the peer of an open connection is watched.
enum class HeartbeatMode : std::uint8_t {
  Json,     // by pings and pongs as JSON text (control_frame.h)
  Custom,   // by pings of another protocol: the host makes them, and recognises the answers
  Silence,  // by what it sends: no ping is sent, and when nothing arrives for `silence`, it is dead
  None,     // not at all
};

// The option `heartbeat`. Not one of optionNames(): event::SetHeartbeat assigns it.
struct HeartbeatOption {
  HeartbeatMode mode = HeartbeatMode::Json;
  Duration silence{};  // of Silence; 1 ms to Options::kLongest
  friend bool operator==(const HeartbeatOption&, const HeartbeatOption&) = default;
};

// The option `session` (docs/sessions.md). Not one of optionNames(): event::SetSession assigns it.
struct SessionOption {
  bool isOn = false;
  // Whether the messages of a session that is lost are sent again in the next one; otherwise they are
  // reported.
  bool resends = false;
  // The longest time from the listeners of a message to its acknowledgement.
  Duration ackDelay = std::chrono::milliseconds(200);
  // How many messages the server may send without an acknowledgement; 1 or more.
  std::uint64_t window = 1000;
  friend bool operator==(const SessionOption&, const SessionOption&) = default;
};

struct Options {
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  // No duration is longer (about 31 years), so that an instant plus a few of them never overflows.
  static constexpr Duration kLongest{1'000'000'000'000'000};
  // The most entries of fatalCloseCodes.
  static constexpr std::size_t kMaxCloseCodes = 100;

  // Retries in one outage before the client gives up; kUnlimited for Infinity.
  std::uint64_t maxReconnectAttempts = 10;
  // Delay before the first retry; doubles with every further one.
  Duration reconnectDelay = std::chrono::milliseconds(1000);
  // Longest delay between retries.
  Duration maxReconnectDelay = std::chrono::milliseconds(30000);
  // Share of a delay that is random, 0 to 1; at maxReconnectDelay 0.4 of it. See backoffDelay().
  double jitter = 0.5;
  // Time a connection must hold before the count of retries starts afresh: a server that accepts and drops is
  // not hammered.
  Duration stableAfter = std::chrono::milliseconds(5000);
  // Longest wait a server may ask for with {"retryAfterMs": n} in its close reason.
  Duration maxRetryAfter = std::chrono::milliseconds(300000);
  // Time an attempt may take from its start, the resolving of the address included.
  Duration connectionTimeout = std::chrono::milliseconds(10000);
  // Time between pings, whatever the traffic.
  Duration pingInterval = std::chrono::milliseconds(30000);
  // A peer from which nothing at all came for this long after a ping is dead.
  Duration pongTimeout = std::chrono::milliseconds(10000);
  // A ping follows so long after a message, to learn whether it arrived; at most one such ping a second.
  Duration confirmAfter = std::chrono::milliseconds(250);
  // A peer from which nothing at all came for this long after a probe is dead.
  Duration probeTimeout = std::chrono::milliseconds(3000);
  // How long to wait for the close event of a socket that the client closed. It proves which messages were
  // sent.
  Duration closeGrace = std::chrono::milliseconds(15000);
  // Most messages in the queue.
  std::uint64_t maxQueueSize = 100;
  // Most bytes in the queue.
  std::uint64_t maxQueueBytes = 8388608;
  // Largest message accepted, bytes as they go on the wire (UTF-8 for text).
  std::uint64_t maxMessageSize = 65536;
  // Close codes after which no automatic attempt is made: access denied as the backend uses it (1003), policy
  // violation (1008). At most kMaxCloseCodes.
  std::vector<std::uint16_t> fatalCloseCodes = {1003, 1008};
  // Whether the peer is watched, as `heartbeat` says; without pings there are no probes either.
  bool enableHeartbeat = true;
  HeartbeatOption heartbeat{};
  SessionOption session{};
  // Whether messages that are unconfirmed when their connection is lost are sent again; otherwise they are
  // reported. Not one of optionNames(): event::SetResend assigns it.
  bool resendsUnconfirmed = false;
  // Whether a lost connection is opened again.
  bool enableAutoReconnect = true;
  // Whether the recovery events are emitted.
  bool enableErrorRecovery = true;
  // Whether a ping of the server is answered and consumed.
  bool answerPings = true;

  [[nodiscard]] bool isPeerWatched() const {
    return enableHeartbeat && heartbeat.mode != HeartbeatMode::None;
  }
  [[nodiscard]] bool sendsPings() const {
    return isPeerWatched() && heartbeat.mode != HeartbeatMode::Silence;
  }
  friend bool operator==(const Options&, const Options&) = default;
};

// What was wrong: the field, and the rule it broke, as a text that completes "<field> must be ...".
struct OptionsError {
  std::string_view field;
  std::string_view rule;
  friend bool operator==(const OptionsError&, const OptionsError&) = default;
};

// An option's value as a host without static types has it: milliseconds and counts are numbers.
using OptionValue = std::variant<std::monostate, bool, double, std::vector<double>>;

// A number of milliseconds, rounded to microseconds, within [0, Options::kLongest]; 0 for NaN.
[[nodiscard]] Duration toDuration(double milliseconds);

// The names of all options in the order of their declaration. They live as long as the program.
[[nodiscard]] std::span<const std::string_view> optionNames();

// The value of an option as a host sees it; monostate for an unknown name.
[[nodiscard]] OptionValue getOption(const Options& options, std::string_view name);

// Assigns one option after checking its rule. On an error, an unknown name included, nothing was assigned.
[[nodiscard]] std::optional<OptionsError> setOption(Options& options, std::string_view name,
                                                    const OptionValue& value);

}  // namespace rws
