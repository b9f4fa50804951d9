#include "sent_record.h"

#include <algorithm>
#include <cassert>

namespace rws {

void SentRecord::Control::add(const Control& more) {
  if (more.bytes == 0) return;
  each = bytes == 0 || each == more.each ? more.each : 0;
  last = more.last;
  bytes += more.bytes;
}

void SentRecord::Control::remove(std::uint64_t frame) {
  bytes -= std::min(bytes, static_cast<std::uint32_t>(frame));
  if (each != frame) each = last = 0;
}

void SentRecord::add(const QueuedMessage& message) {
  newest_ = message.message.id;
  bytesAtMost_ += message.message.bytesAtMost() + kFrameBytes;
  bytesAtLeast_ += message.message.bytesAtLeast();
  entries_.pushBack({message, {}});
}

void SentRecord::estimate(MessageId message, std::uint64_t bytes) {
  if (entries_.empty() || entries_.back().control.bytes > 0) return;
  Message& newest = entries_.back().message.message;
  if (newest.id != message || newest.isExact) return;
  if (bytes < newest.bytesAtLeast() || bytes > newest.bytesAtMost()) return;
  bytesAtMost_ -= newest.bytesAtMost() - bytes;
  bytesAtLeast_ += bytes - newest.bytesAtLeast();
  newest = {message, bytes, false, true};
}

MessageId SentRecord::addControl(std::uint64_t given) {
  const auto bytes = static_cast<std::uint32_t>(std::min(given, kMaxControl));
  bytesAtMost_ += bytes;
  bytesAtLeast_ += bytes;
  const auto size = static_cast<std::uint16_t>(bytes <= 0xFFFF ? bytes : 0);
  (entries_.empty() ? first_ : entries_.back().control).add({bytes, size, size});
  if (entries_.empty()) return 0;
  return entries_.back().message.message.id;
}

Messages SentRecord::takeBack(MessageId from) {
  assert(from > 0);
  Messages returned;
  auto first = entries_.end();
  while (first != entries_.begin() && (first - 1)->message.message.id >= from) --first;
  Control& before = first == entries_.begin() ? first_ : (first - 1)->control;
  for (const Entry* entry = first; entry != entries_.end(); ++entry) {
    bytesAtMost_ -= entry->message.message.bytesAtMost() + kFrameBytes;
    bytesAtLeast_ -= entry->message.message.bytesAtLeast();
    // A control frame that the socket took after the message still counts.
    before.add(entry->control);
    returned.pushBack(entry->message);
  }
  entries_.truncate(first);
  if (!returned.empty()) newest_ = std::min(newest_, returned.front().message.id - 1);
  return returned;
}

void SentRecord::removeControl(std::uint64_t bytes, MessageId after) {
  bytesAtMost_ -= bytes;
  bytesAtLeast_ -= bytes;
  // Where that message was taken back, the frame belongs to the one before it.
  for (auto at = entries_.end(); at != entries_.begin();) {
    --at;
    if (at->message.message.id > after) continue;
    at->control.remove(bytes);
    return;
  }
  first_.remove(bytes);
}

MessageRange SentRecord::popUpTo(MessageId id) {
  if (entries_.empty() || entries_.front().message.message.id > id) return {};
  MessageRange range{entries_.front().message.message.id - 1, 0};
  while (!entries_.empty() && entries_.front().message.message.id <= id) {
    range.upTo = entries_.front().message.message.id;
    first_ = entries_.front().control;
    entries_.popFront();
  }
  return range;
}

MessageRange SentRecord::confirm(MessageId upTo) { return popUpTo(upTo); }

MessageId SentRecord::leftUpTo(std::uint64_t bufferedAmount, const HostTraits* host) const {
  std::uint64_t sentAfter = 0;
  for (auto at = entries_.end(); at != entries_.begin();) {
    --at;
    sentAfter += at->control.bytes;
    // It has left if no less was sent after it than the buffer holds.
    if (sentAfter >= bufferedAmount) return at->message.message.id;
    const Message& message = at->message.message;
    sentAfter += host == nullptr ? message.bytesAtLeast() : host->exactBytes(message);
  }
  return 0;
}

MessageRange SentRecord::confirmLeft(std::uint64_t bufferedAmount) {
  const MessageRange left = popUpTo(leftUpTo(bufferedAmount));
  confirmAt_ = std::max(kWorthConfirming, 2 * entries_.size());
  return left;
}

std::optional<std::size_t> SentRecord::countUnsent(const HostTraits& host,
                                                   std::uint64_t bufferedAmount) const {
  std::size_t unsent = 0;
  std::uint64_t rest = bufferedAmount;
  const Control* control = &first_;
  for (auto at = entries_.end(); at != entries_.begin();) {
    --at;
    if (rest <= at->control.bytes) {
      control = &at->control;
      break;
    }
    rest -= at->control.bytes;
    ++unsent;
    const std::uint64_t bytes = host.exactBytes(at->message.message);
    if (rest < bytes) {  // it ends within a message
      if (host.countsWholeMessages) return std::nullopt;
      return unsent;
    }
    rest -= bytes;
  }
  if (host.countsWholeMessages && !control->isBoundary(rest)) return std::nullopt;
  return unsent;
}

SentRecord::Rest SentRecord::takeRest(const HostTraits& host, std::uint64_t bufferedAmount) {
  Rest rest;
  const std::optional<std::size_t> unsent = bufferedAmount == 0 ? 0 : countUnsent(host, bufferedAmount);
  if (!unsent) {
    rest.left = popUpTo(leftUpTo(bufferedAmount, &host));
    rest.uncertain = takeAll();
    return rest;
  }
  const auto firstUnsent = entries_.end() - static_cast<std::ptrdiff_t>(*unsent);
  for (auto at = firstUnsent; at != entries_.end(); ++at) rest.unsent.pushBack(at->message);
  entries_.truncate(firstUnsent);
  rest.left = takeAll();
  return rest;
}

void SentRecord::Rest::countUnsentAsUncertain() {
  if (unsent.empty()) return;
  assert(uncertain.empty());
  uncertain = {unsent.front().message.id - 1, unsent.back().message.id};
  unsent.clear();
}

MessageRange SentRecord::takeAll() {
  return entries_.empty() ? MessageRange{} : popUpTo(entries_.back().message.message.id);
}

bool SentRecord::isConsistent() const {
  std::uint64_t bytes = 0;
  MessageId last = 0;
  for (const Entry& entry : entries_) {
    if (entry.message.message.id <= last) return false;
    last = entry.message.message.id;
    bytes += entry.message.message.bytesAtLeast() + entry.control.bytes;
  }
  return last <= newest_ && bytes <= bytesAtLeast_ && bytesAtLeast_ <= bytesAtMost_;
}

}  // namespace rws
