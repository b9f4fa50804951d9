// The input of the core: the user's commands, the events of sockets, and what the host notices about the
// network, the page and the clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "control_frame.h"
#include "options.h"
#include "session_frame.h"
#include "types.h"

namespace rws {

struct SendOptions {
  bool isVolatile = false;        // send now or not at all: never queued, never sent again, never reported
  bool isOfHandshake = false;     // in a session: send now, before the connection is open for the user
  std::optional<Duration> ttl{};  // longest time in the queue
};

namespace event {

// --- commands of the user
struct Connect {};
struct Disconnect {};
struct Reconnect {};
struct Destroy {};
struct Send {
  Message message;
  SendOptions options{};
};
// An assignment that setOption() has accepted. `name` is one of optionNames().
struct SetOption {
  std::string_view name;
  OptionValue value;
};
// Whether the user has a shouldReconnect function; with one, each loss leads to effect::AskShouldReconnect.
struct SetDecider {
  bool isPresent = false;
};
// Whether the user has a handshake; with one, an open socket leads to effect::StartHandshake.
struct SetHandshake {
  bool isPresent = false;
};
// The option `heartbeat`.
struct SetHeartbeat {
  HeartbeatOption heartbeat{};
};
// The option `session`. Applies to sockets that open from now on.
struct SetSession {
  SessionOption session{};
};
// The option `unconfirmed`.
struct SetResend {
  bool isOn = false;
};
struct ClearQueue {};
struct CheckNetwork {};
struct SlowDown {};
struct ContactSupport {};
struct ResetRecovery {};

// --- the attempt. Events of any other attempt than the current or the closing one change nothing.
// Answers to effect::ResolveAddress.
struct AddressResolved {
  AttemptId attempt = AttemptId::None;
};
// There is no address, or no socket could be created for it.
struct AttemptFailed {
  AttemptId attempt = AttemptId::None;
  std::string reason{};
  bool hadAddress = false;  // the address was resolved, and no socket could be created for it
};
struct SocketOpened {
  AttemptId attempt = AttemptId::None;
};
// Results of effect::StartHandshake.
struct HandshakeDone {
  AttemptId attempt = AttemptId::None;
};
struct HandshakeFailed {
  AttemptId attempt = AttemptId::None;
  std::uint16_t code = 0;  // to close the socket with: 1000 or 3000 to 4999; 0: the failure has no code
  std::string reason{};    // at most kMaxCloseReason bytes, empty without a code
};
struct SocketErrored {
  AttemptId attempt = AttemptId::None;
};
struct SocketClosed {
  AttemptId attempt = AttemptId::None;
  CloseInfo info{};
};
// A frame arrived. `control` is what readControlFrame() or the functions of a custom heartbeat found in it.
struct FrameReceived {
  AttemptId attempt = AttemptId::None;
  ControlFrame control{};
  bool isTaken = false;  // Client::takeMessage() has counted it
};
// A text arrived that begins as a control frame of the session does; it may be malformed.
struct SessionFrameReceived {
  AttemptId attempt = AttemptId::None;
  SessionFrame frame{};
};
// Messages of a session are to be acknowledged: Client::needsAcknowledgement() holds.
struct Acknowledge {};

// --- answers to effects, given before the next effect is pulled; AttemptFailed with hadAddress is one, too
// The socket did not take this message, and none that was sent after it.
struct MessageRefused {
  AttemptId attempt = AttemptId::None;
  MessageId message = 0;
  bool isClosing = false;  // readyState is CLOSING or CLOSED, the close event is still to come: no error
};
// The socket did not take the control frame of this size that was sent right after that message.
struct ControlRefused {
  AttemptId attempt = AttemptId::None;
  std::uint64_t bytes = 0;
  MessageId after = 0;
  EpochMs pingTimestamp = 0;                                  // 0 for other frames than pings
  SessionFrameKind sessionFrame = SessionFrameKind::Unknown;  // Unknown: no frame of a session
  std::uint64_t skips = 0;                                    // of a skip
};
// The answer to effect::AskShouldReconnect; without a value the client decides.
struct ShouldReconnectAnswered {
  AttemptId attempt = AttemptId::None;
  std::optional<bool> answer{};
};

// --- the environment. Each is a hint that the client checks with a ping, never a proof.
struct NetworkChanged {
  bool isOnline = true;
};
struct VisibilityChanged {
  bool isVisible = true;
};
struct PageSuspended {};
struct PageResumed {};

// The host's timer fired. One that is early does nothing.
struct TimerFired {};

}  // namespace event

using Event =
    std::variant<event::Connect, event::Disconnect, event::Reconnect, event::Destroy, event::Send,
                 event::SetOption, event::SetDecider, event::SetHandshake, event::SetHeartbeat,
                 event::SetSession, event::SetResend, event::ClearQueue, event::CheckNetwork, event::SlowDown,
                 event::ContactSupport, event::ResetRecovery, event::AddressResolved, event::AttemptFailed,
                 event::SocketOpened, event::HandshakeDone, event::HandshakeFailed, event::SocketErrored,
                 event::SocketClosed, event::FrameReceived, event::SessionFrameReceived, event::Acknowledge,
                 event::MessageRefused, event::ControlRefused, event::ShouldReconnectAnswered,
                 event::NetworkChanged, event::VisibilityChanged, event::PageSuspended, event::PageResumed,
                 event::TimerFired>;

}  // namespace rws
