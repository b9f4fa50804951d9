// What becomes of messages, and whether the client may say so.
#include <algorithm>

#include "ledger.h"

namespace rws::sim {

void Ledger::delivered(const Step& step, MessageRange range) {
  findings_.check(!range.empty(), "Q2", "nothing is delivered");
  for (Entry& entry : entries_) {
    if (entry.id > range.upTo) break;
    if (entry.id <= range.after || entry.place == Place::Gone) continue;
    if (entry.place == Place::Recorded && entry.isVolatile) continue;
    if (entry.place == Place::Recorded) {
      findings_.check(!session_.isRecorded(entry.id) && !session_.hasEnded(), "Q6",
                      "a message is called delivered that the server has not acknowledged");
      findings_.check(entry.isCounted, "Q6", "a message is called delivered that the server has not counted");
      entry.place = Place::Gone;
      continue;
    }
    findings_.check(entry.place == Place::Sent, "Q2", "a message is called delivered that is not sent");
    const Wire* const wire = ended_ && ended_->attempt == entry.socket ? &*ended_ : find(entry.socket);
    const bool isAnswered = wire != nullptr && entry.id <= wire->answeredUpTo;
    const bool isOutlived = wire != nullptr && entry.id <= wire->outlivedUpTo;
    const bool isFree = evidence_.isAcknowledged || evidence_.isDestroyed || evidence_.isUnprovable ||
                        evidence_.wasUnprovable;
    findings_.check(isAnswered || isOutlived || isFree, "Q2", "a message is called delivered without proof");
    findings_.check(entry.hasLeft, "Q2", "a message that has not left is called delivered");
    if (Wire* const open = find(entry.socket)) open->goneUpTo = std::max(open->goneUpTo, entry.end);
    // A peer that answers every ping in good time shows what has arrived, and nothing else does.
    const bool isCurrent = entry.socket == step.attemptBefore;
    const bool isUnknown = wire != nullptr && wire->hasRestartedHeartbeat;
    const bool isShown = isAnswered || (step.isPeerHealthy && isCurrent && !isFree && !isUnknown);
    findings_.check(!isShown || entry.hasArrived, "Q2", "a message that never arrived is called delivered");
    entry.place = Place::Gone;
  }
}

void Ledger::unconfirmed(const Step& step, MessageRange range) {
  (void)step;
  findings_.check(!range.empty(), "Q1", "nothing is unconfirmed");
  for (Entry& entry : entries_) {
    if (entry.id > range.upTo) break;
    if (entry.id <= range.after || entry.place == Place::Gone) continue;
    if (entry.place == Place::Recorded && entry.isVolatile) continue;
    if (entry.place == Place::Recorded) {
      findings_.check(session_.hasEnded() && !session_.isResent(), "Q6",
                      "a message is called unconfirmed while its session goes on");
      entry.place = Place::Gone;
      continue;
    }
    findings_.check(entry.place == Place::Sent, "Q1", "a message is called unconfirmed that is not sent");
    const bool isEnded = ended_ && ended_->attempt == entry.socket;
    const Wire* const wire = isEnded ? &*ended_ : find(entry.socket);
    bool isUnclear = false;
    if (wire != nullptr) {
      findings_.check(entry.id > wire->answeredUpTo, "Q1",
                      "a message that has arrived is called unconfirmed");
      isUnclear = !isKnownUnsent(step.engine, *wire) || wire->mayNotBlock;
      // Of a buffer that holds more than was sent, an empty message at its very start need not have left.
      const bool isUncertain = !isKnownUnsent(step.engine, *wire) && entry.end == wire->leftUpTo;
      const bool isUnsent = entry.end > wire->leftUpTo || isUncertain;
      findings_.check(isUnsent || !(evidence_.isUnprovable || evidence_.isDestroyed), "Q1",
                      "a message is called unconfirmed where nothing is ever proven");
    }
    // An acknowledgement proves nothing of a message that may not have left.
    findings_.check(!isEnded || !evidence_.isAcknowledged || isUnclear, "Q1",
                    "a message before an acknowledged close is called unconfirmed");
    if (!isEnded) abandoned_.push_back(entry.socket);
    if (!entry.hasLeft) mayLeave_.push_back(entry.id);
    entry.place = Place::Gone;
  }
}

void Ledger::dropped(const Step& step, const effect::Dropped& effect) {
  Entry* const entry = find(effect.message);
  findings_.check(entry != nullptr, "Q1", "a message is dropped twice, or after it was delivered");
  if (entry == nullptr) return;
  findings_.check(!entry->isVolatile, "Q5", "a volatile message is reported");
  findings_.check(isTrue(step, *entry, effect.reason), "Q1", "the reason of a drop is not the true one");
  if (entry->place == Place::Queued) unqueue(*entry);
  if (entry->place == Place::Recorded) session_.expired(step, entry->id);
  entry->place = Place::Gone;
}

bool Ledger::isTrue(const Step& step, const Entry& entry, DropReason reason) const {
  const Options& limits = step.client->options();
  const bool isQueued = entry.place == Place::Queued;
  switch (reason) {
    case DropReason::Overflow:
      if (!isQueued) return false;
      if (entry.bytes > limits.maxQueueBytes) return true;
      // A message that never fits costs no other its place.
      if (isOverfull(limits)) return false;
      return oldestQueued() == &entry &&
             (queued_ > limits.maxQueueSize || queuedBytes_ > limits.maxQueueBytes);
    case DropReason::Expired:
      return (isQueued || entry.place == Place::Recorded) && entry.expiresAt &&
             *entry.expiresAt <= step.now();
    case DropReason::Disconnected:
      return entry.place == Place::Returned || (isQueued && step.isOneOf<event::Disconnect>());
    case DropReason::Cleared:
      return isQueued && step.isOneOf<event::ClearQueue>();
    case DropReason::Destroyed:
      return isQueued && step.isOneOf<event::Destroy>();
    case DropReason::TooLarge:
      return isQueued && oldestQueued() == &entry && entry.bytes > session_.maxMessage();
  }
  return false;
}

// Whether the client takes the message for one that has left.
bool Ledger::isReportedIn(const Step& step, MessageId id) {
  const auto holds = [id](const auto* effect) {
    return effect != nullptr && effect->messages.after < id && id <= effect->messages.upTo;
  };
  return std::any_of(step.records->begin(), step.records->end(), [&holds](const Record& record) {
    return holds(as<effect::Unconfirmed>(record)) || holds(as<effect::Delivered>(record));
  });
}

// Whether that message was refused for its size. The same report before a drop is of a queued message, which
// the server takes no more.
bool Ledger::isRefusedIn(const Step& step, MessageId id) {
  const std::vector<Record>& records = *step.records;
  const auto isRefusal = [id](const Record& report, const Record& next) {
    const auto* const discarded = as<effect::Discarded>(next);
    return as<notification::MessageTooLarge>(report) != nullptr && discarded != nullptr &&
           discarded->message == id;
  };
  return std::adjacent_find(records.begin(), records.end(), isRefusal) != records.end();
}

// Whether the queue holds a message that does not fit in alone.
bool Ledger::isOverfull(const Options& limits) const {
  return queuedBytes_ > limits.maxQueueBytes &&
         std::any_of(entries_.begin(), entries_.end(), [&limits](const Entry& entry) {
           return entry.place == Place::Queued && entry.bytes > limits.maxQueueBytes;
         });
}

// Refused for its size, or volatile: it is not reported.
void Ledger::discarded(const Step& step, MessageId id) {
  Entry* const entry = find(id);
  const auto* const send = step.eventAs<event::Send>();
  const bool isOwn = send != nullptr && send->message.id == id;
  if (entry != nullptr && entry->isOfHandshake) {
    findings_.check(entry->place == Place::New, "Q2", "a message of a handshake disappears");
    entry->place = Place::Gone;
    return;
  }
  findings_.check(isOwn, "Q2", "a message disappears");
  if (entry == nullptr) return;
  findings_.check(entry->isVolatile, "Q2", "a message disappears");
  // Until its socket is over it still counts as sent.
  if (entry->place == Place::New) entry->place = Place::Gone;
}

// A socket that may have to give messages back is given up by commands and at the end of closeGrace only;
// another closing socket also when the next one closes.
bool Ledger::mayAbandon(const Step& step, const Wire& wire) const {
  const bool hasReported = std::find(abandoned_.begin(), abandoned_.end(), wire.attempt) != abandoned_.end();
  if (!hasSent(wire.attempt) && !hasReported) return true;
  if (step.isOneOf<event::Connect, event::Reconnect, event::Disconnect, event::Destroy>()) return true;
  if (step.isOneOf<event::TimerFired>() && wire.closingLimit <= step.now()) return true;
  const bool isSurelyBlocking = wire.isBlocking && !wire.mayNotBlock;
  return !isSurelyBlocking && step.client->currentAttempt() != step.attemptBefore;
}

// --- after the step

void Ledger::finish(const Step& step) {
  for (const Entry& entry : entries_) {
    findings_.check(entry.place != Place::New, "Q2", "an accepted message is neither sent nor queued");
    findings_.check(entry.place != Place::Returned, "Q1", "an unsent message is not reported");
  }
  for (const AttemptId attempt : abandoned_) {
    findings_.check(find(attempt) == nullptr, "Q1", "a message of a socket that is not over is unconfirmed");
  }
  checkSizes(step);
  checkQueue(step);
  checkProven(step);
  checkSession();
  findings_.check(!step.isOneOf<event::Destroy>() || open() == 0, "Q2", "a message outlives destroy()");
}

void Ledger::checkQueue(const Step& step) {
  const Options& limits = step.client->options();
  if (queued_ == 0 && !session_.hasToResend()) isRefused_ = false;
  findings_.check(queued_ <= limits.maxQueueSize && queuedBytes_ <= limits.maxQueueBytes, "Q1",
                  "the queue exceeds its limits");
  findings_.check(step.client->queuedMessages() == queued_ && step.client->queuedBytes() == queuedBytes_,
                  "Q2", "the queue does not hold what was accepted");
  const bool isEmptied = step.isOneOf<event::Disconnect, event::ClearQueue, event::Destroy>();
  findings_.check(!isEmptied || queued_ == 0, "Q1", "messages stay in a queue that is cleared");
  findings_.check(step.after() != Phase::Connected || queued_ == 0 || !mayFlush(), "Q3",
                  "what may be sent stays in the queue");
}

// A report of a size belongs to the message after it, which is refused, or dropped from the queue.
void Ledger::checkSizes(const Step& step) {
  bool isReported = false;
  for (const Record& record : *step.records) {
    const auto* const dropped = as<effect::Dropped>(record);
    const bool isDrop = dropped != nullptr && dropped->reason == DropReason::TooLarge;
    const bool isOfMessage = isDrop || as<effect::Discarded>(record) != nullptr;
    findings_.check(!isReported || isOfMessage, "Q1", "a size is reported, but no message is too large");
    isReported = as<notification::MessageTooLarge>(record) != nullptr;
  }
  findings_.check(!isReported, "Q1", "a size is reported, but no message is too large");
}

void Ledger::checkProven(const Step& step) {
  const Wire* const current = find(step.client->currentAttempt());
  const bool isRead = !step.isShort && !step.isOneOf<event::MessageRefused>();
  const bool isEmpty = current != nullptr && isRead && step.facts.bufferedAmount == 0 &&
                       step.client->currentAttempt() == step.attemptBefore;
  for (const Entry& entry : entries_) {
    if (entry.place != Place::Sent) continue;
    const Wire* const wire = find(entry.socket);
    findings_.check(wire != nullptr, "Q2", "a message is forgotten with its socket");
    if (wire == nullptr) return;
    findings_.check(entry.id > wire->answeredUpTo, "Q2", "a message that has arrived is not delivered");
    // Where nothing else is ever proven, an empty buffer is proof enough.
    const bool isUnprovable = evidence_.isUnprovable && evidence_.wasUnprovable;
    const bool isLeft = isEmpty && isUnprovable && wire == current && entry.id <= wire->newestBefore;
    findings_.check(!isLeft, "Q2", "a message that has left is not delivered");
  }
}

// --- the truth

void Ledger::left(MessageId id) {
  Entry* const entry = find(id);
  if (repeated_.count(id) > 0) {
    if (entry != nullptr) entry->hasLeft = true;
    return;
  }
  if (entry == nullptr) {
    const auto known = std::find(mayLeave_.begin(), mayLeave_.end(), id);
    findings_.check(known != mayLeave_.end(), "Q4", "a message leaves that was accounted for");
    if (known != mayLeave_.end()) mayLeave_.erase(known);
    return;
  }
  findings_.check(!entry->hasLeft, "Q4", "a message leaves twice");
  const Wire* const wire = find(entry->socket);
  // Of a closing socket the browser may hold more than it shows.
  const bool isHidden = wire != nullptr && wire->isClosing && (!wire->isBlocking || wire->mayNotBlock);
  findings_.check(id > lastLeft_ || isHidden || entry->mayRepeat, "Q3",
                  "a message overtakes another on the way out");
  entry->hasLeft = true;
  lastLeft_ = std::max(lastLeft_, id);
}

void Ledger::arrived(MessageId id) {
  if (Entry* const entry = find(id)) entry->hasArrived = true;
}

void Ledger::remainderAdded(AttemptId attempt) {
  Wire* const wire = find(attempt);
  if (wire == nullptr) {
    earlyRemainder_ = attempt;
  } else {
    wire->hasRemainder = true;
  }
}

bool Ledger::isHolding(AttemptId attempt) const {
  return std::any_of(entries_.begin(), entries_.end(), [this, attempt](const Entry& entry) {
    return entry.socket == attempt && (entry.place == Place::Sent || isHolding(entry));
  });
}

bool Ledger::hasSent(AttemptId attempt) const {
  return std::any_of(entries_.begin(), entries_.end(), [attempt](const Entry& entry) {
    return entry.socket == attempt && entry.place == Place::Sent;
  });
}

std::size_t Ledger::open() const {
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [](const Entry& entry) {
    return entry.place != Place::Gone && !entry.isVolatile;
  }));
}

std::optional<Instant> Ledger::nextExpiry() const {
  std::optional<Instant> first;
  if (expiring_ == 0) return first;
  for (const Entry& entry : entries_) {
    if (entry.place != Place::Queued || !entry.expiresAt) continue;
    if (!first || *entry.expiresAt < *first) first = entry.expiresAt;
  }
  return first;
}

// --- what others ask

bool Ledger::isBlocked() const {
  return std::any_of(wires_.begin(), wires_.end(), [](const Wire& wire) { return wire.isBlocking; });
}

bool Ledger::isSurelyBlocked() const {
  return std::any_of(wires_.begin(), wires_.end(),
                     [](const Wire& wire) { return wire.isBlocking && !wire.mayNotBlock; });
}

Ledger::Entry* Ledger::find(MessageId id) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), id,
                                   [](const Entry& entry, MessageId wanted) { return entry.id < wanted; });
  return at == entries_.end() || at->id != id || at->place == Place::Gone ? nullptr : &*at;
}

Wire* Ledger::find(AttemptId attempt) {
  for (Wire& wire : wires_) {
    if (wire.attempt == attempt) return &wire;
  }
  return nullptr;
}

const Wire* Ledger::wire(AttemptId attempt) const {
  for (const Wire& wire : wires_) {
    if (wire.attempt == attempt) return &wire;
  }
  return nullptr;
}

const Ledger::Entry* Ledger::oldestQueued() const {
  for (const Entry& entry : entries_) {
    if (entry.place == Place::Queued) return &entry;
  }
  return nullptr;
}

}  // namespace rws::sim
