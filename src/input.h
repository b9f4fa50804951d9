// Owns what the world tells the connection: the user's wishes, the socket's events, the page's and the
// network's life. Refuses payloads and JavaScript values: sizes, names and short control texts only.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "control_frame.h"
#include "options.h"
#include "types.h"

namespace rws::input {

// The user's wishes.
struct Connect {};
struct Disconnect {};
struct Reconnect {};
struct Destroy {};
struct ClearQueue {};
// Advice of recovery.h carried out.
struct CheckNetwork {};
struct SlowDown {};
struct ContactSupport {};
struct ResetRecovery {};
// New options, already validated.
struct ChangeOptions {
  Options options;
};

// The socket's events. Those of another attempt than the current one change nothing.
struct Opened {
  AttemptId attempt = AttemptId::None;
};
struct Errored {
  AttemptId attempt = AttemptId::None;
};
struct Closed {
  AttemptId attempt = AttemptId::None;
  CloseInfo info;
  std::uint64_t bufferedAmount = 0;  // WebSocket.bufferedAmount as read in the close event
};
// No socket came about: the URL provider failed or the constructor threw.
struct OpenFailed {
  AttemptId attempt = AttemptId::None;
  CloseReason reason;
};
struct Received {
  AttemptId attempt = AttemptId::None;
  ControlFrame control;
};
// WebSocket.bufferedAmount as it is now; told before any input that may give the socket up.
struct Buffered {
  AttemptId attempt = AttemptId::None;
  std::uint64_t amount = 0;
};
// How many bytes a message has that was handed over unmeasured; told when Connection::owedBefore() names it.
struct Measured {
  AttemptId attempt = AttemptId::None;
  PayloadId payload = 0;
  std::uint64_t bytes = 0;
};
// The socket refused a message it was handed, and with it all later ones.
struct HandOverFailed {
  AttemptId attempt = AttemptId::None;
  PayloadId payload = 0;
  bool isClosing = false;  // readyState is beyond OPEN, its close event to come: no error, it takes nothing
};
// The socket refused a frame of the client's own, as action::SendControl named it.
struct ControlRefused {
  AttemptId attempt = AttemptId::None;
  std::uint64_t bytes = 0;
  PayloadId after = 0;
};
// Whether the host wants to be asked with action::AskVerdict.
struct HostDecides {
  bool asked = false;
};
// The host's answer to action::AskVerdict; nothing agrees.
struct Decided {
  AttemptId attempt = AttemptId::None;
  std::optional<bool> reconnect;
};

// The environment. None of these is believed without a probe.
struct NetworkChanged {
  bool online = true;
};
struct VisibilityChanged {
  bool visible = true;
};
struct PageSuspended {};
struct PageResumed {};
struct ClockJumped {};

// The host's timer. Early ones do nothing, late ones are handled by absolute deadlines.
struct Ticked {};

}  // namespace rws::input

namespace rws {

using Input = std::variant<input::Connect, input::Disconnect, input::Reconnect, input::Destroy,
                           input::ClearQueue, input::CheckNetwork, input::SlowDown, input::ContactSupport,
                           input::ResetRecovery, input::ChangeOptions, input::Opened, input::Errored,
                           input::Closed, input::OpenFailed, input::Received, input::Buffered,
                           input::Measured, input::HandOverFailed, input::ControlRefused, input::HostDecides,
                           input::Decided, input::NetworkChanged, input::VisibilityChanged,
                           input::PageSuspended, input::PageResumed, input::ClockJumped, input::Ticked>;

}  // namespace rws
