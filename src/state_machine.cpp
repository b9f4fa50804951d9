// The names of phases, triggers and public states.
#include "state_machine.h"

namespace rws {

std::string_view toString(Phase phase) {
  switch (phase) {
    case Phase::Idle:
      return "idle";
    case Phase::Connecting:
      return "connecting";
    case Phase::Connected:
      return "connected";
    case Phase::Deciding:
      return "deciding";
    case Phase::Waiting:
      return "waiting";
    case Phase::Retrying:
      return "retrying";
    case Phase::Suspended:
      return "suspended";
    case Phase::Disconnected:
      return "disconnected";
    case Phase::Exhausted:
      return "exhausted";
    case Phase::Rejected:
      return "rejected";
    case Phase::Destroyed:
      return "destroyed";
  }
  return "";
}

std::string_view toString(Trigger trigger) {
  switch (trigger) {
    case Trigger::Connect:
      return "connect";
    case Trigger::Reconnect:
      return "reconnect";
    case Trigger::Disconnect:
      return "disconnect";
    case Trigger::Destroy:
      return "destroy";
    case Trigger::AttemptSucceeded:
      return "attemptSucceeded";
    case Trigger::AttemptEnded:
      return "attemptEnded";
    case Trigger::RetryScheduled:
      return "retryScheduled";
    case Trigger::ClosedNormally:
      return "closedNormally";
    case Trigger::RetriesSpent:
      return "retriesSpent";
    case Trigger::RetryForbidden:
      return "retryForbidden";
    case Trigger::RetryStarted:
      return "retryStarted";
    case Trigger::AttemptReplaced:
      return "attemptReplaced";
    case Trigger::Revived:
      return "revived";
    case Trigger::PageSuspended:
      return "pageSuspended";
    case Trigger::PageResumed:
      return "pageResumed";
  }
  return "";
}

std::string_view toString(State state) {
  switch (state) {
    case State::Connecting:
      return "connecting";
    case State::Connected:
      return "connected";
    case State::Reconnecting:
      return "reconnecting";
    case State::Disconnected:
      return "disconnected";
    case State::Failed:
      return "failed";
  }
  return "";
}

}  // namespace rws
