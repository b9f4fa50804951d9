// The texts in which tests and the simulation write events, effects and options (tests/support/trace.h).
#include "../support/trace.h"

#include <gtest/gtest.h>

#include <string>

namespace rws::test {
namespace {

using namespace std::chrono_literals;

constexpr AttemptId kThird{3};

TEST(Trace, WritesTimesExactly) {
  EXPECT_EQ(toText(Duration(0)), "0");
  EXPECT_EQ(toText(Duration(1us)), "0.001");
  EXPECT_EQ(toText(Duration(10us)), "0.01");
  EXPECT_EQ(toText(Duration(999us)), "0.999");
  EXPECT_EQ(toText(Duration(1500us)), "1.5");
  EXPECT_EQ(toText(Duration(20ms)), "20");
  EXPECT_EQ(toText(Duration(1234567us)), "1234.567");
  EXPECT_EQ(toText(Duration(-1us)), "-0.001");
  EXPECT_EQ(toText(Duration(-2500us)), "-2.5");
}

TEST(Trace, WritesOptionsThatDifferFromTheirDefaults) {
  EXPECT_EQ(toText(Options{}), "");
  Options options;
  options.jitter = 0.1;
  options.pingInterval = 1500us;
  options.maxReconnectAttempts = Options::kUnlimited;
  options.fatalCloseCodes = {1008, 4001};
  options.answerPings = false;
  EXPECT_EQ(toText(options),
            " maxReconnectAttempts=Infinity jitter=0.1 pingInterval=1.5 fatalCloseCodes=[1008,4001] "
            "answerPings=false");
  options = {};
  options.jitter = 1.0 / 3;
  options.fatalCloseCodes = {};
  EXPECT_EQ(toText(options), " jitter=0.33333333333333331 fatalCloseCodes=[]")
      << "read back as the same number";
}

TEST(Trace, WritesCommands) {
  EXPECT_EQ(toText(Event(event::Connect{})), "connect");
  EXPECT_EQ(toText(Event(event::Disconnect{})), "disconnect");
  EXPECT_EQ(toText(Event(event::Reconnect{})), "reconnect");
  EXPECT_EQ(toText(Event(event::Destroy{})), "destroy");
  EXPECT_EQ(toText(Event(event::ClearQueue{})), "clearQueue");
  EXPECT_EQ(toText(Event(event::CheckNetwork{})), "checkNetwork");
  EXPECT_EQ(toText(Event(event::SlowDown{})), "slowDown");
  EXPECT_EQ(toText(Event(event::ContactSupport{})), "contactSupport");
  EXPECT_EQ(toText(Event(event::ResetRecovery{})), "resetRecovery");
  EXPECT_EQ(toText(Event(event::SetDecider{true})), "setDecider");
  EXPECT_EQ(toText(Event(event::SetDecider{false})), "setDecider none");
  EXPECT_EQ(toText(Event(event::SetHandshake{true})), "setHandshake");
  EXPECT_EQ(toText(Event(event::SetHandshake{false})), "setHandshake none");
  EXPECT_EQ(toText(Event(event::SetHeartbeat{{HeartbeatMode::Custom}})), "setHeartbeat custom");
  EXPECT_EQ(toText(Event(event::SetHeartbeat{{HeartbeatMode::Silence, std::chrono::seconds(5)}})),
            "setHeartbeat silence 5000");
  const AttemptId attempt{1};
  EXPECT_EQ(toText(Event(event::FrameReceived{attempt, {ControlKind::CustomPong, {}, {}}})),
            "frameReceived 1 customPong");
  EXPECT_EQ(toText(Event(event::FrameReceived{attempt, {ControlKind::CustomPing, {}, {2, 30}}})),
            "frameReceived 1 customPing 2 30");
  EXPECT_EQ(toText(Effect(effect::SendPing{attempt, 7, 0, 20})), "sendPing 1 7 custom 20");
  EXPECT_EQ(toText(Effect(effect::SendPong{attempt, {}, 0, {2, 30}})), "sendReply 1 2");
  EXPECT_EQ(toText(Event(event::SetOption{"jitter", 0.25})), "setOption jitter=0.25");
  EXPECT_EQ(toText(Event(event::Send{{7, 120, true}, {}})), "send 7 120");
  EXPECT_EQ(toText(Event(event::Send{{8, 5, false}, {.isVolatile = true, .ttl = 1500us}})),
            "send 8 5 units volatile ttl 1.5");
}

TEST(Trace, WritesTheEventsOfAttempts) {
  EXPECT_EQ(toText(Event(event::AddressResolved{kThird})), "addressResolved 3");
  EXPECT_EQ(toText(Event(event::AttemptFailed{kThird, "no URL"})), "attemptFailed 3 \"no URL\"");
  EXPECT_EQ(toText(Event(event::SocketOpened{kThird})), "socketOpened 3");
  EXPECT_EQ(toText(Event(event::HandshakeDone{kThird})), "handshakeDone 3");
  EXPECT_EQ(toText(Event(event::HandshakeFailed{kThird, 4000, "no"})), "handshakeFailed 3 4000 \"no\"");
  EXPECT_EQ(toText(Event(event::SocketErrored{kThird})), "socketErrored 3");
  EXPECT_EQ(toText(Event(event::SocketClosed{kThird, {1006, "", false}})),
            "socketClosed 3 1006 unclean \"\"");
  EXPECT_EQ(toText(Event(event::SocketClosed{kThird, {1012, "a\n\"b\"", true}})),
            R"(socketClosed 3 1012 clean "a\x0a\x22b\x22")");
  EXPECT_EQ(toText(Event(event::FrameReceived{kThird, {}})), "frameReceived 3 message");
  EXPECT_EQ(toText(Event(event::FrameReceived{kThird, {ControlKind::Ping, ""}})), "frameReceived 3 ping");
  EXPECT_EQ(toText(Event(event::FrameReceived{kThird, {ControlKind::Pong, "5"}})), "frameReceived 3 pong 5");
  EXPECT_EQ(toText(Event(event::MessageRefused{kThird, 9, false})), "messageRefused 3 9");
  EXPECT_EQ(toText(Event(event::MessageRefused{kThird, 9, true})), "messageRefused 3 9 closing");
  EXPECT_EQ(toText(Event(event::ControlRefused{kThird, 41, 9})), "controlRefused 3 41 after 9");
  EXPECT_EQ(toText(Event(event::ShouldReconnectAnswered{kThird, std::nullopt})),
            "shouldReconnectAnswered 3 none");
  EXPECT_EQ(toText(Event(event::ShouldReconnectAnswered{kThird, true})), "shouldReconnectAnswered 3 yes");
  EXPECT_EQ(toText(Event(event::ShouldReconnectAnswered{kThird, false})), "shouldReconnectAnswered 3 no");
}

TEST(Trace, WritesTheEnvironment) {
  EXPECT_EQ(toText(Event(event::NetworkChanged{true})), "online");
  EXPECT_EQ(toText(Event(event::NetworkChanged{false})), "offline");
  EXPECT_EQ(toText(Event(event::VisibilityChanged{true})), "visible");
  EXPECT_EQ(toText(Event(event::VisibilityChanged{false})), "hidden");
  EXPECT_EQ(toText(Event(event::PageSuspended{})), "pageSuspended");
  EXPECT_EQ(toText(Event(event::PageResumed{})), "pageResumed");
  EXPECT_EQ(toText(Event(event::TimerFired{})), "timerFired");
}

TEST(Trace, WritesEffects) {
  EXPECT_EQ(toText(Effect(effect::ResolveAddress{kThird})), "resolveAddress 3");
  EXPECT_EQ(toText(Effect(effect::OpenSocket{kThird})), "openSocket 3");
  EXPECT_EQ(toText(Effect(effect::StartHandshake{kThird})), "startHandshake 3");
  EXPECT_EQ(toText(Effect(effect::CloseSocket{kThird, 1000, "bye"})), "closeSocket 3 1000 \"bye\"");
  EXPECT_EQ(toText(Effect(effect::Release{kThird})), "release 3");
  EXPECT_EQ(toText(Effect(effect::SendPing{kThird, 17, 2})), "sendPing 3 17");
  EXPECT_EQ(toText(Effect(effect::SendPong{kThird, "1.5", 2})), "sendPong 3 1.5");
  EXPECT_EQ(toText(Effect(effect::SendMessage{kThird, 4})), "sendMessage 3 4");
  EXPECT_EQ(toText(Effect(effect::Delivered{{0, 1}})), "delivered 1");
  EXPECT_EQ(toText(Effect(effect::Unconfirmed{{1, 4}})), "unconfirmed 2..4");
  EXPECT_EQ(toText(Effect(effect::Dropped{4, DropReason::Expired})), "dropped 4 expired");
  EXPECT_EQ(toText(Effect(effect::Discarded{4})), "discarded 4");
  EXPECT_EQ(toText(Effect(effect::AskShouldReconnect{kThird, {1001, "", true}, false})),
            "askShouldReconnect 3 1001 clean \"\" final");
  EXPECT_EQ(toText(Effect(Notification(notification::StateChanged{State::Failed}))), "state failed");
  EXPECT_EQ(toText(Effect(Notification(notification::RetryScheduled{2, 1500us, 2s, 99, 3}))),
            "retry 2 in 1.5 of 2000 at 99 errors 3");
}

TEST(Trace, HasOneLineAnEntry) {
  Options options;
  options.jitter = 0;
  Trace trace(options, ~0ULL);
  trace.record(5, Event(event::Connect{}));
  trace.record(12345, Effect(effect::Release{kThird}));
  EXPECT_EQ(trace.text(),
            "seed 18446744073709551615\noptions jitter=0\n"
            "           5  connect\n"
            "       12345    -> release 3\n");
}

}  // namespace
}  // namespace rws::test
