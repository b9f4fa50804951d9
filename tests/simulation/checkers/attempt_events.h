// C6: the user's events of each attempt: `open` at most once, then exactly one `close`, before the next
// attempt.
#pragma once

#include "../findings.h"
#include "../step.h"

namespace rws::sim {

class AttemptEventsChecker {
 public:
  explicit AttemptEventsChecker(Findings& findings) : findings_(findings) {}

  void check(const Step& step) {
    for (const Record& record : *step.records) {
      if (as<effect::ResolveAddress>(record) != nullptr) {
        findings_.check(!isCloseOwed_, "C6", "an attempt starts before the end of the last one is reported");
        isCloseOwed_ = true;
        isOpenReported_ = false;
      } else if (as<notification::Opened>(record) != nullptr) {
        findings_.check(isCloseOwed_ && !isOpenReported_, "C6",
                        "an open is reported twice, or of no attempt");
        isOpenReported_ = true;
      } else if (as<notification::Closed>(record) != nullptr) {
        findings_.check(isCloseOwed_, "C6", "the end of an attempt is reported twice");
        isCloseOwed_ = false;
      } else if (const auto* const changed = as<notification::StateChanged>(record)) {
        findings_.check(changed->state != State::Connecting || !isCloseOwed_, "C6",
                        "a connection begins before the end of the last one is reported");
      }
    }
    const Phase after = step.after();
    findings_.check(after != Phase::Connected || isOpenReported_, "C6", "an open is not reported");
    findings_.check(!hasAttempt(after) || isCloseOwed_, "C6",
                    "the end of an attempt that goes on is reported");
    const bool mayBeOwed = hasAttempt(after) ||
                           (after == Phase::Disconnected && step.client->closingAttempt() != AttemptId::None);
    findings_.check(mayBeOwed || !isCloseOwed_, "C6", "the end of an attempt is not reported");
  }

 private:
  Findings& findings_;
  bool isCloseOwed_ = false;
  bool isOpenReported_ = false;
};

}  // namespace rws::sim
