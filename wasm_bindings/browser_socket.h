// Owns one native WebSocket: opened by the constructor function, closed at most once, detached and deleted at
// the end. Refuses inbound messages and the user's outbound ones: the facade handles payloads on the native
// object itself.
#pragma once

#include <emscripten/websocket.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "types.h"

namespace rws::bindings {

// Told of a socket's events. It must outlive the socket.
class SocketListener {
 public:
  // Not pure: the handler for calls of pure functions would bring printf into the module.
  virtual void socketOpened(AttemptId /*attempt*/) {}
  virtual void socketErrored(AttemptId /*attempt*/) {}
  virtual void socketClosed(AttemptId /*attempt*/, const CloseInfo& /*info*/,
                            std::uint64_t /*bufferedAmount*/) {}

 protected:
  SocketListener() = default;
  ~SocketListener() = default;
  SocketListener(const SocketListener&) = default;
  SocketListener& operator=(const SocketListener&) = default;
};

class BrowserSocket {
 public:
  // Why there is no socket: the name of an error, without URL, as a C string.
  using Failure = std::array<char, 64>;
  // Opens the address that the owner's facade has found; a handle, or 0 and why.
  [[nodiscard]] static int open(const void* owner, Failure& failure);

  // Listens to an open socket. Its address is what the host knows it by.
  BrowserSocket(int handle, AttemptId attempt, SocketListener& listener);
  BrowserSocket(const BrowserSocket&) = delete;
  BrowserSocket& operator=(const BrowserSocket&) = delete;
  // Closes the socket if nobody did, and lets no later event through.
  ~BrowserSocket();

  [[nodiscard]] AttemptId attempt() const { return attempt_; }
  // Shows the native object to the owner's facade.
  void show(const void* owner) const;
  // Whether leave had been taken of it before.
  [[nodiscard]] bool takeLeave() { return std::exchange(leaveTaken_, true); }
  [[nodiscard]] std::uint64_t bufferedAmount() const;
  // Whether it is over for the browser, whose close event may be still to come: it takes nothing more.
  [[nodiscard]] bool isClosing() const;
  // Whether the socket took it.
  [[nodiscard]] bool sendText(std::string_view text) const;
  // Starts the closing handshake. Code and reason are made such as close() takes. Once only.
  // May run handlers before it returns: some test doubles fire events at once.
  void close(std::uint16_t code, std::string_view reason);

 private:
  static EM_BOOL onOpen(int type, const EmscriptenWebSocketOpenEvent* event, void* userData);
  static EM_BOOL onError(int type, const EmscriptenWebSocketErrorEvent* event, void* userData);
  static void onClose(void* listener, int code, bool wasClean, const char* reason, int length,
                      double retryAfter);

  int handle_;
  AttemptId attempt_;
  SocketListener& listener_;
  bool over_ = false;  // closed by either side
  bool leaveTaken_ = false;
};

}  // namespace rws::bindings
