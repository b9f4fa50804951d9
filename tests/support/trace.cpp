// The visitors have one overload for each alternative and no general one, so that none can be forgotten.
#include "trace.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <variant>

namespace rws::test {
namespace {

// The shortest of two forms that reads back as the same number.
std::string toText(double number) {
  if (std::isinf(number)) return "Infinity";
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.15g", number);
  const bool isExact = std::strtod(text.data(), nullptr) == number;
  if (!isExact) (void)std::snprintf(text.data(), text.size(), "%.17g", number);
  return text.data();
}

std::string toText(AttemptId attempt) { return std::to_string(static_cast<std::uint32_t>(attempt)); }

std::string toText(MessageRange range) {
  const std::string last = std::to_string(range.upTo);
  return range.after + 1 == range.upTo ? last : std::to_string(range.after + 1) + ".." + last;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      std::array<char, 8> escape{};
      (void)std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned char>(c));
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string toText(const CloseInfo& info) {
  return std::to_string(info.code) + (info.wasClean ? " clean " : " unclean ") + quoted(info.reason);
}

std::string toText(std::optional<bool> answer) { return !answer ? "none" : *answer ? "yes" : "no"; }

struct OptionText {
  std::string operator()(std::monostate /*value*/) const { return ""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const { return toText(value); }
  std::string operator()(const std::vector<double>& values) const {
    std::string text = "[";
    for (const double value : values) {
      if (text.size() > 1) text += ',';
      text += toText(value);
    }
    return text + ']';
  }
};

std::string toText(const ControlFrame& control) {
  static constexpr std::array kKinds = {"message", "ping", "pong", "customPing", "customPong"};
  const std::string kind = kKinds[static_cast<std::size_t>(control.kind)];
  if (control.reply.key > 0) {
    return kind + ' ' + std::to_string(control.reply.key) + ' ' + std::to_string(control.reply.bytes);
  }
  return control.timestamp.empty() ? kind : kind + ' ' + control.timestamp;
}

std::string toText(const HeartbeatOption& heartbeat) {
  static constexpr std::array kModes = {"json", "custom", "silence", "none"};
  const std::string mode = kModes[static_cast<std::size_t>(heartbeat.mode)];
  return heartbeat.mode == HeartbeatMode::Silence ? mode + ' ' + test::toText(heartbeat.silence) : mode;
}

std::string toText(const SessionOption& session) {
  if (!session.isOn) return "none";
  return test::toText(session.ackDelay) + " window " + std::to_string(session.window) +
         (session.resends ? " resend" : "");
}

std::string toText(SessionFrameKind kind) {
  static constexpr std::array kKinds = {"unknown", "ignored", "welcome", "ack",
                                        "ping",    "pong",    "skip",    "bye"};
  return kKinds[static_cast<std::size_t>(kind)];
}

// Without the id of the session.
std::string toText(const SessionFrame& frame) {
  std::string text = toText(frame.kind) + (frame.isValid ? "" : " invalid");
  if (frame.kind == SessionFrameKind::Skip) return text + ' ' + std::to_string(frame.count);
  if (frame.kind == SessionFrameKind::Welcome) text += frame.isResumed ? " resumed" : " new";
  return text + ' ' + std::to_string(frame.received);
}

struct EventText {
  std::string operator()(const event::Connect& /*e*/) const { return "connect"; }
  std::string operator()(const event::Disconnect& /*e*/) const { return "disconnect"; }
  std::string operator()(const event::Reconnect& /*e*/) const { return "reconnect"; }
  std::string operator()(const event::Destroy& /*e*/) const { return "destroy"; }
  std::string operator()(const event::Send& e) const {
    std::string text = "send " + std::to_string(e.message.id) + ' ' + std::to_string(e.message.bytes);
    if (!e.message.isExact) text += " units";
    if (e.options.isVolatile) text += " volatile";
    if (e.options.isOfHandshake) text += " handshake";
    if (e.options.ttl) text += " ttl " + test::toText(*e.options.ttl);
    return text;
  }
  std::string operator()(const event::SetOption& e) const {
    return "setOption " + std::string(e.name) + '=' + std::visit(OptionText{}, e.value);
  }
  std::string operator()(const event::SetDecider& e) const {
    return e.isPresent ? "setDecider" : "setDecider none";
  }
  std::string operator()(const event::SetHandshake& e) const {
    return e.isPresent ? "setHandshake" : "setHandshake none";
  }
  std::string operator()(const event::SetHeartbeat& e) const { return "setHeartbeat " + toText(e.heartbeat); }
  std::string operator()(const event::SetSession& e) const { return "setSession " + toText(e.session); }
  std::string operator()(const event::SetResend& e) const { return e.isOn ? "setResend" : "setResend none"; }
  std::string operator()(const event::ClearQueue& /*e*/) const { return "clearQueue"; }
  std::string operator()(const event::CheckNetwork& /*e*/) const { return "checkNetwork"; }
  std::string operator()(const event::SlowDown& /*e*/) const { return "slowDown"; }
  std::string operator()(const event::ContactSupport& /*e*/) const { return "contactSupport"; }
  std::string operator()(const event::ResetRecovery& /*e*/) const { return "resetRecovery"; }
  std::string operator()(const event::AddressResolved& e) const {
    return "addressResolved " + toText(e.attempt);
  }
  std::string operator()(const event::AttemptFailed& e) const {
    return "attemptFailed " + toText(e.attempt) + ' ' + quoted(e.reason);
  }
  std::string operator()(const event::SocketOpened& e) const { return "socketOpened " + toText(e.attempt); }
  std::string operator()(const event::HandshakeDone& e) const { return "handshakeDone " + toText(e.attempt); }
  std::string operator()(const event::HandshakeFailed& e) const {
    return "handshakeFailed " + toText(e.attempt) + ' ' + std::to_string(e.code) + ' ' + quoted(e.reason);
  }
  std::string operator()(const event::SocketErrored& e) const { return "socketErrored " + toText(e.attempt); }
  std::string operator()(const event::SocketClosed& e) const {
    return "socketClosed " + toText(e.attempt) + ' ' + toText(e.info);
  }
  std::string operator()(const event::FrameReceived& e) const {
    return "frameReceived " + toText(e.attempt) + ' ' + toText(e.control) + (e.isTaken ? " taken" : "");
  }
  std::string operator()(const event::SessionFrameReceived& e) const {
    return "sessionFrame " + toText(e.attempt) + ' ' + toText(e.frame);
  }
  std::string operator()(const event::Acknowledge& /*e*/) const { return "acknowledge"; }
  std::string operator()(const event::MessageRefused& e) const {
    return "messageRefused " + toText(e.attempt) + ' ' + std::to_string(e.message) +
           (e.isClosing ? " closing" : "");
  }
  std::string operator()(const event::ControlRefused& e) const {
    return "controlRefused " + toText(e.attempt) + ' ' + std::to_string(e.bytes) + " after " +
           std::to_string(e.after);
  }
  std::string operator()(const event::ShouldReconnectAnswered& e) const {
    return "shouldReconnectAnswered " + toText(e.attempt) + ' ' + toText(e.answer);
  }
  std::string operator()(const event::NetworkChanged& e) const { return e.isOnline ? "online" : "offline"; }
  std::string operator()(const event::VisibilityChanged& e) const {
    return e.isVisible ? "visible" : "hidden";
  }
  std::string operator()(const event::PageSuspended& /*e*/) const { return "pageSuspended"; }
  std::string operator()(const event::PageResumed& /*e*/) const { return "pageResumed"; }
  std::string operator()(const event::TimerFired& /*e*/) const { return "timerFired"; }
};

struct NotificationText {
  std::string operator()(const notification::StateChanged& n) const {
    return "state " + std::string(toString(n.state));
  }
  std::string operator()(const notification::Opened& /*n*/) const { return "opened"; }
  std::string operator()(const notification::Closed& n) const {
    return "closed " + toText(n.info) + (n.shouldReconnect ? " retry" : " final");
  }
  std::string operator()(const notification::Failed& n) const {
    return "error " + std::string(toString(n.type)) + ' ' + std::to_string(n.code) +
           (n.isRecoverable ? "" : " final");
  }
  std::string operator()(const notification::MessageTooLarge& n) const {
    return "messageTooLarge " + std::to_string(n.size) + " of " + std::to_string(n.maxSize);
  }
  std::string operator()(const notification::RetryScheduled& n) const {
    return "retry " + std::to_string(n.attempt) + " in " + test::toText(n.delay) + " of " +
           test::toText(n.nominalDelay) + " at " + std::to_string(n.at) + " errors " +
           std::to_string(n.consecutiveErrors);
  }
  std::string operator()(const notification::GaveUp& n) const {
    return "gaveUp " + std::to_string(n.attempts) + " errors " + std::to_string(n.consecutiveErrors);
  }
  std::string operator()(const notification::AuthRecoveryNeeded& /*n*/) const { return "authRecovery"; }
  std::string operator()(const notification::RecoveryAttempted& n) const {
    return "recovery " + std::string(toString(n.type)) + ' ' + std::to_string(n.attempt);
  }
  std::string operator()(const notification::RecoveryGaveUp& n) const {
    return "recoveryGaveUp " + std::string(toString(n.type)) + ' ' + std::to_string(n.attempts);
  }
  std::string operator()(const notification::RecoveryReset& /*n*/) const { return "recoveryReset"; }
  std::string operator()(const notification::QueueCleared& /*n*/) const { return "queueCleared"; }
  std::string operator()(const notification::SupportAdvised& n) const {
    return "supportAdvised " + toText(n.errorRate) + ' ' + std::to_string(n.totalErrors);
  }
  std::string operator()(const notification::LatencyMeasured& n) const {
    return "latency " + test::toText(n.roundTrip);
  }
  std::string operator()(const notification::SessionResumed& n) const {
    return "sessionResumed " + std::to_string(n.resent);
  }
  std::string operator()(const notification::SessionLost& n) const {
    return "sessionLost " + std::to_string(n.unconfirmed);
  }
  std::string operator()(const notification::SessionTaken& /*n*/) const { return "sessionTaken"; }
};

struct EffectText {
  std::string operator()(const effect::ResolveAddress& e) const {
    return "resolveAddress " + toText(e.attempt);
  }
  std::string operator()(const effect::OpenSocket& e) const { return "openSocket " + toText(e.attempt); }
  std::string operator()(const effect::StartHandshake& e) const {
    return "startHandshake " + toText(e.attempt);
  }
  std::string operator()(const effect::SendHello& e) const { return "sendHello " + toText(e.attempt); }
  std::string operator()(const effect::LeaveSession& e) const { return "leaveSession " + toText(e.attempt); }
  std::string operator()(const effect::SendSessionFrame& e) const {
    return "sendSessionFrame " + toText(e.attempt) + ' ' + std::string(SessionText(e.frame).view());
  }
  std::string operator()(const effect::CloseSocket& e) const {
    return "closeSocket " + toText(e.attempt) + ' ' + std::to_string(e.code) + ' ' + quoted(e.reason);
  }
  std::string operator()(const effect::Release& e) const { return "release " + toText(e.attempt); }
  std::string operator()(const effect::SendPing& e) const {
    const std::string size = e.customBytes > 0 ? " custom " + std::to_string(e.customBytes) : "";
    return "sendPing " + toText(e.attempt) + ' ' + std::to_string(e.timestamp) + size;
  }
  std::string operator()(const effect::SendPong& e) const {
    const CustomReply& reply = e.reply;
    if (reply.key > 0) return "sendReply " + toText(e.attempt) + ' ' + std::to_string(reply.key);
    return "sendPong " + toText(e.attempt) + ' ' + e.timestamp;
  }
  std::string operator()(const effect::SendMessage& e) const {
    return "sendMessage " + toText(e.attempt) + ' ' + std::to_string(e.message);
  }
  std::string operator()(const effect::Delivered& e) const { return "delivered " + toText(e.messages); }
  std::string operator()(const effect::Unconfirmed& e) const { return "unconfirmed " + toText(e.messages); }
  std::string operator()(const effect::Dropped& e) const {
    return "dropped " + std::to_string(e.message) + ' ' + std::string(toString(e.reason));
  }
  std::string operator()(const effect::Discarded& e) const {
    return "discarded " + std::to_string(e.message);
  }
  std::string operator()(const effect::AskShouldReconnect& e) const {
    return "askShouldReconnect " + toText(e.attempt) + ' ' + toText(e.info) +
           (e.shouldReconnect ? " retry" : " final");
  }
  std::string operator()(const Notification& n) const { return std::visit(NotificationText{}, n); }
};

}  // namespace

std::string toText(Duration duration) {
  const std::int64_t count = duration.count();
  std::string text = std::to_string(count / 1000);
  if (count < 0 && count / 1000 == 0) text.insert(0, "-");
  std::string fraction = std::to_string(1000 + std::abs(count % 1000)).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + '.' + fraction;
}

std::string toText(const Options& options) {
  const Options defaults;
  std::string text;
  for (const std::string_view name : optionNames()) {
    const OptionValue value = getOption(options, name);
    if (value == getOption(defaults, name)) continue;
    text += ' ' + std::string(name) + '=' + std::visit(OptionText{}, value);
  }
  return text;
}

std::string toText(const Event& event) { return std::visit(EventText{}, event); }

std::string toText(const Effect& effect) { return std::visit(EffectText{}, effect); }

Trace::Trace(const Options& options, std::uint64_t seed)
    : text_("seed " + std::to_string(seed) + "\noptions" + toText(options) + '\n') {}

void Trace::add(std::int64_t time, const std::string& line) {
  constexpr std::size_t kWidth = 12;
  const std::string number = std::to_string(time);
  text_.append(number.size() < kWidth ? kWidth - number.size() : 0, ' ');
  text_ += number + "  " + line + '\n';
}

}  // namespace rws::test
