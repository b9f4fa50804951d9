// Messages on record in a session, and those that are sent again without one.
#include <algorithm>

#include "ledger.h"

namespace rws::sim {
namespace {

constexpr std::uint64_t kFrameBytes = 8;

}  // namespace

// On record in the session alone: the heartbeat starts when the connection is open.
void Ledger::acceptInHandshake(const Step& step, const event::Send& send) {
  const bool isSent = step.find<effect::SendMessage>() != nullptr;
  const bool isOpening = step.before == Phase::Connecting || step.before == Phase::Retrying;
  const std::uint64_t most = std::min(step.options->maxMessageSize, session_.maxMessage());
  const bool isPossible = isOpening && session_.canSend() && step.exactBytes <= most;
  findings_.check(isSent == isPossible, "Q8", "a message of a handshake is sent wrongly, or not at all");
  if (!isSent) return;
  entries_.push_back({.id = send.message.id,
                      .bytes = step.exactBytes,
                      .atMost = step.exactBytes + kFrameBytes,
                      .atLeast = step.exactBytes,
                      .isOfHandshake = true});
}

// It has a number from now on, and stays on record until the server acknowledges it.
void Ledger::recorded(const Step& step, Entry& entry) {
  if (!session_.isActive()) return;
  session_.sent(step, {entry.id, entry.expiresAt, entry.isVolatile, entry.isOfHandshake});
  repeated_.insert(entry.id);
  entry.hasLeft = false;
  entry.place = Place::Recorded;
}

// What the event means for the messages on record: the server has acknowledged them, or the session is over.
void Ledger::readSession(const Step& step) {
  const MessageId upTo = session_.acknowledgedNow();
  if (Wire* const wire = upTo > 0 ? find(step.attemptBefore) : nullptr) {
    wire->ackedUpTo = std::max(wire->ackedUpTo, upTo);
  }
  if (!session_.hasEnded()) return;
  for (Entry& entry : entries_) {
    if (entry.place != Place::Recorded) continue;
    entry.socket = AttemptId::None;
    if (entry.isVolatile) {
      entry.place = Place::Gone;
    } else if (entry.isOfHandshake) {
      entry.place = Place::New;
    } else if (session_.isResent()) {
      entry.mayRepeat = true;
      queue(entry);
    }
  }
}

void Ledger::resendAll(const Step& step, const Wire& wire) {
  const bool isDropped = step.isOneOf<event::Disconnect, event::Destroy>();
  const bool isKept = isDropped || wire.isClosing;
  if (!step.client->options().resendsUnconfirmed || isKept) return;
  for (Entry& entry : entries_) {
    if (entry.socket != wire.attempt || entry.place != Place::Sent) continue;
    // What has left counts as delivered where nothing will ever prove it.
    if (evidence_.isUnprovable && isReportedIn(step, entry.id)) continue;
    entry.mayRepeat = true;
    entry.hasLeft = false;
    repeated_.insert(entry.id);
    takeBack(entry, false);
  }
}

void Ledger::checkSession() {
  for (Entry& entry : entries_) {
    if (entry.place != Place::Recorded) continue;
    if (entry.isVolatile) {
      if (!isHolding(entry)) entry.place = Place::Gone;
      continue;
    }
    const bool isRecorded = session_.isRecorded(entry.id);
    findings_.check(isRecorded || !session_.hasEnded(), "Q6",
                    "a message of a session that is over is not reported");
    findings_.check(isRecorded, "Q6", "a message that is acknowledged is not delivered");
  }
}

void Ledger::counted(MessageId id) {
  if (Entry* const entry = find(id)) entry->isCounted = true;
}

// Of a message on record: a pong shows that the server has read it.
bool Ledger::isHolding(const Entry& entry) const {
  const Wire* const own = wire(entry.socket);
  return entry.place == Place::Recorded && own != nullptr && !entry.isOfHandshake &&
         entry.id > std::max({own->answeredUpTo, own->ackedUpTo, own->outlivedUpTo});
}

}  // namespace rws::sim
