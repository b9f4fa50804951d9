// Owns the command `rws_sim worlds`: all short sequences of moves for every corner of the options.
// Refuses to walk and to judge: tests/core/support does.
#pragma once

#include <span>
#include <string_view>

namespace rws::worlds {

// Returns the exit code: 0 without a violation.
[[nodiscard]] int worldsCommand(std::span<const std::string_view> words);

}  // namespace rws::worlds
