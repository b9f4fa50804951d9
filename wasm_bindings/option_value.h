// Owns the crossing of option values between JavaScript and the core.
// Refuses rules: what a value must be is the core's to say.
#pragma once

#include <emscripten/val.h>

#include "options.h"

namespace rws::bindings {

// A boolean, a number or a list of numbers; monostate, which no rule allows, for anything else.
[[nodiscard]] OptionValue optionValueOf(const emscripten::val& value);
// The other way; undefined for monostate.
[[nodiscard]] emscripten::val valueOf(const OptionValue& value);

}  // namespace rws::bindings
