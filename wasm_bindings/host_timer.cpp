#include "host_timer.h"

#include <algorithm>
#include <utility>

#include "host_library.h"

namespace rws::bindings {
namespace {

// setTimeout takes a 32-bit number; longer ones fire at once.
constexpr std::chrono::milliseconds kLongestWait{2147483647};

}  // namespace

void HostTimer::arm(Instant now, Instant deadline) {
  due_ = std::min(deadline, now + Duration(kLongestWait));
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(*due_ - now, Duration::zero()));
  rwsTimerSet(owner_, static_cast<double>(wait.count()), callback_);
}

void HostTimer::clear() {
  if (std::exchange(due_, std::nullopt)) rwsTimerClear(owner_);
}

Instant HostTimer::fired() { return std::exchange(due_, std::nullopt).value_or(Instant{}); }

}  // namespace rws::bindings
