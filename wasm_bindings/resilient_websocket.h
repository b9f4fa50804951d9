// One client as JavaScript has it: a driver on a platform of its own, and an id by which the module's plain
// functions find it.
#pragma once

#include <emscripten/val.h>

#include <new>

#include "driver.h"
#include "platform.h"

namespace rws::bindings {

class ResilientWebSocket {
 public:
  // `listener` has all methods of CoreListener (web/core/core.d.ts).
  ResilientWebSocket(emscripten::val listener, double seed);
  ResilientWebSocket(const ResilientWebSocket&) = delete;
  ResilientWebSocket& operator=(const ResilientWebSocket&) = delete;
  ~ResilientWebSocket();
  // What `delete` calls instead of the destructor, and so delete() of JavaScript. A client that is deleted
  // inside a turn of its own ends at once, and is freed when the turn is over.
  void operator delete(ResilientWebSocket* client, std::destroying_delete_t /*tag*/);

  // nullptr for a number that is no client's id.
  [[nodiscard]] static ResilientWebSocket* find(double id);

  // Never used again after the client.
  [[nodiscard]] double id() const { return id_; }
  [[nodiscard]] Driver& driver() { return driver_; }
  [[nodiscard]] BrowserPlatform& platform() { return platform_; }

 private:
  BrowserPlatform platform_;
  Driver driver_;
  double id_;
};

}  // namespace rws::bindings
