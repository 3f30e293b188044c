// What this module's memory holds, for the statistics.
#include <stdint.h>

/// Writes {linear memory bytes} as one f64 to out.
void hfn_heap(double *out) { out[0] = (double)__builtin_wasm_memory_size(0) * 65536.0; }
