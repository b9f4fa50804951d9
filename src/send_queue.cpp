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
void SendQueue::giveUp(IsGone isGone, DropReason reason, Actions& out) {
  auto keptEnd = messages_.begin();
  for (const QueuedMessage& message : messages_) {
    if (isGone(message)) {
      exclude(message);
      out.emplace_back(action::Drop{message.payload.id, reason});
    } else {
      *keptEnd++ = message;
    }
  }
  messages_.truncate(keptEnd);
}

void SendQueue::evictOldest(const Options& options, Actions& out) {
  while (messages_.size() > options.maxQueueSize || bytes_ > options.maxQueueBytes) {
    out.emplace_back(action::Drop{messages_.front().payload.id, DropReason::Overflow});
    popFront();
  }
}

void SendQueue::push(const Options& options, const QueuedMessage& message, Actions& out) {
  if (!fitsAlone(options, message)) {
    out.emplace_back(action::Drop{message.payload.id, DropReason::Overflow});
    return;
  }
  messages_.pushBack(message);
  include(message);
  evictOldest(options, out);
}

void SendQueue::pushFront(const Options& options, const std::vector<QueuedMessage>& messages, Actions& out) {
  messages_.pushFront(messages);
  for (const QueuedMessage& message : messages) include(message);
  shrink(options, out);
}

void SendQueue::shrink(const Options& options, Actions& out) {
  // Making room for a message that fits by no means would cost all that came before it.
  giveUp([&options](const QueuedMessage& message) { return !fitsAlone(options, message); },
         DropReason::Overflow, out);
  evictOldest(options, out);
}

void SendQueue::expire(Instant now, Actions& out) {
  if (expiring_ == 0) return;
  giveUp([now](const QueuedMessage& message) { return message.expiresAt && *message.expiresAt <= now; },
         DropReason::Expired, out);
}

void SendQueue::clear(DropReason reason, Actions& out) {
  giveUp([](const QueuedMessage& /*message*/) { return true; }, reason, out);
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
