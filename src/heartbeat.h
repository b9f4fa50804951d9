// Owns the watch over one open socket: when to ping, when to probe, when the peer is dead, round-trip times.
// Refuses to act: it answers what is due; the connection sends and closes.
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
  // A socket opened: forget the last one. Writes Ping into the deadlines.
  void start(const Options& options, Instant now, Deadlines& deadlines);
  // The socket is gone: clears Ping, Silence and Pong.
  void stop(Deadlines& deadlines);
  // Options changed while connected: re-arms from the last ping; switches on or off.
  void reconfigure(const Options& options, Instant now, Deadlines& deadlines);

  // The timestamp for a ping that is sent now; strictly increasing, so that each ping can be told from the
  // others. Arms the next Ping, and Pong unless one is pending.
  [[nodiscard]] EpochMs ping(const Options& options, Now now, Deadlines& deadlines);
  // The same for a probe: the pending Pong comes no later than probeTimeout from now.
  [[nodiscard]] EpochMs probe(const Options& options, Now now, Deadlines& deadlines);

  // A message of the user went out: arms Silence unless armed, or a verdict as early as the probe's is
  // pending.
  void sent(const Options& options, Instant now, Deadlines& deadlines);
  // Whether sent() would change nothing, whatever the time.
  [[nodiscard]] bool isSentIdle(const Deadlines& deadlines) const {
    return !running_ || deadlines.at(Deadline::Silence).has_value();
  }
  // Anything came in: the peer is alive.
  void received(Deadlines& deadlines);

  // A pong, or our own ping come back: the round-trip time if it answers a ping of this socket, the first
  // time it does.
  [[nodiscard]] std::optional<Duration> answered(Instant now, std::string_view timestamp);

  // Pong was due at `due`, it is `now`. A timer much too late proves nothing about the peer: once per silence
  // the verdict is put off and a probe is called for instead.
  enum class Verdict : std::uint8_t { Dead, ProbeFirst };
  [[nodiscard]] Verdict judge(Instant due, Instant now);

 private:
  friend struct StateDigest;  // of tests/core/support

  struct Sent {
    EpochMs timestamp = 0;
    Instant at{};
    bool open = false;
  };
  static constexpr std::size_t kRemembered = 8;

  EpochMs remember(Now now);

  std::array<Sent, kRemembered> pings_{};
  std::size_t nextSlot_ = 0;
  EpochMs lastTimestamp_ = 0;
  Instant lastPing_{};
  bool running_ = false;
  bool secondChanceUsed_ = false;
};

}  // namespace rws
