// The session on the current connection: the greeting, control frames, and what is sent again.
//
// What happens when the server's first frame arrives (Session::State::Greeting):
// 1. It is no welcome, and the server has never sent one: the server knows no sessions. That is reported, and
//    the connection goes on without one.
// 2. It is no welcome, but the server has sent one before: a violation.
// 3. A welcome resumes the session: SessionResumed follows, and the connection is open. The messages that the
//    server has not received are sent again, before the queue.
// 4. A welcome begins a new session. If there was one before, it is lost: SessionLost follows, and its
//    messages end as Unconfirmed, or return to the queue if SessionOption::resends is set. Then the user's
//    handshake is next.
// 5. The counts of a welcome are impossible: the session is lost as in 4, and the welcome is a violation.
// A violation closes the socket with 4400. The session stays, except in 5; the connection counts as lost.
//
// The session ends by loseSession() or endSession(). disconnect() sends `bye` and waits for the server's
// close, at most for closeGrace; then messages without an acknowledgement end as Unconfirmed.
#include <cassert>
#include <utility>

#include "client.h"

namespace rws {

void Client::on(const event::SetSession& event) {
  options_.session = event.session;
  session_.forgetUnsupported();
}

// --- frames

void Client::on(const event::SessionFrameReceived& event) {
  const SessionFrame& frame = event.frame;
  const bool isCount = frame.kind == SessionFrameKind::Ack || frame.kind == SessionFrameKind::Pong;
  if (isClosing(event.attempt) && session_.isEnding()) {
    // The client has sent `bye`: other frames are ignored.
    if (frame.isValid && isCount) (void)acknowledged(frame.received);
    return;
  }
  if (!isCurrent(event.attempt) || !session_.isUsed()) return;
  const bool wasOpen = current_->isOpen();
  if (session_.isGreeting() && frame.kind != SessionFrameKind::Welcome) {
    unexpectedFirst();
  } else if (!frame.isValid) {
    violated("unknown or malformed control frame");
  } else if (session_.isGreeting()) {
    welcomed(frame);
  } else {
    handleFrame(frame);
  }
  // After the frame was handled: if it is the awaited pong, the heartbeat knows it already.
  if (wasOpen && isCurrent(event.attempt)) heartbeat_.frameReceived(options_, now(), sentSoFar());
}

void Client::unexpectedFirst() {
  if (session_.isServerKnown()) {
    violated("message before welcome");
    return;
  }
  session_.unsupported();
  stats_.error();
  effects_.notify(notification::Failed{ErrorType::SessionUnsupported, 0, true});
  greeted();
}

void Client::welcomed(const SessionFrame& welcome) {
  if (welcome.version != kSessionVersion) {
    failCurrent("unsupported version", 4406);
    return;
  }
  switch (session_.judge(welcome)) {
    case Session::Welcome::Impossible:
      if (session_.exists()) loseSession();
      violated("impossible count of received messages");
      return;
    case Session::Welcome::Resumed: {
      const std::uint64_t resent = session_.resume(welcome, facts_.now.wall, effects_);
      effects_.notify(notification::SessionResumed{resent});
      break;
    }
    case Session::Welcome::Lost:
      loseSession();
      session_.begin(welcome);
      break;
    case Session::Welcome::New:
      session_.begin(welcome);
      break;
  }
  greeted();
}

void Client::handleFrame(const SessionFrame& frame) {
  const bool hasReceived = frame.kind == SessionFrameKind::Ack || frame.kind == SessionFrameKind::Ping ||
                           frame.kind == SessionFrameKind::Pong;
  if (hasReceived && !acknowledged(frame.received)) {
    violated("impossible count of received messages");
    return;
  }
  switch (frame.kind) {
    case SessionFrameKind::Welcome:
      violated("second welcome");
      return;
    case SessionFrameKind::Ping:
      pongId_ = frame.id;
      sendReceived(SessionFrameKind::Pong, 0, pongId_);
      return;
    case SessionFrameKind::Pong: {
      stats_.pong(facts_.now);
      const auto answer = heartbeat_.answerReceived(now(), {ControlKind::Pong, frame.id, {}});
      if (!answer) return;
      outbox_.confirm(answer->deliveredUpTo, effects_);
      stats_.roundTrip(answer->roundTrip);
      effects_.notify(notification::LatencyMeasured{answer->roundTrip});
      return;
    }
    case SessionFrameKind::Skip:
      if (!session_.skipReceived(frame.count)) return violated("impossible count of skipped messages");
      acknowledgeIfDue();
      return;
    case SessionFrameKind::Bye:
      sendReceived(SessionFrameKind::Ack);
      loseSession();
      failCurrent("Session ended", 1000);
      return;
    case SessionFrameKind::Ack:
    case SessionFrameKind::Ignored:
    case SessionFrameKind::Unknown:
      return;
  }
}

// The server has received everything up to this number. False for an impossible count.
bool Client::acknowledged(std::uint64_t received) {
  const std::optional<MessageId> newest = session_.acknowledge(received, facts_.now.wall, effects_);
  if (!newest) return false;
  if (*newest > 0) outbox_.confirm(*newest, effects_);
  // The window may have been full.
  if (current_ && current_->isOpen()) startFlush();
  return true;
}

void Client::sendSessionFrame(const OwnFrame& frame) {
  const MessageId after = recordControl(SessionText(frame).view().size());
  effects_.push(effect::SendSessionFrame{current_->id(), frame, after});
}

// A frame that contains received(). `bye` does not, but no frame follows it.
void Client::sendReceived(SessionFrameKind kind, EpochMs pingId, std::string_view pongId) {
  sendSessionFrame({kind, session_.received(), pingId, pongId});
  session_.receivedReported();
}

void Client::on(const event::Acknowledge& /*event*/) { acknowledgeIfDue(); }

void Client::acknowledgeIfDue() {
  if (session_.isAckDue()) {
    sendReceived(SessionFrameKind::Ack);
  } else if (session_.needsAckDeadline()) {
    session_.setAckDeadline(now() + options_.session.ackDelay);
  }
}

// --- messages that are sent again

void Client::resendNext() {
  const Session::Resend resend = session_.nextToResend(now(), effects_);
  if (resend.message != nullptr) {
    const QueuedMessage message = *resend.message;
    sendPingIfDue(message.message);
    outbox_.send(message);
    session_.resendDone(resend);
    give(message);
  } else if (resend.skips > 0) {
    session_.resendDone(resend);
    sendSessionFrame({SessionFrameKind::Skip, resend.skips});
  } else {
    isFlushing_ = false;  // the window is full
  }
}

// --- the end of the session

// What was received is acknowledged first: otherwise the server reports it.
void Client::sendBye() {
  if (session_.hasUnreported()) sendReceived(SessionFrameKind::Ack);
  sendReceived(SessionFrameKind::Bye);
}

void Client::sayBye() {
  sendBye();
  if (closing_) abandonClosing();
  Attempt attempt = *current_;
  (void)leaveCurrent();
  (void)outbox_.closing(options_, Outbox::Unsent::Drop, facts_.bufferedAmount, false, effects_);
  effects_.push(effect::LeaveSession{attempt.id()});
  attempt.close(now(), options_.closeGrace, true);
  closing_.emplace(attempt);
  session_.byeSent();
}

void Client::sessionFinished() {
  endSession();
  (void)session_.connectionLost(0, effects_);
}

void Client::endSession() { reportUnconfirmed(session_.end(effects_)); }

void Client::loseSession() {
  Messages unacknowledged = session_.end(effects_);
  session_.countLoss();
  effects_.notify(notification::SessionLost{unacknowledged.size()});
  if (options_.session.resends) {
    outbox_.putBack(options_, std::move(unacknowledged), effects_);
  } else {
    reportUnconfirmed(unacknowledged);
  }
}

// The ids of the messages ascend, and all ids between them belong to messages that have ended: one range.
void Client::reportUnconfirmed(const Messages& messages) {
  if (messages.empty()) return;
  const MessageId first = messages.begin()->message.id;
  const MessageId last = (messages.end() - 1)->message.id;
  effects_.push(effect::Unconfirmed{{first - 1, last}});
}

}  // namespace rws
