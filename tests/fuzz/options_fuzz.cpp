// Option values that might slip past their rules.
#include <fuzzer/FuzzedDataProvider.h>

#include <array>
#include <cmath>
#include <limits>

#include "fuzz_check.h"
#include "options.h"

namespace rws::fuzz {
namespace {

double numberFrom(FuzzedDataProvider& bytes) {
  constexpr std::array kCorners = {0.0,
                                   -0.0,
                                   0.5,
                                   1.0,
                                   9007199254740993.0,
                                   std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::quiet_NaN(),
                                   std::numeric_limits<double>::denorm_min(),
                                   std::numeric_limits<double>::max()};
  if (bytes.ConsumeBool()) return bytes.PickValueInArray(kCorners);
  return bytes.ConsumeFloatingPoint<double>();
}

OptionValue valueFrom(FuzzedDataProvider& bytes) {
  switch (bytes.ConsumeIntegralInRange(0, 3)) {
    case 0:
      return std::monostate{};
    case 1:
      return bytes.ConsumeBool();
    case 2:
      return numberFrom(bytes);
    default: {
      std::vector<double> list;
      while (bytes.remaining_bytes() > 0 && bytes.ConsumeBool()) list.push_back(numberFrom(bytes));
      return list;
    }
  }
}

bool isValid(const Options& options) {
  constexpr std::uint64_t kLargestCount = 9007199254740992;
  for (Duration Options::*field : {&Options::reconnectDelay, &Options::maxReconnectDelay,
                                   &Options::stableAfter, &Options::maxRetryAfter}) {
    if (options.*field < Duration::zero() || options.*field > Options::kLongest) return false;
  }
  for (Duration Options::*field : {&Options::connectionTimeout, &Options::pingInterval, &Options::pongTimeout,
                                   &Options::confirmAfter, &Options::probeTimeout, &Options::closeGrace}) {
    if (options.*field < std::chrono::milliseconds(1) || options.*field > Options::kLongest) return false;
  }
  for (std::uint64_t Options::*field :
       {&Options::maxQueueSize, &Options::maxQueueBytes, &Options::maxMessageSize}) {
    if (options.*field > kLargestCount) return false;
  }
  const bool isUnlimited = options.maxReconnectAttempts == Options::kUnlimited;
  if (!isUnlimited && options.maxReconnectAttempts > kLargestCount) return false;
  if (options.fatalCloseCodes.size() > Options::kMaxCloseCodes) return false;
  for (const std::uint16_t code : options.fatalCloseCodes) {
    if (code < 1000 || code > 4999) return false;
  }
  return options.jitter >= 0 && options.jitter <= 1;
}

void assign(Options& options, std::string_view name, const OptionValue& value) {
  const Options before = options;
  const std::optional<OptionsError> error = setOption(options, name, value);
  if (error) {
    check(options == before, "a refused value changes nothing");
    check(!error->rule.empty(), "a refusal names the rule");
    return;
  }
  check(isValid(options), "an assigned value keeps its rule");
  // A value that is read can be assigned again, which changes nothing.
  const Options taken = options;
  check(!setOption(options, name, getOption(options, name)), "a value read can be assigned");
  check(options == taken, "a value read is the value assigned");
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes(data, size);
  rws::Options options;
  const auto names = rws::optionNames();
  while (bytes.remaining_bytes() > 0) {
    const auto index = bytes.ConsumeIntegralInRange<std::size_t>(0, names.size());
    if (index < names.size()) {
      rws::fuzz::assign(options, names[index], rws::fuzz::valueFrom(bytes));
    } else {
      rws::fuzz::assign(options, bytes.ConsumeRandomLengthString(40), rws::fuzz::valueFrom(bytes));
    }
  }
  return 0;
}
