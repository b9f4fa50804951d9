// The pings and pongs of a session, through the driver.
#include <gtest/gtest.h>

#include <string>

#include "fixtures/session_client.h"

namespace rws::test {
namespace {

class ClientSessionHeartbeat : public SessionClient {};

TEST_F(ClientSessionHeartbeat, HasItsOwnPings) {
  begin();
  EXPECT_EQ(message(), "");
  EXPECT_EQ(client_.run(29s), "rws:ack,received:1 on 1");
  EXPECT_EQ(client_.run(1s), "rws:ping,id:" + std::to_string(client_.wall()) + ",received:1 on 1");
  const std::string id = std::to_string(client_.wall());
  client_.block(20ms);
  EXPECT_EQ(receive(R"({"rws":"pong","id":)" + id + R"(,"received":0})"), "latency 20");
  EXPECT_EQ(client_.stats().lastPong, client_.wall());
}

TEST_F(ClientSessionHeartbeat, GivesUpAPeerThatDoesNotAnswer) {
  begin();
  (void)message();
  EXPECT_EQ(client_.run(30s).substr(0, 33), "rws:ack,received:1 on 1; rws:ping");
  EXPECT_EQ(client_.run(10s),
            "close 1 1000 'Pong timeout'; release 1; closed 1006 'Pong timeout' retried; "
            "state reconnecting; retry 1 in 1000");
}

TEST_F(ClientSessionHeartbeat, AnswersPings) {
  begin();
  (void)message();
  EXPECT_EQ(receive(R"({"rws":"ping","id":"a","received":0})"), "rws:pong,id:a,received:1 on 1");
  EXPECT_EQ(lastFrame(), R"({"rws":"pong","id":"a","received":1})");
  EXPECT_EQ(client_.run(250ms), "") << "the pong has saved the ack";
}

TEST_F(ClientSessionHeartbeat, AcknowledgesByPingsAndPongsOfTheServer) {
  begin();
  (void)client_.send();
  (void)client_.send();
  EXPECT_EQ(receive(R"({"rws":"ping","id":1,"received":1})"), "delivered #1; rws:pong,id:1,received:0 on 1");
  EXPECT_EQ(receive(R"({"rws":"pong","id":1,"received":2})"), "delivered #2");
}

TEST_F(ClientSessionHeartbeat, HasNoPingsOfTheUser) {
  (void)client_.setHeartbeat(HeartbeatMode::Custom);
  begin();
  EXPECT_EQ(client_.run(30s), "rws:ping,id:" + std::to_string(client_.wall()) + ",received:0 on 1");
}

TEST_F(ClientSessionHeartbeat, HasPingsOfTheUserWhereTheServerKnowsNone) {
  (void)client_.setHeartbeat(HeartbeatMode::Custom);
  greet();
  (void)message();
  EXPECT_EQ(client_.run(30s), "make ping; custom ping 1");
}

TEST_F(ClientSessionHeartbeat, CountsAJsonPingAsAMessage) {
  begin();
  EXPECT_EQ(message(), "");
  EXPECT_EQ(session().received(), 1U);
}

}  // namespace
}  // namespace rws::test
