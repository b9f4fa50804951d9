// The client's side of a session (docs/sessions.md): after the loss of a connection both sides continue where
// they stopped. This class counts the messages of both directions, keeps the record of those that the server
// has not acknowledged, and decides when to acknowledge. It outlives connections. Payloads stay with the
// host.
//
// Each message gets the next number when it is sent for the first time. On a new connection the server's
// welcome contains the last number that it has received. All later numbers are sent again, in order, before
// new messages. A number is skipped if its message must not be sent again (volatile, expired, or too large
// for the server), or if the server acknowledges it before it is sent again.
//
// On each connection: socketOpened() -> Greeting -> welcomed() -> Active, until connectionLost(). In Ending
// the client has sent `bye` and waits for the last acknowledgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "boxed.h"
#include "effects.h"
#include "fifo.h"
#include "options.h"
#include "sent_record.h"
#include "session_frame.h"
#include "types.h"

namespace rws {

// Whether a server closes with this code because another connection has taken the session over.
[[nodiscard]] constexpr bool isTakeover(std::uint16_t closeCode) { return closeCode == 4409; }

class Session {
 public:
  enum class State : std::uint8_t {
    Off,       // the connection, if there is one, has no session
    Greeting,  // the welcome is awaited
    Active,    // the server has sent its welcome
    Ending,    // the client has sent `bye`
  };
  // What a welcome means.
  enum class Welcome : std::uint8_t {
    New,         // the first session, or one after a session that has ended
    Resumed,     // the session goes on
    Lost,        // the server does not know the session any more: this is a new one
    Impossible,  // its counts cannot be right: the session, if there was one, is lost, and the socket is
                 // closed
  };

  // --- getters
  [[nodiscard]] State state() const { return state_; }
  // Whether the connection belongs to a session, the greeting included.
  [[nodiscard]] bool isUsed() const { return state_ == State::Greeting || state_ == State::Active; }
  [[nodiscard]] bool isGreeting() const { return state_ == State::Greeting; }
  [[nodiscard]] bool isActive() const { return state_ == State::Active; }
  [[nodiscard]] bool isEnding() const { return state_ == State::Ending; }
  // Whether there is a session to resume.
  [[nodiscard]] bool exists() const { return present_.has_value(); }
  // Whether the user's handshake is to run on this connection: not on one that resumes a session.
  [[nodiscard]] bool isNew() const { return present_ && present_->isNew; }
  // Whether the server has ever sent a welcome.
  [[nodiscard]] bool isServerKnown() const { return isServerKnown_; }
  // Unacknowledged messages that would be reported if the session ended now: without volatile and skipped
  // ones, and without those of a handshake.
  [[nodiscard]] std::uint64_t unacknowledged() const;
  // Whether anything was sent on this connection that the server has not acknowledged.
  [[nodiscard]] bool hasUnconfirmed() const {
    return isCounting() && present_->next > acknowledgedNumber() + 1;
  }
  // The largest message that the server takes, in bytes.
  [[nodiscard]] std::uint64_t maxMessage() const { return present_ ? present_->maxMessage : UINT64_MAX; }
  // The last number of the server that the client acknowledges: the listeners of all messages up to it were
  // called. Skipped numbers count.
  [[nodiscard]] std::uint64_t received() const { return present_ ? present_->handled : 0; }
  [[nodiscard]] std::optional<EpochMs> lastAcknowledgedAt() const { return lastAcknowledgedAt_; }
  // Since the client was created.
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t resent() const { return resent_; }
  [[nodiscard]] std::uint64_t resumptions() const { return resumptions_; }
  [[nodiscard]] std::uint64_t losses() const { return losses_; }
  [[nodiscard]] bool isConsistent() const;

  // --- the connection
  // The socket has opened: Greeting, unless the option is off or the server knows no sessions.
  void socketOpened(const SessionOption& option);
  // The hello to send in Greeting. Increases the count of attempts.
  [[nodiscard]] Hello hello();
  // The server knows no sessions: no hello is sent any more, until the option is assigned again.
  void unsupported();
  void forgetUnsupported() { isUnsupported_ = false; }
  // What a valid welcome means. Changes nothing: one of the next two follows, for Lost after end().
  [[nodiscard]] Welcome judge(const SessionFrame& welcome) const;
  void begin(const SessionFrame& welcome);
  // Returns how many messages are to be sent again.
  [[nodiscard]] std::uint64_t resume(const SessionFrame& welcome, EpochMs wall, Effects& effects);
  // The connection is open for the user: from now on the session can be resumed.
  void established() {
    if (present_) present_->isNew = false;
  }
  // The connection has ended with that close code; 0: the client has ended it. A session whose handshake was
  // not completed ends. True: other clients have taken the session over twice in a row.
  [[nodiscard]] bool connectionLost(std::uint16_t code, Effects& effects);
  void forgetTakeovers() { takeovers_ = 0; }
  void byeSent() { state_ = State::Ending; }
  // The session is over. Returns the messages that are not acknowledged, oldest first; those of a handshake
  // are discarded.
  [[nodiscard]] Messages end(Effects& effects);
  void countLoss() { ++losses_; }

  // --- messages to the server
  // Whether a new message may be sent now: nothing is to be sent again, and the window has room.
  [[nodiscard]] bool canSend() const { return isCounting() && !hasToResend() && hasRoom(); }
  // Gives the message its number.
  void record(const QueuedMessage& message, bool isOfHandshake = false);
  // The socket did not take the message of that id, and none after it. Those that were sent for the first
  // time on this connection lose their numbers: returns them, oldest first. The others stay on record.
  [[nodiscard]] Messages refused(MessageId from);
  // A message of the handshake that the socket did not take: it is forgotten.
  void handshakeRefused(MessageId message);
  [[nodiscard]] bool hasToResend() const { return isCounting() && present_->next <= present_->sent; }
  // What is to be sent again next: a message, or a skip of so many numbers; neither if the window is full.
  // Expired messages are reported as dropped.
  struct Resend {
    const QueuedMessage* message = nullptr;
    std::uint64_t skips = 0;
  };
  [[nodiscard]] Resend nextToResend(Instant now, Effects& effects);
  // The result of nextToResend() is being given to the socket.
  void resendDone(const Resend& resend);
  // The socket did not take a skip of so many numbers.
  void skipRefused(std::uint64_t count) {
    if (present_) present_->next -= count;
  }
  // The server has received everything up to that number. Messages on record are reported as delivered.
  // Returns the newest of them, 0 for none. No value for an impossible count, which changes nothing: it is
  // below an earlier one, or above what was ever sent. On a new connection an acknowledgement may arrive
  // before its messages are sent again: the server had them from an earlier connection and has now handled
  // them.
  [[nodiscard]] std::optional<MessageId> acknowledge(std::uint64_t received, EpochMs wall, Effects& effects);

  // --- messages from the server
  // A message arrived. True: it is counted, and has to be handed to the listeners; messageHandled() follows,
  // unless `isOfHandshake`. False: the session is not active.
  [[nodiscard]] bool takeMessage(bool isOfHandshake);
  // The listeners were called.
  void messageHandled();
  // False for an impossible count.
  [[nodiscard]] bool skipReceived(std::uint64_t count);
  // Whether so many messages are to be acknowledged that it is due at once.
  [[nodiscard]] bool isAckDue() const;
  // When an acknowledgement is due.
  [[nodiscard]] std::optional<Instant> ackDeadline() const { return ackAt_; }
  [[nodiscard]] bool needsAcknowledgement() const { return isAckDue() || needsAckDeadline(); }
  [[nodiscard]] bool hasUnreported() const { return isCounting() && present_->handled > present_->reported; }
  // Whether something is to be acknowledged and no deadline is set.
  [[nodiscard]] bool needsAckDeadline() const { return hasUnreported() && !ackAt_; }
  void setAckDeadline(Instant at) { ackAt_ = at; }
  // received() was sent to the server.
  void receivedReported();
  // The socket did not take that frame: an acknowledgement is due at `next`.
  void reportRefused(Instant next);

 private:
  friend struct StateDigest;  // of tests/core/support

  struct Entry {
    QueuedMessage message;
    bool isOfHandshake = false;
    bool isSkipped = false;  // set before the skip is sent; never reset
  };
  // Entries for which memory is kept, as in SentRecord.
  static constexpr std::size_t kKept = 1024;
  using Record = Fifo<Entry, kKept>;

  // The present session.
  struct Present {
    std::string id;  // JSON text
    bool isNew = true;
    std::uint64_t window = 0;  // of the server
    std::uint64_t maxMessage = 0;

    Record record;                     // the numbers that the server has not acknowledged, oldest first
    std::uint64_t sent = 0;            // the newest number
    std::uint64_t next = 1;            // the number that is sent next on this connection
    std::uint64_t numberedBefore = 0;  // the newest number that was given before this connection

    std::uint64_t taken = 0;     // the last number that arrived, skipped ones included
    std::uint64_t handling = 0;  // messages whose listeners were not called yet
    std::uint64_t handled = 0;   // see received()
    std::uint64_t reported = 0;  // the newest received() that was sent on this connection
  };

  // Active, and the session has not ended in this turn.
  [[nodiscard]] bool isCounting() const { return isActive() && exists(); }
  [[nodiscard]] std::uint64_t acknowledgedNumber() const { return present_->sent - present_->record.size(); }
  [[nodiscard]] bool hasRoom() const { return present_->record.size() < present_->window; }
  // The entry with that number, which is on record.
  [[nodiscard]] Entry& at(std::uint64_t number) {
    return present_->record.begin()[static_cast<std::ptrdiff_t>(number - acknowledgedNumber() - 1)];
  }

  State state_ = State::Off;
  bool isServerKnown_ = false;
  bool isUnsupported_ = false;
  Boxed<Present> present_;
  std::uint64_t attempts_ = 0;   // hellos
  std::uint32_t takeovers_ = 0;  // in a row
  std::uint64_t ownWindow_ = 0;
  std::uint64_t ended_ = 0;  // messages of sessions that have ended, whose listeners were not called yet
  OptionalInstant ackAt_;

  OptionalEpochMs lastAcknowledgedAt_;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t resent_ = 0;
  std::uint64_t resumptions_ = 0;
  std::uint64_t losses_ = 0;
};

}  // namespace rws
