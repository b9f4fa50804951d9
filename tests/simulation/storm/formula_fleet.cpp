#include "formula_fleet.h"

namespace rws::storm {

FormulaFleet::FormulaFleet(const Policy& policy, std::size_t clients, std::uint64_t seed)
    : policy_(policy), random_(seed), clients_(clients) {
  for (Client& client : clients_) client.memory.lifelong = random_.unit();
}

std::optional<Instant> FormulaFleet::lost(ClientIndex client, Instant now) { return next(client, now); }

std::optional<Instant> FormulaFleet::refused(ClientIndex client, Instant, Instant end) {
  return next(client, end);
}

std::optional<Instant> FormulaFleet::next(ClientIndex index, Instant now) {
  Client& client = clients_[index];
  if (client.retries >= policy_.attempts) return std::nullopt;
  const double seconds = policy_.delay(client.retries++, client.memory, random_);
  return now + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace rws::storm
