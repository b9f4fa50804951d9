// Owns what an outsider knows of the pings sent on the current socket: when, and whether each was answered.
// Refuses to know more of them than the client promises to remember.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types.h"

namespace rws::test {

struct ModelPing {
  EpochMs timestamp = 0;
  Instant at{};
  PayloadId behind = 0;  // the newest message handed to the socket before it
  bool answered = false;
};

class PingModel {
 public:
  [[nodiscard]] const std::vector<ModelPing>& pings() const { return pings_; }
  // The oldest behind which nothing was answered, and whether something came in since.
  [[nodiscard]] const std::optional<ModelPing>& awaited() const { return awaited_; }
  [[nodiscard]] bool isHeard() const { return heard_; }
  [[nodiscard]] std::optional<ModelPing> newest(bool answered) const {
    const auto found = std::find_if(pings_.rbegin(), pings_.rend(),
                                    [answered](const ModelPing& ping) { return ping.answered == answered; });
    return found == pings_.rend() ? std::nullopt : std::optional(*found);
  }

  void socketOpened() {
    pings_.clear();
    awaited_.reset();
  }
  // Something came in on the socket.
  void heard() { heard_ = true; }
  // `text` is {"type":"ping","timestamp":n}; any other text is no ping.
  // Returns the newest message before a ping that a living peer has not answered in time, 0 if there is none.
  PayloadId sent(std::string_view text, Instant now, PayloadId behind, Duration pongTimeout) {
    constexpr std::string_view kHead = R"({"type":"ping","timestamp":)";
    constexpr std::size_t kRemembered = 6;
    if (!text.starts_with(kHead)) return 0;
    PayloadId outlived = 0;
    if (pings_.size() == kRemembered) pings_.erase(pings_.begin());
    pings_.push_back({numberAt(text.substr(kHead.size())), now, behind});
    if (awaited_ && heard_ && now - awaited_->at >= pongTimeout) {
      outlived = awaited_->behind;
      awaited_.reset();
    }
    if (!awaited_) {
      awaited_ = pings_.back();
      heard_ = false;
    }
    return outlived;
  }
  // The messages from that one on did not go out.
  void returned(PayloadId from) {
    for (ModelPing& ping : pings_) ping.behind = std::min(ping.behind, from - 1);
    if (awaited_) awaited_->behind = std::min(awaited_->behind, from - 1);
  }
  // The ping that is answered for the first time, if it is one of these.
  std::optional<ModelPing> answered(std::string_view timestamp) {
    for (ModelPing& ping : pings_) {
      if (ping.answered || timestamp != std::to_string(ping.timestamp)) continue;
      ping.answered = true;
      if (awaited_ && ping.behind >= awaited_->behind) awaited_.reset();
      return ping;
    }
    return std::nullopt;
  }

 private:
  static EpochMs numberAt(std::string_view text) {
    EpochMs number = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }

  std::vector<ModelPing> pings_;
  std::optional<ModelPing> awaited_;  // the oldest behind which nothing was answered
  bool heard_ = false;                // since then
};

}  // namespace rws::test
