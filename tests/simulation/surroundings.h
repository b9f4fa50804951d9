// Owns the view a stage has of the world around it: who answers when a socket is asked for, what a socket
// still holds. Refuses to be needed: a stage without surroundings plays what it is told.
#pragma once

#include <cstdint>

#include "types.h"

namespace rws::sim {

class Surroundings {
 public:
  Surroundings() = default;
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  // The client asked for a socket, closed one, forgot one.
  virtual void socketAsked(AttemptId attempt) = 0;
  virtual void socketClosed(AttemptId attempt) = 0;
  virtual void socketReleased(AttemptId attempt) = 0;
  // A frame of the client's own went to the socket.
  virtual void pingSent(AttemptId attempt, EpochMs timestamp) = 0;
  // So many bytes went to the socket, in all.
  virtual void handedOver(AttemptId attempt, std::uint64_t handed) = 0;
  // WebSocket.bufferedAmount as it will be read now.
  [[nodiscard]] virtual std::uint64_t bufferedAmount(AttemptId attempt) = 0;
  // All that followed from one thing is done; `told` if the user heard of something.
  virtual void turnEnded(bool told) = 0;
  [[nodiscard]] virtual bool isHealthy(AttemptId attempt) const = 0;

 protected:
  ~Surroundings() = default;
};

}  // namespace rws::sim
