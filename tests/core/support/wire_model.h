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

struct Wire {
  AttemptId attempt = AttemptId::None;
  std::uint64_t given = 0;            // bytes that the socket took
  std::uint64_t gone = 0;             // bytes that have left the browser
  std::uint64_t messageEnd = 0;       // bytes given up to the end of the last message
  std::uint64_t foreign = 0;          // bytes that bufferedAmount counts though the client never gave them
  std::vector<std::uint64_t> ends{};  // of the frames that have not left, for BufferKind::WholeMessages
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
  // Bytes given up to the end of the last message.
  [[nodiscard]] std::uint64_t messageEnd(AttemptId attempt) const {
    const Wire* const wire = at(attempt);
    return wire == nullptr ? 0 : wire->messageEnd;
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
    wire->given += bytes;
    if (isMessage) wire->messageEnd = wire->given;
    if (kind_ == BufferKind::WholeMessages) wire->ends.push_back(wire->given);
  }
  // Everything leaves the browser, or two thirds of it: that tears a frame in its middle.
  void drain(AttemptId attempt, bool everything) {
    Wire* const wire = find(attempt);
    if (wire == nullptr) return;
    const std::uint64_t two = 2;
    std::uint64_t upTo = everything ? wire->given : wire->gone + (wire->given - wire->gone) * two / 3;
    if (kind_ == BufferKind::WholeMessages) {
      const auto firstKept = std::upper_bound(wire->ends.begin(), wire->ends.end(), upTo);
      upTo = firstKept == wire->ends.begin() ? wire->gone : *(firstKept - 1);
      wire->ends.erase(wire->ends.begin(), firstKept);
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
