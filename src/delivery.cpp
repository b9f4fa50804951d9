#include "delivery.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace rws {

bool Delivery::isConsistent() const {
  if (!queue_.isConsistent() || !inflight_.isConsistent()) return false;
  if (socket_ == AttemptId::None && inflight_.isUndecided()) return false;
  if (!lingering_) return true;
  if (!lingering_->inflight.isUndecided() && !lingering_->closeOwed) return false;
  return lingering_->attempt != socket_ && lingering_->inflight.isConsistent();
}

SendOutcome Delivery::accept(const Options& options, Instant now, const PayloadRef& payload,
                             const SendOptions& sendOptions, Actions& out) {
  QueuedMessage message{payload, std::nullopt, sendOptions.isVolatile};
  if (sendOptions.ttl) message.expiresAt = now + *sendOptions.ttl;
  if (handsOver()) {
    inflight_.handOver(message);
    return SendOutcome::HandOver;
  }
  if (sendOptions.isVolatile) return SendOutcome::Discarded;
  queue_.push(options, message, out);
  return SendOutcome::Queued;
}

std::uint64_t Delivery::flush(Instant now, Actions& out) {
  expire(now, out);
  if (!writable()) return 0;
  std::uint64_t handed = 0;
  while (const QueuedMessage* message = queue_.front()) {
    inflight_.handOver(*message);
    out.emplace_back(action::Transmit{socket_, message->payload.id});
    queue_.popFront();
    ++handed;
  }
  return handed;
}

std::uint64_t Delivery::takeBack(const Options& options, AttemptId attempt, PayloadId from, Actions& out) {
  Inflight* const inflight = inflightOf(attempt);
  if (inflight == nullptr) return 0;
  std::vector<QueuedMessage> returned;
  while (!inflight->empty() && inflight->lastId() >= from) {
    const std::optional<QueuedMessage> message = inflight->takeBack(inflight->lastId());
    if (!message) break;
    returned.push_back(*message);
  }
  std::reverse(returned.begin(), returned.end());
  const std::uint64_t count = returned.size();
  if (attempt == socket_ || lingering_->requeue) {
    requeue(options, std::move(returned), out);
  } else {
    giveUp(returned, DropReason::Disconnected, out);
  }
  return count;
}

PayloadId Delivery::unmeasured(AttemptId attempt) const {
  const Inflight* const inflight = inflightOf(attempt);
  return inflight == nullptr ? 0 : inflight->unmeasured();
}

void Delivery::measured(AttemptId attempt, PayloadId payload, std::uint64_t bytes) {
  if (Inflight* const inflight = inflightOf(attempt)) inflight->measure(payload, bytes);
}

PayloadId Delivery::controlSent(std::uint64_t bytes) {
  inflight_.handOverControl(bytes);
  return inflight_.lastId();
}

void Delivery::controlRefused(AttemptId attempt, std::uint64_t bytes, PayloadId after) {
  if (Inflight* const inflight = inflightOf(attempt)) inflight->takeBackControl(bytes, after);
}

const Inflight* Delivery::inflightOf(AttemptId attempt) const {
  if (attempt == AttemptId::None) return nullptr;
  if (attempt == socket_) return &inflight_;
  return lingering_ && lingering_->attempt == attempt ? &lingering_->inflight : nullptr;
}

Inflight* Delivery::inflightOf(AttemptId attempt) {
  return const_cast<Inflight*>(std::as_const(*this).inflightOf(attempt));
}

void Delivery::buffered(const Options& options, std::uint64_t amount, Actions& out) {
  inflight_.drain(amount);
  if (!options.enableHeartbeat) decide(inflight_.takeLeft(), true, out);
}

void Delivery::arrived(PayloadId upTo, bool isNewest, Actions& out) {
  if (isNewest) inflight_.answered();
  inflight_.arrived(upTo);
  decide(inflight_.takeLeft(upTo), true, out);
}

void Delivery::outlived(PayloadId upTo, Actions& out) {
  if (upTo == 0) return;
  inflight_.answered();
  decide(inflight_.takeLeft(upTo), true, out);
}

void Delivery::waive(Actions& out) {
  if (lingering_) decide(lingering_->inflight.takeLeft(), true, out);
  decide(inflight_.takeLeft(), true, out);
}

void Delivery::expire(Instant now, Actions& out) { queue_.expire(now, out); }

void Delivery::shrink(const Options& options, Actions& out) { queue_.shrink(options, out); }

void Delivery::clear(DropReason reason, Actions& out) { queue_.clear(reason, out); }

void Delivery::opened(AttemptId attempt) {
  assert(socket_ == AttemptId::None && !inflight_.isUndecided());
  inflight_ = Inflight();
  socket_ = attempt;
}

void Delivery::closed(const Options& options, std::uint64_t bufferedAmount, Actions& out) {
  socket_ = AttemptId::None;
  inflight_.drain(bufferedAmount);
  decide(inflight_.takeLeft(), !options.enableHeartbeat, out);
  requeue(options, inflight_.takeUnsent(), out);
}

void Delivery::abandon(AttemptId attempt, bool requeue, bool closeOwed) {
  Inflight given = std::exchange(inflight_, Inflight());
  socket_ = AttemptId::None;
  if (!given.isUndecided() && !closeOwed) return;
  assert(!lingering_);  // one such socket at most
  lingering_ = Lingering{attempt, std::move(given), requeue, closeOwed};
}

void Delivery::lingeringClosed(const Options& options, const CloseInfo& info, std::uint64_t bufferedAmount,
                               Actions& out) {
  assert(lingering_);
  Lingering ended = *std::exchange(lingering_, std::nullopt);
  ended.inflight.drain(bufferedAmount);
  const bool isAnswered = info.wasClean && info.code == 1000;
  decide(ended.inflight.takeLeft(), isAnswered || !options.enableHeartbeat, out);
  if (ended.requeue) {
    requeue(options, ended.inflight.takeUnsent(), out);
  } else {
    giveUp(ended.inflight.takeUnsent(), DropReason::Disconnected, out);
  }
}

void Delivery::lingeringForsaken(const Options& options, Actions& out) {
  assert(lingering_);
  Lingering ended = *std::exchange(lingering_, std::nullopt);
  decide(ended.inflight.takeLeft(), !options.enableHeartbeat, out);
  giveUp(ended.inflight.takeUnsent(), DropReason::Unknown, out);
}

void Delivery::requeue(const Options& options, std::vector<QueuedMessage> unsent, Actions& out) {
  unsent.erase(
      std::remove_if(unsent.begin(), unsent.end(), [](const QueuedMessage& m) { return m.isVolatile; }),
      unsent.end());
  queue_.pushFront(options, unsent, out);
}

// Volatile messages are not reported either.
void Delivery::giveUp(const std::vector<QueuedMessage>& unsent, DropReason reason, Actions& out) {
  for (const QueuedMessage& message : unsent) {
    if (!message.isVolatile) out.emplace_back(action::Drop{message.payload.id, reason});
  }
}

void Delivery::decide(PayloadRange left, bool delivered, Actions& out) {
  if (left.empty()) return;
  if (delivered) {
    out.emplace_back(action::Settle{left});
  } else {
    out.emplace_back(action::Forsake{left});
  }
}

}  // namespace rws
