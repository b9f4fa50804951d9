// Owns the instants at which the connection wants to be called again, at most one of each kind.
// Refuses to measure time or to arm a timer: the host asks for the earliest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "types.h"

namespace rws {

enum class Deadline : std::uint8_t {
  Handshake,   // the attempt has taken too long
  Retry,       // the scheduled attempt is due
  Ping,        // the next ping is due
  Silence,     // a send has gone unanswered: probe
  Pong,        // nothing came after a ping or probe: the peer is dead
  Stable,      // the connection has held: the count of retries starts afresh
  CloseGrace,  // a socket given up on has had its time to tell what it delivered
  Expiry,      // a queued message has waited as long as it may
};
inline constexpr std::size_t kDeadlineKinds = 8;

class Deadlines {
 public:
  void set(Deadline kind, Instant at) { at_[index(kind)] = at; }
  void clear(Deadline kind) { at_[index(kind)].reset(); }
  void clearAll() { at_.fill(std::nullopt); }
  [[nodiscard]] std::optional<Instant> at(Deadline kind) const { return at_[index(kind)]; }

  [[nodiscard]] std::optional<Instant> earliest() const {
    std::optional<Instant> first;
    for (const std::optional<Instant>& at : at_) {
      if (at && (!first || *at < *first)) first = at;
    }
    return first;
  }

  struct Due {
    Deadline kind;
    Instant at;
  };

  // Takes out the earliest deadline that has come; of equal ones the first of the enumeration.
  [[nodiscard]] std::optional<Due> takeDue(Instant now) {
    std::size_t first = kDeadlineKinds;
    for (std::size_t i = 0; i < kDeadlineKinds; ++i) {
      if (at_[i] && *at_[i] <= now && (first == kDeadlineKinds || *at_[i] < *at_[first])) first = i;
    }
    if (first == kDeadlineKinds) return std::nullopt;
    const Due due{static_cast<Deadline>(first), *at_[first]};
    at_[first].reset();
    return due;
  }

  friend bool operator==(const Deadlines&, const Deadlines&) = default;

 private:
  static constexpr std::size_t index(Deadline kind) { return static_cast<std::size_t>(kind); }
  std::array<std::optional<Instant>, kDeadlineKinds> at_{};
};

}  // namespace rws
