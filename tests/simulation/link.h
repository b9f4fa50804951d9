// One connection between browser and server: how far it has come, which direction works, and how much of what
// the socket was given has left the browser and has arrived. It has no clock: the caller gives the time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>

#include "setup.h"
#include "types.h"

namespace rws::sim {

struct Link {
  enum class State : std::uint8_t { Resolving, Opening, Open, Over };
  static constexpr double kInstantly = std::numeric_limits<double>::infinity();

  AttemptId attempt = AttemptId::None;
  State state = State::Resolving;
  bool toServer = true;      // what goes out arrives
  bool toClient = true;      // what comes in arrives
  bool isPristine = true;    // nothing ever went wrong with it
  bool isClosing = false;    // closed by the client
  bool isEnding = false;     // closed by the server; the close event is planned
  double rate = kInstantly;  // bytes a millisecond, 0 if stalled
  double spare = 0;          // bytes that the system still takes while nothing arrives
  std::uint64_t sent = 0;    // bytes given to the socket
  double out = 0;            // of them, bytes that are on their way or have arrived
  double arrived = 0;        // what was lost on the way is sent again when the link heals
  std::int64_t updatedAt = 0;
  std::int64_t movedAt = 0;               // when something was last on its way out
  std::deque<std::uint64_t> frameEnds{};  // of the frames that are not out yet
  std::uint64_t wholeFrames = 0;          // bytes of the frames that are out
  struct Ping {
    EpochMs timestamp = 0;  // 0 for a custom ping
    std::uint64_t end = 0;  // bytes given to the socket up to its last
  };
  std::deque<Ping> pings{};  // on their way
  // A frame of a session, on its way: a control frame, or a message.
  struct Frame {
    std::string text{};
    MessageId message = 0;
    std::uint64_t end = 0;
  };
  std::deque<Frame> frames{};
  // Frames of the server that wait until the link is repaired, by their place in Network::toClient_.
  std::deque<std::size_t> waiting{};
  std::int64_t lastArrival = 0;

  [[nodiscard]] bool isAlive() const { return toServer && toClient && state == State::Open; }

  void frameSent(std::uint64_t total) {
    sent = total;
    frameEnds.push_back(total);
  }
  void update(std::int64_t now) {
    const double limit =
        toServer ? static_cast<double>(sent) : std::min(static_cast<double>(sent), out + spare);
    const double most = rate * static_cast<double>(now - updatedAt);
    const double before = out;
    out = rate == kInstantly || most >= limit - out ? limit : out + most;
    if (!toServer) spare -= out - before;
    if (out > before) {
      const double took = rate == kInstantly ? 0 : std::ceil((out - before) / rate);
      movedAt = std::min(now, updatedAt + static_cast<std::int64_t>(took));
    }
    updatedAt = now;
    if (toServer) arrived = out;
    while (!frameEnds.empty() && static_cast<double>(frameEnds.front()) <= out) {
      wholeFrames = frameEnds.front();
      frameEnds.pop_front();
    }
  }
  void setRate(std::int64_t now, double to) {
    update(now);
    rate = to;
  }
  // The system takes so many bytes more before the browser's buffer grows.
  void cutOut(std::int64_t now, double takes) {
    update(now);
    toServer = false;
    spare = takes;
  }
  void heal(std::int64_t now) {
    update(now);
    toServer = toClient = true;
    arrived = out;
  }

  // Bytes that have left the browser as it counts them.
  [[nodiscard]] std::uint64_t left(Engine engine) const {
    switch (engine) {
      case Engine::Exact:
        return static_cast<std::uint64_t>(out);
      case Engine::WholeMessages:
        return wholeFrames;
      case Engine::Zero:
        return sent;
    }
    return 0;
  }
  // Milliseconds until so many bytes are out, nothing if they never are.
  [[nodiscard]] double timeUntil(std::uint64_t bytes) const {
    const double rest = std::max(0.0, static_cast<double>(bytes) - out);
    if (rest == 0 || rate == kInstantly) return 0;
    return rest / rate;
  }
};

}  // namespace rws::sim
