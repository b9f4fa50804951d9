// Owns the absence of printf: embind names a type that it does not know with sprintf, which would bring 4 KB
// of code into the module for a text nobody reads. Every type of the surface is known; tests call all of it.
extern "C" {

int sprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}

// What optimised builds of libraries call instead.
int siprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}
}
