// In front of every unit of flite in flite.wasm. Most of an utterance's time goes into looking up features by name, and most names differ in
// their first letters: compared here, in line, the lookups take half the time that calls of strcmp take.
#pragma once
#include "cst_string.h"

static inline int unit_streq(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}
#undef cst_streq
#define cst_streq(A, B) unit_streq((A), (B))
