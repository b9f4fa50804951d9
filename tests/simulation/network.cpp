// The course of connections and frames. Frames of one connection arrive in order.
#include "network.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace rws::sim {
namespace {

constexpr std::size_t kRememberedLinks = 4;

}  // namespace

Link* Network::find(AttemptId attempt) {
  for (Link& link : links_) {
    if (link.attempt == attempt) return &link;
  }
  return nullptr;
}

void Network::plan(std::int64_t at, Plan what, AttemptId attempt, std::int64_t number, std::int64_t text) {
  schedule_.add({.at = at, .plan = what, .attempt = attempt, .number = number, .text = text});
}

// --- the client

void Network::addressWanted(std::int64_t now, AttemptId attempt, bool isFoundLater) {
  links_.erase(std::remove_if(links_.begin(), links_.end(),
                              [](const Link& link) { return link.state == Link::State::Over; }),
               links_.end());
  if (links_.size() > kRememberedLinks) links_.erase(links_.begin());
  Link link{.attempt = attempt};
  link.isPristine = now >= silentUntil_;
  link.rate = isHealed_ ? Link::kInstantly : configuration_.rate;
  link.updatedAt = now;
  links_.push_back(link);
  if (!isFoundLater) return;
  const bool isFound = modeAt(now) != Fault::NoAddress;
  plan(now + delay(), isFound ? Plan::AddressFound : Plan::AddressFails, attempt);
}

void Network::socketCreated(std::int64_t now, AttemptId attempt) {
  Link* const link = find(attempt);
  if (link == nullptr) return;
  link->state = Link::State::Opening;
  const Fault mode = modeAt(now);
  if (mode == Fault::Refuse) {
    plan(now + delay(), Plan::SocketFails, attempt);
  } else if (mode == Fault::SlowHandshake) {
    plan(now + dice_.magnitude(1000, 60'000), Plan::SocketOpens, attempt);
  } else if (mode != Fault::Hang) {
    plan(now + delay(), Plan::SocketOpens, attempt);
  }
}

void Network::socketOpened(AttemptId attempt) {
  if (Link* const link = find(attempt)) link->state = Link::State::Open;
}

// The server answers late, never, with a refusal, or not at all because the connection ends.
void Network::handshakeStarted(std::int64_t now, AttemptId attempt) {
  static constexpr std::array<std::int64_t, 6> kCodes = {0, 1000, 3000, 4000, 4401, 4999};
  Link* const link = find(attempt);
  if (link == nullptr) return;
  // Where bufferedAmount is always 0 the client cannot know what is under way, and allows no time for it.
  const bool isHidden = configuration_.setup.engine == Engine::Zero;
  const std::int64_t largest = isHidden ? 500 : 100'000;
  if (dice_.chance(0.8)) plan(now, Plan::HandshakeSends, attempt, dice_.magnitude(1, largest));
  const double fate = isHealed_ ? 1 : dice_.unit();
  if (fate < 0.08) return;  // never
  if (fate < 0.16) {
    link->isPristine = false;
    plan(now + dice_.magnitude(1, 5000), Plan::SocketCloses, attempt, dice_.chance(0.5) ? 1006 : 1008);
    return;
  }
  const std::int64_t late = fate < 0.3 ? dice_.magnitude(10, 60'000) : 0;
  const bool isRefused = !isHealed_ && dice_.chance(0.15);
  const std::int64_t code = isRefused ? kCodes[dice_.bits() % kCodes.size()] : -1;
  const std::int64_t text = isRefused && code > 0 ? drawCloseReason(dice_, Fault::ServerClose) : 0;
  plan(now + 2 * delay() + late, Plan::HandshakeEnds, attempt, code, text);
}

void Network::socketClosing(std::int64_t now, AttemptId attempt) {
  Link* const link = find(attempt);
  if (link == nullptr || link->state == Link::State::Over) return;
  link->isClosing = true;
  link->update(now);
  planClose(now, *link);
}

// The close event that follows the client's close(), if the browser fires one at all.
void Network::planClose(std::int64_t now, Link& link) {
  if (link.state != Link::State::Open) {
    plan(now + dice_.between(1, 5), Plan::SocketFails, link.attempt);
    return;
  }
  const double drains = link.timeUntil(link.sent);
  if (link.isAlive() && std::isfinite(drains)) {
    if (!isHealed_ && dice_.chance(configuration_.closeMissing)) return;
    const auto time = static_cast<std::int64_t>(std::min(std::ceil(drains), 600'000.0));
    plan(now + 1 + delay() + time, Plan::SocketCloses, link.attempt, 1000);
  } else if (dice_.chance(0.6)) {
    plan(now + dice_.magnitude(10, 120'000), Plan::SocketCloses, link.attempt, 1006);
  }
}

void Network::socketEnded(AttemptId attempt) {
  Link* const link = find(attempt);
  if (link == nullptr) return;
  loseFrames(schedule_.now(), *link);
  link->state = Link::State::Over;
}

void Network::frameSent(std::int64_t now, AttemptId attempt, std::uint64_t sent) {
  Link* const link = find(attempt);
  if (link == nullptr) return;
  link->update(now);
  link->frameSent(sent);
}

void Network::pingSent(std::int64_t now, AttemptId attempt, EpochMs timestamp, std::uint64_t sent) {
  Link* const link = find(attempt);
  if (link == nullptr) return;
  link->pings.push_back({timestamp, sent});
  if (link->pings.size() == 1) planArrival(now, *link);
}

// --- frames

void Network::planArrival(std::int64_t now, const Link& link) {
  if (link.pings.empty() || !link.toServer) return;
  const double time = std::ceil(link.timeUntil(link.pings.front().end));
  if (!std::isfinite(time) || time > 1e12) return;
  plan(now + static_cast<std::int64_t>(time) + delay(), Plan::PingsArrive, link.attempt);
}

void Network::pingsArrive(std::int64_t now, Link& link) {
  link.update(now);
  while (!link.pings.empty() && static_cast<double>(link.pings.front().end) <= link.arrived) {
    const EpochMs timestamp = link.pings.front().timestamp;
    link.pings.pop_front();
    const bool isCustom = timestamp == 0;
    if (!isCustom && dice_.chance(0.5)) lastTimestamp_ = timestamp;
    if (now < silentUntil_ || configuration_.isMute) continue;
    const bool isLate = !isHealed_ && dice_.chance(configuration_.pongLate);
    const std::int64_t late = isLate ? dice_.magnitude(10, 60'000) : 0;
    sendToClient(now, link, isCustom ? Frame::CustomPong : Frame::Pong, timestamp, late);
    // An answer without a name can be taken for another one: a server sends one for each ping.
    if (isHealed_ || isCustom) continue;
    if (dice_.chance(configuration_.pongDouble))
      sendToClient(now + delay(), link, Frame::Pong, timestamp, late);
    if (dice_.chance(configuration_.pongForeign)) sendToClient(now, link, Frame::Pong, lastTimestamp_, 0);
  }
  planArrival(now, link);
}

void Network::sendToClient(std::int64_t now, Link& link, Frame frame, std::int64_t number,
                           std::int64_t late) {
  if (!link.isAlive()) return;
  const std::int64_t arrives = now + late + std::max<std::int64_t>(1, delay());
  // A late frame was sent late: only the others keep the order.
  const std::int64_t at = late > 0 ? arrives : std::max(link.lastArrival, arrives);
  if (late == 0) link.lastArrival = at;
  plan(at, Plan::FrameArrives, link.attempt, number, static_cast<std::int64_t>(frame));
}

void Network::serverSends(std::int64_t now, AttemptId current, bool isPing, Stage& stage) {
  if (configuration_.session.isSupported) {
    if (isPing) {
      server_.ping(current);
    } else {
      for (std::int64_t left = dice_.chance(0.1) ? dice_.between(2, 60) : 1; left > 0; --left)
        server_.send(now);
    }
    return sendAll(now, stage);
  }
  Link* const link = find(current);
  if (link == nullptr) return;
  const std::int64_t number = isPing ? dice_.between(0, 1'000'000) : drawMessageText(dice_);
  const bool isCustom = isPing && stage.client().options().heartbeat.mode == HeartbeatMode::Custom;
  sendToClient(now, *link, isCustom ? Frame::CustomPing : isPing ? Frame::Ping : Frame::Message, number, 0);
  // The browser answers a ping of the protocol itself, and Firefox counts the answer while data is queued.
  const Socket* const socket = stage.socket(current);
  if (!isPing || socket == nullptr || socket->sent == socket->left || !dice_.chance(0.5)) return;
  (void)apply(stage, current,
              {.kind = InputKind::Remainder, .number = dice_.magnitude(1, configuration_.largestRemainder)});
}

bool Network::apply(Stage& stage, AttemptId attempt, Input input) {
  input.age = static_cast<std::uint32_t>(stage.newest()) - static_cast<std::uint32_t>(attempt);
  return stage.apply(input);
}

// --- what was planned

bool Network::carryOut(const Planned& planned, Stage& stage) {
  if (planned.plan == Plan::ServerWakes) {
    wakesAt_.reset();
    server_.wake(planned.at);
    sendAll(planned.at, stage);
    return true;
  }
  if (planned.plan == Plan::LateFrames) {
    lateFramesArrive(planned.at, planned.attempt, stage);
    return true;
  }
  if (planned.attempt == AttemptId::None) return false;
  Link* const link = find(planned.attempt);
  if (link == nullptr || link->state == Link::State::Over) return true;
  switch (planned.plan) {
    case Plan::AddressFound:
      return apply(stage, planned.attempt, {.kind = InputKind::Resolve});
    case Plan::AddressFails:
      if (link->state != Link::State::Resolving) return true;  // found meanwhile, within a call
      link->state = Link::State::Over;
      return apply(stage, planned.attempt, {.kind = InputKind::Fail, .text = "no address"});
    case Plan::SocketOpens:
      return link->isClosing || open(planned.at, *link, stage);
    case Plan::HandshakeSends:
      return link->isClosing ||
             apply(stage, planned.attempt, {.kind = InputKind::HandshakeSend, .number = planned.number});
    case Plan::HandshakeEnds:
      if (planned.number < 0) return apply(stage, planned.attempt, {.kind = InputKind::HandshakeDone});
      return apply(stage, planned.attempt,
                   {.kind = InputKind::HandshakeFail,
                    .number = planned.number,
                    .text = planned.number == 0 ? "" : closeReason(planned.text)});
    case Plan::SocketFails: {
      const AttemptId attempt = planned.attempt;  // the link may be gone when the listeners have run
      (void)apply(stage, attempt, {.kind = InputKind::Error});
      return apply(stage, attempt, {.kind = InputKind::Close, .number = 1006});
    }
    case Plan::SocketCloses:
      return close(planned, *link, stage);
    case Plan::HelloSends:
      if (link->isClosing) return true;
      return apply(stage, planned.attempt,
                   {.kind = InputKind::Hello,
                    .number = std::max<std::int64_t>(0, planned.number),
                    .isSet = planned.number < 0});
    case Plan::FramesArrive:
      framesArrive(planned.at, *link, stage);
      return true;
    case Plan::PingsArrive:
      pingsArrive(planned.at, *link);
      return true;
    case Plan::LinkHeals:
      if (link->isEnding) return true;
      link->setRate(planned.at, isHealed_ ? Link::kInstantly : configuration_.rate);
      link->heal(planned.at);
      planArrival(planned.at, *link);
      planFrames(planned.at, *link);
      deliverWaiting(planned.attempt, stage);
      return true;
    case Plan::SendHeals:
      return apply(stage, planned.attempt, {.kind = InputKind::Refuse, .isSet = false});
    default:
      return deliver(planned, *link, stage);
  }
}

bool Network::open(std::int64_t now, Link& link, Stage& stage) {
  // An answer to a ping of an earlier socket.
  link.state = Link::State::Open;
  if (dice_.chance(configuration_.pongForeign)) sendToClient(now, link, Frame::Pong, lastTimestamp_, 0);
  if (modeAt(now) == Fault::AcceptThenDrop) {
    link.isPristine = false;
    plan(now + dice_.magnitude(1, 3000), Plan::SocketCloses, link.attempt, dice_.chance(0.5) ? 1006 : 1011);
  }
  return apply(stage, link.attempt, {.kind = InputKind::Open});
}

bool Network::close(const Planned& planned, Link& link, Stage& stage) {
  link.update(planned.at);
  const AttemptId attempt = planned.attempt;
  // A closing handshake that is complete shows that everything arrived.
  const bool isHandshake = link.isClosing && !link.isEnding && planned.number == 1000;
  if (isHandshake && link.arrived < static_cast<double>(link.sent)) {
    planClose(planned.at, link);
    return true;
  }
  drain(planned.at, stage);
  const bool isClean = planned.number != 1006;
  if (!isClean && dice_.chance(0.7)) (void)apply(stage, attempt, {.kind = InputKind::Error});
  return apply(stage, attempt,
               {.kind = InputKind::Close,
                .number = planned.number,
                .isSet = isClean,
                .text = closeReason(planned.text)});
}

bool Network::deliver(const Planned& planned, Link& link, Stage& stage) {
  if (static_cast<Frame>(planned.text) == Frame::Session) {
    return deliverSession(static_cast<std::size_t>(planned.number), link, stage);
  }
  if (!link.toClient || link.isClosing) return true;
  const auto frame = static_cast<Frame>(planned.text);
  if (frame == Frame::Message) {
    return apply(stage, link.attempt, {.kind = InputKind::Message, .text = messageText(planned.number)});
  }
  if (frame == Frame::Ping) {
    return apply(stage, link.attempt, {.kind = InputKind::Ping, .text = std::to_string(planned.number)});
  }
  if (frame == Frame::CustomPong) return apply(stage, link.attempt, {.kind = InputKind::CustomPong});
  if (frame == Frame::CustomPing) {
    return apply(stage, link.attempt, {.kind = InputKind::CustomPing, .number = 1 + planned.number % 300});
  }
  Input pong{.kind = InputKind::Pong};
  const Socket* const socket = stage.socket(link.attempt);
  if (socket == nullptr) return true;
  const auto known = std::find(socket->pings.begin(), socket->pings.end(), planned.number);
  if (known == socket->pings.end()) {
    pong.text = std::to_string(planned.number);
  } else {
    pong.number = std::distance(known, socket->pings.end()) - 1;
  }
  return apply(stage, link.attempt, pong);
}

void Network::drain(std::int64_t now, Stage& stage) {
  for (Link& link : links_) {
    const Socket* const socket = stage.socket(link.attempt);
    if (link.state != Link::State::Open || socket == nullptr) continue;
    if (socket->left == socket->sent && socket->underWay.empty()) continue;
    link.update(now);
    const std::uint64_t left = link.left(stage.engine());
    const std::uint64_t arrived = std::min(left, static_cast<std::uint64_t>(link.arrived));
    const bool isAhead = !socket->underWay.empty() && socket->underWay.front().end <= arrived;
    if (left == socket->left && arrived == socket->arrived && !isAhead) continue;
    (void)apply(stage, link.attempt,
                {.kind = InputKind::Drain,
                 .number = static_cast<std::int64_t>(left),
                 .other = static_cast<std::int64_t>(arrived)});
  }
}

void Network::heal(std::int64_t now, Stage& stage) {
  isHealed_ = true;
  server_.heal();
  modeUntil_ = silentUntil_ = now;
  (void)stage.apply({.kind = InputKind::FailSockets, .isSet = false});
  (void)stage.apply({.kind = InputKind::ResolveLater, .isSet = false});
  const Options& options = stage.client().options();
  // A ping that cannot be made gets no answer.
  const bool isMade =
      options.heartbeat.mode != HeartbeatMode::Custom || configuration_.setup.failingPing == 0;
  const bool isAnswered = isMade && !configuration_.isMute && !stage.checkers().ledger().isUnanswering();
  const bool canNotice = options.isPeerWatched() && (isAnswered || !options.sendsPings());
  for (Link& link : links_) {
    if (link.state == Link::State::Resolving) plan(now + 1, Plan::AddressFound, link.attempt);
    if (link.state != Link::State::Open) {
      link.setRate(now, Link::kInstantly);
      continue;
    }
    if (link.isAlive()) {
      link.setRate(now, Link::kInstantly);
      planArrival(now, link);
      planFrames(now, link);
    } else if (!canNotice) {
      plan(now + 1, Plan::SocketCloses, link.attempt, 1006);
    }
    (void)apply(stage, link.attempt, {.kind = InputKind::Refuse, .isSet = false});
  }
}

}  // namespace rws::sim
