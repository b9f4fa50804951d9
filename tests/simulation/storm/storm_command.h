// The command line of the storm: rws_sim storm --clients N --capacity N --down SECONDS
// [--seed N] [--policy NAME]... [--svg FILE].
#pragma once

#include <span>
#include <string_view>

namespace rws::storm {

// Runs with the arguments after "storm". Returns the exit code: 0, or 2 for arguments it cannot take.
int stormCommand(std::span<const std::string_view> arguments);

}  // namespace rws::storm
