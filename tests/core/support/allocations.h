// Owns the count of memory allocations of this program.
// Refuses to change where memory comes from.
#pragma once

#include <cstdint>

namespace rws::test {

// Allocations so far, by whatever name: new, malloc, a container's growth.
[[nodiscard]] std::uint64_t allocationCount();

}  // namespace rws::test
