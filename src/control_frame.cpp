#include "control_frame.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "options.h"

namespace rws {
namespace {

using Json = nlohmann::json;

// A position in a text. The parser has copies of it, so each step is noted outside of them.
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

// A SAX consumer of nlohmann/json (json::sax_parse): reads the top-level members of an object that the client
// knows, and skips everything else. Where a member is there twice the last one counts, as with JSON.parse.
class MemberReader {
 public:
  std::optional<std::string> type;
  std::string timestamp;
  std::optional<double> retryAfterMs;

  // False if the text is no JSON object.
  [[nodiscard]] bool read(std::string_view text) {
    // The parser accepts both, JSON does not: U+0000 as the end, a byte order mark as the start.
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const bool hasNul = std::find(text.begin(), text.end(), '\0') != text.end();
    if (hasNul || text.starts_with(kByteOrderMark)) return false;
    return Json::sax_parse(Cursor(text.data(), reached_), Cursor(text.data() + text.size(), reached_), this);
  }

  bool null() { return other(); }
  bool boolean(bool /*value*/) { return other(); }
  bool number_integer(Json::number_integer_t value) { return number(static_cast<double>(value)); }
  bool number_unsigned(Json::number_unsigned_t value) { return number(static_cast<double>(value)); }
  bool number_float(Json::number_float_t value, const Json::string_t& /*text*/) { return number(value); }
  bool string(Json::string_t& value) {
    (void)other();
    if (!isMember()) return true;
    if (key_ == Key::Type) type = value;
    if (key_ == Key::Timestamp) keepTimestamp(reached_);
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
    const std::string_view text = name;
    key_ = text == "type"           ? Key::Type
           : text == "timestamp"    ? Key::Timestamp
           : text == "retryAfterMs" ? Key::RetryAfter
                                    : Key::Other;
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return false;
  }

 private:
  enum class Key : std::uint8_t { Other, Type, Timestamp, RetryAfter };

  [[nodiscard]] bool isMember() const { return isObject_ && depth_ == 1; }
  bool enter() {
    (void)other();
    ++depth_;
    return depth_ > 1 || isObject_;  // an array is no control frame
  }
  bool leave() {
    --depth_;
    return true;
  }
  // A value of no use: the member counts as absent.
  bool other() {
    if (!isMember()) return depth_ > 0;
    if (key_ == Key::Type) type.reset();
    if (key_ == Key::Timestamp) timestamp.clear();
    if (key_ == Key::RetryAfter) retryAfterMs.reset();
    return true;
  }
  bool number(double value) {
    if (!other()) return false;
    if (!isMember()) return true;
    // The parser has read the character behind a number, too.
    if (key_ == Key::Timestamp) keepTimestamp(reached_ - 1);
    if (key_ == Key::RetryAfter) retryAfterMs = value;
    return true;
  }
  // Keeps the value of the last key as it was written. It ends there.
  void keepTimestamp(const char* end) {
    const char* start = keyEnd_;
    while (*start == ':' || *start == ' ' || *start == '\t' || *start == '\n' || *start == '\r') ++start;
    timestamp.assign(start, static_cast<std::size_t>(end - start));
  }

  const char* reached_ = nullptr;  // what the parser has read ends there
  const char* keyEnd_ = nullptr;   // the last key of the object ends there
  Key key_ = Key::Other;
  std::size_t depth_ = 0;
  bool isObject_ = false;
};

}  // namespace

ControlFrame readControlFrame(std::string_view text) {
  MemberReader members;
  if (!members.read(text) || !members.type) return {};
  const std::string_view type = *members.type;
  const ControlKind kind = type == "ping"   ? ControlKind::Ping
                           : type == "pong" ? ControlKind::Pong
                                            : ControlKind::None;
  if (kind == ControlKind::None) return {};
  return {kind, members.timestamp.size() > kMaxTimestamp ? std::string() : std::move(members.timestamp), {}};
}

// std::to_chars has tables of digits, which take 0.2 KB of the module after compression.
PingText writePing(EpochMs timestamp) {
  constexpr std::string_view kStart = R"({"type":"ping","timestamp":)";
  PingText ping;
  char* end = std::copy(kStart.begin(), kStart.end(), ping.text.data());
  if (timestamp < 0) *end++ = '-';
  char* const digits = end;
  auto rest = static_cast<std::uint64_t>(timestamp);
  if (timestamp < 0) rest = -rest;
  do {
    *end++ = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  std::reverse(digits, end);
  *end++ = '}';
  ping.size = static_cast<std::size_t>(end - ping.text.data());
  return ping;
}

std::string writePong(std::string_view timestamp) {
  std::string text = R"({"type":"pong")";
  if (!timestamp.empty()) {
    text += R"(,"timestamp":)";
    text += timestamp;
  }
  text += '}';
  return text;
}

EpochMs readTimestamp(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;  // more would overflow
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  EpochMs value = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (at == kMostDigits) return 0;
    value = value * 10 + (text[at] - '0');
  }
  if (at == text.size()) return value;
  const std::string_view fraction = text.substr(at);
  const bool isWhole =
      fraction.size() > 1 && fraction.front() == '.' &&
      std::all_of(fraction.begin() + 1, fraction.end(), [](char digit) { return digit == '0'; });
  return isWhole ? value : 0;
}

std::optional<Duration> readRetryAfter(std::string_view reason) {
  MemberReader members;
  if (!members.read(reason) || !members.retryAfterMs) return std::nullopt;
  const double milliseconds = *members.retryAfterMs;
  if (!std::isfinite(milliseconds) || milliseconds < 0) return std::nullopt;
  return toDuration(milliseconds);
}

}  // namespace rws
