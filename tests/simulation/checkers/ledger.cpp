// How messages move between the queue and the sockets.
#include "ledger.h"

#include <algorithm>
#include <string>

namespace rws::sim {
namespace {

constexpr std::uint64_t kFrameBytes = 8;

std::uint64_t controlBytes(const Record& record) {
  if (const std::optional<PingSent> ping = asPing(record)) return ping->bytes;
  if (const auto* const frame = as<effect::SendSessionFrame>(record))
    return SessionText(frame->frame).view().size();
  if (const auto* const pong = as<effect::SendPong>(record)) {
    return pong->reply.key > 0 ? pong->reply.bytes : writePong(pong->timestamp).size();
  }
  return 0;
}

AttemptId controlSocket(const Record& record) {
  if (const std::optional<PingSent> ping = asPing(record)) return ping->attempt;
  if (const auto* const frame = as<effect::SendSessionFrame>(record)) return frame->attempt;
  if (const auto* const pong = as<effect::SendPong>(record)) return pong->attempt;
  return AttemptId::None;
}

// Whether a ping or pong follows that message in this step.
bool isControlSentAfter(const Step& step, MessageId message) {
  bool isAfter = false;
  for (const Record& record : *step.records) {
    const auto* const sent = as<effect::SendMessage>(record);
    if (sent != nullptr && sent->message == message) isAfter = true;
    if (isAfter && controlBytes(record) > 0) return true;
  }
  return false;
}

}  // namespace

void Ledger::check(const Step& step, std::uint64_t pingDistance) {
  pingDistance_ = pingDistance;
  ended_.reset();
  abandoned_.clear();
  evidence_ = {};
  roundTrip_.reset();
  pingStretches_.clear();
  begin(step);
  if (Wire* const wire = find(step.attemptBefore)) wire->outlive(step.options->pongTimeout);
  for (const Record& item : *step.records) {
    session_.record(step, item);
    record(step, item);
  }
  if (Entry* const measured = find(std::exchange(measured_, 0))) {
    if (!isControlSentAfter(step, measured->id)) setSize(*measured);
  }
  finish(step);
  session_.finish(step, isRefused_);
  sweep();
  if (!step.isShort) lastRead_ = step.facts.now;
}

// --- the event

void Ledger::begin(const Step& step) {
  session_.begin(step);
  if (step.before == Phase::Destroyed) return;
  for (Wire& wire : wires_) {
    wire.newestBefore = wire.newest;
    wire.pingsRefused = 0;
  }
  readBuffers(step.facts, step.attemptBefore, step.closingBefore);
  evidence_.isDestroyed = step.isOneOf<event::Destroy>();
  evidence_.isUnprovable = isUnanswering_ || !step.client->options().sendsPings();
  evidence_.wasUnprovable = isUnanswering_ || !step.options->sendsPings();
  readSession(step);
  const bool isLeft =
      step.find<effect::CloseSocket>() != nullptr && step.client->currentAttempt() != step.attemptBefore;
  if (Wire* const wire = isLeft ? find(step.attemptBefore) : nullptr) resendAll(step, *wire);
  if (step.find<notification::Opened>() != nullptr) {
    opened(step);
    if (step.isHeard()) hear(step);
  } else if (const auto* const send = step.eventAs<event::Send>()) {
    accept(step, *send);
  } else if (const auto* const closed = step.eventAs<event::SocketClosed>()) {
    socketClosed(step, *closed);
  } else if (const auto* const failed = step.eventAs<event::MessageRefused>()) {
    refused(*failed);
  } else if (step.isHeard()) {
    hear(step);
  } else if (step.isOneOf<event::SetOption, event::SetHeartbeat>()) {
    if (step.isWatchNew()) restart(step);
    if (step.isPeerForgotten()) isUnanswering_ = hasAnswered_ = false;
  }
}

void Ledger::readBuffers(const HostFacts& facts, AttemptId current, AttemptId closing) {
  for (Wire& wire : wires_) {
    if (wire.attempt == current) wire.readBuffer(facts.bufferedAmount);
    if (wire.attempt == closing) wire.readBuffer(facts.closingBufferedAmount);
  }
}

// What the socket's buffer holds of the handshake counts as one frame that is no message.
void Ledger::opened(const Step& step) {
  Wire wire = Wire::opened(step.attemptBefore, step.now());
  const std::uint64_t amount = step.isOneOf<event::SocketOpened>() ? 0 : step.facts.bufferedAmount;
  if (amount > 0) wire.addFrame(amount, true);
  wire.atMost = wire.atLeast = amount;
  wire.hasRemainder = earlyRemainder_ == wire.attempt;
  wires_.push_back(wire);
}

void Ledger::accept(const Step& step, const event::Send& send) {
  if (send.options.isOfHandshake) return acceptInHandshake(step, send);
  Entry entry{.id = send.message.id,
              .bytes = step.exactBytes,
              .atMost = send.message.bytesAtMost() + kFrameBytes,
              .atLeast = send.message.bytesAtLeast(),
              .isVolatile = send.options.isVolatile};
  if (send.options.ttl) entry.expiresAt = step.now() + *send.options.ttl;
  // Where the size matters, the client asks for the exact one.
  const std::uint64_t most = std::min(step.options->maxMessageSize, session_.maxMessage());
  const bool isMeasured = entry.isVolatile || send.message.bytesAtMost() > most;
  if (isMeasured) {
    entry.atMost = entry.bytes + kFrameBytes;
    entry.atLeast = entry.bytes;
  }
  if (entry.bytes > most) {
    findings_.check(isRefusedIn(step, entry.id), "Q1",
                    "a message that is too large is accepted, or refused without a report");
    return;
  }
  findings_.check(!isRefusedIn(step, entry.id), "Q1", "a message is refused that is not too large");
  Wire* const wire = step.before == Phase::Connected ? find(step.attemptBefore) : nullptr;
  const bool isRoom = !session_.isActive() || session_.canSend();
  const bool maySend = wire != nullptr && queued_ == 0 && isRoom;
  const bool isSentNow =
      maySend && (!isBlocked() || (!isSurelyBlocked() && step.find<effect::SendMessage>() != nullptr));
  entries_.push_back(entry);
  if (step.isShort) {
    findings_.check(maySend && !isSurelyBlocked(), "Q3",
                    "a message is sent before messages that came before it");
    if (wire != nullptr) give(entries_.back(), *wire, step.now());
    ++sentCount_;
    recorded(step, entries_.back());
    return;
  }
  if (!isSentNow && !entry.isVolatile) queue(entries_.back());
}

void Ledger::socketClosed(const Step& step, const event::SocketClosed& event) {
  Wire* const wire = find(event.attempt);
  if (wire == nullptr) return;
  evidence_.isAcknowledged = wire->isClosing && event.info.wasClean && event.info.code == 1000;
  // What did not block the queue cannot be sent again: later messages would be overtaken.
  resendAll(step, *wire);
  const bool isCertain =
      step.engine != Engine::WholeMessages || (wire->isPlain() && !(wire->isClosing && wire->mayNotBlock));
  for (Entry& entry : entries_) {
    if (entry.socket != event.attempt || entry.place != Place::Sent) continue;
    if (!isKnownUnsent(step.engine, *wire) || entry.end <= wire->leftUpTo) continue;
    if (!isCertain && isReportedIn(step, entry.id)) continue;
    if (wire->hasRemainder && entry.hasLeft) {
      entry.mayRepeat = true;
      entry.hasLeft = false;
    }
    takeBack(entry, wire->dropsUnsent);
  }
  ended_ = *wire;
  wires_.erase(wires_.begin() + (wire - wires_.data()));
}

// Nothing is concluded from a remainder that lies within a message that cannot be divided.
bool Ledger::isKnownUnsent(Engine engine, const Wire& wire) {
  return engine != Engine::WholeMessages || wire.isOnBoundary;
}

void Ledger::refused(const event::MessageRefused& event) {
  Wire* const wire = find(event.attempt);
  Entry* const own = find(event.message);
  if (wire == nullptr && own != nullptr && own->isOfHandshake && session_.isActiveOn(event.attempt)) {
    session_.handshakeRefused(event.message);
    own->place = Place::New;
  }
  if (wire == nullptr) return;
  for (Entry& entry : entries_) {
    const bool isGiven = entry.place == Place::Sent || entry.place == Place::Recorded;
    if (entry.socket != event.attempt || !isGiven || entry.id < event.message) continue;
    wire->removeFrame(entry.bytes);
    wire->atMost -= entry.atMost;
    wire->atLeast -= entry.atLeast;
    isRefused_ = true;
    entry.socket = AttemptId::None;
    if (session_.isActiveOn(event.attempt)) continue;
    --sentCount_;
    takeBack(entry, wire->dropsUnsent);
  }
  if (session_.isActiveOn(event.attempt)) {
    for (const MessageId id : session_.refused(event.message)) {
      --sentCount_;
      if (Entry* const entry = find(id)) takeBack(*entry, false);
    }
  }
  wire->newest = std::min(wire->newest, event.message - 1);
  for (Wire::Ping& ping : wire->pings) {
    ping.behind = std::min(ping.behind, event.message - 1);
    ping.before = std::min(ping.before, wire->atMost);
  }
  wire->pingedAt = std::min(wire->pingedAt, wire->atMost);
  wire->pingedUpTo = std::min(wire->pingedUpTo, event.message - 1);
  wire->answeredAt = std::min(wire->answeredAt, wire->atMost);
}

// --- effects and answers

void Ledger::record(const Step& step, const Record& record) {
  if (const auto* const e = as<effect::SendMessage>(record)) return sent(step, *e);
  if (const std::optional<PingSent> ping = asPing(record)) pinged(step, *ping);
  if (const auto* const missing = std::get_if<PingNotMade>(&record)) return pingMissing(step, missing->sent);
  if (const std::uint64_t bytes = controlBytes(record)) {
    if (Wire* const wire = find(controlSocket(record))) {
      wire->addFrame(bytes, true);
      wire->atMost += bytes;
      wire->atLeast += bytes;
    }
    return;
  }
  if (const auto* const e = as<effect::Delivered>(record)) return delivered(step, e->messages);
  if (const auto* const e = as<effect::Unconfirmed>(record)) return unconfirmed(step, e->messages);
  if (const auto* const e = as<effect::Dropped>(record)) return dropped(step, *e);
  if (const auto* const e = as<effect::Discarded>(record)) return discarded(step, e->message);
  if (const auto* const e = as<effect::CloseSocket>(record)) return socketClosing(step, e->attempt);
  if (const auto* const e = as<effect::LeaveSession>(record)) return socketClosing(step, e->attempt);
  if (const auto* const e = as<effect::Release>(record)) return released(step, e->attempt);
  if (const auto* const e = as<notification::Failed>(record)) {
    if (e->type == ErrorType::HeartbeatUnanswered) isUnanswering_ = evidence_.isUnprovable = true;
    return;
  }
  const Answer* const answer = std::get_if<Answer>(&record);
  if (answer == nullptr) return;
  // The buffer does not hold what was refused.
  if (const auto* const e = answerAs<event::MessageRefused>(record)) refused(*e);
  if (const auto* const e = answerAs<event::ControlRefused>(record)) refused(step, *e);
  readBuffers(answer->facts, answer->current, answer->closing);
}

void Ledger::sent(const Step& step, const effect::SendMessage& effect) {
  Entry* const entry = find(effect.message);
  const bool isAgain = entry != nullptr && entry->place == Place::Recorded;
  const bool isWaiting =
      entry != nullptr && (isAgain || entry->place == Place::New || entry->place == Place::Queued);
  findings_.check(isWaiting, "Q4", "a message is sent twice, or was never accepted");
  Wire* const wire = find(effect.attempt);
  if (wire == nullptr && entry != nullptr && entry->isOfHandshake) return recorded(step, *entry);
  findings_.check(wire != nullptr && !wire->isClosing, "Q3",
                  "a message is sent on a socket that is not open");
  if (!isWaiting || wire == nullptr) return;
  findings_.check(!entry->hasLeft || isAgain || entry->mayRepeat, "Q4",
                  "a message that has left is sent again");
  // Messages of a handshake come before all others, also when a session sends them again.
  findings_.check(!isSurelyBlocked() || (isAgain && entry->isOfHandshake), "Q4",
                  "a message overtakes one that may be unsent");
  findings_.check(!entry->expiresAt || *entry->expiresAt > step.now() || entry->place == Place::New, "Q5",
                  "an expired message is sent");
  findings_.check(isAgain || !session_.isActive() || session_.canSend(), "Q6",
                  "a message is sent before those that are sent again, or beyond the window");
  if (entry->place == Place::Queued) {
    findings_.check(oldestQueued() == entry, "Q3", "a message overtakes another of the queue");
    unqueue(*entry);
  } else if (!isAgain) {
    findings_.check(queued_ == 0, "Q3", "a message is sent before the queue");
  }
  constexpr std::uint64_t kManyMessages = 60;
  const bool isMany = wire->newest - std::min(wire->pingedUpTo, wire->newest) >= kManyMessages;
  const std::uint64_t longest = (isMany ? 65'536 : pingDistance_) + 256;  // control frames may be refused
  constexpr std::uint64_t kPing = 64;
  const std::uint64_t stretch = wire->atMost - std::min(wire->pingedAt, wire->atMost);
  const bool isPinging =
      step.client->options().sendsPings() && !isUnanswering_ && wire->pings.size() < Wire::kRemembered;
  findings_.check(!isPinging || stretch <= kPing || stretch + entry->atMost <= longest, "H9",
                  "too much is sent without a ping");
  give(*entry, *wire, step.now());
  if (!isAgain) ++sentCount_;
  if (isPingMissing_) pingMissing(step, sentCount_);
  isRefused_ = false;
  if (session_.isActive()) recorded(step, *entry);
}

void Ledger::socketClosing(const Step& step, AttemptId attempt) {
  Wire* const wire = find(attempt);
  if (wire == nullptr) return;
  wire->dropsUnsent = step.isOneOf<event::Disconnect, event::Destroy>();
  wire->isClosing = true;
  wire->closingLimit = step.now() + step.options->closeGrace;
  const bool isKnown = isKnownUnsent(step.engine, *wire) && wire->isPlain();
  const bool isUncertain = step.engine == Engine::WholeMessages && !isKnown;
  // Where it is uncertain what the buffer holds, all messages may be unsent.
  const bool mayHoldAll = isUncertain && wire->leftUpTo < wire->sent;
  const auto isUnsent = [&](const Entry& entry) {
    const bool isSent = entry.socket == attempt && entry.place == Place::Sent;
    return isSent && (mayHoldAll || entry.end > wire->leftUpTo);
  };
  wire->isBlocking = !wire->dropsUnsent && std::any_of(entries_.begin(), entries_.end(), isUnsent);
  wire->mayNotBlock = isUncertain;
}

void Ledger::released(const Step& step, AttemptId attempt) {
  if (const Wire* const wire = find(attempt)) {
    findings_.check(mayAbandon(step, *wire), "Q4",
                    "a closing socket with messages is given up before its time");
    wires_.erase(wires_.begin() + (wire - wires_.data()));
  }
  for (Entry& entry : entries_) {
    if (entry.socket != attempt || entry.place != Place::Sent) continue;
    findings_.check(entry.isVolatile, "Q2", "a socket is released with messages that nothing was said of");
    entry.place = Place::Gone;
    if (!entry.hasLeft) mayLeave_.push_back(entry.id);
  }
}

// --- entries

void Ledger::give(Entry& entry, Wire& wire, Instant now) {
  // A session may have sent a newer message of a handshake first. Then the client counts this one as a
  // control frame.
  const bool isOlder = session_.isActive() && entry.id <= wire.newest;
  wire.addFrame(entry.bytes, isOlder);
  wire.atMost += entry.atMost - (isOlder ? kFrameBytes : 0);
  wire.atLeast += entry.atLeast;
  wire.newest = std::max(wire.newest, entry.id);
  entry.place = Place::Sent;
  entry.socket = wire.attempt;
  entry.end = wire.sent;
  wire.newestSentAt = now;
}

void Ledger::measured(MessageId id) {
  Entry* const entry = find(id);
  if (entry != nullptr && (entry->place == Place::Sent || entry->place == Place::Recorded)) {
    setSize(*entry);
  } else {
    measured_ = id;  // the records of the running step are not checked yet
  }
}

// From now on the client counts that message, the newest one, with its exact size.
void Ledger::setSize(Entry& entry) {
  Wire* const wire = find(entry.socket);
  if (wire == nullptr || wire->newest != entry.id) return;
  wire->atMost -= entry.atMost - (entry.bytes + kFrameBytes);
  wire->atLeast += entry.bytes - entry.atLeast;
  entry.atMost = entry.bytes + kFrameBytes;
  entry.atLeast = entry.bytes;
}

// The message was not sent after all.
void Ledger::takeBack(Entry& entry, bool isDropped) {
  entry.socket = AttemptId::None;
  if (entry.isVolatile) {
    entry.place = Place::Gone;
  } else if (isDropped) {
    entry.place = Place::Returned;
  } else {
    queue(entry);
  }
}

void Ledger::queue(Entry& entry) {
  entry.place = Place::Queued;
  entry.atMost = entry.bytes + kFrameBytes;  // it is measured there
  entry.atLeast = entry.bytes;
  ++queued_;
  queuedBytes_ += entry.bytes;
  if (entry.expiresAt) ++expiring_;
}

void Ledger::unqueue(const Entry& entry) {
  --queued_;
  queuedBytes_ -= entry.bytes;
  if (entry.expiresAt) --expiring_;
}

void Ledger::sweep() {
  while (!entries_.empty() && entries_.front().place == Place::Gone) entries_.pop_front();
  while (!entries_.empty() && entries_.back().place == Place::Gone) entries_.pop_back();
  if (entries_.size() > 64 || entries_.empty()) return;
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [](const Entry& entry) { return entry.place == Place::Gone; }),
                 entries_.end());
}

}  // namespace rws::sim
