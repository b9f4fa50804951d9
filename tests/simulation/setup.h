// What is fixed before a run begins.
#pragma once

#include <cstdint>

#include "options.h"

namespace rws::sim {

// What WebSocket.bufferedAmount shows. All three were measured.
enum class Engine : std::uint8_t {
  Exact,          // Chromium: what has not left the browser
  WholeMessages,  // Firefox: the same, counted by whole messages, and at times bytes of no message
  Zero,           // WebKit: 0 at once, although the data is still on its way out
};

struct Setup {
  Options options{};
  std::uint64_t seed = 1;  // of the client
  Engine engine = Engine::Exact;
  std::uint64_t failingPing = 0;  // every so many-th custom ping cannot be made; 0 for none
};

}  // namespace rws::sim
