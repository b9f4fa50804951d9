// Owns the suspicion that time went by unseen: the machine slept, or the page was frozen.
// Refuses to judge the peer: a jump leads to a probe, never to a verdict.
#pragma once

#include <optional>

#include "types.h"

namespace rws {

class ClockWatch {
 public:
  // Takes a reading; true when, since the last one, the wall clock went ahead of the monotonic clock by more
  // than kJump (a sleep in which the monotonic clock stood still), or the host came later than `expected` by
  // more than kJump (a sleep in which it ran on). A wall clock set back is no jump.
  [[nodiscard]] bool observe(Now now, std::optional<Instant> expected);

  // Whether by this reading of the wall clock alone so much time has gone by that both ought to be read.
  [[nodiscard]] bool isDue(EpochMs wall) const {
    return !last_ || std::chrono::milliseconds(wall - last_->wall) > kJump;
  }

  static constexpr Duration kJump = std::chrono::seconds(5);

 private:
  friend struct StateDigest;  // of tests/core/support

  std::optional<Now> last_;
};

}  // namespace rws
