// What a stage needs of the world around it. A stage without surroundings plays what its script says.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "types.h"

namespace rws::sim {

class Surroundings {
 public:
  Surroundings() = default;
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  // --- what the client asked the platform to do
  virtual void addressWanted(AttemptId attempt) = 0;
  virtual void socketCreated(AttemptId attempt) = 0;
  // The socket has had its open event.
  virtual void socketOpened(AttemptId attempt) = 0;
  // The hello is wanted, and is to be sent later: the user's credentials are not there yet.
  virtual void helloWanted(AttemptId attempt) = 0;
  // The user's handshake begins.
  virtual void handshakeStarted(AttemptId attempt) = 0;
  virtual void socketClosing(AttemptId attempt) = 0;
  // `sent`: bytes given to the socket so far. A frame ends there.
  virtual void frameSent(AttemptId attempt, std::uint64_t sent) = 0;
  // The same for a ping. `timestamp` is 0 for a custom one.
  virtual void pingSent(AttemptId attempt, EpochMs timestamp, std::uint64_t sent) = 0;
  // A control frame of a session, or the hello, that ends there.
  virtual void sessionFrameSent(AttemptId attempt, std::string_view text, std::uint64_t sent) = 0;
  // A message that ends there.
  virtual void messageSent(AttemptId attempt, MessageId message, std::uint64_t sent) = 0;
  // A message of the server was taken, and the user's listeners will have been called later.
  virtual void listenersWait() = 0;
  // The user's listeners are called with a message of the server.
  virtual void listenersRun() = 0;
  // The socket is over: it has had its close event, or was never created.
  virtual void socketEnded(AttemptId attempt) = 0;
  // An input was carried out within a callback. It may be a pong that no server sent.
  virtual void actedWithin() = 0;
  // A turn is over that has something for the user's listeners: they run now.
  virtual void turnEnded() = 0;

  // When data last left the socket's buffer, milliseconds since the start.
  [[nodiscard]] virtual std::int64_t movedAt(AttemptId attempt) const = 0;
  // Whether the server of this socket lives and answers in good time. `awake`: for how long the host has been
  // awake if it slept while an answer was under way, which needs its time again.
  [[nodiscard]] virtual bool isHealthy(AttemptId attempt, std::optional<Duration> awake) const = 0;

 protected:
  ~Surroundings() = default;
};

}  // namespace rws::sim
