// What the driver needs of its host: clocks, one timer, sockets, payloads, and the user's listeners.
// wasm_bindings/platform.h implements it over <emscripten/websocket.h>; the tests over virtual time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "effects.h"
#include "types.h"

namespace rws {

// What became of something given to a socket.
enum class SendResult : std::uint8_t {
  Sent,
  Refused,  // send() threw, or there is no such socket
  Closing,  // readyState is CLOSING or CLOSED: the socket takes nothing more, its close event is still to
            // come
};

// No function may throw. A function may call back into the driver: the driver queues such calls until
// the effect at hand is done.
class Platform {
 public:
  // --- time
  // The monotonic clock may stand still or step back; the driver corrects it.
  [[nodiscard]] virtual Now now() = 0;
  // now().wall. A host that reads this clock faster than both overrides it: it is read for every frame.
  [[nodiscard]] virtual EpochMs wallClock() { return now().wall; }
  // Calls Driver::timerFired() once, not before so many milliseconds (1 to 2^31-1; 0: as soon as possible).
  // Replaces the timer that is set.
  virtual void setTimer(std::int32_t milliseconds) = 0;
  virtual void clearTimer() = 0;

  // --- sockets
  // Ends in Driver::addressResolved() or Driver::attemptFailed(), now or later.
  virtual void resolveAddress(AttemptId attempt) = 0;
  // Opens a socket to the address resolved for the attempt. Returns the name of the error if that fails,
  // without the URL; empty if the socket is opening.
  [[nodiscard]] virtual std::string openSocket(AttemptId attempt) = 0;
  // The socket is open: runs the user's handshake on it, best after the turn. Ends in Driver::handshakeDone()
  // or handshakeFailed(), unless the attempt ends before.
  virtual void startHandshake(AttemptId attempt) = 0;
  // The socket is open: sends the text, with ,"auth":<JSON> if the user has one, and a last brace, now or
  // later. Ends in Driver::handshakeFailed() if that fails, unless the attempt ends before. The text holds
  // the id of the session.
  virtual void sendHello(AttemptId attempt, std::string_view text) = 0;
  // The session has ended by `bye`. Of the socket only texts that begin with kSessionMarker and the close
  // event are passed on from now on.
  virtual void leaveSession(AttemptId attempt) = 0;
  // Starts the closing handshake. Of the socket only the close event is passed on from now on. `code`
  // is 1000 or 3000 to 4999, `reason` has at most 123 bytes.
  virtual void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) = 0;
  // Forgets the attempt: closes the socket if it is not closed, and lets no event of it through.
  virtual void release(AttemptId attempt) = 0;
  // WebSocket.bufferedAmount, 0 without a socket.
  [[nodiscard]] virtual std::uint64_t bufferedAmount(AttemptId attempt) = 0;
  // Sends a ping, a pong, or a control frame of a session.
  [[nodiscard]] virtual SendResult sendControl(AttemptId attempt, std::string_view text) = 0;
  // Makes the next ping of a custom heartbeat, by a function of the user, and keeps it until sendCustom().
  // Returns its size on the wire, up to kLargestCustomFrame; 0: none could be made, none is kept.
  [[nodiscard]] virtual std::uint64_t makePing() = 0;
  // Sends the reply that is kept under that key (CustomReply), for the key 0 the oldest ping that was made.
  // Keeps it no longer.
  [[nodiscard]] virtual SendResult sendCustom(AttemptId attempt, std::uint64_t reply) = 0;

  // --- messages
  [[nodiscard]] virtual SendResult sendMessage(AttemptId attempt, MessageId message) = 0;
  // The size on the wire of a message whose payload is kept.
  [[nodiscard]] virtual std::uint64_t sizeOf(MessageId message) = 0;
  virtual void delivered(MessageRange messages) = 0;
  virtual void unconfirmed(MessageRange messages) = 0;
  virtual void dropped(MessageId message, DropReason reason) = 0;
  virtual void discarded(MessageId message) = 0;

  // --- the user
  // The answer of the user's shouldReconnect function; without a value the client decides.
  [[nodiscard]] virtual std::optional<bool> shouldReconnect(const CloseInfo& info, bool byDefault) = 0;
  // Takes an event for the user's listeners. They must not run before turnEnded().
  virtual void notify(const Notification& notification) = 0;
  // Everything that followed from one event is done, and the driver is ready for the next one: listeners may
  // run.
  virtual void turnEnded() = 0;

 protected:
  ~Platform() = default;
};

}  // namespace rws
