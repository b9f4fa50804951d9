// Owns one life: a client, the world around it, and time. First with faults, then healed.
// Refuses to judge: the checkers do, and healing.h what must come true in the end.
#pragma once

#include <cstdint>

#include "agenda.h"
#include "dice.h"
#include "network.h"
#include "stage.h"
#include "surroundings.h"
#include "swarm.h"

namespace rws::sim {

class World final : private Surroundings {
 public:
  World(std::uint64_t seed, FaultSet without);

  // Lives with faults until the time is over, or something is found.
  void live();
  // Then all is well: the client must be connected again, in time, with nothing left to send.
  void recover();

  [[nodiscard]] Stage& stage() { return stage_; }
  [[nodiscard]] const Configuration& configuration() const { return life_; }
  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] std::int64_t connectedTime() const { return connectedTime_; }
  [[nodiscard]] bool recovered() const { return recovered_; }

 private:
  void socketAsked(AttemptId attempt) override { network_.asked(stage_.time(), attempt); }
  void socketClosed(AttemptId attempt) override { network_.closedByClient(stage_.time(), attempt); }
  void socketReleased(AttemptId /*attempt*/) override {}
  void pingSent(AttemptId attempt, EpochMs timestamp) override {
    network_.pinged(stage_.time(), attempt, timestamp);
  }
  void handedOver(AttemptId attempt, std::uint64_t handed) override { network_.handed(attempt, handed); }
  [[nodiscard]] std::uint64_t bufferedAmount(AttemptId attempt) override {
    return network_.buffered(stage_.time(), attempt);
  }
  void turnEnded(bool told) override;
  [[nodiscard]] bool isHealthy(AttemptId attempt) const override;

  // The next thing that happens, be it planned or a timer; false if that is later than `until`.
  bool step(std::int64_t until);
  void carryOut(const Planned& planned);
  void plan(Plan plan, double gap);
  void wish();
  void sendSome(Wish wish);
  void pageEvent();
  void noise();
  void calm();
  bool hasRecovered();
  [[nodiscard]] std::int64_t patience() const;
  void checkRecovered();
  bool happen(Happening happening) { return stage_.happen(happening); }

  const Configuration life_;
  Dice dice_;
  Agenda agenda_;
  Network network_;
  Stage stage_;
  bool healed_ = false;
  bool recovered_ = false;
  bool suspended_ = false;
  int depth_ = 0;  // of calls by listeners
  std::int64_t connectedTime_ = 0;
};

}  // namespace rws::sim
