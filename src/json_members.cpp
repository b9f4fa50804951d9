#include "json_members.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>

namespace rws {
namespace {

using Json = nlohmann::json;
using Kind = JsonMember::Kind;

// A position in a text. The parser copies it, so the newest position of all copies is stored outside of them.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char*& reached) : at_(at), reached_(&reached) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  friend bool operator==(const Cursor& left, const Cursor& right) { return left.at_ == right.at_; }

 private:
  const char* at_;
  const char** reached_;
};

using Input = nlohmann::detail::iterator_input_adapter<Cursor>;

}  // namespace
}  // namespace rws

// The parser composes a text for each error, which MemberReader::parse_error() ignores. These specializations
// compose none: the module is 0.6 KB smaller after compression.
// NOLINTBEGIN(readability-identifier-naming): the library makes these names.
NLOHMANN_JSON_NAMESPACE_BEGIN
namespace detail {

template <>
inline std::string lexer<rws::Json, rws::Input>::get_token_string() const {
  return {};
}

template <>
inline std::string parser<rws::Json, rws::Input>::exception_message(token_type /*expected*/,
                                                                    const std::string& /*context*/) {
  return {};
}

// Not natively: other files of the tests use these two functions as the library defines them, and a program
// can have one definition only.
#ifdef __EMSCRIPTEN__
template <>
inline parse_error parse_error::create<std::nullptr_t, 0>(int id, const position_t& position,
                                                          const std::string& /*text*/,
                                                          std::nullptr_t /*context*/) {
  return {id, position.chars_read_total, ""};
}

template <>
inline out_of_range out_of_range::create<std::nullptr_t, 0>(int id, const std::string& /*text*/,
                                                            std::nullptr_t /*context*/) {
  return {id, ""};
}
#endif

}  // namespace detail
NLOHMANN_JSON_NAMESPACE_END
// NOLINTEND(readability-identifier-naming)

namespace rws {
namespace {

// A SAX consumer of nlohmann/json (json::sax_parse).
class MemberReader {
 public:
  explicit MemberReader(std::span<JsonMember> members) : members_(members) {}

  [[nodiscard]] bool read(std::string_view text) {
    // JSON allows neither, but the parser accepts both: U+0000 at the end, a byte order mark at the start.
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const bool hasNul = std::find(text.begin(), text.end(), '\0') != text.end();
    if (hasNul || text.starts_with(kByteOrderMark)) return false;
    return Json::sax_parse(Cursor(text.data(), reached_), Cursor(text.data() + text.size(), reached_), this);
  }

  bool null() { return begin(Kind::Null); }
  bool boolean(bool value) {
    if (!begin(Kind::Flag)) return false;
    if (JsonMember* const member = current()) member->flag = value;
    return true;
  }
  bool number_integer(Json::number_integer_t value) { return number(static_cast<double>(value)); }
  bool number_unsigned(Json::number_unsigned_t value) { return number(static_cast<double>(value)); }
  bool number_float(Json::number_float_t value, const Json::string_t& /*text*/) { return number(value); }
  bool string(Json::string_t& value) {
    if (!begin(Kind::Text)) return false;
    JsonMember* const member = current();
    if (member == nullptr) return true;
    member->textSize = static_cast<std::uint8_t>(std::min<std::size_t>(value.size(), 255));
    std::copy_n(value.data(), std::min(value.size(), member->textStart.size()), member->textStart.data());
    keepSource(*member, reached_);
    return true;
  }
  bool binary(Json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) {
    isObject_ = isObject_ || depth_ == 0;
    return enter();
  }
  bool start_array(std::size_t /*size*/) { return enter(); }
  bool end_object() { return leave(); }
  bool end_array() { return leave(); }
  bool key(Json::string_t& name) {
    if (depth_ != 1) return true;
    keyEnd_ = reached_;
    const auto named = [&name](const JsonMember& member) { return member.name == name; };
    const auto found = std::find_if(members_.begin(), members_.end(), named);
    key_ = found == members_.end() ? nullptr : &*found;
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return false;
  }

 private:
  // The member whose value is being read; nullptr if it is not asked for.
  [[nodiscard]] JsonMember* current() const { return isObject_ && depth_ == 1 ? key_ : nullptr; }
  // A value begins. False where the text is no object.
  bool begin(Kind kind) {
    if (JsonMember* const member = current()) *member = JsonMember{.name = member->name, .kind = kind};
    return depth_ > 0;
  }
  bool enter() {
    (void)begin(Kind::Other);
    ++depth_;
    return depth_ > 1 || isObject_;
  }
  bool leave() {
    --depth_;
    return true;
  }
  bool number(double value) {
    if (!begin(Kind::Number)) return false;
    JsonMember* const member = current();
    if (member == nullptr) return true;
    member->number = value;
    // The parser has read the character behind a number, too.
    keepSource(*member, reached_ - 1);
    return true;
  }
  // The value of the last key ends there.
  void keepSource(JsonMember& member, const char* end) const {
    const char* start = keyEnd_;
    while (*start == ':' || *start == ' ' || *start == '\t' || *start == '\n' || *start == '\r') ++start;
    member.source = {start, static_cast<std::size_t>(end - start)};
  }

  std::span<JsonMember> members_;
  const char* reached_ = nullptr;  // what the parser has read ends there
  const char* keyEnd_ = nullptr;   // the last key of the object ends there
  JsonMember* key_ = nullptr;
  std::size_t depth_ = 0;
  bool isObject_ = false;
};

}  // namespace

std::optional<std::uint64_t> JsonMember::count() const {
  constexpr double kLimit = 9007199254740992.0;  // 2^53
  if (kind != Kind::Number || !(number >= 0 && number < kLimit) || std::trunc(number) != number) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(number);
}

bool readMembers(std::string_view text, std::span<JsonMember> members) {
  return MemberReader(members).read(text);
}

// std::to_chars has tables of digits, which take 0.2 KB of the module after compression.
char* writeNumber(char* end, std::uint64_t number) {
  char* const digits = end;
  do {
    *end++ = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  std::reverse(digits, end);
  return end;
}

}  // namespace rws
