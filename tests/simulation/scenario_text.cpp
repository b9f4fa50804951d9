// The words for each input. An input that the language has no words for becomes a comment.
#include "scenario_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "stage.h"

namespace rws::sim {
namespace {

std::string toText(double number) {
  if (number == std::numeric_limits<double>::infinity()) return "Infinity";
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.15g", number);
  return text.data();
}

std::string toText(const OptionValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&value)) return toText(*number);
  std::string text = "[";
  if (const auto* codes = std::get_if<std::vector<double>>(&value)) {
    for (const double code : *codes) text += (text.size() > 1 ? "," : "") + toText(code);
  }
  return text + ']';
}

std::string sendText(const Input& input, std::size_t index) {
  std::string name = 'm' + std::to_string(index);
  if (static_cast<std::size_t>(input.number) < name.size()) name = "m";
  std::string text = "send " + name + " bytes=" + std::to_string(std::max<std::int64_t>(1, input.number));
  if (input.other >= 0) text += " ttl=" + std::to_string(input.other);
  if (input.isSet) text += " volatile";
  return text;
}

std::string closeText(const Input& input) {
  std::string text = "close " + std::to_string(input.number);
  if (input.isSet) text += " clean";
  return input.text.empty() ? text : text + " reason=" + input.text;
}

std::string pongText(const Input& input) {
  if (!input.text.empty()) return "receive pong " + input.text;
  return "receive pong last" + (input.number > 0 ? '-' + std::to_string(input.number) : "");
}

// Empty where the language has no words for it.
std::string socketText(const Input& input, const Socket& socket) {
  switch (input.kind) {
    case InputKind::Open:
      return "open";
    case InputKind::Error:
      return "error";
    case InputKind::Close:
      return closeText(input);
    case InputKind::Message:
      return "receive message x";
    case InputKind::Ping:
      return "receive ping " + input.text;
    case InputKind::Pong:
      return pongText(input);
    case InputKind::CustomPing:
      return "receive request " + std::to_string(std::max<std::int64_t>(5, input.number));
    case InputKind::CustomPong:
      return "receive reply";
    case InputKind::Refuse:
      return input.isSet ? "refuse" : "accept";
    case InputKind::Closing:
      return "closing";
    case InputKind::Drain:
    case InputKind::Remainder:
      return "buffered " + std::to_string(socket.sent - socket.left + socket.remainder);
    default:
      return "";
  }
}

std::string heartbeatText(const HeartbeatOption& heartbeat) {
  if (heartbeat.mode == HeartbeatMode::Json) return "heartbeat json";
  if (heartbeat.mode == HeartbeatMode::Custom) return "heartbeat custom 8";
  if (heartbeat.mode == HeartbeatMode::None) return "heartbeat none";
  return "heartbeat silence " + std::to_string(heartbeat.silence / std::chrono::milliseconds(1));
}

std::string commandText(const Input& input) {
  switch (input.kind) {
    case InputKind::Connect:
      return "connect";
    case InputKind::Disconnect:
      return "disconnect";
    case InputKind::Reconnect:
      return "reconnect";
    case InputKind::Destroy:
      return "destroy";
    case InputKind::ResetRecovery:
      return "resetRecovery";
    case InputKind::Online:
      return "online";
    case InputKind::Offline:
      return "offline";
    case InputKind::Visible:
      return "visible";
    case InputKind::Hidden:
      return "hidden";
    case InputKind::Suspend:
      return "suspend";
    case InputKind::Resume:
      return "resume";
    case InputKind::Leave:
      return "leave";
    default:
      return "";
  }
}

std::string clientText(const Input& input, std::size_t messages) {
  const std::string number = std::to_string(input.number);
  switch (input.kind) {
    case InputKind::ClearQueue:
      return "advise clearQueue";
    case InputKind::CheckNetwork:
      return "advise checkNetwork";
    case InputKind::SlowDown:
      return "advise checkServer";
    case InputKind::ContactSupport:
      return "advise contactSupport";
    case InputKind::SetOption:
      return "set " + input.text + '=' + toText(input.value);
    case InputKind::SetHeartbeat:
      return heartbeatText(
          {static_cast<HeartbeatMode>(input.number), std::chrono::milliseconds(input.other)});
    case InputKind::Send:
      return sendText(input, messages);
    case InputKind::Decide:
      return std::string("verdict ") + (input.number < 0 ? "none" : input.number == 1 ? "yes" : "no");
    case InputKind::Sleep:
      return "sleep " + number;
    case InputKind::WallSleep:
      return "sleep " + number + " wall";
    case InputKind::SetClock:
      return "setClock " + number;
    case InputKind::Throttle:
      return "throttle " + number;
    default:
      return commandText(input);
  }
}

std::string withinText(const Input& input) {
  const std::string command = commandText(input);
  if (command.empty()) return "";
  if (input.within == Callback::ResolveAddress) return "within url " + command;
  return input.within == Callback::ShouldReconnect ? "within verdict " + command : "";
}

std::string optionsText(const Options& options) {
  const std::string text = test::toText(options);
  return text.empty() ? "" : "options" + text + '\n';
}

// The last lines, without the line break at the end.
std::string lastLines(const std::string& text, int lines) {
  std::size_t from = text.size();
  for (; lines >= 0 && from != std::string::npos && from > 0; --lines) from = text.rfind('\n', from - 1);
  return from == std::string::npos || from == 0 ? text : text.substr(from + 1);
}

std::string lineFor(const Input& input, const Stage& stage, AttemptId attempt, std::size_t messages) {
  if (input.within != Callback::None) return withinText(input);
  if (!isOfAttempt(input.kind)) return clientText(input, messages);
  const Socket* const socket = stage.socket(attempt);
  const std::string words = socket == nullptr ? "" : socketText(input, *socket);
  if (words.empty()) return "";
  const std::string name = "socket " + std::to_string(socket->number) + ' ';
  const std::string line = socket->number == stage.socketCount() ? words : name + words;
  // What a socket is given stays in its buffer until the script says otherwise.
  const bool isOpen = input.kind == InputKind::Open;
  return isOpen ? line + '\n' + (socket->number == stage.socketCount() ? "stall" : name + "stall") : line;
}

}  // namespace

std::string scenarioText(const Play& play, const std::string& title) {
  const Setup& setup = play.setup;
  std::string text = "# " + title + '\n';
  if (setup.engine != Engine::Exact) {
    text += std::string("# bufferedAmount ") +
            (setup.engine == Engine::Zero ? "is always 0\n" : "falls by whole messages\n");
  }
  text += optionsText(setup.options) + "seed " + std::to_string(setup.seed) + '\n';
  if (setup.options.heartbeat != HeartbeatOption{}) text += heartbeatText(setup.options.heartbeat) + '\n';
  Stage stage(setup);
  test::Trace trace(setup.options, setup.seed);
  stage.record(trace);
  std::size_t messages = 0;
  for (const Input& input : play.script) {
    if (input.at > stage.time()) stage.playTo(input.at);
    const std::string moment = "at " + std::to_string(stage.time()) + ' ';
    const AttemptId attempt{static_cast<std::uint32_t>(stage.newest()) - input.age};
    if (!stage.findings().empty()) break;
    if (!stage.apply(input)) continue;
    if (input.kind == InputKind::Send) ++messages;
    const std::string line = lineFor(input, stage, attempt, messages);
    const std::string unknown = "# " + moment + "an input that scenarios have no words for: " +
                                std::to_string(static_cast<int>(input.kind)) + " within " +
                                std::to_string(static_cast<int>(input.within)) + '\n';
    text += line.empty() ? unknown : moment + line + '\n';
  }
  if (stage.findings().empty()) stage.playTo(play.end);
  text += "at " + std::to_string(stage.time() + 1) + " expect sockets " +
          std::to_string(stage.socketCount()) + '\n';
  std::string tail = lastLines(trace.text(), 24);
  for (std::size_t end = tail.find('\n'); end != std::string::npos; end = tail.find('\n')) {
    text += "# " + tail.substr(0, end) + '\n';
    tail.erase(0, end + 1);
  }
  return text;
}

}  // namespace rws::sim
