// How the clients of the core are driven.
#include "core_fleet.h"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace rws::storm {
namespace {

// Long before the storm, so that every connection is stable.
constexpr Duration kCalm = std::chrono::seconds(10);

Now toNow(Instant instant) {
  return {instant, std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count()};
}

std::size_t allocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace

CoreFleet::CoreFleet(std::size_t clients, std::uint64_t seed, CloseInfo close) : close_(std::move(close)) {
  Random seeds(seed);
  const std::size_t before = allocatedBytes();
  const Instant start = Instant{} - kCalm;
  for (std::size_t index = 0; index < clients; ++index) {
    const auto draw = static_cast<std::uint64_t>(seeds.unit() * 9007199254740992.0);
    Client& client = clients_.emplace_back(Options{}, draw, HostTraits{});
    handle(client, start, event::Connect{});
    handle(client, start, event::AddressResolved{client.currentAttempt()});
    handle(client, start, event::SocketOpened{client.currentAttempt()});
    // Stable, and its first ping not yet due.
    fireTimer(client, start + client.options().stableAfter);
  }
  bytesPerClient_ = (allocatedBytes() - before) / (clients == 0 ? 1 : clients);
}

std::optional<Instant> CoreFleet::lost(ClientIndex index, Instant now) {
  Client& client = clients_[index];
  handle(client, now, event::SocketClosed{client.currentAttempt(), close_});
  return retryAt(client);
}

void CoreFleet::accepted(ClientIndex index, Instant now) {
  Client& client = clients_[index];
  fireTimer(client, now);
  handle(client, now, event::SocketOpened{client.currentAttempt()});
}

std::optional<Instant> CoreFleet::refused(ClientIndex index, Instant start, Instant end) {
  Client& client = clients_[index];
  fireTimer(client, start);
  const AttemptId attempt = client.currentAttempt();
  handle(client, end, event::SocketErrored{attempt});
  handle(client, end, event::SocketClosed{attempt, CloseInfo{}});
  return retryAt(client);
}

void CoreFleet::handle(Client& client, Instant now, const Event& event) {
  client.handle({toNow(now)}, event);
  while (client.pollEffect()) {
  }
}

void CoreFleet::fireTimer(Client& client, Instant now) {
  handle(client, now, event::TimerFired{});
  handle(client, now, event::AddressResolved{client.currentAttempt()});
}

std::optional<Instant> CoreFleet::retryAt(const Client& client) const {
  if (client.state() == State::Failed) return std::nullopt;
  if (!client.nextDeadline()) {
    std::fputs("storm: a client neither waits nor has given up\n", stderr);
    std::abort();
  }
  return client.nextDeadline();
}

}  // namespace rws::storm
