// What the client notices of its environment: the network, the page, and jumps of the clock.
#include <utility>

#include "client.h"

namespace rws {

void Client::on(const event::NetworkChanged& event) {
  const bool cameBack = event.isOnline && !isOnline_;
  isOnline_ = event.isOnline;
  probe(isOnline_ ? Heartbeat::Ping::NetworkProbe : Heartbeat::Ping::Probe);
  if (cameBack) replaceStalledAttempt();
  if (isOnline_) startSoon();
}

// The operating system repeats a lost packet of an attempt only after seconds: on a link that is back a fresh
// attempt is faster. startSoon() schedules it.
void Client::replaceStalledAttempt() {
  const bool isOpening = phase_ == Phase::Connecting || phase_ == Phase::Retrying;
  if (!isOpening || reconnects_.sinceLastAttempt(now()) < kHintSpacing) return;
  const auto permission = reconnects_.mayStart(options_, ReconnectPolicy::Start::CurrentRetry);
  if (permission != ReconnectPolicy::Permission::Granted) return;
  replaceCurrent("Network came back", true);
  transition(Trigger::AttemptReplaced);
}

void Client::on(const event::VisibilityChanged& event) {
  if (!event.isVisible) return;
  probe(Heartbeat::Ping::Probe);
  startSoon();
}

void Client::on(const event::PageSuspended&) {
  if (!canTransition(Trigger::PageSuspended)) return;
  const auto permission = reconnects_.mayStart(options_, ReconnectPolicy::Start::CurrentRetry);
  const bool isGranted = permission == ReconnectPolicy::Permission::Granted;
  if (!current_) {
    reconnects_.cancelRetry();
    transition(Trigger::PageSuspended);
    return;
  }
  replaceCurrent("Page suspended", isGranted);
  if (isGranted) {
    transition(Trigger::PageSuspended);
  } else {
    transition(Trigger::AttemptEnded);
    refuseRetry(permission);
  }
}

void Client::on(const event::PageResumed&) {
  if (phase_ != Phase::Suspended) {
    probe(Heartbeat::Ping::Probe);
    startSoon();
    return;
  }
  if (!isRetryStillGranted()) return;
  transition(Trigger::PageResumed);
  scheduleSoon();
}

// A hint that an attempt may succeed now ends a wait early, and lets a client that gave up try again.
void Client::startSoon() {
  if (phase_ == Phase::Exhausted) {
    const auto permission = reconnects_.mayStart(options_, ReconnectPolicy::Start::NewSeries);
    if (permission != ReconnectPolicy::Permission::Granted) return;
    reconnects_.startSeries();
    transition(Trigger::Revived);
    scheduleSoon();
  } else if (phase_ == Phase::Waiting) {
    scheduleSoon();
  }
}

void Client::scheduleSoon() {
  if (const auto retry = reconnects_.scheduleSoon(options_, now())) reportRetry(*retry);
}

void Client::reportRetry(const ScheduledRetry& retry) {
  retryAtWall_ = facts_.now.wall + std::chrono::ceil<std::chrono::milliseconds>(retry.delay).count();
  effects_.notify(notification::RetryScheduled{retry.attempt, retry.delay, retry.nominalDelay, retryAtWall_,
                                               health_.consecutiveErrors()});
}

bool Client::isRetryStillGranted() {
  const auto permission = reconnects_.mayStart(options_, ReconnectPolicy::Start::CurrentRetry);
  if (permission == ReconnectPolicy::Permission::Granted) return true;
  refuseRetry(permission);
  return false;
}

void Client::refuseRetry(ReconnectPolicy::Permission permission) {
  reconnects_.cancelRetry();
  if (permission == ReconnectPolicy::Permission::Off) {
    transition(Trigger::RetryForbidden);
    return;
  }
  transition(Trigger::RetriesSpent);
  effects_.notify(notification::GaveUp{reconnects_.attempts(), health_.consecutiveErrors()});
}

void Client::clockJumped() {
  const std::optional<Instant> verdict = heartbeat_.verdictAt();
  // A verdict that is overdue is judged as late by itself.
  if (!verdict || *verdict > now()) probe(Heartbeat::Ping::Probe);
}

}  // namespace rws
