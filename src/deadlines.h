// Owns the instants at which the connection wants to be called again, at most one of each kind.
// Refuses to measure time or to arm a timer: the host asks for the earliest.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "types.h"

namespace rws {

enum class Deadline : std::uint8_t {
  Handshake,   // the attempt has taken too long
  Retry,       // the scheduled attempt is due
  Ping,        // the next ping is due
  Silence,     // messages went out a while ago: ask whether they arrived
  Pong,        // nothing came after a ping or probe: the peer is dead
  Stable,      // the connection has held: the count of retries starts afresh
  CloseGrace,  // a socket given up on has had its time to tell what it delivered
  Expiry,      // a queued message has waited as long as it may
};
inline constexpr std::size_t kDeadlineKinds = 8;

class Deadlines {
 public:
  void set(Deadline kind, Instant at) { at_[index(kind)] = at; }
  void clear(Deadline kind) { at_[index(kind)] = kNever; }
  void clearAll() { at_.fill(kNever); }
  [[nodiscard]] std::optional<Instant> at(Deadline kind) const { return unlessNever(at_[index(kind)]); }

  [[nodiscard]] std::optional<Instant> earliest() const { return unlessNever(at_[first()]); }

  struct Due {
    Deadline kind;
    Instant at;
  };

  // Takes out the earliest deadline that has come; of equal ones the first of the enumeration.
  [[nodiscard]] std::optional<Due> takeDue(Instant now) {
    const std::size_t due = first();
    if (at_[due] == kNever || at_[due] > now) return std::nullopt;
    return Due{static_cast<Deadline>(due), std::exchange(at_[due], kNever)};
  }

  friend bool operator==(const Deadlines&, const Deadlines&) = default;

 private:
  // Half the size of an optional instant, and compared without a branch.
  static constexpr Instant kNever = Instant::max();

  static constexpr std::size_t index(Deadline kind) { return static_cast<std::size_t>(kind); }
  static constexpr std::optional<Instant> unlessNever(Instant at) {
    return at == kNever ? std::nullopt : std::optional(at);
  }
  static constexpr std::array<Instant, kDeadlineKinds> none() {
    std::array<Instant, kDeadlineKinds> at;
    at.fill(kNever);
    return at;
  }
  [[nodiscard]] std::size_t first() const {
    return static_cast<std::size_t>(std::min_element(at_.begin(), at_.end()) - at_.begin());
  }

  std::array<Instant, kDeadlineKinds> at_ = none();
};

}  // namespace rws
