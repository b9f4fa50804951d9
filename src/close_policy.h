// Owns what a close means: whether to go on, what kind of error it was, what the server asked for, what may
// be sent. Refuses to remember: each answer follows from its arguments alone.
#pragma once

#include <cstdint>
#include <optional>

#include "options.h"
#include "types.h"

namespace rws {

enum class Verdict : std::uint8_t {
  Retry,   // open again
  Normal,  // over, as agreed (1000)
  Fatal,   // over, because another attempt would end the same way
};

struct ServerHint {
  bool restarting = false;               // 1012 or 1013: the whole fleet is coming back, spread out
  std::optional<Duration> retryAfter{};  // {"retryAfterMs": n} in the reason, n finite and >= 0
  friend bool operator==(const ServerHint&, const ServerHint&) = default;
};

// 1000 is normal, options.fatalCloseCodes are fatal (1000 too when listed), all else is retried.
[[nodiscard]] Verdict verdictOf(const Options& options, const CloseInfo& info);

// 1003 and 1008 auth, 1001, 1011, 1012, 1013 and 1014 server, 1006 and 1005 network, 1000 none, all else
// unknown; whatever the code, network while the host is offline, except for auth and for 1000, which is no
// error.
[[nodiscard]] ErrorType errorTypeOf(const CloseInfo& info, bool online);

[[nodiscard]] ServerHint hintOf(const CloseInfo& info);

// What WebSocket.close() takes (WHATWG WebSockets, close(code, reason)): 1000 or 3000 to 4999.
[[nodiscard]] constexpr bool mayBeSent(std::uint16_t code) {
  return code == 1000 || (code >= 3000 && code <= 4999);
}

}  // namespace rws
