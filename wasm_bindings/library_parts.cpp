// Replaces parts of Emscripten's libraries that are linked although the module needs nothing, or less, of
// them. Most are parts of nlohmann/json's error texts, which the core never shows. A definition here takes
// precedence over a library's; where a library defines other needed symbols in the same file, or where the
// compiler knows the function, it is replaced with the linker's --wrap (CMakeLists.txt). The sizes are bytes
// after compression.
#include <emscripten/val.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

// The linker and the libraries make these names.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {

// --- libc: numbers. Its own code calculates with long doubles, and has printf: 10 KB.

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

// For error texts of nlohmann/json.
int __wrap_snprintf(char* text, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) *text = 0;
  return 0;
}

// embind writes the addresses of unregistered types with it.
int __wrap_siprintf(char* text, const char* /*format*/, ...) {
  *text = 0;
  return 0;
}

// --- libc: interval timers, which Emscripten 6 links with all kinds of signals. 0.2 KB.
void _emscripten_timeout(int /*timer*/, double /*now*/) {}

// --- embind: it registers some thirty types of which no value crosses; only void, bool, double, std::string,
// val, the snapshot and the module's class do. Their names and what JavaScript has for them: 0.5 KB.
void _embind_register_integer(const void* /*type*/, const char* /*name*/, std::size_t /*size*/,
                              long /*least*/, unsigned long /*greatest*/) {}
void _embind_register_bigint(const void* /*type*/, const char* /*name*/, std::size_t /*size*/,
                             long long /*least*/, unsigned long long /*greatest*/) {}
void _embind_register_std_wstring(const void* /*type*/, std::size_t /*size*/, const char* /*name*/) {}
void _embind_register_memory_view(const void* /*type*/, unsigned /*view*/, const char* /*name*/) {}

// --- libc++abi: tables of virtual functions of the type information of classes (Itanium C++ ABI, 2.9.5).
// std::exception of nlohmann/json's errors refers to them, and they to the search through base classes of
// dynamic_cast and catch, which this module has not: 0.5 KB.
extern const void* const classTypeInfo[] asm("_ZTVN10__cxxabiv117__class_type_infoE");
const void* const classTypeInfo[3] = {};
extern const void* const derivedTypeInfo[] asm("_ZTVN10__cxxabiv120__si_class_type_infoE");
const void* const derivedTypeInfo[3] = {};
}

// --- libc++: std::to_string() of the positions in nlohmann/json's error texts, with its tables of digits:
// 0.4 KB.
std::string unsignedToString(unsigned long /*number*/) asm("__wrap__ZNSt3__29to_stringEm");
std::string unsignedToString(unsigned long /*number*/) { return {}; }
std::string intToString(int /*number*/) asm("__wrap__ZNSt3__29to_stringEi");
std::string intToString(int /*number*/) { return {}; }
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
