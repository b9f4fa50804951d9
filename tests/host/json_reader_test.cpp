#include "json_reader.h"

#include <gtest/gtest.h>

#include <limits>

#include "random.h"

namespace rws::host {
namespace {

using namespace std::string_literals;

ControlFrame ping(std::string_view timestamp = "") { return {ControlKind::Ping, timestamp}; }
ControlFrame pong(std::string_view timestamp = "") { return {ControlKind::Pong, timestamp}; }
const ControlFrame kNone;

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

TEST(JsonReader, IsAnObjectOfTypePingOrPong) {
  EXPECT_EQ(readControlFrame(R"({"type":"ping"})"), ping());
  EXPECT_EQ(readControlFrame(R"({"type":"pong","timestamp":5})"), pong("5"));
  EXPECT_EQ(readControlFrame(" \t\r\n{ \"timestamp\" : 5 , \"type\" : \"pong\" } \n"), pong("5"));
  EXPECT_EQ(readControlFrame(R"({"a":[{"type":"x"}],"type":"ping","b":null,"c":true})"), ping());
  EXPECT_EQ(readControlFrame(R"({"t\u0079pe":"p\u006fng"})"), pong()) << "escapes are spelling only";
}

TEST(JsonReader, IsNoOtherText) {
  for (const std::string_view text : {"",
                                      " ",
                                      "ping",
                                      "\"ping\"",
                                      "null",
                                      "7",
                                      "[]",
                                      "{}",
                                      R"(["type","ping"])",
                                      R"([{"type":"ping"}])",
                                      R"([{"type":1},"ping"])",
                                      R"({"type":"Ping"})",
                                      R"({"type":"ping "})",
                                      R"({"type":["ping"]})",
                                      R"({"type":{"type":"ping"}})",
                                      R"({"type":null})",
                                      R"({"type":1})",
                                      R"({"Type":"ping"})",
                                      R"({"data":{"type":"ping"}})",
                                      R"({"kind":"ping"})",
                                      R"({"type":"new_message","content":"\"type\":\"ping\""})"}) {
    EXPECT_EQ(readControlFrame(text), kNone) << text;
  }
}

TEST(JsonReader, KeepsItsTimestampExactlyAsItCame) {
  for (const std::string timestamp : {"0",
                                      "-0",
                                      "1",
                                      "-1",
                                      "1700000000000",
                                      "1700000000.25",
                                      "1700000000.2500",
                                      "1.7e12",
                                      "1.7E+12",
                                      "0.1",
                                      "-0.0",
                                      "9007199254740993",
                                      "9223372036854775807",
                                      "-9223372036854775808",
                                      "18446744073709551615",
                                      "123456789012345678901234567890",
                                      "\"\"",
                                      "\"abc\"",
                                      "\"2024-01-01T00:00:00Z\"",
                                      "\"я€😀\"",
                                      R"("a\"b\\c")",
                                      R"("\u0000\u0001\u001f")"}) {
    EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":)" + timestamp + "}"), ping(timestamp))
        << timestamp;
  }
}

TEST(JsonReader, SpellsAnEscapedTimestampTheShortWay) {
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":"\u0041\/\n"})"), ping(R"("A/\u000a")"));
}

TEST(JsonReader, IsRefusedForATimestampOfAnotherType) {
  for (const std::string timestamp : {"null", "true", "false", "[]", "[1]", "{}", R"({"a":1})"}) {
    EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":)" + timestamp + "}"), kNone) << timestamp;
  }
}

TEST(JsonReader, IsRefusedForATimestampBeyondTheLimit) {
  const auto withText = [](std::size_t length) {
    return readControlFrame(R"({"type":"pong","timestamp":")" + std::string(length, 'x') + "\"}");
  };
  EXPECT_EQ(withText(kTimestampLimit - 2), pong('"' + std::string(kTimestampLimit - 2, 'x') + '"'));
  EXPECT_EQ(withText(kTimestampLimit - 1), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"pong","timestamp":1)" + std::string(kTimestampLimit, '0') + "}"),
            kNone);
  // Control characters grow when they are written again: the limit counts what is written.
  EXPECT_EQ(readControlFrame(R"({"type":"pong","timestamp":")" + repeated("\\n", 20) + "\"}"), kNone);
}

TEST(JsonReader, TakesTheLastOfMembersOfOneName) {
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":"pong","timestamp":1,"timestamp":2})"), pong("2"));
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":"chat"})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":{"type":"ping"}})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":[],"timestamp":2})"), ping("2"));
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":2,"timestamp":null})"), kNone);
}

TEST(JsonReader, IsNotSeenInNestedObjects) {
  EXPECT_EQ(readControlFrame(R"({"a":{"timestamp":1},"type":"ping"})"), ping());
  EXPECT_EQ(readControlFrame(R"({"timestamp":3,"a":[{"type":"chat","timestamp":4}],"type":"ping"})"),
            ping("3"));
  EXPECT_EQ(readControlFrame(R"({"type":"chat","a":{"type":"ping"}})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","a":{"timestamp":1},"b":2})"), ping());
  EXPECT_EQ(readControlFrame(R"({"type":"ping","a":["pong",{"b":"pong"}]})"), ping());
}

TEST(JsonReader, IsNoMalformedText) {
  const std::string whole = R"({"type":"ping","timestamp":"x","a":[1,{"b":true}]})";
  EXPECT_EQ(readControlFrame(whole), ping("\"x\""));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(readControlFrame(whole.substr(0, length)), kNone) << "cut at " << length;
  }
  for (const std::string& text :
       {whole + "x", whole + whole, "x" + whole, whole + ",", R"({"type":"ping",})"s, R"({'type':'ping'})"s,
        R"({type:"ping"})"s, R"(/* */{"type":"ping"})"s, R"({"type":"ping"}//)"s,
        R"({"type":"ping","timestamp":NaN})"s, R"({"type":"ping","timestamp":01})"s,
        R"({"type":"ping","timestamp":+1})"s, R"({"type":"ping","timestamp":.5})"s,
        R"({"type":"ping","timestamp":1e999})"s, R"({"type":"ping","timestamp":0x1})"s,
        "{\"type\":\"pi\nng\"}"s, "\xEF\xBB\xBF" + whole}) {
    EXPECT_EQ(readControlFrame(text), kNone) << text;
  }
}

TEST(JsonReader, IsNoTextWithABareNul) {
  EXPECT_EQ(readControlFrame("{\"type\":\"ping\"}\0"s), kNone);
  EXPECT_EQ(readControlFrame("{\"type\":\"ping\"}\0garbage"s), kNone);
  EXPECT_EQ(readControlFrame("\0{\"type\":\"ping\"}"s), kNone);
  EXPECT_EQ(readControlFrame("{\"type\":\"pi\0ng\"}"s), kNone);
}

TEST(JsonReader, IsNoInvalidUtf8) {
  for (const std::string& bytes :
       {"\x80"s, "\xFF"s, "\xC0\xAF"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s, "\xE2\x82"s}) {
    EXPECT_EQ(readControlFrame("{\"type\":\"ping\",\"a\":\"" + bytes + "\"}"), kNone);
    EXPECT_EQ(readControlFrame("{\"type\":\"ping\"," + bytes + "}"), kNone);
  }
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":"\ud800"})"), kNone) << "half a surrogate pair";
}

TEST(JsonReader, IsFoundOrRefusedAtAnyDepthWithoutRecursion) {
  constexpr std::size_t kDepth = 100000;
  EXPECT_EQ(readControlFrame(repeated("[", kDepth)), kNone);
  EXPECT_EQ(readControlFrame(repeated("{\"a\":", kDepth)), kNone);
  EXPECT_EQ(
      readControlFrame(R"({"a":)" + repeated("[", kDepth) + repeated("]", kDepth) + R"(,"type":"ping"})"),
      ping());
  EXPECT_EQ(readControlFrame(repeated(R"({"a":)", kDepth) + R"({"type":"ping"})" + repeated("}", kDepth)),
            kNone);
}

TEST(JsonReader, SurvivesMutationsOfItself) {
  Random random(99);
  const std::string whole = R"({"type":"pong","timestamp":1700000000.25,"a":["\u00e9",-1e-5,{"b":null}]})";
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    for (int change = 0; change < 3; ++change) {
      const auto at = static_cast<std::size_t>(random.unit() * static_cast<double>(text.size()));
      text[at] = static_cast<char>(static_cast<int>(random.unit() * 256) - 128);
    }
    const ControlFrame frame = readControlFrame(text);
    ASSERT_LE(frame.timestamp.size(), kTimestampLimit);
    // What was understood can be written and read again.
    if (frame.kind == ControlKind::Pong) {
      ASSERT_EQ(readControlFrame(pongText(frame.timestamp)), frame) << text;
    }
  }
}

TEST(RetryAfter, IsReadFromAnObjectInTheReason) {
  EXPECT_EQ(readRetryAfterMs(R"({"retryAfterMs":1500})"), 1500.0);
  EXPECT_EQ(readRetryAfterMs(R"( {"retryAfterMs": 0.5, "why":"deploy"} )"), 0.5);
  EXPECT_EQ(readRetryAfterMs(R"({"retryAfterMs":0})"), 0.0);
  EXPECT_EQ(readRetryAfterMs(R"({"retryAfterMs":-0})"), 0.0);
  EXPECT_EQ(readRetryAfterMs(R"({"retryAfterMs":1e308})"), 1e308);
  EXPECT_EQ(readRetryAfterMs(R"({"retryAfterMs":-1})"), -1.0) << "the core refuses it";
  EXPECT_EQ(readRetryAfterMs(R"({"retryAfterMs":1,"retryAfterMs":2})"), 2.0);
}

TEST(RetryAfter, IsNothingInAnyOtherReason) {
  for (const std::string& reason :
       {""s, "bye"s, "1500"s, "{}"s, R"({"retryAfterMs":"1500"})"s, R"({"retryAfterMs":null})"s,
        R"({"retryAfterMs":[1500]})"s, R"({"retryAfterMs":1e999})"s, R"({"retryAfterMs":NaN})"s,
        R"({"retryAfter":1500})"s, R"({"a":{"retryAfterMs":1500}})"s, R"([{"retryAfterMs":1500}])"s,
        R"({"retryAfterMs":1500)"s, R"({"retryAfterMs":1500}x)"s,
        R"({"retryAfterMs":1500,"retryAfterMs":true})"s, "{\"retryAfterMs\":1500}\0"s}) {
    EXPECT_EQ(readRetryAfterMs(reason), std::nullopt) << reason;
  }
}

}  // namespace
}  // namespace rws::host
