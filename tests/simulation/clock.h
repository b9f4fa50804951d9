// The clocks of the simulated host, and the time as the driver has to give it to the client (platform.h):
// never earlier than before, and no slower than the timers.
#pragma once

#include <algorithm>
#include <cstdint>

#include "types.h"

namespace rws::sim {

class Clock {
 public:
  // --- true time, milliseconds since the start
  [[nodiscard]] std::int64_t time() const { return time_; }
  void moveTo(std::int64_t time) { time_ = time; }

  // --- what the host's clocks show
  void setWall(std::int64_t by) { wallShift_ += by; }
  void stepBack(std::int64_t by) { back_ += by; }
  void setGranularity(std::int64_t milliseconds) { granularity_ = milliseconds; }
  [[nodiscard]] Now reading() const {
    std::int64_t shown = kMonotonicStart + time_ - back_;
    if (granularity_ > 0) shown = shown / granularity_ * granularity_;
    return {Instant(std::chrono::milliseconds(shown)), kWallStart + time_ + wallShift_};
  }

  // --- what the client has to be given
  // The host's clock is read.
  Now read() {
    Now now = reading();
    // A clock that was set back goes on from where it was.
    if (now.instant < lastReading_) shift_ += lastReading_ - now.instant;
    lastReading_ = now.instant;
    latest_ = std::max(latest_, now.instant + shift_);
    now.instant = latest_;
    return now;
  }
  // A timer for that instant has fired: it has come, whatever the clock shows.
  void timerFired(Instant due) { latest_ = std::max(latest_, due); }

 private:
  static constexpr EpochMs kWallStart = 1'700'000'000'000;
  static constexpr std::int64_t kMonotonicStart = 1'000'000;

  std::int64_t time_ = 0;
  std::int64_t wallShift_ = 0;
  std::int64_t back_ = 0;
  std::int64_t granularity_ = 0;
  Duration shift_{};
  Instant lastReading_{};
  Instant latest_{};
};

}  // namespace rws::sim
