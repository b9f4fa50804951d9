// Owns what each happening is to the host. The order of a turn is in stage.cpp, the work on sockets in
// stage_actions.cpp.
#include <algorithm>
#include <array>
#include <utility>

#include "json_reader.h"
#include "measuring.h"
#include "stage.h"

namespace rws::sim {

bool Stage::wish(const Happening& happening) {
  switch (happening.what) {
    case What::Connect:
      return tell(input::Connect{});
    case What::Disconnect:
      return tell(input::Disconnect{});
    case What::Reconnect:
      return tell(input::Reconnect{});
    case What::Destroy:
      return tell(input::Destroy{});
    case What::ClearQueue:
      return tell(input::ClearQueue{});
    case What::CheckNetwork:
      return tell(input::CheckNetwork{});
    case What::SlowDown:
      return tell(input::SlowDown{});
    case What::ContactSupport:
      return tell(input::ContactSupport{});
    case What::ResetRecovery:
      return tell(input::ResetRecovery{});
    case What::SetOption:
      return assign(happening);
    case What::Send:
      send(happening);
      return true;
    case What::SendWhenAsked:
      sendWhenAsked_ = happening;
      return true;
    case What::Verdict:
      verdict_ = happening.number < 0 ? std::nullopt : std::optional(happening.number == 1);
      return tell(input::HostDecides{verdict_.has_value()});
    default:
      return false;
  }
}

bool Stage::environ(const Happening& happening) {
  const std::int64_t number = happening.number;
  switch (happening.what) {
    case What::Online:
      return tell(input::NetworkChanged{true});
    case What::Offline:
      return tell(input::NetworkChanged{false});
    case What::Visible:
      return tell(input::VisibilityChanged{true});
    case What::Hidden:
      return tell(input::VisibilityChanged{false});
    case What::Suspend:
      return tell(input::PageSuspended{});
    case What::Resume:
      return tell(input::PageResumed{});
    case What::Sleep:
      if (trace_ != nullptr) note("sleep " + std::to_string(number));
      sleptAt_ = time_;
      time_ += number;
      calm_.since = now().instant;
      ++sleeps_;
      return true;
    case What::WallSleep:
    case What::SetClock:
      if (trace_ != nullptr) note("wall clock ahead by " + std::to_string(number));
      wallShift_ += number;
      return true;
    case What::Throttle:
      if (trace_ != nullptr) note("timers on a grid of " + std::to_string(number));
      grid_ = number;
      calm_.since = now().instant;
      // A timer that was late stays late until it has fired.
      calm_.lateness = std::max(calm_.lateness, Duration(std::chrono::milliseconds(number)));
      if (number == 0) calm_.lateness = Duration::zero();
      return true;
    default:
      return false;
  }
}

bool Stage::socketEvent(const Happening& happening) {
  const auto number = static_cast<std::uint32_t>(newest_);
  if (happening.age >= number) return false;
  const AttemptId attempt{number - happening.age};
  if (happening.what == What::Noise) return noise(happening, attempt);
  StageSocket* const socket = find(attempt);
  if (socket == nullptr || socket->ended || socket->released) return false;
  switch (happening.what) {
    case What::Open:
      if (socket->open || socket->closed) return false;
      socket->open = true;
      return tell(input::Opened{attempt});
    case What::Error:
      return tell(input::Errored{attempt});
    case What::Close: {
      readBuffered(*socket);
      socket->open = false;
      socket->ended = true;
      const CloseInfo info =
          host::closeInfoOf(static_cast<std::uint16_t>(happening.number), happening.text, happening.flag);
      return tell(input::Closed{attempt, info, socket->buffered});
    }
    case What::Fail:
      if (socket->open || socket->closed) return false;
      socket->ended = true;
      return tell(input::OpenFailed{attempt, happening.text});
    case What::Refuse:
    case What::Accept:
      if (socket->refuses == (happening.what == What::Refuse)) return false;
      socket->refuses = happening.what == What::Refuse;
      return true;
    case What::Closing:
      if (!socket->open || socket->closing) return false;
      socket->closing = true;
      return true;
    case What::Buffered:
      // What has left cannot come back.
      if (static_cast<std::uint64_t>(happening.number) > socket->handed - socket->gone) return false;
      socket->buffered = static_cast<std::uint64_t>(happening.number);
      return true;
    default:
      return socket->open && frame(happening, *socket);
  }
}

bool Stage::frame(const Happening& happening, const StageSocket& socket) {
  ControlFrame control;
  if (happening.what == What::Message) {
    control = host::readControlFrame(happening.text);
    findings().check(control.kind == ControlKind::None, "R2",
                     "a text that is no control frame is taken for one");
  } else {
    const bool isPing = happening.what == What::Ping;
    control = {isPing ? ControlKind::Ping : ControlKind::Pong, happening.text};
    if (!isPing && happening.text.empty()) {
      const auto back = static_cast<std::size_t>(happening.number);
      if (back >= socket.pings.size()) return false;
      control.timestamp = std::to_string(socket.pings[socket.pings.size() - 1 - back]);
    }
  }
  if (socket.attempt == client_.currentAttempt()) {
    sleeps_ = 0;
    pingedAt_.reset();
  }
  return tell(input::Received{socket.attempt, control});
}

// Everything a socket that does not count can say.
bool Stage::noise(const Happening& happening, AttemptId attempt) {
  if (attempt == client_.currentAttempt() || client_.phase() == Phase::Destroyed) return false;
  const bool lingers = attempt == client_.lingeringAttempt();
  const std::array<Input, 9> kinds = {
      Input(input::Opened{attempt}),
      Input(input::Errored{attempt}),
      Input(input::Received{attempt, {}}),
      Input(input::Received{attempt, {ControlKind::Ping, "1"}}),
      Input(input::Received{attempt, {ControlKind::Pong, std::to_string(now().wall)}}),
      Input(input::Buffered{attempt, 0}),
      // From here on what a socket that lingers is heard with.
      Input(input::HandOverFailed{attempt, lastPayload_}),
      Input(input::Closed{attempt, {1008, "", true}, 0}),
      Input(input::OpenFailed{attempt, "late"}),
  };
  const auto index = static_cast<std::size_t>(happening.number) % (lingers ? 6 : kinds.size());
  checkers_.checkStale(client_, now(), kinds[index]);
  return tell(kinds[index]);
}

bool Stage::assign(const Happening& happening) {
  Options options = client_.options();
  if (setOption(options, happening.text, happening.value)) return false;
  return tell(input::ChangeOptions{std::move(options)});
}

void Stage::send(const Happening& happening) {
  const SendCall call{
      {++lastPayload_, static_cast<std::uint64_t>(happening.number), MessageKind::Text},
      {happening.flag,
       happening.ttl < 0 ? std::nullopt : std::optional<Duration>(std::chrono::milliseconds(happening.ttl))}};
  payloads_.push_back({call.payload.id, call.payload.bytes});
  // Half of the plain texts are measured only when they must be.
  const bool isPlain = !call.options.isVolatile && !call.options.ttl;
  const PayloadRef rough = host::unmeasuredText(call.payload, 1 + call.payload.id % 3);
  const bool isRough = isPlain && call.payload.id % 2 == 0;
  if (client_.wantsBuffered()) tellBuffered();
  actions_.clear();
  Step step;
  step.send = &call;
  step.before = client_.phase();
  step.attemptBefore = client_.currentAttempt();
  step.outcome = SendOutcome::Unmeasured;
  if (isRough) {
    step.outcome = client_.handOverAtOnce(rough) ? SendOutcome::HandOver
                                                 : client_.send(now(), rough, call.options, actions_);
  }
  if (step.outcome == SendOutcome::Unmeasured) {
    step.outcome = client_.send(now(), call.payload, call.options, actions_);
  }
  if (trace_ != nullptr) noteSend(call);
  show(step);
  const bool isKept = step.outcome == SendOutcome::HandOver || step.outcome == SendOutcome::Queued;
  if (isKept) ++counts_.accepted;
  perform(actions_);
  if (step.outcome == SendOutcome::HandOver) {
    StageSocket* const socket = find(client_.currentAttempt());
    const bool taken = socket != nullptr && handOver(*socket, call.payload.id, call.payload.bytes);
    if (!taken) handle(refusalOf(client_.currentAttempt(), call.payload.id));
  }
  // A volatile message is never asked for again.
  if (!isKept || call.options.isVolatile) forget(call.payload.id);
  while (!answers_.empty()) handle(std::exchange(answers_.front(), Input{}));
}

}  // namespace rws::sim
