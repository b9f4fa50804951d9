// Owns how native hosts read JSON: with a SAX parser that keeps the members it looks for and no others.
// Refuses to build a document, to recurse, to accept what JSON.parse would not, and to judge what it reads:
// the core does.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "control_frame.h"
#include "types.h"

namespace rws::host {

// The text as the core sees it.
[[nodiscard]] ControlFrame readControlFrame(std::string_view text);

// The n of {"retryAfterMs": n} in a close reason, nothing if there is no such number.
[[nodiscard]] std::optional<double> readRetryAfterMs(std::string_view reason);

// How a connection ended, with what its reason asks for.
[[nodiscard]] CloseInfo closeInfoOf(std::uint16_t code, std::string_view reason, bool wasClean);

}  // namespace rws::host
