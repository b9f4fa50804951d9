#include "options.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

namespace rws {
namespace {

using namespace std::chrono_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr std::string_view kTimes[] = {"reconnectDelay", "maxReconnectDelay", "stableAfter", "maxRetryAfter"};
constexpr std::string_view kIntervals[] = {"connectionTimeout", "pingInterval", "pongTimeout",
                                           "confirmAfter",      "probeTimeout", "closeGrace"};
constexpr std::string_view kCounts[] = {"maxQueueSize", "maxQueueBytes", "maxMessageSize"};
constexpr std::string_view kFlags[] = {"enableHeartbeat", "enableAutoReconnect", "enableErrorRecovery",
                                       "answerPings"};

bool accepts(std::string_view name, const OptionValue& value) {
  Options options;
  return !setOption(options, name, value).has_value();
}

std::string brokenRule(std::string_view name, const OptionValue& value) {
  Options options;
  const auto error = setOption(options, name, value);
  EXPECT_TRUE(error.has_value()) << name;
  EXPECT_EQ(options, Options{}) << name << " was assigned against its rule";
  if (!error) return "";
  EXPECT_EQ(error->field, name);
  return std::string(error->rule);
}

double toNumber(const Options& options, std::string_view name) {
  const OptionValue value = getOption(options, name);
  const double* const number = std::get_if<double>(&value);
  return number == nullptr ? kNan : *number;
}

TEST(Options, HaveTheDocumentedDefaults) {
  const Options options;
  EXPECT_EQ(toNumber(options, "maxReconnectAttempts"), 10);
  EXPECT_EQ(toNumber(options, "reconnectDelay"), 1000);
  EXPECT_EQ(toNumber(options, "maxReconnectDelay"), 30000);
  EXPECT_EQ(toNumber(options, "pingInterval"), 30000);
  EXPECT_EQ(toNumber(options, "pongTimeout"), 10000);
  EXPECT_EQ(toNumber(options, "connectionTimeout"), 10000);
  EXPECT_EQ(toNumber(options, "maxQueueSize"), 100);
  EXPECT_EQ(toNumber(options, "maxQueueBytes"), 8388608);
  EXPECT_EQ(toNumber(options, "maxMessageSize"), 65536);
  EXPECT_EQ(toNumber(options, "stableAfter"), 5000);
  EXPECT_EQ(toNumber(options, "maxRetryAfter"), 300000);
  EXPECT_EQ(toNumber(options, "confirmAfter"), 250);
  EXPECT_EQ(toNumber(options, "probeTimeout"), 3000);
  EXPECT_EQ(toNumber(options, "closeGrace"), 15000);
  EXPECT_EQ(toNumber(options, "jitter"), 0.5);
  EXPECT_EQ(getOption(options, "fatalCloseCodes"), OptionValue(std::vector<double>{1003, 1008}));
  for (const std::string_view name : kFlags) EXPECT_EQ(getOption(options, name), OptionValue(true)) << name;
}

TEST(Options, AreNamedOnceEachAndEachNameIsReadable) {
  std::set<std::string_view> names;
  for (const std::string_view name : optionNames()) {
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_FALSE(std::holds_alternative<std::monostate>(getOption(Options{}, name))) << name;
  }
  EXPECT_EQ(names.size(), 20U);
}

TEST(Options, AreEachReachedByTheirOwnNameOnly) {
  for (const std::string_view name : optionNames()) {
    Options changed;
    OptionValue value = getOption(changed, name);
    if (const bool* flag = std::get_if<bool>(&value))
      value = !*flag;
    else if (const double* number = std::get_if<double>(&value))
      value = name == "jitter" ? 0.25 : *number + 1;
    else
      value = std::vector<double>{4000};
    ASSERT_EQ(setOption(changed, name, value), std::nullopt) << name;
    for (const std::string_view other : optionNames()) {
      EXPECT_EQ(getOption(changed, other), other == name ? value : getOption(Options{}, other))
          << name << ' ' << other;
    }
  }
}

TEST(Options, OfUnknownNamesAreRefusedAndReadAsNothing) {
  for (const std::string_view name : {"", "Jitter", "jitter ", "toString", "constructor"}) {
    EXPECT_EQ(brokenRule(name, 1.0), "a known option");
    EXPECT_EQ(getOption(Options{}, name), OptionValue(std::monostate{}));
  }
}

TEST(Options, TakeTimesFromZero) {
  for (const std::string_view name : kTimes) {
    EXPECT_TRUE(accepts(name, 0.0)) << name;
    EXPECT_TRUE(accepts(name, -0.0)) << name;
    EXPECT_TRUE(accepts(name, 0.001)) << name;
    for (const double bad : {-0.001, -1.0, kInfinity, -kInfinity, kNan}) {
      EXPECT_EQ(brokenRule(name, bad), "a finite number >= 0 (milliseconds)");
    }
  }
}

TEST(Options, TakeIntervalsFromOneMillisecond) {
  for (const std::string_view name : kIntervals) {
    EXPECT_TRUE(accepts(name, 1.0)) << name;
    for (const double bad : {0.0, 0.9999999, -1.0, kInfinity, -kInfinity, kNan}) {
      EXPECT_EQ(brokenRule(name, bad), "a finite number >= 1 (milliseconds)");
    }
  }
}

TEST(Options, TakeWholeCounts) {
  for (const std::string_view name : kCounts) {
    EXPECT_TRUE(accepts(name, 0.0)) << name;
    EXPECT_TRUE(accepts(name, 9007199254740992.0)) << name;
    for (const double bad : {-1.0, 0.5, 9007199254740994.0, 1e300, kInfinity, kNan}) {
      EXPECT_EQ(brokenRule(name, bad), "an integer >= 0");
    }
  }
}

TEST(Options, TakeInfinityForAttemptsAndGiveItBack) {
  Options options;
  EXPECT_EQ(setOption(options, "maxReconnectAttempts", kInfinity), std::nullopt);
  EXPECT_EQ(options.maxReconnectAttempts, Options::kUnlimited);
  EXPECT_EQ(getOption(options, "maxReconnectAttempts"), OptionValue(kInfinity));
  for (const double bad : {-1.0, 2.5, -kInfinity, 1e17, kNan}) {
    EXPECT_EQ(brokenRule("maxReconnectAttempts", bad), "an integer >= 0 or Infinity");
  }
}

TEST(Options, TakeJitterFromZeroToOne) {
  for (const double good : {0.0, 0.3, 1.0}) EXPECT_TRUE(accepts("jitter", good));
  for (const double bad : {-0.01, 1.01, kInfinity, kNan})
    EXPECT_EQ(brokenRule("jitter", bad), "a number from 0 to 1");
}

TEST(Options, TakeCloseCodesOfTheProtocolOnly) {
  EXPECT_TRUE(accepts("fatalCloseCodes", std::vector<double>{}));
  EXPECT_TRUE(accepts("fatalCloseCodes", std::vector<double>{1000, 4999, 1000}));
  for (const double bad : {999.0, 5000.0, 1003.5, -1003.0, kInfinity, kNan}) {
    EXPECT_EQ(brokenRule("fatalCloseCodes", std::vector<double>{1003, bad}),
              "a list of at most 100 integers from 1000 to 4999");
  }
}

TEST(Options, TakeAtMostAHundredCloseCodes) {
  static_assert(Options::kMaxCloseCodes == 100);
  EXPECT_TRUE(accepts("fatalCloseCodes", std::vector<double>(100, 4001)));
  EXPECT_EQ(brokenRule("fatalCloseCodes", std::vector<double>(101, 4001)),
            "a list of at most 100 integers from 1000 to 4999");
  EXPECT_EQ(brokenRule("fatalCloseCodes", std::vector<double>(40000, 4001)),
            "a list of at most 100 integers from 1000 to 4999");
}

TEST(Options, RefuseValuesOfAnotherType) {
  for (const std::string_view name : optionNames()) {
    const OptionValue own = getOption(Options{}, name);
    for (const OptionValue& value :
         {OptionValue(), OptionValue(true), OptionValue(1.0), OptionValue(std::vector<double>{1003})}) {
      EXPECT_EQ(accepts(name, value), value.index() == own.index()) << name << ' ' << value.index();
    }
  }
}

TEST(Options, GiveBackTheMillisecondsTheyWereSetTo) {
  for (const double milliseconds :
       {1.0, 1.5, 2.125, 10.001, 33.333, 1000.0, 86400000.0, 2147483648.0, 123456789.123}) {
    for (const std::string_view name : kIntervals) {
      Options options;
      ASSERT_EQ(setOption(options, name, milliseconds), std::nullopt);
      EXPECT_DOUBLE_EQ(toNumber(options, name), milliseconds) << name;
    }
  }
}

TEST(Options, HoldHugeTimesThatCanStillBeAddedUp) {
  Options options;
  for (const double huge : {1e12, 1e13, 1e18, std::numeric_limits<double>::max()}) {
    ASSERT_EQ(setOption(options, "pingInterval", huge), std::nullopt);
    EXPECT_EQ(options.pingInterval, Options::kLongest);
  }
  const Instant late = Instant{} + 1000 * Options::kLongest;
  EXPECT_GT(late + 1000 * Options::kLongest, late);
}

TEST(Options, ConvertAnyNumberOfMilliseconds) {
  EXPECT_EQ(toDuration(1.0), 1ms);
  EXPECT_EQ(toDuration(0.0004), 0us);
  EXPECT_EQ(toDuration(0.0006), 1us);
  EXPECT_EQ(toDuration(-5), 0us);
  EXPECT_EQ(toDuration(kNan), 0us);
  EXPECT_EQ(toDuration(-kInfinity), 0us);
  EXPECT_EQ(toDuration(kInfinity), Options::kLongest);
}

TEST(Options, HaveNoRuleAcrossFields) {
  Options options;
  EXPECT_EQ(setOption(options, "reconnectDelay", 60000.0), std::nullopt);
  EXPECT_EQ(setOption(options, "maxReconnectDelay", 10.0), std::nullopt);
  EXPECT_EQ(setOption(options, "pongTimeout", 90000.0), std::nullopt);
  EXPECT_EQ(setOption(options, "maxMessageSize", 0.0), std::nullopt);
}

}  // namespace
}  // namespace rws
