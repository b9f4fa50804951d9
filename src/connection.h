// Owns the life of one logical connection: it takes inputs, moves the phase, and says what is to be done.
// Refuses I/O, clocks, timers and randomness of its own: the host performs the actions, tells the time with
// every call and calls again at nextDeadline(). The same options, seed and inputs give the same actions.
//
// Four kinds of methods, in this order: getters, handle(), commands that answer at once, nextDeadline().
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "action.h"
#include "clock_watch.h"
#include "close_policy.h"
#include "deadlines.h"
#include "delivery.h"
#include "heartbeat.h"
#include "input.h"
#include "options.h"
#include "phase.h"
#include "recovery.h"
#include "retry_plan.h"
#include "stats.h"
#include "types.h"

namespace rws {

class Connection {
 public:
  Connection(Options options, std::uint64_t seed);

  // --- getters
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] State state() const { return stateOf(phase_); }
  [[nodiscard]] const Options& options() const { return options_; }
  // The attempt whose events count, None without one.
  [[nodiscard]] AttemptId currentAttempt() const { return current_; }
  // The socket given up on whose close event is still wanted, None without one.
  [[nodiscard]] AttemptId lingeringAttempt() const;
  [[nodiscard]] std::uint64_t reconnectAttempts() const { return retries_.attempts(); }
  [[nodiscard]] std::uint64_t queuedMessages() const { return delivery_.queue().count(); }
  [[nodiscard]] std::uint64_t queuedBytes() const { return delivery_.queue().bytes(); }
  [[nodiscard]] std::uint64_t consecutiveErrors() const { return recovery_.consecutiveErrors(); }
  // Wall clock time of the scheduled attempt, by the wall clock as it is now. Stays the same number while the
  // two clocks agree to half a second.
  [[nodiscard]] std::optional<EpochMs> nextAttemptAt(const Now& now) const;
  [[nodiscard]] bool isOnline() const { return online_; }
  [[nodiscard]] StatsSnapshot stats(Instant now) const { return stats_.snapshot(now); }
  [[nodiscard]] bool isHealthy() const { return recovery_.isHealthy(health()); }
  [[nodiscard]] bool advises(Recommendation recommendation) const {
    return recovery_.advises(recommendation, options_, health());
  }
  // Whether so many messages are on record as handed over that input::Buffered should tell what has left.
  [[nodiscard]] bool wantsBuffered() const { return delivery_.isWorthDraining(); }
  // What the host must tell before this input, its bytes filled in: the size of a message that was handed
  // over unmeasured. Nothing if it owes none.
  [[nodiscard]] std::optional<input::Measured> owedBefore(const Input& input) const;
  // Whether the frame is for the client itself and no message for the user.
  [[nodiscard]] bool consumes(const ControlFrame& frame) const;
  // Holds after every public call; checked by assert in debug, sanitizer and simulation builds.
  [[nodiscard]] bool isConsistent() const;

  // --- inputs
  // Appends to `out` what is to be done, in order. Takes no input after Destroy.
  void handle(const Now& now, const Input& input, Actions& out);

  // --- commands
  // Accepts a message. Never starts an attempt. On HandOver the host hands the payload to the current socket
  // at once.
  [[nodiscard]] SendOutcome send(const Now& now, const PayloadRef& payload, const SendOptions& sendOptions,
                                 Actions& out);

  // The same for a message without options, where nothing changes but the record of what was handed over: the
  // host need not read the time. True: HandOver. False: nothing was done; use send().
  [[nodiscard]] bool handOverAtOnce(const PayloadRef& payload);

  // The same as input::Received without a control frame, where the wall clock alone has to be read. True:
  // nothing else is to be done. False: nothing was done; use handle().
  [[nodiscard]] bool received(AttemptId attempt, EpochMs wall);

  // --- time
  // When to call handle(Ticked) next, nothing when there is nothing to wait for.
  [[nodiscard]] std::optional<Instant> nextDeadline() const { return deadlines_.earliest(); }

 private:
  friend struct StateDigest;  // of tests/core/support

  enum class PingKind : std::uint8_t { Regular, Probe, NetworkProbe, Ask };
  // What becomes of a socket that is given up: are its unsent messages sent again, is the user owed its close
  // event.
  struct Parting {
    bool requeue = false;
    bool closeOwed = false;
  };
  // The loss that is being decided upon.
  struct Loss {
    AttemptId attempt = AttemptId::None;
    CloseInfo info;
    bool opened = false;
    bool networkIsBack = false;  // what called for the probe that failed: nothing is to be waited for
  };

  void on(const Now& now, const input::Connect&, Actions& out);
  void on(const Now& now, const input::Disconnect&, Actions& out);
  void on(const Now& now, const input::Reconnect&, Actions& out);
  void on(const Now& now, const input::Destroy&, Actions& out);
  void on(const Now& now, const input::ClearQueue&, Actions& out);
  void on(const Now& now, const input::CheckNetwork&, Actions& out);
  void on(const Now& now, const input::SlowDown&, Actions& out);
  void on(const Now& now, const input::ContactSupport&, Actions& out);
  void on(const Now& now, const input::ResetRecovery&, Actions& out);
  void on(const Now& now, const input::ChangeOptions& input, Actions& out);
  void on(const Now& now, const input::Opened& input, Actions& out);
  void on(const Now& now, const input::Errored& input, Actions& out);
  void on(const Now& now, const input::Closed& input, Actions& out);
  void on(const Now& now, const input::OpenFailed& input, Actions& out);
  void on(const Now& now, const input::Received& input, Actions& out);
  void on(const Now& now, const input::Buffered& input, Actions& out);
  void on(const Now& now, const input::Measured& input, Actions& out);
  void on(const Now& now, const input::HandOverFailed& input, Actions& out);
  void on(const Now& now, const input::ControlRefused& input, Actions& out);
  void on(const Now& now, const input::HostDecides& input, Actions& out);
  void on(const Now& now, const input::Decided& input, Actions& out);
  void on(const Now& now, const input::NetworkChanged& input, Actions& out);
  void on(const Now& now, const input::VisibilityChanged& input, Actions& out);
  void on(const Now& now, const input::PageSuspended&, Actions& out);
  void on(const Now& now, const input::PageResumed&, Actions& out);
  void on(const Now& now, const input::ClockJumped&, Actions& out);
  void on(const Now& now, const input::Ticked&, Actions& out);

  // Applies a move of the table; false, and nothing done, where there is none.
  bool move(Trigger trigger, Actions& out);
  void begin(const Now& now, Trigger trigger, Actions& out);
  void startAttempt(const Now& now, Actions& out);

  // The current attempt is over, by an event or by our own judgement.
  void lose(const Now& now, const Loss& loss, Actions& out);
  void abandonAndLose(const Now& now, std::string_view reason, Actions& out);
  // The host's answer to what it was asked.
  void decide(const Now& now, std::optional<bool> overruled, Actions& out);
  void conclude(const Now& now, const Loss& loss, std::optional<bool> overruled, Actions& out);
  void tellLoss(const Loss& loss, bool goesOn, Actions& out);
  void scheduleRetry(const Now& now, const Loss& loss, Actions& out);
  void giveUp(const Loss& loss, Actions& out);

  // Gives the current socket up at the user's or the page's wish and tells of its close with these words.
  void replaceSocket(const Now& now, std::string_view reason, Actions& out);
  // Closes the current socket; keeps it while its close event matters.
  void letGo(const Now& now, std::string_view reason, Parting parting, Actions& out);
  // Ends the wait for the lingering socket's close event, if there is one.
  void forsakeLingering(Actions& out);

  void runDue(const Now& now, Actions& out);
  void run(const Now& now, Deadlines::Due due, Actions& out);
  void judgeSilence(const Now& now, Instant due, Actions& out);
  void probe(const Now& now, PingKind kind, Actions& out);
  void revive(const Now& now, Actions& out);
  void startOver(const Now& now, Actions& out);
  void scheduleRevival(const Now& now, Actions& out);
  void tellRetry(const Now& now, const ScheduledRetry& retry, Actions& out);
  void sendControl(const ControlText& text, Actions& out);
  void sendPing(const Now& now, PingKind kind, Actions& out);
  // Whether a ping is due that asks what has arrived.
  [[nodiscard]] bool isWorthAsking() const;
  void flush(const Now& now, Actions& out);
  void armExpiry();
  void leaveSocket(const Now& now);
  void hear(AttemptId attempt);
  [[nodiscard]] bool isCurrent(AttemptId attempt) const { return attempt == current_ && hasAttempt(phase_); }
  [[nodiscard]] HealthInput health() const;

  Options options_;
  Phase phase_ = Phase::Idle;
  State toldState_ = State::Disconnected;
  AttemptId current_ = AttemptId::None;
  std::uint32_t lastAttempt_ = 0;
  std::vector<Loss> loss_;  // while the host decides upon it; apart, since it is large and seldom there
  bool errorTold_ = false;  // a native error of the current attempt was told already
  bool hostDecides_ = false;
  bool online_ = true;
  Instant latest_{};
  EpochMs retryAt_ = 0;

  RetryPlan retries_;
  Delivery delivery_;
  Heartbeat heartbeat_;
  Deadlines deadlines_;
  ClockWatch clockWatch_;
  Stats stats_;
  Recovery recovery_;
};

}  // namespace rws
