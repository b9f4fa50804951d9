// The processes of a campaign: one a job, each with every N-th seed, sums through a pipe. Processes and not
// threads, so that a run that aborts ends its own process only, and its seed is known.
#include "campaign.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <csignal>
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

// A job's report: sums since its last one, and a violation if there was one.
struct Report {
  Totals totals;
  std::uint64_t seed = 0;
  std::int64_t at = 0;
  char id[8] = "";
  char text[kTextSize] = "";
};

using SteadyClock = std::chrono::steady_clock;

double secondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

void send(int pipe, const Report& report) {
  if (write(pipe, &report, sizeof report) != static_cast<ssize_t>(sizeof report)) _exit(3);
}

// The seed of this process, for an assertion that ends it.
std::uint64_t runningSeed = 0;

void reportSeed(int /*signal*/) { std::fprintf(stderr, "aborted: seed %" PRIu64 "\n", runningSeed); }

[[noreturn]] void work(const Campaign& campaign, std::uint64_t job, int pipe) {
  Report report;
  (void)std::signal(SIGABRT, reportSeed);
  SteadyClock::time_point reported = SteadyClock::now();
  for (std::uint64_t seed = campaign.first + job; seed < campaign.last; seed += campaign.jobs) {
    runningSeed = seed;
    RunOutcome outcome = runSeed(seed, campaign.without);
    if (seed % kRepeated == 0 && runSeed(seed, campaign.without).digest != outcome.digest) {
      outcome.finding = {"R5", "the same seed gives another run", 0};
      outcome.totals.violations = 1;
    }
    report.totals += outcome.totals;
    report.seed = seed;
    if (outcome.finding.id != nullptr) {
      report.at = outcome.finding.at;
      (void)std::snprintf(report.id, sizeof report.id, "%s", outcome.finding.id);
      (void)std::snprintf(report.text, sizeof report.text, "%s", outcome.finding.text);
    }
    const bool isFound = outcome.finding.id != nullptr;
    if (!isFound && secondsSince(reported) < 0.5) continue;
    send(pipe, report);
    report = {};
    reported = SteadyClock::now();
    if (isFound && campaign.stopsAtViolation) break;
  }
  send(pipe, report);
  _exit(0);
}

void printSummary(const Totals& sum, double seconds) {
  const double steps = static_cast<double>(sum.steps);
  std::printf("seeds               %" PRIu64 "\n", sum.seeds);
  std::printf("simulated           %.1f years, %.1f connection-years\n",
              static_cast<double>(sum.simulated) / kMillisecondsAYear,
              static_cast<double>(sum.connected) / kMillisecondsAYear);
  std::printf("steps               %" PRIu64 ", %.0f a second of real time\n", sum.steps, steps / seconds);
  std::printf("connections         %" PRIu64 "\n", sum.connections);
  std::printf("messages sent       %" PRIu64 "\n", sum.messages);
  std::printf("recovered           %" PRIu64 "\n", sum.healed);
  std::printf("sessions            in %" PRIu64 " worlds, %" PRIu64 " with servers that know none, %" PRIu64
              " with unconfirmed: 'resend'\n",
              sum.sessionWorlds, sum.plainWorlds, sum.resendingWorlds);
  std::printf("                    %" PRIu64 " sessions, %" PRIu64 " resumptions, %" PRIu64
              " takeovers, %" PRIu64 " losses\n",
              sum.sessions, sum.resumptions, sum.takeovers, sum.losses);
  std::printf("                    %" PRIu64 " messages sent again, %" PRIu64
              " handed to the server's application again\n",
              sum.resent, sum.handedAgain);
  std::printf("faults             ");
  for (std::size_t i = 0; i < kFaults; ++i) {
    std::printf(" %s %" PRIu64 "%s", toString(static_cast<Fault>(i)).data(), sum.faults[i],
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
  const SteadyClock::time_point start = SteadyClock::now();
  const std::vector<Job> jobs = startJobs(campaign, ends);
  close(ends[1]);
  Totals sum;
  Report report;
  SteadyClock::time_point shown = start;
  while (read(ends[0], &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
    sum += report.totals;
    if (report.id[0] != '\0') {
      std::printf("violation: seed %" PRIu64 " at %" PRId64 " ms: %s: %s (after %" PRIu64 " seeds)\n",
                  report.seed, report.at, report.id, report.text, sum.seeds);
      std::fflush(stdout);
    }
    if (campaign.isQuiet || secondsSince(shown) < 2) continue;
    shown = SteadyClock::now();
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
    std::printf("# seed %" PRIu64 ": no violation in %" PRIu64 " steps\n", single.seed, outcome.totals.steps);
    return 0;
  }
  std::printf("# seed %" PRIu64 ": %s: %s, at %" PRId64 " ms, after %zu inputs\n", single.seed, finding.id,
              finding.text, finding.at, play.script.size());
  if (!single.shrinks) return 1;
  if (!breaks(play, finding))
    std::printf("# without its world the run does not break the invariant; not shrunk\n");
  play = shrunk(std::move(play), finding);
  const std::string title =
      std::string(finding.id) + ": " + finding.text + " (seed " + std::to_string(single.seed) + ")";
  std::fputs(scenarioText(play, title).c_str(), stdout);
  return 1;
}

}  // namespace rws::sim
