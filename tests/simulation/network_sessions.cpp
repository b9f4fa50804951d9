// The frames of sessions on their way between the client and its servers, and what the client's application
// was handed. The frames of a connection arrive in order, and without a gap: what a broken link holds back
// arrives when it is repaired. What a connection still had under way when it ended may arrive late.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "network.h"

namespace rws::sim {
namespace {

std::uint64_t numberAfter(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  return std::strtoull(std::string(text.substr(at + key.size(), 20)).c_str(), nullptr, 10);
}

}  // namespace

// --- to the server

void Network::helloWanted(std::int64_t now, AttemptId attempt) {
  const bool isFailing = !isHealed_ && dice_.chance(0.1);
  const std::int64_t code = isFailing ? (dice_.chance(0.5) ? 0 : 4401) : -1;
  plan(now + delay() + (dice_.chance(0.1) ? dice_.magnitude(1, 20'000) : 0), Plan::HelloSends, attempt, code);
}

void Network::sessionFrameSent(std::int64_t now, AttemptId attempt, std::string_view text,
                               std::uint64_t sent) {
  if (text.starts_with(R"({"rws":"hello")")) checkHello(text);
  Link* const link = find(attempt);
  if (link == nullptr || !configuration_.session.isOn) return;
  link->frames.push_back({std::string(text), 0, sent});
  if (link->frames.size() == 1) planFrames(now, *link);
}

void Network::messageSent(std::int64_t now, AttemptId attempt, MessageId message, std::uint64_t sent) {
  Link* const link = find(attempt);
  if (link == nullptr || !configuration_.session.isSupported) return;
  link->frames.push_back({{}, message, sent});
  if (link->frames.size() == 1) planFrames(now, *link);
}

// The client sends the last number that its application was handed.
void Network::checkHello(std::string_view text) {
  const bool isNew = text.find(R"("session":null)") != std::string_view::npos;
  const bool isSame = !session_.empty() && text.find(session_) != std::string_view::npos;
  const std::uint64_t expected = isNew ? 0 : handed_;
  findings_->check(isNew || isSame, "Q6", "a hello names another session than the last one");
  findings_->check(numberAfter(text, R"("received":)") == expected, "Q6", "a hello reports a wrong count");
}

void Network::planFrames(std::int64_t now, const Link& link) {
  if (link.frames.empty() || !link.toServer) return;
  const double time = std::ceil(link.timeUntil(link.frames.front().end));
  if (!std::isfinite(time) || time > 1e12) return;
  plan(now + static_cast<std::int64_t>(time) + delay(), Plan::FramesArrive, link.attempt);
}

void Network::framesArrive(std::int64_t now, Link& link, Stage& stage) {
  link.update(now);
  const AttemptId attempt = link.attempt;
  while (!link.frames.empty() && static_cast<double>(link.frames.front().end) <= link.arrived) {
    const Link::Frame frame = std::move(link.frames.front());
    link.frames.pop_front();
    frameArrives(now, attempt, frame);
  }
  planFrames(now, link);
  // A server that knows no sessions answers with a plain message or a JSON ping.
  if (!configuration_.session.isSupported) {
    sendToClient(now, link, dice_.chance(0.5) ? Frame::Message : Frame::Ping, 1, 0);
  }
  sendAll(now, stage);
}

void Network::frameArrives(std::int64_t now, AttemptId attempt, const Link::Frame& frame) {
  if (!configuration_.session.isSupported) return;
  if (frame.message > 0) return server_.messageArrived(now, attempt, frame.message);
  server_.textArrived(now, attempt, frame.text, now >= silentUntil_);
}

// The connection is over for the client. What has left the browser may still arrive.
void Network::loseFrames(std::int64_t now, Link& link) {
  if (!configuration_.session.isSupported || link.state == Link::State::Over) return;
  Late late{link.attempt, {}};
  const bool isOnItsWay = !isHealed_ && dice_.chance(0.7);
  while (!link.frames.empty() && isOnItsWay && static_cast<double>(link.frames.front().end) <= link.out) {
    late.frames.push_back(std::move(link.frames.front()));
    link.frames.pop_front();
  }
  link.frames.clear();
  late_.push_back(std::move(late));
  const std::int64_t wait = isHealed_ || dice_.chance(0.7) ? delay() : dice_.magnitude(1, 60'000);
  plan(now + wait, Plan::LateFrames, link.attempt);
}

void Network::lateFramesArrive(std::int64_t now, AttemptId attempt, Stage& stage) {
  const auto found = std::find_if(late_.begin(), late_.end(),
                                  [attempt](const Late& late) { return late.attempt == attempt; });
  if (found == late_.end()) return;
  const Late late = std::move(*found);
  late_.erase(found);
  for (const Link::Frame& frame : late.frames) frameArrives(now, attempt, frame);
  server_.disconnected(now, attempt);
  sendAll(now, stage);
}

// --- to the client

// What the servers have to send, and when they are to be woken next.
void Network::sendAll(std::int64_t now, Stage& stage) {
  for (const MessageId message : server_.takeCounted()) stage.truth().counted(message);
  for (ServerFrame& frame : server_.takeFrames()) {
    Link* const link = find(frame.connection);
    if (link == nullptr || link->state != Link::State::Open || link->isEnding) continue;
    const std::int64_t at = std::max(link->lastArrival, now + std::max<std::int64_t>(1, delay()));
    link->lastArrival = at;
    if (frame.closeCode != 0) {
      link->isEnding = true;
      link->isPristine = false;
      link->cutOut(now, 0);
      plan(at, Plan::SocketCloses, link->attempt, frame.closeCode);
      continue;
    }
    toClient_.push_back(std::move(frame));
    plan(at, Plan::FrameArrives, link->attempt, static_cast<std::int64_t>(toClient_.size() - 1),
         static_cast<std::int64_t>(Frame::Session));
  }
  const std::optional<std::int64_t> due = server_.nextDue();
  if (!due || (wakesAt_ && *wakesAt_ <= *due)) return;
  wakesAt_ = std::max(now, *due);
  plan(*wakesAt_, Plan::ServerWakes, AttemptId::None);
}

bool Network::deliverSession(std::size_t index, Link& link, Stage& stage) {
  if (link.isClosing) return true;
  if (!link.toClient || !link.waiting.empty()) {
    link.waiting.push_back(index);
    return true;
  }
  const ServerFrame frame = toClient_[index];
  const AttemptId attempt = link.attempt;
  const bool isInSession = stage.client().isInSession(attempt);
  const bool isNewWelcome = frame.kind == ServerFrame::Kind::NewWelcome && isInSession;
  // The client may refuse a welcome that resumes.
  if (isNewWelcome) {
    session_ = frame.session;
    handed_ = 0;
  }
  if (frame.kind == ServerFrame::Kind::Skip && isInSession && attempt == stage.client().currentAttempt()) {
    findings_->check(frame.session == session_ && frame.number - frame.count == handed_, "Q6",
                     "the client takes a skip of other numbers");
    handed_ = frame.number;
  }
  const bool isMessage = frame.kind == ServerFrame::Kind::Message;
  if (isMessage) arriving_ = frame;
  const bool isApplied = apply(stage, attempt, {.kind = InputKind::Message, .text = frame.text});
  if (isApplied && isMessage && stage.hasTaken()) messageTaken();
  arriving_.reset();
  return true;
}

void Network::messageTaken() {
  if (!arriving_) return;
  findings_->check(arriving_->session == session_ && arriving_->number == handed_ + 1, "Q6",
                   "the client's application is handed a number twice, in another order, or not at all");
  handed_ = arriving_->number;
  arriving_.reset();
}

// In order, before what arrives later.
void Network::deliverWaiting(AttemptId attempt, Stage& stage) {
  Link* link = find(attempt);
  for (const std::size_t index : std::exchange(link->waiting, {})) {
    link = find(attempt);  // it may be gone when the listeners have run
    if (link == nullptr || link->state == Link::State::Over) return;
    (void)deliverSession(index, *link, stage);
  }
}

// --- faults

void Network::failSession(std::int64_t now, AttemptId current, Stage& stage) {
  enum : std::size_t { kKill, kLoseStore, kRestore, kTakeOver, kLoseFence, kEnd };
  const std::size_t fault = dice_.index<6>({50, 8, 5, 8, 20, 5});
  switch (fault) {
    case kKill:
    case kLoseStore:
      server_.kill(now, fault == kLoseStore);
      break;
    case kRestore:
      server_.restore(now);
      break;
    case kTakeOver:
      server_.takeOver(now);
      break;
    case kLoseFence:
      server_.loseFence();
      break;
    default:
      server_.endSession(now);
      break;
  }
  Link* const link = find(current);
  const bool isDown = fault == kKill || fault == kLoseStore || fault == kRestore;
  if (isDown && link != nullptr) failLink(now, Fault::Reset, *link, stage);
  sendAll(now, stage);
}

}  // namespace rws::sim
