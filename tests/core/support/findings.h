// The first broken rule of a run.
#pragma once

namespace rws::test {

class Findings {
 public:
  // `rule` is a string literal, so that a check costs little: walks make hundreds of millions of them.
  void check(bool holds, const char* rule) {
    if (!holds && rule_ == nullptr) rule_ = rule;
  }
  [[nodiscard]] bool empty() const { return rule_ == nullptr; }
  [[nodiscard]] const char* rule() const { return rule_ == nullptr ? "" : rule_; }

 private:
  const char* rule_ = nullptr;
};

}  // namespace rws::test
