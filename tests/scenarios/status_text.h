// Owns the names under which scenarios ask for the connection's status.
// Refuses text that only people read: numbers and yes or no.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connection.h"

namespace rws::scenarios {

// The value as the facade's getStatus() and checkConnectionHealth() tell it; nothing for an unknown name.
[[nodiscard]] std::optional<std::string> statusText(const Connection& connection, const Now& now,
                                                    const std::string& name);

[[nodiscard]] std::vector<std::string> adviceNames(const Connection& connection);

}  // namespace rws::scenarios
