// The bytes of sockets: what each was given, what has left the browser, and what bufferedAmount shows of it.
// This is the world's truth; the client only ever reads bufferedAmount.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "types.h"

namespace rws::test {

// How bufferedAmount falls while a socket drains.
enum class BufferKind : std::uint8_t {
  Bytes,          // by bytes (Chromium)
  WholeMessages,  // by whole frames, and the browser's own pongs may be counted (Firefox)
  AlwaysEmpty,    // it is 0 at once (WebKit)
};

// Pings and pongs without a message between them, as far as a client can know their sizes.
struct ControlFrames {
  std::uint64_t bytes = 0;
  std::uint64_t each = 0;  // bytes of each of them, 0 if they differ
  std::uint64_t last = 0;  // bytes of the last one, 0 where that is not known any more

  void add(std::uint64_t frame) {
    each = bytes == 0 || each == frame ? frame : 0;
    last = frame;
    bytes += frame;
  }
  // A frame was given to the socket, which did not take it.
  void refuse(std::uint64_t frame) {
    if (bytes == 0 || each != frame) each = last = 0;
  }
  // Whether the last so many bytes are whole frames for certain.
  [[nodiscard]] bool isBoundary(std::uint64_t rest) const {
    if (rest == 0 || rest == bytes || rest == last) return true;
    return rest < bytes && each > 0 && rest % each == 0;
  }
};

struct Wire {
  AttemptId attempt = AttemptId::None;
  std::uint64_t given = 0;    // bytes that the socket took
  std::uint64_t gone = 0;     // bytes that have left the browser
  ControlFrames control{};    // since the last message
  std::uint64_t foreign = 0;  // bytes that bufferedAmount counts though the client never gave them
  // Starts and ends of messages that have not left, for BufferKind::WholeMessages.
  std::vector<std::uint64_t> edges{};
};

class Wires {
 public:
  explicit Wires(BufferKind kind) : kind_(kind) {}

  [[nodiscard]] const std::vector<Wire>& all() const { return wires_; }
  [[nodiscard]] const Wire* at(AttemptId attempt) const {
    const auto found = std::find_if(wires_.begin(), wires_.end(),
                                    [attempt](const Wire& wire) { return wire.attempt == attempt; });
    return found == wires_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::uint64_t given(AttemptId attempt) const {
    const Wire* const wire = at(attempt);
    return wire == nullptr ? 0 : wire->given;
  }
  // WebSocket.bufferedAmount.
  [[nodiscard]] std::uint64_t buffered(AttemptId attempt) const {
    const Wire* const wire = at(attempt);
    if (wire == nullptr) return 0;
    return (kind_ == BufferKind::AlwaysEmpty ? 0 : wire->given - wire->gone) + wire->foreign;
  }
  [[nodiscard]] bool isFull(AttemptId attempt) const {
    const Wire* const wire = at(attempt);
    return wire != nullptr && wire->given > wire->gone;
  }
  [[nodiscard]] BufferKind kind() const { return kind_; }

  void open(AttemptId attempt) { wires_.push_back({attempt}); }
  void release(AttemptId attempt) {
    wires_.erase(std::remove_if(wires_.begin(), wires_.end(),
                                [attempt](const Wire& wire) { return wire.attempt == attempt; }),
                 wires_.end());
  }
  void give(AttemptId attempt, std::uint64_t bytes, bool isMessage) {
    Wire* const wire = find(attempt);
    if (wire == nullptr) return;
    const bool hasEdges = isMessage && kind_ == BufferKind::WholeMessages;
    if (hasEdges) wire->edges.push_back(wire->given);
    wire->given += bytes;
    if (hasEdges) wire->edges.push_back(wire->given);
    if (isMessage) {
      wire->control = {};
    } else {
      wire->control.add(bytes);
    }
  }
  void handshakeDone(AttemptId attempt) {
    const std::uint64_t amount = buffered(attempt);
    if (Wire* const wire = find(attempt)) wire->control = {amount, amount, amount};
  }
  void refuseControl(AttemptId attempt, std::uint64_t bytes) {
    if (Wire* const wire = find(attempt)) wire->control.refuse(bytes);
  }
  // Everything leaves the browser, or two thirds of it, which tears a message in its middle.
  void drain(AttemptId attempt, bool everything) {
    Wire* const wire = find(attempt);
    if (wire == nullptr) return;
    const std::uint64_t two = 2;
    std::uint64_t upTo = everything ? wire->given : wire->gone + (wire->given - wire->gone) * two / 3;
    if (kind_ == BufferKind::WholeMessages) {
      const auto firstKept = std::upper_bound(wire->edges.begin(), wire->edges.end(), upTo);
      if (!everything) upTo = firstKept == wire->edges.begin() ? wire->gone : *(firstKept - 1);
      wire->edges.erase(wire->edges.begin(), firstKept);
    }
    wire->gone = upTo;
  }
  void addForeign(AttemptId attempt, std::uint64_t bytes) {
    if (Wire* const wire = find(attempt)) wire->foreign += bytes;
  }

 private:
  Wire* find(AttemptId attempt) { return const_cast<Wire*>(at(attempt)); }

  BufferKind kind_;
  std::vector<Wire> wires_;
};

}  // namespace rws::test
