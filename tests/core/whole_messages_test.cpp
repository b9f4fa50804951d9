// An engine that counts whole messages in bufferedAmount (Firefox): the record of sent messages, and the
// watch over a connection whose buffer holds a remainder.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "fixtures/sent_record_fixture.h"
#include "fixtures/test_client.h"

namespace rws {
namespace {

using namespace std::chrono_literals;
using test::Ids;
using test::message;

class WholeMessages : public test::SentRecordTest {
 protected:
  WholeMessages() { host_.countsWholeMessages = true; }
};

TEST_F(WholeMessages, AreUnsentByABufferThatEndsBetweenThem) {
  EXPECT_EQ(unsent(100), Ids{3});
  EXPECT_EQ(unsent(200), (Ids{2, 3}));
  EXPECT_EQ(unsent(300), (Ids{1, 2, 3}));
  EXPECT_TRUE(uncertain_.empty());
  EXPECT_TRUE(record_.hasUnsent(host_, 300));
}

TEST_F(WholeMessages, AreUncertainByARemainderThatBelongsToNone) {
  for (const auto& [remainder, upTo] : std::vector<std::pair<std::uint64_t, MessageId>>{
           {1, 2}, {99, 2}, {101, 1}, {199, 1}, {299, 0}, {301, 0}, {59'260, 0}}) {
    EXPECT_EQ(unsent(remainder), Ids{}) << remainder;
    EXPECT_EQ(left_, upTo == 0 ? MessageRange{} : (MessageRange{0, upTo})) << remainder;
    EXPECT_EQ(uncertain_, (MessageRange{upTo, 3})) << remainder;
    EXPECT_FALSE(record_.hasUnsent(host_, remainder)) << remainder;
  }
}

TEST_F(WholeMessages, AreNeverUncertainInOtherEngines) {
  host_.countsWholeMessages = false;
  for (std::uint64_t bufferedAmount = 0; bufferedAmount < 320; ++bufferedAmount) {
    EXPECT_TRUE(canTell(bufferedAmount)) << bufferedAmount;
  }
}

TEST_F(WholeMessages, EndBeforeOrBehindAControlFrame) {
  record_.addControl(40);
  EXPECT_EQ(unsent(40), Ids{}) << "only the control frame is in the buffer";
  EXPECT_EQ(left_, (MessageRange{0, 3}));
  EXPECT_EQ(unsent(140), Ids{3});
  EXPECT_FALSE(canTell(100));
  record_.add(message(4, 10));
  EXPECT_EQ(unsent(10), Ids{4}) << "the buffer begins behind the control frame";
  EXPECT_EQ(unsent(50), Ids{4}) << "the buffer begins with it";
  EXPECT_FALSE(canTell(30));
}

TEST_F(WholeMessages, EndBetweenControlFramesOfEqualSize) {
  for (int i = 0; i < 3; ++i) record_.addControl(40);
  record_.add(message(4, 10));
  for (const std::uint64_t frames : {0U, 1U, 2U, 3U}) EXPECT_EQ(unsent(10 + frames * 40), Ids{4}) << frames;
  EXPECT_FALSE(canTell(10 + 20));
  EXPECT_FALSE(canTell(10 + 60));
}

TEST_F(WholeMessages, EndBeforeTheLastOfDifferentControlFramesOrBeforeAll) {
  record_.addControl(40);
  record_.addControl(30);
  record_.add(message(4, 10));
  EXPECT_EQ(unsent(10 + 30), Ids{4});
  EXPECT_EQ(unsent(10 + 70), Ids{4});
  EXPECT_FALSE(canTell(10 + 40));
  EXPECT_FALSE(canTell(10 + 35));
}

TEST_F(WholeMessages, DoNotEndBetweenControlFramesOfDifferentSizes) {
  for (const std::uint64_t bytes : {39U, 41U, 40U}) record_.addControl(bytes);
  record_.add(message(4, 10));
  EXPECT_EQ(unsent(10 + 40), Ids{4});
  EXPECT_EQ(unsent(10 + 120), Ids{4});
  for (const std::uint64_t rest : {35U, 39U, 81U}) EXPECT_FALSE(canTell(10 + rest)) << rest;
  EXPECT_FALSE(canTell(10 + 80)) << "120 bytes are three times 40, but the frames are not";
}

TEST_F(WholeMessages, EndBeforeTheControlFramesAheadOfTheRecord) {
  SentRecord record;
  record.addControl(40);
  for (MessageId id = 1; id <= 2; ++id) record.add(message(id, 100));
  record.addControl(41);
  record.add(message(3, 100));
  record_ = record;
  EXPECT_EQ(unsent(100 + 41 + 200 + 40), (Ids{1, 2, 3}));
  EXPECT_EQ(record_.confirm(2), (MessageRange{0, 2}));
  EXPECT_EQ(unsent(141), Ids{3}) << "the frame ahead of it may still be in the buffer";
  EXPECT_FALSE(canTell(140));
  record_.allLeft();
  EXPECT_FALSE(canTell(141)) << "the buffer was empty since";
  EXPECT_EQ(unsent(100), Ids{3});
}

TEST_F(WholeMessages, EndAsIfARefusedControlFrameHadNotBeenSent) {
  const MessageId after = record_.addControl(40);
  record_.addControl(40);
  record_.add(message(4, 10));
  EXPECT_EQ(unsent(10 + 80), Ids{4});
  record_.removeControl(40, after);
  EXPECT_EQ(unsent(10 + 40), Ids{4});
  EXPECT_FALSE(canTell(10 + 80));
  record_.removeControl(40, after);
  EXPECT_FALSE(canTell(10 + 40));
  EXPECT_EQ(unsent(10), Ids{4});
}

// The system takes some data for a dead peer too.
Duration timeUntilNoticed(std::uint64_t remainder, bool countsWholeMessages) {
  test::TestClient client(test::exact(), {.countsWholeMessages = countsWholeMessages});
  client.connectAndOpen();
  client.receive();
  client.platform().buffered[test::kFirst] = remainder;
  Duration time = 0s;
  while (client.phase() == Phase::Connected && time < 60s) {
    client.send();
    client.run(1s);
    time += 1s;
  }
  return time;
}

TEST_F(WholeMessages, GiveNoSignOfLifeBesideARemainder) {
  EXPECT_EQ(timeUntilNoticed(0, true), 4s);
  EXPECT_EQ(timeUntilNoticed(7'777, true), 4s);
  EXPECT_EQ(timeUntilNoticed(7'777, false), 60s) << "such a buffer has data that the peer takes";
}

// Given to the socket: a message of 60 KB, a pong of 30 bytes, a ping of 41.
TEST(WholeMessagesWatch, ClosesNoLinkWhoseBufferHasDrainedToTheLastControlFrame) {
  test::TestClient client(test::exact(), {.countsWholeMessages = true});
  (void)client.connectAndOpen();
  const EpochMs opened = client.wall();
  (void)client.send(60'000);
  (void)client.run(250ms);
  (void)client.pong(opened + 250);
  (void)client.send(60'000);
  (void)client.receiveText(R"({"type":"ping","timestamp":17})");
  client.platform().buffered[test::kFirst] = 60'000 + client.platform().lastControl().size();
  (void)client.run(1s);
  const std::size_t ping = client.platform().lastControl().size();
  client.platform().buffered[test::kFirst] += ping;
  (void)client.run(3s + 900ms);
  EXPECT_EQ(client.phase(), Phase::Connected);
  client.platform().buffered[test::kFirst] = ping;  // the message and the pong have left
  (void)client.run(1s);
  EXPECT_EQ(client.phase(), Phase::Connected) << "60 KB have just left: the link lives";
}

}  // namespace
}  // namespace rws
