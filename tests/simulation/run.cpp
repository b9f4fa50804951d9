// Owns the order of a run: faults, healing, sums.
// Refuses to know what is drawn.
#include "run.h"

#include <algorithm>

#include "trace.h"
#include "world.h"

namespace rws::sim {

RunOutcome runSeed(std::uint64_t seed, FaultSet without, Play* play, std::string* trace) {
  World world(seed, without);
  if (play != nullptr) {
    play->options = world.configuration().options;
    play->clientSeed = world.configuration().clientSeed;
    world.stage().record(play->script);
  }
  if (trace != nullptr) {
    *trace = toText(Trace(world.configuration().options, world.configuration().clientSeed, 0));
    world.stage().trace(*trace);
  }
  world.live();
  if (play != nullptr) play->removable = play->script.size();
  world.recover();
  const Stage& stage = world.stage();
  RunOutcome outcome;
  outcome.finding = stage.checkers().findings().first();
  if (play != nullptr) play->end = stage.time() + 1;
  outcome.digest = stage.counts().digest;
  Tally& tally = outcome.tally;
  tally.seeds = 1;
  tally.steps = stage.counts().steps;
  tally.lived = static_cast<std::uint64_t>(stage.time());
  tally.connected = static_cast<std::uint64_t>(world.connectedTime());
  tally.connections = stage.client().stats(stage.now().instant).totalConnections;
  tally.messages = stage.counts().left;
  tally.healed = world.recovered() ? 1 : 0;
  tally.violations = stage.checkers().findings().empty() ? 0 : 1;
  tally.outages = world.network().outages();
  return outcome;
}

ReplayOutcome replay(const Options& options, std::uint64_t clientSeed, const Script& script,
                     std::int64_t end) {
  ReplayOutcome outcome;
  Stage stage(options, clientSeed);
  for (const Happening& happening : script) {
    // At one and the same moment what happens comes first, then the timers that have come due with it.
    if (happening.at > stage.time()) stage.playTo(happening.at);
    if (!stage.findings().empty()) break;
    (void)stage.happen(happening);
  }
  if (stage.findings().empty() && end > stage.time()) stage.playTo(end);
  outcome.finding = stage.checkers().findings().first();
  outcome.hasRecovered = stage.client().phase() == Phase::Connected && stage.client().queuedMessages() == 0;
  return outcome;
}

}  // namespace rws::sim
