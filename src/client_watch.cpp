// What the client notices on a connection: frames, answers to pings, and the passing of time.
#include <algorithm>
#include <cassert>
#include <utility>

#include "client.h"

namespace rws {

// --- frames

void Client::on(const event::FrameReceived& event) {
  if (!isCurrent(event.attempt)) return;
  if (session_.isUsed() && !event.isTaken) {
    unexpectedFirst();
    if (!isCurrent(event.attempt)) return;
  }
  acknowledgeIfDue();
  const ControlFrame& control = event.control;
  const bool isPing =
      control.kind == ControlKind::CustomPing || (control.kind == ControlKind::Ping && options_.answerPings);
  if (isPing && current_->isHandshaking()) sendPong(control);
  if (!current_->isOpen()) return;
  if (control.kind == ControlKind::Pong || control.kind == ControlKind::CustomPong) stats_.pong(facts_.now);
  const auto answer = heartbeat_.answerReceived(now(), control);
  if (answer) {
    outbox_.confirm(answer->deliveredUpTo, effects_);
    stats_.roundTrip(answer->roundTrip);
    effects_.notify(notification::LatencyMeasured{answer->roundTrip});
  }
  heartbeat_.frameReceived(options_, now(), sentSoFar());
  // An own ping that came back from a server that echoes needs no answer.
  if (isPing && !answer) sendPong(control);
}

bool Client::takeMessage(AttemptId attempt) {
  return isCurrent(attempt) && session_.takeMessage(current_->isHandshaking());
}

bool Client::tryReceive(AttemptId attempt, EpochMs wall, bool isTaken) {
  if (phase_ == Phase::Deciding || clockWatch_.isDue(wall)) return false;
  if (session_.isUsed() && (!isTaken || needsAcknowledgement())) return false;
  if (!isCurrent(attempt) || !current_->isOpen()) return true;
  // The clocks were read at most 5 s ago, so that the wall clock's advance stands for the monotonic clock's.
  const auto advance = std::chrono::milliseconds(std::max<EpochMs>(0, wall - facts_.now.wall));
  heartbeat_.frameReceived(options_, now() + std::min<Duration>(advance, ClockWatch::kJump), sentSoFar());
  return true;
}

// --- pings

// Another mode restarts the watch. In the mode Custom the functions may be other ones: the peer is unknown.
void Client::on(const event::SetHeartbeat& event) {
  const HeartbeatMode mode = event.heartbeat.mode;
  const bool isOther = std::exchange(options_.heartbeat, event.heartbeat).mode != mode;
  if (isOther || mode == HeartbeatMode::Custom) heartbeat_.forgetPeer();
  if (phase_ != Phase::Connected) return;
  if (isOther) heartbeat_.stop();
  heartbeat_.reconfigure(options_, now(), sentSoFar());
}

void Client::probe(Heartbeat::Ping kind) {
  if (phase_ != Phase::Connected || !options_.sendsPings() || now() < heartbeat_.probeFrom()) return;
  const std::optional<Instant> pending = heartbeat_.verdictAt();
  // A verdict as early is pending already, be it of a probe that the socket has refused.
  if (pending && *pending <= heartbeat_.verdictAfter(kind, options_, now(), sentSoFar())) return;
  sendPing(kind);
}

void Client::sendPing(Heartbeat::Ping kind) {
  const bool isCustom = options_.heartbeat.mode == HeartbeatMode::Custom && !session_.isActive();
  const std::uint64_t customBytes = isCustom ? outbox_.makePing() : 0;
  if (isCustom && customBytes == 0) {
    heartbeat_.pingNotMade(kind, options_, now(), sentSoFar());
    return;
  }
  const Heartbeat::Sent ping = heartbeat_.ping(kind, options_, facts_.now, sentSoFar(), isCustom);
  // What has not left the browser cannot have arrived.
  outbox_.confirm(std::min(ping.deliveredUpTo, outbox_.sent().leftUpTo(facts_.bufferedAmount)), effects_);
  if (session_.isActive()) return sendReceived(SessionFrameKind::Ping, ping.timestamp);
  const MessageId after = recordControl(isCustom ? customBytes : writePing(ping.timestamp).size);
  effects_.push(effect::SendPing{current_->id(), ping.timestamp, after, customBytes});
}

void Client::sendPingIfDue(const Message& before) {
  if (heartbeat_.isPingDueBefore(before.bytesAtMost(), sentSoFar())) sendPing(heartbeat_.confirmPing());
}

void Client::sendPong(const ControlFrame& ping) {
  const bool isCustom = ping.kind == ControlKind::CustomPing;
  const MessageId after = recordControl(isCustom ? ping.reply.bytes : writePong(ping.timestamp).size());
  effects_.push(effect::SendPong{current_->id(), ping.timestamp, after, ping.reply});
}

// The frame is still in the buffer of a socket closed in the same call. Handshakes are not on record.
MessageId Client::recordControl(std::uint64_t bytes) {
  if (!current_->isOpen()) return 0;
  facts_.bufferedAmount += bytes;
  return outbox_.sendControl(bytes);
}

void Client::judgePeer(Instant due) {
  if (!outbox_.isBufferPlausible(facts_.bufferedAmount)) heartbeat_.bufferProvesNothing();
  switch (heartbeat_.judge(options_, due, now(), sentSoFar())) {
    case Heartbeat::Verdict::Dead:
      failCurrent(options_.sendsPings() ? "Pong timeout" : "Silence timeout");
      return;
    case Heartbeat::Verdict::ProbeFirst:
      sendPing(Heartbeat::Ping::Probe);
      return;
    case Heartbeat::Verdict::Alive:
      return;
    case Heartbeat::Verdict::Unanswering:
      stats_.error();
      effects_.notify(notification::Failed{ErrorType::HeartbeatUnanswered, 0, true});
      outbox_.confirmLeft(facts_.bufferedAmount, effects_);
      return;
  }
}

// --- deadlines

std::optional<Instant> Client::deadline(Deadline kind) const {
  switch (kind) {
    case Deadline::Attempt:
      return current_ ? current_->deadline() : std::nullopt;
    case Deadline::Retry:
      return reconnects_.retryAt();
    case Deadline::Ping:
    case Deadline::Confirm:
    case Deadline::Drain:
    case Deadline::Pong:
      return heartbeat_.deadline(kind);
    case Deadline::Stable:
      return current_ ? current_->stableAt() : std::nullopt;
    case Deadline::Closing:
      return closing_ ? closing_->deadline() : std::nullopt;
    case Deadline::Ack:
      return session_.ackDeadline();
    case Deadline::Expiry:
      return outbox_.nextExpiry();
  }
  return std::nullopt;
}

std::optional<Client::Due> Client::earliestDeadline() const {
  std::optional<Due> earliest;
  for (std::size_t i = 0; i < kDeadlines; ++i) {
    const auto kind = static_cast<Deadline>(i);
    const std::optional<Instant> at = deadline(kind);
    if (at && (!earliest || *at < earliest->at)) earliest = Due{kind, *at};
  }
  return earliest;
}

std::optional<Instant> Client::nextDeadline() const {
  if (const std::optional<Due> earliest = earliestDeadline()) return earliest->at;
  return std::nullopt;
}

void Client::on(const event::TimerFired&) {
  // How late the host is shows the deadline that has waited longest.
  const Instant awaited = nextDeadline().value_or(now());
  while (phase_ != Phase::Deciding) {
    const std::optional<Due> due = earliestDeadline();
    if (!due || due->at > now()) return;
    run(due->kind, std::min(due->at, awaited));
  }
}

void Client::run(Deadline kind, Instant due) {
  switch (kind) {
    case Deadline::Attempt:
      if (current_->isOverdue(due, now())) failCurrent("Connection timeout");
      return;
    case Deadline::Retry:
      if (!isRetryStillGranted()) return;
      transition(Trigger::RetryStarted);
      startAttempt();
      return;
    case Deadline::Ping:
      sendPing(Heartbeat::Ping::Regular);
      startFlush();  // what the socket refused earlier gets another chance
      return;
    case Deadline::Confirm:
      heartbeat_.confirmReached(now());
      // Without messages on record all are delivered, or went back to the queue. In a session the outbox does
      // not have all messages on record.
      if (outbox_.hasUnconfirmed() || session_.hasUnconfirmed()) sendPing(heartbeat_.confirmPing());
      return;
    case Deadline::Drain:
      heartbeat_.drainReached(options_, now());
      return;
    case Deadline::Pong:
      judgePeer(due);
      return;
    case Deadline::Stable:
      current_->becameStable();
      reconnects_.becameStable();
      health_.becameStable();
      return;
    case Deadline::Closing:
      abandonClosing();
      startFlush();
      return;
    case Deadline::Ack:
      sendReceived(SessionFrameKind::Ack);
      return;
    case Deadline::Expiry:
      outbox_.expire(now(), effects_);
      return;
  }
}

}  // namespace rws
