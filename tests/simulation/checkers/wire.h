// What an observer outside knows of one open or closing socket: the bytes it was given, its pings, and what
// bufferedAmount has shown.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "control_frame.h"
#include "types.h"

namespace rws::sim {

struct Wire {
  // Unanswered pings that the client remembers.
  static constexpr std::size_t kRemembered = 1024;

  struct Ping {
    EpochMs timestamp = 0;
    Instant at{};
    MessageId behind = 0;      // the newest message before it
    std::uint64_t before = 0;  // bytes before it, as the client may count them
    // The client measures the rate of what it waits for from one of these on.
    Instant rateFrom{};
    Instant earliestRateFrom{};
    std::uint64_t settledAt = 0;  // as it was when the ping was sent
    std::uint32_t number = 0;     // of the custom pings of this socket, from 1; 0 for a JSON ping
    bool isIdle = false;          // little was sent since the ping before
    // The client may have removed it to make room for a ping that was refused.
    bool mayBeForgotten = false;
  };

  AttemptId attempt = AttemptId::None;
  bool isClosing = false;
  bool dropsUnsent = false;   // closed by disconnect() or destroy(): what is unsent is not sent again
  bool isBlocking = false;    // closing, with messages that may have to be sent again
  bool mayNotBlock = false;   // the client does not have to know that
  Instant closingLimit{};     // of a closing socket: closeGrace is over then
  bool hasRemainder = false;  // bufferedAmount holds bytes of no frame

  // --- bytes
  std::uint64_t sent = 0;       // given to the socket, exactly
  std::uint64_t leftUpTo = 0;   // of them, as bufferedAmount showed last
  bool isOnBoundary = true;     // whether leftUpTo is the end of a frame
  bool isAmongControl = false;  // whether that is between two control frames
  std::uint64_t goneUpTo = 0;   // has left for certain, by a proof or because the buffer was empty
  std::uint64_t atMost = 0;     // as the client may count them, 8 for the header of each message included
  std::uint64_t atLeast = 0;    // as the client has to count them
  struct Frame {
    std::uint64_t end = 0;
    bool isControl = false;
  };
  std::vector<Frame> frames{};

  // --- pings
  // The heartbeat was switched on again: until an answer the client knows nothing of earlier data.
  bool hasRestartedHeartbeat = false;
  std::deque<Ping> pings{};  // unanswered
  std::uint32_t customPings = 0;
  std::uint32_t customPongs = 0;  // that answer one
  // Answers that the peer may have skipped: the next one may belong to a ping so many later.
  std::uint32_t customSkipped = 0;
  Instant newestPingAt{};  // of any ping; at first when the socket opened
  Instant newestSentAt{};  // of any message
  // When the data under way began, or the last pong came: at the earliest and at the latest.
  Instant earliestRateFrom{};
  Instant latestRateFrom{};
  std::ptrdiff_t pingsRefused = 0;  // in this step
  std::uint64_t pingedAt = 0;       // bytes before the newest ping, as the client may count them
  std::uint64_t answeredAt = 0;     // bytes before the newest answered ping
  MessageId pingedUpTo = 0;         // the newest message before the newest ping
  MessageId newest = 0;
  MessageId newestBefore = 0;    // the same before this step
  MessageId answeredUpTo = 0;    // the newest message before an answered ping
  MessageId ackedUpTo = 0;       // of a session: the newest that was acknowledged on this socket
  MessageId outlivedUpTo = 0;    // the newest before a ping that a living peer did not answer in time
  std::uint64_t outlivedAt = 0;  // bytes before that ping
  std::optional<Instant> heardAt{};
  std::optional<Instant> pongAt{};

  static Wire opened(AttemptId attempt, Instant now) {
    Wire wire{.attempt = attempt};
    wire.newestPingAt = wire.earliestRateFrom = wire.latestRateFrom = now;
    return wire;
  }

  // Whether the client must know what the buffer holds, where it is counted by whole messages: not the size
  // of each control frame, nor what an amount means that is more than there can be.
  [[nodiscard]] bool isPlain() const { return !isAmongControl && leftUpTo >= goneUpTo; }
  // Bytes before the newest ping that needs no answer any more.
  [[nodiscard]] std::uint64_t settledAt() const { return std::max(answeredAt, outlivedAt); }

  // The ping that such a frame answers when it comes next, nullptr for none. A custom pong has no name: it
  // answers the first ping that none has answered.
  [[nodiscard]] const Ping* answeredBy(const ControlFrame& frame) const {
    const bool isCustom = frame.kind == ControlKind::CustomPong;
    const bool isNamed = frame.kind == ControlKind::Ping || frame.kind == ControlKind::Pong;
    const auto isAnswered = [&](const Ping& ping) {
      if (isCustom) return customPongs < customPings && ping.number == customPongs + 1;
      return isNamed && ping.number == 0 && frame.timestamp == std::to_string(ping.timestamp);
    };
    const auto found = std::find_if(pings.begin(), pings.end(), isAnswered);
    return found == pings.end() ? nullptr : &*found;
  }

  // Whether the answer to that custom ping may have counted for an older one.
  [[nodiscard]] bool mayBeAnswered(const Ping& ping) const {
    return ping.number > 0 && ping.number <= customPongs + customSkipped;
  }
  // No more answers are missing than pings.
  void limitSkipped() { customSkipped = std::min(customSkipped, customPings - customPongs); }

  void addFrame(std::uint64_t bytes, bool isControl) {
    sent += bytes;
    frames.push_back({sent, isControl});
  }
  void removeFrame(std::uint64_t bytes) {
    sent -= bytes;
    frames.pop_back();
    leftUpTo = std::min(leftUpTo, sent);
    goneUpTo = std::min(goneUpTo, sent);
  }
  void readBuffer(std::uint64_t amount) {
    if (amount == 0) goneUpTo = sent;
    const std::uint64_t shown = sent - std::min(amount, sent);
    // WebKit counts the frames of the closing handshake.
    if (isClosing && shown < leftUpTo) return;
    leftUpTo = shown;
    const auto isBefore = [](const Frame& frame, std::uint64_t end) { return frame.end < end; };
    const auto at = std::lower_bound(frames.begin(), frames.end(), leftUpTo, isBefore);
    const bool isEnd = amount < sent && at != frames.end() && at->end == leftUpTo;
    isOnBoundary = amount == sent || isEnd;
    isAmongControl = isEnd && at->isControl && at + 1 != frames.end() && (at + 1)->isControl;
  }
  // Pings that a living peer has not answered for so long will not be answered: what was sent before them
  // counts as delivered.
  // (The client may wait longer, for data under way.)
  void outlive(Duration timeout) {
    for (const Ping& ping : pings) {
      const Instant since = std::max(ping.at, pongAt.value_or(ping.at));
      if (!heardAt || *heardAt - since < timeout) return;
      if (ping.number > customPongs) customSkipped = std::max(customSkipped, ping.number - customPongs);
      outlivedUpTo = std::max(outlivedUpTo, ping.behind);
      outlivedAt = std::max(outlivedAt, ping.before);
    }
  }
  // The largest stretch of bytes between two unanswered pings, or before the first or after the last.
  [[nodiscard]] std::uint64_t largestStretch(std::uint64_t from) const {
    std::uint64_t largest = 0;
    std::uint64_t before = from;
    for (const Ping& ping : pings) {
      largest = std::max(largest, ping.before - std::min(before, ping.before));
      before = ping.before;
    }
    return std::max(largest, atMost - std::min(before, atMost));
  }
};

}  // namespace rws::sim
