// H3 and H8, and of H6 the round trips: a pong measures its own ping on its own socket, once; every ping of
// the server is answered once, on the socket it came from.
#pragma once

#include <optional>

#include "../findings.h"
#include "../step.h"
#include "ledger.h"

namespace rws::sim {

class PongsChecker {
 public:
  PongsChecker(Findings& findings, const Ledger& ledger) : findings_(findings), ledger_(ledger) {}

  void check(const Step& step) {
    const auto* const frame = step.eventAs<event::FrameReceived>();
    checkLatency(step, ledger_.roundTrip());
    if (const auto* const started = step.find<effect::StartHandshake>()) handshaking_ = started->attempt;
    const bool isCustom = step.options->heartbeat.mode == HeartbeatMode::Custom;
    const bool isDuringHandshake =
        frame != nullptr && step.isOfCurrent(frame->attempt) && frame->attempt == handshaking_;
    const bool isAnswered = frame != nullptr && (step.isHeard() || isDuringHandshake) &&
                            (frame->control.kind == ControlKind::CustomPing ||
                             (frame->control.kind == ControlKind::Ping && !isCustom));
    const bool isPing = isAnswered && (step.options->answerPings || isCustom);
    checkControlFrames(step, isPing ? frame : nullptr);
    if (step.after() == Phase::Connected) handshaking_ = AttemptId::None;
  }

 private:
  void checkLatency(const Step& step, std::optional<Duration> expected) {
    const auto* const measured = step.find<notification::LatencyMeasured>();
    if (measured == nullptr) {
      findings_.check(!expected, "H3", "a pong in time measures nothing");
      return;
    }
    findings_.check(measured->roundTrip >= Duration::zero(), "H6", "a round trip takes negative time");
    findings_.check(expected.has_value(), "H3", "a pong counts that answers no ping of this socket");
    findings_.check(!expected || measured->roundTrip == *expected, "H3", "a round trip is measured wrongly");
  }

  void checkControlFrames(const Step& step, const event::FrameReceived* ping) {
    int answers = 0;
    for (const Record& record : *step.records) {
      if (const std::optional<PingSent> sent = asPing(record)) {
        checkSocket(step, sent->attempt);
        findings_.check(sent->timestamp > newest_, "H6", "timestamps of pings do not rise");
        findings_.check(step.client->options().sendsPings(), "H2", "a ping is sent although there are none");
        const bool isCustom = step.client->options().heartbeat.mode == HeartbeatMode::Custom;
        const bool isOfSession = as<effect::SendPing>(record) == nullptr;
        findings_.check(isOfSession || isCustom == sent->isCustom, "H2", "a ping has another form");
        newest_ = sent->timestamp;
      } else if (const auto* const pong = as<effect::SendPong>(record)) {
        checkSocket(step, pong->attempt);
        ++answers;
        const bool isRight = ping != nullptr && pong->timestamp == ping->control.timestamp &&
                             pong->reply == ping->control.reply;
        findings_.check(isRight, "H8", "a pong that answers no ping, or answers it wrongly");
      }
    }
    findings_.check(answers == (ping == nullptr ? 0 : 1), "H8", "a ping of the server is not answered once");
  }

  // A late timer may lead to a ping and to the end of the socket.
  void checkSocket(const Step& step, AttemptId attempt) {
    const bool isOwn = attempt == step.client->currentAttempt() || attempt == step.attemptBefore;
    findings_.check(isOwn, "H8", "a control frame is sent on another socket");
  }

  Findings& findings_;
  const Ledger& ledger_;
  EpochMs newest_ = 0;
  AttemptId handshaking_ = AttemptId::None;
};

}  // namespace rws::sim
