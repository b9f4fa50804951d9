// The values of a client's status by the names that scenarios use: numbers, and yes or no.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client.h"

namespace rws::scenarios {

// The value as the facade's getStatus() and checkConnectionHealth() give it; nothing for an unknown name.
[[nodiscard]] std::optional<std::string> statusText(const Client& client, const Now& now,
                                                    const std::string& name);

[[nodiscard]] std::vector<std::string> adviceNames(const Client& client);

}  // namespace rws::scenarios
