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
  std::string reason(text);
  for (std::size_t at = 0; (at = reason.find("\xC0\x80", at)) != std::string::npos; ++at) {
    reason.replace(at, 2, 1, '\0');
  }
  return reason;
}

}  // namespace

std::vector<BrowserPlatform*> BrowserPlatform::platforms_;

BrowserPlatform::BrowserPlatform(emscripten::val listener, Driver& driver)
    : listener_(std::move(listener)), driver_(driver) {
  platforms_.push_back(this);
}

BrowserPlatform::~BrowserPlatform() {
  platforms_.erase(std::find(platforms_.begin(), platforms_.end(), this));
  if (timerHandle_ != 0) clearTimer();
  for (const Socket& socket : std::exchange(sockets_, {})) discard(socket);
}

// --- time

Now BrowserPlatform::now() {
  const Duration reading(std::llround(clamp(emscripten_get_now()) * 1000.0));
  return {Instant(reading), wallClock()};
}

EpochMs BrowserPlatform::wallClock() { return static_cast<EpochMs>(clamp(emscripten_date_now())); }

void BrowserPlatform::setTimer(std::int32_t milliseconds) {
  clearTimer();
  timerHandle_ = static_cast<int>(emscripten_set_timeout(&onTimer, milliseconds, this));
  ++timer_;
  tell("timerSet", timer_, static_cast<double>(milliseconds));
}

void BrowserPlatform::clearTimer() {
  if (timerHandle_ != 0) emscripten_clear_timeout(std::exchange(timerHandle_, 0));
}

void BrowserPlatform::onTimer(void* platform) {
  BrowserPlatform& self = *static_cast<BrowserPlatform*>(platform);
  self.timerHandle_ = 0;
  self.driver_.timerFired();
}

void BrowserPlatform::wake(double timer) {
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
  const EMSCRIPTEN_WEBSOCKET_T handle = emscripten_websocket_new(&attributes);
  if (handle <= 0) return std::string(nameOfFailure(handle));
  const Socket socket{++lastId, handle, attempt};
  sockets_.push_back(socket);
  if (!listen(socket)) {
    sockets_.pop_back();
    discard(socket);
    return std::string(nameOfFailure(EMSCRIPTEN_RESULT_FAILED));
  }
  tell("socketCreated", attempt, emscripten::val::take_ownership(rwsNativeSocket(handle)));
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
  Socket* const socket = findSocket(attempt);
  if (socket == nullptr) return;
  socket->isClosed = true;
  const EMSCRIPTEN_WEBSOCKET_T handle = socket->handle;
  tell("socketClosing", attempt);
  // Last, because a test double may run its handlers now.
  emscripten_websocket_close(handle, code, CText<kMaxCloseReason + 1>(reason).get());
}

void BrowserPlatform::release(AttemptId attempt) {
  if (attempt == addressOf_) address_ = {};
  if (const Socket* const found = findSocket(attempt)) {
    const Socket socket = *found;
    sockets_.erase(sockets_.begin() + (found - sockets_.data()));
    discard(socket);
  }
  tell("socketReleased", attempt);
}

// The socket is not among the platform's any more, so that no event of it is heard.
void BrowserPlatform::discard(const Socket& socket) {
  if (!socket.isClosed) emscripten_websocket_close(socket.handle, 1000, nullptr);
  emscripten_websocket_delete(socket.handle);
}

std::uint64_t BrowserPlatform::bufferedAmount(AttemptId attempt) {
  const Socket* const socket = findSocket(attempt);
  return socket == nullptr ? 0 : readAmount(&emscripten_websocket_get_buffered_amount, socket->handle);
}

SendResult BrowserPlatform::sendControl(AttemptId attempt, std::string_view text) {
  const Socket* const socket = findSocket(attempt);
  if (socket == nullptr) return SendResult::Refused;
  unsigned short readyState = 0;
  emscripten_websocket_get_ready_state(socket->handle, &readyState);
  if (readyState >= kConnectionClosing) return SendResult::Closing;
  // The longest pong: {"type":"pong","timestamp":<kMaxTimestamp bytes>}
  const CText<kMaxTimestamp + 64> frame(text);
  const EMSCRIPTEN_RESULT result = emscripten_websocket_send_utf8_text(socket->handle, frame.get());
  return result == EMSCRIPTEN_RESULT_SUCCESS ? SendResult::Sent : SendResult::Refused;
}

// --- events of sockets

BrowserPlatform::Socket* BrowserPlatform::findSocket(AttemptId attempt) {
  for (Socket& socket : sockets_) {
    if (socket.attempt == attempt) return &socket;
  }
  return nullptr;
}

BrowserPlatform::Found BrowserPlatform::findSocket(const void* id) {
  for (BrowserPlatform* const platform : platforms_) {
    for (Socket& socket : platform->sockets_) {
      if (socket.id == reinterpret_cast<std::uintptr_t>(id)) return {platform, &socket};
    }
  }
  return {};
}

// In all three the driver is called last: the platform may be gone when it returns.

EM_BOOL BrowserPlatform::onOpen(int /*type*/, const EmscriptenWebSocketOpenEvent* /*event*/, void* id) {
  const Found found = findSocket(id);
  if (found.socket != nullptr) found.platform->driver_.socketOpened(found.socket->attempt);
  return EM_TRUE;
}

EM_BOOL BrowserPlatform::onError(int /*type*/, const EmscriptenWebSocketErrorEvent* /*event*/, void* id) {
  const Found found = findSocket(id);
  if (found.socket != nullptr) found.platform->driver_.socketErrored(found.socket->attempt);
  return EM_TRUE;
}

EM_BOOL BrowserPlatform::onClose(int /*type*/, const EmscriptenWebSocketCloseEvent* event, void* id) {
  const Found found = findSocket(id);
  if (found.socket == nullptr) return EM_TRUE;
  found.socket->isClosed = true;
  found.platform->driver_.socketClosed(found.socket->attempt, event->code, readReason(event->reason),
                                       event->wasClean != 0);
  return EM_TRUE;
}

}  // namespace rws::bindings
