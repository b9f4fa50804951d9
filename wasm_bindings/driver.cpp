#include "driver.h"

#include <algorithm>
#include <utility>

namespace rws::bindings {
namespace {

// The inputs that may give the socket up. The core must know before what has left the browser.
bool mayPart(const Input& input) {
  return std::holds_alternative<input::Disconnect>(input) ||
         std::holds_alternative<input::Reconnect>(input) || std::holds_alternative<input::Destroy>(input) ||
         std::holds_alternative<input::PageSuspended>(input) || std::holds_alternative<input::Ticked>(input);
}

// The block of memory that actions lie in, for whichever connection has a turn: none keeps one while it
// idles.
Actions spareActions;

// The option's name as the core keeps it, which outlives the caller's; empty for one that is none.
std::string_view ownNameOf(std::string_view name) {
  for (const std::string_view own : optionNames()) {
    if (own == name) return own;
  }
  return {};
}

}  // namespace

Driver::Driver(double seed)
    : delegate_(this),
      connection_(Options{}, static_cast<std::uint64_t>(seed)),
      timer_(this, [](void* driver) { static_cast<Driver*>(driver)->timerFired(); }) {}

// ---------------------------------------------------------------------------------------------- inputs

void Driver::take(Input input) {
  if (busy_) {
    waiting_.emplace_back(std::move(input));
    return;
  }
  turn([&] { handle(input); });
}

bool Driver::setOption(std::string_view name, const OptionValue& value) {
  Options options = connection_.options();
  // No rule joins two options, so the answer does not depend on what is in line.
  const std::optional<OptionsError> error = rws::setOption(options, name, value);
  if (error) {
    delegate_.ruleBroken(error->rule);
    return false;
  }
  if (busy_) {
    waiting_.emplace_back(Assignment{ownNameOf(name), value});
  } else {
    take(input::ChangeOptions{std::move(options)});
  }
  return true;
}

void Driver::addressFound(AttemptId attempt) {
  if (attempt == AttemptId::None || attempt != seeking_) return;
  seeking_ = AttemptId::None;
  turn([&] { openSocket(attempt); });
}

void Driver::addressFailed(AttemptId attempt, std::string_view reason) {
  if (attempt == AttemptId::None || attempt != seeking_) return;
  seeking_ = AttemptId::None;
  take(input::OpenFailed{attempt, reason});
}

void Driver::socketOpened(AttemptId attempt) { take(input::Opened{attempt}); }
void Driver::socketErrored(AttemptId attempt) { take(input::Errored{attempt}); }
void Driver::socketClosed(AttemptId attempt, const CloseInfo& info, std::uint64_t bufferedAmount) {
  take(input::Closed{attempt, info, bufferedAmount});
}

void Driver::timerFired() {
  clock_.proveReached(timer_.fired());
  take(input::Ticked{});
}

// ---------------------------------------------------------------------------------------------- commands

SendOutcome Driver::send(const PayloadRef& payload, const SendOptions& sendOptions) {
  // From inside a turn: what came before goes before. While the host has the say nothing more can be done.
  if (busy_ && connection_.phase() != Phase::Deciding) drain();
  SendOutcome outcome = SendOutcome::Refused;
  turn([&] {
    const Now time = clock_.now();
    if (connection_.wantsBuffered()) tellBuffered(time);
    outcome = connection_.send(time, payload, sendOptions, actions_);
  });
  return outcome;
}

void Driver::handOverFailed(AttemptId attempt, PayloadId payload) { take(refusalOf(attempt, payload)); }

bool Driver::handOverAtOnce(const PayloadRef& payload) {
  return !busy_ && connection_.handOverAtOnce(payload);
}

void Driver::received(AttemptId attempt) {
  if (busy_ || !connection_.received(attempt, DriverClock::wall())) take(input::Received{attempt, {}});
}

bool Driver::receivedControl(AttemptId attempt, const ControlFrame& frame) {
  const bool consumed = connection_.consumes(frame);
  take(input::Received{attempt, frame});
  return consumed;
}

// ---------------------------------------------------------------------------------------------- turns

template <class Work>
void Driver::turn(Work work) {
  if (busy_) {
    work();
    return;
  }
  busy_ = true;
  actions_.swap(spareActions);
  work();
  drain();
  actions_.swap(spareActions);
  endTurn();
}

void Driver::drain() {
  for (;;) {
    while (performed_ < actions_.size()) {
      // A copy of its own: performing it may add actions.
      const Action action = actions_[performed_++];
      std::visit([this](const auto& concrete) { perform(concrete); }, action);
    }
    actions_.clear();
    performed_ = 0;
    refused_ = false;
    if (waiting_.empty()) return;
    handle(waiting_.front());
    waiting_.pop_front();
  }
}

void Driver::endTurn() {
  rearm();
  busy_ = false;
  // Last, because listeners may call anything.
  if (std::exchange(told_, false)) delegate_.turnEnded();
}

// A timer that is early is left alone: a tick before the deadline does nothing, and most deadlines only move
// away.
void Driver::rearm() {
  const std::optional<Instant> deadline = connection_.nextDeadline();
  if (!deadline) {
    timer_.clear();
  } else if (!timer_.due() || *timer_.due() > *deadline) {
    timer_.arm(clock_.now().instant, *deadline);
  }
}

void Driver::handle(const Pending& pending) {
  if (const auto* const assignment = std::get_if<Assignment>(&pending)) {
    Options options = connection_.options();
    if (!rws::setOption(options, assignment->name, assignment->value)) {
      handle(Input(input::ChangeOptions{std::move(options)}));
    }
  } else {
    handle(std::get<Input>(pending));
  }
}

void Driver::handle(const Input& input) {
  const Now time = clock_.now();
  if (mayPart(input)) tellBuffered(time);
  measureBefore(time, input);
  connection_.handle(time, input, actions_);
}

void Driver::measureBefore(const Now& now, const Input& input) {
  while (std::optional<input::Measured> measured = connection_.owedBefore(input)) {
    measured->bytes = delegate_.sizeOf(measured->payload);
    connection_.handle(now, *measured, actions_);
  }
}

void Driver::tellBuffered(const Now& time) {
  const AttemptId attempt = connection_.currentAttempt();
  if (const BrowserSocket* const socket = find(attempt)) {
    const Input buffered = input::Buffered{attempt, socket->bufferedAmount()};
    measureBefore(time, buffered);
    connection_.handle(time, buffered, actions_);
  }
}

// ---------------------------------------------------------------------------------------------- actions

void Driver::perform(const action::OpenSocket& action) {
  seeking_ = action.attempt;
  delegate_.findAddress(action.attempt);
}

void Driver::openSocket(AttemptId attempt) {
  BrowserSocket::Failure failure{};
  const int handle = BrowserSocket::open(this, failure);
  if (handle == 0) {
    waiting_.emplace_back(input::OpenFailed{attempt, failure.data()});
    return;
  }
  sockets_.emplace_back(handle, attempt, static_cast<SocketListener&>(*this)).show(this);
}

void Driver::perform(const action::CloseSocket& action) {
  if (seeking_ == action.attempt) seeking_ = AttemptId::None;
  tellGone(action.attempt);
  if (BrowserSocket* const socket = find(action.attempt)) {
    socket->close(action.code, action.reason);
  } else {
    // No socket, no close event: whoever waits for it must not wait for ever.
    waiting_.emplace_back(input::Closed{action.attempt, {}, 0});
  }
}

void Driver::perform(const action::ReleaseSocket& action) {
  BrowserSocket* const socket = find(action.attempt);
  const bool isTold = socket == nullptr || socket->takeLeave();
  sockets_.remove_if([&action](const BrowserSocket& one) { return one.attempt() == action.attempt; });
  if (!isTold) delegate_.socketGone(action.attempt);
}

void Driver::tellGone(AttemptId attempt) {
  BrowserSocket* const socket = find(attempt);
  if (socket != nullptr && !socket->takeLeave()) delegate_.socketGone(attempt);
}

void Driver::perform(const action::SendControl& action) {
  const BrowserSocket* const socket = find(action.attempt);
  if (socket == nullptr || socket->sendText(action.text)) return;
  const input::ControlRefused refusal{action.attempt, action.text.size(), action.after};
  connection_.handle(clock_.now(), refusal, actions_);
}

// After one refusal the rest of the batch stays behind: a later message must not overtake an earlier one.
void Driver::perform(const action::Transmit& action) {
  if (refused_) return;
  told_ = true;
  if (delegate_.transmit(action)) return;
  refused_ = true;
  handle(Input(refusalOf(action.attempt, action.payload)));
}

void Driver::perform(const action::Settle& action) { delegate_.settle(action.payloads); }

void Driver::perform(const action::Forsake& action) {
  told_ = true;
  delegate_.forsake(action.payloads);
}

void Driver::perform(const action::AskVerdict& action) {
  const std::optional<bool> verdict = delegate_.shouldReconnect(action);
  connection_.handle(clock_.now(), input::Decided{action.attempt, verdict}, actions_);
}

template <class Event>
void Driver::perform(const Event& event) {
  told_ = true;
  delegate_.tell(event);
}

input::HandOverFailed Driver::refusalOf(AttemptId attempt, PayloadId payload) {
  const BrowserSocket* const socket = find(attempt);
  return {attempt, payload, socket != nullptr && socket->isClosing()};
}

BrowserSocket* Driver::find(AttemptId attempt) {
  for (BrowserSocket& socket : sockets_) {
    if (socket.attempt() == attempt) return &socket;
  }
  return nullptr;
}

}  // namespace rws::bindings
