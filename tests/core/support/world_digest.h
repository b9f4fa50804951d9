// The digest of a small world: the driver's state, the host's, and what the judge's books hold. Worlds of
// equal digest behave alike whatever follows, and are judged alike.
#pragma once

#include "state_digest.h"
#include "world.h"

namespace rws::test {

// A friend of the books.
struct WorldDigest {
  static DigestValue of(const World& world) {
    thread_local IdentityOrder order;
    order.clear();
    StateDigest::include(world.client(), order);
    const ClientJudge& judge = world.judge();
    include(judge, order);
    Digest digest;
    const StateDigest state{digest, order, world.driverTime()};
    state.add(world.driver(), world.host().clock().instant);
    add(world.host(), state);
    for (const Wire& wire : world.wires().all()) add(wire, world.wires().kind(), state);
    add(judge.attempts_, state);
    add(judge.messages_, world.wires(), state);
    add(judge.pings_, world.client().phase() == Phase::Connected, state);
    add(judge.retries_, state);
    add(judge, state);
    return digest.value();
  }

 private:
  static void include(const ClientJudge& judge, IdentityOrder& order) {
    for (const ModelAttempt& attempt : judge.attempts_) order.include(attempt.id);
    order.include(judge.attempts_.newest());
    order.include(judge.attempts_.unreported());
    order.include(judge.attempts_.stale());
    for (const ModelMessage& message : judge.messages_.messages()) order.include(message.id);
  }

  // Left out: the payloads, which are those of the judge's messages.
  static void add(const Host& host, const StateDigest& state) {
    state.digest.add(host.timerAt_ ? std::optional(*host.timerAt_ - host.clock_.instant) : std::nullopt);
    state.digest.addSmall(host.answer_.has_value(), host.answer_.value_or(false), host.refusedIn_,
                          state.order.of(host.closing_), host.isSecond_);
  }
  static void add(const ControlFrames& control, const StateDigest& state) {
    state.digest.add(control.bytes);
    state.digest.add(control.each);
    state.digest.add(control.last);
  }
  static void add(const Wire& wire, BufferKind kind, const StateDigest& state) {
    state.digest.addSmall(state.order.of(wire.attempt));
    state.digest.add(wire.given - wire.gone);
    state.digest.add(wire.foreign);
    if (kind == BufferKind::WholeMessages) add(wire.control, state);
    for (const std::uint64_t edge : wire.edges) state.digest.add(wire.given - edge);
  }
  static void add(const AttemptModel& attempts, const StateDigest& state) {
    for (const ModelAttempt* const attempt : {attempts.current(), attempts.closing()}) {
      if (attempt == nullptr) {
        state.digest.addSmall(0);
      } else {
        state.digest.addSmall(state.order.of(attempt->id), attempt->state);
      }
    }
    state.digest.addSmall(attempts.count(), state.order.of(attempts.newest()),
                          state.order.of(attempts.unreported()), state.order.of(attempts.stale()),
                          attempts.isOpenReported());
  }
  static void add(const MessageModel& messages, const Wires& wires, const StateDigest& state) {
    state.digest.add(std::uint64_t{messages.messages().size()});
    for (const ModelMessage& message : messages.messages()) {
      const auto& [id, bytes, leastBytes, isVolatile, expiresAt, attempt, control, end, wasUnsent, isNew,
                   isForgotten, duty] = message;
      state.digest.add(bytes);
      state.digest.add(leastBytes);
      state.add(expiresAt);
      state.digest.addSmall(isVolatile, state.order.of(attempt), wasUnsent, isForgotten, duty);
      if (attempt == AttemptId::None) continue;
      state.digest.add(wires.given(attempt) - end);
      if (wires.kind() == BufferKind::WholeMessages) add(control, state);
    }
    state.digest.add(state.order.upTo(messages.endedUpTo()));
    const bool isOnClosing = messages.isAnyOn(messages.closingAttempt());
    state.digest.add(isOnClosing ? messages.closingAmount() : 0);
    state.digest.addSmall(isOnClosing ? state.order.of(messages.closingAttempt()) : 0,
                          isOnClosing && messages.isDroppedAtClose());
  }
  static void add(const PingModel& pings, bool isOpen, const StateDigest& state) {
    state.digest.addSmall(pings.isAnswerer(), pings.isUnanswering(), pings.hasEverReceived(),
                          std::min<std::uint64_t>(pings.silentEnds(), 1));
    // Opening a connection sets all others.
    if (!isOpen) return;
    state.digest.add(std::uint64_t{pings.pings().size()});
    state.digest.add(std::uint64_t{pings.unansweredCustom()});
    for (const ModelPing& ping : pings.pings()) {
      add(ping, state);
      state.digest.add(std::uint64_t{ping.number > 0 ? pings.newerThan(ping) : 0});
    }
    state.digest.addSmall(pings.lastAnswered().has_value());
    if (pings.lastAnswered()) add(*pings.lastAnswered(), state);
    state.add(pings.lastReceivedAt());
    state.add(pings.lastPongAt());
    state.add(pings.quietSince());
    state.add(pings.watchedSince());
    for (const Duration duration :
         {pings.allowance(), pings.leastTimeout(), pings.mostTimeout(), pings.mostInterval()}) {
      state.digest.add(duration);
    }
    state.digest.addSmall(pings.hasLateProbe(), pings.hasRefused());
  }
  static void add(const ModelPing& ping, const StateDigest& state) {
    if (ping.number == 0) state.addWall(ping.timestamp);
    state.add(ping.at);
    state.digest.add(state.order.upTo(ping.behind));
    state.digest.addSmall(ping.isIdle, ping.number > 0);
  }
  static void add(const RetryModel& retries, const StateDigest& state) {
    state.add(retries.retryAt());
    state.addAhead(retries.hintUntil());
    state.addAhead(retries.hintLatest());
    state.addRecent(retries.lastAttemptAt().value_or(Instant{}));
    state.digest.add(retries.used());
    if (retries.last()) {
      state.digest.add(retries.last()->delay);
      state.digest.add(retries.last()->nominal);
      state.digest.add(retries.last()->jitter);
    }
    state.digest.addSmall(retries.isWanted(), retries.hasGivenUp(), retries.isOverruled(),
                          retries.isRestarting(), retries.isDoubtful(), retries.isNextFree());
  }
  // Left out: totals, which equal the client's statistics after every turn, and what is written and read
  // within one turn.
  static void add(const ClientJudge& judge, const StateDigest& state) {
    state.digest.addSmall(judge.reported_, judge.hasDecider_, judge.isRefused_, judge.isStretchKnown_,
                          judge.isConnectByExtended_, judge.wasAtOnce_, judge.isErrorCounted_);
    state.digest.add(judge.stretch_);
    for (const std::optional<Instant>& at :
         {judge.connectBy_, judge.stableAt_, judge.graceAt_, judge.pingBy_})
      state.add(at);
    state.digest.addSmall(judge.openedAt_.has_value());
    state.add(judge.now_.instant);
    state.addWall(judge.now_.wall);
    state.addWall(judge.lastReadingAtWall_);
  }
};

}  // namespace rws::test
