#include "control_frame.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "options.h"
#include "random.h"

namespace rws {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

ControlFrame ping(std::string timestamp = "") { return {ControlKind::Ping, std::move(timestamp)}; }
ControlFrame pong(std::string timestamp = "") { return {ControlKind::Pong, std::move(timestamp)}; }
const ControlFrame kNone;

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// --- reading

TEST(ControlFrame, IsAnObjectOfTypePingOrPong) {
  EXPECT_EQ(readControlFrame(R"({"type":"ping"})"), ping());
  EXPECT_EQ(readControlFrame(R"({"type":"pong","timestamp":5})"), pong("5"));
  EXPECT_EQ(readControlFrame(" \t\r\n{ \"timestamp\" : 5 , \"type\" : \"pong\" } \n"), pong("5"));
  EXPECT_EQ(readControlFrame(R"({"a":[{"type":"x"}],"type":"ping","b":null,"c":true})"), ping());
  EXPECT_EQ(readControlFrame(R"({"t\u0079pe":"p\u006fng"})"), pong()) << "an escape is the same character";
}

TEST(ControlFrame, IsNoOtherText) {
  for (const std::string_view text : {"",
                                      " ",
                                      "ping",
                                      "\"ping\"",
                                      "null",
                                      "7",
                                      "-7",
                                      "1.5",
                                      "true",
                                      "[]",
                                      "{}",
                                      R"(["type","ping"])",
                                      R"([{"type":"ping"}])",
                                      R"([{"type":1},"ping"])",
                                      R"({"type":"Ping"})",
                                      R"({"type":"ping "})",
                                      R"({"type":"pings"})",
                                      R"({"type":""})",
                                      R"({"type":["ping"]})",
                                      R"({"type":{"type":"ping"}})",
                                      R"({"type":null})",
                                      R"({"type":1})",
                                      R"({"type":1.5})",
                                      R"({"type":true})",
                                      R"({"Type":"ping"})",
                                      R"({"data":{"type":"ping"}})",
                                      R"({"kind":"ping"})",
                                      R"({"type":"new_message","content":"\"type\":\"ping\""})"}) {
    EXPECT_EQ(readControlFrame(text), kNone) << text;
  }
}

TEST(ControlFrame, KeepsItsTimestampExactlyAsItCame) {
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

TEST(ControlFrame, KeepsTheEscapesOfATimestamp) {
  const std::string timestamp = R"("\u0041\/\u000a\u00e9\ud83d\ude00")";
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":)" + timestamp + "}"), ping(timestamp));
  EXPECT_EQ(readControlFrame("{\"type\":\"ping\",\"timestamp\"\n:\t " + timestamp + " }"), ping(timestamp))
      << "without the space around it";
}

TEST(ControlFrame, CountsWithoutATimestampOfAnotherType) {
  for (const std::string timestamp : {"null", "true", "false", "[]", "[1]", "{}", R"({"a":1})"}) {
    for (const std::string type : {"ping", "pong"}) {
      const ControlFrame expected = type == "ping" ? ping() : pong();
      EXPECT_EQ(readControlFrame(R"({"type":")" + type + R"(","timestamp":)" + timestamp + "}"), expected)
          << timestamp;
      EXPECT_EQ(readControlFrame(R"({"timestamp":)" + timestamp + R"(,"type":")" + type + "\"}"), expected)
          << timestamp;
    }
  }
}

TEST(ControlFrame, CountsWithoutATimestampBeyondTheLimit) {
  const auto withText = [](std::size_t length) {
    return readControlFrame(R"({"type":"pong","timestamp":")" + std::string(length, 'x') + "\"}");
  };
  EXPECT_EQ(withText(kMaxTimestamp - 2), pong('"' + std::string(kMaxTimestamp - 2, 'x') + '"'));
  EXPECT_EQ(withText(kMaxTimestamp - 1), pong());
  EXPECT_EQ(withText(100'000), pong());
  const auto withDigits = [](std::size_t count) {
    return readControlFrame(R"({"type":"pong","timestamp":)" + std::string(count, '1') + "}");
  };
  EXPECT_EQ(withDigits(kMaxTimestamp), pong(std::string(kMaxTimestamp, '1')));
  EXPECT_EQ(withDigits(kMaxTimestamp + 1), pong());
  // Escapes count as they are written.
  EXPECT_EQ(readControlFrame(R"({"type":"pong","timestamp":")" + repeated("\\u0001", 11) + "\"}"), pong());
}

TEST(ControlFrame, HasTheLastOfMembersOfOneName) {
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":"pong","timestamp":1,"timestamp":2})"), pong("2"));
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":"chat"})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":{"type":"ping"}})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":[]})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","type":7})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":[],"timestamp":2})"), ping("2"));
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":2,"timestamp":null})"), ping());
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":2,"timestamp":{}})"), ping());
}

TEST(ControlFrame, HasNoMembersOfNestedObjects) {
  EXPECT_EQ(readControlFrame(R"({"a":{"timestamp":1},"type":"ping"})"), ping());
  EXPECT_EQ(readControlFrame(R"({"timestamp":3,"a":[{"type":"chat","timestamp":4}],"type":"ping"})"),
            ping("3"));
  EXPECT_EQ(readControlFrame(R"({"type":"chat","a":{"type":"ping"}})"), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","a":{"timestamp":1},"b":2})"), ping());
  EXPECT_EQ(readControlFrame(R"({"type":"ping","a":["pong",{"b":"pong"}]})"), ping());
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":["x",7]})"), ping());
}

TEST(ControlFrame, IsNoMalformedText) {
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

TEST(ControlFrame, IsNoTextWithANulCharacter) {
  EXPECT_EQ(readControlFrame("{\"type\":\"ping\"}\0"s), kNone);
  EXPECT_EQ(readControlFrame("{\"type\":\"ping\"}\0more"s), kNone);
  EXPECT_EQ(readControlFrame("\0{\"type\":\"ping\"}"s), kNone);
  EXPECT_EQ(readControlFrame("{\"type\":\"pi\0ng\"}"s), kNone);
  EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":"\u0000"})"), ping(R"("\u0000")"))
      << "an escaped one is a character like any other";
}

TEST(ControlFrame, IsNoInvalidUtf8AndNoLoneSurrogate) {
  for (const std::string& bytes :
       {"\x80"s, "\xFF"s, "\xC0\xAF"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s, "\xE2\x82"s}) {
    EXPECT_EQ(readControlFrame("{\"type\":\"ping\",\"a\":\"" + bytes + "\"}"), kNone);
    EXPECT_EQ(readControlFrame("{\"type\":\"ping\"," + bytes + "}"), kNone);
  }
  for (const std::string timestamp : {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud800x")"}) {
    EXPECT_EQ(readControlFrame(R"({"type":"ping","timestamp":)" + timestamp + "}"), kNone) << timestamp;
  }
}

TEST(ControlFrame, IsReadAtAnyDepthWithoutRecursion) {
  constexpr std::size_t kDepth = 100000;
  EXPECT_EQ(readControlFrame(repeated("[", kDepth)), kNone);
  EXPECT_EQ(readControlFrame(repeated("{\"a\":", kDepth)), kNone);
  EXPECT_EQ(
      readControlFrame(R"({"a":)" + repeated("[", kDepth) + repeated("]", kDepth) + R"(,"type":"ping"})"),
      ping());
  EXPECT_EQ(readControlFrame(repeated(R"({"a":)", kDepth) + R"({"type":"ping"})" + repeated("}", kDepth)),
            kNone);
}

TEST(ControlFrame, IsReadTheSameFromWhatWasWritten) {
  Random random(99);
  const std::string whole = R"({"type":"pong","timestamp":1700000000.25,"a":["\u00e9",-1e-5,{"b":null}]})";
  int understood = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = whole;
    // A few bytes of any value, or one printable character.
    const bool isPrintable = round % 2 == 0;
    for (int change = 0; change < (isPrintable ? 1 : 3); ++change) {
      const auto at = static_cast<std::size_t>(random.unit() * static_cast<double>(text.size()));
      const double value = isPrintable ? 32 + random.unit() * 95 : random.unit() * 256 - 128;
      text[at] = static_cast<char>(value);
    }
    const ControlFrame frame = readControlFrame(text);
    ASSERT_LE(frame.timestamp.size(), kMaxTimestamp);
    if (frame.kind != ControlKind::Pong) continue;
    ASSERT_EQ(readControlFrame(writePong(frame.timestamp)), frame) << text;
    ++understood;
  }
  EXPECT_GT(understood, 1000);
}

// --- writing

TEST(ControlFrame, IsWrittenAsJson) {
  EXPECT_EQ(writePing(1700000000000).view(), R"({"type":"ping","timestamp":1700000000000})");
  EXPECT_EQ(writePong("1700000000.25"), R"({"type":"pong","timestamp":1700000000.25})");
  EXPECT_EQ(writePong("\"abc\""), R"({"type":"pong","timestamp":"abc"})");
  EXPECT_EQ(writePong(""), R"({"type":"pong"})");
  for (const EpochMs timestamp :
       {EpochMs{0}, EpochMs{-1}, std::numeric_limits<EpochMs>::max(), std::numeric_limits<EpochMs>::min()}) {
    EXPECT_EQ(writePing(timestamp).view(),
              R"({"type":"ping","timestamp":)" + std::to_string(timestamp) + "}");
    EXPECT_EQ(readControlFrame(writePing(timestamp).view()), ping(std::to_string(timestamp)));
  }
}

TEST(ControlFrame, HasRoomForTheLongestTimestamp) {
  const std::string longest(kMaxTimestamp, '1');
  EXPECT_EQ(writePong(longest), R"({"type":"pong","timestamp":)" + longest + "}");
  EXPECT_LT(writePong(longest).size(), kMaxControlFrame);
}

TEST(ControlFrame, ContainsTheMarkerThatAHostMayLookFor) {
  EXPECT_NE(writePing(1).view().find(kControlFrameMarker), std::string::npos);
  EXPECT_NE(writePong("1").find(kControlFrameMarker), std::string::npos);
}

// --- the hint in a close reason

TEST(RetryAfter, IsReadFromAnObjectInTheReason) {
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":1500})"), 1500ms);
  EXPECT_EQ(readRetryAfter(R"( {"retryAfterMs": 0.5, "why":"deploy"} )"), 500us);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":0})"), 0ms);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":-0})"), 0ms);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":-0.0})"), 0ms);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":1e3})"), 1s);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":1e308})"), Options::kLongest);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":18446744073709551615})"), Options::kLongest);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":1,"retryAfterMs":2})"), 2ms);
  EXPECT_EQ(readRetryAfter(R"({"retryAfterMs":7,"a":{"retryAfterMs":1}})"), 7ms);
}

TEST(RetryAfter, IsNothingInAnyOtherReason) {
  for (const std::string& reason : {""s,
                                    "bye"s,
                                    "1500"s,
                                    "{}"s,
                                    R"({"retryAfterMs":"1500"})"s,
                                    R"({"retryAfterMs":null})"s,
                                    R"({"retryAfterMs":-1})"s,
                                    R"({"retryAfterMs":-0.001})"s,
                                    R"({"retryAfterMs":[1500]})"s,
                                    R"({"retryAfterMs":1e999})"s,
                                    R"({"retryAfterMs":NaN})"s,
                                    R"({"retryAfter":1500})"s,
                                    R"({"a":{"retryAfterMs":1500}})"s,
                                    R"([{"retryAfterMs":1500}])"s,
                                    R"({"retryAfterMs":1500)"s,
                                    R"({"retryAfterMs":1500}x)"s,
                                    R"({"retryAfterMs":1500,"retryAfterMs":true})"s,
                                    R"({"retryAfterMs":1500,"retryAfterMs":"1"})"s,
                                    R"({"retryAfterMs":1500,"retryAfterMs":{}})"s,
                                    "{\"retryAfterMs\":1500}\0"s,
                                    "\xEF\xBB\xBF{\"retryAfterMs\":1500}"s}) {
    EXPECT_EQ(readRetryAfter(reason), std::nullopt) << reason;
  }
}

}  // namespace
}  // namespace rws
