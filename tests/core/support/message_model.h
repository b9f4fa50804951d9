// What an observer knows of the messages: where each one is, and what must be reported of it. Messages move
// here by the documented rules and by what the platform is called for, never by a look into the client.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "effects.h"
#include "findings.h"
#include "options.h"
#include "wire_model.h"

namespace rws::test {

struct ModelMessage {
  // What has to be reported in this turn.
  enum class Duty : std::uint8_t { None, Deliver, Unconfirm, DropDisconnected, Discard };

  MessageId id = 0;
  std::uint64_t bytes = 0;
  std::uint64_t leastBytes = 0;  // what the client knows at least, if it was not measured
  bool isVolatile = false;
  std::optional<Instant> expiresAt{};

  AttemptId attempt = AttemptId::None;  // whose socket took it, None while it is queued
  ControlFrames control{};              // before it, since the message before
  std::uint64_t end = 0;                // and up to the end of this one
  bool wasUnsent = false;               // when the client closed that socket
  bool isNew = false;                   // accepted in this turn
  bool isForgotten = false;             // volatile and sent: the host keeps it no longer
  Duty duty = Duty::None;
};

class MessageModel {
 public:
  using Duty = ModelMessage::Duty;

  // --- getters
  [[nodiscard]] const std::vector<ModelMessage>& messages() const { return messages_; }
  [[nodiscard]] bool empty() const { return messages_.empty(); }
  [[nodiscard]] MessageId endedUpTo() const { return endedUpTo_; }
  [[nodiscard]] AttemptId closingAttempt() const { return closingAttempt_; }
  [[nodiscard]] std::uint64_t closingAmount() const { return closingAmount_; }
  [[nodiscard]] bool isDroppedAtClose() const { return isDroppedAtClose_; }
  [[nodiscard]] std::uint64_t queued() const {
    return static_cast<std::uint64_t>(std::count_if(messages_.begin(), messages_.end(), isQueued));
  }
  [[nodiscard]] std::uint64_t queuedBytes() const {
    std::uint64_t bytes = 0;
    for (const ModelMessage& message : messages_) bytes += isQueued(message) ? message.bytes : 0;
    return bytes;
  }
  [[nodiscard]] std::optional<Instant> nextExpiry() const {
    std::optional<Instant> first;
    for (const ModelMessage& message : messages_) {
      if (isQueued(message) && message.expiresAt && (!first || *message.expiresAt < *first)) {
        first = message.expiresAt;
      }
    }
    return first;
  }
  [[nodiscard]] const ModelMessage* at(MessageId id) const {
    const auto found = std::find_if(messages_.begin(), messages_.end(),
                                    [id](const ModelMessage& message) { return message.id == id; });
    return found == messages_.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool isAnyOn(AttemptId attempt) const {
    return isAny([attempt](const ModelMessage& m) { return m.attempt == attempt; });
  }
  // Whether a closing attempt has messages that may have to be sent again.
  [[nodiscard]] bool isBlocked() const {
    return isAny([this](const ModelMessage& m) { return m.wasUnsent && !isDroppedAtClose_; });
  }
  // The newest message that the socket took, 0 if none is unproven.
  [[nodiscard]] MessageId newestOn(AttemptId attempt) const {
    MessageId newest = 0;
    for (const ModelMessage& message : messages_) {
      if (message.attempt == attempt) newest = message.id;
    }
    return newest;
  }

  // --- events of the world
  void turnBegins() {
    for (ModelMessage& message : messages_) message.isNew = false;
  }
  // `isRefused`: it is discarded at once.
  void accept(ModelMessage message, bool isRefused) {
    message.isNew = true;
    message.duty = isRefused ? Duty::Discard : Duty::None;
    messages_.push_back(message);
  }
  // The peer has read everything up to that message.
  void proven(AttemptId attempt, MessageId upTo) {
    for (ModelMessage& message : messages_) {
      if (message.attempt == attempt && message.id <= upTo) message.duty = Duty::Deliver;
    }
  }
  // Nothing proves what arrived: what has left for certain is delivered. Sizes that were not measured count
  // as the least they can be.
  void leftIsDelivered(AttemptId attempt, std::uint64_t buffered, const Wires& wires,
                       MessageId upTo = ~MessageId{0}) {
    std::uint64_t slack = 0;
    std::uint64_t end = wires.given(attempt);
    for (auto message = messages_.rbegin(); message != messages_.rend(); ++message) {
      if (message->attempt != attempt) continue;
      // The bytes after this message, control frames included.
      const bool hasLeft = end - message->end >= buffered + slack;
      if (hasLeft && message->id <= upTo) message->duty = Duty::Deliver;
      slack += message->bytes - message->leastBytes;
    }
  }
  // The peer still sends, but has not answered a ping behind that message: it has had what has left.
  void outlived(AttemptId attempt, MessageId upTo, std::uint64_t buffered, const Wires& wires) {
    leftIsDelivered(attempt, buffered, wires, upTo);
  }
  // The socket closed by itself: what it did not send is queued again.
  void closed(AttemptId attempt, std::uint64_t buffered, bool isProofExpected, const Wires& wires) {
    const Duty ofLeft = isProofExpected ? Duty::Unconfirm : Duty::Deliver;
    end(attempt, buffered, {ofLeft, Duty::Unconfirm, Duty::None}, wires);
  }
  // The client closes the socket. `isDropped`: for the user's disconnect(), so that nothing is sent again.
  void closing(AttemptId attempt, std::uint64_t buffered, bool isDropped, const Wires& wires) {
    if (!isAnyOn(attempt)) return;
    closingAttempt_ = attempt;
    closingAmount_ = buffered;
    isDroppedAtClose_ = isDropped;
    for (ModelMessage& message : messages_) {
      if (message.attempt != attempt) continue;
      message.wasUnsent = placeOf(message, buffered, wires) == Place::Unsent;
    }
  }
  // The close event of that socket came. `isAcknowledged`: the peer completed the closing handshake.
  void closingClosed(AttemptId attempt, std::uint64_t buffered, bool isAcknowledged, bool isProofExpected,
                     const Wires& wires) {
    const Duty ofLeft = isAcknowledged || !isProofExpected ? Duty::Deliver : Duty::Unconfirm;
    // The peer's own close may have crossed the client's: it proves nothing of what may not have left.
    const Duty ofUncertain = Duty::Unconfirm;
    const Duty ofUnsent = isDroppedAtClose_ ? Duty::DropDisconnected : Duty::None;
    end(attempt, buffered, {ofLeft, ofUncertain, ofUnsent}, wires);
  }
  void destroyed(AttemptId attempt, std::uint64_t buffered, const Wires& wires) {
    for (ModelMessage& message : messages_) {
      if (message.attempt != attempt) continue;
      message.duty = hasLeft(message, buffered, wires) ? Duty::Deliver : Duty::Unconfirm;
    }
  }
  // Whether the message has left the browser for certain, as far as bufferedAmount shows it.
  [[nodiscard]] bool hasLeft(const ModelMessage& message, std::uint64_t buffered, const Wires& wires) const {
    return placeOf(message, buffered, wires) == Place::Left;
  }
  // The socket did not take a message that the client has on record as sent.
  void returned(MessageId id) {
    ModelMessage* const message = find(id);
    if (message == nullptr) return;
    const bool isDropped = isDroppedAtClose_ && message->attempt == closingAttempt_;
    queueAgain(*message, isDropped ? Duty::DropDisconnected : Duty::None);
  }

  // --- calls of the platform
  void sending(const effect::SendMessage& call, Instant now, Findings& findings) const {
    const ModelMessage* const message = at(call.message);
    findings.check(message != nullptr && isQueued(*message),
                   "Q4: a message is sent twice, or never accepted");
    if (message == nullptr) return;
    findings.check(mayGo(*message, call.attempt), "Q3: a message overtakes another");
    findings.check(message->isNew || !message->expiresAt || *message->expiresAt > now,
                   "Q5: an expired message is sent");
  }
  void taken(MessageId id, AttemptId attempt, const ControlFrames& control, std::uint64_t end) {
    if (ModelMessage* const message = find(id)) {
      message->attempt = attempt;
      message->control = control;
      message->end = end;
      message->wasUnsent = false;
    }
  }
  // `isAllowed` says of a message without a duty whether it may end like this.
  template <class IsAllowed>
  void ended(MessageRange range, Duty as, Findings& findings, IsAllowed isAllowed) {
    findings.check(!range.empty(), "Q2: a report of no message");
    endedUpTo_ = std::max(endedUpTo_, range.upTo);
    const auto isMeant = [range](const ModelMessage& message) {
      return message.id > range.after && message.id <= range.upTo;
    };
    for (const ModelMessage& message : messages_) {
      if (!isMeant(message)) continue;
      findings.check(!isQueued(message), "Q2: a queued message is reported as sent");
      findings.check(message.duty == as || (message.duty == Duty::None && isAllowed(message)),
                     "Q2: a message is reported as delivered, or as unconfirmed, against the evidence");
    }
    forget(isMeant);
  }
  void on(const effect::Dropped& call, Instant now, const Options& options, Findings& findings) {
    const ModelMessage* const message = at(call.message);
    findings.check(message != nullptr, "Q9: a message is dropped after its end");
    if (message == nullptr) return;
    findings.check(!message->isVolatile, "Q5: a volatile message is reported");
    findings.check(isPlausible(*message, call.reason, now, options), "Q1: the reason of a drop is not true");
    forget([&call](const ModelMessage& other) { return other.id == call.message; });
  }
  void on(const effect::Discarded& call, Findings& findings) {
    const ModelMessage* const message = at(call.message);
    const bool mayBe = message != nullptr && (message->isVolatile || message->duty == Duty::Discard);
    findings.check(mayBe, "Q2: a message vanishes without a report");
    if (mayBe && !isQueued(*message)) {
      find(call.message)->isForgotten = true;
    } else {
      forget([&call](const ModelMessage& other) { return other.id == call.message; });
    }
  }
  void released(AttemptId attempt, Findings& findings) const {
    findings.check(!isAnyOn(attempt), "Q9: an attempt is forgotten with messages on it");
  }
  void turnEnds(Findings& findings) const {
    for (const ModelMessage& message : messages_) {
      findings.check(message.duty == Duty::None, "Q9: the end of a message is not reported");
      findings.check(message.isVolatile == message.isForgotten, "Q5: a volatile message is kept");
    }
  }

 private:
  // Where a message is, as far as bufferedAmount shows it.
  enum class Place : std::uint8_t { Left, Uncertain, Unsent };
  struct Duties {
    Duty left;
    Duty uncertain;
    Duty unsent;
  };

  static bool isQueued(const ModelMessage& message) { return message.attempt == AttemptId::None; }

  template <class Matches>
  [[nodiscard]] bool isAny(Matches matches) const {
    return std::any_of(messages_.begin(), messages_.end(), matches);
  }

  [[nodiscard]] Place placeOf(const ModelMessage& message, std::uint64_t buffered, const Wires& wires) const {
    const AttemptId attempt = message.attempt;
    const std::uint64_t given = wires.given(attempt);
    // The buffer of a socket never grows after the client closed it.
    const std::uint64_t amount = attempt == closingAttempt_ ? std::min(buffered, closingAmount_) : buffered;
    if (given - message.end >= amount) return Place::Left;
    if (wires.kind() != BufferKind::WholeMessages) return Place::Unsent;
    return isOnBoundary(attempt, amount, wires) ? Place::Unsent : Place::Uncertain;
  }
  // Whether so many bytes at the end are whole frames. If they are not, bytes of the browser's own are among
  // them, and nothing follows from their number.
  [[nodiscard]] bool isOnBoundary(AttemptId attempt, std::uint64_t amount, const Wires& wires) const {
    const Wire& wire = *wires.at(attempt);
    if (amount <= wire.control.bytes) return wire.control.isBoundary(amount);
    return isAny([&](const ModelMessage& m) {
      if (m.attempt != attempt) return false;
      const std::uint64_t behind = wire.given - m.end + m.bytes;
      if (amount < behind) return amount == behind - m.bytes;
      return amount - behind <= m.control.bytes && m.control.isBoundary(amount - behind);
    });
  }
  void end(AttemptId attempt, std::uint64_t buffered, const Duties& duties, const Wires& wires) {
    std::vector<Place> places;
    for (const ModelMessage& message : messages_) {
      const bool isOfAttempt = message.attempt == attempt;
      places.push_back(isOfAttempt ? placeOf(message, buffered, wires) : Place::Left);
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      ModelMessage& message = messages_[i];
      if (message.attempt != attempt) continue;
      if (places[i] == Place::Unsent) {
        queueAgain(message, duties.unsent);
      } else {
        message.duty = places[i] == Place::Left ? duties.left : duties.uncertain;
      }
    }
    // Volatile messages are never sent again.
    forget([](const ModelMessage& message) { return message.isForgotten && isQueued(message); });
  }
  static void queueAgain(ModelMessage& message, Duty duty) {
    message.duty = duty;
    message.wasUnsent = false;
    message.attempt = AttemptId::None;
  }

  [[nodiscard]] bool mayGo(const ModelMessage& candidate, AttemptId attempt) const {
    if (candidate.id <= endedUpTo_) return false;
    return std::all_of(messages_.begin(), messages_.end(), [&](const ModelMessage& other) {
      if (other.id >= candidate.id) return other.id == candidate.id || isQueued(other);
      return other.attempt == attempt || (!isQueued(other) && !other.wasUnsent) || other.duty != Duty::None;
    });
  }
  [[nodiscard]] bool isPlausible(const ModelMessage& message, DropReason reason, Instant now,
                                 const Options& options) const {
    switch (reason) {
      case DropReason::Overflow: {
        if (!isQueued(message)) return false;
        if (message.bytes > options.maxQueueBytes) return true;
        const auto oldest = std::find_if(messages_.begin(), messages_.end(), isQueued);
        return oldest->id == message.id &&
               (queued() > options.maxQueueSize || queuedBytes() > options.maxQueueBytes);
      }
      case DropReason::Expired:
        return isQueued(message) && message.expiresAt && *message.expiresAt <= now;
      case DropReason::Disconnected:
      case DropReason::Cleared:
      case DropReason::Destroyed:
        return isQueued(message);
      case DropReason::TooLarge:
        return false;  // in sessions only
    }
    return false;
  }
  template <class Matches>
  void forget(Matches matches) {
    messages_.erase(std::remove_if(messages_.begin(), messages_.end(), matches), messages_.end());
  }
  ModelMessage* find(MessageId id) { return const_cast<ModelMessage*>(at(id)); }

  std::vector<ModelMessage> messages_;  // accepted and not ended, in the order of their ids
  AttemptId closingAttempt_ = AttemptId::None;
  std::uint64_t closingAmount_ = 0;  // bufferedAmount when the client closed the socket
  bool isDroppedAtClose_ = false;
  MessageId endedUpTo_ = 0;
};

}  // namespace rws::test
