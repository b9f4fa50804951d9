// Owns one seed from beginning to end: the life it draws, what was found, what is to be counted.
// Refuses to print, and to go on after the first finding.
#pragma once

#include <cstdint>
#include <string>

#include "findings.h"
#include "shrink.h"
#include "tally.h"

namespace rws::sim {

struct RunOutcome {
  Finding finding;
  Tally tally;
  std::uint64_t digest = 0;  // of everything the client did
};

// `play` and `trace` take what happened and what was answered, if given.
[[nodiscard]] RunOutcome runSeed(std::uint64_t seed, FaultSet without, Play* play = nullptr,
                                 std::string* trace = nullptr);

// Plays what happened once more, without a world, up to `end` milliseconds.
struct ReplayOutcome {
  Finding finding;
  bool hasRecovered = false;  // connected in the end, with nothing left to send
};
[[nodiscard]] ReplayOutcome replay(const Options& options, std::uint64_t clientSeed, const Script& script,
                                   std::int64_t end);

}  // namespace rws::sim
