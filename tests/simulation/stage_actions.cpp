// Owns what the host does for the client: the work on sockets and payloads. The order of a turn is in
// stage.cpp.
#include <algorithm>
#include <string>
#include <utility>

#include "stage.h"

namespace rws::sim {
namespace {

constexpr std::size_t kRememberedSockets = 4;
constexpr std::size_t kRememberedPings = 16;

}  // namespace

void Stage::perform(const Actions& actions) {
  refused_ = false;
  for (const Action& action : actions) {
    if (const auto* opened = std::get_if<action::OpenSocket>(&action)) {
      perform(*opened);
    } else if (const auto* closed = std::get_if<action::CloseSocket>(&action)) {
      perform(*closed);
    } else if (const auto* released = std::get_if<action::ReleaseSocket>(&action)) {
      perform(*released);
    } else if (const auto* control = std::get_if<action::SendControl>(&action)) {
      perform(*control);
    } else if (const auto* transmitted = std::get_if<action::Transmit>(&action)) {
      perform(*transmitted);
    } else if (const auto* asked = std::get_if<action::AskVerdict>(&action)) {
      perform(*asked);
    } else if (const auto* settled = std::get_if<action::Settle>(&action)) {
      forget(settled->payloads);
    } else if (const auto* forsaken = std::get_if<action::Forsake>(&action)) {
      forget(forsaken->payloads);
      told_ = true;
    } else {
      if (const auto* dropped = std::get_if<action::Drop>(&action)) forget(dropped->payload);
      told_ = true;
    }
  }
}

void Stage::perform(const action::OpenSocket& action) {
  newest_ = action.attempt;
  sockets_.push_back({.attempt = action.attempt});
  sleeps_ = 0;
  pingedAt_.reset();
  if (sockets_.size() > kRememberedSockets) {
    const bool isDone = sockets_.front().released || sockets_.front().ended;
    if (isDone) sockets_.pop_front();
  }
  if (surroundings_ != nullptr) surroundings_->socketAsked(action.attempt);
}

void Stage::perform(const action::CloseSocket& action) {
  StageSocket* const socket = find(action.attempt);
  if (socket == nullptr) return;
  socket->open = false;
  socket->closed = true;
  if (surroundings_ != nullptr) surroundings_->socketClosed(action.attempt);
}

void Stage::perform(const action::ReleaseSocket& action) {
  StageSocket* const socket = find(action.attempt);
  if (socket == nullptr) return;
  socket->released = true;
  if (surroundings_ != nullptr) surroundings_->socketReleased(action.attempt);
}

void Stage::perform(const action::SendControl& action) {
  StageSocket* const socket = find(action.attempt);
  findings().check(socket != nullptr && socket->open, "H8",
                   "a frame of the client's own for a closed socket");
  if (socket == nullptr || !socket->open) return;
  if (socket->refuses || socket->closing) {
    checkers_.refused(action.attempt, action.text.size());
    answers_.emplace_back(input::ControlRefused{action.attempt, action.text.size(), action.after});
    return;
  }
  socket->handed += action.text.size();
  if (surroundings_ != nullptr) surroundings_->handedOver(action.attempt, socket->handed);
  if (!action.text.view().starts_with(R"({"type":"ping")")) return;
  if (!pingedAt_) pingedAt_ = time_;
  if (socket->pings.size() == kRememberedPings) socket->pings.erase(socket->pings.begin());
  socket->pings.push_back(std::stoll(std::string(action.text.view().substr(27))));
  if (surroundings_ != nullptr) surroundings_->pingSent(action.attempt, socket->pings.back());
}

void Stage::perform(const action::Transmit& action) {
  if (refused_) return;
  StageSocket* const socket = find(action.attempt);
  if (socket != nullptr && handOver(*socket, action.payload, bytesOf(action.payload))) return;
  refused_ = true;
  answers_.emplace_back(refusalOf(action.attempt, action.payload));
}

void Stage::perform(const action::AskVerdict& action) {
  asked_ = true;
  answers_.emplace_back(input::Decided{action.attempt, verdict_});
}

input::HandOverFailed Stage::refusalOf(AttemptId attempt, PayloadId payload) {
  const StageSocket* const socket = find(attempt);
  return {attempt, payload, socket != nullptr && socket->closing};
}

bool Stage::handOver(StageSocket& socket, PayloadId payload, std::uint64_t bytes) {
  findings().check(socket.open, "Q3", "a message is handed to a socket that is not open");
  if (socket.refuses || socket.closing || !socket.open) return false;
  socket.handed += bytes;
  socket.held.push_back({payload, socket.handed});
  socket.underWay.push_back({payload, socket.handed});
  told_ = true;
  if (surroundings_ != nullptr) surroundings_->handedOver(socket.attempt, socket.handed);
  return true;
}

void Stage::drained(AttemptId attempt, std::uint64_t gone, std::uint64_t arrived) {
  StageSocket* const socket = find(attempt);
  if (socket == nullptr) return;
  leave(*socket, gone);
  arrive(*socket, arrived);
}

void Stage::leave(StageSocket& socket, std::uint64_t gone) {
  socket.gone = std::max(socket.gone, gone);
  while (!socket.held.empty() && socket.held.front().end <= gone) {
    ++counts_.left;
    checkers_.left(socket.held.front().id);
    socket.held.pop_front();
  }
  // Without a world what leaves arrives.
  if (surroundings_ == nullptr) arrive(socket, gone);
}

void Stage::arrive(StageSocket& socket, std::uint64_t arrived) {
  while (!socket.underWay.empty() && socket.underWay.front().end <= arrived) {
    checkers_.arrived(socket.underWay.front().id);
    socket.underWay.pop_front();
  }
}

}  // namespace rws::sim
