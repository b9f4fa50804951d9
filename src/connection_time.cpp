// The environment and the deadlines: what happens because time passes or the page's world changes. The rest
// of Connection is in connection.cpp and connection_socket.cpp.
#include <algorithm>
#include <optional>

#include "connection.h"

namespace rws {

// --- the environment

void Connection::on(const Now& now, const input::NetworkChanged& input, Actions& out) {
  const bool cameBack = input.online && !online_;
  online_ = input.online;
  probe(now, online_ ? PingKind::NetworkProbe : PingKind::Probe, out);
  if (cameBack) startOver(now, out);
  if (online_) revive(now, out);
}

// What an attempt lost on a dead link the system sends again only after seconds: on a link that came back a
// new one is faster.
void Connection::startOver(const Now& now, Actions& out) {
  const bool isOpening = phase_ == Phase::Connecting || phase_ == Phase::Retrying;
  if (!isOpening || !options_.enableAutoReconnect || !retries_.isSpaced(now.instant)) return;
  replaceSocket(now, "Network came back", out);
  (void)move(Trigger::Revived, out);
  scheduleRevival(now, out);
}

void Connection::on(const Now& now, const input::VisibilityChanged& input, Actions& out) {
  if (!input.visible) return;
  probe(now, PingKind::Probe, out);
  revive(now, out);
}

void Connection::on(const Now& now, const input::PageSuspended&, Actions& out) {
  if (!next(phase_, Trigger::PageSuspended)) return;
  if (hasAttempt(phase_)) replaceSocket(now, "Page suspended", out);
  deadlines_.clear(Deadline::Retry);
  (void)move(Trigger::PageSuspended, out);
}

void Connection::on(const Now& now, const input::PageResumed&, Actions& out) {
  if (move(Trigger::PageResumed, out)) {
    scheduleRevival(now, out);
  } else {
    probe(now, PingKind::Probe, out);
    revive(now, out);
  }
}

// A pending verdict that is overdue finds out about the lateness by itself, when its deadline is run.
void Connection::on(const Now& now, const input::ClockJumped&, Actions& out) {
  const std::optional<Instant> verdict = deadlines_.at(Deadline::Pong);
  if (!verdict || *verdict > now.instant) probe(now, PingKind::Probe, out);
}

void Connection::probe(const Now& now, PingKind kind, Actions& out) {
  if (phase_ != Phase::Connected || !options_.enableHeartbeat) return;
  const std::optional<Instant> verdict = deadlines_.at(Deadline::Pong);
  const Duration timeout =
      kind == PingKind::NetworkProbe ? heartbeat_.networkTimeout(options_) : options_.probeTimeout;
  // A verdict as early is pending already: of a probe that the socket has just refused, too.
  if (verdict && *verdict <= now.instant + timeout + delivery_.underWay().patience()) return;
  sendPing(now, kind, out);
}

// A sign of life ends a wait early, and lets a client that gave up try again.
void Connection::revive(const Now& now, Actions& out) {
  if (phase_ == Phase::Exhausted && options_.enableAutoReconnect && options_.maxReconnectAttempts > 0) {
    retries_.reset();
    (void)move(Trigger::Revived, out);
    scheduleRevival(now, out);
  } else if (phase_ == Phase::Waiting) {
    scheduleRevival(now, out);
  }
}

void Connection::scheduleRevival(const Now& now, Actions& out) {
  const Instant at = std::max(retries_.revival(options_, now.instant), now.instant);
  const std::optional<Instant> scheduled = deadlines_.at(Deadline::Retry);
  if (scheduled && *scheduled <= at) return;
  deadlines_.set(Deadline::Retry, at);
  tellRetry(now, retries_.revived(options_, now.instant, at), out);
}

void Connection::tellRetry(const Now& now, const ScheduledRetry& retry, Actions& out) {
  retryAt_ = now.wall + std::chrono::ceil<std::chrono::milliseconds>(retry.delay).count();
  out.emplace_back(action::TellRetryScheduled{retry.attempt, retry.delay, retry.nominal, retryAt_,
                                              recovery_.consecutiveErrors()});
}

// --- deadlines

void Connection::on(const Now& now, const input::Ticked&, Actions& out) { runDue(now, out); }

void Connection::runDue(const Now& now, Actions& out) {
  // How late the host comes is told by the deadline it has kept waiting longest.
  const Instant awaited = deadlines_.earliest().value_or(now.instant);
  while (const std::optional<Deadlines::Due> due = deadlines_.takeDue(now.instant)) {
    run(now, {due->kind, std::min(due->at, awaited)}, out);
    if (phase_ == Phase::Deciding) return;  // the host has the say; the rest is run at the next tick
  }
}

void Connection::run(const Now& now, Deadlines::Due due, Actions& out) {
  switch (due.kind) {
    case Deadline::Handshake:
      abandonAndLose(now, "Connection timeout", out);
      return;
    case Deadline::Retry:
      if (move(Trigger::RetryDue, out)) startAttempt(now, out);
      return;
    case Deadline::Ping:
      flush(now, out);  // what a socket refused earlier gets another chance
      sendPing(now, PingKind::Regular, out);
      return;
    case Deadline::Silence:
      // Whatever the messages were, they have proven to have arrived, or came back.
      if (!delivery_.isUndecided()) return;
      sendPing(now, heartbeat_.demandsAnswer() ? PingKind::Probe : PingKind::Ask, out);
      return;
    case Deadline::Pong:
      judgeSilence(now, due.at, out);
      return;
    case Deadline::Stable:
      retries_.reset();
      recovery_.stable();
      return;
    case Deadline::CloseGrace:
      forsakeLingering(out);
      flush(now, out);
      return;
    case Deadline::Expiry:
      delivery_.expire(now.instant, out);
      armExpiry();
      return;
  }
}

void Connection::judgeSilence(const Now& now, Instant due, Actions& out) {
  if (heartbeat_.judge(due, now.instant) == Heartbeat::Verdict::Dead) {
    abandonAndLose(now, "Pong timeout", out);
    return;
  }
  sendPing(now, PingKind::Probe, out);
  Heartbeat::hasten(now.instant - due, now.instant, deadlines_);
}

void Connection::armExpiry() {
  if (const std::optional<Instant> at = delivery_.queue().nextExpiry()) {
    deadlines_.set(Deadline::Expiry, *at);
  } else {
    deadlines_.clear(Deadline::Expiry);
  }
}

}  // namespace rws
