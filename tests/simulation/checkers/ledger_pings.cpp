// The pings of a socket and their answers, as the client may remember them.
#include <algorithm>
#include <string>

#include "ledger.h"

namespace rws::sim {
namespace {

constexpr std::uint64_t kFreeBytes = 4'096;
// For a peer that never answered, fewer pings are remembered, except those behind data.
constexpr std::ptrdiff_t kRememberedIdle = 8;

}  // namespace

// The client's memory of pings begins anew with its heartbeat.
void Ledger::restart(const Step& step) {
  Wire* const wire = find(step.attemptBefore);
  if (wire == nullptr) return;
  wire->hasRestartedHeartbeat = true;
  wire->pings.clear();
  wire->answeredAt = wire->pingedAt = wire->atMost;
  wire->pingedUpTo = wire->newest;
  wire->outlivedAt = 0;
  wire->newestPingAt = wire->earliestRateFrom = wire->latestRateFrom = step.now();
  wire->heardAt.reset();
  wire->pongAt.reset();
}

Instant Ledger::heardAt(const Step& step) const {
  if (!step.isShort) return step.now();
  const auto advance = std::chrono::milliseconds(std::max<EpochMs>(0, step.facts.now.wall - lastRead_.wall));
  return lastRead_.instant + std::min<Duration>(advance, std::chrono::seconds(5));
}

// An answer to a ping proves everything that was sent before it.
void Ledger::hear(const Step& step) {
  const ControlFrame control = step.heardControl();
  Wire* const wire = find(step.heardOn());
  if (wire == nullptr) return;
  wire->heardAt = std::max(step.now(), heardAt(step));
  const Wire::Ping* const known = wire->answeredBy(control);
  const bool isCustom = control.kind == ControlKind::CustomPong;
  if (isCustom && wire->customPongs < wire->customPings) ++wire->customPongs;
  wire->limitSkipped();
  if (known == nullptr) return;
  const auto answered = std::find_if(wire->pings.begin(), wire->pings.end(),
                                     [known](const Wire::Ping& ping) { return &ping == known; });
  if (answered->mayBeForgotten && step.find<notification::LatencyMeasured>() == nullptr) return;
  roundTrip_ = step.now() - answered->at;
  wire->answeredUpTo = std::max(wire->answeredUpTo, answered->behind);
  wire->answeredAt = std::max(wire->answeredAt, answered->before);
  wire->pings.erase(wire->pings.begin(), answered + 1);
  wire->pongAt = wire->earliestRateFrom = wire->latestRateFrom = step.now();
  wire->hasRestartedHeartbeat = false;
  hasAnswered_ = true;
  isUnanswering_ = false;
}

void Ledger::pinged(const Step& step, const PingSent& effect) {
  Wire* const wire = find(effect.attempt);
  if (wire == nullptr) return;
  const bool isIdle = wire->atMost <= wire->pingedAt + kFreeBytes;
  const auto isIdlePing = [](const Wire::Ping& ping) { return ping.isIdle; };
  auto& pings = wire->pings;
  if (pings.size() >= Wire::kRemembered) {
    pings.pop_front();
  } else if (isIdle && !hasAnswered_) {
    const std::ptrdiff_t idle = std::count_if(pings.begin(), pings.end(), isIdlePing);
    const auto oldest = std::find_if(pings.begin(), pings.end(), isIdlePing);
    if (idle >= kRememberedIdle) {
      pings.erase(oldest);
    } else if (oldest != pings.end() && idle + wire->pingsRefused >= kRememberedIdle) {
      // The client may have sent this ping before the refusal was reported to it.
      oldest->mayBeForgotten = true;
    }
  }
  // If all data before the last ping is answered, the data before this one was sent after the last one. The
  // client need not know exactly when.
  const bool isSurelyFirst = wire->pingedAt <= wire->answeredAt;
  const bool mayBeFirst = wire->pingedAt <= wire->settledAt();
  const Instant latest = mayBeFirst ? std::max({wire->newestPingAt, wire->latestRateFrom, wire->newestSentAt})
                                    : wire->latestRateFrom;
  const Instant earliest =
      isSurelyFirst ? wire->newestPingAt : std::min(wire->newestPingAt, wire->earliestRateFrom);
  const std::uint32_t number = effect.isCustom ? ++wire->customPings : 0;
  wire->pings.push_back({effect.timestamp, step.now(), wire->newest, wire->atMost, latest, earliest,
                         wire->settledAt(), number, isIdle});
  if (isSurelyFirst) wire->earliestRateFrom = step.now();
  if (mayBeFirst) wire->latestRateFrom = step.now();
  wire->newestPingAt = step.now();
  wire->pingedAt = wire->atMost;
  wire->pingedUpTo = wire->newest;
  pingStretches_.push_back(wire->largestStretch(wire->settledAt()));
}

// A ping that could not be made is not tried again before the next message. The client may have asked for it
// behind a message that the socket is given after that.
void Ledger::pingMissing(const Step& step, std::uint64_t sentBefore) {
  isPingMissing_ = sentBefore > sentCount_;
  Wire* const wire = find(step.attemptBefore);
  if (isPingMissing_ || wire == nullptr) return;
  wire->pingedAt = wire->atMost;
  wire->pingedUpTo = wire->newest;
}

void Ledger::refused(const Step& step, const event::ControlRefused& event) {
  Wire* const wire = find(event.attempt);
  if (event.skips > 0) isRefused_ = true;
  if (wire == nullptr) return;
  wire->removeFrame(event.bytes);
  wire->atMost -= event.bytes;
  wire->atLeast -= event.bytes;
  // A ping that was never sent shows nothing by having no answer.
  const bool isPing = !wire->pings.empty() && wire->pings.back().before == wire->atMost;
  if (!isPing || wire->newestPingAt != step.now()) return;
  if (wire->pings.back().number > 0) --wire->customPings;
  wire->limitSkipped();
  wire->pings.pop_back();
  ++wire->pingsRefused;
}

}  // namespace rws::sim
