#include "trace.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "connection.h"
#include "random.h"

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr EpochMs kWall = 1700000000000;

Now at(Duration sinceStart) { return {Instant{} + sinceStart, kWall + sinceStart / 1ms}; }

std::string lineOf(const Input& input) {
  Trace trace(Options{}, 0, 1);
  trace.record({Instant{}, 0}, input);
  const std::string text = toText(trace);
  const std::string head = "seed 0\noptions\nat 0 wall 0 ";
  EXPECT_EQ(text.substr(0, head.size()), head);
  EXPECT_EQ(text.back(), '\n');
  return text.substr(head.size(), text.size() - head.size() - 1);
}

std::string lineOf(const SendCall& call) {
  Trace trace(Options{}, 0, 1);
  trace.record({Instant{}, 0}, call);
  const std::string text = toText(trace);
  return text.substr(text.find("send"), text.rfind('\n') - text.find("send"));
}

// What the actions ask for, in enough detail to tell two runs apart.
std::string digestOf(const Actions& actions) {
  std::string text;
  for (const Action& action : actions) {
    text += std::to_string(action.index());
    if (const auto* retry = std::get_if<action::TellRetryScheduled>(&action)) {
      text += '@' + std::to_string(retry->delay.count()) + '#' + std::to_string(retry->attempt);
    }
    if (const auto* control = std::get_if<action::SendControl>(&action)) text += control->text;
    if (const auto* open = std::get_if<action::OpenSocket>(&action)) {
      text += '=' + std::to_string(static_cast<std::uint32_t>(open->attempt));
    }
    if (const auto* transmit = std::get_if<action::Transmit>(&action))
      text += '>' + std::to_string(transmit->payload);
    if (const auto* drop = std::get_if<action::Drop>(&action)) text += '!' + std::to_string(drop->payload);
    text += ' ';
  }
  return text;
}

// A host that does what it likes, at random, and writes down what it did.
struct RandomRun {
  explicit RandomRun(std::uint64_t seed, std::size_t capacity, std::size_t steps)
      : random(seed), trace(options(), seed, capacity), connection(options(), seed) {
    for (std::size_t i = 0; i < steps; ++i) step();
  }

  static Options options() {
    Options options;
    options.pingInterval = 3s;
    options.maxQueueSize = 4;
    return options;
  }

  void step() {
    time += std::chrono::microseconds(static_cast<std::int64_t>(random.unit() * 4e6));
    const AttemptId attempt = connection.currentAttempt();
    const double choice = random.unit();
    if (choice < 0.3) return handle(input::Ticked{});
    if (choice < 0.4) return handle(input::Connect{});
    if (choice < 0.6) return handle(input::Opened{attempt});
    if (choice < 0.7) return handle(input::Closed{attempt, {1006, "", false}, 0});
    if (choice < 0.75) return handle(input::Received{attempt, {}});
    if (choice < 0.78) return handle(input::Disconnect{});
    const SendCall call{{++payload, 10, MessageKind::Text}, {choice > 0.95, std::nullopt}};
    trace.record(at(time), call);
    (void)connection.send(at(time), call.payload, call.options, actions);
  }

  void handle(const Input& input) {
    trace.record(at(time), input);
    connection.handle(at(time), input, actions);
  }

  Random random;
  Trace trace;
  Connection connection;
  Actions actions;
  Duration time{};
  PayloadId payload = 0;
};

TEST(Trace, ReplaysARunExactly) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const RandomRun run(seed, 1000, 300);
    ASSERT_EQ(run.trace.forgotten(), 0U);
    ASSERT_EQ(digestOf(replay(run.trace)), digestOf(run.actions)) << "seed " << seed;
    ASSERT_GT(run.actions.size(), 50U) << "a run in which little happens proves little";
  }
}

TEST(Trace, NeedsTheSeedForThat) {
  const RandomRun run(1, 1000, 300);
  Trace other(run.trace.options(), 2, 1000);
  for (const TraceEntry& entry : run.trace.entries()) {
    if (const Input* input = std::get_if<Input>(&entry.event)) other.record(entry.now, *input);
  }
  EXPECT_NE(digestOf(replay(other)), digestOf(run.actions));
}

TEST(Trace, KeepsTheNewestEntriesAndCountsTheOthers) {
  Trace trace(Options{}, 1, 3);
  for (int i = 1; i <= 5; ++i) trace.record(at(std::chrono::milliseconds(i)), input::Ticked{});
  EXPECT_EQ(trace.forgotten(), 2U);
  EXPECT_EQ(toText(trace),
            "seed 1\noptions\nforgotten 2\nat 3 wall 1700000000003 ticked\nat 4 wall 1700000000004 ticked\n"
            "at 5 wall 1700000000005 ticked\n");
}

TEST(Trace, WithoutCapacityRecordsNothing) {
  Trace trace(Options{}, 1, 0);
  trace.record(at(0s), input::Connect{});
  EXPECT_TRUE(trace.entries().empty());
  EXPECT_EQ(trace.forgotten(), 1U);
}

TEST(Trace, WritesTimesExactly) {
  Trace trace(Options{}, ~0ULL, 10);
  for (const std::int64_t microseconds : {0LL, 1LL, 10LL, 999LL, 1500LL, 20000LL, 1234567LL, -1LL, -2500LL}) {
    trace.record({Instant{} + Duration(microseconds), -3}, input::Ticked{});
  }
  EXPECT_EQ(
      toText(trace),
      "seed 18446744073709551615\noptions\n"
      "at 0 wall -3 ticked\nat 0.001 wall -3 ticked\nat 0.01 wall -3 ticked\nat 0.999 wall -3 ticked\n"
      "at 1.5 wall -3 ticked\nat 20 wall -3 ticked\nat 1234.567 wall -3 ticked\nat -0.001 wall -3 ticked\n"
      "at -2.5 wall -3 ticked\n");
}

TEST(Trace, WritesOptionsThatDifferFromTheirDefaults) {
  Options options;
  options.jitter = 0.1;
  options.pingInterval = 1500us;
  options.maxReconnectAttempts = Options::kUnlimited;
  options.fatalCloseCodes = {1008, 4001};
  options.answerPings = false;
  EXPECT_EQ(
      toText(Trace(options, 0, 1)),
      "seed 0\noptions maxReconnectAttempts=Infinity jitter=0.1 pingInterval=1.5 fatalCloseCodes=[1008,4001] "
      "answerPings=false\n");
  options = {};
  options.jitter = 1.0 / 3;
  options.fatalCloseCodes = {};
  EXPECT_EQ(lineOf(input::ChangeOptions{options}),
            "changeOptions jitter=0.33333333333333331 fatalCloseCodes=[]");
  EXPECT_EQ(lineOf(input::ChangeOptions{}), "changeOptions");
}

TEST(Trace, WritesTheUsersWishes) {
  EXPECT_EQ(lineOf(input::Connect{}), "connect");
  EXPECT_EQ(lineOf(input::Disconnect{}), "disconnect");
  EXPECT_EQ(lineOf(input::Reconnect{}), "reconnect");
  EXPECT_EQ(lineOf(input::Destroy{}), "destroy");
  EXPECT_EQ(lineOf(input::ClearQueue{}), "clearQueue");
  EXPECT_EQ(lineOf(input::CheckNetwork{}), "checkNetwork");
  EXPECT_EQ(lineOf(input::SlowDown{}), "slowDown");
  EXPECT_EQ(lineOf(input::ContactSupport{}), "contactSupport");
  EXPECT_EQ(lineOf(input::ResetRecovery{}), "resetRecovery");
  EXPECT_EQ(lineOf(SendCall{{7, 120, MessageKind::Text}, {}}), "send 7 120 text");
  EXPECT_EQ(lineOf(SendCall{{8, 0, MessageKind::Binary}, {true, 1500ms}}),
            "send 8 0 binary volatile ttl 1500");
}

TEST(Trace, WritesTheEventsOfSockets) {
  constexpr AttemptId kThird{3};
  EXPECT_EQ(lineOf(input::Opened{kThird}), "opened 3");
  EXPECT_EQ(lineOf(input::Errored{kThird}), "errored 3");
  EXPECT_EQ(lineOf(input::Closed{kThird, {1006, "", false}, 12}), "closed 3 1006 unclean 12 \"\"");
  EXPECT_EQ(lineOf(input::Closed{kThird, {1012, "a \"b\"\n", true}, 0}),
            R"(closed 3 1012 clean 0 "a \"b\"\u000a")");
  EXPECT_EQ(lineOf(input::OpenFailed{kThird, "no URL"}), "openFailed 3 \"no URL\"");
  EXPECT_EQ(lineOf(input::Received{kThird, {}}), "received 3 message");
  EXPECT_EQ(lineOf(input::Received{kThird, {ControlKind::Ping, ""}}), "received 3 ping");
  EXPECT_EQ(lineOf(input::Received{kThird, {ControlKind::Pong, "\"x\""}}), "received 3 pong \"x\"");
  EXPECT_EQ(lineOf(input::Buffered{kThird, 4096}), "buffered 3 4096");
  EXPECT_EQ(lineOf(input::HandOverFailed{kThird, 9}), "handOverFailed 3 9");
  EXPECT_EQ(lineOf(input::HandOverFailed{kThird, 9, true}), "handOverFailed 3 9 closing");
  EXPECT_EQ(lineOf(input::HostDecides{true}), "hostDecides");
  EXPECT_EQ(lineOf(input::HostDecides{false}), "hostAgrees");
  EXPECT_EQ(lineOf(input::Decided{kThird, std::nullopt}), "decided 3 agreed");
  EXPECT_EQ(lineOf(input::Decided{kThird, true}), "decided 3 yes");
  EXPECT_EQ(lineOf(input::Decided{kThird, false}), "decided 3 no");
}

TEST(Trace, WritesTheEnvironment) {
  EXPECT_EQ(lineOf(input::NetworkChanged{true}), "online");
  EXPECT_EQ(lineOf(input::NetworkChanged{false}), "offline");
  EXPECT_EQ(lineOf(input::VisibilityChanged{true}), "visible");
  EXPECT_EQ(lineOf(input::VisibilityChanged{false}), "hidden");
  EXPECT_EQ(lineOf(input::PageSuspended{}), "pageSuspended");
  EXPECT_EQ(lineOf(input::PageResumed{}), "pageResumed");
  EXPECT_EQ(lineOf(input::ClockJumped{}), "clockJumped");
  EXPECT_EQ(lineOf(input::Ticked{}), "ticked");
}

}  // namespace
}  // namespace rws
