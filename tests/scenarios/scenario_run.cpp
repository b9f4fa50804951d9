#include "scenario_run.h"

#include <functional>
#include <map>
#include <utility>

#include "event_text.h"
#include "session_words.h"
#include "status_text.h"

namespace rws::scenarios {
namespace {

[[noreturn]] void fail(const Statement& statement, const std::string& message) {
  throw ScenarioError(statement.line, message);
}

std::string listed(const std::vector<std::string>& items, const std::string& separator) {
  std::string text;
  for (const std::string& item : items) text += text.empty() ? item : separator + item;
  return items.empty() ? "none" : text;
}

std::string taken(std::vector<std::string>& items, const std::string& separator) {
  return listed(std::exchange(items, {}), separator);
}

OptionValue optionValueOf(const Statement& statement, const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text.rfind('[', 0) != 0) return std::stod(text);
  std::vector<double> codes;
  for (const std::string& code : splitList(text.substr(1, text.size() - 2))) {
    codes.push_back(static_cast<double>(readNumber(statement.line, code)));
  }
  return codes;
}

}  // namespace

void ScenarioRun::run(const Scenario& scenario) {
  ScenarioRun run;
  for (const Statement& statement : scenario.statements) {
    try {
      run.step(statement);
    } catch (const ScenarioError&) {
      throw;
    } catch (const std::exception& error) {
      throw ScenarioError(statement.line, error.what());
    }
  }
}

void ScenarioRun::step(const Statement& statement) {
  if (setUp(statement)) return;
  if (!host_) start();
  advance(statement);
  if (statement.command.rfind("expect ", 0) == 0) {
    expect(statement);
  } else if (!command(statement) && !changeClocks(statement) && !changeSocket(statement)) {
    fail(statement, "'" + statement.command + "' is not known to the runner");
  }
}

bool ScenarioRun::setUp(const Statement& statement) {
  const bool isOptions = statement.command == "options";
  if (!isOptions && statement.command != "seed") return false;
  if (host_) fail(statement, "'" + statement.command + "' comes before all else");
  if (isOptions) {
    options_.push_back(statement);
  } else {
    seed_ = static_cast<std::uint64_t>(readNumber(statement.line, statement.words[0]));
  }
  return true;
}

void ScenarioRun::start() {
  host_.emplace(seed_);
  for (const Statement& statement : options_) assignOptions(statement);
}

void ScenarioRun::assignOptions(const Statement& statement) {
  for (const auto& [name, value] : statement.named) {
    const auto error = host_->driver().setOption(name, optionValueOf(statement, value));
    if (error) throw ScenarioError(statement.line, name + " must be " + std::string(error->rule));
  }
}

void ScenarioRun::advance(const Statement& statement) {
  if (!statement.moment) return;
  const std::int64_t time =
      statement.moment->milliseconds + (statement.moment->isRelative ? host_->time() : 0);
  if (time < host_->time()) fail(statement, "it is " + std::to_string(host_->time()) + " already");
  // At one and the same moment the lines come first, then the timers that are due then.
  if (time > host_->time()) host_->advanceTo(time);
}

namespace {

const std::map<std::string, std::function<void(Driver&)>>& commands() {
  static const std::map<std::string, std::function<void(Driver&)>> kCommands = {
      {"connect", [](Driver& driver) { driver.connect(); }},
      {"disconnect", [](Driver& driver) { driver.disconnect(); }},
      {"reconnect", [](Driver& driver) { driver.reconnect(); }},
      {"destroy", [](Driver& driver) { driver.destroy(); }},
      {"resetRecovery", [](Driver& driver) { driver.resetRecovery(); }},
      {"online", [](Driver& driver) { driver.networkChanged(true); }},
      {"offline", [](Driver& driver) { driver.networkChanged(false); }},
      {"visible", [](Driver& driver) { driver.visibilityChanged(true); }},
      {"hidden", [](Driver& driver) { driver.visibilityChanged(false); }},
      {"suspend", [](Driver& driver) { driver.pageSuspended(); }},
      {"resume", [](Driver& driver) { driver.pageResumed(); }},
      {"leave", [](Driver& driver) { driver.pageLeaving(); }},
  };
  return kCommands;
}

}  // namespace

bool ScenarioRun::command(const Statement& statement) {
  if (const auto known = commands().find(statement.command); known != commands().end()) {
    known->second(host_->driver());
  } else if (statement.command == "send") {
    send(statement);
  } else if (statement.command == "set") {
    assignOptions(statement);
  } else if (statement.command == "advise") {
    advise(statement);
  } else if (statement.command == "within") {
    within(statement);
  } else if (statement.command == "heartbeat") {
    setHeartbeat(statement);
  } else if (statement.command == "session") {
    host_->driver().setSession(toSession(statement));
  } else if (statement.command == "unconfirmed") {
    const std::string& word = statement.words[0];
    if (word != "resend" && word != "report") fail(statement, "unconfirmed is resend or report");
    host_->driver().setResend(word == "resend");
  } else if (statement.command == "verdict") {
    const std::string& word = statement.words[0];
    if (word != "yes" && word != "no" && word != "none") fail(statement, "a verdict is yes, no or none");
    host_->setVerdict(word == "none" ? std::nullopt : std::optional(word == "yes"));
  } else if (statement.command == "handshake") {
    const std::string& word = statement.words[0];
    if (word != "yes" && word != "none") fail(statement, "a handshake is yes or none");
    host_->driver().setHandshake(word == "yes");
  } else {
    return false;
  }
  return true;
}

void ScenarioRun::setHeartbeat(const Statement& statement) {
  static const std::map<std::string, HeartbeatMode> kModes = {{"json", HeartbeatMode::Json},
                                                              {"custom", HeartbeatMode::Custom},
                                                              {"silence", HeartbeatMode::Silence},
                                                              {"none", HeartbeatMode::None}};
  const auto mode = kModes.find(statement.words[0]);
  if (mode == kModes.end()) fail(statement, "a heartbeat is json, custom, silence or none");
  const bool isNumbered = mode->second == HeartbeatMode::Custom || mode->second == HeartbeatMode::Silence;
  if (statement.words.size() != (isNumbered ? 2U : 1U)) fail(statement, "a number is missing, or too much");
  const std::int64_t number = isNumbered ? readNumber(statement.line, statement.words[1]) : 0;
  const bool isSilence = mode->second == HeartbeatMode::Silence;
  host_->setHeartbeat({mode->second, std::chrono::milliseconds(isSilence ? number : 0)},
                      static_cast<std::uint64_t>(isSilence ? 0 : number));
}

void ScenarioRun::send(const Statement& statement) {
  SendOptions options{.isVolatile = statement.has("volatile")};
  const auto ttl = statement.named.find("ttl");
  if (ttl != statement.named.end()) {
    options.ttl = std::chrono::milliseconds(readNumber(statement.line, ttl->second));
  }
  const auto bytes = statement.named.find("bytes");
  for (const std::string& name : statement.words) {
    if (name == "volatile") continue;
    const auto size = bytes == statement.named.end()
                          ? name.size()
                          : static_cast<std::size_t>(readNumber(statement.line, bytes->second));
    if (size < name.size()) fail(statement, "a message is not shorter than its name");
    returned_ = host_->send(name, size, options);
  }
}

// `within url` and `within verdict`: commands that the user's function gives when it is called next.
void ScenarioRun::within(const Statement& statement) {
  const std::vector<std::string> names(statement.words.begin() + 1, statement.words.end());
  for (const std::string& name : names) {
    if (!commands().count(name)) fail(statement, "unknown command '" + name + "'");
  }
  const auto give = [this, names] {
    for (const std::string& name : names) commands().at(name)(host_->driver());
  };
  if (statement.words[0] == "url") {
    host_->setInsideUrl(give);
  } else if (statement.words[0] == "verdict") {
    host_->setInsideVerdict(give);
  } else {
    fail(statement, "commands are given within url or verdict");
  }
}

void ScenarioRun::advise(const Statement& statement) {
  static const std::map<std::string, std::function<void(Driver&)>> kAdvice = {
      {"checkNetwork", [](Driver& driver) { driver.checkNetwork(); }},
      {"checkServer", [](Driver& driver) { driver.slowDown(); }},
      {"clearQueue", [](Driver& driver) { driver.clearQueue(); }},
      {"contactSupport", [](Driver& driver) { driver.contactSupport(); }},
  };
  const auto known = kAdvice.find(statement.words[0]);
  if (known == kAdvice.end()) fail(statement, "unknown advice '" + statement.words[0] + "'");
  known->second(host_->driver());
}

bool ScenarioRun::changeClocks(const Statement& statement) {
  const std::string& command = statement.command;
  if (command == "forget") {
    host_->record() = {};
    return true;
  }
  if (command != "sleep" && command != "setClock" && command != "throttle") return false;
  const std::int64_t milliseconds = readNumber(statement.line, statement.words[0]);
  if (command == "sleep") {
    host_->sleep(milliseconds, statement.has("wall"));
  } else if (command == "setClock") {
    host_->setWallClock(milliseconds);
  } else {
    host_->throttle(milliseconds);
  }
  return true;
}

VirtualSocket& ScenarioRun::socketOf(const Statement& statement) {
  const std::size_t number = statement.socket.value_or(host_->socketCount());
  if (number < 1 || number > host_->socketCount()) fail(statement, "there is no such socket");
  return host_->socket(number);
}

bool ScenarioRun::changeSocket(const Statement& statement) {
  const std::string& command = statement.command;
  VirtualSocket& socket = socketOf(statement);
  if (command == "open") {
    host_->open(socket);
  } else if (command == "error") {
    host_->error(socket);
  } else if (command == "close") {
    const auto reason = statement.named.find("reason");
    const auto code = static_cast<std::uint16_t>(readNumber(statement.line, statement.words[0]));
    const std::string text = reason == statement.named.end() ? "" : reason->second;
    host_->close(socket, code, text, statement.has("clean"));
  } else if (command == "say" || command == "done" || command == "fail") {
    handshake(statement, socket);
  } else if (command == "refuse" || command == "accept") {
    socket.refuses = command == "refuse";
  } else if (command == "closing") {
    socket.isClosing = true;
  } else if (command == "stall") {
    socket.isStalled = true;
  } else if (command == "drain") {
    socket.isStalled = false;
    socket.buffered = 0;
  } else if (command == "buffered") {
    socket.buffered = static_cast<std::uint64_t>(readNumber(statement.line, statement.words[0]));
  } else {
    receive(statement);
  }
  return true;
}

void ScenarioRun::handshake(const Statement& statement, VirtualSocket& socket) {
  if (!socket.hasHandshake) rws::scenarios::fail(statement, "no handshake was started on the socket");
  const bool hasCode = !statement.words.empty();
  if (statement.command == "say") {
    for (const std::string& name : statement.words) host_->say(socket, name);
  } else if (statement.command == "done") {
    host_->driver().handshakeDone(socket.attempt);
  } else {
    const auto code = hasCode ? readNumber(statement.line, statement.words[0]) : 0;
    const auto reason = statement.named.find("reason");
    host_->driver().handshakeFailed(socket.attempt, static_cast<std::uint16_t>(code),
                                    reason == statement.named.end() ? "" : reason->second);
  }
}

void ScenarioRun::receive(const Statement& statement) {
  VirtualSocket& socket = socketOf(statement);
  if (statement.command == "receive message") {
    for (const std::string& name : statement.words) host_->receiveText(socket, name, name);
    return;
  }
  if (statement.command == "receive welcome" || statement.command == "receive frame") {
    return host_->receiveText(socket, toFrame(statement, socket.pings), statement.words[0]);
  }
  if (statement.command == "receive reply") return host_->receiveCustom(socket, 0, "reply");
  if (statement.command == "receive request") {
    const std::int64_t bytes = readNumber(statement.line, statement.words[0]);
    return host_->receiveCustom(socket, static_cast<std::uint64_t>(bytes), "request");
  }
  const bool isPing = statement.command == "receive ping";
  const std::string type = isPing ? "ping" : "pong";
  const std::string text = R"({"type":")" + type + R"(","timestamp":)" + timestampOf(statement) + '}';
  host_->receiveText(socket, text, type);
}

// `last`, or `last-2`, means the timestamp of the client's last ping, or of the second before it.
std::string ScenarioRun::timestampOf(const Statement& statement) {
  const std::string& word = statement.words[0];
  if (word.rfind("last", 0) != 0) return word;
  const auto back = static_cast<std::size_t>(word == "last" ? 0 : readNumber(statement.line, word.substr(5)));
  const std::vector<std::string>& pings = socketOf(statement).pings;
  if (back >= pings.size()) fail(statement, "the client has not sent so many pings");
  return pings[pings.size() - 1 - back];
}

std::string ScenarioRun::seen(const Statement& statement) {
  const std::string& command = statement.command;
  const Client& client = host_->client();
  if (command == "expect state") return std::string(toString(client.state()));
  if (command == "expect sent") return taken(host_->record().sent, " ");
  if (command == "expect control") return taken(host_->record().control, ", ");
  if (command == "expect queue") return listed(host_->queue(), " ");
  if (command == "expect returned") return returned_ ? "true" : "false";
  if (command == "expect sockets") return std::to_string(host_->socketCount());
  if (command == "expect closed") return socketOf(statement).closed.value_or("none");
  if (command == "expect timer") return host_->isTimerSet() ? "some" : "none";
  if (command == "expect advice") return listed(adviceNames(client), " ");
  fail(statement, "unknown command '" + command + "'");
}

void ScenarioRun::expect(const Statement& statement) {
  if (statement.command == "expect events") {
    expectEvents(statement);
  } else if (statement.command == "expect status") {
    expectStatus(statement);
  } else if (const std::string actual = seen(statement); actual != statement.text()) {
    fail(statement, "expected: " + statement.text() + "\n  actual: " + actual);
  }
}

void ScenarioRun::expectEvents(const Statement& statement) {
  const std::vector<std::string> actual = std::exchange(host_->record().events, {});
  const std::string text = statement.text();
  const std::vector<std::string> expected = text == "none" ? std::vector<std::string>() : splitList(text);
  EventMatcher matcher;
  bool isEqual = expected.size() == actual.size();
  for (std::size_t i = 0; isEqual && i < actual.size(); ++i) {
    isEqual = matcher.matches(expected[i], actual[i]);
  }
  if (!isEqual) {
    fail(statement, "expected: " + listed(expected, ", ") + "\n  actual: " + listed(actual, ", "));
  }
}

void ScenarioRun::expectStatus(const Statement& statement) {
  for (const auto& [name, expected] : statement.named) {
    const std::optional<std::string> actual = statusText(host_->client(), host_->driver().now(), name);
    if (!actual) fail(statement, "unknown status '" + name + "'");
    EventMatcher matcher;
    if (!matcher.matches(expected, *actual)) {
      fail(statement, "expected: " + expected + "\n  actual: " + *actual);
    }
  }
}

}  // namespace rws::scenarios
