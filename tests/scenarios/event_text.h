// The short form in which scenarios name the user's events, and the patterns that may stand for parts of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "effects.h"

namespace rws::scenarios {

// Milliseconds without loss: 1500 microseconds are "1.5".
[[nodiscard]] std::string millisecondsText(Duration duration);

[[nodiscard]] std::string toEventText(const Notification& notification);
// A control frame of a session: its name, then what it says. Without the id of a ping.
[[nodiscard]] std::string toControlText(std::string_view frame);

// Splits "open, close 1006 retry" at its commas.
[[nodiscard]] std::vector<std::string> splitList(const std::string& text);

// Compares lists of events by word. In what is expected `A..B` stands for a number from A to B, `twice` for
// exactly twice the wait of the `retry` before, and a last `*` for any further words.
class EventMatcher {
 public:
  [[nodiscard]] bool matches(const std::string& expected, const std::string& actual);

 private:
  [[nodiscard]] bool wordMatches(const std::string& expected, const std::string& actual) const;
  double lastWait_ = 0;
};

}  // namespace rws::scenarios
