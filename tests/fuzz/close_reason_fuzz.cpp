// Closes that might be judged against the rules: codes, reasons and hints.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <string>

#include "control_frame.h"
#include "fuzz_check.h"
#include "reconnect_policy.h"

namespace rws::fuzz {
namespace {

constexpr Instant kNow{std::chrono::seconds(1000)};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

void clipping(std::string_view reason) {
  const std::string_view clipped = clipUtf8(reason, kMaxCloseReason);
  check(clipped.size() <= kMaxCloseReason, "C8: a reason has at most 123 bytes");
  check(reason.substr(0, clipped.size()) == clipped, "C8: a clipped reason is the beginning of it");
  // Where a cut must be, if there is a character boundary near: text that is not UTF-8 has none.
  std::size_t boundary = std::min(kMaxCloseReason, reason.size());
  while (boundary < reason.size() && boundary + 3 > kMaxCloseReason && continues(reason[boundary]))
    --boundary;
  if (boundary < reason.size() && continues(reason[boundary])) return;
  check(clipped.size() == boundary, "C8: a reason is cut at the last character boundary");
}

void judging(const Options& options, const CloseInfo& info, std::uint64_t seed) {
  if (info.code == 1000) check(verdictOn(options, info) != CloseVerdict::Retry, "1000 is not retried");
  const std::optional<Duration> asked = readRetryAfter(info.reason);
  const bool isRestart = info.code == 1012 || info.code == 1013;
  ReconnectPolicy policy(seed);
  policy.attemptStarted(kNow - std::chrono::seconds(10));
  const ScheduledRetry retry = policy.scheduleAfter(options, kNow, info, false);
  check(policy.retryAt() == kNow + retry.delay, "the retry is due after its delay");
  const Duration limit = asked ? options.maxRetryAfter : options.maxReconnectDelay;
  check(retry.delay >= Duration::zero() && retry.delay <= limit, "B1, B7: a delay has its limit");
  if (asked) check(retry.delay >= std::min(*asked, options.maxRetryAfter), "B7: a hint is waited for");
  const Instant earliest = policy.earliestStart(kNow);
  // The backoff of a restart may be longer than the server's hint, which is the part that always counts.
  const Duration least = isRestart ? restartDelay(options, 0) : Duration::zero();
  const Instant soonest = kNow + (asked ? retry.delay : least);
  check(earliest >= soonest && earliest <= std::max(soonest, *policy.retryAt()),
        "B9: no attempt starts before a hint");
  check(asked || isRestart || earliest == kNow, "B9: without a hint an attempt may start at once");
  const std::optional<ScheduledRetry> soon = policy.scheduleSoon(options, kNow);
  if (soon) check(*policy.retryAt() >= earliest, "B9: no attempt is brought forward before a hint");
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
  const auto duration = [&bytes] {
    return rws::Duration(bytes.ConsumeIntegralInRange<std::int64_t>(0, rws::Options::kLongest.count()));
  };
  options.maxRetryAfter = duration();
  options.maxReconnectDelay = duration();
  const auto seed = bytes.ConsumeIntegral<std::uint64_t>();
  const std::string reason = bytes.ConsumeRemainingBytesAsString();
  rws::fuzz::clipping(reason);
  info.reason = rws::clipUtf8(reason, rws::kMaxCloseReason);
  rws::fuzz::judging(options, info, seed);
  return 0;
}
