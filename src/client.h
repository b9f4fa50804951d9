// A WebSocket client as a pure state machine: events go in, effects come out. It does no I/O, reads no clock
// and draws no randomness of its own: the same options, seed, facts and events give the same effects,
// natively and in wasm.
//
// It is made of these parts, each the only owner of its state:
//   state_machine.h     the table of phases and transitions; Client holds the current phase
//   attempt.h           the current attempt (resolving, opening, handshaking, open), and one that is closing
//   reconnect_policy.h  the outage (from a loss to the next stable connection): retries, delays, and
//                       mayStart(), the check that every automatic attempt has to pass
//   heartbeat.h         the watch over the open connection
//   outbox.h            the messages: queued, sent on the current socket, sent on the closing one
//   session.h           the session, if the option is on: what both sides have received, across connections
//   health.h, stats.h   what is shown to the user
// Client passes each of them what happened, and collects the effects that follow. Its code is in client.cpp
// (commands), client_messages.cpp, client_attempts.cpp, client_session.cpp, client_watch.cpp (pings and
// deadlines) and client_environment.cpp. "The user" is the developer who uses the client.
//
// How to run it: call handle() with an event, then pollEffect() until there is none, performing each effect.
// The host answers some effects by handle(), before it pulls the next one: AskShouldReconnect always,
// OpenSocket and effects that send if they fail. ResolveAddress and SendHello may be answered later, and
// StartHandshake always is. Then call handle(TimerFired) at nextDeadline(). driver.h does all this.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "attempt.h"
#include "boxed.h"
#include "effects.h"
#include "events.h"
#include "health.h"
#include "heartbeat.h"
#include "options.h"
#include "outbox.h"
#include "reconnect_policy.h"
#include "session.h"
#include "state_machine.h"
#include "stats.h"
#include "timers.h"
#include "types.h"

namespace rws {

// What the host reads before each handle(). The fast paths do not need it.
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
  // Retries that count against maxReconnectAttempts. The count is reset when a connection has been open for
  // stableAfter, by connect(), reconnect() and ResetRecovery, and when a new series of retries starts.
  [[nodiscard]] std::uint64_t countedRetries() const { return reconnects_.attempts(); }
  // The value for the user: countedRetries(), but 0 in the phases Connected, Disconnected and Rejected.
  [[nodiscard]] std::uint64_t reconnectAttempts() const;
  [[nodiscard]] std::uint64_t queuedMessages() const { return outbox_.queuedCount(); }
  [[nodiscard]] std::uint64_t queuedBytes() const { return outbox_.queuedBytes(); }
  // The id of the newest message in the queue, 0 for an empty one.
  [[nodiscard]] MessageId newestQueued() const { return outbox_.newestQueued(); }
  [[nodiscard]] std::uint64_t consecutiveErrors() const { return health_.consecutiveErrors(); }
  // When the scheduled retry is due, by the wall clock. The value stays the same until the wall clock and the
  // monotonic clock have diverged by half a second since the retry was scheduled.
  [[nodiscard]] std::optional<EpochMs> nextAttemptAt(const Now& now) const;
  [[nodiscard]] bool isOnline() const { return isOnline_; }
  [[nodiscard]] const Session& session() const { return session_; }
  // Whether a text of this attempt that begins with kSessionMarker is a control frame.
  [[nodiscard]] bool isInSession(AttemptId attempt) const {
    return (isCurrent(attempt) && session_.isUsed()) || (isClosing(attempt) && session_.isEnding());
  }
  [[nodiscard]] StatsSnapshot stats(Instant now) const { return stats_.snapshot(now); }
  [[nodiscard]] bool isHealthy(Instant now) const;
  [[nodiscard]] bool advises(Recommendation recommendation) const {
    return health_.advises(recommendation, circumstances());
  }
  // Whether the client handles this text itself, so that it is no message: pings if answerPings is on, pongs
  // also if pings are sent.
  [[nodiscard]] bool consumes(const ControlFrame& frame) const {
    if (frame.kind == ControlKind::Pong) return options_.sendsPings() || options_.answerPings;
    return frame.kind == ControlKind::Ping && options_.answerPings;
  }
  // The invariants that hold after every call. They are asserted in debug, sanitizer and simulation builds.
  [[nodiscard]] bool isConsistent() const;

  // --- events and effects
  // After Destroy every event is ignored; the message of a Send ends as Discarded.
  void handle(const HostFacts& facts, const Event& event);
  [[nodiscard]] std::optional<Effect> pollEffect();

  // --- fast paths. True: the call is done. False: nothing was changed; use handle().
  // Puts the message on record as sent; the caller gives it to the current socket at once. False if a ping, a
  // deadline, a place in the queue or a report is needed.
  [[nodiscard]] bool trySendNow(const Message& message);
  // A frame arrived that is no control frame. Needs the wall clock only. `isTaken`: takeMessage()'s result.
  [[nodiscard]] bool tryReceive(AttemptId attempt, EpochMs wall, bool isTaken);
  // The estimated size of the newest message, which was given unmeasured. See Driver::messageEstimated().
  void messageEstimated(MessageId message, std::uint64_t bytes) { outbox_.estimate(message, bytes); }

  // --- counting, for every frame of a session that is no control frame; event::FrameReceived follows
  // True: it is counted, and has to be delivered; messageHandled() follows, unless it is one for the user's
  // handshake. False: no active session.
  [[nodiscard]] bool takeMessage(AttemptId attempt);
  void messageHandled() { session_.messageHandled(); }
  // Whether event::Acknowledge has something to do.
  [[nodiscard]] bool needsAcknowledgement() const { return session_.needsAcknowledgement(); }

  // --- time
  // The deadline that tryReceive() may have set or made earlier. No value if there is none.
  [[nodiscard]] std::optional<Instant> watchDeadline() const { return heartbeat_.watchDeadline(); }
  // When to call handle(TimerFired). No value if there is no deadline.
  [[nodiscard]] std::optional<Instant> nextDeadline() const;

 private:
  friend struct StateDigest;  // of tests/core/support

  // An attempt that has ended, kept until it is decided what follows.
  struct Loss {
    AttemptId attempt = AttemptId::None;
    CloseInfo info{};
    bool hadOpened = false;
    bool isErrorCounted = false;
    bool isNetworkBack = false;   // the peer did not answer a probe after `online`: retry without a delay
    bool isSessionTaken = false;  // by another client, twice in a row: there is no further attempt
    bool wasGreeting = false;     // the socket closed before the server's welcome
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
  void on(const event::SetOption& event);
  void on(const event::SetDecider& event);
  void on(const event::SetHandshake& event);
  void on(const event::SetResend& event);
  void on(const event::ClearQueue& event);
  void on(const event::CheckNetwork& event);
  void on(const event::SlowDown& event);
  void on(const event::ContactSupport& event);
  void on(const event::ResetRecovery& event);
  void readFacts(const HostFacts& facts);
  void readBuffer();
  void beginAttempt(Trigger trigger);

  // client_messages.cpp
  void on(const event::Send& event);
  void on(const event::MessageRefused& event);
  void on(const event::ControlRefused& event);
  [[nodiscard]] bool sendsAtOnce() const {
    return outbox_.sendsAtOnce() && (!session_.isActive() || session_.canSend());
  }
  [[nodiscard]] std::uint64_t maxMessageSize() const {
    return std::min(options_.maxMessageSize, session_.maxMessage());
  }
  void sendInHandshake(const Message& message);
  void refuseTooLarge(const Message& message);
  void sendNow(const QueuedMessage& message);
  void startFlush();
  void flushNext();
  void recordSent(const QueuedMessage& message);
  // Gives a message that is on record to the socket.
  void give(const QueuedMessage& message);

  // client_attempts.cpp
  void on(const event::AddressResolved& event);
  void on(const event::AttemptFailed& event);
  void on(const event::SocketOpened& event);
  void on(const event::HandshakeDone& event);
  void on(const event::HandshakeFailed& event);
  void on(const event::SocketErrored& event);
  void on(const event::SocketClosed& event);
  void on(const event::ShouldReconnectAnswered& event);
  void startAttempt();
  // The socket is open, and its session, if any, has begun or was resumed: the user's handshake is next.
  void greeted();
  void connected();
  // The current attempt has ended, with that close code (0: by the client). Result: Loss::isSessionTaken.
  bool leaveCurrent(std::uint16_t code = 0);
  // The current attempt is over: by an event of its socket, or because the client ended it.
  void endAttempt(Loss&& loss);
  [[nodiscard]] CloseVerdict verdictOn(const Loss& loss) const;
  void concludeLoss(std::optional<bool> answer);
  void reportLoss(const Loss& loss, bool isRetried);
  void scheduleRetry(const Loss& loss);
  void stopRetrying(const Loss& loss);
  // Closes the current socket. Its attempt is kept as closing_ if messages are on record, or if
  // `reportsClose`. An attempt without a socket is released.
  void closeCurrent(std::string_view reason, Outbox::Unsent unsent, bool reportsClose,
                    std::uint16_t code = 1000);
  void failCurrent(std::string_view reason, std::uint16_t code = 0);
  void replaceCurrent(std::string_view reason, bool isRetried);
  void closingEnded(const CloseInfo& info);
  void abandonClosing();

  // client_session.cpp
  void on(const event::SetSession& event);
  void on(const event::SessionFrameReceived& event);
  void on(const event::Acknowledge& event);
  void welcomed(const SessionFrame& welcome);
  // The first frame on the connection is no welcome.
  void unexpectedFirst();
  void handleFrame(const SessionFrame& frame);
  [[nodiscard]] bool acknowledged(std::uint64_t received);
  void violated(std::string_view what) { failCurrent(what, 4400); }
  void sessionFinished();
  void sendSessionFrame(const OwnFrame& frame);
  void sendReceived(SessionFrameKind kind, EpochMs pingId = 0, std::string_view pongId = {});
  void acknowledgeIfDue();
  void resendNext();
  void sendBye();
  void sayBye();
  // The session has ended, by the server or because the server does not know it any more.
  void loseSession();
  void endSession();  // the user has ended it
  void reportUnconfirmed(const Messages& messages);

  // client_environment.cpp
  void on(const event::NetworkChanged& event);
  void on(const event::VisibilityChanged& event);
  void on(const event::PageSuspended& event);
  void on(const event::PageResumed& event);
  void replaceStalledAttempt();
  void startSoon();
  void scheduleSoon();
  void reportRetry(const ScheduledRetry& retry);
  // Checks mayStart() again for the scheduled retry. A refusal cancels the retry and changes the phase.
  [[nodiscard]] bool isRetryStillGranted();
  void refuseRetry(ReconnectPolicy::Permission permission);
  void clockJumped();

  // client_watch.cpp
  void on(const event::SetHeartbeat& event);
  void on(const event::FrameReceived& event);
  void on(const event::TimerFired& event);
  void probe(Heartbeat::Ping kind);
  void sendPing(Heartbeat::Ping kind);
  void sendPingIfDue(const Message& before);
  void sendPong(const ControlFrame& ping);
  MessageId recordControl(std::uint64_t bytes);
  [[nodiscard]] std::optional<Instant> deadline(Deadline kind) const;
  [[nodiscard]] std::optional<Due> earliestDeadline() const;
  void run(Deadline kind, Instant due);
  void judgePeer(Instant due);

  // Makes a transition, which must be in the table. Reports the public state if it changed.
  void transition(Trigger trigger);
  [[nodiscard]] bool canTransition(Trigger trigger) const {
    return findTransition(phase_, trigger).has_value();
  }
  [[nodiscard]] bool isCurrent(AttemptId attempt) const { return current_ && current_->id() == attempt; }
  [[nodiscard]] bool isClosing(AttemptId attempt) const { return closing_ && closing_->id() == attempt; }
  [[nodiscard]] bool isProofExpected() const {
    return options_.sendsPings() && heartbeat_.peer() != Heartbeat::Peer::Unanswering;
  }
  [[nodiscard]] SentSoFar sentSoFar() const { return outbox_.sent().sentSoFar(); }
  [[nodiscard]] Instant now() const { return facts_.now.instant; }
  [[nodiscard]] Circumstances circumstances() const;

  Options options_;
  Phase phase_ = Phase::Idle;
  State reportedState_ = State::Disconnected;
  std::optional<Attempt> current_;
  Boxed<Attempt> closing_;
  Boxed<Loss> loss_;  // in Phase::Deciding
  std::uint32_t lastAttempt_ = 0;
  bool hasDecider_ = false;
  bool hasHandshake_ = false;
  bool isOnline_ = true;
  bool isFlushing_ = false;  // pollEffect() sends the queue, message by message
  HostFacts facts_;          // of the last handle()
  EpochMs retryAtWall_ = 0;  // wall clock time of the scheduled retry, computed when it was scheduled

  ReconnectPolicy reconnects_;
  Heartbeat heartbeat_;
  Outbox outbox_;
  Session session_;
  std::string pongId_;  // of the newest ping of the server, JSON text
  Stats stats_;
  Health health_;
  ClockWatch clockWatch_;
  Effects effects_;
};

}  // namespace rws
