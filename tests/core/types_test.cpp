#include "types.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rws {
namespace {

TEST(ClipUtf8, KeepsWhatFits) {
  EXPECT_EQ(clipUtf8("", 0), "");
  EXPECT_EQ(clipUtf8("abc", 3), "abc");
  EXPECT_EQ(clipUtf8("abc", 2), "ab");
  const std::string longest(kMaxCloseReason, 'x');
  EXPECT_EQ(clipUtf8(longest, kMaxCloseReason), longest);
  EXPECT_EQ(clipUtf8(longest + "x", kMaxCloseReason), longest);
}

TEST(ClipUtf8, EndsOnACharacter) {
  for (const std::string character : {"x", "я", "€", "😀"}) {
    for (std::size_t lead = 0; lead < 5; ++lead) {
      std::string reason(lead, '.');
      while (reason.size() < 300) reason += character;
      const std::string_view kept = clipUtf8(reason, kMaxCloseReason);
      EXPECT_LE(kept.size(), kMaxCloseReason);
      EXPECT_GT(kept.size(), kMaxCloseReason - character.size());
      EXPECT_EQ((kept.size() - lead) % character.size(), 0U) << "cut within " << character;
    }
  }
}

TEST(ClipUtf8, TakesBytesThatAreNoText) {
  const std::string continuations(200, '\x80');
  EXPECT_LE(clipUtf8(continuations, kMaxCloseReason).size(), kMaxCloseReason);
  const std::string starts(200, '\xF0');
  EXPECT_EQ(clipUtf8(starts, kMaxCloseReason).size(), kMaxCloseReason);
}

TEST(MessageRange, IsEmptyUnlessItsEndIsAfterItsBeginning) {
  EXPECT_TRUE(MessageRange{}.empty());
  EXPECT_TRUE((MessageRange{5, 5}).empty());
  EXPECT_TRUE((MessageRange{6, 5}).empty());
  EXPECT_FALSE((MessageRange{4, 5}).empty());
}

TEST(Message, ThatWasNotMeasuredHasOneToThreeBytesAUnit) {
  EXPECT_EQ((Message{1, 10, true}.bytesAtMost()), 10U);
  EXPECT_EQ((Message{1, 10, true}.bytesAtLeast()), 10U);
  EXPECT_EQ((Message{1, 10, false}.bytesAtMost()), 30U);
  EXPECT_EQ((Message{1, 10, false}.bytesAtLeast()), 10U);
}

TEST(Names, OfReasonsAndErrorsDiffer) {
  std::set<std::string_view> reasons;
  for (const DropReason reason : {DropReason::Overflow, DropReason::Expired, DropReason::Disconnected,
                                  DropReason::Cleared, DropReason::Destroyed}) {
    reasons.insert(toString(reason));
  }
  EXPECT_EQ(reasons,
            (std::set<std::string_view>{"overflow", "expired", "disconnected", "cleared", "destroyed"}));
  std::set<std::string_view> errors;
  for (const ErrorType type : {ErrorType::None, ErrorType::Auth, ErrorType::Server, ErrorType::Network,
                               ErrorType::Unknown, ErrorType::Send, ErrorType::HeartbeatUnanswered}) {
    errors.insert(toString(type));
  }
  EXPECT_EQ(errors, (std::set<std::string_view>{"", "auth_error", "server_error", "network_error",
                                                "unknown_error", "send_error", "heartbeat_unanswered"}));
}

}  // namespace
}  // namespace rws
