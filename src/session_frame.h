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
// The longest `id` of a ping that is carried back, in bytes of JSON text.
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

// A frame of the client, in place: they are sent often, and take no memory of their own.
class SessionText {
 public:
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

  // {"rws":"ack","received":n}
  [[nodiscard]] static SessionText ack(std::uint64_t received);
  // {"rws":"ping","id":n,"received":n}; the id is 1 or more.
  [[nodiscard]] static SessionText ping(EpochMs id, std::uint64_t received);
  // {"rws":"pong","id":<as given>,"received":n}; the id has at most kMaxPingId bytes.
  [[nodiscard]] static SessionText pong(std::string_view id, std::uint64_t received);
  // {"rws":"skip","count":n}
  [[nodiscard]] static SessionText skip(std::uint64_t count);
  // {"rws":"bye"}
  [[nodiscard]] static SessionText bye();

 private:
  explicit SessionText(std::string_view name);
  SessionText& member(std::string_view name, std::uint64_t number);
  SessionText& member(std::string_view name, std::string_view json);
  SessionText& end();

  std::array<char, kMaxPingId + 80> text_{};
  std::size_t size_ = 0;
};

struct Hello {
  std::string_view session;  // JSON text, empty for a new session
  std::uint64_t attempt = 0;
  std::uint64_t received = 0;
  std::uint64_t window = 0;
};
// The hello without its last brace: the host may add ,"auth":<JSON> before it.
[[nodiscard]] std::string writeHello(const Hello& hello);

}  // namespace rws
