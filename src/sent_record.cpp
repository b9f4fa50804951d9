#include "sent_record.h"

#include <algorithm>

namespace rws {

void SentRecord::add(const QueuedMessage& message) {
  newest_ = message.message.id;
  bytesAtMost_ += message.message.bytesAtMost() + kFrameBytes;
  bytesAtLeast_ += message.message.bytesAtLeast();
  entries_.pushBack({message, 0});
}

MessageId SentRecord::addControl(std::uint64_t bytes) {
  bytesAtMost_ += bytes;
  bytesAtLeast_ += bytes;
  if (entries_.empty()) {
    controlBefore_ += bytes;
    return 0;
  }
  entries_.back().controlBytes += bytes;
  return entries_.back().message.message.id;
}

std::vector<QueuedMessage> SentRecord::takeBack(MessageId from) {
  std::vector<QueuedMessage> returned;
  while (!entries_.empty() && entries_.back().message.message.id >= from) {
    const Entry entry = entries_.back();
    bytesAtMost_ -= entry.message.message.bytesAtMost() + kFrameBytes;
    bytesAtLeast_ -= entry.message.message.bytesAtLeast();
    entries_.popBack();
    // A control frame that the socket took after the message still counts.
    (entries_.empty() ? controlBefore_ : entries_.back().controlBytes) += entry.controlBytes;
    returned.push_back(entry.message);
  }
  if (!returned.empty()) newest_ = std::min(newest_, returned.back().message.id - 1);
  std::reverse(returned.begin(), returned.end());
  return returned;
}

void SentRecord::removeControl(std::uint64_t bytes, MessageId after) {
  bytesAtMost_ -= bytes;
  bytesAtLeast_ -= bytes;
  // Where that message was taken back, the frame belongs to the one before it.
  for (auto at = entries_.end(); at != entries_.begin();) {
    --at;
    if (at->message.message.id > after) continue;
    at->controlBytes -= std::min(bytes, at->controlBytes);
    return;
  }
  controlBefore_ -= std::min(bytes, controlBefore_);
}

MessageRange SentRecord::popUpTo(MessageId id) {
  if (entries_.empty() || entries_.front().message.message.id > id) return {};
  MessageRange range{entries_.front().message.message.id - 1, 0};
  while (!entries_.empty() && entries_.front().message.message.id <= id) {
    range.upTo = entries_.front().message.message.id;
    controlBefore_ = entries_.front().controlBytes;
    entries_.popFront();
  }
  return range;
}

MessageRange SentRecord::confirm(MessageId upTo) { return popUpTo(upTo); }

MessageRange SentRecord::confirmLeft(std::uint64_t bufferedAmount) {
  std::uint64_t sentAfter = 0;
  auto at = entries_.end();
  while (at != entries_.begin()) {
    sentAfter += (at - 1)->controlBytes;
    // It has left if no less was sent after it than the buffer holds.
    if (sentAfter >= bufferedAmount) break;
    --at;
    sentAfter += at->message.message.bytesAtLeast();
  }
  const MessageRange left = at == entries_.begin() ? MessageRange{} : popUpTo((at - 1)->message.message.id);
  confirmAt_ = std::max(kWorthConfirming, 2 * entries_.size());
  return left;
}

std::size_t SentRecord::countUnsent(const HostTraits& host, std::uint64_t bufferedAmount) const {
  std::size_t unsent = 0;
  std::uint64_t sentAfter = 0;
  for (auto at = entries_.end(); at != entries_.begin();) {
    --at;
    // The buffer may begin with a message, or with the control frames before it.
    if (sentAfter >= bufferedAmount) break;
    sentAfter += at->controlBytes;
    if (sentAfter >= bufferedAmount) break;
    sentAfter += host.exactBytes(at->message.message);
    ++unsent;
  }
  const std::uint64_t before = unsent == entries_.size() ? controlBefore_ : 0;
  const bool isOnBoundary = sentAfter == bufferedAmount || sentAfter + before == bufferedAmount;
  return host.countsWholeMessages && !isOnBoundary ? 0 : unsent;
}

SentRecord::Rest SentRecord::takeRest(const HostTraits& host, std::uint64_t bufferedAmount) {
  Rest rest;
  const std::size_t unsent = bufferedAmount == 0 ? 0 : countUnsent(host, bufferedAmount);
  const auto firstUnsent = entries_.end() - static_cast<std::ptrdiff_t>(unsent);
  rest.unsent.reserve(unsent);
  for (auto at = firstUnsent; at != entries_.end(); ++at) rest.unsent.push_back(at->message);
  entries_.truncate(firstUnsent);
  rest.left = takeAll();
  return rest;
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
    bytes += entry.message.message.bytesAtLeast() + entry.controlBytes;
  }
  return last <= newest_ && bytes <= bytesAtLeast_ && bytesAtLeast_ <= bytesAtMost_;
}

}  // namespace rws
