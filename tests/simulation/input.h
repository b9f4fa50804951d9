// What can happen to one client: everything that its user, the page, the clocks and the network can do. A
// list of inputs is a whole run: the same list gives the same run, whoever wrote it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "options.h"

namespace rws::sim {

enum class InputKind : std::uint8_t {
  // --- commands of the user
  Connect,
  Disconnect,
  Reconnect,
  Destroy,
  ClearQueue,
  CheckNetwork,
  SlowDown,
  ContactSupport,
  ResetRecovery,
  SetOption,     // text: the name, value: its value
  Send,          // number: bytes; isSet: volatile; other: ttl in milliseconds, -1 for none
  SetHeartbeat,  // number: the mode; other: the silence in milliseconds
  SetSession,    // isSet: resends; number: ackDelay in milliseconds, -1 for off; other: the window
  SetResend,     // isSet: whether unconfirmed messages are sent again
  Decide,        // number: what shouldReconnect answers from now on, 1 or 0, -1 for no such function
  Handshake,     // isSet: whether the user has a handshake from now on
  // --- the page, the network and the clocks
  Online,
  Offline,
  Visible,
  Hidden,
  Suspend,
  Resume,
  Leave,      // the page may be about to go
  Sleep,      // number: milliseconds in which no timer fires
  WallSleep,  // the same, and the monotonic clock stands still
  SetClock,   // number: the wall clock is set, by so many milliseconds
  StepBack,   // number: the monotonic clock is set back, by so many milliseconds
  Granular,   // number: the monotonic clock shows multiples of so many milliseconds only; 0 ends it
  Throttle,   // number: timers fire at multiples of so many milliseconds only; 0 ends it
  // --- the host
  Wake,          // another means of waking fires, at any time
  ResolveLater,  // isSet: whether addresses are found later from now on, by Resolve, and not at once
  FailSockets,   // isSet: whether no socket can be created from now on
  HandleLater,   // isSet: whether the listeners are called later from now on, by Handled
  Handled,       // the listeners were called with the oldest message that waits for them
  NoCallbacks,   // inputs that wait for a callback do not come any more
  // --- an attempt, by its age: 0 is the newest
  Resolve,  // the address is found
  Fail,     // there is no address
  Open,     // the socket's events
  Error,
  Close,       // number: the code; isSet: clean; text: the reason
  Message,     // text: the frame
  Ping,        // text: the timestamp
  CustomPing,  // of a server of HeartbeatMode::Custom; number: the bytes of the reply
  CustomPong,  // the answer of such a server to a ping
  Pong,        // number: which of the socket's pings it answers, 0 for the last; or text: the timestamp
  Refuse,      // isSet: whether the socket's send() throws from now on
  Closing,     // readyState becomes CLOSING, the close event is still to come
  Drain,      // number: bytes of the socket that have left the browser; other: of them, arrived at the server
  Remainder,  // number: bytes in bufferedAmount that belong to no frame of the client
  Hello,      // isSet: the hello that waits is sent; else it fails, number: the code, 0 for none
  HandshakeSend,  // number: bytes that the user's handshake gives the socket
  HandshakeDone,
  HandshakeFail,  // number: the code, 0 for none; text: the reason
  Stale,          // number: which event of an attempt that is over
};

// Whether the input concerns an attempt, named by its age.
[[nodiscard]] constexpr bool isOfAttempt(InputKind kind) { return kind >= InputKind::Resolve; }

// The call of the driver to its platform in which an input comes.
enum class Callback : std::uint8_t {
  None,  // in none: the driver is between two turns
  ResolveAddress,
  OpenSocket,
  CloseSocket,
  SendMessage,
  SendControl,
  ShouldReconnect,
  StartHandshake,
};

struct Input {
  std::int64_t at = 0;  // milliseconds since the start
  InputKind kind = InputKind::Connect;
  // The input comes in the next such call, and if it concerns an attempt, then the one of that call.
  Callback within = Callback::None;
  std::uint32_t age = 0;
  std::int64_t number = 0;
  std::int64_t other = -1;
  bool isSet = false;
  std::string text{};
  OptionValue value{};
};

using Script = std::vector<Input>;

}  // namespace rws::sim
