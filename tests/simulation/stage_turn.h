// The parts of Stage that are templates, for the files that implement it.
#pragma once

#include <utility>

#include "stage.h"

namespace rws::sim {

// Gives the driver an event, by the call that does so.
template <class Call>
void Stage::give(Event event, Call call) {
  if (!isLeaving() && reference_.isHolding()) {
    reference_.release();
    isHoldingUpTimers_ = false;
    holdUpTimers();
  }
  if (mustHold(event)) {
    reference_.hold(std::move(event));
    isHoldingUpTimers_ = true;
    holdUpTimers();
    call(driver_);
    if (!isInTurn_) checkTimer();
    return;
  }
  reference_.add(std::move(event));
  const bool isOuter = !std::exchange(isInTurn_, true);
  call(driver_);
  if (!isOuter || !isInTurn_) return;
  findings().check(!hasNotified_, "C12", "a turn does not end for listeners that have something");
  finishTurn();
}

// The driver asks its platform for an effect of that kind: it must be the next one.
template <class Kind>
const Kind* Stage::expect() {
  const Effect* const effect = nextEffect();
  const Kind* const expected = effect == nullptr ? nullptr : as<Kind>(records_.back());
  findings().check(expected != nullptr, "C12", "the driver performs another effect than the next one");
  return expected;
}

}  // namespace rws::sim
