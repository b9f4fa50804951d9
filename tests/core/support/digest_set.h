// A set of digests in one block of memory: 16 bytes each, with a third of the places free at least.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "digest.h"

namespace rws::test {

class DigestSet {
 public:
  // True when it was not there.
  bool insert(DigestValue value) {
    if (value == kFree) value.low = 1;
    if (3 * (count_ + 1) > 2 * places_.size()) grow();
    DigestValue& place = placeOf(value);
    if (place == value) return false;
    place = value;
    ++count_;
    return true;
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::size_t bytes() const { return places_.size() * sizeof(DigestValue); }
  // In ascending order.
  [[nodiscard]] std::vector<DigestValue> sorted() const {
    std::vector<DigestValue> values;
    std::copy_if(places_.begin(), places_.end(), std::back_inserter(values),
                 [](const DigestValue& value) { return value != kFree; });
    std::sort(values.begin(), values.end(), [](const DigestValue& a, const DigestValue& b) {
      return std::pair(a.low, a.high) < std::pair(b.low, b.high);
    });
    return values;
  }

 private:
  static constexpr DigestValue kFree{};

  DigestValue& placeOf(const DigestValue& value) {
    const std::size_t mask = places_.size() - 1;
    std::size_t index = value.low & mask;
    while (places_[index] != kFree && places_[index] != value) index = (index + 1) & mask;
    return places_[index];
  }
  void grow() {
    constexpr std::size_t kFirst = 1024;
    std::vector<DigestValue> old(std::max(kFirst, 2 * places_.size()));
    old.swap(places_);
    for (const DigestValue& value : old) {
      if (value != kFree) placeOf(value) = value;
    }
  }

  std::vector<DigestValue> places_;
  std::size_t count_ = 0;
};

}  // namespace rws::test
