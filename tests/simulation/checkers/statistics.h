// R3, and of H6 what the statistics show: each number is the count of an observer outside, and none goes
// back.
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
    const StatsSnapshot stats = step.client->stats(step.now());
    findings_.check(stats.totalConnections == connections_, "R3", "connections are miscounted");
    findings_.check(stats.totalReconnections == reconnections_, "R3", "reconnections are miscounted");
    findings_.check(stats.totalErrors == errors_, "R3", "errors are miscounted");
    findings_.check(stats.totalMessages == ledger_.sentCount(), "R3", "messages are miscounted");
    Duration expected = past_;
    if (openSince_) expected += step.now() - *openSince_;
    findings_.check(stats.connectionDuration == expected, "R3", "the time connected is wrong");
    findings_.check(stats.lastConnectedAt == connectedAt_ && stats.lastDisconnectedAt == disconnectedAt_,
                    "R3", "the times of the last connection are wrong");
    findings_.check(stats.averageLatencyMs >= 0, "H6", "the mean round trip takes negative time");
  }

 private:
  void count(const Step& step) {
    const bool wasOpen = step.before == Phase::Connected;
    const bool isOpen = step.after() == Phase::Connected;
    if (wasOpen && step.client->currentAttempt() != step.attemptBefore && openSince_) {
      past_ += step.now() - *openSince_;
      openSince_.reset();
      disconnectedAt_ = step.facts.now.wall;
    }
    if (isOpen && !wasOpen) {
      ++connections_;
      if (step.before == Phase::Retrying) ++reconnections_;
      openSince_ = step.now();
      connectedAt_ = step.facts.now.wall;
    }
    const auto* const refused = step.eventAs<event::MessageRefused>();
    bool isClosing = refused != nullptr && refused->isClosing;
    for (const Record& record : *step.records) {
      if (const auto* const answer = answerAs<event::MessageRefused>(record)) isClosing = answer->isClosing;
      if (as<effect::ResolveAddress>(record) != nullptr) isNetworkReported_ = false;
      if (as<notification::MessageTooLarge>(record) != nullptr) ++errors_;
      const auto* const error = as<notification::Failed>(record);
      if (error == nullptr) continue;
      ++errors_;
      findings_.check(error->type != ErrorType::Send || !isClosing, "R3",
                      "that a closing socket takes nothing is reported as an error");
      if (error->type != ErrorType::Network) continue;
      findings_.check(!isNetworkReported_, "B8", "error and close of one socket are reported as two errors");
      isNetworkReported_ = true;
    }
  }

  Findings& findings_;
  const Ledger& ledger_;
  std::uint64_t connections_ = 0;
  std::uint64_t reconnections_ = 0;
  std::uint64_t errors_ = 0;
  Duration past_{};  // of connections that are over
  std::optional<Instant> openSince_;
  std::optional<EpochMs> connectedAt_;
  std::optional<EpochMs> disconnectedAt_;
  bool isNetworkReported_ = false;
};

}  // namespace rws::sim
