// Whether two notifications are equal.
#pragma once

#include <tuple>
#include <type_traits>
#include <variant>

#include "effects.h"

namespace rws::sim {

struct NotificationMembers {
  auto operator()(const notification::StateChanged& n) const { return std::tuple(n.state); }
  auto operator()(const notification::Opened& /*n*/) const { return std::tuple(); }
  auto operator()(const notification::Closed& n) const { return std::tuple(n.info, n.shouldReconnect); }
  auto operator()(const notification::Failed& n) const { return std::tuple(n.type, n.code, n.isRecoverable); }
  auto operator()(const notification::MessageTooLarge& n) const { return std::tuple(n.size, n.maxSize); }
  auto operator()(const notification::RetryScheduled& n) const {
    return std::tuple(n.attempt, n.delay, n.nominalDelay, n.at, n.consecutiveErrors);
  }
  auto operator()(const notification::GaveUp& n) const { return std::tuple(n.attempts, n.consecutiveErrors); }
  auto operator()(const notification::AuthRecoveryNeeded& /*n*/) const { return std::tuple(); }
  auto operator()(const notification::RecoveryAttempted& n) const { return std::tuple(n.type, n.attempt); }
  auto operator()(const notification::RecoveryGaveUp& n) const { return std::tuple(n.type, n.attempts); }
  auto operator()(const notification::RecoveryReset& /*n*/) const { return std::tuple(); }
  auto operator()(const notification::QueueCleared& /*n*/) const { return std::tuple(); }
  auto operator()(const notification::SupportAdvised& n) const {
    return std::tuple(n.errorRate, n.totalErrors);
  }
  auto operator()(const notification::LatencyMeasured& n) const { return std::tuple(n.roundTrip); }
  auto operator()(const notification::SessionResumed& n) const { return std::tuple(n.resent); }
  auto operator()(const notification::SessionLost& n) const { return std::tuple(n.unconfirmed); }
  auto operator()(const notification::SessionTaken& /*n*/) const { return std::tuple(); }
};

[[nodiscard]] inline bool isSame(const Notification& left, const Notification& right) {
  if (left.index() != right.index()) return false;
  return std::visit(
      [&right](const auto& notification) {
        using Kind = std::remove_cvref_t<decltype(notification)>;
        return NotificationMembers{}(notification) == NotificationMembers{}(std::get<Kind>(right));
      },
      left);
}

}  // namespace rws::sim
