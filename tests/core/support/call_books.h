// The books of one client, kept from what the driver calls its platform for. A call that nothing explains is
// a finding.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "effects.h"
#include "event_books.h"
#include "platform.h"

namespace rws::test {

class CallBooks : public EventBooks {
 public:
  // So many bytes need no time to be transferred.
  static constexpr std::uint64_t kFreeBytes = 4096;

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
  // A function of the user has made a ping.
  void pingMade() { turn_.isListened = true; }
  void messageGiven(SendResult result) {
    if (coverage_ != nullptr) coverage_->messageResults.set(static_cast<std::size_t>(result));
    if (result == SendResult::Sent) {
      turn_.isListened = true;
    } else {
      isRefused_ = true;
    }
  }
  // `control`: what the socket took between the message before and this one.
  void messageTaken(AttemptId attempt, MessageId message, const ControlFrames& control) {
    messages_.taken(message, attempt, control, wires_->given(attempt));
    ++totalMessages_;
    isRefused_ = false;
    // Such pings are a second apart.
    constexpr Duration kSpacing = std::chrono::seconds(1);
    if (isProofExpected() && !pingBy_) pingBy_ = now_.instant + std::max(kSpacing, options().confirmAfter);
    checkStretch(attempt, messages_.at(message)->bytes);
  }
  void controlSent(bool isPing, SendResult result) {
    if (coverage_ != nullptr) coverage_->controlResults.set(static_cast<std::size_t>(result));
    if (!isPing || result == SendResult::Sent) return;
    // It proves nothing.
    pings_.refused();
    isStretchKnown_ = false;
  }
  void answered(std::optional<bool> answer) {
    turn_.answer = answer;
    retries_.answered(answer);
  }

 private:
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
  void on(const effect::StartHandshake& call) { attempts_.on(call, findings_); }
  void on(const effect::SendHello&) { checkNoSession(); }
  void on(const effect::LeaveSession&) { checkNoSession(); }
  void on(const effect::SendSessionFrame&) { checkNoSession(); }
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
    const bool isUnheard = reason == "Silence timeout";
    turn_.isSilent = isUnheard || reason == "Pong timeout";
    const bool isTimeout = turn_.isSilent || reason == "Connection timeout";
    if (isUnheard) checkSilent();
    if (turn_.isSilent && !isUnheard) {
      checkVerdict();
      pings_.endedSilently();
    }
    if (includes<event::TimerFired>() && isTimeout) return lost({1006, std::string(reason), false});
    connectionEnded();
    if (includes<event::NetworkChanged, event::PageSuspended>()) retries_.replaced();
  }
  // A verdict without pings.
  void checkSilent() {
    findings_.check(isListening() && includes<event::TimerFired>(), "H5: a verdict on a peer that is pinged");
    findings_.check(now_.instant - pings_.quietSince() >= options().heartbeat.silence,
                    "H5: a peer is given up while it sends");
    findings_.check(turn_.lateness <= kPunctual || pings_.hasLateProbe(),
                    "H5: a late timer alone closes a connection");
  }
  // A verdict on a silent peer.
  void checkVerdict() {
    findings_.check(includes<event::TimerFired>(), "H5: a verdict without a timer");
    findings_.check(!pings_.pings().empty() || pings_.hasRefused(), "H5: a verdict without a ping");
    findings_.check(now_.instant - pings_.quietSince() >= pings_.leastTimeout(),
                    "H5: a peer is given up while it sends");
    findings_.check(turn_.lateness <= kPunctual || pings_.hasLateProbe(),
                    "H5: a late timer alone closes a connection");
    findings_.check(pings_.hasEverReceived() || pings_.silentEnds() == 0 || !wasAtOnce_,
                    "H10: a peer that never sends anything costs two connections");
  }
  void on(const effect::SendPing& call) {
    findings_.check(attempts_.isOpen(call.attempt), "H8: a ping for a socket that is not open");
    findings_.check(options().sendsPings(), "H2: a ping without a heartbeat");
    const MessageId certain = outlived(call.attempt).certain;
    messages_.outlived(call.attempt, certain, buffered(call.attempt), *wires_);
    const bool isCustom = call.customBytes > 0;
    findings_.check(isCustom == (options().heartbeat.mode == HeartbeatMode::Custom),
                    "H2: a ping of another form");
    pings_.sent(call.timestamp, now_.instant, messages_.newestOn(call.attempt), stretch_ <= kFreeBytes,
                isCustom);
    turn_.hasPinged = true;
    if (turn_.lateness > kPunctual) pings_.lateProbeSent();
    stretch_ = 0;
    pingBy_.reset();
  }
  [[nodiscard]] PingModel::Outlived outlived(AttemptId attempt) const {
    return pings_.outlived(options(), wires_->given(attempt) < kFreeBytes / 2);
  }
  void on(const effect::SendPong& call) {
    findings_.check(attempts_.isOpen(call.attempt) || attempts_.is(call.attempt, State::Handshaking),
                    "H8: a pong for a socket that is not open");
    findings_.check(pongsDue_ > 0, "H8: a pong that nothing asked for");
    --pongsDue_;
    if (call.reply.key > 0) turn_.isListened = true;  // the socket may answer at once
  }
  void on(const effect::SendMessage& call) {
    findings_.check(attempts_.isOpen(call.attempt), "Q3: a message for a socket that is not open");
    messages_.sending(call, now_.instant, findings_);
  }
  void on(const effect::Delivered& call) {
    turn_.isListened = true;
    messages_.ended(call.messages, MessageModel::Duty::Deliver, findings_, [this](const ModelMessage& m) {
      const bool hasLeft = messages_.hasLeft(m, buffered(m.attempt), *wires_);
      const bool isEnough = turn_.isLeftDelivered || !isProofExpected();
      if (hasLeft && isEnough) return true;
      // With the ping that follows.
      turn_.needsPing = true;
      return hasLeft && m.id <= outlived(m.attempt).possible;
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
    turn_.close = call;
    if (unreportedLoss_) lossReported(*std::exchange(unreportedLoss_, std::nullopt), call);
  }
  // A loss counts as one error, with the error event of its socket. It is reported as an error, unless a
  // retry of an open connection follows.
  void lossReported(const UnreportedLoss& loss, const notification::Closed& call) {
    const ErrorType type = toErrorType(loss.info, client_->isOnline());
    const bool isCounted = loss.hadOpened && isErrorCounted_ && type == ErrorType::Network;
    if (type != ErrorType::None && !isCounted) ++totalErrors_;
    const bool isRecoverable = loss.hadOpened && call.shouldReconnect;
    findings_.check(loss.isFailed == (type != ErrorType::None && !isRecoverable),
                    "B8: a loss is not reported as it should be");
  }
  void on(const notification::Failed& call) {
    const bool isOfLoss = call.type != ErrorType::HeartbeatUnanswered && call.type != ErrorType::Send;
    if (isOfLoss) {
      findings_.check(unreportedLoss_ && !unreportedLoss_->isFailed, "B8: an error of no loss");
      if (unreportedLoss_) unreportedLoss_->isFailed = true;
      return;
    }
    ++totalErrors_;
    if (call.type != ErrorType::HeartbeatUnanswered) return;
    findings_.check(!pings_.isUnanswering() && !pings_.hasEverReceived(),
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

  void checkNoSession() { findings_.check(false, "H8: a frame of a session without one"); }

  // H9: a ping follows at least every 64 KB, or on a fast link every 8 MB. Any answer may have shown that it
  // is fast.
  void checkStretch(AttemptId attempt, std::uint64_t bytes) {
    const bool isAlone = stretch_ == 0;
    stretch_ += bytes + kFrameBytes;
    const bool isDemanded = isProofExpected() && isStretchKnown_;
    findings_.check(!isDemanded || isAlone || stretch_ <= longestStretch_ || !attempts_.isOpen(attempt),
                    "H9: too much is sent without a ping");
  }
};

}  // namespace rws::test
