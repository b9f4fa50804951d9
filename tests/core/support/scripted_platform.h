// The driver of a small world and the platform that it runs on. What happens is told to the judge as well,
// and so is every call that the driver makes. What the host does at once, inside of a call, is up to the
// corner.
#pragma once

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "client_judge.h"
#include "corner.h"
#include "driver.h"
#include "effect_digest.h"
#include "host.h"
#include "state_digest.h"

namespace rws::test {

class ScriptedPlatform : private Platform {
 public:
  // --- getters
  [[nodiscard]] const ClientJudge& judge() const { return judge_; }
  [[nodiscard]] const Findings& findings() const { return judge_.findings(); }
  [[nodiscard]] const Client& client() const { return driver_.client(); }
  [[nodiscard]] const Driver& driver() const { return driver_; }
  [[nodiscard]] const Corner& corner() const { return *corner_; }
  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] Host& host() { return host_; }
  [[nodiscard]] const Wires& wires() const { return wires_; }
  [[nodiscard]] Wires& wires() { return wires_; }
  // The driver's time, as it would read it now.
  [[nodiscard]] Now driverTime() const { return StateDigest::timeOf(driver_, host_.clock()); }
  void recordIn(Coverage* coverage) { judge_.recordIn(coverage); }

  // --- events
  // A turn of its own, or a part of the turn under way.
  void tell(const Event& event) {
    const bool isOwnTurn = !isInTurn_;
    if (isOwnTurn) begin();
    told(event);
    std::visit([this](const auto& concrete) { call(concrete); }, event);
    if (isOwnTurn) end();
  }

  // --- without the judge, to compare what happens inside and outside of a callback
  // From now on no rule is checked, the calls of the platform are logged, and the host does nothing at once.
  // Within the call of that number, counted from 1, the events happen.
  void log(std::size_t callNumber, const std::vector<Event>& inside) {
    isLogging_ = true;
    insideAt_ = callNumber;
    inside_ = inside;
  }
  void tellLogged(const std::vector<Event>& events) {
    for (const Event& event : events) {
      if (const auto* const send = std::get_if<event::Send>(&event)) (void)host_.keep(send->message.bytes);
      tell(event);
    }
  }
  [[nodiscard]] std::size_t calls() const { return log_.calls; }
  [[nodiscard]] std::size_t turns() const { return turns_; }
  // The calls so far and what they have led to. The timer is left out: one that is early stays set.
  [[nodiscard]] std::pair<DigestValue, DigestValue> outcome() const {
    IdentityOrder order;
    StateDigest::include(client(), order);
    Digest digest;
    StateDigest{digest, order, driverTime()}.add(client());
    return {log_.digest.value(), digest.value()};
  }

 protected:
  // The corner must outlive the platform.
  ScriptedPlatform(const Corner& corner, std::uint64_t seed)
      : corner_(&corner), wires_(corner.buffer), driver_(*this, seed, traitsOf(corner)) {
    StateDigest::setOptions(driver_, corner.options);
    judge_.watch(driver_.client(), wires_);
  }
  ScriptedPlatform(const ScriptedPlatform& other) : ScriptedPlatform(*other.corner_, 0) { *this = other; }
  ScriptedPlatform& operator=(const ScriptedPlatform& other) {
    if (this == &other) return *this;
    corner_ = other.corner_;
    host_ = other.host_;
    wires_ = other.wires_;
    judge_ = other.judge_;
    judge_.watch(driver_.client(), wires_);
    StateDigest::copy(other.driver_, driver_);
    log_ = other.log_;
    lastTaken_ = other.lastTaken_;
    isLogging_ = other.isLogging_;
    isInTurn_ = other.isInTurn_;
    turns_ = other.turns_;
    return *this;
  }
  ~ScriptedPlatform() = default;

  void check(bool holds, const char* rule) {
    if (!isLogging_) judge_.findings().check(holds, rule);
  }

  void told(const Event& event) {
    if (!isLogging_) judge_.told(event);
  }

  // --- turns
  void begin() {
    isInTurn_ = true;
    ++turns_;
    if (!isLogging_) judge_.begin(driverTime());
  }
  void end() {
    if (!isInTurn_) return;  // turnEnded() was the end of it
    isInTurn_ = false;
    if (isLogging_) return;
    judge_.end(false);
    checkTimer();
  }
  // The timer fires at the next deadline, or before it. It is set by whole milliseconds.
  void checkTimer() {
    const std::optional<Instant> next = client().nextDeadline();
    check(next.has_value() == host_.timerAt().has_value(), "H1: the timer is set while there is a deadline");
    if (!next || !host_.timerAt()) return;
    const Duration left = std::max(*next - driverTime().instant, Duration::zero());
    check(*host_.timerAt() - host_.clock().instant < left + std::chrono::milliseconds(1),
          "H1: the timer fires after a deadline");
  }

  // --- the calls of the driver
  void call(const event::Connect&) { driver_.connect(); }
  void call(const event::Disconnect&) { driver_.disconnect(); }
  void call(const event::Reconnect&) { driver_.reconnect(); }
  void call(const event::Destroy&) { driver_.destroy(); }
  void call(const event::Send& event) { (void)driver_.send(event.message, event.options); }
  void call(const event::SetOption& event) { (void)driver_.setOption(event.name, event.value); }
  void call(const event::SetDecider& event) { driver_.setDecider(event.isPresent); }
  void call(const event::SetHandshake& event) { driver_.setHandshake(event.isPresent); }
  void call(const event::SetHeartbeat& event) { driver_.setHeartbeat(event.heartbeat); }
  void call(const event::SetSession& event) { driver_.setSession(event.session); }
  void call(const event::SetResend& event) { driver_.setResend(event.isOn); }
  void call(const event::ClearQueue&) { driver_.clearQueue(); }
  void call(const event::CheckNetwork&) { driver_.checkNetwork(); }
  void call(const event::SlowDown&) { driver_.slowDown(); }
  void call(const event::ContactSupport&) { driver_.contactSupport(); }
  void call(const event::ResetRecovery&) { driver_.resetRecovery(); }
  void call(const event::AddressResolved& event) { driver_.addressResolved(event.attempt); }
  void call(const event::AttemptFailed& event) { driver_.attemptFailed(event.attempt, event.reason); }
  void call(const event::SocketOpened& event) { driver_.socketOpened(event.attempt); }
  void call(const event::HandshakeDone& event) {
    // What the handshake has sent counts as one frame of the client from now on.
    if (judge_.attempts().isOpen(event.attempt)) wires_.handshakeDone(event.attempt);
    driver_.handshakeDone(event.attempt);
  }
  void call(const event::HandshakeFailed& event) {
    driver_.handshakeFailed(event.attempt, event.code, event.reason);
  }
  void call(const event::SocketErrored& event) { driver_.socketErrored(event.attempt); }
  void call(const event::SocketClosed& event) {
    driver_.socketClosed(event.attempt, event.info.code, event.info.reason, event.info.wasClean);
  }
  void call(const event::FrameReceived& event) {
    if (event.control.kind >= ControlKind::CustomPing) {
      return driver_.customReceived(event.attempt, event.control.reply);
    }
    // The fast path reads no buffer, so that it is compared with nothing.
    if (isLogging_) return (void)driver_.textReceived(event.attempt, "a message");
    (void)driver_.frameReceived(event.attempt);
  }
  void call(const event::MessageRefused& event) {
    driver_.messageRefused(event.attempt, event.message, event.isClosing);
  }
  // Of sessions, which have tests of their own.
  void call(const event::SessionFrameReceived&) { assert(false); }
  // Only the driver itself tells these.
  void call(const event::Acknowledge&) { assert(false); }
  void call(const event::ControlRefused&) { assert(false); }
  void call(const event::ShouldReconnectAnswered&) { assert(false); }
  void call(const event::NetworkChanged& event) { driver_.networkChanged(event.isOnline); }
  void call(const event::VisibilityChanged& event) { driver_.visibilityChanged(event.isVisible); }
  void call(const event::PageSuspended&) { driver_.pageSuspended(); }
  void call(const event::PageResumed&) { driver_.pageResumed(); }
  void call(const event::TimerFired&) { driver_.wake(); }

  const Corner* corner_;
  Host host_;
  Wires wires_;
  ClientJudge judge_;
  Driver driver_;
  MessageId lastTaken_ = 0;  // by a socket
  bool isInTurn_ = false;
  bool isStale_ = false;  // what is told now must have no effect

 private:
  static constexpr const char* kOpenError = "SyntaxError";
  static constexpr std::uint64_t kCustomPing = 20;

  struct Log {
    Digest digest;
    std::size_t calls = 0;
  };

  static HostTraits traitsOf(const Corner& corner) {
    HostTraits traits;
    traits.countsWholeMessages = corner.buffer == BufferKind::WholeMessages;
    return traits;
  }

  // --- the platform
  void turnEnded() override {
    check(isInTurn_, "R1: a turn ends twice");
    isInTurn_ = false;
    if (isLogging_) return;
    judge_.end(true);
    checkTimer();
    if (corner_->reconnectsInListener && judge_.hasReportedClose()) tell(event::Connect{});
  }
  Now now() override { return host_.clock(); }
  void setTimer(std::int32_t milliseconds) override {
    check(milliseconds >= 0, "H1: the timer is set for the past");
    host_.setTimer(std::chrono::milliseconds(milliseconds));
  }
  void clearTimer() override { host_.clearTimer(); }
  void resolveAddress(AttemptId attempt) override {
    called(effect::ResolveAddress{attempt}, [this, attempt] {
      if (corner_->resolvesLater) return;
      if (corner_->atOnce == AtOnce::ResolveFails && host_.isSecondTime()) {
        tell(event::AttemptFailed{attempt, "no address"});
      } else {
        tell(event::AddressResolved{attempt});
      }
    });
  }
  std::string openSocket(AttemptId attempt) override {
    const bool fails = corner_->atOnce == AtOnce::OpenThrows && host_.isSecondTime();
    if (!fails) wires_.open(attempt);
    called(effect::OpenSocket{attempt}, [this, attempt, fails] {
      if (fails) return;
      if (corner_->atOnce == AtOnce::OpenOpens) tell(event::SocketOpened{attempt});
      if (corner_->atOnce != AtOnce::OpenCloses || !host_.isSecondTime()) return;
      tell(event::SocketErrored{attempt});
      tell(event::SocketClosed{attempt});
    });
    if (fails && !isLogging_) judge_.openFailed(attempt, kOpenError);
    return fails ? kOpenError : "";
  }
  void startHandshake(AttemptId attempt) override {
    called(effect::StartHandshake{attempt}, [this, attempt] {
      if (corner_->atOnce != AtOnce::HandshakeEnds) return;
      if (host_.isSecondTime()) {
        tell(event::HandshakeFailed{attempt});
      } else {
        tell(event::HandshakeDone{attempt});
      }
    });
  }
  void sendHello(AttemptId attempt, std::string_view /*text*/) override {
    called(effect::SendHello{attempt});
  }
  void leaveSession(AttemptId attempt) override { called(effect::LeaveSession{attempt}); }
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override {
    called(effect::CloseSocket{attempt, code, std::string(reason)}, [this, attempt, code] {
      if (corner_->atOnce == AtOnce::CloseCloses) tell(event::SocketClosed{attempt, {code, "", true}});
    });
  }
  void release(AttemptId attempt) override {
    called(effect::Release{attempt});
    wires_.release(attempt);
    host_.release(attempt);
  }
  std::uint64_t bufferedAmount(AttemptId attempt) override { return wires_.buffered(attempt); }
  SendResult sendControl(AttemptId attempt, std::string_view text) override {
    const ControlFrame frame = readControlFrame(text);
    const bool isPing = frame.kind == ControlKind::Ping;
    if (isPing) {
      EpochMs timestamp = 0;
      (void)std::from_chars(frame.timestamp.data(), frame.timestamp.data() + frame.timestamp.size(),
                            timestamp);
      called(effect::SendPing{attempt, timestamp});
    } else {
      check(frame.kind == ControlKind::Pong, "H8: a control frame is a ping or a pong");
      called(effect::SendPong{attempt, frame.timestamp});
    }
    return giveControl(attempt, text.size(), isPing);
  }
  std::uint64_t makePing() override {
    if (!isLogging_) judge_.pingMade();
    return kCustomPing;
  }
  SendResult sendCustom(AttemptId attempt, std::uint64_t reply) override {
    constexpr std::uint64_t kReply = 30;  // WorldMove
    const bool isPing = reply == 0;
    if (isPing) {
      called(effect::SendPing{attempt, 0, 0, kCustomPing});
    } else {
      called(effect::SendPong{attempt, {}, 0, {reply, kReply}});
    }
    return giveControl(attempt, isPing ? kCustomPing : kReply, isPing);
  }
  SendResult giveControl(AttemptId attempt, std::uint64_t bytes, bool isPing) {
    const SendResult result = host_.resultOfSend(attempt);
    if (result == SendResult::Sent) {
      wires_.give(attempt, bytes, false);
    } else {
      wires_.refuseControl(attempt, bytes);
    }
    if (!isLogging_) judge_.controlSent(isPing, result);
    return result;
  }
  SendResult sendMessage(AttemptId attempt, MessageId message) override {
    called(effect::SendMessage{attempt, message});
    const std::uint64_t bytes = sizeOf(message);
    const SendResult result = host_.resultOfSend(attempt);
    if (!isLogging_) judge_.messageGiven(result);
    if (result != SendResult::Sent) return result;
    const ControlFrames control = wires_.at(attempt)->control;
    wires_.give(attempt, bytes, true);
    lastTaken_ = message;
    if (!isLogging_) judge_.messageTaken(attempt, message, control);
    return result;
  }
  std::uint64_t sizeOf(MessageId message) override {
    const std::optional<std::uint64_t> size = host_.sizeOf(message);
    check(size.has_value(), "Q9: a message is used after its end");
    return size.value_or(0);
  }
  void delivered(MessageRange messages) override {
    called(effect::Delivered{messages});
    host_.forget(messages);
  }
  void unconfirmed(MessageRange messages) override {
    called(effect::Unconfirmed{messages});
    host_.forget(messages);
  }
  void dropped(MessageId message, DropReason reason) override {
    called(effect::Dropped{message, reason});
    host_.forget({message - 1, message});
  }
  void discarded(MessageId message) override {
    called(effect::Discarded{message});
    host_.forget({message - 1, message});
  }
  std::optional<bool> shouldReconnect(const CloseInfo& info, bool byDefault) override {
    called(effect::AskShouldReconnect{AttemptId::None, info, byDefault});
    if (!isLogging_) judge_.answered(host_.answer());
    return host_.answer();
  }
  void notify(const Notification& notification) override { called(notification); }

  void called(const Effect& call) {
    called(call, [] {});
  }
  // `react` is what the host does at once.
  template <class React>
  void called(const Effect& call, React react) {
    check(!isStale_, "C3: an event of an attempt that is over has an effect");
    check(isInTurn_ || isStale_, "R1: the platform is called outside of a turn");
    if (!isLogging_) {
      judge_.called(call);
      return react();
    }
    EffectDigest(log_.digest).add(call);
    if (++log_.calls == insideAt_) tellLogged(inside_);
  }

  std::size_t turns_ = 0;
  bool isLogging_ = false;
  Log log_;
  std::size_t insideAt_ = 0;
  std::vector<Event> inside_;
};

}  // namespace rws::test
