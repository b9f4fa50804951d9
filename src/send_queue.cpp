// Owns the order and the limits of waiting messages.
// Refuses to choose among the dropped: what fits by no means goes alone, otherwise the oldest go first.
#include "send_queue.h"

#include <algorithm>

namespace rws {
namespace {

bool fitsAlone(const Options& options, const QueuedMessage& message) {
  return message.payload.bytes <= options.maxQueueBytes;
}

}  // namespace

void SendQueue::include(const QueuedMessage& message) {
  bytes_ += message.payload.bytes;
  if (message.expiresAt) ++expiring_;
}

void SendQueue::exclude(const QueuedMessage& message) {
  bytes_ -= message.payload.bytes;
  if (message.expiresAt) --expiring_;
}

template <class IsGone>
void SendQueue::giveUp(IsGone isGone, DropReason reason, std::vector<DroppedMessage>& dropped) {
  auto keptEnd = messages_.begin();
  for (const QueuedMessage& message : messages_) {
    if (isGone(message)) {
      exclude(message);
      dropped.push_back({message.payload.id, reason});
    } else {
      *keptEnd++ = message;
    }
  }
  messages_.truncate(keptEnd);
}

void SendQueue::evictOldest(const Options& options, std::vector<DroppedMessage>& dropped) {
  while (messages_.size() > options.maxQueueSize || bytes_ > options.maxQueueBytes) {
    dropped.push_back({messages_.front().payload.id, DropReason::Overflow});
    popFront();
  }
}

void SendQueue::push(const Options& options, const QueuedMessage& message,
                     std::vector<DroppedMessage>& dropped) {
  if (!fitsAlone(options, message)) {
    dropped.push_back({message.payload.id, DropReason::Overflow});
    return;
  }
  messages_.pushBack(message);
  include(message);
  evictOldest(options, dropped);
}

void SendQueue::pushFront(const Options& options, const std::vector<QueuedMessage>& messages,
                          std::vector<DroppedMessage>& dropped) {
  messages_.pushFront(messages);
  for (const QueuedMessage& message : messages) include(message);
  shrink(options, dropped);
}

void SendQueue::shrink(const Options& options, std::vector<DroppedMessage>& dropped) {
  // Making room for a message that fits by no means would cost all that came before it.
  giveUp([&options](const QueuedMessage& message) { return !fitsAlone(options, message); },
         DropReason::Overflow, dropped);
  evictOldest(options, dropped);
}

void SendQueue::expire(Instant now, std::vector<DroppedMessage>& dropped) {
  if (expiring_ == 0) return;
  giveUp([now](const QueuedMessage& message) { return message.expiresAt && *message.expiresAt <= now; },
         DropReason::Expired, dropped);
}

void SendQueue::clear(DropReason reason, std::vector<DroppedMessage>& dropped) {
  giveUp([](const QueuedMessage& /*message*/) { return true; }, reason, dropped);
}

void SendQueue::popFront() {
  exclude(messages_.front());
  messages_.popFront();
}

std::optional<Instant> SendQueue::nextExpiry() const {
  std::optional<Instant> first;
  if (expiring_ == 0) return first;
  for (const QueuedMessage& message : messages_) {
    if (message.expiresAt && (!first || *message.expiresAt < *first)) first = message.expiresAt;
  }
  return first;
}

bool SendQueue::isConsistent() const {
  std::uint64_t bytes = 0;
  std::uint64_t expiring = 0;
  PayloadId last = 0;
  for (const QueuedMessage& message : messages_) {
    bytes += message.payload.bytes;
    if (message.expiresAt) ++expiring;
    if (message.payload.id <= last) return false;
    last = message.payload.id;
  }
  return bytes == bytes_ && expiring == expiring_;
}

}  // namespace rws
