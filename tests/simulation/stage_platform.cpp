// What the host does for the driver. Each call must be the next effect that the client asks for.
#include <algorithm>
#include <string>
#include <utility>

#include "checkers/same_notification.h"
#include "stage.h"
#include "stage_turn.h"

namespace rws::sim {
namespace {

constexpr std::size_t kRememberedSockets = 4;
constexpr std::size_t kRememberedPings = 64;

}  // namespace

// --- time

void Stage::setTimer(std::int32_t milliseconds) {
  timerAt_ = time() + milliseconds;
  isTimerNew_ = true;
  endLateness();
}

void Stage::clearTimer() {
  timerAt_.reset();
  timerDue_.reset();
  endLateness();
}

// --- sockets

void Stage::resolveAddress(AttemptId attempt) {
  const auto* const expected = expect<effect::ResolveAddress>();
  if (expected == nullptr) return;
  findings().check(expected->attempt == attempt, "C12", "an address is resolved for another attempt");
  hasNotified_ = true;  // the user's function may cause events
  newest_ = attempt;
  sockets_.push_back({.attempt = attempt});
  if (sockets_.size() > kRememberedSockets && sockets_.front().isReleased) sockets_.pop_front();
  sleeps_ = 0;
  pingedAt_.reset();
  if (surroundings_ != nullptr) surroundings_->addressWanted(attempt);
  runWithin(Callback::ResolveAddress, attempt);
  Socket& socket = *find(attempt);
  if (!resolvesLater_ && !socket.isEnded && !socket.isResolved) resolve(socket);
}

std::string Stage::openSocket(AttemptId attempt) {
  const auto* const expected = expect<effect::OpenSocket>();
  Socket* const socket = find(attempt);
  if (expected == nullptr || socket == nullptr) return "";
  findings().check(expected->attempt == attempt && socket->isResolved, "C12",
                   "a socket is opened for another attempt, or without an address");
  if (failsSockets_) {
    socket->isEnded = true;
    if (surroundings_ != nullptr) surroundings_->socketEnded(attempt);
    answer(event::AttemptFailed{attempt, "SecurityError", true});
    return "SecurityError";
  }
  socket->isCreated = true;
  socket->number = ++socketCount_;
  if (surroundings_ != nullptr) surroundings_->socketCreated(attempt);
  runWithin(Callback::OpenSocket, attempt);
  return "";
}

void Stage::startHandshake(AttemptId attempt) {
  const auto* const expected = expect<effect::StartHandshake>();
  Socket* const socket = find(attempt);
  if (expected == nullptr || socket == nullptr) return;
  findings().check(expected->attempt == attempt && socket->wasOpen, "C12",
                   "a handshake starts on another socket, or on one that has not opened");
  if (!socket->isOpen) return;  // its close event waits for its turn
  socket->isHandshaking = true;
  if (surroundings_ != nullptr) surroundings_->handshakeStarted(attempt);
  runWithin(Callback::StartHandshake, attempt);
}

void Stage::sendHello(AttemptId attempt, std::string_view text) {
  const auto* const expected = expect<effect::SendHello>();
  Socket* const socket = find(attempt);
  if (expected == nullptr || socket == nullptr) return;
  const bool isSame = expected->attempt == attempt && SessionText(expected->hello).view() == text;
  findings().check(isSame && socket->wasOpen, "C12",
                   "another hello is sent, or on a socket that has not opened");
  hasNotified_ = true;          // the user's function may cause events
  if (!socket->isOpen) return;  // its close event waits for its turn
  socket->hello = text;
  if (!resolvesLater_) return giveHello(*socket);
  if (surroundings_ != nullptr) surroundings_->helloWanted(attempt);
}

void Stage::leaveSession(AttemptId attempt) {
  const auto* const expected = expect<effect::LeaveSession>();
  Socket* const socket = find(attempt);
  if (expected == nullptr || socket == nullptr) return;
  findings().check(expected->attempt == attempt, "C12", "the session of another attempt is left");
  socket->isLeft = true;
}

void Stage::closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) {
  const auto* const expected = expect<effect::CloseSocket>();
  Socket* const socket = find(attempt);
  if (expected == nullptr || socket == nullptr) return;
  const bool isSame = expected->attempt == attempt && expected->code == code && expected->reason == reason;
  findings().check(isSame, "C12", "another socket is closed, or with another reason");
  socket->isOpen = false;
  socket->isGivenUp = true;
  if (socket->isEnded) return;
  if (surroundings_ != nullptr) surroundings_->socketClosing(attempt);
  runWithin(Callback::CloseSocket, attempt);
}

void Stage::release(AttemptId attempt) {
  const auto* const expected = expect<effect::Release>();
  Socket* const socket = find(attempt);
  if (expected == nullptr || socket == nullptr) return;
  findings().check(expected->attempt == attempt, "C12", "another attempt is released");
  socket->isReleased = true;
}

std::uint64_t Stage::bufferedAmount(AttemptId attempt) {
  const Socket* const socket = find(attempt);
  if (socket == nullptr || !socket->isCreated) return 0;
  // WebKit counts the frame of the closing handshake.
  if (engine_ == Engine::Zero) return socket->isGivenUp ? 8 : 0;
  return socket->sent - socket->left + socket->remainder;
}

// --- frames

SendResult Stage::takes(const Socket* socket) const {
  if (socket == nullptr || !socket->isCreated || socket->refuses) return SendResult::Refused;
  if (socket->isClosing || socket->isGivenUp || socket->isEnded) return SendResult::Closing;
  return socket->isOpen ? SendResult::Sent : SendResult::Refused;
}

SendResult Stage::sendControl(AttemptId attempt, std::string_view text) {
  const Effect* const effect = nextEffect();
  if (effect == nullptr) {
    findings().check(false, "C12", "a control frame that the client does not ask for");
    return SendResult::Refused;
  }
  const auto* const ping = std::get_if<effect::SendPing>(effect);
  const auto* const pong = std::get_if<effect::SendPong>(effect);
  if (const auto* const frame = std::get_if<effect::SendSessionFrame>(effect)) {
    const OwnFrame& own = frame->frame;
    findings().check(frame->attempt == attempt && SessionText(own).view() == text, "C12",
                     "another control frame of the session is sent");
    const std::uint64_t skips = own.kind == SessionFrameKind::Skip ? own.number : 0;
    const event::ControlRefused refusal{attempt, text.size(), frame->after, own.pingId, own.kind, skips};
    const std::string copy(text);
    const SendResult result = giveControl(refusal);
    Socket* const socket = find(attempt);
    if (result == SendResult::Sent && surroundings_ != nullptr && socket != nullptr) {
      surroundings_->sessionFrameSent(attempt, copy, socket->sent);
    }
    if (result == SendResult::Sent) runWithin(Callback::SendControl, attempt);
    return result;
  }
  const MessageId after = ping != nullptr ? ping->after : pong != nullptr ? pong->after : 0;
  std::string expected = ping == nullptr ? R"({"type":"pong")" : R"({"type":"ping","timestamp":)";
  if (ping != nullptr) expected += std::to_string(ping->timestamp);
  if (pong != nullptr && !pong->timestamp.empty()) expected += R"(,"timestamp":)" + pong->timestamp;
  const bool isOwn =
      (ping != nullptr && ping->attempt == attempt) || (pong != nullptr && pong->attempt == attempt);
  findings().check(isOwn && text == expected + '}', "H8", "a control frame is not what the client asks for");
  return giveControl({attempt, text.size(), after, ping != nullptr ? ping->timestamp : 0});
}

std::uint64_t Stage::pingBytes(std::uint64_t number) const {
  return failingPing_ > 0 && number % failingPing_ == 0 ? 0 : 1 + number * 7 % 60;
}

std::uint64_t Stage::makePing() {
  hasNotified_ = true;  // the user's function may cause events
  const std::uint64_t bytes = pingBytes(++pingsMade_);
  if (bytes > 0) made_.push_back(bytes);
  return bytes;
}

SendResult Stage::sendCustom(AttemptId attempt, std::uint64_t reply) {
  hasNotified_ = true;  // the socket may answer at once
  if (reply == 0) {
    const auto* const ping = expect<effect::SendPing>();
    if (ping == nullptr) return SendResult::Refused;
    const bool isOwn = ping->attempt == attempt && !made_.empty() && ping->customBytes == made_.front();
    findings().check(isOwn, "H8", "a custom ping is not what the client asks for");
    if (!made_.empty()) made_.pop_front();
    return giveControl({attempt, ping->customBytes, ping->after, ping->timestamp}, true);
  }
  const auto* const pong = expect<effect::SendPong>();
  if (pong == nullptr) return SendResult::Refused;
  const bool isOwn = pong->attempt == attempt && pong->reply.key == reply &&
                     std::find(replies_.begin(), replies_.end(), pong->reply) != replies_.end();
  findings().check(isOwn, "H8", "a reply is not what the client asks for");
  return giveControl({attempt, pong->reply.bytes, pong->after});
}

// The frame that the refusal describes.
SendResult Stage::giveControl(const event::ControlRefused& refusal, bool isCustom) {
  const AttemptId attempt = refusal.attempt;
  Socket* const socket = find(attempt);
  const SendResult result = takes(socket);
  if (result != SendResult::Sent) {
    answer(refusal);
    return result;
  }
  socket->sent += refusal.bytes;
  const EpochMs ping = refusal.pingTimestamp;
  if (ping != 0) {
    if (!pingedAt_) pingedAt_ = time();
    if (socket->pings.size() == kRememberedPings) socket->pings.erase(socket->pings.begin());
    socket->pings.push_back(ping);
  }
  if (surroundings_ != nullptr) surroundings_->frameSent(attempt, socket->sent);
  if (refusal.sessionFrame != SessionFrameKind::Unknown) return SendResult::Sent;
  if (surroundings_ != nullptr && ping != 0) {
    surroundings_->pingSent(attempt, isCustom ? 0 : ping, socket->sent);
  }
  runWithin(Callback::SendControl, attempt);
  return SendResult::Sent;
}

SendResult Stage::sendMessage(AttemptId attempt, MessageId message) {
  const auto* const expected = expect<effect::SendMessage>();
  if (expected == nullptr) return SendResult::Refused;
  findings().check(expected->attempt == attempt && expected->message == message, "C12",
                   "another message is sent, or on another socket");
  Socket* const socket = find(attempt);
  const SendResult result = takes(socket);
  if (result != SendResult::Sent) {
    answer(event::MessageRefused{attempt, message, result == SendResult::Closing});
    return result;
  }
  hasNotified_ = true;
  take(*socket, message);
  runWithin(Callback::SendMessage, attempt);
  return SendResult::Sent;
}

void Stage::take(Socket& socket, MessageId message) {
  socket.sent += sizeOf(message);
  // The client is given the sizes of half of the unmeasured texts; for other messages this changes nothing.
  if (message % 8 >= 4) {
    driver_.messageEstimated(message, sizeOf(message));
    reference_.messageEstimated(message, sizeOf(message));
    checkers_.measured(message);
  }
  for (Awaited* awaited = awaited_.get(); awaited != nullptr; awaited = awaited->outer.get()) {
    if (awaited->id == message && !awaited->isOver) awaited->isSent = true;
  }
  socket.held.push_back({message, socket.sent});
  socket.underWay.push_back({message, socket.sent});
  if (!hasStep_) leaveAtOnce();
  if (surroundings_ == nullptr) return;
  surroundings_->frameSent(socket.attempt, socket.sent);
  surroundings_->messageSent(socket.attempt, message, socket.sent);
}

// WebKit takes everything at once, and every browser a message without bytes if the buffer is empty. The
// checkers learn of it after the step in which the message was sent.
void Stage::leaveAtOnce() {
  for (Socket& socket : sockets_) {
    leave(socket, engine_ == Engine::Zero ? socket.sent : socket.left);
    arrive(socket, socket.arrived);
  }
}

void Stage::leave(Socket& socket, std::uint64_t left) {
  socket.left = std::max(socket.left, left);
  while (!socket.held.empty() && socket.held.front().end <= left) {
    ++counts_.left;
    checkers_.left(socket.held.front().id);
    socket.held.pop_front();
  }
}

void Stage::arrive(Socket& socket, std::uint64_t arrived) {
  socket.arrived = arrived;
  while (!socket.underWay.empty() && socket.underWay.front().end <= arrived) {
    checkers_.arrived(socket.underWay.front().id);
    socket.underWay.pop_front();
  }
}

// --- messages

std::uint64_t Stage::sizeOf(MessageId message) {
  const auto found = std::lower_bound(messages_.begin(), messages_.end(), message,
                                      [](const Kept& kept, MessageId wanted) { return kept.id < wanted; });
  const bool isKept = found != messages_.end() && found->id == message;
  findings().check(isKept, "R4", "the size of a message is wanted that is not kept");
  return isKept ? found->bytes : 0;
}

void Stage::forget(MessageRange messages) {
  const auto isBefore = [](const Kept& kept, MessageId wanted) { return kept.id < wanted; };
  const auto from = std::lower_bound(messages_.begin(), messages_.end(), messages.after + 1, isBefore);
  const auto end = std::lower_bound(from, messages_.end(), messages.upTo + 1, isBefore);
  messages_.erase(from, end);
}

void Stage::delivered(MessageRange messages) {
  const auto* const expected = expect<effect::Delivered>();
  findings().check(expected != nullptr && expected->messages == messages, "C12",
                   "other messages are delivered");
  hasNotified_ = true;
  forget(messages);
}

void Stage::unconfirmed(MessageRange messages) {
  const auto* const expected = expect<effect::Unconfirmed>();
  findings().check(expected != nullptr && expected->messages == messages, "C12",
                   "other messages are unconfirmed");
  hasNotified_ = true;
  forget(messages);
}

void Stage::dropped(MessageId message, DropReason reason) {
  const auto* const expected = expect<effect::Dropped>();
  const bool isSame = expected != nullptr && expected->message == message && expected->reason == reason;
  findings().check(isSame, "C12", "another message is dropped, or for another reason");
  hasNotified_ = true;
  forget({message - 1, message});
}

void Stage::discarded(MessageId message) {
  const auto* const expected = expect<effect::Discarded>();
  findings().check(expected != nullptr && expected->message == message, "C12",
                   "another message is discarded");
  forget({message - 1, message});
}

// --- the user

std::optional<bool> Stage::shouldReconnect(const CloseInfo& info, bool byDefault) {
  const auto* const expected = expect<effect::AskShouldReconnect>();
  if (expected == nullptr) return std::nullopt;
  const bool isSame = expected->info == info && expected->shouldReconnect == byDefault;
  findings().check(isSame, "C12", "shouldReconnect is asked about another close");
  const AttemptId attempt = expected->attempt;
  runWithin(Callback::ShouldReconnect, attempt);
  answer(event::ShouldReconnectAnswered{attempt, decision_});
  return decision_;
}

void Stage::notify(const Notification& notification) {
  const auto* const expected = expect<Notification>();
  if (expected == nullptr) return;
  hasNotified_ = true;
  findings().check(isSame(*expected, notification), "C12", "the user is notified of something else");
}

void Stage::turnEnded() {
  findings().check(std::exchange(hasNotified_, false), "C12", "a turn ends for listeners that have nothing");
  finishTurn();
  if (awaited_) awaited_->isOver = true;
  if (surroundings_ != nullptr && findings().empty()) surroundings_->turnEnded();
}

Socket* Stage::find(AttemptId attempt) {
  for (Socket& socket : sockets_) {
    if (socket.attempt == attempt) return &socket;
  }
  return nullptr;
}

const Socket* Stage::socket(AttemptId attempt) const {
  for (const Socket& socket : sockets_) {
    if (socket.attempt == attempt) return &socket;
  }
  return nullptr;
}

}  // namespace rws::sim
