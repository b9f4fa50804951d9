// Owns the talk with a connection under watch: each input and send goes through here, in the ways that hosts
// have. Refuses to judge, connection_judge.h does, and to choose what happens: world_move.h does.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "../../host/measuring.h"
#include "connection_judge.h"
#include "state_digest.h"

namespace rws::test {

// How a host hands a message of the user's over.
enum class Manner : std::uint8_t {
  Measured,
  Text,    // measured when it must be
  AtOnce,  // the same, by the short way where there is one
};

class CheckedConnection : public ConnectionJudge {
 public:
  // The options outlive it.
  CheckedConnection(const Options& options, std::uint64_t seed, bool hostDecides)
      : ConnectionJudge(options, seed) {
    if (hostDecides) feed(input::HostDecides{true});
  }

  // Time goes by without a word to the connection.
  void advance(Duration by) {
    now_.instant += by;
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(by).count();
  }
  void setWallClock(EpochMs wall) { now_.wall = wall; }

  // The host's clock may lag behind what it told before: then no time has gone by.
  void feed(const Input& input, Duration lag = Duration::zero()) {
    while (std::optional<input::Measured> measured = connection_.owedBefore(input)) {
      measured->bytes = messages_.bytesOf(measured->payload);
      step(*measured, Duration::zero());
    }
    step(input, lag);
  }

  // A frame that is none of the client's own, by the way that needs no time.
  void receiveAtOnce(AttemptId attempt) {
    const Before before = begin();
    messages_.turnBegins();
    const bool isDone = connection_.received(attempt, now_.wall);
    if (isDone && sockets_.isOpen(attempt)) pings_.heard();
    endStep(before);
    if (!isDone) step(input::Received{attempt, {}}, Duration::zero());
  }
  void receiveStale(AttemptId attempt) {
    const DigestValue before = digestOfCore();
    (void)connection_.received(attempt, now_.wall);
    findings_.check(digestOfCore() == before, "C3: a frame of a stale attempt changes something");
  }

  SendOutcome send(std::uint64_t bytes, const SendOptions& sendOptions, Manner manner = Manner::Measured,
                   MessageKind kind = MessageKind::Text) {
    const Before before = begin();
    messages_.turnBegins();
    ModelMessage message{++lastId_, bytes, sendOptions.isVolatile};
    if (sendOptions.ttl) message.expiresAt = now_.instant + *sendOptions.ttl;
    const SendOutcome outcome = hand({message.id, bytes, kind}, sendOptions, manner);
    const bool tooLarge = bytes > connection_.options().maxMessageSize;
    if (coverage_ != nullptr) coverage_->outcomes.set(static_cast<std::size_t>(outcome));
    findings_.check((outcome == SendOutcome::Refused) == (tooLarge || before.phase == Phase::Destroyed),
                    "refusals");
    findings_.check(outcome != SendOutcome::Queued || !message.isVolatile,
                    "Q5: a volatile message is queued");
    findings_.check(outcome != SendOutcome::Discarded || message.isVolatile, "Q2: a message vanishes");
    if (outcome == SendOutcome::Queued) messages_.queuedBySend(message);
    for (const Action& action : actions_) {
      // A ping may ask what has arrived of all that went before, which is settled if others answer none.
      const bool allowed = std::holds_alternative<action::Transmit>(action) ||
                           std::holds_alternative<action::Drop>(action) ||
                           std::holds_alternative<action::TellTooLarge>(action) ||
                           std::holds_alternative<action::SendControl>(action) ||
                           std::holds_alternative<action::Settle>(action);
      findings_.check(allowed, "B4: send() does nothing but sending");
      watch(action, nullptr);
    }
    // The host hands it over when all else is done.
    if (outcome == SendOutcome::HandOver) {
      findings_.check(sockets_.isOpen(connection_.currentAttempt()),
                      "a message is handed to a socket that is not open");
      messages_.handedBySend(message, connection_.currentAttempt(), findings_);
      ++totalMessages_;
    }
    findings_.check(phase() == before.phase, "B4: send() changes the phase");
    endStep(before);
    return outcome;
  }

  // An input that must change nothing: an event of a socket that is no more.
  void feedStale(const Input& input) {
    if (phase() == Phase::Deciding) return;  // there, any input is taken for the host's consent
    // An overdue timer, or a wall clock that ran ahead, mean a jump of the clock, which is news.
    const std::optional<Instant> next = connection_.nextDeadline();
    if (next && *next <= now_.instant) return;
    const std::chrono::milliseconds wallAdvance(now_.wall - handled_.wall);
    if (wallAdvance - (now_.instant - handled_.instant) > ClockWatch::kJump) return;
    const DigestValue before = digestOfCore();
    actions_.clear();
    connection_.handle(now_, input, actions_);
    told_ = now_.instant;
    handled_ = now_;
    findings_.check(actions_.empty() && digestOfCore() == before,
                    "C3: an event of a stale attempt changes something");
    actions_.clear();
  }

 private:
  // Two thirds of a rough text's bytes are not known before it is measured.
  SendOutcome hand(const PayloadRef& payload, const SendOptions& sendOptions, Manner manner) {
    constexpr std::uint64_t kBytesPerUnit = 3;
    const PayloadRef rough = host::unmeasuredText(payload, kBytesPerUnit);
    if (manner == Manner::AtOnce && connection_.handOverAtOnce(rough)) return SendOutcome::HandOver;
    told_ = now_.instant;
    if (manner != Manner::Measured) {
      const SendOutcome outcome = connection_.send(now_, rough, sendOptions, actions_);
      if (coverage_ != nullptr) coverage_->outcomes.set(static_cast<std::size_t>(outcome));
      if (outcome != SendOutcome::Unmeasured) return outcome;
      findings_.check(actions_.empty(), "what is to be measured does something already");
    }
    return connection_.send(now_, payload, sendOptions, actions_);
  }

  void step(const Input& input, Duration lag) {
    const Before before = begin();
    if (coverage_ != nullptr) coverage_->inputs.set(input.index());
    // What the host answers while it performs actions belongs to their turn.
    const bool isAnswer =
        isOneOf<input::Measured, input::HandOverFailed, input::ControlRefused, input::Decided>(&input);
    if (!isAnswer) messages_.turnBegins();
    tellWorld(input);
    connection_.handle({now_.instant - lag, now_.wall}, input, actions_);
    handled_ = now_;
    told_ = now_.instant;
    if (before.phase == Phase::Destroyed) findings_.check(actions_.empty(), "C7: an action after destroy()");
    for (const Action& action : actions_) watch(action, &input);
    const Phase after = phase();
    findings_.check(!latency_ && pongsDue_ == 0, "H3, H8: a ping or a pong goes unheard");
    findings_.check(mayLead(input, before.phase, after), "C4: a change of phase that is not in the table");
    checkPromise(input, before);
    if (after == Phase::Deciding && before.phase != Phase::Deciding) {
      findings_.check(asked_, "the host is asked when it has the say");
    }
    endStep(before);
  }

  [[nodiscard]] DigestValue digestOfCore() const {
    thread_local IdentityOrder order;
    order.clear();
    StateDigest::include(connection_, order);
    for (const ModelMessage& message : messages_.messages()) order.include(message.id);
    Digest digest;
    StateDigest{digest, order, now_}.add(connection_, false);
    return digest.value();
  }
};

}  // namespace rws::test
