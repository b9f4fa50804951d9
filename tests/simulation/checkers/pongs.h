// H3 and H8, and of H6 the round trips: a pong measures its own ping on its own socket, once; every ping of the
// server is answered once, on the socket it came from.
#pragma once

#include <charconv>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class PongsChecker {
 public:
  explicit PongsChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    const bool isNew = step.before != Phase::Connected && step.after() == Phase::Connected;
    // The client's memory begins anew with its heartbeat.
    const bool isEnabled = step.isOneOf<event::SetOption>() && step.client->options().enableHeartbeat &&
                           !step.options->enableHeartbeat;
    if (isNew || isEnabled) pings_.clear();
    const auto* const frame = step.eventAs<event::FrameReceived>();
    const bool isControl = step.isHeard() && frame->control.kind != ControlKind::None;
    checkLatency(step, isControl ? answered(frame->control.timestamp, step.now()) : std::nullopt);
    const bool isPing = isControl && frame->control.kind == ControlKind::Ping && step.options->answerPings;
    checkControlFrames(step, isPing ? frame : nullptr);
  }

 private:
  struct Ping {
    EpochMs timestamp = 0;
    Instant at{};
  };
  // Unanswered pings that the client remembers, of a peer that answers and of one that never has.
  static constexpr std::size_t kRemembered = 1024;
  static constexpr std::size_t kRememberedUnanswered = 8;

  // The round trip that the pong measures. It answers all pings before its own as well.
  std::optional<Duration> answered(std::string_view text, Instant now) {
    EpochMs value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    std::optional<Duration> roundTrip;
    for (const Ping& ping : pings_) {
      if (ping.timestamp == value) roundTrip = now - ping.at;
    }
    if (!roundTrip) return std::nullopt;
    hasAnswered_ = true;
    while (!pings_.empty() && pings_.front().timestamp <= value) pings_.pop_front();
    return roundTrip;
  }

  void checkLatency(const Step& step, std::optional<Duration> expected) {
    const auto* const measured = step.find<notification::LatencyMeasured>();
    if (measured == nullptr) {
      findings_.check(!expected, "H3", "a pong in time measures nothing");
      return;
    }
    findings_.check(measured->roundTrip >= Duration::zero(), "H6", "a round trip takes negative time");
    findings_.check(expected.has_value(), "H3", "a pong counts that answers no ping of this socket");
    findings_.check(!expected || measured->roundTrip == *expected, "H3", "a round trip is measured wrongly");
  }

  void checkControlFrames(const Step& step, const event::FrameReceived* ping) {
    int answers = 0;
    for (const Record& record : *step.records) {
      if (const auto* const sent = as<effect::SendPing>(record)) {
        checkSocket(step, sent->attempt);
        remember(step, sent->timestamp);
      } else if (const auto* const pong = as<effect::SendPong>(record)) {
        checkSocket(step, pong->attempt);
        ++answers;
        const bool isRight = ping != nullptr && pong->timestamp == ping->control.timestamp;
        findings_.check(isRight, "H8", "a pong that answers no ping, or answers it wrongly");
      }
    }
    findings_.check(answers == (ping == nullptr ? 0 : 1), "H8", "a ping of the server is not answered once");
  }

  // A late timer may lead to a ping and to the end of the socket.
  void checkSocket(const Step& step, AttemptId attempt) {
    const bool isOwn = attempt == step.client->currentAttempt() || attempt == step.attemptBefore;
    findings_.check(isOwn, "H8", "a control frame is sent on another socket");
  }

  void remember(const Step& step, EpochMs timestamp) {
    findings_.check(timestamp > newest_, "H6", "timestamps of pings do not rise");
    newest_ = timestamp;
    const std::size_t most = hasAnswered_ ? kRemembered : kRememberedUnanswered;
    if (pings_.size() >= most) pings_.pop_front();
    pings_.push_back({timestamp, step.now()});
  }

  Findings& findings_;
  std::deque<Ping> pings_;  // unanswered, of the current socket
  EpochMs newest_ = 0;
  bool hasAnswered_ = false;
};

}  // namespace rws::sim
