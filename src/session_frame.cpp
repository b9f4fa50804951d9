#include "session_frame.h"

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <optional>

#include "json_members.h"

namespace rws {
namespace {

// The names of the kinds, in the order of SessionFrameKind. The empty one never matches.
constexpr std::array<std::string_view, 8> kNames = {"",     "x-",   "welcome", "ack",
                                                    "ping", "pong", "skip",    "bye"};

SessionFrameKind toKind(std::string_view name) {
  for (auto kind = SessionFrameKind::Welcome; kind <= SessionFrameKind::Bye;
       kind = static_cast<SessionFrameKind>(static_cast<int>(kind) + 1)) {
    if (name == kNames[static_cast<std::size_t>(kind)]) return kind;
  }
  const bool isIgnored = name.starts_with(kNames[static_cast<std::size_t>(SessionFrameKind::Ignored)]);
  return isIgnored ? SessionFrameKind::Ignored : SessionFrameKind::Unknown;
}

// The members of control frames. Those before MemberSession hold counts.
enum Member : std::uint8_t {
  MemberVersion,
  MemberReceived,
  MemberWindow,
  MemberMaxMessage,
  MemberTtl,
  MemberCount,
  MemberSession,
  MemberId,
  MemberResumed
};
constexpr std::size_t kCounts = MemberSession;
constexpr std::size_t kMembers = MemberResumed + 1;

// The members that a frame of each kind must have, as bits.
constexpr std::uint32_t bits(std::initializer_list<Member> members) {
  std::uint32_t result = 0;
  for (const Member member : members) result |= 1U << member;
  return result;
}
constexpr std::array<std::uint32_t, 8> kRequired = {
    0,
    0,
    bits({MemberVersion, MemberReceived, MemberWindow, MemberMaxMessage, MemberTtl, MemberSession,
          MemberResumed}),
    bits({MemberReceived}),
    bits({MemberReceived, MemberId}),
    bits({MemberReceived, MemberId}),
    bits({MemberCount}),
    0,
};

}  // namespace

SessionFrame readSessionFrame(std::string_view text) {
  using Kind = JsonMember::Kind;
  std::array<JsonMember, kMembers> members = {
      JsonMember{"v"},          JsonMember{"received"}, JsonMember{"window"},
      JsonMember{"maxMessage"}, JsonMember{"ttl"},      JsonMember{"count"},
      JsonMember{"session"},    JsonMember{"id"},       JsonMember{"resumed"}};
  SessionFrame frame;
  // The name stands behind the marker, also in a frame that cannot be read.
  const std::string_view start = text.substr(std::min(text.size(), kSessionMarker.size()));
  frame.kind = toKind(start.substr(0, start.find('"')));
  if (text.size() > kMaxSessionFrame || !readMembers(text, members)) return frame;
  std::uint32_t present = 0;
  std::array<std::uint64_t, kCounts> counts{};
  for (std::size_t i = 0; i < kCounts; ++i) {
    const std::optional<std::uint64_t> count = members[i].count();
    counts[i] = count.value_or(0);
    present |= static_cast<std::uint32_t>(count.has_value()) << i;
  }
  const JsonMember& id = members[frame.kind == SessionFrameKind::Welcome ? MemberSession : MemberId];
  if (members[MemberSession].kind == Kind::Text && members[MemberSession].textSize > 0) {
    present |= 1U << MemberSession;
  }
  if (!id.source.empty() && id.source.size() <= kMaxPingId) present |= 1U << MemberId;
  if (members[MemberResumed].kind == Kind::Flag) present |= 1U << MemberResumed;
  const std::uint32_t required = kRequired[static_cast<std::size_t>(frame.kind)];
  const bool isPositive = frame.kind == SessionFrameKind::Welcome ? counts[MemberWindow] > 0
                          : frame.kind == SessionFrameKind::Skip  ? counts[MemberCount] > 0
                                                                  : true;
  frame.isValid = frame.kind != SessionFrameKind::Unknown && (present & required) == required && isPositive;
  frame.isResumed = members[MemberResumed].flag;
  frame.version = counts[MemberVersion];
  frame.received = counts[MemberReceived];
  frame.window = counts[MemberWindow];
  frame.maxMessage = counts[MemberMaxMessage];
  frame.count = counts[MemberCount];
  frame.id = id.source;
  return frame;
}

SessionText& SessionText::add(std::string_view part) {
  std::copy(part.begin(), part.end(), text_.data() + size_);
  size_ += part.size();
  return *this;
}

SessionText& SessionText::member(std::string_view name, std::string_view json) {
  return add(",\"").add(name).add("\":").add(json);
}

SessionText& SessionText::member(std::string_view name, std::uint64_t number) {
  (void)member(name, std::string_view());
  size_ = static_cast<std::size_t>(writeNumber(text_.data() + size_, number) - text_.data());
  return *this;
}

SessionText::SessionText(const OwnFrame& frame) {
  assert(frame.pongId.size() <= kMaxPingId);
  (void)add(kSessionMarker).add(kNames[static_cast<std::size_t>(frame.kind)]).add("\"");
  if (frame.kind == SessionFrameKind::Ping) (void)member("id", static_cast<std::uint64_t>(frame.pingId));
  if (frame.kind == SessionFrameKind::Pong) (void)member("id", frame.pongId);
  if (frame.kind != SessionFrameKind::Bye) {
    (void)member(frame.kind == SessionFrameKind::Skip ? "count" : "received", frame.number);
  }
  (void)add("}");
}

SessionText::SessionText(const Hello& hello) {
  (void)add(kSessionMarker)
      .add("hello\"")
      .member("v", kSessionVersion)
      .member("session", hello.session.empty() ? std::string_view("null") : hello.session)
      .member("attempt", hello.attempt)
      .member("received", hello.received)
      .member("window", hello.window);
}

}  // namespace rws
