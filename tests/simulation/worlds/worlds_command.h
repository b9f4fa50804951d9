// The command `rws_sim worlds`: all short sequences of moves in every corner of options and hosts.
#pragma once

#include <span>
#include <string_view>

namespace rws::worlds {

// Returns the exit code: 0 without a violation.
[[nodiscard]] int worldsCommand(std::span<const std::string_view> words);

}  // namespace rws::worlds
