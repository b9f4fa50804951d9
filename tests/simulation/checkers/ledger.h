// Owns what an outsider knows of the user's messages, and holds the client to Q1 to Q5: none is lost, doubled
// or overtaken, none is called delivered that never arrived, each one given up is reported once with its true
// reason, and the queue keeps its limits.
// Refuses to look into the client: a message moves here by what was told and asked alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class Ledger {
 public:
  explicit Ledger(Findings& findings) : findings_(findings) {}

  void check(const Step& step);
  // The last byte of a message has left the browser: that is true of the world, told or not.
  void left(PayloadId id);
  // It has come to the server: as true, and as little told.
  void arrived(PayloadId id);
  // The socket did not take a frame of the client's own.
  void refused(AttemptId attempt, std::uint64_t bytes);

  [[nodiscard]] bool anyOn(AttemptId attempt) const;
  // How long what was under way at a ping on the socket may take on a slow link: the longest since it was
  // heard, or with what is under way now if a ping were sent.
  [[nodiscard]] Duration patience(AttemptId attempt, bool ofNextPing = false) const;
  // When a socket given up on with messages in doubt has had its time.
  [[nodiscard]] std::optional<Instant> graceAt() const { return graceAt_; }
  [[nodiscard]] std::optional<Instant> nextExpiry() const;
  [[nodiscard]] std::uint64_t queued() const { return queued_; }
  // Whether everything in the queue could be sent now: nothing is in doubt, and no socket has refused.
  [[nodiscard]] bool mayFlush() const { return doubtful_ == 0 && !refused_; }
  // Messages handed to sockets, those that came back not counted.
  [[nodiscard]] std::uint64_t handedOver() const { return handedOver_; }
  // Messages accepted and not accounted for.
  [[nodiscard]] std::size_t open() const;

 private:
  enum class Place : std::uint8_t { Queued, Handed, Doubt, Doomed, Gone };
  struct Entry {
    PayloadId id = 0;
    std::uint64_t bytes = 0;
    std::uint64_t end = 0;  // bytes handed to its socket, this message included
    std::optional<Instant> expiresAt{};
    AttemptId socket = AttemptId::None;
    Place place = Place::Queued;
    bool isVolatile = false;
    bool left = false;     // it has left the browser
    bool proven = false;   // and the client was told
    bool arrived = false;  // it has come to the server
  };
  struct Ping {
    EpochMs timestamp = 0;
    Instant at{};
    std::uint64_t number = 0;
    PayloadId behind = 0;   // the newest message handed over before it
    std::uint64_t end = 0;  // bytes handed over before it
  };
  struct Wire {
    AttemptId attempt = AttemptId::None;
    std::uint64_t handed = 0;
    bool closed = false;
    bool forgets = false;  // given up by the user: what is unsent is not sent again
    PayloadId handedUpTo = 0;
    PayloadId answeredUpTo = 0;  // the newest message before an answered ping
    PayloadId outlivedUpTo = 0;  // and before one that a living peer did not answer in time
    std::uint64_t arrived = 0;   // bytes before the newest ping that was answered, or given up on
    Duration patience{};
    std::uint64_t pingsSent = 0;
    std::vector<Ping> pings{};     // those that are awaited
    std::optional<Ping> oldest{};  // the oldest behind which nothing was answered
    bool heard = false;            // something came in since then
  };

  void tell(const Step& step);
  void send(const Step& step);
  void act(const Step& step, const Action& action);
  void transmit(const Step& step, const action::Transmit& action);
  void settle(const Step& step, PayloadRange payloads);
  void forsake(const Step& step, PayloadRange payloads);
  void hear(const input::Received& received);
  void note(const Step& step, const action::SendControl& control);
  void drop(const Step& step, const action::Drop& action);
  [[nodiscard]] bool isTrue(const Step& step, const Entry& entry, DropReason reason) const;
  [[nodiscard]] bool mayGiveUpDoubt(const Step& step) const;
  void finish(const Step& step);

  void prove(AttemptId attempt, std::uint64_t amount);
  void closed(const input::Closed& input);
  // Nothing is undecided on a socket that was given up: its time needs no watching.
  void endGrace();
  void comeBack(AttemptId attempt, PayloadId from, Place place);
  void hand(Entry& entry, AttemptId attempt);
  void queue(Entry& entry);
  void unqueue(const Entry& entry);
  void sweep();
  Entry* find(PayloadId id);
  Wire* wireOf(AttemptId attempt);
  [[nodiscard]] const Entry* oldestQueued() const;

  Findings& findings_;
  std::deque<Entry> entries_;  // accepted and not accounted for, in the order of their ids
  std::vector<Wire> wires_;
  std::vector<PayloadId> unknown_;  // reported as such: they may still leave
  std::optional<Instant> graceAt_;
  PayloadId lastLeft_ = 0;
  std::uint64_t queued_ = 0;
  std::uint64_t queuedBytes_ = 0;
  std::uint64_t doubtful_ = 0;
  std::uint64_t expiring_ = 0;
  std::uint64_t handedOver_ = 0;
  AttemptId answeredClose_ = AttemptId::None;  // in this step a peer answered the client's close
  bool refused_ = false;
  bool sweeping_ = false;
};

}  // namespace rws::sim
