// Scenario files: each must run, fail an expectation, or be refused with the name and line of what is wrong.
#include <algorithm>
#include <string>

#include "fuzz_check.h"
#include "scenario.h"
#include "scenario_run.h"

namespace rws::fuzz {
namespace {

// A longer number would make a scenario of years, or a message of gigabytes.
constexpr std::size_t kDigits = 6;

bool isShort(std::string_view text) {
  std::size_t digits = 0;
  for (const char character : text) {
    digits = character >= '0' && character <= '9' ? digits + 1 : 0;
    if (digits > kDigits) return false;
  }
  return true;
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const rws::scenarios::Scenario scenario = rws::scenarios::readScenario(text);
    if (rws::fuzz::isShort(text)) rws::scenarios::ScenarioRun::run(scenario);
  } catch (const rws::scenarios::ScenarioError& error) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    rws::fuzz::check(error.line() <= lines, "an error names a line of the file");
  }
  return 0;
}
