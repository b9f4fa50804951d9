// Owns one connection's contact with the world: it turns calls, native events and the timer into inputs, one
// at a time, and performs the actions that the core answers with. Refuses decisions: there is no policy,
// default or delay in it.
//
// A turn is one input with all that follows from it. What comes in meanwhile (a test double that fires events
// at once, a delegate that calls back) waits in line and belongs to the same turn. At its end the timer is
// armed anew, and then, as the very last thing, the delegate may run listeners.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string_view>
#include <variant>

#include "browser_socket.h"
#include "connection.h"
#include "delegate.h"
#include "driver_clock.h"
#include "host_timer.h"

namespace rws::bindings {

class Driver final : private SocketListener {
 public:
  explicit Driver(double seed);
  ~Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // --- getters
  [[nodiscard]] const Connection& connection() const { return connection_; }
  [[nodiscard]] Now now() { return clock_.now(); }
  [[nodiscard]] const Delegate& delegate() const { return delegate_; }

  // --- inputs
  void take(Input input);
  // Whether it was assigned; the delegate is told what the value must be.
  [[nodiscard]] bool setOption(std::string_view name, const OptionValue& value);
  void addressFound(AttemptId attempt);
  void addressFailed(AttemptId attempt, std::string_view reason);

  // --- commands that answer at once
  [[nodiscard]] SendOutcome send(const PayloadRef& payload, const SendOptions& sendOptions);
  // The short way of a message without options: whether the facade hands it over now. False: nothing was
  // done.
  [[nodiscard]] bool handOverAtOnce(const PayloadRef& payload);
  // The socket did not take what the facade handed over.
  void handOverFailed(AttemptId attempt, PayloadId payload);
  // Something that cannot be a control frame came in.
  void received(AttemptId attempt);
  // A text came in; whether it was a control frame and is no message for the user.
  [[nodiscard]] bool receivedControl(AttemptId attempt, const ControlFrame& frame);

 private:
  // An assignment waits as such, because others may be in line before it.
  struct Assignment {
    std::string_view name;  // as the core spells it
    OptionValue value;
  };
  using Pending = std::variant<Input, Assignment>;

  void socketOpened(AttemptId attempt) override;
  void socketErrored(AttemptId attempt) override;
  void socketClosed(AttemptId attempt, const CloseInfo& info, std::uint64_t bufferedAmount) override;
  void timerFired();

  template <class Work>
  void turn(Work work);
  void drain();
  void endTurn();
  void rearm();
  void handle(const Pending& pending);
  void handle(const Input& input);
  void measureBefore(const Now& now, const Input& input);
  void tellBuffered(const Now& now);

  void perform(const action::OpenSocket& action);
  void perform(const action::CloseSocket& action);
  void perform(const action::ReleaseSocket& action);
  void perform(const action::SendControl& action);
  void perform(const action::Transmit& action);
  void perform(const action::Settle& action);
  void perform(const action::Forsake& action);
  void perform(const action::AskVerdict& action);
  template <class Event>
  void perform(const Event& event);

  void openSocket(AttemptId attempt);
  void tellGone(AttemptId attempt);
  [[nodiscard]] input::HandOverFailed refusalOf(AttemptId attempt, PayloadId payload);
  [[nodiscard]] BrowserSocket* find(AttemptId attempt);

  Delegate delegate_;
  Connection connection_;
  DriverClock clock_;
  HostTimer timer_;
  std::list<BrowserSocket> sockets_;     // the current one and one that lingers, at most
  AttemptId seeking_ = AttemptId::None;  // the attempt whose address is being looked for
  bool busy_ = false;                    // a turn is on
  bool told_ = false;                    // the delegate has something to deliver at the end of the turn
  bool refused_ = false;                 // a socket refused a message of these actions
  Actions actions_;                      // answers to the last input
  std::size_t performed_ = 0;            // how many of them were begun
  std::list<Pending> waiting_;           // each stays where it is: they are large
};

}  // namespace rws::bindings
