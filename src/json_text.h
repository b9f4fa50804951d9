// Owns the writing of JSON strings. Refuses to read any JSON: hosts have parsers.
#pragma once

#include <string>
#include <string_view>

namespace rws {

// The text as a JSON string, quotes included.
[[nodiscard]] std::string jsonStringOf(std::string_view text);

}  // namespace rws
