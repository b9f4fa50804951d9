// The first broken invariant of a run: its name in the list of invariants, what was broken, and when.
#pragma once

#include <cstdint>

namespace rws::sim {

struct Finding {
  const char* id = nullptr;    // "Q3"
  const char* text = nullptr;  // "a message overtakes another"
  std::int64_t at = 0;         // milliseconds since the start
};

// Remembers the first finding. It does not stop the run: the caller looks.
class Findings {
 public:
  // Both texts are string literals: a check costs a comparison.
  void check(bool holds, const char* id, const char* text) {
    if (!holds && finding_.id == nullptr) finding_ = {id, text, at_};
  }
  void setTime(std::int64_t at) { at_ = at; }
  [[nodiscard]] bool empty() const { return finding_.id == nullptr; }
  [[nodiscard]] const Finding& first() const { return finding_; }

 private:
  Finding finding_;
  std::int64_t at_ = 0;
};

}  // namespace rws::sim
