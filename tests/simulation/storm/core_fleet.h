// A crowd of the clients that ship: each is a Client of the core with its own seed and default options. They
// get the events of their sockets in the order in which a browser gives them.
#pragma once

#include <deque>
#include <string>

#include "client.h"
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
  void handle(Client& client, Instant now, const Event& event);
  // The timer fires, and the address is found at once.
  void fireTimer(Client& client, Instant now);
  [[nodiscard]] std::optional<Instant> retryAt(const Client& client) const;

  std::deque<Client> clients_;
  CloseInfo close_;
  std::size_t bytesPerClient_ = 0;
};

}  // namespace rws::storm
