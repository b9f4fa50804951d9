#include "event_text.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <span>
#include <sstream>
#include <stdexcept>

#include "json_members.h"

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

namespace {

struct NotificationText {
  std::string operator()(const notification::StateChanged& n) const {
    return joined("state", toString(n.state));
  }
  std::string operator()(const notification::Opened& /*n*/) const { return "open"; }
  std::string operator()(const notification::Closed& n) const {
    std::string text = "close " + std::to_string(n.info.code);
    if (n.info.wasClean) text += " clean";
    text += n.shouldReconnect ? " retry" : " final";
    return n.info.reason.empty() ? text : joined(text, n.info.reason);
  }
  std::string operator()(const notification::Failed& n) const {
    std::string text = joined("error", toString(n.type));
    if (n.code != 0) text += ' ' + std::to_string(n.code);
    return n.isRecoverable ? text : text + " final";
  }
  std::string operator()(const notification::MessageTooLarge& n) const {
    return "tooLarge " + std::to_string(n.size) + " of " + std::to_string(n.maxSize);
  }
  std::string operator()(const notification::RetryScheduled& n) const {
    const std::string text = "retry " + std::to_string(n.attempt) + ' ' + millisecondsText(n.delay);
    return n.delay == n.nominalDelay ? text : text + " of " + millisecondsText(n.nominalDelay);
  }
  std::string operator()(const notification::GaveUp& n) const {
    return "gaveUp " + std::to_string(n.attempts);
  }
  std::string operator()(const notification::AuthRecoveryNeeded& /*n*/) const { return "auth"; }
  std::string operator()(const notification::RecoveryAttempted& n) const {
    return joined("recovery", toString(n.type)) + ' ' + std::to_string(n.attempt);
  }
  std::string operator()(const notification::RecoveryGaveUp& n) const {
    return joined("recoveryGaveUp", toString(n.type)) + ' ' + std::to_string(n.attempts);
  }
  std::string operator()(const notification::RecoveryReset& /*n*/) const { return "recoveryReset"; }
  std::string operator()(const notification::QueueCleared& /*n*/) const { return "queueCleared"; }
  std::string operator()(const notification::SupportAdvised& n) const {
    return "contactSupport " + std::to_string(n.totalErrors);
  }
  std::string operator()(const notification::LatencyMeasured& n) const {
    return "latency " + millisecondsText(n.roundTrip);
  }
  std::string operator()(const notification::SessionResumed& n) const {
    return "sessionResumed " + std::to_string(n.resent);
  }
  std::string operator()(const notification::SessionLost& n) const {
    return "sessionLost " + std::to_string(n.unconfirmed);
  }
  std::string operator()(const notification::SessionTaken& /*n*/) const { return "sessionTaken"; }
};

}  // namespace

std::string toEventText(const Notification& notification) {
  return std::visit(NotificationText{}, notification);
}

std::string toControlText(std::string_view frame) {
  std::array<JsonMember, 7> members = {JsonMember{"rws"},  JsonMember{"session"},  JsonMember{"attempt"},
                                       JsonMember{"id"},   JsonMember{"received"}, JsonMember{"window"},
                                       JsonMember{"count"}};
  if (!readMembers(frame, members)) throw std::runtime_error("a control frame that is no JSON");
  const auto valueOf = [](const JsonMember& member) {
    const std::string_view source = member.source;
    const bool isText = member.kind == JsonMember::Kind::Text;
    return std::string(isText ? source.substr(1, source.size() - 2) : source);
  };
  const std::string name = valueOf(members[0]);
  const bool isOfHeartbeat = name == "ping" || name == "pong";
  std::string text = isOfHeartbeat ? "session " + name : name;
  for (const JsonMember& member : std::span(members).subspan(1)) {
    // Its id is a time.
    if (member.kind == JsonMember::Kind::Absent || (name == "ping" && member.name == "id")) continue;
    if (member.kind == JsonMember::Kind::Null) {
      text += " new";
    } else {
      text += ' ' + valueOf(member);
    }
  }
  return text;
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
