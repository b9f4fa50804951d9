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
    countErrors(step);
  }

  void countErrors(const Step& step) {
    const auto* const errored = step.eventAs<event::SocketErrored>();
    const bool isCounted = errored != nullptr && step.isOfCurrent(errored->attempt);
    if (isCounted && step.before == Phase::Connected && !isErrorCounted_) {
      isErrorCounted_ = true;
      ++errors_;
    }
    const auto* const refused = step.eventAs<event::MessageRefused>();
    bool isClosing = refused != nullptr && refused->isClosing;
    bool isFailed = false;  // the loss of the attempt is reported as an error
    for (const Record& record : *step.records) {
      if (const auto* const answer = answerAs<event::MessageRefused>(record)) isClosing = answer->isClosing;
      if (as<effect::ResolveAddress>(record) != nullptr) isErrorCounted_ = false;
      if (as<notification::MessageTooLarge>(record) != nullptr) ++errors_;
      if (const auto* const error = as<notification::Failed>(record)) {
        const bool isSend = error->type == ErrorType::Send;
        findings_.check(!isSend || !isClosing, "R3",
                        "that a closing socket takes nothing is reported as an error");
        const auto* const send = step.eventAs<event::Send>();
        findings_.check(!isSend || send == nullptr || !send->options.isVolatile, "Q5",
                        "that a volatile message is refused is reported as an error");
        const bool isOfLoss = !isSend && error->type != ErrorType::HeartbeatUnanswered &&
                              error->type != ErrorType::SessionUnsupported;
        findings_.check(!isOfLoss || !isFailed, "B8", "a loss is reported as two errors");
        if (isOfLoss) {
          isFailed = true;
        } else {
          ++errors_;
        }
      }
      const auto* const closed = as<notification::Closed>(record);
      const bool isCommanded = step.isOneOf<event::Disconnect, event::Destroy>();
      if (closed != nullptr && !isCommanded) countLoss(step, *closed, isFailed);
    }
  }
  // The end of an attempt is one error, unless its code is 1000. It is reported as an error, unless it is the
  // loss of an open connection that a retry follows.
  void countLoss(const Step& step, const notification::Closed& closed, bool isFailed) {
    const auto* const event = step.eventAs<event::SocketClosed>();
    if (event != nullptr && !step.isOfCurrent(event->attempt)) return;  // of the closing attempt
    const bool isTaken = step.find<notification::SessionTaken>() != nullptr;
    const ErrorType type =
        isTaken ? ErrorType::SessionTaken : toErrorType(closed.info, step.client->isOnline());
    if (type != ErrorType::None && (!isErrorCounted_ || type != ErrorType::Network)) ++errors_;
    const bool isRecoverable = step.before == Phase::Connected && closed.shouldReconnect;
    findings_.check(isFailed == (type != ErrorType::None && !isRecoverable), "B8",
                    "a loss is not reported as it should be");
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
  bool isErrorCounted_ = false;  // the error event of the current attempt's socket
};

}  // namespace rws::sim
