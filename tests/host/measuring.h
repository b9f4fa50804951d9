// Owns texts whose size is not told at first. Refuses to know payloads.
#pragma once

#include <cstdint>

#include "types.h"

namespace rws::host {

// A message before it is measured: a text of units with that many bytes each, 1 to 3.
[[nodiscard]] inline PayloadRef unmeasuredText(PayloadRef payload, std::uint64_t bytesPerUnit) {
  payload.bytes = (payload.bytes + bytesPerUnit - 1) / bytesPerUnit;
  payload.isMeasured = false;
  return payload;
}

}  // namespace rws::host
