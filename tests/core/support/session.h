// Owns a connection in the hands of a unit test: it has a clock that the test turns and answers with texts.
// Refuses to decide what is right: the tests say so, sentence by sentence.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "action_text.h"
#include "connection.h"

namespace rws::test {

using namespace std::chrono_literals;

// Defaults with exact waits: 1000, 2000, 4000 ms.
inline Options exact() {
  Options options;
  options.jitter = 0;
  return options;
}

class Session {
 public:
  explicit Session(const Options& options = exact()) : connection_(options, 1) {}

  [[nodiscard]] const Connection& connection() const { return connection_; }
  [[nodiscard]] Phase phase() const { return connection_.phase(); }
  [[nodiscard]] StatsSnapshot stats() const { return connection_.stats(now_.instant); }
  [[nodiscard]] EpochMs wall() const { return now_.wall; }
  [[nodiscard]] const Now& now() const { return now_; }
  // Time until the connection wants to be called, nothing if it does not.
  [[nodiscard]] std::optional<Duration> wait() const {
    const std::optional<Instant> at = connection_.nextDeadline();
    return at ? std::optional(*at - now_.instant) : std::nullopt;
  }

  std::string feed(const Input& input) {
    Actions actions;
    connection_.handle(now_, input, actions);
    return text(actions);
  }
  // The outcome and, after it, the actions. Messages are numbered from 1.
  std::string send(std::uint64_t bytes = 10, const SendOptions& options = {}) {
    Actions actions;
    const PayloadRef payload{++lastId_, bytes, MessageKind::Text};
    const SendOutcome outcome = connection_.send(now_, payload, options, actions);
    return nameOf(outcome) + (actions.empty() ? "" : "; ") + text(actions);
  }

  // A text of ten units.
  std::string sendUnmeasured() {
    Actions actions;
    const PayloadRef payload{++lastId_, 10, MessageKind::Text, false};
    return nameOf(connection_.send(now_, payload, {}, actions));
  }

  // Time passes and nobody calls.
  void pass(Duration by) {
    now_.instant += by;
    now_.wall += by / std::chrono::milliseconds(1);
  }
  // Time passes and the host calls once at its end.
  std::string tickAfter(Duration by) {
    pass(by);
    return feed(input::Ticked{});
  }
  void stepWall(EpochMs by) { now_.wall += by; }
  void stepInstant(Duration by) { now_.instant += by; }

  // --- short words for what tests say often
  std::string connect() { return feed(input::Connect{}); }
  std::string disconnect() { return feed(input::Disconnect{}); }
  std::string reconnect() { return feed(input::Reconnect{}); }
  std::string open() { return feed(input::Opened{connection_.currentAttempt()}); }
  std::string lose(std::uint16_t code = 1006, std::string reason = "", std::uint64_t buffered = 0) {
    return close(connection_.currentAttempt(), code, std::move(reason), buffered);
  }
  std::string lingeringCloses(std::uint64_t buffered = 0) {
    return close(connection_.lingeringAttempt(), 1006, "", buffered);
  }
  std::string close(AttemptId attempt, std::uint16_t code, std::string reason, std::uint64_t buffered) {
    return feed(input::Closed{attempt, {code, std::move(reason), code != 1006}, buffered});
  }
  std::string receive(const ControlFrame& frame = {}) {
    return feed(input::Received{connection_.currentAttempt(), frame});
  }
  std::string refuse(PayloadId payload) {
    return feed(input::HandOverFailed{connection_.currentAttempt(), payload});
  }
  std::string decide(AttemptId attempt, std::optional<bool> reconnect) {
    return feed(input::Decided{attempt, reconnect});
  }
  void connectAndOpen() {
    (void)connect();
    (void)open();
  }

 private:
  static std::string nameOf(SendOutcome outcome) {
    switch (outcome) {
      case SendOutcome::HandOver:
        return "handed over";
      case SendOutcome::Queued:
        return "queued";
      case SendOutcome::Refused:
        return "refused";
      case SendOutcome::Discarded:
        return "discarded";
      case SendOutcome::Unmeasured:
        return "unmeasured";
    }
    return "";
  }

  Connection connection_;
  Now now_{Instant(100s), 1'700'000'000'000};
  PayloadId lastId_ = 0;
};

}  // namespace rws::test
