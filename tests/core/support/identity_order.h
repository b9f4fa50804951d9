// The order of the attempts and messages that a state refers to. Identities are only ever compared, and a new
// one is greater than all others, so that two states whose identities are in the same order behave alike.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "types.h"

namespace rws::test {

class IdentityOrder {
 public:
  void include(AttemptId attempt) { insert(attempts_, static_cast<std::uint64_t>(attempt)); }
  void include(MessageId message) { insert(messages_, message); }
  void clear() {
    attempts_.clear();
    messages_.clear();
  }

  // 0 for AttemptId::None.
  [[nodiscard]] std::uint64_t of(AttemptId attempt) const {
    return place(attempts_, static_cast<std::uint64_t>(attempt));
  }
  [[nodiscard]] std::uint64_t of(MessageId message) const { return place(messages_, message); }
  // For an identity that only stands for all up to it: how many of those included that are.
  [[nodiscard]] std::uint64_t upTo(MessageId message) const {
    const auto end = std::upper_bound(messages_.begin(), messages_.end(), message);
    return static_cast<std::uint64_t>(end - messages_.begin());
  }

 private:
  static void insert(std::vector<std::uint64_t>& sorted, std::uint64_t id) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), id);
    if (id == 0 || (at != sorted.end() && *at == id)) return;
    sorted.insert(at, id);
  }
  // Odd for an identity that is included, even for a place between two of them.
  static std::uint64_t place(const std::vector<std::uint64_t>& sorted, std::uint64_t id) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), id);
    const bool isIncluded = at != sorted.end() && *at == id;
    return 2 * static_cast<std::uint64_t>(at - sorted.begin()) + (isIncluded ? 1 : 0);
  }

  std::vector<std::uint64_t> attempts_;
  std::vector<std::uint64_t> messages_;
};

}  // namespace rws::test
