#include "heartbeat.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "control_frame.h"

namespace rws {
namespace {

// A ping follows at least every so many bytes.
constexpr std::uint64_t kStretch = 64 * std::uint64_t{1024};
// So many bytes need no extra time.
constexpr std::uint64_t kFreeBytes = 4 * std::uint64_t{1024};
// The slowest link that is given time. A link is assumed to slow down to a quarter of what was measured.
constexpr double kSlowestLink = 8 * 1024;
constexpr double kSlowdown = 4;
constexpr Duration kLongestTransfer = std::chrono::seconds(60);
// A stretch this long measures a link's rate; a shorter one measures its delay.
constexpr std::uint64_t kMeasurable = 16 * std::uint64_t{1024};
// Unanswered pings that are remembered; fewer for a peer that never answered, except those behind data.
constexpr std::size_t kMostPings = 1024;
constexpr std::size_t kMostUnansweredPings = 8;
// Pings behind messages are at least so far apart.
constexpr Duration kConfirmSpacing = std::chrono::seconds(1);
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
  if (state_ == State::Stopped) return !pingAt_ && !confirmAt_ && !drainAt_ && !verdictAt_;
  const bool awaits = state_ != State::Resting;
  return pingAt_.has_value() && awaits == verdictAt_.has_value() && (awaits || !drainAt_);
}

bool Heartbeat::isPingDueBefore(std::uint64_t messageBytes, const SentSoFar& sent) const {
  if (state_ == State::Stopped || peer_ == Peer::Unanswering) return false;
  if (pings_.size() >= kMostPings) return false;
  const std::uint64_t stretch = sent.bytes - std::min(pingedBytes_, sent.bytes);
  return stretch > 0 && stretch + messageBytes + kFrameBytes > kStretch;
}

Heartbeat::Ping Heartbeat::confirmPing() const {
  const bool isDemanded = peer_ == Peer::Answers || (peer_ != Peer::Unanswering && !hasReceivedSinceSend_);
  return isDemanded ? Ping::Probe : Ping::Confirmation;
}

// --- the connection

void Heartbeat::start(const Options& options, Instant now, Duration openingTook, bool wasAtOnce) {
  stop();
  pings_.clear();
  openingTook_ = openingTook;
  wasAtOnce_ = wasAtOnce;
  lastPingAt_ = newestPingAt_ = rateFrom_ = now;
  lastConfirmAt_ = now - kConfirmSpacing;
  lastReceivedAt_.reset();
  lastPongAt_.reset();
  answeredBytes_ = pingedBytes_ = 0;
  bytesPerSecond_ = 0;
  buffer_ = {};
  if (!options.enableHeartbeat) return;
  state_ = State::Resting;
  pingAt_ = now + options.pingInterval;
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
  if (!options.enableHeartbeat) {
    stop();
  } else if (state_ == State::Stopped) {
    start(options, now, openingTook_, wasAtOnce_);
    answeredBytes_ = pingedBytes_ = sent.bytes;
  } else {
    pingAt_ = std::max(now, lastPingAt_ + options.pingInterval);
    if (confirmAt_) confirmAt_ = std::min(*confirmAt_, confirmDue(options, now));
  }
}

// --- pings

Duration Heartbeat::transferTime(const SentSoFar& sent) const {
  std::uint64_t largest = 0;
  std::uint64_t before = answeredBytes_;
  for (const Unanswered& ping : pings_) {
    largest = std::max(largest, ping.sent.bytes - std::min(before, ping.sent.bytes));
    before = ping.sent.bytes;
  }
  largest = std::max(largest, sent.bytes - std::min(before, sent.bytes));
  if (largest <= kFreeBytes) return Duration::zero();
  const double seconds =
      static_cast<double>(largest - kFreeBytes) / std::max(kSlowestLink, bytesPerSecond_ / kSlowdown);
  const auto time = std::chrono::duration<double>(seconds);
  return time >= kLongestTransfer ? kLongestTransfer : std::chrono::duration_cast<Duration>(time);
}

Instant Heartbeat::verdictOn(Ping kind, const Options& options, Instant now, const SentSoFar& sent) const {
  const Duration networkTimeout = std::min(options.probeTimeout, std::max(kNetworkTimeout, 4 * openingTook_));
  const Duration timeout = kind == Ping::Regular        ? options.pongTimeout
                           : kind == Ping::NetworkProbe ? networkTimeout
                                                        : options.probeTimeout;
  return now + timeout + transferTime(sent);
}

// An earlier verdict stays.
void Heartbeat::expectBy(Instant verdict, State state) {
  verdictAt_ = std::min(verdict, verdictAt_.value_or(verdict));
  if (state_ == State::Resting || state == State::AwaitingNetwork) state_ = state;
}

Heartbeat::Sent Heartbeat::ping(Ping kind, const Options& options, Now now, const SentSoFar& sent) {
  lastTimestamp_ = std::max(now.wall, lastTimestamp_ + 1);
  Sent result{lastTimestamp_, deliveredWithoutPong(options, sent)};
  const bool isManyKept = peer_ == Peer::Answers || sent.bytes > pingedBytes_ + kFreeBytes;
  if (pings_.size() >= (isManyKept ? kMostPings : kMostUnansweredPings)) pings_.popFront();
  // After a time without unanswered data, what lies behind this ping was sent after the ping before.
  const bool isFirst = pingedBytes_ <= answeredBytes_;
  pings_.pushBack({lastTimestamp_, now.instant, isFirst ? newestPingAt_ : rateFrom_, answeredBytes_, sent});
  if (isFirst) rateFrom_ = now.instant;
  newestPingAt_ = now.instant;
  pingedBytes_ = sent.bytes;
  if (state_ == State::Stopped) return result;
  if (kind == Ping::Regular) {
    lastPingAt_ = now.instant;
    pingAt_ = now.instant + options.pingInterval;
  }
  if (kind != Ping::Confirmation && peer_ != Peer::Unanswering) {
    expectBy(verdictOn(kind, options, now.instant, sent),
             kind == Ping::NetworkProbe ? State::AwaitingNetwork : State::AwaitingPong);
    armDrain(options, now.instant);
  }
  // This ping serves as the one behind the last message, if its verdict comes no later.
  const bool isConfirmed = confirmAt_ && (kind != Ping::Regular ||
                                          (verdictAt_ && *verdictAt_ <= *confirmAt_ + options.probeTimeout));
  if (isConfirmed) confirmReached(now.instant);
  return result;
}

// A peer that still sends a pongTimeout after a ping, but has not answered it, will not: it has had what was
// sent before that ping.
MessageId Heartbeat::deliveredWithoutPong(const Options& options, const SentSoFar& sent) {
  const Duration limit = options.pongTimeout + transferTime(sent);
  MessageId delivered = 0;
  for (const Unanswered& ping : pings_) {
    const Instant since = std::max(ping.at, lastPongAt_.value_or(ping.at));
    if (!lastReceivedAt_ || *lastReceivedAt_ - since < limit) break;
    delivered = ping.sent.message;
    answeredBytes_ = std::max(answeredBytes_, ping.sent.bytes);
  }
  return delivered;
}

void Heartbeat::pingRefused(EpochMs timestamp) {
  const auto isRefused = [timestamp](const Unanswered& ping) { return ping.timestamp == timestamp; };
  const auto refused = std::find_if(pings_.begin(), pings_.end(), isRefused);
  if (refused == pings_.end()) return;
  // One call may send two pings.
  std::move(refused + 1, pings_.end(), refused);
  pings_.popBack();
}

void Heartbeat::messageSent(const Options& options, Instant now) {
  if (isConfirmArmed()) return;
  hasReceivedSinceSend_ = false;
  confirmAt_ = confirmDue(options, now);
}

Instant Heartbeat::confirmDue(const Options& options, Instant now) const {
  return std::max(now + options.confirmAfter, lastConfirmAt_ + kConfirmSpacing);
}

void Heartbeat::messagesReturned(MessageId from, const SentSoFar& sent) {
  for (Unanswered& ping : pings_) {
    ping.sent.message = std::min(ping.sent.message, from - 1);
    ping.sent.bytes = std::min(ping.sent.bytes, sent.bytes);
  }
  pingedBytes_ = std::min(pingedBytes_, sent.bytes);
  answeredBytes_ = std::min(answeredBytes_, sent.bytes);
}

// --- signs of life

void Heartbeat::frameReceived(const Options& options, Instant now, const SentSoFar& sent) {
  if (peer_ == Peer::Unknown || peer_ == Peer::Silent) peer_ = Peer::Talks;
  hasReceivedSinceSend_ = true;
  lastReceivedAt_ = now;
  if (!isAwaiting()) return;
  rest();
  // A peer that answers pings still has to answer those behind data: a link that dies meanwhile is noticed.
  const bool isAnswerDue =
      peer_ == Peer::Answers && !pings_.empty() && pings_.back().sent.bytes > answeredBytes_ + kFreeBytes;
  if (!isAnswerDue) return;
  expectBy(verdictOn(Ping::Probe, options, now, sent), State::AwaitingPong);
  armDrain(options, now);
}

std::optional<Heartbeat::Answer> Heartbeat::pongReceived(Instant now, std::string_view timestamp) {
  const EpochMs value = readTimestamp(timestamp);
  if (value == 0) return std::nullopt;
  const auto isAnswered = [value](const Unanswered& ping) { return ping.timestamp == value; };
  const auto found = std::find_if(pings_.begin(), pings_.end(), isAnswered);
  if (found == pings_.end()) return std::nullopt;
  const Unanswered answered = *found;
  measureRate(now, answered);
  // An answer to a ping is an answer to all before it: frames arrive in order.
  while (!pings_.empty() && pings_.front().timestamp <= value) pings_.popFront();
  peer_ = Peer::Answers;
  lastPongAt_ = now;
  return Answer{std::max(Duration::zero(), now - answered.at), answered.sent.message};
}

// Two rates are measured, and the lower one counts: that since the pong before, which shows at once that a
// link has become slower, and that of everything that was answered since the ping was sent. Pongs that were
// held up and arrive together make the first one much too high: after a lost packet, or when the page was
// blocked.
void Heartbeat::measureRate(Instant now, const Unanswered& answered) {
  const auto rate = [&](std::uint64_t from, Instant since) {
    const Duration took = std::max(now - since, Duration(1000));
    return static_cast<double>(answered.sent.bytes - std::min(from, answered.sent.bytes)) /
           std::chrono::duration<double>(took).count();
  };
  const std::uint64_t before = std::exchange(answeredBytes_, std::max(answeredBytes_, answered.sent.bytes));
  rateFrom_ = now;
  if (answered.sent.bytes < before + kMeasurable) return;
  const double measured =
      std::min(rate(before, std::max(answered.rateFrom, lastPongAt_.value_or(answered.rateFrom))),
               rate(answered.answeredBytes, answered.rateFrom));
  // Halfway to the new value, and never above it: a link that has become slower counts as slow at once.
  bytesPerSecond_ = bytesPerSecond_ == 0 ? measured : std::min(measured, (bytesPerSecond_ + measured) / 2);
}

void Heartbeat::bufferRead(Instant now, std::uint64_t bufferedAmount, std::uint64_t sentAtLeast) {
  const std::uint64_t added = sentAtLeast - std::min(buffer_.sentAtLeast, sentAtLeast);
  const bool hasFallen = buffer_.amount > 0 && bufferedAmount > 0 && bufferedAmount < buffer_.amount + added;
  buffer_.amount = bufferedAmount;
  buffer_.sentAtLeast = sentAtLeast;
  if (hasFallen) buffer_.fellAt = now;
}

void Heartbeat::armDrain(const Options& options, Instant now) {
  if (buffer_.amount > 0 && !drainAt_) drainAt_ = now + options.probeTimeout / 4;
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
    const Instant verdict =
        *std::exchange(buffer_.fellAt, std::nullopt) + options.probeTimeout + transferTime(sent);
    if (verdict > now) {
      verdictAt_ = verdict;
      armDrain(options, now);
      return Verdict::Alive;
    }
  }
  if (now - due > kPunctual && state_ != State::LastChance) {
    rest();
    expectBy(now + extensionAfter(now - due), State::LastChance);
    return Verdict::ProbeFirst;
  }
  if (peer_ == Peer::Silent && wasAtOnce_) {
    rest();
    peer_ = Peer::Unanswering;
    return Verdict::Unanswering;
  }
  if (peer_ == Peer::Unknown) peer_ = Peer::Silent;
  return Verdict::Dead;
}

}  // namespace rws
