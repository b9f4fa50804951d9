// Owns R3, and of H6 what the statistics show: each number is the count an outsider keeps, none goes back.
// Refuses to know why something is counted.
#pragma once

#include <cstdint>
#include <optional>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class StatisticsChecker {
 public:
  StatisticsChecker(Findings& findings, const Ledger& ledger) : findings_(findings), ledger_(ledger) {}

  void check(const Step& step) {
    count(step);
    const StatsSnapshot stats = step.client->stats(step.now.instant);
    findings_.check(stats.totalConnections == connections_, "R3", "connections are miscounted");
    findings_.check(stats.totalReconnections == reconnections_, "R3", "reconnections are miscounted");
    findings_.check(stats.totalErrors == errors_, "R3", "errors are miscounted");
    findings_.check(stats.totalMessages == ledger_.handedOver(), "R3", "messages are miscounted");
    const Duration expected = openSince_ ? step.now.instant - *openSince_ : Duration::zero();
    findings_.check(stats.connectionDuration == expected, "R3", "the time connected is wrong");
    findings_.check(stats.lastConnectedAt == connectedAt_ && stats.lastDisconnectedAt == disconnectedAt_,
                    "R3", "the times of the last connection are wrong");
    findings_.check(stats.averageLatencyMs >= 0, "H6", "the mean round trip takes negative time");
  }

 private:
  void count(const Step& step) {
    const bool wasOpen = step.before == Phase::Connected;
    const bool isOpen = step.after() == Phase::Connected;
    if (wasOpen && step.client->currentAttempt() != step.attemptBefore) {
      openSince_.reset();
      disconnectedAt_ = step.now.wall;
    }
    if (isOpen && !wasOpen) {
      ++connections_;
      if (step.before == Phase::Retrying) ++reconnections_;
      openSince_ = step.now.instant;
      connectedAt_ = step.now.wall;
    }
    int errors = 0;
    const auto* refusal = step.as<input::HandOverFailed>();
    const bool isClosing = refusal != nullptr && refusal->isClosing;
    for (const Action& action : *step.actions) {
      if (std::holds_alternative<action::OpenSocket>(action)) networkTold_ = false;
      if (std::holds_alternative<action::TellTooLarge>(action)) ++errors;
      const auto* error = std::get_if<action::TellError>(&action);
      if (error == nullptr) continue;
      ++errors;
      findings_.check(error->type != ErrorType::Send || !isClosing, "R3",
                      "that a closing socket takes nothing is told as an error");
      if (error->type != ErrorType::Network) continue;
      findings_.check(!networkTold_, "B8", "error and close of one socket are told as two errors");
      networkTold_ = true;
    }
    errors_ += static_cast<std::uint64_t>(errors);
  }

  Findings& findings_;
  const Ledger& ledger_;
  std::uint64_t connections_ = 0;
  std::uint64_t reconnections_ = 0;
  std::uint64_t errors_ = 0;
  std::optional<Instant> openSince_;
  std::optional<EpochMs> connectedAt_;
  std::optional<EpochMs> disconnectedAt_;
  bool networkTold_ = false;
};

}  // namespace rws::sim
