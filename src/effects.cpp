#include "effects.h"

#include <cassert>

namespace rws {

SessionText effect::SendSessionFrame::text() const {
  switch (kind) {
    case SessionFrameKind::Ack:
      return SessionText::ack(number);
    case SessionFrameKind::Ping:
      return SessionText::ping(pingId, number);
    case SessionFrameKind::Pong:
      return SessionText::pong(pongId, number);
    case SessionFrameKind::Skip:
      return SessionText::skip(number);
    case SessionFrameKind::Bye:
    case SessionFrameKind::Welcome:
    case SessionFrameKind::Ignored:
    case SessionFrameKind::Unknown:
      break;
  }
  return SessionText::bye();
}

}  // namespace rws
