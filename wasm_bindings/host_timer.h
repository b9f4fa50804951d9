// Owns the one timer of a driver.
// Refuses to know what it is for.
#pragma once

#include <optional>

#include "types.h"

namespace rws::bindings {

class HostTimer {
 public:
  using Callback = void (*)(void* owner);

  // `owner` names the timer and is given back to the callback.
  HostTimer(void* owner, Callback callback) : owner_(owner), callback_(callback) {}
  ~HostTimer() { clear(); }
  HostTimer(const HostTimer&) = delete;
  HostTimer& operator=(const HostTimer&) = delete;

  // Armed for it, or for the longest wait that hosts know if that is shorter; nothing while not armed.
  [[nodiscard]] std::optional<Instant> due() const { return due_; }
  void arm(Instant now, Instant deadline);
  void clear();
  // To be called first by the callback. Returns the instant that has come.
  [[nodiscard]] Instant fired();

 private:
  void* owner_;
  Callback callback_;
  std::optional<Instant> due_;
};

}  // namespace rws::bindings
