// A WebSocket client as a pure state machine: events go in, effects come out. It does no I/O, reads no clock
// and draws no randomness of its own: the same options, seed, facts and events give the same effects,
// natively and in wasm.
//
// It is made of these parts, each the only owner of its state:
//   state_machine.h     the table of the phases (idle, connecting, connected, waiting, ...); Client holds the
//                       phase
//   attempt.h           the current attempt (resolving, opening, open), and one that is closing
//   reconnect_policy.h  the outage (from a loss to the next stable connection): retries, delays, and
//   mayStart(),
//                       the gate for automatic attempts
//   heartbeat.h         the watch over the open connection
//   outbox.h            the messages: queued, sent on the current socket, sent on the closing one
//   health.h, stats.h   what is shown to the user
// Client passes each of them what happened, and collects the effects that follow. Its code is in three files:
// client.cpp (commands and messages), client_attempts.cpp (attempts and their end), client_watch.cpp (pings,
// deadlines and the environment). "The user" is the developer who uses the client.
//
// How to run it: call handle() with an event, then pollEffect() until there is none, performing each effect.
// Some effects have an answer (effects.h: OpenSocket, SendMessage, SendPing, SendPong, AskShouldReconnect),
// which is given by handle() before the next effect is pulled. Then call handle(TimerFired) at
// nextDeadline(). driver.h does all this. A turn is one event with all that follows from it.
//
// What happens on send(). On an open connection with an empty queue the message goes to the socket at once,
// and is kept as sent until a pong confirms it (where no pong is expected: until it has left the browser). In
// every other phase but Destroyed it is queued; a volatile message is discarded instead. When a connection
// opens, and no closing socket still holds earlier messages, the queue is sent in order, one message for each
// effect that is pulled. A message that the socket refuses goes back to the queue. A full queue drops its
// oldest messages. A message that is still queued when its ttl is over is dropped by a deadline.
// disconnect(), destroy() and ClearQueue drop the queue; the end of retries keeps it. Every message given to
// send() ends as one of these effects: Delivered, Unconfirmed, Dropped, Discarded (nothing is reported of it
// any more: it was volatile, sent or not, or too large, which is an error, or came after Destroy).
//
// What happens when the open connection is lost, because its socket closed. First, messages that
// bufferedAmount shows to be still in the browser go back to the front of the queue, and the others that are
// not confirmed end as Unconfirmed. Then the attempt ends (endAttempt()): the phase is Deciding. If the user
// has a shouldReconnect, it is asked now. Its true or false overrules the close code and enableAutoReconnect,
// but not maxReconnectAttempts. Without an answer verdictOn(close code) and mayStart() decide. Then these are
// reported: an error, if no retry follows; the close; the new state; the retry, or that no retry is left. The
// phase is now Waiting, with a retry at ReconnectPolicy::retryAt(), or Disconnected (code 1000 without a
// retry), Rejected (any other code without one) or Exhausted (no retry is left). A retry that fails goes the
// same way, and always reports an error. If the client closes the socket itself (a pong timeout), the
// socket's messages end later: when it has closed, or after closeGrace.
#pragma once

#include <cstdint>
#include <optional>

#include "attempt.h"
#include "effects.h"
#include "events.h"
#include "health.h"
#include "heartbeat.h"
#include "options.h"
#include "outbox.h"
#include "reconnect_policy.h"
#include "state_machine.h"
#include "stats.h"
#include "timers.h"
#include "types.h"

namespace rws {

// What the host reads for every call.
struct HostFacts {
  Now now;
  std::uint64_t bufferedAmount = 0;         // WebSocket.bufferedAmount of the current attempt's socket
  std::uint64_t closingBufferedAmount = 0;  // the same of the closing attempt's socket
};

class Client {
 public:
  Client(Options options, std::uint64_t seed, const HostTraits& host);

  // --- getters
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] State state() const { return toState(phase_); }
  [[nodiscard]] const Options& options() const { return options_; }
  // AttemptId::None if there is none.
  [[nodiscard]] AttemptId currentAttempt() const { return current_ ? current_->id() : AttemptId::None; }
  [[nodiscard]] AttemptId closingAttempt() const { return closing_ ? closing_->id() : AttemptId::None; }
  // Retries that count against maxReconnectAttempts: an open connection keeps them until it is stable.
  [[nodiscard]] std::uint64_t countedRetries() const { return reconnects_.attempts(); }
  // The same for the user: 0 while connected.
  [[nodiscard]] std::uint64_t reconnectAttempts() const {
    return phase_ == Phase::Connected ? 0 : countedRetries();
  }
  [[nodiscard]] std::uint64_t queuedMessages() const { return outbox_.queuedCount(); }
  [[nodiscard]] std::uint64_t queuedBytes() const { return outbox_.queuedBytes(); }
  // The id of the newest message in the queue, 0 for an empty one.
  [[nodiscard]] MessageId newestQueued() const { return outbox_.newestQueued(); }
  [[nodiscard]] std::uint64_t consecutiveErrors() const { return health_.consecutiveErrors(); }
  // When the scheduled retry is due, as a time of the wall clock. The number changes only if the wall clock
  // was set by more than half a second since then.
  [[nodiscard]] std::optional<EpochMs> nextAttemptAt(const Now& now) const;
  [[nodiscard]] bool isOnline() const { return isOnline_; }
  [[nodiscard]] StatsSnapshot stats(Instant now) const { return stats_.snapshot(now); }
  [[nodiscard]] bool isHealthy(Instant now) const;
  [[nodiscard]] bool advises(Recommendation recommendation) const {
    return health_.advises(recommendation, circumstances());
  }
  // Whether the frame is for the client itself and no message for the user. A server may send a pong without
  // a ping of this client's; with heartbeat and answers off, pings and pongs are the user's own.
  [[nodiscard]] bool consumes(const ControlFrame& frame) const {
    if (frame.kind == ControlKind::Pong) return options_.enableHeartbeat || options_.answerPings;
    return frame.kind == ControlKind::Ping && options_.answerPings;
  }
  // The invariants that hold after every call. They are asserted in debug, sanitizer and simulation builds.
  [[nodiscard]] bool isConsistent() const;

  // --- events and effects
  // After Destroy, events do nothing; the message of a Send is discarded.
  void handle(const HostFacts& facts, const Event& event);
  [[nodiscard]] std::optional<Effect> pollEffect();

  // --- the fast path of messages, for a message or frame that leads to nothing else (no ping, no report).
  // False: nothing was done; use handle().
  // True: the message is on record as sent, and the caller gives it to the current socket at once.
  [[nodiscard]] bool trySendNow(const Message& message);
  // True: all is done for a frame that arrived and is no control frame. Needs the wall clock only.
  [[nodiscard]] bool tryReceive(AttemptId attempt, EpochMs wall);

  // --- time
  // The deadline that tryReceive() may have set or made earlier, nothing if there is none.
  [[nodiscard]] std::optional<Instant> watchDeadline() const { return heartbeat_.watchDeadline(); }
  // When to call handle(TimerFired), nothing if nothing is waited for.
  [[nodiscard]] std::optional<Instant> nextDeadline() const;

 private:
  friend struct StateDigest;  // of tests/core/support

  // The end of an attempt, while the user is asked about it.
  struct Loss {
    AttemptId attempt = AttemptId::None;
    CloseInfo info{};
    bool hadOpened = false;
    bool isErrorCounted = false;
    bool isNetworkBack = false;  // the connection did not answer a probe after `online`
  };
  struct Due {
    Deadline kind;
    Instant at;
  };

  // client.cpp
  void on(const event::Connect& event);
  void on(const event::Disconnect& event);
  void on(const event::Reconnect& event);
  void on(const event::Destroy& event);
  void on(const event::Send& event);
  void on(const event::SetOption& event);
  void on(const event::SetDecider& event);
  void on(const event::ClearQueue& event);
  void on(const event::CheckNetwork& event);
  void on(const event::SlowDown& event);
  void on(const event::ContactSupport& event);
  void on(const event::ResetRecovery& event);
  void on(const event::MessageRefused& event);
  void on(const event::ControlRefused& event);
  void readFacts(const HostFacts& facts);
  void readBuffer();
  void beginAttempt(Trigger trigger);
  void sendNow(const QueuedMessage& message);
  void startFlush();
  void flushNext();
  void recordSent(const QueuedMessage& message);

  // client_attempts.cpp
  void on(const event::AddressResolved& event);
  void on(const event::AttemptFailed& event);
  void on(const event::SocketOpened& event);
  void on(const event::SocketErrored& event);
  void on(const event::SocketClosed& event);
  void on(const event::ShouldReconnectAnswered& event);
  void startAttempt();
  void leaveCurrent();
  // The current attempt is over: by an event of its socket, or because the client ended it.
  void endAttempt(Loss&& loss);
  void concludeLoss(std::optional<bool> answer);
  void reportLoss(const Loss& loss, bool isRetried);
  void scheduleRetry(const Loss& loss);
  void stopRetrying(const Loss& loss);
  // Closes the current socket. It becomes the closing attempt if its close event matters.
  void closeCurrent(std::string_view reason, Outbox::Unsent unsent, bool reportsClose);
  void failCurrent(std::string_view reason);
  void replaceCurrent(std::string_view reason, bool isRetried);
  void closingEnded(const CloseInfo& info);
  void abandonClosing();

  // client_watch.cpp
  void on(const event::FrameReceived& event);
  void on(const event::NetworkChanged& event);
  void on(const event::VisibilityChanged& event);
  void on(const event::PageSuspended& event);
  void on(const event::PageResumed& event);
  void on(const event::TimerFired& event);
  void clockJumped();
  void probe(Heartbeat::Ping kind);
  void sendPing(Heartbeat::Ping kind);
  void sendPingIfDue(const Message& before);
  void sendPong(const std::string& timestamp);
  MessageId recordControl(std::uint64_t bytes);
  void replaceStalledAttempt();
  void startSoon();
  void scheduleSoon();
  void reportRetry(const ScheduledRetry& retry);
  // Ends the wait for a retry that mayStart() does not grant any more.
  [[nodiscard]] bool isRetryStillGranted();
  void refuseRetry(ReconnectPolicy::Permission permission);
  [[nodiscard]] std::optional<Instant> deadline(Deadline kind) const;
  [[nodiscard]] std::optional<Due> earliestDeadline() const;
  void run(Deadline kind, Instant due);
  void judgePeer(Instant due);

  // Applies a move of the table, which must have it, and reports a new public state.
  void move(Trigger trigger);
  [[nodiscard]] bool canMove(Trigger trigger) const { return findMove(phase_, trigger).has_value(); }
  [[nodiscard]] bool isCurrent(AttemptId attempt) const { return current_ && current_->id() == attempt; }
  [[nodiscard]] bool isClosing(AttemptId attempt) const { return closing_ && closing_->id() == attempt; }
  [[nodiscard]] bool isProofExpected() const {
    return options_.enableHeartbeat && heartbeat_.peer() != Heartbeat::Peer::Unanswering;
  }
  [[nodiscard]] SentSoFar sentSoFar() const { return outbox_.sent().sentSoFar(); }
  [[nodiscard]] Instant now() const { return facts_.now.instant; }
  [[nodiscard]] Circumstances circumstances() const;

  Options options_;
  Phase phase_ = Phase::Idle;
  State reportedState_ = State::Disconnected;
  std::optional<Attempt> current_;
  std::optional<Attempt> closing_;
  std::optional<Loss> loss_;  // in Phase::Deciding
  std::uint32_t lastAttempt_ = 0;
  bool hasDecider_ = false;
  bool isOnline_ = true;
  bool isFlushing_ = false;  // pollEffect() sends the queue, message by message
  HostFacts facts_;          // of the call at hand, or the last one
  EpochMs retryAtWall_ = 0;  // of the scheduled retry, when it was scheduled

  ReconnectPolicy reconnects_;
  Heartbeat heartbeat_;
  Outbox outbox_;
  Stats stats_;
  Health health_;
  ClockWatch clockWatch_;
  Effects effects_;
};

}  // namespace rws
