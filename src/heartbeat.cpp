// Owns the arithmetic of liveness: which deadlines a ping, a probe, a send and a sign of life set and clear.
// Refuses pongs as proof of anything but a round-trip time: whatever comes in is a sign of life.
#include "heartbeat.h"

#include <algorithm>

namespace rws {
namespace {

// A verdict later than this after its deadline was given by a timer that was held up: what came in meanwhile
// may wait behind it. (What browsers call a long task takes as long.)
constexpr Duration kPunctual = std::chrono::milliseconds(50);

// The least time that a probe after a late verdict is given.
constexpr Duration kSecondChance = std::chrono::milliseconds(500);

// What a probe is given at least after the network is said to be back.
constexpr Duration kNetworkTimeout = std::chrono::seconds(1);

// Whether the peer is judged by then without a probe.
bool isVerdictPendingBy(Instant instant, const Deadlines& deadlines) {
  const std::optional<Instant> verdict = deadlines.at(Deadline::Pong);
  return verdict && *verdict <= instant;
}

// The milliseconds of an echoed timestamp, 0 for what is none of ours: those are positive. Backends that keep
// it as a float or as text echo "1700000000000.0" or "\"…\"".
EpochMs readTimestamp(std::string_view text) {
  // Longer numbers are no timestamps, and would overflow.
  constexpr std::size_t kMostDigits = 18;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  EpochMs value = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (at == kMostDigits) return 0;
    value = value * 10 + (text[at] - '0');
  }
  if (at == text.size()) return value;
  const bool isWhole = text[at] == '.' && at + 1 < text.size() &&
                       text.find_first_not_of('0', at + 1) == std::string_view::npos;
  return isWhole ? value : 0;
}

}  // namespace

void Heartbeat::start(const Options& options, Instant now, Duration opening, Deadlines& deadlines) {
  stop(deadlines);
  opening_ = opening;
  pings_.fill({});
  isAwaited_ = false;
  lastPing_ = now;
  running_ = options.enableHeartbeat;
  if (running_) deadlines.set(Deadline::Ping, now + options.pingInterval);
}

void Heartbeat::stop(Deadlines& deadlines) {
  running_ = false;
  secondChanceUsed_ = false;
  networkInDoubt_ = false;
  deadlines.clear(Deadline::Ping);
  deadlines.clear(Deadline::Silence);
  deadlines.clear(Deadline::Pong);
}

void Heartbeat::reconfigure(const Options& options, Instant now, Deadlines& deadlines) {
  if (!options.enableHeartbeat) {
    stop(deadlines);
  } else if (!running_) {
    start(options, now, opening_, deadlines);
  } else {
    deadlines.set(Deadline::Ping, std::max(now, lastPing_ + options.pingInterval));
    const std::optional<Instant> silence = deadlines.at(Deadline::Silence);
    if (silence) deadlines.set(Deadline::Silence, std::min(*silence, now + options.probeAfterSend));
  }
}

Heartbeat::Ping Heartbeat::remember(const Options& options, Now now, PayloadId behind) {
  lastTimestamp_ = now.wall > lastTimestamp_ ? now.wall : lastTimestamp_ + 1;
  Ping ping{lastTimestamp_};
  pings_[nextSlot_] = {.timestamp = lastTimestamp_, .at = now.instant, .behind = behind};
  nextSlot_ = (nextSlot_ + 1) % kRemembered;
  if (isAwaited_ && heardMeanwhile_ && now.instant - awaitedSince_ >= options.pongTimeout) {
    ping.outlived = awaitedBehind_;
    isAwaited_ = false;
  }
  if (!isAwaited_) {
    isAwaited_ = true;
    heardMeanwhile_ = false;
    awaitedSince_ = now.instant;
    awaitedBehind_ = behind;
  }
  return ping;
}

Heartbeat::Ping Heartbeat::ping(const Options& options, Now now, const UnderWay& before,
                                Deadlines& deadlines) {
  if (running_) {
    lastPing_ = now.instant;
    deadlines.set(Deadline::Ping, now.instant + options.pingInterval);
    // A probe under way may be allowed longer than this ping.
    expectBy(now.instant + options.pongTimeout + before.patience(), deadlines);
    const std::optional<Instant> silence = deadlines.at(Deadline::Silence);
    if (silence && isVerdictPendingBy(*silence + options.probeTimeout, deadlines)) {
      deadlines.clear(Deadline::Silence);
    }
  }
  return remember(options, now, before.upTo);
}

Heartbeat::Ping Heartbeat::probe(const Options& options, Now now, const UnderWay& before,
                                 Deadlines& deadlines) {
  if (running_) {
    expectBy(now.instant + options.probeTimeout + before.patience(), deadlines);
    deadlines.clear(Deadline::Silence);
  }
  return remember(options, now, before.upTo);
}

Duration Heartbeat::networkTimeout(const Options& options) const {
  return std::min(options.probeTimeout, std::max(kNetworkTimeout, 4 * opening_));
}

Heartbeat::Ping Heartbeat::probeNetwork(const Options& options, Now now, const UnderWay& before,
                                        Deadlines& deadlines) {
  networkInDoubt_ = running_;
  if (running_) expectBy(now.instant + networkTimeout(options) + before.patience(), deadlines);
  return probe(options, now, before, deadlines);
}

// An earlier verdict stays.
void Heartbeat::expectBy(Instant verdict, Deadlines& deadlines) {
  deadlines.set(Deadline::Pong, std::min(verdict, deadlines.at(Deadline::Pong).value_or(verdict)));
}

void Heartbeat::sent(const Options& options, Instant now, Deadlines& deadlines) {
  if (isSentIdle(deadlines)) return;
  heardSinceSent_ = false;
  deadlines.set(Deadline::Silence, now + options.probeAfterSend);
}

void Heartbeat::received(Deadlines& deadlines) {
  deadlines.clear(Deadline::Pong);
  secondChanceUsed_ = false;
  networkInDoubt_ = false;
  heardSinceSent_ = true;
  heardMeanwhile_ = true;
}

void Heartbeat::returned(PayloadId from) {
  for (Sent& ping : pings_) ping.behind = std::min(ping.behind, from - 1);
  awaitedBehind_ = std::min(awaitedBehind_, from - 1);
}

std::optional<Heartbeat::Answer> Heartbeat::answered(Instant now, std::string_view timestamp) {
  const EpochMs value = readTimestamp(timestamp);
  if (value == 0) return std::nullopt;
  for (Sent& ping : pings_) {
    if (ping.timestamp != value) continue;
    ping.timestamp = 0;
    peerAnswers_ = true;
    if (ping.behind >= awaitedBehind_) isAwaited_ = false;
    return Answer{std::max(Duration::zero(), now - ping.at), ping.behind};
  }
  return std::nullopt;
}

Heartbeat::Verdict Heartbeat::judge(Instant due, Instant now) {
  if (now - due <= kPunctual || secondChanceUsed_) return Verdict::Dead;
  secondChanceUsed_ = true;
  return Verdict::ProbeFirst;
}

void Heartbeat::hasten(Duration lateness, Instant now, Deadlines& deadlines) {
  expectBy(now + std::max(lateness, kSecondChance), deadlines);
}

}  // namespace rws
