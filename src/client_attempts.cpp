// The life of attempts: from the start to the end of each, and what a loss leads to.
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
  leaveCurrent();
  effects_.push(effect::Release{event.attempt});
  endAttempt(std::move(loss));
}

void Client::on(const event::SocketOpened& event) {
  if (!isCurrent(event.attempt) || !current_->isOpening()) return;
  if (!hasHandshake_) {
    connected();
    return;
  }
  current_->handshakeStarted(now());
  effects_.push(effect::StartHandshake{event.attempt});
}

void Client::on(const event::HandshakeDone& event) {
  if (isCurrent(event.attempt) && current_->isHandshaking()) connected();
}

void Client::on(const event::HandshakeFailed& event) {
  if (!isCurrent(event.attempt) || !current_->isHandshaking()) return;
  failCurrent(event.code == 0 ? "Handshake failed" : std::string_view(event.reason), event.code);
}

void Client::connected() {
  const bool isReconnection = phase_ == Phase::Retrying;
  outbox_.opened(current_->isHandshaking() ? facts_.bufferedAmount : 0);
  current_->opened(now(), options_.stableAfter);
  heartbeat_.start(options_, now(), current_->openingTook(), reconnects_.attempts() <= 1);
  stats_.opened(facts_.now, isReconnection);
  health_.opened();
  transition(Trigger::SocketOpened);
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
  leaveCurrent();
  effects_.push(effect::Release{event.attempt});
  endAttempt(std::move(loss));
}

// Ends what belongs to the current attempt: its statistics, the heartbeat, the sending of the queue.
void Client::leaveCurrent() {
  if (current_->isOpen()) stats_.closed(facts_.now);
  heartbeat_.stop();
  isFlushing_ = false;
  current_.reset();
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

void Client::endAttempt(Loss&& loss) {
  transition(Trigger::AttemptEnded);
  loss_.emplace(std::move(loss));
  reconnects_.setOverruled(false);
  if (!hasDecider_) {
    concludeLoss(std::nullopt);
    return;
  }
  const bool isRetried = verdictOn(options_, loss_->info) == CloseVerdict::Retry &&
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
  const CloseVerdict verdict = verdictOn(options_, loss.info);
  const Permission permission = reconnects_.mayStart(options_, ReconnectPolicy::Start::NextRetry);
  const bool isWanted = answer.value_or(verdict == CloseVerdict::Retry && permission != Permission::Off);
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
  const ErrorType type = toErrorType(loss.info, isOnline_);
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
  leaveCurrent();
  const bool hasMessages = outbox_.closing(unsent, facts_.bufferedAmount);
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
  closing_ = attempt;
}

void Client::replaceCurrent(std::string_view reason, bool isRetried) {
  closeCurrent(reason, Outbox::Unsent::SendAgain, false);
  effects_.notify(notification::Closed{{1000, std::string(reason), false}, isRetried});
}

void Client::closingEnded(const CloseInfo& info) {
  const Attempt ended = *std::exchange(closing_, std::nullopt);
  const bool isAcknowledged = info.wasClean && info.code == 1000;
  outbox_.closingClosed(options_, facts_.closingBufferedAmount, isAcknowledged, isProofExpected(), effects_);
  effects_.push(effect::Release{ended.id()});
  if (ended.reportsClose()) effects_.notify(notification::Closed{info, false});
  startFlush();
}

void Client::abandonClosing() {
  if (!closing_) return;
  const Attempt ended = *std::exchange(closing_, std::nullopt);
  outbox_.closingAbandoned(facts_.closingBufferedAmount, isProofExpected(), effects_);
  effects_.push(effect::Release{ended.id()});
  if (ended.reportsClose()) {
    effects_.notify(notification::Closed{{1000, "Closed by the client", false}, false});
  }
}

}  // namespace rws
