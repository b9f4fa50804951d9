// Owns what was handed to one socket and has not provably left the browser.
// Refuses to guess: WebSocket.bufferedAmount (WHATWG WebSockets) is its only evidence.
#pragma once

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

  // The size of a message that was handed over unmeasured.
  void measure(PayloadId id, std::uint64_t bytes);

  // The oldest message on record that is not measured, 0 if there is none.
  [[nodiscard]] PayloadId unmeasured() const;

  // The socket refused such bytes, handed to it after that message: they count in no bufferedAmount.
  void takeBackControl(std::uint64_t bytes, PayloadId after);

  // Takes back the last message handed over, which the socket refused to take. It must be measured.
  [[nodiscard]] std::optional<QueuedMessage> takeBack(PayloadId id);

  // Forgets what has left according to bufferedAmount; returns the newest id forgotten, 0 if none. Where
  // something is left all messages must be measured.
  PayloadId settle(std::uint64_t bufferedAmount);

  // Everything still unsent, oldest first; empties the record. Call settle() first.
  [[nodiscard]] std::vector<QueuedMessage> takeUnsent();

  // The newest message on record, 0 if none.
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
    std::uint64_t end = 0;  // handedBytes_ after this message
  };
  Fifo<Handed> messages_;
  std::uint64_t handedBytes_ = 0;
};

}  // namespace rws
