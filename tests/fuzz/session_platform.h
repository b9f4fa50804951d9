// A platform for one client in a session. It records which message has which number, what was counted, and
// how each message has ended, and checks them by the rules of sessions. The fuzzer's bytes decide what the
// host does.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "driver.h"
#include "fuzz_check.h"

namespace rws::fuzz {

class SessionPlatform final : public Platform {
 public:
  explicit SessionPlatform(FuzzedDataProvider& bytes) : bytes_(bytes) {}

  enum class End : std::uint8_t { None, Delivered, Unconfirmed, Dropped, Discarded };
  struct SentMessage {
    std::uint64_t bytes = 0;
    bool wasGiven = false;  // to a socket, which may have refused it: in a session it has its number then
    End end = End::None;
  };
  struct Socket {
    bool isOpen = false;
    bool isClosed = false;    // by the client
    bool hasGreeted = false;  // the hello was sent, and no frame of the server came since
    bool hasLeft = false;     // `bye` was sent
    bool isReleased = false;
  };

  // --- what the target uses
  Now clock{Instant(std::chrono::seconds(1000)), 1'700'000'000'000};
  std::map<AttemptId, Socket> sockets;
  std::map<MessageId, SentMessage> messages;
  std::optional<Instant> timer;
  EpochMs lastPing = 0;
  Driver* driver = nullptr;
  std::uint64_t unhandled = 0;  // messages of the server whose listeners were not called

  // A frame of the server with that count is given.
  void claims(std::uint64_t received) {
    if (received <= newest()) claimed_ = std::max(claimed_, received);
  }
  void resumes(std::uint64_t received) {
    claims(received);
    next_ = received + 1;
  }
  void begins() {
    numbers_.clear();
    next_ = 1;
    claimed_ = counted_ = reported_ = 0;
  }
  void skips(std::uint64_t count) { counted_ += count; }
  // A message of the server arrives.
  void receive(AttemptId attempt) {
    if (auto found = sockets.find(attempt); found != sockets.end()) found->second.hasGreeted = false;
    const bool isInHandshake = driver->client().phase() != Phase::Connected;
    ++counted_;  // it may be acknowledged within the call
    if (!driver->frameReceived(attempt)) {
      --counted_;
    } else if (!isInHandshake) {
      ++unhandled;
    }
  }
  [[nodiscard]] std::uint64_t newest() const { return numbers_.empty() ? 0 : numbers_.rbegin()->first; }
  // The newest number that the server can have received on this connection, or had received before it.
  [[nodiscard]] std::uint64_t newestGiven() const { return std::max(claimed_, next_ - 1); }
  // The socket has taken a message.
  void given(MessageId id) {
    if (!driver->client().session().isActive()) return;
    const auto [place, isNew] = numbers_.try_emplace(next_, id);
    check(isNew || place->second == id, "rules 2 and 11: a number belongs to one message, or stays skipped");
    ++next_;
  }
  void checkEnd() const {
    check(!timer, "a timer after destroy()");
    for (const auto& [attempt, socket] : sockets) check(socket.isReleased, "a socket after destroy()");
    for (const auto& [id, message] : messages) check(message.end != End::None, "a message is lost");
  }

  // --- Platform
  Now now() override { return clock; }
  void setTimer(std::int32_t milliseconds) override {
    timer = clock.instant + std::chrono::milliseconds(milliseconds);
  }
  void clearTimer() override { timer.reset(); }
  void resolveAddress(AttemptId attempt) override {
    sockets[attempt] = {};
    driver->addressResolved(attempt);
  }
  std::string openSocket(AttemptId /*attempt*/) override { return {}; }
  void startHandshake(AttemptId attempt) override { check(usable(attempt), "a handshake on no open socket"); }
  void sendHello(AttemptId attempt, std::string_view text) override {
    check(usable(attempt), "a hello on no open socket");
    const bool isNew = text.find(R"("session":null)") != std::string_view::npos;
    if (isNew) begins();
    const std::string received = R"("received":)" + std::to_string(counted_) + ',';
    check(text.find(received) != std::string_view::npos, "rule 5: the hello reports all that was received");
    reported_ = counted_;
    sockets.at(attempt).hasGreeted = true;
  }
  void leaveSession(AttemptId attempt) override { sockets.at(attempt).hasLeft = true; }
  void closeSocket(AttemptId attempt, std::uint16_t code, std::string_view reason) override {
    check(!sockets.at(attempt).isClosed, "a socket is closed twice");
    check(code == 1000 || code == 4400 || code == 4406, "a close code of sessions");
    check(reason.size() <= kMaxCloseReason, "a reason that no browser takes");
    sockets.at(attempt).isClosed = true;
  }
  void release(AttemptId attempt) override { sockets.at(attempt).isReleased = true; }
  std::uint64_t bufferedAmount(AttemptId /*attempt*/) override {
    return bytes_.ConsumeIntegralInRange(0, 7) == 0 ? bytes_.ConsumeIntegral<std::uint16_t>() : 0;
  }
  SendResult sendControl(AttemptId attempt, std::string_view text) override {
    check(usable(attempt), "a control frame on no open socket");
    const Socket& socket = sockets.at(attempt);
    if (!text.starts_with(kSessionMarker)) {
      const ControlFrame plain = readControlFrame(text);
      check(plain.kind != ControlKind::None, "a control frame can be read");
      if (plain.kind == ControlKind::Ping) lastPing = std::stoll(plain.timestamp);
      return result();
    }
    check(!socket.hasGreeted, "rule 1: nothing else until the welcome");
    check(!socket.hasLeft, "rule 13: nothing follows the bye");
    const SessionFrame frame = readSessionFrame(text);
    check(frame.isValid, "a control frame of the client can be read");
    if (frame.kind == SessionFrameKind::Ping) lastPing = std::stoll(frame.id);
    const SendResult sent = result();
    if (sent != SendResult::Sent) return sent;
    if (frame.kind == SessionFrameKind::Skip) skip(frame.count);
    if (frame.kind == SessionFrameKind::Skip || frame.kind == SessionFrameKind::Bye) return sent;
    check(frame.received >= reported_, "a count never falls");
    check(frame.received <= counted_, "a count is not above what was received");
    reported_ = frame.received;
    return sent;
  }
  std::uint64_t makePing() override { return 0; }
  SendResult sendCustom(AttemptId /*attempt*/, std::uint64_t /*reply*/) override { return SendResult::Sent; }
  SendResult sendMessage(AttemptId attempt, MessageId message) override {
    check(usable(attempt), "a message on no open socket");
    check(!sockets.at(attempt).hasGreeted, "rule 1: nothing else until the welcome");
    check(!sockets.at(attempt).hasLeft, "rule 13: nothing follows the bye");
    messages.at(message).wasGiven = true;
    const SendResult sent = result();
    if (sent == SendResult::Sent) given(message);
    // A double that answers at once.
    if (sent == SendResult::Sent && bytes_.ConsumeIntegralInRange(0, 7) == 0) {
      const auto received = bytes_.ConsumeIntegralInRange<std::uint64_t>(claimed_, newestGiven());
      claims(received);
      (void)driver->textReceived(attempt, R"({"rws":"ack","received":)" + std::to_string(received) + '}');
      if (driver->client().session().isActive()) receive(attempt);
    }
    return sent;
  }
  std::uint64_t sizeOf(MessageId message) override { return messages.at(message).bytes; }
  void delivered(MessageRange range) override {
    for (const auto& [number, id] : numbers_) {
      const bool isIncluded = id > range.after && id <= range.upTo && messages.at(id).end == End::None;
      check(!isIncluded || number <= claimed_, "a message is delivered that the server has not received");
    }
    endRange(range, End::Delivered);
  }
  void unconfirmed(MessageRange range) override { endRange(range, End::Unconfirmed); }
  void dropped(MessageId message, DropReason /*reason*/) override { end(message, End::Dropped); }
  void discarded(MessageId message) override { end(message, End::Discarded); }
  std::optional<bool> shouldReconnect(const CloseInfo& /*info*/, bool /*byDefault*/) override { return {}; }
  void notify(const Notification& notification) override {
    if (std::holds_alternative<notification::SessionLost>(notification)) begins();
  }
  void turnEnded() override {}

 private:
  [[nodiscard]] bool usable(AttemptId attempt) const {
    const auto found = sockets.find(attempt);
    return found != sockets.end() && found->second.isOpen && !found->second.isClosed &&
           !found->second.isReleased;
  }
  SendResult result() {
    const auto draw = bytes_.ConsumeIntegralInRange<int>(0, 19);
    return draw == 19 ? SendResult::Refused : draw == 18 ? SendResult::Closing : SendResult::Sent;
  }
  void skip(std::uint64_t count) {
    check(count <= newest() + 1, "no more is skipped than was sent");
    for (; count > 0; --count) numbers_[next_++] = 0;
  }
  void end(MessageId id, End end) {
    check(messages.at(id).end == End::None, "a message ends twice");
    messages.at(id).end = end;
  }
  // A range may include messages that have ended by themselves.
  void endRange(MessageRange range, End end) {
    check(!range.empty(), "an empty range");
    for (auto at = messages.upper_bound(range.after); at != messages.end() && at->first <= range.upTo; ++at) {
      if (at->second.end != End::None) continue;
      check(at->second.wasGiven, "a message ends that was never sent");
      at->second.end = end;
    }
  }

  FuzzedDataProvider& bytes_;
  std::map<std::uint64_t, MessageId> numbers_;  // given to a socket in this session; 0: skipped
  std::uint64_t next_ = 1;                      // the number of what is given next
  std::uint64_t claimed_ = 0;                   // what the server says it has received
  std::uint64_t counted_ = 0;                   // what the server has sent, skips included
  std::uint64_t reported_ = 0;                  // the newest count that was sent to it
};

}  // namespace rws::fuzz
