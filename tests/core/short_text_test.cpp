#include "short_text.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace rws {
namespace {

static_assert(std::is_trivially_copyable_v<CloseReason>);

TEST(ShortText, IsWhatWasAppended) {
  ShortText<8> text;
  EXPECT_TRUE(text.empty());
  text.append("ab");
  text.append(std::string_view("\0c", 2));
  EXPECT_EQ(text, std::string_view("ab\0c", 4));
  text.append("defghi");
  EXPECT_EQ(text, std::string_view("ab\0cdefg", 8));
  EXPECT_EQ(text.size(), 8U);
}

TEST(ShortText, KeepsWhatFits) {
  EXPECT_EQ(CloseReason(""), "");
  EXPECT_EQ(CloseReason(std::string(123, 'x')), std::string(123, 'x'));
}

TEST(ShortText, IsAtMost123BytesAndEndsOnACharacter) {
  for (const std::string character : {"x", "я", "€", "😀"}) {
    for (std::size_t lead = 0; lead < 5; ++lead) {
      std::string reason(lead, '.');
      while (reason.size() < 300) reason += character;
      const CloseReason kept(reason);
      EXPECT_LE(kept.size(), 123U);
      EXPECT_GT(kept.size(), 123U - character.size());
      EXPECT_EQ((kept.size() - lead) % character.size(), 0U) << "cut within " << character;
    }
  }
}

TEST(ShortText, SurvivesBytesThatAreNoText) {
  const std::string continuations(200, '\x80');
  EXPECT_LE(CloseReason(continuations).size(), 123U);
  const std::string starts(200, '\xF0');
  EXPECT_EQ(CloseReason(starts).size(), 123U);
}

}  // namespace
}  // namespace rws
