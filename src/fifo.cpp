#include "fifo.h"

#include <cstring>

namespace rws {

std::byte* FifoBytes::append(std::size_t bytes) {
  const std::size_t before = bytes_.size();
  bytes_.resize(before + bytes);
  return bytes_.data() + before;
}

void FifoBytes::prepend(const std::byte* bytes, std::size_t count) {
  if (count == 0) return;
  const std::size_t before = size();
  (void)append(count);
  std::memmove(begin() + count, begin(), before);
  std::memcpy(begin(), bytes, count);
}

void FifoBytes::dropFront(std::size_t count, std::size_t kept) {
  taken_ += count;
  tidy(kept);
}

void FifoBytes::dropBack(std::size_t count, std::size_t kept) {
  bytes_.resize(bytes_.size() - count);
  tidy(kept);
}

// Closes the gap at the front once it is as long as the rest: each element moves at most once on average.
void FifoBytes::tidy(std::size_t kept) {
  if (taken_ < size()) return;
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  if (bytes_.empty() && bytes_.capacity() > kept) std::vector<std::byte>().swap(bytes_);
}

}  // namespace rws
