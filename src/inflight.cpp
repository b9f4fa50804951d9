// Owns the arithmetic that tells from bufferedAmount which messages have left.
// Refuses part of a message as evidence: it has left when its last byte has.
#include "inflight.h"

#include <algorithm>
#include <cassert>

namespace rws {

void Inflight::handOver(const QueuedMessage& message) {
  handedBytes_ += message.payload.bytes;
  messages_.pushBack({message, handedBytes_});
}

void Inflight::measure(PayloadId id, std::uint64_t bytes) {
  std::uint64_t more = 0;
  for (Handed& handed : messages_) {
    PayloadRef& payload = handed.message.payload;
    if (payload.id == id && !payload.isMeasured) {
      // Never less than was counted for it, one byte a unit.
      more = std::max(bytes, payload.bytes) - payload.bytes;
      payload.bytes += more;
      payload.isMeasured = true;
    }
    handed.end += more;
  }
  handedBytes_ += more;
}

PayloadId Inflight::unmeasured() const {
  for (const Handed& handed : messages_) {
    if (!handed.message.payload.isMeasured) return handed.message.payload.id;
  }
  return 0;
}

std::optional<QueuedMessage> Inflight::takeBack(PayloadId id) {
  if (messages_.empty() || messages_.back().message.payload.id != id) return std::nullopt;
  const QueuedMessage message = messages_.back().message;
  assert(message.payload.isMeasured);
  handedBytes_ -= message.payload.bytes;
  messages_.popBack();
  return message;
}

void Inflight::takeBackControl(std::uint64_t bytes, PayloadId after) {
  handedBytes_ -= bytes;
  for (Handed& handed : messages_) {
    if (handed.message.payload.id > after) handed.end -= bytes;
  }
}

PayloadId Inflight::settle(std::uint64_t bufferedAmount) {
  assert(bufferedAmount == 0 || unmeasured() == 0);
  PayloadId newest = 0;
  // A buffer said to hold more than it was handed proves nothing gone.
  if (bufferedAmount > handedBytes_) return newest;
  const std::uint64_t gone = handedBytes_ - bufferedAmount;
  // An empty message has left with what was handed over before it: nothing else could ever prove it.
  if (messages_.empty()) return newest;
  // Most often all of them.
  if (messages_.back().end <= gone) {
    newest = lastId();
    messages_.clear();
    return newest;
  }
  while (messages_.front().end <= gone) {
    newest = messages_.front().message.payload.id;
    messages_.popFront();
  }
  return newest;
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
    if (handed.end < end + handed.message.payload.bytes || handed.message.payload.id <= last) return false;
    end = handed.end;
    last = handed.message.payload.id;
  }
  return end <= handedBytes_;
}

}  // namespace rws
