// The statements of scenarios about sessions: the option, and the control frames of the server.
#pragma once

#include <string>
#include <vector>

#include "options.h"
#include "scenario.h"

namespace rws::scenarios {

// `session on|off [onSessionLost=resend|report] [ackDelay=N] [window=N]`. Throws ScenarioError.
[[nodiscard]] SessionOption toSession(const Statement& statement);
// The text of `receive welcome` and `receive frame`; `pings` are the ids of the client's pings. What a
// welcome does not name has its default. Throws ScenarioError.
[[nodiscard]] std::string toFrame(const Statement& statement, const std::vector<std::string>& pings);

}  // namespace rws::scenarios
