// Owns the arithmetic that tells from bufferedAmount which messages have left.
// Refuses part of a message as evidence: it has left when its last byte has.
#include "inflight.h"

namespace rws {

void Inflight::handOver(const QueuedMessage& message) {
  handedBytes_ += message.payload.bytes;
  messages_.pushBack({message, handedBytes_});
}

std::optional<QueuedMessage> Inflight::takeBack(PayloadId id) {
  if (messages_.empty() || messages_.back().message.payload.id != id) return std::nullopt;
  const QueuedMessage message = messages_.back().message;
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
  PayloadId newest = 0;
  // A buffer said to hold more than it was handed proves nothing gone.
  if (bufferedAmount > handedBytes_) return newest;
  const std::uint64_t gone = handedBytes_ - bufferedAmount;
  // An empty message has left with what was handed over before it: nothing else could ever prove it.
  while (!messages_.empty() && messages_.front().end <= gone) {
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
