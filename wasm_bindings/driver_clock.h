// Owns the time that the core is told: the host's monotonic clock, made truly monotone.
// Refuses to wait; host_timer.h does.
#pragma once

#include "types.h"

namespace rws::bindings {

class DriverClock {
 public:
  // A clock that was set back, or replaced by one that starts afresh, goes on from where it was.
  [[nodiscard]] Now now();
  // The wall clock alone.
  [[nodiscard]] static EpochMs wall();
  // The time is at least this: a timer armed for it has fired. Clocks can be coarser than timers, and fake
  // timers need not move the clock.
  void proveReached(Instant instant);

 private:
  Instant latest_{};
  Duration offset_{};
};

}  // namespace rws::bindings
