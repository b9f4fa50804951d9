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
  [[nodiscard]] std::optional<ModelPing> newest(bool answered) const {
    const auto found = std::find_if(pings_.rbegin(), pings_.rend(),
                                    [answered](const ModelPing& ping) { return ping.answered == answered; });
    return found == pings_.rend() ? std::nullopt : std::optional(*found);
  }

  void socketOpened() { pings_.clear(); }
  // `text` is {"type":"ping","timestamp":n}; any other text is no ping.
  // Returns the newest message before the ping that is forgotten for it unanswered, 0 if none is.
  PayloadId sent(std::string_view text, Instant now, PayloadId behind) {
    constexpr std::string_view kHead = R"({"type":"ping","timestamp":)";
    constexpr std::size_t kRemembered = 6;
    if (!text.starts_with(kHead)) return 0;
    PayloadId outlived = 0;
    if (pings_.size() == kRemembered) {
      if (!pings_.front().answered) outlived = pings_.front().behind;
      pings_.erase(pings_.begin());
    }
    pings_.push_back({numberAt(text.substr(kHead.size())), now, behind});
    return outlived;
  }
  // The messages from that one on did not go out.
  void returned(PayloadId from) {
    for (ModelPing& ping : pings_) ping.behind = std::min(ping.behind, from - 1);
  }
  // The ping that is answered for the first time, if it is one of these.
  std::optional<ModelPing> answered(std::string_view timestamp) {
    for (ModelPing& ping : pings_) {
      if (ping.answered || timestamp != std::to_string(ping.timestamp)) continue;
      ping.answered = true;
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
};

}  // namespace rws::test
