// Checks the books of one client after each turn: that its state is what an observer expects, that every
// deadline is there, and that nothing was left unreported.
#pragma once

#include <optional>

#include "call_books.h"

namespace rws::test {

class ClientJudge : public CallBooks {
 public:
  [[nodiscard]] Now now() const { return now_; }
  [[nodiscard]] EpochMs lastReadingAtWall() const { return lastReadingAtWall_; }
  [[nodiscard]] bool hasReportedClose() const { return turn_.close.has_value(); }

  // --- turns
  // `now` is the driver's time. The event that begins the turn is told afterwards.
  void begin(const Now& now) {
    findings_.check(now.instant >= now_.instant, "H6: the driver's time steps back");
    now_ = now;
    turn_ = {};
    turn_.phase = client_->phase();
    turn_.retries = client_->countedRetries();
    turn_.awaited = client_->nextDeadline();
    turn_.closing = closingId();
    messages_.turnBegins();
  }
  void timeIsAtLeast(Instant instant) { now_.instant = std::max(now_.instant, instant); }
  // Everything that followed is done. `hasTurnEnded`: the platform was told so.
  void end(bool hasTurnEnded) {
    const Phase phase = client_->phase();
    if (coverage_ != nullptr) coverage_->phases.set(static_cast<std::size_t>(phase));
    findings_.check(hasTurnEnded == turn_.isListened, "R1: listeners run when there is something to hear");
    findings_.check(mayLead(turn_.events, turn_.phase, phase),
                    "C4: a change of phase that is not in the table");
    findings_.check(!latency_ && pongsDue_ == 0, "H3, H8: a ping or a pong of the peer is ignored");
    findings_.check(turn_.hasPinged || !turn_.needsPing,
                    "Q2: a message is reported as delivered without a ping");
    keepTime();
    retries_.turnEnds(phase);
    checkEvents(phase);
    checkAttempts(phase);
    checkMessages(phase);
    checkDeadlines(phase);
    checkSilence();
    checkShown(phase);
  }

 private:
  // Deadlines that are reached without a call of the platform.
  void keepTime() {
    const ModelAttempt* const current = attempts_.current();
    const bool isOpen = current != nullptr && current->state == State::Open;
    if (includes<event::TimerFired>() && isOpen && stableAt_ && *stableAt_ <= now_.instant) {
      retries_.becameStable();
      stableAt_.reset();
    }
    if (isOpen || current == nullptr) connectBy_.reset();
    if (closingId() == AttemptId::None) {
      graceAt_.reset();
    } else if (closingId() == turn_.closed) {
      graceAt_ = graceAfterTurn_;
    }
    if (isListening() && turn_.lateness > kPunctual) pings_.lateProbeSent();
    if (includes<event::SetOption, event::SetHeartbeat>()) pings_.optionsChanged(options(), now_.instant);
    if (includes<event::TimerFired>() && pingBy_ && *pingBy_ <= now_.instant) {
      findings_.check(!isProofExpected() || !messages_.isAnyOn(currentId()),
                      "H9: no ping follows the last message");
      pingBy_.reset();
    }
  }

  void checkEvents(Phase phase) {
    if (turn_.loss) checkLoss(phase);
    checkCommands(phase);
    findings_.check(!isOnly<event::SocketOpened>() || client_->countedRetries() == turn_.retries,
                    "B6: an open alone ends the outage");
    const bool isOver = phase == Phase::Connected || phase == Phase::Disconnected || phase == Phase::Rejected;
    findings_.check(client_->reconnectAttempts() == (isOver ? 0 : client_->countedRetries()),
                    "B6: retries are shown without an outage, or not shown");
    if (isOnly<event::TimerFired>()) {
      const std::optional<Instant> next = client_->nextDeadline();
      findings_.check(!next || *next > now_.instant || turn_.isAsked,
                      "H1: a timer leaves a deadline that is due");
      findings_.check(!graceAt_ || *graceAt_ > now_.instant || turn_.isAsked,
                      "C11: a closing attempt outlives closeGrace");
    }
    const bool isReplaced = includes<event::Connect, event::Reconnect, event::Disconnect, event::Destroy,
                                     event::MessageRefused>() ||
                            turn_.closed != AttemptId::None;
    const bool isOverdue = turn_.awaited && *turn_.awaited <= now_.instant && includes<event::TimerFired>();
    findings_.check(turn_.abandoned == AttemptId::None || isReplaced || isOverdue,
                    "Q4: a closing attempt is given up before its time");
  }

  // Where the end of an attempt leads, and what is reported of it.
  void checkLoss(Phase phase) {
    findings_.check(turn_.isAsked == hasDecider_,
                    "C6: the user is asked after each loss if there is a shouldReconnect");
    if (turn_.eventCount > 1 || turn_.isDoubtful) return;
    const Phase expected =
        RetryModel::phaseAfterLoss(options(), turn_.loss->code, turn_.retries, turn_.answer);
    // A retry without delay may begin in the same turn.
    findings_.check(phase == expected || turn_.hasStarted,
                    "B7: a loss leads elsewhere than its code and the options say");
    findings_.check(turn_.close && turn_.close->info == *turn_.loss &&
                        turn_.close->shouldReconnect == (expected == Phase::Waiting),
                    "C6: the close that is reported is not the loss");
  }

  void checkCommands(Phase phase) {
    if (isOnly<event::Connect>() || isOnly<event::Reconnect>()) {
      const Trigger trigger = isOnly<event::Connect>() ? Trigger::Connect : Trigger::Reconnect;
      findings_.check(turn_.hasStarted == findTransition(turn_.phase, trigger).has_value(),
                      "C9, B3: a command starts an attempt at once, or none while there is one");
    }
    if (isOnly<event::CheckNetwork>()) {
      findings_.check(!turn_.hasStarted || turn_.phase == Phase::Waiting,
                      "C9: checkNetwork() starts an attempt that was not scheduled");
    }
    if (isOnly<event::Send>()) findings_.check(phase == turn_.phase, "B4: send() changes the phase");
    if (isOnly<event::ClearQueue>() || isOnly<event::Disconnect>()) {
      findings_.check(messages_.queued() == 0, "Q1: a command leaves messages in the queue");
    }
    if (includes<event::Destroy>()) {
      findings_.check(attempts_.count() == 0 && !attempts_.isEndUnreported() && messages_.empty(),
                      "C2, C6, Q9: destroy() leaves something behind");
    }
  }

  void checkAttempts(Phase phase) {
    const ModelAttempt* const current = attempts_.current();
    const ModelAttempt* const closing = attempts_.closing();
    const bool isOpen = current != nullptr && current->state == State::Open;
    findings_.check(currentId() == client_->currentAttempt(), "C1: the current attempt");
    findings_.check(closingId() == client_->closingAttempt(), "C2: the closing attempt");
    findings_.check(attempts_.count() == (current != nullptr ? 1U : 0U) + (closing != nullptr ? 1U : 0U),
                    "C2: an attempt that is over is released");
    findings_.check(current == nullptr || current->state != State::Resolved,
                    "C1: no socket is opened although the address is known");
    findings_.check(current == nullptr || current->state != State::Handshaking || current->isHandshakeStarted,
                    "C13: a handshake is not started");
    findings_.check(hasAttempt(phase) == (current != nullptr), "C1: the phases that have an attempt");
    findings_.check((phase == Phase::Connected) == isOpen, "C5: connected is an open socket");
    findings_.check(!isOpen || attempts_.isOpenReported(), "C6: an open is reported");
    findings_.check(closing == nullptr || messages_.isAnyOn(closing->id) || attempts_.isEndUnreported(),
                    "C2: a closing attempt is kept for nothing");
    const bool isPending = hasAttempt(phase) || (phase == Phase::Disconnected && closing != nullptr);
    findings_.check(isPending || !attempts_.isEndUnreported(), "C6: the end of an attempt is reported");
  }

  void checkMessages(Phase phase) {
    messages_.turnEnds(findings_);
    findings_.check(client_->queuedMessages() == messages_.queued(),
                    "Q2: the queue holds the model's messages");
    findings_.check(client_->queuedBytes() == messages_.queuedBytes(),
                    "Q2: the queue holds the model's bytes");
    findings_.check(
        messages_.queued() <= options().maxQueueSize && messages_.queuedBytes() <= options().maxQueueBytes,
        "Q1: the queue keeps its limits");
    if (messages_.queued() == 0) isRefused_ = false;
    const bool maySend = phase == Phase::Connected && !isRefused_ && !messages_.isBlocked();
    findings_.check(!maySend || messages_.queued() == 0, "R6: what may be sent is left in the queue");
  }

  // Outside of Connected every deadline is known to the microsecond.
  void checkDeadlines(Phase phase) {
    std::optional<Instant> expected;
    const auto include = [&expected](const std::optional<Instant>& at) {
      if (at && (!expected || *at < *expected)) expected = at;
    };
    if (phase != Phase::Destroyed) include(messages_.nextExpiry());
    include(graceAt_);
    if (phase == Phase::Waiting) include(retries_.retryAt());
    include(connectBy_);
    const std::optional<Instant> next = client_->nextDeadline();
    if (phase != Phase::Connected) {
      findings_.check(next == expected, "H1: a deadline is missing, wrong or left over");
      return;
    }
    include(stableAt_);
    // A ping follows the last message, unless nothing is unproven any more.
    if (isProofExpected() && messages_.isAnyOn(currentId())) include(pingBy_);
    if (options().sendsPings()) include(now_.instant + options().pingInterval);
    if (isListening() && !pings_.hasLateProbe()) include(now_.instant + options().heartbeat.silence);
    findings_.check(!expected || (next && *next <= *expected), "H2: a deadline is missing");
  }

  // H4: without any sign of life a connection is given up in time.
  void checkSilence() {
    if (isListening() && isOnly<event::TimerFired>() && client_->phase() == Phase::Connected) {
      // A few times longer while the buffer drains.
      const Duration limit = 4 * options().heartbeat.silence + pings_.allowance();
      findings_.check(now_.instant - pings_.watchedSince() <= limit, "H4: a silent peer goes unnoticed");
    }
    if (!isOnly<event::TimerFired>() || !isProofExpected() || client_->phase() != Phase::Connected) return;
    const Duration limit =
        pings_.mostInterval() + pings_.mostTimeout() + pings_.allowance() + 2 * PingModel::kLongestTransfer;
    findings_.check(now_.instant - pings_.watchedSince() <= limit, "H4: a dead peer goes unnoticed");
  }

  void checkShown(Phase phase) {
    findings_.check(reported_ == client_->state(), "C4: the reported state is the state");
    findings_.check(phase != Phase::Exhausted || retries_.hasGivenUp(), "B5: giving up is reported");
    const StatsSnapshot stats = client_->stats(now_.instant);
    const Duration present = openedAt_ ? now_.instant - *openedAt_ : Duration::zero();
    findings_.check(stats.totalConnections == totalConnections_ && stats.totalErrors == totalErrors_ &&
                        stats.totalMessages == totalMessages_ &&
                        stats.connectionDuration == connected_ + present,
                    "R3: the statistics are the model's");
    findings_.check(client_->isConsistent(), "isConsistent()");
  }
};

}  // namespace rws::test
