// Adds a call of the platform to a digest, with everything that its receiver gets to see.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "digest.h"
#include "effects.h"

namespace rws::test {

class EffectDigest {
 public:
  explicit EffectDigest(Digest& digest) : digest_(digest) {}

  void add(const Effect& effect) {
    digest_.add(std::uint64_t{effect.index()});
    std::visit([this](const auto& concrete) { of(concrete); }, effect);
  }

 private:
  void of(const Notification& notification) {
    digest_.add(std::uint64_t{notification.index()});
    std::visit([this](const auto& concrete) { of(concrete); }, notification);
  }
  void of(const effect::ResolveAddress& e) { add(e.attempt); }
  void of(const effect::OpenSocket& e) { add(e.attempt); }
  void of(const effect::StartHandshake& e) { add(e.attempt); }
  void of(const effect::SendHello& e) { add(e.attempt, SessionText(e.hello).view()); }
  void of(const effect::LeaveSession& e) { add(e.attempt); }
  void of(const effect::SendSessionFrame& e) { add(e.attempt, SessionText(e.frame).view()); }
  void of(const effect::CloseSocket& e) { add(e.attempt, e.code, std::string_view(e.reason)); }
  void of(const effect::Release& e) { add(e.attempt); }
  void of(const effect::SendPing& e) { add(e.attempt, e.timestamp, e.customBytes); }
  void of(const effect::SendPong& e) { add(e.attempt, std::string_view(e.timestamp), e.reply.key); }
  void of(const effect::SendMessage& e) { add(e.attempt, e.message); }
  void of(const effect::Delivered& e) { add(e.messages.after, e.messages.upTo); }
  void of(const effect::Unconfirmed& e) { add(e.messages.after, e.messages.upTo); }
  void of(const effect::Dropped& e) { add(e.message, e.reason); }
  void of(const effect::Discarded& e) { add(e.message); }
  void of(const effect::AskShouldReconnect& e) { add(e.info, e.shouldReconnect); }
  void of(const notification::StateChanged& n) { add(n.state); }
  void of(const notification::Closed& n) { add(n.info, n.shouldReconnect); }
  void of(const notification::Failed& n) { add(n.type, n.code, n.isRecoverable); }
  void of(const notification::MessageTooLarge& n) { add(n.size, n.maxSize); }
  void of(const notification::RetryScheduled& n) {
    add(n.attempt, n.delay, n.nominalDelay, n.at, n.consecutiveErrors);
  }
  void of(const notification::GaveUp& n) { add(n.attempts, n.consecutiveErrors); }
  void of(const notification::RecoveryAttempted& n) { add(n.type, n.attempt); }
  void of(const notification::RecoveryGaveUp& n) { add(n.type, n.attempts); }
  void of(const notification::SupportAdvised& n) { add(n.errorRate, n.totalErrors); }
  void of(const notification::LatencyMeasured& n) { add(n.roundTrip); }
  void of(const notification::SessionResumed& n) { add(n.resent); }
  void of(const notification::SessionLost& n) { add(n.unconfirmed); }
  // Those that have nothing but their kind.
  template <class Empty>
  requires std::is_empty_v<Empty>
  void of(const Empty& /*effect*/) {}

  template <class... Words>
  void add(const Words&... words) {
    (word(words), ...);
  }
  void word(const CloseInfo& info) { add(info.code, std::string_view(info.reason), info.wasClean); }
  template <class Word>
  void word(const Word& word) {
    if constexpr (std::is_integral_v<Word>) {
      digest_.add(static_cast<std::uint64_t>(word));
    } else {
      digest_.add(word);
    }
  }

  Digest& digest_;
};

}  // namespace rws::test
