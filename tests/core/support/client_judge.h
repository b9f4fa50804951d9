// Owns a connection and the models that stand outside it, and holds every action against them after each
// step. The rules are those of the package's promises; the letter and number name the group. Refuses to talk
// to the connection: checked_connection.h does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "connection.h"
#include "coverage.h"
#include "findings.h"
#include "message_model.h"
#include "phase_reach.h"
#include "ping_model.h"
#include "socket_model.h"

namespace rws::test {

class ConnectionJudge {
 public:
  [[nodiscard]] const Connection& connection() const { return connection_; }
  [[nodiscard]] const SocketModel& sockets() const { return sockets_; }
  [[nodiscard]] MessageModel& messages() { return messages_; }
  [[nodiscard]] const MessageModel& messages() const { return messages_; }
  [[nodiscard]] const PingModel& pings() const { return pings_; }
  // What the connection began with.
  [[nodiscard]] const Options& ownOptions() const { return *ownOptions_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] Now now() const { return now_; }
  [[nodiscard]] Phase phase() const { return connection_.phase(); }
  // No time has gone by since the connection was last told the time.
  [[nodiscard]] bool isPunctual() const { return told_ == now_.instant; }

  // Whatever is met from now on is recorded there, in copies too.
  void recordIn(Coverage* coverage) { coverage_ = coverage; }

 protected:
  friend struct WorldDigest;

  ConnectionJudge(const Options& options, std::uint64_t seed)
      : connection_(options, seed), ownOptions_(&options) {}

  struct Before {
    Phase phase;
    std::uint64_t attempts;
    AttemptId attempt;
  };

  Before begin() {
    actions_.clear();
    asked_ = false;
    wasDeciding_ = phase() == Phase::Deciding;
    const AttemptId current = connection_.currentAttempt();
    // No event names it without one.
    return {phase(), connection_.reconnectAttempts(), current == AttemptId::None ? AttemptId{~0U} : current};
  }

  // What is true in the world when the connection hears of it.
  void tellWorld(const Input& input) {
    if (const auto* opened = std::get_if<input::Opened>(&input)) {
      sockets_.openedItself(opened->attempt);
      if (sockets_.isOpen(opened->attempt)) messages_.opened(opened->attempt);
      pings_.socketOpened();
    } else if (const auto* closed = std::get_if<input::Closed>(&input)) {
      if (sockets_.at(closed->attempt) != nullptr) hearClose(*closed);
      sockets_.closedItself(closed->attempt);
    } else if (std::holds_alternative<input::Destroy>(input)) {
      for (const Wire& wire : messages_.wires()) messages_.leftCounts(wire.attempt);
    } else if (const auto* failed = std::get_if<input::OpenFailed>(&input)) {
      sockets_.vanished(failed->attempt);
    } else if (const auto* told = std::get_if<input::Buffered>(&input)) {
      if (sockets_.isOpen(told->attempt)) {
        messages_.proven(told->attempt);
        if (!connection_.options().enableHeartbeat) messages_.leftCounts(told->attempt);
      }
    } else if (const auto* refusal = std::get_if<input::HandOverFailed>(&input)) {
      const std::uint64_t back = messages_.refused(refusal->attempt, refusal->payload);
      totalMessages_ -= back;
      if (back > 0) pings_.returned(refusal->payload);
      refused_ = refused_ || (back > 0 && sockets_.isOpen(refusal->attempt));
    } else if (const auto* control = std::get_if<input::ControlRefused>(&input)) {
      messages_.controlRefused(control->attempt);
    } else if (const auto* received = std::get_if<input::Received>(&input)) {
      hear(received->control);
      if (sockets_.isOpen(received->attempt)) pings_.heard();
    } else if (const auto* changed = std::get_if<input::ChangeOptions>(&input)) {
      // Pings are awaited anew when the heartbeat is switched on.
      const bool isOn = connection_.options().enableHeartbeat;
      if (!isOn && changed->options.enableHeartbeat) pings_.socketOpened();
    } else if (std::holds_alternative<input::Connect>(input) ||
               std::holds_alternative<input::Reconnect>(input)) {
      wanted_ = true;
    }
  }

  void hearClose(const input::Closed& closed) {
    const ModelSocket* lingering = sockets_.lingering();
    const bool isAnswer = lingering != nullptr && lingering->attempt == closed.attempt &&
                          closed.info.wasClean && closed.info.code == 1000;
    messages_.closed(closed.attempt, closed.bufferedAmount);
    if (isAnswer) messages_.leftCounts(closed.attempt);
  }

  // A control frame came in on the open socket.
  void hear(const ControlFrame& control) {
    if (control.kind == ControlKind::None) return;
    if (const std::optional<ModelPing> ping = pings_.answered(control.timestamp)) {
      latency_ = now_.instant - ping->at;
      messages_.arrived(connection_.currentAttempt(), ping->behind);
    }
    if (control.kind == ControlKind::Ping && connection_.options().answerPings) ++pongsDue_;
  }

  void watch(const Action& action, const Input* cause) {
    if (coverage_ != nullptr) coverage_->actions.set(action.index());
    std::visit([&](const auto& concrete) { on(concrete, cause); }, action);
  }

  void on(const action::OpenSocket& action, const Input* cause) {
    sockets_.on(action, findings_);
    findings_.check(wanted_, "C7, B7: an attempt that nobody wants");
    if (isOneOf<input::Ticked>(cause)) {
      findings_.check(retryAt_ && *retryAt_ <= now_.instant, "B3: an attempt before its time");
    }
    retryAt_.reset();
    gaveUp_ = false;
    lastAttemptAt_ = now_.instant;
    handshakeAt_ = now_.instant + connection_.options().connectionTimeout;
  }
  void on(const action::CloseSocket& action, const Input* cause) {
    sockets_.on(action, findings_);
    if (isOneOf<input::Disconnect>(cause)) messages_.givenUpByUser(action.attempt);
    if (messages_.anyOn(action.attempt)) graceAt_ = now_.instant + connection_.options().closeGrace;
  }
  void on(const action::ReleaseSocket& action, const Input* /*cause*/) {
    const bool wasLingering = sockets_.at(action.attempt) != nullptr && messages_.anyOn(action.attempt);
    sockets_.on(action, findings_);
    messages_.released(action.attempt, findings_);
    if (wasLingering || graceOwner() == AttemptId::None) graceAt_.reset();
  }
  void on(const action::SendControl& action, const Input* /*cause*/) {
    findings_.check(sockets_.isOpen(action.attempt), "H8: a frame of our own for a socket that is not open");
    messages_.handedControl(action.attempt, action.text.size(), action.after);
    const std::string_view text = action.text;
    if (text.find(R"("pong")") == std::string_view::npos) {
      const PayloadId outlived = pings_.sent(text, now_.instant, messages_.newestOn(action.attempt),
                                             connection_.options().pongTimeout);
      return messages_.leftCounts(action.attempt, outlived);
    }
    findings_.check(pongsDue_ > 0, "H8: a pong that nobody asked for");
    --pongsDue_;
  }
  void on(const action::Transmit& action, const Input* /*cause*/) {
    findings_.check(sockets_.isOpen(action.attempt), "a message is handed to a socket that is not open");
    messages_.on(action, now_.instant, findings_);
    ++totalMessages_;
    refused_ = false;
  }
  void on(const action::Settle& action, const Input* /*cause*/) {
    messages_.decided(action.payloads, true, connection_.options().enableHeartbeat, findings_);
  }
  void on(const action::Forsake& action, const Input* /*cause*/) {
    messages_.decided(action.payloads, false, connection_.options().enableHeartbeat, findings_);
  }
  void on(const action::Drop& action, const Input* cause) {
    messages_.on(action, now_.instant, connection_.options(), findings_);
    if (action.reason != DropReason::Unknown || cause == nullptr) return;
    const bool graceOver = isOneOf<input::Ticked>(cause) && graceAt_ && *graceAt_ <= now_.instant;
    const bool replaced = isOneOf<input::Connect, input::Reconnect>(cause) && sockets_.closeUntold();
    const bool ended = isOneOf<input::Disconnect, input::Destroy>(cause);
    findings_.check(graceOver || replaced || ended, "Q4: a message in doubt is given up before its time");
  }
  void on(const action::AskVerdict& action, const Input* /*cause*/) {
    asked_ = true;
    findings_.check(action.attempt == sockets_.newest(), "the host is asked about the newest attempt");
  }
  void on(const action::StateChanged& action, const Input* /*cause*/) {
    findings_.check(action.state != toldState_, "C4: the same state is told twice in a row");
    toldState_ = action.state;
  }
  void on(const action::TellOpen& action, const Input* /*cause*/) {
    sockets_.on(action, findings_);
    findings_.check(toldState_ == State::Connected, "an open is told after its state");
    ++totalConnections_;
  }
  void on(const action::TellClose& action, const Input* /*cause*/) { sockets_.on(action, findings_); }
  void on(const action::TellError&, const Input* /*cause*/) { ++totalErrors_; }
  void on(const action::TellTooLarge&, const Input* /*cause*/) { ++totalErrors_; }
  void on(const action::TellRetryScheduled& action, const Input* cause) {
    const Options& options = connection_.options();
    retryAt_ = now_.instant + action.delay;
    // Decided under the options of before.
    if (isOneOf<input::ChangeOptions, input::SlowDown>(cause)) return;
    const bool isLoss = wasDeciding_ || isOneOf<input::Closed, input::OpenFailed>(cause);
    findings_.check(action.attempt >= 1 && action.nominal == nominalDelay(options, action.attempt),
                    "B1: the nominal wait");
    findings_.check(action.delay >= Duration::zero(), "B1: a wait is never negative");
    findings_.check(action.delay <= std::max({options.maxReconnectDelay, options.maxRetryAfter,
                                              Duration(std::chrono::seconds(2))}),
                    "B1: a wait is bounded");
    wasDeciding_ = false;  // a revival may follow in the same step
    findings_.check(!isLoss || action.attempt <= options.maxReconnectAttempts,
                    "B5: more retries than allowed");
    findings_.check(isLoss || !isRevival(cause) || !lastAttemptAt_ ||
                        *retryAt_ >= *lastAttemptAt_ + std::chrono::seconds(1),
                    "B3: automatic attempts are a second apart");
  }
  void on(const action::TellGaveUp&, const Input* /*cause*/) {
    findings_.check(!gaveUp_ && toldState_ == State::Failed,
                    "B5: giving up is told once an outage, after its state");
    gaveUp_ = true;
  }
  void on(const action::TellLatency& action, const Input* /*cause*/) {
    findings_.check(latency_ == action.roundTrip, "H3: a round trip that was none");
    latency_.reset();
  }
  template <class Other>
  void on(const Other& /*action*/, const Input* /*cause*/) {}

  template <class... Kinds>
  static bool isOneOf(const Input* cause) {
    return cause != nullptr && (std::holds_alternative<Kinds>(*cause) || ...);
  }
  static bool isRevival(const Input* cause) {
    return isOneOf<input::NetworkChanged, input::VisibilityChanged, input::PageResumed>(cause);
  }
  [[nodiscard]] AttemptId graceOwner() const {
    const ModelSocket* lingering = sockets_.lingering();
    return lingering != nullptr && messages_.anyOn(lingering->attempt) ? lingering->attempt : AttemptId::None;
  }

  [[nodiscard]] bool inDoubt() const {
    const ModelSocket* lingering = sockets_.lingering();
    return lingering != nullptr && messages_.anyUnsentOn(lingering->attempt);
  }

  // B7: where a loss leads without a word of the host's, from the documented options alone.
  [[nodiscard]] Phase phaseAfterLoss(std::uint16_t code, std::uint64_t attempts) const {
    const Options& options = connection_.options();
    const std::vector<std::uint16_t>& fatal = options.fatalCloseCodes;
    if (std::find(fatal.begin(), fatal.end(), code) != fatal.end()) return Phase::Rejected;
    if (code == 1000) return Phase::Disconnected;
    if (!options.enableAutoReconnect) return Phase::Rejected;
    return attempts < options.maxReconnectAttempts ? Phase::Waiting : Phase::Exhausted;
  }

  // What holds right after one kind of input.
  void checkPromise(const Input& input, const Before& before) {
    if (const auto* closed = std::get_if<input::Closed>(&input)) {
      const bool isLoss = closed->attempt == before.attempt && phase() != Phase::Deciding;
      findings_.check(!isLoss || phase() == phaseAfterLoss(closed->info.code, before.attempts),
                      "B7: a loss leads elsewhere than its code and the options say");
    }
    findings_.check(
        !std::holds_alternative<input::Opened>(input) || connection_.reconnectAttempts() == before.attempts,
        "B6: an open alone ends the outage");
    if (std::holds_alternative<input::Ticked>(input)) {
      const std::optional<Instant> next = connection_.nextDeadline();
      findings_.check(!next || *next > now_.instant || phase() == Phase::Deciding,
                      "a tick leaves a deadline that is due");
    } else if (std::holds_alternative<input::Destroy>(input)) {
      const bool over = sockets_.alive() == 0 && !sockets_.closeUntold() && messages_.empty();
      findings_.check(over, "C2, C6, Q2: destroy() leaves something behind");
    } else if (std::holds_alternative<input::ClearQueue>(input)) {
      findings_.check(messages_.queued() == 0, "clearing leaves messages in the queue");
    } else if (std::holds_alternative<input::Disconnect>(input)) {
      findings_.check(messages_.queued() == 0, "disconnect() leaves messages in the queue");
      findings_.check(graceOwner() == AttemptId::None || sockets_.closeUntold(),
                      "disconnect() leaves messages in doubt");
    } else if (const auto* failed = std::get_if<input::OpenFailed>(&input)) {
      const ModelSocket* lingering = sockets_.lingering();
      const bool waits = lingering != nullptr && lingering->attempt == failed->attempt && !lingering->opened;
      findings_.check(!waits, "C6: a close event is awaited of a socket that never was");
    }
  }

  void endStep(const Before& before) {
    const Phase after = phase();
    if (coverage_ != nullptr) coverage_->phases.set(static_cast<std::size_t>(after));
    actions_.clear();
    if (after != Phase::Waiting) retryAt_.reset();
    if (!hasAttempt(after) || after == Phase::Connected) handshakeAt_.reset();
    if (after == Phase::Disconnected || after == Phase::Rejected || after == Phase::Destroyed)
      wanted_ = false;
    checkSockets(after);
    checkMessages(after);
    checkDeadlines(after);
    findings_.check(after == Phase::Deciding || toldState_ == connection_.state(),
                    "C4: the told state is the state");
    findings_.check(after != Phase::Exhausted || gaveUp_, "B5: giving up is told");
    findings_.check(after != before.phase || after != Phase::Exhausted ||
                        connection_.reconnectAttempts() == before.attempts,
                    "B5: who gave up counts no retries");
    const StatsSnapshot stats = connection_.stats(now_.instant);
    findings_.check(stats.totalConnections == totalConnections_ && stats.totalErrors == totalErrors_ &&
                        stats.totalMessages == totalMessages_,
                    "R3: the statistics are the model's counts");
    findings_.check(connection_.isConsistent(), "isConsistent()");
  }

  void checkSockets(Phase after) {
    const ModelSocket* current = sockets_.current();
    const ModelSocket* lingering = sockets_.lingering();
    findings_.check((current == nullptr ? AttemptId::None : current->attempt) == connection_.currentAttempt(),
                    "C1: the current attempt is the socket that is not closed");
    findings_.check(hasAttempt(after) == (current != nullptr),
                    "C1: the phases with an attempt have a socket");
    findings_.check((after == Phase::Connected) == (current != nullptr && current->opened),
                    "C5: connected is an open socket");
    findings_.check(after != Phase::Connected || sockets_.openTold(), "C6: an open is told");
    findings_.check(
        (lingering == nullptr ? AttemptId::None : lingering->attempt) == connection_.lingeringAttempt(),
        "C2: a closed socket is kept while its close event is wanted, no longer");
    findings_.check(lingering == nullptr || messages_.anyOn(lingering->attempt) || sockets_.closeUntold(),
                    "C2: a socket lingers for nothing");
    const bool mayOwe = hasAttempt(after) || after == Phase::Deciding ||
                        (after == Phase::Disconnected && lingering != nullptr);
    findings_.check(mayOwe || !sockets_.closeUntold(), "C6: the end of an attempt is told");
  }

  void checkMessages(Phase after) {
    messages_.endStep(findings_);
    const Options& options = connection_.options();
    findings_.check(connection_.queuedMessages() == messages_.queued(),
                    "Q2: the queue holds what the model holds");
    findings_.check(connection_.queuedBytes() == messages_.queuedBytes(),
                    "Q2: the queue's bytes are the model's");
    findings_.check(
        messages_.queued() <= options.maxQueueSize && messages_.queuedBytes() <= options.maxQueueBytes,
        "Q1: the queue keeps its limits");
    if (messages_.queued() == 0) refused_ = false;
    findings_.check(after != Phase::Connected || refused_ || inDoubt() || messages_.queued() == 0,
                    "R6: what may be sent is not left in the queue");
  }

  // H1: outside of Connected each deadline is known to the last microsecond.
  void checkDeadlines(Phase after) {
    if (graceOwner() == AttemptId::None) graceAt_.reset();
    std::optional<Instant> expected;
    const auto include = [&expected](std::optional<Instant> at) {
      if (at && (!expected || *at < *expected)) expected = at;
    };
    if (after != Phase::Destroyed) include(messages_.nextExpiry());
    include(graceAt_);
    if (after == Phase::Waiting) include(retryAt_);
    if (after == Phase::Connecting || after == Phase::Retrying) include(handshakeAt_);
    const std::optional<Instant> next = connection_.nextDeadline();
    if (after != Phase::Connected) {
      findings_.check(next == expected, "H1: a deadline is missing, wrong or left over");
      return;
    }
    if (connection_.options().enableHeartbeat) include(now_.instant + connection_.options().pingInterval);
    findings_.check(!expected || (next && *next <= *expected), "H2: a deadline is missing");
  }

  Connection connection_;
  SocketModel sockets_;
  MessageModel messages_;
  PingModel pings_;
  Findings findings_;
  Actions actions_;
  Now now_{Instant(std::chrono::seconds(100)), 1'700'000'000'000};
  Instant told_{};  // when the connection was last told the time
  Now handled_{};   // when it last took an input
  PayloadId lastId_ = 0;
  State toldState_ = State::Disconnected;
  bool wanted_ = false;       // the user asked for a connection, and it has not ended for good
  bool gaveUp_ = false;       // told since the last attempt began
  bool asked_ = false;        // the host was asked in this step
  bool wasDeciding_ = false;  // a decision is taken in this step
  bool refused_ = false;      // the socket refused a message; nothing was handed over since
  const Options* ownOptions_;
  Coverage* coverage_ = nullptr;
  std::optional<Duration> latency_;  // to be told in this step
  std::uint64_t pongsDue_ = 0;       // pongs to be sent in this step
  std::optional<Instant> retryAt_;
  std::optional<Instant> handshakeAt_;
  std::optional<Instant> graceAt_;
  std::optional<Instant> lastAttemptAt_;
  std::uint64_t totalMessages_ = 0;
  std::uint64_t totalErrors_ = 0;
  std::uint64_t totalConnections_ = 0;
};

}  // namespace rws::test
