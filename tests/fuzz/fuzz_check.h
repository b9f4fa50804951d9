// How a fuzz target reports a broken rule: it names the rule and ends the process, so that libFuzzer keeps
// the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rws::fuzz {

inline void check(bool holds, std::string_view rule) {
  if (holds) return;
  std::fprintf(stderr, "broken rule: %.*s\n", static_cast<int>(rule.size()), rule.data());
  std::abort();
}

}  // namespace rws::fuzz
