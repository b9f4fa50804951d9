// Owns the way of a message: waiting, handed to the current socket, or in doubt with a socket given up on.
// Refuses to lose, double or reorder one: each ends in exactly one action::Settle, Forsake or Drop.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "action.h"
#include "inflight.h"
#include "options.h"
#include "send_queue.h"
#include "types.h"

namespace rws {

struct SendOptions {
  bool isVolatile = false;        // now or not at all
  std::optional<Duration> ttl{};  // longest time in the queue
};

enum class SendOutcome : std::uint8_t {
  HandOver,    // the host hands the payload to the current socket itself, now
  Queued,      // kept; an action::Transmit may already ask for it
  Refused,     // not accepted; an action tells why
  Discarded,   // volatile, and there was no way to send it
  Unmeasured,  // nothing was done: the size of the text matters here; measure it and send again
};

// A socket that was given up while its close event still matters.
struct Lingering {
  AttemptId attempt = AttemptId::None;
  Inflight inflight;
  bool requeue = false;    // what proves unsent is sent again; else it is given up as Disconnected
  bool closeOwed = false;  // the user has not been told of its close
};

class Delivery {
 public:
  // --- getters
  [[nodiscard]] const SendQueue& queue() const { return queue_; }
  [[nodiscard]] const std::optional<Lingering>& lingering() const { return lingering_; }
  [[nodiscard]] AttemptId socket() const { return socket_; }
  // Messages handed to the current socket that have not provably left the browser.
  [[nodiscard]] std::uint64_t inflightCount() const { return inflight_.count(); }
  // Whether they are so many that buffered() is worth its price.
  [[nodiscard]] bool isWorthDraining() const { return inflight_.isWorthDraining(); }
  // Whether messages are in doubt: nothing may overtake them.
  [[nodiscard]] bool inDoubt() const {
    return lingering_ && lingering_->requeue && !lingering_->inflight.empty();
  }
  // Whether messages were handed to the current socket of which it is not known that they arrived.
  [[nodiscard]] bool isUndecided() const { return inflight_.isUndecided(); }
  // Whether messages may go to the socket.
  [[nodiscard]] bool writable() const { return socket_ != AttemptId::None && !inDoubt(); }
  // Whether a message that is sent now goes to the socket at once.
  [[nodiscard]] bool handsOver() const { return writable() && queue_.empty(); }
  // The oldest message on record with that socket that is not measured, 0 if there is none.
  [[nodiscard]] PayloadId unmeasured(AttemptId attempt) const;
  [[nodiscard]] bool isConsistent() const;

  // --- messages
  [[nodiscard]] SendOutcome accept(const Options& options, Instant now, const PayloadRef& payload,
                                   const SendOptions& sendOptions, Actions& out);
  // The same for a message that is known to go to the socket at once.
  void handOver(const PayloadRef& payload) { inflight_.handOver({payload}); }
  void measured(AttemptId attempt, PayloadId payload, std::uint64_t bytes);
  // Hands the queue to the socket as far as it is writable; returns how many messages went.
  std::uint64_t flush(Instant now, Actions& out);
  // That socket, the current one or the one that lingers, refused this message and all handed over after it;
  // returns how many came back.
  std::uint64_t takeBack(const Options& options, AttemptId attempt, PayloadId from, Actions& out);
  // Returns what action::SendControl calls `after`.
  [[nodiscard]] PayloadId controlSent(std::uint64_t bytes);
  void controlRefused(AttemptId attempt, std::uint64_t bytes, PayloadId after);
  void buffered(const Options& options, std::uint64_t amount, Actions& out);
  // A ping is sent behind what is under way.
  [[nodiscard]] UnderWay asked() { return inflight_.asked(); }
  [[nodiscard]] UnderWay underWay() const { return inflight_.underWay(); }
  // Whether so much was handed over since the last ping that another is worth its bytes.
  [[nodiscard]] bool isWorthAsking() const { return inflight_.isWorthAsking(); }
  // The peer answered a ping sent behind that message, perhaps the newest ping of all.
  void arrived(PayloadId upTo, bool isNewest, Actions& out);
  // It lives and will not answer: what has left up to that message counts as delivered.
  void outlived(PayloadId upTo, Actions& out);
  // The user waits for no proof: what has left counts as delivered.
  void waive(Actions& out);
  void expire(Instant now, Actions& out);
  void shrink(const Options& options, Actions& out);
  void clear(DropReason reason, Actions& out);

  // --- sockets
  void opened(AttemptId attempt);
  // The current socket closed: what it provably did not send goes back to the front.
  void closed(const Options& options, std::uint64_t bufferedAmount, Actions& out);
  // The current attempt is given up without a close event. Lingers while messages are undecided or the close
  // is owed.
  void abandon(AttemptId attempt, bool requeue, bool closeOwed);
  // The close event of the lingering socket came. A clean one with 1000 is the peer's answer to our own: it
  // has read all that left before it.
  void lingeringClosed(const Options& options, const CloseInfo& info, std::uint64_t bufferedAmount,
                       Actions& out);
  // It did not come in time: what is undecided is given up, as Unknown.
  void lingeringForsaken(const Options& options, Actions& out);

 private:
  friend struct StateDigest;  // of tests/core/support

  // What was handed to that socket; nullptr when it does not count any more.
  [[nodiscard]] const Inflight* inflightOf(AttemptId attempt) const;
  [[nodiscard]] Inflight* inflightOf(AttemptId attempt);
  // Without a heartbeat nothing is ever proven: what has left counts as delivered.
  static void decide(PayloadRange left, bool delivered, Actions& out);
  // Puts what a socket did not send before all that waits.
  void requeue(const Options& options, std::vector<QueuedMessage> unsent, Actions& out);
  static void giveUp(const std::vector<QueuedMessage>& unsent, DropReason reason, Actions& out);

  SendQueue queue_;
  Inflight inflight_;
  AttemptId socket_ = AttemptId::None;
  std::optional<Lingering> lingering_;
};

}  // namespace rws
