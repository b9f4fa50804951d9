// Owns how the core's clients are driven: the inputs a browser would give, in its order.
#include "core_fleet.h"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace rws::storm {
namespace {

// Long before the storm, so that every connection has proved stable.
constexpr Duration kCalm = std::chrono::seconds(10);

Now nowAt(Instant instant) {
  return {instant, std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count()};
}

std::size_t allocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

CoreFleet::CoreFleet(std::size_t clients, std::uint64_t seed, CloseInfo close) : close_(std::move(close)) {
  Random seeds(seed);
  actions_.reserve(64);
  const std::size_t before = allocatedBytes();
  for (std::size_t index = 0; index < clients; ++index) {
    Connection& client =
        clients_.emplace_back(Options{}, static_cast<std::uint64_t>(seeds.unit() * 9007199254740992.0));
    client.handle(nowAt(Instant{} - kCalm), input::Connect{}, actions_);
    client.handle(nowAt(Instant{} - kCalm), input::Opened{client.currentAttempt()}, actions_);
    // Stable, and its first ping not yet due.
    tick(client, Instant{} - kCalm + client.options().stableAfter);
    actions_.clear();
  }
  bytesPerClient_ = (allocatedBytes() - before) / (clients == 0 ? 1 : clients);
}

std::optional<Instant> CoreFleet::lost(ClientIndex index, Instant now) {
  Connection& client = clients_[index];
  client.handle(nowAt(now), input::Closed{client.currentAttempt(), close_, 0}, actions_);
  actions_.clear();
  return retryOf(client);
}

void CoreFleet::accepted(ClientIndex index, Instant now) {
  Connection& client = clients_[index];
  tick(client, now);
  client.handle(nowAt(now), input::Opened{client.currentAttempt()}, actions_);
  actions_.clear();
}

std::optional<Instant> CoreFleet::refused(ClientIndex index, Instant start, Instant end) {
  Connection& client = clients_[index];
  tick(client, start);
  const AttemptId attempt = client.currentAttempt();
  client.handle(nowAt(end), input::Errored{attempt}, actions_);
  client.handle(nowAt(end), input::Closed{attempt, CloseInfo{}, 0}, actions_);
  actions_.clear();
  return retryOf(client);
}

void CoreFleet::tick(Connection& client, Instant now) {
  client.handle(nowAt(now), input::Ticked{}, actions_);
  actions_.clear();
}

std::optional<Instant> CoreFleet::retryOf(const Connection& client) const {
  if (client.state() == State::Failed) return std::nullopt;
  if (!client.nextDeadline()) {
    std::fputs("storm: a client neither waits nor has given up\n", stderr);
    std::abort();
  }
  return client.nextDeadline();
}

}  // namespace rws::storm
