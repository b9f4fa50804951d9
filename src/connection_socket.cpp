// The events of sockets, and what a loss leads to. The rest of Connection is in connection.cpp and
// connection_time.cpp.
#include <cassert>
#include <utility>

#include "connection.h"

namespace rws {

void Connection::startAttempt(const Now& now, Actions& out) {
  current_ = AttemptId{++lastAttempt_};
  errorTold_ = false;
  retries_.began(now.instant);
  deadlines_.set(Deadline::Handshake, now.instant + options_.connectionTimeout);
  out.emplace_back(action::OpenSocket{current_});
}

void Connection::on(const Now& now, const input::Opened& input, Actions& out) {
  if (!isCurrent(input.attempt) || phase_ == Phase::Connected) return;
  const bool again = phase_ == Phase::Retrying;
  deadlines_.clear(Deadline::Handshake);
  deadlines_.set(Deadline::Stable, now.instant + options_.stableAfter);
  delivery_.opened(current_);
  heartbeat_.start(options_, now.instant, retries_.sinceAttempt(now.instant), deadlines_);
  stats_.opened(now, again);
  recovery_.opened();
  (void)move(Trigger::SocketOpened, out);
  out.emplace_back(action::TellOpen{});
  flush(now, out);
}

void Connection::on(const Now& /*now*/, const input::Errored& input, Actions& out) {
  if (!isCurrent(input.attempt) || phase_ != Phase::Connected || errorTold_) return;
  errorTold_ = true;
  stats_.error();
  out.emplace_back(action::TellError{ErrorType::Network, 0, options_.enableAutoReconnect});
}

void Connection::on(const Now& now, const input::Closed& input, Actions& out) {
  if (input.attempt != AttemptId::None && input.attempt == lingeringAttempt()) {
    const bool closeOwed = delivery_.lingering()->closeOwed;
    deadlines_.clear(Deadline::CloseGrace);
    delivery_.lingeringClosed(options_, input.info, input.bufferedAmount, out);
    out.emplace_back(action::ReleaseSocket{input.attempt});
    if (closeOwed) out.emplace_back(action::TellClose{input.info, false});
    flush(now, out);
    return;
  }
  if (!isCurrent(input.attempt)) return;
  const bool opened = phase_ == Phase::Connected;
  if (opened) delivery_.closed(options_, input.bufferedAmount, out);
  leaveSocket(now);
  out.emplace_back(action::ReleaseSocket{input.attempt});
  lose(now, {input.attempt, input.info, opened}, out);
}

void Connection::on(const Now& now, const input::OpenFailed& input, Actions& out) {
  // Disconnected while the host looked for a URL: the user is owed a close event, and none will ever come.
  const std::optional<Lingering>& lingering = delivery_.lingering();
  const bool isOwed = lingering && lingering->attempt == input.attempt && !lingering->inflight.isUndecided();
  if (isOwed) forsakeLingering(out);
  if (!isCurrent(input.attempt) || phase_ == Phase::Connected) return;
  leaveSocket(now);
  lose(now, {input.attempt, {1006, input.reason, false}, false}, out);
}

void Connection::on(const Now& now, const input::Received& input, Actions& out) {
  if (!isCurrent(input.attempt) || phase_ != Phase::Connected) return;
  hear(input.attempt);
  const ControlFrame& control = input.control;
  if (control.kind == ControlKind::None) return;
  if (control.kind == ControlKind::Pong) stats_.pong(now);
  if (const std::optional<Heartbeat::Answer> answer = heartbeat_.answered(now.instant, control.timestamp)) {
    delivery_.arrived(answer->behind, heartbeat_.isAnswered(), out);
    stats_.roundTrip(answer->roundTrip);
    out.emplace_back(action::TellLatency{answer->roundTrip});
  }
  if (control.kind == ControlKind::Ping && options_.answerPings) {
    sendControl(pongText(control.timestamp), out);
  }
}

void Connection::on(const Now& /*now*/, const input::Buffered& input, Actions& out) {
  if (!isCurrent(input.attempt) || phase_ != Phase::Connected) return;
  delivery_.buffered(options_, input.amount, out);
}

void Connection::on(const Now& /*now*/, const input::Measured& input, Actions& /*out*/) {
  delivery_.measured(input.attempt, input.payload, input.bytes);
}

// A socket may be given up in the very turn that hands messages to it: it is heard while it lingers.
void Connection::on(const Now& now, const input::HandOverFailed& input, Actions& out) {
  const std::uint64_t returned = delivery_.takeBack(options_, input.attempt, input.payload, out);
  for (std::uint64_t i = 0; i < returned; ++i) stats_.messageTakenBack();
  if (returned == 0) return;
  heartbeat_.returned(input.payload);
  if (!input.isClosing) {
    stats_.error();
    out.emplace_back(action::TellError{ErrorType::Send, 0, true});
  }
  const std::optional<Lingering>& lingering = delivery_.lingering();
  if (!lingering || lingering->inflight.isUndecided()) return;
  deadlines_.clear(Deadline::CloseGrace);
  if (lingering->closeOwed) return;
  forsakeLingering(out);
  flush(now, out);
}

void Connection::on(const Now& /*now*/, const input::ControlRefused& input, Actions& /*out*/) {
  delivery_.controlRefused(input.attempt, input.bytes, input.after);
}

void Connection::on(const Now& /*now*/, const input::HostDecides& input, Actions& /*out*/) {
  hostDecides_ = input.asked;
}

void Connection::on(const Now& now, const input::Decided& input, Actions& out) {
  if (phase_ == Phase::Deciding && input.attempt == loss_.front().attempt) decide(now, input.reconnect, out);
}

// --- losing a socket

// Nothing that belongs to the current socket outlives it.
void Connection::leaveSocket(const Now& now) {
  if (phase_ == Phase::Connected) stats_.closed(now);
  heartbeat_.stop(deadlines_);
  deadlines_.clear(Deadline::Handshake);
  deadlines_.clear(Deadline::Stable);
  current_ = AttemptId::None;
}

void Connection::abandonAndLose(const Now& now, std::string_view reason, Actions& out) {
  const Loss loss{current_, {1006, reason, false}, phase_ == Phase::Connected, heartbeat_.isNetworkInDoubt()};
  letGo(now, reason, {.requeue = true, .closeOwed = false}, out);
  lose(now, loss, out);
}

void Connection::lose(const Now& now, const Loss& loss, Actions& out) {
  (void)move(Trigger::AttemptLost, out);
  if (!hostDecides_) {
    conclude(now, loss, std::nullopt, out);
    return;
  }
  loss_.push_back(loss);
  const bool goesOn = verdictOf(options_, loss.info) == Verdict::Retry && options_.enableAutoReconnect;
  out.emplace_back(action::AskVerdict{loss.attempt, loss.info, goesOn && !retries_.spent(options_)});
}

void Connection::decide(const Now& now, std::optional<bool> overruled, Actions& out) {
  const Loss loss = loss_.front();
  loss_.clear();
  conclude(now, loss, overruled, out);
}

void Connection::conclude(const Now& now, const Loss& loss, std::optional<bool> overruled, Actions& out) {
  const Verdict verdict = verdictOf(options_, loss.info);
  const bool wanted = overruled.value_or(verdict == Verdict::Retry && options_.enableAutoReconnect);
  const bool spent = retries_.spent(options_);
  tellLoss(loss, wanted && !spent, out);
  if (!wanted) {
    (void)move(verdict == Verdict::Normal ? Trigger::EndedNormally : Trigger::RetryForbidden, out);
  } else if (spent) {
    (void)move(Trigger::RetriesSpent, out);
    giveUp(loss, out);
  } else {
    (void)move(Trigger::RetryGranted, out);
    scheduleRetry(now, loss, out);
  }
}

void Connection::tellLoss(const Loss& loss, bool goesOn, Actions& out) {
  const ErrorType type = errorTypeOf(loss.info, online_);
  if (type != ErrorType::None) {
    // The browser fires an error before most abnormal closes: the two are one error.
    if (!errorTold_ || type != ErrorType::Network) {
      stats_.error();
      out.emplace_back(action::TellError{type, loss.info.code, goesOn});
    }
    const bool credentialsInDoubt = recovery_.failed(loss.opened);
    const bool refused = type == ErrorType::Auth && !goesOn;
    if (options_.enableErrorRecovery && (refused || credentialsInDoubt)) {
      out.emplace_back(action::TellAuthRecovery{});
    }
  }
  out.emplace_back(action::TellClose{loss.info, goesOn});
}

void Connection::scheduleRetry(const Now& now, const Loss& loss, Actions& out) {
  ScheduledRetry retry = retries_.schedule(options_, hintOf(loss.info));
  if (loss.networkIsBack) retries_.hasten(now.instant, retry);
  deadlines_.set(Deadline::Retry, now.instant + retry.delay);
  tellRetry(now, retry, out);
  const ErrorType type = errorTypeOf(loss.info, online_);
  if (options_.enableErrorRecovery && type != ErrorType::None) {
    out.emplace_back(action::TellRecoveryAttempt{type, retry.attempt});
  }
}

void Connection::giveUp(const Loss& loss, Actions& out) {
  out.emplace_back(action::TellGaveUp{retries_.attempts(), recovery_.consecutiveErrors()});
  const ErrorType type = errorTypeOf(loss.info, online_);
  if (options_.enableErrorRecovery && type != ErrorType::None) {
    out.emplace_back(action::TellRecoveryGaveUp{type, retries_.attempts()});
  }
}

// --- giving a socket up

void Connection::replaceSocket(const Now& now, std::string_view reason, Actions& out) {
  letGo(now, reason, {.requeue = true, .closeOwed = false}, out);
  out.emplace_back(action::TellClose{{1000, reason, false}, true});
}

void Connection::letGo(const Now& now, std::string_view reason, Parting parting, Actions& out) {
  // Two sockets at most are alive: one that lingers makes way, unless messages are in doubt with it. While
  // they are, none was handed to the current socket, so that this one has nothing to wait for.
  if (delivery_.lingering() && !delivery_.inDoubt()) forsakeLingering(out);
  const AttemptId attempt = current_;
  leaveSocket(now);
  out.emplace_back(action::CloseSocket{attempt, 1000, reason});
  delivery_.abandon(attempt, parting.requeue, parting.closeOwed);
  if (lingeringAttempt() != attempt) {
    out.emplace_back(action::ReleaseSocket{attempt});
  } else if (delivery_.lingering()->inflight.isUndecided()) {
    deadlines_.set(Deadline::CloseGrace, now.instant + options_.closeGrace);
  }
}

void Connection::forsakeLingering(Actions& out) {
  const AttemptId attempt = lingeringAttempt();
  if (attempt == AttemptId::None) return;
  const bool closeOwed = delivery_.lingering()->closeOwed;
  deadlines_.clear(Deadline::CloseGrace);
  delivery_.lingeringForsaken(options_, out);
  out.emplace_back(action::ReleaseSocket{attempt});
  if (closeOwed) out.emplace_back(action::TellClose{{1000, "Closed by the client", false}, false});
}

void Connection::flush(const Now& now, Actions& out) {
  const std::uint64_t handed = delivery_.flush(now.instant, out);
  if (handed == 0) return;
  for (std::uint64_t i = 0; i < handed; ++i) stats_.messageHandedOver();
  heartbeat_.sent(options_, now.instant, deadlines_);
}

void Connection::sendPing(const Now& now, PingKind kind, Actions& out) {
  const UnderWay before = delivery_.asked();
  const Heartbeat::Ping ping = kind == PingKind::Regular ? heartbeat_.ping(options_, now, before, deadlines_)
                               : kind == PingKind::NetworkProbe
                                   ? heartbeat_.probeNetwork(options_, now, before, deadlines_)
                               : kind == PingKind::Probe ? heartbeat_.probe(options_, now, before, deadlines_)
                                                         : heartbeat_.ask(options_, now, before);
  sendControl(pingText(ping.timestamp), out);
  delivery_.outlived(ping.outlived, out);
}

void Connection::sendControl(const ControlText& text, Actions& out) {
  const PayloadId after = delivery_.controlSent(text.size());
  out.emplace_back(action::SendControl{current_, text, after});
}

}  // namespace rws
