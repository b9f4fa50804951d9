// One run: a client, the world around it, and time. First with faults, then without.
#pragma once

#include <cstdint>

#include "dice.h"
#include "network.h"
#include "schedule.h"
#include "stage.h"
#include "surroundings.h"
#include "swarm.h"

namespace rws::sim {

class World final : private Surroundings {
 public:
  World(std::uint64_t seed, FaultSet without);

  // Runs with faults until the time is over, or something is found.
  void run();
  // Then nothing fails any more: the client must be connected again, in time, with nothing left to send.
  void recover();
  // At the end the client is disconnected: every message must be accounted for.
  void end();

  [[nodiscard]] Stage& stage() { return stage_; }
  [[nodiscard]] const Configuration& configuration() const { return configuration_; }
  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] std::int64_t connectedTime() const { return connectedTime_; }
  [[nodiscard]] bool hasRecovered() const { return hasRecovered_; }

 private:
  void addressWanted(AttemptId attempt) override {
    network_.addressWanted(stage_.time(), attempt, stage_.resolvesLater());
  }
  void socketCreated(AttemptId attempt) override { network_.socketCreated(stage_.time(), attempt); }
  void actedWithin() override { network_.markImperfect(); }
  void socketOpened(AttemptId attempt) override { network_.socketOpened(attempt); }
  void helloWanted(AttemptId attempt) override { network_.helloWanted(stage_.time(), attempt); }
  void handshakeStarted(AttemptId attempt) override { network_.handshakeStarted(stage_.time(), attempt); }
  void socketClosing(AttemptId attempt) override { network_.socketClosing(stage_.time(), attempt); }
  void socketEnded(AttemptId attempt) override { network_.socketEnded(attempt); }
  void frameSent(AttemptId attempt, std::uint64_t sent) override {
    network_.frameSent(stage_.time(), attempt, sent);
  }
  void pingSent(AttemptId attempt, EpochMs timestamp, std::uint64_t sent) override {
    network_.pingSent(stage_.time(), attempt, timestamp, sent);
  }
  void sessionFrameSent(AttemptId attempt, std::string_view text, std::uint64_t sent) override {
    network_.sessionFrameSent(stage_.time(), attempt, text, sent);
  }
  void messageSent(AttemptId attempt, MessageId message, std::uint64_t sent) override {
    network_.messageSent(stage_.time(), attempt, message, sent);
  }
  void listenersWait() override;
  void listenersRun() override;
  void turnEnded() override;
  [[nodiscard]] bool isHealthy(AttemptId attempt, std::optional<Duration> awake) const override;
  [[nodiscard]] std::int64_t movedAt(AttemptId attempt) const override;

  // The next thing that happens, something planned or a timer; false if it is later than `until`.
  bool step(std::int64_t until);
  void carryOut(const Planned& planned);
  void plan(Plan plan, double gap);
  void giveCommand();
  void sendSome(Command command);
  void changePage();
  void leavePage();
  void endThrottle();
  // Something that the browser does within one of the driver's calls.
  void actWithin();
  void changeSession();
  // Applies an input, now or within a call of the driver to its platform.
  void apply(Input input);
  void allowRoundTrips();
  [[nodiscard]] bool isConnectedAndIdle();
  [[nodiscard]] std::int64_t patience() const;
  [[nodiscard]] std::int64_t waitForRetry() const;
  void checkRecovered();

  const Configuration configuration_;
  Dice dice_;
  Schedule schedule_;
  Network network_;
  Stage stage_;
  bool isHealed_ = false;
  bool hasRecovered_ = false;
  bool isSuspended_ = false;
  std::int64_t listenersDoneAt_ = 0;
  int depth_ = 0;  // of commands given by listeners
  std::int64_t connectedTime_ = 0;
};

}  // namespace rws::sim
