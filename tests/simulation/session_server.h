// The servers of sessions in the simulated world (docs/sessions.md, the server's side): two servers, the
// store that they share, and the application behind them, whose handlers take their time. What the client
// does against the rules is a finding. Has no clock and no network: the caller gives the time, passes on what
// arrives, and sends what takeFrames() returns.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dice.h"
#include "findings.h"
#include "types.h"

namespace rws::sim {

struct SessionSetup {
  bool isOn = false;         // the client's option
  bool isSupported = false;  // the servers know the protocol
  std::uint64_t window = 1000;
  std::uint64_t maxMessage = 65536;
  std::int64_t ttl = 60'000;        // milliseconds
  double slowHandlers = 0;          // share of handlers that take time
  std::int64_t longestHandler = 0;  // milliseconds
  double replies = 0;               // share of handlers that send
  double expiring = 0;              // share of the application's messages with a time to live
  double unsent = 0;                // share of them that are volatile
};

// What goes to the client on one connection.
struct ServerFrame {
  AttemptId connection = AttemptId::None;
  std::string text{};
  std::uint16_t closeCode = 0;  // the connection is closed instead
  enum class Kind : std::uint8_t { Control, Welcome, NewWelcome, Message, Skip };
  Kind kind = Kind::Control;
  std::string session{};     // JSON text
  std::uint64_t number = 0;  // of a message, or the last one of a skip
  std::uint64_t count = 1;   // of a skip
};

class SessionServer {
 public:
  struct Counts {
    std::uint64_t sessions = 0;
    std::uint64_t resumptions = 0;
    std::uint64_t takeovers = 0;    // by another server, or by a copied record
    std::uint64_t handedAgain = 0;  // to the application, under a new fence
  };

  SessionServer(const SessionSetup& setup, Dice& dice) : setup_(setup), dice_(dice) {}
  void watch(Findings& findings) { findings_ = &findings; }

  // --- what arrives from the client, in the order of each connection
  void textArrived(std::int64_t now, AttemptId connection, std::string_view text, bool isPongSent);
  void messageArrived(std::int64_t now, AttemptId connection, MessageId message);
  // The connection is over for the server.
  void disconnected(std::int64_t now, AttemptId connection);

  // --- time
  [[nodiscard]] std::optional<std::int64_t> nextDue() const;
  void wake(std::int64_t now);

  // --- what the application does
  void send(std::int64_t now);
  void ping(AttemptId connection);
  void endSession(std::int64_t now);

  // --- faults
  // A server dies, with its handlers and connections; the store may die with it.
  void kill(std::int64_t now, bool losesStore);
  // The store is what it was some time ago, and all servers start again.
  void restore(std::int64_t now);
  // The record of the client was copied, and the copy takes the session over.
  void takeOver(std::int64_t now);
  // The holder loses the fence, and closes its connection.
  void loseFence();
  // No handler takes time any more.
  void heal() { isHealed_ = true; }

  // --- what follows
  [[nodiscard]] std::vector<ServerFrame> takeFrames() { return std::exchange(frames_, {}); }
  // Messages whose handler has finished, and whose count is stored.
  [[nodiscard]] std::vector<MessageId> takeCounted() { return std::exchange(counted_, {}); }
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Outgoing {
    std::uint64_t payload = 0;
    std::optional<std::int64_t> expiresAt{};
    bool isVolatile = false;
    bool wasSent = false;
    bool isSkipped = false;
  };
  struct Stored {
    std::string id;  // JSON text
    std::uint64_t attempt = 0;
    std::uint64_t fence = 1;
    int holder = 0;  // the server that has the fence
    std::uint64_t received = 0;
    std::uint64_t acked = 0;
    std::uint64_t window = 0;    // of the client
    std::deque<Outgoing> out{};  // unacknowledged
    std::optional<std::int64_t> expiresAt{};
    bool isRestored = false;
    [[nodiscard]] std::uint64_t sent() const { return acked + out.size(); }
  };
  struct Inbound {
    enum class Kind : std::uint8_t { Message, Skip, Bye };
    Kind kind = Kind::Message;
    std::uint64_t number = 0;
    std::uint64_t count = 1;
    MessageId message = 0;
  };
  struct Connection {
    AttemptId attempt = AttemptId::None;
    int server = 0;
    std::string session{};
    std::uint64_t fence = 0;
    std::deque<Inbound> inbox{};       // not handed over yet
    std::uint64_t arrived = 0;         // the newest number that arrived
    std::uint64_t reported = 0;        // the newest count that was sent to the client
    std::uint64_t next = 1;            // the number that is sent next
    std::uint64_t clientReported = 0;  // the newest count that the client sent
    std::optional<std::int64_t> ackAt{};
    bool isOver = false;
  };
  struct Running {
    std::string session{};
    std::uint64_t fence = 0;
    int server = 0;
    std::uint64_t number = 0;
    MessageId message = 0;
    std::int64_t finishesAt = 0;
  };

  void hello(std::int64_t now, AttemptId connection, std::string_view text);
  void begin(AttemptId connection, int server, std::uint64_t attempt, std::uint64_t window);
  void resume(std::int64_t now, AttemptId connection, int server, Stored& stored, std::uint64_t received);
  void welcome(Connection& connection, const Stored& stored, bool isResumed);
  void taken(Connection& connection, std::uint64_t received);
  void skipArrived(std::int64_t now, Connection& connection, std::uint64_t count);
  void pump(std::int64_t now, Connection& connection);
  void hand(std::int64_t now, Connection& connection, const Inbound& inbound);
  void finish(std::int64_t now, const Running& running);
  void count(std::int64_t now, Connection* connection, Stored& stored);
  void append(std::int64_t now, Stored& stored);
  void transmit(std::int64_t now, Connection& connection);
  void ack(Connection& connection, const Stored& stored);
  void say(const Connection& connection, std::string text);
  void close(Connection& connection, std::uint16_t code);
  void closeAll(const std::string& session, std::uint16_t code);
  void erase(const std::string& session);
  void check(bool holds, const char* id, const char* text) { findings_->check(holds, id, text); }
  Stored* find(std::string_view session);
  Connection* find(AttemptId attempt);
  Connection* holderOf(const std::string& session);
  void forgetConnections();
  // The session that the client uses, as far as the servers know.
  Stored* newest() { return stored_.empty() ? nullptr : &stored_.back(); }
  [[nodiscard]] std::uint64_t ackEvery() const;

  const SessionSetup& setup_;
  Dice& dice_;
  Findings* findings_ = nullptr;
  std::vector<Stored> stored_;
  std::vector<Stored> backup_;
  std::vector<Connection> connections_;
  AttemptId forgottenUpTo_ = AttemptId::None;
  std::vector<Running> running_;
  std::vector<ServerFrame> frames_;
  std::vector<MessageId> counted_;
  // Of each number the message that it belongs to, 0 for a skip.
  std::map<std::pair<std::string, std::uint64_t>, MessageId> identities_;
  // What the application was handed, by session, number and fence, since the store was last restored.
  std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> handed_;
  std::uint64_t payloads_ = 0;
  std::uint64_t pings_ = 0;
  bool isHealed_ = false;
  Counts counts_;
};

}  // namespace rws::sim
