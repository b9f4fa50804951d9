#include "driver_clock.h"

#include <algorithm>

#include "host_library.h"
#include "options.h"

namespace rws::bindings {

Now DriverClock::now() {
  const Instant reading = Instant(durationOfMilliseconds(rws_clock_monotonic())) + offset_;
  if (reading < latest_) offset_ += latest_ - reading;
  latest_ = std::max(latest_, reading);
  return {latest_, static_cast<EpochMs>(rws_clock_wall())};
}

void DriverClock::proveReached(Instant instant) {
  (void)now();
  if (instant <= latest_) return;
  offset_ += instant - latest_;
  latest_ = instant;
}

}  // namespace rws::bindings
