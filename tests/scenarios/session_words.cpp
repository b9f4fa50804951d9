#include "session_words.h"

#include <chrono>
#include <map>

namespace rws::scenarios {

SessionOption toSession(const Statement& statement) {
  const std::string& word = statement.words[0];
  if (word != "on" && word != "off") throw ScenarioError(statement.line, "a session is on or off");
  SessionOption option;
  option.isOn = word == "on";
  for (const auto& [name, value] : statement.named) {
    if (name == "ackDelay") {
      option.ackDelay = std::chrono::milliseconds(readNumber(statement.line, value));
    } else if (name == "window") {
      option.window = static_cast<std::uint64_t>(readNumber(statement.line, value));
    } else if (value == "resend" || value == "report") {
      option.resends = value == "resend";
    } else {
      throw ScenarioError(statement.line, "onSessionLost is resend or report");
    }
  }
  return option;
}

std::string toFrame(const Statement& statement, const std::vector<std::string>& pings) {
  const std::string& word = statement.words[0];
  const bool isWelcome = statement.command == "receive welcome";
  std::map<std::string, std::string> members = statement.named;
  if (isWelcome) {
    if (word != "new" && word != "resumed") {
      throw ScenarioError(statement.line, "a welcome is new or resumed");
    }
    const std::map<std::string, std::string> defaults = {
        {"maxMessage", "65536"}, {"received", "0"}, {"session", "s"},
        {"ttl", "60000"},        {"v", "1"},        {"window", "1000"}};
    members.insert(defaults.begin(), defaults.end());
    members["session"] = '"' + members["session"] + '"';
    members["resumed"] = word == "resumed" ? "true" : "false";
  } else if (members.count("id") != 0 && members["id"] == "last") {
    if (pings.empty()) throw ScenarioError(statement.line, "the client has not sent a ping");
    members["id"] = pings.back();
  }
  std::string text = R"({"rws":")" + (isWelcome ? "welcome" : word) + '"';
  for (const auto& [member, value] : members) text += ",\"" + member + "\":" + value;
  return text + '}';
}

}  // namespace rws::scenarios
