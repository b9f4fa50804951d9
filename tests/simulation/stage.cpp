// Turns and steps: what the client is given, what it must ask for, and that the driver does exactly that.
#include "stage.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "stage_turn.h"

namespace rws::sim {
namespace {

HostTraits traitsFor(Engine engine) { return {.countsWholeMessages = engine == Engine::WholeMessages}; }

std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  return (digest ^ value) * 0x9E3779B97F4A7C15ULL + (digest >> 29U);
}

std::uint64_t toNumber(std::optional<Instant> instant) {
  return instant ? static_cast<std::uint64_t>(instant->time_since_epoch().count()) : 1;
}

}  // namespace

Stage::Stage(const Setup& setup)
    : engine_(setup.engine),
      failingPing_(setup.failingPing),
      reference_(setup.seed, referenceTraits()),
      driver_(*this, setup.seed, traitsFor(setup.engine)) {
  for (const std::string_view name : optionNames()) {
    const OptionValue value = getOption(setup.options, name);
    if (value != getOption(before_, name)) assign(name, value);
  }
  if (setup.options.heartbeat != before_.heartbeat) setHeartbeat(setup.options.heartbeat);
  if (setup.options.session != before_.session) setSession(setup.options.session);
  if (setup.options.resendsUnconfirmed) setResend(true);
}

// What a driver takes from its platform, for a client without a driver.
HostTraits Stage::referenceTraits() {
  HostTraits traits = traitsFor(engine_);
  traits.context = this;
  traits.sizeOf = [](void* context, MessageId message) {
    return static_cast<Stage*>(context)->sizeOf(message);
  };
  traits.makePing = [](void* context) {
    auto* const stage = static_cast<Stage*>(context);
    if (stage->isRehearsing_) return std::uint64_t{8};
    const std::uint64_t bytes = stage->pingBytes(++stage->referencePings_);
    const Client& client = stage->reference_.client();
    if (bytes == 0) stage->records_.emplace_back(PingNotMade{client.stats({}).totalMessages});
    return bytes;
  };
  return traits;
}

// --- time

std::optional<std::int64_t> Stage::timerAt() const {
  if (!timerAt_) return std::nullopt;
  const std::int64_t at = std::max(time(), *timerAt_);
  return grid_ == 0 ? at : (at + grid_ - 1) / grid_ * grid_;
}

void Stage::fireTimer() {
  clock_.moveTo(*timerAt());
  findings().setTime(time());
  timerAt_.reset();
  if (timerDue_) clock_.timerFired(*std::exchange(timerDue_, std::nullopt));
  give(event::TimerFired{}, [](Driver& driver) { driver.timerFired(); });
}

void Stage::playTo(std::int64_t time) {
  constexpr int kEndless = 100'000;
  for (int fired = 0; findings().empty(); ++fired) {
    const std::optional<std::int64_t> at = timerAt();
    if (!at || *at > time) break;
    findings().check(fired < kEndless, "H1", "the timer never rests");
    fireTimer();
  }
  if (findings().empty()) clock_.moveTo(std::max(time, this->time()));
}

// --- turns

// Results of the current attempt are held while the page may be about to go; behind them, what assumes that
// the attempt goes on.
bool Stage::mustHold(const Event& event) {
  if (!isLeaving()) return false;
  if (std::holds_alternative<event::TimerFired>(event) ||
      std::holds_alternative<event::PageSuspended>(event) ||
      std::holds_alternative<event::HandshakeDone>(event)) {
    return reference_.isHolding();
  }
  const AttemptId current = reference_.client().currentAttempt();
  const auto isOfCurrent = [current](const auto* result) {
    return result != nullptr && result->attempt == current;
  };
  return current != AttemptId::None && (isOfCurrent(std::get_if<event::AddressResolved>(&event)) ||
                                        isOfCurrent(std::get_if<event::AttemptFailed>(&event)) ||
                                        isOfCurrent(std::get_if<event::HandshakeFailed>(&event)) ||
                                        isOfCurrent(std::get_if<event::SocketErrored>(&event)) ||
                                        isOfCurrent(std::get_if<event::SocketClosed>(&event)));
}

bool Stage::apply(const Input& input) {
  findings().setTime(time());
  const std::size_t recorded = script_ == nullptr ? 0 : script_->size();
  if (script_ != nullptr) {
    script_->push_back(input);
    script_->back().at = time();
  }
  if (input.within != Callback::None) {
    withinCallbacks_.push_back(input);
    return true;
  }
  const auto newest = static_cast<std::uint32_t>(newest_);
  const AttemptId attempt = input.age < newest ? AttemptId{newest - input.age} : AttemptId::None;
  if (carryOut(input, attempt)) return true;
  if (script_ != nullptr) script_->erase(script_->begin() + static_cast<std::ptrdiff_t>(recorded));
  return false;
}

void Stage::finishTurn() {
  if (nextEffect() != nullptr) findings().check(false, "C12", "an effect is not performed in its turn");
  isInTurn_ = false;
  checkSameState();
  checkTimer();
}

void Stage::checkSameState() {
  const auto state = [](const Client& client) {
    return std::tuple(client.phase(), client.currentAttempt(), client.closingAttempt(), client.nextDeadline(),
                      client.queuedMessages(), client.queuedBytes(), client.countedRetries(),
                      client.consecutiveErrors(), client.isOnline(), client.session().state(),
                      client.session().unacknowledged(), client.session().received());
  };
  findings().check(state(driver_.client()) == state(reference_.client()), "C12",
                   "the driver gives events in another order, or at another time");
  findings().check(driver_.client().options() == reference_.client().options(), "C12",
                   "the driver assigns other options");
  findings().check(driver_.now().instant == clock_.read().instant, "H6",
                   "the client is given another time than the host's");
}

// Whatever the client waits for, the timer must be set for it; and only then.
void Stage::checkTimer() {
  constexpr Duration kLongest = std::chrono::milliseconds(std::numeric_limits<std::int32_t>::max());
  std::optional<Instant> deadline = driver_.client().nextDeadline();
  const bool isHolding = reference_.isHolding() && driver_.client().phase() != Phase::Destroyed;
  if (isHolding) deadline = *staysAt_;
  const Instant now = clock_.read().instant;
  if (std::exchange(isTimerNew_, false) && deadline) timerDue_ = std::min(*deadline, now + kLongest);
  if (!deadline) {
    findings().check(!timerAt_, "H1", "a timer is left over");
    return;
  }
  findings().check(timerAt_.has_value(), "H1", "no timer is set for the next deadline");
  findings().check(!timerDue_ || *timerDue_ <= std::max(*deadline, now), "H1",
                   "the timer is later than the next deadline");
}

// --- steps

HostFacts Stage::facts() {
  HostFacts facts{clock_.read()};
  const AttemptId current = reference_.client().currentAttempt();
  const AttemptId closing = reference_.client().closingAttempt();
  if (current != AttemptId::None) facts.bufferedAmount = bufferedAmount(current);
  if (closing != AttemptId::None) facts.closingBufferedAmount = bufferedAmount(closing);
  return facts;
}

void Stage::beginStep(Event event) {
  const Client& client = reference_.client();
  checkers_.stepBegins();
  event_ = std::move(event);
  records_.clear();
  step_ = {.event = &event_,
           .facts = facts(),
           .records = &records_,
           .client = &client,
           .before = client.phase(),
           .attemptBefore = client.currentAttempt(),
           .closingBefore = client.closingAttempt(),
           .options = &before_,
           .engine = engine_,
           .timers = timers_};
  if (const std::optional<Instant> due = client.nextDeadline()) step_.lateBy = step_.now() - *due;
  const bool hasAttempt = step_.attemptBefore != AttemptId::None;
  step_.movedAt = step_.now();
  if (hasAttempt && surroundings_ != nullptr) {
    const Socket* const socket = find(step_.attemptBefore);
    const std::int64_t tookAllAt = socket == nullptr ? 0 : socket->tookAllAt;
    const std::int64_t movedAt = std::max(surroundings_->movedAt(step_.attemptBefore), tookAllAt);
    step_.movedAt -= std::chrono::milliseconds(time() - movedAt);
  }
  // A timer that is late shows that the host slept.
  constexpr Duration kPunctual = std::chrono::milliseconds(50);
  std::optional<Duration> awake;
  if (sleeps_ > 0 && step_.lateBy <= kPunctual) awake = std::chrono::milliseconds(time() - wokeAt_);
  step_.isPeerHealthy = hasAttempt && sleeps_ <= 1 && isHealthy(step_.attemptBefore, awake);
  const auto* const send = std::get_if<event::Send>(&event_);
  if (send != nullptr) step_.exactBytes = sizeOf(send->message.id);
  if (trace_ != nullptr) trace_->record(time(), event_);
  hasStep_ = true;
}

void Stage::endStep() {
  hasStep_ = false;
  ++counts_.steps;
  checkers_.check(step_);
  leaveAtOnce();
  if (step_.isOneOf<event::SetOption, event::SetHeartbeat, event::SetSession, event::SetResend,
                    event::SlowDown>()) {
    before_ = reference_.client().options();
  }
  for (const Record& record : records_) {
    const Effect* const effect = std::get_if<Effect>(&record);
    counts_.digest = mixed(counts_.digest, effect == nullptr ? 99 : effect->index());
  }
  counts_.digest = mixed(counts_.digest, static_cast<std::uint64_t>(time()));
  counts_.digest = mixed(counts_.digest, toNumber(reference_.client().nextDeadline()));
}

const Effect* Stage::nextEffect() {
  while (true) {
    if (std::optional<Effect> effect = reference_.pollEffect()) {
      if (trace_ != nullptr) trace_->record(time(), *effect);
      records_.emplace_back(*std::move(effect));
      return &std::get<Effect>(records_.back());
    }
    if (hasStep_) endStep();
    std::optional<Event> event = reference_.take();
    if (!event) return nullptr;
    beginStep(*std::move(event));
    reference_.handle(step_.facts, event_);
  }
}

void Stage::answer(Event event) {
  if (trace_ != nullptr) trace_->record(time(), event);
  const Client& client = reference_.client();
  Answer answer{std::move(event), facts(), client.currentAttempt(), client.closingAttempt()};
  reference_.handle(answer.facts, answer.event);
  records_.emplace_back(std::move(answer));
}

// Without a world a peer counts as healthy while it had no time to answer: the host slept, and is just awake.
bool Stage::isHealthy(AttemptId attempt, std::optional<Duration> awake) const {
  if (surroundings_ != nullptr) return surroundings_->isHealthy(attempt, awake);
  constexpr std::chrono::milliseconds kAwake{3};
  const bool isJustAwake = sleeps_ > 0 && reading().instant - timers_.punctualSince <= kAwake;
  if (!isJustAwake || !pingedAt_) return false;
  const Duration timeout = std::min(before_.pongTimeout, before_.probeTimeout);
  return *pingedAt_ <= sleptAt_ && std::chrono::milliseconds(sleptAt_ - *pingedAt_) < timeout;
}

}  // namespace rws::sim
