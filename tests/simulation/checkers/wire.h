// What an observer outside knows of one open or closing socket: the bytes it was given, its pings, and what
// bufferedAmount has shown.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "types.h"

namespace rws::sim {

struct Wire {
  struct Ping {
    EpochMs timestamp = 0;
    Instant at{};
    Instant previousAt{};     // when the ping before was sent
    MessageId behind = 0;     // the newest message before it
    std::uint64_t before = 0; // bytes before it, as the client may count them
  };

  AttemptId attempt = AttemptId::None;
  bool isClosing = false;
  bool dropsUnsent = false;  // closed by disconnect() or destroy(): what is unsent is not sent again
  bool isBlocking = false;   // closing, with messages that may have to be sent again
  Instant closingLimit{};    // of a closing socket: closeGrace is over then
  bool hasRemainder = false;  // bufferedAmount holds bytes of no frame

  // --- bytes
  std::uint64_t sent = 0;       // given to the socket, exactly
  std::uint64_t leftUpTo = 0;   // of them, as bufferedAmount showed last
  bool isOnBoundary = true;     // whether leftUpTo is the end of a frame
  std::uint64_t atMost = 0;     // as the client may count them, 8 for the header of each message included
  std::vector<std::uint64_t> frameEnds{};

  // --- pings
  std::deque<Ping> pings{};  // unanswered
  Instant newestPingAt{};    // of any ping; at first when the socket opened
  std::uint64_t pingedAt = 0;    // bytes before the newest ping, as the client may count them
  std::uint64_t answeredAt = 0;  // bytes before the newest answered ping
  MessageId newest = 0;
  MessageId newestBefore = 0;  // the same before this step
  MessageId answeredUpTo = 0;  // the newest message before an answered ping
  MessageId outlivedUpTo = 0;  // the newest before a ping that a living peer did not answer in time
  std::optional<Instant> heardAt{};
  std::optional<Instant> pongAt{};

  void addFrame(std::uint64_t bytes) {
    sent += bytes;
    frameEnds.push_back(sent);
  }
  void removeFrame(std::uint64_t bytes) {
    sent -= bytes;
    frameEnds.pop_back();
    leftUpTo = std::min(leftUpTo, sent);
  }
  void readBuffer(std::uint64_t amount) {
    const std::uint64_t shown = sent - std::min(amount, sent);
    // WebKit counts the frames of the closing handshake.
    if (isClosing && shown < leftUpTo) return;
    leftUpTo = shown;
    isOnBoundary = leftUpTo == 0 || std::binary_search(frameEnds.begin(), frameEnds.end(), leftUpTo);
  }
  // The largest stretch of bytes between two unanswered pings, or before the first or after the last.
  [[nodiscard]] std::uint64_t largestStretch() const {
    std::uint64_t largest = 0;
    std::uint64_t before = answeredAt;
    for (const Ping& ping : pings) {
      largest = std::max(largest, ping.before - std::min(before, ping.before));
      before = ping.before;
    }
    return std::max(largest, atMost - std::min(before, atMost));
  }
};

}  // namespace rws::sim
