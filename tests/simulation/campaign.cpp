// Owns the processes of a campaign: one a job, each with every N-th seed, sums through a pipe.
// Refuses threads: a run that aborts takes its own process down only, and its seed is told.
#include "campaign.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

#include "run.h"
#include "scenario_text.h"
#include "shrink.h"
#include "world.h"

namespace rws::sim {
namespace {

constexpr double kMillisecondsAYear = 365.25 * 24 * 3600 * 1000;
constexpr std::uint64_t kRepeated = 64;  // every so many seeds one is run again
constexpr std::size_t kTextSize = 96;

// What a job says: sums since it last spoke, and a violation if there was one.
struct Message {
  Tally tally;
  std::uint64_t seed = 0;
  std::int64_t at = 0;
  char id[8] = "";
  char text[kTextSize] = "";
};

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void say(int pipe, const Message& message) {
  if (write(pipe, &message, sizeof message) != static_cast<ssize_t>(sizeof message)) _exit(3);
}

[[noreturn]] void work(const Campaign& campaign, std::uint64_t job, int pipe) {
  Message message;
  Clock::time_point spoken = Clock::now();
  for (std::uint64_t seed = campaign.first + job; seed < campaign.last; seed += campaign.jobs) {
    RunOutcome outcome = runSeed(seed, campaign.without);
    if (seed % kRepeated == 0 && runSeed(seed, campaign.without).digest != outcome.digest) {
      outcome.finding = {"R5", "the same seed gives another run", 0};
      outcome.tally.violations = 1;
    }
    message.tally += outcome.tally;
    message.seed = seed;
    if (outcome.finding.id != nullptr) {
      message.at = outcome.finding.at;
      (void)std::snprintf(message.id, sizeof message.id, "%s", outcome.finding.id);
      (void)std::snprintf(message.text, sizeof message.text, "%s", outcome.finding.text);
    }
    const bool isFound = outcome.finding.id != nullptr;
    if (!isFound && secondsSince(spoken) < 0.5) continue;
    say(pipe, message);
    message = {};
    spoken = Clock::now();
    if (isFound && campaign.stopsAtViolation) break;
  }
  say(pipe, message);
  _exit(0);
}

void printSummary(const Tally& sum, double seconds) {
  const double steps = static_cast<double>(sum.steps);
  std::printf("seeds               %" PRIu64 "\n", sum.seeds);
  std::printf("simulated           %.1f years lived, %.1f connection-years\n",
              static_cast<double>(sum.lived) / kMillisecondsAYear,
              static_cast<double>(sum.connected) / kMillisecondsAYear);
  std::printf("steps               %" PRIu64 ", %.0f a second of real time\n", sum.steps, steps / seconds);
  std::printf("connections         %" PRIu64 "\n", sum.connections);
  std::printf("messages delivered  %" PRIu64 "\n", sum.messages);
  std::printf("healed worlds       %" PRIu64 "\n", sum.healed);
  std::printf("faults             ");
  for (std::size_t i = 0; i < kFaults; ++i) {
    std::printf(" %s %" PRIu64 "%s", nameOf(static_cast<Fault>(i)).data(), sum.outages[i],
                i + 1 < kFaults ? "," : "\n");
  }
  std::printf("time                %.1f s\n", seconds);
  std::printf("violations          %" PRIu64 "\n", sum.violations);
}

struct Job {
  int pid = 0;
  int pipe = -1;
};

std::vector<Job> startJobs(const Campaign& campaign, int (&ends)[2]) {
  std::vector<Job> jobs;
  for (std::uint64_t i = 0; i < campaign.jobs; ++i) {
    const int pid = fork();
    if (pid == 0) {
      close(ends[0]);
      work(campaign, i, ends[1]);
    }
    jobs.push_back({pid, -1});
  }
  return jobs;
}

// A job that does not end by itself was ended by an assertion or a crash.
int crashes(const std::vector<Job>& jobs) {
  int count = 0;
  for (const Job& job : jobs) {
    int status = 0;
    (void)waitpid(job.pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++count;
  }
  return count;
}

}  // namespace

int runCampaign(const Campaign& campaign) {
  int ends[2];
  if (pipe(ends) != 0) return 3;
  std::fflush(nullptr);
  const Clock::time_point start = Clock::now();
  const std::vector<Job> jobs = startJobs(campaign, ends);
  close(ends[1]);
  Tally sum;
  Message message;
  Clock::time_point told = start;
  while (read(ends[0], &message, sizeof message) == static_cast<ssize_t>(sizeof message)) {
    sum += message.tally;
    if (message.id[0] != '\0') {
      std::printf("violation: seed %" PRIu64 " at %" PRId64 " ms: %s: %s (after %" PRIu64 " seeds)\n",
                  message.seed, message.at, message.id, message.text, sum.seeds);
      std::fflush(stdout);
    }
    if (campaign.isQuiet || secondsSince(told) < 2) continue;
    told = Clock::now();
    std::fprintf(stderr,
                 "%" PRIu64 " of %" PRIu64 " seeds, %.0f s, %.0f connection-years, violations: %" PRIu64 "\n",
                 sum.seeds, campaign.last - campaign.first, secondsSince(start),
                 static_cast<double>(sum.connected) / kMillisecondsAYear, sum.violations);
  }
  close(ends[0]);
  const int crashed = crashes(jobs);
  if (crashed > 0) std::printf("crashed jobs        %d\n", crashed);
  printSummary(sum, secondsSince(start));
  return sum.violations == 0 && crashed == 0 ? 0 : 1;
}

int runSingle(const Single& single) {
  Play play;
  std::string trace;
  const RunOutcome outcome = runSeed(single.seed, single.without, &play, single.traces ? &trace : nullptr);
  std::fputs(trace.c_str(), stdout);
  const Finding& finding = outcome.finding;
  if (finding.id == nullptr) {
    std::printf("# seed %" PRIu64 ": no violation in %" PRIu64 " steps\n", single.seed, outcome.tally.steps);
    return 0;
  }
  std::printf("# seed %" PRIu64 ": %s: %s, at %" PRId64 " ms, after %zu happenings\n", single.seed,
              finding.id, finding.text, finding.at, play.script.size());
  if (!single.shrinks) return 1;
  if (!breaks(play, finding))
    std::printf("# without its world the run does not break the promise; not shrunk\n");
  play = shrunk(std::move(play), finding);
  const std::string title =
      std::string(finding.id) + ": " + finding.text + " (seed " + std::to_string(single.seed) + ")";
  const std::string scenario = scenarioText(play, title);
  std::fputs(scenario.c_str(), stdout);
  const std::string difference = differenceOf(scenario);
  if (!difference.empty()) std::printf("# tests/scenarios differs: %s\n", difference.c_str());
  return 1;
}

}  // namespace rws::sim
