// Owns how a fuzz target says that a promise is broken: it names the promise and ends the process.
// Refuses to go on: libFuzzer keeps the input that led there.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rws::fuzz {

inline void check(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

}  // namespace rws::fuzz
