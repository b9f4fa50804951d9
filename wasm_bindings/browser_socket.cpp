#include "browser_socket.h"

#include <algorithm>
#include <array>
#include <utility>

#include "close_policy.h"
#include "host_library.h"

namespace rws::bindings {

using emscripten::val;

BrowserSocket::Opening BrowserSocket::open(const std::string& url, const std::string& protocols,
                                           AttemptId attempt, SocketListener& listener) {
  EmscriptenWebSocketCreateAttributes attributes;
  emscripten_websocket_init_create_attributes(&attributes);
  attributes.url = url.c_str();
  attributes.protocols = protocols.empty() ? nullptr : protocols.c_str();
  std::array<char, 64> failure{};
  const int handle = rwsSocketOpen(&attributes, failure.data(), static_cast<int>(failure.size()));
  if (handle == 0) return {std::nullopt, failure.data()};
  auto link = std::make_unique<Link>(handle, attempt, listener);
  rwsSocketListen(handle, link.get(), &onOpen, &onError, &onClose);
  return {BrowserSocket(std::move(link)), {}};
}

BrowserSocket::Link::~Link() { rwsSocketDelete(handle, over); }

val BrowserSocket::object() const { return val::take_ownership(rwsSocketObject(link_->handle)); }

std::uint64_t BrowserSocket::bufferedAmount() const {
  return static_cast<std::uint64_t>(rwsSocketBufferedAmount(link_->handle));
}

bool BrowserSocket::sendText(const std::string& text) const {
  return 0 != rwsSocketSendText(link_->handle, val(text).as_handle());
}

void BrowserSocket::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(link_->over, true)) return;
  const std::string clipped(clippedReason(reason));
  // Last, because a handler that runs now may end this socket.
  rwsSocketClose(link_->handle, mayBeSent(code) ? code : 1000, clipped.empty() ? nullptr : clipped.c_str());
}

// In all three: the event is one static struct for all sockets, and the link may be gone when the listener
// returns.

EM_BOOL BrowserSocket::onOpen(int /*type*/, const EmscriptenWebSocketOpenEvent* /*event*/, void* userData) {
  const Link& link = *static_cast<const Link*>(userData);
  link.listener.socketOpened(link.attempt);
  return EM_TRUE;
}

EM_BOOL BrowserSocket::onError(int /*type*/, const EmscriptenWebSocketErrorEvent* /*event*/, void* userData) {
  const Link& link = *static_cast<const Link*>(userData);
  link.listener.socketErrored(link.attempt);
  return EM_TRUE;
}

EM_BOOL BrowserSocket::onClose(int /*type*/, const EmscriptenWebSocketCloseEvent* event, void* userData) {
  Link& link = *static_cast<Link*>(userData);
  link.over = true;
  const auto reasonLength =
      std::min(static_cast<std::size_t>(rwsSocketReasonLength()), sizeof(event->reason) - 1);
  // By its length: a reason may hold U+0000.
  const CloseInfo info{event->code, std::string(static_cast<const char*>(event->reason), reasonLength),
                       event->wasClean != 0};
  const auto bufferedAmount = static_cast<std::uint64_t>(rwsSocketBufferedAmount(link.handle));
  link.listener.socketClosed(link.attempt, info, bufferedAmount);
  return EM_TRUE;
}

}  // namespace rws::bindings
