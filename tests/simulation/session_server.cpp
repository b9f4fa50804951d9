// The rules of docs/sessions.md from the server's side. Their numbers stand behind what follows from them.
#include "session_server.h"

#include <algorithm>
#include <cstdlib>

namespace rws::sim {
namespace {

constexpr std::uint16_t kTaken = 4409;
constexpr std::size_t kRememberedConnections = 8;

// The value of that member, which is a number or a text without escapes; empty if there is none.
std::string_view memberOf(std::string_view text, std::string_view name) {
  const std::string key = '"' + std::string(name) + "\":";
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + key.size());
  return rest.substr(0, rest.find_first_of(",}"));
}

std::uint64_t numberOf(std::string_view text, std::string_view name) {
  return std::strtoull(std::string(memberOf(text, name)).c_str(), nullptr, 10);
}

}  // namespace

SessionServer::Stored* SessionServer::find(std::string_view session) {
  const auto found = std::find_if(stored_.begin(), stored_.end(),
                                  [session](const Stored& stored) { return stored.id == session; });
  return found == stored_.end() ? nullptr : &*found;
}

SessionServer::Connection* SessionServer::find(AttemptId attempt) {
  const auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [attempt](const Connection& each) { return each.attempt == attempt; });
  return found == connections_.end() ? nullptr : &*found;
}

SessionServer::Connection* SessionServer::holderOf(const std::string& session) {
  const auto found =
      std::find_if(connections_.begin(), connections_.end(),
                   [&session](const Connection& each) { return each.session == session && !each.isOver; });
  return found == connections_.end() ? nullptr : &*found;
}

void SessionServer::say(const Connection& connection, std::string text) {
  ServerFrame frame;
  frame.connection = connection.attempt;
  frame.text = std::move(text);
  frames_.push_back(std::move(frame));
}

void SessionServer::close(Connection& connection, std::uint16_t code) {
  if (connection.isOver) return;
  connection.isOver = true;
  connection.inbox.clear();
  ServerFrame frame;
  frame.connection = connection.attempt;
  frame.closeCode = code;
  frames_.push_back(std::move(frame));
}

void SessionServer::closeAll(const std::string& session, std::uint16_t code) {
  for (Connection& connection : connections_) {
    if (connection.session == session) close(connection, code);
  }
}

void SessionServer::erase(const std::string& session) {
  const auto isIt = [&session](const auto& each) { return each.session == session; };
  running_.erase(std::remove_if(running_.begin(), running_.end(), isIt), running_.end());
  const auto isStored = [&session](const Stored& stored) { return stored.id == session; };
  stored_.erase(std::remove_if(stored_.begin(), stored_.end(), isStored), stored_.end());
}

// --- hello

void SessionServer::textArrived(std::int64_t now, AttemptId connection, std::string_view text,
                                bool isPongSent) {
  const std::string_view name = memberOf(text, "rws");
  if (name == R"("hello")") return hello(now, connection, text);
  Connection* const known = find(connection);
  const bool isForgotten = connection <= forgottenUpTo_;
  check(known != nullptr || isForgotten, "Q8", "the client sends a control frame before its hello");
  if (known == nullptr || known->isOver) return;
  if (name == R"("skip")") return skipArrived(now, *known, numberOf(text, "count"));
  if (name == R"("bye")") {
    known->inbox.push_back({Inbound::Kind::Bye, 0, 1, 0});
    return pump(now, *known);
  }
  const bool isPing = name == R"("ping")";
  check(isPing || name == R"("ack")" || name == R"("pong")", "Q7",
        "the client sends an unknown control frame");
  taken(*known, numberOf(text, "received"));
  const Stored* const stored = find(known->session);
  if (stored == nullptr) return;
  transmit(now, *known);
  if (!isPing || !isPongSent) return;
  known->reported = stored->received;
  known->ackAt.reset();
  say(*known, R"({"rws":"pong","id":)" + std::string(memberOf(text, "id")) + R"(,"received":)" +
                  std::to_string(stored->received) + '}');
}

void SessionServer::hello(std::int64_t now, AttemptId connection, std::string_view text) {
  check(find(connection) == nullptr, "Q7", "the client sends a second hello");
  check(memberOf(text, "v") == "1" && numberOf(text, "window") > 0, "Q7", "a hello is malformed");
  const std::string_view session = memberOf(text, "session");
  const std::uint64_t attempt = numberOf(text, "attempt");
  const std::uint64_t received = numberOf(text, "received");
  forgetConnections();
  connections_.push_back({});
  connections_.back().attempt = connection;
  const int server = dice_.chance(0.2) ? 1 : 0;
  Stored* const stored = find(session);
  if (stored != nullptr && stored->expiresAt && *stored->expiresAt <= now) {
    erase(stored->id);  // rule 14
    return begin(connection, server, attempt, numberOf(text, "window"));
  }
  if (stored == nullptr) return begin(connection, server, attempt, numberOf(text, "window"));
  if (attempt <= stored->attempt) return close(connections_.back(), kTaken);  // rule 6
  if (received < stored->acked || received > stored->sent()) {
    check(stored->isRestored, "Q6", "a hello has an impossible count");
    const std::string id = stored->id;
    closeAll(id, kTaken);
    erase(id);  // rule 8
    return begin(connection, server, attempt, numberOf(text, "window"));
  }
  stored->attempt = attempt;
  stored->window = numberOf(text, "window");
  resume(now, connection, server, *stored, received);
}

void SessionServer::begin(AttemptId connection, int server, std::uint64_t attempt, std::uint64_t window) {
  Stored stored;
  stored.id = "\"s" + std::to_string(dice_.bits()) + std::to_string(dice_.bits()) + '"';
  stored.attempt = attempt;
  stored.window = window;
  stored.holder = server;
  stored_.push_back(stored);
  ++counts_.sessions;
  Connection& known = *find(connection);
  known.server = server;
  known.session = stored.id;
  known.fence = stored.fence;
  welcome(known, stored, false);
}

void SessionServer::resume(std::int64_t now, AttemptId connection, int server, Stored& stored,
                           std::uint64_t received) {
  closeAll(stored.id, kTaken);
  if (server != stored.holder) {
    ++stored.fence;  // rule 9
    ++counts_.takeovers;
  }
  ++counts_.resumptions;
  stored.holder = server;
  stored.expiresAt.reset();
  stored.isRestored = false;
  Connection& known = *find(connection);
  known.server = server;
  known.session = stored.id;
  known.fence = stored.fence;
  known.arrived = stored.received;
  known.clientReported = received;
  known.next = received + 1;
  while (stored.acked < received) {
    stored.out.pop_front();
    ++stored.acked;
  }
  welcome(known, stored, true);
  transmit(now, known);
}

void SessionServer::welcome(Connection& connection, const Stored& stored, bool isResumed) {
  connection.reported = stored.received;
  ServerFrame frame;
  frame.connection = connection.attempt;
  frame.kind = isResumed ? ServerFrame::Kind::Welcome : ServerFrame::Kind::NewWelcome;
  frame.session = stored.id;
  frame.text = R"({"rws":"welcome","v":1,"session":)" + stored.id + R"(,"resumed":)" +
               (isResumed ? "true" : "false") + R"(,"received":)" + std::to_string(stored.received) +
               R"(,"window":)" + std::to_string(setup_.window) + R"(,"maxMessage":)" +
               std::to_string(setup_.maxMessage) + R"(,"ttl":)" + std::to_string(setup_.ttl) + '}';
  frames_.push_back(std::move(frame));
}

// --- what the client sends

void SessionServer::taken(Connection& connection, std::uint64_t received) {
  check(received >= connection.clientReported, "Q7", "a count of the client goes back");
  check(received < connection.next, "Q7", "the client acknowledges what was not sent");
  connection.clientReported = std::max(connection.clientReported, received);
  Stored* const stored = find(connection.session);
  while (stored != nullptr && stored->acked < std::min(received, stored->sent())) {
    stored->out.pop_front();
    ++stored->acked;
  }
}

void SessionServer::messageArrived(std::int64_t now, AttemptId connection, MessageId message) {
  Connection* const known = find(connection);
  // A connection that begins with a message has no session; the hello would have to come first.
  if (known == nullptr) {
    connections_.push_back({});
    connections_.back().attempt = connection;
    connections_.back().isOver = true;
    return;
  }
  if (known->isOver) return;
  const std::uint64_t number = ++known->arrived;
  check(number - known->reported <= setup_.window, "Q6", "the client sends more than the window allows");
  const auto [at, isFirst] = identities_.try_emplace({known->session, number}, message);
  check(isFirst || at->second == message, "Q6",
        "a number belongs to two messages, or to one that was skipped");
  known->inbox.push_back({Inbound::Kind::Message, number, 1, message});
  pump(now, *known);
}

void SessionServer::skipArrived(std::int64_t now, Connection& connection, std::uint64_t count) {
  check(count > 0, "Q7", "the client skips nothing");
  for (std::uint64_t left = count; left > 0; --left) {
    const std::uint64_t number = ++connection.arrived;
    check(number - connection.reported <= setup_.window, "Q6",
          "the client skips more than the window allows");
    identities_[{connection.session, number}] = 0;  // rule 11
  }
  connection.inbox.push_back({Inbound::Kind::Skip, connection.arrived, count, 0});
  pump(now, connection);
}

// --- connections and faults

// Late frames of many connections may arrive, so only those that are over are forgotten.
void SessionServer::forgetConnections() {
  if (connections_.size() <= kRememberedConnections) return;
  const auto isOver = [](const Connection& each) { return each.isOver; };
  const auto oldest = std::find_if(connections_.begin(), connections_.end(), isOver);
  if (oldest == connections_.end()) return;
  forgottenUpTo_ = std::max(forgottenUpTo_, oldest->attempt);
  connections_.erase(oldest);
}

void SessionServer::disconnected(std::int64_t now, AttemptId connection) {
  Connection* const known = find(connection);
  if (known == nullptr || known->isOver) return;
  known->isOver = true;
  known->inbox.clear();
  if (Stored* const stored = find(known->session)) stored->expiresAt = now + setup_.ttl;
}

void SessionServer::kill(std::int64_t now, bool losesStore) {
  Stored* const stored = newest();
  const int server = stored == nullptr ? 0 : stored->holder;
  for (Connection& connection : connections_) {
    if (connection.server == server) disconnected(now, connection.attempt);
  }
  const auto isOnIt = [server](const Running& running) { return running.server == server; };
  running_.erase(std::remove_if(running_.begin(), running_.end(), isOnIt), running_.end());
  // A server that starts again does not hold the fence of the one that died.
  for (Stored& each : stored_) {
    if (each.holder == server) each.holder = -1;
  }
  if (losesStore) stored_.clear();
}

void SessionServer::restore(std::int64_t now) {
  for (Connection& connection : connections_) disconnected(now, connection.attempt);
  running_.clear();
  stored_ = backup_;
  for (Stored& stored : stored_) {
    stored.holder = -1;
    stored.isRestored = true;
    stored.expiresAt = now + setup_.ttl;
  }
  handed_.clear();
}

void SessionServer::takeOver(std::int64_t now) {
  Stored* const stored = newest();
  if (stored == nullptr) return;
  ++stored->attempt;
  ++stored->fence;
  stored->holder = -1;
  ++counts_.takeovers;
  closeAll(stored->id, kTaken);
  stored->expiresAt = now + setup_.ttl;
}

void SessionServer::loseFence() {
  Stored* const stored = newest();
  if (stored == nullptr) return;
  ++stored->fence;
  stored->holder = -1;
  ++counts_.takeovers;
  closeAll(stored->id, kTaken);
}

}  // namespace rws::sim
