#include "timers.h"

namespace rws {

bool ClockWatch::observe(Now now, std::optional<Instant> expected) {
  const std::optional<Now> last = last_;
  last_ = now;
  if (expected && now.instant - *expected > kJump) return true;
  if (!last) return false;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  const Milliseconds wallAdvance(static_cast<double>(now.wall) - static_cast<double>(last->wall));
  const Milliseconds monotonicAdvance = now.instant - last->instant;
  return wallAdvance - monotonicAdvance > Milliseconds(kJump);
}

}  // namespace rws
