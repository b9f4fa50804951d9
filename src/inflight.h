// Owns what was handed to one socket: what has not provably left the browser, and what left without proof
// that it arrived. Refuses to guess: WebSocket.bufferedAmount (WHATWG WebSockets) is the evidence of the one,
// a ping answered after it that of the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fifo.h"
#include "send_queue.h"
#include "types.h"

namespace rws {

class Inflight {
 public:
  // A message of the user was handed to the socket.
  void handOver(const QueuedMessage& message);

  // Bytes of our own (pings, pongs) were handed to the socket: they count in bufferedAmount as well.
  void handOverControl(std::uint64_t bytes) { handedBytes_ += bytes; }

  // The size of the message that unmeasured() names; of no other.
  void measure(PayloadId id, std::uint64_t bytes);

  // The oldest message on record that is not measured, 0 if there is none.
  [[nodiscard]] PayloadId unmeasured() const;

  // The socket refused such bytes, handed to it after that message: they count in no bufferedAmount.
  void takeBackControl(std::uint64_t bytes, PayloadId after);

  // Takes back the last message handed over, which the socket refused to take. It must be measured.
  [[nodiscard]] std::optional<QueuedMessage> takeBack(PayloadId id);

  // Notes what has left according to bufferedAmount. Where something is left all messages must be measured.
  void drain(std::uint64_t bufferedAmount);
  // Whether so many messages are on record that draining is worth its price: twice as many as the last time
  // left there, so that a burst on a buffer that does not empty asks in vain a few times only.
  [[nodiscard]] bool isWorthDraining() const { return messages_.size() >= drainAt_; }

  // The peer has read everything up to this message.
  void arrived(PayloadId upTo);

  // What a ping sent now is behind: everything handed over so far.
  [[nodiscard]] UnderWay underWay() const { return {handedUpTo_, handedBytes_ - arrivedBytes_}; }
  // Such a ping is sent.
  UnderWay asked() {
    askedAfter_ = handedUpTo_;
    askedBytes_ = handedBytes_;
    return underWay();
  }
  // The newest ping was answered.
  void answered() { arrivedBytes_ = askedBytes_; }
  // Whether so much was handed over since the last ping that another is worth its bytes.
  [[nodiscard]] bool isWorthAsking() const {
    return handedUpTo_ - askedAfter_ >= kManyMessages || handedBytes_ - askedBytes_ >= kManyBytes;
  }

  // What has left and is not decided upon, up to that message; decides upon it.
  [[nodiscard]] PayloadRange takeLeft(PayloadId upTo);
  [[nodiscard]] PayloadRange takeLeft() { return takeLeft(leftUpTo_); }
  [[nodiscard]] bool isUndecided() const { return !messages_.empty() || leftUpTo_ > decidedUpTo_; }

  // Everything still unsent, oldest first; empties the record. Call drain() first.
  [[nodiscard]] std::vector<QueuedMessage> takeUnsent();

  // The newest message handed over, 0 if none.
  [[nodiscard]] PayloadId handedUpTo() const { return handedUpTo_; }
  // The newest message that may be unsent, 0 if none.
  [[nodiscard]] PayloadId lastId() const {
    return messages_.empty() ? 0 : messages_.back().message.payload.id;
  }
  [[nodiscard]] bool empty() const { return messages_.empty(); }
  [[nodiscard]] std::uint64_t count() const { return messages_.size(); }
  [[nodiscard]] bool isConsistent() const;

 private:
  friend struct StateDigest;  // of tests/core/support

  struct Handed {
    QueuedMessage message;
    // handedBytes_ after this message, as it was then. Those after measuredUpTo_ lack lateBytes_.
    std::uint64_t end = 0;
  };
  static constexpr std::size_t kWorthDraining = 32;
  static constexpr PayloadId kManyMessages = 1024;
  static constexpr std::uint64_t kManyBytes = std::uint64_t{1024} * 1024;

  [[nodiscard]] std::uint64_t lateAt(PayloadId id) const { return id > measuredUpTo_ ? lateBytes_ : 0; }
  // How many of the messages on record are not newer than that one.
  [[nodiscard]] std::ptrdiff_t countUpTo(PayloadId id) const;
  // Makes up for what the ends lack.
  void correctEnds();

  Fifo<Handed> messages_;  // those that may be unsent
  std::size_t drainAt_ = kWorthDraining;
  // So that measuring all, one after the other, takes one walk: up to here all are measured.
  PayloadId measuredUpTo_ = 0;
  std::uint64_t lateBytes_ = 0;
  std::uint64_t handedBytes_ = 0;
  std::uint64_t askedBytes_ = 0;
  std::uint64_t arrivedBytes_ = 0;
  PayloadId handedUpTo_ = 0;
  PayloadId askedAfter_ = 0;
  PayloadId leftUpTo_ = 0;
  PayloadId decidedUpTo_ = 0;
};

}  // namespace rws
