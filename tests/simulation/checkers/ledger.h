// What an observer outside knows of the user's messages, and with it Q1 to Q5 and Q9: no message is lost
// without a report, sent twice or overtaken, none is called delivered that never arrived, each one that is
// given up is reported once with its true reason, and the queue keeps its limits. A message moves here only
// by what the client was given and what it asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "../findings.h"
#include "../step.h"
#include "session.h"
#include "wire.h"

namespace rws::sim {

class Ledger {
 public:
  Ledger(Findings& findings, SessionChecker& session) : findings_(findings), session_(session) {}

  // `pingDistance`: so many bytes may be sent between two pings.
  void check(const Step& step, std::uint64_t pingDistance);
  // The client is given the size of that message, which the socket has just taken.
  void measured(MessageId id);
  // True in the world: the last byte of a message has left the browser, or has come to the server.
  void left(MessageId id);
  void arrived(MessageId id);
  // The server of the session has counted that message.
  void counted(MessageId id);
  // The socket's buffer holds bytes of no message.
  void remainderAdded(AttemptId attempt);

  // What the observer knows of an open or closing socket, nullptr if nothing.
  [[nodiscard]] const Wire* wire(AttemptId attempt) const;
  [[nodiscard]] std::optional<Instant> nextExpiry() const;
  // Whether everything in the queue could be sent now: nothing blocks it, and no socket has refused.
  [[nodiscard]] bool mayFlush() const {
    return !isBlocked() && !isRefused_ && (!session_.isActive() || session_.canSend());
  }
  // Messages given to sockets, those that came back not counted.
  [[nodiscard]] std::uint64_t sentCount() const { return sentCount_; }
  // When the frame of this step came, as the client counts it: the fast path reads the wall clock alone.
  [[nodiscard]] Instant heardAt(const Step& step) const;
  // Whether messages on that socket are not accounted for.
  [[nodiscard]] bool isHolding(AttemptId attempt) const;
  // Messages accepted and not accounted for.
  [[nodiscard]] std::size_t open() const;
  // For each ping of this step the largest stretch of data that it has to wait for.
  [[nodiscard]] const std::vector<std::uint64_t>& pingStretches() const { return pingStretches_; }
  // Whether the peer answers no pings, as the user was notified, so that no answer is demanded.
  [[nodiscard]] bool isUnanswering() const { return isUnanswering_; }
  // The round trip that a pong of this step measures, nothing if it answers no ping of its socket.
  [[nodiscard]] std::optional<Duration> roundTrip() const { return roundTrip_; }
  // Whether the peer has ever answered a ping.
  [[nodiscard]] bool hasAnswered() const { return hasAnswered_; }

 private:
  // Recorded: on record in the session, as unacknowledged.
  enum class Place : std::uint8_t { New, Queued, Sent, Recorded, Returned, Gone };
  struct Entry {
    MessageId id = 0;
    std::uint64_t bytes = 0;
    std::uint64_t atMost = 0;   // bytes as the client may count them
    std::uint64_t atLeast = 0;  // and as it has to
    std::uint64_t end = 0;      // bytes given to its socket, this message included
    std::optional<Instant> expiresAt{};
    AttemptId socket = AttemptId::None;
    Place place = Place::New;
    bool isVolatile = false;
    bool hasLeft = false;  // on the socket that it was given to last
    bool hasArrived = false;
    bool isCounted = false;  // by the server of the session
    bool isOfHandshake = false;
    bool mayRepeat = false;  // it has left on an earlier socket, whose bufferedAmount showed it as unsent
  };
  // Why messages of a step count as delivered without a pong.
  struct Evidence {
    bool isAcknowledged = false;  // the peer completed the closing handshake
    bool isDestroyed = false;
    bool isUnprovable = false;   // nothing will ever prove anything
    bool wasUnprovable = false;  // the same before the step
  };

  // --- ledger.cpp: events and effects
  void begin(const Step& step);
  void readBuffers(const HostFacts& facts, AttemptId current, AttemptId closing);
  void accept(const Step& step, const event::Send& send);
  void restart(const Step& step);
  void hear(const Step& step);
  void acceptInHandshake(const Step& step, const event::Send& send);
  void readSession(const Step& step);
  void recorded(const Step& step, Entry& entry);
  void record(const Step& step, const Record& record);
  void sent(const Step& step, const effect::SendMessage& effect);
  void pinged(const Step& step, const PingSent& effect);
  void pingMissing(const Step& step, std::uint64_t sentBefore);
  void opened(const Step& step);
  void socketClosing(const Step& step, AttemptId attempt);
  // With the option `unconfirmed: 'resend'` what was sent on that socket returns to the queue.
  void resendAll(const Step& step, const Wire& wire);
  void socketClosed(const Step& step, const event::SocketClosed& event);
  void released(const Step& step, AttemptId attempt);
  void refused(const event::MessageRefused& event);
  void refused(const Step& step, const event::ControlRefused& event);

  // --- ledger_checks.cpp: what becomes of messages
  void delivered(const Step& step, MessageRange range);
  void unconfirmed(const Step& step, MessageRange range);
  void dropped(const Step& step, const effect::Dropped& effect);
  void discarded(const Step& step, MessageId id);
  [[nodiscard]] bool isTrue(const Step& step, const Entry& entry, DropReason reason) const;
  [[nodiscard]] static bool isRefusedIn(const Step& step, MessageId id);
  [[nodiscard]] bool isOverfull(const Options& limits) const;
  [[nodiscard]] bool mayAbandon(const Step& step, const Wire& wire) const;
  void finish(const Step& step);
  void checkSizes(const Step& step);
  void checkQueue(const Step& step);
  void checkProven(const Step& step);
  void checkSession();
  [[nodiscard]] bool isHolding(const Entry& entry) const;
  [[nodiscard]] bool hasSent(AttemptId attempt) const;

  // --- entries
  void give(Entry& entry, Wire& wire, Instant now);
  void setSize(Entry& entry);
  void takeBack(Entry& entry, bool isDropped);
  void queue(Entry& entry);
  void unqueue(const Entry& entry);
  void sweep();
  [[nodiscard]] static bool isKnownUnsent(Engine engine, const Wire& wire);
  [[nodiscard]] static bool isReportedIn(const Step& step, MessageId id);
  [[nodiscard]] bool isBlocked() const;
  [[nodiscard]] bool isSurelyBlocked() const;
  Entry* find(MessageId id);
  Wire* find(AttemptId attempt);
  [[nodiscard]] const Entry* oldestQueued() const;

  Findings& findings_;
  SessionChecker& session_;
  std::set<MessageId> repeated_;  // messages that may leave more than one socket
  std::deque<Entry> entries_;     // accepted and not accounted for, in the order of their ids
  std::vector<Wire> wires_;
  std::optional<Wire> ended_;         // its close event came in this step
  std::vector<MessageId> mayLeave_;   // unconfirmed: they may still leave the browser
  std::vector<AttemptId> abandoned_;  // sockets with unconfirmed messages in this step
  Evidence evidence_;
  Now lastRead_;  // both clocks, of the last step that was no fast path
  std::optional<Duration> roundTrip_;
  std::vector<std::uint64_t> pingStretches_;
  std::uint64_t pingDistance_ = 0;
  AttemptId earlyRemainder_ = AttemptId::None;  // whose buffer had a remainder during its handshake
  MessageId measured_ = 0;                      // in the running step, whose records are not checked yet
  MessageId lastLeft_ = 0;
  std::uint64_t queued_ = 0;
  std::uint64_t queuedBytes_ = 0;
  std::uint64_t expiring_ = 0;
  std::uint64_t sentCount_ = 0;
  bool isUnanswering_ = false;
  bool hasAnswered_ = false;
  bool isRefused_ = false;
  bool isPingMissing_ = false;  // it could not be made behind a message that is still to be sent
};

}  // namespace rws::sim
