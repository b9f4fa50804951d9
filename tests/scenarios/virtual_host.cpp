// Owns the carrying out of actions in a world without a network.
// Refuses to be lenient: work on a socket that is not there is a failure of the client.
#include "virtual_host.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "event_text.h"
#include "json_reader.h"
#include "measuring.h"

namespace rws::scenarios {
namespace {

// The inputs that may give the socket up: the core must know before what has left the browser.
bool mayPart(const Input& input) {
  return std::holds_alternative<input::Disconnect>(input) ||
         std::holds_alternative<input::Reconnect>(input) || std::holds_alternative<input::Destroy>(input) ||
         std::holds_alternative<input::PageSuspended>(input) || std::holds_alternative<input::Ticked>(input);
}

}  // namespace

Now VirtualHost::now() const { return {Instant(kMonotonicStart + std::chrono::milliseconds(time_)), wall()}; }

// When the host's timer fires: at a whole millisecond, on the grid of a throttled page.
std::optional<std::int64_t> VirtualHost::timerAt() const {
  const std::optional<Instant> deadline = connection_.nextDeadline();
  if (!deadline) return std::nullopt;
  const auto sinceStart = deadline->time_since_epoch() - kMonotonicStart;
  std::int64_t at = std::max(time_, std::chrono::ceil<std::chrono::milliseconds>(sinceStart).count());
  if (grid_ > 0) at = (at + grid_ - 1) / grid_ * grid_;
  return at;
}

void VirtualHost::advanceTo(std::int64_t time) {
  constexpr int kEndless = 100'000;
  for (int fired = 0;; ++fired) {
    const std::optional<std::int64_t> at = timerAt();
    if (!at || *at > time) break;
    if (fired == kEndless) throw std::runtime_error("the timer never rests");
    time_ = *at;
    tell(input::Ticked{});
  }
  time_ = time;
}

void VirtualHost::sleep(std::int64_t milliseconds, bool wallOnly) {
  (wallOnly ? wallShift_ : time_) += milliseconds;
}

void VirtualHost::tell(const Input& input) {
  if (mayPart(input)) tellBuffered();
  handle(input);
}

void VirtualHost::tellBuffered() {
  const VirtualSocket* const socket = find(connection_.currentAttempt());
  if (socket != nullptr && socket->isOpen) handle(input::Buffered{socket->attempt, socket->buffered});
}

void VirtualHost::handle(const Input& input) {
  answers_.push_back(input);
  handleAnswers();
}

void VirtualHost::handleAnswers() {
  while (!answers_.empty()) {
    const Input next = std::exchange(answers_.front(), Input{});
    answers_.pop_front();
    Actions actions;
    while (std::optional<input::Measured> measured = connection_.owedBefore(next)) {
      measured->bytes = payloads_[measured->payload].bytes;
      connection_.handle(now(), *measured, actions);
    }
    connection_.handle(now(), next, actions);
    perform(actions);
  }
}

bool VirtualHost::send(const std::string& name, std::uint64_t bytes, const SendOptions& options) {
  const PayloadId id = ++lastPayload_;
  payloads_[id] = {name, bytes};
  if (connection_.wantsBuffered()) tellBuffered();
  Actions actions;
  const PayloadRef payload{id, bytes, MessageKind::Text};
  SendOutcome outcome = submit(host::unmeasuredText(payload, 1), options, actions);
  if (outcome == SendOutcome::Unmeasured) outcome = connection_.send(now(), payload, options, actions);
  perform(actions);
  handleAnswers();
  if (outcome == SendOutcome::HandOver) {
    const bool isTaken = handOver(connection_.currentAttempt(), id);
    if (!isTaken) handle(refusalOf(connection_.currentAttempt(), id));
    if (options.isVolatile) payloads_.erase(id);  // it is never asked for again
    return isTaken;
  }
  // A message that was queued may have followed the rest of the queue to the socket at once.
  if (outcome == SendOutcome::Queued) return handedUpTo_ >= id;
  payloads_.erase(id);
  return false;
}

SendOutcome VirtualHost::submit(const PayloadRef& payload, const SendOptions& options, Actions& actions) {
  const bool isPlain = !options.isVolatile && !options.ttl;
  if (isPlain && connection_.handOverAtOnce(payload)) return SendOutcome::HandOver;
  return connection_.send(now(), payload, options, actions);
}

void VirtualHost::verdict(std::optional<bool> verdict) {
  verdict_ = verdict;
  handle(input::HostDecides{verdict.has_value()});
}

void VirtualHost::open(VirtualSocket& socket) {
  socket.isOpen = !socket.closed;
  handle(input::Opened{socket.attempt});
}

void VirtualHost::close(VirtualSocket& socket, const CloseInfo& info) {
  socket.isOpen = false;
  handle(input::Closed{socket.attempt, info, socket.buffered});
}

void VirtualHost::receive(const VirtualSocket& socket, const ControlFrame& control,
                          const std::string& message) {
  handle(input::Received{socket.attempt, control});
  const bool isCurrent =
      connection_.currentAttempt() == socket.attempt && connection_.phase() == Phase::Connected;
  if (isCurrent && !connection_.consumes(control)) record_.events.push_back("message " + message);
}

std::vector<std::string> VirtualHost::queue() const {
  // Whatever waits was sent after all that was handed over: the queue is the newest of what is kept.
  std::vector<std::string> names;
  auto left = connection_.queuedMessages();
  for (auto entry = payloads_.rbegin(); entry != payloads_.rend() && left > 0; ++entry, --left) {
    names.insert(names.begin(), entry->second.name);
  }
  return names;
}

VirtualSocket* VirtualHost::find(AttemptId attempt) {
  const auto found = std::find_if(sockets_.begin(), sockets_.end(),
                                  [attempt](const VirtualSocket& known) { return known.attempt == attempt; });
  return found == sockets_.end() ? nullptr : &*found;
}

bool VirtualHost::handOver(AttemptId attempt, PayloadId payload) {
  VirtualSocket* const socket = find(attempt);
  if (socket == nullptr || !socket->isOpen) {
    throw std::runtime_error("a message for a socket that is not open");
  }
  if (socket->refuses || socket->isClosing) return false;
  const Payload& message = payloads_.at(payload);
  if (socket->holds) socket->buffered += message.bytes;
  record_.sent.push_back(message.name);
  handedUpTo_ = payload;
  return true;
}

input::HandOverFailed VirtualHost::refusalOf(AttemptId attempt, PayloadId payload) {
  const VirtualSocket* const socket = find(attempt);
  return {attempt, payload, socket != nullptr && socket->isClosing};
}

// Carries out one action each.
struct VirtualHost::Performer {
  VirtualHost& host;
  bool refused = false;  // later messages of the same turn stay where they are

  void operator()(const action::OpenSocket& action) const {
    host.sockets_.push_back({.attempt = action.attempt});
  }
  void operator()(const action::CloseSocket& action) const {
    VirtualSocket* const socket = host.find(action.attempt);
    if (socket == nullptr || socket->closed) throw std::runtime_error("a socket is closed twice");
    socket->isOpen = false;
    socket->closed =
        std::to_string(action.code) + (action.reason.empty() ? "" : ' ' + std::string(action.reason.view()));
  }
  void operator()(const action::ReleaseSocket& /*action*/) const {}
  void operator()(const action::SendControl& action) const {
    VirtualSocket* const socket = host.find(action.attempt);
    if (socket == nullptr || !socket->isOpen) throw std::runtime_error("a ping or pong for a closed socket");
    if (socket->refuses || socket->isClosing) {
      host.answers_.emplace_back(input::ControlRefused{action.attempt, action.text.size(), action.after});
      return;
    }
    if (socket->holds) socket->buffered += action.text.size();
    const ControlFrame frame = host::readControlFrame(action.text);
    const bool isPing = frame.kind == ControlKind::Ping;
    const std::string timestamp(frame.timestamp.view());
    if (isPing) socket->pings.push_back(timestamp);
    host.record_.control.push_back(isPing ? "ping" : "pong " + timestamp);
  }
  void operator()(const action::Transmit& action) {
    if (refused || host.handOver(action.attempt, action.payload)) return;
    refused = true;
    host.answers_.emplace_back(host.refusalOf(action.attempt, action.payload));
  }
  // Shows the names of the payloads that are still kept, and forgets them.
  template <class Show>
  void forEachOf(PayloadRange payloads, const Show& show) const {
    auto next = host.payloads_.upper_bound(payloads.after);
    while (next != host.payloads_.end() && next->first <= payloads.upTo) {
      show(next->second.name);
      next = host.payloads_.erase(next);
    }
  }
  void operator()(const action::Settle& action) const {
    forEachOf(action.payloads, [](const std::string&) {});
  }
  void operator()(const action::Forsake& action) const {
    forEachOf(action.payloads, [this](const std::string& name) {
      host.record_.events.push_back("drop " + name + " unknown");
    });
  }
  void operator()(const action::Drop& action) const {
    const Payload& message = host.payloads_.at(action.payload);
    host.record_.events.push_back("drop " + message.name + ' ' + std::string(toString(action.reason)));
    host.payloads_.erase(action.payload);
  }
  void operator()(const action::AskVerdict& action) const {
    host.answers_.emplace_back(input::Decided{action.attempt, host.verdict_});
  }
  void operator()(const action::TellOptionsChanged& /*action*/) const {}
  template <class Event>
  void operator()(const Event& event) const {
    host.record_.events.push_back(eventText(event));
  }
};

void VirtualHost::perform(const Actions& actions) {
  Performer performer{*this};
  for (const Action& action : actions) std::visit(performer, action);
}

}  // namespace rws::scenarios
