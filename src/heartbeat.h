// The watch over one open connection: when to ping, when a silent peer is dead, round-trip times, and which
// messages a pong proves delivered. It decides; the client sends the pings and closes the socket. Its code is
// in two files: heartbeat.cpp (pings and verdicts), heartbeat_evidence.cpp (what arrives, and what it shows).
//
// Anything that arrives shows that the peer is alive. A pong shows more: every message sent before its ping
// has been read. So a ping follows every 64 KB and the last message of a burst. On a fast link there may
// be up to 8 MB between two pings, in fewer than 60 messages.
//
// The pings of HeartbeatMode::Custom have no timestamp: each answer counts for the oldest unanswered ping,
// also for one that is not remembered any more. If the peer skips an answer, later answers count for pings
// that are too old, and prove less than they could. If the peer has sent something at least a pongTimeout
// after a ping, its answer may have been skipped: the connection is not closed because that answer is
// missing. With HeartbeatMode::Silence no ping is sent.
#pragma once

#include <cstdint>
#include <optional>

#include "control_frame.h"
#include "fifo.h"
#include "options.h"
#include "timers.h"
#include "types.h"

namespace rws {

// Every message counts for so many bytes more: frames have headers, so that empty messages cost something
// too.
inline constexpr std::uint64_t kFrameBytes = 8;

// What one socket has been given so far.
struct SentSoFar {
  MessageId message = 0;    // the newest message
  std::uint64_t bytes = 0;  // at most so many, pings, pongs and kFrameBytes a message included
};

class Heartbeat {
 public:
  enum class State : std::uint8_t {
    Stopped,          // no open connection, or its peer is not watched
    Resting,          // no answer is awaited
    AwaitingPong,     // a ping is unanswered; the peer is dead at the verdict
    AwaitingNetwork,  // the same, for a probe that `online` led to
    Listening,        // HeartbeatMode::Silence: the peer is dead at the verdict, which every frame delays
    LastChance,       // the verdict came late, and a probe was sent unless pings are off; the next verdict
                      // is final
  };
  // What is known about the peer, across connections.
  enum class Peer : std::uint8_t {
    Unknown,      // nothing ever arrived
    Silent,       // nothing ever arrived, and one connection has ended for that reason
    Talks,        // something arrived, but never a pong
    Answers,      // it answers pings by pongs
    Echoes,       // it sends pings back
    Unanswering,  // nothing ever arrived on two connections in a row: no answer is demanded
  };
  enum class Ping : std::uint8_t {
    Regular,       // every pingInterval
    Probe,         // the link may be dead; the verdict comes after probeTimeout
    NetworkProbe,  // the same after `online`: the verdict comes sooner
    Confirmation,  // to learn what was delivered, from a peer that need not answer; no verdict
  };
  enum class Verdict : std::uint8_t {
    Dead,         // close the connection
    ProbeFirst,   // the timer was late: send a probe, which has been given time
    Alive,        // the socket's buffer drains; or the timer was late, and no pings are sent
    Unanswering,  // the peer answers no pings: report it, and go on without answers
  };

  // --- getters
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Peer peer() const { return peer_; }
  [[nodiscard]] bool answersPings() const { return peer_ == Peer::Answers || peer_ == Peer::Echoes; }
  [[nodiscard]] std::optional<Instant> deadline(Deadline kind) const;
  // The earlier one of Drain and Pong, which a frame may set.
  [[nodiscard]] std::optional<Instant> watchDeadline() const {
    return drainAt_ && (!verdictAt_ || *drainAt_ < *verdictAt_) ? drainAt_ : verdictAt_;
  }
  // Whether anything will ever prove a message delivered.
  [[nodiscard]] bool isProofExpected() const { return pingAt_ && peer_ != Peer::Unanswering; }
  // Whether the peer is watched without pings.
  [[nodiscard]] bool isListening() const { return state_ != State::Stopped && !pingAt_; }
  // Whether a ping should go before a further message of this size.
  [[nodiscard]] bool isPingDueBefore(std::uint64_t messageBytes, const SentSoFar& sent) const;
  // Whether sending a message changes nothing here.
  [[nodiscard]] bool isConfirmArmed() const {
    return isListening() ? drainAt_.has_value() : !isProofExpected() || confirmAt_.has_value();
  }
  // What follows a silence that is due to a message: a probe of a peer that should answer, else a
  // confirmation.
  [[nodiscard]] Ping confirmPing() const;
  // Whether the probe after `online` is unanswered: if the link dies now, there is nothing to wait for.
  [[nodiscard]] bool isNetworkProbed() const { return state_ == State::AwaitingNetwork; }

  // --- the connection
  // `wasAtOnce`: it opened with the first retry of its outage.
  void start(const Options& options, Instant now, Duration openingTook, bool wasAtOnce);
  void stop();
  // Pings have another form from now on: what is known about the peer's answers does not count.
  void forgetPeer() { peer_ = Peer::Unknown; }
  void reconfigure(const Options& options, Instant now, const SentSoFar& sent);

  // --- pings
  struct Sent {
    EpochMs timestamp = 0;  // strictly increasing: it names the ping
    // Messages up to this one count as delivered: the peer has been sending for pongTimeout without answering
    // the ping behind them. 0 for none.
    MessageId deliveredUpTo = 0;
  };
  // A ping is being sent behind what was sent so far.
  // `isCustom`: it is made by the user's functions, and its answer has no timestamp.
  [[nodiscard]] Sent ping(Ping kind, const Options& options, Now now, const SentSoFar& sent, bool isCustom);
  // The host could not make that ping, so none is sent. A regular one is due again after pingInterval. No
  // probe is sent before probeFrom(), because the user's function that makes pings may cause one.
  void pingNotMade(Ping kind, const Options& options, Instant now, const SentSoFar& sent);
  [[nodiscard]] Instant probeFrom() const { return probeFrom_; }
  // The socket did not take that ping. The verdict stays: a socket that takes no ping is likely to be dead.
  // But the ping will not be answered by a living peer, so that its silence proves nothing.
  void pingRefused(EpochMs timestamp);
  // When the verdict on a ping sent now would come.
  [[nodiscard]] Instant verdictAfter(Ping kind, const Options& options, Instant now,
                                     const SentSoFar& sent) const;
  [[nodiscard]] std::optional<Instant> verdictAt() const { return verdictAt_; }
  // A message was sent: a ping follows, unless one is due anyway. With Silence the buffer is read instead.
  void messageSent(const Options& options, Instant now);
  // The messages from that one on were not sent after all; the socket has been given no more than `sent`.
  void messagesReturned(MessageId from, const SentSoFar& sent);

  // --- signs of life
  // Something arrived.
  void frameReceived(const Options& options, Instant now, const SentSoFar& sent);
  struct Answer {
    Duration roundTrip{};
    MessageId deliveredUpTo = 0;  // the peer has read every message up to this one
  };
  // A control frame arrived: a pong, or a ping that may be an own one, because an echo server sends it back.
  // Nothing if it answers no ping of this connection, or one that is answered already or forgotten. A peer
  // that has sent a pong sends no ping back: its own pings may have the timestamp of a ping of ours.
  [[nodiscard]] std::optional<Answer> answerReceived(Instant now, const ControlFrame& frame);
  // The socket's bufferedAmount was read, when it had been given at least so many bytes. A fall shows that
  // the peer takes data, if the buffer had not emptied before: the system takes data even for a dead peer
  // until its own buffer is full.
  void bufferRead(Instant now, std::uint64_t bufferedAmount, std::uint64_t sentAtLeast);

  // The buffer holds a remainder, so that it never seems empty: its fall shows nothing.
  void bufferProvesNothing() { buffer_.fellAt.reset(); }

  // --- deadlines
  // The deadline Pong has come; it was due at `due`.
  [[nodiscard]] Verdict judge(const Options& options, Instant due, Instant now, const SentSoFar& sent);
  void confirmReached(Instant now);
  void drainReached(const Options& options, Instant now);
  [[nodiscard]] bool isConsistent() const;

 private:
  friend struct StateDigest;  // of tests/core/support

  struct Unanswered {
    EpochMs timestamp = 0;
    Instant at{};
    Instant rateFrom{};               // from then on the rate of the data before it is measured
    std::uint64_t answeredBytes = 0;  // when the ping was sent
    SentSoFar sent;                   // before the ping
    std::uint32_t number = 0;         // of the custom pings of this connection, from 1; 0 for a JSON ping
    bool isIdle = false;              // little of it was sent since the ping before
  };
  using Pings = Fifo<Unanswered, 8>;
  // The buffer as it was read last.
  struct Buffer {
    std::uint64_t amount = 0;
    std::uint64_t sentAtLeast = 0;
    OptionalInstant fellAt;
  };

  // The shortest distance between a ping and the next one, in bytes.
  static constexpr std::uint32_t kShortestDistance = 64 * 1024;
  // So many bytes need no extra time.
  static constexpr std::uint64_t kFreeBytes = 4 * std::uint64_t{1024};

  [[nodiscard]] bool isAwaiting() const { return verdictAt_.has_value(); }
  // The largest stretch of data between two unanswered pings, or before the first or behind the last one.
  [[nodiscard]] std::uint64_t largestStretch(const SentSoFar& sent) const;
  // Time that the largest stretch of data between two unanswered pings needs, beyond the usual time limits.
  [[nodiscard]] Duration transferTime(const SentSoFar& sent) const;
  void expectBy(Instant verdict, State state);
  void begin(const Options& options, Instant now);
  // Starts the time limit of Silence: nothing has arrived since `since`.
  void listen(const Options& options, Instant now, Instant since);
  void regularPing(const Options& options, Instant now);
  // When the ping behind a message that is sent now is due.
  [[nodiscard]] Instant confirmDue(const Options& options, Instant now) const;
  void rest();
  void armDrain(const Options& options, Instant now);
  [[nodiscard]] Pings::Iterator findAnswered(const ControlFrame& frame);
  // Whether the answer to a custom ping may have arrived, and may have counted for an older one.
  [[nodiscard]] bool mayBeAnswered(const Unanswered& ping) const {
    return ping.number > 0 && ping.number <= customPongs_ + skipped_;
  }
  [[nodiscard]] MessageId deliveredWithoutPong(const Options& options, const SentSoFar& sent);
  void makeRoom(bool isIdle);
  void forget(Pings::Iterator ping);
  void measureRate(Instant now, const Unanswered& answered);

  State state_ = State::Stopped;
  Peer peer_ = Peer::Unknown;
  bool wasAtOnce_ = false;                      // the connection opened with the first retry
  bool hasReceivedSinceSend_ = false;           // since the message that armed Confirm
  Pings pings_;                                 // unanswered, oldest first
  std::uint32_t customPings_ = 0;               // sent on this connection
  std::uint32_t customPongs_ = 0;               // their answers that arrived
  std::uint32_t skipped_ = 0;                   // answers that the peer may have skipped
  std::uint32_t distance_ = kShortestDistance;  // of pings on this link
  OptionalInstant pingAt_;
  OptionalInstant confirmAt_;
  OptionalInstant drainAt_;
  OptionalInstant verdictAt_;

  EpochMs lastTimestamp_ = 0;
  Instant lastPingAt_{};     // regular pings
  Instant dataFrom_{};       // the newest ping of any kind, or the message behind it that armed Confirm
  Instant lastConfirmAt_{};  // pings behind messages
  Instant probeFrom_{};
  Duration openingTook_{};
  OptionalInstant lastReceivedAt_;   // of this connection; with Silence its start or a buffer's fall, too
  OptionalInstant lastPongAt_;       // of this connection
  std::uint64_t answeredBytes_ = 0;  // sent before the newest answered ping
  SentSoFar pinged_;                 // sent before the newest ping
  Instant rateFrom_{};         // the newest pong, or the first ping after a time without unanswered data
  double bytesPerSecond_ = 0;  // measured on this connection, 0 before
  Buffer buffer_;
};

}  // namespace rws
