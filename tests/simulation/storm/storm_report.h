// The report of storms: a table for the terminal and a plot for the documentation.
#pragma once

#include <string>
#include <vector>

#include "storm.h"

namespace rws::storm {

struct NamedResult {
  std::string name;
  std::string formula;
  StormResult result;
};

// The table's head: what the columns mean is said above them.
[[nodiscard]] std::string tableHead(const StormSettings& settings, std::size_t clients);
[[nodiscard]] std::string tableRow(const NamedResult& storm, const StormSettings& settings);

// Attempts per second over time, on a logarithmic scale, as an SVG image.
[[nodiscard]] std::string plot(const std::vector<NamedResult>& storms, const StormSettings& settings,
                               std::size_t clients);

}  // namespace rws::storm
