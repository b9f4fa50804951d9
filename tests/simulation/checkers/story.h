// Owns C6: what the user hears of each attempt is a story with one end, `close`, after its `open` if it had
// one. Refuses to know how it ended.
#pragma once

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class StoryChecker {
 public:
  explicit StoryChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    for (const Action& action : *step.actions) {
      if (std::holds_alternative<action::OpenSocket>(action)) {
        findings_.check(!endOwed_, "C6", "an attempt begins before the end of the last one is told");
        endOwed_ = true;
        openTold_ = false;
      } else if (std::holds_alternative<action::TellOpen>(action)) {
        findings_.check(endOwed_ && !openTold_, "C6", "an open is told twice, or of no attempt");
        openTold_ = true;
      } else if (std::holds_alternative<action::TellClose>(action)) {
        findings_.check(endOwed_, "C6", "the end of an attempt is told twice");
        endOwed_ = false;
      }
    }
    const Phase after = step.after();
    findings_.check(after != Phase::Connected || openTold_, "C6", "an open is not told");
    findings_.check(!hasAttempt(after) || endOwed_, "C6", "the end of an attempt that goes on is told");
    const bool mayOwe = hasAttempt(after) || after == Phase::Deciding ||
                        (after == Phase::Disconnected && step.client->lingeringAttempt() != AttemptId::None);
    findings_.check(mayOwe || !endOwed_, "C6", "the end of an attempt is not told");
  }

 private:
  Findings& findings_;
  bool endOwed_ = false;
  bool openTold_ = false;
};

}  // namespace rws::sim
