// A crowd of clients whose delays follow a formula. They do nothing else.
#pragma once

#include <vector>

#include "fleet.h"
#include "policy.h"
#include "random.h"

namespace rws::storm {

class FormulaFleet final : public Fleet {
 public:
  FormulaFleet(const Policy& policy, std::size_t clients, std::uint64_t seed);

  [[nodiscard]] std::size_t size() const override { return clients_.size(); }
  [[nodiscard]] std::optional<Instant> lost(ClientIndex client, Instant now) override;
  void accepted(ClientIndex, Instant) override {}
  [[nodiscard]] std::optional<Instant> refused(ClientIndex client, Instant start, Instant end) override;

 private:
  struct Client {
    ClientMemory memory;
    unsigned retries = 0;
  };
  std::optional<Instant> next(ClientIndex client, Instant now);

  const Policy& policy_;
  Random random_;
  std::vector<Client> clients_;
};

}  // namespace rws::storm
