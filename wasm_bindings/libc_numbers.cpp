#include <emscripten/val.h>
#include <cstddef>
#include <cstring>
#include <string>

extern "C" {
double __wrap_strtod(const char* text, char** end) {
  if (end != nullptr) *end = const_cast<char*>(text) + std::strlen(text);
  return emscripten::val::global("Number").call<double>("parseFloat", std::string(text));
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
