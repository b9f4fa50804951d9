// Owns one connection as it is between browser and server: how far it has come, which way still works, how
// much of what was handed to it has left. Refuses time of its own: whoever asks says when.
#pragma once

#include <algorithm>
#include <cstdint>

#include "types.h"

namespace rws::sim {

struct Peer {
  enum class Stage : std::uint8_t { Seeking, Dialing, Open, Over };
  static constexpr double kInstantly = -1;

  AttemptId attempt = AttemptId::None;
  Stage stage = Stage::Dialing;
  bool toServer = true;      // what goes out arrives
  bool toClient = true;      // what comes in arrives
  bool pristine = true;      // nothing ever went wrong with it
  bool isClosing = false;    // by the client
  double rate = kInstantly;  // bytes that leave in a millisecond
  bool isOwing = false;      // something was handed to it since all had left
  std::uint64_t handed = 0;
  double gone = 0;
  std::int64_t drainedAt = 0;
  std::int64_t lastArrival = 0;

  [[nodiscard]] bool isAlive() const { return toServer && toClient && stage == Stage::Open; }

  // What has left by then.
  std::uint64_t drain(std::int64_t now) {
    const auto limit = static_cast<double>(handed);
    if (rate < 0) {
      gone = limit;
    } else {
      gone = std::min(limit, gone + rate * static_cast<double>(now - drainedAt));
    }
    drainedAt = now;
    return static_cast<std::uint64_t>(gone);
  }
  void setRate(std::int64_t now, double to) {
    (void)drain(now);
    rate = to;
  }
};

}  // namespace rws::sim
