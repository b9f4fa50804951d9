#include "attempt.h"

#include <cassert>
#include <utility>

namespace rws {

const TimeLimit* Attempt::limit() const {
  if (const auto* resolving = std::get_if<Resolving>(&state_)) return &resolving->limit;
  if (const auto* opening = std::get_if<Opening>(&state_)) return &opening->limit;
  if (const auto* handshaking = std::get_if<Handshaking>(&state_)) return &handshaking->limit;
  if (const auto* closing = std::get_if<Closing>(&state_)) return &closing->limit;
  return nullptr;
}

TimeLimit* Attempt::limit() { return const_cast<TimeLimit*>(std::as_const(*this).limit()); }

std::optional<Instant> Attempt::deadline() const {
  const TimeLimit* const own = limit();
  return own == nullptr ? std::nullopt : std::optional(own->at());
}

std::optional<Instant> Attempt::stableAt() const {
  const auto* const open = std::get_if<Open>(&state_);
  return open == nullptr ? std::nullopt : open->stableAt;
}

bool Attempt::reportsClose() const {
  const auto* const closing = std::get_if<Closing>(&state_);
  return closing != nullptr && closing->reportsClose;
}

void Attempt::addressResolved() {
  assert(isResolving());
  state_ = Opening{std::get<Resolving>(state_).limit};
}

void Attempt::handshakeStarted(Instant now) {
  assert(isOpening());
  state_ = Handshaking{std::get<Opening>(state_).limit, now - startedAt_};
}

void Attempt::opened(Instant now, Duration stableAfter) {
  assert(isOpening() || isHandshaking());
  const auto* const handshaking = std::get_if<Handshaking>(&state_);
  const Duration openingTook = handshaking != nullptr ? handshaking->openingTook : now - startedAt_;
  state_ = Open{openingTook, now + stableAfter};
}

void Attempt::becameStable() {
  assert(isOpen());
  std::get<Open>(state_).stableAt.reset();
}

void Attempt::close(Instant now, Duration grace, bool reportsClose) {
  assert(isOpening() || isHandshaking() || isOpen());
  state_ = Closing{TimeLimit(now + grace), reportsClose};
}

bool Attempt::isOverdue(Instant due, Instant now) {
  assert(isResolving() || isOpening() || isHandshaking());
  return limit()->isOverdue(due, now);
}

}  // namespace rws
