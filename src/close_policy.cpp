// Owns the reading of close codes (RFC 6455, 7.4; IANA registry for 1012 to 1014) and reasons.
// Refuses the connection's state: what follows from a verdict is decided there.
#include "close_policy.h"

#include <algorithm>
#include <cmath>

namespace rws {

Verdict verdictOf(const Options& options, const CloseInfo& info) {
  const std::vector<std::uint16_t>& fatal = options.fatalCloseCodes;
  if (std::find(fatal.begin(), fatal.end(), info.code) != fatal.end()) return Verdict::Fatal;
  return info.code == 1000 ? Verdict::Normal : Verdict::Retry;
}

ErrorType errorTypeOf(const CloseInfo& info, bool online) {
  switch (info.code) {
    case 1000:
      return ErrorType::None;
    case 1003:
    case 1008:
      return ErrorType::Auth;
    case 1001:
    case 1011:
    case 1012:
    case 1013:
    case 1014:
      return online ? ErrorType::Server : ErrorType::Network;
    case 1005:
    case 1006:
      return ErrorType::Network;
    default:
      return online ? ErrorType::Unknown : ErrorType::Network;
  }
}

ServerHint hintOf(const CloseInfo& info) {
  ServerHint hint;
  hint.restarting = info.code == 1012 || info.code == 1013;
  if (info.retryAfterMs && std::isfinite(*info.retryAfterMs) && *info.retryAfterMs >= 0) {
    hint.retryAfter = durationOfMilliseconds(*info.retryAfterMs);
  }
  return hint;
}

}  // namespace rws
