// What happens with every message, in as few steps as can be: it is built for speed where the rest is built
// for size.
#include <cassert>

#include "connection.h"

namespace rws {

bool Connection::handOverAtOnce(const PayloadRef& payload) {
  const bool isPlain = delivery_.handsOver() && payload.bytesAtMost() <= options_.maxMessageSize &&
                       !wantsBuffered() && !isWorthAsking() && heartbeat_.isSentIdle(deadlines_);
  if (!isPlain) return false;
  delivery_.handOver(payload);
  stats_.messageHandedOver();
  assert(isConsistent());
  return true;
}

bool Connection::isWorthAsking() const {
  return options_.enableHeartbeat && heartbeat_.isAnswered() && delivery_.isWorthAsking();
}

bool Connection::received(AttemptId attempt, EpochMs wall) {
  if (phase_ == Phase::Deciding || clockWatch_.isDue(wall)) return false;
  hear(attempt);
  return true;
}

void Connection::hear(AttemptId attempt) {
  if (isCurrent(attempt) && phase_ == Phase::Connected) heartbeat_.received(deadlines_);
}

}  // namespace rws
