// Owns what an outsider knows of the sockets: which are alive, which have been closed, whose end the user was
// told of. Refuses to look into the connection: it learns from actions and from the events of its own world.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "action.h"
#include "close_policy.h"
#include "findings.h"

namespace rws::test {

struct ModelSocket {
  AttemptId attempt = AttemptId::None;
  bool opened = false;
  bool closed = false;  // by CloseSocket, or by itself
  bool closedItself = false;
};

class SocketModel {
 public:
  [[nodiscard]] const ModelSocket* current() const {
    return find([](const ModelSocket& s) { return !s.closed; });
  }
  [[nodiscard]] const ModelSocket* lingering() const {
    return find([](const ModelSocket& s) { return s.closed; });
  }
  [[nodiscard]] const ModelSocket* at(AttemptId attempt) const {
    return find([attempt](const ModelSocket& s) { return s.attempt == attempt; });
  }
  [[nodiscard]] bool isOpen(AttemptId attempt) const {
    const ModelSocket* socket = at(attempt);
    return socket != nullptr && socket->opened && !socket->closed;
  }
  [[nodiscard]] std::size_t alive() const { return count_; }
  [[nodiscard]] const ModelSocket* begin() const { return sockets_.data(); }
  [[nodiscard]] const ModelSocket* end() const { return sockets_.data() + count_; }
  // The attempt whose end the user has not been told of.
  [[nodiscard]] AttemptId untold() const { return untold_; }
  [[nodiscard]] bool closeUntold() const { return untold_ != AttemptId::None; }
  [[nodiscard]] AttemptId newest() const { return newest_; }
  // A socket that is no more, None if there never was one.
  [[nodiscard]] AttemptId stale() const { return stale_; }

  // --- the world's side
  void openedItself(AttemptId attempt) {
    if (ModelSocket* socket = find(attempt); socket != nullptr && !socket->closed) socket->opened = true;
  }
  void closedItself(AttemptId attempt) {
    if (ModelSocket* socket = find(attempt)) socket->closed = socket->closedItself = true;
  }
  // No socket came about.
  void vanished(AttemptId attempt) {
    if (const ModelSocket* socket = at(attempt); socket != nullptr && !socket->closed) remove(attempt);
  }

  // --- the connection's side
  void on(const action::OpenSocket& action, Findings& findings) {
    findings.check(current() == nullptr, "C1: a socket is opened while another is alive and not closed");
    findings.check(action.attempt > newest_, "C3: attempts are numbered upwards");
    findings.check(!closeUntold(), "C6: the end of the last attempt is told before the next begins");
    findings.check(count_ < 2, "C1: at most two sockets are not released");
    newest_ = untold_ = action.attempt;
    openTold_ = false;
    if (count_ < sockets_.size()) sockets_[count_++] = {action.attempt, false, false, false};
  }
  void on(const action::CloseSocket& action, Findings& findings) {
    ModelSocket* socket = find(action.attempt);
    findings.check(socket != nullptr && !socket->closed, "C2: a socket is closed once, while it is alive");
    findings.check(mayBeSent(action.code) && action.reason.size() <= 123,
                   "C8: close() takes the code and reason");
    if (socket != nullptr) socket->closed = true;
  }
  void on(const action::ReleaseSocket& action, Findings& findings) {
    const ModelSocket* socket = at(action.attempt);
    findings.check(socket != nullptr && socket->closed, "C2: a socket is released once, after it was closed");
    if (socket != nullptr) remove(action.attempt);
  }
  void on(const action::TellOpen&, Findings& findings) {
    findings.check(current() != nullptr && current()->opened && !openTold_,
                   "C6: an open is told once, of an open socket");
    findings.check(closeUntold(), "C6: an open is told before the close");
    openTold_ = true;
  }
  void on(const action::TellClose&, Findings& findings) {
    findings.check(closeUntold(), "C6: the end of an attempt is told once");
    findings.check(current() == nullptr, "C6: no close is told of a socket that goes on");
    untold_ = AttemptId::None;
  }
  [[nodiscard]] bool openTold() const { return openTold_; }

 private:
  template <class Matches>
  const ModelSocket* find(Matches matches) const {
    const auto* const end = sockets_.data() + count_;
    const auto* const found = std::find_if(sockets_.data(), end, matches);
    return found == end ? nullptr : found;
  }
  ModelSocket* find(AttemptId attempt) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (sockets_[i].attempt == attempt) return &sockets_[i];
    }
    return nullptr;
  }
  void remove(AttemptId attempt) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (sockets_[i].attempt != attempt) continue;
      sockets_[i] = sockets_[--count_];
      stale_ = attempt;
      return;
    }
  }

  std::array<ModelSocket, 2> sockets_{};
  std::size_t count_ = 0;
  AttemptId newest_ = AttemptId::None;
  AttemptId untold_ = AttemptId::None;
  AttemptId stale_ = AttemptId::None;
  bool openTold_ = false;
};

}  // namespace rws::test
