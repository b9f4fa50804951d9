// Owns the count of errors in a row and what it advises: health, recommendations, which recovery events are
// due. Refuses to carry advice out, and to word it: the connection acts, the host has the texts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "options.h"
#include "types.h"

namespace rws {

enum class Recommendation : std::uint8_t {
  CheckNetwork,
  PageReload,
  CheckServer,
  ClearQueue,
  ContactSupport
};
// In the order in which they are given.
inline constexpr std::array kRecommendations = {Recommendation::CheckNetwork, Recommendation::PageReload,
                                                Recommendation::CheckServer, Recommendation::ClearQueue,
                                                Recommendation::ContactSupport};

constexpr std::string_view toString(Recommendation recommendation) {
  switch (recommendation) {
    case Recommendation::CheckNetwork:
      return "checkNetwork";
    case Recommendation::PageReload:
      return "pageReload";
    case Recommendation::CheckServer:
      return "checkServer";
    case Recommendation::ClearQueue:
      return "clearQueue";
    case Recommendation::ContactSupport:
      return "contactSupport";
  }
  return "";
}

// What the advice rests on.
struct HealthInput {
  bool online = true;
  bool connected = false;
  std::uint64_t reconnectAttempts = 0;
  std::uint64_t queuedMessages = 0;
  double errorRate = 0;
};

class Recovery {
 public:
  static constexpr std::uint64_t kManyErrors = 3;    // errors in a row that call for a page reload
  static constexpr std::uint64_t kManyAttempts = 5;  // retries in an outage that put the server in doubt
  static constexpr double kHighErrorRate = 0.1;      // errors per message that call for support
  static constexpr std::uint64_t kRefusalsBeforeAuth = 3;  // refusals in a row that hint at a bad token

  // An attempt ended with an error. `opened` tells whether it had ever opened.
  // True when with it so many attempts in a row were refused that the credentials are in doubt.
  [[nodiscard]] bool failed(bool opened);
  // A connection opened: refusals are over. Errors in a row last until it proves stable.
  void opened() { refusals_ = 0; }
  void stable() { consecutiveErrors_ = 0; }
  void reset();

  [[nodiscard]] std::uint64_t consecutiveErrors() const { return consecutiveErrors_; }
  [[nodiscard]] bool isHealthy(const HealthInput& input) const;
  [[nodiscard]] bool advises(Recommendation recommendation, const Options& options,
                             const HealthInput& input) const;

  // The delay to use after the advice to go easier on the server: doubled, at most 30 s, never less than it
  // was.
  [[nodiscard]] static Duration gentlerDelay(Duration reconnectDelay);

 private:
  friend struct StateDigest;  // of tests/core/support

  std::uint64_t consecutiveErrors_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace rws
