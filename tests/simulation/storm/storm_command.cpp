// Reads the arguments and runs the storms: first the client of this package, then those it is compared with.
#include "storm_command.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>
#include <vector>

#include "core_fleet.h"
#include "formula_fleet.h"
#include "storm_report.h"

namespace rws::storm {
namespace {

constexpr std::string_view kUsage =
    "usage: rws_sim storm [--clients N] [--capacity N] [--down SECONDS] [--seed N] [--policy NAME]... [--svg "
    "FILE]\n"
    "Policies: ours, ours-1012, and\n";
constexpr std::string_view kOurs = "ours";
constexpr std::string_view kHinted = "ours-1012";
// The plot stays legible with so many lines.
constexpr std::size_t kPlotted = 6;

struct Arguments {
  std::uint64_t clients = 1'000'000;
  StormSettings settings;
  std::vector<std::string_view> policies;
  std::string svg;

  [[nodiscard]] bool wants(std::string_view name) const {
    return policies.empty() || std::find(policies.begin(), policies.end(), name) != policies.end();
  }
};

std::optional<std::uint64_t> numberOf(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool isPolicy(std::string_view name) {
  return name == kOurs || name == kHinted ||
         std::any_of(policies().begin(), policies().end(),
                     [name](const Policy& policy) { return policy.name == name; });
}

bool assignNumber(Arguments& arguments, std::string_view name, std::uint64_t number) {
  if (name == "--clients" && number > 0 && number <= 10'000'000) {
    arguments.clients = number;
  } else if (name == "--capacity" && number > 0) {
    arguments.settings.capacity = static_cast<double>(number);
  } else if (name == "--down" && number <= 86400) {
    arguments.settings.down = std::chrono::seconds(number);
  } else if (name == "--seed") {
    arguments.settings.seed = number;
  } else {
    return false;
  }
  return true;
}

std::optional<Arguments> read(std::span<const std::string_view> words) {
  Arguments arguments;
  for (std::size_t index = 0; index < words.size(); index += 2) {
    if (index + 1 == words.size()) return std::nullopt;
    const std::string_view name = words[index];
    const std::string_view value = words[index + 1];
    if (name == "--svg") {
      arguments.svg = value;
    } else if (name == "--policy") {
      if (!isPolicy(value)) return std::nullopt;
      arguments.policies.push_back(value);
    } else {
      const std::optional<std::uint64_t> number = numberOf(value);
      if (!number || !assignNumber(arguments, name, *number)) return std::nullopt;
    }
  }
  return arguments;
}

class Runs {
 public:
  explicit Runs(const Arguments& arguments) : arguments_(arguments) {
    std::fputs(tableHead(arguments.settings, arguments.clients).c_str(), stdout);
  }

  void ours(std::string_view name, const CloseInfo& close, std::string_view formula) {
    if (!arguments_.wants(name)) return;
    CoreFleet fleet(arguments_.clients, arguments_.settings.seed, close);
    bytesPerClient_ = fleet.bytesPerClient();
    tell(name, formula, fleet);
  }
  void other(const Policy& policy) {
    if (!arguments_.wants(policy.name)) return;
    FormulaFleet fleet(policy, arguments_.clients, arguments_.settings.seed);
    tell(policy.name, policy.formula, fleet);
  }
  [[nodiscard]] const std::vector<NamedResult>& results() const { return results_; }
  [[nodiscard]] std::size_t bytesPerClient() const { return bytesPerClient_; }

 private:
  void tell(std::string_view name, std::string_view formula, Fleet& fleet) {
    results_.push_back({std::string(name), std::string(formula), runStorm(fleet, arguments_.settings)});
    std::fputs(tableRow(results_.back(), arguments_.settings).c_str(), stdout);
    std::fflush(stdout);
  }

  const Arguments& arguments_;
  std::vector<NamedResult> results_;
  std::size_t bytesPerClient_ = 0;
};

}  // namespace

int stormCommand(std::span<const std::string_view> words) {
  const std::optional<Arguments> arguments = read(words);
  if (!arguments) {
    std::fputs(kUsage.data(), stderr);
    for (const Policy& policy : policies()) std::fprintf(stderr, "  %s\n", policy.name.data());
    return 2;
  }
  Runs runs(*arguments);
  runs.ours(kOurs, CloseInfo{}, "u * min(30, 2^n), u in [0.5, 1] per outage; at the cap 30 * [0.8, 1]");
  runs.ours(kHinted, CloseInfo{1012, "", true},
            "the server closed with 1012: every delay at least one in [5, 30]");
  for (const Policy& policy : policies()) runs.other(policy);
  if (runs.bytesPerClient() > 0) {
    std::printf("\nA connected, idle client of the core takes %zu bytes, its heap included.\n",
                runs.bytesPerClient());
  }
  if (arguments->svg.empty()) return 0;
  std::vector<NamedResult> plotted = runs.results();
  plotted.resize(std::min(plotted.size(), kPlotted));
  std::ofstream file(arguments->svg);
  file << plot(plotted, arguments->settings, arguments->clients);
  return file.good() ? 0 : 1;
}

}  // namespace rws::storm
