#include "walks.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>

namespace rws::worlds {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What a job reports: what it has done at one length since its last report. Small enough to be written at
// once.
struct Report {
  std::uint64_t walk = 0;
  std::uint64_t length = 0;
  test::LengthTally tally;
  bool isDone = false;
  char rule[96] = "";
  char way[512] = "";
};
static_assert(sizeof(Report) <= 4096, "PIPE_BUF");

void send(int pipe, const Report& report) {
  if (write(pipe, &report, sizeof report) != static_cast<ssize_t>(sizeof report)) _exit(3);
}

// The walk at hand, for the signal handler.
const test::SmallWorld* walked = nullptr;
const char* corner = "";

void printLastWay(int /*signal*/) {
  if (walked == nullptr) return;
  std::fprintf(stderr, "aborted\n  corner: %s\n  way: %s\n", corner, toText(walked->presentWay()).c_str());
}

class Job {
 public:
  Job(const WalkPlan& plan, int pipe) : plan_(plan), pipe_(pipe) {}

  void walk(std::size_t index) {
    const Walk& walk = plan_.walks[index];
    test::SmallWorld world(walk.corner, walk.start, plan_.moves);
    walked = &world;
    corner = walk.corner.name.c_str();
    for (std::size_t length = 1; length <= plan_.length && !world.violation(); ++length) {
      test::LengthTally reported;
      const auto report = [&] {
        const test::LengthTally& tally = world.tallies().back();
        send(pipe_,
             {index, length, {tally.steps - reported.steps, tally.states - reported.states}, false, "", ""});
        reported = tally;
      };
      (void)world.lengthen(length == plan_.length, report);
      report();
    }
    Report report{index, 0, {}, true, "", ""};
    if (const std::optional<test::Violation>& violation = world.violation()) {
      (void)std::snprintf(report.rule, sizeof report.rule, "%s", violation->rule.c_str());
      (void)std::snprintf(report.way, sizeof report.way, "%s", toText(violation->way).c_str());
    }
    send(pipe_, report);
    walked = nullptr;
  }

 private:
  const WalkPlan& plan_;
  int pipe_;
};

[[noreturn]] void work(const WalkPlan& plan, std::uint64_t job, int pipe) {
  (void)std::signal(SIGABRT, printLastWay);
  Job here(plan, pipe);
  for (std::size_t index = job; index < plan.walks.size(); index += plan.jobs) here.walk(index);
  _exit(0);
}

void take(const WalkPlan& plan, const Report& report, WalkSum& sum) {
  if (!report.isDone) {
    test::LengthTally& tally = sum.lengths[report.length - 1];
    tally.steps += report.tally.steps;
    tally.states += report.tally.states;
    return;
  }
  ++sum.done;
  if (report.rule[0] == '\0') return;
  const auto same = std::find_if(sum.findings.begin(), sum.findings.end(), [&](const Finding& finding) {
    return finding.rule == report.rule && finding.way == report.way;
  });
  if (same != sum.findings.end()) {
    ++same->corners;
    return;
  }
  sum.findings.push_back({plan.walks[report.walk].corner.name, report.rule, report.way});
}

void printProgress(const WalkPlan& plan, const Report& report, const WalkSum& sum) {
  std::uint64_t steps = 0;
  for (const test::LengthTally& tally : sum.lengths) steps += tally.steps;
  std::fprintf(stderr,
               "%zu of %zu walks, %.0f s, %.1f million steps, at length %" PRIu64 " of '%s', findings: %zu\n",
               sum.done, plan.walks.size(), sum.seconds, static_cast<double>(steps) / 1e6, report.length,
               plan.walks[report.walk].corner.name.c_str(), sum.findings.size());
}

// A job that does not end by itself was ended by an assertion or a crash, unless it was stopped.
int crashesOf(const std::vector<int>& jobs) {
  int count = 0;
  for (const int job : jobs) {
    int status = 0;
    (void)waitpid(job, &status, 0);
    const bool isStopped = WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
    if (!isStopped && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) ++count;
  }
  return count;
}

}  // namespace

WalkSum runWalks(const WalkPlan& plan) {
  WalkSum sum;
  sum.lengths.resize(plan.length);
  int ends[2];
  if (pipe(ends) != 0) return {.crashes = 1};
  std::fflush(nullptr);
  const Clock::time_point start = Clock::now();
  std::vector<int> jobs;
  for (std::uint64_t i = 0; i < plan.jobs; ++i) {
    const int job = fork();
    if (job == 0) {
      close(ends[0]);
      work(plan, i, ends[1]);
    }
    jobs.push_back(job);
  }
  close(ends[1]);
  Report report;
  Clock::time_point printed = start;
  while (read(ends[0], &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
    take(plan, report, sum);
    sum.seconds = secondsSince(start);
    if (plan.untilViolation && !sum.findings.empty()) {
      for (const int job : jobs) kill(job, SIGTERM);
      break;
    }
    if (plan.isQuiet || report.isDone || secondsSince(printed) < 2) continue;
    printed = Clock::now();
    printProgress(plan, report, sum);
  }
  close(ends[0]);
  sum.crashes = crashesOf(jobs);
  sum.seconds = secondsSince(start);
  rusage usage{};
  (void)getrusage(RUSAGE_CHILDREN, &usage);
  sum.processorSeconds =
      static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
  sum.megabytesAJob = static_cast<double>(usage.ru_maxrss) / 1024;
  return sum;
}

}  // namespace rws::worlds
