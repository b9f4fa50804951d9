// A crowd of clients as the storm sees it: when each of them tries next. How an attempt ended, the storm
// decides.
#pragma once

#include <cstddef>
#include <optional>

#include "types.h"

namespace rws::storm {

using ClientIndex = std::uint32_t;

class Fleet {
 public:
  Fleet() = default;
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  virtual ~Fleet() = default;

  [[nodiscard]] virtual std::size_t size() const = 0;
  // The client's connection ends. When it tries again; nothing when it gives up.
  [[nodiscard]] virtual std::optional<Instant> lost(ClientIndex client, Instant now) = 0;
  // The attempt due at `now` is accepted at once.
  virtual void accepted(ClientIndex client, Instant now) = 0;
  // The attempt due at `start` is refused at `end`. When the client tries again; nothing when it gives up.
  [[nodiscard]] virtual std::optional<Instant> refused(ClientIndex client, Instant start, Instant end) = 0;
};

}  // namespace rws::storm
