// The path of a message: queued, or sent on the current socket, or sent on a closing one. Each accepted
// message ends in exactly one of effect::Delivered, Unconfirmed, Dropped and Discarded, and none overtakes
// another.
//
// Every function takes what it needs as arguments: nothing has to be passed in before. A socket's messages go
// through opened(), send(), and then closed() or closing(), closingClosed() or closingAbandoned().
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>

#include "effects.h"
#include "fifo.h"
#include "options.h"
#include "sent_record.h"
#include "types.h"

namespace rws {

class Outbox {
 public:
  // What becomes of the unsent messages of a socket that is given up.
  enum class Unsent : std::uint8_t {
    SendAgain,  // they go back to the front of the queue
    Drop,       // they are dropped as Disconnected
  };

  explicit Outbox(const HostTraits& host) : host_(host) {}

  // --- getters
  [[nodiscard]] std::uint64_t queuedCount() const { return queue_.size(); }
  [[nodiscard]] std::uint64_t queuedBytes() const { return queuedBytes_; }
  [[nodiscard]] MessageId newestQueued() const { return queue_.empty() ? 0 : queue_.back().message.id; }
  [[nodiscard]] std::optional<Instant> nextExpiry() const;
  [[nodiscard]] bool isOpen() const { return isOpen_; }
  // Messages of the closing socket may have to be sent again: nothing may overtake them.
  [[nodiscard]] bool isBlocked() const {
    return unsentOfClosing_ == Unsent::SendAgain && isClosingUnsent_ && !closing_.empty();
  }
  [[nodiscard]] bool hasClosingMessages() const { return !closing_.empty(); }
  // Whether a message that is sent now goes to the socket at once.
  [[nodiscard]] bool sendsAtOnce() const { return isOpen_ && queue_.empty() && !isBlocked(); }
  // Whether messages were sent on the current socket of which nothing proves that they arrived.
  [[nodiscard]] bool hasUnconfirmed() const { return !sent_.empty(); }
  [[nodiscard]] const SentRecord& sent() const { return sent_; }
  // Whether the current socket's buffer holds nothing but frames of the client.
  [[nodiscard]] bool isBufferPlausible(std::uint64_t bufferedAmount) const {
    return sent_.isPlausible(host_, bufferedAmount);
  }
  [[nodiscard]] bool isConsistent() const;

  // The message with its exact size.
  [[nodiscard]] Message measured(const Message& message) const {
    return {message.id, host_.exactBytes(message), true};
  }

  // The size of a new ping of a custom heartbeat, 0 if there is none.
  [[nodiscard]] std::uint64_t makePing() const {
    const std::uint64_t bytes = host_.makePing == nullptr ? 0 : host_.makePing(host_.context);
    assert(bytes <= kLargestCustomFrame);
    return bytes;
  }

  // --- a message of the user
  // To the current socket; sendsAtOnce() must hold, unless a session sends the message again.
  void send(const QueuedMessage& message);
  // The socket took that message, which was unmeasured.
  void estimate(MessageId message, std::uint64_t bytes) { sent_.estimate(message, bytes); }
  // To the back of the queue. The oldest make room (Overflow); a message that never fits is dropped itself.
  void enqueue(const Options& options, QueuedMessage message, Effects& effects);
  // The message to send next, nullptr if there is none or it cannot be sent now.
  [[nodiscard]] const QueuedMessage* nextToSend() const;
  // Removes that message from the queue; send() follows.
  void takeNext() {
    assert(nextToSend() != nullptr);
    popQueued();
  }
  // The time of queued messages is over (Expired).
  void expire(Instant now, Effects& effects);
  // Applies limits that may have become smaller.
  void applyLimits(const Options& options, Effects& effects);
  void clearQueue(DropReason reason, Effects& effects);
  // Removes the oldest queued message.
  void dropNext(DropReason reason, Effects& effects);
  // Puts messages before all others in the queue, oldest first. Volatile ones are left out.
  void putBack(const Options& options, Messages messages, Effects& effects);

  // --- control frames on the current socket. Returns what controlRefused() needs as `after`.
  MessageId sendControl(std::uint64_t bytes);
  void controlRefused(bool isCurrent, std::uint64_t bytes, MessageId after);

  // --- the sockets
  // `handshakeBytes`: what the new socket's buffer holds of the user's handshake. `isInSession`: messages
  // sent on this socket are on record in the session, too, which alone reports what becomes of them.
  void opened(std::uint64_t handshakeBytes = 0, bool isInSession = false);
  // The socket did not take that message and any after it: they go back to the front of the queue, or are
  // dropped if the socket was closed by disconnect(). Volatile ones are discarded.
  struct Returned {
    std::uint64_t count = 0;
    bool isAnyKept = false;  // not all are volatile
  };
  Returned refused(const Options& options, bool isCurrent, MessageId from, Effects& effects);
  // The peer has read everything up to that message.
  void confirm(MessageId upTo, Effects& effects);
  // The current socket's buffer is empty.
  void allLeft() { sent_.allLeft(); }
  // Nothing will ever prove what arrived: what has left the browser counts as delivered.
  void confirmLeft(std::uint64_t bufferedAmount, Effects& effects);
  // The current socket closed by itself. `isProofExpected`: what left without proof is unconfirmed, else
  // delivered.
  void closed(const Options& options, std::uint64_t bufferedAmount, bool isProofExpected, Effects& effects);
  // The client closes the current socket. True: its close event will show what became of the messages on
  // record.
  [[nodiscard]] bool closing(const Options& options, Unsent unsent, std::uint64_t bufferedAmount,
                             bool isProofExpected, Effects& effects);
  // That event came. `isAcknowledged`: the peer seems to have completed the closing handshake, so that it has
  // read what left the browser. Its own close that crosses the client's looks the same: what may not have
  // left stays uncertain.
  void closingClosed(const Options& options, std::uint64_t bufferedAmount, bool isAcknowledged,
                     bool isProofExpected, Effects& effects);
  // The event is not waited for any longer. What has not left the browser may still leave it, so it is not
  // sent again but unconfirmed.
  void closingAbandoned(std::uint64_t bufferedAmount, bool isProofExpected, Effects& effects);
  // The client ends: nothing is proven any more. What has left the browser counts as delivered.
  void destroyed(std::uint64_t bufferedAmount, std::uint64_t closingBufferedAmount, Effects& effects);

 private:
  friend struct StateDigest;  // of tests/core/support

  void include(const QueuedMessage& message);
  void exclude(const QueuedMessage& message);
  void popQueued();
  void makeRoom(const Options& options, Effects& effects);
  template <class IsDropped>
  void drop(IsDropped isDropped, DropReason reason, Effects& effects);
  void sendAllAgain(const Options& options, std::uint64_t bufferedAmount, bool isProofExpected,
                    Effects& effects);
  void abandon(SentRecord& record, std::uint64_t bufferedAmount, bool isDelivered, Effects& effects);
  void finish(const Options& options, SentRecord::Rest rest, bool isDelivered, Unsent unsent,
              Effects& effects);

  HostTraits host_;
  Fifo<QueuedMessage, 64> queue_;
  Unsent unsentOfClosing_ = Unsent::SendAgain;
  bool isClosingUnsent_ = false;  // the closing socket's buffer showed messages that were unsent at its close
  bool isOpen_ = false;
  bool isInSession_ = false;  // of the current socket
  std::uint64_t queuedBytes_ = 0;
  std::uint64_t expiring_ = 0;  // queued messages that can expire
  SentRecord sent_;             // on the current socket
  SentRecord closing_;          // on the closing socket
  // When the client closed the socket. It never grows afterwards, except by the frames of the closing
  // handshake, which WebKit counts.
  std::uint64_t closingBufferedAmount_ = 0;
};

}  // namespace rws
