// The output of the core: what the host has to do with sockets and messages, and what the user is notified
// of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "fifo.h"
#include "session_frame.h"
#include "state_machine.h"
#include "types.h"

namespace rws {

// --- what the user is notified of, each an event of the public API
namespace notification {

struct StateChanged {
  State state = State::Disconnected;
};
struct Opened {};
struct Closed {
  CloseInfo info{};
  bool shouldReconnect = false;
};
struct Failed {
  ErrorType type = ErrorType::Unknown;
  std::uint16_t code = 0;  // the close code behind it, 0 without one
  bool isRecoverable = true;
};
struct MessageTooLarge {
  std::uint64_t size = 0;
  std::uint64_t maxSize = 0;
};
struct RetryScheduled {
  std::uint64_t attempt = 0;
  Duration delay{};
  Duration nominalDelay{};
  EpochMs at = 0;
  std::uint64_t consecutiveErrors = 0;
};
struct GaveUp {
  std::uint64_t attempts = 0;
  std::uint64_t consecutiveErrors = 0;
};
struct AuthRecoveryNeeded {};
struct RecoveryAttempted {
  ErrorType type = ErrorType::Unknown;
  std::uint64_t attempt = 0;
};
struct RecoveryGaveUp {
  ErrorType type = ErrorType::Unknown;
  std::uint64_t attempts = 0;
};
struct RecoveryReset {};
struct QueueCleared {};
struct SupportAdvised {
  double errorRate = 0;
  std::uint64_t totalErrors = 0;
};
struct LatencyMeasured {
  Duration roundTrip{};
};
struct SessionResumed {
  std::uint64_t resent = 0;  // messages that are sent again
};
struct SessionLost {
  std::uint64_t unconfirmed = 0;  // messages that the server has not acknowledged
};
struct SessionTaken {};

}  // namespace notification

using Notification =
    std::variant<notification::StateChanged, notification::Opened, notification::Closed, notification::Failed,
                 notification::MessageTooLarge, notification::RetryScheduled, notification::GaveUp,
                 notification::AuthRecoveryNeeded, notification::RecoveryAttempted,
                 notification::RecoveryGaveUp, notification::RecoveryReset, notification::QueueCleared,
                 notification::SupportAdvised, notification::LatencyMeasured, notification::SessionResumed,
                 notification::SessionLost, notification::SessionTaken>;

namespace effect {

// --- sockets
// Find URL and subprotocols; answer with AddressResolved or AttemptFailed, now or later.
struct ResolveAddress {
  AttemptId attempt = AttemptId::None;
};
// Open a socket to the address found; answer with AttemptFailed if that throws.
struct OpenSocket {
  AttemptId attempt = AttemptId::None;
};
// The socket is open: start the user's handshake on it; answer with HandshakeDone or HandshakeFailed.
struct StartHandshake {
  AttemptId attempt = AttemptId::None;
};
// The socket is open: send the hello on it, with the user's `auth` if there is one. Answer with
// HandshakeFailed if that fails.
struct SendHello {
  AttemptId attempt = AttemptId::None;
  Hello hello{};  // valid until the next event
};
// The session has ended by `bye`. Of this socket only control frames of the session and the close event are
// passed on from now on.
struct LeaveSession {
  AttemptId attempt = AttemptId::None;
};
// Start the closing handshake. Of this socket only the close event is passed on from now on.
struct CloseSocket {
  AttemptId attempt = AttemptId::None;
  std::uint16_t code = 1000;
  std::string reason{};
};
// Forget the attempt: its address is not needed, no event of its socket is passed on. Close the socket if it
// is not closed yet.
struct Release {
  AttemptId attempt = AttemptId::None;
};
struct SendPing {
  AttemptId attempt = AttemptId::None;
  EpochMs timestamp = 0;
  MessageId after = 0;  // for ControlRefused
  // Above 0: send the oldest ping that HostTraits::makePing() has made, which has this size.
  std::uint64_t customBytes = 0;
};
struct SendPong {
  AttemptId attempt = AttemptId::None;
  std::string timestamp{};  // JSON text, empty for none
  MessageId after = 0;      // for ControlRefused
  CustomReply reply{};      // with a key: send this instead of a JSON pong
};

// A control frame of the session. `frame.pongId` is valid until the next event.
struct SendSessionFrame {
  AttemptId attempt = AttemptId::None;
  OwnFrame frame{};
  MessageId after = 0;  // for ControlRefused
};

// --- messages. Each accepted message ends in exactly one of Delivered, Unconfirmed, Dropped and Discarded.
// Give the message to the socket; answer with MessageRefused if the socket does not take it.
struct SendMessage {
  AttemptId attempt = AttemptId::None;
  MessageId message = 0;
};
// The peer has read these messages. Or no proof can ever come, and they have left the browser: the heartbeat
// is off, the peer answers no pings, or destroy() was called. Forget them.
struct Delivered {
  MessageRange messages;
};
// These messages were sent, their connection is over, and nothing proves that they arrived: report and forget
// them.
struct Unconfirmed {
  MessageRange messages;
};
// The message is given up: report and forget it.
struct Dropped {
  MessageId message = 0;
  DropReason reason = DropReason::Overflow;
};
// The message was refused, or it is volatile and its time is over: forget it without a report.
struct Discarded {
  MessageId message = 0;
};

// Ask the user's shouldReconnect; answer with ShouldReconnectAnswered.
struct AskShouldReconnect {
  AttemptId attempt = AttemptId::None;
  CloseInfo info{};
  bool shouldReconnect = true;  // what the client would do
};

}  // namespace effect

using Effect = std::variant<effect::ResolveAddress, effect::OpenSocket, effect::StartHandshake,
                            effect::SendHello, effect::LeaveSession, effect::CloseSocket, effect::Release,
                            effect::SendPing, effect::SendPong, effect::SendSessionFrame, effect::SendMessage,
                            effect::Delivered, effect::Unconfirmed, effect::Dropped, effect::Discarded,
                            effect::AskShouldReconnect, Notification>;

// Effects in the order in which they are to be performed.
class Effects {
 public:
  void push(Effect effect) { effects_.push(std::move(effect)); }
  void notify(Notification notification) { push(std::move(notification)); }
  [[nodiscard]] std::optional<Effect> pop() {
    if (effects_.empty()) return std::nullopt;
    return effects_.pop();
  }
  [[nodiscard]] bool empty() const { return effects_.empty(); }

 private:
  // An idle client keeps room for this many, so that a turn with every message allocates nothing.
  static constexpr std::size_t kKept = 2;
  TurnQueue<Effect, kKept> effects_;
};

}  // namespace rws
