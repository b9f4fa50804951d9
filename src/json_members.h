// Reads the top-level members of a JSON object that are asked for, with nlohmann/json.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rws {

// A member that is asked for by its name, and its value if the object has it.
struct JsonMember {
  enum class Kind : std::uint8_t { Absent, Text, Number, Flag, Null, Other };

  std::string_view name;
  Kind kind = Kind::Absent;
  bool flag = false;                 // Flag
  std::uint8_t textSize = 0;         // Text: the value's size, or 255 for a longer one
  std::array<char, 16> textStart{};  // Text: the first bytes of the value
  double number = 0;                 // Number
  // Text and Number: the value as it was written, quotes and escapes included. It refers to the text that was
  // read.
  std::string_view source{};

  // Whether the value is this text, which has at most 16 bytes.
  [[nodiscard]] bool is(std::string_view text) const {
    return kind == Kind::Text && textSize == text.size() &&
           std::string_view(textStart.data(), textSize) == text;
  }

  // The number if it is an integer from 0 to 2^53 - 1.
  [[nodiscard]] std::optional<std::uint64_t> count() const;
};

// Fills in the members. False if the text is no JSON object. If a member occurs twice, the last one counts,
// as with JSON.parse.
[[nodiscard]] bool readMembers(std::string_view text, std::span<JsonMember> members);

// Writes a number in decimal to `end`, where 20 characters must have room. Returns the new end.
[[nodiscard]] char* writeNumber(char* end, std::uint64_t number);

}  // namespace rws
