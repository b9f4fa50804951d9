// First-in, first-out storage in one block: it takes no memory before its first element, and none per element
// once it has grown to what passes through it. (A std::deque takes 0.6 to 4 KB in each idle client.)
#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace rws {

// When it becomes empty it gives back a block that has grown beyond `kKept` elements.
template <class Item, std::size_t kKept>
class Fifo {
 public:
  using Iterator = typename std::vector<Item>::iterator;
  using ConstIterator = typename std::vector<Item>::const_iterator;

  [[nodiscard]] bool empty() const { return taken_ == items_.size(); }
  [[nodiscard]] std::size_t size() const { return items_.size() - taken_; }
  [[nodiscard]] Item& front() {
    assert(!empty());
    return items_[taken_];
  }
  [[nodiscard]] const Item& front() const {
    assert(!empty());
    return items_[taken_];
  }
  [[nodiscard]] Item& back() {
    assert(!empty());
    return items_.back();
  }
  [[nodiscard]] const Item& back() const {
    assert(!empty());
    return items_.back();
  }
  [[nodiscard]] Iterator begin() { return items_.begin() + offset(); }
  [[nodiscard]] Iterator end() { return items_.end(); }
  [[nodiscard]] ConstIterator begin() const { return items_.begin() + offset(); }
  [[nodiscard]] ConstIterator end() const { return items_.end(); }

  void pushBack(Item item) { items_.push_back(std::move(item)); }
  // Puts items, in their order, before all others.
  void pushFront(const std::vector<Item>& items) { items_.insert(begin(), items.begin(), items.end()); }
  void popBack() {
    assert(!empty());
    items_.pop_back();
    tidy();
  }
  void popFront() {
    assert(!empty());
    ++taken_;
    tidy();
  }
  // Removes all elements from there on.
  void truncate(Iterator from) {
    items_.erase(from, items_.end());
    tidy();
  }
  void clear() { truncate(begin()); }

 private:
  [[nodiscard]] std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(taken_); }

  // Closes the gap at the front once it is as long as the rest: each element moves at most once on average.
  void tidy() {
    if (taken_ < items_.size() - taken_) return;
    items_.erase(items_.begin(), begin());
    taken_ = 0;
    if (items_.empty() && items_.capacity() > kKept) std::vector<Item>().swap(items_);
  }

  std::vector<Item> items_;
  std::size_t taken_ = 0;  // elements at the front that are gone already
};

// The same for the events or effects of one turn. They are all taken before the turn ends: until then the
// taken ones keep their places, and no item is ever assigned to another. (For a std::variant that spares one
// function an alternative.)
template <class Item, std::size_t kKept>
class TurnQueue {
 public:
  [[nodiscard]] bool empty() const { return items_.empty(); }
  void push(Item item) { items_.push_back(std::move(item)); }
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
