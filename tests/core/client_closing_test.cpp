// Attempts that are closing: what becomes of their messages and of their close events.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/test_client.h"

namespace rws::test {
namespace {

TEST(ClientClosing, HoldsTheQueueWhileMessagesMayHaveToBeSentAgain) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.send();
  client.platform().buffered[kFirst] = 20;
  EXPECT_EQ(client.reconnect(),
            "close 1 1000 'Reconnect requested'; closed 1000 'Reconnect requested' retried; "
            "state reconnecting; resolve 2; open 2");
  EXPECT_EQ(client.open(), "state connected; opened");
  EXPECT_EQ(client.send(), "queued");
  EXPECT_EQ(client.closingCloses(1006, 10), "unconfirmed #1; release 1; send #2 on 2; send #3 on 2");
}

TEST(ClientClosing, ReportsMessagesAfterCloseGrace) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.reconnect();
  (void)client.open();
  (void)client.send();
  EXPECT_EQ(client.run(15s - 1ms), "");
  EXPECT_EQ(client.run(1ms), "unconfirmed #1; release 1; send #2 on 2");
  EXPECT_EQ(client.close(kFirst, 1006, "", 10), "") << "too late";
}

TEST(ClientClosing, KeepsItsMessagesThroughFurtherLosses) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.reconnect();
  (void)client.open();
  EXPECT_EQ(client.reconnect(),
            "close 2 1000 'Reconnect requested'; release 2; closed 1000 'Reconnect requested' retried; "
            "state reconnecting; resolve 3; open 3");
  EXPECT_EQ(client.client().closingAttempt(), kFirst);
  (void)client.open();
  EXPECT_EQ(client.closingCloses(1006, 10), "release 1; send #1 on 3");
}

TEST(ClientClosing, HoldsNothingUpWhereAllMessagesHadLeft) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.reconnect();
  (void)client.open();
  EXPECT_EQ(client.send(), "send #2 on 2; sent");
  EXPECT_EQ(client.closingCloses(1000), "delivered #1; release 1");
}

TEST(ClientClosing, DropsWhatADisconnectedSocketDidNotSend) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.send();
  client.platform().buffered[kFirst] = 20;
  (void)client.disconnect();
  EXPECT_EQ(client.wait(), 15s);
  EXPECT_EQ(client.close(kFirst, 1000, "", 10),
            "delivered #1; dropped #2 disconnected; release 1; closed 1000 '' final");
  EXPECT_EQ(client.wait(), std::nullopt);
}

TEST(ClientClosing, HasATimeLimitAlthoughADisconnectedSocketRefusesAllMessages) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  ASSERT_TRUE(client.trySendNow());
  client.platform().buffered[kFirst] = 20;
  (void)client.disconnect();
  EXPECT_EQ(client.after([&] { client.driver().messageRefused(kFirst, 1, false); }),
            "dropped #1 disconnected; dropped #2 disconnected; error send_error 0");
  EXPECT_EQ(client.wait(), 15s);
  EXPECT_EQ(client.closingCloses(1000), "release 1; closed 1000 '' final");
}

TEST(ClientClosing, EndsAtOnceWhenTheSocketRefusesItsLastMessage) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.reconnect();
  (void)client.open();
  EXPECT_EQ(client.after([&] { client.driver().messageRefused(kFirst, 1, true); }),
            "release 1; send #1 on 2");
}

TEST(ClientClosing, ReportsTheMessagesOfAnOlderAttemptWhenAnotherMustClose) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  (void)client.reconnect();
  (void)client.open();
  (void)client.send();
  EXPECT_EQ(client.client().closingAttempt(), kFirst);
  EXPECT_EQ(client.reconnect(),
            "unconfirmed #1; release 1; close 2 1000 'Reconnect requested'; "
            "closed 1000 'Reconnect requested' retried; state reconnecting; resolve 3; open 3")
      << "two sockets at most are alive";
  EXPECT_EQ(client.client().closingAttempt(), kSecond);
  EXPECT_EQ(client.closingCloses(1000), "delivered #2; release 2");
}

TEST(ClientClosing, FollowsACommandDuringTheClosing) {
  TestClient client;
  (void)client.connectAndOpen();
  (void)client.send();
  client.platform().buffered[kFirst] = 10;
  (void)client.disconnect();
  EXPECT_EQ(client.reconnect(),
            "unconfirmed #1; release 1; closed 1000 'Closed by the client' final; state connecting; "
            "resolve 2; open 2");
}

TEST(ClientClosing, TakesNoCloseForProofOfWhatMayNotHaveLeft) {
  TestClient client(exact(), {.countsWholeMessages = true});
  (void)client.connectAndOpen();
  for (int i = 0; i < 3; ++i) (void)client.send();
  client.platform().buffered[kFirst] = 15;  // one message, and 5 bytes that may be of the browser's own
  (void)client.disconnect();
  // The server may have closed before it read the client's close frame.
  EXPECT_EQ(client.close(kFirst, 1000, "", 15),
            "delivered #1; unconfirmed #2-#3; release 1; closed 1000 '' final");
}

}  // namespace
}  // namespace rws::test
