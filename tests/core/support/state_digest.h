// Everything in a driver and its client that can influence what they do next, as a digest: instants relative
// to now, identities by their order. Each class is taken apart member by member, so that a new member does
// not compile until it is decided here what becomes of it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "digest.h"
#include "driver.h"
#include "identity_order.h"

namespace rws {

// A friend of the classes it takes apart.
struct StateDigest {
  test::Digest& digest;
  const test::IdentityOrder& order;
  Now now;  // the driver's time

  // --- access for the small worlds
  static void copy(const Driver& from, Driver& to) {
    const auto& [platform, isSendingSent, isInTurn, hasNotified, client, pending, held, staysAt, timerDue,
                 lastReading, clockOffset, latest, sending] = from;
    to.client_ = client;
    to.client_.outbox_.host_.context = &to;
    to.pending_ = pending;
    to.held_ = held;
    to.staysAt_ = staysAt;
    to.timerDue_ = timerDue;
    to.lastReading_ = lastReading;
    to.clockOffset_ = clockOffset;
    to.latest_ = latest;
    to.sending_ = sending;
    to.isSendingSent_ = isSendingSent;
    to.isInTurn_ = isInTurn;
    to.hasNotified_ = hasNotified;
  }
  // The options that a client begins with, without any event.
  static void setOptions(Driver& driver, const Options& options) { driver.client_.options_ = options; }
  // The time as the driver would tell it now, without a reading of it.
  static Now timeOf(const Driver& driver, const Now& host) {
    const Duration setBack = std::max(driver.lastReading_ - host.instant, Duration::zero());
    return {std::max(driver.latest_, host.instant + driver.clockOffset_ + setBack), host.wall};
  }

  // --- identities
  static void include(const Client& client, test::IdentityOrder& order) {
    order.include(client.currentAttempt());
    order.include(client.closingAttempt());
    order.include(AttemptId{client.lastAttempt_});
    for (const QueuedMessage& message : client.outbox_.queue_) order.include(message.message.id);
    for (const SentRecord* record : {&client.outbox_.sent_, &client.outbox_.closing_}) {
      for (const SentRecord::Entry& entry : record->entries_) order.include(entry.message.message.id);
    }
    if (const auto& session = client.session_.present_) {
      for (const auto& entry : session->record) order.include(entry.message.message.id);
    }
  }

  // --- the parts
  void add(Instant instant) const { digest.add(instant - now.instant); }
  void add(const std::optional<Instant>& instant) const {
    digest.add(instant ? std::optional(*instant - now.instant) : std::nullopt);
  }
  // Of an instant that matters only while it is ahead.
  void addAhead(const std::optional<Instant>& instant) const {
    add(instant && *instant > now.instant ? instant : std::nullopt);
  }
  // Of an instant that matters only during the second after it.
  void addRecent(Instant instant) const { add(std::max(instant, now.instant - kHintSpacing)); }
  void addWall(EpochMs wall) const { digest.add(static_cast<std::uint64_t>(wall - now.wall)); }

  void add(const Options& options) const {
    const auto& [maxReconnectAttempts, reconnectDelay, maxReconnectDelay, jitter, stableAfter, maxRetryAfter,
                 connectionTimeout, pingInterval, pongTimeout, confirmAfter, probeTimeout, closeGrace,
                 maxQueueSize, maxQueueBytes, maxMessageSize, fatalCloseCodes, enableHeartbeat, heartbeat,
                 session, resendsUnconfirmed, enableAutoReconnect, enableErrorRecovery, answerPings] =
        options;
    for (const std::uint64_t number : {maxReconnectAttempts, maxQueueSize, maxQueueBytes, maxMessageSize}) {
      digest.add(number);
    }
    for (const Duration duration :
         {reconnectDelay, maxReconnectDelay, stableAfter, maxRetryAfter, connectionTimeout, pingInterval,
          pongTimeout, confirmAfter, probeTimeout, closeGrace}) {
      digest.add(duration);
    }
    digest.add(jitter);
    digest.add(std::uint64_t{fatalCloseCodes.size()});
    for (const std::uint16_t code : fatalCloseCodes) digest.add(std::uint64_t{code});
    digest.addSmall(enableHeartbeat, enableAutoReconnect, enableErrorRecovery, answerPings, heartbeat.mode);
    digest.add(heartbeat.silence);
    digest.addSmall(session.isOn, session.resends, resendsUnconfirmed);
    digest.add(session.ackDelay);
    digest.add(session.window);
  }

  // `attempt`: std::optional or Boxed.
  template <class OptionalAttempt>
  requires std::is_same_v<std::decay_t<decltype(*std::declval<OptionalAttempt>())>, Attempt>
  void add(const OptionalAttempt& attempt) const {
    digest.addSmall(attempt.has_value());
    if (!attempt) return;
    const auto& [id, isErrorCounted, startedAt, state] = *attempt;
    digest.addSmall(order.of(id), isErrorCounted, state.index());
    // How long the opening takes is measured from here; afterwards it is known.
    if (state.index() < 2) add(startedAt);
    if (const auto* const handshaking = std::get_if<Attempt::Handshaking>(&state)) {
      digest.add(handshaking->openingTook);
    }
    if (const TimeLimit* const limit = attempt->limit()) {
      add(limit->at());
      digest.addSmall(limit->isExtended());
    }
    if (const auto* const open = std::get_if<Attempt::Open>(&state)) {
      const auto& [openingTook, stableAt] = *open;
      digest.add(openingTook);
      add(stableAt);
    } else if (const auto* const closing = std::get_if<Attempt::Closing>(&state)) {
      const auto& [limit, reportsClose] = *closing;
      digest.addSmall(reportsClose);
    }
  }

  void add(const ReconnectPolicy& policy) const {
    const auto& [random, outageDraw, attempts, isServerRestarting, isOverruled, lastAttemptAt, hintUntil,
                 retryAt] = policy;
    const auto& [state] = random;
    digest.add(state);
    // Without retries it is still to be drawn.
    digest.add(attempts == 0 ? 0.0 : outageDraw);
    digest.add(attempts);
    digest.addSmall(isServerRestarting, isOverruled);
    addRecent(lastAttemptAt);
    addAhead(hintUntil);
    add(retryAt);
  }

  void add(const QueuedMessage& message) const {
    const auto& [content, expiresAt, isVolatile] = message;
    digest.add(order.of(content.id));
    digest.add(content.bytes);
    digest.addSmall(content.isExact, content.isEstimate, isVolatile);
    add(expiresAt);
  }
  // The totals of bytes are compared with those of the heartbeat only, which are digested relative to them.
  void add(const SentRecord& record, bool countsWholeMessages) const {
    const auto& [entries, first, newest, bytesAtMost, bytesAtLeast, confirmAt] = record;
    digest.add(std::uint64_t{entries.size()});
    if (countsWholeMessages) {
      digest.add(std::uint64_t{first.bytes});
      digest.add(std::uint64_t{first.each});
      digest.add(std::uint64_t{first.last});
    }
    for (const auto& [message, control] : entries) {
      add(message);
      digest.add(std::uint64_t{control.bytes});
      if (!countsWholeMessages) continue;
      digest.add(std::uint64_t{control.each});
      digest.add(std::uint64_t{control.last});
    }
    digest.add(order.upTo(newest));
    digest.add(std::uint64_t{confirmAt});
  }
  // Left out: the host's traits, which no event changes.
  void add(const Outbox& outbox) const {
    const auto& [host, queue, unsentOfClosing, isClosingUnsent, isOpen, isInSession, queuedBytes, expiring,
                 sent, closing, closingBufferedAmount] = outbox;
    digest.add(std::uint64_t{queue.size()});
    for (const QueuedMessage& message : queue) add(message);
    digest.add(queuedBytes);
    digest.add(expiring);
    digest.addSmall(isOpen, isInSession, unsentOfClosing);
    add(sent, host.countsWholeMessages);
    add(closing, host.countsWholeMessages);
    if (closing.empty()) return;
    digest.add(closingBufferedAmount);
    digest.addSmall(isClosingUnsent);
  }

  // Opening a connection sets all but the two that are known of the peer across connections.
  void add(const Heartbeat& heartbeat, bool isOpen, const SentRecord& sent) const {
    const auto& [state, peer, wasAtOnce, hasReceivedSinceSend, pings, customPings, customPongs, skipped,
                 distance, pingAt, confirmAt, drainAt, verdictAt, lastTimestamp, lastPingAt, dataFrom,
                 lastConfirmAt, probeFrom, openingTook, lastReceivedAt, lastPongAt, answeredBytes, pinged,
                 rateFrom, bytesPerSecond, buffer] = heartbeat;
    digest.addSmall(state, peer, isOpen);
    const bool hasPinged = lastTimestamp != 0;
    digest.addSmall(hasPinged);
    if (hasPinged) addWall(lastTimestamp);
    if (!isOpen) return;
    for (const auto& at : {pingAt, confirmAt, drainAt, verdictAt}) add(at);
    digest.addSmall(wasAtOnce, hasReceivedSinceSend);
    digest.add(openingTook);
    for (const auto& at : {lastReceivedAt, lastPongAt}) add(at);
    add(lastPingAt);
    add(dataFrom);
    addRecent(lastConfirmAt);
    addAhead(probeFrom);
    const std::uint64_t total = sent.sentSoFar().bytes;
    // A custom pong is matched by the distance of the two counts.
    digest.add(std::uint64_t{customPings - customPongs});
    digest.add(std::uint64_t{skipped});
    for (const auto& [timestamp, at, pingRateFrom, answeredThen, before, number, isIdle] : pings) {
      digest.addSmall(isIdle, number > 0);
      digest.add(std::uint64_t{number > 0 ? customPings - number : 0});
      addWall(timestamp);
      add(at);
      add(pingRateFrom);
      digest.add(total - answeredThen);
      digest.add(order.upTo(before.message));
      digest.add(total - before.bytes);
    }
    digest.add(std::uint64_t{pings.size()});
    digest.add(total - answeredBytes);
    digest.add(order.upTo(pinged.message));
    digest.add(total - pinged.bytes);
    add(rateFrom);
    digest.add(bytesPerSecond);
    digest.add(std::uint64_t{distance});
    const auto& [amount, sentAtLeast, fellAt] = buffer;
    digest.add(amount);
    digest.add(sent.bytesAtLeast() - sentAtLeast);
    add(fellAt);
  }

  // Left out: what is shown only.
  void add(const Session& session) const {
    const auto& [state, isServerKnown, isUnsupported, present, attempts, takeovers, ownWindow, ended, ackAt,
                 lastAcknowledgedAt, acknowledged, resent, resumptions, losses] = session;
    digest.addSmall(state, isServerKnown, isUnsupported, present.has_value());
    for (const std::uint64_t count : {attempts, std::uint64_t{takeovers}, ownWindow, ended})
      digest.add(count);
    add(ackAt);
    if (!present) return;
    const auto& [id, isNew, window, maxMessage, record, sent, next, numberedBefore, taken, handling, handled,
                 reported] = *present;
    digest.add(std::string_view(id));
    digest.addSmall(isNew);
    for (const std::uint64_t count :
         {window, maxMessage, sent, next, numberedBefore, taken, handling, handled, reported}) {
      digest.add(count);
    }
    digest.add(std::uint64_t{record.size()});
    for (const auto& [message, isOfHandshake, isSkipped] : record) {
      add(message);
      digest.addSmall(isOfHandshake, isSkipped);
    }
  }

  // Left out: `stats` and `retryAtWall`, which are shown only (the models hold the counts against their own
  // after every turn), and the buffers read for the last event, which every event reads anew.
  void add(const Client& client) const {
    const auto& [options, phase, reportedState, current, closing, loss, lastAttempt, hasDecider, hasHandshake,
                 isOnline, isFlushing, facts, retryAtWall, reconnects, heartbeat, outbox, session, pongId,
                 stats, health, clockWatch, effects] = client;
    add(options);
    digest.addSmall(phase, reportedState, order.of(AttemptId{lastAttempt}), loss.has_value(), hasDecider,
                    isOnline, isFlushing, effects.empty());
    digest.addSmall(hasHandshake);
    add(current);
    add(closing);
    add(reconnects);
    add(heartbeat, phase == Phase::Connected, outbox.sent());
    add(outbox);
    add(session);
    digest.add(std::string_view(pongId));
    const auto& [consecutiveErrors, refusals] = health;
    digest.add(consecutiveErrors);
    digest.add(refusals);
    add(facts.now.instant);
    addWall(facts.now.wall);
    const auto& [lastInstant, lastWall] = clockWatch;
    add(lastInstant);
    if (lastInstant) addWall(lastWall);
  }

  // `hostInstant` is what the host's clock shows. Left out: the message that send() waits for, which is set
  // anew by every send().
  void add(const Driver& driver, Instant hostInstant) const {
    const auto& [platform, isSendingSent, isInTurn, hasNotified, client, pending, held, staysAt, timerDue,
                 lastReading, clockOffset, latest, sending] = driver;
    add(client);
    digest.addSmall(pending.empty(), held.empty(), isInTurn, hasNotified);
    add(staysAt);
    add(timerDue);
    add(latest);
    add(hostInstant + clockOffset);
    digest.add(hostInstant - lastReading);
  }
};

}  // namespace rws
