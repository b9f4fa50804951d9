// What a close code means (reconnect_policy.h).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reconnect_policy.h"

namespace rws {
namespace {

CloseInfo closedWith(unsigned code) { return {static_cast<std::uint16_t>(code), "", true}; }

TEST(CloseVerdict, IsToRetryForEveryCodeExceptThreeByDefault) {
  const Options options;
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const CloseVerdict expected = code == 1000                   ? CloseVerdict::Normal
                                  : code == 1003 || code == 1008 ? CloseVerdict::Fatal
                                                                 : CloseVerdict::Retry;
    ASSERT_EQ(verdictOn(options, closedWith(code)), expected) << code;
  }
}

TEST(CloseVerdict, FollowsTheListOfFatalCodes) {
  Options options;
  options.fatalCloseCodes = {1000, 4401};
  EXPECT_EQ(verdictOn(options, closedWith(1000)), CloseVerdict::Fatal);
  EXPECT_EQ(verdictOn(options, closedWith(4401)), CloseVerdict::Fatal);
  EXPECT_EQ(verdictOn(options, closedWith(1008)), CloseVerdict::Retry)
      << "the list is replaced, not extended";
  options.fatalCloseCodes = {};
  EXPECT_EQ(verdictOn(options, closedWith(1003)), CloseVerdict::Retry);
}

TEST(ErrorOfACode, IsNamedByTheCode) {
  for (const unsigned code : {1003U, 1008U})
    EXPECT_EQ(toErrorType(closedWith(code), true), ErrorType::Auth) << code;
  for (const unsigned code : {1001U, 1011U, 1012U, 1013U, 1014U})
    EXPECT_EQ(toErrorType(closedWith(code), true), ErrorType::Server) << code;
  for (const unsigned code : {1005U, 1006U})
    EXPECT_EQ(toErrorType(closedWith(code), true), ErrorType::Network) << code;
  for (const unsigned code :
       {0U, 999U, 1002U, 1004U, 1007U, 1009U, 1010U, 1015U, 3000U, 4000U, 4999U, 65535U}) {
    EXPECT_EQ(toErrorType(closedWith(code), true), ErrorType::Unknown) << code;
  }
  EXPECT_EQ(toErrorType(closedWith(1000), true), ErrorType::None);
}

TEST(ErrorOfACode, IsTheNetworkWhileOfflineExceptForARefusal) {
  for (unsigned code = 0; code <= 0xFFFF; ++code) {
    const ErrorType expected = code == 1000                   ? ErrorType::None
                               : code == 1003 || code == 1008 ? ErrorType::Auth
                                                              : ErrorType::Network;
    ASSERT_EQ(toErrorType(closedWith(code), false), expected) << code;
  }
}

}  // namespace
}  // namespace rws
