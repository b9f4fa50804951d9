// Owns the messages that wait for a connection: first in, first out, bounded by count and by bytes.
// Refuses to lose one silently: whatever it gives up ends in an action::Drop with its reason.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "action.h"
#include "fifo.h"
#include "options.h"
#include "types.h"

namespace rws {

struct QueuedMessage {
  PayloadRef payload;
  std::optional<Instant> expiresAt{};
  bool isVolatile = false;  // never queued: forgotten where another message would come back
  friend bool operator==(const QueuedMessage&, const QueuedMessage&) = default;
};

class SendQueue {
 public:
  // Puts a message at the back; the oldest make room (reason Overflow). A message that fits by no means drops
  // itself.
  void push(const Options& options, const QueuedMessage& message, Actions& out);

  // Puts messages, in their order, before all others: they came earlier. The oldest make room here too.
  void pushFront(const Options& options, const std::vector<QueuedMessage>& messages, Actions& out);

  // Applies limits that may have shrunk.
  void shrink(const Options& options, Actions& out);

  // Gives up all messages whose time has come (reason Expired).
  void expire(Instant now, Actions& out);

  // Gives up all messages.
  void clear(DropReason reason, Actions& out);

  [[nodiscard]] const QueuedMessage* front() const {
    return messages_.empty() ? nullptr : &messages_.front();
  }
  void popFront();

  [[nodiscard]] std::optional<Instant> nextExpiry() const;
  [[nodiscard]] std::uint64_t count() const { return messages_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return messages_.empty(); }
  // Sums agree, and the messages stand in the order of their ids: none overtook another.
  [[nodiscard]] bool isConsistent() const;

 private:
  friend struct StateDigest;  // of tests/core/support

  void include(const QueuedMessage& message);
  void exclude(const QueuedMessage& message);
  void evictOldest(const Options& options, Actions& out);
  template <class IsGone>
  void giveUp(IsGone isGone, DropReason reason, Actions& out);

  Fifo<QueuedMessage> messages_;
  std::uint64_t bytes_ = 0;
  std::uint64_t expiring_ = 0;  // messages with an expiry, so that a queue without any is not searched
};

}  // namespace rws
