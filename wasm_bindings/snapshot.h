// The state of a client as JavaScript reads it: CoreSnapshot of web/core/core.d.ts.
#pragma once

#include <emscripten/val.h>

#include "resilient_websocket.h"

namespace rws::bindings {

// One member for each of CoreSnapshot.
struct Snapshot {
  double reconnectAttempts = 0;
  bool isAttempting = false;
  double queuedMessages = 0;
  double consecutiveErrors = 0;
  double newestQueued = 0;
  emscripten::val nextAttemptAt = emscripten::val::null();
  emscripten::val lastPong = emscripten::val::null();
  bool networkOnline = true;
  bool isHealthy = true;
  emscripten::val recommendations = emscripten::val::array();
  double totalConnections = 0;
  double totalReconnections = 0;
  double totalMessages = 0;
  double totalErrors = 0;
  emscripten::val lastConnectedAt = emscripten::val::null();
  emscripten::val lastDisconnectedAt = emscripten::val::null();
  double connectionDuration = 0;
  double averageLatency = 0;
  double errorRate = 0;
  emscripten::val session = emscripten::val::null();
};

[[nodiscard]] Snapshot snapshot(ResilientWebSocket& owner);

// Makes Snapshot known to embind.
void registerSnapshot();

}  // namespace rws::bindings
