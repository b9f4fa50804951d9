// Owns what the world has planned, in the order of time and, at one moment, of planning.
// Refuses to carry anything out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "types.h"

namespace rws::sim {

enum class Plan : std::uint8_t {
  FaultComes,
  WishComes,
  PageEventComes,
  ChatComes,        // the server says something
  ServerPingComes,  // and asks
  PageCalms,        // a throttle or a freeze ends
  SocketOpens,
  SocketFails,   // error and close
  SocketCloses,  // number: the code; text: which reason
  AddressFails,
  FrameComes,  // text: which kind; number: its timestamp
  LinkHeals,
  SendHeals,
};

struct Planned {
  std::int64_t at = 0;
  std::uint64_t order = 0;
  Plan plan = Plan::FaultComes;
  AttemptId attempt = AttemptId::None;
  std::int64_t number = 0;
  std::int64_t text = 0;
};

class Agenda {
 public:
  void add(Planned planned) {
    planned.order = ++order_;
    heap_.push_back(planned);
    std::push_heap(heap_.begin(), heap_.end(), isLater);
  }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::int64_t next() const { return heap_.front().at; }
  Planned take() {
    std::pop_heap(heap_.begin(), heap_.end(), isLater);
    const Planned planned = heap_.back();
    heap_.pop_back();
    return planned;
  }
  // Moves what is due before `until` to that moment.
  void putOff(std::int64_t until) {
    for (Planned& planned : heap_) planned.at = std::max(planned.at, until);
    std::make_heap(heap_.begin(), heap_.end(), isLater);
  }
  // The world goes on while the host's monotonic clock stands still.
  void bringForward(std::int64_t now, std::int64_t by) {
    for (Planned& planned : heap_) planned.at = std::max(now, planned.at - by);
    std::make_heap(heap_.begin(), heap_.end(), isLater);
  }

 private:
  static bool isLater(const Planned& a, const Planned& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
  std::vector<Planned> heap_;
  std::uint64_t order_ = 0;
};

}  // namespace rws::sim
