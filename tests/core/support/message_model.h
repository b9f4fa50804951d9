// Owns what an outsider knows of the messages: where each one is, and how much of each socket's bytes has
// really left. Refuses to look into the connection: a message that moves without an action moves here by the
// documented rules alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "action.h"
#include "findings.h"
#include "options.h"

namespace rws::test {

struct ModelMessage {
  PayloadId id = 0;
  std::uint64_t bytes = 0;
  bool isVolatile = false;
  std::optional<Instant> expiresAt{};
  AttemptId socket = AttemptId::None;  // the socket it was handed to, None while it is queued
  std::uint64_t end = 0;               // bytes handed to that socket, this message included
  bool left = false;                   // the connection was told that it has left
  bool arrived = false;  // and, as far as it can know, that it arrived: it is to be settled in this step
  bool doomed = false;   // unsent when the user's own disconnect was done: to be dropped in this step
};

// The newest frame of the client's own that a socket was handed in this turn.
struct HandedControl {
  std::uint64_t start = 0;  // bytes handed to that socket before it
  std::uint64_t bytes = 0;
  PayloadId after = 0;  // as action::SendControl named it
};

// The bytes of one socket.
struct Wire {
  AttemptId attempt = AttemptId::None;
  std::uint64_t handed = 0;
  std::uint64_t gone = 0;
  bool forgets = false;  // given up by disconnect(): what proves unsent is not sent again
  std::optional<HandedControl> control{};
};

class MessageModel {
 public:
  [[nodiscard]] const std::vector<ModelMessage>& messages() const { return messages_; }
  [[nodiscard]] const std::vector<Wire>& wires() const { return wires_; }
  [[nodiscard]] const Wire* wireOf(AttemptId attempt) const {
    for (const Wire& wire : wires_) {
      if (wire.attempt == attempt) return &wire;
    }
    return nullptr;
  }
  [[nodiscard]] PayloadId decidedUpTo() const { return decidedUpTo_; }
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
      if (isQueued(message) && message.expiresAt && (!first || *message.expiresAt < *first))
        first = message.expiresAt;
    }
    return first;
  }
  [[nodiscard]] std::uint64_t bytesOf(PayloadId id) const {
    const auto found = std::find_if(messages_.begin(), messages_.end(),
                                    [id](const ModelMessage& message) { return message.id == id; });
    return found == messages_.end() ? 0 : found->bytes;
  }
  [[nodiscard]] bool anyOn(AttemptId attempt) const {
    return std::any_of(messages_.begin(), messages_.end(),
                       [attempt](const ModelMessage& m) { return m.socket == attempt; });
  }
  // Whether messages on it may still be sent again.
  [[nodiscard]] bool anyUnsentOn(AttemptId attempt) const {
    return std::any_of(messages_.begin(), messages_.end(),
                       [attempt](const ModelMessage& m) { return m.socket == attempt && !m.left; });
  }
  // The newest message handed to the socket, 0 if none is on record.
  [[nodiscard]] PayloadId newestOn(AttemptId attempt) const {
    PayloadId newest = 0;
    for (const ModelMessage& message : messages_) {
      if (message.socket == attempt) newest = message.id;
    }
    return newest;
  }
  [[nodiscard]] bool empty() const { return messages_.empty(); }
  // The first or the last message handed to the socket of which nothing has left: the socket may still refuse
  // it.
  [[nodiscard]] std::optional<PayloadId> refusable(AttemptId attempt, bool last) const {
    const Wire* wire = wireOf(attempt);
    std::optional<PayloadId> found;
    for (const ModelMessage& message : messages_) {
      if (wire == nullptr || message.socket != attempt || message.left) continue;
      if (message.end - message.bytes < wire->gone) continue;
      if (!found || last) found = message.id;
    }
    return found;
  }

  // The newest frame of the client's own on the socket, while it may be refused: in the turn it was handed
  // over.
  [[nodiscard]] std::optional<HandedControl> refusableControl(AttemptId attempt) const {
    const Wire* wire = wireOf(attempt);
    return wire == nullptr ? std::nullopt : wire->control;
  }

  // --- the world's side
  void turnBegins() {
    for (Wire& wire : wires_) wire.control.reset();
  }
  void drain(AttemptId attempt, bool everything) {
    Wire* wire = find(attempt);
    if (wire == nullptr) return;
    // Two thirds leave a message torn in its middle.
    wire->gone = everything ? wire->handed : wire->gone + (wire->handed - wire->gone) * 2 / 3;
  }
  [[nodiscard]] std::uint64_t buffered(AttemptId attempt) const {
    const Wire* wire = wireOf(attempt);
    return wire == nullptr ? 0 : wire->handed - wire->gone;
  }
  void opened(AttemptId attempt) { wires_.push_back({attempt, 0, 0, false, {}}); }
  void givenUpByUser(AttemptId attempt) {
    if (Wire* wire = find(attempt)) wire->forgets = true;
  }
  // bufferedAmount is told to the connection.
  void proven(AttemptId attempt) {
    const Wire* wire = find(attempt);
    if (wire == nullptr) return;
    for (ModelMessage& message : messages_) {
      if (message.socket == attempt && message.end <= wire->gone) message.left = true;
    }
  }
  // A ping behind that message was answered: the peer has read what went before.
  void arrived(AttemptId attempt, PayloadId upTo) {
    for (ModelMessage& message : messages_) {
      if (message.socket == attempt && message.id <= upTo) message.left = message.arrived = true;
    }
  }
  // What has left counts as delivered: there is no heartbeat, the peer answered the close, or it lives and
  // answers no pings.
  void leftCounts(AttemptId attempt, PayloadId upTo = ~PayloadId{0}) {
    for (ModelMessage& message : messages_) {
      if (message.socket == attempt && message.left && message.id <= upTo) message.arrived = true;
    }
  }
  // The socket's own close event is told: what has not left is queued again, or lost if it may not be. So is
  // what cannot be proven to have left.
  void closed(AttemptId attempt, std::uint64_t told) {
    const Wire* wire = find(attempt);
    if (wire == nullptr) return;
    if (told <= wire->handed) proven(attempt);
    const bool forgets = wire->forgets;
    comeBack(attempt, 0, forgets);
    wires_.erase(wires_.begin() + (find(attempt) - wires_.data()));
  }
  // The socket refuses a message, and with it the later ones; returns how many came back.
  std::uint64_t refused(AttemptId attempt, PayloadId from) {
    Wire* wire = find(attempt);
    if (wire == nullptr) return 0;
    return comeBack(attempt, from, false);
  }

  // The socket refuses its newest frame of the client's own.
  void controlRefused(AttemptId attempt) {
    Wire* wire = find(attempt);
    const HandedControl control = *wire->control;
    wire->control.reset();
    cut(*wire, control.start, control.bytes);
  }

  // --- the connection's side
  void queuedBySend(const ModelMessage& message) { messages_.push_back(message); }
  void handedBySend(const ModelMessage& message, AttemptId attempt, Findings& findings) {
    findings.check(mayGo(message, attempt), "Q3: a send overtakes queued messages or messages in doubt");
    messages_.push_back(message);
    hand(messages_.back(), attempt);
  }
  void handedControl(AttemptId attempt, std::uint64_t bytes, PayloadId after) {
    Wire* wire = find(attempt);
    if (wire == nullptr) return;
    wire->control = {wire->handed, bytes, after};
    wire->handed += bytes;
  }
  void on(const action::Transmit& action, Instant now, Findings& findings) {
    ModelMessage* message = live(action.payload);
    findings.check(message != nullptr && isQueued(*message),
                   "Q4: a message is sent twice, or was never queued");
    if (message == nullptr) return;
    findings.check(mayGo(*message, action.attempt), "Q3: a message overtakes another on the wire");
    findings.check(!message->expiresAt || *message->expiresAt > now, "Q5: an expired message is sent");
    hand(*message, action.attempt);
  }
  void decided(PayloadRange payloads, bool delivered, bool heartbeat, Findings& findings) {
    findings.check(!payloads.empty(), "Q2: nothing is settled");
    decidedUpTo_ = std::max(decidedUpTo_, payloads.upTo);
    const auto isMeant = [payloads](const ModelMessage& message) {
      return message.id > payloads.after && message.id <= payloads.upTo;
    };
    for (const ModelMessage& message : messages_) {
      if (!isMeant(message)) continue;
      findings.check(message.left, "Q2: a message that may be unsent is settled");
      findings.check((message.arrived || !heartbeat) == delivered,
                     "Q2: a message is called delivered, or lost, against the proof");
    }
    forget(isMeant);
  }
  void on(const action::Drop& action, Instant now, const Options& options, Findings& findings) {
    const ModelMessage* message = live(action.payload);
    findings.check(message != nullptr, "Q1: a message is dropped twice, or after it was sent for good");
    if (message == nullptr) return;
    findings.check(!message->isVolatile, "Q5: a volatile message is reported");
    findings.check(isPlausible(*message, action.reason, now, options),
                   "Q1: the reason of a drop is not the true one");
    forget([&action](const ModelMessage& other) { return other.id == action.payload; });
  }
  // After a step: what had to leave the books has left them.
  void endStep(Findings& findings) const {
    for (const ModelMessage& message : messages_) {
      findings.check(!message.arrived, "Q2: a message that has arrived is not settled");
      findings.check(!message.doomed, "Q2: a message is lost without a report");
      findings.check(isQueued(message) ? !message.isVolatile : wireOf(message.socket) != nullptr,
                     "Q2: a message is nowhere, or is volatile and queued");
    }
  }
  void released(AttemptId attempt, Findings& findings) {
    forget([attempt](const ModelMessage& m) { return m.socket == attempt && m.isVolatile && !m.left; });
    findings.check(!anyOn(attempt) || wireOf(attempt) == nullptr,
                   "Q2: a socket is forgotten with messages on it");
    if (Wire* wire = find(attempt)) wires_.erase(wires_.begin() + (wire - wires_.data()));
  }

 private:
  static bool isQueued(const ModelMessage& message) {
    return message.socket == AttemptId::None && !message.doomed;
  }

  [[nodiscard]] bool mayGo(const ModelMessage& candidate, AttemptId attempt) const {
    return candidate.id > decidedUpTo_ &&
           std::all_of(messages_.begin(), messages_.end(), [&](const ModelMessage& other) {
             return other.id == candidate.id || (other.id < candidate.id && other.left) ||
                    (other.id < candidate.id && other.socket == attempt) ||
                    (other.id > candidate.id && isQueued(other));
           });
  }
  [[nodiscard]] bool isPlausible(const ModelMessage& message, DropReason reason, Instant now,
                                 const Options& options) const {
    switch (reason) {
      case DropReason::Overflow:
        return isQueued(message) &&
               (queued() > options.maxQueueSize || queuedBytes() > options.maxQueueBytes ||
                message.bytes > options.maxQueueBytes);
      case DropReason::Expired:
        return isQueued(message) && message.expiresAt && *message.expiresAt <= now;
      case DropReason::Disconnected:
        return isQueued(message) || message.doomed;
      case DropReason::Cleared:
      case DropReason::Destroyed:
        return isQueued(message);
      case DropReason::Unknown:
        return !isQueued(message) && !message.left && !message.doomed;
    }
    return false;
  }
  void hand(ModelMessage& message, AttemptId attempt) {
    Wire* wire = find(attempt);
    if (wire == nullptr) return;
    wire->handed += message.bytes;
    message.socket = attempt;
    message.end = wire->handed;
  }
  std::uint64_t comeBack(AttemptId attempt, PayloadId from, bool doomed) {
    std::uint64_t count = 0;
    for (std::size_t i = messages_.size(); i-- > 0;) {
      ModelMessage& message = messages_[i];
      if (message.socket != attempt || message.left || message.id < from) continue;
      ++count;
      message.socket = AttemptId::None;
      message.doomed = doomed;
      cut(*find(attempt), message.end - message.bytes, message.bytes);
    }
    forget([](const ModelMessage& m) { return m.isVolatile && m.socket == AttemptId::None; });
    return count;
  }
  // Bytes that were never taken: all that was handed later moves up.
  void cut(Wire& wire, std::uint64_t position, std::uint64_t bytes) {
    wire.handed -= bytes;
    for (ModelMessage& message : messages_) {
      if (message.socket == wire.attempt && message.end > position) message.end -= bytes;
    }
    if (wire.control && wire.control->start > position) wire.control->start -= bytes;
  }
  template <class Matches>
  void forget(Matches matches) {
    messages_.erase(std::remove_if(messages_.begin(), messages_.end(), matches), messages_.end());
  }
  ModelMessage* live(PayloadId id) {
    for (ModelMessage& message : messages_) {
      if (message.id == id) return &message;
    }
    return nullptr;
  }
  Wire* find(AttemptId attempt) {
    for (Wire& wire : wires_) {
      if (wire.attempt == attempt) return &wire;
    }
    return nullptr;
  }

  std::vector<ModelMessage> messages_;  // accepted and not yet accounted for, in the order of their ids
  std::vector<Wire> wires_;
  PayloadId decidedUpTo_ = 0;
};

}  // namespace rws::test
