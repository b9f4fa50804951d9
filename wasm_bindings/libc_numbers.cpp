// Replaces functions of libc at link time (-Wl,--wrap): they would bring the arithmetic of long doubles and
// printf into the module, 10 KB after brotli. nlohmann/json reads numbers with strtod, and writes its error
// texts with snprintf, which the core never shows; embind writes the addresses of unregistered types with
// siprintf.
#include <emscripten/val.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

// The linker makes these names.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {

// The parser passes the text of one whole number; JavaScript reads it.
double __wrap_strtod(const char* text, char** end) {
  if (end != nullptr) *end = const_cast<char*>(text) + std::strlen(text);
  return emscripten::val::global("Number").call<double>("parseFloat", std::string(text));
}

// Integers are read as all numbers are: the parser passes to strtod() what is out of range here.
unsigned long long __wrap_strtoull(const char* /*text*/, char** /*end*/, int /*base*/) {
  errno = ERANGE;
  return 0;
}

long long __wrap_strtoll(const char* /*text*/, char** /*end*/, int /*base*/) {
  errno = ERANGE;
  return 0;
}

int __wrap_snprintf(char* text, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) *text = 0;
  return 0;
}

int __wrap_siprintf(char* text, const char* /*format*/, ...) {
  *text = 0;
  return 0;
}
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
