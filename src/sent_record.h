// What one socket was given, as long as nothing proves that the peer has read it. A pong proves what was sent
// before its ping. WebSocket.bufferedAmount (WHATWG WebSockets) shows what has not left the browser.
#pragma once

#include <cstdint>
#include <optional>

#include "fifo.h"
#include "heartbeat.h"
#include "types.h"

namespace rws {

// What the host knows beyond the events.
struct HostTraits {
  // The size on the wire of a message whose payload the host keeps. Asked only where it matters.
  std::uint64_t (*sizeOf)(void* context, MessageId message) = nullptr;
  // Platform::makePing(). Asked in HeartbeatMode::Custom for each ping, which effect::SendPing sends.
  std::uint64_t (*makePing)(void* context) = nullptr;
  void* context = nullptr;
  // Whether bufferedAmount falls by whole messages (Firefox). There it may hold a remainder that belongs to
  // no message: the browser's pong frames, counted while data was queued.
  bool countsWholeMessages = false;

  [[nodiscard]] std::uint64_t exactBytes(const Message& message) const {
    return message.isExact || sizeOf == nullptr ? message.bytes : sizeOf(context, message.id);
  }
};

struct QueuedMessage {
  Message message;
  std::optional<Instant> expiresAt{};
  bool isVolatile = false;
  friend bool operator==(const QueuedMessage&, const QueuedMessage&) = default;
};

// Messages that come back from a socket, oldest first.
using Messages = Fifo<QueuedMessage, 0>;

class SentRecord {
 public:
  // --- getters
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::uint64_t count() const { return entries_.size(); }
  // The newest message given to the socket, and at most so many bytes in all.
  [[nodiscard]] SentSoFar sentSoFar() const { return {newest_, bytesAtMost_}; }
  // At least so many bytes in all.
  [[nodiscard]] std::uint64_t bytesAtLeast() const { return bytesAtLeast_; }
  [[nodiscard]] bool isConsistent() const;

  // --- sent
  void add(const QueuedMessage& message);
  // The size of the newest message, which was added unmeasured (Message::isEstimate). Ignored for another
  // message, for a size that its length does not allow, and if a control frame follows: the heartbeat has
  // recorded the bytes before that frame with the largest size of the text.
  void estimate(MessageId message, std::uint64_t bytes);
  // Returns the message on record before the frame, for removeControl(); 0 if there is none. Counts at most
  // kMaxControl bytes. More than 65535 bytes are recognised in the buffer as a whole only.
  MessageId addControl(std::uint64_t bytes);

  // --- refused by the socket
  // This message and all after it were not taken; returns them, oldest first.
  [[nodiscard]] Messages takeBack(MessageId from);
  // A control frame was not taken; `after` is what addControl() returned.
  void removeControl(std::uint64_t bytes, MessageId after);

  // --- evidence
  // The peer has read everything up to this message. Returns the messages so proven.
  MessageRange confirm(MessageId upTo);
  // Everything that has left the browser for certain; for a connection on which nothing else is ever proven.
  MessageRange confirmLeft(std::uint64_t bufferedAmount);
  // Whether so many messages are on record that confirmLeft() is worth its cost: twice as many as it last
  // left.
  [[nodiscard]] bool isWorthConfirming() const { return entries_.size() >= confirmAt_; }

  // Whether a message has not left the browser for certain.
  [[nodiscard]] bool hasUnsent(const HostTraits& host, std::uint64_t bufferedAmount) const {
    return bufferedAmount > 0 && countUnsent(host, bufferedAmount).value_or(0) > 0;
  }

  // Whether so much can be unsent. Where it cannot, the buffer holds a remainder that belongs to no message.
  [[nodiscard]] bool isPlausible(const HostTraits& host, std::uint64_t bufferedAmount) const {
    return !host.countsWholeMessages || bufferedAmount == 0 || countUnsent(host, bufferedAmount).has_value();
  }

  // The newest message that has left the browser for certain, 0 for none. Without a host to ask for sizes, an
  // unmeasured text counts for the least it may have.
  [[nodiscard]] MessageId leftUpTo(std::uint64_t bufferedAmount, const HostTraits* host = nullptr) const;
  // Everything has left the browser.
  void allLeft() { first_ = {}; }

  // --- the end of the socket. Empties the record.
  struct Rest {
    MessageRange left;       // left the browser
    MessageRange uncertain;  // left it or not: bufferedAmount does not show which
    Messages unsent;         // did not leave the browser, oldest first

    // For messages that may still leave, or must not be sent again.
    void countUnsentAsUncertain();
  };
  [[nodiscard]] Rest takeRest(const HostTraits& host, std::uint64_t bufferedAmount);
  // The same where bufferedAmount cannot be read any more: everything may have left.
  [[nodiscard]] MessageRange takeAll();

 private:
  friend struct StateDigest;  // of tests/core/support

  // Pings and pongs without a message between them.
  struct Control {
    std::uint32_t bytes = 0;
    std::uint16_t each = 0;  // bytes of each of them, 0 if they differ
    std::uint16_t last = 0;  // bytes of the last one, 0 if that is not known any more

    void add(const Control& more);
    void remove(std::uint64_t frame);
    // Whether the last so many bytes are whole frames, as far as that is known: none, all, the last one, or
    // some of equal size.
    [[nodiscard]] bool isBoundary(std::uint64_t rest) const {
      if (rest == 0 || rest == bytes || rest == last) return true;
      return rest < bytes && each > 0 && rest % each == 0;
    }
  };
  struct Entry {
    QueuedMessage message;
    Control control;  // after the message
  };
  static constexpr std::size_t kWorthConfirming = 32;
  static constexpr std::uint64_t kMaxControl = 0x7FFF'FFFF;
  // An idle client keeps room for the messages between two pings, so that a steady stream allocates nothing.
  static constexpr std::size_t kKept = 1024;

  // Nothing where bufferedAmount does not show it.
  [[nodiscard]] std::optional<std::size_t> countUnsent(const HostTraits& host,
                                                       std::uint64_t bufferedAmount) const;
  MessageRange popUpTo(MessageId id);

  Fifo<Entry, kKept> entries_;
  Control first_;  // before the first message on record
  MessageId newest_ = 0;
  std::uint64_t bytesAtMost_ = 0;
  std::uint64_t bytesAtLeast_ = 0;
  std::size_t confirmAt_ = kWorthConfirming;
};

}  // namespace rws
