// Owns the mixing of words into 128 bits that stand for them: with so many, two states met in a day's walk
// never share one by chance. Refuses to say what belongs into a digest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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
  void add(std::string_view text) {
    add(text.size());
    for (const char character : text) add(static_cast<std::uint64_t>(character));
  }
  // A number that no word of the states is stands for nothing.
  template <class Word>
  void add(const std::optional<Word>& word) {
    if (word) {
      add(*word);
    } else {
      add(std::uint64_t{0x6E6F7468696E67});
    }
  }
  template <class Enumeration>
  requires std::is_enum_v<Enumeration>
  void add(Enumeration value) { add(static_cast<std::uint64_t>(value)); }

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
