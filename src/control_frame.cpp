// Owns the one use of a JSON parser in the core: a SAX reading that keeps the members it looks for and no
// others. Refuses to build a document, to recurse, and to accept what JSON.parse would not.
#include "control_frame.h"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

#define JSON_NO_IO 1
#define JSON_NOEXCEPTION 1
#define JSON_HAS_FILESYSTEM 0
#define JSON_HAS_EXPERIMENTAL_FILESYSTEM 0
#include <nlohmann/json.hpp>

namespace rws {
namespace {

void appendEscaped(std::string& text, char character) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  if (character == '"' || character == '\\') {
    text += '\\';
    text += character;
  } else if (code < 0x20) {
    text += "\\u00";
    text += kHexDigits[code >> 4U];
    text += kHexDigits[code & 0xFU];
  } else {
    text += character;
  }
}

template <class Integer>
std::string decimal(Integer value) {
  std::array<char, 24> digits{};
  const std::to_chars_result end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end.ptr};
}

enum class ValueKind : std::uint8_t { Absent, Number, Text, Other };

// A member of the outermost object, as it was last written: of members of the same name JSON.parse keeps the
// last.
struct Member {
  std::string_view name;
  ValueKind kind = ValueKind::Absent;
  std::string text;  // Text: the value; Number: its token
  double number = 0;
};

// Takes the events of nlohmann's SAX parser. Members of the outermost object that are not looked for pass by
// unkept.
class MemberReader {
 public:
  using Json = nlohmann::json;

  explicit MemberReader(std::vector<Member>& members) : members_(members) {}

  bool null() { return take(ValueKind::Other, {}, 0); }
  bool boolean(bool /*value*/) { return take(ValueKind::Other, {}, 0); }
  bool number_integer(Json::number_integer_t value) {
    // The parser calls a 0 an integer with a sign only if it was written -0.
    return take(ValueKind::Number, value == 0 ? "-0" : decimal(value), static_cast<double>(value));
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return take(ValueKind::Number, decimal(value), static_cast<double>(value));
  }
  bool number_float(Json::number_float_t value, const std::string& token) {
    return take(ValueKind::Number, token, value);
  }
  bool string(std::string& value) { return take(ValueKind::Text, std::move(value), 0); }
  bool binary(Json::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*count*/) { return enter(true); }
  bool end_object() { return leave(); }
  bool start_array(std::size_t /*count*/) { return enter(false); }
  bool end_array() { return leave(); }
  bool key(std::string& name) {
    awaited_ = nullptr;
    for (Member& member : members_) {
      if (member.name == name) awaited_ = &member;
    }
    return true;
  }
  template <class Error>
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Error& /*error*/) {
    return false;
  }

 private:
  bool take(ValueKind kind, std::string text, double number) {
    if (depth_ == 0) return false;  // a text that is no object
    if (depth_ == 1 && awaited_ != nullptr) {
      awaited_->kind = kind;
      awaited_->text = std::move(text);
      awaited_->number = number;
    }
    return true;
  }
  bool enter(bool isObject) {
    if (depth_ == 0 && !isObject) return false;
    if (depth_ == 1 && !take(ValueKind::Other, {}, 0)) return false;
    ++depth_;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::vector<Member>& members_;
  Member* awaited_ = nullptr;
  std::size_t depth_ = 0;
};

// Fills the members from the text; false when it is not one JSON object.
bool readMembers(std::string_view text, std::vector<Member>& members) {
  // The parser lets both pass, JSON.parse does not: U+0000 as the end, a byte order mark as the start.
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.find('\0') != std::string_view::npos || text.starts_with(kByteOrderMark)) return false;
  MemberReader reader(members);
  return nlohmann::json::sax_parse(text, &reader, nlohmann::json::input_format_t::json, true);
}

ControlKind kindOf(const Member& type) {
  if (type.kind != ValueKind::Text) return ControlKind::None;
  if (type.text == "ping") return ControlKind::Ping;
  if (type.text == "pong") return ControlKind::Pong;
  return ControlKind::None;
}

std::string frameText(std::string_view type, std::string_view timestamp) {
  std::string text = "{\"type\":\"";
  text += type;
  text += '"';
  if (!timestamp.empty()) {
    text += ",\"timestamp\":";
    text += timestamp;
  }
  text += '}';
  return text;
}

}  // namespace

std::string jsonStringOf(std::string_view source) {
  std::string text = "\"";
  for (const char character : source) appendEscaped(text, character);
  text += '"';
  return text;
}

ControlFrame parseControlFrame(std::string_view text) {
  std::vector<Member> members(2);
  members[0].name = "type";
  members[1].name = "timestamp";
  if (!readMembers(text, members)) return {};
  const Member& type = members[0];
  const Member& timestamp = members[1];
  ControlFrame frame;
  frame.kind = kindOf(type);
  if (timestamp.kind == ValueKind::Number) frame.timestamp = timestamp.text;
  if (timestamp.kind == ValueKind::Text) frame.timestamp = jsonStringOf(timestamp.text);
  const bool isRefused = timestamp.kind == ValueKind::Other || frame.timestamp.size() > kTimestampLimit;
  return frame.kind == ControlKind::None || isRefused ? ControlFrame{} : frame;
}

std::string pingText(EpochMs timestamp) { return frameText("ping", decimal(timestamp)); }

std::string pongText(std::string_view timestamp) { return frameText("pong", timestamp); }

std::optional<double> parseRetryAfterMs(std::string_view reason) {
  std::vector<Member> members(1);
  members[0].name = "retryAfterMs";
  if (!readMembers(reason, members)) return std::nullopt;
  const Member& retryAfter = members[0];
  // The parser refuses numbers that no finite double holds.
  if (retryAfter.kind != ValueKind::Number || !(retryAfter.number >= 0)) return std::nullopt;
  return retryAfter.number;
}

}  // namespace rws
