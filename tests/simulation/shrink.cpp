// Fewer inputs first (delta debugging), then plainer ones, then less time between them. The result need not
// be the smallest: no single part of it can be left out.
#include "shrink.h"

#include <algorithm>
#include <cstring>

#include "run.h"

namespace rws::sim {
namespace {

class Shrinker {
 public:
  Shrinker(Play play, const Finding& finding) : best_(std::move(play)), finding_(finding) {}

  Play shrink() {
    Play shorter = best_;
    shorter.end = finding_.at + 1;
    (void)attempt(shorter);
    for (int round = 0; round < 4; ++round) {
      const std::size_t before = best_.script.size();
      removeChunks();
      makePlain();
      shortenWaits();
      if (best_.script.size() == before && round > 0) break;
    }
    return best_;
  }

 private:
  bool attempt(const Play& candidate) {
    if (!breaks(candidate, finding_)) return false;
    best_ = candidate;
    return true;
  }

  void removeChunks() {
    for (std::size_t size = std::max<std::size_t>(1, best_.removable / 2); size > 0; size /= 2) {
      for (std::size_t from = 0; from < best_.removable;) {
        Play candidate = best_;
        const std::size_t count = std::min(size, best_.removable - from);
        const auto begin = candidate.script.begin() + static_cast<std::ptrdiff_t>(from);
        candidate.script.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
        candidate.removable -= count;
        if (!attempt(candidate)) from += size;
      }
    }
  }

  void makePlain() {
    Play exact = best_;
    exact.setup.engine = Engine::Exact;
    if (best_.setup.engine != Engine::Exact) (void)attempt(exact);
    const Options defaults;
    for (const std::string_view name : optionNames()) {
      Play candidate = best_;
      const OptionValue value = getOption(defaults, name);
      if (getOption(candidate.setup.options, name) == value) continue;
      (void)setOption(candidate.setup.options, name, value);
      (void)attempt(candidate);
    }
    for (std::size_t i = 0; i < best_.script.size(); ++i) {
      Play candidate = best_;
      Input& input = candidate.script[i];
      if (input.kind == InputKind::Send && input.number != 10) {
        input.number = 10;
        (void)attempt(candidate);
      } else if (input.kind == InputKind::Close && !input.text.empty()) {
        input.text.clear();
        (void)attempt(candidate);
      } else if (input.within != Callback::None) {
        input.within = Callback::None;
        (void)attempt(candidate);
      }
    }
  }

  // Everything from here on comes earlier, by as much as it may.
  void shortenWaits() {
    for (std::size_t i = 0; i < best_.script.size(); ++i) {
      const std::int64_t gap = best_.script[i].at - (i == 0 ? 0 : best_.script[i - 1].at);
      const std::int64_t rest = best_.script[i].at % 1000;
      for (const std::int64_t cut : {gap, gap - 1, gap - 100, gap / 2, rest}) {
        if (cut <= 0 || cut > gap) continue;
        Play candidate = best_;
        for (std::size_t j = i; j < candidate.script.size(); ++j) candidate.script[j].at -= cut;
        candidate.end -= cut;
        if (attempt(candidate)) break;
      }
    }
  }

  Play best_;
  const Finding& finding_;
};

}  // namespace

bool breaks(const Play& play, const Finding& finding) {
  const ReplayOutcome outcome = replay(play);
  const bool isLiveness = std::strcmp(finding.id, "R6") == 0;
  if (outcome.finding.id == nullptr) return isLiveness && !outcome.hasRecovered;
  return std::strcmp(outcome.finding.id, finding.id) == 0 &&
         std::strcmp(outcome.finding.text, finding.text) == 0;
}

Play shrunk(Play play, const Finding& finding) {
  if (!breaks(play, finding)) return play;
  return Shrinker(std::move(play), finding).shrink();
}

}  // namespace rws::sim
