// What the world has planned, in the order of time and, at one moment, of planning.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "types.h"

namespace rws::sim {

enum class Plan : std::uint8_t {
  Fault,
  Command,
  PageEvent,
  PageLeaves,  // or seems to: it stays
  ServerMessage,
  ServerPing,
  PageRecovers,  // a throttle or a freeze ends
  AddressFound,
  AddressFails,
  SocketOpens,
  HandshakeSends,  // number: bytes
  HandshakeEnds,   // number: the code, -1 if it is done; text: which reason
  SocketFails,     // error and close
  SocketCloses,    // number: the code; text: which reason
  PingsArrive,     // at the server
  FrameArrives,    // at the client; text: which kind; number: its timestamp
  LinkHeals,
  HelloSends,    // number: the code with which it fails, 0 for none, -1 if it does not
  FramesArrive,  // of a session, at the server
  LateFrames,    // the same, of a connection that is over for the client
  ServerWakes,
  SessionFault,
  ListenersDone,
  SendHeals,
};

struct Planned {
  std::int64_t at = 0;
  std::uint64_t order = 0;
  Plan plan = Plan::Fault;
  AttemptId attempt = AttemptId::None;
  std::int64_t number = 0;
  std::int64_t text = 0;
};

class Schedule {
 public:
  void add(Planned planned) {
    planned.order = ++order_;
    heap_.push_back(planned);
    std::push_heap(heap_.begin(), heap_.end(), isLater);
  }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::int64_t next() const { return heap_.front().at; }
  // When what was taken last was due.
  [[nodiscard]] std::int64_t now() const { return now_; }
  void setNow(std::int64_t now) { now_ = now; }
  Planned take() {
    std::pop_heap(heap_.begin(), heap_.end(), isLater);
    const Planned planned = heap_.back();
    heap_.pop_back();
    return planned;
  }
  // Moves what is due before `until` to that moment.
  void postpone(std::int64_t until) {
    for (Planned& planned : heap_) planned.at = std::max(planned.at, until);
    std::make_heap(heap_.begin(), heap_.end(), isLater);
  }
  // Time passes for the world while the host's monotonic clock stands still.
  void advance(std::int64_t now, std::int64_t by) {
    for (Planned& planned : heap_) planned.at = std::max(now, planned.at - by);
    std::make_heap(heap_.begin(), heap_.end(), isLater);
  }

 private:
  static bool isLater(const Planned& a, const Planned& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
  std::vector<Planned> heap_;
  std::uint64_t order_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace rws::sim
