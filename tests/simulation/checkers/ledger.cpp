// Owns the movements of messages between queue, socket and doubt.
// Refuses to repair: after the first broken promise the books mean nothing.
#include "ledger.h"

#include <string>
#include <string_view>

namespace rws::sim {
namespace {

// How much longer than a second so many bytes take on a link that is slow, a minute at most.
Duration slowness(std::uint64_t bytes) {
  constexpr std::uint64_t kBytesPerSecond = 16 * std::uint64_t{1024};
  const std::uint64_t slow = bytes - std::min(bytes, kBytesPerSecond);
  const Duration time = std::chrono::milliseconds(slow * 1000 / kBytesPerSecond);
  return std::min<Duration>(time, std::chrono::minutes(1));
}

}  // namespace

void Ledger::check(const Step& step) {
  sweeping_ = false;
  answeredClose_ = AttemptId::None;
  // The host performs what a send leads to before it hands the message itself over.
  const bool handsOver = step.send != nullptr && step.outcome == SendOutcome::HandOver;
  if (step.send == nullptr) {
    tell(step);
  } else if (!handsOver) {
    send(step);
  }
  for (const Action& action : *step.actions) act(step, action);
  if (handsOver) send(step);
  finish(step);
}

// What is true when the client hears of it.
void Ledger::tell(const Step& step) {
  if (const auto* opened = step.as<input::Opened>()) {
    const bool counts = opened->attempt == step.attemptBefore && step.before != Phase::Connected;
    if (counts && opened->attempt != AttemptId::None) wires_.push_back({opened->attempt});
  } else if (const auto* shut = step.as<input::Closed>()) {
    closed(*shut);
  } else if (const auto* told = step.as<input::Buffered>()) {
    if (told->attempt == step.attemptBefore) prove(told->attempt, told->amount);
  } else if (const auto* failed = step.as<input::HandOverFailed>()) {
    const Wire* const wire = wireOf(failed->attempt);
    if (wire == nullptr) return;
    comeBack(failed->attempt, failed->payload, wire->forgets ? Place::Doomed : Place::Queued);
    endGrace();
    refused_ = true;
  } else if (const auto* received = step.as<input::Received>()) {
    const bool counts = received->attempt == step.attemptBefore && step.before == Phase::Connected;
    if (counts) hear(*received);
  } else if (step.isOneOf<input::ChangeOptions>()) {
    // The client's memory of pings begins anew with its heartbeat.
    const bool isNew = step.client->options().enableHeartbeat && !step.options->enableHeartbeat;
    if (Wire* wire = isNew ? wireOf(step.attemptBefore) : nullptr) {
      wire->pings.clear();
      wire->oldest.reset();
    }
  }
}

// An answer to a ping proves all that was handed over before it.
void Ledger::hear(const input::Received& received) {
  Wire* const wire = wireOf(received.attempt);
  if (wire == nullptr) return;
  wire->patience = Duration::zero();
  wire->heard = true;
  if (received.control.kind == ControlKind::None) return;
  const auto asked = std::find_if(wire->pings.begin(), wire->pings.end(), [&received](const Ping& ping) {
    return received.control.timestamp == std::to_string(ping.timestamp);
  });
  if (asked == wire->pings.end()) return;
  wire->answeredUpTo = std::max(wire->answeredUpTo, asked->behind);
  if (asked->number == wire->pingsSent) wire->arrived = asked->end;
  for (Entry& entry : entries_) {
    if (entry.socket != wire->attempt || entry.place != Place::Handed || entry.id > asked->behind) continue;
    entry.proven = true;
  }
  if (wire->oldest && asked->behind >= wire->oldest->behind) wire->oldest.reset();
  wire->pings.erase(asked);
}

void Ledger::note(const Step& step, const action::SendControl& control) {
  Wire* const wire = wireOf(control.attempt);
  if (wire == nullptr) return;
  const std::uint64_t end = wire->handed;
  wire->handed += control.text.size();
  constexpr std::string_view kPing = R"({"type":"ping","timestamp":)";
  if (!control.text.view().starts_with(kPing)) return;
  constexpr std::size_t kRemembered = 6;
  wire->patience = std::max(wire->patience, slowness(end - std::min(end, wire->arrived)));
  const Ping ping{std::stoll(std::string(control.text.view().substr(kPing.size()))), step.now.instant,
                  ++wire->pingsSent, wire->handedUpTo, end};
  if (wire->pings.size() == kRemembered) wire->pings.erase(wire->pings.begin());
  wire->pings.push_back(ping);
  const Duration waited = wire->oldest ? ping.at - wire->oldest->at : Duration::zero();
  if (wire->oldest && wire->heard && waited >= step.client->options().pongTimeout) {
    wire->outlivedUpTo = std::max(wire->outlivedUpTo, wire->oldest->behind);
    if (wire->oldest->behind != 0) wire->arrived = end;
    wire->oldest.reset();
  }
  if (wire->oldest) return;
  wire->oldest = ping;
  wire->heard = false;
}

void Ledger::send(const Step& step) {
  const SendCall& call = *step.send;
  Entry entry{.id = call.payload.id, .bytes = call.payload.bytes, .isVolatile = call.options.isVolatile};
  if (call.options.ttl) entry.expiresAt = step.now.instant + *call.options.ttl;
  const bool tooLarge = entry.bytes > step.options->maxMessageSize;
  const bool refused = step.outcome == SendOutcome::Refused;
  findings_.check(refused == (tooLarge || step.before == Phase::Destroyed), "Q2",
                  "a message is refused, or accepted, against the rule of size");
  findings_.check(!refused || step.before == Phase::Destroyed || step.find<action::TellTooLarge>() != nullptr,
                  "Q1", "a message is refused without a word");
  findings_.check(step.outcome != SendOutcome::Discarded || entry.isVolatile, "Q2", "a message vanishes");
  findings_.check(step.outcome != SendOutcome::Queued || !entry.isVolatile, "Q5",
                  "a volatile message is queued");
  if (step.outcome == SendOutcome::Queued) {
    entries_.push_back(entry);
    queue(entries_.back());
  } else if (step.outcome == SendOutcome::HandOver) {
    findings_.check(queued_ == 0 && doubtful_ == 0, "Q3",
                    "a send goes before queued messages or messages in doubt");
    findings_.check(wireOf(step.client->currentAttempt()) != nullptr, "Q3",
                    "a message is handed to a socket that is not open");
    entries_.push_back(entry);
    hand(entries_.back(), step.client->currentAttempt());
    ++handedOver_;
  }
}

void Ledger::act(const Step& step, const Action& action) {
  if (const auto* transmitted = std::get_if<action::Transmit>(&action)) {
    transmit(step, *transmitted);
  } else if (const auto* settled = std::get_if<action::Settle>(&action)) {
    settle(step, settled->payloads);
  } else if (const auto* forsaken = std::get_if<action::Forsake>(&action)) {
    forsake(step, forsaken->payloads);
  } else if (const auto* dropped = std::get_if<action::Drop>(&action)) {
    drop(step, *dropped);
  } else if (const auto* control = std::get_if<action::SendControl>(&action)) {
    note(step, *control);
  } else if (const auto* shut = std::get_if<action::CloseSocket>(&action)) {
    Wire* const wire = wireOf(shut->attempt);
    if (wire == nullptr) return;
    wire->closed = true;
    wire->forgets = step.isOneOf<input::Disconnect, input::Destroy>();
    bool any = false;
    for (Entry& entry : entries_) {
      if (entry.socket != shut->attempt || entry.place != Place::Handed) continue;
      any = true;
      if (entry.proven) continue;
      entry.place = Place::Doubt;
      ++doubtful_;
    }
    if (any) graceAt_ = step.now.instant + step.options->closeGrace;
  } else if (const auto* released = std::get_if<action::ReleaseSocket>(&action)) {
    for (Entry& entry : entries_) {
      findings_.check(entry.socket != released->attempt || entry.place != Place::Handed, "Q2",
                      "a socket is forgotten with messages undecided on it");
      if (entry.socket != released->attempt || entry.place != Place::Doubt) continue;
      findings_.check(entry.isVolatile, "Q2", "a socket is forgotten with messages in doubt on it");
      entry.place = Place::Gone;
      unknown_.push_back(entry.id);
      --doubtful_;
      sweeping_ = true;
    }
    wires_.erase(std::remove_if(wires_.begin(), wires_.end(),
                                [released](const Wire& w) { return w.attempt == released->attempt; }),
                 wires_.end());
    endGrace();
    sweep();
  }
}

void Ledger::transmit(const Step& step, const action::Transmit& action) {
  Entry* const entry = find(action.payload);
  findings_.check(entry != nullptr && entry->place == Place::Queued, "Q4",
                  "a message is sent twice, or was never queued");
  if (entry == nullptr || entry->place != Place::Queued) return;
  findings_.check(!entry->left, "Q4", "a message that has left is sent again");
  const Wire* const wire = wireOf(action.attempt);
  findings_.check(wire != nullptr && !wire->closed, "Q3", "a message is handed to a socket that is not open");
  findings_.check(oldestQueued() == entry, "Q3", "a message overtakes another of the queue");
  findings_.check(doubtful_ == 0, "Q4", "a message overtakes one in doubt");
  findings_.check(!entry->expiresAt || *entry->expiresAt > step.now.instant, "Q5",
                  "an expired message is sent");
  unqueue(*entry);
  hand(*entry, action.attempt);
  ++handedOver_;
  refused_ = false;
}

void Ledger::settle(const Step& step, PayloadRange payloads) {
  findings_.check(!payloads.empty(), "Q2", "nothing is settled");
  for (Entry& entry : entries_) {
    if (entry.id > payloads.upTo) break;
    if (entry.id <= payloads.after || entry.place == Place::Gone) continue;
    findings_.check(entry.place == Place::Handed && entry.proven, "Q2",
                    "a message that may be unsent is taken for sent");
    findings_.check(entry.left, "Q2", "a message that has not left is taken for sent");
    // Beyond the browser there is no proof without a heartbeat, nor of a peer that lives and answers no
    // pings; and destroy() waits for none.
    const Wire* const wire = wireOf(entry.socket);
    const bool isProvable = step.client->options().enableHeartbeat && entry.socket != answeredClose_ &&
                            !step.isOneOf<input::Destroy>();
    const bool isOutlived = wire != nullptr && entry.id <= wire->outlivedUpTo;
    findings_.check(!isProvable || isOutlived || entry.arrived, "Q2",
                    "a message that never arrived is taken for delivered");
    entry.place = Place::Gone;
  }
  sweeping_ = true;
  sweep();
}

void Ledger::forsake(const Step& step, PayloadRange payloads) {
  findings_.check(!payloads.empty(), "Q1", "nothing is given up");
  findings_.check(step.client->options().enableHeartbeat && !step.isOneOf<input::Destroy>(), "Q1",
                  "what has left is given up without a heartbeat");
  for (Entry& entry : entries_) {
    if (entry.id > payloads.upTo) break;
    if (entry.id <= payloads.after || entry.place == Place::Gone) continue;
    const Wire* const wire = wireOf(entry.socket);
    findings_.check(entry.place == Place::Handed && entry.proven, "Q1",
                    "a message that may be unsent is given up as sent");
    findings_.check(wire == nullptr || wire->closed, "Q1", "a message on a living socket is given up");
    findings_.check(wire == nullptr || entry.id > wire->answeredUpTo, "Q1",
                    "a message that has arrived is called lost");
    findings_.check(entry.socket != answeredClose_, "Q1",
                    "a message before an answered close is called lost");
    entry.place = Place::Gone;
  }
  sweeping_ = true;
  sweep();
}

void Ledger::drop(const Step& step, const action::Drop& action) {
  Entry* const entry = find(action.payload);
  findings_.check(entry != nullptr, "Q1", "a message is given up twice, or after it was sent for good");
  if (entry == nullptr) return;
  findings_.check(!entry->isVolatile, "Q5", "a volatile message is reported");
  findings_.check(isTrue(step, *entry, action.reason), "Q1", "the reason of a drop is not the true one");
  if (action.reason == DropReason::Unknown) {
    findings_.check(mayGiveUpDoubt(step), "Q4", "a message in doubt is given up before its time");
    unknown_.push_back(action.payload);
  }
  if (entry->place == Place::Queued) unqueue(*entry);
  if (entry->place == Place::Doubt) --doubtful_;
  entry->place = Place::Gone;
  sweeping_ = true;
  sweep();
}

bool Ledger::isTrue(const Step& step, const Entry& entry, DropReason reason) const {
  const Options& limits = step.client->options();
  switch (reason) {
    case DropReason::Overflow:
      if (entry.place != Place::Queued) return false;
      if (entry.bytes > limits.maxQueueBytes) return true;
      return oldestQueued() == &entry &&
             (queued_ > limits.maxQueueSize || queuedBytes_ > limits.maxQueueBytes);
    case DropReason::Expired:
      return entry.place == Place::Queued && entry.expiresAt && *entry.expiresAt <= step.now.instant;
    case DropReason::Disconnected:
      return entry.place == Place::Doomed ||
             (entry.place == Place::Queued && step.isOneOf<input::Disconnect>());
    case DropReason::Cleared:
      return entry.place == Place::Queued && step.isOneOf<input::ClearQueue>();
    case DropReason::Destroyed:
      return entry.place == Place::Queued && step.isOneOf<input::Destroy>();
    case DropReason::Unknown:
      return entry.place == Place::Doubt && !entry.proven;
  }
  return false;
}

bool Ledger::mayGiveUpDoubt(const Step& step) const {
  if (step.isOneOf<input::Connect, input::Reconnect, input::Disconnect, input::Destroy>()) return true;
  return step.isOneOf<input::Ticked>() && graceAt_ && *graceAt_ <= step.now.instant;
}

void Ledger::finish(const Step& step) {
  const Options& limits = step.client->options();
  findings_.check(queued_ <= limits.maxQueueSize && queuedBytes_ <= limits.maxQueueBytes, "Q1",
                  "the queue exceeds its limits");
  findings_.check(step.client->queuedMessages() == queued_ && step.client->queuedBytes() == queuedBytes_,
                  "Q2", "the queue does not hold what was kept");
  for (const Entry& entry : entries_) {
    if (entry.place != Place::Handed || !entry.proven) continue;
    const Wire* const wire = wireOf(entry.socket);
    findings_.check(wire != nullptr && entry.id > wire->answeredUpTo, "Q2",
                    "a message that has arrived is not settled, or one that is lost not reported");
    const auto* told = step.as<input::Buffered>();
    const bool isProof = told != nullptr && told->attempt == entry.socket && !limits.enableHeartbeat;
    findings_.check(!isProof || wire == nullptr || wire->closed, "Q2",
                    "a message that has left is not settled");
  }
  if (queued_ == 0) refused_ = false;
  const bool isEmptied = step.isOneOf<input::Disconnect, input::ClearQueue, input::Destroy>();
  findings_.check(!isEmptied || queued_ == 0, "Q1", "messages stay in a queue that was to be emptied");
  findings_.check(!step.isOneOf<input::Destroy>() || open() == 0, "Q2",
                  "a message outlives destroy() unreported");
  findings_.check(step.after() != Phase::Connected || queued_ == 0 || !mayFlush(), "Q3",
                  "what may be sent stays in the queue");
  if (!graceAt_ && doubtful_ == 0) return;
  findings_.check(!step.isOneOf<input::Ticked>() || !graceAt_ || *graceAt_ > step.now.instant ||
                      step.after() == Phase::Deciding,
                  "Q4", "a message stays in doubt beyond the grace");
}

void Ledger::left(PayloadId id) {
  Entry* const entry = find(id);
  if (entry == nullptr) {
    const auto known = std::find(unknown_.begin(), unknown_.end(), id);
    findings_.check(known != unknown_.end(), "Q4", "a message leaves that was accounted for");
    if (known != unknown_.end()) unknown_.erase(known);
    return;
  }
  findings_.check(!entry->left, "Q4", "a message leaves twice");
  findings_.check(id > lastLeft_, "Q3", "a message overtakes another on the way out");
  entry->left = true;
  lastLeft_ = std::max(lastLeft_, id);
}

void Ledger::arrived(PayloadId id) {
  if (Entry* const entry = find(id)) entry->arrived = true;
}

void Ledger::refused(AttemptId attempt, std::uint64_t bytes) {
  Wire* const wire = wireOf(attempt);
  if (wire == nullptr) return;
  wire->handed -= bytes;
  wire->arrived = std::min(wire->arrived, wire->handed);
}

bool Ledger::anyOn(AttemptId attempt) const {
  return std::any_of(entries_.begin(), entries_.end(), [attempt](const Entry& entry) {
    return entry.socket == attempt && !entry.proven &&
           (entry.place == Place::Handed || entry.place == Place::Doubt);
  });
}

Duration Ledger::patience(AttemptId attempt, bool ofNextPing) const {
  for (const Wire& wire : wires_) {
    if (wire.attempt != attempt) continue;
    const Duration next = slowness(wire.handed - std::min(wire.handed, wire.arrived));
    return ofNextPing ? std::max(next, wire.patience) : wire.patience;
  }
  return Duration::zero();
}

std::size_t Ledger::open() const {
  return static_cast<std::size_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.place != Place::Gone; }));
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

void Ledger::prove(AttemptId attempt, std::uint64_t amount) {
  const Wire* const wire = wireOf(attempt);
  if (wire == nullptr || amount > wire->handed) return;
  const std::uint64_t gone = wire->handed - amount;
  for (Entry& entry : entries_) {
    if (entry.socket != attempt || entry.proven || entry.end > gone) continue;
    if (entry.place != Place::Handed && entry.place != Place::Doubt) continue;
    if (entry.place == Place::Doubt) --doubtful_;
    entry.place = Place::Handed;
    entry.proven = true;
  }
}

void Ledger::closed(const input::Closed& input) {
  const AttemptId attempt = input.attempt;
  const Wire* const wire = wireOf(attempt);
  if (wire == nullptr) return;
  const bool forgets = wire->forgets;
  if (wire->closed && input.info.wasClean && input.info.code == 1000) answeredClose_ = attempt;
  prove(attempt, input.bufferedAmount);
  comeBack(attempt, 0, forgets ? Place::Doomed : Place::Queued);
  wires_.erase(wires_.begin() + (wireOf(attempt) - wires_.data()));
  endGrace();
}

void Ledger::endGrace() {
  const bool isAny = std::any_of(wires_.begin(), wires_.end(), [this](const Wire& wire) {
    return wire.closed && std::any_of(entries_.begin(), entries_.end(), [&wire](const Entry& entry) {
             return entry.socket == wire.attempt &&
                    (entry.place == Place::Handed || entry.place == Place::Doubt);
           });
  });
  if (!isAny) graceAt_.reset();
}

void Ledger::comeBack(AttemptId attempt, PayloadId from, Place place) {
  Wire* const wire = wireOf(attempt);
  if (wire == nullptr) return;
  for (Entry& entry : entries_) {
    const bool isOut = entry.place == Place::Handed || entry.place == Place::Doubt;
    if (entry.socket != attempt || entry.proven || !isOut || entry.id < from) continue;
    if (entry.place == Place::Doubt) --doubtful_;
    if (from != 0) --handedOver_;
    wire->handed -= entry.bytes;
    wire->arrived = std::min(wire->arrived, wire->handed);
    wire->handedUpTo = std::min(wire->handedUpTo, entry.id - 1);
    for (Ping& ping : wire->pings) ping.behind = std::min(ping.behind, entry.id - 1);
    if (wire->oldest) wire->oldest->behind = std::min(wire->oldest->behind, entry.id - 1);
    entry.socket = AttemptId::None;
    if (entry.isVolatile) {
      entry.place = Place::Gone;
      sweeping_ = true;
    } else if (place == Place::Queued) {
      queue(entry);
    } else {
      entry.place = place;
    }
  }
  sweep();
}

void Ledger::hand(Entry& entry, AttemptId attempt) {
  Wire* const wire = wireOf(attempt);
  if (wire == nullptr) return;
  wire->handed += entry.bytes;
  wire->handedUpTo = entry.id;
  entry.place = Place::Handed;
  entry.socket = attempt;
  entry.end = wire->handed;
}

void Ledger::queue(Entry& entry) {
  entry.place = Place::Queued;
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
  if (!sweeping_) return;
  sweeping_ = false;
  while (!entries_.empty() && entries_.front().place == Place::Gone) entries_.pop_front();
  while (!entries_.empty() && entries_.back().place == Place::Gone) entries_.pop_back();
  if (entries_.size() > 64 || entries_.empty()) return;
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [](const Entry& entry) { return entry.place == Place::Gone; }),
                 entries_.end());
}

Ledger::Entry* Ledger::find(PayloadId id) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), id,
                                   [](const Entry& entry, PayloadId wanted) { return entry.id < wanted; });
  return at == entries_.end() || at->id != id || at->place == Place::Gone ? nullptr : &*at;
}

Ledger::Wire* Ledger::wireOf(AttemptId attempt) {
  for (Wire& wire : wires_) {
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
