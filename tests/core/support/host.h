// The host of a small world, apart from what it does at once (world.h): clocks, the timer, the payloads that
// are kept, and what becomes of something given to a socket.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "platform.h"
#include "types.h"

namespace rws::test {

class Host {
 public:
  // --- time
  [[nodiscard]] const Now& clock() const { return clock_; }
  [[nodiscard]] const std::optional<Instant>& timerAt() const { return timerAt_; }
  [[nodiscard]] Duration untilTimer() const { return std::max(*timerAt_ - clock_.instant, Duration::zero()); }
  void advance(Duration by) {
    clock_.instant += by;
    clock_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(by).count();
  }
  void setWallClock(EpochMs by) { clock_.wall += by; }
  // The monotonic clock is set back, which does not move the timer.
  void stepBack(Duration by) {
    clock_.instant -= by;
    if (timerAt_) *timerAt_ -= by;
  }
  void setTimer(Duration in) { timerAt_ = clock_.instant + in; }
  void clearTimer() { timerAt_.reset(); }

  // --- messages
  MessageId keep(std::uint64_t bytes) {
    payloads_.emplace_back(++lastMessage_, bytes);
    return lastMessage_;
  }
  [[nodiscard]] MessageId lastMessage() const { return lastMessage_; }
  // Nothing of a message that is not kept.
  [[nodiscard]] std::optional<std::uint64_t> sizeOf(MessageId message) const {
    const auto found = std::find_if(payloads_.begin(), payloads_.end(),
                                    [message](const auto& payload) { return payload.first == message; });
    return found == payloads_.end() ? std::nullopt : std::optional(found->second);
  }
  void forget(MessageRange range) {
    payloads_.erase(std::remove_if(payloads_.begin(), payloads_.end(),
                                   [range](const auto& payload) {
                                     return payload.first > range.after && payload.first <= range.upTo;
                                   }),
                    payloads_.end());
  }

  // --- sockets
  // The socket refuses the first or the second thing that it is given from now on.
  void refuse(std::uint8_t number) { refusedIn_ = number; }
  // Its readyState is CLOSING.
  void beginClose(AttemptId attempt) { closing_ = attempt; }
  [[nodiscard]] bool isClosing(AttemptId attempt) const { return closing_ == attempt; }
  void release(AttemptId attempt) {
    if (closing_ == attempt) closing_ = AttemptId::None;
  }
  [[nodiscard]] SendResult resultOfSend(AttemptId attempt) {
    if (isClosing(attempt)) return SendResult::Closing;
    if (refusedIn_ == 0 || --refusedIn_ > 0) return SendResult::Sent;
    return SendResult::Refused;
  }
  // From now on everything goes well, the first time at least.
  void behave() {
    refusedIn_ = 0;
    isSecond_ = false;
  }
  // For what happens every second time.
  [[nodiscard]] bool isSecondTime() {
    isSecond_ = !isSecond_;
    return !isSecond_;
  }

  // --- the user's shouldReconnect
  [[nodiscard]] std::optional<bool> answer() const { return answer_; }
  void setAnswer(std::optional<bool> answer) { answer_ = answer; }

 private:
  friend struct WorldDigest;

  Now clock_{Instant(std::chrono::seconds(100)), 1'700'000'000'000};
  std::optional<Instant> timerAt_;  // by the monotonic clock
  std::optional<bool> answer_;
  std::uint8_t refusedIn_ = 0;  // 0 for none
  AttemptId closing_ = AttemptId::None;
  bool isSecond_ = false;
  MessageId lastMessage_ = 0;
  std::vector<std::pair<MessageId, std::uint64_t>> payloads_;  // that are kept, and their sizes
};

}  // namespace rws::test
