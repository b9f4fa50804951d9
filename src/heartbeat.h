// Owns the watch over one open socket: when to ping, when to probe, when the peer is dead, round-trip times,
// and which message went before which ping. Refuses to act: it answers what is due; the connection sends and
// closes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "deadlines.h"
#include "options.h"
#include "types.h"

namespace rws {

class Heartbeat {
 public:
  // A socket opened, so long after it was asked for: forget the last one. Writes Ping into the deadlines.
  void start(const Options& options, Instant now, Duration opening, Deadlines& deadlines);
  // The socket is gone: clears Ping, Silence and Pong.
  void stop(Deadlines& deadlines);
  // Options changed while connected: re-arms from the last ping; switches on or off.
  void reconfigure(const Options& options, Instant now, Deadlines& deadlines);

  // A ping to be sent.
  struct Ping {
    EpochMs timestamp = 0;  // strictly increasing, so that each ping can be told from the others
    // The newest message before a ping that was not answered for pongTimeout while other things came in: the
    // peer lives, and answers no pings. 0 if there is none.
    PayloadId outlived = 0;
  };
  // The regular ping, behind what is under way: arms the next Ping, and Pong unless one is pending.
  [[nodiscard]] Ping ping(const Options& options, Now now, const UnderWay& before, Deadlines& deadlines);
  // The same for a probe: the pending Pong comes no later than probeTimeout from now, and the time that what
  // is under way may take.
  [[nodiscard]] Ping probe(const Options& options, Now now, const UnderWay& before, Deadlines& deadlines);
  // What a probe is given after the network is said to be back: links that died are common then, and the user
  // waits. A second, four times the opening of the socket where that took longer, at most probeTimeout.
  [[nodiscard]] Duration networkTimeout(const Options& options) const;
  // The same for such a probe.
  [[nodiscard]] Ping probeNetwork(const Options& options, Now now, const UnderWay& before,
                                  Deadlines& deadlines);
  // Whether such a probe is unanswered.
  [[nodiscard]] bool isNetworkInDoubt() const { return networkInDoubt_; }
  // The same for a ping that asks no more than whether what was sent before it has arrived.
  [[nodiscard]] Ping ask(const Options& options, Now now, const UnderWay& before) {
    return remember(options, now, before.upTo);
  }

  // A message of the user went out: arms Silence unless armed.
  void sent(const Options& options, Instant now, Deadlines& deadlines);
  // Silence was due. Of a peer that has never answered a ping, and sends, no answer is demanded.
  [[nodiscard]] bool demandsAnswer() const { return peerAnswers_ || !heardSinceSent_; }
  // Whether the last ping was answered, or there was none.
  [[nodiscard]] bool isAnswered() const {
    return pings_[(nextSlot_ + kRemembered - 1) % kRemembered].timestamp == 0;
  }
  // The messages from that one on did not go out.
  void returned(PayloadId from);
  // Whether sent() would change nothing, whatever the time.
  [[nodiscard]] bool isSentIdle(const Deadlines& deadlines) const {
    return !running_ || deadlines.at(Deadline::Silence).has_value();
  }
  // Anything came in: the peer is alive.
  void received(Deadlines& deadlines);

  struct Answer {
    Duration roundTrip{};
    PayloadId behind = 0;  // the peer has read everything up to this message
  };
  // A pong, or our own ping come back: what it tells if it answers a ping of this socket, the first time it
  // does.
  [[nodiscard]] std::optional<Answer> answered(Instant now, std::string_view timestamp);

  // Pong was due at `due`, it is `now`. A timer much too late proves nothing about the peer: once per silence
  // the verdict is put off and a probe is called for instead.
  enum class Verdict : std::uint8_t { Dead, ProbeFirst };
  [[nodiscard]] Verdict judge(Instant due, Instant now);
  // The probe went out: its verdict comes after as long as the last one was late. What answered in time was
  // held up no longer.
  static void hasten(Duration lateness, Instant now, Deadlines& deadlines);

 private:
  friend struct StateDigest;  // of tests/core/support

  struct Sent {
    EpochMs timestamp = 0;  // 0 when it is answered, or was never sent
    Instant at{};
    PayloadId behind = 0;
  };
  static constexpr std::size_t kRemembered = 6;

  static void expectBy(Instant verdict, Deadlines& deadlines);
  Ping remember(const Options& options, Now now, PayloadId behind);

  std::array<Sent, kRemembered> pings_{};
  std::size_t nextSlot_ = 0;
  // The oldest ping behind which nothing was answered, and the newest message before it.
  Instant awaitedSince_{};
  PayloadId awaitedBehind_ = 0;
  EpochMs lastTimestamp_ = 0;
  Instant lastPing_{};
  Duration opening_{};
  bool running_ = false;
  bool secondChanceUsed_ = false;
  bool heardSinceSent_ = false;
  bool networkInDoubt_ = false;
  bool isAwaited_ = false;
  bool heardMeanwhile_ = false;
  bool peerAnswers_ = false;  // it has answered a ping once, on this socket or an earlier one
};

}  // namespace rws
