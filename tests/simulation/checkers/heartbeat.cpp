// The watch over one connection, kept from outside.
#include "heartbeat.h"

#include <algorithm>
#include <string>

namespace rws::sim {
namespace {

// Timers that are no later than this count as punctual: no host does better.
constexpr Duration kPunctual = std::chrono::milliseconds(50);
constexpr Duration kTick = std::chrono::milliseconds(1);
constexpr Duration kLeastExtension = std::chrono::milliseconds(500);
constexpr std::uint64_t kFreeBytes = 4'096;
constexpr double kSlowestLink = 8'192;
constexpr Duration kLongestTransfer = std::chrono::seconds(60);

// How long so many bytes take at a quarter of that rate, or at 8 KB/s if that is faster.
Duration transferTime(std::uint64_t bytes, double rate) {
  if (bytes <= kFreeBytes) return Duration::zero();
  const double seconds = static_cast<double>(bytes - kFreeBytes) / std::max(kSlowestLink, rate / 4);
  return std::min<Duration>(kLongestTransfer,
                            Duration(static_cast<Duration::rep>(std::min(seconds, 1e3) * 1e6)));
}

// The longest time from a message to the ping behind it: such pings are a second apart.
Duration confirmTime(const Options& options) {
  return std::max<Duration>(std::chrono::seconds(1), options.confirmAfter);
}

// After `online`, four times as long as the connection took to open, and a second at least.
Duration networkTimeout(const Options& options, Duration opening) {
  return std::min(options.probeTimeout, std::max<Duration>(std::chrono::seconds(1), 4 * opening));
}

}  // namespace

void HeartbeatChecker::prepare(const Step& step) {
  const Wire* const wire = ledger_.wire(step.attemptBefore);
  mostBefore_ = wire == nullptr ? 0 : wire->atMost;
  if (step.before != Phase::Connected) return;
  readBuffer(step);
  if (step.isHeard()) measure(step, step.heardControl());
}

void HeartbeatChecker::check(const Step& step) {
  transferred_ = std::max(transferred_, stretch(step));
  if (step.before == Phase::Connected) {
    checkPing(step);
    checkNoticed(step);
    checkVerdict(step);
  }
  checkProbe(step);
  for (const Record& record : *step.records) {
    if (as<effect::ResolveAddress>(record) != nullptr) {
      attemptAt_ = step.now();
      handshakeAt_.reset();
    }
    const bool isGreeting = as<effect::SendHello>(record) != nullptr;
    const bool isStart = isGreeting || as<effect::StartHandshake>(record) != nullptr;
    if (isStart && !handshakeAt_) handshakeAt_ = step.now();
  }
  if (step.before != Phase::Connected && step.after() == Phase::Connected) open(step);
  if (step.isHeard()) heard(step);
  if (step.isOneOf<event::SetOption, event::SetHeartbeat>()) {
    pingBase_ = heardAt_ = step.now();
    demandedAt_.reset();
    hasNewOptions_ = true;
    // The client's memory begins anew with its heartbeat.
    if (step.isWatchNew()) {
      slowest_ = fastest_ = 0;
      regularAt_ = step.now();
      isConfirmArmed_ = false;
      hasRestarted_ = true;
    }
    surelyFellAt_.reset();
    if (step.isHeartbeatNew()) verdictAt_.reset();
    if (step.isPeerForgotten()) {
      hasEverHeard_ = isUnanswering_ = false;
      givenUp_ = needless_ = 0;
    }
  }
  if (step.isPingMissing()) {
    isPingMissing_ = true;
    isConfirmArmed_ = false;
    pingBase_ = heardAt_ = step.now();
  }
  // A probe after `online` has a time limit of its own.
  if (step.isOneOf<event::NetworkChanged>()) surelyFellAt_.reset();
  sent(step);
  pinged(step);
  if (!step.client->options().sendsPings()) verdictAt_.reset();
}

// --- what happened

void HeartbeatChecker::open(const Step& step) {
  pingBase_ = regularAt_ = heardAt_ = step.now();
  // The handshake is no part of it.
  opening_ = handshakeAt_.value_or(step.now()) - attemptAt_;
  handshakeAt_.reset();
  isAtOnce_ = step.client->countedRetries() <= 1;
  hasNewOptions_ = isConfirmArmed_ = mayBeDisarmed_ = hasRestarted_ = isPingMissing_ = false;
  verdictAt_.reset();
  demandedAt_.reset();
  fellAt_.reset();
  surelyFellAt_.reset();
  buffered_ = sentBefore_ = leastBefore_ = transferred_ = 0;
  slowest_ = fastest_ = 0;
}

void HeartbeatChecker::heard(const Step& step) {
  heardAt_ = step.now();
  hasEverHeard_ = isHeardSinceArmed_ = true;
  hasNewOptions_ = false;
  verdictAt_.reset();
  demandedAt_.reset();
  transferred_ = stretch(step);
  const Wire* const wire = ledger_.wire(step.attemptBefore);
  if (wire == nullptr || !ledger_.hasAnswered()) return;
  // A peer that answers pings still owes the answers to those behind data.
  const std::uint64_t before = wire->pings.empty() ? 0 : wire->pings.back().before;
  const bool mayBeOwed = before > wire->answeredAt + kFreeBytes;
  const bool isOwed = before > wire->settledAt() + kFreeBytes && !wire->mayBeAnswered(wire->pings.back());
  if (mayBeOwed) verdictAt_ = ledger_.heardAt(step) + step.options->probeTimeout + leastTransfer(step);
  if (isOwed || (isConfirmArmed_ && ledger_.isHolding(step.attemptBefore))) demandedAt_ = step.now();
}

// 64 KB, or what a fast link transfers in 10 ms, above 50 MB/s in 40 ms; up to 8 MB.
std::uint64_t HeartbeatChecker::longestPingDistance() const {
  const double longest = fastest_ > 52'428'800 ? fastest_ / 25 : fastest_ / 100;
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(longest), 65'536, 8'388'608);
}

// The rate of what was sent between two pings, from the answers to them.
void HeartbeatChecker::measure(const Step& step, const ControlFrame& control) {
  const Wire* const wire = ledger_.wire(step.heardOn());
  const Wire::Ping* const answered = wire == nullptr ? nullptr : wire->answeredBy(control);
  if (answered != nullptr) {
    const Wire::Ping& ping = *answered;
    constexpr std::uint64_t kMeasurable = 16'384;
    const std::uint64_t most = ping.before - std::min(wire->answeredAt, ping.before);
    const std::uint64_t least = ping.before - std::min(wire->settledAt(), ping.before);
    if (most < kMeasurable) return;
    const auto rate = [&step](std::uint64_t bytes, Instant since) {
      return static_cast<double>(bytes) * 1e6 /
             static_cast<double>(std::max(step.now() - since, Duration(kTick)).count());
    };
    // Since the answer before, or since the data under way began: the slower of the two counts.
    const Instant since = std::max(ping.rateFrom, wire->pongAt.value_or(ping.rateFrom));
    fastest_ = std::max(fastest_, rate(most, since));
    double slowest =
        std::min(rate(std::max(least, kMeasurable), since),
                 rate(ping.before - std::min(ping.settledAt, ping.before), ping.earliestRateFrom));
    // The client may have measured nothing.
    if (least < kMeasurable) slowest = kSlowestLink;
    // If the ping followed its data later than its pong followed the ping, the rate falls by half at most.
    if (ping.at - since > step.now() - ping.at) slowest = std::max(slowest, (slowest_ + slowest) / 2);
    slowest_ = slowest_ == 0 ? slowest : std::min(slowest_, slowest);
  }
}

// A buffer that falls, but not to nothing, shows that the peer takes data.
void HeartbeatChecker::readBuffer(const Step& step) {
  const Wire* const wire = ledger_.wire(step.attemptBefore);
  if (wire == nullptr || step.isShort || step.isOneOf<event::MessageRefused>()) return;
  const std::uint64_t amount = step.facts.bufferedAmount;
  const auto hasFallen = [this, amount](std::uint64_t before, std::uint64_t sent) {
    return buffered_ > 0 && amount > 0 && amount < buffered_ + sent - std::min(before, sent);
  };
  if (hasFallen(sentBefore_, wire->sent)) fellAt_ = step.now();
  if (hasFallen(leastBefore_, wire->atLeast)) surelyFellAt_ = step.now();
  buffered_ = amount;
  sentBefore_ = wire->sent;
  leastBefore_ = wire->atLeast;
}

void HeartbeatChecker::sent(const Step& step) {
  const bool isRefused =
      step.isOneOf<event::MessageRefused>() || step.findAnswer<event::MessageRefused>() != nullptr;
  if (isRefused && !ledger_.isHolding(step.attemptBefore)) {
    // The client sends the ping behind a refused message, too. Nothing was heard since that message.
    if (!isConfirmArmed_) isHeardSinceArmed_ = false;
    isConfirmArmed_ = false;
    demandedAt_.reset();
    return;
  }
  const bool isSent =
      (step.isShort && step.isOneOf<event::Send>()) || step.find<effect::SendMessage>() != nullptr;
  const bool isWatched = step.client->options().sendsPings() && !ledger_.isUnanswering();
  if (!isSent || !isWatched || step.after() != Phase::Connected) return;
  const bool isNew = !isConfirmArmed_;
  if (isNew) isHeardSinceArmed_ = mayBeDisarmed_ = false;
  isConfirmArmed_ = true;
  const bool isAsked = ledger_.hasAnswered() || !isHeardSinceArmed_;
  if (isAsked && !demandedAt_) demandedAt_ = step.now();
}

// A peer that never answers pings, but has sent something since the message, owes nothing.
bool HeartbeatChecker::isConfirmation(const Step& step) const {
  const bool isRegular = step.now() >= regularAt_ + step.options->pingInterval;
  const bool isAsked = isRegular || isJumped_ || verdictAt_ || !step.isOneOf<event::TimerFired>();
  return !isAsked && !ledger_.hasAnswered() && isHeardSinceArmed_ && !mayBeDisarmed_;
}

// Whether a message follows the pings of this step: another ping is due behind it.
bool HeartbeatChecker::isSentAfterPings(const Step& step) {
  bool isAfter = false;
  for (const Record& record : *step.records) {
    if (asPing(record)) isAfter = false;
    if (as<effect::SendMessage>(record) != nullptr) isAfter = true;
  }
  return isAfter;
}

void HeartbeatChecker::pinged(const Step& step) {
  const bool needsNoAnswer = isConfirmation(step);
  const bool isTimer = step.isOneOf<event::TimerFired>();
  if (isTimer && step.now() >= regularAt_ + step.options->pingInterval) regularAt_ = step.now();
  // In a session messages may be acknowledged before the ping that would ask for them.
  if (isTimer && isConfirmArmed_ && !ledger_.isHolding(step.attemptBefore)) mayBeDisarmed_ = true;
  if (!ledger_.pingStretches().empty()) isConfirmArmed_ = isConfirmArmed_ && isSentAfterPings(step);
  for (const std::uint64_t bytes : ledger_.pingStretches()) {
    pingBase_ = step.now();
    if (needsNoAnswer) continue;
    const Options& options = step.client->options();
    Duration timeout = std::min(options.pongTimeout, options.probeTimeout);
    const auto* const changed = step.eventAs<event::NetworkChanged>();
    if (changed != nullptr && changed->isOnline) {
      timeout = std::min(timeout, networkTimeout(options, opening_));
    }
    const Instant verdict = step.now() + timeout + transferTime(bytes, fastest_);
    verdictAt_ = std::min(verdict, verdictAt_.value_or(verdict));
  }
  const auto* const error = step.find<notification::Failed>();
  if (error != nullptr && error->type == ErrorType::HeartbeatUnanswered) {
    findings_.check(!isUnanswering_ && !hasEverHeard_, "H10",
                    "a peer is called unanswering twice, or wrongly");
    findings_.check(givenUp_ > 0 && isAtOnce_, "H10",
                    "a peer is called unanswering that was given up less than twice in a row");
    isUnanswering_ = true;
    demandedAt_.reset();
  }
  if (!ledger_.isUnanswering()) isUnanswering_ = false;
}

// --- whether it was right

std::uint64_t HeartbeatChecker::stretch(const Step& step) const {
  const Wire* const wire = ledger_.wire(step.attemptBefore);
  return wire == nullptr ? 0 : wire->largestStretch(wire->answeredAt);
}

Duration HeartbeatChecker::mostTransfer(const Step& step) const {
  return transferTime(std::max(transferred_, stretch(step)), slowest_);
}

Duration HeartbeatChecker::leastTransfer(const Step& step) const {
  // The client may have counted before the control frames of this step, and before the messages for which an
  // acknowledgement has made room.
  constexpr std::uint64_t kControlFrames = 256;
  const Wire* const wire = ledger_.wire(step.attemptBefore);
  if (wire == nullptr) return Duration::zero();
  const std::uint64_t bytes = wire->largestStretch(wire->settledAt());
  const std::uint64_t later = kControlFrames + wire->atMost - std::min(mostBefore_, wire->atMost);
  return transferTime(bytes - std::min(bytes, later), fastest_);
}

// H2: with punctual timers no ping is late.
void HeartbeatChecker::checkPing(const Step& step) {
  const Options& options = *step.options;
  if (!options.sendsPings() || step.timers.lateness > Duration::zero()) return;
  const Instant base = std::max(pingBase_, step.timers.punctualSince);
  findings_.check(step.now() <= base + options.pingInterval + kTick, "H2", "a ping is late");
}

// H4 and H9: nothing at all came for the time allowed, and the client still waits.
void HeartbeatChecker::checkNoticed(const Step& step) {
  const Options& options = *step.options;
  const bool isWatched = options.sendsPings() && !ledger_.isUnanswering();
  if (!isWatched || step.isPeerForgotten() || step.isPingMissing() || step.after() != Phase::Connected ||
      step.isHeard())
    return;
  const Duration late = step.timers.lateness;
  const bool isHeldUp = late > Duration::zero() || step.timers.punctualSince > heardAt_;
  const Duration extra = isHeldUp ? options.probeTimeout + kLeastExtension + 3 * late : Duration::zero();
  const Duration transfer = mostTransfer(step) + extra + kTick;
  const Instant base = std::max(heardAt_, step.timers.punctualSince);
  Instant limit = base + options.pingInterval + options.pongTimeout + transfer;
  // The buffer is looked at when the answer to a message is asked for, and a few times while it is awaited.
  const Duration unseen = std::max(confirmTime(options), options.probeTimeout / 4);
  const Instant moved = step.movedAt + unseen + kPunctual;
  const Instant fell = std::min(moved, fellAt_.value_or(heardAt_));
  const Instant drained = fell + options.probeTimeout + transfer;
  findings_.check(step.now() <= std::max(limit, drained), "H4", "a dead peer is not noticed");
  if (!demandedAt_ || isPingMissing_) return;
  const Instant since = std::max(*demandedAt_, step.timers.punctualSince);
  limit = since + confirmTime(options) + options.probeTimeout + transfer;
  findings_.check(step.now() <= std::max(limit, drained), "H9",
                  "a dead link with data under way is not noticed");
}

// H5, H9, H10: the end of a connection needs a ping, time for an answer, and a peer that does not answer.
void HeartbeatChecker::checkVerdict(const Step& step) {
  const bool isSilence = step.options->heartbeat.mode == HeartbeatMode::Silence;  // silence.h
  if (step.find<effect::CloseSocket>() == nullptr || !step.isOneOf<event::TimerFired>() || isSilence) return;
  findings_.check(verdictAt_.has_value(), "H5", "a peer is given up without a ping");
  findings_.check(!verdictAt_ || step.now() >= *verdictAt_, "H5", "a peer is given up before its time");
  // Pings sent before the options changed have other time limits.
  const bool isHealthy = step.isPeerHealthy && !hasNewOptions_ && !hasRestarted_;
  findings_.check(!isHealthy || step.lateBy <= kPunctual, "H5", "late timers close a healthy socket");
  // No message is given more time, however large it is.
  const bool isLongest = mostTransfer(step) >= kLongestTransfer;
  findings_.check(!isHealthy || isLongest, "H9", "a link that lives is given up");
  const Duration timeout = std::min(step.options->pongTimeout, step.options->probeTimeout);
  // Where bufferedAmount falls by whole messages it may hold a remainder, and then shows nothing.
  const bool isShown = surelyFellAt_ && step.engine != Engine::WholeMessages;
  const bool isTaking = isShown && !hasNewOptions_ && step.now() < *surelyFellAt_ + timeout;
  findings_.check(!isTaking, "H9", "a peer is given up that was just taking data");
  findings_.check(!isUnanswering_, "H10", "a peer that answers no pings is given up again");
  if (!hasEverHeard_) ++givenUp_;
  if (!hasEverHeard_ && isAtOnce_) ++needless_;
  findings_.check(needless_ <= 1, "H10", "a peer that never sends anything is given up twice");
}

// H5, H7: what casts doubt on the link is followed by a probe; H4: so is a message that nothing answers.
void HeartbeatChecker::checkProbe(const Step& step) {
  const Options& options = step.client->options();
  isJumped_ = hasJumped(step);
  const bool isSame = step.before == Phase::Connected && step.after() == Phase::Connected &&
                      step.client->currentAttempt() == step.attemptBefore;
  // What was refused has been waited for.
  const bool isRefused = step.findAnswer<event::MessageRefused>() != nullptr;
  if (!isSame || !options.sendsPings() || isPingMissing_ || ledger_.isUnanswering() || isRefused) return;
  if (step.isPingMissing()) return;
  const std::optional<Instant> next = step.client->nextDeadline();
  const auto* const changed = step.eventAs<event::NetworkChanged>();
  const bool isOnline = changed != nullptr && changed->isOnline;
  // Where more than 64 KB may be under way between two pings, the probe after `online` is a usual one.
  const bool comesSooner = isOnline && std::max(transferred_, stretch(step)) <= 65'536;
  const Duration timeout = comesSooner ? networkTimeout(options, opening_) : options.probeTimeout;
  const Instant probed = step.now() + timeout + mostTransfer(step) + kPunctual;
  findings_.check(!isJumped_ || (next && *next <= probed), "H5", "a clock that jumps leads to no probe");
  const auto* const visible = step.eventAs<event::VisibilityChanged>();
  const bool isDoubt = step.isOneOf<event::NetworkChanged, event::PageResumed, event::CheckNetwork>() ||
                       (visible != nullptr && visible->isVisible);
  findings_.check(!isDoubt || (next && *next <= probed), "H7", "a hint about the link leads to no probe");
  const bool isSent =
      step.isOneOf<event::Send>() && (step.isShort || step.find<effect::SendMessage>() != nullptr);
  findings_.check(!isSent || hasNewOptions_ || (next && *next <= probed + confirmTime(options)), "H4",
                  "a message that nothing answers leads to no probe");
}

// More than 5 s went by unseen: for the wall clock alone, or for the timer.
bool HeartbeatChecker::hasJumped(const Step& step) {
  // A fast path that reads no time leaves the noticing to the timer that is late, and so does an answer.
  if (step.isShort || step.isOneOf<event::MessageRefused>()) return false;
  constexpr Duration kJump = std::chrono::seconds(5);
  const Duration wall = std::chrono::milliseconds(step.facts.now.wall - lastRead_.wall);
  const bool isFirst = lastRead_.wall == 0;
  const bool isAhead = !isFirst && wall - (step.now() - lastRead_.instant) > kJump;
  lastRead_ = step.facts.now;
  return isAhead || step.lateBy > kJump;
}

}  // namespace rws::sim
