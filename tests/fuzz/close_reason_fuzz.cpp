// Owns the search for a close that is judged against the rules: codes, reasons, hints.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>

#include "backoff.h"
#include "close_policy.h"
#include "fuzz_check.h"

namespace rws::fuzz {
namespace {

constexpr std::size_t kReasonLimit = 123;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

void clipping(std::string_view reason) {
  const CloseReason kept(reason);
  const std::string_view clipped = kept;
  check(clipped.size() <= kReasonLimit, "C8: a reason has at most 123 bytes");
  check(reason.substr(0, clipped.size()) == clipped, "C8: a clipped reason is the beginning of it");
  // Where a cut must be, if there is a character boundary near: text that is not UTF-8 has none.
  std::size_t boundary = std::min(kReasonLimit, reason.size());
  while (boundary < reason.size() && boundary + 3 > kReasonLimit && continues(reason[boundary])) --boundary;
  if (boundary < reason.size() && continues(reason[boundary])) return;
  check(clipped.size() == boundary, "C8: a reason is cut at the last character boundary");
}

void judging(const Options& options, const CloseInfo& info, double draw) {
  const Verdict verdict = verdictOf(options, info);
  if (info.code == 1000) check(verdict != Verdict::Retry, "1000 is not retried");
  const ServerHint hint = hintOf(info);
  check(hint.restarting == (info.code == 1012 || info.code == 1013), "1012 and 1013 tell of a restart");
  if (!hint.retryAfter) return;
  const Duration wait = retryAfterDelay(options, *hint.retryAfter, draw);
  check(wait <= options.maxRetryAfter, "B7: a hint waits no longer than maxRetryAfter");
  check(wait >= std::min(*hint.retryAfter, options.maxRetryAfter), "B7: a hint waits as long as asked");
}

}  // namespace
}  // namespace rws::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes(data, size);
  rws::CloseInfo info;
  info.code = bytes.ConsumeIntegral<std::uint16_t>();
  info.wasClean = bytes.ConsumeBool();
  rws::Options options;
  options.jitter = bytes.ConsumeProbability<double>();
  options.maxRetryAfter =
      rws::Duration(bytes.ConsumeIntegralInRange<std::int64_t>(0, rws::Options::kLongest.count()));
  const double draw = bytes.ConsumeFloatingPointInRange<double>(0, 0.9999999999);
  if (bytes.ConsumeBool()) info.retryAfterMs = bytes.ConsumeFloatingPoint<double>();
  const std::string reason = bytes.ConsumeRemainingBytesAsString();
  info.reason = reason;
  rws::fuzz::clipping(reason);
  rws::fuzz::judging(options, info, draw);
  return 0;
}
