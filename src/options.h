// Owns every number the connection's decisions rest on: name, default, range and meaning.
// Refuses values that break a field's rule, and rules that join two fields: live assignment works in any
// order.
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

struct Options {
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  // No duration is longer (about 31 years), so that an instant plus a few of them never overflows.
  static constexpr Duration kLongest{1'000'000'000'000'000};

  // Retries in one outage before the client gives up; kUnlimited for Infinity.
  std::uint64_t maxReconnectAttempts = 10;
  // Wait before the first retry; doubles with every further one.
  Duration reconnectDelay = std::chrono::milliseconds(1000);
  // Longest wait between retries.
  Duration maxReconnectDelay = std::chrono::milliseconds(30000);
  // Share of a wait that is random, 0 to 1; at the cap only 0.4 of it, so that patience is kept. See
  // backoff.h.
  double jitter = 0.5;
  // Time a connection must hold before the count of retries starts afresh: a server that accepts and drops is
  // not hammered.
  Duration stableAfter = std::chrono::milliseconds(5000);
  // Longest wait a server may ask for with {"retryAfterMs": n} in its close reason.
  Duration maxRetryAfter = std::chrono::milliseconds(300000);
  // Time an attempt may take from its start, the host's search for a URL included.
  Duration connectionTimeout = std::chrono::milliseconds(10000);
  // Time between pings, whatever the traffic.
  Duration pingInterval = std::chrono::milliseconds(30000);
  // A peer from which nothing at all came for this long after a ping is dead.
  Duration pongTimeout = std::chrono::milliseconds(10000);
  // So long after a message a ping follows, which tells whether it arrived.
  Duration probeAfterSend = std::chrono::milliseconds(2000);
  // A peer from which nothing at all came for this long after a probe is dead.
  Duration probeTimeout = std::chrono::milliseconds(3000);
  // How long a socket given up on may still tell by its close event which messages it delivered.
  Duration closeGrace = std::chrono::milliseconds(15000);
  // Messages kept while they cannot be sent.
  std::uint64_t maxQueueSize = 100;
  // Bytes kept while they cannot be sent.
  std::uint64_t maxQueueBytes = 8388608;
  // Largest message accepted, bytes as they go on the wire (UTF-8 for text).
  std::uint64_t maxMessageSize = 65536;
  // Close codes after which no attempt is made: unacceptable data as the backend uses it (1003), policy
  // violation (1008).
  std::vector<std::uint16_t> fatalCloseCodes = {1003, 1008};
  // Whether pings are sent; without them there are no probes either.
  bool enableHeartbeat = true;
  // Whether a lost connection is opened again.
  bool enableAutoReconnect = true;
  // Whether the recovery events are emitted.
  bool enableErrorRecovery = true;
  // Whether a ping of the server is answered and consumed.
  bool answerPings = true;

  friend bool operator==(const Options&, const Options&) = default;
};

// What was wrong: the field, and the rule it broke, as a text that completes "<field> must be ...".
struct OptionsError {
  std::string_view field;
  std::string_view rule;
  friend bool operator==(const OptionsError&, const OptionsError&) = default;
};

// A value as a host without static types hands it over: milliseconds and counts are numbers.
using OptionValue = std::variant<std::monostate, bool, double, std::vector<double>>;

// A number of milliseconds rounded to microseconds, within [0, Options::kLongest]; 0 for NaN.
[[nodiscard]] Duration durationOfMilliseconds(double milliseconds);

// Names of all options in the order of their declaration.
[[nodiscard]] std::span<const std::string_view> optionNames();

// The value of an option as a host sees it; monostate for a name that is none.
[[nodiscard]] OptionValue getOption(const Options& options, std::string_view name);

// Assigns one option after checking its rule. On an error nothing was assigned; an unknown name is an error
// as well.
[[nodiscard]] std::optional<OptionsError> setOption(Options& options, std::string_view name,
                                                    const OptionValue& value);

// Checks all fields of options built by other means than setOption.
[[nodiscard]] std::optional<OptionsError> validate(const Options& options);

}  // namespace rws
