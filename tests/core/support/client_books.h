// The books that an observer keeps of one client: of its attempts, messages, pings and retries. They are kept
// from the events that the driver is told and from the calls that it makes of its platform. The letter and
// number of a rule name its group among the package's promises. client_judge.h checks the books after a turn.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "attempt_model.h"
#include "client.h"
#include "coverage.h"
#include "findings.h"
#include "message_model.h"
#include "phase_reach.h"
#include "ping_model.h"
#include "retry_model.h"
#include "wire_model.h"

namespace rws::test {

class ClientBooks {
 public:
  using State = ModelAttempt::State;

  // --- getters
  [[nodiscard]] const AttemptModel& attempts() const { return attempts_; }
  [[nodiscard]] const MessageModel& messages() const { return messages_; }
  [[nodiscard]] const PingModel& pings() const { return pings_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] Findings& findings() { return findings_; }
  // Whether anything will ever prove a message delivered.
  [[nodiscard]] bool isProofExpected() const { return options().enableHeartbeat && !pings_.isUnanswering(); }

  // The client and the wires outlive the books, or are replaced by watch().
  void watch(const Client& client, const Wires& wires) {
    client_ = &client;
    wires_ = &wires;
  }
  // What is met from now on is recorded there, by copies too.
  void recordIn(Coverage* coverage) { coverage_ = coverage; }

  // --- events
  // The driver is told an event. Before it begins to work on it, unless a turn is under way.
  void told(const Event& event) {
    turn_.events.set(event.index());
    ++turn_.eventCount;
    if (coverage_ != nullptr) coverage_->events.set(event.index());
    if (client_->phase() == Phase::Destroyed) return;
    if (!std::holds_alternative<event::MessageRefused>(event)) {
      lastReadingAtWall_ = now_.wall;
      // The buffer is read.
      if (attempts_.isOpen(currentId()) && !isProofExpected()) {
        messages_.leftIsDelivered(currentId(), buffered(currentId()), *wires_);
      }
    }
    std::visit([this](const auto& concrete) { on(concrete); }, event);
  }
  void accept(const ModelMessage& message) {
    const bool isRefused = client_->phase() == Phase::Destroyed || message.bytes > options().maxMessageSize;
    messages_.accept(message, isRefused);
  }
  // --- the short ways, which are no turns
  // A frame arrived so long after the last turn.
  void receivedShortly(AttemptId attempt, Duration since) {
    if (attempts_.isOpen(attempt)) pings_.received(now_.instant + since);
  }
  // The user's message was given to the socket.
  void sentShortly(AttemptId attempt, const ModelMessage& message) {
    findings_.check(attempts_.isOpen(attempt) && message.bytes <= options().maxMessageSize,
                    "Q3: a message that may not be sent now");
    messages_.accept(message, false);
    messages_.sending({attempt, message.id}, now_.instant, findings_);
  }
  void shortWay(bool isReceived, bool isTaken) {
    if (coverage_ == nullptr) return;
    (isReceived ? coverage_->frameReceived : coverage_->trySendNow).set(isTaken ? 1 : 0);
  }

  // --- calls of the platform
  void called(const Effect& call) {
    if (coverage_ != nullptr) coverage_->effects.set(call.index());
    const bool isAlive = turn_.phase != Phase::Destroyed || std::holds_alternative<effect::Discarded>(call);
    findings_.check(isAlive, "C7: the platform is called after destroy()");
    if (const auto* const notification = std::get_if<Notification>(&call)) {
      turn_.isListened = true;
      if (coverage_ != nullptr) coverage_->notifications.set(notification->index());
      std::visit([this](const auto& concrete) { on(concrete); }, *notification);
    } else {
      std::visit([this](const auto& concrete) { on(concrete); }, call);
    }
  }
  void messageGiven(SendResult result) {
    if (coverage_ != nullptr) coverage_->messageResults.set(static_cast<std::size_t>(result));
    if (result == SendResult::Sent) {
      turn_.isListened = true;
    } else {
      isRefused_ = true;
    }
  }
  // `before`: the end of the message before it.
  void messageTaken(AttemptId attempt, MessageId message, std::uint64_t before) {
    messages_.taken(message, attempt, before, wires_->given(attempt));
    ++totalMessages_;
    isRefused_ = false;
    checkStretch(attempt, messages_.at(message)->bytes);
  }
  void controlSent(bool isPing, SendResult result) {
    if (coverage_ != nullptr) coverage_->controlResults.set(static_cast<std::size_t>(result));
    if (!isPing || result == SendResult::Sent) return;
    // It proves nothing.
    pings_.refused();
    isStretchKnown_ = false;
  }
  // The socket could not be created.
  void openFailed(AttemptId attempt, std::string_view reason) {
    on(event::AttemptFailed{attempt, std::string(reason)});
  }
  void answered(std::optional<bool> answer) {
    turn_.answer = answer;
    retries_.answered(answer);
  }

 protected:
  friend struct WorldDigest;

  // One event with all that follows from it, and the events told meanwhile.
  struct Turn {
    EventSet events;
    std::uint64_t eventCount = 0;
    Phase phase = Phase::Idle;  // before it, as all below
    std::uint64_t retries = 0;
    std::optional<Instant> awaited{};  // the earliest deadline
    AttemptId closing = AttemptId::None;

    bool isListened = false;  // something for the user's listeners was reported
    bool isCloseReported = false;
    bool isAsked = false;                   // shouldReconnect was called
    std::optional<bool> answer{};           // what it said
    std::optional<CloseInfo> loss{};        // how the attempt ended
    bool isSilent = false;                  // by the peer's silence
    bool isDoubtful = false;                // whether it counted as stable before is not known
    bool hasStarted = false;                // an attempt
    AttemptId closed = AttemptId::None;     // closed by the client
    AttemptId abandoned = AttemptId::None;  // released before its close event
    MessageId deliverable = 0;              // messages up to this one may count as delivered
    Duration lateness{};
  };

  template <class... Kinds>
  [[nodiscard]] bool includes() const {
    return (turn_.events[indexOf<Kinds>()] || ...);
  }
  template <class Kind>
  [[nodiscard]] bool isOnly() const {
    return turn_.eventCount == 1 && turn_.events[indexOf<Kind>()];
  }
  [[nodiscard]] const Options& options() const { return client_->options(); }
  [[nodiscard]] AttemptId currentId() const {
    const ModelAttempt* const attempt = attempts_.current();
    return attempt == nullptr ? AttemptId::None : attempt->id;
  }
  [[nodiscard]] AttemptId closingId() const {
    const ModelAttempt* const attempt = attempts_.closing();
    return attempt == nullptr ? AttemptId::None : attempt->id;
  }
  [[nodiscard]] std::uint64_t buffered(AttemptId attempt) const { return wires_->buffered(attempt); }

  void on(const event::Connect&) {
    if (next(client_->phase(), Trigger::Connect)) retries_.connectionWanted();
  }
  void on(const event::Reconnect&) {
    if (next(client_->phase(), Trigger::Reconnect)) retries_.connectionWanted();
  }
  void on(const event::Destroy&) {
    for (const ModelAttempt& attempt : attempts_) {
      messages_.destroyed(attempt.id, buffered(attempt.id), *wires_);
    }
  }
  void on(const event::AddressResolved& event) { attempts_.addressResolved(event.attempt); }
  void on(const event::AttemptFailed& event) {
    if (event.attempt != currentId() || attempts_.isOpen(event.attempt)) return;
    attempts_.ended(event.attempt);
    lost({1006, event.reason, false});
  }
  void on(const event::SocketOpened& event) {
    if (!attempts_.socketOpened(event.attempt)) return;
    pings_.opened(options(), now_.instant);
    openedAt_ = now_.instant;
    stableAt_ = now_.instant + options().stableAfter;
    isStretchKnown_ = true;
    stretch_ = 0;
  }
  void on(const event::SocketClosed& event) {
    const ModelAttempt* const attempt = attempts_.at(event.attempt);
    if (attempt == nullptr || attempt->state < State::Opening) return;
    const std::uint64_t amount = buffered(event.attempt);
    if (attempt->state == State::Closing) {
      const bool isAcknowledged = event.info.wasClean && event.info.code == 1000;
      messages_.closingClosed(event.attempt, amount, isAcknowledged || !isProofExpected(), *wires_);
      attempts_.ended(event.attempt);
      return;
    }
    if (attempt->state == State::Open) messages_.closed(event.attempt, amount, isProofExpected(), *wires_);
    attempts_.ended(event.attempt);
    lost(event.info);
  }
  void on(const event::FrameReceived& event) {
    if (!attempts_.isOpen(event.attempt)) return;
    const ControlFrame& frame = event.control;
    pings_.received(now_.instant);
    if (frame.kind == ControlKind::None) return;
    if (frame.kind == ControlKind::Ping && options().answerPings) ++pongsDue_;
    EpochMs timestamp = 0;
    const char* const end = frame.timestamp.data() + frame.timestamp.size();
    if (std::from_chars(frame.timestamp.data(), end, timestamp).ptr != end) return;
    if (const std::optional<ModelPing> ping = pings_.answered(timestamp, now_.instant)) {
      latency_ = now_.instant - ping->at;
      messages_.proven(event.attempt, ping->behind);
    }
  }
  void on(const event::MessageRefused& event) {
    const ModelMessage* const message = messages_.at(event.message);
    if (message == nullptr || message->attempt != event.attempt) return;
    messages_.returned(event.message);
    pings_.returned(event.message);
    isRefused_ = true;
    --totalMessages_;
  }
  void on(const event::SetOption& event) {
    const bool isOn = event.name == "enableHeartbeat" && event.value == OptionValue(true);
    if (!isOn || options().enableHeartbeat || !attempts_.isOpen(currentId())) return;
    pings_.opened(options(), now_.instant);
    isStretchKnown_ = false;
  }
  void on(const event::SetDecider& event) { hasDecider_ = event.isPresent; }
  void on(const event::TimerFired&) {
    if (!turn_.awaited || *turn_.awaited > now_.instant) return;
    turn_.lateness = now_.instant - *turn_.awaited;
    if (turn_.lateness <= kPunctual) return;
    pings_.wasLate(turn_.lateness);
    if (!connectBy_ || *connectBy_ > now_.instant || isConnectByExtended_) return;
    connectBy_ = now_.instant + extensionAfter(turn_.lateness);
    isConnectByExtended_ = true;
  }
  template <class Other>
  requires kIsOneOf<Other, Event>
  void on(const Other& /*event*/) {}

  // How the attempt under way ended.
  void lost(const CloseInfo& info) {
    turn_.isDoubtful = stableAt_ && *stableAt_ <= now_.instant && includes<event::TimerFired>();
    if (turn_.isDoubtful) retries_.becameStable();
    connectionEnded();
    turn_.loss = info;
    turn_.loss->reason = clipUtf8(info.reason, kMaxCloseReason);
    retries_.lost(options(), info, readRetryAfter(info.reason), now_.instant);
  }
  void connectionEnded() {
    if (openedAt_) connected_ += now_.instant - *openedAt_;
    openedAt_.reset();
    stableAt_.reset();
  }

  void on(const effect::ResolveAddress& call) {
    turn_.isListened = true;  // the user's function may cause events
    attempts_.on(call, findings_);
    using Start = RetryModel::Start;
    const Start start = includes<event::Connect, event::Reconnect>() ? Start::Fresh
                        : includes<event::CheckNetwork>()            ? Start::Early
                                                                     : Start::Automatic;
    findings_.check(start != Start::Automatic || includes<event::TimerFired>(),
                    "B4, B9: an attempt that no command and no timer starts");
    retries_.attemptStarted(options(), now_.instant, start, findings_);
    connectBy_ = now_.instant + options().connectionTimeout;
    isConnectByExtended_ = false;
    turn_.hasStarted = true;
  }
  void on(const effect::OpenSocket& call) { attempts_.on(call, findings_); }
  void on(const effect::CloseSocket& call) {
    attempts_.on(call, findings_);
    turn_.closed = call.attempt;
    messages_.closing(call.attempt, buffered(call.attempt), includes<event::Disconnect>(), *wires_);
    graceAfterTurn_ = now_.instant + options().closeGrace;
    attemptLeft(call.reason);
  }
  void on(const effect::Release& call) {
    const bool isResolving = attempts_.is(call.attempt, State::Resolving);
    if (attempts_.is(call.attempt, State::Closing) && call.attempt == turn_.closing) {
      turn_.abandoned = call.attempt;
    }
    // Only a resolving attempt is released without having been closed.
    if (isResolving) attempts_.ended(call.attempt);
    attempts_.on(call, findings_);
    messages_.released(call.attempt, findings_);
    if (isResolving) attemptLeft("Connection timeout");
  }
  // The client ends the attempt under way.
  void attemptLeft(std::string_view reason) {
    const bool isTimeout = reason == "Connection timeout" || reason == "Pong timeout";
    turn_.isSilent = reason == "Pong timeout";
    if (turn_.isSilent) checkVerdict();
    if (includes<event::TimerFired>() && isTimeout) return lost({1006, std::string(reason), false});
    connectionEnded();
    if (includes<event::NetworkChanged, event::PageSuspended>()) retries_.replaced();
  }
  // A verdict on a silent peer.
  void checkVerdict() {
    findings_.check(includes<event::TimerFired>(), "H5: a verdict without a timer");
    findings_.check(!pings_.pings().empty() || pings_.hasRefused(), "H5: a verdict without a ping");
    findings_.check(now_.instant - pings_.quietSince() >= pings_.leastTimeout(),
                    "H5: a peer is given up while it sends");
    findings_.check(turn_.lateness <= kPunctual || pings_.hasLateProbe(),
                    "H5: a late timer alone closes a connection");
  }
  void on(const effect::SendPing& call) {
    findings_.check(attempts_.isOpen(call.attempt), "H8: a ping for a socket that is not open");
    findings_.check(options().enableHeartbeat, "H2: a ping without a heartbeat");
    const bool isLittle = wires_->given(call.attempt) < 2000;
    const PingModel::Outlived outlived =
        pings_.sent(call.timestamp, options(), now_.instant, messages_.newestOn(call.attempt), isLittle);
    messages_.proven(call.attempt, outlived.certain);
    turn_.deliverable = std::max(turn_.deliverable, outlived.possible);
    if (turn_.lateness > kPunctual) pings_.lateProbeSent();
    stretch_ = 0;
  }
  void on(const effect::SendPong& call) {
    findings_.check(attempts_.isOpen(call.attempt), "H8: a pong for a socket that is not open");
    findings_.check(pongsDue_ > 0, "H8: a pong that nothing asked for");
    --pongsDue_;
  }
  void on(const effect::SendMessage& call) {
    findings_.check(attempts_.isOpen(call.attempt), "Q3: a message for a socket that is not open");
    messages_.sending(call, now_.instant, findings_);
  }
  void on(const effect::Delivered& call) {
    messages_.ended(call.messages, MessageModel::Duty::Deliver, findings_, [this](const ModelMessage& m) {
      const bool hasLeft = messages_.hasLeft(m, buffered(m.attempt), *wires_);
      return m.id <= turn_.deliverable || (!isProofExpected() && hasLeft);
    });
  }
  void on(const effect::Unconfirmed& call) {
    turn_.isListened = true;
    messages_.ended(call.messages, MessageModel::Duty::Unconfirm, findings_, [this](const ModelMessage& m) {
      const bool hasLeft = messages_.hasLeft(m, buffered(m.attempt), *wires_);
      return m.attempt == closingId() && (isProofExpected() || !hasLeft);
    });
  }
  void on(const effect::Dropped& call) {
    turn_.isListened = true;
    const ModelMessage* const message = messages_.at(call.message);
    const bool isDue = message != nullptr && message->duty == MessageModel::Duty::DropDisconnected;
    const bool isCommanded =
        (call.reason != DropReason::Disconnected || isDue || includes<event::Disconnect>()) &&
        (call.reason != DropReason::Cleared || includes<event::ClearQueue>()) &&
        (call.reason != DropReason::Destroyed || includes<event::Destroy>());
    findings_.check(isCommanded, "Q1: a drop for a command that was not given");
    messages_.on(call, now_.instant, options(), findings_);
  }
  void on(const effect::Discarded& call) { messages_.on(call, findings_); }
  void on(const effect::AskShouldReconnect& call) {
    turn_.isAsked = true;
    findings_.check(turn_.loss == call.info, "C6: the user is asked about another loss");
    const Phase byDefault =
        RetryModel::phaseAfterLoss(options(), call.info.code, retries_.used(), std::nullopt);
    findings_.check(turn_.isDoubtful || call.shouldReconnect == (byDefault == Phase::Waiting),
                    "B7: the user is asked with another default");
  }
  void on(const Notification& /*call*/) {}

  void on(const notification::StateChanged& call) {
    findings_.check(call.state != reported_, "C4: the same state is reported twice in a row");
    reported_ = call.state;
  }
  void on(const notification::Opened& call) {
    attempts_.on(call, findings_);
    findings_.check(reported_ == rws::State::Connected, "C4: an open is reported after its state");
    ++totalConnections_;
  }
  void on(const notification::Closed& call) {
    attempts_.on(call, findings_);
    turn_.isCloseReported = true;
  }
  void on(const notification::Failed& call) {
    ++totalErrors_;
    if (call.type != ErrorType::HeartbeatUnanswered) return;
    findings_.check(!pings_.isUnanswering() && !pings_.isAnswerer() && !pings_.lastReceivedAt(),
                    "H10: a peer that has sent something counts as one that answers no pings");
    pings_.reportedUnanswering();
    messages_.leftIsDelivered(currentId(), buffered(currentId()), *wires_);
  }
  void on(const notification::MessageTooLarge&) { ++totalErrors_; }
  void on(const notification::RetryScheduled& call) {
    const bool isLoss = turn_.loss.has_value();
    if (!isLoss && turn_.phase == Phase::Exhausted) retries_.seriesStarted();
    retries_.on(call, options(), now_.instant, isLoss, turn_.isSilent, findings_);
  }
  void on(const notification::GaveUp& call) { retries_.on(call, reported_, findings_); }
  void on(const notification::LatencyMeasured& call) {
    findings_.check(latency_ == call.roundTrip, "H3: a round trip that was none");
    latency_.reset();
  }
  template <class Other>
  requires kIsOneOf<Other, Notification>
  void on(const Other& /*call*/) {}

  // H9: a ping follows at least every 64 KB.
  void checkStretch(AttemptId attempt, std::uint64_t bytes) {
    constexpr std::uint64_t kStretch = 65536;
    const bool isAlone = stretch_ == 0;
    stretch_ += bytes + kFrameBytes;
    const bool isDemanded = isProofExpected() && isStretchKnown_ && pings_.pings().size() < 8;
    findings_.check(!isDemanded || isAlone || stretch_ <= kStretch || !attempts_.isOpen(attempt),
                    "H9: more than 64 KB are sent without a ping");
  }

  const Client* client_ = nullptr;
  const Wires* wires_ = nullptr;
  Coverage* coverage_ = nullptr;
  AttemptModel attempts_;
  MessageModel messages_;
  PingModel pings_;
  RetryModel retries_;
  Findings findings_;
  Turn turn_;
  Now now_{};                      // the driver's time in this turn
  EpochMs lastReadingAtWall_ = 0;  // of both clocks, for an event that answers nothing
  rws::State reported_ = rws::State::Disconnected;
  bool hasDecider_ = false;
  bool isRefused_ = false;            // the socket refused a message; none was taken since
  std::optional<Duration> latency_;   // to be reported in this turn
  std::uint64_t pongsDue_ = 0;        // to be sent in this turn
  std::uint64_t stretch_ = 0;         // bytes of messages since the last ping
  bool isStretchKnown_ = false;       // no ping of this connection was refused
  std::optional<Instant> connectBy_;  // the time limit of the attempt
  bool isConnectByExtended_ = false;
  std::optional<Instant> stableAt_;
  std::optional<Instant> openedAt_;
  std::optional<Instant> graceAt_;         // the time limit of the closing attempt
  std::optional<Instant> graceAfterTurn_;  // of the one closed in this turn
  Duration connected_{};                   // all connections that are over
  std::uint64_t totalMessages_ = 0;
  std::uint64_t totalErrors_ = 0;
  std::uint64_t totalConnections_ = 0;
};

}  // namespace rws::test
