#include "option_value.h"

namespace rws::bindings {

using emscripten::val;

namespace {

OptionValue listOf(const val& values) {
  const auto length = values["length"].as<unsigned>();
  std::vector<double> numbers;
  for (unsigned index = 0; index < length; ++index) {
    const val value = values[index];
    if (!value.isNumber()) return std::monostate{};
    numbers.push_back(value.as<double>());
  }
  return numbers;
}

}  // namespace

OptionValue optionValueOf(const val& value) {
  if (value.isTrue()) return true;
  if (value.isFalse()) return false;
  if (value.isNumber()) return value.as<double>();
  if (value.isArray()) return listOf(value);
  return std::monostate{};
}

val valueOf(const OptionValue& value) {
  if (const bool* const flag = std::get_if<bool>(&value)) return val(*flag);
  if (const double* const number = std::get_if<double>(&value)) return val(*number);
  if (const auto* const numbers = std::get_if<std::vector<double>>(&value)) {
    return val::array(numbers->begin(), numbers->end());
  }
  return val::undefined();
}

}  // namespace rws::bindings
