#include "json_reader.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "json_text.h"

#define JSON_NO_IO 1
#define JSON_NOEXCEPTION 1
#define JSON_HAS_FILESYSTEM 0
#define JSON_HAS_EXPERIMENTAL_FILESYSTEM 0
#include <nlohmann/json.hpp>

namespace rws::host {
namespace {

template <class Integer>
std::string decimal(Integer value) {
  std::array<char, 24> digits{};
  const std::to_chars_result end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end.ptr};
}

// A member of the outermost object, as it was last written: of members of the same name JSON.parse keeps the
// last.
struct Member {
  std::string_view name;
  JsonKind kind = JsonKind::Absent;
  std::string text;  // Text: as JSON; Number: its token
  double number = 0;
};

// Takes the events of nlohmann's SAX parser. Members of the outermost object that are not looked for pass by
// unkept.
class MemberReader {
 public:
  using Json = nlohmann::json;

  explicit MemberReader(std::vector<Member>& members) : members_(members) {}

  bool null() { return take(JsonKind::Other, {}, 0); }
  bool boolean(bool /*value*/) { return take(JsonKind::Other, {}, 0); }
  bool number_integer(Json::number_integer_t value) {
    // The parser calls a 0 an integer with a sign only if it was written -0.
    return take(JsonKind::Number, value == 0 ? "-0" : decimal(value), static_cast<double>(value));
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return take(JsonKind::Number, decimal(value), static_cast<double>(value));
  }
  bool number_float(Json::number_float_t value, const std::string& token) {
    return take(JsonKind::Number, token, value);
  }
  bool string(std::string& value) { return take(JsonKind::Text, jsonStringOf(value), 0); }
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
  bool take(JsonKind kind, std::string text, double number) {
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
    if (depth_ == 1 && !take(JsonKind::Other, {}, 0)) return false;
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

}  // namespace

ControlFrame readControlFrame(std::string_view text) {
  std::vector<Member> members(2);
  members[0].name = "type";
  members[1].name = "timestamp";
  if (!readMembers(text, members)) return {};
  return controlFrameOf({members[0].kind, members[0].text}, {members[1].kind, members[1].text});
}

std::optional<double> readRetryAfterMs(std::string_view reason) {
  std::vector<Member> members(1);
  members[0].name = "retryAfterMs";
  if (!readMembers(reason, members) || members[0].kind != JsonKind::Number) return std::nullopt;
  return members[0].number;
}

CloseInfo closeInfoOf(std::uint16_t code, std::string_view reason, bool wasClean) {
  return {code, reason, wasClean, readRetryAfterMs(reason)};
}

}  // namespace rws::host
