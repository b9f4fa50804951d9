// Owns the words in which a trace is written.
// Refuses to leave an input out: the visitor has one overload for each alternative, and no catch-all.
#include "trace.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "connection.h"
#include "json_text.h"

namespace rws {
namespace {

// Microseconds as milliseconds without loss: 1500 is 1.5.
std::string millisecondsText(Duration duration) {
  const std::int64_t count = duration.count();
  std::string text = std::to_string(count / 1000);
  if (count < 0 && count / 1000 == 0) text.insert(0, "-");
  std::string fraction = std::to_string(1000 + std::abs(count % 1000)).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + '.' + fraction;
}

// The shortest of two forms that reads back as the same number.
std::string numberText(double number) {
  if (std::isinf(number)) return "Infinity";
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.15g", number);
  const bool isExact = std::strtod(text.data(), nullptr) == number;
  if (!isExact) (void)std::snprintf(text.data(), text.size(), "%.17g", number);
  return text.data();
}

struct OptionWriter {
  std::string operator()(std::monostate /*value*/) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const { return numberText(value); }
  std::string operator()(const std::vector<double>& values) const {
    std::string text = "[";
    for (const double value : values) {
      if (text.size() > 1) text += ',';
      text += numberText(value);
    }
    return text + ']';
  }
};

// Space, name=value for each option that differs from its default.
std::string optionsText(const Options& options) {
  const Options defaults;
  std::string text;
  for (const std::string_view name : optionNames()) {
    const OptionValue value = getOption(options, name);
    if (value == getOption(defaults, name)) continue;
    text += ' ';
    text += name;
    text += '=' + std::visit(OptionWriter{}, value);
  }
  return text;
}

std::string idText(AttemptId attempt) { return std::to_string(static_cast<std::uint32_t>(attempt)); }

std::string kindText(ControlKind kind) {
  switch (kind) {
    case ControlKind::None:
      return "message";
    case ControlKind::Ping:
      return "ping";
    case ControlKind::Pong:
      return "pong";
  }
  return "";
}

struct InputWriter {
  std::string operator()(const input::Connect& /*input*/) const { return "connect"; }
  std::string operator()(const input::Disconnect& /*input*/) const { return "disconnect"; }
  std::string operator()(const input::Reconnect& /*input*/) const { return "reconnect"; }
  std::string operator()(const input::Destroy& /*input*/) const { return "destroy"; }
  std::string operator()(const input::ClearQueue& /*input*/) const { return "clearQueue"; }
  std::string operator()(const input::CheckNetwork& /*input*/) const { return "checkNetwork"; }
  std::string operator()(const input::SlowDown& /*input*/) const { return "slowDown"; }
  std::string operator()(const input::ContactSupport& /*input*/) const { return "contactSupport"; }
  std::string operator()(const input::ResetRecovery& /*input*/) const { return "resetRecovery"; }
  std::string operator()(const input::ChangeOptions& input) const {
    return "changeOptions" + optionsText(input.options);
  }
  std::string operator()(const input::Opened& input) const { return "opened " + idText(input.attempt); }
  std::string operator()(const input::Errored& input) const { return "errored " + idText(input.attempt); }
  std::string operator()(const input::Closed& input) const {
    return "closed " + idText(input.attempt) + ' ' + std::to_string(input.info.code) +
           (input.info.wasClean ? " clean " : " unclean ") + std::to_string(input.bufferedAmount) + ' ' +
           jsonStringOf(input.info.reason);
  }
  std::string operator()(const input::OpenFailed& input) const {
    return "openFailed " + idText(input.attempt) + ' ' + jsonStringOf(input.reason);
  }
  std::string operator()(const input::Received& input) const {
    const std::string timestamp(input.control.timestamp.view());
    return "received " + idText(input.attempt) + ' ' + kindText(input.control.kind) +
           (timestamp.empty() ? "" : ' ' + timestamp);
  }
  std::string operator()(const input::Buffered& input) const {
    return "buffered " + idText(input.attempt) + ' ' + std::to_string(input.amount);
  }
  std::string operator()(const input::Measured& input) const {
    return "measured " + idText(input.attempt) + ' ' + std::to_string(input.payload) + ' ' +
           std::to_string(input.bytes);
  }
  std::string operator()(const input::HandOverFailed& input) const {
    return "handOverFailed " + idText(input.attempt) + ' ' + std::to_string(input.payload) +
           (input.isClosing ? " closing" : "");
  }
  std::string operator()(const input::ControlRefused& input) const {
    return "controlRefused " + idText(input.attempt) + ' ' + std::to_string(input.bytes) + ' ' +
           std::to_string(input.after);
  }
  std::string operator()(const input::HostDecides& input) const {
    return input.asked ? "hostDecides" : "hostAgrees";
  }
  std::string operator()(const input::Decided& input) const {
    const std::string verdict = !input.reconnect ? "agreed" : *input.reconnect ? "yes" : "no";
    return "decided " + idText(input.attempt) + ' ' + verdict;
  }
  std::string operator()(const input::NetworkChanged& input) const {
    return input.online ? "online" : "offline";
  }
  std::string operator()(const input::VisibilityChanged& input) const {
    return input.visible ? "visible" : "hidden";
  }
  std::string operator()(const input::PageSuspended& /*input*/) const { return "pageSuspended"; }
  std::string operator()(const input::PageResumed& /*input*/) const { return "pageResumed"; }
  std::string operator()(const input::ClockJumped& /*input*/) const { return "clockJumped"; }
  std::string operator()(const input::Ticked& /*input*/) const { return "ticked"; }
};

struct EventWriter {
  std::string operator()(const Input& input) const { return std::visit(InputWriter{}, input); }
  std::string operator()(const SendCall& call) const {
    std::string text = "send " + std::to_string(call.payload.id) + ' ' + std::to_string(call.payload.bytes);
    text += call.payload.kind == MessageKind::Text ? " text" : " binary";
    if (!call.payload.isMeasured) text += " unmeasured";
    if (call.options.isVolatile) text += " volatile";
    if (call.options.ttl) text += " ttl " + millisecondsText(*call.options.ttl);
    return text;
  }
};

}  // namespace

void Trace::append(TraceEntry entry) {
  entries_.push_back(std::move(entry));
  if (entries_.size() <= capacity_) return;
  entries_.pop_front();
  ++forgotten_;
}

Actions replay(const Trace& trace) {
  Connection connection(trace.options(), trace.seed());
  Actions actions;
  for (const TraceEntry& entry : trace.entries()) {
    if (const Input* const input = std::get_if<Input>(&entry.event)) {
      connection.handle(entry.now, *input, actions);
    } else {
      const SendCall& call = *std::get_if<SendCall>(&entry.event);
      (void)connection.send(entry.now, call.payload, call.options, actions);
    }
  }
  return actions;
}

std::string toText(const Trace& trace) {
  std::string text =
      "seed " + std::to_string(trace.seed()) + "\noptions" + optionsText(trace.options()) + '\n';
  if (trace.forgotten() > 0) text += "forgotten " + std::to_string(trace.forgotten()) + '\n';
  for (const TraceEntry& entry : trace.entries()) {
    text += "at " + millisecondsText(entry.now.instant.time_since_epoch()) + " wall " +
            std::to_string(entry.now.wall) + ' ' + std::visit(EventWriter{}, entry.event) + '\n';
  }
  return text;
}

}  // namespace rws
