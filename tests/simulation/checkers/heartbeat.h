// H2, H4, H5, H7, H9 and H10: pings are sent in time whatever the traffic, a dead peer is noticed, also with
// much data under way, a living one is not given up, and a peer that never answers costs one connection at
// most. The checker sees pings, frames and the clock, not the deadlines of the client.
#pragma once

#include <cstdint>
#include <optional>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class HeartbeatChecker {
 public:
  HeartbeatChecker(Findings& findings, const Ledger& ledger) : findings_(findings), ledger_(ledger) {}

  // Before the ledger gets the step.
  void prepare(const Step& step);
  // After it.
  void check(const Step& step);
  // So many bytes may be sent between two pings, in fewer than 60 messages (ledger.cpp).
  [[nodiscard]] std::uint64_t longestPingDistance() const;

 private:
  // --- what happened
  void open(const Step& step);
  void heard(const Step& step);
  void measure(const Step& step, const ControlFrame& control);
  void readBuffer(const Step& step);
  void sent(const Step& step);
  void pinged(const Step& step);
  [[nodiscard]] static bool isSentAfterPings(const Step& step);

  // --- whether it was right
  void checkPing(const Step& step);
  void checkNoticed(const Step& step);
  void checkVerdict(const Step& step);
  void checkProbe(const Step& step);
  bool hasJumped(const Step& step);
  // Whether the ping of this step only asks what was delivered, so that it needs no answer.
  [[nodiscard]] bool isConfirmation(const Step& step) const;

  // The time that the largest stretch of data between two unanswered pings may take, beyond the usual limits.
  [[nodiscard]] Duration mostTransfer(const Step& step) const;
  [[nodiscard]] Duration leastTransfer(const Step& step) const;
  [[nodiscard]] std::uint64_t stretch(const Step& step) const;

  Findings& findings_;
  const Ledger& ledger_;
  Now lastRead_;
  Instant attemptAt_{};
  std::optional<Instant> handshakeAt_;
  Instant openedAt_{};
  Duration opening_{};
  Instant pingBase_{};
  Instant regularAt_{};  // the newest regular ping
  Instant heardAt_{};
  bool hasNewOptions_ = false;        // since something was heard
  bool isPingMissing_ = false;        // one of this connection could not be made
  bool hasRestarted_ = false;         // the heartbeat was switched on again: the client knows no earlier data
  std::optional<Instant> verdictAt_;  // the first moment at which silence since a ping may end the connection
  std::optional<Instant> demandedAt_;  // since then a message asks for a sign of life
  bool isJumped_ = false;              // the clock jumped in this step
  bool isConfirmArmed_ = false;        // a ping will follow the last message
  bool mayBeDisarmed_ = false;         // there was nothing to ask for
  bool isHeardSinceArmed_ = false;
  std::uint64_t transferred_ = 0;  // the largest stretch since something was heard

  // --- the buffer
  std::uint64_t buffered_ = 0;
  std::uint64_t sentBefore_ = 0;
  std::uint64_t leastBefore_ = 0;
  std::uint64_t mostBefore_ = 0;         // given to the socket before this step
  std::optional<Instant> fellAt_;        // by the exact sizes of messages
  std::optional<Instant> surelyFellAt_;  // by what the client has to know of them

  // --- the rate, bytes a second
  double slowest_ = 0;
  double fastest_ = 0;

  // --- over all connections
  bool hasEverHeard_ = false;
  bool isAtOnce_ = false;  // this connection opened with the first retry at most
  int givenUp_ = 0;        // connections given up before anything was ever heard
  int needless_ = 0;       // of them, those that had opened at once
  bool isUnanswering_ = false;
};

}  // namespace rws::sim
