#include "virtual_host.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "event_text.h"

namespace rws::scenarios {
namespace {

constexpr EpochMs kWallStart = 1'700'000'000'000;
constexpr Duration kMonotonicStart = std::chrono::seconds(1000);
// The facade measures longer texts before it sends them.
constexpr std::uint64_t kLongestUnmeasured = 512;

}  // namespace

// --- clocks and the timer

Now VirtualHost::now() {
  return {Instant(kMonotonicStart + std::chrono::milliseconds(time_)), kWallStart + time_ + wallShift_};
}

void VirtualHost::setTimer(std::int32_t milliseconds) { timerAt_ = time_ + milliseconds; }

// On the grid of a throttled page.
std::optional<std::int64_t> VirtualHost::nextTimer() const {
  if (!timerAt_) return std::nullopt;
  const std::int64_t at = std::max(time_, *timerAt_);
  return grid_ > 0 ? (at + grid_ - 1) / grid_ * grid_ : at;
}

void VirtualHost::advanceTo(std::int64_t time) {
  constexpr int kEndless = 100'000;
  for (int fired = 0;; ++fired) {
    const std::optional<std::int64_t> at = nextTimer();
    if (!at || *at > time) break;
    if (fired == kEndless) throw std::runtime_error("the timer fires without end");
    time_ = *at;
    timerAt_.reset();
    driver_.timerFired();
  }
  time_ = time;
}

void VirtualHost::sleep(std::int64_t milliseconds, bool wallOnly) {
  (wallOnly ? wallShift_ : time_) += milliseconds;
}

// --- the user

bool VirtualHost::send(const std::string& name, std::uint64_t bytes, const SendOptions& options) {
  const MessageId id = ++lastMessage_;
  payloads_[id] = {name, bytes};
  const Message message{id, bytes, bytes > kLongestUnmeasured};
  const bool isPlain = !options.isVolatile && !options.ttl;
  if (!isPlain || !driver_.trySendNow(message)) return driver_.send(message, options);
  const AttemptId attempt = client().currentAttempt();
  const SendResult result = sendMessage(attempt, id);
  if (result != SendResult::Sent) driver_.messageRefused(attempt, id, result == SendResult::Closing);
  return result == SendResult::Sent;
}

void VirtualHost::setVerdict(std::optional<bool> verdict) {
  verdict_ = verdict;
  driver_.setDecider(verdict.has_value());
}

void VirtualHost::setHeartbeat(const HeartbeatOption& heartbeat, std::uint64_t pingBytes) {
  pingBytes_ = pingBytes;
  driver_.setHeartbeat(heartbeat);
}

std::optional<bool> VirtualHost::shouldReconnect(const CloseInfo& /*info*/, bool /*byDefault*/) {
  if (const auto commands = std::exchange(insideVerdict_, nullptr)) commands();
  return verdict_;
}

void VirtualHost::resolveAddress(AttemptId attempt) {
  if (const auto commands = std::exchange(insideUrl_, nullptr)) commands();
  driver_.addressResolved(attempt);
}

std::vector<std::string> VirtualHost::queue() const {
  // What is queued was sent after everything that a socket has: the queue is the newest of what is kept.
  std::vector<std::string> names;
  std::uint64_t left = client().queuedMessages();
  for (auto entry = payloads_.rbegin(); entry != payloads_.rend() && left > 0; ++entry, --left) {
    names.insert(names.begin(), entry->second.name);
  }
  return names;
}

// --- events of sockets

void VirtualHost::open(VirtualSocket& socket) {
  socket.isOpen = !socket.closed;
  if (!socket.isReleased) driver_.socketOpened(socket.attempt);
}

void VirtualHost::error(const VirtualSocket& socket) {
  if (!socket.isReleased) driver_.socketErrored(socket.attempt);
}

void VirtualHost::close(VirtualSocket& socket, std::uint16_t code, const std::string& reason, bool wasClean) {
  socket.isOpen = false;
  if (!socket.isReleased) driver_.socketClosed(socket.attempt, code, reason, wasClean);
}

void VirtualHost::say(VirtualSocket& socket, const std::string& name) {
  // Afterwards the facade throws.
  const bool isOver = socket.isReleased || socket.closed || client().phase() == Phase::Connected;
  if (!isOver && give(&socket, name.size()) == SendResult::Sent) record_.sent.push_back(name);
}

void VirtualHost::receiveText(VirtualSocket& socket, const std::string& text, const std::string& name) {
  if (socket.isReleased || socket.closed) return;
  const bool isControl = text.find(kControlFrameMarker) != std::string::npos;
  bool isConsumed = false;
  if (isControl) {
    isConsumed = driver_.textReceived(socket.attempt, text);
  } else {
    (void)driver_.frameReceived(socket.attempt);
  }
  if (client().currentAttempt() != socket.attempt || isConsumed) return;
  if (client().phase() == Phase::Connected) {
    record_.events.push_back("message " + name);
  } else if (socket.hasHandshake) {
    socket.early.push_back(name);
  }
}

void VirtualHost::receiveCustom(VirtualSocket& socket, std::uint64_t replyBytes, const std::string& name) {
  if (client().options().heartbeat.mode != HeartbeatMode::Custom) return receiveText(socket, name, name);
  if (socket.isReleased || socket.closed) return;
  const std::uint64_t key = replyBytes == 0 ? 0 : ++lastReply_;
  if (key > 0) replies_[key] = replyBytes;
  driver_.customReceived(socket.attempt, {key, replyBytes});
}

// --- the driver's work on sockets

VirtualSocket* VirtualHost::find(AttemptId attempt) {
  const auto found = std::find_if(sockets_.begin(), sockets_.end(),
                                  [attempt](const VirtualSocket& known) { return known.attempt == attempt; });
  return found == sockets_.end() ? nullptr : &*found;
}

std::string VirtualHost::openSocket(AttemptId attempt) {
  sockets_.push_back({.attempt = attempt});
  return {};
}

void VirtualHost::sendHello(AttemptId attempt, std::string_view text) {
  record_.control.push_back(toControlText(std::string(text) + '}'));
  (void)give(find(attempt), text.size() + 1);
}

void VirtualHost::closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) {
  VirtualSocket* const socket = find(attempt);
  if (socket == nullptr || socket->closed) throw std::runtime_error("a socket is closed twice");
  socket->isOpen = false;
  socket->closed = std::to_string(code) + (reason.empty() ? "" : ' ' + std::string(reason));
}

void VirtualHost::release(AttemptId attempt) {
  VirtualSocket* const socket = find(attempt);
  if (socket != nullptr) socket->isReleased = true;
}

std::uint64_t VirtualHost::bufferedAmount(AttemptId attempt) {
  const VirtualSocket* const socket = find(attempt);
  return socket == nullptr ? 0 : socket->buffered;
}

SendResult VirtualHost::give(VirtualSocket* socket, std::uint64_t bytes) {
  if (socket == nullptr || !socket->isOpen) throw std::runtime_error("a frame for a socket that is not open");
  if (socket->isClosing) return SendResult::Closing;
  if (socket->refuses) return SendResult::Refused;
  if (socket->isStalled) socket->buffered += bytes;
  return SendResult::Sent;
}

SendResult VirtualHost::sendMessage(AttemptId attempt, MessageId message) {
  const Payload& payload = payloads_.at(message);
  const SendResult result = give(find(attempt), payload.bytes);
  if (result == SendResult::Sent) record_.sent.push_back(payload.name);
  return result;
}

SendResult VirtualHost::sendControl(AttemptId attempt, std::string_view text) {
  VirtualSocket* const socket = find(attempt);
  const SendResult result = give(socket, text.size());
  if (result != SendResult::Sent) return result;
  if (text.starts_with(kSessionMarker)) {
    record_.control.push_back(toControlText(text));
    return result;
  }
  const ControlFrame frame = readControlFrame(text);
  const bool isPing = frame.kind == ControlKind::Ping;
  if (isPing) socket->pings.push_back(frame.timestamp);
  record_.control.push_back(isPing ? "ping" : "pong " + frame.timestamp);
  return result;
}

SendResult VirtualHost::sendCustom(AttemptId attempt, std::uint64_t reply) {
  const bool isPing = reply == 0;
  const SendResult result = give(find(attempt), isPing ? pingBytes_ : replies_.at(reply));
  if (result == SendResult::Sent) record_.control.emplace_back(isPing ? "custom ping" : "custom reply");
  return result;
}

// --- what becomes of messages

void VirtualHost::delivered(MessageRange messages) {
  payloads_.erase(payloads_.upper_bound(messages.after), payloads_.upper_bound(messages.upTo));
}

void VirtualHost::unconfirmed(MessageRange messages) {
  for (auto at = payloads_.upper_bound(messages.after); at != payloads_.upper_bound(messages.upTo); ++at) {
    record_.events.push_back("unconfirmed " + at->second.name);
  }
  delivered(messages);
}

void VirtualHost::dropped(MessageId message, DropReason reason) {
  record_.events.push_back("drop " + payloads_.at(message).name + ' ' + std::string(toString(reason)));
  payloads_.erase(message);
}

void VirtualHost::notify(const Notification& notification) {
  record_.events.push_back(toEventText(notification));
  if (!std::holds_alternative<notification::Opened>(notification)) return;
  const VirtualSocket& socket = *find(client().currentAttempt());
  for (const std::string& name : socket.early) record_.events.push_back("message " + name);
}

}  // namespace rws::scenarios
