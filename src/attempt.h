// One attempt to open a socket, and the life of that socket: Resolving -> Opening -> Open -> Closing, with
// Handshaking before Open if the user has a handshake. Each state has its own data, and every state but Open
// a time limit; an open connection is watched by the heartbeat.
#pragma once

#include <optional>
#include <variant>

#include "timers.h"
#include "types.h"

namespace rws {

class Attempt {
 public:
  // The host looks for the address.
  struct Resolving {
    TimeLimit limit;  // connectionTimeout
  };
  // The socket is opening. The time limit is that of Resolving: it covers both, and the handshake.
  struct Opening {
    TimeLimit limit;
  };
  // The socket is open, and the user's handshake runs on it.
  struct Handshaking {
    TimeLimit limit;
    Duration openingTook{};
  };
  struct Open {
    Duration openingTook{};
    OptionalInstant stableAt;  // when the connection counts as stable; nothing once it does
  };
  // The client has closed the socket, and its close event is still to come. It proves what became of the
  // messages that the socket was given.
  struct Closing {
    [[no_unique_address]] TimeLimit limit;  // closeGrace
    bool reportsClose = false;              // the user gets a `close` event when the attempt ends
  };

  Attempt(AttemptId id, Instant now, Duration timeout)
      : id_(id), startedAt_(now), state_(Resolving{TimeLimit(now + timeout)}) {}

  // --- getters
  [[nodiscard]] AttemptId id() const { return id_; }
  [[nodiscard]] Instant startedAt() const { return startedAt_; }
  [[nodiscard]] bool isResolving() const { return std::holds_alternative<Resolving>(state_); }
  [[nodiscard]] bool isOpening() const { return std::holds_alternative<Opening>(state_); }
  [[nodiscard]] bool isHandshaking() const { return std::holds_alternative<Handshaking>(state_); }
  [[nodiscard]] bool isOpen() const { return std::holds_alternative<Open>(state_); }
  [[nodiscard]] bool isClosing() const { return std::holds_alternative<Closing>(state_); }
  // Whether a socket was opened, closed by the client or not.
  [[nodiscard]] bool hasSocket() const { return !isResolving(); }
  // Time from the start of the attempt to the open socket, without the handshake. Only while isOpen().
  [[nodiscard]] Duration openingTook() const { return std::get<Open>(state_).openingTook; }
  // When the state's time is over, nothing for an open connection.
  [[nodiscard]] std::optional<Instant> deadline() const;
  // When an open connection becomes stable, nothing if it is already, or is not open.
  [[nodiscard]] std::optional<Instant> stableAt() const;
  [[nodiscard]] bool reportsClose() const;
  // Whether an error of this attempt was reported: `error` and `close` of one socket are one error.
  [[nodiscard]] bool isErrorCounted() const { return isErrorCounted_; }

  // --- transitions; each asserts the state it starts from
  void addressResolved();
  void handshakeStarted(Instant now);
  void opened(Instant now, Duration stableAfter);
  void becameStable();
  // Only while isOpening(), isHandshaking() or isOpen().
  void close(Instant now, Duration grace, bool reportsClose);
  void errorCounted() { isErrorCounted_ = true; }
  // The deadline has come; it was due at `due`. True: the time is over. False: the timer fired so late that
  // the socket's event may be waiting behind it, so the attempt gets a little more time.
  [[nodiscard]] bool isOverdue(Instant due, Instant now);

 private:
  friend struct StateDigest;  // of tests/core/support

  [[nodiscard]] const TimeLimit* limit() const;
  [[nodiscard]] TimeLimit* limit();

  AttemptId id_;
  bool isErrorCounted_ = false;
  Instant startedAt_;
  std::variant<Resolving, Opening, Handshaking, Open, Closing> state_;
};

}  // namespace rws
