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
  if (record_.size() > sent_ || next_ == 0 || next_ > sent_ + 1) return false;
  if (handled_ > taken_ || reported_ > handled_ || (ackAt_ && !isActive())) return false;
  return exists() || (record_.empty() && !isActive());
}

std::uint64_t Session::unacknowledged() const {
  return static_cast<std::uint64_t>(std::count_if(record_.begin(), record_.end(), [](const Entry& entry) {
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
  handled_ = taken_;
  return {id_, ++attempts_, taken_, ownWindow_};
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
  const bool isPossible =
      welcome.id == id_ && welcome.received >= acknowledgedNumber() && welcome.received <= sent_;
  return isPossible ? Welcome::Resumed : Welcome::Impossible;
}

void Session::begin(const SessionFrame& welcome) {
  assert(isGreeting() && !exists() && record_.empty());
  state_ = State::Active;
  isNew_ = isServerKnown_ = true;
  id_ = welcome.id;
  window_ = welcome.window;
  maxMessage_ = welcome.maxMessage;
}

std::uint64_t Session::resume(const SessionFrame& welcome, EpochMs wall, Effects& effects) {
  assert(judge(welcome) == Welcome::Resumed);
  state_ = State::Active;
  window_ = welcome.window;
  maxMessage_ = welcome.maxMessage;
  ++resumptions_;
  (void)acknowledge(welcome.received, wall, effects);
  next_ = welcome.received + 1;
  numberedBefore_ = sent_;
  // The hello contained this count.
  reported_ = handled_;
  const std::uint64_t resent = unacknowledged();
  resent_ += resent;
  return resent;
}

bool Session::connectionLost(std::uint16_t code, Effects& effects) {
  // Only the close of an established connection counts as a takeover.
  const bool wasActive = isActive();
  if (wasActive) takeovers_ = isTakeover(code) ? takeovers_ + 1 : 0;
  if (wasActive && isNew_) (void)end(effects);
  state_ = State::Off;
  ackAt_.reset();
  return wasActive && takeovers_ >= kMostTakeovers;
}

Messages Session::end(Effects& effects) {
  Messages unacknowledged;
  for (const Entry& entry : record_) {
    if (entry.isOfHandshake) {
      effects.push(effect::Discarded{entry.message.message.id});
    } else if (!entry.isSkipped && !entry.message.isVolatile) {
      unacknowledged.pushBack(entry.message);
    }
  }
  record_.clear();
  id_.clear();
  ended_ += handling_;
  takeovers_ = 0;
  isNew_ = false;
  maxMessage_ = UINT64_MAX;
  sent_ = numberedBefore_ = taken_ = handling_ = handled_ = reported_ = 0;
  next_ = 1;
  ackAt_.reset();
  return unacknowledged;
}

// --- messages to the server

void Session::record(const QueuedMessage& message, bool isOfHandshake) {
  assert(canSend());
  record_.pushBack({message, isOfHandshake});
  next_ = ++sent_ + 1;
}

// Searches by equality, because ids do not always ascend (see acknowledge()).
Messages Session::refused(MessageId from) {
  Messages returned;
  std::uint64_t refused = next_ - 1;
  while (refused > acknowledgedNumber() && at(refused).message.message.id != from) --refused;
  if (refused <= acknowledgedNumber()) return returned;
  const std::uint64_t first = std::max(refused, numberedBefore_ + 1);
  for (std::uint64_t number = first; number <= sent_; ++number) returned.pushBack(at(number).message);
  while (sent_ >= first) {
    record_.popBack();
    --sent_;
  }
  next_ = refused;
  return returned;
}

void Session::handshakeRefused(MessageId message) {
  if (record_.empty() || record_.back().message.message.id != message) return;
  record_.popBack();
  next_ = sent_--;
}

Session::Resend Session::nextToResend(Instant now, Effects& effects) {
  // Numbers that were acknowledged before they were sent on this connection are skipped. The server numbers
  // what arrives by counting, so they cannot be left out.
  const std::uint64_t first = std::max(next_, acknowledgedNumber() + 1);
  Resend resend{nullptr, first - next_};
  for (std::uint64_t number = first; number <= sent_ && number - acknowledgedNumber() <= window_; ++number) {
    Entry& entry = at(number);
    const bool isTooLarge = entry.message.message.bytesAtLeast() > maxMessage_;
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

void Session::resendDone(const Resend& resend) { next_ += resend.message != nullptr ? 1 : resend.skips; }

std::optional<MessageId> Session::acknowledge(std::uint64_t received, EpochMs wall, Effects& effects) {
  if (received < acknowledgedNumber() || received > sent_) return std::nullopt;
  MessageRange delivered;
  MessageId newest = 0;
  const auto report = [&] {
    if (!delivered.empty()) effects.push(effect::Delivered{delivered});
  };
  while (acknowledgedNumber() < received) {
    const Entry& entry = record_.front();
    const MessageId id = entry.message.message.id;
    // Ids do not always ascend: messages of a handshake may be newer than those sent after them, and newer
    // than messages that are still queued. A range must contain none of these.
    const bool isApart = entry.isOfHandshake || id < delivered.upTo;
    if (isApart) report();
    if (isApart || delivered.empty()) delivered.after = id - 1;
    delivered.upTo = id;
    newest = std::max(newest, id);
    if (!entry.isSkipped && !entry.message.isVolatile) ++acknowledged_;
    record_.popFront();
    lastAcknowledgedAt_ = wall;
  }
  report();
  return newest;
}

// --- messages from the server

bool Session::takeMessage(bool isOfHandshake) {
  if (!isActive() || taken_ == kLargestCount) return false;
  ++taken_;
  if (!isOfHandshake) {
    ++handling_;
  } else if (handling_ == 0) {
    handled_ = taken_;
  }
  return true;
}

void Session::messageHandled() {
  // Messages are handled in order: those of sessions that have ended come first.
  if (ended_ > 0) {
    --ended_;
    return;
  }
  if (handling_ > 0 && --handling_ == 0) handled_ = taken_;
}

bool Session::isAckDue() const {
  return isActive() && handled_ - reported_ >= std::clamp<std::uint64_t>(ownWindow_ / 2, 1, kAckEvery);
}

bool Session::skipReceived(std::uint64_t count) {
  if (count > kLargestCount - taken_) return false;
  taken_ += count;
  if (handling_ == 0) handled_ = taken_;
  return true;
}

void Session::receivedReported() {
  reported_ = handled_;
  ackAt_.reset();
}

void Session::reportRefused(Instant next) {
  if (isActive()) ackAt_ = next;
}

}  // namespace rws
