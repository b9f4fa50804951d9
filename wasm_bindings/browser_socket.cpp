#include "browser_socket.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "close_policy.h"
#include "host_library.h"

namespace rws::bindings {

int BrowserSocket::open(const void* owner, Failure& failure) {
  return rwsSocketOpen(owner, failure.data(), static_cast<int>(failure.size()));
}

BrowserSocket::BrowserSocket(int handle, AttemptId attempt, SocketListener& listener)
    : handle_(handle), attempt_(attempt), listener_(listener) {
  rwsSocketListen(handle_, this, &onOpen, &onError, &onClose);
}

BrowserSocket::~BrowserSocket() { rwsSocketDelete(handle_, over_); }

void BrowserSocket::show(const void* owner) const {
  rwsSocketShow(owner, static_cast<double>(attempt_), handle_);
}

std::uint64_t BrowserSocket::bufferedAmount() const {
  return static_cast<std::uint64_t>(rwsSocketBufferedAmount(handle_));
}

bool BrowserSocket::isClosing() const { return rwsSocketIsClosing(handle_) != 0; }

bool BrowserSocket::sendText(std::string_view text) const {
  return 0 != rwsSocketSendText(handle_, text.data(), static_cast<int>(text.size()));
}

void BrowserSocket::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(over_, true)) return;
  // A C string of at most 123 bytes.
  std::array<char, 124> text{};
  const std::string_view fitting = clipped(reason, text.size() - 1);
  std::copy(fitting.begin(), fitting.end(), text.begin());
  // Last, because a handler that runs now may end this socket.
  emscripten_websocket_close(handle_, mayBeSent(code) ? code : 1000, text.data());
}

// In all three: the socket may be gone when the listener returns.

EM_BOOL BrowserSocket::onOpen(int /*type*/, const EmscriptenWebSocketOpenEvent* /*event*/,
                              void* /*userData*/) {
  const BrowserSocket& socket = *static_cast<const BrowserSocket*>(rwsSocketListener());
  socket.listener_.socketOpened(socket.attempt_);
  return EM_TRUE;
}

EM_BOOL BrowserSocket::onError(int /*type*/, const EmscriptenWebSocketErrorEvent* /*event*/,
                               void* /*userData*/) {
  const BrowserSocket& socket = *static_cast<const BrowserSocket*>(rwsSocketListener());
  socket.listener_.socketErrored(socket.attempt_);
  return EM_TRUE;
}

void BrowserSocket::onClose(void* listener, int code, bool wasClean, const char* reason, int length,
                            double retryAfter) {
  BrowserSocket& socket = *static_cast<BrowserSocket*>(listener);
  socket.over_ = true;
  CloseInfo info{static_cast<std::uint16_t>(code), std::string_view(reason, static_cast<std::size_t>(length)),
                 wasClean};
  if (!std::isnan(retryAfter)) info.retryAfterMs = retryAfter;
  const auto bufferedAmount = static_cast<std::uint64_t>(rwsSocketBufferedAmount(socket.handle_));
  socket.listener_.socketClosed(socket.attempt_, info, bufferedAmount);
}

}  // namespace rws::bindings
