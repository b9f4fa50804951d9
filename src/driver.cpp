#include "driver.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "visit.h"

namespace rws {
namespace {

// The option's name as the core keeps it, which lives longer than the caller's; empty for an unknown one.
std::string_view ownName(std::string_view name) {
  const auto names = optionNames();
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::string_view() : *found;
}

}  // namespace

Driver::Driver(Platform& platform, std::uint64_t seed, const HostTraits& traits)
    : platform_(platform), client_(Options{}, seed, withPlatform(traits)) {}

HostTraits Driver::withPlatform(HostTraits traits) {
  traits.context = this;
  traits.sizeOf = [](void* context, MessageId message) {
    return static_cast<Driver*>(context)->platform_.sizeOf(message);
  };
  traits.makePing = [](void* context) {
    auto* const driver = static_cast<Driver*>(context);
    driver->hasNotified_ = true;  // the user's function may cause events
    return driver->platform_.makePing();
  };
  return traits;
}

// --- time

Now Driver::now() {
  Now now = platform_.now();
  // A clock that was set back goes on from where it was.
  if (now.instant < lastReading_) clockOffset_ += lastReading_ - now.instant;
  lastReading_ = now.instant;
  latest_ = std::max(latest_, now.instant + clockOffset_);
  now.instant = latest_;
  return now;
}

void Driver::timerFired() {
  // A timer proves that its time has come: clocks can be coarser than timers, and test timers need not move
  // the clock. Time stands still then until the clock has caught up.
  if (timerDue_) latest_ = std::max(latest_, *timerDue_);
  timerDue_.reset();
  wake();
}

void Driver::setTimer() {
  std::optional<Instant> deadline = client_.nextDeadline();
  if (isHolding() && client_.phase() != Phase::Destroyed) deadline = *staysAt_;
  if (!deadline) {
    if (std::exchange(timerDue_, std::nullopt)) platform_.clearTimer();
    return;
  }
  // A timer that is early is left alone: most deadlines only move away.
  if (timerDue_ && *timerDue_ <= *deadline) return;
  constexpr std::chrono::milliseconds kLongest{std::numeric_limits<std::int32_t>::max()};
  const Instant reading = now().instant;
  const auto wait =
      std::min(kLongest,
               std::chrono::ceil<std::chrono::milliseconds>(std::max(*deadline - reading, Duration::zero())));
  timerDue_ = std::min(*deadline, reading + Duration(kLongest));
  platform_.setTimer(static_cast<std::int32_t>(wait.count()));
}

// --- commands, messages and socket events

std::optional<OptionsError> Driver::setOption(std::string_view name, const OptionValue& value) {
  // No rule joins two options, so that the answer does not depend on assignments that are queued.
  Options scratch = client_.options();
  if (const std::optional<OptionsError> error = rws::setOption(scratch, name, value)) return error;
  handle(event::SetOption{ownName(name), value});
  return std::nullopt;
}

bool Driver::send(const Message& message, const SendOptions& options) {
  Event event = event::Send{message, options};
  if (isInTurn_) {
    handle(std::move(event));
    return false;
  }
  releaseHeld();
  sending_ = message.id;
  isSendingSent_ = false;
  runTurn(std::move(event));
  const bool isSent = isSendingSent_;
  endTurn();
  return isSent;
}

bool Driver::trySendNow(const Message& message) {
  return !isInTurn_ && held_.empty() && client_.trySendNow(message);
}

void Driver::attemptFailed(AttemptId attempt, std::string_view reason) {
  handle(event::AttemptFailed{attempt, std::string(clipUtf8(reason, kMaxCloseReason))}, isCurrent(attempt));
}

void Driver::handshakeDone(AttemptId attempt) { handle(event::HandshakeDone{attempt}, isHolding()); }

void Driver::handshakeFailed(AttemptId attempt, std::uint16_t code, std::string_view reason) {
  event::HandshakeFailed failure{attempt};
  if (code == 1000 || (code >= 3000 && code <= 4999)) {
    failure.code = code;
    failure.reason = clipUtf8(reason, kMaxCloseReason);
  }
  handle(std::move(failure), isCurrent(attempt));
}

void Driver::socketClosed(AttemptId attempt, std::uint16_t code, std::string_view reason, bool wasClean) {
  CloseInfo info{code, std::string(clipUtf8(reason, kMaxCloseReason)), wasClean};
  handle(event::SocketClosed{attempt, std::move(info)}, isCurrent(attempt));
}

bool Driver::frameReceived(AttemptId attempt) {
  // Before the event, which may have to wait: the host delivers the message at once.
  const bool isTaken = client_.takeMessage(attempt);
  if (isInTurn_ || !client_.tryReceive(attempt, platform_.wallClock(), isTaken)) {
    handle(event::FrameReceived{attempt, {}, isTaken});
    return isTaken;
  }
  const std::optional<Instant> deadline = client_.watchDeadline();
  if (deadline && (!timerDue_ || *deadline < *timerDue_)) setTimer();
  return isTaken;
}

void Driver::messageHandled() {
  client_.messageHandled();
  if (client_.needsAcknowledgement()) handle(event::Acknowledge{});
}

void Driver::customReceived(AttemptId attempt, const CustomReply& reply) {
  const ControlKind kind = reply.key == 0 ? ControlKind::CustomPong : ControlKind::CustomPing;
  handle(event::FrameReceived{attempt, {kind, {}, reply}});
}

bool Driver::textReceived(AttemptId attempt, std::string_view text) {
  if (isInSession(attempt) && text.starts_with(kSessionMarker)) {
    handle(event::SessionFrameReceived{attempt, readSessionFrame(text)});
    return true;
  }
  // With the pings of another protocol, JSON pings and pongs are ordinary messages.
  const bool isForeign = client_.options().heartbeat.mode == HeartbeatMode::Custom;
  ControlFrame frame = isForeign ? ControlFrame{} : readControlFrame(text);
  const bool isConsumed = client_.consumes(frame);
  handle(event::FrameReceived{attempt, std::move(frame)});
  return isConsumed;
}

// --- the environment

void Driver::pageResumed() {
  if (staysAt_) staysAt_ = latest_;
  handle(event::PageResumed{});
}

// --- turns

void Driver::handle(Event&& event, bool isHeld) {
  releaseHeld();
  if (isHeld && isLeaving()) {
    held_.push(std::move(event));
    if (!isInTurn_) setTimer();
    return;
  }
  if (isInTurn_) {
    pending_.push(std::move(event));
    return;
  }
  runTurn(std::move(event));
  endTurn();
}

// The page stays: what was held comes next, behind what waits already.
void Driver::releaseHeld() {
  if (held_.empty() || isLeaving()) return;
  while (!held_.empty()) pending_.push(held_.pop());
}

void Driver::runTurn(Event&& event) {
  isInTurn_ = true;
  if (pending_.empty()) {
    give(event);
  } else {
    pending_.push(std::move(event));
  }
  do {
    while (!pending_.empty()) give(pending_.pop());
    setTimer();  // may call back in, too
  } while (!pending_.empty());
}

void Driver::give(const Event& event) {
  client_.handle(facts(), event);
  performAll();
}

void Driver::performAll() {
  while (const std::optional<Effect> effect = client_.pollEffect()) {
    rws::visit([this](const auto& concrete) { perform(concrete); }, *effect);
  }
}

// Nothing of the driver may be used afterwards: listeners may call anything, and may delete the driver.
void Driver::endTurn() {
  isInTurn_ = false;
  if (std::exchange(hasNotified_, false)) platform_.turnEnded();
}

HostFacts Driver::facts() {
  HostFacts facts{now()};
  const AttemptId current = client_.currentAttempt();
  const AttemptId closing = client_.closingAttempt();
  if (current != AttemptId::None) facts.bufferedAmount = platform_.bufferedAmount(current);
  if (closing != AttemptId::None) facts.closingBufferedAmount = platform_.bufferedAmount(closing);
  return facts;
}

// --- effects

void Driver::perform(const effect::ResolveAddress& effect) {
  hasNotified_ = true;  // the platform may call a function of the user, which may cause events
  platform_.resolveAddress(effect.attempt);
}

void Driver::perform(const effect::OpenSocket& effect) {
  const std::string error = platform_.openSocket(effect.attempt);
  if (!error.empty()) client_.handle(facts(), event::AttemptFailed{effect.attempt, error, true});
}

void Driver::perform(const effect::SendHello& effect) {
  hasNotified_ = true;  // the platform may call a function of the user, which may cause events
  platform_.sendHello(effect.attempt, SessionText(effect.hello).view());
}

void Driver::perform(const effect::SendPing& effect) {
  sendControl(writePing(effect.timestamp).view(), {0, effect.customBytes},
              {effect.attempt, 0, effect.after, effect.timestamp});
}

void Driver::perform(const effect::SendPong& effect) {
  sendControl(writePong(effect.timestamp), effect.reply, {effect.attempt, 0, effect.after});
}

void Driver::perform(const effect::SendSessionFrame& effect) {
  const OwnFrame& frame = effect.frame;
  const std::uint64_t skips = frame.kind == SessionFrameKind::Skip ? frame.number : 0;
  sendControl(SessionText(frame).view(), {},
              {effect.attempt, 0, effect.after, frame.pingId, frame.kind, skips});
}

void Driver::sendControl(std::string_view text, const CustomReply& custom, event::ControlRefused refusal) {
  const bool isCustom = custom.key > 0 || custom.bytes > 0;
  if (isCustom) hasNotified_ = true;  // the socket may answer at once, which may cause events
  const SendResult result = isCustom ? platform_.sendCustom(refusal.attempt, custom.key)
                                     : platform_.sendControl(refusal.attempt, text);
  if (result == SendResult::Sent) return;
  refusal.bytes = isCustom ? custom.bytes : text.size();
  client_.handle(facts(), refusal);
}

void Driver::perform(const effect::SendMessage& effect) {
  const SendResult result = platform_.sendMessage(effect.attempt, effect.message);
  if (result == SendResult::Sent) {
    if (effect.message == sending_) isSendingSent_ = true;
    hasNotified_ = true;  // the platform may report `messageSent`
    return;
  }
  const bool isClosing = result == SendResult::Closing;
  client_.handle(facts(), event::MessageRefused{effect.attempt, effect.message, isClosing});
}

void Driver::perform(const effect::Dropped& effect) {
  hasNotified_ = true;
  platform_.dropped(effect.message, effect.reason);
}

void Driver::perform(const effect::AskShouldReconnect& effect) {
  const std::optional<bool> answer = platform_.shouldReconnect(effect.info, effect.shouldReconnect);
  client_.handle(facts(), event::ShouldReconnectAnswered{effect.attempt, answer});
}

void Driver::perform(const Notification& notification) {
  hasNotified_ = true;
  platform_.notify(notification);
}

}  // namespace rws
