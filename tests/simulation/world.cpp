// The course of a run: what comes next, and what the user and the page do. At one moment, what is planned
// comes before the timers.
#include "world.h"

#include <algorithm>
#include <cmath>

namespace rws::sim {

World::World(std::uint64_t seed, FaultSet without)
    : configuration_(drawConfiguration(seed, without)),
      dice_(seed * 2),
      network_(configuration_, dice_, schedule_),
      stage_(configuration_.setup) {
  stage_.surround(*this);
  network_.watch(stage_.findings());
  plan(Plan::Fault, configuration_.faultGap);
  plan(Plan::Command, configuration_.commandGap);
  plan(Plan::PageEvent, configuration_.pageGap);
  plan(Plan::ServerMessage, configuration_.messageGap);
  plan(Plan::ServerPing, configuration_.serverPingGap);
  plan(Plan::PageLeaves, configuration_.leaveGap);
  plan(Plan::SessionFault, configuration_.sessionGap);
}

void World::plan(Plan plan, double gap) {
  if (gap > 0) schedule_.add({.at = stage_.time() + dice_.gap(gap), .plan = plan});
}

void World::run() {
  if (configuration_.handledLater > 0) (void)stage_.apply({.kind = InputKind::HandleLater, .isSet = true});
  if (configuration_.hasHandshake) apply({.kind = InputKind::Handshake, .isSet = true});
  if (dice_.chance(0.9)) apply({.kind = InputKind::Connect});
  while (stage_.findings().empty() && stage_.counts().steps < configuration_.steps &&
         step(configuration_.length)) {
  }
}

bool World::step(std::int64_t until) {
  const std::int64_t before = stage_.time();
  const bool wasConnected = stage_.client().phase() == Phase::Connected;
  const std::optional<std::int64_t> timer = stage_.timerAt();
  const bool isPlanned = !schedule_.empty();
  // A timer due at the moment of something planned comes first, unless that moment has begun already.
  const bool isTimer = timer && (!isPlanned || (schedule_.next() > before && *timer <= schedule_.next()));
  if (!isTimer && !isPlanned) return false;
  const std::int64_t at = isTimer ? *timer : std::max(before, schedule_.next());
  if (at > until) return false;
  network_.drain(at, stage_);
  if (wasConnected) connectedTime_ += at - before;
  if (isTimer) {
    stage_.fireTimer();
  } else {
    stage_.moveTo(at);
    Planned next = schedule_.take();
    next.at = at;
    carryOut(next);
  }
  return true;
}

void World::carryOut(const Planned& planned) {
  if (planned.plan == Plan::ListenersDone) {
    (void)stage_.apply({.kind = InputKind::Handled});
    return;
  }
  if (network_.carryOut(planned, stage_) || isHealed_) return;
  const AttemptId current = stage_.client().currentAttempt();
  switch (planned.plan) {
    case Plan::Fault:
      network_.fail(planned.at, current, stage_);
      if (dice_.chance(configuration_.within)) actWithin();
      return plan(planned.plan, configuration_.faultGap);
    case Plan::Command:
      giveCommand();
      return plan(planned.plan, configuration_.commandGap);
    case Plan::PageEvent:
      changePage();
      return plan(planned.plan, configuration_.pageGap);
    case Plan::SessionFault:
      network_.failSession(planned.at, current, stage_);
      return plan(planned.plan, configuration_.sessionGap);
    case Plan::PageLeaves:
      leavePage();
      return plan(planned.plan, configuration_.leaveGap);
    case Plan::ServerMessage:
      network_.serverSends(planned.at, current, false, stage_);
      return plan(planned.plan, configuration_.messageGap);
    case Plan::ServerPing:
      network_.serverSends(planned.at, current, true, stage_);
      return plan(planned.plan, configuration_.serverPingGap);
    default:
      return endThrottle();
  }
}

// A listener may give any command.
void World::turnEnded() {
  if (isHealed_ || depth_ > 2 || !dice_.chance(configuration_.reentrancy)) return;
  ++depth_;
  giveCommand();
  --depth_;
}

void World::listenersWait() {
  network_.messageTaken();
  const auto longest = static_cast<std::int64_t>(configuration_.handledLater);
  const std::int64_t wait = isHealed_ || longest < 1 ? 1 : dice_.between(1, longest);
  // In the order of the messages.
  listenersDoneAt_ = std::max(listenersDoneAt_, stage_.time() + wait);
  schedule_.add({.at = listenersDoneAt_, .plan = Plan::ListenersDone});
}

// A listener of messages may give any command, too, or throw, which changes nothing.
void World::listenersRun() {
  network_.messageTaken();
  if (isHealed_ || depth_ > 2 || !dice_.chance(configuration_.reentrancy)) return;
  ++depth_;
  giveCommand();
  --depth_;
}

// --- the user

void World::changeSession() {
  if (!configuration_.session.isOn || dice_.chance(0.5)) {
    return apply({.kind = InputKind::SetResend, .isSet = dice_.chance(0.5)});
  }
  const bool isOn = dice_.chance(0.7);
  apply({.kind = InputKind::SetSession,
         .number = isOn ? dice_.magnitude(1, 2000) : -1,
         .other = isOn ? dice_.magnitude(1, 200) : -1,
         .isSet = isOn && dice_.chance(0.5)});
}

void World::apply(Input input) {
  if (!isHealed_ && dice_.chance(configuration_.within)) {
    input.within =
        static_cast<Callback>(dice_.between(1, static_cast<std::int64_t>(Callback::ShouldReconnect)));
  }
  (void)stage_.apply(input);
}

void World::giveCommand() {
  if (configuration_.hasHandshake && dice_.chance(0.03)) {
    apply({.kind = InputKind::Handshake, .isSet = dice_.chance(0.7)});
  }
  const auto command = static_cast<Command>(dice_.index(configuration_.commands));
  switch (command) {
    case Command::Connect:
      return apply({.kind = InputKind::Connect});
    case Command::Disconnect:
      apply({.kind = InputKind::Disconnect});
      // Two commands in a row are common within a callback.
      if (dice_.chance(0.5)) apply({.kind = InputKind::Connect});
      return;
    case Command::Reconnect:
      return apply({.kind = InputKind::Reconnect});
    case Command::ClearQueue:
      return apply({.kind = InputKind::ClearQueue});
    case Command::SetOption: {
      if (configuration_.changesSession && dice_.chance(0.4)) return changeSession();
      if (configuration_.changesHeartbeat && dice_.chance(0.4)) {
        const HeartbeatOption heartbeat = drawHeartbeat(dice_);
        return apply({.kind = InputKind::SetHeartbeat,
                      .number = static_cast<std::int64_t>(heartbeat.mode),
                      .other = heartbeat.silence / std::chrono::milliseconds(1)});
      }
      const OptionDraw draw = drawOption(dice_);
      return apply({.kind = InputKind::SetOption, .text = std::string(draw.name), .value = draw.value});
    }
    case Command::CheckNetwork:
      return apply({.kind = InputKind::CheckNetwork});
    case Command::SlowDown:
      return apply({.kind = InputKind::SlowDown});
    case Command::ResetRecovery:
      return apply({.kind = dice_.chance(0.5) ? InputKind::ResetRecovery : InputKind::ContactSupport});
    case Command::Decide:
      return apply({.kind = InputKind::Decide, .number = dice_.between(-1, 1)});
    case Command::Destroy:
      return apply({.kind = InputKind::Destroy});
    default:
      return sendSome(command);
  }
}

void World::sendSome(Command command) {
  const Options& options = stage_.client().options();
  Input send{.kind = InputKind::Send, .number = dice_.magnitude(1, configuration_.largest)};
  if (dice_.chance(0.05)) send.number = 0;
  if (dice_.chance(0.1)) send.number = static_cast<std::int64_t>(options.maxMessageSize % 1'000'000);
  if (command == Command::SendVolatile) send.isSet = true;
  if (command == Command::SendWithTtl) send.other = dice_.chance(0.1) ? 0 : dice_.magnitude(1, 60'000);
  if (command == Command::SendTooLarge) {
    send.number = static_cast<std::int64_t>(options.maxMessageSize % 1'000'000'000) + 1;
  }
  for (std::int64_t left = command == Command::SendMany ? dice_.between(2, 40) : 1; left > 0; --left) {
    apply(send);
  }
}

// --- the page and the browser

void World::changePage() {
  const std::int64_t now = stage_.time();
  const std::int64_t length =
      dice_.magnitude(100, std::max<std::int64_t>(60'000, configuration_.longestOutage));
  switch (static_cast<PageEvent>(dice_.index(configuration_.pageEvents))) {
    case PageEvent::Online:
      return apply({.kind = InputKind::Online});
    case PageEvent::Offline:
      return apply({.kind = InputKind::Offline});
    case PageEvent::Visible:
      return apply({.kind = InputKind::Visible});
    case PageEvent::Hidden:
      return apply({.kind = InputKind::Hidden});
    case PageEvent::Throttle: {
      static constexpr std::array<std::int64_t, 4> kGrids = {100, 1000, 10'000, 60'000};
      (void)stage_.apply({.kind = InputKind::Throttle, .number = kGrids[dice_.bits() % kGrids.size()]});
      return schedule_.add({.at = now + 10 * length, .plan = Plan::PageRecovers});
    }
    case PageEvent::Freeze:
      isSuspended_ = true;
      (void)stage_.apply({.kind = InputKind::Suspend});
      return schedule_.add({.at = now + length, .plan = Plan::PageRecovers});
    case PageEvent::Sleep: {
      const bool isWallOnly = dice_.chance(0.3);
      (void)stage_.apply({.kind = isWallOnly ? InputKind::WallSleep : InputKind::Sleep, .number = length});
      // On waking, what has come in meanwhile is reported before the timers fire, or after.
      if (isWallOnly) return schedule_.advance(now, length);
      return schedule_.postpone(stage_.time() + dice_.between(0, 2));
    }
    case PageEvent::SetClock:
      return (void)stage_.apply(
          {.kind = InputKind::SetClock, .number = dice_.chance(0.7) ? -length : length});
    case PageEvent::StepBack:
      return (void)stage_.apply({.kind = InputKind::StepBack, .number = length});
    case PageEvent::Granular: {
      static constexpr std::array<std::int64_t, 4> kGrains = {0, 2, 20, 100};
      return (void)stage_.apply(
          {.kind = InputKind::Granular, .number = kGrains[dice_.bits() % kGrains.size()]});
    }
    case PageEvent::Wake:
      return apply({.kind = InputKind::Wake});
    case PageEvent::Stale:
      return apply({.kind = InputKind::Stale,
                    .age = static_cast<std::uint32_t>(dice_.between(0, 3)),
                    .number = dice_.between(0, configuration_.hasHandshake ? 10 : 8)});
  }
}

// Firefox closes the sockets of a page that seems to go, with or without an error.
void World::leavePage() {
  apply({.kind = InputKind::Leave});
  if (dice_.chance(0.5)) return;
  network_.markImperfect();
  if (dice_.chance(0.5)) apply({.kind = InputKind::Error});
  apply({.kind = InputKind::Close, .number = 1001, .isSet = dice_.chance(0.5)});
}

void World::endThrottle() {
  (void)stage_.apply({.kind = InputKind::Throttle, .number = 0});
  if (isSuspended_) (void)stage_.apply({.kind = InputKind::Resume});
  isSuspended_ = false;
}

// Sockets of tests and of old browsers fire events within the calls that lead to them.
void World::actWithin() {
  static const std::array kInputs = {
      Input{.kind = InputKind::Resolve, .within = Callback::ResolveAddress},
      Input{.kind = InputKind::Fail, .within = Callback::ResolveAddress, .text = "no address"},
      Input{.kind = InputKind::Open, .within = Callback::OpenSocket},
      Input{.kind = InputKind::Close, .within = Callback::OpenSocket, .number = 1006},
      Input{.kind = InputKind::Close, .within = Callback::CloseSocket, .number = 1000, .isSet = true},
      Input{.kind = InputKind::Close, .within = Callback::CloseSocket, .number = 1006},
      Input{.kind = InputKind::Close, .within = Callback::SendMessage, .number = 1006},
      Input{.kind = InputKind::Close, .within = Callback::SendControl, .number = 1006},
      Input{.kind = InputKind::Error, .within = Callback::SendMessage},
      Input{.kind = InputKind::Refuse, .within = Callback::SendMessage, .isSet = true},
      Input{.kind = InputKind::Refuse, .within = Callback::SendControl, .isSet = true},
      Input{.kind = InputKind::Message, .within = Callback::SendMessage, .text = "x"},
      Input{.kind = InputKind::Pong, .within = Callback::SendControl},
      Input{.kind = InputKind::Ping, .within = Callback::SendControl, .text = "7"},
  };
  Input input = kInputs[dice_.bits() % kInputs.size()];
  if (configuration_.hasHandshake && dice_.chance(0.2)) {
    const bool isDone = dice_.chance(0.5);
    input = {.kind = isDone ? InputKind::HandshakeDone : InputKind::HandshakeFail,
             .within = Callback::StartHandshake,
             .number = isDone || dice_.chance(0.5) ? 0 : 4000};
  }
  const bool isFromServer = input.kind >= InputKind::Message && input.kind <= InputKind::Pong;
  // A server of sessions sends nothing but what it counts.
  if (configuration_.session.isSupported && isFromServer) return;
  if ((configuration_.isMute || configuration_.silentUntil > 0) && isFromServer) return;
  const bool isRefusal = input.kind == InputKind::Refuse;
  if (isRefusal && configuration_.faults[static_cast<std::size_t>(Fault::Refusal)] <= 0) return;
  network_.markImperfect();
  (void)stage_.apply(input);
  if (!isRefusal) return;
  const AttemptId current = stage_.client().currentAttempt();
  if (current == AttemptId::None) return;
  schedule_.add({.at = stage_.time() + dice_.magnitude(100, configuration_.longestOutage),
                 .plan = Plan::SendHeals,
                 .attempt = current});
}

}  // namespace rws::sim
