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
  void sent(std::string_view text, Instant now) {
    constexpr std::string_view kHead = R"({"type":"ping","timestamp":)";
    constexpr std::size_t kRemembered = 8;
    if (!text.starts_with(kHead)) return;
    if (pings_.size() == kRemembered) pings_.erase(pings_.begin());
    pings_.push_back({numberAt(text.substr(kHead.size())), now});
  }
  // The time the answer took, if one is awaited.
  std::optional<Duration> answered(std::string_view timestamp, Instant now) {
    for (ModelPing& ping : pings_) {
      if (ping.answered || timestamp != std::to_string(ping.timestamp)) continue;
      ping.answered = true;
      return now - ping.at;
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
