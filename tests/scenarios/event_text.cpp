// Owns the words of each event.
// Refuses to shorten: what the user is told and can be told in a word is part of the form.
#include "event_text.h"

#include <cmath>
#include <cstdlib>
#include <sstream>

#include "phase.h"

namespace rws::scenarios {
namespace {

std::string joined(std::string_view first, std::string_view second) {
  return std::string(first) + ' ' + std::string(second);
}

}  // namespace

std::string millisecondsText(Duration duration) {
  std::ostringstream text;
  text << duration.count() / 1000;
  if (duration.count() % 1000 == 0) return text.str();
  std::string fraction = std::to_string(1000 + duration.count() % 1000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return text.str() + '.' + fraction;
}

std::string eventText(const action::StateChanged& event) { return joined("state", toString(event.state)); }

std::string eventText(const action::TellOpen& /*event*/) { return "open"; }

std::string eventText(const action::TellClose& event) {
  std::string text = "close " + std::to_string(event.info.code);
  if (event.info.wasClean) text += " clean";
  text += event.shouldReconnect ? " retry" : " final";
  return event.info.reason.empty() ? text : joined(text, event.info.reason);
}

std::string eventText(const action::TellError& event) {
  std::string text = joined("error", toString(event.type));
  if (event.code != 0) text += ' ' + std::to_string(event.code);
  return event.recoverable ? text : text + " final";
}

std::string eventText(const action::TellTooLarge& event) {
  return "tooLarge " + std::to_string(event.size) + " of " + std::to_string(event.maxSize);
}

std::string eventText(const action::TellRetryScheduled& event) {
  const std::string text = "retry " + std::to_string(event.attempt) + ' ' + millisecondsText(event.delay);
  return event.delay == event.nominal ? text : text + " of " + millisecondsText(event.nominal);
}

std::string eventText(const action::TellGaveUp& event) { return "gaveUp " + std::to_string(event.attempts); }

std::string eventText(const action::TellAuthRecovery& /*event*/) { return "auth"; }

std::string eventText(const action::TellRecoveryAttempt& event) {
  return joined("recovery", toString(event.type)) + ' ' + std::to_string(event.attempt);
}

std::string eventText(const action::TellRecoveryGaveUp& event) {
  return joined("recoveryGaveUp", toString(event.type)) + ' ' + std::to_string(event.attempts);
}

std::string eventText(const action::TellRecoveryReset& /*event*/) { return "recoveryReset"; }

std::string eventText(const action::TellQueueCleared& /*event*/) { return "queueCleared"; }

std::string eventText(const action::TellContactSupport& event) {
  return "contactSupport " + std::to_string(event.totalErrors);
}

std::string eventText(const action::TellLatency& event) {
  return "latency " + millisecondsText(event.roundTrip);
}

std::vector<std::string> splitList(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream stream(text);
  for (std::string item; std::getline(stream, item, ',');) {
    const std::size_t begin = item.find_first_not_of(' ');
    items.push_back(begin == std::string::npos ? "" : item.substr(begin));
  }
  return items;
}

bool EventMatcher::wordMatches(const std::string& expected, const std::string& actual) const {
  if (expected == actual) return true;
  char* end = nullptr;
  const double value = std::strtod(actual.c_str(), &end);
  if (actual.empty() || *end != '\0') return false;
  // Waits are whole microseconds; doubles of milliseconds are off by far less than half of one.
  if (expected == "twice") return std::abs(value - 2 * lastWait_) < 0.0001;
  const std::size_t dots = expected.find("..");
  if (dots == std::string::npos) return false;
  const double low = std::strtod(expected.c_str(), nullptr);
  return low <= value && value <= std::strtod(expected.c_str() + dots + 2, nullptr);
}

bool EventMatcher::matches(const std::string& expected, const std::string& actual) {
  std::istringstream expectedWords(expected);
  std::istringstream actualWords(actual);
  std::string word;
  bool isEqual = true;
  while (isEqual && expectedWords >> word) {
    if (word == "*") break;
    std::string other;
    isEqual = (actualWords >> other) && wordMatches(word, other);
    word.clear();
  }
  if (word != "*" && actualWords >> word) isEqual = false;
  if (actual.rfind("retry ", 0) == 0) lastWait_ = std::strtod(actual.c_str() + actual.find(' ', 6), nullptr);
  return isEqual;
}

}  // namespace rws::scenarios
