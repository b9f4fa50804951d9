// Owns the words in which the driver speaks to the facade: the methods of CoreDelegate in web/core/core.d.ts.
// Refuses to choose when they are spoken.
#pragma once

#include <emscripten/val.h>

#include <optional>
#include <utility>

#include "action.h"

namespace rws::bindings {

class Delegate {
 public:
  explicit Delegate(emscripten::val facade) : facade_(std::move(facade)) {}

  void findAddress(AttemptId attempt) const;
  void socketCreated(AttemptId attempt, const emscripten::val& socket) const;
  void socketGone(AttemptId attempt) const;
  // False if the socket refused the message.
  [[nodiscard]] bool transmit(const action::Transmit& message) const;
  void settle(PayloadId upTo) const;
  // The user's verdict, nothing for none.
  [[nodiscard]] std::optional<bool> shouldReconnect(const action::AskVerdict& question) const;
  void turnEnded() const;

  void tell(const action::Drop& event) const;
  void tell(const action::StateChanged& event) const;
  void tell(const action::TellOpen& event) const;
  void tell(const action::TellClose& event) const;
  void tell(const action::TellError& event) const;
  void tell(const action::TellTooLarge& event) const;
  void tell(const action::TellRetryScheduled& event) const;
  void tell(const action::TellGaveUp& event) const;
  void tell(const action::TellAuthRecovery& event) const;
  void tell(const action::TellRecoveryAttempt& event) const;
  void tell(const action::TellRecoveryGaveUp& event) const;
  void tell(const action::TellRecoveryReset& event) const;
  void tell(const action::TellQueueCleared& event) const;
  void tell(const action::TellContactSupport& event) const;
  void tell(const action::TellLatency& event) const;
  void tell(const action::TellOptionsChanged& event) const;

 private:
  emscripten::val facade_;
};

}  // namespace rws::bindings
