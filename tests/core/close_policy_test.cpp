#include "close_policy.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace rws {
namespace {

using namespace std::chrono_literals;

CloseInfo closedWith(std::uint16_t code, std::string reason = "") { return {code, std::move(reason), true}; }

TEST(ClosePolicy, FollowsTheTableOfTheSpecificationAndRetriesAllOtherCodes) {
  const Options options;
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const Verdict expected = code == 1000                   ? Verdict::Normal
                             : code == 1003 || code == 1008 ? Verdict::Fatal
                                                            : Verdict::Retry;
    ASSERT_EQ(verdictOf(options, closedWith(static_cast<std::uint16_t>(code))), expected) << code;
  }
}

TEST(ClosePolicy, TakesTheListOfFatalCodesAsItIs) {
  Options options;
  options.fatalCloseCodes = {1000, 4401};
  EXPECT_EQ(verdictOf(options, closedWith(1000)), Verdict::Fatal);
  EXPECT_EQ(verdictOf(options, closedWith(4401)), Verdict::Fatal);
  EXPECT_EQ(verdictOf(options, closedWith(1008)), Verdict::Retry) << "the list is replaced, not extended";
  options.fatalCloseCodes = {};
  EXPECT_EQ(verdictOf(options, closedWith(1003)), Verdict::Retry);
}

TEST(ClosePolicy, NamesTheErrorBehindACode) {
  for (const std::uint16_t code : std::vector<std::uint16_t>{1003, 1008})
    EXPECT_EQ(errorTypeOf(closedWith(code), true), ErrorType::Auth);
  for (const std::uint16_t code : std::vector<std::uint16_t>{1001, 1011, 1012, 1013, 1014}) {
    EXPECT_EQ(errorTypeOf(closedWith(code), true), ErrorType::Server) << code;
  }
  for (const std::uint16_t code : std::vector<std::uint16_t>{1005, 1006})
    EXPECT_EQ(errorTypeOf(closedWith(code), true), ErrorType::Network);
  for (const std::uint16_t code :
       std::vector<std::uint16_t>{0, 999, 1002, 1004, 1007, 1009, 1010, 1015, 3000, 4000, 4999, 65535}) {
    EXPECT_EQ(errorTypeOf(closedWith(code), true), ErrorType::Unknown) << code;
  }
  EXPECT_EQ(errorTypeOf(closedWith(1000), true), ErrorType::None);
}

TEST(ClosePolicy, BlamesTheNetworkWhileOfflineExceptWhereTheServerSpokePlainly) {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const ErrorType expected = code == 1000                   ? ErrorType::None
                               : code == 1003 || code == 1008 ? ErrorType::Auth
                                                              : ErrorType::Network;
    ASSERT_EQ(errorTypeOf(closedWith(static_cast<std::uint16_t>(code)), false), expected) << code;
  }
}

TEST(ClosePolicy, ReadsHintsFromCodeAndReason) {
  EXPECT_EQ(hintOf(closedWith(1006)), ServerHint{});
  EXPECT_EQ(hintOf(closedWith(1012)), (ServerHint{true, std::nullopt}));
  EXPECT_EQ(hintOf(closedWith(1013, "try again later")), (ServerHint{true, std::nullopt}));
  EXPECT_EQ(hintOf({1011, "", true, 2500.5}), (ServerHint{false, 2500500us}));
  EXPECT_EQ(hintOf({1012, "", true, 0}), (ServerHint{true, 0us}));
  EXPECT_EQ(hintOf({4000, "", true, 1e300}), (ServerHint{false, Options::kLongest}));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double noHint : {-1.0, kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(hintOf({4000, "", true, noHint}), ServerHint{}) << noHint;
  }
}

TEST(ClosePolicy, KnowsWhatABrowserLetsThrough) {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    ASSERT_EQ(mayBeSent(static_cast<std::uint16_t>(code)), code == 1000 || (code > 2999 && code < 5000))
        << code;
  }
}

}  // namespace
}  // namespace rws
