// Owns the short form in which scenarios name what a user hears, and the patterns that may stand for parts of
// it. Refuses to know which actions are events: whoever asks hands over one that is.
#pragma once

#include <string>
#include <vector>

#include "action.h"

namespace rws::scenarios {

// Milliseconds without loss: 1500 microseconds are "1.5".
[[nodiscard]] std::string millisecondsText(Duration duration);

[[nodiscard]] std::string eventText(const action::StateChanged& event);
[[nodiscard]] std::string eventText(const action::TellOpen& event);
[[nodiscard]] std::string eventText(const action::TellClose& event);
[[nodiscard]] std::string eventText(const action::TellError& event);
[[nodiscard]] std::string eventText(const action::TellTooLarge& event);
[[nodiscard]] std::string eventText(const action::TellRetryScheduled& event);
[[nodiscard]] std::string eventText(const action::TellGaveUp& event);
[[nodiscard]] std::string eventText(const action::TellAuthRecovery& event);
[[nodiscard]] std::string eventText(const action::TellRecoveryAttempt& event);
[[nodiscard]] std::string eventText(const action::TellRecoveryGaveUp& event);
[[nodiscard]] std::string eventText(const action::TellRecoveryReset& event);
[[nodiscard]] std::string eventText(const action::TellQueueCleared& event);
[[nodiscard]] std::string eventText(const action::TellContactSupport& event);
[[nodiscard]] std::string eventText(const action::TellLatency& event);

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
