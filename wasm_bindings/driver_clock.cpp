#include "driver_clock.h"

#include <algorithm>
#include <cmath>

#include "host_library.h"

namespace rws::bindings {
namespace {

// About 3000 years, so that sums of readings do not overflow.
constexpr double kLatestReading = 1e14;

Instant readInstant() {
  return Instant(Duration(std::llround(std::min(rwsClockMonotonic(), kLatestReading) * 1000.0)));
}

}  // namespace

Now DriverClock::now() {
  const Instant reading = readInstant() + offset_;
  if (reading < latest_) offset_ += latest_ - reading;
  latest_ = std::max(latest_, reading);
  return {latest_, wall()};
}

EpochMs DriverClock::wall() { return static_cast<EpochMs>(rwsClockWall()); }

void DriverClock::proveReached(Instant instant) {
  (void)now();
  if (instant <= latest_) return;
  offset_ += instant - latest_;
  latest_ = instant;
}

}  // namespace rws::bindings
