#include "json_text.h"

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

}  // namespace

std::string jsonStringOf(std::string_view source) {
  std::string text = "\"";
  for (const char character : source) appendEscaped(text, character);
  text += '"';
  return text;
}

}  // namespace rws
