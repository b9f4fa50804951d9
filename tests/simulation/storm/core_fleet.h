// Owns a crowd of the clients that ship: each is a Connection of the core with its own seed and default
// options. Refuses to help them: they are told of their sockets as in a browser and asked for their
// deadlines.
#pragma once

#include <deque>
#include <string>

#include "connection.h"
#include "fleet.h"

namespace rws::storm {

class CoreFleet final : public Fleet {
 public:
  // All clients connected; their connections will end with `close`.
  CoreFleet(std::size_t clients, std::uint64_t seed, CloseInfo close);

  [[nodiscard]] std::size_t size() const override { return clients_.size(); }
  [[nodiscard]] std::optional<Instant> lost(ClientIndex client, Instant now) override;
  void accepted(ClientIndex client, Instant now) override;
  [[nodiscard]] std::optional<Instant> refused(ClientIndex client, Instant start, Instant end) override;

  // Heap and object of one connected client that is idle, bytes.
  [[nodiscard]] std::size_t bytesPerClient() const { return bytesPerClient_; }

 private:
  void tick(Connection& client, Instant now);
  [[nodiscard]] std::optional<Instant> retryOf(const Connection& client) const;

  std::deque<Connection> clients_;
  CloseInfo close_;
  Actions actions_;
  std::size_t bytesPerClient_ = 0;
};

}  // namespace rws::storm
