// Owns the arithmetic that tells from bufferedAmount and answered pings what became of messages.
// Refuses part of a message as evidence: it has left when its last byte has.
#include "inflight.h"

#include <algorithm>
#include <cassert>

namespace rws {

void Inflight::handOver(const QueuedMessage& message) {
  if (handedUpTo_ == 0) askedAfter_ = leftUpTo_ = decidedUpTo_ = message.payload.id - 1;
  handedUpTo_ = message.payload.id;
  handedBytes_ += message.payload.bytes;
  messages_.pushBack({message, handedBytes_ - lateBytes_});
}

void Inflight::measure(PayloadId id, std::uint64_t bytes) {
  auto at = messages_.begin() + countUpTo(measuredUpTo_);
  for (; at != messages_.end() && at->message.payload.isMeasured; ++at) {
    at->end += lateBytes_;
    measuredUpTo_ = at->message.payload.id;
  }
  if (at == messages_.end() || at->message.payload.id != id) return;
  PayloadRef& payload = at->message.payload;
  // Never less than was counted for it, one byte a unit.
  const std::uint64_t more = std::max(bytes, payload.bytes) - payload.bytes;
  payload.bytes += more;
  payload.isMeasured = true;
  lateBytes_ += more;
  at->end += lateBytes_;
  measuredUpTo_ = id;
  handedBytes_ += more;
  if (id > askedAfter_) return;
  if (arrivedBytes_ == askedBytes_) arrivedBytes_ += more;
  askedBytes_ += more;
}

PayloadId Inflight::unmeasured() const {
  for (auto at = messages_.begin() + countUpTo(measuredUpTo_); at != messages_.end(); ++at) {
    if (!at->message.payload.isMeasured) return at->message.payload.id;
  }
  return 0;
}

std::optional<QueuedMessage> Inflight::takeBack(PayloadId id) {
  if (messages_.empty() || messages_.back().message.payload.id != id) return std::nullopt;
  const QueuedMessage message = messages_.back().message;
  assert(message.payload.isMeasured);
  correctEnds();  // those that come back may be handed over again, after newer ones were measured
  handedBytes_ -= message.payload.bytes;
  askedBytes_ = std::min(askedBytes_, handedBytes_);
  arrivedBytes_ = std::min(arrivedBytes_, handedBytes_);
  messages_.popBack();
  handedUpTo_ = std::max(lastId(), leftUpTo_);
  return message;
}

void Inflight::takeBackControl(std::uint64_t bytes, PayloadId after) {
  handedBytes_ -= bytes;
  askedBytes_ = std::min(askedBytes_, handedBytes_);
  arrivedBytes_ = std::min(arrivedBytes_, handedBytes_);
  for (Handed& handed : messages_) {
    if (handed.message.payload.id > after) handed.end -= bytes;
  }
}

void Inflight::drain(std::uint64_t bufferedAmount) {
  assert(bufferedAmount == 0 || unmeasured() == 0);
  correctEnds();
  PayloadId gone = leftUpTo_;
  // An empty message has left with what was handed over before it: nothing else could ever prove it. (A
  // buffer said to hold more than it was handed proves nothing gone.)
  const auto hasLeft = [&](const Handed& handed) { return handedBytes_ - handed.end >= bufferedAmount; };
  for (const Handed& handed : messages_) {
    if (!hasLeft(handed)) break;
    gone = handed.message.payload.id;
  }
  arrived(gone);
}

std::ptrdiff_t Inflight::countUpTo(PayloadId id) const {
  const auto isUpTo = [id](const Handed& handed) { return handed.message.payload.id <= id; };
  return std::partition_point(messages_.begin(), messages_.end(), isUpTo) - messages_.begin();
}

void Inflight::correctEnds() {
  if (lateBytes_ == 0) return;
  for (auto at = messages_.begin() + countUpTo(measuredUpTo_); at != messages_.end(); ++at) {
    at->end += lateBytes_;
  }
  lateBytes_ = 0;
}

void Inflight::arrived(PayloadId upTo) {
  leftUpTo_ = std::max(leftUpTo_, std::min(upTo, handedUpTo_));
  if (lastId() <= leftUpTo_) {
    messages_.clear();
  } else {
    while (messages_.front().message.payload.id <= leftUpTo_) messages_.popFront();
  }
  drainAt_ = std::max(kWorthDraining, 2 * messages_.size());
}

PayloadRange Inflight::takeLeft(PayloadId upTo) {
  const PayloadRange taken{decidedUpTo_, std::max(decidedUpTo_, std::min(upTo, leftUpTo_))};
  decidedUpTo_ = taken.upTo;
  return taken;
}
std::vector<QueuedMessage> Inflight::takeUnsent() {
  std::vector<QueuedMessage> unsent;
  unsent.reserve(messages_.size());
  for (const Handed& handed : messages_) unsent.push_back(handed.message);
  messages_.clear();
  return unsent;
}

bool Inflight::isConsistent() const {
  std::uint64_t end = 0;
  PayloadId last = 0;
  for (const Handed& handed : messages_) {
    const auto& [id, bytes, kind, isMeasured] = handed.message.payload;
    const bool isInOrder = id > last && handed.end + lateAt(id) >= end + bytes;
    if (!isInOrder || (id <= measuredUpTo_ && !isMeasured)) return false;
    end = handed.end + lateAt(id);
    last = id;
  }
  return end <= handedBytes_ && arrivedBytes_ <= askedBytes_ && askedBytes_ <= handedBytes_ &&
         decidedUpTo_ <= leftUpTo_ && last <= handedUpTo_ &&
         (messages_.empty() || messages_.front().message.payload.id > leftUpTo_);
}

}  // namespace rws
