// The order of a run: with faults, without, and the end.
#include "run.h"

#include <algorithm>

#include "world.h"

namespace rws::sim {

RunOutcome runSeed(std::uint64_t seed, FaultSet without, Play* play, std::string* trace) {
  World world(seed, without);
  Stage& stage = world.stage();
  if (play != nullptr) {
    play->setup = world.configuration().setup;
    stage.record(play->script);
  }
  const Setup& setup = world.configuration().setup;
  test::Trace lines(setup.options, setup.seed);
  if (trace != nullptr) stage.record(lines);
  world.run();
  if (play != nullptr) play->removable = play->script.size();
  world.recover();
  world.end();
  RunOutcome outcome;
  outcome.finding = stage.findings().first();
  if (play != nullptr) play->end = stage.time() + 1;
  if (trace != nullptr) *trace = lines.text();
  outcome.digest = stage.counts().digest;
  Totals& totals = outcome.totals;
  totals.seeds = 1;
  totals.steps = stage.counts().steps;
  totals.simulated = static_cast<std::uint64_t>(stage.time());
  totals.connected = static_cast<std::uint64_t>(world.connectedTime());
  totals.connections = stage.client().stats(stage.reading().instant).totalConnections;
  totals.messages = stage.counts().left;
  totals.healed = world.hasRecovered() ? 1 : 0;
  totals.violations = stage.findings().empty() ? 0 : 1;
  const SessionSetup& session = world.configuration().session;
  totals.sessionWorlds = session.isOn && session.isSupported ? 1 : 0;
  totals.plainWorlds = session.isOn && !session.isSupported ? 1 : 0;
  totals.resendingWorlds = setup.options.resendsUnconfirmed ? 1 : 0;
  const SessionServer::Counts& counts = world.network().server().counts();
  totals.sessions = counts.sessions;
  totals.takeovers = counts.takeovers;
  totals.handedAgain = counts.handedAgain;
  const SessionChecker& client = stage.checkers().session();
  totals.resumptions = client.resumptions();
  totals.losses = client.losses();
  totals.resent = client.resent();
  totals.faults = world.network().faultCounts();
  return outcome;
}

ReplayOutcome replay(const Play& play) {
  ReplayOutcome outcome;
  Stage stage(play.setup);
  for (const Input& input : play.script) {
    // At one moment the inputs come first, then the timers that are due with them.
    if (input.at > stage.time()) stage.playTo(input.at);
    if (!stage.findings().empty()) break;
    (void)stage.apply(input);
  }
  if (stage.findings().empty() && play.end > stage.time()) stage.playTo(play.end);
  outcome.finding = stage.findings().first();
  outcome.hasRecovered = stage.client().phase() == Phase::Connected && stage.client().queuedMessages() == 0;
  return outcome;
}

}  // namespace rws::sim
