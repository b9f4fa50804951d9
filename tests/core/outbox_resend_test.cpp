// The option `unconfirmed: 'resend'`: what nothing has proven goes out again.
#include <gtest/gtest.h>

#include "fixtures/outbox_fixture.h"

namespace rws::test {
namespace {

class OutboxResending : public OutboxFixture {
 protected:
  OutboxResending() { options_.resendsUnconfirmed = true; }
};

TEST_F(OutboxResending, SendsAgainWhatNothingHasProvenBeforeAllElse) {
  sendThree();
  send(4, 10, true);
  outbox_.confirm(1, effects_);
  EXPECT_EQ(effects(), "delivered #1");
  outbox_.closed(options_, 0, kProofExpected, effects_);
  EXPECT_EQ(effects(), "") << "the volatile one ended when it was sent";
  queue(5);
  EXPECT_EQ(outbox_.queuedBytes(), 30U);
  outbox_.opened();
  EXPECT_EQ(flush(), "#2#3#5");
}

TEST_F(OutboxResending, KeepsTheLimitsOfTheQueue) {
  options_.maxQueueSize = 2;
  sendThree();
  outbox_.closed(options_, 0, kProofExpected, effects_);
  EXPECT_EQ(effects(), "dropped #1 overflow");
}

TEST_F(OutboxResending, WaitsForNoSocketThatTheClientCloses) {
  sendThree();
  EXPECT_FALSE(close(Unsent::SendAgain, 15));
  EXPECT_EQ(effects(), "");
  EXPECT_FALSE(outbox_.isBlocked());
  outbox_.opened();
  EXPECT_EQ(flush(), "#1#2#3");
}

TEST_F(OutboxResending, SendsNothingAgainAfterDisconnect) {
  sendThree();
  EXPECT_TRUE(close(Unsent::Drop, 15));
  outbox_.closingClosed(options_, 15, kNotAcknowledged, kProofExpected, effects_);
  EXPECT_EQ(effects(), "unconfirmed #1; dropped #2 disconnected; dropped #3 disconnected");
}

TEST_F(OutboxResending, TakesWhatHasLeftForDeliveredWhereNothingIsProven) {
  sendThree();
  outbox_.closed(options_, 15, kNothingProven, effects_);
  EXPECT_EQ(effects(), "delivered #1");
  outbox_.opened();
  EXPECT_EQ(flush(), "#2#3");
}

// A text of 10 UTF-16 units has 10 to 30 bytes: whether it has left is not known.
TEST_F(OutboxResending, SendsAgainWhatMayHaveLeftWhereNothingIsProven) {
  HostTraits traits;
  traits.sizeOf = [](void*, MessageId) { return std::uint64_t{20}; };
  Outbox outbox(traits);
  outbox.opened();
  outbox.send({{1, 10, false}});
  (void)outbox.sendControl(100);
  outbox.closed(options_, 115, kNothingProven, effects_);
  EXPECT_EQ(effects(), "") << "neither delivered nor unconfirmed";
  EXPECT_EQ(outbox.queuedCount(), 1U);
}

TEST_F(OutboxResending, ReportsAtDestroy) {
  sendThree();
  outbox_.destroyed(15, 0, effects_);
  EXPECT_EQ(effects(), "delivered #1; unconfirmed #2-#3");
}

}  // namespace
}  // namespace rws::test
