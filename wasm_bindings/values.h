// Values of JavaScript as the core takes them, and back. What is not valid becomes 0, nothing or monostate;
// texts and lists are measured before they are copied.
#pragma once

#include <emscripten/val.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "options.h"
#include "types.h"

namespace rws::bindings {

// --- to JavaScript, which has one kind of number
inline double toJs(double number) { return number; }
inline double toJs(std::uint64_t count) { return static_cast<double>(count); }
inline double toJs(EpochMs time) { return static_cast<double>(time); }
inline double toJs(AttemptId attempt) { return static_cast<double>(attempt); }
inline double toJs(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }
inline bool toJs(bool flag) { return flag; }
inline std::string toJs(std::string_view text) { return std::string(text); }
inline emscripten::val toJs(const emscripten::val& value) { return value; }
// null without a time.
[[nodiscard]] emscripten::val toJs(const std::optional<EpochMs>& time);
// undefined for monostate.
[[nodiscard]] emscripten::val toJs(const OptionValue& value);

// --- from JavaScript
// 0 for NaN, fractions, negative numbers and numbers above 2^53: no message, attempt or size has it.
[[nodiscard]] std::uint64_t toInteger(double number);
// None for a number that is no attempt's.
[[nodiscard]] AttemptId toAttempt(double number);
// Nothing for what is no text, or has more UTF-16 units.
[[nodiscard]] std::optional<std::string> toText(const emscripten::val& value, std::size_t maxUnits);
// monostate for a value that no option takes.
[[nodiscard]] OptionValue toOptionValue(const emscripten::val& value);
// Joined with commas, as emscripten_websocket_new() takes them. Nothing for what is no list of subprotocols,
// or a longer one than any server reads.
[[nodiscard]] std::optional<std::string> toProtocols(const emscripten::val& list);

}  // namespace rws::bindings
