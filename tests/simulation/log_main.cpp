// Prints the events and effects of the runs of some seeds. Built natively and for WebAssembly; the two print
// the same bytes. Checking is the business of rws_sim.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "run.h"

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("rws_sim_log A B   the runs of seeds A to B, B not included\n", stderr);
    return 2;
  }
  const std::uint64_t last = std::strtoull(words[2], nullptr, 10);
  for (std::uint64_t seed = std::strtoull(words[1], nullptr, 10); seed < last; ++seed) {
    std::string trace;
    (void)rws::sim::runSeed(seed, 0, nullptr, &trace);
    std::fwrite(trace.data(), 1, trace.size(), stdout);
  }
  return 0;
}
