// All checkers of one run. Each gets every step, and each has the rules of its own invariants.
#pragma once

#include "checkers/attempt_events.h"
#include "checkers/deadlines.h"
#include "checkers/delays.h"
#include "checkers/handshakes.h"
#include "checkers/heartbeat.h"
#include "checkers/ledger.h"
#include "checkers/pongs.h"
#include "checkers/retries.h"
#include "checkers/session.h"
#include "checkers/silence.h"
#include "checkers/sockets.h"
#include "checkers/stale_events.h"
#include "checkers/states.h"
#include "checkers/statistics.h"
#include "findings.h"
#include "step.h"

namespace rws::sim {

class Checkers {
 public:
  void check(const Step& step) {
    heartbeat_.prepare(step);
    silence_.prepare(step);
    ledger_.check(step, heartbeat_.longestPingDistance());
    sockets_.check(step);
    states_.check(step);
    attemptEvents_.check(step);
    handshakes_.check(step);
    delays_.check(step);
    retries_.check(step);
    deadlines_.check(step);
    heartbeat_.check(step);
    silence_.check(step);
    pongs_.check(step);
    statistics_.check(step);
  }
  void checkStale(const Client& client, const HostFacts& facts, const Event& stale) {
    staleEvents_.check(client, facts, stale);
  }

  // --- what the host does in a session (session.h)
  void stepBegins() { session_.stepBegins(); }
  void taken(bool isOfHandshake) { session_.taken(isOfHandshake); }
  void handled() { session_.handled(); }

  // The client was given the size of that message, which the socket has taken.
  void measured(MessageId id) { ledger_.measured(id); }

  // --- true in the world
  void left(MessageId id) { ledger_.left(id); }
  void arrived(MessageId id) { ledger_.arrived(id); }
  void counted(MessageId id) { ledger_.counted(id); }
  void remainderAdded(AttemptId attempt) { ledger_.remainderAdded(attempt); }

  [[nodiscard]] Findings& findings() { return findings_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const SessionChecker& session() const { return session_; }

 private:
  Findings findings_;
  SessionChecker session_{findings_};
  Ledger ledger_{findings_, session_};
  SocketsChecker sockets_{findings_};
  StatesChecker states_{findings_};
  AttemptEventsChecker attemptEvents_{findings_};
  HandshakesChecker handshakes_{findings_, session_};
  RetriesChecker retries_{findings_, session_};
  DelaysChecker delays_{findings_};
  DeadlinesChecker deadlines_{findings_, ledger_, session_};
  HeartbeatChecker heartbeat_{findings_, ledger_};
  SilenceChecker silence_{findings_, ledger_};
  PongsChecker pongs_{findings_, ledger_};
  StatisticsChecker statistics_{findings_, ledger_};
  StaleEventsChecker staleEvents_{findings_};
};

}  // namespace rws::sim
