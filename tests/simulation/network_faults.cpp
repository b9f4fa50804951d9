// The faults of links and servers.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "network.h"

namespace rws::sim {
namespace {

constexpr std::array<std::string_view, 6> kReasons = {
    "", "bye", R"({"retryAfterMs":-5})", R"({"retryAfterMs":"5"})", R"({"retryAfter":5})", "retryAfterMs"};
constexpr std::int64_t kRetryAfter = 1000;  // from here on a reason that names a time

// None but the last three are control frames.
constexpr std::array<std::string_view, 9> kTexts = {
    "",
    R"({"type":"message","text":"hello"})",
    R"({"type":"pong")",
    R"([{"type":"pong"}])",
    R"({"a":{"type":"pong","timestamp":1}})",
    "\xED\xA0\x80\"type\":\"pong\"",
    R"({"type":"pong","timestamp":{"a":[[[[[[[[]]]]]]]]}})",
    R"({"type":"ping","timestamp":null})",
    R"({"type":"pong"})",
};

constexpr std::array<std::int64_t, 14> kCodes = {1000, 1001, 1002, 1003, 1005, 1006, 1008,
                                                 1009, 1011, 1014, 1015, 3000, 4000, 4401};

// The slowest link that a client has to bear, bytes a millisecond.
constexpr double kSlowest = 8.192;

}  // namespace

std::string closeReason(std::int64_t text) {
  if (text >= kRetryAfter) return R"({"retryAfterMs":)" + std::to_string(text - kRetryAfter) + '}';
  return std::string(kReasons[static_cast<std::size_t>(text) % kReasons.size()]);
}

std::int64_t drawCloseReason(Dice& dice, Fault fault) {
  if (fault == Fault::RetryAfter) return kRetryAfter + (dice.chance(0.1) ? 0 : dice.magnitude(1, 1'000'000));
  if (fault == Fault::Restart || fault == Fault::Reset) return 0;
  return dice.between(0, kReasons.size() - 1);
}

std::string messageText(std::int64_t number) {
  return std::string(kTexts[static_cast<std::size_t>(number) % kTexts.size()]);
}

std::int64_t drawMessageText(Dice& dice) { return dice.between(0, kTexts.size() - 1); }

void Network::fail(std::int64_t now, AttemptId current, Stage& stage) {
  const auto fault = static_cast<Fault>(dice_.index(configuration_.faults));
  if (configuration_.faults[static_cast<std::size_t>(fault)] <= 0) return;
  Link* const link = find(current);
  switch (fault) {
    case Fault::NoAddress:
    case Fault::Refuse:
    case Fault::Hang:
    case Fault::SlowHandshake:
    case Fault::AcceptThenDrop:
      mode_ = fault;
      modeUntil_ = now + outage();
      (void)stage.apply(
          {.kind = InputKind::ResolveLater, .isSet = fault == Fault::NoAddress || dice_.chance(0.3)});
      break;
    case Fault::NoSocket:
      (void)stage.apply({.kind = InputKind::FailSockets, .isSet = !dice_.chance(0.4)});
      break;
    case Fault::NoPongs:
      silentUntil_ = now + outage();
      markImperfect();
      break;
    default:
      if (link != nullptr) failLink(now, fault, *link, stage);
      return;
  }
  ++faultCounts_[static_cast<std::size_t>(fault)];
  // Often a server's failure takes the open connection along.
  const bool isServer = fault != Fault::NoPongs && fault != Fault::NoSocket;
  if (isServer && link != nullptr && dice_.chance(0.5)) failLink(now, Fault::Reset, *link, stage);
}

void Network::failLink(std::int64_t now, Fault fault, Link& link, Stage& stage) {
  if (link.state != Link::State::Open || link.isClosing || link.isEnding) return;
  ++faultCounts_[static_cast<std::size_t>(fault)];
  switch (fault) {
    case Fault::HalfOpen:
    case Fault::InboundDead:
    case Fault::OutboundDead:
      return cut(now, fault, link);
    case Fault::Stall:
    case Fault::Slow:
      return slowDown(now, fault, link);
    case Fault::Refusal:
      link.isPristine = false;
      plan(now + outage(), Plan::SendHeals, link.attempt);
      (void)apply(stage, link.attempt, {.kind = InputKind::Refuse, .isSet = true});
      return;
    default:
      closeByServer(now, link, fault, stage);
  }
}

void Network::cut(std::int64_t now, Fault fault, Link& link) {
  link.isPristine = false;
  // The system goes on taking data for a while: nothing shows that the link is dead.
  const double takes = dice_.chance(0.6) ? 0 : static_cast<double>(dice_.magnitude(100, 5'000'000));
  if (fault != Fault::InboundDead) link.cutOut(now, takes);
  if (fault != Fault::OutboundDead) link.toClient = false;
  if (dice_.chance(0.4)) plan(now + outage(), Plan::LinkHeals, link.attempt);
}

void Network::slowDown(std::int64_t now, Fault fault, Link& link) {
  // A link is given time as long as it keeps a quarter of its rate.
  const double least = std::max(kSlowest, configuration_.rate / 4);
  const bool isBearable =
      fault == Fault::Slow && configuration_.rate != Link::kInstantly && dice_.chance(0.5);
  const double rate = isBearable              ? least
                      : fault == Fault::Stall ? 0
                                              : static_cast<double>(dice_.magnitude(1, 10'000)) / 1000;
  if (rate < least) link.isPristine = false;
  link.setRate(now, std::min(rate, link.rate));
  plan(now + outage(), Plan::LinkHeals, link.attempt);
}

void Network::closeByServer(std::int64_t now, Link& link, Fault fault, Stage& stage) {
  std::int64_t code = 1006;
  if (fault == Fault::Restart) {
    code = dice_.chance(0.5) ? 1012 : 1013;
    mode_ = Fault::Refuse;
    modeUntil_ = now + outage();
  } else if (fault != Fault::Reset) {
    code = kCodes[dice_.bits() % kCodes.size()];
  }
  const std::int64_t reason = drawCloseReason(dice_, fault);
  // From now on nothing arrives any more; the browser learns of it a little later.
  link.isPristine = false;
  link.isEnding = true;
  link.cutOut(now, dice_.chance(0.5) ? 0 : 1e9);
  plan(now + delay(), Plan::SocketCloses, link.attempt, code, reason);
  // Or the browser knows already, and only its event waits behind other tasks.
  if (dice_.chance(0.3)) (void)apply(stage, link.attempt, {.kind = InputKind::Closing});
}

// --- the state of the links

bool Network::isPristine(AttemptId attempt) const {
  for (const Link& link : links_) {
    if (link.attempt == attempt) return link.isPristine && link.isAlive();
  }
  return false;
}

std::int64_t Network::movedAt(AttemptId attempt) const {
  for (const Link& link : links_) {
    if (link.attempt == attempt) return link.movedAt;
  }
  return 0;
}

std::int64_t Network::longestDrain() const {
  double longest = 0;
  for (const Link& link : links_) {
    const bool isDraining = link.state == Link::State::Open && link.toServer && link.rate > 0;
    if (isDraining) longest = std::max(longest, link.timeUntil(link.sent));
  }
  return static_cast<std::int64_t>(std::ceil(longest));
}

bool Network::isAlive(AttemptId attempt) const {
  for (const Link& link : links_) {
    if (link.attempt == attempt) return link.isAlive();
  }
  return false;
}

void Network::markImperfect() {
  for (Link& link : links_) link.isPristine = false;
}

}  // namespace rws::sim
