// Whether the tests are built with sanitizers, which make them an order of magnitude slower.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define RWS_HAS_SANITIZERS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RWS_HAS_SANITIZERS
#endif
#endif

namespace rws::test {

#if defined(RWS_HAS_SANITIZERS)
inline constexpr bool kHasSanitizers = true;
#else
inline constexpr bool kHasSanitizers = false;
#endif

}  // namespace rws::test
