// The application behind the servers of sessions: it is handed the messages of the client one after the
// other, counts them, and sends its own.
#include <algorithm>
#include <utility>

#include "session_server.h"

namespace rws::sim {
namespace {

constexpr std::int64_t kAckDelay = 200;

std::string receivedText(std::string_view name, std::uint64_t received) {
  return R"({"rws":")" + std::string(name) + R"(","received":)" + std::to_string(received) + '}';
}

// Texts that look like frames of a heartbeat are messages in a session.
std::string payloadText(std::uint64_t payload) {
  const std::string number = std::to_string(payload);
  if (payload % 5 == 0) return R"({"type":"ping","timestamp":)" + number + '}';
  if (payload % 5 == 1) return R"({"type":"pong","timestamp":)" + number + '}';
  return "m" + number;
}

}  // namespace

std::uint64_t SessionServer::ackEvery() const { return std::clamp<std::uint64_t>(setup_.window / 2, 1, 32); }

// Messages of a session are handled one after the other (rule 4).
void SessionServer::pump(std::int64_t now, Connection& connection) {
  while (!connection.isOver && !connection.inbox.empty()) {
    Stored* const stored = find(connection.session);
    if (stored == nullptr) return connection.inbox.clear();
    const auto running = std::find_if(running_.begin(), running_.end(), [&](const Running& each) {
      return each.session == connection.session && each.fence == connection.fence;
    });
    const Inbound inbound = connection.inbox.front();
    if (running != running_.end()) {
      // It is being handled since an earlier connection (rule 5).
      const bool isIt =
          inbound.kind != Inbound::Kind::Bye && running->number == inbound.number - inbound.count + 1;
      if (!isIt || inbound.kind == Inbound::Kind::Skip) return;
      connection.inbox.pop_front();
      return;
    }
    connection.inbox.pop_front();
    if (inbound.kind != Inbound::Kind::Bye && inbound.number <= stored->received) continue;
    if (inbound.kind == Inbound::Kind::Message) {
      hand(now, connection, inbound);
    } else if (inbound.kind == Inbound::Kind::Skip) {
      stored->received = inbound.number;
      count(now, &connection, *stored);
    } else {
      ack(connection, *stored);
      const std::string id = stored->id;
      close(connection, 1000);  // rule 13
      erase(id);
    }
  }
}

void SessionServer::hand(std::int64_t now, Connection& connection, const Inbound& inbound) {
  std::uint64_t& fence = handed_[{connection.session, inbound.number}];
  check(fence < connection.fence, "Q6", "a number is handed over twice under one fence");
  if (fence > 0) ++counts_.handedAgain;
  fence = connection.fence;
  const bool isSlow = !isHealed_ && dice_.chance(setup_.slowHandlers);
  const std::int64_t time = isSlow ? dice_.magnitude(1, setup_.longestHandler) : 0;
  const Running running{connection.session, connection.fence, connection.server,
                        inbound.number,     inbound.message,  now + time};
  if (time == 0) return finish(now, running);
  running_.push_back(running);
}

// The count and what the handler sends are stored in one step (rule 9).
void SessionServer::finish(std::int64_t now, const Running& running) {
  Stored* const stored = find(running.session);
  if (stored == nullptr) return;
  Connection* const holder = holderOf(running.session);
  if (stored->fence != running.fence) return;
  stored->received = running.number;
  counted_.push_back(running.message);
  if (!isHealed_ && dice_.chance(setup_.replies)) append(now, *stored);
  count(now, holder, *stored);
}

void SessionServer::count(std::int64_t now, Connection* connection, Stored& stored) {
  if (connection == nullptr) return;
  if (stored.received - std::min(connection->reported, stored.received) >= ackEvery()) {
    ack(*connection, stored);
  } else if (!connection->ackAt) {
    connection->ackAt = now + kAckDelay;
  }
  transmit(now, *connection);
}

void SessionServer::ack(Connection& connection, const Stored& stored) {
  connection.ackAt.reset();
  connection.reported = stored.received;
  say(connection, receivedText("ack", stored.received));
}

void SessionServer::append(std::int64_t now, Stored& stored) {
  Outgoing message;
  message.payload = ++payloads_;
  message.isVolatile = dice_.chance(setup_.unsent);
  if (dice_.chance(setup_.expiring)) message.expiresAt = now + dice_.magnitude(1, 30'000);
  stored.out.push_back(message);
}

void SessionServer::send(std::int64_t now) {
  Stored* const stored = newest();
  if (stored == nullptr || stored->isRestored) return;
  constexpr std::size_t kMost = 500;
  if (stored->out.size() < kMost) append(now, *stored);
  if (Connection* const holder = holderOf(stored->id)) transmit(now, *holder);
}

// In order, within the client's window; what must not be sent again is skipped (rules 3, 10 and 11).
void SessionServer::transmit(std::int64_t now, Connection& connection) {
  Stored* const stored = find(connection.session);
  if (stored == nullptr || connection.isOver) return;
  std::uint64_t skips = 0;
  const auto skip = [&] {
    if (skips == 0) return;
    ServerFrame frame;
    frame.connection = connection.attempt;
    frame.text = R"({"rws":"skip","count":)" + std::to_string(skips) + '}';
    frame.kind = ServerFrame::Kind::Skip;
    frame.session = stored->id;
    frame.number = connection.next - 1;
    frame.count = std::exchange(skips, 0);
    frames_.push_back(std::move(frame));
  };
  while (connection.next <= stored->sent() && connection.next - stored->acked <= stored->window) {
    Outgoing& message = stored->out[static_cast<std::size_t>(connection.next - stored->acked - 1)];
    const bool isExpired = message.expiresAt && *message.expiresAt <= now;
    message.isSkipped = message.isSkipped || isExpired || (message.isVolatile && message.wasSent);
    message.wasSent = true;
    if (!message.isSkipped) skip();
    ++connection.next;
    if (message.isSkipped) {
      ++skips;
      continue;
    }
    ServerFrame frame;
    frame.connection = connection.attempt;
    frame.text = payloadText(message.payload);
    frame.kind = ServerFrame::Kind::Message;
    frame.session = stored->id;
    frame.number = connection.next - 1;
    frames_.push_back(std::move(frame));
  }
  skip();
}

void SessionServer::ping(AttemptId connection) {
  Connection* const known = find(connection);
  const Stored* const stored = known == nullptr || known->isOver ? nullptr : find(known->session);
  if (stored == nullptr) return;
  known->reported = stored->received;
  known->ackAt.reset();
  say(*known, R"({"rws":"ping","id":"p)" + std::to_string(++pings_) + R"(","received":)" +
                  std::to_string(stored->received) + '}');
}

void SessionServer::endSession(std::int64_t /*now*/) {
  Stored* const stored = newest();
  Connection* const holder = stored == nullptr ? nullptr : holderOf(stored->id);
  if (holder == nullptr) return;
  ack(*holder, *stored);
  say(*holder, R"({"rws":"bye"})");
  holder->isOver = true;  // the client closes it
  erase(holder->session);
}

// --- time

std::optional<std::int64_t> SessionServer::nextDue() const {
  std::optional<std::int64_t> next;
  const auto include = [&next](std::optional<std::int64_t> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  for (const Running& running : running_) include(running.finishesAt);
  for (const Connection& connection : connections_) {
    if (!connection.isOver) include(connection.ackAt);
  }
  return next;
}

void SessionServer::wake(std::int64_t now) {
  if (dice_.chance(0.02)) backup_ = stored_;
  for (std::size_t i = 0; i < running_.size();) {
    if (running_[i].finishesAt > now) {
      ++i;
      continue;
    }
    const Running running = running_[i];
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    finish(now, running);
    if (Connection* const holder = holderOf(running.session)) pump(now, *holder);
    i = 0;
  }
  for (Connection& connection : connections_) {
    if (connection.isOver || !connection.ackAt || *connection.ackAt > now) continue;
    const Stored* const stored = find(connection.session);
    if (stored != nullptr) ack(connection, *stored);
    connection.ackAt.reset();
  }
}

}  // namespace rws::sim
