// The control frames of sessions: what is read in those of the server, and how those of the client are
// written.
#include "session_frame.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "json_members.h"

namespace rws {
namespace {

using Kind = SessionFrameKind;

constexpr std::uint64_t kLargestCount = (std::uint64_t{1} << 53U) - 1;
constexpr std::string_view kWelcome =
    R"({"rws":"welcome","v":1,"session":"s","resumed":false,"received":0,"window":1000,"maxMessage":65536,"ttl":60000})";

// The members of a valid frame of each kind, without those that are unknown to the protocol.
struct Example {
  Kind kind;
  std::string_view name;
  std::vector<std::pair<std::string, std::string>> members;
};
const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples = {
      {Kind::Welcome,
       "welcome",
       {{"v", "1"},
        {"session", "\"s\""},
        {"resumed", "true"},
        {"received", "3"},
        {"window", "10"},
        {"maxMessage", "9"},
        {"ttl", "5"}}},
      {Kind::Ack, "ack", {{"received", "3"}}},
      {Kind::Ping, "ping", {{"id", "7"}, {"received", "3"}}},
      {Kind::Pong, "pong", {{"id", "7"}, {"received", "3"}}},
      {Kind::Skip, "skip", {{"count", "2"}}},
      {Kind::Bye, "bye", {}},
  };
  return kExamples;
}

std::string frameOf(std::string_view name, const std::vector<std::pair<std::string, std::string>>& members) {
  std::string text = R"({"rws":")" + std::string(name) + '"';
  for (const auto& [member, value] : members) text += ",\"" + member + "\":" + value;
  return text + '}';
}
// Of the example, with another value of a member, or without it.
std::string changed(const Example& example, std::string_view member, std::string_view value) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& each : example.members) {
    if (each.first != member) {
      members.push_back(each);
    } else if (!value.empty()) {
      members.emplace_back(member, value);
    }
  }
  return frameOf(example.name, members);
}

bool isValid(std::string_view text) { return readSessionFrame(text).isValid; }

// --- reading

TEST(SessionFrame, HasAllThatAWelcomeSays) {
  const SessionFrame welcome = readSessionFrame(kWelcome);
  EXPECT_TRUE(welcome.isValid);
  EXPECT_EQ(welcome.kind, Kind::Welcome);
  EXPECT_FALSE(welcome.isResumed);
  EXPECT_EQ(welcome.version, 1U);
  EXPECT_EQ(welcome.received, 0U);
  EXPECT_EQ(welcome.window, 1000U);
  EXPECT_EQ(welcome.maxMessage, 65536U);
  EXPECT_EQ(welcome.id, R"("s")");
}

TEST(SessionFrame, HasItsMembersInAnyOrderAndAnyForm) {
  const SessionFrame welcome = readSessionFrame(
      "{\"rws\":\"welcome\" , \"ttl\":0,\t\"maxMessage\":0,\"window\":1,\n\"received\":9007199254740991,"
      "\"resumed\":true,\"session\" :  \"\\u0061\\/\\\"\" ,\"v\":1 }");
  EXPECT_TRUE(welcome.isValid);
  EXPECT_TRUE(welcome.isResumed);
  EXPECT_EQ(welcome.received, kLargestCount);
  EXPECT_EQ(welcome.id, R"("\u0061\/\"")") << "as it was written, to be sent back";
}

TEST(SessionFrame, OfEveryKindIsValidWithItsMembers) {
  for (const Example& example : examples()) {
    const SessionFrame frame = readSessionFrame(frameOf(example.name, example.members));
    EXPECT_TRUE(frame.isValid) << example.name;
    EXPECT_EQ(frame.kind, example.kind) << example.name;
  }
  EXPECT_EQ(readSessionFrame(R"({"rws":"ack","received":3})").received, 3U);
  EXPECT_EQ(readSessionFrame(R"({"rws":"ping","id":7,"received":4})").received, 4U);
  EXPECT_EQ(readSessionFrame(R"({"rws":"pong","id":7,"received":5})").received, 5U);
  EXPECT_EQ(readSessionFrame(R"({"rws":"skip","count":6})").count, 6U);
}

TEST(SessionFrame, LacksNoMember) {
  for (const Example& example : examples()) {
    for (const auto& [member, value] : example.members) {
      const std::string text = changed(example, member, "");
      const SessionFrame frame = readSessionFrame(text);
      EXPECT_FALSE(frame.isValid) << text;
      EXPECT_EQ(frame.kind, example.kind) << text;
    }
  }
}

TEST(SessionFrame, HasMembersOfTheRightTypes) {
  const std::vector<std::string> all = {"null", "true",  "\"5\"", "[]",  "{}",    "-1",
                                        "1.5",  "1e300", "\"\"",  "[7]", "\"s\"", "9007199254740992"};
  const auto allowed = [](std::string_view member, std::string_view value) {
    const bool isText = value.front() == '"';
    if (member == "session") return isText && value != "\"\"";
    if (member == "id")
      return isText || value == "-1" || value == "1.5" || value == "1e300" || value[0] == '9';
    return member == "resumed" && value == "true";
  };
  for (const Example& example : examples()) {
    for (const auto& [member, unused] : example.members) {
      for (const std::string& value : all) {
        const std::string text = changed(example, member, value);
        EXPECT_EQ(isValid(text), allowed(member, value)) << text;
      }
    }
  }
}

TEST(SessionFrame, HasCountsBelowTwoToThe53) {
  for (const Example& example : examples()) {
    for (const auto& [member, unused] : example.members) {
      if (member == "id" || member == "session" || member == "resumed") continue;
      EXPECT_TRUE(isValid(changed(example, member, "9007199254740991"))) << member;
      EXPECT_FALSE(isValid(changed(example, member, "9007199254740992"))) << member;
      EXPECT_FALSE(isValid(changed(example, member, "18446744073709551617"))) << member;
      EXPECT_FALSE(isValid(changed(example, member, "-9007199254740993"))) << member;
    }
  }
}

TEST(SessionFrame, SkipsSomethingAndHasAWindow) {
  EXPECT_FALSE(isValid(R"({"rws":"skip","count":0})"));
  EXPECT_TRUE(isValid(R"({"rws":"skip","count":1})"));
  EXPECT_FALSE(isValid(changed(examples()[0], "window", "0")));
  EXPECT_TRUE(isValid(changed(examples()[0], "window", "1")));
  EXPECT_TRUE(isValid(changed(examples()[0], "maxMessage", "0")));
  EXPECT_TRUE(isValid(changed(examples()[0], "ttl", "0")));
}

TEST(SessionFrame, MayHaveUnknownMembers) {
  EXPECT_TRUE(isValid(R"({"rws":"ack","received":1,"more":{"received":[9]},"x":null})"));
  EXPECT_EQ(readSessionFrame(R"({"rws":"ack","received":1,"more":{"received":9}})").received, 1U);
  EXPECT_TRUE(isValid(R"({"rws":"bye","reason":"over"})"));
}

TEST(SessionFrame, HasTheLastOfTwoMembersOfAName) {
  EXPECT_EQ(readSessionFrame(R"({"rws":"ack","received":1,"received":2})").received, 2U);
  EXPECT_FALSE(isValid(R"({"rws":"ack","received":1,"received":"2"})"));
  EXPECT_FALSE(isValid(R"({"rws":"ack","rws":"skip","count":2})")) << "its name stands at the beginning";
}

TEST(SessionFrame, OfAnUnknownNameIsIgnoredOnlyIfItBeginsWithX) {
  for (const std::string_view name : {"x-", "x-trace", "x-\\u0061"}) {
    const SessionFrame frame = readSessionFrame(frameOf(name, {{"received", "null"}}));
    EXPECT_EQ(frame.kind, Kind::Ignored) << name;
    EXPECT_TRUE(frame.isValid) << name;
  }
  for (const std::string_view name : {"", "x", "X-a", "hello", "acks", "Ack", "ack ", "ax-"}) {
    const SessionFrame frame = readSessionFrame(frameOf(name, {{"received", "1"}}));
    EXPECT_EQ(frame.kind, Kind::Unknown) << name;
    EXPECT_FALSE(frame.isValid) << name;
  }
}

TEST(SessionFrame, IsJson) {
  for (const std::string_view text :
       {R"({"rws":")", R"({"rws":"ack")", R"({"rws":"ack",})", R"({"rws":"ack","received":1)",
        R"({"rws":"ack","received":1}})", R"({"rws":"ack","received":1} x)", R"({"rws":"ack","received":01})",
        R"({"rws":"ack","received":+1})", R"({"rws":"ack","received":1,})",
        R"({"rws":"ack" "received":1})"}) {
    EXPECT_FALSE(isValid(text)) << text;
  }
  EXPECT_FALSE(isValid(std::string_view("{\"rws\":\"ack\",\"received\":1}\0", 27)));
  EXPECT_FALSE(isValid("{\"rws\":\"x-\xFF\"}")) << "no UTF-8";
  EXPECT_FALSE(isValid("{\"rws\":\"x-\n\"}"));
}

// A malformed welcome is no sign of a server that knows no sessions.
TEST(SessionFrame, ThatCannotBeReadIsKnownByItsBeginning) {
  EXPECT_EQ(readSessionFrame(R"({"rws":"welcome","v":1)").kind, Kind::Welcome);
  EXPECT_EQ(readSessionFrame(R"({"rws":"ack","received":1,})").kind, Kind::Ack);
  EXPECT_EQ(readSessionFrame(R"({"rws":"welcome)").kind, Kind::Welcome);
  EXPECT_EQ(readSessionFrame(R"({"rws":"nothing)").kind, Kind::Unknown);
  EXPECT_EQ(readSessionFrame(R"({"rws":")").kind, Kind::Unknown);
  EXPECT_EQ(readSessionFrame("").kind, Kind::Unknown);
}

TEST(SessionFrame, HasAtMost1024Bytes) {
  const std::string start = R"({"rws":"ack","received":1,"more":")";
  const std::string largest = start + std::string(1024 - start.size() - 2, 'a') + "\"}";
  ASSERT_EQ(largest.size(), kMaxSessionFrame);
  EXPECT_TRUE(isValid(largest));
  const SessionFrame larger = readSessionFrame(largest + ' ');
  EXPECT_FALSE(larger.isValid);
  EXPECT_EQ(larger.kind, Kind::Ack);
  // Two bytes each.
  std::string wide = start;
  for (int i = 0; i < 500; ++i) wide += "\u00e4";
  EXPECT_FALSE(isValid(wide + "\"}"));
}

TEST(SessionFrame, KeepsTheIdOfAPingAsItWasWritten) {
  for (const std::string_view id :
       {"7", "-7", "1.50", "1e5", "\"a\"", "\"\"", R"("\u0061\n")", "123456789012345678901234567890"}) {
    const std::string text = R"({"rws":"ping","id": )" + std::string(id) + R"( ,"received":0})";
    const SessionFrame ping = readSessionFrame(text);
    EXPECT_TRUE(ping.isValid) << id;
    EXPECT_EQ(ping.id, id);
  }
  const std::string longest = '"' + std::string(kMaxPingId - 2, 'i') + '"';
  EXPECT_TRUE(isValid(R"({"rws":"ping","received":0,"id":)" + longest + '}'));
  EXPECT_FALSE(isValid(R"({"rws":"ping","received":0,"id":)" + longest.substr(0, 255) + "i\"}"));
}

// --- writing

OwnFrame ack(std::uint64_t received) { return {Kind::Ack, received}; }
OwnFrame ping(EpochMs id, std::uint64_t received) { return {Kind::Ping, received, id}; }
OwnFrame pong(std::string_view id, std::uint64_t received) { return {Kind::Pong, received, 0, id}; }
OwnFrame skip(std::uint64_t count) { return {Kind::Skip, count}; }
std::string written(const OwnFrame& frame) { return std::string(SessionText(frame).view()); }
std::string written(const Hello& hello) { return std::string(SessionText(hello).view()); }

TEST(SessionText, IsAsTheProtocolSays) {
  EXPECT_EQ(written(ack(0)), R"({"rws":"ack","received":0})");
  EXPECT_EQ(written(ack(kLargestCount)), R"({"rws":"ack","received":9007199254740991})");
  EXPECT_EQ(written(ping(17, 3)), R"({"rws":"ping","id":17,"received":3})");
  EXPECT_EQ(written(pong("\"a\\n\"", 3)), R"({"rws":"pong","id":"a\n","received":3})");
  EXPECT_EQ(written(skip(12)), R"({"rws":"skip","count":12})");
  EXPECT_EQ(written({.kind = Kind::Bye}), R"({"rws":"bye"})");
}

TEST(SessionText, HoldsTheLargestFrames) {
  const std::string id(kMaxPingId, '7');
  EXPECT_EQ(written(pong(id, kLargestCount)),
            R"({"rws":"pong","id":)" + id + R"(,"received":9007199254740991})");
  EXPECT_EQ(written(ping(std::numeric_limits<EpochMs>::max(), kLargestCount)),
            R"({"rws":"ping","id":9223372036854775807,"received":9007199254740991})");
  EXPECT_LE(written(pong(id, kLargestCount)).size(), kMaxSessionFrame);
  // Longer than any id that a welcome can contain.
  const std::string session = '"' + std::string(kMaxSessionFrame, 's') + '"';
  EXPECT_EQ(written(Hello{session, kLargestCount, kLargestCount, kLargestCount}),
            R"({"rws":"hello","v":1,"session":)" + session +
                R"(,"attempt":9007199254740991,"received":9007199254740991,"window":9007199254740991)");
}

TEST(SessionText, IsReadByTheServerAsItIsMeant) {
  EXPECT_EQ(readSessionFrame(written(ack(5))).received, 5U);
  EXPECT_EQ(readSessionFrame(written(skip(5))).count, 5U);
  const SessionFrame frame = readSessionFrame(written(pong("\"x\"", 6)));
  EXPECT_TRUE(frame.isValid);
  EXPECT_EQ(frame.id, "\"x\"");
  EXPECT_EQ(frame.received, 6U);
}

TEST(SessionHello, IsOpenAtItsEnd) {
  EXPECT_EQ(written(Hello{"", 1, 0, 1000}),
            R"({"rws":"hello","v":1,"session":null,"attempt":1,"received":0,"window":1000)");
  EXPECT_EQ(written(Hello{R"("a\"b")", 12, kLargestCount, 1}),
            R"({"rws":"hello","v":1,"session":"a\"b","attempt":12,"received":9007199254740991,"window":1)");
}

TEST(SessionHello, IsJsonWithOneBraceMore) {
  std::vector<JsonMember> members = {JsonMember{"rws"}, JsonMember{"session"}, JsonMember{"auth"}};
  const std::string text = written(Hello{"\"id\"", 2, 3, 4});
  const std::string whole = text + R"(,"auth":"token"})";
  ASSERT_TRUE(readMembers(whole, members));
  EXPECT_TRUE(members[0].is("hello"));
  EXPECT_TRUE(members[1].is("id"));
  EXPECT_TRUE(members[2].is("token"));
  ASSERT_TRUE(readMembers(text + '}', members));
}

}  // namespace
}  // namespace rws
