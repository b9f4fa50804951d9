// The randomness of the simulated world: SplitMix64, apart from the client's own. Nothing else in the world
// is random, so that a seed gives the same run every time.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace rws::sim {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed ^ 0xD1CE5EEDULL) {}

  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  // Uniform in [0, 1).
  double unit() { return static_cast<double>(bits() >> 11U) * (1.0 / 9007199254740992.0); }
  bool chance(double probability) { return unit() < probability; }
  // Uniform in [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(high - low + 1));
  }
  // In [low, high], each order of magnitude as likely as the next; low > 0.
  std::int64_t magnitude(std::int64_t low, std::int64_t high) {
    const double ratio = static_cast<double>(high) / static_cast<double>(low);
    return static_cast<std::int64_t>(static_cast<double>(low) * std::exp(unit() * std::log(ratio)));
  }
  // Time to the next of events that come at random times, on average `mean` apart; at least 1.
  std::int64_t gap(double mean) { return 1 + static_cast<std::int64_t>(-std::log(1.0 - unit()) * mean); }
  // An index, with a probability in proportion to its weight; the first if all weights are 0.
  template <std::size_t N>
  std::size_t index(const std::array<float, N>& weights) {
    double sum = 0;
    for (const float weight : weights) sum += static_cast<double>(weight);
    double left = unit() * sum;
    for (std::size_t i = 0; i < N; ++i) {
      left -= static_cast<double>(weights[i]);
      if (left < 0) return i;
    }
    return 0;
  }

 private:
  std::uint64_t state_;
};

}  // namespace rws::sim
