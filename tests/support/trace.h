// Events and effects as text, and a record of the events given to a driver, for tests.
#pragma once

#include <cstdint>
#include <string>

#include "effects.h"
#include "events.h"
#include "options.h"
#include "types.h"

namespace rws::test {

// The options that differ from their defaults: " name=value" for each.
[[nodiscard]] std::string toText(const Options& options);
// The name of the event and its members: "socketClosed 2 1006 unclean \"\"".
[[nodiscard]] std::string toText(const Event& event);
// The name of the effect and its members: "sendMessage 2 17".
[[nodiscard]] std::string toText(const Effect& effect);
// Milliseconds, exact to the microsecond.
[[nodiscard]] std::string toText(Duration duration);

// A record of what a driver was given and what it did, one line an entry.
class Trace {
 public:
  // Begins with a line for the seed and one for the options that differ from their defaults.
  Trace(const Options& options, std::uint64_t seed);

  // Each line begins with the milliseconds since the start.
  void record(std::int64_t time, const Event& event) { add(time, toText(event)); }
  void record(std::int64_t time, const Effect& effect) { add(time, "  -> " + toText(effect)); }
  void add(std::int64_t time, const std::string& line);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace rws::test
