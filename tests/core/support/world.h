// One client in a small world: the real driver on a scripted platform, watched by a judge. A world can be
// copied, and the copies go different ways. world_move.h says what can happen in it.
#pragma once

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdint>
#include <functional>
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
#include "state_digest.h"

namespace rws::test {

// What the platform consists of.
struct Host {
  Now clock{Instant(std::chrono::seconds(100)), 1'700'000'000'000};
  std::optional<Instant> timerAt{};           // by the monotonic clock
  std::optional<bool> answer{};               // of the user's shouldReconnect
  std::uint8_t refusedIn = 0;                 // the socket refuses that send from now, 0 for none
  AttemptId closingItself = AttemptId::None;  // the socket whose readyState is CLOSING
  bool isSecond = false;                      // of what happens every second time
  MessageId lastMessage = 0;
  std::vector<std::pair<MessageId, std::uint64_t>> payloads{};  // that are kept, and their sizes
};

class World final : private Platform {
 public:
  // The corner must outlive the world.
  World(const Corner& corner, std::uint64_t seed)
      : corner_(&corner), wires_(corner.buffer), driver_(*this, seed, traitsOf(corner)) {
    StateDigest::setOptions(driver_, corner.options);
    judge_.watch(driver_.client(), wires_);
    if (corner.hasDecider) tell(event::SetDecider{true});
  }
  World(const World& other)
      : corner_(other.corner_), wires_(other.wires_), driver_(*this, 0, traitsOf(*other.corner_)) {
    *this = other;
  }
  World& operator=(const World& other) {
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
  [[nodiscard]] Now driverTime() const { return StateDigest::timeOf(driver_, host_.clock); }
  void recordIn(Coverage* coverage) { judge_.recordIn(coverage); }

  // --- time
  void advance(Duration by) {
    host_.clock.instant += by;
    host_.clock.wall += std::chrono::duration_cast<std::chrono::milliseconds>(by).count();
  }
  // The monotonic clock is set back; the timer is not moved by that.
  void stepBack(Duration by) {
    host_.clock.instant -= by;
    if (host_.timerAt) *host_.timerAt -= by;
  }
  // The host's timer fires.
  void fireTimer() {
    host_.timerAt.reset();
    begin();
    // A timer proves that its time has come, whatever the clock shows.
    if (const std::optional<Instant> due = driver_.timerDue()) judge_.timeIsAtLeast(*due);
    judge_.told(event::TimerFired{});
    driver_.timerFired();
    end();
  }

  // --- events. Each is a turn, or belongs to the turn under way.
  void tell(const Event& event) {
    const bool isOwnTurn = !isInTurn_;
    if (isOwnTurn) begin();
    if (!isLogging_) judge_.told(event);
    std::visit([this](const auto& concrete) { call(concrete); }, event);
    if (isOwnTurn) end();
  }
  // A text arrived. The driver says whether it is for the client itself.
  void receiveText(AttemptId attempt, std::string_view text) {
    const ControlFrame frame = readControlFrame(text);
    begin();
    if (!isLogging_) judge_.told(event::FrameReceived{attempt, frame});
    const bool isOwn = frame.kind == ControlKind::Pong ||
                       (frame.kind == ControlKind::Ping && client().options().answerPings);
    const bool isConsumed = driver_.textReceived(attempt, text);
    end();
    check(isConsumed == isOwn, "R2: a frame is taken for another one");
  }
  // A frame arrived that is no control frame. Soon after a turn that takes the short way.
  void receiveFrame(AttemptId attempt) {
    constexpr EpochMs kSoon = ClockWatch::kJump / std::chrono::milliseconds(1);
    const bool isShort = host_.clock.wall - judge_.lastReadingAtWall() <= kSoon;
    judge_.shortWay(true, isShort);
    if (!isShort) return tell(event::FrameReceived{attempt});
    const EpochMs advance = std::clamp<EpochMs>(host_.clock.wall - judge_.now().wall, 0, kSoon);
    judge_.receivedShortly(attempt, std::chrono::milliseconds(advance));
    driver_.frameReceived(attempt);
    checkTimer();
  }

  // Everything that the socket of an attempt that is over may say, or of a closing one, whose close event
  // counts. It changes nothing.
  void tellStale(AttemptId attempt, bool isClosing) {
    // With this event, which means nothing else, all that the clocks and the buffer show is read: the second
    // time also what a probe has put into the buffer.
    tell(event::VisibilityChanged{false});
    tell(event::VisibilityChanged{false});
    const DigestValue before = digestOfDriver();
    isStale_ = true;
    call(event::AddressResolved{attempt});
    call(event::AttemptFailed{attempt, "late"});
    call(event::SocketOpened{attempt});
    call(event::SocketErrored{attempt});
    call(event::FrameReceived{attempt});
    (void)driver_.textReceived(attempt, R"({"type":"ping","timestamp":1})");
    if (!isClosing) {
      call(event::MessageRefused{attempt, 1, false});
      call(event::SocketClosed{attempt, {1008, "", true}});
    }
    isStale_ = false;
    check(digestOfDriver() == before, "C3: an event of an attempt that is over changes something");
  }

  // --- messages
  void send(std::uint64_t bytes, const SendOptions& options) { send(bytes, bytes, options); }
  // A text of 10 units whose size was not measured.
  void sendText() { send(kTextBytes, kTextUnits, {}); }
  // The same by the short way. Where that is not open it takes the other. `meanwhile` happens before the
  // refusal is reported, which `isRefused` asks for.
  void sendShortly(bool isRefused, const std::function<void()>& meanwhile) {
    const ModelMessage message = newMessage(kTextBytes, kTextUnits, {});
    const Message told{message.id, kTextUnits, false};
    const bool isShort = driver_.trySendNow(told);
    judge_.shortWay(false, isShort);
    if (!isShort) return sendAccepted(message, told, {});
    const AttemptId attempt = client().currentAttempt();
    judge_.sentShortly(attempt, message);
    const SendResult result = isRefused ? SendResult::Refused : resultOfSend(attempt);
    const std::uint64_t before = wires_.messageEnd(attempt);
    if (result == SendResult::Sent) wires_.give(attempt, kTextBytes, true);
    judge_.messageTaken(attempt, message.id, before);
    if (result != SendResult::Sent) {
      meanwhile();
      tell(event::MessageRefused{attempt, message.id, result == SendResult::Closing});
    }
    checkTimer();
  }

  // --- without the judge, to compare what happens inside and outside of a callback
  // From now on no rule is checked, and the calls of the platform are logged. Within the call of that number,
  // counted from 1, the events happen.
  void log(std::size_t callNumber, const std::vector<Event>& inside) {
    isLogging_ = true;
    insideAt_ = callNumber;
    inside_ = inside;
  }
  void tellLogged(const std::vector<Event>& events) {
    for (const Event& event : events) {
      if (const auto* const send = std::get_if<event::Send>(&event)) keepPayload(send->message.bytes);
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

 private:
  static constexpr std::uint64_t kTextUnits = 10;
  static constexpr std::uint64_t kTextBytes = 30;

  static constexpr const char* kOpenError = "SyntaxError";

  struct Log {
    Digest digest;
    std::size_t calls = 0;
  };

  static HostTraits traitsOf(const Corner& corner) {
    HostTraits traits;
    traits.countsWholeMessages = corner.buffer == BufferKind::WholeMessages;
    return traits;
  }
  void check(bool holds, const char* rule) {
    if (!isLogging_) judge_.findings().check(holds, rule);
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
  void turnEnded() override {
    check(isInTurn_, "R1: a turn ends twice");
    isInTurn_ = false;
    if (isLogging_) return;
    judge_.end(true);
    checkTimer();
    if (corner_->reconnectsInListener && judge_.hasReportedClose()) tell(event::Connect{});
  }
  // The timer fires at the next deadline, or before it.
  void checkTimer() {
    const std::optional<Instant> next = client().nextDeadline();
    check(next.has_value() == host_.timerAt.has_value(), "H1: the timer is set while there is a deadline");
    if (!next || !host_.timerAt) return;
    const Duration left = std::max(*next - driverTime().instant, Duration::zero());
    check(*host_.timerAt - host_.clock.instant <= std::chrono::ceil<std::chrono::milliseconds>(left),
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
  void call(const event::ClearQueue&) { driver_.clearQueue(); }
  void call(const event::CheckNetwork&) { driver_.checkNetwork(); }
  void call(const event::SlowDown&) { driver_.slowDown(); }
  void call(const event::ContactSupport&) { driver_.contactSupport(); }
  void call(const event::ResetRecovery&) { driver_.resetRecovery(); }
  void call(const event::AddressResolved& event) { driver_.addressResolved(event.attempt); }
  void call(const event::AttemptFailed& event) { driver_.attemptFailed(event.attempt, event.reason); }
  void call(const event::SocketOpened& event) { driver_.socketOpened(event.attempt); }
  void call(const event::SocketErrored& event) { driver_.socketErrored(event.attempt); }
  void call(const event::SocketClosed& event) {
    driver_.socketClosed(event.attempt, event.info.code, event.info.reason, event.info.wasClean);
  }
  void call(const event::FrameReceived& event) { driver_.frameReceived(event.attempt); }
  void call(const event::MessageRefused& event) {
    driver_.messageRefused(event.attempt, event.message, event.isClosing);
  }
  // Only the driver itself tells these.
  void call(const event::ControlRefused&) { assert(false); }
  void call(const event::ShouldReconnectAnswered&) { assert(false); }
  void call(const event::NetworkChanged& event) { driver_.networkChanged(event.isOnline); }
  void call(const event::VisibilityChanged& event) { driver_.visibilityChanged(event.isVisible); }
  void call(const event::PageSuspended&) { driver_.pageSuspended(); }
  void call(const event::PageResumed&) { driver_.pageResumed(); }
  void call(const event::TimerFired&) { driver_.wake(); }

  [[nodiscard]] DigestValue digestOfDriver() const {
    IdentityOrder order;
    StateDigest::include(client(), order);
    Digest digest;
    StateDigest{digest, order, driverTime()}.add(driver_, host_.clock.instant);
    return digest.value();
  }
  MessageId keepPayload(std::uint64_t bytes) {
    host_.payloads.emplace_back(++host_.lastMessage, bytes);
    return host_.lastMessage;
  }
  ModelMessage newMessage(std::uint64_t bytes, std::uint64_t leastBytes, const SendOptions& options) {
    ModelMessage message;
    message.id = keepPayload(bytes);
    message.bytes = bytes;
    message.leastBytes = leastBytes;
    message.isVolatile = options.isVolatile;
    if (options.ttl) message.expiresAt = driverTime().instant + *options.ttl;
    return message;
  }
  void send(std::uint64_t bytes, std::uint64_t leastBytes, const SendOptions& options) {
    const ModelMessage message = newMessage(bytes, leastBytes, options);
    sendAccepted(message, {message.id, leastBytes, bytes == leastBytes}, options);
  }
  void sendAccepted(const ModelMessage& message, const Message& told, const SendOptions& options) {
    begin();
    judge_.told(event::Send{told, options});
    judge_.accept(message);
    const bool isSent = driver_.send(told, options);
    end();
    check(isSent == (lastTaken_ == told.id), "Q2: send() says whether the socket has the message");
  }

  // --- the platform
  Now now() override { return host_.clock; }
  void setTimer(std::int32_t milliseconds) override {
    check(milliseconds >= 0, "H1: the timer is set for the past");
    host_.timerAt = host_.clock.instant + std::chrono::milliseconds(milliseconds);
  }
  void clearTimer() override { host_.timerAt.reset(); }
  void resolveAddress(AttemptId attempt) override {
    called(effect::ResolveAddress{attempt}, [this, attempt] {
      if (corner_->resolvesLater) return;
      if (corner_->atOnce == AtOnce::ResolveFails && isSecondTime()) {
        tell(event::AttemptFailed{attempt, "no address"});
      } else {
        tell(event::AddressResolved{attempt});
      }
    });
  }
  std::string openSocket(AttemptId attempt) override {
    const bool fails = corner_->atOnce == AtOnce::OpenThrows && isSecondTime();
    called(effect::OpenSocket{attempt}, [this, attempt, fails] {
      if (fails) return;
      wires_.open(attempt);
      if (corner_->atOnce == AtOnce::OpenOpens) tell(event::SocketOpened{attempt});
      if (corner_->atOnce != AtOnce::OpenCloses || !isSecondTime()) return;
      tell(event::SocketErrored{attempt});
      tell(event::SocketClosed{attempt});
    });
    if (fails && !isLogging_) judge_.openFailed(attempt, kOpenError);
    return fails ? kOpenError : "";
  }
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override {
    called(effect::CloseSocket{attempt, code, reason}, [this, attempt, code] {
      if (corner_->atOnce == AtOnce::CloseCloses) tell(event::SocketClosed{attempt, {code, "", true}});
    });
  }
  void release(AttemptId attempt) override {
    called(effect::Release{attempt});
    wires_.release(attempt);
    if (host_.closingItself == attempt) host_.closingItself = AttemptId::None;
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
    const SendResult result = resultOfSend(attempt);
    if (result == SendResult::Sent) wires_.give(attempt, text.size(), false);
    if (!isLogging_) judge_.controlSent(isPing, result);
    return result;
  }
  SendResult sendMessage(AttemptId attempt, MessageId message) override {
    called(effect::SendMessage{attempt, message});
    const std::uint64_t bytes = sizeOf(message);
    const SendResult result = resultOfSend(attempt);
    if (!isLogging_) judge_.messageGiven(result);
    if (result != SendResult::Sent) return result;
    const std::uint64_t before = wires_.messageEnd(attempt);
    wires_.give(attempt, bytes, true);
    lastTaken_ = message;
    if (!isLogging_) judge_.messageTaken(attempt, message, before);
    return result;
  }
  std::uint64_t sizeOf(MessageId message) override {
    const auto found = std::find_if(host_.payloads.begin(), host_.payloads.end(),
                                    [message](const auto& payload) { return payload.first == message; });
    check(found != host_.payloads.end(), "Q9: a message is used after its end");
    return found == host_.payloads.end() ? 0 : found->second;
  }
  void delivered(MessageRange messages) override {
    called(effect::Delivered{messages});
    forget(messages);
  }
  void unconfirmed(MessageRange messages) override {
    called(effect::Unconfirmed{messages});
    forget(messages);
  }
  void dropped(MessageId message, DropReason reason) override {
    called(effect::Dropped{message, reason});
    forget({message - 1, message});
  }
  void discarded(MessageId message) override {
    called(effect::Discarded{message});
    forget({message - 1, message});
  }
  std::optional<bool> shouldReconnect(const CloseInfo& info, bool byDefault) override {
    called(effect::AskShouldReconnect{AttemptId::None, info, byDefault});
    if (!isLogging_) judge_.answered(host_.answer);
    return host_.answer;
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
    if (!isLogging_) judge_.called(call);
    react();
    if (!isLogging_) return;
    EffectDigest(log_.digest).add(call);
    if (++log_.calls == insideAt_) tellLogged(inside_);
  }
  void forget(MessageRange range) {
    host_.payloads.erase(std::remove_if(host_.payloads.begin(), host_.payloads.end(),
                                        [range](const auto& payload) {
                                          return payload.first > range.after && payload.first <= range.upTo;
                                        }),
                         host_.payloads.end());
  }
  bool isSecondTime() {
    host_.isSecond = !host_.isSecond;
    return !host_.isSecond;
  }
  // What becomes of something given to the socket now.
  SendResult resultOfSend(AttemptId attempt) {
    if (host_.closingItself == attempt) return SendResult::Closing;
    if (host_.refusedIn == 0 || --host_.refusedIn > 0) return SendResult::Sent;
    return SendResult::Refused;
  }

  const Corner* corner_;
  Host host_;
  Wires wires_;
  ClientJudge judge_;
  Driver driver_;
  MessageId lastTaken_ = 0;
  bool isInTurn_ = false;
  bool isStale_ = false;
  std::size_t turns_ = 0;
  bool isLogging_ = false;
  Log log_;
  std::size_t insideAt_ = 0;
  std::vector<Event> inside_;
};

}  // namespace rws::test
