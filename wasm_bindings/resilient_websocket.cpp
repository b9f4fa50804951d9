#include "resilient_websocket.h"

#include <emscripten/eventloop.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "fifo.h"
#include "values.h"

namespace rws::bindings {
namespace {

// The clients by their ids: slot + kMaxClients * the number of clients ever made. So the id of a deleted
// client finds nothing, although its slot is used again.
class Clients {
 public:
  [[nodiscard]] double add(ResilientWebSocket* client) {
    auto* const free =
        std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.client == nullptr; });
    const std::ptrdiff_t index = free - slots_.begin();
    if (free == slots_.end()) slots_.pushBack({});
    slots_.begin()[index].client = client;
    generation_ += kMaxClients;
    return generation_ + static_cast<double>(index);
  }
  void remove(double id) { slots_.begin()[slotOf(id)].client = nullptr; }
  [[nodiscard]] ResilientWebSocket* find(double id) const {
    const std::size_t slot = slotOf(id);
    ResilientWebSocket* const client = slot < slots_.size() ? slots_.begin()[slot].client : nullptr;
    return client != nullptr && client->id() == id ? client : nullptr;
  }

 private:
  struct Slot {
    ResilientWebSocket* client = nullptr;
  };
  // More than memory has room for.
  static constexpr std::uint32_t kMaxClients = 1U << 20U;

  static std::size_t slotOf(double id) { return static_cast<std::size_t>(toInteger(id) % kMaxClients); }

  Fifo<Slot, 0> slots_;
  double generation_ = 0;
};

Clients clients;

// Whether this is Firefox, where bufferedAmount falls by whole messages. SpiderMonkey alone has this class,
// in pages and in workers.
bool countsWholeMessages() { return !emscripten::val::global("InternalError").isUndefined(); }

}  // namespace

ResilientWebSocket::ResilientWebSocket(emscripten::val listener, double seed)
    : platform_(std::move(listener), driver_),
      driver_(platform_, toInteger(seed), {.countsWholeMessages = countsWholeMessages()}),
      id_(clients.add(this)) {}

ResilientWebSocket::~ResilientWebSocket() { clients.remove(id_); }

void ResilientWebSocket::operator delete(ResilientWebSocket* client, std::destroying_delete_t /*tag*/) {
  const auto freeClient = [](void* memory) {
    static_cast<ResilientWebSocket*>(memory)->~ResilientWebSocket();
    ::operator delete(memory);
  };
  if (!client->driver_.isInTurn()) return freeClient(client);
  client->platform_.mute();
  client->driver_.destroy();
  emscripten_set_timeout(freeClient, 0, client);
}

ResilientWebSocket* ResilientWebSocket::find(double id) { return clients.find(id); }

}  // namespace rws::bindings
