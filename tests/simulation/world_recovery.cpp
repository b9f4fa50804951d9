// The end of a run: nothing fails any more, and the client has to recover.
#include <algorithm>
#include <cmath>

#include "world.h"

namespace rws::sim {

// Whether the server of the socket answers well within every time limit of the client.
bool World::isHealthy(AttemptId attempt, std::optional<Duration> awake) const {
  constexpr std::chrono::milliseconds kNetworkTimeout{1000};
  constexpr double kFreeBytes = 5'000;  // bytes for which the client gives no time, and some more
  const Options& options = stage_.client().options();
  const Duration timeout = std::min<Duration>({options.pongTimeout, options.probeTimeout, kNetworkTimeout});
  const auto transfer = static_cast<std::int64_t>(std::ceil(kFreeBytes / configuration_.rate));
  // A coarse clock takes a ping for older than it is.
  const std::chrono::milliseconds answer(2 * configuration_.delayHigh + 5 + 4 * transfer + stage_.coarsest());
  const Socket* const socket = stage_.socket(attempt);
  const bool hasRefused = socket != nullptr && socket->hasRefused;
  const bool isPrompt = answer < timeout && (!awake || *awake >= answer);
  return isPrompt && configuration_.pongLate <= 0 && !configuration_.isMute && !isHealed_ && !hasRefused &&
         network_.isPristine(attempt);
}

// Where bufferedAmount shows more or less than what has left, any moment may be the last.
std::int64_t World::movedAt(AttemptId attempt) const {
  return stage_.engine() == Engine::Exact ? network_.movedAt(attempt) : stage_.time();
}

void World::recover() {
  if (!stage_.findings().empty() || stage_.client().phase() == Phase::Destroyed) return;
  isHealed_ = true;
  (void)stage_.apply({.kind = InputKind::NoCallbacks});
  network_.heal(stage_.time(), stage_);
  endThrottle();
  (void)stage_.apply({.kind = InputKind::Decide, .number = -1});
  if (!configuration_.staysOffline) (void)stage_.apply({.kind = InputKind::Online});
  if (configuration_.session.isOn) allowRoundTrips();
  // What a socket has refused waits for the next ping, or the next message.
  if (!stage_.client().options().sendsPings()) (void)stage_.apply({.kind = InputKind::Send, .number = 0});
  std::int64_t until = stage_.time() + patience();
  bool isExtended = false;
  const std::uint64_t most = stage_.counts().steps + 4'000;
  bool isUnwatched = stage_.checkers().ledger().isUnanswering();
  while (stage_.findings().empty() && !isConnectedAndIdle()) {
    if (stage_.counts().steps > most) return;  // extreme options: more pings than there is time for
    const Phase phase = stage_.client().phase();
    const bool isOver = phase == Phase::Idle || phase == Phase::Disconnected || phase == Phase::Exhausted ||
                        phase == Phase::Rejected || phase == Phase::Destroyed;
    if (isOver) (void)stage_.apply({.kind = InputKind::Connect});
    // A hint that was accepted under a larger maxRetryAfter may exceed patience().
    if (!isExtended && waitForRetry() > until - stage_.time()) {
      until = stage_.time() + patience();
      isExtended = true;
    }
    if (phase == Phase::Destroyed || !step(until)) break;
    // Where no answer is demanded any more, only the system notices a dead link.
    const bool isNew = !isUnwatched && stage_.checkers().ledger().isUnanswering();
    if (isNew) network_.heal(stage_.time(), stage_);
    isUnwatched = isUnwatched || isNew;
  }
  if (stage_.client().phase() == Phase::Destroyed) return;
  stage_.findings().setTime(stage_.time());
  stage_.findings().check(isConnectedAndIdle(), "R6", "the client is not connected in time after all faults");
  checkRecovered();
  hasRecovered_ = stage_.findings().empty();
}

// The greeting and a handshake take some milliseconds. A pong takes two: with a shorter time-out the
// connection would end before the server can acknowledge anything.
void World::allowRoundTrips() {
  struct Least {
    const char* option;
    double milliseconds;
  };
  for (const Least& least :
       {Least{"connectionTimeout", 50}, Least{"pongTimeout", 5}, Least{"probeTimeout", 5}}) {
    const OptionValue value = getOption(stage_.client().options(), least.option);
    if (std::get<double>(value) >= least.milliseconds) continue;
    (void)stage_.apply({.kind = InputKind::SetOption, .text = least.option, .value = least.milliseconds});
  }
}

bool World::isConnectedAndIdle() {
  const Client& client = stage_.client();
  return client.phase() == Phase::Connected && client.queuedMessages() == 0 &&
         client.session().unacknowledged() == 0 && stage_.checkers().ledger().mayFlush() &&
         network_.isAlive(client.currentAttempt());
}

// A delay, an attempt, a dead peer to be noticed, a closing attempt, and one more attempt.
std::int64_t World::patience() const {
  const Options& options = stage_.client().options();
  Duration time = 2 * options.connectionTimeout + options.closeGrace + std::chrono::seconds(100);
  time +=
      2 * std::max({options.maxReconnectDelay, options.maxRetryAfter, Duration(std::chrono::seconds(30))});
  if (options.sendsPings()) time += 2 * (options.pingInterval + options.pongTimeout + options.probeTimeout);
  if (options.isPeerWatched()) time += 2 * options.heartbeat.silence;
  if (const std::optional<Instant> next = stage_.client().nextDeadline()) {
    time += std::max(Duration::zero(), *next - stage_.reading().instant);
  }
  // Handlers of the server, and its acknowledgements.
  if (configuration_.session.isOn) {
    time += std::chrono::milliseconds(configuration_.session.longestHandler + 1000);
  }
  // A delay that was drawn with options that have changed since.
  time += std::chrono::milliseconds(waitForRetry());
  // A draining buffer keeps a connection open, so its time is added.
  return std::chrono::ceil<std::chrono::milliseconds>(time).count() + network_.longestDrain();
}

// Milliseconds until the scheduled retry.
std::int64_t World::waitForRetry() const {
  const std::optional<EpochMs> attempt = stage_.client().nextAttemptAt(stage_.reading());
  return attempt ? std::max<EpochMs>(0, *attempt - stage_.reading().wall) : 0;
}

void World::checkRecovered() {
  if (!stage_.findings().empty()) return;
  network_.drain(stage_.time(), stage_);
  const std::uint64_t left = stage_.counts().left;
  if (stage_.client().options().maxMessageSize == 0) return;
  (void)stage_.apply({.kind = InputKind::Send, .number = 1});
  network_.drain(stage_.time(), stage_);
  stage_.findings().check(stage_.counts().left == left + 1, "R6",
                          "a message is not sent at once after all faults");
  stage_.findings().check(stage_.keptMessages() <= stage_.checkers().ledger().open(), "R4",
                          "the host keeps messages that are accounted for");
}

void World::end() {
  if (!stage_.findings().empty() || stage_.client().phase() == Phase::Destroyed) return;
  isHealed_ = true;
  (void)stage_.apply({.kind = InputKind::NoCallbacks});
  // The close event comes, or it does not. In a session the server acknowledges what was sent before `bye`.
  const Duration grace = stage_.client().options().closeGrace;
  (void)stage_.apply({.kind = dice_.chance(0.5) ? InputKind::Disconnect : InputKind::Destroy});
  const std::int64_t until =
      stage_.time() +
      std::chrono::ceil<std::chrono::milliseconds>(grace + std::chrono::milliseconds(2)).count();
  while (stage_.findings().empty() && step(until)) {
  }
  if (!stage_.findings().empty()) return;
  stage_.findings().setTime(stage_.time());
  stage_.findings().check(stage_.checkers().ledger().open() == 0, "Q9", "a message is lost without a report");
  stage_.findings().check(stage_.keptMessages() == 0, "R4", "the host keeps messages of a client at its end");
}

}  // namespace rws::sim
