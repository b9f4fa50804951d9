// Owns the search for a life of a connection that breaks a rule: options and moves are drawn from bytes, the
// models outside the connection judge (tests/core/support).
#include <fuzzer/FuzzedDataProvider.h>

#include "checked_connection.h"
#include "fuzz_check.h"
#include "world_move.h"

namespace rws::fuzz {
namespace {

Duration durationFrom(FuzzedDataProvider& bytes, std::int64_t least) {
  // Short ones meet each other; long ones meet the limits.
  const auto most = bytes.ConsumeBool() ? std::int64_t{20'000'000} : Options::kLongest.count();
  return Duration(bytes.ConsumeIntegralInRange<std::int64_t>(least, most));
}

Options optionsFrom(FuzzedDataProvider& bytes) {
  Options options;
  if (bytes.ConsumeBool()) return options;
  options.maxReconnectAttempts = bytes.ConsumeIntegralInRange<std::uint64_t>(0, 4);
  options.jitter = bytes.ConsumeProbability<double>();
  for (Duration Options::*field : {&Options::reconnectDelay, &Options::maxReconnectDelay,
                                   &Options::stableAfter, &Options::maxRetryAfter}) {
    options.*field = durationFrom(bytes, 0);
  }
  for (Duration Options::*field : {&Options::connectionTimeout, &Options::pingInterval, &Options::pongTimeout,
                                   &Options::probeAfterSend, &Options::probeTimeout, &Options::closeGrace}) {
    options.*field = durationFrom(bytes, 1000);
  }
  options.maxQueueSize = bytes.ConsumeIntegralInRange<std::uint64_t>(0, 5);
  options.maxQueueBytes = bytes.ConsumeIntegralInRange<std::uint64_t>(0, 200);
  options.enableHeartbeat = bytes.ConsumeBool();
  options.enableAutoReconnect = bytes.ConsumeBool();
  options.answerPings = bytes.ConsumeBool();
  return options;
}

void step(FuzzedDataProvider& bytes, test::CheckedConnection& world) {
  const auto move = bytes.ConsumeIntegralInRange<std::size_t>(0, test::kMoves + 2);
  if (move < test::kMoves) {
    (void)test::WorldMove::perform(static_cast<test::Move>(move), world);
  } else if (move == test::kMoves) {
    world.advance(durationFrom(bytes, 0));
  } else if (move == test::kMoves + 1) {
    // Any wall clock but one so far off that no date has it.
    world.setWallClock(bytes.ConsumeIntegralInRange<EpochMs>(-4'000'000'000'000, 4'000'000'000'000));
  } else {
    (void)world.send(bytes.ConsumeIntegralInRange<std::uint64_t>(0, 100), {});
  }
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes(data, size);
  const rws::Options options = rws::fuzz::optionsFrom(bytes);
  rws::test::CheckedConnection world(options, bytes.ConsumeIntegral<std::uint64_t>(), bytes.ConsumeBool());
  // Far more steps teach nothing new and overflow the longest instants.
  for (int steps = 0; steps < 200 && bytes.remaining_bytes() > 0; ++steps) {
    rws::fuzz::step(bytes, world);
    rws::fuzz::check(world.connection().isConsistent(), "the connection is consistent");
    rws::fuzz::check(world.findings().empty(), world.findings().rule());
  }
  return 0;
}
