#include "attempt.h"

#include <gtest/gtest.h>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart = Instant{} + 1h;

Attempt resolving() { return {AttemptId{7}, kStart, 10s}; }

Attempt opening() {
  Attempt attempt = resolving();
  attempt.addressResolved();
  return attempt;
}

Attempt handshaking() {
  Attempt attempt = opening();
  attempt.handshakeStarted(kStart + 300ms);
  return attempt;
}

Attempt open() {
  Attempt attempt = opening();
  attempt.opened(kStart + 300ms, 5s);
  return attempt;
}

TEST(Attempt, StartsByResolvingItsAddress) {
  const Attempt attempt = resolving();
  EXPECT_EQ(attempt.id(), AttemptId{7});
  EXPECT_EQ(attempt.startedAt(), kStart);
  EXPECT_TRUE(attempt.isResolving());
  EXPECT_FALSE(attempt.hasSocket());
  EXPECT_FALSE(attempt.isErrorCounted());
  EXPECT_FALSE(attempt.reportsClose());
}

TEST(Attempt, IsInOneStateAtATime) {
  const auto states = [](const Attempt& attempt) {
    return std::vector<bool>{attempt.isResolving(), attempt.isOpening(), attempt.isHandshaking(),
                             attempt.isOpen(), attempt.isClosing()};
  };
  Attempt attempt = resolving();
  EXPECT_EQ(states(attempt), (std::vector<bool>{true, false, false, false, false}));
  attempt.addressResolved();
  EXPECT_EQ(states(attempt), (std::vector<bool>{false, true, false, false, false}));
  EXPECT_TRUE(attempt.hasSocket());
  attempt.handshakeStarted(kStart + 500ms);
  EXPECT_EQ(states(attempt), (std::vector<bool>{false, false, true, false, false}));
  EXPECT_TRUE(attempt.hasSocket());
  attempt.opened(kStart + 1s, 5s);
  EXPECT_EQ(states(attempt), (std::vector<bool>{false, false, false, true, false}));
  attempt.close(kStart + 2s, 15s, false);
  EXPECT_EQ(states(attempt), (std::vector<bool>{false, false, false, false, true}));
}

TEST(Attempt, HasOneTimeLimitUpToTheOpenConnection) {
  Attempt attempt = resolving();
  EXPECT_EQ(attempt.deadline(), kStart + 10s);
  attempt.addressResolved();
  EXPECT_EQ(attempt.deadline(), kStart + 10s);
  attempt.handshakeStarted(kStart + 9s);
  EXPECT_EQ(attempt.deadline(), kStart + 10s);
}

TEST(Attempt, CountsTheHandshakeNotAsOpening) {
  EXPECT_EQ(open().openingTook(), 300ms);
  Attempt attempt = handshaking();
  attempt.opened(kStart + 5s, 2s);
  EXPECT_EQ(attempt.openingTook(), 300ms);
  EXPECT_EQ(attempt.stableAt(), kStart + 7s);
}

TEST(Attempt, HasNoTimeLimitWhileItIsOpen) { EXPECT_EQ(open().deadline(), std::nullopt); }

TEST(Attempt, HasATimeLimitForClosingWhateverItWasBefore) {
  for (Attempt attempt : {opening(), handshaking(), open()}) {
    attempt.close(kStart + 1s, 15s, true);
    EXPECT_EQ(attempt.deadline(), kStart + 16s);
    EXPECT_TRUE(attempt.reportsClose());
    EXPECT_EQ(attempt.stableAt(), std::nullopt);
  }
}

TEST(Attempt, ReportsItsCloseOnlyIfAsked) {
  Attempt attempt = open();
  EXPECT_FALSE(attempt.reportsClose());
  attempt.close(kStart, 15s, false);
  EXPECT_FALSE(attempt.reportsClose());
}

TEST(Attempt, BecomesStableOnce) {
  Attempt attempt = opening();
  EXPECT_EQ(attempt.stableAt(), std::nullopt);
  attempt.opened(kStart + 300ms, 5s);
  EXPECT_EQ(attempt.stableAt(), kStart + 5s + 300ms);
  attempt.becameStable();
  EXPECT_EQ(attempt.stableAt(), std::nullopt);
}

TEST(Attempt, KeepsThatItsErrorWasReported) {
  Attempt attempt = open();
  attempt.errorCounted();
  attempt.close(kStart, 15s, false);
  EXPECT_TRUE(attempt.isErrorCounted());
}

TEST(Attempt, IsOverdueByAPunctualTimer) {
  for (Attempt attempt : {resolving(), opening(), handshaking()}) {
    EXPECT_TRUE(attempt.isOverdue(kStart + 10s, kStart + 10s));
    EXPECT_EQ(attempt.deadline(), kStart + 10s);
  }
}

TEST(Attempt, IsGivenMoreTimeOnceByALateTimer) {
  Attempt attempt = resolving();
  EXPECT_FALSE(attempt.isOverdue(kStart + 10s, kStart + 30s));
  EXPECT_EQ(attempt.deadline(), kStart + 50s) << "as much as the timer was late";
  attempt.addressResolved();
  EXPECT_EQ(attempt.deadline(), kStart + 50s);
  EXPECT_TRUE(attempt.isOverdue(kStart + 50s, kStart + 90s)) << "late again";
}

#ifndef NDEBUG
TEST(AttemptDeathTest, AMoveFromAnotherStateIsAProgrammingError) {
  EXPECT_DEATH(resolving().opened(kStart, 5s), "isOpening");
  EXPECT_DEATH(resolving().close(kStart, 15s, true), "isOpen");
  EXPECT_DEATH(opening().addressResolved(), "isResolving");
  EXPECT_DEATH(opening().becameStable(), "isOpen");
  EXPECT_DEATH(resolving().handshakeStarted(kStart), "isOpening");
  EXPECT_DEATH(handshaking().handshakeStarted(kStart), "isOpening");
  EXPECT_DEATH(open().opened(kStart, 5s), "isOpening");
  EXPECT_DEATH((void)open().isOverdue(kStart, kStart), "isResolving");
  Attempt closing = open();
  closing.close(kStart, 15s, true);
  EXPECT_DEATH(closing.close(kStart, 15s, true), "isOpen");
}
#endif

}  // namespace
}  // namespace rws
