// The life of attempts: from the start to the end of each, and what a loss leads to.
//
// What happens when the socket of the current attempt opens:
// 1. If the user has no handshake, the connection is open at once: see 4.
// 2. Otherwise StartHandshake follows. Until its result the public state stays as it is, connectionTimeout
//    still runs, messages are queued, and no ping is sent. Pings of the server are answered.
// 3. HandshakeFailed closes the socket with its code. It counts as a loss with that code, or with 1006.
// 4. HandshakeDone opens the connection. The heartbeat and stableAfter start, `open` is reported, and the
//    queue is sent. Bytes in the socket's buffer at that time belong to the handshake, not to a
//    message.
//
// With the option `session` the hello is sent first. The welcome leads to 1 for a new session, and to 4 for
// one that is resumed. connectionTimeout includes this.
//
// What happens when the socket of the open connection closes:
// 1. Messages that have left the browser end as Unconfirmed, or as Delivered where no pong is expected.
//    Those still in the browser, partly sent ones included, return to the front of the queue with their
//    ttl. Those for which bufferedAmount gives no clear answer end as Unconfirmed. With the option
//    `unconfirmed: 'resend'` all that would end as Unconfirmed return to the queue. In a session all stay on
//    its record.
// 2. The attempt is released. endAttempt() sets the phase Deciding.
// 3. If the user has set shouldReconnect, AskShouldReconnect follows. The answer true or false replaces the
//    decision by close code and enableAutoReconnect; maxReconnectAttempts still applies. Without an answer
//    verdictOn(close code) and mayStart() decide.
// 4. These are reported in order: an error, if the code is not 1000 and no retry follows; the close; the
//    public state, if it changed; the scheduled retry, or that maxReconnectAttempts is reached.
// 5. The phase is now Waiting (until ReconnectPolicy::retryAt()), Disconnected (code 1000, not fatal, no
//    retry), Rejected (any other code, no retry allowed) or Exhausted (maxReconnectAttempts is reached).
// An attempt that ends before it has opened goes through 2 to 5; its error is reported even if a retry
// follows. A pong timeout goes through 2 to 5 as well. Whenever the client closes the socket itself (pong
// timeout, disconnect(), reconnect(), page suspended), the attempt becomes the closing attempt while it has
// messages on record. These messages end at its close event: what blocked the queue returns to it, and a
// clean close with 1000 proves what has left. After closeGrace, or if the attempt is abandoned earlier, all
// end as Unconfirmed; where no pong is expected, those that have left as Delivered. In a session, and with
// `unconfirmed: 'resend'` unless the user disconnects, no messages keep the attempt: see 1. After
// disconnect() in a session the closing attempt waits for the server's answer to `bye`.
#include <cassert>
#include <utility>

#include "client.h"

namespace rws {

// --- towards an open connection

void Client::startAttempt() {
  current_.emplace(AttemptId{++lastAttempt_}, now(), options_.connectionTimeout);
  reconnects_.attemptStarted(now());
  effects_.push(effect::ResolveAddress{current_->id()});
}

void Client::on(const event::AddressResolved& event) {
  if (!isCurrent(event.attempt) || !current_->isResolving()) return;
  current_->addressResolved();
  effects_.push(effect::OpenSocket{event.attempt});
}

void Client::on(const event::AttemptFailed& event) {
  if (!isCurrent(event.attempt)) return;
  if (event.hadAddress ? !current_->isOpening() : !current_->isResolving()) return;
  Loss loss{event.attempt, {1006, std::string(clipUtf8(event.reason, kMaxCloseReason)), false}};
  (void)leaveCurrent();
  effects_.push(effect::Release{event.attempt});
  endAttempt(std::move(loss));
}

void Client::on(const event::SocketOpened& event) {
  if (!isCurrent(event.attempt) || !current_->isOpening()) return;
  session_.socketOpened(options_.session);
  if (session_.isGreeting()) {
    current_->handshakeStarted(now());
    effects_.push(effect::SendHello{event.attempt, session_.hello()});
    return;
  }
  if (session_.exists()) loseSession();  // the option was switched off
  greeted();
}

void Client::greeted() {
  const bool isResumed = session_.isActive() && !session_.isNew();
  if (!hasHandshake_ || isResumed) {
    connected();
    return;
  }
  if (current_->isOpening()) current_->handshakeStarted(now());
  effects_.push(effect::StartHandshake{current_->id()});
}

void Client::on(const event::HandshakeDone& event) {
  if (isCurrent(event.attempt) && current_->isHandshaking() && !session_.isGreeting()) connected();
}

void Client::on(const event::HandshakeFailed& event) {
  if (!isCurrent(event.attempt) || !current_->isHandshaking()) return;
  failCurrent(event.code == 0 ? "Handshake failed" : std::string_view(event.reason), event.code);
}

void Client::connected() {
  const bool isReconnection = phase_ == Phase::Retrying;
  session_.established();
  outbox_.opened(current_->isHandshaking() ? facts_.bufferedAmount : 0, session_.isActive());
  current_->opened(now(), options_.stableAfter);
  heartbeat_.start(options_, now(), current_->openingTook(), reconnects_.attempts() <= 1);
  stats_.opened(facts_.now, isReconnection);
  health_.opened();
  transition(Trigger::AttemptSucceeded);
  effects_.notify(notification::Opened{});
  startFlush();
}

// --- the end of an attempt

// The close event that follows says the same. Until then the error of an open connection is only counted.
void Client::on(const event::SocketErrored& event) {
  if (!isCurrent(event.attempt) || !current_->isOpen() || current_->isErrorCounted()) return;
  current_->errorCounted();
  stats_.error();
}

void Client::on(const event::SocketClosed& event) {
  if (isClosing(event.attempt)) {
    closingEnded(event.info);
    return;
  }
  if (!isCurrent(event.attempt) || current_->isResolving()) return;
  Loss loss{event.attempt, event.info, current_->isOpen(), current_->isErrorCounted()};
  if (loss.hadOpened) outbox_.closed(options_, facts_.bufferedAmount, isProofExpected(), effects_);
  loss.wasGreeting = session_.isGreeting();
  if (loss.wasGreeting && session_.exists() && isTakeover(event.info.code)) loseSession();
  loss.isSessionTaken = leaveCurrent(event.info.code);
  effects_.push(effect::Release{event.attempt});
  endAttempt(std::move(loss));
}

bool Client::leaveCurrent(std::uint16_t code) {
  if (current_->isOpen()) stats_.closed(facts_.now);
  heartbeat_.stop();
  isFlushing_ = false;
  current_.reset();
  return session_.connectionLost(code, effects_);
}

void Client::failCurrent(std::string_view reason, std::uint16_t code) {
  Loss loss{current_->id(),
            {code == 0 ? CloseInfo{}.code : code, std::string(reason), false},
            current_->isOpen(),
            current_->isErrorCounted(),
            heartbeat_.isNetworkProbed()};
  closeCurrent(reason, Outbox::Unsent::SendAgain, false, code == 0 ? effect::CloseSocket{}.code : code);
  endAttempt(std::move(loss));
}

// A server that closes before its welcome has not ended a session: the attempt has failed.
CloseVerdict Client::verdictOn(const Loss& loss) const {
  const CloseVerdict verdict = rws::verdictOn(options_, loss.info);
  return loss.wasGreeting && verdict == CloseVerdict::Normal ? CloseVerdict::Retry : verdict;
}

void Client::endAttempt(Loss&& loss) {
  transition(Trigger::AttemptEnded);
  loss_.emplace(std::move(loss));
  reconnects_.setOverruled(false);
  if (!hasDecider_ || loss_->isSessionTaken) {
    concludeLoss(std::nullopt);
    return;
  }
  const bool isRetried = verdictOn(*loss_) == CloseVerdict::Retry &&
                         reconnects_.mayStart(options_, ReconnectPolicy::Start::NextRetry) ==
                             ReconnectPolicy::Permission::Granted;
  effects_.push(effect::AskShouldReconnect{loss_->attempt, loss_->info, isRetried});
}

void Client::on(const event::ShouldReconnectAnswered& event) {
  if (phase_ != Phase::Deciding || loss_->attempt != event.attempt) return;
  concludeLoss(event.answer);
}

void Client::concludeLoss(std::optional<bool> answer) {
  using Permission = ReconnectPolicy::Permission;
  const Loss loss = std::move(*loss_);
  loss_.reset();
  reconnects_.setOverruled(answer.value_or(false));
  const CloseVerdict verdict = verdictOn(loss);
  const Permission permission = reconnects_.mayStart(options_, ReconnectPolicy::Start::NextRetry);
  const bool isWanted = !loss.isSessionTaken &&
                        answer.value_or(verdict == CloseVerdict::Retry && permission != Permission::Off);
  reportLoss(loss, isWanted && permission == Permission::Granted);
  if (!isWanted) {
    transition(verdict == CloseVerdict::Normal ? Trigger::ClosedNormally : Trigger::RetryForbidden);
  } else if (permission == Permission::Spent) {
    transition(Trigger::RetriesSpent);
    stopRetrying(loss);
  } else {
    transition(Trigger::RetryScheduled);
    scheduleRetry(loss);
  }
}

void Client::reportLoss(const Loss& loss, bool isRetried) {
  const ErrorType type = loss.isSessionTaken ? ErrorType::SessionTaken : toErrorType(loss.info, isOnline_);
  if (loss.isSessionTaken) effects_.notify(notification::SessionTaken{});
  if (type != ErrorType::None) {
    // The browser fires `error` before most abnormal closes: the two are one error.
    if (!loss.isErrorCounted || type != ErrorType::Network) stats_.error();
    // `close` is enough for the loss of a connection that will be opened again.
    if (!loss.hadOpened || !isRetried) {
      effects_.notify(notification::Failed{type, loss.info.code, isRetried});
    }
    const bool needsCredentials = health_.attemptFailed(loss.hadOpened);
    const bool isRefused = type == ErrorType::Auth && !isRetried;
    if (options_.enableErrorRecovery && (isRefused || needsCredentials)) {
      effects_.notify(notification::AuthRecoveryNeeded{});
    }
  }
  effects_.notify(notification::Closed{loss.info, isRetried});
}

void Client::scheduleRetry(const Loss& loss) {
  const ScheduledRetry retry = reconnects_.scheduleAfter(options_, now(), loss.info, loss.isNetworkBack);
  reportRetry(retry);
  const ErrorType type = toErrorType(loss.info, isOnline_);
  if (options_.enableErrorRecovery && type != ErrorType::None) {
    effects_.notify(notification::RecoveryAttempted{type, retry.attempt});
  }
}

void Client::stopRetrying(const Loss& loss) {
  reconnects_.gaveUpAfter(options_, now(), loss.info);
  effects_.notify(notification::GaveUp{reconnects_.attempts(), health_.consecutiveErrors()});
  const ErrorType type = toErrorType(loss.info, isOnline_);
  if (options_.enableErrorRecovery && type != ErrorType::None) {
    effects_.notify(notification::RecoveryGaveUp{type, reconnects_.attempts()});
  }
}

// --- closing

void Client::closeCurrent(std::string_view reason, Outbox::Unsent unsent, bool reportsClose,
                          std::uint16_t code) {
  // There are two sockets at most, so an older closing attempt is abandoned. If its messages block the queue
  // it stays: then none was sent on the current socket, which has nothing to wait for.
  if (closing_ && !outbox_.isBlocked()) abandonClosing();
  Attempt attempt = *current_;
  (void)leaveCurrent();
  const bool hasMessages =
      outbox_.closing(options_, unsent, facts_.bufferedAmount, isProofExpected(), effects_);
  if (attempt.isResolving()) {
    effects_.push(effect::Release{attempt.id()});
    return;
  }
  effects_.push(effect::CloseSocket{attempt.id(), code, std::string(reason)});
  if (!hasMessages && !reportsClose) {
    effects_.push(effect::Release{attempt.id()});
    return;
  }
  assert(!closing_);
  attempt.close(now(), options_.closeGrace, reportsClose);
  closing_.emplace(attempt);
}

void Client::replaceCurrent(std::string_view reason, bool isRetried) {
  closeCurrent(reason, Outbox::Unsent::SendAgain, false);
  effects_.notify(notification::Closed{{1000, std::string(reason), false}, isRetried});
}

void Client::closingEnded(const CloseInfo& info) {
  const Attempt ended = *closing_;
  closing_.reset();
  const bool isAcknowledged = info.wasClean && info.code == 1000;
  outbox_.closingClosed(options_, facts_.closingBufferedAmount, isAcknowledged, isProofExpected(), effects_);
  if (session_.isEnding()) sessionFinished();
  effects_.push(effect::Release{ended.id()});
  if (ended.reportsClose()) effects_.notify(notification::Closed{info, false});
  startFlush();
}

void Client::abandonClosing() {
  if (!closing_) return;
  const Attempt ended = *closing_;
  closing_.reset();
  outbox_.closingAbandoned(facts_.closingBufferedAmount, isProofExpected(), effects_);
  if (session_.isEnding()) sessionFinished();
  effects_.push(effect::Release{ended.id()});
  if (ended.reportsClose()) {
    effects_.notify(notification::Closed{{1000, "Closed by the client", false}, false});
  }
}

}  // namespace rws
