// Owns H3 and H8: a pong measures its own ping on its own socket, once; every ping of the server is answered
// once, on the socket it came from. Refuses to know liveness.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class PongsChecker {
 public:
  explicit PongsChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    if (step.before != Phase::Connected && step.after() == Phase::Connected) pings_.clear();
    // The client's memory begins anew with its heartbeat.
    if (step.isOneOf<input::ChangeOptions>() && step.client->options().enableHeartbeat &&
        !step.options->enableHeartbeat) {
      pings_.clear();
    }
    const auto* received = step.as<input::Received>();
    const bool counts = received != nullptr && received->attempt == step.attemptBefore &&
                        step.before == Phase::Connected && received->control.kind != ControlKind::None;
    checkLatency(step, counts ? answered(received->control.timestamp, step.now.instant) : std::nullopt);
    const bool isAsked = counts && received->control.kind == ControlKind::Ping && step.options->answerPings;
    checkAnswer(step, isAsked ? &received->control.timestamp : nullptr);
  }

 private:
  struct Ping {
    EpochMs timestamp = 0;
    Instant at{};
    bool open = true;
  };
  static constexpr std::size_t kRemembered = 6;

  std::optional<Duration> answered(std::string_view text, Instant now) {
    EpochMs value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    for (Ping& ping : pings_) {
      if (!ping.open || ping.timestamp != value) continue;
      ping.open = false;
      return now - ping.at;
    }
    return std::nullopt;
  }

  void checkLatency(const Step& step, std::optional<Duration> expected) {
    const auto* told = step.find<action::TellLatency>();
    if (told != nullptr) {
      findings_.check(told->roundTrip >= Duration::zero(), "H6", "a round trip takes negative time");
      findings_.check(expected.has_value(), "H3", "a pong counts that answers no ping of this socket");
      findings_.check(!expected || told->roundTrip == *expected, "H3", "a round trip is measured wrongly");
    } else {
      findings_.check(!expected, "H3", "a pong in time measures nothing");
    }
  }

  void checkAnswer(const Step& step, const Timestamp* timestamp) {
    int answers = 0;
    for (const Action& action : *step.actions) {
      const auto* control = std::get_if<action::SendControl>(&action);
      if (control == nullptr) continue;
      // A late tick may send a ping and give the socket up.
      const bool isOwn =
          control->attempt == step.client->currentAttempt() || control->attempt == step.attemptBefore;
      findings_.check(isOwn, "H8", "a frame of the client's own goes to another socket");
      if (control->text.view().starts_with(R"({"type":"ping")")) {
        remember(step, control->text);
        continue;
      }
      ++answers;
      findings_.check(timestamp != nullptr && control->text == expectedAnswer(*timestamp), "H8",
                      "a pong that answers no ping, or answers it wrongly");
    }
    findings_.check(answers == (timestamp == nullptr ? 0 : 1), "H8",
                    "a ping of the server is not answered once");
  }

  static std::string expectedAnswer(std::string_view timestamp) {
    const std::string head = R"({"type":"pong")";
    return timestamp.empty() ? head + '}' : head + R"(,"timestamp":)" + std::string(timestamp) + '}';
  }

  void remember(const Step& step, std::string_view text) {
    constexpr std::size_t kDigits = 27;  // {"type":"ping","timestamp":
    Ping ping{0, step.now.instant, true};
    (void)std::from_chars(text.data() + kDigits, text.data() + text.size(), ping.timestamp);
    if (!pings_.empty()) {
      findings_.check(ping.timestamp > pings_.back().timestamp, "H6", "timestamps of pings do not rise");
    }
    if (pings_.size() == kRemembered) pings_.erase(pings_.begin());
    pings_.push_back(ping);
  }

  Findings& findings_;
  std::vector<Ping> pings_;  // of the current socket, the newest of them
};

}  // namespace rws::sim
