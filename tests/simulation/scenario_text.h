// A play written in the language of tests/scenarios.
#pragma once

#include <string>

#include "shrink.h"

namespace rws::sim {

// The play as a scenario file, with what the client did last as a comment. It has no expectations: what is
// right, people have to say.
[[nodiscard]] std::string scenarioText(const Play& play, const std::string& title);

}  // namespace rws::sim
