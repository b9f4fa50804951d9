#include "session_frame.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "json_members.h"

namespace rws {
namespace {

SessionFrameKind toKind(std::string_view name) {
  if (name == "welcome") return SessionFrameKind::Welcome;
  if (name == "ack") return SessionFrameKind::Ack;
  if (name == "ping") return SessionFrameKind::Ping;
  if (name == "pong") return SessionFrameKind::Pong;
  if (name == "skip") return SessionFrameKind::Skip;
  if (name == "bye") return SessionFrameKind::Bye;
  return name.starts_with("x-") ? SessionFrameKind::Ignored : SessionFrameKind::Unknown;
}

}  // namespace

SessionFrame readSessionFrame(std::string_view text) {
  using Kind = JsonMember::Kind;
  enum : std::size_t {
    kName,
    kSession,
    kId,
    kResumed,
    kVersion,
    kReceived,
    kWindow,
    kMaxMessage,
    kTtl,
    kCount
  };
  std::array<JsonMember, 10> members = {
      JsonMember{"rws"}, JsonMember{"session"},  JsonMember{"id"},     JsonMember{"resumed"},
      JsonMember{"v"},   JsonMember{"received"}, JsonMember{"window"}, JsonMember{"maxMessage"},
      JsonMember{"ttl"}, JsonMember{"count"}};
  SessionFrame frame;
  const bool isObject = text.size() <= kMaxSessionFrame && readMembers(text, members);
  // The name of a frame that cannot be read stands behind the marker.
  const std::string_view start = text.substr(std::min(text.size(), kSessionMarker.size()));
  frame.kind = toKind(isObject ? std::string_view(members[kName].text) : start.substr(0, start.find('"')));
  if (!isObject) return frame;
  const auto count = [&members](std::size_t member) { return members[member].count().value_or(0); };
  const auto isCount = [&members](std::size_t member) { return members[member].count().has_value(); };
  frame.isResumed = members[kResumed].flag;
  frame.version = count(kVersion);
  frame.received = count(kReceived);
  frame.window = count(kWindow);
  frame.maxMessage = count(kMaxMessage);
  frame.count = count(kCount);
  switch (frame.kind) {
    case SessionFrameKind::Welcome:
      frame.id = std::move(members[kSession].source);
      frame.isValid = members[kSession].kind == Kind::Text && !members[kSession].text.empty() &&
                      members[kResumed].kind == Kind::Flag && isCount(kVersion) && isCount(kReceived) &&
                      frame.window > 0 && isCount(kMaxMessage) && isCount(kTtl);
      break;
    case SessionFrameKind::Ack:
      frame.isValid = isCount(kReceived);
      break;
    case SessionFrameKind::Ping:
    case SessionFrameKind::Pong:
      frame.id = std::move(members[kId].source);
      frame.isValid = !frame.id.empty() && frame.id.size() <= kMaxPingId && isCount(kReceived);
      break;
    case SessionFrameKind::Skip:
      frame.isValid = frame.count > 0;
      break;
    case SessionFrameKind::Bye:
    case SessionFrameKind::Ignored:
      frame.isValid = true;
      break;
    case SessionFrameKind::Unknown:
      break;
  }
  return frame;
}

SessionText::SessionText(std::string_view name) {
  for (const std::string_view part : {kSessionMarker, name, std::string_view("\"")}) {
    std::copy(part.begin(), part.end(), text_.data() + size_);
    size_ += part.size();
  }
}

SessionText& SessionText::member(std::string_view name, std::string_view json) {
  for (const std::string_view part : {std::string_view(",\""), name, std::string_view("\":"), json}) {
    std::copy(part.begin(), part.end(), text_.data() + size_);
    size_ += part.size();
  }
  return *this;
}

SessionText& SessionText::member(std::string_view name, std::uint64_t number) {
  std::array<char, 20> digits{};
  const char* const end = writeNumber(digits.data(), number);
  return member(name, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

SessionText& SessionText::end() {
  text_[size_++] = '}';
  return *this;
}

SessionText SessionText::ack(std::uint64_t received) {
  return SessionText("ack").member("received", received).end();
}

SessionText SessionText::ping(EpochMs id, std::uint64_t received) {
  return SessionText("ping").member("id", static_cast<std::uint64_t>(id)).member("received", received).end();
}

SessionText SessionText::pong(std::string_view id, std::uint64_t received) {
  assert(id.size() <= kMaxPingId);
  return SessionText("pong").member("id", id).member("received", received).end();
}

SessionText SessionText::skip(std::uint64_t count) {
  return SessionText("skip").member("count", count).end();
}

SessionText SessionText::bye() { return SessionText("bye").end(); }

std::string writeHello(const Hello& hello) {
  std::string text = R"({"rws":"hello","v":1,"session":)";
  text += hello.session.empty() ? std::string_view("null") : hello.session;
  const auto member = [&text](std::string_view name, std::uint64_t number) {
    std::array<char, 20> digits{};
    text += name;
    text.append(digits.data(), writeNumber(digits.data(), number));
  };
  member(R"(,"attempt":)", hello.attempt);
  member(R"(,"received":)", hello.received);
  member(R"(,"window":)", hello.window);
  return text;
}

}  // namespace rws
