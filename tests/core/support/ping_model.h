// What an observer knows of the pings sent on the current socket, and how long the peer has been silent.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "options.h"
#include "types.h"

namespace rws::test {

struct ModelPing {
  EpochMs timestamp = 0;
  Instant at{};
  MessageId behind = 0;      // the newest message that the socket took before it
  std::uint32_t number = 0;  // of the custom pings of this connection, from 1; 0 for a JSON ping
  bool isIdle = false;       // little was sent since the ping before
};

class PingModel {
 public:
  // The longest time that data under way adds to a time limit.
  static constexpr Duration kLongestTransfer = std::chrono::seconds(60);

  [[nodiscard]] const std::vector<ModelPing>& pings() const { return pings_; }
  [[nodiscard]] const std::optional<ModelPing>& lastAnswered() const { return lastAnswered_; }
  [[nodiscard]] const std::optional<Instant>& lastReceivedAt() const { return lastReceivedAt_; }
  [[nodiscard]] const std::optional<Instant>& lastPongAt() const { return lastPongAt_; }
  // The last sign of life, and the last one or change of the time limits.
  [[nodiscard]] Instant quietSince() const { return quietSince_; }
  [[nodiscard]] Instant watchedSince() const { return watchedSince_; }
  [[nodiscard]] Duration allowance() const { return allowance_; }
  [[nodiscard]] Duration leastTimeout() const { return leastTimeout_; }
  [[nodiscard]] Duration mostTimeout() const { return mostTimeout_; }
  [[nodiscard]] Duration mostInterval() const { return mostInterval_; }
  [[nodiscard]] bool hasLateProbe() const { return hasLateProbe_; }
  // How many connections were given up although the peer has never sent anything.
  [[nodiscard]] std::uint64_t silentEnds() const { return silentEnds_; }
  [[nodiscard]] bool hasEverReceived() const { return hasEverReceived_; }
  [[nodiscard]] bool hasRefused() const { return hasRefused_; }
  [[nodiscard]] bool isAnswerer() const { return isAnswerer_; }
  // Whether the peer counts as one that answers no pings.
  [[nodiscard]] bool isUnanswering() const { return isUnanswering_; }

  // How many custom pings are newer than that one, or than the last one that was answered.
  [[nodiscard]] std::uint32_t newerThan(const ModelPing& ping) const { return customPings_ - ping.number; }
  [[nodiscard]] std::uint32_t unansweredCustom() const { return customPings_ - customPongs_; }

  // --- events of the world
  void socketOpened() { customPings_ = customPongs_ = 0; }
  // Nothing of what was known of the peer counts any more.
  void forgetPeer() {
    isAnswerer_ = isUnanswering_ = hasEverReceived_ = false;
    silentEnds_ = 0;
  }
  void opened(const Options& options, Instant now) {
    pings_.clear();
    lastAnswered_.reset();
    lastReceivedAt_.reset();
    lastPongAt_.reset();
    hasLateProbe_ = hasRefused_ = false;
    leastTimeout_ = Options::kLongest;
    mostTimeout_ = mostInterval_ = Duration::zero();
    optionsChanged(options, now);
    lifeSeen(now);
  }
  void optionsChanged(const Options& options, Instant now) {
    const Duration network = std::min(options.probeTimeout, Duration(std::chrono::seconds(1)));
    leastTimeout_ = std::min({leastTimeout_, options.pongTimeout, network});
    mostTimeout_ = std::max({mostTimeout_, options.pongTimeout, options.probeTimeout});
    mostInterval_ = std::max(mostInterval_, options.pingInterval);
    watchedSince_ = std::max(now, watchedSince_);
  }
  void received(Instant now) {
    lastReceivedAt_ = now;
    hasEverReceived_ = true;
    hasLateProbe_ = false;
    lifeSeen(now);
  }
  void lifeSeen(Instant now) {
    quietSince_ = std::max(now, quietSince_);
    watchedSince_ = std::max(now, watchedSince_);
    allowance_ = Duration::zero();
  }
  // A timer came so late.
  void wasLate(Duration lateness) { allowance_ += 2 * lateness + std::chrono::milliseconds(500); }
  void lateProbeSent() { hasLateProbe_ = true; }
  // The socket did not take the newest ping.
  void refused() {
    if (pings_.back().number > 0) --customPings_;
    pings_.pop_back();
    hasRefused_ = true;
  }
  void endedSilently() { silentEnds_ += hasEverReceived_ ? 0 : 1; }
  void reportedUnanswering() { isUnanswering_ = true; }
  // The ping that is answered, if it is one of these.
  std::optional<ModelPing> answered(EpochMs timestamp, Instant now) {
    return answered(
        now, [timestamp](const ModelPing& ping) { return ping.number == 0 && ping.timestamp == timestamp; });
  }
  // A custom pong has no name: it answers the oldest ping that none has answered, remembered or not.
  std::optional<ModelPing> customAnswered(Instant now) {
    if (customPongs_ == customPings_) return std::nullopt;
    ++customPongs_;
    return answered(now, [this](const ModelPing& ping) { return ping.number == customPongs_; });
  }
  template <class IsAnswered>
  std::optional<ModelPing> answered(Instant now, IsAnswered isAnswered) {
    const auto found = std::find_if(pings_.begin(), pings_.end(), isAnswered);
    if (found == pings_.end()) return std::nullopt;
    lastAnswered_ = *found;
    // An answer to a ping is an answer to all before it.
    pings_.erase(pings_.begin(), found + 1);
    lastPongAt_ = now;
    isAnswerer_ = true;
    isUnanswering_ = false;
    return lastAnswered_;
  }
  // The messages from that one on were not sent.
  void returned(MessageId from) {
    for (ModelPing& ping : pings_) ping.behind = std::min(ping.behind, from - 1);
  }

  // --- calls of the platform
  // What was sent before a ping counts as delivered when the next ping is sent, if the peer still sends so
  // long after it without answering it. Messages up to `certain` must be reported then, those up to
  // `possible` may be. `isLittle`: so little was sent that it adds nothing to a time limit.
  struct Outlived {
    MessageId certain = 0;
    MessageId possible = 0;
  };
  [[nodiscard]] Outlived outlived(const Options& options, bool isLittle) const {
    Outlived outlived;
    const Duration transfer = isLittle ? Duration::zero() : kLongestTransfer;
    for (const ModelPing& ping : pings_) {
      if (!lastReceivedAt_) break;
      const Duration waited = *lastReceivedAt_ - std::max(ping.at, lastPongAt_.value_or(ping.at));
      if (waited < options.pongTimeout) break;
      outlived.possible = ping.behind;
      if (waited >= options.pongTimeout + transfer) outlived.certain = ping.behind;
    }
    return outlived;
  }
  // `isIdle`: little was sent since the last ping.
  void sent(EpochMs timestamp, Instant now, MessageId behind, bool isIdle, bool isCustom) {
    constexpr std::ptrdiff_t kMostIdle = 8;
    constexpr std::size_t kMost = 1024;
    const auto isIdlePing = [](const ModelPing& ping) { return ping.isIdle; };
    if (pings_.size() >= kMost) {
      pings_.erase(pings_.begin());
    } else if (isIdle && !isAnswerer_ &&
               std::count_if(pings_.begin(), pings_.end(), isIdlePing) >= kMostIdle) {
      pings_.erase(std::find_if(pings_.begin(), pings_.end(), isIdlePing));
    }
    pings_.push_back({timestamp, now, behind, isCustom ? ++customPings_ : 0, isIdle});
  }

 private:
  std::vector<ModelPing> pings_;  // of this connection, not answered, oldest first
  std::uint32_t customPings_ = 0;
  std::uint32_t customPongs_ = 0;  // that answer one
  std::optional<ModelPing> lastAnswered_;
  std::optional<Instant> lastReceivedAt_;
  std::optional<Instant> lastPongAt_;
  bool hasRefused_ = false;  // the socket did not take a ping of this connection
  std::uint64_t silentEnds_ = 0;
  bool hasEverReceived_ = false;
  bool isAnswerer_ = false;     // it has answered a ping, on whatever connection
  bool isUnanswering_ = false;  // that was reported, and it has answered none since
  bool hasLateProbe_ = false;   // a late timer has led to a probe, and nothing came since
  Instant quietSince_{};
  Instant watchedSince_{};
  Duration allowance_{};     // what late timers have added since
  Duration leastTimeout_{};  // of this connection's options
  Duration mostTimeout_{};
  Duration mostInterval_{};
};

}  // namespace rws::test
