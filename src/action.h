// Owns what the connection asks of the world: work on sockets, messages to hand over or give up, events to
// tell. Refuses to be reordered: the host carries actions out in their order, and tells the user last.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "control_frame.h"
#include "phase.h"
#include "types.h"

namespace rws::action {

// --- sockets
// Find the URL and open a socket; answer with Opened, Closed or OpenFailed.
struct OpenSocket {
  AttemptId attempt = AttemptId::None;
};
// Start the closing handshake; the socket's close event is still wanted.
struct CloseSocket {
  AttemptId attempt = AttemptId::None;
  std::uint16_t code = 1000;
  CloseReason reason;
};
// Forget the socket: no event of it is wanted any more. It has been closed.
struct ReleaseSocket {
  AttemptId attempt = AttemptId::None;
};
// Send a frame of the client's own; answer with ControlRefused if the socket refuses it.
struct SendControl {
  AttemptId attempt = AttemptId::None;
  ControlText text;
  PayloadId after = 0;  // the newest message handed over before it that has not provably left
};

// --- messages
// Hand a kept message to the socket; answer with HandOverFailed if it refuses.
struct Transmit {
  AttemptId attempt = AttemptId::None;
  PayloadId payload = 0;
};
// These payloads were delivered, as far as can be known: forget them.
struct Settle {
  PayloadRange payloads;
};
// These payloads left with a socket that is over, and nothing proves that they arrived: tell the user of each
// (DropReason::Unknown) and forget it.
struct Forsake {
  PayloadRange payloads;
};
// A message is given up; tell the user and forget the payload.
struct Drop {
  PayloadId payload = 0;
  DropReason reason = DropReason::Unknown;
};

// --- the host's say
// Ask the user's shouldReconnect and answer with Decided in the same turn.
struct AskVerdict {
  AttemptId attempt = AttemptId::None;
  CloseInfo info;
  bool shouldReconnect = true;
};

// --- events for the user
struct StateChanged {
  State state = State::Disconnected;
};
struct TellOpen {};
struct TellClose {
  CloseInfo info;
  bool shouldReconnect = false;
};
struct TellError {
  ErrorType type = ErrorType::Unknown;
  std::uint16_t code = 0;  // close code behind it, 0 without
  bool recoverable = true;
};
struct TellTooLarge {
  std::uint64_t size = 0;
  std::uint64_t maxSize = 0;
};
struct TellRetryScheduled {
  std::uint64_t attempt = 0;
  Duration delay{};
  Duration nominal{};
  EpochMs at = 0;
  std::uint64_t consecutiveErrors = 0;
};
struct TellGaveUp {
  std::uint64_t attempts = 0;
  std::uint64_t consecutiveErrors = 0;
};
struct TellAuthRecovery {};
struct TellRecoveryAttempt {
  ErrorType type = ErrorType::Unknown;
  std::uint64_t attempt = 0;
};
struct TellRecoveryGaveUp {
  ErrorType type = ErrorType::Unknown;
  std::uint64_t attempts = 0;
};
struct TellRecoveryReset {};
struct TellQueueCleared {};
struct TellContactSupport {
  double errorRate = 0;
  std::uint64_t totalErrors = 0;
};
struct TellLatency {
  Duration roundTrip{};
};
// The core changed an option on advice; the host's copy must follow.
struct TellOptionsChanged {};

}  // namespace rws::action

namespace rws {

using Action =
    std::variant<action::OpenSocket, action::CloseSocket, action::ReleaseSocket, action::SendControl,
                 action::Transmit, action::Settle, action::Forsake, action::Drop, action::AskVerdict,
                 action::StateChanged, action::TellOpen, action::TellClose, action::TellError,
                 action::TellTooLarge, action::TellRetryScheduled, action::TellGaveUp,
                 action::TellAuthRecovery, action::TellRecoveryAttempt, action::TellRecoveryGaveUp,
                 action::TellRecoveryReset, action::TellQueueCleared, action::TellContactSupport,
                 action::TellLatency, action::TellOptionsChanged>;

// In the order in which they are to be carried out. Grows in one place only: each of two dozen kinds would
// bring the growing of a vector along.
class Actions : public std::vector<Action> {
 public:
  void emplace_back(const Action& action);
};

}  // namespace rws
