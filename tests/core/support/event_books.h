// The books that an observer keeps of one client: of its attempts, messages, pings and retries. Here they are
// kept from the events that the driver is told; call_books.h keeps them from the calls of the platform, and
// client_judge.h checks them after each turn. The letter and number of a rule name its group among the
// promises of the package.
#pragma once

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

class EventBooks {
 public:
  using State = ModelAttempt::State;

  // --- getters
  [[nodiscard]] const AttemptModel& attempts() const { return attempts_; }
  [[nodiscard]] const MessageModel& messages() const { return messages_; }
  [[nodiscard]] const PingModel& pings() const { return pings_; }
  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] Findings& findings() { return findings_; }
  [[nodiscard]] bool hasHandshake() const { return hasHandshake_; }
  // Whether anything will ever prove a message delivered.
  [[nodiscard]] bool isProofExpected() const { return options().sendsPings() && !pings_.isUnanswering(); }
  // Whether the peer is watched without pings.
  [[nodiscard]] bool isListening() const { return options().isPeerWatched() && !options().sendsPings(); }

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
        turn_.isLeftDelivered = true;
      }
    }
    std::visit([this](const auto& concrete) { happened(concrete); }, event);
  }
  // The socket could not be created.
  void openFailed(AttemptId attempt, std::string_view reason) {
    happened(event::AttemptFailed{attempt, std::string(reason)});
  }
  // The user's message, with the event that sends it.
  void accept(const ModelMessage& message) {
    const bool isRefused = client_->phase() == Phase::Destroyed || message.bytes > options().maxMessageSize;
    messages_.accept(message, isRefused);
  }

  // --- the fast paths, which are no turns
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

    bool isListened = false;                      // something for the user's listeners was reported
    std::optional<notification::Closed> close{};  // as it was reported
    bool isAsked = false;                         // shouldReconnect was called
    std::optional<bool> answer{};                 // what it said
    std::optional<CloseInfo> loss{};              // how the attempt ended
    bool isSilent = false;                        // by the peer's silence
    bool isDoubtful = false;                      // whether it counted as stable before is not known
    bool hasStarted = false;                      // an attempt
    AttemptId closed = AttemptId::None;           // closed by the client
    AttemptId abandoned = AttemptId::None;        // released before its close event
    bool isLeftDelivered = false;                 // what had left counted as delivered
    bool hasPinged = false;
    bool needsPing = false;  // to explain what was reported
    Duration lateness{};
  };

  // The end of an attempt that no Closed has reported yet.
  struct UnreportedLoss {
    CloseInfo info{};
    bool hadOpened = false;
    bool isFailed = false;  // an error was reported for it
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

  void happened(const event::Connect&) {
    if (findTransition(client_->phase(), Trigger::Connect)) retries_.connectionWanted();
  }
  void happened(const event::Reconnect&) {
    if (findTransition(client_->phase(), Trigger::Reconnect)) retries_.connectionWanted();
  }
  void happened(const event::Destroy&) {
    for (const ModelAttempt& attempt : attempts_) {
      messages_.destroyed(attempt.id, buffered(attempt.id), *wires_);
    }
  }
  void happened(const event::AddressResolved& event) { attempts_.addressResolved(event.attempt); }
  void happened(const event::AttemptFailed& event) {
    if (event.attempt != currentId() || attempts_.isOpen(event.attempt)) return;
    attempts_.ended(event.attempt);
    lost({1006, event.reason, false});
  }
  void happened(const event::SocketOpened& event) {
    if (hasHandshake_) {
      (void)attempts_.handshakeBegins(event.attempt);
    } else if (attempts_.socketOpened(event.attempt)) {
      connected();
    }
  }
  void happened(const event::HandshakeDone& event) {
    if (attempts_.handshakeDone(event.attempt)) connected();
  }
  void happened(const event::HandshakeFailed& event) {
    if (!attempts_.is(event.attempt, State::Handshaking)) return;
    lost(event.code == 0 ? CloseInfo{1006, "Handshake failed", false}
                         : CloseInfo{event.code, event.reason, false});
  }
  void connected() {
    pings_.socketOpened();
    pings_.opened(options(), now_.instant);
    openedAt_ = now_.instant;
    stableAt_ = now_.instant + options().stableAfter;
    isErrorCounted_ = false;
    wasAtOnce_ = retries_.used() <= 1;
    isStretchKnown_ = true;
    stretch_ = 0;
    longestStretch_ = kShortestStretch;
    pingBy_.reset();
  }
  void happened(const event::SocketErrored& event) {
    if (!attempts_.isOpen(event.attempt) || isErrorCounted_) return;
    isErrorCounted_ = true;
    ++totalErrors_;
  }
  void happened(const event::SocketClosed& event) {
    const ModelAttempt* const attempt = attempts_.at(event.attempt);
    if (attempt == nullptr || attempt->state < State::Opening) return;
    const std::uint64_t amount = buffered(event.attempt);
    if (attempt->state == State::Closing) {
      const bool isAcknowledged = event.info.wasClean && event.info.code == 1000;
      messages_.closingClosed(event.attempt, amount, isAcknowledged, isProofExpected(), *wires_);
      attempts_.ended(event.attempt);
      return;
    }
    if (attempt->state == State::Open) messages_.closed(event.attempt, amount, isProofExpected(), *wires_);
    attempts_.ended(event.attempt);
    lost(event.info);
  }
  void happened(const event::FrameReceived& event) {
    const ControlFrame& frame = event.control;
    if (attempts_.is(event.attempt, State::Handshaking) && frame.kind == ControlKind::Ping &&
        options().answerPings) {
      ++pongsDue_;
    }
    if (!attempts_.isOpen(event.attempt)) return;
    pings_.received(now_.instant);
    if (frame.kind == ControlKind::None) return;
    if (frame.kind == ControlKind::CustomPing) ++pongsDue_;
    if (frame.kind == ControlKind::CustomPong) {
      if (noteAnswer(event.attempt, pings_.customAnswered(now_.instant))) hasSentPong_ = true;
    }
    if (frame.kind >= ControlKind::CustomPing) return;
    const bool isPing = frame.kind == ControlKind::Ping;
    // A peer that has answered by a pong sends no ping back.
    const bool mayAnswer = !isPing || !hasSentPong_;
    if (mayAnswer && isAnswer(event)) {
      if (!isPing) hasSentPong_ = true;
      return;
    }
    if (isPing && options().answerPings) ++pongsDue_;
  }
  void happened(const event::MessageRefused& event) {
    const ModelMessage* const message = messages_.at(event.message);
    if (message == nullptr || message->attempt != event.attempt) return;
    messages_.returned(event.message);
    pings_.returned(event.message);
    isRefused_ = true;
    --totalMessages_;
  }
  void happened(const event::SetOption& event) {
    const bool isOn = event.name == "enableHeartbeat" && event.value == OptionValue(true);
    if (!isOn || options().enableHeartbeat || !attempts_.isOpen(currentId())) return;
    pings_.opened(options(), now_.instant);
    isStretchKnown_ = false;
    pingBy_.reset();
  }
  void happened(const event::SetHeartbeat& event) {
    const HeartbeatMode mode = event.heartbeat.mode;
    const bool isNew = mode != options().heartbeat.mode;
    if (isNew || mode == HeartbeatMode::Custom) {
      pings_.forgetPeer();
      hasSentPong_ = false;
    }
    if (!isNew || !attempts_.isOpen(currentId())) return;
    pings_.opened(options(), now_.instant);
    isStretchKnown_ = false;
    pingBy_.reset();
  }
  void happened(const event::ResetRecovery&) { retries_.budgetReset(); }
  void happened(const event::SetDecider& event) { hasDecider_ = event.isPresent; }
  void happened(const event::SetHandshake& event) { hasHandshake_ = event.isPresent; }
  void happened(const event::TimerFired&) {
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
  void happened(const Other& /*event*/) {}

  // How the attempt under way ended.
  void lost(const CloseInfo& info) {
    turn_.isDoubtful = stableAt_ && *stableAt_ <= now_.instant && includes<event::TimerFired>();
    if (turn_.isDoubtful) retries_.mayBeStable();
    unreportedLoss_ = UnreportedLoss{info, openedAt_.has_value()};
    connectionEnded();
    turn_.loss = info;
    turn_.loss->reason = clipUtf8(info.reason, kMaxCloseReason);
    retries_.lost(options(), info, readRetryAfter(info.reason), now_.instant);
  }
  // Whether the frame answers an own ping, which is noted then.
  bool isAnswer(const event::FrameReceived& event) {
    const std::string& text = event.control.timestamp;
    EpochMs timestamp = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, timestamp).ptr != end) return false;
    return noteAnswer(event.attempt, pings_.answered(timestamp, now_.instant));
  }
  bool noteAnswer(AttemptId attempt, const std::optional<ModelPing>& ping) {
    if (!ping) return false;
    latency_ = now_.instant - ping->at;
    longestStretch_ = kLongestStretch;
    messages_.proven(attempt, ping->behind);
    return true;
  }
  void connectionEnded() {
    if (openedAt_) connected_ += now_.instant - *openedAt_;
    openedAt_.reset();
    stableAt_.reset();
    pingBy_.reset();
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
  bool hasHandshake_ = false;
  bool isRefused_ = false;           // the socket refused a message; none was taken since
  std::optional<Duration> latency_;  // to be reported in this turn
  std::uint64_t pongsDue_ = 0;       // to be sent in this turn
  bool hasSentPong_ = false;         // the peer has answered a ping by a pong
  std::uint64_t stretch_ = 0;        // bytes of messages since the last ping
  static constexpr std::uint64_t kShortestStretch = 65'536;
  static constexpr std::uint64_t kLongestStretch = 8'388'608;
  std::uint64_t longestStretch_ = kShortestStretch;
  bool isStretchKnown_ = false;       // no ping of this connection was refused
  std::optional<Instant> pingBy_;     // for the messages since the last ping
  bool wasAtOnce_ = false;            // the connection opened with the first attempt, or the first retry
  std::optional<Instant> connectBy_;  // the time limit of the attempt
  bool isConnectByExtended_ = false;
  std::optional<Instant> stableAt_;
  std::optional<Instant> openedAt_;
  std::optional<Instant> graceAt_;         // the time limit of the closing attempt
  std::optional<Instant> graceAfterTurn_;  // of the one closed in this turn
  Duration connected_{};                   // all connections that are over
  std::uint64_t totalMessages_ = 0;
  std::uint64_t totalErrors_ = 0;
  bool isErrorCounted_ = false;  // the error event of the open socket
  std::optional<UnreportedLoss> unreportedLoss_;
  std::uint64_t totalConnections_ = 0;
};

}  // namespace rws::test
