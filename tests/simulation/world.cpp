// Owns the course of a life: what comes next, what the user and the page do.
// Refuses to let anything happen between two things of one moment: planned ones first, then timers.
#include "world.h"

#include <algorithm>

namespace rws::sim {

World::World(std::uint64_t seed, FaultSet without)
    : life_(drawConfiguration(seed, without)),
      dice_(seed * 2),
      network_(life_, dice_, agenda_),
      stage_(life_.options, life_.clientSeed) {
  stage_.surround(*this);
  plan(Plan::FaultComes, life_.faultGap);
  plan(Plan::WishComes, life_.wishGap);
  plan(Plan::PageEventComes, life_.pageGap);
  plan(Plan::ChatComes, life_.chatGap);
  plan(Plan::ServerPingComes, life_.serverPingGap);
}

void World::plan(Plan plan, double gap) {
  if (gap > 0) agenda_.add({.at = stage_.time() + dice_.gap(gap), .plan = plan});
}

void World::live() {
  if (dice_.chance(0.9)) (void)happen({.what = What::Connect});
  while (stage_.findings().empty() && stage_.counts().steps < life_.steps && step(life_.life)) {
  }
}

bool World::step(std::int64_t until) {
  const std::int64_t before = stage_.time();
  const bool wasConnected = stage_.client().phase() == Phase::Connected;
  const std::optional<std::int64_t> timer = stage_.timerAt();
  const bool planned = !agenda_.empty();
  // A timer due at the moment of something planned comes first, unless that moment has begun already.
  const bool isTimer = timer && (!planned || (agenda_.next() > before && *timer <= agenda_.next()));
  if (!isTimer && !planned) return false;
  const std::int64_t at = isTimer ? *timer : std::max(before, agenda_.next());
  if (at > until) return false;
  network_.drain(at, stage_);
  if (wasConnected) connectedTime_ += at - before;
  if (isTimer) {
    stage_.fireTimer();
  } else {
    stage_.moveTo(at);
    Planned next = agenda_.take();
    next.at = at;
    carryOut(next);
  }
  return true;
}

void World::carryOut(const Planned& planned) {
  if (network_.carryOut(planned, stage_) || healed_) return;
  const AttemptId current = stage_.client().currentAttempt();
  switch (planned.plan) {
    case Plan::FaultComes:
      network_.befall(planned.at, current, stage_);
      return plan(planned.plan, life_.faultGap);
    case Plan::WishComes:
      wish();
      return plan(planned.plan, life_.wishGap);
    case Plan::PageEventComes:
      pageEvent();
      return plan(planned.plan, life_.pageGap);
    case Plan::ChatComes:
      network_.say(planned.at, current, false);
      return plan(planned.plan, life_.chatGap);
    case Plan::ServerPingComes:
      network_.say(planned.at, current, true);
      return plan(planned.plan, life_.serverPingGap);
    default:
      return calm();
  }
}

// A listener may call anything.
void World::turnEnded(bool told) {
  if (healed_ || !told || depth_ > 2 || !dice_.chance(life_.reentrancy)) return;
  ++depth_;
  wish();
  --depth_;
}

bool World::isHealthy(AttemptId attempt) const {
  const Options& options = stage_.client().options();
  const Duration patience = std::min(options.pongTimeout, options.probeTimeout);
  const bool isPrompt = std::chrono::milliseconds(2 * life_.delayHigh + 5) < patience;
  return isPrompt && life_.pongLate <= 0 && !healed_ && network_.isPristine(attempt);
}

// ------------------------------------------------------------------------------------------------ the user

void World::wish() {
  const auto wish = static_cast<Wish>(dice_.index(life_.wishes));
  switch (wish) {
    case Wish::Connect:
      return (void)happen({.what = What::Connect});
    case Wish::Disconnect:
      return (void)happen({.what = What::Disconnect});
    case Wish::Reconnect:
      return (void)happen({.what = What::Reconnect});
    case Wish::ClearQueue:
      return (void)happen({.what = What::ClearQueue});
    case Wish::SetOption: {
      const OptionDraw draw = drawOption(dice_);
      // What a ping of before was to be answered within is another time now.
      network_.blemish();
      return (void)happen({.what = What::SetOption, .text = std::string(draw.name), .value = draw.value});
    }
    case Wish::CheckNetwork:
      return (void)happen({.what = What::CheckNetwork});
    case Wish::SlowDown:
      return (void)happen({.what = What::SlowDown});
    case Wish::ResetRecovery:
      return (void)happen({.what = dice_.chance(0.5) ? What::ResetRecovery : What::ContactSupport});
    case Wish::Verdict:
      if (dice_.chance(0.3)) (void)happen({.what = What::SendWhenAsked, .number = dice_.between(0, 50)});
      return (void)happen({.what = What::Verdict, .number = dice_.between(-1, 1)});
    case Wish::Destroy:
      return (void)happen({.what = What::Destroy});
    default:
      return sendSome(wish);
  }
}

void World::sendSome(Wish wish) {
  const Options& options = stage_.client().options();
  Happening send{.what = What::Send, .number = dice_.magnitude(1, 200)};
  if (dice_.chance(0.05)) send.number = 0;
  if (dice_.chance(0.1)) send.number = static_cast<std::int64_t>(options.maxMessageSize % 1'000'000);
  if (wish == Wish::SendVolatile) send.flag = true;
  if (wish == Wish::SendWithTtl) send.ttl = dice_.chance(0.1) ? 0 : dice_.magnitude(1, 60'000);
  if (wish == Wish::SendTooLarge)
    send.number = static_cast<std::int64_t>(options.maxMessageSize % 1'000'000'000) + 1;
  for (std::int64_t left = wish == Wish::SendMany ? dice_.between(2, 40) : 1; left > 0; --left) {
    (void)happen(send);
  }
}

// ------------------------------------------------------------------------------------------------ the page

void World::pageEvent() {
  const std::int64_t now = stage_.time();
  const std::int64_t length = dice_.magnitude(100, std::max<std::int64_t>(60'000, life_.longestOutage));
  const auto event = static_cast<PageEvent>(dice_.index(life_.pageEvents));
  switch (event) {
    case PageEvent::Online:
      return (void)happen({.what = What::Online});
    case PageEvent::Offline:
      return (void)happen({.what = What::Offline});
    case PageEvent::Visible:
      return (void)happen({.what = What::Visible});
    case PageEvent::Hidden:
      return (void)happen({.what = What::Hidden});
    case PageEvent::Throttle: {
      static constexpr std::array<std::int64_t, 4> kGrids = {100, 1000, 10'000, 60'000};
      (void)happen({.what = What::Throttle, .number = kGrids[dice_.bits() % kGrids.size()]});
      return agenda_.add({.at = now + 10 * length, .plan = Plan::PageCalms});
    }
    case PageEvent::Freeze:
      suspended_ = true;
      (void)happen({.what = What::Suspend});
      return agenda_.add({.at = now + length, .plan = Plan::PageCalms});
    case PageEvent::Sleep: {
      const bool stands = dice_.chance(0.3);
      (void)happen({.what = stands ? What::WallSleep : What::Sleep, .number = length});
      // On waking, what has come in meanwhile is told before the timers fire, or after.
      if (stands) return agenda_.bringForward(now, length);
      return agenda_.putOff(stage_.time() + dice_.between(0, 2));
    }
    case PageEvent::SetClock:
      return (void)happen({.what = What::SetClock, .number = dice_.chance(0.7) ? -length : length});
    case PageEvent::Noise:
      return noise();
  }
}

void World::noise() {
  const auto age = static_cast<std::uint32_t>(dice_.between(0, 3));
  (void)happen({.what = What::Noise, .age = age, .number = dice_.between(0, 7)});
}

void World::calm() {
  (void)happen({.what = What::Throttle, .number = 0});
  if (suspended_) (void)happen({.what = What::Resume});
  suspended_ = false;
}

// ------------------------------------------------------------------------------------------------ healing

void World::recover() {
  if (!stage_.findings().empty() || stage_.client().phase() == Phase::Destroyed) return;
  healed_ = true;
  network_.heal(stage_.time(), stage_);
  calm();
  (void)happen({.what = What::Verdict, .number = -1});
  if (!life_.liesOffline) (void)happen({.what = What::Online});
  // What a socket has refused waits for the next ping, or the next message.
  if (!stage_.client().options().enableHeartbeat) (void)happen({.what = What::Send, .number = 0});
  const std::int64_t begun = stage_.time();
  const std::int64_t allowed = patience();
  const std::uint64_t most = stage_.counts().steps + 4'000;
  while (stage_.findings().empty() && !hasRecovered()) {
    if (stage_.counts().steps > most) return;  // absurd options: more pings than there is time for
    const Phase phase = stage_.client().phase();
    const bool isOver = phase == Phase::Idle || phase == Phase::Disconnected || phase == Phase::Exhausted ||
                        phase == Phase::Rejected;
    if (isOver) (void)happen({.what = What::Connect});
    if (!step(begun + allowed)) break;
  }
  stage_.findings().setTime(stage_.time());
  stage_.findings().check(hasRecovered(), "R6", "a healed world is not connected to in time");
  checkRecovered();
  recovered_ = stage_.findings().empty();
}

bool World::hasRecovered() {
  const Connection& client = stage_.client();
  return client.phase() == Phase::Connected && client.queuedMessages() == 0 &&
         stage_.checkers().ledger().mayFlush() && network_.isAlive(client.currentAttempt());
}

// A wait under way, an attempt under way, a dead peer to be noticed, a last socket's grace, one more attempt.
std::int64_t World::patience() const {
  const Options& options = stage_.client().options();
  Duration time = 2 * options.connectionTimeout + options.closeGrace + std::chrono::seconds(40);
  time +=
      2 * std::max({options.maxReconnectDelay, options.maxRetryAfter, Duration(std::chrono::seconds(30))});
  if (options.enableHeartbeat) time += options.pingInterval + options.pongTimeout + options.probeTimeout;
  if (const std::optional<Instant> next = stage_.client().nextDeadline()) {
    time += std::max(Duration::zero(), *next - stage_.now().instant);
  }
  // A wait that was drawn by options that have changed since.
  if (const std::optional<EpochMs> attempt = stage_.client().nextAttemptAt(stage_.now())) {
    time += std::chrono::milliseconds(std::max<EpochMs>(0, *attempt - stage_.now().wall));
  }
  return std::chrono::ceil<std::chrono::milliseconds>(time).count();
}

void World::checkRecovered() {
  if (!stage_.findings().empty()) return;
  const Options& options = stage_.client().options();
  network_.drain(stage_.time(), stage_);
  const std::uint64_t left = stage_.counts().left;
  if (options.maxMessageSize == 0) return;
  (void)happen({.what = What::Send, .number = 1});
  network_.drain(stage_.time(), stage_);
  stage_.findings().check(stage_.counts().left == left + 1, "R6",
                          "a message to a healed world does not leave at once");
  stage_.findings().check(stage_.kept() <= stage_.checkers().ledger().open(), "R4",
                          "the host keeps messages that will never be asked for");
}

}  // namespace rws::sim
