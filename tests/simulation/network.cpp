// Owns the fate of connections and frames.
// Refuses what no network does: frames of one connection arrive in order, and what has left does not return.
#include "network.h"

#include <algorithm>
#include <string_view>

namespace rws::sim {
namespace {

constexpr std::array<std::string_view, 6> kReasons = {
    "", "bye", R"({"retryAfterMs":-5})", R"({"retryAfterMs":"5"})", R"({"retryAfter":5})", "retryAfterMs"};
constexpr std::size_t kRememberedPings = 16;
constexpr std::int64_t kAsks = 1000;  // from here on a reason that asks to wait

constexpr std::array<std::string_view, 8> kTexts = {
    "",
    R"({"type":"message","text":"hello"})",
    R"({"type":"pong")",
    R"([{"type":"pong"}])",
    R"({"a":{"type":"pong","timestamp":1}})",
    R"({"type":"pong","timestamp":{"a":[[[[[[[[]]]]]]]]}})",
    R"({"type":"ping","timestamp":null})",
    "\xED\xA0\x80\"type\":\"pong\"",
};

constexpr std::array<std::int64_t, 14> kCodes = {1000, 1001, 1002, 1003, 1005, 1006, 1008,
                                                 1009, 1011, 1014, 1015, 3000, 4000, 4401};

std::string reasonOf(std::int64_t text) {
  if (text >= kAsks) return R"({"retryAfterMs":)" + std::to_string(text - kAsks) + '}';
  return std::string(kReasons[static_cast<std::size_t>(text) % kReasons.size()]);
}

}  // namespace

Peer* Network::find(AttemptId attempt) {
  for (Peer& peer : peers_) {
    if (peer.attempt == attempt) return &peer;
  }
  return nullptr;
}

void Network::plan(std::int64_t at, Plan what, AttemptId attempt, std::int64_t number, std::int64_t text) {
  agenda_.add({.at = at, .plan = what, .attempt = attempt, .number = number, .text = text});
}

// ------------------------------------------------------------------------------------------------ the client

void Network::asked(std::int64_t now, AttemptId attempt) {
  peers_.erase(std::remove_if(peers_.begin(), peers_.end(),
                              [](const Peer& peer) { return peer.stage == Peer::Stage::Over; }),
               peers_.end());
  if (peers_.size() > 4) peers_.erase(peers_.begin());
  Peer peer{.attempt = attempt, .drainedAt = now};
  const Fault mode = modeAt(now);
  peer.pristine = !(now < hushUntil_);
  if (mode == Fault::Refuse) {
    plan(now + delay(), Plan::SocketFails, attempt);
  } else if (mode == Fault::NoAddress) {
    peer.stage = Peer::Stage::Seeking;
    plan(now + delay(), Plan::AddressFails, attempt);
  } else if (mode == Fault::SlowHandshake) {
    plan(now + dice_.magnitude(1000, 60'000), Plan::SocketOpens, attempt);
  } else if (mode != Fault::Hang) {
    plan(now + (healed_ ? 1 : delay()), Plan::SocketOpens, attempt);
  }
  peers_.push_back(peer);
}

void Network::closedByClient(std::int64_t now, AttemptId attempt) {
  Peer* const peer = find(attempt);
  if (peer == nullptr || peer->stage == Peer::Stage::Over) return;
  peer->isClosing = true;
  if (peer->stage != Peer::Stage::Open) {
    plan(now + dice_.between(1, 5), Plan::SocketFails, attempt);
    return;
  }
  (void)peer->drain(now);
  const double left = static_cast<double>(peer->handed) - peer->gone;
  if (peer->isAlive() && (left <= 0 || peer->rate != 0)) {
    const double drains = left <= 0 || peer->rate < 0 ? 0 : left / peer->rate;
    plan(now + 1 + delay() + static_cast<std::int64_t>(std::min(drains, 600'000.0)), Plan::SocketCloses,
         attempt, 1000);
  } else if (dice_.chance(0.6)) {
    plan(now + dice_.magnitude(10, 120'000), Plan::SocketCloses, attempt, 1006);
  }
}

void Network::pinged(std::int64_t now, AttemptId attempt, EpochMs timestamp) {
  Peer* const peer = find(attempt);
  if (dice_.chance(0.5)) lastStamp_ = timestamp;
  if (peer == nullptr) return;
  peer->pings.push_back({timestamp, peer->handed});
  if (peer->pings.size() > kRememberedPings) peer->pings.erase(peer->pings.begin());
  if (!peer->isAlive() || now < hushUntil_) return;
  const std::int64_t late = !healed_ && dice_.chance(life_.pongLate) ? dice_.magnitude(10, 60'000) : 0;
  sendToClient(now + (healed_ ? 0 : delay()), *peer, Frame::Pong, timestamp, late);
  if (healed_) return;
  if (dice_.chance(life_.pongDouble)) sendToClient(now + delay(), *peer, Frame::Pong, timestamp, late);
  if (dice_.chance(life_.pongForeign)) sendToClient(now, *peer, Frame::Pong, lastStamp_, 0);
}

void Network::handed(AttemptId attempt, std::uint64_t bytes) {
  Peer* const peer = find(attempt);
  if (peer == nullptr) return;
  peer->handed = bytes;
  peer->isOwing = true;
}

std::uint64_t Network::buffered(std::int64_t now, AttemptId attempt) {
  Peer* const peer = find(attempt);
  return peer == nullptr ? 0 : peer->handed - peer->drain(now);
}

// ------------------------------------------------------------------------------------------------ the server

void Network::sendToClient(std::int64_t now, Peer& peer, Frame frame, std::int64_t number,
                           std::int64_t late) {
  if (!peer.isAlive()) return;
  const std::int64_t arrives = now + late + (healed_ ? 1 : std::max<std::int64_t>(1, delay()));
  // What is late was written late: only frames written in time keep the order.
  const std::int64_t at = late > 0 ? arrives : std::max(peer.lastArrival, arrives);
  if (late == 0) peer.lastArrival = at;
  plan(at, Plan::FrameComes, peer.attempt, number, static_cast<std::int64_t>(frame));
}

void Network::say(std::int64_t now, AttemptId current, bool asks) {
  Peer* const peer = find(current);
  if (peer == nullptr) return;
  const std::int64_t number = asks ? dice_.between(0, 1'000'000) : dice_.between(0, kTexts.size() - 1);
  sendToClient(now, *peer, asks ? Frame::Ping : Frame::Message, number, 0);
}

void Network::befall(std::int64_t now, AttemptId current, Stage& stage) {
  const auto fault = static_cast<Fault>(dice_.index(life_.faults));
  if (life_.faults[static_cast<std::size_t>(fault)] <= 0) return;
  switch (fault) {
    case Fault::Refuse:
    case Fault::Hang:
    case Fault::SlowHandshake:
    case Fault::NoAddress:
    case Fault::AcceptThenDrop:
      ++outages_[static_cast<std::size_t>(fault)];
      mode_ = fault;
      modeUntil_ = now + outage();
      // Often the server's fall takes the open connection along.
      if (!dice_.chance(0.5)) return;
      if (Peer* const peer = find(current)) befallPeer(now, Fault::Reset, *peer, stage);
      return;
    case Fault::Hush:
      ++outages_[static_cast<std::size_t>(fault)];
      hushUntil_ = now + outage();
      blemish();
      return;
    default:
      if (Peer* const peer = find(current)) befallPeer(now, fault, *peer, stage);
  }
}

void Network::befallPeer(std::int64_t now, Fault fault, Peer& peer, Stage& stage) {
  if (peer.stage != Peer::Stage::Open || peer.isClosing || peer.isEnding) return;
  ++outages_[static_cast<std::size_t>(fault)];
  peer.pristine = false;
  switch (fault) {
    case Fault::HalfOpen:
    case Fault::InboundDead:
    case Fault::OutboundDead:
      if (fault != Fault::InboundDead) peer.setWay(now, false);
      if (fault != Fault::OutboundDead) peer.toClient = false;
      if (!peer.toServer && dice_.chance(0.6)) peer.setRate(now, 0);
      if (dice_.chance(0.4)) plan(now + outage(), Plan::LinkHeals, peer.attempt);
      return;
    case Fault::Stall:
    case Fault::Slow:
      peer.setRate(now, fault == Fault::Stall ? 0 : static_cast<double>(dice_.magnitude(1, 10'000)) / 1000);
      plan(now + outage(), Plan::LinkHeals, peer.attempt);
      return;
    case Fault::Refusal:
      plan(now + outage(), Plan::SendHeals, peer.attempt);
      (void)happen(stage, peer.attempt, {.what = What::Refuse});
      return;
    default:
      closeByServer(now, peer, fault, stage);
  }
}

void Network::closeByServer(std::int64_t now, Peer& peer, Fault fault, Stage& stage) {
  std::int64_t code = 1006;
  std::int64_t text = 0;
  if (fault == Fault::Restart) {
    code = dice_.chance(0.5) ? 1012 : 1013;
    mode_ = Fault::Refuse;
    modeUntil_ = now + outage();
  } else if (fault != Fault::Reset) {
    code = kCodes[dice_.bits() % kCodes.size()];
    text = dice_.between(0, kReasons.size() - 1);
  }
  if (fault == Fault::Asks) text = kAsks + (dice_.chance(0.1) ? 0 : dice_.magnitude(1, 1'000'000));
  // From now on nothing arrives any more; the browser learns of it a little later.
  peer.isEnding = true;
  if (dice_.chance(0.5)) peer.setRate(now, 0);
  peer.setWay(now, false);
  plan(now + delay(), Plan::SocketCloses, peer.attempt, code, text);
  // Or the browser knows already, and only its event waits for other tasks.
  if (dice_.chance(0.3)) (void)happen(stage, peer.attempt, {.what = What::Closing});
}

// ------------------------------------------------------------------------------------------------ its course

bool Network::happen(Stage& stage, AttemptId attempt, Happening happening) {
  const auto newest = static_cast<std::uint32_t>(stage.newest());
  happening.age = newest - static_cast<std::uint32_t>(attempt);
  return stage.happen(happening);
}

bool Network::carryOut(const Planned& planned, Stage& stage) {
  if (planned.attempt == AttemptId::None) return false;
  Peer* const peer = find(planned.attempt);
  if (peer == nullptr || peer->stage == Peer::Stage::Over) return true;
  switch (planned.plan) {
    case Plan::SocketOpens:
      if (peer->isClosing) return true;
      peer->stage = Peer::Stage::Open;
      // A server that remembers: the answer to a ping of an earlier socket.
      if (dice_.chance(life_.pongForeign)) sendToClient(planned.at, *peer, Frame::Pong, lastStamp_, 0);
      if (modeAt(planned.at) == Fault::AcceptThenDrop) {
        peer->pristine = false;
        plan(planned.at + dice_.magnitude(1, 3000), Plan::SocketCloses, peer->attempt,
             dice_.chance(0.5) ? 1006 : 1011);
      }
      return happen(stage, planned.attempt, {.what = What::Open});
    case Plan::SocketFails: {
      peer->stage = Peer::Stage::Over;
      const AttemptId attempt = planned.attempt;  // the peer may be gone when the listeners have run
      (void)happen(stage, attempt, {.what = What::Error});
      return happen(stage, attempt, {.what = What::Close, .number = 1006});
    }
    case Plan::AddressFails:
      if (peer->isClosing) return true;
      peer->stage = Peer::Stage::Over;
      return happen(stage, planned.attempt, {.what = What::Fail, .text = "no address"});
    case Plan::SocketCloses: {
      (void)peer->drain(planned.at);
      peer->setRate(planned.at, 0);
      peer->stage = Peer::Stage::Over;
      if (planned.number == 1006 && dice_.chance(0.7))
        (void)happen(stage, planned.attempt, {.what = What::Error});
      const bool clean = planned.number != 1006;
      return happen(
          stage, planned.attempt,
          {.what = What::Close, .number = planned.number, .flag = clean, .text = reasonOf(planned.text)});
    }
    case Plan::LinkHeals:
      if (peer->isEnding) return true;
      peer->setRate(planned.at, Peer::kInstantly);
      peer->toClient = true;
      peer->setWay(planned.at, true);
      return true;
    case Plan::SendHeals:
      return happen(stage, planned.attempt, {.what = What::Accept});
    default:
      return deliver(planned, *peer, stage);
  }
}

bool Network::deliver(const Planned& planned, Peer& peer, Stage& stage) {
  if (!peer.toClient || peer.isClosing) return true;
  const auto frame = static_cast<Frame>(planned.text);
  if (frame == Frame::Message) {
    const auto text = kTexts[static_cast<std::size_t>(planned.number) % kTexts.size()];
    return happen(stage, peer.attempt, {.what = What::Message, .text = std::string(text)});
  }
  if (frame == Frame::Ping) {
    return happen(stage, peer.attempt, {.what = What::Ping, .text = std::to_string(planned.number)});
  }
  Happening pong{.what = What::Pong};
  const StageSocket* const socket = stage.socket(peer.attempt);
  const std::vector<EpochMs> none;
  const std::vector<EpochMs>& pings = socket == nullptr ? none : socket->pings;
  const auto known = std::find(pings.begin(), pings.end(), planned.number);
  // Nobody answers what has not arrived.
  (void)peer.drain(planned.at);
  const auto asked = std::find_if(peer.pings.begin(), peer.pings.end(), [&planned](const Peer::Ping& ping) {
    return ping.timestamp == planned.number;
  });
  if (asked != peer.pings.end() && static_cast<double>(asked->end) > peer.arrived) return true;
  if (known == pings.end()) {
    pong.text = std::to_string(planned.number);
  } else {
    pong.number = pings.end() - known - 1;
  }
  return happen(stage, peer.attempt, pong);
}

void Network::drain(std::int64_t now, Stage& stage) {
  for (Peer& peer : peers_) {
    if (peer.stage != Peer::Stage::Open || !peer.isOwing) continue;
    const std::uint64_t gone = peer.drain(now);
    peer.isOwing = peer.arrived < static_cast<double>(peer.handed);
    stage.drained(peer.attempt, gone, static_cast<std::uint64_t>(peer.arrived));
  }
}

void Network::heal(std::int64_t now, Stage& stage) {
  healed_ = true;
  low_ = high_ = 1;
  modeUntil_ = hushUntil_ = now;
  const bool canNotice = stage.client().options().enableHeartbeat;
  for (Peer& peer : peers_) {
    if (peer.stage == Peer::Stage::Dialing) continue;
    if (peer.isAlive()) {
      peer.setRate(now, Peer::kInstantly);
    } else if (!canNotice) {
      plan(now + 1, Plan::SocketCloses, peer.attempt, 1006);
    }
    (void)happen(stage, peer.attempt, {.what = What::Accept});
  }
}

bool Network::isPristine(AttemptId attempt) const {
  for (const Peer& peer : peers_) {
    if (peer.attempt == attempt) return peer.pristine && peer.isAlive();
  }
  return false;
}

bool Network::isAlive(AttemptId attempt) const {
  for (const Peer& peer : peers_) {
    if (peer.attempt == attempt) return peer.isAlive();
  }
  return false;
}

void Network::blemish() {
  for (Peer& peer : peers_) peer.pristine = false;
}

}  // namespace rws::sim
