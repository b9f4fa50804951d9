// Owns the writing of a play in the language of tests/scenarios.
// Refuses to write expectations of what ought to be: only people know that.
#pragma once

#include <string>

#include "findings.h"
#include "shrink.h"

namespace rws::sim {

// The play as a scenario file, with what the client did last as a comment.
[[nodiscard]] std::string scenarioText(const Play& play, const std::string& title);

// Why the scenario, as it is written, does not do in tests/scenarios what it does here; empty if it does.
[[nodiscard]] std::string differenceOf(const std::string& scenario);

}  // namespace rws::sim
