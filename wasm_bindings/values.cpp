#include "values.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

namespace rws::bindings {
namespace {

using emscripten::val;

constexpr double kLargestInteger = 9007199254740992.0;  // 2^53
constexpr std::size_t kMaxProtocols = 100;
constexpr std::size_t kMaxProtocol = 1000;

// Nothing for what is no list, or a longer one.
std::optional<std::size_t> lengthOfList(const val& value, std::size_t maxLength) {
  if (!val::global("Array").call<bool>("isArray", value)) return std::nullopt;
  const auto length = value["length"].as<double>();
  if (length > static_cast<double>(maxLength)) return std::nullopt;
  return static_cast<std::size_t>(length);
}

val itemOf(const val& list, std::size_t index) { return list[static_cast<double>(index)]; }

}  // namespace

val toJs(const std::optional<EpochMs>& time) { return time ? val(toJs(*time)) : val::null(); }

val toJs(const OptionValue& value) {
  if (const bool* const flag = std::get_if<bool>(&value)) return val(*flag);
  if (const double* const number = std::get_if<double>(&value)) return val(*number);
  if (const auto* const numbers = std::get_if<std::vector<double>>(&value)) {
    val list = val::array();
    for (const double number : *numbers) list.call<void>("push", number);
    return list;
  }
  return val::undefined();
}

std::uint64_t toInteger(double number) {
  if (!(number >= 0 && number <= kLargestInteger)) return 0;
  const auto integer = static_cast<std::uint64_t>(number);
  return static_cast<double>(integer) == number ? integer : 0;
}

AttemptId toAttempt(double number) {
  const std::uint64_t integer = toInteger(number);
  return integer > std::numeric_limits<std::uint32_t>::max() ? AttemptId::None
                                                             : AttemptId{static_cast<std::uint32_t>(integer)};
}

std::optional<std::string> toText(const val& value, std::size_t maxUnits) {
  if (!value.isString() || value["length"].as<double>() > static_cast<double>(maxUnits)) return std::nullopt;
  return value.as<std::string>();
}

OptionValue toOptionValue(const val& value) {
  if (value.isTrue() || value.isFalse()) return value.isTrue();
  if (value.isNumber()) return value.as<double>();
  const std::optional<std::size_t> length = lengthOfList(value, Options::kMaxCloseCodes);
  if (!length) return std::monostate{};
  std::vector<double> numbers(*length);
  for (std::size_t index = 0; index < *length; ++index) {
    const val item = itemOf(value, index);
    if (!item.isNumber()) return std::monostate{};
    numbers[index] = item.as<double>();
  }
  return numbers;
}

std::optional<std::string> toProtocols(const val& list) {
  const std::optional<std::size_t> length = lengthOfList(list, kMaxProtocols);
  if (!length) return std::nullopt;
  std::string joined;
  for (std::size_t index = 0; index < *length; ++index) {
    const std::optional<std::string> protocol = toText(itemOf(list, index), kMaxProtocol);
    // The constructor of WebSocket takes neither.
    if (!protocol || protocol->empty()) return std::nullopt;
    if (std::find(protocol->begin(), protocol->end(), ',') != protocol->end()) return std::nullopt;
    if (index > 0) joined += ',';
    joined += *protocol;
  }
  return joined;
}

}  // namespace rws::bindings
