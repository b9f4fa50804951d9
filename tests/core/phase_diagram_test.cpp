// docs/state-machine.md shows the transition table as it is.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "state_machine.h"

namespace rws {
namespace {

std::string diagramOfTable() {
  std::ostringstream text;
  text << "```mermaid\nstateDiagram-v2\n    [*] --> idle\n";
  for (const Transition& row : kTransitions) {
    text << "    " << toString(row.from) << " --> " << toString(row.to) << ": " << toString(row.trigger)
         << "\n";
  }
  text << "    destroyed --> [*]\n```\n";
  return text.str();
}

TEST(PhaseDiagram, InTheDocumentationShowsTheTable) {
  std::ifstream file(RWS_DOCS_DIR "/state-machine.md");
  ASSERT_TRUE(file.is_open());
  std::stringstream document;
  document << file.rdbuf();
  EXPECT_NE(document.str().find(diagramOfTable()), std::string::npos)
      << "docs/state-machine.md must contain:\n"
      << diagramOfTable();
}

}  // namespace
}  // namespace rws
