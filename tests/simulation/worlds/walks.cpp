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

// What a job says: what came in at one length since it last spoke. Small enough to be written at once.
struct Message {
  std::uint64_t walk = 0;
  std::uint64_t length = 0;
  test::LengthTally tally;
  bool isDone = false;
  char rule[96] = "";
  char way[512] = "";
};
static_assert(sizeof(Message) <= 4096, "PIPE_BUF");

void say(int pipe, const Message& message) {
  if (write(pipe, &message, sizeof message) != static_cast<ssize_t>(sizeof message)) _exit(3);
}

// The world that an assertion ends.
const test::SmallWorld* walked = nullptr;
const char* corner = "";

void tellLastWay(int /*signal*/) {
  if (walked == nullptr) return;
  std::fprintf(stderr, "aborted\n  corner: %s\n  way: %s\n", corner, toText(walked->standing()).c_str());
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
      test::LengthTally told;
      const auto tell = [&] {
        const test::LengthTally& tally = world.tallies().back();
        say(pipe_, {index, length, {tally.steps - told.steps, tally.states - told.states}, false, "", ""});
        told = tally;
      };
      (void)world.lengthen(length == plan_.length, tell);
      tell();
    }
    Message message{index, 0, {}, true, "", ""};
    if (const std::optional<test::Violation>& violation = world.violation()) {
      (void)std::snprintf(message.rule, sizeof message.rule, "%s", violation->rule.c_str());
      (void)std::snprintf(message.way, sizeof message.way, "%s", toText(violation->way).c_str());
    }
    say(pipe_, message);
    walked = nullptr;
  }

 private:
  const WalkPlan& plan_;
  int pipe_;
};

[[noreturn]] void work(const WalkPlan& plan, std::uint64_t job, int pipe) {
  (void)std::signal(SIGABRT, tellLastWay);
  Job here(plan, pipe);
  for (std::size_t index = job; index < plan.walks.size(); index += plan.jobs) here.walk(index);
  _exit(0);
}

void take(const WalkPlan& plan, const Message& message, WalkSum& sum) {
  if (!message.isDone) {
    test::LengthTally& tally = sum.lengths[message.length - 1];
    tally.steps += message.tally.steps;
    tally.states += message.tally.states;
    return;
  }
  ++sum.done;
  if (message.rule[0] == '\0') return;
  const auto same = std::find_if(sum.findings.begin(), sum.findings.end(), [&](const Finding& finding) {
    return finding.rule == message.rule && finding.way == message.way;
  });
  if (same != sum.findings.end()) {
    ++same->corners;
    return;
  }
  sum.findings.push_back({plan.walks[message.walk].corner.name, message.rule, message.way});
}

void tellProgress(const WalkPlan& plan, const Message& message, const WalkSum& sum) {
  std::uint64_t steps = 0;
  for (const test::LengthTally& tally : sum.lengths) steps += tally.steps;
  std::fprintf(stderr,
               "%zu of %zu walks, %.0f s, %.1f million steps, at length %" PRIu64 " of '%s', findings: %zu\n",
               sum.done, plan.walks.size(), sum.seconds, static_cast<double>(steps) / 1e6, message.length,
               plan.walks[message.walk].corner.name.c_str(), sum.findings.size());
}

// A job that does not end by itself was ended by an assertion or a crash.
int crashesOf(const std::vector<int>& jobs) {
  int count = 0;
  for (const int job : jobs) {
    int status = 0;
    (void)waitpid(job, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++count;
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
  Message message;
  Clock::time_point told = start;
  while (read(ends[0], &message, sizeof message) == static_cast<ssize_t>(sizeof message)) {
    take(plan, message, sum);
    sum.seconds = secondsSince(start);
    if (plan.isQuiet || message.isDone || secondsSince(told) < 2) continue;
    told = Clock::now();
    tellProgress(plan, message, sum);
  }
  close(ends[0]);
  sum.crashes = crashesOf(jobs);
  sum.seconds = secondsSince(start);
  rusage usage{};
  (void)getrusage(RUSAGE_CHILDREN, &usage);
  sum.megabytesAJob = static_cast<double>(usage.ru_maxrss) / 1024;
  return sum;
}

}  // namespace rws::worlds
