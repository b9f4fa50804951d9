// The cost of what the core does, in time and in allocations.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "allocations.h"
#include "steady_link.h"

namespace rws::test {
namespace {

// Tells how many allocations one iteration made.
class AllocationCounter {
 public:
  explicit AllocationCounter(benchmark::State& state) : state_(state) {}
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;
  ~AllocationCounter() {
    state_.counters["allocations"] = benchmark::Counter(static_cast<double>(allocationCount() - before_),
                                                        benchmark::Counter::kAvgIterations);
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_ = allocationCount();
};

void send(benchmark::State& state) {
  SteadyLink link;
  for (int i = 0; i < 1000; ++i) benchmark::DoNotOptimize(link.send());
  const AllocationCounter counter(state);
  for (auto _ : state) benchmark::DoNotOptimize(link.send());
}
BENCHMARK(send);

void sendAtOnce(benchmark::State& state) {
  SteadyLink link;
  for (int i = 0; i < 1000; ++i) benchmark::DoNotOptimize(link.send());
  const AllocationCounter counter(state);
  for (auto _ : state) benchmark::DoNotOptimize(link.sendAtOnce());
}
BENCHMARK(sendAtOnce);

void receive(benchmark::State& state) {
  SteadyLink link;
  const AllocationCounter counter(state);
  for (auto _ : state) benchmark::DoNotOptimize(link.connection().received(link.attempt(), link.now().wall));
}
BENCHMARK(receive);

void sendAndReceive(benchmark::State& state) {
  SteadyLink link;
  for (int i = 0; i < 1000; ++i) benchmark::DoNotOptimize(link.send());
  const AllocationCounter counter(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(link.send());
    link.feed(input::Received{link.attempt(), {}});
  }
}
BENCHMARK(sendAndReceive);

void reconnectCycle(benchmark::State& state) {
  SteadyLink link;
  link.reconnect();
  const AllocationCounter counter(state);
  for (auto _ : state) link.reconnect();
}
BENCHMARK(reconnectCycle);

// A year on a link that holds, at defaults: pings, and an answer to each 20 ms later.
void simulatedYear(benchmark::State& state) {
  std::uint64_t ticks = 0;
  SteadyLink link;
  const AllocationCounter counter(state);
  for (auto _ : state) {
    const Instant end = link.now().instant + 24h * 365;
    while (link.now().instant < end) {
      link.tick();
      ++ticks;
      bool asked = false;
      for (const Action& action : link.actions())
        asked |= std::holds_alternative<action::SendControl>(action);
      if (!asked) continue;
      link.pass(20ms);
      link.feed(input::Received{link.attempt(), {}});
    }
  }
  state.counters["ticks"] =
      benchmark::Counter(static_cast<double>(ticks), benchmark::Counter::kAvgIterations);
}
BENCHMARK(simulatedYear)->Unit(benchmark::kMillisecond);

// One input again and again on a connected link. Those of the socket's life are of an attempt long over: what
// the current attempt's cost is in reconnectCycle.
void handle(benchmark::State& state, const Input& input) {
  SteadyLink link;
  for (int i = 0; i < 100; ++i) link.feed(input);
  const AllocationCounter counter(state);
  for (auto _ : state) link.feed(input);
}

std::vector<std::pair<std::string, Input>> inputs() {
  constexpr AttemptId kCurrent{1};
  constexpr AttemptId kStale{77};
  return {
      {"Received", input::Received{kCurrent, {}}},
      {"Buffered", input::Buffered{kCurrent, 0}},
      {"Ticked early", input::Ticked{}},
      {"Connect", input::Connect{}},
      {"ClearQueue", input::ClearQueue{}},
      {"ChangeOptions", input::ChangeOptions{Options{}}},
      {"NetworkChanged", input::NetworkChanged{true}},
      {"VisibilityChanged", input::VisibilityChanged{true}},
      {"ResetRecovery", input::ResetRecovery{}},
      {"HostDecides", input::HostDecides{false}},
      {"stale Opened", input::Opened{kStale}},
      {"stale Errored", input::Errored{kStale}},
      {"stale Closed", input::Closed{kStale, {}, 0}},
      {"stale Received", input::Received{kStale, {}}},
      {"stale Buffered", input::Buffered{kStale, 0}},
      {"stale HandOverFailed", input::HandOverFailed{kStale, 1}},
      {"stale Decided", input::Decided{kStale, {}}},
  };
}

[[maybe_unused]] const bool registered = [] {
  for (const auto& [name, input] : inputs()) {
    benchmark::RegisterBenchmark(("handle " + name).c_str(),
                                 [input = input](benchmark::State& state) { handle(state, input); });
  }
  return true;
}();

}  // namespace
}  // namespace rws::test
