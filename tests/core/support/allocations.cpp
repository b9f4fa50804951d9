#include "allocations.h"

#include <atomic>
#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RWS_ADDRESS_SANITIZER
#endif
#endif

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

namespace rws::test {

std::uint64_t allocationCount() { return allocations.load(std::memory_order_relaxed); }

}  // namespace rws::test

#ifdef RWS_ADDRESS_SANITIZER

// The sanitizer's allocator must stay in place: it tells of each allocation.
#include <sanitizer/allocator_interface.h>

namespace {

void allocated(const volatile void* /*address*/, std::size_t /*size*/) {
  allocations.fetch_add(1, std::memory_order_relaxed);
}
void freed(const volatile void* /*address*/) {}

[[maybe_unused]] const int hooks = __sanitizer_install_malloc_and_free_hooks(&allocated, &freed);

}  // namespace

#else

// glibc's own functions stand behind the ones replaced here.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* address, std::size_t size);

void* malloc(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
void* realloc(void* address, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(address, size);
}
}

#endif
