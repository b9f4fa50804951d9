// Owns the vocabulary of what can happen to one client: everything a user, a page, a clock and the network
// can do to it. A list of happenings is a whole run: the same list gives the same run, whoever drew it.
// Refuses causes: why a socket closes is known to the world that drew it, or to nobody.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "options.h"

namespace rws::sim {

enum class What : std::uint8_t {
  // The user.
  Connect,
  Disconnect,
  Reconnect,
  Destroy,
  ClearQueue,
  CheckNetwork,
  SlowDown,
  ContactSupport,
  ResetRecovery,
  SetOption,      // text: the name, value: its value
  Send,           // number: bytes; flag: volatile; ttl
  SendWhenAsked,  // a message that shouldReconnect sends when it is asked next
  Verdict,        // number: what shouldReconnect answers, 1, 0, or -1 for no such function
  // The page, the network and the clocks.
  Online,
  Offline,
  Visible,
  Hidden,
  Suspend,
  Resume,
  Sleep,      // number: milliseconds in which no timer fires
  WallSleep,  // the same, and the monotonic clock stands still
  SetClock,   // number: milliseconds by which somebody sets the wall clock
  Throttle,   // number: timers fire at whole multiples of it only; 0 ends it
  // A socket, by its age: 0 is the newest.
  Open,
  Error,
  Close,     // number: the code; flag: clean; text: the reason
  Fail,      // no socket came about
  Message,   // text: what it reads, if it matters
  Ping,      // text: the timestamp
  Pong,      // number: which of the socket's pings it answers, 0 for the last; or text: the timestamp
  Refuse,    // the socket's send throws
  Accept,    // no longer
  Closing,   // the browser knows of its end, the close event is to come
  Buffered,  // number: bufferedAmount from now on
  Noise,     // number: which event of a socket that does not count any more
};

struct Happening {
  std::int64_t at = 0;  // milliseconds since the start
  What what = What::Connect;
  std::uint32_t age = 0;
  std::int64_t number = 0;
  std::int64_t ttl = -1;
  bool flag = false;
  std::string text{};
  OptionValue value{};
};

using Script = std::vector<Happening>;

}  // namespace rws::sim
