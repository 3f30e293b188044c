// For LD_PRELOAD: rand() as flite.wasm has it (musl's src/prng/rand.c, from its initial state), so that a flite of another C library makes the same noise.
#include <stdint.h>

static uint64_t seed;

int rand(void) {
  seed = 6364136223846793005ULL * seed + 1;
  return (int)(seed >> 33);
}
