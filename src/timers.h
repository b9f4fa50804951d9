// Time in the core: the kinds of deadlines, a time limit that is extended once when the timer was late, and
// the detector of clock jumps. Each deadline is kept where it is needed; Client::nextDeadline() takes the
// earliest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "types.h"

namespace rws {

// In the order in which deadlines of the same instant are handled.
enum class Deadline : std::uint8_t {
  Attempt,  // resolving and opening have taken too long (Attempt)
  Retry,    // the scheduled retry is due (ReconnectPolicy)
  Ping,     // the next ping is due (Heartbeat)
  Confirm,  // messages were sent confirmAfter ago: a ping follows, to learn whether they arrived (Heartbeat)
  Drain,    // time to see whether the socket's buffer has drained (Heartbeat)
  Pong,     // nothing came after a ping: the peer is dead (Heartbeat)
  Stable,   // the connection has lasted: the next outage starts with a fresh budget (Attempt)
  Closing,  // the close event of a closing attempt did not come (Attempt)
  Ack,      // messages of a session are to be acknowledged (Session)
  Expiry,   // a queued message has waited as long as it may (Outbox)
};
inline constexpr std::size_t kDeadlines = 10;

// A timer later than this was held up: what arrived meanwhile may wait behind it in the host's task queue.
// (Browsers call a task of this length a long task.)
inline constexpr Duration kPunctual = std::chrono::milliseconds(50);

// The least and the most extra time after a late timer.
inline constexpr Duration kLeastExtension = std::chrono::milliseconds(500);
inline constexpr Duration kMostExtension = std::chrono::seconds(60);

// How much longer to wait after a timer that was so late: what arrived in time was held up no longer than the
// timer. A timer that is later than kMostExtension shows that the device was asleep, or the page frozen.
[[nodiscard]] constexpr Duration extensionAfter(Duration lateness) {
  return std::clamp(lateness, kLeastExtension, kMostExtension);
}

// A deadline that is extended once if the timer for it is late.
class TimeLimit {
 public:
  explicit TimeLimit(Instant at) : at_(at) {}
  [[nodiscard]] Instant at() const { return at_; }
  [[nodiscard]] bool isExtended() const { return isExtended_; }

  // The deadline has come; the host's timer was due at `due`. True: the time is over. False: it was extended.
  [[nodiscard]] bool isOverdue(Instant due, Instant now) {
    const Duration lateness = now - due;
    if (isExtended_ || lateness <= kPunctual) return true;
    isExtended_ = true;
    at_ = now + extensionAfter(lateness);
    return false;
  }

 private:
  Instant at_;
  bool isExtended_ = false;
};

// Notices that time has passed unseen: the machine slept, or the page was frozen. A jump leads to a ping,
// never to a verdict.
class ClockWatch {
 public:
  static constexpr Duration kJump = std::chrono::seconds(5);

  // Takes a reading of both clocks. True when, since the last one, the wall clock went ahead of the monotonic
  // clock by more than kJump (a sleep in which the monotonic clock stood still), or the host calls later than
  // `expected` by more than kJump (a sleep in which it ran on). A wall clock set back is no jump.
  [[nodiscard]] bool observe(Now now, std::optional<Instant> expected);

  // Whether this reading of the wall clock alone shows so much time gone by that both clocks should be read.
  [[nodiscard]] bool isDue(EpochMs wall) const {
    constexpr double kMilliseconds = std::chrono::duration<double, std::milli>(kJump).count();
    return !lastInstant_ || static_cast<double>(wall) - static_cast<double>(lastWall_) > kMilliseconds;
  }

 private:
  friend struct StateDigest;  // of tests/core/support

  // The last reading. (A std::optional of both takes half as much again.)
  OptionalInstant lastInstant_;
  EpochMs lastWall_ = 0;
};

}  // namespace rws
