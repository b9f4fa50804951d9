// Owns the digest of a connection under watch: its own state and what the models outside know. Worlds of
// equal digest behave alike whatever follows, and are judged alike. Refuses counts: see state_digest.h.
#pragma once

#include "checked_connection.h"
#include "state_digest.h"

namespace rws::test {

struct WorldDigest {
  static DigestValue of(const CheckedConnection& world) {
    thread_local IdentityOrder order;
    order.clear();
    StateDigest::include(world.connection_, order);
    include(world, order);
    Digest digest;
    const StateDigest state{digest, order, world.now_};
    state.add(world.connection_);
    addSockets(world.sockets_, state);
    addMessages(world, state);
    addPings(world.pings_, state);
    addBooks(world, state);
    return digest.value();
  }

 private:
  static void include(const CheckedConnection& world, IdentityOrder& order) {
    for (const ModelSocket& socket : world.sockets_) order.include(socket.attempt);
    order.include(world.sockets_.newest());
    order.include(world.sockets_.untold());
    order.include(world.sockets_.stale());
    for (const Wire& wire : world.messages_.wires()) order.include(wire.attempt);
    for (const ModelMessage& message : world.messages_.messages()) order.include(message.id);
  }

  static void addSockets(const SocketModel& sockets, const StateDigest& state) {
    for (const ModelSocket& socket : sockets) {
      state.addSmall(state.order.of(socket.attempt), socket.opened, socket.closed, socket.closedItself);
    }
    state.addSmall(sockets.alive(), state.order.of(sockets.newest()), state.order.of(sockets.untold()),
                   state.order.of(sockets.stale()), sockets.openTold());
  }

  static void addMessages(const CheckedConnection& world, const StateDigest& state) {
    const MessageModel& messages = world.messages_;
    state.digest.add(messages.messages().size());
    for (const ModelMessage& message : messages.messages()) {
      const auto& [id, bytes, isVolatile, expiresAt, socket, end, left, arrived, doomed] = message;
      state.digest.add(bytes);
      state.add(expiresAt);
      state.addSmall(isVolatile, state.order.of(socket), left, arrived, doomed);
      const Wire* wire = messages.wireOf(socket);
      if (wire != nullptr) state.digest.add(wire->handed - end);
    }
    for (const Wire& wire : messages.wires()) {
      const auto& [attempt, handed, gone, forgets, control] = wire;
      state.addSmall(state.order.of(attempt), forgets, control.has_value());
      state.digest.add(handed - gone);
      state.digest.add(handed - StateDigest::handedBytes(world.connection_, attempt));
      if (!control) continue;
      state.digest.add(handed - control->start);
      state.digest.add(control->bytes);
      state.digest.add(state.order.of(control->after));
    }
    state.addSmall(messages.wires().size());
    state.digest.add(state.order.of(messages.decidedUpTo()));
  }

  static void addPings(const PingModel& pings, const StateDigest& state) {
    state.digest.add(pings.pings().size());
    state.addSmall(pings.awaited().has_value(), pings.awaited() && pings.isHeard());
    if (pings.awaited()) {
      state.add(pings.awaited()->at);
      state.digest.add(state.order.of(pings.awaited()->behind));
    }
    for (const ModelPing& ping : pings.pings()) {
      state.addWall(ping.timestamp);
      state.add(ping.at);
      state.addSmall(ping.answered, state.order.of(ping.behind));
    }
  }

  // Left out: totals, which equal the connection's statistics after every step and grow by what follows
  // alone; what is written and read within one step; which id is the last.
  static void addBooks(const CheckedConnection& world, const StateDigest& state) {
    state.addSmall(world.toldState_, world.wanted_, world.gaveUp_, world.refused_);
    state.add(world.retryAt_);
    state.add(world.handshakeAt_);
    state.add(world.graceAt_);
    // Automatic attempts keep a second's distance from it.
    state.addRecent(world.lastAttemptAt_.value_or(Instant{}));
    state.add(world.told_);
    state.add(world.handled_.instant);
    state.addWall(world.handled_.wall);
  }
};

}  // namespace rws::test
