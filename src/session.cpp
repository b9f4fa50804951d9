#include "session.h"

#include <algorithm>
#include <cassert>

namespace rws {
namespace {

constexpr std::uint32_t kMostTakeovers = 2;
// An acknowledgement is due at once after so many messages, or after half of the window if that is less.
constexpr std::uint64_t kAckEvery = 32;
constexpr std::uint64_t kLargestCount = (std::uint64_t{1} << 53U) - 1;

bool isExpired(const QueuedMessage& message, Instant now) {
  return message.expiresAt && *message.expiresAt <= now;
}

}  // namespace

bool Session::isConsistent() const {
  if (ackAt_ && !isActive()) return false;
  if (!present_) return !isActive();
  const Present& present = *present_;
  return present.record.size() <= present.sent && present.next > 0 && present.next <= present.sent + 1 &&
         present.handled <= present.taken && present.reported <= present.handled;
}

std::uint64_t Session::unacknowledged() const {
  if (!present_) return 0;
  const Record& record = present_->record;
  return static_cast<std::uint64_t>(std::count_if(record.begin(), record.end(), [](const Entry& entry) {
    return !entry.isSkipped && !entry.message.isVolatile && !entry.isOfHandshake;
  }));
}

// --- the connection

void Session::socketOpened(const SessionOption& option) {
  ownWindow_ = option.window;
  state_ = option.isOn && !isUnsupported_ ? State::Greeting : State::Off;
}

// Messages whose listeners are still to be called count here: they are delivered even if their connection has
// ended, so the server must not send them again.
Hello Session::hello() {
  assert(isGreeting());
  ++attempts_;
  if (!present_) return {{}, attempts_, 0, ownWindow_};
  present_->handled = present_->taken;
  return {present_->id, attempts_, present_->taken, ownWindow_};
}

void Session::unsupported() {
  isUnsupported_ = true;
  state_ = State::Off;
}

Session::Welcome Session::judge(const SessionFrame& welcome) const {
  if (!welcome.isResumed) {
    if (welcome.received != 0) return Welcome::Impossible;
    return exists() ? Welcome::Lost : Welcome::New;
  }
  const bool isPossible = present_ && welcome.id == present_->id &&
                          welcome.received >= acknowledgedNumber() && welcome.received <= present_->sent;
  return isPossible ? Welcome::Resumed : Welcome::Impossible;
}

void Session::begin(const SessionFrame& welcome) {
  assert(isGreeting() && !exists());
  state_ = State::Active;
  isServerKnown_ = true;
  present_.emplace();
  present_->id = welcome.id;
  present_->window = welcome.window;
  present_->maxMessage = welcome.maxMessage;
}

std::uint64_t Session::resume(const SessionFrame& welcome, EpochMs wall, Effects& effects) {
  assert(judge(welcome) == Welcome::Resumed);
  state_ = State::Active;
  present_->window = welcome.window;
  present_->maxMessage = welcome.maxMessage;
  ++resumptions_;
  (void)acknowledge(welcome.received, wall, effects);
  present_->next = welcome.received + 1;
  present_->numberedBefore = present_->sent;
  // The hello contained this count.
  present_->reported = present_->handled;
  const std::uint64_t resent = unacknowledged();
  resent_ += resent;
  return resent;
}

bool Session::connectionLost(std::uint16_t code, Effects& effects) {
  // Only the close of an established connection counts as a takeover.
  const bool wasActive = isActive();
  if (wasActive) takeovers_ = isTakeover(code) ? takeovers_ + 1 : 0;
  if (wasActive && isNew()) (void)end(effects);
  state_ = State::Off;
  ackAt_.reset();
  return wasActive && takeovers_ >= kMostTakeovers;
}

Messages Session::end(Effects& effects) {
  Messages unacknowledged;
  takeovers_ = 0;
  ackAt_.reset();
  if (!present_) return unacknowledged;
  for (const Entry& entry : present_->record) {
    if (entry.isOfHandshake) {
      effects.push(effect::Discarded{entry.message.message.id});
    } else if (!entry.isSkipped && !entry.message.isVolatile) {
      unacknowledged.pushBack(entry.message);
    }
  }
  ended_ += present_->handling;
  present_.reset();
  return unacknowledged;
}

// --- messages to the server

void Session::record(const QueuedMessage& message, bool isOfHandshake) {
  assert(canSend());
  present_->record.pushBack({message, isOfHandshake});
  present_->next = ++present_->sent + 1;
}

// Searches by equality, because ids do not always ascend (see acknowledge()).
Messages Session::refused(MessageId from) {
  Messages returned;
  if (!present_) return returned;
  Present& present = *present_;
  std::uint64_t refused = present.next - 1;
  while (refused > acknowledgedNumber() && at(refused).message.message.id != from) --refused;
  if (refused <= acknowledgedNumber()) return returned;
  const std::uint64_t first = std::max(refused, present.numberedBefore + 1);
  for (std::uint64_t number = first; number <= present.sent; ++number) returned.pushBack(at(number).message);
  while (present.sent >= first) {
    present.record.popBack();
    --present.sent;
  }
  present.next = refused;
  return returned;
}

void Session::handshakeRefused(MessageId message) {
  if (!present_ || present_->record.empty() || present_->record.back().message.message.id != message) return;
  present_->record.popBack();
  present_->next = present_->sent--;
}

Session::Resend Session::nextToResend(Instant now, Effects& effects) {
  // Numbers that were acknowledged before they were sent on this connection are skipped. The server numbers
  // what arrives by counting, so they cannot be left out.
  const Present& present = *present_;
  const std::uint64_t first = std::max(present.next, acknowledgedNumber() + 1);
  const std::uint64_t last = std::min(present.sent, acknowledgedNumber() + present.window);
  Resend resend{nullptr, first - present.next};
  for (std::uint64_t number = first; number <= last; ++number) {
    Entry& entry = at(number);
    const bool isTooLarge = entry.message.message.bytesAtLeast() > present.maxMessage;
    if (!entry.isSkipped && !entry.message.isVolatile && !isTooLarge && !isExpired(entry.message, now)) {
      if (resend.skips == 0) resend.message = &entry.message;
      break;
    }
    if (!entry.isSkipped && !entry.message.isVolatile) {
      effects.push(
          effect::Dropped{entry.message.message.id, isTooLarge ? DropReason::TooLarge : DropReason::Expired});
    }
    entry.isSkipped = true;
    ++resend.skips;
  }
  return resend;
}

void Session::resendDone(const Resend& resend) {
  present_->next += resend.message != nullptr ? 1 : resend.skips;
}

std::optional<MessageId> Session::acknowledge(std::uint64_t received, EpochMs wall, Effects& effects) {
  if (!present_) return received == 0 ? std::optional<MessageId>(0) : std::nullopt;
  if (received < acknowledgedNumber() || received > present_->sent) return std::nullopt;
  MessageRange delivered;
  MessageId newest = 0;
  const auto report = [&] {
    if (!delivered.empty()) effects.push(effect::Delivered{delivered});
  };
  while (acknowledgedNumber() < received) {
    const Entry& entry = present_->record.front();
    const MessageId id = entry.message.message.id;
    // Ids do not always ascend: messages of a handshake may be newer than those sent after them, and newer
    // than messages that are still queued. A range must contain none of these.
    const bool isApart = entry.isOfHandshake || id < delivered.upTo;
    if (isApart) report();
    if (isApart || delivered.empty()) delivered.after = id - 1;
    delivered.upTo = id;
    newest = std::max(newest, id);
    if (!entry.isSkipped && !entry.message.isVolatile) ++acknowledged_;
    present_->record.popFront();
    lastAcknowledgedAt_ = wall;
  }
  report();
  return newest;
}

// --- messages from the server

bool Session::takeMessage(bool isOfHandshake) {
  if (!isCounting() || present_->taken == kLargestCount) return false;
  ++present_->taken;
  if (!isOfHandshake) {
    ++present_->handling;
  } else if (present_->handling == 0) {
    present_->handled = present_->taken;
  }
  return true;
}

void Session::messageHandled() {
  // Messages are handled in order: those of sessions that have ended come first.
  if (ended_ > 0) {
    --ended_;
    return;
  }
  if (!present_ || present_->handling == 0) return;
  if (--present_->handling == 0) present_->handled = present_->taken;
}

bool Session::isAckDue() const {
  return isCounting() &&
         present_->handled - present_->reported >= std::clamp<std::uint64_t>(ownWindow_ / 2, 1, kAckEvery);
}

bool Session::skipReceived(std::uint64_t count) {
  assert(exists());
  if (count > kLargestCount - present_->taken) return false;
  present_->taken += count;
  if (present_->handling == 0) present_->handled = present_->taken;
  return true;
}

void Session::receivedReported() {
  if (present_) present_->reported = present_->handled;
  ackAt_.reset();
}

void Session::reportRefused(Instant next) {
  if (isActive()) ackAt_ = next;
}

}  // namespace rws
