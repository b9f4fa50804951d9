// Runs one scenario against a driver, up to the first expectation that is not met.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario.h"
#include "virtual_host.h"

namespace rws::scenarios {

class ScenarioRun {
 public:
  // Throws ScenarioError.
  static void run(const Scenario& scenario);

 private:
  void step(const Statement& statement);
  bool setUp(const Statement& statement);
  void start();
  void assignOptions(const Statement& statement);
  void advance(const Statement& statement);
  bool command(const Statement& statement);
  bool changeClocks(const Statement& statement);
  bool changeSocket(const Statement& statement);
  void receive(const Statement& statement);
  void send(const Statement& statement);
  void setHeartbeat(const Statement& statement);
  void advise(const Statement& statement);
  void within(const Statement& statement);
  void expect(const Statement& statement);
  void expectEvents(const Statement& statement);
  void expectStatus(const Statement& statement);
  [[nodiscard]] std::string seen(const Statement& statement);
  [[nodiscard]] VirtualSocket& socketOf(const Statement& statement);
  [[nodiscard]] std::string timestampOf(const Statement& statement);

  std::vector<Statement> options_;  // until the client is created
  std::uint64_t seed_ = 1;
  std::optional<VirtualHost> host_;
  bool returned_ = false;
};

}  // namespace rws::scenarios
