// The table.
#include "storm_report.h"

#include <array>
#include <cstdio>

namespace rws::storm {
namespace {

// The first seconds after the server's return are the same for every policy whose first delay has passed by
// then.
constexpr std::size_t kSettling = 3;

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string seconds(const std::optional<double>& time) { return time ? formatted("%.1f", *time) : "never"; }

std::size_t downSeconds(const StormSettings& settings) {
  return static_cast<std::size_t>(std::chrono::duration<double>(settings.down).count());
}

}  // namespace

std::string tableHead(const StormSettings& settings, std::size_t clients) {
  return formatted(
             "%zu clients lose their server at once; it is back after %zu s and accepts %.0f a second.\n",
             clients, downSeconds(settings), settings.capacity) +
         formatted(
             "Attempts per second: peak, mean until the last, peak from %zu s after the return. Seconds "
             "until half "
             "and\n99 %% were connected.\n\n",
             kSettling) +
         formatted("%-24s %9s %8s %9s %7s %7s %9s %8s  %s\n", "policy", "peak/s", "mean/s", "settled/s",
                   "t50", "t99", "gave up", "longest", "delay before retry n, s");
}

std::string tableRow(const NamedResult& storm, const StormSettings& settings) {
  const StormResult& result = storm.result;
  const std::size_t length = result.attemptsBySecond.empty() ? 1 : result.attemptsBySecond.size();
  return formatted("%-24s %9llu %8llu %9llu %7s %7s %9llu %8.1f  %s\n", storm.name.c_str(),
                   static_cast<unsigned long long>(result.peak()),
                   static_cast<unsigned long long>(result.attempts() / length),
                   static_cast<unsigned long long>(result.peak(downSeconds(settings) + kSettling)),
                   seconds(result.t50).c_str(), seconds(result.t99).c_str(),
                   static_cast<unsigned long long>(result.gaveUp), result.longestDelay,
                   storm.formula.c_str());
}

}  // namespace rws::storm
