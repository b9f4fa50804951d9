// C1, C2 and C8: how many attempts are alive, that each socket is closed once and then released, and what is
// sent in closing.
#pragma once

#include <array>
#include <cstddef>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class SocketsChecker {
 public:
  explicit SocketsChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    if (const auto* const closed = step.eventAs<event::SocketClosed>()) {
      Entry* const entry = find(closed->attempt);
      if (entry != nullptr && entry->hasSocket) entry->isClosed = true;
    }
    for (const Record& record : *step.records) {
      if (const auto* const e = as<effect::ResolveAddress>(record)) on(*e);
      if (const auto* const e = as<effect::OpenSocket>(record)) on(*e);
      if (const auto* const e = as<effect::CloseSocket>(record)) on(*e);
      if (const auto* const e = as<effect::LeaveSession>(record)) on(*e);
      if (const auto* const e = as<effect::Release>(record)) on(*e);
      // The socket was not created after all.
      const auto* const failed = answerAs<event::AttemptFailed>(record);
      if (Entry* const entry = failed == nullptr ? nullptr : find(failed->attempt)) entry->hasSocket = false;
    }
    finish(step);
  }

 private:
  struct Entry {
    AttemptId attempt = AttemptId::None;
    bool hasSocket = false;
    bool isClosed = false;
    bool isLeft = false;  // the server is to close it
  };

  void on(const effect::ResolveAddress& effect) {
    findings_.check(current() == AttemptId::None, "C1", "an attempt starts while another is not over");
    findings_.check(count_ < entries_.size(), "C1", "more than two attempts are alive");
    findings_.check(effect.attempt > newest_, "C3", "attempts are not numbered upwards");
    newest_ = effect.attempt;
    if (count_ < entries_.size()) entries_[count_++] = {effect.attempt};
  }
  void on(const effect::OpenSocket& effect) {
    Entry* const entry = find(effect.attempt);
    findings_.check(entry != nullptr && !entry->hasSocket && !entry->isClosed, "C2",
                    "a second socket is opened for an attempt");
    if (entry != nullptr) entry->hasSocket = true;
  }
  void on(const effect::LeaveSession& effect) {
    Entry* const entry = find(effect.attempt);
    findings_.check(entry != nullptr && entry->hasSocket && !entry->isClosed, "C2",
                    "a session is left on a socket that is closed, or never was");
    if (entry != nullptr) entry->isClosed = entry->isLeft = true;
  }
  void on(const effect::CloseSocket& effect) {
    Entry* const entry = find(effect.attempt);
    const bool mayClose = entry != nullptr && (!entry->isClosed || entry->isLeft);
    findings_.check(mayClose && entry->hasSocket, "C2", "a socket is closed twice, or never was");
    const bool maySend = effect.code == 1000 || (effect.code >= 3000 && effect.code <= 4999);
    findings_.check(maySend, "C8", "a close code that must not be sent");
    findings_.check(effect.reason.size() <= kMaxCloseReason, "C8", "a reason longer than 123 bytes");
    if (entry == nullptr) return;
    entry->isClosed = true;
    entry->isLeft = false;
  }
  void on(const effect::Release& effect) {
    const Entry* const entry = find(effect.attempt);
    findings_.check(entry != nullptr && (entry->isClosed || !entry->hasSocket), "C2",
                    "a socket is released twice, or before it is closed");
    remove(effect.attempt);
  }

  void finish(const Step& step) {
    findings_.check(current() == step.client->currentAttempt(), "C1",
                    "the current attempt is not the one that is not closed");
    findings_.check(hasAttempt(step.after()) == (current() != AttemptId::None), "C1",
                    "a phase with an attempt has none, or one without has one");
    findings_.check(closing() == step.client->closingAttempt(), "C2",
                    "a closed socket is kept, or released, against what the client says");
    findings_.check(step.after() != Phase::Destroyed || count_ == 0, "C2", "a socket outlives destroy()");
  }

  [[nodiscard]] AttemptId current() const { return first(false); }
  [[nodiscard]] AttemptId closing() const { return first(true); }
  [[nodiscard]] AttemptId first(bool isClosed) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (entries_[i].isClosed == isClosed) return entries_[i].attempt;
    }
    return AttemptId::None;
  }
  Entry* find(AttemptId attempt) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (entries_[i].attempt == attempt) return &entries_[i];
    }
    return nullptr;
  }
  void remove(AttemptId attempt) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (entries_[i].attempt == attempt) entries_[i--] = entries_[--count_];
    }
  }

  Findings& findings_;
  std::array<Entry, 2> entries_{};
  std::size_t count_ = 0;
  AttemptId newest_ = AttemptId::None;
};

}  // namespace rws::sim
