// Owns one call of the client with all that an observer outside sees of it: what it was told, what it
// answered, and what is true in the world at that moment. Refuses to judge.
#pragma once

#include <variant>

#include "connection.h"
#include "trace.h"

namespace rws::sim {

// What is true of the host's timers: since when they have been punctual, and how late they may be now.
struct Calm {
  Instant since{};
  Duration lateness{};
};

struct Step {
  Now now;
  const Input* input = nullptr;    // what was told, or
  const SendCall* send = nullptr;  // what was to be sent
  bool isTimeUnread = false;       // by the short way of a frame
  SendOutcome outcome = SendOutcome::Refused;
  Phase before = Phase::Idle;
  AttemptId attemptBefore = AttemptId::None;
  const Options* options = nullptr;  // as they were before
  const Actions* actions = nullptr;
  const Connection* client = nullptr;
  Calm calm;
  Duration lateBy{};         // how much later than asked for the client was called
  bool peerHealthy = false;  // the server of the current socket answers in good time

  template <class... Kinds>
  [[nodiscard]] bool isOneOf() const {
    return input != nullptr && (std::holds_alternative<Kinds>(*input) || ...);
  }
  template <class Kind>
  [[nodiscard]] const Kind* as() const {
    return input == nullptr ? nullptr : std::get_if<Kind>(input);
  }
  template <class Kind>
  [[nodiscard]] const Kind* find() const {
    for (const Action& action : *actions) {
      if (const Kind* found = std::get_if<Kind>(&action)) return found;
    }
    return nullptr;
  }
  [[nodiscard]] Phase after() const { return client->phase(); }

  // How the current attempt ended in this step, as the user was told; nullptr if it did not.
  [[nodiscard]] const action::TellClose* loss() const {
    const auto* told = find<action::TellClose>();
    if (told == nullptr) return nullptr;
    // Decided by the host, or by consent to whatever else was asked.
    if (isOneOf<input::Decided>() || before == Phase::Deciding) return told;
    const bool isOfCurrent = attemptBefore != AttemptId::None;
    if (const auto* closed = as<input::Closed>()) {
      return isOfCurrent && closed->attempt == attemptBefore ? told : nullptr;
    }
    if (const auto* failed = as<input::OpenFailed>()) {
      return isOfCurrent && failed->attempt == attemptBefore ? told : nullptr;
    }
    // At a tick the user may also hear of the end of a socket closed earlier; that one ends with 1000.
    return isOneOf<input::Ticked>() && told->info.code == 1006 ? told : nullptr;
  }
};

}  // namespace rws::sim
