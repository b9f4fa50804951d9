// Owns the moves a small world can make: what users, sockets, networks, pages and clocks do to a connection.
// Refuses to judge: checked_connection.h does.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "checked_connection.h"
#include "control_frame.h"

namespace rws::test {

enum class Move : std::uint8_t {
  // The first ones are the core of the matter; sequences of them alone are walked deeper.
  Connect,
  Disconnect,
  Reconnect,
  Send,
  Refuse,
  Open,
  CloseLost,
  CloseNormal,
  LingeringClose,
  Deadline,
  LateTick,
  Suspend,
  Resume,
  Online,
  DecideYes,
  DecideNo,
  Stale,
  // The rest is walked less deep.
  Destroy,
  ClearQueue,
  CheckNetwork,
  SlowDown,
  ResetRecovery,
  SendVolatile,
  SendWithTtl,
  SendEmpty,
  SendTooLarge,
  RefuseLast,
  NativeError,
  CloseDrained,
  CloseFatal,
  CloseHinted,
  OpenFail,
  LingeringCloseDrained,
  LingeringOpenFail,
  LingeringNoise,
  Frame,
  PingFrame,
  PongFrame,
  DrainSome,
  DrainAll,
  Offline,
  Visible,
  ClockJump,
  WallClockBack,
  TimePasses,
  SmallOptions,
  LargeOptions,
  HostAsks,
  HostSilent,
  DecideNothing,
};
inline constexpr std::size_t kMoves = static_cast<std::size_t>(Move::DecideNothing) + 1;
inline constexpr std::size_t kCoreMoves = static_cast<std::size_t>(Move::Stale) + 1;

inline std::string_view nameOf(Move move) {
  // clang-format off
  static constexpr std::array<std::string_view, kMoves> kNames = {
      "Connect", "Disconnect", "Reconnect", "Send", "Refuse", "Open", "CloseLost", "CloseNormal",
      "LingeringClose", "Deadline", "LateTick", "Suspend", "Resume", "Online", "DecideYes", "DecideNo",
      "Stale", "Destroy", "ClearQueue", "CheckNetwork", "SlowDown", "ResetRecovery", "SendVolatile",
      "SendWithTtl", "SendEmpty", "SendTooLarge", "RefuseLast", "NativeError", "CloseDrained", "CloseFatal",
      "CloseHinted", "OpenFail", "LingeringCloseDrained", "LingeringOpenFail", "LingeringNoise", "Frame",
      "PingFrame", "PongFrame", "DrainSome", "DrainAll", "Offline", "Visible", "ClockJump", "WallClockBack",
      "TimePasses", "SmallOptions", "LargeOptions", "HostAsks", "HostSilent", "DecideNothing",
  };
  // clang-format on
  return kNames[static_cast<std::size_t>(move)];
}

// Options at their lower and upper ends, for changes in mid-flight.
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

// One of the world's moves; false where it cannot be made now.
class WorldMove {
 public:
  static bool perform(Move move, CheckedConnection& world) {
    const ModelSocket* current = world.sockets().current();
    const ModelSocket* lingering = world.sockets().lingering();
    switch (move) {
      case Move::Open:
        return current != nullptr && !current->opened && fed(world, input::Opened{current->attempt});
      case Move::OpenFail:
        return current != nullptr && !current->opened &&
               fed(world, input::OpenFailed{current->attempt, "no URL"});
      case Move::CloseLost:
      case Move::CloseNormal:
      case Move::CloseDrained:
      case Move::CloseFatal:
      case Move::CloseHinted:
        return current != nullptr && close(world, current->attempt, move);
      case Move::NativeError:
        return current != nullptr && fed(world, input::Errored{current->attempt});
      case Move::Frame:
      case Move::PingFrame:
      case Move::PongFrame:
      case Move::DrainSome:
      case Move::DrainAll:
      case Move::Refuse:
      case Move::RefuseLast:
        return current != nullptr && current->opened && onOpenSocket(world, current->attempt, move);
      case Move::LingeringClose:
      case Move::LingeringCloseDrained:
        return lingering != nullptr && close(world, lingering->attempt, move);
      case Move::LingeringOpenFail:
        return lingering != nullptr && !lingering->opened &&
               fed(world, input::OpenFailed{lingering->attempt, "late"});
      case Move::LingeringNoise:
        return lingering != nullptr && noise(world, lingering->attempt, true);
      case Move::Stale:
        return world.sockets().stale() != AttemptId::None && noise(world, world.sockets().stale(), false);
      case Move::DecideYes:
      case Move::DecideNo:
      case Move::DecideNothing:
        return world.phase() == Phase::Deciding && decide(world, move);
      default:
        return anywhere(world, move);
    }
  }

 private:
  static bool fed(CheckedConnection& world, const Input& input) {
    world.feed(input);
    return true;
  }
  static bool sent(CheckedConnection& world, std::uint64_t bytes, const SendOptions& options) {
    (void)world.send(bytes, options);
    return true;
  }

  static bool close(CheckedConnection& world, AttemptId attempt, Move move) {
    CloseInfo info{1006, "", false};
    if (move == Move::CloseNormal) info = {1000, "done", true};
    if (move == Move::CloseDrained) info = {1001, "", true};
    if (move == Move::CloseFatal) info = {1008, "", true};
    if (move == Move::CloseHinted) info = {1013, R"({"retryAfterMs":70000})", true};
    if (move == Move::CloseDrained || move == Move::LingeringCloseDrained)
      world.messages().drain(attempt, true);
    return fed(world, input::Closed{attempt, info, world.messages().buffered(attempt)});
  }

  static bool onOpenSocket(CheckedConnection& world, AttemptId attempt, Move move) {
    if (move == Move::Frame) return fed(world, input::Received{attempt, {}});
    if (move == Move::PingFrame) return fed(world, input::Received{attempt, {ControlKind::Ping, "1.5"}});
    if (move == Move::PongFrame) {
      return fed(world, input::Received{attempt, {ControlKind::Pong, std::to_string(world.now().wall)}});
    }
    if (move == Move::Refuse || move == Move::RefuseLast) {
      const std::optional<PayloadId> message = world.messages().refusable(attempt, move == Move::RefuseLast);
      return message && fed(world, input::HandOverFailed{attempt, *message});
    }
    world.messages().drain(attempt, move == Move::DrainAll);
    return fed(world, input::Buffered{attempt, world.messages().buffered(attempt)});
  }

  // Everything a socket that does not count can say, and a timer that comes early.
  static bool noise(CheckedConnection& world, AttemptId attempt, bool alive) {
    world.feedStale(input::Opened{attempt});
    world.feedStale(input::Errored{attempt});
    world.feedStale(input::Received{attempt, {ControlKind::Ping, "1"}});
    world.feedStale(input::Buffered{attempt, 0});
    // A socket that lingers is heard when it refuses what it was handed in its last turn.
    if (!alive) world.feedStale(input::HandOverFailed{attempt, 1});
    world.feedStale(input::Decided{attempt, true});
    if (!alive) world.feedStale(input::Closed{attempt, {1008, "", true}, 0});
    if (!alive) world.feedStale(input::OpenFailed{attempt, ""});
    const std::optional<Instant> next = world.connection().nextDeadline();
    if (!next || *next > world.now().instant) world.feedStale(input::Ticked{});
    return true;
  }

  static bool decide(CheckedConnection& world, Move move) {
    const std::optional<bool> verdict =
        move == Move::DecideNothing ? std::nullopt : std::optional(move == Move::DecideYes);
    return fed(world, input::Decided{world.sockets().newest(), verdict});
  }

  static bool tick(CheckedConnection& world) {
    const std::optional<Instant> next = world.connection().nextDeadline();
    if (!next) return false;
    if (*next > world.now().instant) world.advance(*next - world.now().instant);
    return fed(world, input::Ticked{});
  }

  static bool anywhere(CheckedConnection& world, Move move) {
    switch (move) {
      case Move::Connect:
        return fed(world, input::Connect{});
      case Move::Disconnect:
        return fed(world, input::Disconnect{});
      case Move::Reconnect:
        return fed(world, input::Reconnect{});
      case Move::Destroy:
        return fed(world, input::Destroy{});
      case Move::ClearQueue:
        return fed(world, input::ClearQueue{});
      case Move::CheckNetwork:
        return fed(world, input::CheckNetwork{});
      case Move::SlowDown:
        return fed(world, input::SlowDown{});
      case Move::ResetRecovery:
        return fed(world, input::ResetRecovery{});
      case Move::Send:
        return sent(world, 30, {});
      case Move::SendVolatile:
        return sent(world, 20, {.isVolatile = true});
      case Move::SendWithTtl:
        return sent(world, 10, {.ttl = std::chrono::milliseconds(500)});
      case Move::SendEmpty:
        return sent(world, 0, {});
      case Move::SendTooLarge:
        return sent(world, 65537, {});
      case Move::Deadline:
        return tick(world);
      case Move::LateTick:
        world.advance(std::chrono::seconds(60));
        return fed(world, input::Ticked{});
      case Move::TimePasses:
        world.advance(std::chrono::seconds(45));
        return true;
      case Move::WallClockBack:
        world.setWallClock(1'600'000'000'000);
        return true;
      default:
        return environment(world, move);
    }
  }

  static bool environment(CheckedConnection& world, Move move) {
    switch (move) {
      case Move::Offline:
        return fed(world, input::NetworkChanged{false});
      case Move::Online:
        return fed(world, input::NetworkChanged{true});
      case Move::Visible:
        return fed(world, input::VisibilityChanged{true});
      case Move::Suspend:
        return fed(world, input::PageSuspended{});
      case Move::Resume:
        return fed(world, input::PageResumed{});
      case Move::ClockJump:
        return fed(world, input::ClockJumped{});
      case Move::SmallOptions:
        return fed(world, input::ChangeOptions{smallOptions()});
      case Move::LargeOptions:
        return fed(world, input::ChangeOptions{largeOptions()});
      case Move::HostAsks:
        return fed(world, input::HostDecides{true});
      case Move::HostSilent:
        return fed(world, input::HostDecides{false});
      default:
        return false;
    }
  }
};

}  // namespace rws::test
