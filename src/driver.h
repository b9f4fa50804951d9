// Runs one Client on a Platform: turns what happens into events, one at a time, performs the effects in their
// order, and keeps the host's timer set. The wasm module, the scenarios and the simulation all run this
// driver.
//
// A turn handles one event, its effects, and all events that arrive meanwhile: commands given inside a
// callback of the user, and events that a socket fires at once. Then the timer is set. If anything was
// reported, a message was sent, or a function of the user may have been called, Platform::turnEnded() is
// called last, and the host runs the user's listeners: what they call is a turn of its own.
//
// Exception: after pageLeaving() the results of the current attempt are held until the page resumes, or
// kLeavingTime has passed: browsers close the sockets of a page before they unload it. Such results come by
// addressResolved(), attemptFailed(), handshakeFailed(), socketErrored() and socketClosed(). While one is
// held, no deadline is handled, and trySendNow() returns false.
//
// What becomes of a message: send() during an outage queues it. A volatile one is discarded instead, and one
// that is too large, after an error. A queued message is dropped when its ttl is over, by disconnect(),
// destroy() and clearQueue(), and by the limits of the queue: as the oldest, or because it alone exceeds
// them. The next open connection sends the queue in order. If the socket refuses a message, that one and all
// sent after it return to the front of the queue. A sent message is delivered when a pong proves that the
// peer has read it; where the peer answers no pings, when it has left the browser; in a session when the
// server has acknowledged it. client_messages.cpp has the details.
//
// What follows the loss of a connection, in this order:
// 1. Messages that the socket still holds return to the front of the queue. Those that have left it without a
//    pong are unconfirmed; with setResend(true) they return, too; where the peer answers no pings, they are
//    delivered. In a session all messages stay on record instead.
// 2. With setDecider(true) the platform's shouldReconnect is asked.
// 3. An error, if the loss is one for the user, and `close` are reported; then the state Reconnecting and the
//    time of the retry, or, if no retry follows, the state Disconnected or Failed.
// 4. The retry starts when it is due, or sooner when the network or the page is back, or by checkNetwork().
//    Its steps are the address, the socket, in a session hello and welcome, and the user's handshake, which a
//    resumed session does not need.
// 5. The state is Connected. A session sends again what the server has not received; then the queue is sent.
// If the client gives the connection up because the peer is silent, steps 2 to 5 do not wait for the socket
// to close. Step 1 waits for that, except in a session and with setResend(true). Meanwhile the queue is not
// sent if the closing socket holds messages that may have to be sent again. After closeGrace the wait is
// over: the messages of that socket are unconfirmed, those that it still holds too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client.h"
#include "events.h"
#include "fifo.h"
#include "platform.h"
#include "types.h"

namespace rws {

class Driver {
 public:
  // `platform` must outlive the driver.
  Driver(Platform& platform, std::uint64_t seed, const HostTraits& traits = {});
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // --- getters
  [[nodiscard]] const Client& client() const { return client_; }
  // The time that the client gets: never before an earlier reading.
  [[nodiscard]] Now now();
  // Whether a turn is running. Events that are given now are queued or held, and the driver must not be
  // deleted.
  [[nodiscard]] bool isInTurn() const { return isInTurn_; }
  // Whether results of the current attempt are held (see above). No deadline is handled meanwhile.
  [[nodiscard]] bool isHolding() const { return !held_.empty(); }
  // When the host's timer is to fire. No value while it is not set.
  [[nodiscard]] std::optional<Instant> timerDue() const { return timerDue_; }

  // --- commands
  void connect() { handle(event::Connect{}); }
  void disconnect() { handle(event::Disconnect{}); }
  void reconnect() { handle(event::Reconnect{}); }
  void destroy() { handle(event::Destroy{}); }
  void clearQueue() { handle(event::ClearQueue{}); }
  void checkNetwork() { handle(event::CheckNetwork{}); }
  void slowDown() { handle(event::SlowDown{}); }
  void contactSupport() { handle(event::ContactSupport{}); }
  void resetRecovery() { handle(event::ResetRecovery{}); }
  // Whether the platform's shouldReconnect is to be asked.
  void setDecider(bool isPresent) { handle(event::SetDecider{isPresent}); }
  // Whether the platform's startHandshake is to be called when a socket has opened.
  void setHandshake(bool isPresent) { handle(event::SetHandshake{isPresent}); }
  // Assigns the option `heartbeat`.
  void setHeartbeat(const HeartbeatOption& heartbeat) { handle(event::SetHeartbeat{heartbeat}); }
  // Assigns the option `session`.
  void setSession(const SessionOption& session) { handle(event::SetSession{session}); }
  // Assigns the option `unconfirmed`: whether such messages are sent again.
  void setResend(bool isOn) { handle(event::SetResend{isOn}); }
  // Assigns any other option. On an error nothing was assigned.
  [[nodiscard]] std::optional<OptionsError> setOption(std::string_view name, const OptionValue& value);

  // --- messages
  // Sends a message; the host stores its payload. True: the socket took it. False: it is queued, or it has
  // ended, or (during a turn) it is not handled yet. Each message ends once, by one of these functions of
  // Platform: delivered(); unconfirmed(), if it was sent and nothing proves that it arrived; dropped(), if it
  // will not be sent or not be sent again; discarded(), after which no event follows. A range of delivered()
  // or unconfirmed() may contain ids that have ended already; the host ignores them.
  bool send(const Message& message, const SendOptions& options);
  // The fast path for a message without options. True: the message is on record as sent. The caller gives it
  // to the socket at once, and reports a refusal by messageRefused(). False: nothing was done; use send().
  [[nodiscard]] bool trySendNow(const Message& message);
  // The size of the newest message, if it was given with isExact false: the growth of bufferedAmount, an
  // estimate for time limits. The host calls this as soon as the socket has taken the message, also within
  // Platform::sendMessage(). Ignored for any other message, after a ping or pong behind it, and for a size
  // that the text cannot have.
  void messageEstimated(MessageId message, std::uint64_t bytes) { client_.messageEstimated(message, bytes); }
  // `isClosing`: the socket is closing or closed, so that its close event follows. No error is reported then.
  void messageRefused(AttemptId attempt, MessageId message, bool isClosing) {
    handle(event::MessageRefused{attempt, message, isClosing});
  }

  // --- sockets
  // The results of Platform::resolveAddress(), now or later. The reason appears in the `close` event.
  void addressResolved(AttemptId attempt) { handle(event::AddressResolved{attempt}, isCurrent(attempt)); }
  void attemptFailed(AttemptId attempt, std::string_view reason);
  void socketOpened(AttemptId attempt) { handle(event::SocketOpened{attempt}); }
  // The results of Platform::startHandshake(), now or later.
  void handshakeDone(AttemptId attempt);
  // A code of 1000 or 3000 to 4999 closes the socket, with the reason, which is cut after 123 bytes; both
  // appear in the `close` event. With any other code the reason is ignored, and the attempt ends with 1006.
  void handshakeFailed(AttemptId attempt, std::uint16_t code, std::string_view reason);
  void socketErrored(AttemptId attempt) { handle(event::SocketErrored{attempt}, isCurrent(attempt)); }
  // A reason of more than 123 bytes (RFC 6455, 5.5.1) is cut.
  void socketClosed(AttemptId attempt, std::uint16_t code, std::string_view reason, bool wasClean);
  // A frame arrived that is no control frame. True: it is a message of a session, and has to be delivered,
  // even if the attempt has ended meanwhile. messageHandled() is to be called after the user's listeners; not
  // for a message that the user's handshake gets.
  [[nodiscard]] bool frameReceived(AttemptId attempt);
  void messageHandled();
  // Whether the texts of this attempt that begin with kSessionMarker are control frames.
  [[nodiscard]] bool isInSession(AttemptId attempt) const { return client_.isInSession(attempt); }
  // A text arrived. True: it is a control frame, which the client has handled; it is not to be delivered as a
  // message.
  [[nodiscard]] bool textReceived(AttemptId attempt, std::string_view text);
  // With HeartbeatMode::Custom: a frame arrived that answers a ping (key 0), or that is a ping of the server.
  // The host keeps the reply to it under that key until the attempt is left.
  void customReceived(AttemptId attempt, const CustomReply& reply);

  // --- the environment
  void networkChanged(bool isOnline) { handle(event::NetworkChanged{isOnline}); }
  void visibilityChanged(bool isVisible) { handle(event::VisibilityChanged{isVisible}); }
  void pageSuspended() { handle(event::PageSuspended{}, isHolding()); }
  // The page is shown again. It is no longer about to go.
  void pageResumed();
  // The page may be about to go (`beforeunload`). It stays if the link was a download, or if the visitor
  // cancels. The results of attempts are handled when the page has stayed for kLeavingTime, or has resumed.
  void pageLeaving() { staysAt_ = now().instant + kLeavingTime; }
  // The host's timer fired. Its due time counts as reached, even if the clock is behind it. If no timer is
  // set, the same as wake().
  void timerFired();
  // Something else than the host's timer woke the page, for example the timer of a Worker. What is due by the
  // clock is done.
  void wake() { handle(event::TimerFired{}, isHolding()); }

 private:
  friend struct StateDigest;  // of tests/core/support

  // If the page still exists this long after `beforeunload`, it stays.
  static constexpr Duration kLeavingTime = std::chrono::seconds(5);

  // Adds the functions by which the client asks the platform.
  [[nodiscard]] HostTraits withPlatform(HostTraits traits);
  // `isHeld`: hold the event while the page is leaving. True for results of the current attempt, and for an
  // event that must not be handled before a held result.
  void handle(Event&& event, bool isHeld = false);
  // Everything but the end of the turn.
  void runTurn(Event&& event);
  void releaseHeld();
  void give(const Event& event);
  [[nodiscard]] bool isCurrent(AttemptId attempt) const { return attempt == client_.currentAttempt(); }
  [[nodiscard]] bool isLeaving() { return staysAt_ && now().instant < *staysAt_; }
  void performAll();
  void endTurn();
  void setTimer();
  [[nodiscard]] HostFacts facts();

  void perform(const effect::ResolveAddress& effect);
  void perform(const effect::OpenSocket& effect);
  void perform(const effect::StartHandshake& effect) { platform_.startHandshake(effect.attempt); }
  void perform(const effect::SendHello& effect);
  void perform(const effect::LeaveSession& effect) { platform_.leaveSession(effect.attempt); }
  void perform(const effect::CloseSocket& effect) {
    platform_.closeSocket(effect.attempt, effect.code, effect.reason);
  }
  void perform(const effect::Release& effect) { platform_.release(effect.attempt); }
  void perform(const effect::SendPing& effect);
  void perform(const effect::SendPong& effect);
  void perform(const effect::SendSessionFrame& effect);
  void perform(const effect::SendMessage& effect);
  void perform(const effect::Delivered& effect) {
    hasNotified_ = true;
    platform_.delivered(effect.messages);
  }
  void perform(const effect::Unconfirmed& effect) {
    hasNotified_ = true;
    platform_.unconfirmed(effect.messages);
  }
  void perform(const effect::Dropped& effect);
  void perform(const effect::Discarded& effect) { platform_.discarded(effect.message); }
  void perform(const effect::AskShouldReconnect& effect);
  void perform(const Notification& notification);
  // Sends the text; or instead the custom reply, if it has a key; or a custom ping, if it has only a size.
  void sendControl(std::string_view text, const CustomReply& custom, event::ControlRefused refusal);

  Platform& platform_;
  bool isSendingSent_ = false;  // the socket took the message `sending_`
  bool isInTurn_ = false;
  bool hasNotified_ = false;  // turnEnded() is to be called after this turn
  Client client_;
  TurnQueue<Event, 0> pending_;  // what arrived during this turn
  TurnQueue<Event, 0> held_;     // results of attempts that wait until the page has stayed
  OptionalInstant staysAt_;      // after pageLeaving(): from this time on held results are handled
  OptionalInstant timerDue_;
  Instant lastReading_{};   // of the host's monotonic clock
  Duration clockOffset_{};  // is added to readings, so that the client's time never goes back
  Instant latest_{};        // the newest time that the client was given
  MessageId sending_ = 0;   // the message of the current send()
};

}  // namespace rws
