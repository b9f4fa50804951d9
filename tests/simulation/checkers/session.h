// The client's side of a session, kept from outside (docs/sessions.md; Q6 to Q8): which message has which
// number, what the server has acknowledged, what was received and handled, and when that has to be
// acknowledged. The ledger passes it each step, and asks it about messages on record.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class SessionChecker {
 public:
  explicit SessionChecker(Findings& findings) : findings_(findings) {}

  // --- what the host does
  // A step begins: messages that are taken and handled from now on need not be acknowledged in it.
  void stepBegins() { handledBefore_ = handled_; }
  // A message of the server was taken.
  void taken(bool isOfHandshake);
  // The listeners were called with the oldest message that waited for them.
  void handled();

  // --- each step: its event, its records in order, its end
  void begin(const Step& step);
  void record(const Step& step, const Record& record);
  void finish(const Step& step, bool hasRefused);

  // --- messages, as the ledger has them
  struct Number {
    MessageId id = 0;
    std::optional<Instant> expiresAt{};
    bool isVolatile = false;
    bool isOfHandshake = false;
    bool isSkipped = false;
  };
  // The message is given to the socket: it gets the next number, or has one and is sent again.
  void sent(const Step& step, const Number& message);
  // The socket did not take that message, nor any after it. Returns those that lose their number: they were
  // sent for the first time.
  [[nodiscard]] std::vector<MessageId> refused(MessageId from);
  void handshakeRefused(MessageId message);
  // It was dropped because its time is over.
  void expired(const Step& step, MessageId message);

  // --- getters
  [[nodiscard]] bool isActive() const { return state_ == State::Active; }
  [[nodiscard]] bool isActiveOn(AttemptId attempt) const { return isActive() && attempt == attempt_; }
  [[nodiscard]] bool isGreeting() const { return state_ == State::Greeting; }
  // Whether the welcome was awaited before this step.
  [[nodiscard]] bool wasGreeting() const { return wasGreeting_; }
  // Whether a new message may be sent.
  [[nodiscard]] bool canSend() const { return isActive() && !hasToResend() && numbers_.size() < window_; }
  [[nodiscard]] bool hasToResend() const { return isActive() && next_ <= newest(); }
  [[nodiscard]] bool isRecorded(MessageId message) const { return find(message) != nullptr; }
  // The session has ended in this step. `isResent`: its messages return to the queue.
  [[nodiscard]] bool hasEnded() const { return hasEnded_; }
  [[nodiscard]] bool isResent() const { return isResent_; }
  // The newest message that the server acknowledged in this step, 0 for none.
  [[nodiscard]] MessageId acknowledgedNow() const { return acknowledgedNow_; }
  [[nodiscard]] std::uint64_t unacknowledged() const { return numbers_.size(); }
  [[nodiscard]] std::uint64_t maxMessage() const { return maxMessage_; }
  [[nodiscard]] std::optional<Instant> ackDeadline() const { return ackAt_; }
  // Whether the connection belongs to a session whose `welcome` has just come, and which is new.
  [[nodiscard]] bool isHandshakeDue() const { return isHandshakeDue_; }
  [[nodiscard]] std::uint64_t resumptions() const { return resumptions_; }
  [[nodiscard]] std::uint64_t losses() const { return losses_; }
  [[nodiscard]] std::uint64_t resent() const { return resent_; }

 private:
  enum class State : std::uint8_t { Off, Greeting, Active, Ending };

  void opened(const Step& step);
  void received(const Step& step, const event::SessionFrameReceived& event);
  void welcomed(const Step& step, const SessionFrame& welcome);
  void handle(const Step& step, const SessionFrame& frame);
  // The first frame is no welcome.
  void unexpected();
  // False for an impossible count.
  bool acknowledge(std::uint64_t received);
  void violated(std::uint16_t code) { violation_ = code; }
  void lose(const Step& step);
  void end();
  void checkLeft(const Step& step);
  void checkHello(const effect::SendHello& hello);
  void checkFrame(const Step& step, const effect::SendSessionFrame& frame);
  void checkNotified(const Record& record);
  void checkAck(const Step& step);
  void checkSecret(const std::string& text);
  [[nodiscard]] std::uint64_t newest() const { return acked_ + numbers_.size(); }
  [[nodiscard]] Number& at(std::uint64_t number) {
    return numbers_[static_cast<std::size_t>(number - acked_ - 1)];
  }
  [[nodiscard]] const Number* find(MessageId message) const;
  // Messages of the user that are unacknowledged.
  [[nodiscard]] std::uint64_t countOpen() const;

  Findings& findings_;
  State state_ = State::Off;
  AttemptId attempt_ = AttemptId::None;
  std::string id_;  // JSON text, empty without a session
  bool isNew_ = false;
  bool isServerKnown_ = false;
  bool isUnsupported_ = false;
  std::uint64_t hellos_ = 0;
  std::uint64_t takeovers_ = 0;
  std::uint64_t window_ = 0;
  std::uint64_t ownWindow_ = 0;
  std::uint64_t maxMessage_ = UINT64_MAX;

  // --- to the server
  std::deque<Number> numbers_;  // unacknowledged
  std::uint64_t acked_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t numberedBefore_ = 0;  // the newest number that was given before this connection

  // --- from the server
  std::uint64_t taken_ = 0;
  std::uint64_t handled_ = 0;
  std::uint64_t handledBefore_ = 0;
  std::uint64_t reported_ = 0;
  std::deque<std::uint64_t> waiting_;  // for listeners: the session each belongs to
  std::uint64_t session_ = 0;          // counts sessions
  std::optional<Instant> ackAt_;

  // --- this step
  bool wasGreeting_ = false;
  bool wasActive_ = false;
  bool hasEnded_ = false;
  bool isResent_ = false;
  bool isHandshakeDue_ = false;
  MessageId acknowledgedNow_ = 0;
  std::uint16_t violation_ = 0;           // the close code
  std::optional<std::uint64_t> resumed_;  // messages that are sent again
  std::optional<std::uint64_t> lost_;     // messages that were unacknowledged
  bool isTaken_ = false;
  bool isUnsupportedNow_ = false;
  bool isPongDue_ = false;
  std::string pongId_;

  // --- over all sessions
  std::uint64_t acknowledged_ = 0;
  std::uint64_t resent_ = 0;
  std::uint64_t resumptions_ = 0;
  std::uint64_t losses_ = 0;
};

}  // namespace rws::sim
