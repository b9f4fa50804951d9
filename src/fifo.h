// First-in, first-out storage in one block: it takes no memory before its first element, and none per element
// once it has grown to what passes through it. (A std::deque takes 0.6 to 4 KB in each idle client.)
#pragma once

#include <cassert>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace rws {

// The bytes of a Fifo. All kinds of elements share this code: as a template it is 0.6 KB larger in the
// module, after compression.
class FifoBytes {
 public:
  [[nodiscard]] std::size_t size() const { return bytes_.size() - taken_; }
  [[nodiscard]] std::byte* begin() { return bytes_.data() + taken_; }
  [[nodiscard]] const std::byte* begin() const { return bytes_.data() + taken_; }
  [[nodiscard]] std::byte* end() { return bytes_.data() + bytes_.size(); }
  [[nodiscard]] const std::byte* end() const { return bytes_.data() + bytes_.size(); }

  // Makes room for more bytes at the end; returns where.
  [[nodiscard]] std::byte* append(std::size_t bytes);
  void prepend(const std::byte* bytes, std::size_t count);
  // When it becomes empty it gives back a block of more than `kept` bytes.
  void dropFront(std::size_t count, std::size_t kept);
  void dropBack(std::size_t count, std::size_t kept);

 private:
  void tidy(std::size_t kept);

  std::vector<std::byte> bytes_;
  std::size_t taken_ = 0;  // bytes at the front that are gone already
};

// When it becomes empty it gives back a block that has grown beyond `kKept` elements.
template <class Item, std::size_t kKept>
class Fifo {
  static_assert(std::is_trivially_copyable_v<Item>);

 public:
  using Iterator = Item*;
  using ConstIterator = const Item*;

  [[nodiscard]] bool empty() const { return bytes_.size() == 0; }
  [[nodiscard]] std::size_t size() const { return bytes_.size() / sizeof(Item); }
  [[nodiscard]] Item& front() {
    assert(!empty());
    return *begin();
  }
  [[nodiscard]] const Item& front() const {
    assert(!empty());
    return *begin();
  }
  [[nodiscard]] Item& back() {
    assert(!empty());
    return *(end() - 1);
  }
  [[nodiscard]] const Item& back() const {
    assert(!empty());
    return *(end() - 1);
  }
  [[nodiscard]] Iterator begin() { return reinterpret_cast<Item*>(bytes_.begin()); }
  [[nodiscard]] Iterator end() { return reinterpret_cast<Item*>(bytes_.end()); }
  [[nodiscard]] ConstIterator begin() const { return reinterpret_cast<const Item*>(bytes_.begin()); }
  [[nodiscard]] ConstIterator end() const { return reinterpret_cast<const Item*>(bytes_.end()); }

  // `item` may not be one of this storage.
  void pushBack(const Item& item) { new (bytes_.append(sizeof(Item))) Item(item); }
  // Puts items, in their order, before all others.
  template <std::size_t kSize>
  void pushFront(const Fifo<Item, kSize>& items) {
    bytes_.prepend(reinterpret_cast<const std::byte*>(items.begin()), items.size() * sizeof(Item));
  }
  void popBack() {
    assert(!empty());
    bytes_.dropBack(sizeof(Item), kKeptBytes);
  }
  void popFront() {
    assert(!empty());
    bytes_.dropFront(sizeof(Item), kKeptBytes);
  }
  // Removes all elements from there on.
  void truncate(Iterator from) {
    bytes_.dropBack(static_cast<std::size_t>(end() - from) * sizeof(Item), kKeptBytes);
  }
  void clear() { truncate(begin()); }

 private:
  // NOLINTNEXTLINE(bugprone-dynamic-static-initializers): it is constexpr
  static constexpr std::size_t kKeptBytes = kKept * sizeof(Item);

  FifoBytes bytes_;
};

// The same for events or effects that are soon all taken: when the turn ends, or when the page stays. Until
// then the taken ones keep their places, and no item is ever assigned to another. (For a std::variant that
// spares one function an alternative.)
template <class Item, std::size_t kKept>
class TurnQueue {
 public:
  [[nodiscard]] bool empty() const { return items_.empty(); }
  void push(Item&& item) { items_.push_back(std::move(item)); }
  [[nodiscard]] Item pop() {
    assert(!empty());
    Item first = std::move(items_[taken_]);
    if (++taken_ == items_.size()) {
      taken_ = 0;
      items_.clear();
      if (items_.capacity() > kKept) std::vector<Item>().swap(items_);
    }
    return first;
  }

 private:
  std::vector<Item> items_;
  std::size_t taken_ = 0;
};

}  // namespace rws
