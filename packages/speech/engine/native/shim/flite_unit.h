// In front of every unit of flite.wasm. Most of an utterance's time goes into looking up features by name, and most names differ in
// their first letters: compared here, in line, the lookups take half the time that calls of strcmp take.
#pragma once
#include "cst_string.h"

static inline int unit_streq(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}
#undef cst_streq
#define cst_streq(A, B) unit_streq((A), (B))

// Whether the call that runs is to end (build.py puts the looks into flite's loops). It stays so until the call ends, whatever the host then does to the
// word: what a stopped loop has left out must be left alone by those behind it.
#include <stdint.h>
extern volatile int32_t cancel_word;
extern int cancel_seen;
#define HAFORU_CANCELLED (cancel_seen || (cancel_seen = cancel_word != 0))
