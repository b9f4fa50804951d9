#include "state_machine.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rws {
namespace {

constexpr Phase kPhases[] = {Phase::Idle,      Phase::Connecting, Phase::Connected, Phase::Deciding,
                             Phase::Waiting,   Phase::Retrying,   Phase::Suspended, Phase::Disconnected,
                             Phase::Exhausted, Phase::Rejected,   Phase::Destroyed};
constexpr Trigger kTriggers[] = {Trigger::Connect,        Trigger::Reconnect,        Trigger::Disconnect,
                                 Trigger::Destroy,        Trigger::AttemptSucceeded, Trigger::AttemptEnded,
                                 Trigger::RetryScheduled, Trigger::ClosedNormally,   Trigger::RetriesSpent,
                                 Trigger::RetryForbidden, Trigger::RetryStarted,     Trigger::AttemptReplaced,
                                 Trigger::Revived,        Trigger::PageSuspended,    Trigger::PageResumed};

// The rules of the state machine, trigger by trigger, written without the table. "-" where there is no move.
std::string expected(Phase from, Trigger trigger) {
  const std::string_view name = toString(from);
  const auto isOneOf = [name](std::initializer_list<std::string_view> names) {
    for (const std::string_view candidate : names) {
      if (candidate == name) return true;
    }
    return false;
  };
  if (name == "destroyed") return "-";
  // While the user is asked, only the conclusion moves; everything else waits.
  if (name == "deciding") {
    if (trigger == Trigger::RetryScheduled) return "waiting";
    if (trigger == Trigger::ClosedNormally) return "disconnected";
    if (trigger == Trigger::RetriesSpent) return "exhausted";
    return trigger == Trigger::RetryForbidden ? "rejected" : "-";
  }
  switch (trigger) {
    case Trigger::Connect:  // starts a client at rest, and disturbs nothing that is under way
      return isOneOf({"idle", "disconnected", "exhausted", "rejected"}) ? "connecting" : "-";
    case Trigger::Reconnect:  // always starts an attempt; within an outage or a connection it is a retry
      return isOneOf({"idle", "connecting", "disconnected", "exhausted", "rejected"}) ? "connecting"
                                                                                      : "retrying";
    case Trigger::Disconnect:
      return name == "disconnected" ? "-" : "disconnected";
    case Trigger::Destroy:
      return "destroyed";
    case Trigger::AttemptSucceeded:
      return isOneOf({"connecting", "retrying"}) ? "connected" : "-";
    case Trigger::AttemptEnded:
      return isOneOf({"connecting", "retrying", "connected"}) ? "deciding" : "-";
    case Trigger::RetryScheduled:
    case Trigger::ClosedNormally:
      return "-";
    case Trigger::RetriesSpent:  // options that are assigned during a wait can end it
      return isOneOf({"waiting", "suspended"}) ? "exhausted" : "-";
    case Trigger::RetryForbidden:
      return isOneOf({"waiting", "suspended"}) ? "rejected" : "-";
    case Trigger::RetryStarted:
      return name == "waiting" ? "retrying" : "-";
    case Trigger::AttemptReplaced:
      return isOneOf({"connecting", "retrying"}) ? "waiting" : "-";
    case Trigger::Revived:
      return name == "exhausted" ? "waiting" : "-";
    case Trigger::PageSuspended:
      return isOneOf({"connecting", "connected", "waiting", "retrying"}) ? "suspended" : "-";
    case Trigger::PageResumed:
      return name == "suspended" ? "waiting" : "-";
  }
  return "?";
}

TEST(StateMachine, MovesExactlyAsItsRulesSay) {
  std::size_t moves = 0;
  for (const Phase from : kPhases) {
    for (const Trigger trigger : kTriggers) {
      const std::optional<Phase> to = findTransition(from, trigger);
      EXPECT_EQ(to ? std::string(toString(*to)) : "-", expected(from, trigger))
          << toString(from) << " on " << toString(trigger);
      if (to) ++moves;
    }
  }
  EXPECT_EQ(moves, kTransitions.size()) << "a row of the table is never used";
}

TEST(StateMachine, HasOneMoveForAPhaseAndATrigger) { EXPECT_TRUE(isDeterministic()); }

TEST(StateMachine, ReachesEveryPhaseFromIdle) {
  std::set<Phase> reached = {Phase::Idle};
  std::vector<Phase> open = {Phase::Idle};
  while (!open.empty()) {
    const Phase from = open.back();
    open.pop_back();
    for (const Trigger trigger : kTriggers) {
      const std::optional<Phase> to = findTransition(from, trigger);
      if (to && reached.insert(*to).second) open.push_back(*to);
    }
  }
  EXPECT_EQ(reached.size(), std::size(kPhases));
}

TEST(StateMachine, CanLeaveEveryPhaseButDestroyed) {
  for (const Phase from : kPhases) {
    bool canLeave = false;
    for (const Trigger trigger : kTriggers) {
      const std::optional<Phase> to = findTransition(from, trigger);
      canLeave = canLeave || (to && *to != from);
    }
    EXPECT_EQ(canLeave, from != Phase::Destroyed) << toString(from);
  }
}

TEST(StateMachine, CanBeDestroyedAndDisconnectedAtAnyTimeExceptWhileTheUserIsAsked) {
  for (const Phase from : kPhases) {
    if (from == Phase::Destroyed || from == Phase::Deciding) continue;
    EXPECT_EQ(findTransition(from, Trigger::Destroy), Phase::Destroyed) << toString(from);
    if (from == Phase::Disconnected) continue;
    EXPECT_EQ(findTransition(from, Trigger::Disconnect), Phase::Disconnected) << toString(from);
  }
}

TEST(StateMachine, LeavesRejectedByACommandOnly) {
  for (const Trigger trigger : kTriggers) {
    const bool isCommand = trigger == Trigger::Connect || trigger == Trigger::Reconnect ||
                           trigger == Trigger::Disconnect || trigger == Trigger::Destroy;
    EXPECT_EQ(findTransition(Phase::Rejected, trigger).has_value(), isCommand) << toString(trigger);
  }
}

TEST(StateMachine, HasThePublicStateOfEachPhase) {
  const std::map<Phase, std::string> states = {
      {Phase::Idle, "disconnected"},      {Phase::Connecting, "connecting"},
      {Phase::Connected, "connected"},    {Phase::Deciding, "reconnecting"},
      {Phase::Waiting, "reconnecting"},   {Phase::Retrying, "reconnecting"},
      {Phase::Suspended, "reconnecting"}, {Phase::Disconnected, "disconnected"},
      {Phase::Exhausted, "failed"},       {Phase::Rejected, "failed"},
      {Phase::Destroyed, "disconnected"}};
  for (const Phase phase : kPhases) EXPECT_EQ(toString(toState(phase)), states.at(phase)) << toString(phase);
}

TEST(StateMachine, HasAnAttemptExactlyWhereOneCanEnd) {
  for (const Phase phase : kPhases) {
    EXPECT_EQ(hasAttempt(phase), findTransition(phase, Trigger::AttemptEnded).has_value()) << toString(phase);
  }
}

TEST(StateMachine, NamesEachPhaseAndTriggerDifferently) {
  std::set<std::string_view> phases;
  for (const Phase phase : kPhases) phases.insert(toString(phase));
  EXPECT_EQ(phases.size(), std::size(kPhases));
  EXPECT_FALSE(phases.contains(""));
  std::set<std::string_view> triggers;
  for (const Trigger trigger : kTriggers) triggers.insert(toString(trigger));
  EXPECT_EQ(triggers.size(), std::size(kTriggers));
  EXPECT_FALSE(triggers.contains(""));
}

#ifndef NDEBUG
TEST(StateMachineDeathTest, AMoveThatIsNotInTheTableIsAProgrammingError) {
  for (const Phase from : kPhases) {
    for (const Trigger trigger : {Trigger::RetryScheduled, Trigger::PageResumed}) {
      if (findTransition(from, trigger)) {
        EXPECT_EQ(requireTransition(from, trigger), *findTransition(from, trigger));
      } else {
        EXPECT_DEATH((void)requireTransition(from, trigger), "to") << toString(from);
      }
    }
  }
}
#endif

}  // namespace
}  // namespace rws
