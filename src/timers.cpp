#include "timers.h"

#include <utility>

namespace rws {

bool ClockWatch::observe(Now now, std::optional<Instant> expected) {
  const OptionalInstant lastInstant = std::exchange(lastInstant_, now.instant);
  const EpochMs lastWall = std::exchange(lastWall_, now.wall);
  if (expected && now.instant - *expected > kJump) return true;
  if (!lastInstant) return false;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  const Milliseconds wallAdvance(static_cast<double>(now.wall) - static_cast<double>(lastWall));
  const Milliseconds monotonicAdvance = now.instant - *lastInstant;
  return wallAdvance - monotonicAdvance > Milliseconds(kJump);
}

}  // namespace rws
