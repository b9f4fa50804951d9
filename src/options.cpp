// One table of descriptors: a row for each field drives its name, reading, checking and assigning.
#include "options.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "visit.h"

namespace rws {
namespace {

// A double does not hold every integer beyond 2^53.
constexpr double kLargestCount = 9007199254740992.0;
constexpr std::uint16_t kFirstCloseCode = 1000;
constexpr std::uint16_t kLastCloseCode = 4999;

enum class Kind : std::uint8_t { Time, Interval, Count, CountOrInfinity, Share, Flag, CloseCodes };

using Member = std::variant<Duration Options::*, std::uint64_t Options::*, double Options::*, bool Options::*,
                            std::vector<std::uint16_t> Options::*>;

struct Descriptor {
  std::string_view name;
  Kind kind;
  Member member;
};

constexpr std::array kDescriptors = {
    Descriptor{"maxReconnectAttempts", Kind::CountOrInfinity, &Options::maxReconnectAttempts},
    Descriptor{"reconnectDelay", Kind::Time, &Options::reconnectDelay},
    Descriptor{"maxReconnectDelay", Kind::Time, &Options::maxReconnectDelay},
    Descriptor{"jitter", Kind::Share, &Options::jitter},
    Descriptor{"stableAfter", Kind::Time, &Options::stableAfter},
    Descriptor{"maxRetryAfter", Kind::Time, &Options::maxRetryAfter},
    Descriptor{"connectionTimeout", Kind::Interval, &Options::connectionTimeout},
    Descriptor{"pingInterval", Kind::Interval, &Options::pingInterval},
    Descriptor{"pongTimeout", Kind::Interval, &Options::pongTimeout},
    Descriptor{"confirmAfter", Kind::Interval, &Options::confirmAfter},
    Descriptor{"probeTimeout", Kind::Interval, &Options::probeTimeout},
    Descriptor{"closeGrace", Kind::Interval, &Options::closeGrace},
    Descriptor{"maxQueueSize", Kind::Count, &Options::maxQueueSize},
    Descriptor{"maxQueueBytes", Kind::Count, &Options::maxQueueBytes},
    Descriptor{"maxMessageSize", Kind::Count, &Options::maxMessageSize},
    Descriptor{"fatalCloseCodes", Kind::CloseCodes, &Options::fatalCloseCodes},
    Descriptor{"enableHeartbeat", Kind::Flag, &Options::enableHeartbeat},
    Descriptor{"enableAutoReconnect", Kind::Flag, &Options::enableAutoReconnect},
    Descriptor{"enableErrorRecovery", Kind::Flag, &Options::enableErrorRecovery},
    Descriptor{"answerPings", Kind::Flag, &Options::answerPings},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kDescriptors.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kDescriptors[i].name;
  return names;
}();

constexpr std::string_view ruleOf(Kind kind) {
  switch (kind) {
    case Kind::Time:
      return "a finite number >= 0 (milliseconds)";
    case Kind::Interval:
      return "a finite number >= 1 (milliseconds)";
    case Kind::Count:
      return "an integer >= 0";
    case Kind::CountOrInfinity:
      return "an integer >= 0 or Infinity";
    case Kind::Share:
      return "a number from 0 to 1";
    case Kind::Flag:
      return "true or false";
    case Kind::CloseCodes:
      return "a list of at most 100 integers from 1000 to 4999";
  }
  return "";
}

constexpr double leastMilliseconds(Kind kind) { return kind == Kind::Interval ? 1.0 : 0.0; }

const Descriptor* find(std::string_view name) {
  for (const Descriptor& row : kDescriptors) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool isInteger(double value) { return std::trunc(value) == value; }

// Each assign() takes a value that keeps the rule and refuses any other. NaN fails every comparison.

bool assign(Duration& target, Kind kind, const OptionValue& value) {
  const double* const number = std::get_if<double>(&value);
  if (number == nullptr || !std::isfinite(*number) || *number < leastMilliseconds(kind)) return false;
  target = toDuration(*number);
  return true;
}

bool assign(std::uint64_t& target, Kind kind, const OptionValue& value) {
  const double* const number = std::get_if<double>(&value);
  if (number == nullptr) return false;
  if (kind == Kind::CountOrInfinity && *number == std::numeric_limits<double>::infinity()) {
    target = Options::kUnlimited;
    return true;
  }
  if (!(*number >= 0 && *number <= kLargestCount && isInteger(*number))) return false;
  target = static_cast<std::uint64_t>(*number);
  return true;
}

bool assign(double& target, Kind /*kind*/, const OptionValue& value) {
  const double* const number = std::get_if<double>(&value);
  if (number == nullptr || !(*number >= 0 && *number <= 1)) return false;
  target = *number;
  return true;
}

bool assign(bool& target, Kind /*kind*/, const OptionValue& value) {
  const bool* const flag = std::get_if<bool>(&value);
  if (flag == nullptr) return false;
  target = *flag;
  return true;
}

bool assign(std::vector<std::uint16_t>& target, Kind /*kind*/, const OptionValue& value) {
  const auto* const numbers = std::get_if<std::vector<double>>(&value);
  if (numbers == nullptr || numbers->size() > Options::kMaxCloseCodes) return false;
  std::vector<std::uint16_t> codes;
  codes.reserve(numbers->size());
  for (const double number : *numbers) {
    if (!(number >= kFirstCloseCode && number <= kLastCloseCode && isInteger(number))) return false;
    codes.push_back(static_cast<std::uint16_t>(number));
  }
  target = std::move(codes);
  return true;
}

OptionValue read(Duration value) { return static_cast<double>(value.count()) / 1000.0; }
OptionValue read(std::uint64_t value) {
  return value == Options::kUnlimited ? std::numeric_limits<double>::infinity() : static_cast<double>(value);
}
OptionValue read(double value) { return value; }
OptionValue read(bool value) { return value; }
OptionValue read(const std::vector<std::uint16_t>& value) {
  return std::vector<double>(value.begin(), value.end());
}

}  // namespace

Duration toDuration(double milliseconds) {
  const double microseconds = milliseconds * 1000.0;
  if (!(microseconds > 0)) return Duration::zero();
  if (microseconds >= static_cast<double>(Options::kLongest.count())) return Options::kLongest;
  return Duration(static_cast<Duration::rep>(std::floor(microseconds + 0.5)));
}

std::span<const std::string_view> optionNames() { return kNames; }

OptionValue getOption(const Options& options, std::string_view name) {
  const Descriptor* const row = find(name);
  if (row == nullptr) return std::monostate{};
  return rws::visit([&options](auto member) { return read(options.*member); }, row->member);
}

std::optional<OptionsError> setOption(Options& options, std::string_view name, const OptionValue& value) {
  const Descriptor* const row = find(name);
  if (row == nullptr) return OptionsError{name, "a known option"};
  const auto assignMember = [&](auto member) { return assign(options.*member, row->kind, value); };
  if (rws::visit(assignMember, row->member)) return std::nullopt;
  return OptionsError{row->name, ruleOf(row->kind)};
}

}  // namespace rws
