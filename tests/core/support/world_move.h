// Owns how a small world makes its moves: what users, sockets, networks, pages and clocks do to a connection.
// Refuses to judge: checked_connection.h does.
#pragma once

#include <optional>
#include <string>

#include "checked_connection.h"
#include "control_frame.h"
#include "move.h"

namespace rws::test {

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

class WorldMove {
 public:
  [[nodiscard]] static bool isPossible(Move move, const CheckedConnection& world) {
    const ModelSocket* current = world.sockets().current();
    const ModelSocket* lingering = world.sockets().lingering();
    const bool open = current != nullptr && current->opened;
    const MessageModel& messages = world.messages();
    switch (traitsOf(move).needs) {
      case Needs::Nothing:
        return true;
      case Needs::Attempt:
        return current != nullptr;
      case Needs::Opening:
        return current != nullptr && !current->opened;
      case Needs::OpenSocket:
        return open;
      case Needs::Message:
        return open && messages.refusable(current->attempt, false);
      case Needs::Control:
        return open && messages.refusableControl(current->attempt);
      case Needs::Ping:
        return open && world.pings().newest(false);
      case Needs::Answered:
        return open && world.pings().newest(true);
      case Needs::Lingering:
        return lingering != nullptr;
      case Needs::LingeringOpening:
        return lingering != nullptr && !lingering->opened;
      case Needs::LingeringMessage:
        return lingering != nullptr && messages.refusable(lingering->attempt, false);
      case Needs::LingeringControl:
        return lingering != nullptr && messages.refusableControl(lingering->attempt);
      case Needs::Stale:
        return world.sockets().stale() != AttemptId::None;
      case Needs::Deciding:
        return world.phase() == Phase::Deciding;
      case Needs::Deadline:
        return world.connection().nextDeadline().has_value();
      case Needs::Punctual:
        return world.isPunctual();
    }
    return false;
  }

  // Makes one of the world's moves; false, and nothing done, where it cannot be made now.
  static bool perform(Move move, CheckedConnection& world) {
    if (!isPossible(move, world)) return false;
    if (move >= Move::LingeringClose && move <= Move::Stale) {
      onOldSocket(world, move);
    } else if (move >= Move::Open && move < Move::LingeringClose) {
      onSocket(world, world.sockets().current()->attempt, move);
    } else if (move >= Move::HostAsks && move <= Move::DecideOther) {
      onHost(world, move);
    } else if (move >= Move::Offline && move <= Move::ClockJump) {
      inEnvironment(world, move);
    } else if (move >= Move::Deadline) {
      inTime(world, move);
    } else if (move >= Move::Send) {
      send(world, move);
    } else {
      byUser(world, move);
    }
    return true;
  }

 private:
  static void byUser(CheckedConnection& world, Move move) {
    switch (move) {
      case Move::Connect:
        return world.feed(input::Connect{});
      case Move::Disconnect:
        return world.feed(input::Disconnect{});
      case Move::Reconnect:
        return world.feed(input::Reconnect{});
      case Move::Destroy:
        return world.feed(input::Destroy{});
      case Move::ClearQueue:
        return world.feed(input::ClearQueue{});
      case Move::CheckNetwork:
        return world.feed(input::CheckNetwork{});
      case Move::SlowDown:
        return world.feed(input::SlowDown{});
      case Move::ContactSupport:
        return world.feed(input::ContactSupport{});
      case Move::ResetRecovery:
        return world.feed(input::ResetRecovery{});
      case Move::SmallOptions:
        return world.feed(input::ChangeOptions{smallOptions()});
      case Move::LargeOptions:
        return world.feed(input::ChangeOptions{largeOptions()});
      default:
        return world.feed(input::ChangeOptions{world.ownOptions()});
    }
  }

  static void send(CheckedConnection& world, Move move) {
    switch (move) {
      case Move::SendVolatile:
        return (void)world.send(20, {.isVolatile = true});
      case Move::SendWithTtl:
        return (void)world.send(10, {.ttl = std::chrono::milliseconds(500)});
      case Move::SendExpired:
        return (void)world.send(10, {.ttl = Duration::zero()});
      case Move::SendEmpty:
        return (void)world.send(0, {}, Manner::Measured, MessageKind::Binary);
      case Move::SendTooLarge:
        return (void)world.send(65537, {});
      case Move::SendText:
        return (void)world.send(30, {}, Manner::Text);
      case Move::SendAtOnce:
        return (void)world.send(30, {}, Manner::AtOnce);
      default:
        return (void)world.send(30, {});
    }
  }

  static CloseInfo closeOf(Move move) {
    switch (move) {
      case Move::CloseNormal:
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
        return {1013, R"({"retryAfterMs":70000})", true, 70000};
      case Move::CloseRestart:
        return {1012, "", true};
      case Move::CloseForeign:
        return {4999, std::string(200, '\xC3'), false};
      default:
        return {1006, "", false};
    }
  }
  static void close(CheckedConnection& world, AttemptId attempt, Move move) {
    const bool drained = move == Move::CloseDrained || move == Move::LingeringCloseDrained;
    if (drained || move == Move::CloseTorn) world.messages().drain(attempt, drained);
    // What a socket cannot hold proves nothing.
    const std::uint64_t excess = move == Move::CloseOverstated ? 9007199254740992 : 0;
    world.feed(input::Closed{attempt, closeOf(move), world.messages().buffered(attempt) + excess});
  }

  static void onSocket(CheckedConnection& world, AttemptId attempt, Move move) {
    switch (move) {
      case Move::Open:
        return world.feed(input::Opened{attempt});
      case Move::OpenFail:
        return world.feed(input::OpenFailed{attempt, "no URL"});
      case Move::NativeError:
        return world.feed(input::Errored{attempt});
      case Move::Frame:
        return world.feed(input::Received{attempt, {}});
      case Move::FrameAtOnce:
        return world.receiveAtOnce(attempt);
      case Move::PingFrame:
        return world.feed(input::Received{attempt, {ControlKind::Ping, "1.5"}});
      case Move::EchoedPing:
        return control(world, attempt, ControlKind::Ping, false);
      case Move::PongFrame:
      case Move::PongAgain:
        return control(world, attempt, ControlKind::Pong, move == Move::PongAgain);
      case Move::PongUnasked:
        return world.feed(input::Received{attempt, {ControlKind::Pong, "\"1\""}});
      case Move::DrainSome:
      case Move::DrainAll:
        world.messages().drain(attempt, move == Move::DrainAll);
        return world.feed(input::Buffered{attempt, world.messages().buffered(attempt)});
      case Move::Refuse:
      case Move::RefuseLast:
        return refuse(world, attempt, move == Move::RefuseLast);
      case Move::RefuseControl:
        return refuseControl(world, attempt);
      default:
        return close(world, attempt, move);
    }
  }
  static void control(CheckedConnection& world, AttemptId attempt, ControlKind kind, bool answered) {
    const EpochMs timestamp = world.pings().newest(answered)->timestamp;
    world.feed(input::Received{attempt, {kind, std::to_string(timestamp)}});
  }
  // The last message alone is refused by a socket that is closing.
  static void refuse(CheckedConnection& world, AttemptId attempt, bool last) {
    world.feed(input::HandOverFailed{attempt, *world.messages().refusable(attempt, last), last});
  }
  static void refuseControl(CheckedConnection& world, AttemptId attempt) {
    const HandedControl control = *world.messages().refusableControl(attempt);
    world.feed(input::ControlRefused{attempt, control.bytes, control.after});
  }

  static void onOldSocket(CheckedConnection& world, Move move) {
    if (move == Move::Stale) return noise(world, world.sockets().stale(), false);
    const AttemptId attempt = world.sockets().lingering()->attempt;
    switch (move) {
      case Move::LingeringOpenFail:
        return world.feed(input::OpenFailed{attempt, "late"});
      case Move::LingeringNoise:
        return noise(world, attempt, true);
      case Move::LingeringRefuse:
        return refuse(world, attempt, false);
      case Move::LingeringRefuseControl:
        return refuseControl(world, attempt);
      default:
        return close(world, attempt, move);
    }
  }
  // Everything a socket that does not count can say. One that lingers is still heard when it closes, or
  // refuses what it was handed in its last turn.
  static void noise(CheckedConnection& world, AttemptId attempt, bool alive) {
    world.receiveStale(attempt);
    world.feedStale(input::Opened{attempt});
    world.feedStale(input::Errored{attempt});
    world.feedStale(input::Received{attempt, {ControlKind::Ping, "1"}});
    world.feedStale(input::Buffered{attempt, 0});
    world.feedStale(input::Decided{attempt, true});
    if (alive) return;
    world.feedStale(input::HandOverFailed{attempt, 1});
    world.feedStale(input::ControlRefused{attempt, 1, 0});
    world.feedStale(input::Closed{attempt, {1008, "", true}, 0});
    world.feedStale(input::OpenFailed{attempt, ""});
  }

  static void onHost(CheckedConnection& world, Move move) {
    const AttemptId newest = world.sockets().newest();
    switch (move) {
      case Move::HostAsks:
        return world.feed(input::HostDecides{true});
      case Move::HostSilent:
        return world.feed(input::HostDecides{false});
      case Move::DecideNothing:
        return world.feed(input::Decided{newest, std::nullopt});
      case Move::DecideOther:
        return world.feed(input::Decided{AttemptId::None, false});
      default:
        return world.feed(input::Decided{newest, move == Move::DecideYes});
    }
  }

  static void inEnvironment(CheckedConnection& world, Move move) {
    switch (move) {
      case Move::Offline:
      case Move::Online:
        return world.feed(input::NetworkChanged{move == Move::Online});
      case Move::Visible:
      case Move::Hidden:
        return world.feed(input::VisibilityChanged{move == Move::Visible});
      case Move::Suspend:
        return world.feed(input::PageSuspended{});
      case Move::Resume:
        return world.feed(input::PageResumed{});
      default:
        return world.feed(input::ClockJumped{});
    }
  }

  static Duration untilDeadline(const CheckedConnection& world) {
    return std::max(*world.connection().nextDeadline() - world.now().instant, Duration::zero());
  }
  static void tick(CheckedConnection& world, Duration late) {
    world.advance(untilDeadline(world) + late);
    world.feed(input::Ticked{});
  }
  static void inTime(CheckedConnection& world, Move move) {
    constexpr EpochMs kHour = 3'600'000;
    switch (move) {
      case Move::Deadline:
        return tick(world, Duration::zero());
      case Move::JustLateTick:
        return tick(world, std::chrono::milliseconds(100));
      case Move::LateTick:
        world.advance(std::chrono::seconds(60));
        return world.feed(input::Ticked{});
      case Move::EarlyTick:
        return world.feed(input::Ticked{});
      case Move::TimePasses:
        return world.advance(std::chrono::seconds(45));
      case Move::AlmostDeadline:
        return world.advance(std::max(untilDeadline(world) - std::chrono::microseconds(1), Duration::zero()));
      case Move::ClockBack:
        return world.feed(input::Ticked{}, std::chrono::seconds(1));
      default:
        return world.setWallClock(world.now().wall + (move == Move::WallClockAhead ? kHour : -kHour));
    }
  }
};

}  // namespace rws::test
