// Lives of a client: options, commands, events and time are drawn from bytes, in any order, and also from
// inside the platform's functions.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>

#include "fuzz_check.h"
#include "fuzz_platform.h"

namespace rws::fuzz {
namespace {

class Life {
 public:
  explicit Life(FuzzedDataProvider& bytes)
      : bytes_(bytes),
        platform_(bytes),
        driver_(platform_, bytes.ConsumeIntegral<std::uint64_t>(), traits()) {
    platform_.interfere = [this] { act(); };
    // By the length, so that the other inputs mean what they always meant.
    if (isHeartbeatOwn_) changeHeartbeat();
    if (bytes_.ConsumeBool()) assignOptions();
  }

  void run() {
    // More steps teach nothing new.
    for (int steps = 0; steps < 200 && bytes_.remaining_bytes() > 0; ++steps) {
      act();
      check(driver_.client().isConsistent(), "the client is consistent");
      checkTimer();
    }
    platform_.interfere = nullptr;
    destroy();
    platform_.checkEnd();
  }

 private:
  HostTraits traits() {
    HostTraits traits;
    traits.countsWholeMessages = bytes_.ConsumeBool();
    return traits;
  }

  void changeHeartbeat() {
    const auto mode = static_cast<HeartbeatMode>(bytes_.ConsumeIntegralInRange<int>(0, 3));
    driver_.setHeartbeat({mode, mode == HeartbeatMode::Silence ? time(1000) : Duration::zero()});
  }

  Duration time(std::int64_t least = 0) {
    // Short ones meet each other; long ones meet the limits.
    const std::int64_t most = bytes_.ConsumeBool() ? 20'000'000 : Options::kLongest.count();
    return Duration(bytes_.ConsumeIntegralInRange<std::int64_t>(least, most));
  }

  void assignOptions() {
    for (const std::string_view name : optionNames()) {
      if (bytes_.ConsumeBool()) assignOption(name);
    }
  }
  void assignOption(std::string_view name) {
    const OptionValue own = getOption(Options{}, name);
    OptionValue value = bytes_.ConsumeBool();
    if (std::holds_alternative<double>(own)) {
      const std::string_view shareOrCount = name.substr(0, 3);
      value = name == "jitter"        ? bytes_.ConsumeProbability<double>()
              : shareOrCount == "max" ? static_cast<double>(bytes_.ConsumeIntegralInRange<int>(0, 200))
                                      : static_cast<double>(time(1000).count()) / 1000;
    } else if (std::holds_alternative<std::vector<double>>(own)) {
      value = std::vector<double>{static_cast<double>(bytes_.ConsumeIntegralInRange<int>(1000, 1015))};
    }
    (void)driver_.setOption(name, value);
  }

  // An attempt: the newest ones more often than any other.
  AttemptId attempt() {
    switch (bytes_.ConsumeIntegralInRange(0, 3)) {
      case 0:
      case 1:
        return driver_.client().currentAttempt();
      case 2:
        return driver_.client().closingAttempt();
      default: {
        const AttemptId any{bytes_.ConsumeIntegral<std::uint8_t>()};
        return platform_.sockets.contains(any) ? any : kNever;
      }
    }
  }
  // An attempt without a socket, or one that the platform does not know yet, fires no events of sockets.
  // Those of an attempt that is over change nothing.
  bool canFire(AttemptId attempt) {
    const auto found = platform_.sockets.find(attempt);
    if (found == platform_.sockets.end()) return attempt == AttemptId::None || attempt == kNever;
    return found->second.isCreated || found->second.isReleased;
  }
  // The socket of an attempt that is under way; nullptr if there is none.
  FuzzPlatform::Socket* socket(AttemptId attempt) {
    const auto found = platform_.sockets.find(attempt);
    const bool isThere =
        found != platform_.sockets.end() && found->second.isCreated && !found->second.isReleased;
    return isThere ? &found->second : nullptr;
  }

  void act() {
    switch (bytes_.ConsumeIntegralInRange(0, 9)) {
      case 0:
      case 1:
        return command();
      case 2:
      case 3:
        return send();
      case 4:
      case 5:
      case 6:
        return socketEvent(attempt());
      case 7:
        return environment();
      default:
        return passTime();
    }
  }

  void destroy() {
    platform_.isDestroyed = true;
    driver_.destroy();
  }

  void command() {
    if (platform_.isDestroyed) return;
    switch (bytes_.ConsumeIntegralInRange(0, 12)) {
      case 0:
      case 1:
      case 2:
        return driver_.connect();
      case 3:
        return driver_.disconnect();
      case 4:
        return driver_.reconnect();
      case 5:
        return driver_.clearQueue();
      case 6:
        return driver_.checkNetwork();
      case 7:
        return driver_.slowDown();
      case 8:
        return driver_.contactSupport();
      case 9:
        return driver_.resetRecovery();
      case 10:
        if (isHeartbeatOwn_ && bytes_.ConsumeBool()) return changeHeartbeat();
        return driver_.setDecider(bytes_.ConsumeBool());
      case 11:
        switch (bytes_.ConsumeIntegralInRange(0, 9)) {
          case 0:
            return destroy();
          case 1:
            return driver_.setHandshake(false);
          case 2:
          case 3:
          case 4:
            return driver_.setHandshake(true);
          default:
            return;
        }
      default:
        return assignOption(bytes_.PickValueInArray({"maxQueueSize", "maxQueueBytes", "enableHeartbeat",
                                                     "enableAutoReconnect", "maxReconnectAttempts",
                                                     "pingInterval", "maxMessageSize"}));
    }
  }

  void send() {
    if (platform_.isDestroyed) return;
    const std::uint64_t bytes = bytes_.ConsumeBool()
                                    ? bytes_.ConsumeIntegralInRange<std::uint64_t>(0, 100)
                                    : bytes_.ConsumeIntegralInRange<std::uint64_t>(0, 70'000);
    const MessageId id = ++lastId_;
    const bool isExact = bytes_.ConsumeBool();
    // A text has 1 to 3 bytes a unit.
    const Message message{id, isExact ? bytes : (bytes + 2) / 3, isExact};
    SendOptions options;
    options.isVolatile = bytes_.ConsumeIntegralInRange(0, 7) == 0;
    if (bytes_.ConsumeIntegralInRange(0, 3) == 0) options.ttl = time();
    platform_.messages[id] = {bytes, options.isVolatile};
    if (bytes_.ConsumeBool() && !options.isVolatile && !options.ttl && driver_.trySendNow(message)) {
      const AttemptId current = driver_.client().currentAttempt();
      platform_.given(id, current);
      if (bytes_.ConsumeIntegralInRange(0, 7) == 0) {
        platform_.takenBack(id, current);
        driver_.messageRefused(current, id, bytes_.ConsumeBool());
      }
      return;
    }
    (void)driver_.send(message, options);
  }

  void attemptEvent(AttemptId attempt) {
    const auto found = platform_.sockets.find(attempt);
    if (found == platform_.sockets.end()) return;
    const bool isFailed = bytes_.ConsumeIntegralInRange(0, 3) == 0;
    if (found->second.isHandshaking) {
      found->second.buffered += bytes_.ConsumeIntegralInRange<std::uint64_t>(0, 70'000);  // the user sends
      found->second.isHandshakeDone = !isFailed;
      if (!isFailed) return driver_.handshakeDone(attempt);
      const auto code = bytes_.ConsumeIntegralInRange<std::uint16_t>(2990, 5010);
      return driver_.handshakeFailed(attempt, code, bytes_.ConsumeRandomLengthString(200));
    }
    if (isFailed) return driver_.attemptFailed(attempt, bytes_.ConsumeRandomLengthString(200));
    driver_.addressResolved(attempt);
  }

  void socketEvent(AttemptId attempt) {
    if (!canFire(attempt)) return attemptEvent(attempt);
    FuzzPlatform::Socket* const found = socket(attempt);
    switch (bytes_.ConsumeIntegralInRange(0, 9)) {
      case 0:
        return attemptEvent(attempt);
      case 1:
      case 2:
      case 3:
      case 4:
        if (found != nullptr && found->isHandshaking) return attemptEvent(attempt);
        if (found != nullptr) found->isOpen = true;
        return driver_.socketOpened(attempt);
      case 5:
        return driver_.socketErrored(attempt);
      case 6:
        if (found != nullptr) found->isOver = true;
        return driver_.socketClosed(
            attempt, bytes_.ConsumeIntegralInRange<std::uint16_t>(995, 1020),
            bytes_.ConsumeBool() ? R"({"retryAfterMs":60000})" : bytes_.ConsumeRandomLengthString(200),
            bytes_.ConsumeBool());
      case 7:
        return (void)driver_.frameReceived(attempt);
      case 8:
        return text(attempt);
      default:
        if (found != nullptr) {
          found->buffered = bytes_.ConsumeIntegralInRange<std::uint64_t>(0, found->buffered);
        }
        return driver_.messageRefused(AttemptId{77}, lastId_, true);
    }
  }

  // What functions of the user find in a frame.
  void custom(AttemptId attempt) {
    if (bytes_.ConsumeBool()) return driver_.customReceived(attempt, {});
    const CustomReply reply{++lastReply_,
                            bytes_.ConsumeIntegralInRange<std::uint64_t>(0, kLargestCustomFrame)};
    platform_.replies[reply.key] = reply.bytes;
    driver_.customReceived(attempt, reply);
  }
  void text(AttemptId attempt) {
    if (isHeartbeatOwn_ && bytes_.ConsumeBool()) return custom(attempt);
    switch (bytes_.ConsumeIntegralInRange(0, 3)) {
      case 0:
        (void)driver_.textReceived(attempt, R"({"type":"ping","timestamp":1.50})");
        return;
      case 1:
        (void)driver_.textReceived(attempt, writePong(std::to_string(platform_.lastPing)));
        return;
      case 2:
        (void)driver_.textReceived(
            attempt, writePong(std::to_string(platform_.lastPing - bytes_.ConsumeIntegralInRange(0, 5))));
        return;
      default:
        (void)driver_.textReceived(attempt, bytes_.ConsumeRandomLengthString(60));
    }
  }

  void environment() {
    switch (bytes_.ConsumeIntegralInRange(0, 4)) {
      case 0:
        return driver_.networkChanged(bytes_.ConsumeBool());
      case 1:
        return driver_.visibilityChanged(bytes_.ConsumeBool());
      case 2:
        return driver_.pageSuspended();
      case 3:
        driver_.pageLeaving();
        staysBy_ = driver_.now().instant + kLeavingTime;
        return;
      default:
        return driver_.pageResumed();
    }
  }

  void passTime() {
    Now& clock = platform_.clock;
    switch (bytes_.ConsumeIntegralInRange(0, 4)) {
      case 0:  // the page is blocked
        return pass(time());
      case 1:  // a wall clock that is set, as far as a date goes
        clock.wall = bytes_.ConsumeIntegralInRange<EpochMs>(-4'000'000'000'000, 4'000'000'000'000);
        return;
      case 2:  // a clock that steps back
        clock.instant -= Duration(bytes_.ConsumeIntegralInRange<std::int64_t>(0, 10'000'000));
        return;
      default:  // the timer fires, more or less late; a coarse clock may not have moved
        if (!platform_.timer) return;
        if (bytes_.ConsumeBool()) pass(std::max(Duration::zero(), *platform_.timer - clock.instant));
        if (bytes_.ConsumeBool()) pass(Duration(bytes_.ConsumeIntegralInRange<std::int64_t>(0, 10'000'000)));
        platform_.timer.reset();
        driver_.timerFired();
    }
  }
  void pass(Duration by) {
    // Time beyond a few lifetimes overflows the longest instants.
    if (platform_.clock.instant.time_since_epoch() > 100 * Options::kLongest) return;
    platform_.clock.instant += by;
    platform_.clock.wall += by / std::chrono::milliseconds(1);
  }

  void checkTimer() {
    if (driver_.isHolding() && !platform_.isDestroyed) {
      check(platform_.timer.has_value(), "H1: held results without a timer");
      check(driver_.timerDue() <= staysBy_, "H1: a timer behind the time of held results");
      return;
    }
    if (!driver_.client().nextDeadline()) return;
    check(platform_.timer.has_value(), "H1: a deadline without a timer");
    check(driver_.timerDue() <= driver_.client().nextDeadline(), "H1: a timer behind its deadline");
  }

  static constexpr AttemptId kNever{100'000};
  // A page that still exists this long after `beforeunload` has stayed.
  static constexpr Duration kLeavingTime = std::chrono::seconds(5);

  FuzzedDataProvider& bytes_;
  bool isHeartbeatOwn_ = bytes_.remaining_bytes() % 3 == 2;
  std::uint64_t lastReply_ = 0;
  FuzzPlatform platform_;
  Driver driver_;
  MessageId lastId_ = 0;
  Instant staysBy_{};  // held results are handled by then
};

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes(data, size);
  rws::fuzz::Life(bytes).run();
  return 0;
}
