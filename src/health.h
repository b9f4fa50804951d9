// Counts the errors in a row, and what follows from them: whether the connection counts as healthy, which
// advice the user gets, when the credentials are doubtful. It advises; nothing is decided on it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
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

// What the advice rests on, beside the errors in a row.
struct Circumstances {
  bool isOnline = true;
  std::uint64_t reconnectAttempts = 0;
  std::uint64_t queuedMessages = 0;
  double errorRate = 0;
};

class Health {
 public:
  // Above these the user is advised to do something.
  static constexpr std::uint64_t kManyErrors = 5;    // errors in a row
  static constexpr std::uint64_t kManyAttempts = 5;  // retries in an outage
  static constexpr std::uint64_t kManyQueued = 10;   // messages in the queue
  static constexpr double kHighErrorRate = 0.1;      // errors a message
  // From so many errors in a row on a connection is not healthy.
  static constexpr std::uint64_t kUnhealthyErrors = 3;
  // So long after the last pong a connection with a heartbeat is not healthy.
  static constexpr Duration kLongestWithoutPong = std::chrono::minutes(1);
  // After so many attempts in a row that never opened the credentials are doubtful.
  static constexpr std::uint64_t kRefusalsBeforeAuth = 3;

  // An attempt ended with an error. True when the credentials are doubtful now, once in a series of refusals.
  [[nodiscard]] bool attemptFailed(bool hadOpened);
  // Refusals are over. Errors in a row count until the connection is stable.
  void opened() { refusals_ = 0; }
  void becameStable() { consecutiveErrors_ = 0; }
  void reset();

  [[nodiscard]] std::uint64_t consecutiveErrors() const { return consecutiveErrors_; }
  // Whether few enough errors came in a row.
  [[nodiscard]] bool isHealthy() const { return consecutiveErrors_ < kUnhealthyErrors; }
  [[nodiscard]] bool advises(Recommendation recommendation, const Circumstances& circumstances) const;

 private:
  friend struct StateDigest;  // of tests/core/support

  std::uint64_t consecutiveErrors_ = 0;
  std::uint64_t refusals_ = 0;
};

// The reconnectDelay after the advice to spare the server: doubled, at most 30 s, never less than before.
[[nodiscard]] Duration gentlerDelay(Duration reconnectDelay);

}  // namespace rws
