// What an observer knows of the attempts: which are under way, which sockets are open or closing, and whose
// end was reported to the user. It learns from the platform's calls and from the events of its own world.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "effects.h"
#include "findings.h"
#include "types.h"

namespace rws::test {

struct ModelAttempt {
  enum class State : std::uint8_t {
    Resolving,
    Resolved,  // the address is known, no socket was opened yet
    Opening,
    Handshaking,  // the socket is open, the connection is not
    Open,
    Closing,       // the client closed the socket
    ClosedItself,  // the socket is closed by itself, or there will never be one
  };
  AttemptId id = AttemptId::None;
  State state = State::Resolving;
  bool wasOpen = false;
  bool isHandshakeStarted = false;
};

class AttemptModel {
 public:
  using State = ModelAttempt::State;

  [[nodiscard]] const ModelAttempt* current() const {
    return find([](const ModelAttempt& attempt) { return attempt.state < State::Closing; });
  }
  [[nodiscard]] const ModelAttempt* closing() const {
    return find([](const ModelAttempt& attempt) { return attempt.state == State::Closing; });
  }
  [[nodiscard]] const ModelAttempt* at(AttemptId id) const {
    return find([id](const ModelAttempt& attempt) { return attempt.id == id; });
  }
  [[nodiscard]] bool is(AttemptId id, State state) const {
    const ModelAttempt* const attempt = at(id);
    return attempt != nullptr && attempt->state == state;
  }
  [[nodiscard]] bool isOpen(AttemptId id) const { return is(id, State::Open); }
  // Those that are not released.
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const ModelAttempt* begin() const { return attempts_.data(); }
  [[nodiscard]] const ModelAttempt* end() const { return attempts_.data() + count_; }
  // The attempt whose end was not reported yet.
  [[nodiscard]] AttemptId unreported() const { return unreported_; }
  [[nodiscard]] bool isEndUnreported() const { return unreported_ != AttemptId::None; }
  [[nodiscard]] bool isOpenReported() const { return isOpenReported_; }
  [[nodiscard]] AttemptId newest() const { return newest_; }
  // An attempt that is released, None if there is none yet.
  [[nodiscard]] AttemptId stale() const { return stale_; }

  // --- events of the world
  void addressResolved(AttemptId id) { advance(id, State::Resolving, State::Resolved); }
  // Whether the socket is open now.
  bool socketOpened(AttemptId id) {
    if (!advance(id, State::Opening, State::Open)) return false;
    find(id)->wasOpen = true;
    return true;
  }
  bool handshakeBegins(AttemptId id) { return advance(id, State::Opening, State::Handshaking); }
  bool handshakeDone(AttemptId id) {
    if (!advance(id, State::Handshaking, State::Open)) return false;
    find(id)->wasOpen = true;
    return true;
  }
  void ended(AttemptId id) {
    if (ModelAttempt* const attempt = find(id)) attempt->state = State::ClosedItself;
  }

  // --- calls of the platform
  void on(const effect::ResolveAddress& call, Findings& findings) {
    findings.check(current() == nullptr, "C1: an attempt starts while another is under way");
    findings.check(call.attempt > newest_, "C3: attempts are numbered upwards");
    findings.check(!isEndUnreported(), "C6: the end of an attempt is reported before the next begins");
    findings.check(count_ < attempts_.size(), "C1: at most two attempts are not released");
    newest_ = unreported_ = call.attempt;
    isOpenReported_ = false;
    if (count_ < attempts_.size()) attempts_[count_++] = {call.attempt};
  }
  void on(const effect::OpenSocket& call, Findings& findings) {
    findings.check(advance(call.attempt, State::Resolved, State::Opening),
                   "C1: one socket is opened for an attempt, when its address is known");
  }
  void on(const effect::StartHandshake& call, Findings& findings) {
    ModelAttempt* const attempt = find(call.attempt);
    const bool isDue = is(call.attempt, State::Handshaking) && !attempt->isHandshakeStarted;
    findings.check(isDue, "C13: a handshake is started once, on an open socket");
    if (attempt != nullptr) attempt->isHandshakeStarted = true;
  }
  void on(const effect::CloseSocket& call, Findings& findings) {
    const ModelAttempt* const attempt = at(call.attempt);
    const bool hasSocket =
        attempt != nullptr && attempt->state >= State::Opening && attempt->state <= State::Open;
    findings.check(hasSocket, "C2: a socket is closed once, while it is opening or open");
    const bool isCodeAllowed = call.code == 1000 || (call.code >= 3000 && call.code <= 4999);
    findings.check(isCodeAllowed && call.reason.size() <= kMaxCloseReason,
                   "C8: close() takes the code and the reason");
    if (hasSocket) find(call.attempt)->state = State::Closing;
  }
  void on(const effect::Release& call, Findings& findings) {
    const ModelAttempt* const attempt = at(call.attempt);
    const bool mayEnd =
        attempt != nullptr && (attempt->state < State::Opening || attempt->state > State::Open);
    findings.check(mayEnd, "C2: an attempt is released once, after its socket was closed");
    if (attempt != nullptr) remove(call.attempt);
  }
  void on(const notification::Opened&, Findings& findings) {
    const ModelAttempt* const attempt = current();
    findings.check(attempt != nullptr && attempt->state == State::Open && !isOpenReported_,
                   "C6: an open is reported once, of an open socket");
    findings.check(isEndUnreported(), "C6: an open is reported before the close");
    isOpenReported_ = true;
  }
  void on(const notification::Closed&, Findings& findings) {
    findings.check(isEndUnreported(), "C6: the end of an attempt is reported once");
    findings.check(current() == nullptr, "C6: no close is reported of an attempt that goes on");
    unreported_ = AttemptId::None;
  }

 private:
  template <class Matches>
  const ModelAttempt* find(Matches matches) const {
    const auto* const found = std::find_if(begin(), end(), matches);
    return found == end() ? nullptr : found;
  }
  ModelAttempt* find(AttemptId id) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (attempts_[i].id == id) return &attempts_[i];
    }
    return nullptr;
  }
  bool advance(AttemptId id, State from, State to) {
    ModelAttempt* const attempt = find(id);
    if (attempt == nullptr || attempt->state != from) return false;
    attempt->state = to;
    return true;
  }
  void remove(AttemptId id) {
    stale_ = id;
    const ModelAttempt* const attempt = at(id);
    attempts_[static_cast<std::size_t>(attempt - begin())] = attempts_[--count_];
  }

  std::array<ModelAttempt, 2> attempts_{};
  std::size_t count_ = 0;
  AttemptId newest_ = AttemptId::None;
  AttemptId unreported_ = AttemptId::None;
  AttemptId stale_ = AttemptId::None;
  bool isOpenReported_ = false;
};

}  // namespace rws::test
