// The command line of rws_sim.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "campaign.h"
#include "storm/storm_command.h"
#include "worlds/worlds_command.h"

namespace {

int usage() {
  std::fputs(
      "rws_sim --seeds A..B [--jobs N] [--until-violation]   the runs of these seeds, B not included\n"
      "rws_sim --seed S [--trace] [--scenario]               one run; as a time line; shrunk, as a "
      "scenario\n"
      "rws_sim storm ...                                     a server's return to a million clients\n"
      "rws_sim worlds ...                                    all short sequences of moves\n"
      "both runs: [--without FAULT]...   a kind of fault of the summary, switched off\n",
      stderr);
  return 2;
}

bool readFault(const std::string& name, rws::sim::FaultSet& set) {
  for (std::size_t i = 0; i < rws::sim::kFaults; ++i) {
    const auto fault = static_cast<rws::sim::Fault>(i);
    if (name != rws::sim::toString(fault)) continue;
    set |= rws::sim::toSet(fault);
    return true;
  }
  return false;
}

bool readNumber(const char* text, std::uint64_t& number) {
  char* end = nullptr;
  number = std::strtoull(text, &end, 10);
  return end != text && *end == '\0';
}

bool readRange(const std::string& text, std::uint64_t& first, std::uint64_t& last) {
  const std::size_t dots = text.find("..");
  return dots != std::string::npos && readNumber(text.substr(0, dots).c_str(), first) &&
         readNumber(text.substr(dots + 2).c_str(), last) && first <= last;
}

}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == "storm") {
    return rws::storm::stormCommand(std::vector<std::string_view>(words + 2, words + count));
  }
  if (count > 1 && std::string_view(words[1]) == "worlds") {
    return rws::worlds::worldsCommand(std::vector<std::string_view>(words + 2, words + count));
  }
  rws::sim::Campaign campaign;
  rws::sim::Single single;
  bool isSingle = false;
  bool isCampaign = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool hasMore = i + 1 < count;
    if (word == "--seeds" && hasMore && readRange(words[i + 1], campaign.first, campaign.last)) {
      isCampaign = true;
      ++i;
    } else if (word == "--seed" && hasMore && readNumber(words[i + 1], single.seed)) {
      isSingle = true;
      ++i;
    } else if (word == "--jobs" && hasMore && readNumber(words[i + 1], campaign.jobs) && campaign.jobs > 0) {
      ++i;
    } else if (word == "--without" && hasMore && readFault(words[i + 1], campaign.without)) {
      single.without = campaign.without;
      ++i;
    } else if (word == "--until-violation") {
      campaign.stopsAtViolation = true;
    } else if (word == "--quiet") {
      campaign.isQuiet = true;
    } else if (word == "--trace") {
      single.traces = true;
    } else if (word == "--scenario") {
      single.shrinks = true;
    } else {
      return usage();
    }
  }
  if (isSingle == isCampaign) return usage();
  return isSingle ? rws::sim::runSingle(single) : rws::sim::runCampaign(campaign);
}
