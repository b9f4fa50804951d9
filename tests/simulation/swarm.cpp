// The worlds that are drawn. No draw makes a healthy world impossible.
#include "swarm.h"

#include <algorithm>

namespace rws::sim {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

void set(Options& options, std::string_view name, double milliseconds) {
  (void)setOption(options, name, milliseconds);
}

template <std::size_t N>
void drawWeights(Dice& dice, std::array<float, N>& weights) {
  for (float& weight : weights) {
    weight = dice.chance(0.4) ? 0.0F : static_cast<float>(dice.magnitude(1, 1000));
  }
}

void drawGap(Dice& dice, double share, double& gap, double value) { gap = dice.chance(share) ? value : 0; }

// Mostly idle for weeks, with an outage now and then.
void makeQuiet(Dice& dice, Configuration& run) {
  run.length = dice.between(20 * kDay, 60 * kDay);
  run.faultGap = static_cast<double>(dice.magnitude(12 * kHour, 10 * kDay));
  run.commandGap = static_cast<double>(dice.magnitude(3 * kHour, kDay));
  run.pageGap = static_cast<double>(dice.magnitude(6 * kHour, 10 * kDay));
  run.longestOutage = 12 * kHour;
  set(run.setup.options, "pingInterval", static_cast<double>(dice.magnitude(kHour, 12 * kHour)));
  drawGap(dice, 0.3, run.messageGap, static_cast<double>(kDay));
  run.commands[static_cast<std::size_t>(Command::Destroy)] = 0;
  run.commands[static_cast<std::size_t>(Command::Disconnect)] *= 0.2F;
  run.commands[static_cast<std::size_t>(Command::Connect)] += 300;
}

void makeOrdinary(Dice& dice, Configuration& run) {
  run.length = dice.magnitude(10 * kMinute, kDay / 2);
  const auto length = static_cast<double>(run.length);
  run.faultGap = length / static_cast<double>(dice.between(3, 30));
  run.commandGap = length / static_cast<double>(dice.between(5, 200));
  run.pageGap = length / static_cast<double>(dice.between(1, 30));
  run.longestOutage = std::max<std::int64_t>(kMinute, run.length / 10);
  const double leastInterval = length / 200;
  if (std::chrono::duration<double, std::milli>(run.setup.options.pingInterval).count() < leastInterval) {
    set(run.setup.options, "pingInterval", leastInterval);
  }
  drawGap(dice, 0.5, run.messageGap, run.commandGap);
  drawGap(dice, 0.3, run.serverPingGap, length / 50);
}

void makeHectic(Dice& dice, Configuration& run) {
  run.length = dice.magnitude(5 * kSecond, 20 * kMinute);
  run.faultGap = static_cast<double>(dice.magnitude(50, 30 * kSecond));
  run.commandGap = static_cast<double>(dice.magnitude(20, 20 * kSecond));
  run.pageGap = static_cast<double>(dice.magnitude(100, kMinute));
  run.longestOutage = dice.magnitude(kSecond, 2 * kMinute);
  drawGap(dice, 0.5, run.messageGap, static_cast<double>(dice.magnitude(20, 10 * kSecond)));
  drawGap(dice, 0.4, run.serverPingGap, static_cast<double>(dice.magnitude(100, 20 * kSecond)));
}

// Megabytes on links with a rate of their own.
void makeHeavy(Dice& dice, Configuration& run) {
  run.length = dice.magnitude(kMinute, kHour);
  const auto length = static_cast<double>(run.length);
  run.rate = static_cast<double>(dice.magnitude(9, 100'000));
  run.largest = dice.magnitude(1'000, 65'536);
  run.faultGap = length / static_cast<double>(dice.between(1, 8));
  run.commandGap = length / static_cast<double>(dice.between(3, 60));
  run.pageGap = length / static_cast<double>(dice.between(1, 10));
  run.longestOutage = std::max<std::int64_t>(kMinute, run.length / 4);
  run.commands[static_cast<std::size_t>(Command::SendMany)] += 300;
  drawGap(dice, 0.3, run.messageGap, length / 50);
  drawGap(dice, 0.3, run.serverPingGap, length / 50);
}

void drawServer(Dice& dice, Configuration& run) {
  run.delayHigh = dice.magnitude(2, dice.chance(0.2) ? 5 * kSecond : 300);
  run.delayLow = dice.between(1, run.delayHigh);
  run.pongLate = dice.chance(0.3) ? dice.unit() : 0;
  run.pongDouble = dice.chance(0.3) ? dice.unit() : 0;
  run.pongForeign = dice.chance(0.2) ? dice.unit() : 0;
  run.isMute = dice.chance(0.08);
  if (!run.isMute) return;
  run.messageGap = run.serverPingGap = run.pongForeign = 0;
}

float& weight(Configuration& run, Fault fault) { return run.faults[static_cast<std::size_t>(fault)]; }
float& weight(Configuration& run, PageEvent event) { return run.pageEvents[static_cast<std::size_t>(event)]; }

// A ping and the verdict on the one before are due at the same moment, on sockets that refuse.
void makeDeadlinesEqual(Dice& dice, Configuration& run) {
  makeHectic(dice, run);
  Options& options = run.setup.options;
  set(options, "pingInterval", static_cast<double>(dice.magnitude(500, 5 * kSecond)));
  options.pongTimeout = options.pingInterval;
  options.probeTimeout = options.confirmAfter = 4 * options.pingInterval;
  set(options, "closeGrace", 2 * kMinute);
  run.faultGap = static_cast<double>(dice.magnitude(200, 3 * kSecond));
  run.commandGap = static_cast<double>(dice.magnitude(50, kSecond));
  run.isMute = false;
  run.faults = {};
  weight(run, Fault::HalfOpen) = weight(run, Fault::Stall) = weight(run, Fault::Refusal) = 1;
}

// Single messages that take longer than a client waits, were its link as slow as it assumes.
void makeHuge(Dice& dice, Configuration& run) {
  makeHeavy(dice, run);
  run.largest = dice.magnitude(500'000, 20'000'000);
  run.rate = std::max(run.rate, static_cast<double>(run.largest) / 40'000);
  set(run.setup.options, "maxMessageSize", 2.0 * static_cast<double>(run.largest));
  set(run.setup.options, "maxQueueBytes", 100.0 * static_cast<double>(run.largest));
  weight(run, Fault::HalfOpen) += 1000;
}

// A slow link without faults, on which the server sends all the time.
void makeTalkative(Dice& dice, Configuration& run) {
  makeHeavy(dice, run);
  run.faultGap = 1e15;
  run.rate = static_cast<double>(dice.magnitude(25, 200));
  run.largest = 60'000;
  run.delayLow = 1;
  run.delayHigh = dice.between(2, 50);
  run.pongLate = run.pongDouble = run.pongForeign = 0;
  run.isMute = false;
  run.messageGap = static_cast<double>(dice.magnitude(50, 1000));
  set(run.setup.options, "pongTimeout", static_cast<double>(dice.magnitude(1000, 3000)));
  set(run.setup.options, "probeTimeout", static_cast<double>(dice.magnitude(1000, 3000)));
}

// A host that sleeps while much data is under way.
void makeSleepy(Dice& dice, Configuration& run) {
  makeHeavy(dice, run);
  run.faultGap = 1e15;
  run.rate = static_cast<double>(dice.magnitude(25, 60));
  run.largest = dice.magnitude(10'000, 65'536);
  set(run.setup.options, "pongTimeout", static_cast<double>(dice.magnitude(1000, 2000)));
  set(run.setup.options, "probeTimeout", static_cast<double>(dice.magnitude(1000, 2000)));
  run.delayLow = 1;
  run.delayHigh = dice.between(2, 50);
  run.pongLate = 0;
  run.isMute = false;
  run.pageGap = static_cast<double>(dice.magnitude(5 * kSecond, kMinute));
  run.pageEvents = {};
  weight(run, PageEvent::Sleep) = 1;
}

// A server that says nothing for some time, and then answers like any other.
void makeSilentAtFirst(Dice& dice, Configuration& run) {
  run.silentUntil = static_cast<std::int64_t>(static_cast<double>(run.length) * dice.unit());
  run.isMute = false;
  run.messageGap = run.serverPingGap = run.pongForeign = 0;
  weight(run, Fault::HalfOpen) += 1000;
}

// A browser that counts by whole messages, whose sockets end while there is something in the buffer: frames
// of the client's own without an answer, or bytes that belong to no message.
void makeCountingByMessages(Dice& dice, Configuration& run) {
  makeHectic(dice, run);
  run.setup.engine = Engine::WholeMessages;
  run.rate = static_cast<double>(dice.magnitude(50, 100'000)) / 1000;
  run.largest = dice.magnitude(10, 1000);
  run.faultGap = static_cast<double>(dice.magnitude(500, 10 * kSecond));
  run.commandGap = static_cast<double>(dice.magnitude(20, kSecond));
  run.serverPingGap = static_cast<double>(dice.magnitude(50, 2 * kSecond));
  run.messageGap = dice.chance(0.5) ? static_cast<double>(dice.magnitude(50, 2 * kSecond)) : 0;
  run.isMute = false;
  run.setup.options.enableHeartbeat = dice.chance(0.5);
  run.faults = {};
  weight(run, Fault::Reset) = weight(run, Fault::Stall) = weight(run, Fault::ServerClose) = 1;
  if (dice.chance(0.5)) run.largestRemainder = 100;
  if (dice.chance(0.5)) return;
  // Closes of both sides that cross.
  run.delayHigh = dice.magnitude(50, 3 * kSecond);
  run.delayLow = run.delayHigh / 2;
  weight(run, Fault::ServerClose) = 10;
  run.commands[static_cast<std::size_t>(Command::Reconnect)] += 500;
  run.commands[static_cast<std::size_t>(Command::Send)] += 500;
}

// Its draws are its own, so that those of the other worlds stay as they are.
void drawHeartbeats(std::uint64_t seed, Configuration& run) {
  Dice dice(seed * 2 + 1'000'003);
  if (dice.chance(0.75)) return;
  run.setup.options.heartbeat = drawHeartbeat(dice);
  run.changesHeartbeat = dice.chance(0.3);
  if (run.changesHeartbeat) run.commands[static_cast<std::size_t>(Command::SetOption)] += 100;
  if (dice.chance(0.25)) run.setup.failingPing = static_cast<std::uint64_t>(dice.between(1, 5));
  if (run.isMute || run.silentUntil > 0) return;
  // Without pings a server has to send something by itself.
  if (dice.chance(0.7)) {
    run.messageGap = static_cast<double>(dice.magnitude(100, std::max<std::int64_t>(200, run.length / 100)));
  }
  if (dice.chance(0.3)) run.serverPingGap = run.messageGap;
}

// Worlds with sessions, and with `unconfirmed: 'resend'`. Its draws are its own, too.
void drawSessions(std::uint64_t seed, Configuration& run) {
  Dice dice(seed * 2 + 2'000'003);
  const double kind = dice.unit();
  if (kind > 0.5) return;
  if (kind < 0.1) {
    run.setup.options.resendsUnconfirmed = true;
    run.changesSession = dice.chance(0.1);
    return;
  }
  SessionSetup& session = run.session;
  session.isOn = true;
  session.isSupported = kind > 0.16;
  SessionOption& option = run.setup.options.session;
  option.isOn = true;
  option.resends = dice.chance(0.5);
  if (dice.chance(0.5)) option.ackDelay = std::chrono::milliseconds(dice.magnitude(1, 5 * kSecond));
  if (dice.chance(0.6)) option.window = static_cast<std::uint64_t>(dice.magnitude(1, 500));
  run.setup.options.resendsUnconfirmed = dice.chance(0.2);
  run.changesSession = session.isSupported && dice.chance(0.2);
  if (run.changesSession) run.commands[static_cast<std::size_t>(Command::SetOption)] += 100;
  // A server that never sends anything knows no sessions, and says nothing of it.
  run.isMute = false;
  run.silentUntil = 0;
  run.pongDouble = run.pongForeign = 0;
  if (dice.chance(0.5)) {
    run.messageGap = static_cast<double>(dice.magnitude(50, std::max<std::int64_t>(200, run.length / 100)));
  }
  if (dice.chance(0.3)) run.serverPingGap = 5 * std::max(run.messageGap, run.commandGap);
  if (dice.chance(0.3)) run.handledLater = static_cast<double>(dice.magnitude(1, 5 * kSecond));
  if (dice.chance(0.6)) session.window = static_cast<std::uint64_t>(dice.magnitude(1, 500));
  if (dice.chance(0.3)) session.maxMessage = static_cast<std::uint64_t>(dice.magnitude(20, 100'000));
  session.ttl = dice.magnitude(5 * kSecond, std::max<std::int64_t>(kMinute, 2 * run.longestOutage));
  session.slowHandlers = dice.chance(0.5) ? dice.unit() : 0;
  session.longestHandler = dice.magnitude(10, 20 * kSecond);
  session.replies = dice.chance(0.5) ? dice.unit() : 0;
  session.expiring = dice.chance(0.4) ? dice.unit() : 0;
  session.unsent = dice.chance(0.4) ? dice.unit() * 0.5 : 0;
  if (dice.chance(0.7))
    run.sessionGap = static_cast<double>(dice.magnitude(run.length / 100 + 1, run.length / 3 + 2));
  run.commands[static_cast<std::size_t>(Command::Send)] += 100;
}

// What has to coincide for some defects, and seldom does by itself.
void drawSituation(Dice& dice, Configuration& run) {
  switch (dice.between(0, 5)) {
    case 0:
      return makeDeadlinesEqual(dice, run);
    case 1:
      return makeHuge(dice, run);
    case 2:
      return makeTalkative(dice, run);
    case 3:
      return makeSleepy(dice, run);
    case 4:
      return makeCountingByMessages(dice, run);
    default:
      return makeSilentAtFirst(dice, run);
  }
}

}  // namespace

std::string_view toString(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {
      "refused",   "hanging",      "slow handshake", "no address",     "no socket",  "reset",
      "half-open", "inbound dead", "outbound dead",  "stalled buffer", "slow link",  "closed by code",
      "restart",   "retry after",  "accept-drop",    "no pongs",       "send throws"};
  return kNames[static_cast<std::size_t>(fault)];
}

Configuration drawConfiguration(std::uint64_t seed, FaultSet without) {
  Dice dice(seed * 2 + 1);
  Configuration run;
  run.setup.seed = dice.bits() & 0xFFFFFFFFU;
  run.setup.options = drawOptions(dice);
  run.setup.engine = static_cast<Engine>(dice.index<3>({60, 25, 15}));
  drawWeights(dice, run.faults);
  drawWeights(dice, run.commands);
  drawWeights(dice, run.pageEvents);
  // What ends things for good, or for long, would leave little of a run.
  run.commands[static_cast<std::size_t>(Command::Destroy)] = dice.chance(0.05) ? 1.0F : 0.0F;
  run.commands[static_cast<std::size_t>(Command::Disconnect)] *= 0.2F;
  run.commands[static_cast<std::size_t>(Command::Send)] += 50;
  run.commands[static_cast<std::size_t>(Command::Connect)] += 5;
  const double kind = dice.unit();
  if (kind < 0.15) {
    makeQuiet(dice, run);
  } else if (kind < 0.4) {
    makeOrdinary(dice, run);
  } else if (kind < 0.55) {
    makeHeavy(dice, run);
  } else {
    makeHectic(dice, run);
  }
  if (dice.chance(0.2)) run.faultGap = 1e15;  // a world without faults
  if (dice.chance(0.3)) run.pageGap = 1e15;
  drawServer(dice, run);
  run.closeMissing = dice.chance(0.3) ? dice.unit() : 0;
  run.reentrancy = dice.chance(0.4) ? dice.unit() * 0.3 : 0;
  run.within = dice.chance(0.4) ? dice.unit() * 0.5 : 0;
  run.staysOffline = dice.chance(0.3);
  if (dice.chance(0.2)) drawSituation(dice, run);
  drawGap(dice, 0.1, run.leaveGap, run.faultGap < 1e15 ? 2 * run.faultGap : 10 * run.commandGap);
  // A draw of its own, so that the runs without a handshake are those of earlier versions.
  run.hasHandshake = Dice(seed ^ 0x4A5D'5A4BULL).chance(0.15);
  drawHeartbeats(seed, run);
  drawSessions(seed, run);
  for (std::size_t i = 0; i < kFaults; ++i) {
    if ((without & toSet(static_cast<Fault>(i))) != 0) run.faults[i] = 0;
  }
  return run;
}

}  // namespace rws::sim
