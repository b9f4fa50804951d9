// Owns the carrying out of one scenario against rws::Connection.
// Refuses to go on after the first expectation that is not met.
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
  // What `options` and `seed` said, until the connection is made.
  struct Setup {
    Options options;
    std::uint64_t seed = 1;
  };

  void step(const Statement& statement);
  bool setUp(const Statement& statement);
  void moveTo(const Statement& statement);
  bool tellWish(const Statement& statement);
  bool moveClocks(const Statement& statement);
  bool moveSocket(const Statement& statement);
  void receive(const Statement& statement);
  void send(const Statement& statement);
  void advise(const Statement& statement);
  void expect(const Statement& statement);
  void expectEvents(const Statement& statement);
  void expectStatus(const Statement& statement);
  [[nodiscard]] std::string seen(const Statement& statement);
  [[nodiscard]] VirtualSocket& socketOf(const Statement& statement);
  [[nodiscard]] std::string timestampOf(const Statement& statement);

  Setup setup_;
  std::optional<VirtualHost> host_;
  bool returned_ = false;
};

}  // namespace rws::scenarios
