// The half of BrowserPlatform that calls Emscripten's APIs. websocket_fixes.js mends those that are
// defective.
#include "platform.h"

#include <emscripten/emscripten.h>
#include <emscripten/eventloop.h>

#include <algorithm>
#include <cmath>
#include <utility>

// Of websocket_fixes.js: the listener gets the native object, which Emscripten's API does not show.
extern "C" emscripten::EM_VAL rwsNativeSocket(EMSCRIPTEN_WEBSOCKET_T socket);

namespace rws::bindings {
namespace {

constexpr unsigned short kConnectionClosing = 2;  // WebSocket.readyState

// A text for a C API, in place; what does not fit is cut.
template <std::size_t kSize>
class CText {
 public:
  explicit CText(std::string_view text) {
    const std::string_view fitting = clipUtf8(text, kSize - 1);
    std::copy(fitting.begin(), fitting.end(), text_.begin());
  }
  [[nodiscard]] const char* get() const { return text_.data(); }

 private:
  std::array<char, kSize> text_{};
};

// A reading of a clock as it can be calculated with: clocks of tests return anything.
double clamp(double milliseconds) {
  // About 3000 years, so that sums do not overflow.
  constexpr double kLatest = 1e14;
  return milliseconds > 0 ? std::min(milliseconds, kLatest) : 0;
}

// The getter's result is an unsigned long long in Emscripten 3.1 and a size_t in newer versions.
template <class Amount>
std::uint64_t readAmount(EMSCRIPTEN_RESULT (*get)(EMSCRIPTEN_WEBSOCKET_T, Amount*),
                         EMSCRIPTEN_WEBSOCKET_T socket) {
  Amount amount = 0;
  return get(socket, &amount) == EMSCRIPTEN_RESULT_SUCCESS ? amount : 0;
}

// The name of the exception that new WebSocket() threw. websocket_fixes.js turns exceptions into results.
std::string_view nameOfFailure(int result) {
  switch (result) {
    case EMSCRIPTEN_RESULT_NOT_SUPPORTED:
      return "NotSupported";
    case EMSCRIPTEN_RESULT_INVALID_PARAM:
      return "SyntaxError";
    case EMSCRIPTEN_RESULT_INVALID_TARGET:
      return "SecurityError";
    default:
      return "Error";
  }
}

// U+0000 stands in a C string as C0 80 (websocket_fixes.js).
std::string readReason(const char* text) {
  std::string reason;
  for (; *text != '\0'; ++text) {
    const bool isNul = text[0] == '\xC0';
    reason += isNul ? '\0' : *text;
    if (isNul) ++text;
  }
  return reason;
}

}  // namespace

constinit BrowserPlatform* BrowserPlatform::first_ = nullptr;

BrowserPlatform::BrowserPlatform(emscripten::val listener, Driver& driver)
    : next_(std::exchange(first_, this)), listener_(std::move(listener)), driver_(driver) {}

BrowserPlatform::~BrowserPlatform() {
  BrowserPlatform** link = &first_;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
  clearTimer();
  for (Socket& socket : sockets_) discard(socket);
}

// --- time

Now BrowserPlatform::now() {
  const Duration reading(static_cast<Duration::rep>(std::floor(clamp(emscripten_get_now()) * 1000.0 + 0.5)));
  return {Instant(reading), wallClock()};
}

EpochMs BrowserPlatform::wallClock() { return static_cast<EpochMs>(clamp(emscripten_date_now())); }

void BrowserPlatform::setTimer(std::int32_t milliseconds) {
  clearTimer();
  timerHandle_ = static_cast<int>(emscripten_set_timeout(&onTimer, milliseconds, this));
  ++timer_;
  call("timerSet", std::uint64_t{timer_}, static_cast<double>(milliseconds));
}

void BrowserPlatform::clearTimer() {
  if (timerHandle_ != 0) emscripten_clear_timeout(std::exchange(timerHandle_, 0));
}

void BrowserPlatform::onTimer(void* platform) {
  BrowserPlatform& self = *static_cast<BrowserPlatform*>(platform);
  self.timerHandle_ = 0;
  self.driver_.timerFired();
}

void BrowserPlatform::timerFired(double timer) {
  if (timerHandle_ == 0 || timer != timer_) return;
  clearTimer();
  driver_.timerFired();
}

// --- sockets

void BrowserPlatform::setAddress(AttemptId attempt, Address address) {
  if (attempt != driver_.client().currentAttempt()) return;
  addressOf_ = attempt;
  address_ = std::move(address);
}

std::string BrowserPlatform::openSocket(AttemptId attempt) {
  static std::uintptr_t lastId = 0;
  if (attempt != addressOf_) return std::string(nameOfFailure(EMSCRIPTEN_RESULT_FAILED));
  const Address address = std::exchange(address_, {});
  EmscriptenWebSocketCreateAttributes attributes{
      address.url.c_str(), address.protocols.empty() ? nullptr : address.protocols.c_str(), EM_TRUE};
  call("socketOpening", attempt);
  const EMSCRIPTEN_WEBSOCKET_T handle = emscripten_websocket_new(&attributes);
  if (handle <= 0) return std::string(nameOfFailure(handle));
  Socket& socket = sockets_[sockets_[0].handle == 0 ? 0 : 1];
  socket = {++lastId, handle, attempt, false};
  if (!listen(socket)) {
    discard(socket);
    return std::string(nameOfFailure(EMSCRIPTEN_RESULT_FAILED));
  }
  call("socketCreated", attempt, emscripten::val::take_ownership(rwsNativeSocket(handle)));
  return {};
}

// False if the native object did not take a handler.
bool BrowserPlatform::listen(const Socket& socket) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the API's user data is a number here.
  void* const id = reinterpret_cast<void*>(socket.id);
  return emscripten_websocket_set_onopen_callback(socket.handle, id, &onOpen) == EMSCRIPTEN_RESULT_SUCCESS &&
         emscripten_websocket_set_onerror_callback(socket.handle, id, &onError) ==
             EMSCRIPTEN_RESULT_SUCCESS &&
         emscripten_websocket_set_onclose_callback(socket.handle, id, &onClose) == EMSCRIPTEN_RESULT_SUCCESS;
}

void BrowserPlatform::closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) {
  Socket* const socket = find(attempt);
  if (socket == nullptr) return;
  socket->isClosed = true;
  const EMSCRIPTEN_WEBSOCKET_T handle = socket->handle;
  call("socketClosing", attempt);
  // Last, because a test double may run its handlers now.
  emscripten_websocket_close(handle, code, CText<kMaxCloseReason + 1>(reason).get());
}

void BrowserPlatform::release(AttemptId attempt) {
  if (attempt == addressOf_) address_ = {};
  if (Socket* const socket = find(attempt)) discard(*socket);
  call("socketReleased", attempt);
}

// Closes the socket if it is not closed. The socket is removed first, so that no event of it is passed on.
void BrowserPlatform::discard(Socket& socket) {
  const Socket removed = std::exchange(socket, {});
  if (removed.handle == 0) return;
  if (!removed.isClosed) emscripten_websocket_close(removed.handle, 1000, nullptr);
  emscripten_websocket_delete(removed.handle);
}

std::uint64_t BrowserPlatform::bufferedAmount(AttemptId attempt) {
  const Socket* const socket = find(attempt);
  return socket == nullptr ? 0 : readAmount(&emscripten_websocket_get_buffered_amount, socket->handle);
}

SendResult BrowserPlatform::sendControl(AttemptId attempt, std::string_view text) {
  const Socket* const socket = find(attempt);
  if (socket == nullptr) return SendResult::Refused;
  unsigned short readyState = 0;
  emscripten_websocket_get_ready_state(socket->handle, &readyState);
  if (readyState >= kConnectionClosing) return SendResult::Closing;
  // The longest one is a pong of a session: {"rws":"pong","id":<kMaxPingId bytes>,"received":<16 digits>}
  const CText<kMaxPingId + 80> frame(text);
  const EMSCRIPTEN_RESULT result = emscripten_websocket_send_utf8_text(socket->handle, frame.get());
  return result == EMSCRIPTEN_RESULT_SUCCESS ? SendResult::Sent : SendResult::Refused;
}

// --- events of sockets

BrowserPlatform::Socket* BrowserPlatform::find(AttemptId attempt) {
  for (Socket& socket : sockets_) {
    if (socket.handle != 0 && socket.attempt == attempt) return &socket;
  }
  return nullptr;
}

std::pair<BrowserPlatform*, BrowserPlatform::Socket*> BrowserPlatform::find(const void* id) {
  for (BrowserPlatform* platform = first_; platform != nullptr; platform = platform->next_) {
    for (Socket& socket : platform->sockets_) {
      if (socket.id == reinterpret_cast<std::uintptr_t>(id)) return {platform, &socket};
    }
  }
  return {};
}

// In all three the driver is called last: the platform may be gone when it returns.

EM_BOOL BrowserPlatform::onOpen(int /*type*/, const EmscriptenWebSocketOpenEvent* /*event*/, void* id) {
  const auto [platform, socket] = find(id);
  if (platform != nullptr) platform->driver_.socketOpened(socket->attempt);
  return EM_TRUE;
}

EM_BOOL BrowserPlatform::onError(int /*type*/, const EmscriptenWebSocketErrorEvent* /*event*/, void* id) {
  const auto [platform, socket] = find(id);
  if (platform != nullptr) platform->driver_.socketErrored(socket->attempt);
  return EM_TRUE;
}

EM_BOOL BrowserPlatform::onClose(int /*type*/, const EmscriptenWebSocketCloseEvent* event, void* id) {
  const auto [platform, socket] = find(id);
  if (platform == nullptr) return EM_TRUE;
  socket->isClosed = true;
  platform->driver_.socketClosed(socket->attempt, event->code, readReason(event->reason),
                                 event->wasClean != 0);
  return EM_TRUE;
}

}  // namespace rws::bindings
