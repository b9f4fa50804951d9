// Owns C1, C2 and C8: how many sockets are alive, that each is closed once and then forgotten, and what is
// said in closing. Refuses to know what a socket is for.
#pragma once

#include <array>
#include <cstddef>

#include "../findings.h"
#include "../step.h"
#include "close_policy.h"

namespace rws::sim {

class SocketsChecker {
 public:
  explicit SocketsChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    if (const auto* closed = step.as<input::Closed>()) {
      if (Socket* socket = find(closed->attempt)) socket->closed = true;
    } else if (const auto* failed = step.as<input::OpenFailed>()) {
      // No socket came about: there is none to close or to forget.
      const Socket* socket = find(failed->attempt);
      if (socket != nullptr && !socket->closed) remove(failed->attempt);
    }
    for (const Action& action : *step.actions) {
      if (const auto* opened = std::get_if<action::OpenSocket>(&action)) on(*opened);
      if (const auto* closed = std::get_if<action::CloseSocket>(&action)) on(*closed);
      if (const auto* released = std::get_if<action::ReleaseSocket>(&action)) on(*released);
    }
    finish(step);
  }

 private:
  struct Socket {
    AttemptId attempt = AttemptId::None;
    bool closed = false;
  };

  void on(const action::OpenSocket& action) {
    findings_.check(current() == AttemptId::None, "C1", "a socket is opened while another is not closed");
    findings_.check(count_ < sockets_.size(), "C1", "more than two sockets are not forgotten");
    findings_.check(action.attempt > newest_, "C3", "attempts are not numbered upwards");
    newest_ = action.attempt;
    if (count_ < sockets_.size()) sockets_[count_++] = {action.attempt, false};
  }
  void on(const action::CloseSocket& action) {
    Socket* const socket = find(action.attempt);
    findings_.check(socket != nullptr && !socket->closed, "C2", "a socket is closed twice, or never was");
    findings_.check(mayBeSent(action.code), "C8", "a code that must not be sent");
    findings_.check(action.reason.size() <= 123, "C8", "a reason longer than 123 bytes");
    if (socket != nullptr) socket->closed = true;
  }
  void on(const action::ReleaseSocket& action) {
    const Socket* const socket = find(action.attempt);
    findings_.check(socket != nullptr && socket->closed, "C2", "a socket is forgotten before it is closed");
    if (socket != nullptr) remove(action.attempt);
  }
  void finish(const Step& step) {
    findings_.check(current() == step.client->currentAttempt(), "C1",
                    "the current attempt is not the socket that is not closed");
    findings_.check(hasAttempt(step.after()) == (current() != AttemptId::None), "C1",
                    "a phase with an attempt has no socket, or one without has");
    findings_.check(lingering() == step.client->lingeringAttempt(), "C2",
                    "a closed socket is kept, or forgotten, against what the client says");
    findings_.check(step.after() != Phase::Destroyed || count_ == 0, "C2", "a socket outlives destroy()");
  }

  [[nodiscard]] AttemptId current() const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!sockets_[i].closed) return sockets_[i].attempt;
    }
    return AttemptId::None;
  }
  [[nodiscard]] AttemptId lingering() const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (sockets_[i].closed) return sockets_[i].attempt;
    }
    return AttemptId::None;
  }
  Socket* find(AttemptId attempt) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (sockets_[i].attempt == attempt) return &sockets_[i];
    }
    return nullptr;
  }
  void remove(AttemptId attempt) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (sockets_[i].attempt == attempt) sockets_[i--] = sockets_[--count_];
    }
  }

  Findings& findings_;
  std::array<Socket, 2> sockets_{};
  std::size_t count_ = 0;
  AttemptId newest_ = AttemptId::None;
};

}  // namespace rws::sim
