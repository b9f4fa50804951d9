// What the core costs, in time and in allocations. The client runs through the driver.
#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "allocations.h"
#include "steady_link.h"

namespace rws::test {
namespace {

// Reports how many allocations an iteration made on average.
class AllocationCounter {
 public:
  explicit AllocationCounter(benchmark::State& state) : state_(state) {}
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;
  ~AllocationCounter() {
    state_.counters["allocations"] = benchmark::Counter(static_cast<double>(allocationCount() - before_),
                                                        benchmark::Counter::kAvgIterations);
  }
  // The server answers the last ping. Neither its time nor its memory counts.
  void answer(SteadyLink& link) {
    state_.PauseTiming();
    const std::uint64_t start = allocationCount();
    link.answer();
    before_ += allocationCount() - start;
    state_.ResumeTiming();
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_ = allocationCount();
};

// Each ping is answered, as a server does it: the record of sent messages stays short.
void send(benchmark::State& state) {
  SteadyLink link;
  link.exchange(2000);
  AllocationCounter counter(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(link.send());
    if (link.isPingUnanswered()) counter.answer(link);
  }
}
BENCHMARK(send);

void trySendNow(benchmark::State& state) {
  SteadyLink link;
  link.exchange(2000);
  AllocationCounter counter(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(link.trySendNow());
    if (link.isPingUnanswered()) counter.answer(link);
  }
}
BENCHMARK(trySendNow);

void receive(benchmark::State& state) {
  SteadyLink link;
  const AllocationCounter counter(state);
  for (auto _ : state) link.receive();
}
BENCHMARK(receive);

// A text that must be read, because it contains the marker of control frames.
void receiveText(benchmark::State& state) {
  SteadyLink link;
  const std::string text = R"({"type":"message","text":"how long"})";
  const AllocationCounter counter(state);
  for (auto _ : state) benchmark::DoNotOptimize(link.driver().textReceived(link.attempt(), text));
}
BENCHMARK(receiveText);

void sendAndReceive(benchmark::State& state) {
  SteadyLink link;
  link.exchange(2000);
  AllocationCounter counter(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(link.send());
    link.receive();
    if (link.isPingUnanswered()) counter.answer(link);
  }
}
BENCHMARK(sendAndReceive);

// The server acknowledges 32 messages by one frame. Reading it counts.
void sendInSession(benchmark::State& state) {
  SteadyLink link(true);
  AllocationCounter counter(state);
  int messages = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(link.trySendNow());
    if (++messages % 32 == 0) link.acknowledge();
    if (link.isPingUnanswered()) counter.answer(link);
  }
}
BENCHMARK(sendInSession);

// The client acknowledges 32 messages by one frame.
void receiveInSession(benchmark::State& state) {
  SteadyLink link(true);
  const AllocationCounter counter(state);
  for (auto _ : state) link.receive();
}
BENCHMARK(receiveInSession);

void pingAndPong(benchmark::State& state) {
  SteadyLink link;
  const AllocationCounter counter(state);
  for (auto _ : state) {
    link.driver().checkNetwork();
    link.answer();
  }
}
BENCHMARK(pingAndPong);

void reconnectCycle(benchmark::State& state) {
  SteadyLink link;
  link.reconnect();
  const AllocationCounter counter(state);
  for (auto _ : state) link.reconnect();
}
BENCHMARK(reconnectCycle);

// A year on a connection that holds, with the default options: pings, and an answer to each 20 ms later.
void simulatedYear(benchmark::State& state) {
  std::uint64_t ticks = 0;
  SteadyLink link;
  const AllocationCounter counter(state);
  for (auto _ : state) {
    const Instant end = link.now().instant + 24h * 365;
    while (link.now().instant < end) {
      link.tick();
      ++ticks;
      if (!link.isPingUnanswered()) continue;
      link.pass(20ms);
      link.answer();
    }
  }
  state.counters["ticks"] =
      benchmark::Counter(static_cast<double>(ticks), benchmark::Counter::kAvgIterations);
}
BENCHMARK(simulatedYear)->Unit(benchmark::kMillisecond);

// One event again and again on a connection. Those of sockets are of an attempt that is over: what the events
// of the current attempt cost is in reconnectCycle.
void repeat(benchmark::State& state, const std::function<void(Driver&)>& event) {
  SteadyLink link;
  for (int i = 0; i < 100; ++i) event(link.driver());
  const AllocationCounter counter(state);
  for (auto _ : state) event(link.driver());
}

std::vector<std::pair<std::string, std::function<void(Driver&)>>> events() {
  constexpr AttemptId kStale{77};
  return {
      {"timer early", [](Driver& driver) { driver.timerFired(); }},
      {"connect", [](Driver& driver) { driver.connect(); }},
      {"clearQueue", [](Driver& driver) { driver.clearQueue(); }},
      {"setOption", [](Driver& driver) { (void)driver.setOption("jitter", 0.5); }},
      {"online", [](Driver& driver) { driver.networkChanged(true); }},
      {"visible", [](Driver& driver) { driver.visibilityChanged(true); }},
      {"resetRecovery", [](Driver& driver) { driver.resetRecovery(); }},
      {"setDecider", [](Driver& driver) { driver.setDecider(false); }},
      {"stale opened", [](Driver& driver) { driver.socketOpened(kStale); }},
      {"stale error", [](Driver& driver) { driver.socketErrored(kStale); }},
      {"stale close", [](Driver& driver) { driver.socketClosed(kStale, 1006, "", false); }},
      {"stale frame", [](Driver& driver) { (void)driver.frameReceived(kStale); }},
      {"stale refusal", [](Driver& driver) { driver.messageRefused(kStale, 1, false); }},
  };
}

[[maybe_unused]] const bool registered = [] {
  for (const auto& [name, event] : events()) {
    benchmark::RegisterBenchmark(("event " + name).c_str(),
                                 [event = event](benchmark::State& state) { repeat(state, event); });
  }
  return true;
}();

}  // namespace
}  // namespace rws::test
