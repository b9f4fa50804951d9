// The same options, seed and events give the same effects.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/test_client.h"
#include "random.h"

namespace rws::test {
namespace {

// What a client does in a random life. `seed` is the client's own, `life` that of the events.
std::string runLife(std::uint64_t seed, std::uint64_t life) {
  FakePlatform platform;
  Driver driver(platform, seed);
  platform.driver = &driver;
  (void)driver.setOption("pingInterval", 3000.0);
  (void)driver.setOption("maxQueueSize", 4.0);
  Random random(life);
  std::string calls;
  MessageId message = 0;
  for (int step = 0; step < 300; ++step) {
    const Duration passed(static_cast<std::int64_t>(random.unit() * 4e6));
    platform.clock.instant += passed;
    platform.clock.wall += passed / 1ms;
    const AttemptId attempt = driver.client().currentAttempt();
    const double choice = random.unit();
    if (choice < 0.3) {
      if (platform.timer() && *platform.timer() <= platform.clock.instant) {
        platform.forgetTimer();
        driver.timerFired();
      }
    } else if (choice < 0.4) {
      driver.connect();
    } else if (choice < 0.6) {
      driver.socketOpened(attempt);
    } else if (choice < 0.7) {
      driver.socketClosed(attempt, 1006, "", false);
    } else if (choice < 0.75) {
      (void)driver.frameReceived(attempt);
    } else if (choice < 0.78) {
      driver.disconnect();
    } else {
      (void)driver.send({++message, 10, true}, {.isVolatile = choice > 0.95});
    }
    calls += platform.takeCalls() + '\n';
    if (platform.timer()) calls += text(*platform.timer() - Instant{}) + '\n';
  }
  return calls;
}

TEST(Determinism, HoldsForTheSameSeed) {
  for (std::uint64_t life = 0; life < 50; ++life) {
    const std::string calls = runLife(life, life);
    ASSERT_EQ(runLife(life, life), calls) << "seed " << life;
    ASSERT_GT(std::count(calls.begin(), calls.end(), ';'), 50)
        << "a life in which little happens proves little";
  }
}

TEST(Determinism, NeedsTheSeed) { EXPECT_NE(runLife(1, 1), runLife(2, 1)); }

}  // namespace
}  // namespace rws::test
