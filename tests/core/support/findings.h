// Owns the first broken rule of a run.
// Refuses to stop the run or to report: the test that walked there knows the way and tells it.
#pragma once

namespace rws::test {

class Findings {
 public:
  // Cheap enough for millions of steps; `rule` is a string literal.
  void check(bool holds, const char* rule) {
    if (!holds && rule_ == nullptr) rule_ = rule;
  }
  [[nodiscard]] bool empty() const { return rule_ == nullptr; }
  [[nodiscard]] const char* rule() const { return rule_ == nullptr ? "" : rule_; }

 private:
  const char* rule_ = nullptr;
};

}  // namespace rws::test
