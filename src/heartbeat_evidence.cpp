// What arrives, and what it shows: that the peer is alive, which messages it has read, and how fast the link
// is.
#include <algorithm>
#include <utility>

#include "control_frame.h"
#include "heartbeat.h"

namespace rws {
namespace {

// The slowest link that is given time. A link is assumed to slow down to a quarter of what was measured.
constexpr double kSlowestLink = 8 * 1024;
constexpr double kSlowdown = 4;
constexpr Duration kLongestTransfer = std::chrono::seconds(60);
// A ping and its pong for every large message reduce the throughput of a fast link by a fifth. So the
// distance of pings there is what the link transfers in kFastTime. If the link becomes 300 times slower, the
// pong still comes within the default probeTimeout. Links above kLocalRate are mostly within one machine.
// There a ping costs relatively more, so the distance is kLocalFactor times as long, and the factor 300
// becomes 75.
constexpr Duration kFastTime = std::chrono::milliseconds(10);
constexpr double kLocalRate = 50 * 1024 * 1024;
constexpr double kLocalFactor = 4;
constexpr double kLongestDistance = 8192 * 1024;
// A stretch this long measures a link's rate; a shorter one measures its delay.
constexpr std::uint64_t kMeasurable = 16 * std::uint64_t{1024};
// No time is shorter: a rate is measured over at least so much.
constexpr Duration kShortestTransfer = std::chrono::milliseconds(1);

}  // namespace

void Heartbeat::frameReceived(const Options& options, Instant now, const SentSoFar& sent) {
  if (peer_ == Peer::Unknown || peer_ == Peer::Silent) peer_ = Peer::Talks;
  hasReceivedSinceSend_ = true;
  lastReceivedAt_ = now;
  if (state_ == State::Stopped) return;
  if (isListening()) return listen(options, now, now);
  rest();
  // A peer that answers pings still has to answer those behind data: a link that dies meanwhile is noticed.
  const bool isAnswerDue = answersPings() && !pings_.empty() && !mayBeAnswered(pings_.back()) &&
                           pings_.back().sent.bytes > answeredBytes_ + kFreeBytes;
  if (!isAnswerDue) return;
  expectBy(verdictAfter(Ping::Probe, options, now, sent), State::AwaitingPong);
  armDrain(options, now);
}

// A custom ping is found by its number, a JSON ping by its timestamp.
Heartbeat::Pings::Iterator Heartbeat::findAnswered(const ControlFrame& frame) {
  const bool isCustom = frame.kind == ControlKind::CustomPong;
  // All pings are answered already.
  if (isCustom && customPongs_ == customPings_) return pings_.end();
  const std::uint32_t number = isCustom ? ++customPongs_ : 0;
  skipped_ = std::min(skipped_, customPings_ - customPongs_);
  const EpochMs timestamp = isCustom ? 0 : readTimestamp(frame.timestamp);
  return std::find_if(pings_.begin(), pings_.end(), [=](const Unanswered& ping) {
    return ping.number == number && (isCustom || (timestamp != 0 && ping.timestamp == timestamp));
  });
}

std::optional<Heartbeat::Answer> Heartbeat::answerReceived(Instant now, const ControlFrame& frame) {
  const bool isPing = frame.kind == ControlKind::Ping;
  const bool isNone = frame.kind == ControlKind::None || frame.kind == ControlKind::CustomPing;
  if (isNone || (isPing && peer_ == Peer::Answers)) return std::nullopt;
  const auto found = findAnswered(frame);
  if (found == pings_.end()) return std::nullopt;
  const Unanswered answered = *found;
  measureRate(now, answered);
  // An answer to a ping is an answer to all before it: frames arrive in order.
  while (!pings_.empty() && pings_.front().timestamp <= answered.timestamp) pings_.popFront();
  peer_ = isPing ? Peer::Echoes : Peer::Answers;
  lastPongAt_ = now;
  return Answer{std::max(Duration::zero(), now - answered.at), answered.sent.message};
}

// Two rates are measured, and the lower one counts: that since the pong before, which shows at once that a
// link has become slower, and that of everything that was answered since the ping was sent. Pongs that were
// held up and arrive together make the first one much too high: after a lost packet, or when the page was
// blocked.
void Heartbeat::measureRate(Instant now, const Unanswered& answered) {
  const auto rate = [&](std::uint64_t from, Instant since) {
    const Duration took = std::max(now - since, kShortestTransfer);
    return static_cast<double>(answered.sent.bytes - std::min(from, answered.sent.bytes)) /
           std::chrono::duration<double>(took).count();
  };
  const std::uint64_t before = std::exchange(answeredBytes_, std::max(answeredBytes_, answered.sent.bytes));
  rateFrom_ = now;
  if (answered.sent.bytes < before + kMeasurable) return;
  const Instant since = std::max(answered.rateFrom, lastPongAt_.value_or(answered.rateFrom));
  const double measured = std::min(rate(before, since), rate(answered.answeredBytes, answered.rateFrom));
  // More time passed from the data to the ping than from the ping to its pong: the data may have arrived long
  // before the ping. So what is measured is a lower bound of the rate.
  const bool isLowerBound = answered.at - since > now - answered.at;
  const double halfway = bytesPerSecond_ == 0 ? measured : (bytesPerSecond_ + measured) / 2;
  // A lower bound raises the rate at once, and lowers it by half at most. Else the rate goes halfway to the
  // new value, and never above it: a link that has become slower counts as slow at once.
  bytesPerSecond_ = isLowerBound ? std::max(measured, halfway) : std::min(measured, halfway);
  const double factor = measured > kLocalRate ? kLocalFactor : 1;
  const double fast = measured * factor * std::chrono::duration<double>(kFastTime).count();
  distance_ = static_cast<std::uint32_t>(std::clamp(fast, double{kShortestDistance}, kLongestDistance));
}

void Heartbeat::bufferRead(Instant now, std::uint64_t bufferedAmount, std::uint64_t sentAtLeast) {
  const std::uint64_t added = sentAtLeast - std::min(buffer_.sentAtLeast, sentAtLeast);
  const bool hasFallen = buffer_.amount > 0 && bufferedAmount > 0 && bufferedAmount < buffer_.amount + added;
  buffer_.amount = bufferedAmount;
  buffer_.sentAtLeast = sentAtLeast;
  if (hasFallen) buffer_.fellAt = now;
}

void Heartbeat::armDrain(const Options& options, Instant now) {
  if (buffer_.amount == 0 || drainAt_) return;
  drainAt_ = now + (isListening() ? options.heartbeat.silence : options.probeTimeout) / 4;
}

// --- rate and proof

std::uint64_t Heartbeat::largestStretch(const SentSoFar& sent) const {
  std::uint64_t largest = 0;
  std::uint64_t before = answeredBytes_;
  for (const Unanswered& ping : pings_) {
    largest = std::max(largest, ping.sent.bytes - std::min(before, ping.sent.bytes));
    before = ping.sent.bytes;
  }
  return std::max(largest, sent.bytes - std::min(before, sent.bytes));
}

Duration Heartbeat::transferTime(const SentSoFar& sent) const {
  const std::uint64_t largest = largestStretch(sent);
  if (largest <= kFreeBytes) return Duration::zero();
  const double seconds =
      static_cast<double>(largest - kFreeBytes) / std::max(kSlowestLink, bytesPerSecond_ / kSlowdown);
  const auto time = std::chrono::duration<double>(seconds);
  return time >= kLongestTransfer ? kLongestTransfer : std::chrono::duration_cast<Duration>(time);
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
    if (ping.number > customPongs_) skipped_ = std::max(skipped_, ping.number - customPongs_);
    answeredBytes_ = std::max(answeredBytes_, ping.sent.bytes);
  }
  return delivered;
}

}  // namespace rws
