// Sending: messages to the server, and frames that the socket refuses.
//
// What happens on send():
// 1. A message larger than maxMessageSize, or in a session than the server's maxMessage, ends as Discarded,
//    and an error is reported.
// 2. The message is sent at once if the connection is open, the queue is empty, and the queue is not
//    blocked. It is blocked while the closing socket holds unsent messages that may have to be sent again.
// 3. Otherwise a volatile message ends as Discarded. Any other message is queued.
// 4. If the queue then exceeds maxQueueSize or maxQueueBytes, its oldest messages end as Dropped. A message
//    that alone is larger than maxQueueBytes is itself Dropped.
// 5. The open connection sends the queue in order, one message whenever no other effect is left: when it
//    opens, when the queue is not blocked any more, when a further message is queued, and at each regular
//    ping.
// 6. If the socket refuses a message, that message and all sent after it return to the front of the queue.
//    Volatile ones do not; after disconnect() all end as Dropped.
// 7. A sent message ends as Delivered when a pong proves it, or at a ping, if the peer has kept sending for
//    pongTimeout and the time that its data needs, but has sent no pong. Where no pong is expected
//    (heartbeat off, or a peer that never answers), it is Delivered once it has left the browser. A volatile
//    message ends as Discarded when it is sent.
// 8. A queued message ends as Dropped when its ttl is over, and by disconnect(), destroy() and ClearQueue.
//    The end of retries keeps the queue.
//
// In a session (session.h) 7 does not apply: a message stays on record, and is sent again on every new
// connection, until the server acknowledges it; then it ends as Delivered. By 6 only messages that were sent
// for the first time return to the queue; the others stay on record. While the window is full, further
// messages are queued. A queued message that is larger than the server's maxMessage ends as Dropped.
#include <algorithm>
#include <cassert>
#include <utility>

#include "client.h"

namespace rws {

bool Client::trySendNow(const Message& message) {
  const bool isPlain = sendsAtOnce() && message.bytesAtMost() <= maxMessageSize() &&
                       heartbeat_.isConfirmArmed() &&
                       !heartbeat_.isPingDueBefore(message.bytesAtMost(), sentSoFar()) &&
                       (isProofExpected() || !outbox_.sent().isWorthConfirming());
  if (!isPlain) return false;
  recordSent({message});
  assert(isConsistent());
  return true;
}

void Client::on(const event::Send& event) {
  if (event.options.isOfHandshake) return sendInHandshake(event.message);
  QueuedMessage message{event.message, std::nullopt, event.options.isVolatile};
  const bool isSizeNeeded = message.isVolatile || message.message.bytesAtMost() > maxMessageSize();
  if (isSizeNeeded) message.message = outbox_.measured(message.message);
  if (message.message.bytes > maxMessageSize()) {
    refuseTooLarge(message.message);
    effects_.push(effect::Discarded{message.message.id});
    return;
  }
  if (event.options.ttl) message.expiresAt = now() + *event.options.ttl;
  if (sendsAtOnce()) {
    sendNow(message);
  } else if (message.isVolatile) {
    effects_.push(effect::Discarded{message.message.id});
  } else {
    outbox_.enqueue(options_, message, effects_);
    startFlush();
  }
}

// It is on record in the session alone: the heartbeat starts when the connection is open for the user.
void Client::sendInHandshake(const Message& message) {
  const bool isPossible = current_ && current_->isHandshaking() && session_.canSend() &&
                          outbox_.measured(message).bytes <= maxMessageSize();
  if (!isPossible) {
    effects_.push(effect::Discarded{message.id});
    return;
  }
  session_.record({message}, true);
  effects_.push(effect::SendMessage{current_->id(), message.id});
}

void Client::refuseTooLarge(const Message& message) {
  stats_.error();
  effects_.notify(notification::MessageTooLarge{message.bytes, maxMessageSize()});
}

void Client::sendNow(const QueuedMessage& message) {
  sendPingIfDue(message.message);
  recordSent(message);
  give(message);
}

void Client::recordSent(const QueuedMessage& message) {
  if (session_.isActive()) session_.record(message);
  outbox_.send(message);
  stats_.messageSent();
}

void Client::give(const QueuedMessage& message) {
  heartbeat_.messageSent(options_, now());
  facts_.bufferedAmount += message.message.bytesAtLeast();
  effects_.push(effect::SendMessage{current_->id(), message.message.id});
  if (message.isVolatile) effects_.push(effect::Discarded{message.message.id});
}

// The queue is sent one message a pull: the socket may refuse any of them, and then the rest stays queued.
void Client::startFlush() {
  if (!session_.hasToResend() && outbox_.nextToSend() == nullptr) return;
  outbox_.expire(now(), effects_);
  isFlushing_ = true;
}

void Client::flushNext() {
  if (!isFlushing_) return;
  if (session_.hasToResend()) return resendNext();
  const bool isWindowFull = session_.isActive() && !session_.canSend();
  const QueuedMessage* const front = isWindowFull ? nullptr : outbox_.nextToSend();
  if (front == nullptr) {
    isFlushing_ = false;
    return;
  }
  const QueuedMessage message = *front;
  if (message.message.bytes > session_.maxMessage()) {
    refuseTooLarge(message.message);
    outbox_.dropNext(DropReason::TooLarge, effects_);
    return;
  }
  sendPingIfDue(message.message);
  outbox_.takeNext();
  recordSent(message);
  give(message);
}

void Client::on(const event::MessageRefused& event) {
  if (isCurrent(event.attempt) && current_->isHandshaking() && session_.isActive()) {
    session_.handshakeRefused(event.message);
    effects_.push(effect::Discarded{event.message});
    return;
  }
  const bool isOfCurrent = isCurrent(event.attempt) && current_->isOpen();
  if (!isOfCurrent && !isClosing(event.attempt)) return;
  isFlushing_ = false;
  const Outbox::Returned returned = outbox_.refused(options_, isOfCurrent, event.message, effects_);
  // In a session the outbox may have no record of the message (see Outbox::send()).
  if (isOfCurrent && session_.isActive()) {
    Messages unnumbered = session_.refused(event.message);
    stats_.messagesReturned(unnumbered.size());
    outbox_.putBack(options_, std::move(unnumbered), effects_);
  } else {
    stats_.messagesReturned(returned.count);
  }
  if (returned.count == 0) return;
  if (isOfCurrent) heartbeat_.messagesReturned(event.message, sentSoFar());
  // Volatile messages are not reported.
  if (!event.isClosing && returned.isAnyKept) {
    stats_.error();
    effects_.notify(notification::Failed{ErrorType::Send, 0, true});
  }
  const bool isClosingOver = closing_ && !closing_->reportsClose() && !outbox_.hasClosingMessages();
  if (!isClosingOver) return;
  abandonClosing();
  startFlush();
}

void Client::on(const event::ControlRefused& event) {
  // A pong during the handshake is not on record.
  const bool isOfCurrent = isCurrent(event.attempt) && current_->isOpen();
  if (isOfCurrent || isClosing(event.attempt)) {
    outbox_.controlRefused(isOfCurrent, event.bytes, event.after);
  }
  if (isOfCurrent && event.pingTimestamp != 0) heartbeat_.pingRefused(event.pingTimestamp);
  if (event.sessionFrame == SessionFrameKind::Unknown) return;
  if (event.sessionFrame == SessionFrameKind::Bye && session_.isEnding() && isClosing(event.attempt)) {
    // The server does not learn of the end.
    effects_.push(effect::CloseSocket{event.attempt});
    return;
  }
  if (event.skips > 0) {
    session_.skipRefused(event.skips);
    isFlushing_ = false;
  }
  session_.reportRefused(now() + options_.session.ackDelay);
}

}  // namespace rws
