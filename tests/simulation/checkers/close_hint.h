// What a server asks for with {"retryAfterMs": n} in its close reason, as the simulated world writes it.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace rws::sim {

// Milliseconds; nothing for any other text.
[[nodiscard]] inline std::optional<double> readHint(const std::string& reason) {
  constexpr std::string_view kHead = R"({"retryAfterMs":)";
  if (reason.compare(0, kHead.size(), kHead) != 0 || reason.back() != '}') return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(reason.data() + kHead.size(), &end);
  const bool isNumber = end == reason.data() + reason.size() - 1 && end != reason.data() + kHead.size();
  return isNumber && value >= 0 ? std::optional(value) : std::nullopt;
}

}  // namespace rws::sim
