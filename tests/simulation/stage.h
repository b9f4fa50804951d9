// One driver with its host: clocks, the one timer, sockets and messages. The stage carries out inputs,
// performs what the driver asks its platform to do, and shows the checkers every event of the client with all
// that followed from it. It does not choose the inputs: a world or a script does. Its rules for time are
// those of tests/scenarios.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../support/trace.h"
#include "checkers.h"
#include "clock.h"
#include "driver.h"
#include "input.h"
#include "reference.h"
#include "setup.h"
#include "surroundings.h"

namespace rws::sim {

// An attempt and its socket as the browser has it.
struct Socket {
  AttemptId attempt = AttemptId::None;
  std::size_t number = 0;   // which of the client's sockets, from 1; 0 before it is created
  bool isResolved = false;  // the address was found
  bool isCreated = false;
  bool isOpen = false;         // messages can be sent
  bool isHandshaking = false;  // the user's handshake has no result yet
  bool isLeft = false;         // the session ended: only its control frames and the close event are wanted
  bool wasOpen = false;
  bool refuses = false;       // send() throws
  bool hasRefused = false;    // it did once
  bool isClosing = false;     // readyState is CLOSING, the close event is still to come
  bool isGivenUp = false;     // closed by the client
  bool isEnded = false;       // it had its close event, or was never created
  bool isReleased = false;    // the client wants no event of it
  std::uint64_t sent = 0;     // bytes given to it
  std::uint64_t left = 0;     // of them, those that have left the browser
  std::uint64_t arrived = 0;  // and those that have arrived at the server
  std::uint64_t remainder = 0;
  std::int64_t tookAllAt = 0;  // when it took everything within a call, whatever the network did
  struct Message {
    MessageId id = 0;
    std::uint64_t end = 0;
  };
  std::deque<Message> held{};      // messages that have not left the browser
  std::deque<Message> underWay{};  // messages that have not arrived at the server
  std::vector<EpochMs> pings{};    // the newest timestamps sent
  std::string hello{};             // that waits for the user's credentials
};

class Stage final : private Platform {
 public:
  struct Counts {
    std::uint64_t steps = 0;   // events of the client
    std::uint64_t left = 0;    // messages that left the browser
    std::uint64_t digest = 0;  // of all effects
  };

  explicit Stage(const Setup& setup);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  void surround(Surroundings& surroundings) { surroundings_ = &surroundings; }
  // Adds each input to the script, so that the run can be repeated.
  void record(Script& script) { script_ = &script; }
  // Adds a line for every event and every effect.
  void record(test::Trace& trace) { trace_ = &trace; }

  // --- time, milliseconds since the start
  [[nodiscard]] std::int64_t time() const { return clock_.time(); }
  [[nodiscard]] Now reading() const { return clock_.reading(); }
  // The coarsest granularity that this clock has had, in milliseconds.
  [[nodiscard]] std::int64_t coarsest() const { return coarsest_; }
  // When the timer fires, nothing if it is not set.
  [[nodiscard]] std::optional<std::int64_t> timerAt() const;
  void fireTimer();
  void moveTo(std::int64_t time) { clock_.moveTo(time); }
  // Fires the timers that are due up to then.
  void playTo(std::int64_t time);

  // False if the input makes no sense now: nothing was done.
  bool apply(const Input& input);

  // --- getters
  [[nodiscard]] const Client& client() const { return driver_.client(); }
  [[nodiscard]] const Checkers& checkers() const { return checkers_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const Socket* socket(AttemptId attempt) const;
  [[nodiscard]] std::size_t socketCount() const { return socketCount_; }
  [[nodiscard]] AttemptId newest() const { return newest_; }
  [[nodiscard]] Engine engine() const { return engine_; }
  [[nodiscard]] bool resolvesLater() const { return resolvesLater_; }
  // Messages whose payload the host keeps.
  [[nodiscard]] std::size_t keptMessages() const { return messages_.size(); }
  // Whether the last frame of the server was taken as a message of the session.
  [[nodiscard]] bool hasTaken() const { return hasTaken_; }
  // Messages that wait for the listeners.
  [[nodiscard]] std::size_t unhandled() const { return unhandled_; }
  [[nodiscard]] Findings& findings() { return checkers_.findings(); }
  [[nodiscard]] Checkers& truth() { return checkers_; }

 private:
  // --- stage.cpp: turns and steps
  // Whether the event waits while the page may be about to go.
  [[nodiscard]] bool mustHold(const Event& event);
  [[nodiscard]] bool isLeaving() { return staysAt_ && clock_.read().instant < *staysAt_; }
  template <class Call>
  void give(Event event, Call call);
  void finishTurn();
  void checkSameState();
  void checkTimer();
  [[nodiscard]] HostFacts facts();
  void beginStep(Event event);
  void endStep();
  // The effect that has to be performed next, nullptr if none; it is on record then.
  const Effect* nextEffect();
  template <class Kind>
  const Kind* expect();
  void answer(Event event);
  [[nodiscard]] bool isHealthy(AttemptId attempt, std::optional<Duration> awake) const;

  // --- stage_inputs.cpp
  bool carryOut(const Input& input, AttemptId attempt);
  bool command(const Input& input);
  bool changeHost(const Input& input);
  bool changeClock(const Input& input);
  void holdUpTimers();
  void endLateness();
  bool changePage(const Input& input);
  void assign(std::string_view name, const OptionValue& value);
  void setHeartbeat(const HeartbeatOption& heartbeat);
  void setSession(const SessionOption& session);
  void setResend(bool isOn);
  void handled();
  void send(const Input& input);
  void sendShort(const Message& message);
  void sendInHandshake(std::uint64_t bytes);
  // Carries out the inputs that come within such a call.
  void runWithin(Callback callback, AttemptId attempt);

  // --- stage_attempts.cpp
  bool changeAttempt(const Input& input, AttemptId attempt);
  bool changeSocket(const Input& input, Socket& socket);
  bool endHandshake(const Input& input, Socket& socket);
  bool receive(const Input& input, Socket& socket);
  void receiveText(const Socket& socket, const std::string& text);
  void receiveFrame(const Socket& socket);
  void receiveSessionFrame(AttemptId attempt, const std::string& text);
  void giveHello(Socket& socket);
  bool endGreeting(const Input& input, Socket& socket);
  void receiveCustom(const Socket& socket, const CustomReply& reply);
  bool giveStale(const Input& input, AttemptId attempt);
  void resolve(Socket& socket);
  void close(const Input& input, Socket& socket);
  bool drain(const Input& input, Socket& socket);

  // --- stage_platform.cpp
  [[nodiscard]] Now now() override { return clock_.reading(); }
  void setTimer(std::int32_t milliseconds) override;
  void clearTimer() override;
  void resolveAddress(AttemptId attempt) override;
  [[nodiscard]] std::string openSocket(AttemptId attempt) override;
  void startHandshake(AttemptId attempt) override;
  void sendHello(AttemptId attempt, std::string_view text) override;
  void leaveSession(AttemptId attempt) override;
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override;
  void release(AttemptId attempt) override;
  [[nodiscard]] std::uint64_t bufferedAmount(AttemptId attempt) override;
  [[nodiscard]] SendResult sendControl(AttemptId attempt, std::string_view text) override;
  [[nodiscard]] std::uint64_t makePing() override;
  [[nodiscard]] SendResult sendCustom(AttemptId attempt, std::uint64_t reply) override;
  [[nodiscard]] SendResult sendMessage(AttemptId attempt, MessageId message) override;
  [[nodiscard]] std::uint64_t sizeOf(MessageId message) override;
  void delivered(MessageRange messages) override;
  void unconfirmed(MessageRange messages) override;
  void dropped(MessageId message, DropReason reason) override;
  void discarded(MessageId message) override;
  [[nodiscard]] std::optional<bool> shouldReconnect(const CloseInfo& info, bool byDefault) override;
  void notify(const Notification& notification) override;
  void turnEnded() override;

  // The size of that custom ping, counted from 1; 0 if it cannot be made.
  [[nodiscard]] std::uint64_t pingBytes(std::uint64_t number) const;
  [[nodiscard]] HostTraits referenceTraits();
  SendResult giveControl(const event::ControlRefused& refusal, bool isCustom = false);
  [[nodiscard]] SendResult takes(const Socket* socket) const;
  void take(Socket& socket, MessageId message);
  void leaveAtOnce();
  void leave(Socket& socket, std::uint64_t left);
  void takeAll(Socket& socket);
  void arrive(Socket& socket, std::uint64_t arrived);
  Socket* find(AttemptId attempt);
  void forget(MessageRange messages);

  Clock clock_;
  Checkers checkers_;
  Engine engine_;
  std::uint64_t failingPing_;
  Surroundings* surroundings_ = nullptr;
  Script* script_ = nullptr;
  test::Trace* trace_ = nullptr;
  Counts counts_;

  // --- time
  bool isHoldingUpTimers_ = false;       // behind the result of an attempt that is held
  std::optional<std::int64_t> timerAt_;  // true time
  std::optional<Instant> timerDue_;      // the client's time
  bool isTimerNew_ = false;              // it was set in this turn
  std::int64_t grid_ = 0;                // of timers
  std::int64_t granularity_ = 0;         // of the clock
  std::int64_t coarsest_ = 0;            // the greatest that was
  Timers timers_;
  int sleeps_ = 0;                        // since the current socket last received something
  std::optional<std::int64_t> pingedAt_;  // the first ping since then
  std::int64_t sleptAt_ = 0;              // when the last sleep began
  std::int64_t wokeAt_ = 0;               // and ended

  // --- sockets and messages
  std::deque<Socket> sockets_;  // the newest few
  AttemptId newest_ = AttemptId::None;
  std::size_t socketCount_ = 0;
  struct Kept {
    MessageId id = 0;
    std::uint64_t bytes = 0;
  };
  std::deque<Kept> messages_;  // those whose payload is kept
  MessageId lastMessage_ = 0;
  // Calls of send() under way, the innermost first: a listener may send from within one.
  struct Awaited {
    MessageId id = 0;
    bool isSent = false;
    bool isOver = false;  // its turn
    std::unique_ptr<Awaited> outer{};
  };
  std::unique_ptr<Awaited> awaited_;

  // --- the user and the host
  std::optional<bool> decision_;
  std::vector<Input> withinCallbacks_;
  bool resolvesLater_ = false;
  bool failsSockets_ = false;
  bool handlesLater_ = false;
  bool hasTaken_ = false;
  std::size_t unhandled_ = 0;

  // --- the user's heartbeat
  HeartbeatMode mode_ = HeartbeatMode::Json;  // as it was assigned last
  std::uint64_t pingsMade_ = 0;               // the driver's client has asked for so many
  std::uint64_t referencePings_ = 0;          // and the reference
  bool isRehearsing_ = false;                 // copies of the reference are running
  std::deque<std::uint64_t> made_;            // sizes of those that are not sent yet
  std::deque<CustomReply> replies_;
  std::uint64_t lastReply_ = 0;

  // --- the turn
  std::optional<Instant> staysAt_;  // when a page that may be about to go has stayed
  bool isInTurn_ = false;
  bool hasNotified_ = false;  // this turn has something for the user's listeners
  bool hasStep_ = false;
  Event event_;
  Step step_;
  std::vector<Record> records_;
  Options before_;  // the options before the step

  Reference reference_;
  Driver driver_;
};

}  // namespace rws::sim
