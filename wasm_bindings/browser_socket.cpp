#include "browser_socket.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "close_policy.h"
#include "host_library.h"

namespace rws::bindings {

BrowserSocket::Opening BrowserSocket::open(const void* owner, AttemptId attempt, SocketListener& listener) {
  std::array<char, 64> failure{};
  const int handle = rwsSocketOpen(owner, failure.data(), static_cast<int>(failure.size()));
  if (handle == 0) return {std::nullopt, failure.data()};
  auto link = std::make_unique<Link>(handle, attempt, listener);
  rwsSocketListen(handle, link.get(), &onOpen, &onError, &onClose);
  return {BrowserSocket(std::move(link)), {}};
}

BrowserSocket::Link::~Link() { rwsSocketDelete(handle, over); }

void BrowserSocket::show(const void* owner) const {
  rwsSocketShow(owner, static_cast<double>(link_->attempt), link_->handle);
}

std::uint64_t BrowserSocket::bufferedAmount() const {
  return static_cast<std::uint64_t>(rwsSocketBufferedAmount(link_->handle));
}

bool BrowserSocket::sendText(std::string_view text) const {
  return 0 != rwsSocketSendText(link_->handle, text.data(), static_cast<int>(text.size()));
}

void BrowserSocket::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(link_->over, true)) return;
  // A C string of at most 123 bytes.
  std::array<char, 124> text{};
  const std::string_view fitting = clipped(reason, text.size() - 1);
  std::copy(fitting.begin(), fitting.end(), text.begin());
  // Last, because a handler that runs now may end this socket.
  emscripten_websocket_close(link_->handle, mayBeSent(code) ? code : 1000, text.data());
}

// In all three: the link may be gone when the listener returns.

EM_BOOL BrowserSocket::onOpen(int /*type*/, const EmscriptenWebSocketOpenEvent* /*event*/,
                              void* /*userData*/) {
  const Link& link = *static_cast<const Link*>(rwsSocketListener());
  link.listener.socketOpened(link.attempt);
  return EM_TRUE;
}

EM_BOOL BrowserSocket::onError(int /*type*/, const EmscriptenWebSocketErrorEvent* /*event*/,
                               void* /*userData*/) {
  const Link& link = *static_cast<const Link*>(rwsSocketListener());
  link.listener.socketErrored(link.attempt);
  return EM_TRUE;
}

void BrowserSocket::onClose(void* listener, int code, bool wasClean, const char* reason, int length,
                            double retryAfter) {
  Link& link = *static_cast<Link*>(listener);
  link.over = true;
  CloseInfo info{static_cast<std::uint16_t>(code), std::string_view(reason, static_cast<std::size_t>(length)),
                 wasClean};
  if (!std::isnan(retryAfter)) info.retryAfterMs = retryAfter;
  const auto bufferedAmount = static_cast<std::uint64_t>(rwsSocketBufferedAmount(link.handle));
  link.listener.socketClosed(link.attempt, info, bufferedAmount);
}

}  // namespace rws::bindings
