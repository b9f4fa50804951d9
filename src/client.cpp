// The commands of the user.
#include "client.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "visit.h"

namespace rws {
namespace {

bool isAnswer(const Event& event) {
  return std::holds_alternative<event::ShouldReconnectAnswered>(event) ||
         std::holds_alternative<event::MessageRefused>(event) ||
         std::holds_alternative<event::ControlRefused>(event);
}

}  // namespace

Client::Client(Options options, std::uint64_t seed, const HostTraits& host)
    : options_(std::move(options)), reconnects_(seed), outbox_(host) {}

// --- getters

std::uint64_t Client::reconnectAttempts() const {
  const bool isOver =
      phase_ == Phase::Connected || phase_ == Phase::Disconnected || phase_ == Phase::Rejected;
  return isOver ? 0 : countedRetries();
}

std::optional<EpochMs> Client::nextAttemptAt(const Now& now) const {
  const std::optional<Instant> due = reconnects_.retryAt();
  if (phase_ != Phase::Waiting || !due) return std::nullopt;
  const EpochMs expected =
      now.wall + std::chrono::ceil<std::chrono::milliseconds>(*due - now.instant).count();
  // The two clocks never agree to the millisecond; a wall clock that was set moves the time by whole seconds.
  constexpr EpochMs kSecond = 1000;
  const EpochMs moved = expected - retryAtWall_;
  return retryAtWall_ + (moved + (moved < 0 ? -kSecond : kSecond) / 2) / kSecond * kSecond;
}

bool Client::isHealthy(Instant now) const {
  const bool isPongMissing = options_.sendsPings() && heartbeat_.answersPings() &&
                             stats_.isPongOlderThan(Health::kLongestWithoutPong, now);
  return phase_ == Phase::Connected && !isPongMissing && health_.isHealthy();
}

Circumstances Client::circumstances() const {
  return {isOnline_, reconnectAttempts(), queuedMessages(), stats_.errorRate()};
}

bool Client::isConsistent() const {
  const bool isOpen = phase_ == Phase::Connected;
  if (hasAttempt(phase_) != current_.has_value()) return false;
  if (current_ && (current_->isClosing() || current_->isOpen() != isOpen)) return false;
  if (closing_ && !closing_->isClosing()) return false;
  if (closing_ && !closing_->reportsClose() && !outbox_.hasClosingMessages()) return false;
  const bool isGreeted = current_ && (current_->isHandshaking() || isOpen);
  if (session_.isActive() && !isGreeted) return false;
  if (session_.isGreeting() && !(current_ && current_->isHandshaking())) return false;
  if (session_.isEnding() && !closing_) return false;
  if (!closing_ && outbox_.hasClosingMessages()) return false;
  if ((phase_ == Phase::Deciding) != loss_.has_value()) return false;
  if (phase_ != Phase::Deciding && reportedState_ != toState(phase_)) return false;
  if ((phase_ == Phase::Waiting) != reconnects_.retryAt().has_value()) return false;
  if (isOpen != outbox_.isOpen()) return false;
  const bool isWatched = isOpen && options_.isPeerWatched();
  if (isWatched != (heartbeat_.state() != Heartbeat::State::Stopped)) return false;
  if ((isWatched && !options_.sendsPings()) != heartbeat_.isListening()) return false;
  return heartbeat_.isConsistent() && outbox_.isConsistent() && session_.isConsistent();
}

// --- events and effects

void Client::readFacts(const HostFacts& facts) {
  const Instant latest = facts_.now.instant;
  facts_ = facts;
  facts_.now.instant = std::max(latest, facts.now.instant);
}

// What bufferedAmount shows. Not to be read from the facts of an answer: what was refused is on record then.
void Client::readBuffer() {
  if (phase_ != Phase::Connected) return;
  if (facts_.bufferedAmount == 0) outbox_.allLeft();
  heartbeat_.bufferRead(now(), facts_.bufferedAmount, outbox_.sent().bytesAtLeast());
  if (!isProofExpected()) outbox_.confirmLeft(facts_.bufferedAmount, effects_);
}

void Client::handle(const HostFacts& facts, const Event& event) {
  if (phase_ == Phase::Destroyed) {
    if (const auto* send = std::get_if<event::Send>(&event)) {
      effects_.push(effect::Discarded{send->message.id});
    }
    return;
  }
  assert(phase_ != Phase::Deciding || isAnswer(event));
  readFacts(facts);
  bool hasJumped = false;
  // An answer comes while effects are still to be performed: what is on record may not be sent yet.
  if (!isAnswer(event)) {
    readBuffer();
    const std::optional<Due> earliest = earliestDeadline();
    hasJumped = clockWatch_.observe(facts_.now, earliest ? std::optional(earliest->at) : std::nullopt);
  }
  rws::visit([this](const auto& concrete) { on(concrete); }, event);
  // Last: the event may end the connection that would be probed.
  if (hasJumped) clockJumped();
  assert(isConsistent());
}

std::optional<Effect> Client::pollEffect() {
  if (effects_.empty()) flushNext();
  return effects_.pop();
}

void Client::transition(Trigger trigger) {
  phase_ = requireTransition(phase_, trigger);
  if (phase_ == Phase::Deciding || toState(phase_) == reportedState_) return;
  reportedState_ = toState(phase_);
  effects_.notify(notification::StateChanged{reportedState_});
}

// --- commands

void Client::on(const event::Connect&) {
  if (canTransition(Trigger::Connect)) beginAttempt(Trigger::Connect);
}

void Client::on(const event::Reconnect&) {
  if (!canTransition(Trigger::Reconnect)) return;
  if (current_) replaceCurrent("Reconnect requested", true);
  beginAttempt(Trigger::Reconnect);
}

void Client::beginAttempt(Trigger trigger) {
  // The user learns of the end of the last connection before the next one begins.
  if (closing_ && closing_->reportsClose()) abandonClosing();
  transition(trigger);
  session_.forgetTakeovers();
  reconnects_.reset();
  health_.reset();
  startAttempt();
}

void Client::on(const event::Disconnect&) {
  // A second disconnect() leaves the closing attempt of the first its time.
  if (canTransition(Trigger::Disconnect) || outbox_.isBlocked()) abandonClosing();
  const bool wasResolving = current_ && current_->isResolving();
  if (current_ && current_->isOpen() && session_.isActive()) {
    sayBye();
  } else if (current_) {
    closeCurrent("Disconnect requested", Outbox::Unsent::Drop, true);
  }
  if (!session_.isEnding()) endSession();
  reconnects_.cancelRetry();
  outbox_.clearQueue(DropReason::Disconnected, effects_);
  if (canTransition(Trigger::Disconnect)) transition(Trigger::Disconnect);
  if (wasResolving) effects_.notify(notification::Closed{});
}

void Client::on(const event::Destroy&) {
  outbox_.destroyed(facts_.bufferedAmount, facts_.closingBufferedAmount, effects_);
  abandonClosing();
  if (current_ && current_->isOpen() && session_.isActive()) sendBye();
  endSession();
  if (current_) {
    const bool wasResolving = current_->isResolving();
    closeCurrent("Client destroyed", Outbox::Unsent::Drop, true);
    if (wasResolving) effects_.notify(notification::Closed{});
    abandonClosing();
  }
  outbox_.clearQueue(DropReason::Destroyed, effects_);
  reconnects_.cancelRetry();
  transition(Trigger::Destroy);
}

void Client::on(const event::SetOption& event) {
  if (setOption(options_, event.name, event.value)) return;
  outbox_.applyLimits(options_, effects_);
  if (phase_ == Phase::Connected) heartbeat_.reconfigure(options_, now(), sentSoFar());
  if (phase_ == Phase::Waiting) (void)isRetryStillGranted();
}

void Client::on(const event::SetDecider& event) { hasDecider_ = event.isPresent; }
void Client::on(const event::SetHandshake& event) { hasHandshake_ = event.isPresent; }
void Client::on(const event::SetResend& event) { options_.resendsUnconfirmed = event.isOn; }

void Client::on(const event::ClearQueue&) {
  outbox_.clearQueue(DropReason::Cleared, effects_);
  effects_.notify(notification::QueueCleared{});
}

void Client::on(const event::CheckNetwork&) {
  probe(Heartbeat::Ping::Probe);
  // The user asks, so neither the gate nor the delay of automatic attempts counts.
  if (phase_ != Phase::Waiting || !isOnline_) return;
  transition(Trigger::RetryStarted);
  startAttempt();
}

void Client::on(const event::SlowDown&) { options_.reconnectDelay = gentlerDelay(options_.reconnectDelay); }

void Client::on(const event::ContactSupport&) {
  effects_.notify(notification::SupportAdvised{stats_.errorRate(), stats_.totalErrors()});
}

void Client::on(const event::ResetRecovery&) {
  health_.reset();
  reconnects_.startSeries();
  effects_.notify(notification::RecoveryReset{});
}

}  // namespace rws
