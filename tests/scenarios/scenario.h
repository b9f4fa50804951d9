// Reads scenario files into statements. README.md describes the language. An unknown word is an error that
// names its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rws::scenarios {

// A scenario that cannot be read or carried out, or an expectation that was not met.
class ScenarioError : public std::runtime_error {
 public:
  ScenarioError(std::size_t line, const std::string& message) : std::runtime_error(message), line_(line) {}
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::size_t line_;
};

// When a statement is carried out; milliseconds since the start or since the statement before.
struct Moment {
  bool isRelative = false;
  std::int64_t milliseconds = 0;
};

struct Statement {
  std::size_t line = 0;
  std::optional<Moment> moment;
  std::optional<std::size_t> socket;  // counted from 1; the newest without it
  std::string command;                // "send", "receive pong", "expect events"
  std::vector<std::string> words;
  std::map<std::string, std::string> named;

  [[nodiscard]] bool has(const std::string& flag) const;
  // The words as written, single spaces between them.
  [[nodiscard]] std::string text() const;
};

struct Scenario {
  std::string title;
  std::vector<Statement> statements;
};

// Throws ScenarioError.
[[nodiscard]] Scenario readScenario(std::string_view text);

// A whole number as scenarios write it; throws ScenarioError.
[[nodiscard]] std::int64_t readNumber(std::size_t line, const std::string& word);

}  // namespace rws::scenarios
