// C13: with a handshake, an open socket leads to its start and to nothing else; nothing of the client but
// pongs is sent before it is done; it has one outcome, and a late one changes nothing.
#pragma once

#include <string>

#include "../findings.h"
#include "../step.h"
#include "session.h"

namespace rws::sim {

class HandshakesChecker {
 public:
  HandshakesChecker(Findings& findings, const SessionChecker& session)
      : findings_(findings), session_(session) {}

  void check(const Step& step) {
    if (step.before == Phase::Destroyed) return;
    if (const auto* const set = step.eventAs<event::SetHandshake>()) isWanted_ = set->isPresent;
    checkStart(step);
    const AttemptId running = running_;
    if (const auto* const done = step.eventAs<event::HandshakeDone>()) checkDone(step, done->attempt);
    if (const auto* const failed = step.eventAs<event::HandshakeFailed>()) checkFailed(step, *failed);
    if (step.client->currentAttempt() != running_) running_ = AttemptId::None;
    if (running == AttemptId::None || running_ != running) return;
    findings_.check(step.after() == Phase::Connecting || step.after() == Phase::Retrying, "C13",
                    "a connection is open before its handshake is done");
    const auto* const send = step.eventAs<event::Send>();
    const bool isOwn = send != nullptr && send->options.isOfHandshake;
    findings_.check(isOwn || step.find<effect::SendMessage>() == nullptr, "C13",
                    "a message is sent before the handshake is done");
    findings_.check(!step.isPinging(), "C13", "a ping during the handshake");
  }

 private:
  void checkStart(const Step& step) {
    const auto* const opened = step.eventAs<event::SocketOpened>();
    const bool isFirst = opened != nullptr && step.isOfCurrent(opened->attempt) &&
                         running_ == AttemptId::None && step.before != Phase::Connected;
    const auto* const started = step.find<effect::StartHandshake>();
    // In a session it follows the welcome of a new one.
    const bool isOpened = isFirst && step.find<effect::SendHello>() == nullptr;
    const bool isDue = (isOpened || session_.isHandshakeDue()) && isWanted_;
    findings_.check((started != nullptr) == isDue, "C13",
                    "a handshake starts at a wrong time, or not at all");
    if (started == nullptr || !isDue) return;
    findings_.check(started->attempt == step.attemptBefore, "C13", "a handshake of another attempt starts");
    running_ = started->attempt;
  }

  void checkDone(const Step& step, AttemptId attempt) {
    const bool isRunning = attempt == running_ && attempt != AttemptId::None;
    findings_.check((step.find<notification::Opened>() != nullptr) == isRunning, "C13",
                    "a handshake that is done opens no connection, or one too many");
    if (isRunning) running_ = AttemptId::None;
  }

  void checkFailed(const Step& step, const event::HandshakeFailed& event) {
    const auto* const closed = step.find<notification::Closed>();
    const auto* const closing = step.find<effect::CloseSocket>();
    // The hello may fail, too.
    const bool isGreeting = step.isOfCurrent(event.attempt) && session_.wasGreeting();
    const bool isRunning = isGreeting || (event.attempt == running_ && event.attempt != AttemptId::None);
    findings_.check((closed != nullptr) == isRunning && (closing != nullptr) == isRunning, "C13",
                    "a handshake that failed ends no attempt, or another one");
    if (!isRunning || closed == nullptr || closing == nullptr) return;
    const bool hasCode = event.code != 0;
    const std::string reason = hasCode ? event.reason : "Handshake failed";
    findings_.check(closed->info == CloseInfo{hasCode ? event.code : std::uint16_t{1006}, reason, false},
                    "C13", "the close event has another code than the handshake's");
    findings_.check(closing->code == (hasCode ? event.code : 1000) && closing->reason == reason, "C13",
                    "the socket is closed with another code than the handshake's");
  }

  Findings& findings_;
  const SessionChecker& session_;
  bool isWanted_ = false;
  AttemptId running_ = AttemptId::None;
};

}  // namespace rws::sim
