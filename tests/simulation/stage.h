// Owns one client with its host: clocks, the one timer, sockets, the order in which things are done. It makes
// a happening happen and shows every call of the client to the checkers.
// Refuses to choose what happens: a world or a script does. Its rules are those of tests/scenarios.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "checkers.h"
#include "connection.h"
#include "happening.h"
#include "surroundings.h"

namespace rws::sim {

// A socket as the browser has it.
struct StageSocket {
  AttemptId attempt = AttemptId::None;
  bool open = false;           // messages can be handed over
  bool refuses = false;        // handing over fails
  bool closing = false;        // the browser knows of its end, the close event is to come
  bool closed = false;         // by the client
  bool ended = false;          // its close event was told, or it never came about
  bool released = false;       // by the client: it hears no more of it
  std::uint64_t handed = 0;    // bytes
  std::uint64_t gone = 0;      // of them, as far as it was read
  std::uint64_t buffered = 0;  // as it was last read or said
  struct Held {
    PayloadId id = 0;
    std::uint64_t end = 0;
  };
  std::deque<Held> held{};       // messages that have not left
  std::deque<Held> underWay{};   // messages that have not arrived
  std::vector<EpochMs> pings{};  // the newest timestamps sent
};

class Stage {
 public:
  struct Counts {
    std::uint64_t steps = 0;     // calls of the client
    std::uint64_t accepted = 0;  // messages
    std::uint64_t left = 0;      // messages that left the browser
    std::uint64_t digest = 0;    // of all actions
  };

  Stage(const Options& options, std::uint64_t seed) : client_(options, seed), before_(options) {}
  void surround(Surroundings& surroundings) { surroundings_ = &surroundings; }
  // Keeps what happens, so that it can be played again.
  void record(Script& script) { script_ = &script; }
  // Writes a line for everything that is told and answered.
  void trace(std::string& lines) { trace_ = &lines; }

  // --- clocks
  [[nodiscard]] std::int64_t time() const { return time_; }
  [[nodiscard]] Now now() const;
  // When the timer fires, nothing if it is not armed.
  [[nodiscard]] std::optional<std::int64_t> timerAt() const;
  void fireTimer();
  void moveTo(std::int64_t time) { time_ = time; }
  // Fires what is due up to then.
  void playTo(std::int64_t time);

  // False where it cannot happen now: nothing was done.
  bool happen(const Happening& happening);

  // --- what is to be seen
  [[nodiscard]] const Connection& client() const { return client_; }
  [[nodiscard]] const Checkers& checkers() const { return checkers_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const StageSocket* socket(AttemptId attempt) const;
  // Payloads the host keeps because they may still be asked for.
  [[nodiscard]] std::size_t kept() const { return payloads_.size(); }
  [[nodiscard]] AttemptId newest() const { return newest_; }
  [[nodiscard]] Findings& findings() { return checkers_.findings(); }
  // So much of what the socket was handed has left the browser, and so much has come to the server.
  void drained(AttemptId attempt, std::uint64_t gone, std::uint64_t arrived);

 private:
  bool wish(const Happening& happening);
  bool environ(const Happening& happening);
  bool socketEvent(const Happening& happening);
  bool frame(const Happening& happening, const StageSocket& socket);
  bool noise(const Happening& happening, AttemptId attempt);
  bool assign(const Happening& happening);
  void send(const Happening& happening);
  bool tell(Input input);
  void handle(Input input);
  void call(const Input& input);
  void readBuffered(StageSocket& socket);
  void tellBuffered();
  bool takesShortWay(const Input& input);
  void show(Step& step);
  void endTurn();
  [[nodiscard]] bool isHealthy(AttemptId attempt) const;

  void perform(const Actions& actions);
  void perform(const action::OpenSocket& action);
  void perform(const action::CloseSocket& action);
  void perform(const action::ReleaseSocket& action);
  void perform(const action::SendControl& action);
  void perform(const action::Transmit& action);
  void perform(const action::AskVerdict& action);
  bool handOver(StageSocket& socket, PayloadId payload, std::uint64_t bytes);
  [[nodiscard]] input::HandOverFailed refusalOf(AttemptId attempt, PayloadId payload);
  void leave(StageSocket& socket, std::uint64_t gone);
  void arrive(StageSocket& socket, std::uint64_t arrived);

  StageSocket* find(AttemptId attempt);
  void forget(PayloadId payload);
  void forget(PayloadRange payloads);
  [[nodiscard]] std::uint64_t bytesOf(PayloadId payload) const;
  // Lines of the trace.
  void note(const std::string& line);
  void noteSend(const SendCall& call);
  void noteInput(const Input& input);

  Connection client_;
  Checkers checkers_;
  Surroundings* surroundings_ = nullptr;
  Script* script_ = nullptr;
  std::string* trace_ = nullptr;

  std::int64_t time_ = 0;
  std::int64_t wallShift_ = 0;
  std::int64_t grid_ = 0;
  Calm calm_;
  int sleeps_ = 0;                        // since the current socket was last heard
  std::optional<std::int64_t> pingedAt_;  // since then, the first time
  std::int64_t sleptAt_ = 0;              // when the last sleep began

  std::deque<StageSocket> sockets_;  // the newest few
  AttemptId newest_ = AttemptId::None;
  struct Payload {
    PayloadId id = 0;
    std::uint64_t bytes = 0;
  };
  std::deque<Payload> payloads_;  // those that may still be asked for
  PayloadId lastPayload_ = 0;
  std::optional<bool> verdict_;
  std::optional<Happening> sendWhenAsked_;  // what shouldReconnect sends when it is asked next
  bool asked_ = false;
  Options before_;                     // those of the last step
  std::optional<std::int64_t> sayAt_;  // when a script has to say what a timer will read
  std::deque<Input> answers_;          // to be told after the actions at hand
  Actions actions_;
  bool refused_ = false;
  bool told_ = false;
  Counts counts_;
};

}  // namespace rws::sim
