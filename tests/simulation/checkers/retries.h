// B3 to B9: when an attempt may start, how many an outage may have, when the count starts afresh, and what a
// loss leads to. The length of delays is in delays.h.
#pragma once

#include <cstdint>
#include <optional>

#include "../findings.h"
#include "../step.h"
#include "session.h"

namespace rws::sim {

class RetriesChecker {
 public:
  RetriesChecker(Findings& findings, const SessionChecker& session)
      : findings_(findings), session_(session) {}

  void check(const Step& step);

 private:
  void noteConnection(const Step& step);
  void expectOutcome(const Step& step, const notification::Closed& loss);
  void noteHint(const Step& step, const CloseInfo& info);
  void checkOutcome(const Step& step);
  void scheduled(const Step& step, const notification::RetryScheduled& retry);
  void checkHintedRetry(const Step& step, const notification::RetryScheduled& retry, Instant at);
  void started(const Step& step);
  void checkGate(const Step& step);
  void checkSuspended(const Step& step);
  [[nodiscard]] bool isAllowed(const Options& options, std::uint64_t retry) const;
  void gaveUp(const notification::GaveUp& notified);
  void startAfresh();
  void finish(const Step& step);

  Findings& findings_;
  const SessionChecker& session_;
  std::uint64_t retries_ = 0;
  std::optional<Instant> stableAt_;
  std::optional<Instant> retryAt_;
  std::optional<Instant> lastAttempt_;
  std::optional<Instant> hintUntil_;  // the server has asked for no attempt before
  bool isRestarting_ = false;         // 1012 or 1013 came in this outage
  bool isOverruled_ = false;          // shouldReconnect demanded the retry after the last loss
  Phase expected_ = Phase::Idle;
  bool isStableNow_ = false;
  bool isLost_ = false;
  bool hasGivenUp_ = false;
};

}  // namespace rws::sim
