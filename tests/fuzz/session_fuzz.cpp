// Runs of a client whose server knows sessions, and keeps their rules or breaks them. session_platform.h
// checks what the client does.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>

#include "fuzz_check.h"
#include "session_platform.h"

namespace rws::fuzz {
namespace {

class Life {
 public:
  explicit Life(FuzzedDataProvider& bytes)
      : bytes_(bytes), platform_(bytes), driver_(platform_, 1, traits()) {
    platform_.driver = &driver_;
    (void)driver_.setOption("jitter", 0.0);
    driver_.setSession({.isOn = true, .resends = bytes_.ConsumeBool()});
    driver_.setHandshake(bytes_.ConsumeIntegralInRange(0, 3) == 0);
    driver_.setResend(bytes_.ConsumeBool());
    driver_.connect();
  }

  void run() {
    for (int steps = 0; steps < 300 && bytes_.remaining_bytes() > 0; ++steps) {
      act();
      check(driver_.client().isConsistent(), "the client is consistent");
    }
    driver_.destroy();
    platform_.checkEnd();
  }

 private:
  HostTraits traits() {
    HostTraits traits;
    traits.countsWholeMessages = bytes_.ConsumeBool();
    return traits;
  }
  [[nodiscard]] const Session& session() const { return driver_.client().session(); }
  [[nodiscard]] AttemptId current() const { return driver_.client().currentAttempt(); }

  void act() {
    switch (bytes_.ConsumeIntegralInRange(0, 15)) {
      case 0:
        return command();
      case 1:
      case 2:
      case 3:
        return send();
      case 4:
        return handle();
      case 5:
        return close();
      case 6:
      case 7:
        return passTime();
      case 8:
        return receive();
      default:
        return goOn();
    }
  }
  // What a connection needs next: its socket opens, the server greets, or sends a frame.
  void goOn() {
    if (current() == AttemptId::None) return passTime();
    SessionPlatform::Socket& socket = platform_.sockets.at(current());
    if (!socket.isOpen) {
      socket.isOpen = true;
      return driver_.socketOpened(current());
    }
    if (session().isGreeting() && bytes_.ConsumeIntegralInRange(0, 15) > 0) return welcome();
    if (driver_.client().phase() != Phase::Connected && session().isActive() && bytes_.ConsumeBool()) {
      return driver_.handshakeDone(current());
    }
    frame();
  }

  void command() {
    switch (bytes_.ConsumeIntegralInRange(0, 9)) {
      case 0:
        return driver_.disconnect();
      case 1:
        return driver_.reconnect();
      case 2:
        return driver_.setSession({.isOn = bytes_.ConsumeIntegralInRange(0, 3) > 0,
                                   .resends = bytes_.ConsumeBool(),
                                   .ackDelay = Duration(bytes_.ConsumeIntegral<std::uint16_t>() * 10),
                                   .window = bytes_.ConsumeIntegralInRange<std::uint64_t>(1, 100)});
      case 3:
        return driver_.setHandshake(bytes_.ConsumeBool());
      case 4:
        return driver_.handshakeFailed(current(), 0, "");
      case 5:
        return bytes_.ConsumeBool() ? driver_.pageSuspended() : driver_.pageResumed();
      case 6:
        return (void)driver_.setOption("maxQueueSize",
                                       static_cast<double>(bytes_.ConsumeIntegralInRange(0, 9)));
      case 7:
        return driver_.setResend(bytes_.ConsumeBool());
      default:
        return driver_.connect();
    }
  }

  void send() {
    const MessageId id = ++lastId_;
    const auto size = bytes_.ConsumeIntegralInRange<std::uint64_t>(0, 300);
    const Message message{id, size, true};
    platform_.messages[id] = {size};
    SendOptions options;
    options.isVolatile = bytes_.ConsumeIntegralInRange(0, 7) == 0;
    options.isOfHandshake = driver_.client().phase() != Phase::Connected && bytes_.ConsumeBool();
    if (bytes_.ConsumeIntegralInRange(0, 3) == 0) {
      options.ttl = std::chrono::milliseconds(bytes_.ConsumeIntegralInRange(0, 3000));
    }
    const bool isPlain = !options.isVolatile && !options.isOfHandshake && !options.ttl;
    if (!isPlain || !driver_.trySendNow(message)) return (void)driver_.send(message, options);
    platform_.messages.at(id).wasGiven = true;
    if (bytes_.ConsumeIntegralInRange(0, 15) > 0) return platform_.given(id);
    driver_.messageRefused(current(), id, bytes_.ConsumeBool());
  }

  // Listeners run, later than the messages came.
  void handle() {
    while (platform_.unhandled > 0) {
      --platform_.unhandled;
      driver_.messageHandled();
    }
  }
  void receive() {
    if (current() == AttemptId::None || !platform_.sockets.at(current()).isOpen) return;
    platform_.receive(current());
    if (bytes_.ConsumeBool()) handle();
  }

  void close() {
    const AttemptId closing = driver_.client().closingAttempt();
    const AttemptId attempt = closing != AttemptId::None && bytes_.ConsumeBool() ? closing : current();
    if (attempt == AttemptId::None) return;
    constexpr std::uint16_t kCodes[] = {1000, 1001, 1006, 1006, 1012, 4400, 4409, 4409};
    const auto code = bytes_.PickValueInArray(kCodes);
    platform_.sockets.at(attempt).isOpen = false;
    driver_.socketClosed(attempt, code, "", code != 1006);
  }

  void passTime() {
    if (platform_.timer && bytes_.ConsumeBool()) {
      pass(std::max(Duration::zero(), *platform_.timer - platform_.clock.instant));
      platform_.timer.reset();
      return driver_.timerFired();
    }
    pass(std::chrono::milliseconds(bytes_.ConsumeIntegralInRange(0, 3000)));
  }
  void pass(Duration by) {
    platform_.clock.instant += by;
    platform_.clock.wall += by / std::chrono::milliseconds(1);
  }

  // --- frames
  // Mostly one that is possible, up to the newest.
  std::uint64_t count(std::uint64_t newest) {
    constexpr std::uint64_t kNever = std::uint64_t{1} << 40U;
    if (bytes_.ConsumeIntegralInRange(0, 15) == 0) return kNever + bytes_.ConsumeIntegral<std::uint32_t>();
    return newest - std::min(newest, bytes_.ConsumeIntegralInRange<std::uint64_t>(0, 7));
  }
  void give(AttemptId attempt, const std::string& text) {
    if (attempt == AttemptId::None || !driver_.isInSession(attempt)) return;
    platform_.sockets.at(attempt).hasGreeted = false;
    check(driver_.textReceived(attempt, text), "a control frame is no message");
  }
  void welcome() {
    const bool isResumed = session().exists() && bytes_.ConsumeIntegralInRange(0, 3) > 0;
    const std::uint64_t received = isResumed                                   ? count(platform_.newest())
                                   : bytes_.ConsumeIntegralInRange(0, 15) == 0 ? 1
                                                                               : 0;
    if (isResumed) platform_.resumes(received);
    if (!isResumed && received == 0 && !session().exists()) platform_.begins();
    give(current(),
         R"({"rws":"welcome","v":)" + std::string(bytes_.ConsumeIntegralInRange(0, 31) == 0 ? "2" : "1") +
             R"(,"session":")" + (isResumed ? sessionId() : newSessionId()) + R"(","resumed":)" +
             (isResumed ? "true" : "false") + R"(,"received":)" + std::to_string(received) + R"(,"window":)" +
             std::to_string(bytes_.ConsumeIntegralInRange(1, 20)) + R"(,"maxMessage":)" +
             std::to_string(bytes_.ConsumeIntegralInRange(100, 400)) + R"(,"ttl":60000})");
  }
  std::string sessionId() const { return "s" + std::to_string(sessions_); }
  std::string newSessionId() {
    ++sessions_;
    return sessionId();
  }
  void frame() {
    const AttemptId closing = driver_.client().closingAttempt();
    const AttemptId attempt = closing != AttemptId::None && bytes_.ConsumeBool() ? closing : current();
    const std::string received = R"("received":)";
    const std::uint64_t number = count(platform_.newestGiven());
    switch (bytes_.ConsumeIntegralInRange(0, 11)) {
      case 0:
      case 1:
      case 2:
      case 3:
        platform_.claims(number);
        return give(attempt, R"({"rws":"ack",)" + received + std::to_string(number) + '}');
      case 4:
        platform_.claims(number);
        return give(attempt, R"({"rws":"ping","id":"a",)" + received + std::to_string(number) + '}');
      case 5:
      case 6:
        platform_.claims(number);
        return give(attempt, R"({"rws":"pong","id":)" + std::to_string(platform_.lastPing) + ',' + received +
                                 std::to_string(number) + '}');
      case 7: {
        const auto skips = bytes_.ConsumeIntegralInRange<std::uint64_t>(1, 40);
        if (session().isActive() && attempt == current()) platform_.skips(skips);
        return give(attempt, R"({"rws":"skip","count":)" + std::to_string(skips) + '}');
      }
      case 8:
        return receive();
      case 9:
        return give(attempt,
                    bytes_.PickValueInArray({R"({"rws":"bye"})", R"({"rws":"x-y"})", R"({"rws":"other"})",
                                             R"({"rws":"ack"})", R"({"rws":"welcome"})"}));
      case 10:
        return give(attempt, R"({"rws":")" + bytes_.ConsumeRandomLengthString(60));
      default:
        return receive();
    }
  }

  FuzzedDataProvider& bytes_;
  SessionPlatform platform_;
  Driver driver_;
  MessageId lastId_ = 0;
  std::uint64_t sessions_ = 0;
};

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes(data, size);
  rws::fuzz::Life(bytes).run();
  return 0;
}
