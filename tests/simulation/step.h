// One event of the client with everything that followed from it, as an observer outside sees it.
#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include "client.h"
#include "setup.h"

namespace rws::sim {

// The platform's answer to an effect, which the client gets at once.
struct Answer {
  Event event;
  HostFacts facts;
  AttemptId current = AttemptId::None;  // the attempts whose buffers the facts show
  AttemptId closing = AttemptId::None;
};

// The host could make no custom ping.
struct PingNotMade {
  std::uint64_t sent = 0;  // messages that the client had sent before it asked for the ping
};

// What happened, in order. Effects and the answers to them.
using Record = std::variant<Effect, Answer, PingNotMade>;

// How punctual the host's timers are.
struct Timers {
  Instant punctualSince{};  // nothing held them up since then
  Duration lateness{};      // how late they may be now
};

// A member of the list of notifications.
template <class Kind, class List>
struct IsMember;
template <class Kind, class... Kinds>
struct IsMember<Kind, std::variant<Kinds...>> : std::disjunction<std::is_same<Kind, Kinds>...> {};

// The effect or notification of that kind, or nullptr.
template <class Kind>
[[nodiscard]] const Kind* as(const Record& record) {
  const Effect* const effect = std::get_if<Effect>(&record);
  if (effect == nullptr) return nullptr;
  if constexpr (IsMember<Kind, Notification>::value) {
    const Notification* const notification = std::get_if<Notification>(effect);
    return notification == nullptr ? nullptr : std::get_if<Kind>(notification);
  } else {
    return std::get_if<Kind>(effect);
  }
}

// A ping of any form: of the heartbeat, or of a session.
struct PingSent {
  AttemptId attempt = AttemptId::None;
  EpochMs timestamp = 0;
  std::uint64_t bytes = 0;
  bool isCustom = false;
};
[[nodiscard]] inline std::optional<PingSent> asPing(const Record& record) {
  if (const auto* const ping = as<effect::SendPing>(record)) {
    const bool isCustom = ping->customBytes > 0;
    const std::uint64_t bytes = isCustom ? ping->customBytes : writePing(ping->timestamp).size;
    return PingSent{ping->attempt, ping->timestamp, bytes, isCustom};
  }
  const auto* const frame = as<effect::SendSessionFrame>(record);
  if (frame == nullptr || frame->frame.kind != SessionFrameKind::Ping) return std::nullopt;
  return PingSent{frame->attempt, frame->frame.pingId, SessionText(frame->frame).view().size()};
}

// The answer of that kind, or nullptr.
template <class Kind>
[[nodiscard]] const Kind* answerAs(const Record& record) {
  const Answer* const answer = std::get_if<Answer>(&record);
  return answer == nullptr ? nullptr : std::get_if<Kind>(&answer->event);
}

struct Step {
  const Event* event = nullptr;
  bool isShort = false;  // it took a fast path: trySendNow(), or tryReceive(), which reads no time
  HostFacts facts;       // what the client was given with the event
  const std::vector<Record>* records = nullptr;
  const Client* client = nullptr;  // as it is after all of it

  // --- before the event
  Phase before = Phase::Idle;
  AttemptId attemptBefore = AttemptId::None;
  AttemptId closingBefore = AttemptId::None;
  const Options* options = nullptr;
  Duration lateBy{};  // how much later than its next deadline the client was called

  // --- true in the world
  Engine engine = Engine::Exact;
  std::uint64_t exactBytes = 0;  // of the message that is sent
  Timers timers;
  Instant movedAt{};           // when data last left the current socket's buffer
  bool isPeerHealthy = false;  // the server of the current socket lives, and answers in good time

  [[nodiscard]] Instant now() const { return facts.now.instant; }
  [[nodiscard]] Phase after() const { return client->phase(); }
  template <class... Kinds>
  [[nodiscard]] bool isOneOf() const {
    return (std::holds_alternative<Kinds>(*event) || ...);
  }
  template <class Kind>
  [[nodiscard]] const Kind* eventAs() const {
    return std::get_if<Kind>(event);
  }
  // The first effect or notification of that kind, or nullptr.
  template <class Kind>
  [[nodiscard]] const Kind* find() const {
    for (const Record& record : *records) {
      if (const Kind* const found = as<Kind>(record)) return found;
    }
    return nullptr;
  }
  template <class Kind>
  [[nodiscard]] const Kind* findAnswer() const {
    for (const Record& record : *records) {
      if (const Kind* const found = answerAs<Kind>(record)) return found;
    }
    return nullptr;
  }
  [[nodiscard]] bool isPingMissing() const {
    return std::any_of(records->begin(), records->end(),
                       [](const Record& record) { return std::holds_alternative<PingNotMade>(record); });
  }
  // Whether a heartbeat of another form was assigned.
  [[nodiscard]] bool isHeartbeatNew() const {
    return options->heartbeat.mode != client->options().heartbeat.mode;
  }
  // Whether what was known of the peer does not count any more.
  [[nodiscard]] bool isPeerForgotten() const {
    const auto* const set = eventAs<event::SetHeartbeat>();
    return set != nullptr && (isHeartbeatNew() || set->heartbeat.mode == HeartbeatMode::Custom);
  }
  // Whether the watch over an open connection begins anew.
  [[nodiscard]] bool isWatchNew() const {
    return client->options().isPeerWatched() && (!options->isPeerWatched() || isHeartbeatNew());
  }
  // Whether the event is one of the current attempt.
  [[nodiscard]] bool isOfCurrent(AttemptId attempt) const {
    return attempt == attemptBefore && attempt != AttemptId::None;
  }
  // The attempt whose frame arrived.
  [[nodiscard]] AttemptId heardOn() const {
    if (const auto* const frame = eventAs<event::FrameReceived>()) return frame->attempt;
    const auto* const frame = eventAs<event::SessionFrameReceived>();
    return frame == nullptr ? AttemptId::None : frame->attempt;
  }
  // The first frame of a server that knows no sessions opens the connection.
  [[nodiscard]] bool isHeard() const {
    const bool isFirst = isOneOf<event::FrameReceived>() && after() == Phase::Connected;
    return isOfCurrent(heardOn()) && (before == Phase::Connected || isFirst);
  }
  // What the frame says of pings.
  [[nodiscard]] ControlFrame heardControl() const {
    if (const auto* const frame = eventAs<event::FrameReceived>()) return frame->control;
    const auto* const frame = eventAs<event::SessionFrameReceived>();
    const bool isPong =
        frame != nullptr && frame->frame.isValid && frame->frame.kind == SessionFrameKind::Pong;
    return isPong ? ControlFrame{ControlKind::Pong, frame->frame.id, {}} : ControlFrame{};
  }
  [[nodiscard]] bool isPinging() const {
    return std::any_of(records->begin(), records->end(),
                       [](const Record& record) { return asPing(record).has_value(); });
  }

  // How the current attempt ended by itself or by a time limit, as the user was notified; nullptr if it did
  // not.
  [[nodiscard]] const notification::Closed* loss() const {
    const auto* const closed = eventAs<event::SocketClosed>();
    const auto* const failed = eventAs<event::AttemptFailed>();
    const auto* const handshake = eventAs<event::HandshakeFailed>();
    const bool isLoss = (closed != nullptr && isOfCurrent(closed->attempt)) ||
                        (failed != nullptr && isOfCurrent(failed->attempt)) ||
                        (handshake != nullptr && isOfCurrent(handshake->attempt)) ||
                        findAnswer<event::AttemptFailed>() != nullptr ||
                        (isOfCurrent(heardOn()) && find<effect::CloseSocket>() != nullptr);
    const bool isTimer = isOneOf<event::TimerFired>();
    for (const Record& record : *records) {
      const auto* const notified = as<notification::Closed>(record);
      if (notified == nullptr) continue;
      // When the timer fires, the end of a closing attempt may be reported too; that one ends with 1000.
      if (isLoss || (isTimer && notified->info.code == 1006)) return notified;
    }
    return nullptr;
  }
};

}  // namespace rws::sim
