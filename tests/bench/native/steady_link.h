// Owns a connected link in the hands of a host that never fails: time moves when it is told to, messages
// leave at once. Refuses to keep what the core asks for: the list of actions is used again.
#pragma once

#include <chrono>
#include <cstdint>

#include "connection.h"

namespace rws::test {

using namespace std::chrono_literals;

class SteadyLink {
 public:
  explicit SteadyLink(const Options& options = {}) : connection_(options, 1) {
    feed(input::Connect{});
    feed(input::Opened{attempt()});
  }

  [[nodiscard]] Connection& connection() { return connection_; }
  [[nodiscard]] AttemptId attempt() const { return connection_.currentAttempt(); }
  [[nodiscard]] const Now& now() const { return now_; }
  [[nodiscard]] const Actions& actions() const { return actions_; }

  void feed(const Input& input) {
    actions_.clear();
    connection_.handle(now_, input, actions_);
  }

  // As a host does it: once enough is on record, the core is told that all of it has left.
  SendOutcome send() {
    actions_.clear();
    const SendOutcome outcome = connection_.send(now_, nextPayload(), {}, actions_);
    if (connection_.wantsBuffered()) feed(input::Buffered{attempt(), 0});
    return outcome;
  }

  // The same by the short way where there is one; returns whether there was.
  bool sendAtOnce() {
    const bool isHanded = connection_.handOverAtOnce(nextPayload());
    if (!isHanded) (void)send();
    if (connection_.wantsBuffered()) feed(input::Buffered{attempt(), 0});
    return isHanded;
  }

  void pass(Duration by) {
    now_.instant += by;
    now_.wall += by / std::chrono::milliseconds(1);
  }

  // Goes to the next deadline and tells the core that it has come.
  void tick() {
    const Instant due = connection_.nextDeadline().value_or(now_.instant);
    if (due > now_.instant) pass(due - now_.instant);
    feed(input::Ticked{});
  }

  // The link is lost, the wait passes, the next attempt opens.
  void reconnect() {
    feed(input::Closed{attempt(), {}, 0});
    while (stateOf(connection_.phase()) != State::Connected) {
      if (attempt() != AttemptId::None) {
        feed(input::Opened{attempt()});
      } else {
        tick();
      }
    }
    pass(10s);
    tick();
  }

 private:
  PayloadRef nextPayload() { return {.id = ++lastId_, .bytes = 100, .kind = MessageKind::Text}; }

  Connection connection_;
  Now now_{Instant(100s), 1'700'000'000'000};
  Actions actions_;
  PayloadId lastId_ = 0;
};

}  // namespace rws::test
