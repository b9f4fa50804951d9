#include "heartbeat.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "control_frame.h"

namespace rws {
namespace {

// Behind so many messages a ping follows the shortest distance on a fast link too: its two frames cost little
// beside them. In a session ping and pong contain the count of received messages: where every message is
// answered, they replace an acknowledgement of each side, which would be due after 64 messages.
constexpr std::uint64_t kManyMessages = 60;
// A link is taken for fast no longer than this after a pong.
constexpr Duration kFastFor = std::chrono::seconds(1);
// Unanswered pings that are remembered. For a peer that has never answered one, fewer of those that have
// little data before them.
constexpr std::size_t kMostPings = 1024;
constexpr std::ptrdiff_t kMostIdlePings = 8;
// Pings behind messages are at least so far apart.
constexpr Duration kConfirmSpacing = std::chrono::seconds(1);
// No probe is sent for so long after a ping that could not be made.
constexpr Duration kProbeSpacing = std::chrono::seconds(1);
// What a probe after `online` is given at least: the user waits, and links often die with a network change.
constexpr Duration kNetworkTimeout = std::chrono::seconds(1);

}  // namespace

std::optional<Instant> Heartbeat::deadline(Deadline kind) const {
  if (kind == Deadline::Ping) return pingAt_;
  if (kind == Deadline::Confirm) return confirmAt_;
  if (kind == Deadline::Drain) return drainAt_;
  return kind == Deadline::Pong ? verdictAt_ : std::nullopt;
}

bool Heartbeat::isConsistent() const {
  if (customPongs_ + skipped_ > customPings_) return false;
  if (state_ == State::Stopped) return !pingAt_ && !confirmAt_ && !drainAt_ && !verdictAt_;
  if (isListening()) {
    const bool isKnown = state_ == State::Listening || state_ == State::LastChance;
    return isKnown && verdictAt_ && lastReceivedAt_ && !confirmAt_ && pings_.empty();
  }
  const bool awaits = state_ != State::Resting;
  return state_ != State::Listening && awaits == verdictAt_.has_value() && (awaits || !drainAt_);
}

bool Heartbeat::isPingDueBefore(std::uint64_t messageBytes, const SentSoFar& sent) const {
  if (!isProofExpected() || pings_.size() >= kMostPings) return false;
  const std::uint64_t stretch = sent.bytes - std::min(pinged_.bytes, sent.bytes);
  const bool isMany = sent.message - pinged_.message >= kManyMessages;
  return stretch > 0 && stretch + messageBytes + kFrameBytes > (isMany ? kShortestDistance : distance_);
}

Heartbeat::Ping Heartbeat::confirmPing() const {
  const bool isDemanded = answersPings() || (peer_ != Peer::Unanswering && !hasReceivedSinceSend_);
  return isDemanded ? Ping::Probe : Ping::Confirmation;
}

// --- the connection

void Heartbeat::start(const Options& options, Instant now, Duration openingTook, bool wasAtOnce) {
  openingTook_ = openingTook;
  wasAtOnce_ = wasAtOnce;
  customPings_ = customPongs_ = skipped_ = 0;
  begin(options, now);
}

// Also called later on the same connection, when the watch is switched on or its mode changes.
void Heartbeat::begin(const Options& options, Instant now) {
  stop();
  pings_.clear();
  lastPingAt_ = dataFrom_ = rateFrom_ = now;
  lastConfirmAt_ = now - kConfirmSpacing;
  probeFrom_ = now;
  lastReceivedAt_.reset();
  lastPongAt_.reset();
  answeredBytes_ = 0;
  pinged_ = {};
  bytesPerSecond_ = 0;
  distance_ = kShortestDistance;
  buffer_ = {};
  if (!options.isPeerWatched()) return;
  if (!options.sendsPings()) return listen(options, now, now);
  state_ = State::Resting;
  pingAt_ = now + options.pingInterval;
}

void Heartbeat::listen(const Options& options, Instant now, Instant since) {
  state_ = State::Listening;
  lastReceivedAt_ = since;
  verdictAt_ = std::max(now, since + options.heartbeat.silence);
}

void Heartbeat::rest() {
  if (state_ != State::Stopped) state_ = State::Resting;
  verdictAt_.reset();
  drainAt_.reset();
}

void Heartbeat::stop() {
  rest();
  state_ = State::Stopped;
  pingAt_.reset();
  confirmAt_.reset();
}

void Heartbeat::reconfigure(const Options& options, Instant now, const SentSoFar& sent) {
  if (!options.isPeerWatched()) {
    stop();
  } else if (state_ == State::Stopped || isListening() == options.sendsPings()) {
    begin(options, now);
    answeredBytes_ = sent.bytes;
    pinged_ = sent;
  } else if (isListening()) {
    const bool isLater = *lastReceivedAt_ + options.heartbeat.silence > *verdictAt_;
    if (state_ == State::Listening || isLater) listen(options, now, *lastReceivedAt_);
  } else {
    pingAt_ = std::max(now, lastPingAt_ + options.pingInterval);
    if (confirmAt_) confirmAt_ = std::min(*confirmAt_, confirmDue(options, now));
  }
}

// --- pings

Instant Heartbeat::verdictAfter(Ping kind, const Options& options, Instant now, const SentSoFar& sent) const {
  const Duration networkTimeout = std::min(options.probeTimeout, std::max(kNetworkTimeout, 4 * openingTook_));
  // More data is under way for a large message only, or on a link that was fast. It may have become slow with
  // the change of the network.
  const bool comesSooner = kind == Ping::NetworkProbe && largestStretch(sent) <= kShortestDistance;
  const Duration timeout = kind == Ping::Regular ? options.pongTimeout
                           : comesSooner         ? networkTimeout
                                                 : options.probeTimeout;
  return now + timeout + transferTime(sent);
}

// An earlier verdict stays.
void Heartbeat::expectBy(Instant verdict, State state) {
  verdictAt_ = std::min(verdict, verdictAt_.value_or(verdict));
  if (state_ == State::Resting || state == State::AwaitingNetwork) state_ = state;
}

Heartbeat::Sent Heartbeat::ping(Ping kind, const Options& options, Now now, const SentSoFar& sent,
                                bool isCustom) {
  lastTimestamp_ = std::max(now.wall, lastTimestamp_ + 1);
  Sent result{lastTimestamp_, deliveredWithoutPong(options, sent)};
  const bool isIdle = sent.bytes <= pinged_.bytes + kFreeBytes;
  makeRoom(isIdle);
  // If all data before the last ping is answered, the pong to this one measures what was sent after the last
  // one.
  const bool isFirst = pinged_.bytes <= answeredBytes_;
  const Instant rateFrom = isFirst ? dataFrom_ : rateFrom_;
  const std::uint32_t number = isCustom ? ++customPings_ : 0;
  pings_.pushBack({lastTimestamp_, now.instant, rateFrom, answeredBytes_, sent, number, isIdle});
  if (isFirst) rateFrom_ = now.instant;
  dataFrom_ = now.instant;
  pinged_ = sent;
  if (state_ == State::Stopped) return result;
  if (kind == Ping::Regular) regularPing(options, now.instant);
  if (kind != Ping::Confirmation && peer_ != Peer::Unanswering) {
    expectBy(verdictAfter(kind, options, now.instant, sent),
             kind == Ping::NetworkProbe ? State::AwaitingNetwork : State::AwaitingPong);
    armDrain(options, now.instant);
  }
  // This ping serves as the one behind the last message, if its verdict comes no later.
  const bool isConfirmed = confirmAt_ && (kind != Ping::Regular ||
                                          (verdictAt_ && *verdictAt_ <= *confirmAt_ + options.probeTimeout));
  if (isConfirmed) confirmReached(now.instant);
  return result;
}

void Heartbeat::regularPing(const Options& options, Instant now) {
  lastPingAt_ = now;
  pingAt_ = now + options.pingInterval;
}

void Heartbeat::pingNotMade(Ping kind, const Options& options, Instant now, const SentSoFar& sent) {
  pinged_ = sent;  // not tried again with the next message
  probeFrom_ = now + kProbeSpacing;
  if (kind == Ping::Regular) regularPing(options, now);
}

// For a further ping.
void Heartbeat::makeRoom(bool isIdle) {
  if (pings_.size() >= kMostPings) return pings_.popFront();
  if (!isIdle || answersPings()) return;
  const auto isOther = [](const Unanswered& ping) { return ping.isIdle; };
  if (std::count_if(pings_.begin(), pings_.end(), isOther) < kMostIdlePings) return;
  forget(std::find_if(pings_.begin(), pings_.end(), isOther));
}

void Heartbeat::forget(Pings::Iterator ping) {
  std::move(ping + 1, pings_.end(), ping);
  pings_.popBack();
}

void Heartbeat::pingRefused(EpochMs timestamp) {
  const auto isRefused = [timestamp](const Unanswered& ping) { return ping.timestamp == timestamp; };
  const auto refused = std::find_if(pings_.begin(), pings_.end(), isRefused);
  if (refused == pings_.end()) return;
  // One call may send two pings, so that it need not be the newest one. The pings after it move up.
  if (refused->number > 0) {
    for (auto later = refused + 1; later != pings_.end(); ++later) --later->number;
    --customPings_;
    skipped_ = std::min(skipped_, customPings_ - customPongs_);
  }
  forget(refused);
}

void Heartbeat::messageSent(const Options& options, Instant now) {
  if (isConfirmArmed()) return;
  if (isListening()) {
    drainAt_ = now + options.heartbeat.silence / 4;
    return;
  }
  hasReceivedSinceSend_ = false;
  confirmAt_ = confirmDue(options, now);
  dataFrom_ = now;
  if (!lastPongAt_ || now - *lastPongAt_ > kFastFor) distance_ = kShortestDistance;
}

Instant Heartbeat::confirmDue(const Options& options, Instant now) const {
  return std::max(now + options.confirmAfter, lastConfirmAt_ + kConfirmSpacing);
}

void Heartbeat::messagesReturned(MessageId from, const SentSoFar& sent) {
  const auto takeBack = [&](SentSoFar& before) {
    before.message = std::min(before.message, from - 1);
    before.bytes = std::min(before.bytes, sent.bytes);
  };
  for (Unanswered& ping : pings_) takeBack(ping.sent);
  takeBack(pinged_);
  answeredBytes_ = std::min(answeredBytes_, sent.bytes);
}

// --- deadlines

void Heartbeat::confirmReached(Instant now) {
  confirmAt_.reset();
  lastConfirmAt_ = now;
}

void Heartbeat::drainReached(const Options& options, Instant now) {
  drainAt_.reset();
  armDrain(options, now);
}

Heartbeat::Verdict Heartbeat::judge(const Options& options, Instant due, Instant now, const SentSoFar& sent) {
  assert(isAwaiting());
  // What drained the buffer counts like a frame that arrived then.
  if (buffer_.fellAt) {
    const Instant fellAt = *std::exchange(buffer_.fellAt, std::nullopt);
    const Instant verdict =
        fellAt + (isListening() ? options.heartbeat.silence : options.probeTimeout + transferTime(sent));
    if (verdict > now) {
      if (isListening()) listen(options, now, fellAt);
      verdictAt_ = verdict;
      armDrain(options, now);
      return Verdict::Alive;
    }
  }
  if (now - due > kPunctual && state_ != State::LastChance) {
    rest();
    expectBy(now + extensionAfter(now - due), State::LastChance);
    return isListening() ? Verdict::Alive : Verdict::ProbeFirst;
  }
  // Without pings this does not show that the peer answers none: what is known about it stays.
  if (isListening()) return Verdict::Dead;
  if (peer_ == Peer::Silent && wasAtOnce_) {
    rest();
    peer_ = Peer::Unanswering;
    return Verdict::Unanswering;
  }
  if (peer_ == Peer::Unknown) peer_ = Peer::Silent;
  return Verdict::Dead;
}

}  // namespace rws
