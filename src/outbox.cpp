#include "outbox.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace rws {
namespace {

bool fitsAlone(const Options& options, const QueuedMessage& message) {
  return message.message.bytes <= options.maxQueueBytes;
}

void reportRange(MessageRange range, bool isDelivered, Effects& effects) {
  if (range.empty()) return;
  if (isDelivered) {
    effects.push(effect::Delivered{range});
  } else {
    effects.push(effect::Unconfirmed{range});
  }
}

}  // namespace

// --- the queue

void Outbox::include(const QueuedMessage& message) {
  queuedBytes_ += message.message.bytes;
  if (message.expiresAt) ++expiring_;
}

void Outbox::exclude(const QueuedMessage& message) {
  queuedBytes_ -= message.message.bytes;
  if (message.expiresAt) --expiring_;
}

void Outbox::popQueued() {
  exclude(queue_.front());
  queue_.popFront();
}

template <class IsDropped>
void Outbox::drop(IsDropped isDropped, DropReason reason, Effects& effects) {
  auto keptEnd = queue_.begin();
  for (const QueuedMessage& message : queue_) {
    if (isDropped(message)) {
      exclude(message);
      effects.push(effect::Dropped{message.message.id, reason});
    } else {
      *keptEnd++ = message;
    }
  }
  queue_.truncate(keptEnd);
}

void Outbox::makeRoom(const Options& options, Effects& effects) {
  while (queue_.size() > options.maxQueueSize || queuedBytes_ > options.maxQueueBytes) {
    effects.push(effect::Dropped{queue_.front().message.id, DropReason::Overflow});
    popQueued();
  }
}

void Outbox::enqueue(const Options& options, QueuedMessage message, Effects& effects) {
  message.message = measured(message.message);
  if (!fitsAlone(options, message)) {
    effects.push(effect::Dropped{message.message.id, DropReason::Overflow});
    return;
  }
  queue_.pushBack(message);
  include(message);
  makeRoom(options, effects);
}

void Outbox::dropNext(DropReason reason, Effects& effects) {
  effects.push(effect::Dropped{queue_.front().message.id, reason});
  popQueued();
}

void Outbox::applyLimits(const Options& options, Effects& effects) {
  // Making room for a message that never fits would cost all that came before it.
  drop([&options](const QueuedMessage& message) { return !fitsAlone(options, message); },
       DropReason::Overflow, effects);
  makeRoom(options, effects);
}

void Outbox::expire(Instant now, Effects& effects) {
  if (expiring_ == 0) return;
  drop([now](const QueuedMessage& message) { return message.expiresAt && *message.expiresAt <= now; },
       DropReason::Expired, effects);
}

void Outbox::clearQueue(DropReason reason, Effects& effects) {
  drop([](const QueuedMessage& /*message*/) { return true; }, reason, effects);
}

std::optional<Instant> Outbox::nextExpiry() const {
  std::optional<Instant> first;
  if (expiring_ == 0) return first;
  for (const QueuedMessage& message : queue_) {
    if (message.expiresAt && (!first || *message.expiresAt < *first)) first = message.expiresAt;
  }
  return first;
}

const QueuedMessage* Outbox::nextToSend() const {
  return isOpen_ && !isBlocked() && !queue_.empty() ? &queue_.front() : nullptr;
}

// In a session a message of the handshake may have been sent before messages with smaller ids. The record
// needs ascending ids: of such a message it gets the size only, as of a control frame.
void Outbox::send(const QueuedMessage& message) {
  if (isInSession_ && message.message.id <= sent_.sentSoFar().message) {
    (void)sent_.addControl(message.message.bytesAtMost());
  } else {
    sent_.add(message);
  }
}

// --- control frames

MessageId Outbox::sendControl(std::uint64_t bytes) { return sent_.addControl(bytes); }

void Outbox::controlRefused(bool isCurrent, std::uint64_t bytes, MessageId after) {
  // closing() keeps a record only if it has messages. Without one there is nothing to correct.
  if (!isCurrent && closing_.empty()) return;
  (isCurrent ? sent_ : closing_).removeControl(bytes, after);
  // The socket was closed in the call that sent the frame, and the amount holds it.
  if (!isCurrent) closingBufferedAmount_ -= std::min(bytes, closingBufferedAmount_);
}

// --- the sockets

void Outbox::opened(std::uint64_t handshakeBytes, bool isInSession) {
  assert(!isOpen_ && sent_.empty());
  sent_ = {};
  isInSession_ = isInSession;
  if (handshakeBytes > 0) (void)sent_.addControl(handshakeBytes);
  isOpen_ = true;
}

Outbox::Returned Outbox::refused(const Options& options, bool isCurrent, MessageId from, Effects& effects) {
  Messages returned = (isCurrent ? sent_ : closing_).takeBack(from);
  const bool isAnyKept =
      std::any_of(returned.begin(), returned.end(), [](const auto& each) { return !each.isVolatile; });
  const Returned result{returned.size(), isAnyKept};
  if (isCurrent && isInSession_) return result;
  finish(options, {{}, {}, std::move(returned)}, true, isCurrent ? Unsent::SendAgain : unsentOfClosing_,
         effects);
  return result;
}

void Outbox::confirm(MessageId upTo, Effects& effects) {
  const MessageRange confirmed = sent_.confirm(upTo);
  if (!isInSession_) reportRange(confirmed, true, effects);
}

void Outbox::confirmLeft(std::uint64_t bufferedAmount, Effects& effects) {
  const MessageRange left = sent_.confirmLeft(bufferedAmount);
  if (!isInSession_) reportRange(left, true, effects);
}

void Outbox::closed(const Options& options, std::uint64_t bufferedAmount, bool isProofExpected,
                    Effects& effects) {
  isOpen_ = false;
  if (isInSession_) {
    sent_ = {};
  } else if (options.resendsUnconfirmed) {
    sendAllAgain(options, bufferedAmount, isProofExpected, effects);
  } else {
    finish(options, sent_.takeRest(host_, bufferedAmount), !isProofExpected, Unsent::SendAgain, effects);
  }
}

bool Outbox::closing(const Options& options, Unsent unsent, std::uint64_t bufferedAmount,
                     bool isProofExpected, Effects& effects) {
  isOpen_ = false;
  if (isInSession_) sent_ = {};
  // A message that arrives twice is accepted: there is nothing to wait for.
  if (options.resendsUnconfirmed && unsent == Unsent::SendAgain) {
    sendAllAgain(options, bufferedAmount, isProofExpected, effects);
  }
  if (sent_.empty()) return false;
  assert(closing_.empty());  // while messages of a closing socket are open, none goes to another
  closing_ = std::exchange(sent_, {});
  closingBufferedAmount_ = bufferedAmount;
  isClosingUnsent_ = closing_.hasUnsent(host_, bufferedAmount);
  unsentOfClosing_ = unsent;
  return true;
}

void Outbox::closingClosed(const Options& options, std::uint64_t bufferedAmount, bool isAcknowledged,
                           bool isProofExpected, Effects& effects) {
  SentRecord::Rest rest = closing_.takeRest(host_, std::min(bufferedAmount, closingBufferedAmount_));
  // What did not block the queue is not sent again: later messages have been sent meanwhile.
  if (!isClosingUnsent_ && unsentOfClosing_ == Unsent::SendAgain) rest.countUnsentAsUncertain();
  finish(options, std::move(rest), isAcknowledged || !isProofExpected, unsentOfClosing_, effects);
}

void Outbox::closingAbandoned(std::uint64_t bufferedAmount, bool isProofExpected, Effects& effects) {
  abandon(closing_, std::min(bufferedAmount, closingBufferedAmount_), !isProofExpected, effects);
}

void Outbox::destroyed(std::uint64_t bufferedAmount, std::uint64_t closingBufferedAmount, Effects& effects) {
  isOpen_ = false;
  abandon(closing_, std::min(closingBufferedAmount, closingBufferedAmount_), true, effects);
  if (isInSession_) sent_ = {};
  abandon(sent_, bufferedAmount, true, effects);
}

void Outbox::abandon(SentRecord& record, std::uint64_t bufferedAmount, bool isDelivered, Effects& effects) {
  SentRecord::Rest rest = record.takeRest(host_, bufferedAmount);
  rest.countUnsentAsUncertain();
  reportRange(rest.left, isDelivered, effects);
  reportRange(rest.uncertain, false, effects);
}

void Outbox::finish(const Options& options, SentRecord::Rest rest, bool isDelivered, Unsent unsent,
                    Effects& effects) {
  reportRange(rest.left, isDelivered, effects);
  reportRange(rest.uncertain, false, effects);
  if (unsent == Unsent::SendAgain) {
    putBack(options, std::move(rest.unsent), effects);
    return;
  }
  for (const QueuedMessage& message : rest.unsent) {
    if (!message.isVolatile) effects.push(effect::Dropped{message.message.id, DropReason::Disconnected});
  }
}

// The option `unconfirmed`. Where no proof is expected, what has left for certain counts as delivered.
void Outbox::sendAllAgain(const Options& options, std::uint64_t bufferedAmount, bool isProofExpected,
                          Effects& effects) {
  if (!isProofExpected) confirmLeft(bufferedAmount, effects);
  putBack(options, sent_.takeBack(1), effects);
}

// Volatile messages are never queued; they were discarded when they were sent.
void Outbox::putBack(const Options& options, Messages messages, Effects& effects) {
  messages.truncate(
      std::remove_if(messages.begin(), messages.end(), [](const QueuedMessage& m) { return m.isVolatile; }));
  for (QueuedMessage& message : messages) {
    message.message = measured(message.message);
    include(message);
  }
  queue_.pushFront(messages);
  applyLimits(options, effects);
}

bool Outbox::isConsistent() const {
  std::uint64_t bytes = 0;
  std::uint64_t expiring = 0;
  MessageId last = 0;
  for (const QueuedMessage& message : queue_) {
    bytes += message.message.bytes;
    if (message.expiresAt) ++expiring;
    if (message.message.id <= last || !message.message.isExact) return false;
    last = message.message.id;
  }
  if (bytes != queuedBytes_ || expiring != expiring_) return false;
  if (!isOpen_ && !sent_.empty()) return false;
  return sent_.isConsistent() && closing_.isConsistent();
}

}  // namespace rws
