// The user's wishes and messages. The events of sockets are in connection_socket.cpp, the environment and the
// deadlines in connection_time.cpp.
#include "connection.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace rws {
namespace {

// What the host says while it performs actions: it wants nothing by it.
bool isAnswer(const Input& input) {
  return std::holds_alternative<input::Decided>(input) ||
         std::holds_alternative<input::HandOverFailed>(input) ||
         std::holds_alternative<input::Measured>(input) ||
         std::holds_alternative<input::ControlRefused>(input);
}

}  // namespace

Connection::Connection(Options options, std::uint64_t seed) : options_(std::move(options)), retries_(seed) {}

AttemptId Connection::lingeringAttempt() const {
  return delivery_.lingering() ? delivery_.lingering()->attempt : AttemptId::None;
}

std::optional<EpochMs> Connection::nextAttemptAt(const Now& now) const {
  const std::optional<Instant> due = deadlines_.at(Deadline::Retry);
  if (phase_ != Phase::Waiting || !due) return std::nullopt;
  const EpochMs expected =
      now.wall + std::chrono::ceil<std::chrono::milliseconds>(*due - now.instant).count();
  // A wall clock that was set moves the time by whole seconds: people see no less, and readings never agree
  // to the millisecond.
  constexpr double kSecond = 1000;
  return retryAt_ + std::llround(static_cast<double>(expected - retryAt_) / kSecond) * 1000;
}

std::optional<input::Measured> Connection::owedBefore(const Input& input) const {
  AttemptId attempt = AttemptId::None;
  if (const auto* const buffered = std::get_if<input::Buffered>(&input)) {
    if (buffered->amount > 0) attempt = buffered->attempt;
  } else if (const auto* const closed = std::get_if<input::Closed>(&input)) {
    if (closed->bufferedAmount > 0) attempt = closed->attempt;
  } else if (const auto* const failed = std::get_if<input::HandOverFailed>(&input)) {
    attempt = failed->attempt;
  }
  const PayloadId payload = delivery_.unmeasured(attempt);
  if (payload == 0) return std::nullopt;
  return input::Measured{attempt, payload, 0};
}

bool Connection::consumes(const ControlFrame& frame) const {
  return frame.kind == ControlKind::Pong || (frame.kind == ControlKind::Ping && options_.answerPings);
}

HealthInput Connection::health() const {
  return {online_, phase_ == Phase::Connected, reconnectAttempts(), queuedMessages(), stats_.errorRate()};
}

bool Connection::isConsistent() const {
  const bool open = phase_ == Phase::Connected;
  const bool opening = phase_ == Phase::Connecting || phase_ == Phase::Retrying;
  const auto armed = [this](Deadline kind) { return deadlines_.at(kind).has_value(); };
  if (hasAttempt(phase_) != (current_ != AttemptId::None)) return false;
  if ((phase_ == Phase::Deciding) == loss_.empty()) return false;
  if (phase_ != Phase::Deciding && toldState_ != stateOf(phase_)) return false;
  if (opening != armed(Deadline::Handshake)) return false;
  if ((phase_ == Phase::Waiting) != armed(Deadline::Retry)) return false;
  if (!open && (armed(Deadline::Ping) || armed(Deadline::Silence) || armed(Deadline::Pong))) return false;
  if (!open && armed(Deadline::Stable)) return false;
  if (open && options_.enableHeartbeat != armed(Deadline::Ping)) return false;
  if (open != (delivery_.socket() != AttemptId::None)) return false;
  if (open && delivery_.socket() != current_) return false;
  const std::optional<Lingering>& lingering = delivery_.lingering();
  if (armed(Deadline::CloseGrace) != (lingering && lingering->inflight.isUndecided())) return false;
  if (deadlines_.at(Deadline::Expiry) != delivery_.queue().nextExpiry()) return false;
  return delivery_.isConsistent();
}

void Connection::handle(const Now& told, const Input& input, Actions& out) {
  if (phase_ == Phase::Destroyed) return;
  const Now now{std::max(told.instant, latest_), told.wall};
  latest_ = now.instant;
  // Whoever asks for something else while the host has the say takes its consent for granted.
  if (phase_ == Phase::Deciding && !isAnswer(input)) decide(now, std::nullopt, out);
  // What is owed before an input comes with that input: a probe between the two would count in its amount.
  const bool jumped =
      !std::holds_alternative<input::Measured>(input) && clockWatch_.observe(now, deadlines_.earliest());
  std::visit([&](const auto& concrete) { on(now, concrete, out); }, input);
  // Last: the input may end the socket a probe would go to, and its bufferedAmount was read before the probe.
  if (jumped) on(now, input::ClockJumped{}, out);
  armExpiry();
  assert(isConsistent());
}

SendOutcome Connection::send(const Now& told, const PayloadRef& payload, const SendOptions& sendOptions,
                             Actions& out) {
  if (phase_ == Phase::Destroyed) return SendOutcome::Refused;
  const Now now{std::max(told.instant, latest_), told.wall};
  latest_ = now.instant;
  // A volatile message is nothing the host keeps, so that it could be measured later.
  const bool mustBeMeasured =
      sendOptions.isVolatile || !delivery_.handsOver() || payload.bytesAtMost() > options_.maxMessageSize;
  if (!payload.isMeasured && mustBeMeasured) return SendOutcome::Unmeasured;
  if (payload.bytes > options_.maxMessageSize) {
    stats_.error();
    out.emplace_back(action::TellTooLarge{payload.bytes, options_.maxMessageSize});
    return SendOutcome::Refused;
  }
  if (phase_ == Phase::Connected && isWorthAsking()) sendPing(now, PingKind::Ask, out);
  const SendOutcome outcome = delivery_.accept(options_, now.instant, payload, sendOptions, out);
  if (outcome == SendOutcome::HandOver) {
    stats_.messageHandedOver();
    heartbeat_.sent(options_, now.instant, deadlines_);
  } else if (outcome == SendOutcome::Queued) {
    flush(now, out);
    armExpiry();
  }
  assert(isConsistent());
  return outcome;
}

bool Connection::move(Trigger trigger, Actions& out) {
  const std::optional<Phase> to = next(phase_, trigger);
  if (!to) return false;
  phase_ = *to;
  // Deciding lasts within one call: the user hears of where it leads.
  if (phase_ == Phase::Deciding || stateOf(phase_) == toldState_) return true;
  toldState_ = stateOf(phase_);
  out.emplace_back(action::StateChanged{toldState_});
  return true;
}

// --- the user's wishes

void Connection::on(const Now& now, const input::Connect&, Actions& out) {
  begin(now, Trigger::ConnectAsked, out);
}

void Connection::on(const Now& now, const input::Reconnect&, Actions& out) {
  if (!next(phase_, Trigger::ReconnectAsked)) return;
  if (hasAttempt(phase_)) replaceSocket(now, "Reconnect requested", out);
  begin(now, Trigger::ReconnectAsked, out);
}

void Connection::begin(const Now& now, Trigger trigger, Actions& out) {
  if (!move(trigger, out)) return;
  deadlines_.clear(Deadline::Retry);
  retries_.reset();
  recovery_.reset();
  // The user hears of the end of the last socket before the next one begins.
  const std::optional<Lingering>& lingering = delivery_.lingering();
  if (lingering && lingering->closeOwed) forsakeLingering(out);
  startAttempt(now, out);
}

void Connection::on(const Now& now, const input::Disconnect&, Actions& out) {
  // A socket that the last disconnect() is closing keeps its close event.
  if (next(phase_, Trigger::DisconnectAsked) || delivery_.inDoubt()) forsakeLingering(out);
  if (hasAttempt(phase_)) letGo(now, "Disconnect requested", {.requeue = false, .closeOwed = true}, out);
  deadlines_.clear(Deadline::Retry);
  delivery_.clear(DropReason::Disconnected, out);
  (void)move(Trigger::DisconnectAsked, out);
}

void Connection::on(const Now& now, const input::Destroy&, Actions& out) {
  delivery_.waive(out);
  forsakeLingering(out);
  if (hasAttempt(phase_)) letGo(now, "Client destroyed", {.requeue = false, .closeOwed = true}, out);
  forsakeLingering(out);
  delivery_.clear(DropReason::Destroyed, out);
  (void)move(Trigger::DestroyAsked, out);
  deadlines_.clearAll();
}

void Connection::on(const Now& /*now*/, const input::ClearQueue&, Actions& out) {
  delivery_.clear(DropReason::Cleared, out);
  out.emplace_back(action::TellQueueCleared{});
}

void Connection::on(const Now& now, const input::CheckNetwork&, Actions& out) {
  probe(now, PingKind::Probe, out);
  // The user asks: at once, without the spread and the distance of what happens by itself.
  if (online_ && move(Trigger::RetryDue, out)) {
    deadlines_.clear(Deadline::Retry);
    startAttempt(now, out);
  }
}

void Connection::on(const Now& /*now*/, const input::SlowDown&, Actions& out) {
  options_.reconnectDelay = Recovery::gentlerDelay(options_.reconnectDelay);
  out.emplace_back(action::TellOptionsChanged{});
}

void Connection::on(const Now& /*now*/, const input::ContactSupport&, Actions& out) {
  out.emplace_back(action::TellContactSupport{stats_.errorRate(), stats_.totalErrors()});
}

void Connection::on(const Now& /*now*/, const input::ResetRecovery&, Actions& out) {
  recovery_.reset();
  out.emplace_back(action::TellRecoveryReset{});
}

void Connection::on(const Now& now, const input::ChangeOptions& input, Actions& out) {
  options_ = input.options;
  delivery_.shrink(options_, out);
  if (phase_ == Phase::Connected) heartbeat_.reconfigure(options_, now.instant, deadlines_);
}

}  // namespace rws
