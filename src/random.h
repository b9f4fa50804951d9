// The only randomness of the core: SplitMix64 (Steele, Lea, Flood 2014), seeded by the host. The same seed
// gives the same draws, native and in wasm.
#pragma once

#include <cstdint>

namespace rws {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  // Uniform in [0, 1), 53 bits.
  [[nodiscard]] constexpr double unit() {
    return static_cast<double>(nextBits() >> 11U) * (1.0 / 9007199254740992.0);
  }

  friend constexpr bool operator==(const Random&, const Random&) = default;

 private:
  friend struct StateDigest;  // of tests/core/support

  constexpr std::uint64_t nextBits() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace rws
