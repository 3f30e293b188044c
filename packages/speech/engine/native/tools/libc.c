// What native flite takes from its C library and the peer must have as the module has it. flite's noise is rand()'s: here musl's generator
// (src/prng/rand.c), from its initial state. flite's messages about its own state go nowhere; an error of it ends the program (DIE_ON_ERROR).
#include <stdint.h>

static uint64_t state;

int rand(void) {
  state = 6364136223846793005ull * state + 1;
  return (int)(state >> 33);
}

int cst_errmsg(const char *format, ...) { return format == 0; }
