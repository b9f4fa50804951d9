// Reads the arguments, lists the walks, and prints the summary.
#include "worlds_command.h"

#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <optional>
#include <string>

#include "walks.h"

namespace rws::worlds {
namespace {

constexpr std::string_view kUsage =
    "usage: rws_sim worlds [--length N] [--jobs N] [--corner PART-OF-A-NAME] [--starts] [--until-violation] "
    "[--quiet]\n"
    "  all sequences of at most N moves (6) from a fresh client, in every corner of options and hosts;\n"
    "  --starts: from places far from it instead\n";

struct Arguments {
  std::uint64_t length = 6;
  std::uint64_t jobs = 1;
  std::string_view corner;
  bool fromStarts = false;
  bool isQuiet = false;
  bool untilViolation = false;
};

std::optional<std::uint64_t> numberOf(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number >= 1 && number <= most ? std::optional(number) : std::nullopt;
}

bool* flagNamed(std::string_view name, Arguments& arguments) {
  if (name == "--starts") return &arguments.fromStarts;
  if (name == "--quiet") return &arguments.isQuiet;
  return name == "--until-violation" ? &arguments.untilViolation : nullptr;
}

std::optional<Arguments> read(std::span<const std::string_view> words) {
  constexpr std::uint64_t kMostJobs = 256;
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (bool* const flag = flagNamed(words[i], arguments)) {
      *flag = true;
      continue;
    }
    if (i + 1 == words.size()) return std::nullopt;
    const std::string_view name = words[i];
    const std::string_view value = words[++i];
    if (name == "--corner") {
      arguments.corner = value;
    } else if (name == "--length" || name == "--jobs") {
      const bool isLength = name == "--length";
      const std::optional<std::uint64_t> number =
          numberOf(value, isLength ? test::SmallWorld::kLongestWay : kMostJobs);
      if (!number) return std::nullopt;
      (isLength ? arguments.length : arguments.jobs) = *number;
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

WalkPlan planOf(const Arguments& arguments) {
  WalkPlan plan{.walks = {},
                .moves = test::allMoves(),
                .length = arguments.length,
                .jobs = arguments.jobs,
                .isQuiet = arguments.isQuiet,
                .untilViolation = arguments.untilViolation};
  const std::vector<test::Way> starts = arguments.fromStarts ? test::starts() : std::vector<test::Way>{{}};
  for (const test::Corner& corner : test::corners()) {
    if (corner.name.find(arguments.corner) == std::string::npos) continue;
    for (const test::Way& start : starts) plan.walks.push_back({corner, start});
  }
  return plan;
}

void print(const WalkPlan& plan, const WalkSum& sum) {
  test::LengthTally all;
  std::printf("length          steps  new states\n");
  for (std::size_t i = 0; i < sum.lengths.size(); ++i) {
    const test::LengthTally& tally = sum.lengths[i];
    // Nothing starts from the states at the greatest length, so that they are not told apart.
    const std::string states = i + 1 < sum.lengths.size() ? std::to_string(tally.states) : "-";
    std::printf("%6zu  %13" PRIu64 "  %10s\n", i + 1, tally.steps, states.c_str());
    all.steps += tally.steps;
    all.states += tally.states;
  }
  std::printf("walks           %zu of %zu, %zu kinds of move\n", sum.done, plan.walks.size(),
              plan.moves.size());
  std::printf("distinct states %" PRIu64 "\n", all.states);
  std::printf("steps           %" PRIu64 ", %.0f a second\n", all.steps,
              static_cast<double>(all.steps) / std::max(sum.seconds, 1e-3));
  std::printf("memory          %.0f MB a job at most\n", sum.megabytesAJob);
  std::printf("time            %.1f s, of the processor %.1f s\n", sum.seconds, sum.processorSeconds);
  for (const Finding& finding : sum.findings) {
    std::printf("violation: %s\n  corner: %s, %" PRIu64 " in all\n  way: %s\n", finding.rule.c_str(),
                finding.corner.c_str(), finding.corners, finding.way.c_str());
  }
  if (sum.crashes > 0) std::printf("crashed jobs    %d\n", sum.crashes);
  std::printf("violations      %zu\n", sum.findings.size());
}

}  // namespace

int worldsCommand(std::span<const std::string_view> words) {
  const std::optional<Arguments> arguments = read(words);
  if (!arguments) {
    std::fputs(kUsage.data(), stderr);
    return 2;
  }
  const WalkPlan plan = planOf(*arguments);
  if (plan.walks.empty()) {
    std::fputs("no such corner\n", stderr);
    return 2;
  }
  const WalkSum sum = runWalks(plan);
  print(plan, sum);
  return sum.findings.empty() && sum.crashes == 0 ? 0 : 1;
}

}  // namespace rws::worlds
