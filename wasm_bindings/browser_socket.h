// Owns one native WebSocket: opened by the constructor function, closed at most once, detached and deleted at
// the end. Refuses inbound messages and the user's outbound ones: the facade handles payloads on the native
// object itself.
#pragma once

#include <emscripten/websocket.h>

#include <cstdint>
#include <memory>
#include <optional>
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
  struct Opening;
  // Opens the address that the owner's facade has found.
  [[nodiscard]] static Opening open(const void* owner, AttemptId attempt, SocketListener& listener);

  BrowserSocket(BrowserSocket&&) noexcept = default;
  BrowserSocket& operator=(BrowserSocket&&) noexcept = default;
  BrowserSocket(const BrowserSocket&) = delete;
  BrowserSocket& operator=(const BrowserSocket&) = delete;
  // Closes the socket if nobody did, and lets no later event through.
  ~BrowserSocket() = default;

  [[nodiscard]] AttemptId attempt() const { return link_->attempt; }
  // Shows the native object to the owner's facade.
  void show(const void* owner) const;
  [[nodiscard]] std::uint64_t bufferedAmount() const;
  // Whether the socket took it.
  [[nodiscard]] bool sendText(std::string_view text) const;
  // Starts the closing handshake. Code and reason are made such as close() takes. Once only.
  // May run handlers before it returns: some test doubles fire events at once.
  void close(std::uint16_t code, std::string_view reason);

 private:
  // What is listening, to the host; its address must not change while the socket lives.
  struct Link {
    Link(int id, AttemptId forAttempt, SocketListener& told)
        : handle(id), attempt(forAttempt), listener(told) {}
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    int handle;
    AttemptId attempt;
    SocketListener& listener;
    bool over = false;  // closed by either side
  };

  explicit BrowserSocket(std::unique_ptr<Link> link) : link_(std::move(link)) {}
  static EM_BOOL onOpen(int type, const EmscriptenWebSocketOpenEvent* event, void* userData);
  static EM_BOOL onError(int type, const EmscriptenWebSocketErrorEvent* event, void* userData);
  static void onClose(void* listener, int code, bool wasClean, const char* reason, int length,
                      double retryAfter);

  std::unique_ptr<Link> link_;
};

// A socket, or why there is none: the name of an error, without URL.
struct BrowserSocket::Opening {
  std::optional<BrowserSocket> socket;
  CloseReason failure;
};

}  // namespace rws::bindings
