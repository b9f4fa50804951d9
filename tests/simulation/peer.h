// Owns one connection as it is between browser and server: how far it has come, which way still works, how
// much of what was handed to it has left. Refuses time of its own: whoever asks says when.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

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
  bool isEnding = false;     // by the server; its close event is planned
  double rate = kInstantly;  // bytes that leave in a millisecond
  bool isOwing = false;      // something was handed to it since all had left
  std::uint64_t handed = 0;
  double gone = 0;
  double arrived = 0;  // of what has gone: what broke on the way is sent again when the way heals
  std::int64_t drainedAt = 0;
  struct Ping {
    EpochMs timestamp = 0;
    std::uint64_t end = 0;  // bytes handed over up to its last
  };
  std::vector<Ping> pings{};  // the newest of them
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
    if (toServer) arrived = gone;
    return static_cast<std::uint64_t>(gone);
  }
  void setWay(std::int64_t now, bool isOpen) {
    (void)drain(now);
    toServer = isOpen;
  }
  void setRate(std::int64_t now, double to) {
    (void)drain(now);
    rate = to;
  }
};

}  // namespace rws::sim
