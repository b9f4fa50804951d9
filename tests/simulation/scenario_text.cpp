// Owns the words of each happening.
// Refuses to hide what the language cannot say: such a line is a comment.
#include "scenario_text.h"

#include <array>
#include <cstdio>
#include <limits>

#include "../scenarios/scenario_run.h"
#include "stage.h"
#include "trace.h"

namespace rws::sim {
namespace {

std::string numberText(double number) {
  if (number == std::numeric_limits<double>::infinity()) return "Infinity";
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.15g", number);
  return text.data();
}

std::string valueText(const OptionValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&value)) return numberText(*number);
  std::string text = "[";
  if (const auto* codes = std::get_if<std::vector<double>>(&value)) {
    for (const double code : *codes) text += (text.size() > 1 ? "," : "") + numberText(code);
  }
  return text + ']';
}

std::string sendText(const Happening& happening, std::size_t index) {
  std::string name = 'm' + std::to_string(index);
  if (static_cast<std::size_t>(happening.number) < name.size()) name = "m";
  std::string text = "send " + name + " bytes=" + std::to_string(std::max<std::int64_t>(1, happening.number));
  if (happening.ttl >= 0) text += " ttl=" + std::to_string(happening.ttl);
  if (happening.flag) text += " volatile";
  return text;
}

std::string closeText(const Happening& happening) {
  std::string text = "close " + std::to_string(happening.number);
  if (happening.flag) text += " clean";
  return happening.text.empty() ? text : text + " reason=" + happening.text;
}

std::string noiseText(const Happening& happening) {
  static constexpr std::array<const char*, 8> kKinds = {"open", "error", "receive ping 1",   "receive pong 1",
                                                        "",     "",      "close 1008 clean", ""};
  return kKinds[static_cast<std::size_t>(happening.number) % kKinds.size()];
}

// Empty where the language has no word for it.
std::string socketText(const Happening& happening) {
  switch (happening.what) {
    case What::Open:
      return "open";
    case What::Error:
      return "error";
    case What::Close:
      return closeText(happening);
    case What::Message:
      return "receive message x";
    case What::Ping:
      return "receive ping " + happening.text;
    case What::Pong:
      if (!happening.text.empty()) return "receive pong " + happening.text;
      return "receive pong last" + (happening.number > 0 ? '-' + std::to_string(happening.number) : "");
    case What::Refuse:
      return "refuse";
    case What::Accept:
      return "accept";
    case What::Closing:
      return "closing";
    case What::Buffered:
      return "buffered " + std::to_string(happening.number);
    case What::Noise:
      return noiseText(happening);
    default:
      return "";
  }
}

bool isOfSocket(What what) { return what >= What::Open; }

std::string worldText(const Happening& happening, std::size_t index) {
  static constexpr std::array<const char*, 9> kWishes = {
      "connect",           "disconnect",          "reconnect",          "destroy",
      "advise clearQueue", "advise checkNetwork", "advise checkServer", "advise contactSupport",
      "resetRecovery"};
  const std::string number = std::to_string(happening.number);
  switch (happening.what) {
    case What::SetOption:
      return "set " + happening.text + '=' + valueText(happening.value);
    case What::Send:
      return sendText(happening, index);
    case What::SendWhenAsked:
      return "";
    case What::Verdict:
      return std::string("verdict ") + (happening.number < 0 ? "none" : happening.number == 1 ? "yes" : "no");
    case What::Online:
      return "online";
    case What::Offline:
      return "offline";
    case What::Visible:
      return "visible";
    case What::Hidden:
      return "hidden";
    case What::Suspend:
      return "suspend";
    case What::Resume:
      return "resume";
    case What::Sleep:
      return "sleep " + number;
    case What::WallSleep:
      return "sleep " + number + " wall";
    case What::SetClock:
      return "setClock " + number;
    case What::Throttle:
      return "throttle " + number;
    default:
      return kWishes[static_cast<std::size_t>(happening.what)];
  }
}

std::string optionsText(const Options& options) {
  const Options defaults;
  std::string text;
  for (const std::string_view name : optionNames()) {
    const OptionValue value = getOption(options, name);
    if (value != getOption(defaults, name)) text += ' ' + std::string(name) + '=' + valueText(value);
  }
  return text.empty() ? "" : "options" + text + '\n';
}

// Everything after the last line break but `lines` ones.
std::string lastLines(const std::string& text, int lines) {
  std::size_t from = text.size();
  for (; lines >= 0 && from != std::string::npos && from > 0; --lines) from = text.rfind('\n', from - 1);
  return from == std::string::npos || from == 0 ? text : text.substr(from + 1);
}

}  // namespace

std::string scenarioText(const Play& play, const std::string& title) {
  std::string text =
      "# " + title + '\n' + optionsText(play.options) + "seed " + std::to_string(play.clientSeed) + '\n';
  std::string trace;
  Stage stage(play.options, play.clientSeed);
  stage.trace(trace);
  std::size_t messages = 0;
  for (const Happening& happening : play.script) {
    if (happening.at > stage.time()) stage.playTo(happening.at);
    const std::int64_t at = stage.time();
    const auto newest = static_cast<std::uint32_t>(stage.newest());
    if (!stage.findings().empty()) break;
    if (!stage.happen(happening)) continue;
    if (happening.what == What::Send) ++messages;
    const std::string moment = "at " + std::to_string(at) + ' ';
    const bool ofSocket = isOfSocket(happening.what);
    const std::string words = ofSocket ? socketText(happening) : worldText(happening, messages);
    if (words.empty()) {
      text += "# " + moment + "something that scenarios cannot say\n";
      continue;
    }
    text += moment;
    if (ofSocket && happening.age > 0) text += "socket " + std::to_string(newest - happening.age) + ' ';
    text += words + '\n';
  }
  if (stage.findings().empty()) stage.playTo(play.end);
  text += "at " + std::to_string(stage.time() + 1) + " expect sockets " +
          std::to_string(static_cast<std::uint32_t>(stage.newest())) + '\n';
  std::string tail = lastLines(trace, 8);
  for (std::size_t end = tail.find('\n'); end != std::string::npos; end = tail.find('\n')) {
    text += "# " + tail.substr(0, end) + '\n';
    tail.erase(0, end + 1);
  }
  return text;
}

std::string differenceOf(const std::string& scenario) {
  try {
    scenarios::ScenarioRun::run(scenarios::readScenario(scenario));
  } catch (const scenarios::ScenarioError& error) {
    return "line " + std::to_string(error.line()) + ": " + error.what();
  }
  return "";
}

}  // namespace rws::sim
