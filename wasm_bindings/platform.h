// The driver's platform in a browser: sockets over <emscripten/websocket.h>, Emscripten's timers and clocks,
// and a JavaScript object, the listener, for messages and for the user (CoreListener in web/core/core.d.ts).
#pragma once

#include <emscripten/html5.h>
#include <emscripten/val.h>
#include <emscripten/websocket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "driver.h"  // and with it the interface Platform, of src/platform.h
#include "types.h"
#include "values.h"

namespace rws::bindings {

// Where a socket is to be opened.
struct Address {
  std::string url;
  std::string protocols;  // joined with commas, as emscripten_websocket_new() takes them; empty for none
};

class BrowserPlatform final : public Platform {
 public:
  // `driver` runs on this platform; it is used when the first event arrives, not before.
  BrowserPlatform(emscripten::val listener, Driver& driver);
  BrowserPlatform(const BrowserPlatform&) = delete;
  BrowserPlatform& operator=(const BrowserPlatform&) = delete;
  // Closes what is open. No handler of a socket and no timer reaches the driver afterwards.
  ~BrowserPlatform();

  // Keeps the address of the current attempt until its socket is opened.
  void setAddress(AttemptId attempt, Address address);
  // Calls the listener no more: its client is being deleted.
  void mute() { isMuted_ = true; }
  // Another means of waking reports that the time of that timer has passed.
  void timerFired(double timer);

  // --- platform.cpp
  [[nodiscard]] Now now() override;
  [[nodiscard]] EpochMs wallClock() override;
  void setTimer(std::int32_t milliseconds) override;
  void clearTimer() override;
  [[nodiscard]] std::string openSocket(AttemptId attempt) override;
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override;
  void release(AttemptId attempt) override;
  [[nodiscard]] std::uint64_t bufferedAmount(AttemptId attempt) override;
  [[nodiscard]] SendResult sendControl(AttemptId attempt, std::string_view text) override;

  // --- listener.cpp
  void resolveAddress(AttemptId attempt) override;
  void startHandshake(AttemptId attempt) override;
  void sendHello(AttemptId attempt, std::string_view text) override;
  void leaveSession(AttemptId attempt) override;
  [[nodiscard]] std::uint64_t makePing() override;
  [[nodiscard]] SendResult sendCustom(AttemptId attempt, std::uint64_t reply) override;
  [[nodiscard]] SendResult sendMessage(AttemptId attempt, MessageId message) override;
  [[nodiscard]] std::uint64_t sizeOf(MessageId message) override;
  void delivered(MessageRange messages) override;
  void unconfirmed(MessageRange messages) override;
  void dropped(MessageId message, DropReason reason) override;
  void discarded(MessageId message) override;
  [[nodiscard]] std::optional<bool> shouldReconnect(const CloseInfo& info, bool byDefault) override;
  void notify(const Notification& notification) override;
  void turnEnded() override;

 private:
  // A native socket. Its handlers name it by an id that is never used again: a handler that a page has kept
  // finds nothing when its socket is gone, whatever became of the handle.
  struct Socket {
    std::uintptr_t id = 0;
    EMSCRIPTEN_WEBSOCKET_T handle = 0;  // 0: no socket
    AttemptId attempt = AttemptId::None;
    bool isClosed = false;  // close() was called, or the close event came
  };

  // --- listener.cpp: one for each notification
  void call(const notification::StateChanged& event);
  void call(const notification::Opened& event);
  void call(const notification::Closed& event);
  void call(const notification::Failed& event);
  void call(const notification::MessageTooLarge& event);
  void call(const notification::RetryScheduled& event);
  void call(const notification::GaveUp& event);
  void call(const notification::AuthRecoveryNeeded& event);
  void call(const notification::RecoveryAttempted& event);
  void call(const notification::RecoveryGaveUp& event);
  void call(const notification::RecoveryReset& event);
  void call(const notification::QueueCleared& event);
  void call(const notification::SupportAdvised& event);
  void call(const notification::LatencyMeasured& event);
  void call(const notification::SessionResumed& event);
  void call(const notification::SessionLost& event);
  void call(const notification::SessionTaken& event);
  // Calls a method of the listener that sends something on a socket.
  [[nodiscard]] SendResult give(const char* method, AttemptId attempt, std::uint64_t what);
  // Calls a method of the listener.
  template <class... Values>
  void call(const char* method, Values... values) {
    if (!isMuted_) listener_.call<void>(method, toJs(values)...);
  }

  // --- platform.cpp
  // The platform and its socket of that id, nullptr if there is none.
  [[nodiscard]] static std::pair<BrowserPlatform*, Socket*> find(const void* id);
  // nullptr for an attempt without a socket.
  [[nodiscard]] Socket* find(AttemptId attempt);
  static EM_BOOL onOpen(int type, const EmscriptenWebSocketOpenEvent* event, void* id);
  static EM_BOOL onError(int type, const EmscriptenWebSocketErrorEvent* event, void* id);
  static EM_BOOL onClose(int type, const EmscriptenWebSocketCloseEvent* event, void* id);
  static void onTimer(void* platform);
  static bool listen(const Socket& socket);
  static void discard(Socket& socket);

  // All platforms, each with the next one.
  static BrowserPlatform* first_;  // NOLINT(bugprone-dynamic-static-initializers): it starts as nullptr
  BrowserPlatform* next_;

  emscripten::val listener_;
  bool isMuted_ = false;
  Driver& driver_;
  AttemptId addressOf_ = AttemptId::None;
  Address address_;
  std::array<Socket, 2> sockets_;  // of the current and of the closing attempt
  std::uint32_t timer_ = 0;        // the number of the newest timer
  int timerHandle_ = 0;            // Emscripten's, 0 while no timer is set
};

}  // namespace rws::bindings
