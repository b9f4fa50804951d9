// The control frames of sessions (docs/sessions.md): text frames that begin with {"rws":". Read and written
// as JSON.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "types.h"

namespace rws {

// The first characters of every control frame of a session. No message begins with them.
inline constexpr std::string_view kSessionMarker = R"({"rws":")";
// The largest control frame, in bytes. A hello may have more.
inline constexpr std::size_t kMaxSessionFrame = 1024;
// The longest `id` of a ping or pong, in bytes of JSON text. A frame with a longer one is not valid.
inline constexpr std::size_t kMaxPingId = 256;
// The version of the protocol.
inline constexpr std::uint64_t kSessionVersion = 1;

enum class SessionFrameKind : std::uint8_t { Unknown, Ignored, Welcome, Ack, Ping, Pong, Skip, Bye };

// A control frame of the server. Counts are below 2^53.
struct SessionFrame {
  SessionFrameKind kind = SessionFrameKind::Unknown;
  bool isValid = false;          // it is a JSON object that has all members of its kind; false for Unknown
  bool isResumed = false;        // Welcome
  std::uint64_t version = 0;     // Welcome
  std::uint64_t received = 0;    // Welcome, Ack, Ping, Pong
  std::uint64_t window = 0;      // Welcome
  std::uint64_t maxMessage = 0;  // Welcome, in bytes
  std::uint64_t count = 0;       // Skip
  std::string id{};              // Welcome: of the session; Ping, Pong. JSON text, as it was written
};

// A frame of an unknown name is Ignored if the name begins with "x-".
[[nodiscard]] SessionFrame readSessionFrame(std::string_view text);

// The client's first frame. `session` is JSON text, empty for a new session.
struct Hello {
  std::string_view session;
  std::uint64_t attempt = 0;
  std::uint64_t received = 0;
  std::uint64_t window = 0;
};

// Any other control frame of the client: Ack, Ping, Pong, Skip or Bye.
struct OwnFrame {
  SessionFrameKind kind = SessionFrameKind::Ack;
  std::uint64_t number = 0;   // for Skip the count, else `received`
  EpochMs pingId = 0;         // 1 or more
  std::string_view pongId{};  // JSON text, at most kMaxPingId bytes
};

// The text of a frame of the client, without an allocation.
class SessionText {
 public:
  // {"rws":"ack","received":n}, {"rws":"ping","id":n,"received":n}, {"rws":"skip","count":n}, {"rws":"bye"},
  // {"rws":"pong","id":<pongId>,"received":n}
  explicit SessionText(const OwnFrame& frame);
  // {"rws":"hello","v":1, … without the last brace: the host may add ,"auth":<JSON> before it.
  explicit SessionText(const Hello& hello);
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  SessionText& add(std::string_view part);
  SessionText& member(std::string_view name, std::uint64_t number);
  SessionText& member(std::string_view name, std::string_view json);

  // The longest frame is a hello whose session id fills almost a whole welcome.
  std::array<char, kMaxSessionFrame + 128> text_{};
  std::size_t size_ = 0;
};

}  // namespace rws
