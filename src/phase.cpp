// Owns the names of phases, triggers and public states, as traces, diagrams and users read them.
// Refuses to be a second table: what may follow what is in phase.h alone.
#include "phase.h"

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
    case Trigger::ConnectAsked:
      return "connectAsked";
    case Trigger::ReconnectAsked:
      return "reconnectAsked";
    case Trigger::DisconnectAsked:
      return "disconnectAsked";
    case Trigger::DestroyAsked:
      return "destroyAsked";
    case Trigger::SocketOpened:
      return "socketOpened";
    case Trigger::AttemptLost:
      return "attemptLost";
    case Trigger::RetryGranted:
      return "retryGranted";
    case Trigger::EndedNormally:
      return "endedNormally";
    case Trigger::RetriesSpent:
      return "retriesSpent";
    case Trigger::RetryForbidden:
      return "retryForbidden";
    case Trigger::RetryDue:
      return "retryDue";
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
