// Owns the words in which the driver speaks to the facade: the methods of CoreDelegate in web/core/core.d.ts.
// Refuses to choose when they are spoken.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "action.h"
#include "connection.h"

namespace rws::bindings {

class Delegate {
 public:
  // The facade is the one that is entered in Module.facades under this address.
  explicit Delegate(const void* owner) : owner_(owner) {}

  void findAddress(AttemptId attempt) const;
  void socketGone(AttemptId attempt) const;
  // False if the socket refused the message.
  [[nodiscard]] bool transmit(const action::Transmit& message) const;
  void settle(PayloadRange payloads) const;
  void forsake(PayloadRange payloads) const;
  // Bytes on the wire of a message that was handed over unmeasured.
  [[nodiscard]] std::uint64_t sizeOf(PayloadId payload) const;
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

  // --- answers to the facade's questions
  void answer(const Connection& connection, const Now& now) const;
  void answer(const OptionValue& value) const;
  void ruleBroken(std::string_view rule) const;
  void markControlFrames(std::string_view marker) const;
  void optionNamed(std::string_view name) const;

 private:
  using Numbers = std::initializer_list<double>;
  double call(const char* method, Numbers numbers = {}) const;
  double call(const char* method, std::string_view text, Numbers numbers = {}) const;

  const void* owner_;
};

}  // namespace rws::bindings
