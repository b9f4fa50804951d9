// The grammar: which words may follow each command. The order of statements is checked when they run.
#include "scenario.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <sstream>

namespace rws::scenarios {
namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

struct Grammar {
  std::string_view command;
  std::size_t least = 0;  // positional words, flags not counted
  std::size_t most = 0;
  std::string_view flags{};  // words that may stand anywhere after the command
  std::string_view names{};  // of NAME=VALUE; "*" for any
  bool ofSocket = false;     // may be preceded by `socket N`
};

constexpr std::array kGrammar = {
    Grammar{.command = "options", .names = "*"},
    Grammar{.command = "seed", .least = 1, .most = 1},
    // The user.
    Grammar{.command = "connect"},
    Grammar{.command = "disconnect"},
    Grammar{.command = "reconnect"},
    Grammar{.command = "destroy"},
    Grammar{.command = "send", .least = 1, .most = kAny, .flags = "volatile", .names = "bytes ttl"},
    Grammar{.command = "advise", .least = 1, .most = 1},
    Grammar{.command = "resetRecovery"},
    Grammar{.command = "set", .names = "*"},
    Grammar{.command = "verdict", .least = 1, .most = 1},
    Grammar{.command = "handshake", .least = 1, .most = 1},
    Grammar{.command = "within", .least = 2, .most = kAny},
    Grammar{.command = "heartbeat", .least = 1, .most = 2},
    Grammar{.command = "session", .least = 1, .most = 1, .names = "onSessionLost ackDelay window"},
    Grammar{.command = "unconfirmed", .least = 1, .most = 1},
    // The page, the network and the clocks.
    Grammar{.command = "online"},
    Grammar{.command = "offline"},
    Grammar{.command = "visible"},
    Grammar{.command = "hidden"},
    Grammar{.command = "suspend"},
    Grammar{.command = "resume"},
    Grammar{.command = "leave"},
    Grammar{.command = "sleep", .least = 1, .most = 1, .flags = "wall"},
    Grammar{.command = "setClock", .least = 1, .most = 1},
    Grammar{.command = "throttle", .least = 1, .most = 1},
    // The socket.
    Grammar{.command = "open", .ofSocket = true},
    Grammar{.command = "error", .ofSocket = true},
    Grammar{.command = "close", .least = 1, .most = 1, .flags = "clean", .names = "reason", .ofSocket = true},
    Grammar{.command = "say", .least = 1, .most = kAny, .ofSocket = true},
    Grammar{.command = "done", .ofSocket = true},
    Grammar{.command = "fail", .most = 1, .names = "reason", .ofSocket = true},
    Grammar{.command = "receive message", .least = 1, .most = kAny, .ofSocket = true},
    Grammar{.command = "receive ping", .least = 1, .most = 1, .ofSocket = true},
    Grammar{.command = "receive pong", .least = 1, .most = 1, .ofSocket = true},
    Grammar{.command = "receive reply", .ofSocket = true},
    Grammar{.command = "receive request", .least = 1, .most = 1, .ofSocket = true},
    Grammar{.command = "receive welcome",
            .least = 1,
            .most = 1,
            .names = "session received window maxMessage v",
            .ofSocket = true},
    Grammar{
        .command = "receive frame", .least = 1, .most = 1, .names = "id received count", .ofSocket = true},
    Grammar{.command = "refuse", .ofSocket = true},
    Grammar{.command = "accept", .ofSocket = true},
    Grammar{.command = "closing", .ofSocket = true},
    Grammar{.command = "stall", .ofSocket = true},
    Grammar{.command = "drain", .ofSocket = true},
    Grammar{.command = "buffered", .least = 1, .most = 1, .ofSocket = true},
    // Expectations.
    Grammar{.command = "forget"},
    Grammar{.command = "expect state", .least = 1, .most = 1},
    Grammar{.command = "expect events", .least = 1, .most = kAny},
    Grammar{.command = "expect sent", .least = 1, .most = kAny},
    Grammar{.command = "expect control", .least = 1, .most = kAny},
    Grammar{.command = "expect queue", .least = 1, .most = kAny},
    Grammar{.command = "expect returned", .least = 1, .most = 1},
    Grammar{.command = "expect sockets", .least = 1, .most = 1},
    Grammar{.command = "expect closed", .least = 1, .most = kAny, .ofSocket = true},
    Grammar{.command = "expect timer", .least = 1, .most = 1},
    Grammar{.command = "expect advice", .least = 1, .most = kAny},
    Grammar{.command = "expect status", .names = "*"},
};

std::vector<std::string> wordsOf(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool lists(std::string_view list, const std::string& word) {
  const std::vector<std::string> words = wordsOf(list);
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Takes words off the front of one line.
class LineReader {
 public:
  LineReader(std::size_t line, std::string_view text) : line_(line), words_(wordsOf(text)) {}

  Statement read() {
    Statement statement;
    statement.line = line_;
    if (peek() == "at" || peek() == "after") {
      const bool isRelative = take() == "after";
      statement.moment = Moment{isRelative, readNumber(line_, take())};
    }
    if (peek() == "socket") {
      (void)take();
      statement.socket = static_cast<std::size_t>(readNumber(line_, take()));
    }
    const Grammar& grammar = takeCommand(statement);
    if (statement.socket && !grammar.ofSocket) fail("'" + statement.command + "' is not of a socket");
    takeArguments(grammar, statement);
    return statement;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw ScenarioError(line_, message); }
  [[nodiscard]] std::string peek() const { return next_ < words_.size() ? words_[next_] : ""; }
  std::string take() {
    if (next_ == words_.size()) fail("the line ends too early");
    return words_[next_++];
  }

  const Grammar& takeCommand(Statement& statement) {
    statement.command = take();
    if (statement.command == "receive" || statement.command == "expect") statement.command += ' ' + take();
    const auto* const grammar = std::find_if(kGrammar.begin(), kGrammar.end(), [&](const Grammar& known) {
      return known.command == statement.command;
    });
    if (grammar == kGrammar.end()) fail("unknown command '" + statement.command + "'");
    return *grammar;
  }

  void takeArguments(const Grammar& grammar, Statement& statement) {
    std::size_t positional = 0;
    while (next_ < words_.size()) {
      const std::string word = take();
      const std::size_t equals = word.find('=');
      if (!grammar.names.empty() && equals != std::string::npos) {
        takeNamed(grammar, statement, word.substr(0, equals), word.substr(equals + 1));
        continue;
      }
      statement.words.push_back(word);
      if (!lists(grammar.flags, word)) ++positional;
    }
    if (positional < grammar.least || positional > grammar.most) {
      fail("'" + statement.command + "' does not take " + std::to_string(positional) + " words");
    }
    if (grammar.names == "*" && statement.named.empty()) fail("'" + statement.command + "' needs NAME=VALUE");
  }

  void takeNamed(const Grammar& grammar, Statement& statement, const std::string& name, std::string value) {
    if (grammar.names != "*" && !lists(grammar.names, name)) fail("unknown name '" + name + "'");
    // A reason is all that follows, spaces included.
    while (name == "reason" && next_ < words_.size()) value += ' ' + take();
    if (!statement.named.emplace(name, value).second) fail("'" + name + "' is given twice");
  }

  std::size_t line_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

}  // namespace

bool Statement::has(const std::string& flag) const {
  return std::find(words.begin(), words.end(), flag) != words.end();
}

std::string Statement::text() const {
  std::string joined;
  for (const std::string& word : words) joined += joined.empty() ? word : ' ' + word;
  return joined;
}

std::int64_t readNumber(std::size_t line, const std::string& word) {
  std::int64_t value = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc{} || rest != end) throw ScenarioError(line, "'" + word + "' is no whole number");
  return value;
}

Scenario readScenario(std::string_view text) {
  Scenario scenario;
  std::istringstream stream{std::string(text)};
  std::vector<std::pair<std::size_t, std::string>> lines;
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.rfind('#', 0) == 0) {
      if (scenario.title.empty()) scenario.title = line.substr(std::min<std::size_t>(2, line.size()));
    } else if (line.rfind(' ', 0) == 0) {
      if (lines.empty()) throw ScenarioError(number, "nothing to continue");
      lines.back().second += line;
    } else if (!line.empty()) {
      lines.emplace_back(number, line);
    }
  }
  if (scenario.title.empty()) throw ScenarioError(1, "the first line must say what is shown: '# ...'");
  for (const auto& [line, content] : lines) scenario.statements.push_back(LineReader(line, content).read());
  return scenario;
}

}  // namespace rws::scenarios
