// Owns what of a connection's state can influence its future, as a digest: instants relative to now,
// identities by their order. Refuses to leave a member out silently: every class is taken apart by name, so
// that a new member does not compile until it is said here what becomes of it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "connection.h"
#include "digest.h"

namespace rws {

// The order of what lives: two states whose identities are ordered alike behave alike, for identities are
// compared only, and new ones are larger than all others.
class IdentityOrder {
 public:
  void include(AttemptId attempt) {
    const auto end = attempts_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto at = std::lower_bound(attempts_.begin(), end, attempt);
    if (attempt == AttemptId::None || (at != end && *at == attempt) || count_ == attempts_.size()) return;
    std::move_backward(at, end, end + 1);
    *at = attempt;
    ++count_;
  }
  // In ascending order.
  void include(PayloadId message) { messages_.push_back(message); }
  void clear() {
    count_ = 0;
    messages_.clear();
  }

  [[nodiscard]] std::uint64_t of(AttemptId attempt) const {
    if (attempt == AttemptId::None) return 0;
    const auto end = attempts_.begin() + static_cast<std::ptrdiff_t>(count_);
    return static_cast<std::uint64_t>(std::lower_bound(attempts_.begin(), end, attempt) - attempts_.begin()) +
           1;
  }
  // Odd for a message that lives, even for a place between those that do.
  [[nodiscard]] std::uint64_t of(PayloadId message) const {
    const auto at = std::lower_bound(messages_.begin(), messages_.end(), message);
    const bool lives = at != messages_.end() && *at == message;
    return 2 * static_cast<std::uint64_t>(at - messages_.begin()) + (lives ? 1 : 0);
  }

 private:
  std::array<AttemptId, 16> attempts_{};
  std::size_t count_ = 0;
  std::vector<PayloadId> messages_;
};

struct StateDigest {
  test::Digest& digest;
  const IdentityOrder& order;
  Now now;

  static void include(const Connection& connection, IdentityOrder& order) {
    order.include(connection.current_);
    order.include(AttemptId{connection.lastAttempt_});
    order.include(connection.delivery_.socket());
    order.include(connection.lingeringAttempt());
    for (const auto& loss : connection.loss_) order.include(loss.attempt);
  }

  // Bytes on record as handed to that socket.
  static std::uint64_t handedBytes(const Connection& connection, AttemptId attempt) {
    const Delivery& delivery = connection.delivery_;
    if (attempt == delivery.socket_) return delivery.inflight_.handedBytes_;
    return delivery.lingering_ && delivery.lingering_->attempt == attempt
               ? delivery.lingering_->inflight.handedBytes_
               : 0;
  }

  void add(Instant instant) const { digest.add(instant - now.instant); }
  void add(const std::optional<Instant>& instant) const {
    digest.add(instant ? std::optional(*instant - now.instant) : std::nullopt);
  }
  // An instant that matters for the second after it only.
  void addRecent(Instant instant) const { add(std::max(instant, now.instant - std::chrono::seconds(1))); }
  void addWall(EpochMs wall) const { digest.add(static_cast<std::uint64_t>(wall - now.wall)); }
  // Small numbers and flags, up to eight of them in a word.
  template <class... Values>
  void addSmall(Values... values) const {
    static_assert(sizeof...(values) <= 8);
    std::uint64_t word = 0;
    ((word = (word << 8U) + static_cast<std::uint64_t>(values)), ...);
    digest.add(word);
  }

  void add(const Options& options) const {
    const auto& [maxReconnectAttempts, reconnectDelay, maxReconnectDelay, jitter, stableAfter, maxRetryAfter,
                 connectionTimeout, pingInterval, pongTimeout, probeAfterSend, probeTimeout, closeGrace,
                 maxQueueSize, maxQueueBytes, maxMessageSize, fatalCloseCodes, enableHeartbeat,
                 enableAutoReconnect, enableErrorRecovery, answerPings] = options;
    for (const std::uint64_t number : {maxReconnectAttempts, maxQueueSize, maxQueueBytes, maxMessageSize}) {
      digest.add(number);
    }
    for (const Duration duration :
         {reconnectDelay, maxReconnectDelay, stableAfter, maxRetryAfter, connectionTimeout, pingInterval,
          pongTimeout, probeAfterSend, probeTimeout, closeGrace}) {
      digest.add(duration);
    }
    digest.add(std::bit_cast<std::uint64_t>(jitter));
    digest.add(fatalCloseCodes.size());
    for (const std::uint16_t code : fatalCloseCodes) digest.add(std::uint64_t{code});
    addSmall(enableHeartbeat, enableAutoReconnect, enableErrorRecovery, answerPings);
  }

  void add(const QueuedMessage& message) const {
    const auto& [payload, expiresAt, isVolatile] = message;
    digest.add(order.of(payload.id));
    digest.add(payload.bytes);
    addSmall(payload.kind, payload.isMeasured, isVolatile);
    add(expiresAt);
  }
  void add(const SendQueue& queue) const {
    const auto& [messages, bytes, expiring] = queue;
    digest.add(messages.size());
    for (const QueuedMessage& message : messages) add(message);
    digest.add(bytes);
    digest.add(expiring);
  }
  // Bytes count from the end: how many went before plays no part, as long as the world's books agree on it.
  void add(const Inflight& inflight) const {
    const auto& [messages, drainAt, measuredUpTo, lateBytes, handedBytes, askedBytes, arrivedBytes,
                 handedUpTo, askedAfter, leftUpTo, decidedUpTo] = inflight;
    digest.add(drainAt);
    digest.add(handedBytes - askedBytes);
    digest.add(handedBytes - arrivedBytes);
    digest.add(handedUpTo - askedAfter);
    addSmall(order.of(handedUpTo), order.of(leftUpTo), order.of(decidedUpTo), leftUpTo == decidedUpTo,
             handedUpTo == 0);
    digest.add(messages.size());
    for (const auto& [message, end] : messages) {
      add(message);
      digest.add(handedBytes - end - (message.payload.id > measuredUpTo ? lateBytes : 0));
    }
  }
  void add(const Delivery& delivery) const {
    const auto& [queue, inflight, socket, lingering] = delivery;
    add(queue);
    add(inflight);
    addSmall(order.of(socket), lingering.has_value());
    if (!lingering) return;
    const auto& [attempt, handed, requeue, closeOwed] = *lingering;
    add(handed);
    addSmall(order.of(attempt), requeue, closeOwed);
  }

  void add(const Heartbeat& heartbeat) const {
    const auto& [pings, nextSlot, awaitedSince, awaitedBehind, lastTimestamp, lastPing, opening, running,
                 secondChanceUsed, heardSinceSent, networkInDoubt, isAwaited, heardMeanwhile, peerAnswers] =
        heartbeat;
    if (isAwaited) {
      add(awaitedSince);
      digest.add(order.of(awaitedBehind));
    }
    digest.add(opening);
    // A ring: what counts is after how many further pings each is forgotten.
    for (std::size_t i = 0; i < pings.size(); ++i) {
      const auto& [timestamp, at, behind] = pings[(nextSlot + i) % pings.size()];
      if (timestamp == 0) continue;
      digest.add(i);
      digest.add(order.of(behind));
      addWall(timestamp);
      add(at);
    }
    addWall(lastTimestamp);
    addSmall(running, secondChanceUsed, heardSinceSent, networkInDoubt, isAwaited, heardMeanwhile,
             peerAnswers);
    if (running) add(lastPing);
  }
  void add(const Deadlines& deadlines) const {
    for (std::size_t kind = 0; kind < kDeadlineKinds; ++kind) {
      add(deadlines.at(static_cast<Deadline>(kind)));
    }
  }
  // By how much the wall clock went ahead of the other since the last reading: nothing else of it is ever
  // used.
  void add(const ClockWatch& watch) const {
    const auto& [last] = watch;
    if (!last) return digest.add(std::optional<Duration>());
    digest.add(std::chrono::milliseconds(now.wall - last->wall) - (now.instant - last->instant));
  }
  void add(const RetryPlan& plan) const {
    const auto& [random, outageDraw, attempts, restarting, lastAttempt] = plan;
    const auto& [state] = random;
    digest.add(state);
    // Without retries the outage is still to be drawn.
    digest.add(attempts == 0 ? 0 : std::bit_cast<std::uint64_t>(outageDraw));
    digest.add(attempts);
    addSmall(restarting);
    // Automatic attempts keep a second's distance from it.
    addRecent(lastAttempt);
  }

  // What the clocks have not told the connection yet is left out on demand.
  void add(const Connection& connection, bool withClocks = true) const {
    // Left out: `stats`, on which nothing is decided, and `retryAt`, which is shown only. The models outside
    // hold the counts against their own after every step.
    const auto& [options, phase, toldState, current, lastAttempt, loss, errorTold, hostDecides, online,
                 latest, retryAt, retries, delivery, heartbeat, deadlines, clockWatch, stats, recovery] =
        connection;
    add(options);
    addSmall(phase, toldState, order.of(current), order.of(AttemptId{lastAttempt}), !loss.empty(), errorTold,
             hostDecides, online);
    if (!loss.empty()) {
      const auto& [attempt, info, opened, networkIsBack] = loss.front();
      const auto& [code, reason, wasClean, retryAfterMs] = info;
      addSmall(order.of(attempt), wasClean, opened, networkIsBack, retryAfterMs.has_value());
      digest.add(std::uint64_t{code});
      digest.add(std::string_view(reason));
      digest.add(std::bit_cast<std::uint64_t>(retryAfterMs.value_or(0)));
    }
    add(retries);
    add(delivery);
    add(heartbeat);
    add(deadlines);
    const auto& [consecutiveErrors, refusals] = recovery;
    digest.add(consecutiveErrors);
    digest.add(refusals);
    if (!withClocks) return;
    add(latest);
    add(clockWatch);
  }
};

}  // namespace rws
