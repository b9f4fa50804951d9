// Owns the order of a turn: what is told, what is answered, what is done about it.
// Refuses leniency: work on a socket that is not there is a finding.
#include "stage.h"

#include <algorithm>
#include <utility>

#include "../core/support/action_text.h"
#include "trace.h"

namespace rws::sim {
namespace {

constexpr EpochMs kWallStart = 1'700'000'000'000;
constexpr std::int64_t kMonotonicStart = 1'000'000;  // milliseconds

// The inputs that may give the socket up: the client must know before what has left the browser.
bool mayPart(const Input& input) {
  return std::holds_alternative<input::Disconnect>(input) ||
         std::holds_alternative<input::Reconnect>(input) || std::holds_alternative<input::Destroy>(input) ||
         std::holds_alternative<input::PageSuspended>(input) || std::holds_alternative<input::Ticked>(input);
}

std::string lastLineOf(const Trace& trace) {
  const std::string text = toText(trace);
  const std::size_t end = text.size() - 1;
  const std::size_t begin = text.rfind('\n', end - 1) + 1;
  const std::size_t wall = text.find(" wall ", begin);
  return text.substr(text.find(' ', wall + 6) + 1, end - text.find(' ', wall + 6) - 1);
}

std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  return (digest ^ value) * 0x9E3779B97F4A7C15ULL + (digest >> 29U);
}

}  // namespace

Now Stage::now() const {
  return {Instant(std::chrono::milliseconds(kMonotonicStart + time_)), kWallStart + time_ + wallShift_};
}

std::optional<std::int64_t> Stage::timerAt() const {
  const std::optional<Instant> deadline = client_.nextDeadline();
  if (!deadline) return std::nullopt;
  const std::int64_t due =
      std::chrono::ceil<std::chrono::milliseconds>(deadline->time_since_epoch()).count() - kMonotonicStart;
  std::int64_t at = std::max(time_, due);
  if (grid_ > 0) at = (at + grid_ - 1) / grid_ * grid_;
  return at;
}

void Stage::fireTimer() {
  const std::int64_t at = *timerAt();
  // What the buffer will hold then has to be said before time moves on.
  sayAt_ = time_;
  time_ = at;
  (void)tell(input::Ticked{});
  endTurn();
}

void Stage::playTo(std::int64_t time) {
  constexpr int kEndless = 100'000;
  for (int fired = 0; findings().empty(); ++fired) {
    const std::optional<std::int64_t> at = timerAt();
    if (!at || *at > time) break;
    findings().check(fired < kEndless, "H1", "the timer never rests");
    fireTimer();
  }
  if (findings().empty()) time_ = std::max(time, time_);
}

bool Stage::happen(const Happening& happening) {
  checkers_.findings().setTime(time_);
  sayAt_.reset();
  const std::size_t recorded = script_ == nullptr ? 0 : script_->size();
  if (script_ != nullptr) {
    script_->push_back(happening);
    script_->back().at = time_;
  }
  const bool done = wish(happening) || environ(happening) || socketEvent(happening);
  if (!done && script_ != nullptr) {
    script_->erase(script_->begin() + static_cast<std::ptrdiff_t>(recorded));
  }
  if (done) endTurn();
  return done;
}

bool Stage::tell(Input input) {
  if (mayPart(input)) tellBuffered();
  handle(std::move(input));
  return true;
}

void Stage::tellBuffered() {
  StageSocket* const socket = find(client_.currentAttempt());
  if (socket == nullptr || !socket->open) return;
  readBuffered(*socket);
  handle(input::Buffered{socket->attempt, socket->buffered});
}

// What a script has to say before the same value is read again.
void Stage::readBuffered(StageSocket& socket) {
  if (surroundings_ == nullptr) {
    leave(socket, socket.handed - std::min(socket.buffered, socket.handed));
    return;
  }
  const std::uint64_t amount = surroundings_->bufferedAmount(socket.attempt);
  leave(socket, socket.handed - std::min(amount, socket.handed));
  if (amount == socket.buffered) return;
  socket.buffered = amount;
  if (script_ == nullptr) return;
  Happening said{.at = time_, .what = What::Buffered};
  said.age = static_cast<std::uint32_t>(newest_) - static_cast<std::uint32_t>(socket.attempt);
  said.number = static_cast<std::int64_t>(amount);
  // A timer: at the last moment before it. A happening: before that, which is on record already.
  if (sayAt_) said.at = *sayAt_;
  script_->insert(sayAt_ ? script_->end() : script_->end() - 1, said);
}

void Stage::handle(Input input) {
  answers_.push_front(std::move(input));
  while (!answers_.empty()) {
    const Input next = std::exchange(answers_.front(), Input{});
    answers_.pop_front();
    call(next);
  }
}

void Stage::call(const Input& input) {
  while (std::optional<input::Measured> measured = client_.owedBefore(input)) {
    measured->bytes = bytesOf(measured->payload);
    call(*measured);
  }
  actions_.clear();
  Step step;
  step.input = &input;
  step.before = client_.phase();
  step.attemptBefore = client_.currentAttempt();
  if (const std::optional<Instant> due = client_.nextDeadline()) step.lateBy = now().instant - *due;
  step.isTimeUnread = takesShortWay(input);
  if (!step.isTimeUnread) client_.handle(now(), input, actions_);
  if (trace_ != nullptr) noteInput(input);
  show(step);
  perform(actions_);
  if (!std::exchange(asked_, false) || !sendWhenAsked_) return;
  const Happening message = *std::exchange(sendWhenAsked_, std::nullopt);
  send(message);
}

// Half of the frames that are none of the client's own.
bool Stage::takesShortWay(const Input& input) {
  const auto* received = std::get_if<input::Received>(&input);
  const bool isPlain = received != nullptr && received->control.kind == ControlKind::None;
  return isPlain && counts_.steps % 2 == 0 && client_.received(received->attempt, now().wall);
}

void Stage::show(Step& step) {
  ++counts_.steps;
  findings().setTime(time_);
  step.now = now();
  step.options = &before_;
  step.actions = &actions_;
  step.client = &client_;
  step.calm = calm_;
  step.peerHealthy = step.attemptBefore != AttemptId::None && sleeps_ <= 1 && isHealthy(step.attemptBefore);
  checkers_.check(step);
  if (step.isOneOf<input::ChangeOptions, input::SlowDown>()) before_ = client_.options();
  for (const Action& action : actions_) counts_.digest = mixed(counts_.digest, action.index());
  counts_.digest = mixed(counts_.digest, static_cast<std::uint64_t>(time_));
  const std::optional<Instant> next = client_.nextDeadline();
  counts_.digest =
      mixed(counts_.digest, next ? static_cast<std::uint64_t>(next->time_since_epoch().count()) : 1);
  if (trace_ != nullptr && !actions_.empty()) note("    -> " + test::text(actions_));
}

// Without a world a peer is given credit while it had no time to answer: the host slept, and is just awake.
bool Stage::isHealthy(AttemptId attempt) const {
  if (surroundings_ != nullptr) return surroundings_->isHealthy(attempt);
  constexpr std::int64_t kDrowsy = 3;
  if (sleeps_ == 0 || !pingedAt_ || now().instant - calm_.since > std::chrono::milliseconds(kDrowsy))
    return false;
  const Duration patience = std::min(before_.pongTimeout, before_.probeTimeout);
  return *pingedAt_ <= sleptAt_ && std::chrono::milliseconds(sleptAt_ - *pingedAt_) < patience;
}

void Stage::endTurn() {
  if (surroundings_ != nullptr) surroundings_->turnEnded(std::exchange(told_, false));
}

StageSocket* Stage::find(AttemptId attempt) {
  for (StageSocket& socket : sockets_) {
    if (socket.attempt == attempt) return &socket;
  }
  return nullptr;
}

const StageSocket* Stage::socket(AttemptId attempt) const {
  for (const StageSocket& socket : sockets_) {
    if (socket.attempt == attempt) return &socket;
  }
  return nullptr;
}

void Stage::forget(PayloadId payload) {
  const auto found =
      std::lower_bound(payloads_.begin(), payloads_.end(), payload,
                       [](const Payload& known, PayloadId wanted) { return known.id < wanted; });
  if (found != payloads_.end() && found->id == payload) payloads_.erase(found);
}

void Stage::forget(PayloadRange payloads) {
  const auto isBefore = [](const Payload& known, PayloadId wanted) { return known.id < wanted; };
  const auto from = std::lower_bound(payloads_.begin(), payloads_.end(), payloads.after + 1, isBefore);
  const auto end = std::lower_bound(from, payloads_.end(), payloads.upTo + 1, isBefore);
  payloads_.erase(from, end);
}

std::uint64_t Stage::bytesOf(PayloadId payload) const {
  const auto found =
      std::lower_bound(payloads_.begin(), payloads_.end(), payload,
                       [](const Payload& known, PayloadId wanted) { return known.id < wanted; });
  return found == payloads_.end() ? 0 : found->bytes;
}

void Stage::noteSend(const SendCall& call) {
  Trace line(client_.options(), 0, 1);
  line.record(now(), call);
  note(lastLineOf(line));
}

void Stage::noteInput(const Input& input) {
  Trace line(client_.options(), 0, 1);
  line.record(now(), input);
  note(lastLineOf(line));
}

void Stage::note(const std::string& line) {
  const std::string time = std::to_string(time_);
  *trace_ += std::string(time.size() < 12 ? 12 - time.size() : 0, ' ') + time + "  " + line + '\n';
}

}  // namespace rws::sim
