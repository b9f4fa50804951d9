// Owns a text of bounded length in place: it can be copied as plain memory, so that inputs and actions can.
// Refuses what does not fit: a longer text is cut, never within a UTF-8 character.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rws {

// The longest beginning of a UTF-8 text with so many bytes that ends where a character ends.
[[nodiscard]] constexpr std::string_view clipped(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  // 10xxxxxx continues a character: cutting before it would cut within.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

template <std::size_t Capacity>
class ShortText {
  static_assert(Capacity <= 255);

 public:
  constexpr ShortText() = default;
  // Implicit, as a text is a text.
  constexpr ShortText(std::string_view text) { append(text); }
  constexpr ShortText(const char* text) : ShortText(std::string_view(text)) {}
  ShortText(const std::string& text) : ShortText(std::string_view(text)) {}

  constexpr void append(std::string_view text) {
    const std::string_view fitting = clipped(text, Capacity - size_);
    std::copy(fitting.begin(), fitting.end(), text_.begin() + size_);
    size_ = static_cast<std::uint8_t>(size_ + fitting.size());
  }

  [[nodiscard]] constexpr std::string_view view() const { return {text_.data(), size_}; }
  constexpr operator std::string_view() const { return view(); }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

  friend constexpr bool operator==(const ShortText& left, const ShortText& right) {
    return left.view() == right.view();
  }
  // Any other text: as it is, not as it would be cut.
  template <class Text>
  requires(std::is_convertible_v<const Text&, std::string_view> &&
           !std::is_same_v<Text, ShortText>) friend constexpr bool
  operator==(const ShortText& left, const Text& right) {
    return left.view() == std::string_view(right);
  }

 private:
  std::array<char, Capacity> text_{};
  std::uint8_t size_ = 0;
};

// What a close frame has room for (RFC 6455, 5.5: 125 bytes with the code).
using CloseReason = ShortText<123>;

}  // namespace rws
