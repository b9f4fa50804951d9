#include "phase.h"

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
constexpr Trigger kTriggers[] = {Trigger::ConnectAsked,   Trigger::ReconnectAsked, Trigger::DisconnectAsked,
                                 Trigger::DestroyAsked,   Trigger::SocketOpened,   Trigger::AttemptLost,
                                 Trigger::RetryGranted,   Trigger::EndedNormally,  Trigger::RetriesSpent,
                                 Trigger::RetryForbidden, Trigger::RetryDue,       Trigger::Revived,
                                 Trigger::PageSuspended,  Trigger::PageResumed};

// The rules of the state machine trigger by trigger, written without the table. "-" where there is no move.
std::string expected(Phase from, Trigger trigger) {
  const std::string_view name = toString(from);
  const auto isOneOf = [name](std::initializer_list<std::string_view> names) {
    for (const std::string_view candidate : names) {
      if (candidate == name) return true;
    }
    return false;
  };
  if (name == "destroyed") return "-";
  // While the host is asked, only its answer moves; all else comes after it.
  if (name == "deciding") {
    if (trigger == Trigger::RetryGranted) return "waiting";
    if (trigger == Trigger::EndedNormally) return "disconnected";
    if (trigger == Trigger::RetriesSpent) return "exhausted";
    return trigger == Trigger::RetryForbidden ? "rejected" : "-";
  }
  switch (trigger) {
    case Trigger::ConnectAsked:  // starts what is at rest, disturbs nothing that is under way
      return isOneOf({"idle", "disconnected", "exhausted", "rejected"}) ? "connecting" : "-";
    case Trigger::ReconnectAsked:  // always starts an attempt; within an outage or a connection it is a retry
      return isOneOf({"idle", "connecting", "disconnected", "exhausted", "rejected"}) ? "connecting"
                                                                                      : "retrying";
    case Trigger::DisconnectAsked:
      return name == "disconnected" ? "-" : "disconnected";
    case Trigger::DestroyAsked:
      return "destroyed";
    case Trigger::SocketOpened:
      return isOneOf({"connecting", "retrying"}) ? "connected" : "-";
    case Trigger::AttemptLost:
      return isOneOf({"connecting", "retrying", "connected"}) ? "deciding" : "-";
    case Trigger::RetryGranted:
    case Trigger::EndedNormally:
    case Trigger::RetriesSpent:
    case Trigger::RetryForbidden:
      return "-";
    case Trigger::RetryDue:
      return name == "waiting" ? "retrying" : "-";
    case Trigger::Revived:
      return isOneOf({"exhausted", "connecting", "retrying"}) ? "waiting" : "-";
    case Trigger::PageSuspended:
      return isOneOf({"connecting", "connected", "waiting", "retrying"}) ? "suspended" : "-";
    case Trigger::PageResumed:
      return name == "suspended" ? "waiting" : "-";
  }
  return "?";
}

TEST(Phase, MovesExactlyAsItsRulesSay) {
  std::size_t moves = 0;
  for (const Phase from : kPhases) {
    for (const Trigger trigger : kTriggers) {
      const std::optional<Phase> to = next(from, trigger);
      EXPECT_EQ(to ? std::string(toString(*to)) : "-", expected(from, trigger))
          << toString(from) << " on " << toString(trigger);
      if (to) ++moves;
    }
  }
  EXPECT_EQ(moves, kTransitions.size()) << "a row of the table is out of reach";
}

TEST(Phase, LeadsToOnePhaseOnlyPerTrigger) { EXPECT_TRUE(isDeterministic()); }

TEST(Phase, IsReachableFromIdle) {
  std::set<Phase> reached = {Phase::Idle};
  std::vector<Phase> open = {Phase::Idle};
  while (!open.empty()) {
    const Phase from = open.back();
    open.pop_back();
    for (const Trigger trigger : kTriggers) {
      const std::optional<Phase> to = next(from, trigger);
      if (to && reached.insert(*to).second) open.push_back(*to);
    }
  }
  EXPECT_EQ(reached.size(), std::size(kPhases));
}

TEST(Phase, CanBeLeftUnlessDestroyed) {
  for (const Phase from : kPhases) {
    bool left = false;
    for (const Trigger trigger : kTriggers) {
      const std::optional<Phase> to = next(from, trigger);
      left = left || (to && *to != from);
    }
    EXPECT_EQ(left, from != Phase::Destroyed) << toString(from);
  }
}

TEST(Phase, CanBeDestroyedAndDisconnectedAtAnyTimeButWhileTheHostIsAsked) {
  for (const Phase from : kPhases) {
    if (from == Phase::Destroyed || from == Phase::Deciding) continue;
    EXPECT_EQ(next(from, Trigger::DestroyAsked), Phase::Destroyed) << toString(from);
    if (from != Phase::Disconnected) {
      EXPECT_EQ(next(from, Trigger::DisconnectAsked), Phase::Disconnected) << toString(from);
    }
  }
}

TEST(Phase, HasThePublicStateOfTheSpecification) {
  const std::map<Phase, std::string> states = {
      {Phase::Idle, "disconnected"},      {Phase::Connecting, "connecting"},
      {Phase::Connected, "connected"},    {Phase::Deciding, "reconnecting"},
      {Phase::Waiting, "reconnecting"},   {Phase::Retrying, "reconnecting"},
      {Phase::Suspended, "reconnecting"}, {Phase::Disconnected, "disconnected"},
      {Phase::Exhausted, "failed"},       {Phase::Rejected, "failed"},
      {Phase::Destroyed, "disconnected"}};
  for (const Phase phase : kPhases) EXPECT_EQ(toString(stateOf(phase)), states.at(phase)) << toString(phase);
}

TEST(Phase, HasAnAttemptExactlyWhereASocketCanBeLost) {
  for (const Phase phase : kPhases) {
    EXPECT_EQ(hasAttempt(phase), next(phase, Trigger::AttemptLost).has_value()) << toString(phase);
  }
}

TEST(Phase, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Phase phase : kPhases) names.insert(toString(phase));
  EXPECT_EQ(names.size(), std::size(kPhases));
  EXPECT_FALSE(names.contains(""));
  std::set<std::string_view> triggers;
  for (const Trigger trigger : kTriggers) triggers.insert(toString(trigger));
  EXPECT_EQ(triggers.size(), std::size(kTriggers));
  EXPECT_FALSE(triggers.contains(""));
}

}  // namespace
}  // namespace rws
