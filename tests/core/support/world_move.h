// How a small world makes its moves: what users, sockets, networks, pages and clocks do to a client.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "control_frame.h"
#include "move.h"
#include "world.h"

namespace rws::test {

// Options at their lower and upper ends, for changes while the client is at work.
inline Options smallOptions() {
  Options options;
  options.maxReconnectAttempts = 0;
  options.reconnectDelay = options.maxReconnectDelay = options.stableAfter = options.maxRetryAfter =
      Duration::zero();
  options.connectionTimeout = options.closeGrace = std::chrono::milliseconds(1);
  options.jitter = 0;
  options.maxQueueSize = 0;
  options.maxMessageSize = 10;
  options.fatalCloseCodes = {};
  options.enableHeartbeat = options.enableAutoReconnect = options.enableErrorRecovery = options.answerPings =
      false;
  return options;
}
inline Options largeOptions() {
  Options options;
  options.maxReconnectAttempts = Options::kUnlimited;
  options.jitter = 1;
  options.maxQueueSize = options.maxQueueBytes = 9007199254740992;
  options.pingInterval = options.pongTimeout = options.probeTimeout = Options::kLongest;
  options.fatalCloseCodes = {1000, 1003, 1006, 1008};
  return options;
}

class WorldMove {
 public:
  [[nodiscard]] static bool isPossible(Move move, const World& world) {
    using State = ModelAttempt::State;
    const ModelAttempt* const current = world.judge().attempts().current();
    const bool isOpening = current != nullptr && current->state == State::Opening;
    const bool isOpen = current != nullptr && current->state == State::Open;
    const bool isFull = isOpen && world.wires().isFull(current->id);
    const PingModel& pings = world.judge().pings();
    switch (traitsOf(move).needs) {
      case Needs::Nothing:
        return true;
      case Needs::Attempt:
        return current != nullptr;
      case Needs::Resolving:
        return current != nullptr && current->state == State::Resolving;
      case Needs::Opening:
        return isOpening;
      case Needs::Socket:
        return isOpening || isOpen;
      case Needs::OpenSocket:
        return isOpen;
      case Needs::WillingSocket:
        return isOpen && !world.host().isClosing(current->id);
      case Needs::Buffer:
        return isFull;
      case Needs::ForeignBuffer:
        return isFull && world.corner().buffer == BufferKind::WholeMessages;
      case Needs::DrainedSocket:
        return isOpen && world.wires().buffered(current->id) == 0 && world.judge().isProofExpected();
      case Needs::Ping:
        return isOpen && !pings.pings().empty();
      case Needs::TwoPings:
        return isOpen && pings.pings().size() >= 2;
      case Needs::AnsweredPing:
        return isOpen && pings.lastAnswered().has_value();
      case Needs::CustomSocket:
        return isOpen && world.client().options().heartbeat.mode == HeartbeatMode::Custom;
      case Needs::Closing:
        return world.judge().attempts().closing() != nullptr;
      case Needs::Stale:
        return world.judge().attempts().stale() != AttemptId::None;
      case Needs::Deadline:
        return world.client().nextDeadline().has_value();
      case Needs::Timer:
        return world.host().timerAt().has_value();
    }
    return false;
  }

  // False, and nothing done, where the move is not possible now.
  static bool perform(Move move, World& world) {
    if (!isPossible(move, world)) return false;
    if (move >= Move::Deadline) {
      inTime(world, move);
    } else if (move >= Move::Offline) {
      inEnvironment(world, move);
    } else if (move >= Move::ClosingClose) {
      onOldSocket(world, move);
    } else if (move >= Move::Text) {
      receive(world, world.client().currentAttempt(), move);
    } else if (move >= Move::Resolve) {
      onAttempt(world, world.client().currentAttempt(), move);
    } else if (move >= Move::RefuseNext) {
      inHost(world, world.client().currentAttempt(), move);
    } else if (move >= Move::Send) {
      send(world, move);
    } else {
      byUser(world, move);
    }
    return true;
  }

 private:
  static void byUser(World& world, Move move) {
    switch (move) {
      case Move::Connect:
        return world.tell(event::Connect{});
      case Move::Disconnect:
        return world.tell(event::Disconnect{});
      case Move::Reconnect:
        return world.tell(event::Reconnect{});
      case Move::Destroy:
        return world.tell(event::Destroy{});
      case Move::ClearQueue:
        return world.tell(event::ClearQueue{});
      case Move::CheckNetwork:
        return world.tell(event::CheckNetwork{});
      case Move::SlowDown:
        return world.tell(event::SlowDown{});
      case Move::ContactSupport:
        return world.tell(event::ContactSupport{});
      case Move::ResetRecovery:
        return world.tell(event::ResetRecovery{});
      case Move::SmallOptions:
        return assign(world, smallOptions());
      case Move::LargeOptions:
        return assign(world, largeOptions());
      case Move::OwnOptions:
        return assign(world, world.corner().options);
      case Move::ToggleAutoReconnect:
        return world.tell(
            event::SetOption{"enableAutoReconnect", !world.client().options().enableAutoReconnect});
      case Move::ToggleHeartbeat:
        return world.tell(event::SetOption{"enableHeartbeat", !world.client().options().enableHeartbeat});
      case Move::ToggleSilence:
        return toggle(world, {HeartbeatMode::Silence, std::chrono::seconds(20)});
      case Move::ToggleCustom:
        return toggle(world, {HeartbeatMode::Custom});
      default:
        return setDecider(world, move);
    }
  }
  static void toggle(World& world, const HeartbeatOption& heartbeat) {
    const bool isOn = world.client().options().heartbeat == heartbeat;
    world.tell(event::SetHeartbeat{isOn ? HeartbeatOption{} : heartbeat});
  }
  static void assign(World& world, const Options& options) {
    for (const std::string_view name : optionNames()) {
      const OptionValue value = getOption(options, name);
      if (getOption(world.client().options(), name) != value) world.tell(event::SetOption{name, value});
    }
  }
  static void setDecider(World& world, Move move) {
    world.host().setAnswer(move == Move::DeciderYes  ? std::optional(true)
                           : move == Move::DeciderNo ? std::optional(false)
                                                     : std::nullopt);
    world.tell(event::SetDecider{move != Move::NoDecider});
  }

  static void send(World& world, Move move) {
    constexpr std::uint64_t kLarge = 40'000;
    switch (move) {
      case Move::SendVolatile:
        return world.send(20, {.isVolatile = true});
      case Move::SendWithTtl:
        return world.send(10, {.ttl = std::chrono::milliseconds(500)});
      case Move::SendExpired:
        return world.send(10, {.ttl = Duration::zero()});
      case Move::SendEmpty:
        return world.send(0, {});
      case Move::SendLarge:
        return world.send(kLarge, {});
      case Move::SendTooLarge:
        return world.send(world.corner().options.maxMessageSize == 0 ? 1 : 65537, {});
      case Move::SendText:
        return world.sendText();
      case Move::SendShortly:
        return world.sendShortly(false, [] {});
      case Move::SendShortlyRefused:
        return world.sendShortly(true, [] {});
      case Move::SendShortlyReconnectRefused:
        return world.sendShortly(true, [&world] { world.tell(event::Reconnect{}); });
      case Move::SendShortlyDisconnectRefused:
        return world.sendShortly(true, [&world] { world.tell(event::Disconnect{}); });
      default:
        return world.send(30, {});
    }
  }

  // Without a word to the driver.
  static void inHost(World& world, AttemptId attempt, Move move) {
    switch (move) {
      case Move::RefuseNext:
        return world.host().refuse(1);
      case Move::RefuseSecond:
        return world.host().refuse(2);
      case Move::SocketClosing:
        return world.host().beginClose(attempt);
      case Move::ForeignBytes:
        return world.wires().addForeign(attempt, 9001);
      default:
        return world.wires().drain(attempt, move == Move::DrainAll);
    }
  }

  // Longer than a close frame can carry, in characters of two bytes.
  static inline const std::string kLongReason = [] {
    std::string reason;
    for (int i = 0; i < 100; ++i) reason += "\u00e9";
    return reason;
  }();
  static CloseInfo closeOf(Move move) {
    switch (move) {
      case Move::CloseNormal:
      case Move::ClosingCloseClean:
        return {1000, "done", true};
      case Move::CloseDrained:
        return {1001, "", true};
      case Move::CloseTorn:
        return {1011, "", true};
      case Move::CloseFatal:
        return {1008, "", true};
      case Move::CloseUnaccepted:
        return {1003, "", true};
      case Move::CloseWithoutStatus:
        return {1005, "", true};
      case Move::CloseHinted:
        return {1013, R"({"retryAfterMs":70000})", true};
      case Move::CloseRestart:
        return {1012, "", true};
      case Move::CloseForeign:
        return {4999, kLongReason, false};
      default:
        return {1006, "", false};
    }
  }
  static void close(World& world, AttemptId attempt, Move move) {
    const bool isDrained = move == Move::CloseDrained || move == Move::ClosingCloseDrained;
    if (isDrained || move == Move::CloseTorn) world.wires().drain(attempt, isDrained);
    // An amount that the socket cannot hold.
    if (move == Move::CloseOverstated) world.wires().addForeign(attempt, 9007199254740992);
    // WebKit counts the frames of the closing handshake.
    if (move == Move::ClosingCloseInflated) world.wires().addForeign(attempt, 100);
    world.tell(event::SocketClosed{attempt, closeOf(move)});
  }

  static void onAttempt(World& world, AttemptId attempt, Move move) {
    switch (move) {
      case Move::Resolve:
        return world.tell(event::AddressResolved{attempt});
      case Move::ResolveFail:
        return world.tell(event::AttemptFailed{attempt, "no URL"});
      case Move::Open:
        return world.tell(event::SocketOpened{attempt});
      case Move::SocketError:
        return world.tell(event::SocketErrored{attempt});
      default:
        return close(world, attempt, move);
    }
  }

  static void receive(World& world, AttemptId attempt, Move move) {
    const PingModel& pings = world.judge().pings();
    switch (move) {
      case Move::Text:
        return world.receiveText(attempt, R"({"type":"pin","timestamp":1})");
      case Move::Frame:
        return world.receiveFrame(attempt);
      case Move::PingFrame:
        return world.receiveText(attempt, R"({"type":"ping","timestamp":1.5})");
      case Move::EchoedPing:
        return world.receiveText(attempt, std::string(writePing(pings.pings().back().timestamp).view()));
      case Move::PongFrame:
        return receivePong(world, attempt, pings.pings().back());
      case Move::PongOldest:
        return receivePong(world, attempt, pings.pings().front());
      case Move::PongAgain:
        return receivePong(world, attempt, *pings.lastAnswered());
      case Move::PongUnasked:
        return world.receiveText(attempt, R"({"type":"pong","timestamp":"1"})");
      case Move::CustomPing:
        return world.tell(event::FrameReceived{attempt, {ControlKind::CustomPing, {}, {1, 30}}});
      case Move::CustomPong:
        return world.tell(event::FrameReceived{attempt, {ControlKind::CustomPong, {}, {}}});
      default:
        return world.receiveText(attempt, R"({"type":"pong","timestamp":null})");
    }
  }
  static void receivePong(World& world, AttemptId attempt, const ModelPing& ping) {
    world.receiveText(attempt, writePong(std::to_string(ping.timestamp)));
  }

  static void onOldSocket(World& world, Move move) {
    const AttemptModel& attempts = world.judge().attempts();
    switch (move) {
      case Move::ClosingNoise:
        return world.tellStale(attempts.closing()->id, true);
      case Move::Stale:
        return world.tellStale(attempts.stale(), false);
      default:
        return close(world, attempts.closing()->id, move);
    }
  }

  static void inEnvironment(World& world, Move move) {
    switch (move) {
      case Move::Offline:
      case Move::Online:
        return world.tell(event::NetworkChanged{move == Move::Online});
      case Move::Visible:
      case Move::Hidden:
        return world.tell(event::VisibilityChanged{move == Move::Visible});
      case Move::Suspend:
        return world.tell(event::PageSuspended{});
      default:
        return world.tell(event::PageResumed{});
    }
  }

  static Duration untilDeadline(const World& world) {
    return std::max(*world.client().nextDeadline() - world.driverTime().instant, Duration::zero());
  }
  // A timer that is earlier than the deadline fires first, and is set again.
  static void reachDeadline(World& world) {
    const Instant deadline = *world.client().nextDeadline();
    constexpr Duration kFar = std::chrono::hours(24);
    bool isReached = false;
    while (!isReached) {
      world.host().advance(untilDeadline(world) > kFar ? untilDeadline(world) : world.host().untilTimer());
      isReached = deadline <= world.driverTime().instant || !world.findings().empty();
      world.fireTimer();
      if (!world.host().timerAt()) return;
    }
  }
  static void inTime(World& world, Move move) {
    constexpr EpochMs kHour = 3'600'000;
    constexpr Duration kMinute = std::chrono::seconds(60);
    switch (move) {
      case Move::Deadline:
        return reachDeadline(world);
      case Move::JustLateTimer:
        world.host().advance(untilDeadline(world) + std::chrono::milliseconds(100));
        return world.fireTimer();
      case Move::LateTimer:
        world.host().advance(std::max(kMinute, world.host().untilTimer()));
        return world.fireTimer();
      case Move::CoarseTimer:
        return world.fireTimer();
      case Move::Wake:
        return world.tell(event::TimerFired{});
      case Move::TimePasses:
        return world.host().advance(std::chrono::seconds(45));
      case Move::AlmostDeadline:
        return world.host().advance(
            std::max(untilDeadline(world) - std::chrono::microseconds(1), Duration::zero()));
      case Move::ClockBack:
        world.host().stepBack(std::chrono::seconds(1));
        return world.tell(event::TimerFired{});
      default:
        return world.host().setWallClock(move == Move::WallClockAhead ? kHour : -kHour);
    }
  }
};

}  // namespace rws::test
