// Mixes words into 128 bits that stand for them. With so many bits, two of the states met in a day never
// share a digest by chance.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "types.h"

namespace rws::test {

struct DigestValue {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const DigestValue&, const DigestValue&) = default;
};

class Digest {
 public:
  void add(std::uint64_t word) {
    low_ = (low_ ^ word) * 0x9FB21C651E98DF25ULL;
    low_ ^= low_ >> 32U;
    high_ = (high_ + word) * 0xD6E8FEB86659FD93ULL;
    high_ ^= high_ >> 29U;
  }
  void add(Duration duration) { add(static_cast<std::uint64_t>(duration.count())); }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (const char character : text) add(std::uint64_t{static_cast<unsigned char>(character)});
  }
  template <class Word>
  void add(const std::optional<Word>& word) {
    // No word of a state is this number.
    constexpr std::uint64_t kNothing = 0x6E6F7468696E67;
    if (word) {
      add(*word);
    } else {
      add(kNothing);
    }
  }
  template <class Enumeration>
  requires std::is_enum_v<Enumeration>
  void add(Enumeration value) { add(static_cast<std::uint64_t>(value)); }
  // Small numbers and flags, up to eight of them in a word.
  template <class... Values>
  void addSmall(Values... values) {
    static_assert(sizeof...(values) <= 8);
    std::uint64_t word = 0;
    ((word = (word << 8U) + static_cast<std::uint64_t>(values)), ...);
    add(word);
  }

  [[nodiscard]] DigestValue value() const {
    Digest end = *this;
    end.add(low_ + high_);
    end.add(high_ >> 7U);
    return {end.low_, end.high_};
  }

 private:
  std::uint64_t low_ = 0x243F6A8885A308D3ULL;
  std::uint64_t high_ = 0x13198A2E03707344ULL;
};

}  // namespace rws::test
