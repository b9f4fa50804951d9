// Owns the observers of one run and shows each of them every step.
// Refuses to know a rule: each checker owns its own, under the ids of the list of invariants.
#pragma once

#include "checkers/deadlines.h"
#include "checkers/fence.h"
#include "checkers/heartbeat.h"
#include "checkers/ledger.h"
#include "checkers/pongs.h"
#include "checkers/retries.h"
#include "checkers/sockets.h"
#include "checkers/states.h"
#include "checkers/statistics.h"
#include "checkers/story.h"
#include "checkers/waits.h"
#include "findings.h"
#include "step.h"

namespace rws::sim {

class Checkers {
 public:
  void check(const Step& step) {
    ledger_.check(step);
    sockets_.check(step);
    states_.check(step);
    story_.check(step);
    waits_.check(step);
    retries_.check(step);
    deadlines_.check(step);
    heartbeat_.check(step);
    pongs_.check(step);
    statistics_.check(step);
  }
  void checkStale(const Connection& client, const Now& now, const Input& stale) {
    fence_.check(client, now, stale);
  }
  void refused(AttemptId attempt, std::uint64_t bytes) { ledger_.refused(attempt, bytes); }
  void left(PayloadId id) { ledger_.left(id); }
  void arrived(PayloadId id) { ledger_.arrived(id); }

  [[nodiscard]] Findings& findings() { return findings_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

 private:
  Findings findings_;
  Ledger ledger_{findings_};
  SocketsChecker sockets_{findings_};
  StatesChecker states_{findings_};
  StoryChecker story_{findings_};
  RetriesChecker retries_{findings_};
  WaitsChecker waits_{findings_};
  DeadlinesChecker deadlines_{findings_, ledger_};
  HeartbeatChecker heartbeat_{findings_, ledger_};
  PongsChecker pongs_{findings_};
  StatisticsChecker statistics_{findings_, ledger_};
  FenceChecker fence_{findings_};
};

}  // namespace rws::sim
