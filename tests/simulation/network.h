// The links and the server: what becomes of each connection and each frame, and the faults that they have. It
// plans in a schedule and carries out what it has planned, through inputs of the stage.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dice.h"
#include "input.h"
#include "link.h"
#include "schedule.h"
#include "session_server.h"
#include "stage.h"
#include "swarm.h"

namespace rws::sim {

class Network {
 public:
  Network(const Configuration& configuration, Dice& dice, Schedule& schedule)
      : configuration_(configuration),
        dice_(dice),
        schedule_(schedule),
        silentUntil_(configuration.silentUntil),
        server_(configuration.session, dice) {}
  void watch(Findings& findings) {
    findings_ = &findings;
    server_.watch(findings);
  }

  // --- what the client does
  void addressWanted(std::int64_t now, AttemptId attempt, bool isFoundLater);
  void socketCreated(std::int64_t now, AttemptId attempt);
  void socketOpened(AttemptId attempt);
  void handshakeStarted(std::int64_t now, AttemptId attempt);
  void socketClosing(std::int64_t now, AttemptId attempt);
  void socketEnded(AttemptId attempt);
  void frameSent(std::int64_t now, AttemptId attempt, std::uint64_t sent);
  void pingSent(std::int64_t now, AttemptId attempt, EpochMs timestamp, std::uint64_t sent);
  void helloWanted(std::int64_t now, AttemptId attempt);
  void sessionFrameSent(std::int64_t now, AttemptId attempt, std::string_view text, std::uint64_t sent);
  void messageSent(std::int64_t now, AttemptId attempt, MessageId message, std::uint64_t sent);
  // The client has taken the message of the server that arrives, and has not called the listeners yet.
  void messageTaken();

  // --- what the world does
  // A fault of the kinds that the run has.
  void fail(std::int64_t now, AttemptId current, Stage& stage);
  // The server sends something.
  void serverSends(std::int64_t now, AttemptId current, bool isPing, Stage& stage);
  // A fault of the servers of sessions.
  void failSession(std::int64_t now, AttemptId current, Stage& stage);
  // Carries out what was planned; false if it concerns no attempt.
  bool carryOut(const Planned& planned, Stage& stage);
  // Reports what has left the browser and arrived by then.
  void drain(std::int64_t now, Stage& stage);
  // Ends all faults; broken links stay broken where the client can notice.
  void heal(std::int64_t now, Stage& stage);

  // --- getters
  // Whether nothing ever went wrong with it.
  [[nodiscard]] bool isPristine(AttemptId attempt) const;
  // Milliseconds until every open socket has sent all that it was given.
  [[nodiscard]] std::int64_t longestDrain() const;
  [[nodiscard]] bool isAlive(AttemptId attempt) const;
  // When data last left the browser, milliseconds since the start.
  [[nodiscard]] std::int64_t movedAt(AttemptId attempt) const;
  void markImperfect();
  [[nodiscard]] const SessionServer& server() const { return server_; }
  [[nodiscard]] const std::array<std::uint64_t, kFaults>& faultCounts() const { return faultCounts_; }

 private:
  enum class Frame : std::uint8_t { Message, Ping, Pong, CustomPing, CustomPong, Session };

  // --- network.cpp
  Link* find(AttemptId attempt);
  [[nodiscard]] std::int64_t delay() {
    return isHealed_ ? 1 : dice_.between(configuration_.delayLow, configuration_.delayHigh);
  }
  void plan(std::int64_t at, Plan plan, AttemptId attempt, std::int64_t number = 0, std::int64_t text = 0);
  void planArrival(std::int64_t now, const Link& link);
  void planClose(std::int64_t now, Link& link);
  void pingsArrive(std::int64_t now, Link& link);
  void sendToClient(std::int64_t now, Link& link, Frame frame, std::int64_t number, std::int64_t late);
  bool open(std::int64_t now, Link& link, Stage& stage);
  bool close(const Planned& planned, Link& link, Stage& stage);
  bool deliver(const Planned& planned, Link& link, Stage& stage);
  bool apply(Stage& stage, AttemptId attempt, Input input);
  [[nodiscard]] Fault modeAt(std::int64_t now) const { return now < modeUntil_ ? mode_ : Fault::Reset; }

  // --- network_sessions.cpp
  void planFrames(std::int64_t now, const Link& link);
  void framesArrive(std::int64_t now, Link& link, Stage& stage);
  void lateFramesArrive(std::int64_t now, AttemptId attempt, Stage& stage);
  void frameArrives(std::int64_t now, AttemptId attempt, const Link::Frame& frame);
  void checkHello(std::string_view text);
  void loseFrames(std::int64_t now, Link& link);
  void sendAll(std::int64_t now, Stage& stage);
  bool deliverSession(std::size_t frame, Link& link, Stage& stage);
  void deliverWaiting(AttemptId attempt, Stage& stage);

  // --- network_faults.cpp
  [[nodiscard]] std::int64_t outage() { return dice_.magnitude(100, configuration_.longestOutage); }
  void failLink(std::int64_t now, Fault fault, Link& link, Stage& stage);
  void cut(std::int64_t now, Fault fault, Link& link);
  void slowDown(std::int64_t now, Fault fault, Link& link);
  void closeByServer(std::int64_t now, Link& link, Fault fault, Stage& stage);

  const Configuration& configuration_;
  Dice& dice_;
  Schedule& schedule_;
  std::vector<Link> links_;
  Fault mode_ = Fault::Reset;  // of the server; Reset stands for none
  std::int64_t modeUntil_ = 0;
  std::int64_t silentUntil_;  // the server answers no pings
  bool isHealed_ = false;
  // --- sessions
  SessionServer server_;
  Findings* findings_ = nullptr;
  std::vector<ServerFrame> toClient_;
  std::optional<std::int64_t> wakesAt_;
  struct Late {
    AttemptId attempt = AttemptId::None;
    std::vector<Link::Frame> frames{};
  };
  std::vector<Late> late_;
  // What the client's application was handed: up to which number of which session.
  std::string session_;
  std::uint64_t handed_ = 0;
  std::optional<ServerFrame> arriving_;  // the message that arrives, until the client has taken it

  EpochMs lastTimestamp_ = 0;  // of the last ping that reached the server, whatever its socket
  std::array<std::uint64_t, kFaults> faultCounts_{};
};

// The texts of close reasons and messages, by their number in a plan.
[[nodiscard]] std::string closeReason(std::int64_t text);
[[nodiscard]] std::int64_t drawCloseReason(Dice& dice, Fault fault);
[[nodiscard]] std::string messageText(std::int64_t number);
[[nodiscard]] std::int64_t drawMessageText(Dice& dice);

}  // namespace rws::sim
