// One test for each *.scenario file, and tests of the language's own errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "scenario.h"
#include "scenario_run.h"

namespace rws::scenarios {
namespace {

std::vector<std::string> scenarioNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(RWS_SCENARIO_DIR)) {
    if (entry.path().extension() == ".scenario") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, Holds) {
  const std::string path = std::string(RWS_SCENARIO_DIR) + '/' + GetParam() + ".scenario";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  try {
    ScenarioRun::run(readScenario(text.str()));
  } catch (const ScenarioError& error) {
    ADD_FAILURE_AT(path.c_str(), static_cast<int>(error.line())) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, testing::ValuesIn(scenarioNames()),
                         [](const testing::TestParamInfo<std::string>& test) { return test.param; });

// The line at which a scenario fails, 0 if it holds.
std::size_t failingLine(const std::string& text) {
  try {
    ScenarioRun::run(readScenario(text));
  } catch (const ScenarioError& error) {
    return error.line();
  }
  return 0;
}

struct Mistake {
  const char* name;
  const char* text;
  std::size_t line;
};

class ScenarioMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ScenarioMistakes, AreReportedWithTheirLine) {
  EXPECT_EQ(failingLine(GetParam().text), GetParam().line);
}

constexpr const char* kConnected = "# Title\nconnect\nat 10 open\n";

INSTANTIATE_TEST_SUITE_P(
    Language, ScenarioMistakes,
    testing::Values(Mistake{"None", "# Title\nconnect\nexpect state connecting\n", 0},
                    Mistake{"NoTitle", "connect\n", 1},
                    Mistake{"UnknownCommand", "# Title\nconnect\nopne\n", 3},
                    Mistake{"UnknownName", "# Title\nsend a byte=3\n", 2},
                    Mistake{"UnknownOption", "# Title\noptions jiter=0\nconnect\n", 2},
                    Mistake{"UnknownStatus", "# Title\nexpect status love=1\n", 2},
                    Mistake{"MissingWord", "# Title\n\nsend\n", 3},
                    Mistake{"TooManyWords", "# Title\nconnect twice\n", 2},
                    Mistake{"NoNumber", "# Title\nat noon connect\n", 2},
                    Mistake{"TimeRunsBack", "# Title\nat 5 connect\nat 4 open\n", 3},
                    Mistake{"NoSuchSocket", "# Title\nopen\n", 2},
                    Mistake{"SocketOfNoSocketCommand", "# Title\nconnect\nsocket 1 disconnect\n", 3},
                    Mistake{"LateOptions", "# Title\nconnect\noptions jitter=0\n", 3},
                    Mistake{"UnmetState", "# Title\nconnect\nexpect state connected\n", 3},
                    Mistake{"MissingEvent", "# Title\nconnect\nexpect events state connecting, open\n", 3},
                    Mistake{"SurplusEvent", "# Title\nconnect\nexpect events none\n", 3},
                    Mistake{"EventOfOtherWords", "# Title\nconnect\nexpect events state\n", 3}),
    [](const testing::TestParamInfo<Mistake>& test) { return std::string(test.param.name); });

TEST(ScenarioLanguage, ComparesMessagesAndControlFramesSinceTheLastLook) {
  const std::string text = std::string(kConnected) + "send a b\nexpect sent a b\nexpect sent none\n";
  EXPECT_EQ(failingLine(text), 0U);
  EXPECT_EQ(failingLine(text + "expect sent a\n"), 7U);
}

}  // namespace
}  // namespace rws::scenarios
