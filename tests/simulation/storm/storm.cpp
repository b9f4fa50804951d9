// The virtual time of the storm: attempts are served in the order of their instants.
#include "storm.h"

#include <algorithm>
#include <numeric>
#include <queue>

#include "random.h"

namespace rws::storm {
namespace {

// A loss is noticed within this time; a refusal takes this long.
constexpr double kLossSpreadSeconds = 0.1;
constexpr Duration kRefusal = std::chrono::milliseconds(50);

double secondsOf(Instant instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

// A token bucket one second deep, full when the server returns.
class Server {
 public:
  explicit Server(const StormSettings& settings)
      : returns_(Instant{} + settings.down), capacity_(settings.capacity), tokens_(settings.capacity) {}

  [[nodiscard]] bool accepts(Instant now) {
    if (now < returns_) return false;
    tokens_ = std::min(capacity_, tokens_ + capacity_ * (secondsOf(now) - filledAt_));
    filledAt_ = secondsOf(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  Instant returns_;
  double capacity_;
  double tokens_;
  double filledAt_ = 0;
};

struct Attempt {
  Instant at;
  ClientIndex client;
  friend bool operator>(const Attempt& left, const Attempt& right) {
    return left.at != right.at ? left.at > right.at : left.client > right.client;
  }
};

class Storm {
 public:
  Storm(Fleet& fleet, const StormSettings& settings)
      : fleet_(fleet), server_(settings), random_(settings.seed) {}

  StormResult run() {
    for (ClientIndex client = 0; client < fleet_.size(); ++client) {
      const Instant now =
          Instant{} + Duration(static_cast<Duration::rep>(random_.unit() * kLossSpreadSeconds * 1e6));
      plan(client, now, fleet_.lost(client, now));
    }
    while (!attempts_.empty()) {
      const Attempt attempt = attempts_.top();
      attempts_.pop();
      serve(attempt);
    }
    return std::move(result_);
  }

 private:
  void serve(const Attempt& attempt) {
    const auto second = static_cast<std::size_t>(secondsOf(attempt.at));
    if (result_.attemptsBySecond.size() <= second) result_.attemptsBySecond.resize(second + 1);
    ++result_.attemptsBySecond[second];
    if (!server_.accepts(attempt.at)) {
      const Instant end = attempt.at + kRefusal;
      plan(attempt.client, end, fleet_.refused(attempt.client, attempt.at, end));
      return;
    }
    fleet_.accepted(attempt.client, attempt.at);
    ++result_.connected;
    if (!result_.t50 && result_.connected * 2 >= fleet_.size()) result_.t50 = secondsOf(attempt.at);
    if (!result_.t99 && result_.connected * 100 >= fleet_.size() * 99) result_.t99 = secondsOf(attempt.at);
  }

  void plan(ClientIndex client, Instant now, std::optional<Instant> at) {
    if (!at) {
      ++result_.gaveUp;
      return;
    }
    result_.longestDelay = std::max(result_.longestDelay, secondsOf(*at) - secondsOf(now));
    attempts_.push({*at, client});
  }

  Fleet& fleet_;
  Server server_;
  Random random_;
  std::priority_queue<Attempt, std::vector<Attempt>, std::greater<>> attempts_;
  StormResult result_;
};

}  // namespace

std::uint64_t StormResult::attempts() const {
  return std::accumulate(attemptsBySecond.begin(), attemptsBySecond.end(), std::uint64_t{0});
}

std::uint64_t StormResult::peak(std::size_t fromSecond) const {
  const auto first =
      attemptsBySecond.begin() + static_cast<std::ptrdiff_t>(std::min(fromSecond, attemptsBySecond.size()));
  return first == attemptsBySecond.end() ? 0 : *std::max_element(first, attemptsBySecond.end());
}

StormResult runStorm(Fleet& fleet, const StormSettings& settings) { return Storm(fleet, settings).run(); }

}  // namespace rws::storm
