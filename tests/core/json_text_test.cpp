#include "json_text.h"

#include <gtest/gtest.h>

namespace rws {
namespace {

using namespace std::string_literals;

TEST(JsonText, EscapesWhatJsonDoesNotAllow) {
  EXPECT_EQ(jsonStringOf(""), "\"\"");
  EXPECT_EQ(jsonStringOf("a\"b\\c/я"), R"("a\"b\\c/я")");
  EXPECT_EQ(jsonStringOf("\0\n\x1f\x7f"s), "\"\\u0000\\u000a\\u001f\x7f\"");
}

}  // namespace
}  // namespace rws
