// Owns the links and the server: what becomes of each connection and each frame, and the faults that befall
// them. Refuses to touch the client: it plans, the world makes it happen.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "agenda.h"
#include "dice.h"
#include "happening.h"
#include "peer.h"
#include "stage.h"
#include "swarm.h"

namespace rws::sim {

class Network {
 public:
  Network(const Configuration& life, Dice& dice, Agenda& agenda)
      : life_(life), dice_(dice), agenda_(agenda) {}

  // --- what the client does
  void asked(std::int64_t now, AttemptId attempt);
  void closedByClient(std::int64_t now, AttemptId attempt);
  void pinged(std::int64_t now, AttemptId attempt, EpochMs timestamp);
  void handed(AttemptId attempt, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t buffered(std::int64_t now, AttemptId attempt);

  // --- what the world does
  void befall(std::int64_t now, AttemptId current, Stage& stage);
  void say(std::int64_t now, AttemptId current, bool asks);
  // Carries out what was planned; false if it concerns no socket.
  bool carryOut(const Planned& planned, Stage& stage);
  // Tells the stage what has left by now.
  void drain(std::int64_t now, Stage& stage);
  // Ends all faults; broken links stay broken where the client can notice.
  void heal(std::int64_t now, Stage& stage);

  [[nodiscard]] bool isPristine(AttemptId attempt) const;
  void blemish();
  [[nodiscard]] bool isAlive(AttemptId attempt) const;
  [[nodiscard]] const std::array<std::uint64_t, kFaults>& outages() const { return outages_; }

 private:
  enum class Frame : std::uint8_t { Message, Ping, Pong };

  Peer* find(AttemptId attempt);
  [[nodiscard]] std::int64_t delay() { return dice_.between(low_, high_); }
  [[nodiscard]] std::int64_t outage() { return dice_.magnitude(100, life_.longestOutage); }
  void plan(std::int64_t at, Plan plan, AttemptId attempt, std::int64_t number = 0, std::int64_t text = 0);
  void sendToClient(std::int64_t now, Peer& peer, Frame frame, std::int64_t number, std::int64_t late);
  void befallPeer(std::int64_t now, Fault fault, Peer& peer, Stage& stage);
  void closeByServer(std::int64_t now, Peer& peer, Fault fault, Stage& stage);
  bool deliver(const Planned& planned, Peer& peer, Stage& stage);
  bool happen(Stage& stage, AttemptId attempt, Happening happening);
  [[nodiscard]] Fault modeAt(std::int64_t now) const { return now < modeUntil_ ? mode_ : Fault::Reset; }

  const Configuration& life_;
  Dice& dice_;
  Agenda& agenda_;
  std::vector<Peer> peers_;
  Fault mode_ = Fault::Reset;  // of the server; Reset stands for none
  std::int64_t modeUntil_ = 0;
  std::int64_t hushUntil_ = 0;
  std::int64_t low_ = life_.delayLow;
  std::int64_t high_ = life_.delayHigh;
  bool healed_ = false;
  EpochMs lastStamp_ = 0;  // of the last ping that reached the server, whatever its socket
  std::array<std::uint64_t, kFaults> outages_{};
};

}  // namespace rws::sim
