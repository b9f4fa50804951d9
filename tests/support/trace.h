// Owns the record of a run: options, seed, and every input and send with its time, the newest `capacity` of
// them. Refuses to record what follows from these: actions are had by replaying.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>

#include "action.h"
#include "delivery.h"
#include "input.h"
#include "options.h"
#include "types.h"

namespace rws {

// A call of Connection::send().
struct SendCall {
  PayloadRef payload;
  SendOptions options;
};

struct TraceEntry {
  Now now;
  std::variant<Input, SendCall> event;
};

class Trace {
 public:
  // A trace without capacity records nothing.
  Trace(Options options, std::uint64_t seed, std::size_t capacity)
      : options_(std::move(options)), seed_(seed), capacity_(capacity) {}

  void record(const Now& now, const Input& input) { append({now, input}); }
  void record(const Now& now, const SendCall& call) { append({now, call}); }

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] const std::deque<TraceEntry>& entries() const { return entries_; }
  // Entries that made room for newer ones. A replay is exact while there are none.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  void append(TraceEntry entry);

  Options options_;
  std::uint64_t seed_;
  std::size_t capacity_;
  std::deque<TraceEntry> entries_;
  std::uint64_t forgotten_ = 0;
};

// What a connection with the trace's options and seed does on its entries.
[[nodiscard]] Actions replay(const Trace& trace);

// One line an entry: `at <ms> wall <epoch ms> <what> <arguments>`; before them the seed, the options that
// differ from their defaults, and how many entries are missing. Times are monotonic milliseconds, exact to
// the microsecond; close reasons and the like are JSON strings.
[[nodiscard]] std::string toText(const Trace& trace);

}  // namespace rws
