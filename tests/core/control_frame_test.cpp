#include "control_frame.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace rws {
namespace {

constexpr JsonMember kAbsent;
constexpr JsonMember kPing{JsonKind::Text, "\"ping\""};
constexpr JsonMember kPong{JsonKind::Text, "\"pong\""};
const ControlFrame kNone;

TEST(ControlFrame, IsAPingOrPongByItsType) {
  EXPECT_EQ(controlFrameOf(kPing, kAbsent), (ControlFrame{ControlKind::Ping, ""}));
  EXPECT_EQ(controlFrameOf(kPong, kAbsent), (ControlFrame{ControlKind::Pong, ""}));
  for (const JsonMember& type :
       {kAbsent, JsonMember{JsonKind::Other, ""}, JsonMember{JsonKind::Number, "1"},
        JsonMember{JsonKind::Number, "\"ping\""}, JsonMember{JsonKind::Text, "\"Ping\""},
        JsonMember{JsonKind::Text, "\"\""}, JsonMember{JsonKind::Text, "\"pings\""}}) {
    EXPECT_EQ(controlFrameOf(type, kAbsent), kNone) << type.json;
  }
}

TEST(ControlFrame, CarriesANumberOrTextAsItWasWritten) {
  EXPECT_EQ(controlFrameOf(kPing, {JsonKind::Number, "1700000000.250"}).timestamp, "1700000000.250");
  EXPECT_EQ(controlFrameOf(kPong, {JsonKind::Text, "\"a\\u0001\""}).timestamp, "\"a\\u0001\"");
  EXPECT_EQ(controlFrameOf(kPing, {JsonKind::Other, ""}), kNone);
}

TEST(ControlFrame, IsRefusedForATimestampBeyondTheLimit) {
  const std::string longest(kTimestampLimit, '1');
  EXPECT_EQ(controlFrameOf(kPong, {JsonKind::Number, longest}).timestamp, longest);
  EXPECT_EQ(controlFrameOf(kPong, {JsonKind::Number, longest + "1"}), kNone);
}

TEST(ControlFrame, IsWrittenAsJson) {
  EXPECT_EQ(pingText(1700000000000), R"({"type":"ping","timestamp":1700000000000})");
  EXPECT_EQ(pongText("1700000000.25"), R"({"type":"pong","timestamp":1700000000.25})");
  EXPECT_EQ(pongText("\"abc\""), R"({"type":"pong","timestamp":"abc"})");
  EXPECT_EQ(pongText(""), R"({"type":"pong"})");
  for (const EpochMs timestamp :
       {EpochMs{0}, EpochMs{-1}, std::numeric_limits<EpochMs>::max(), std::numeric_limits<EpochMs>::min()}) {
    EXPECT_EQ(pingText(timestamp), R"({"type":"ping","timestamp":)" + std::to_string(timestamp) + "}");
  }
}

TEST(ControlFrame, HasRoomForTheLongestTimestamp) {
  const std::string longest(kTimestampLimit, '1');
  EXPECT_EQ(pongText(longest), R"({"type":"pong","timestamp":)" + longest + "}");
  EXPECT_LT(pongText(longest).size(), kControlFrameLimit);
}

TEST(ControlFrame, ContainsTheMarkerTheHostLooksFor) {
  EXPECT_NE(pingText(1).view().find(kControlFrameMarker), std::string::npos);
  EXPECT_NE(pongText("1").view().find(kControlFrameMarker), std::string::npos);
}

}  // namespace
}  // namespace rws
