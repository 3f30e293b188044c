/* Comes before wasm-rt.h in every file that includes it: names of our own, and the runtime's settings. */
#ifndef HAFORU_RT_NAMES_H
#define HAFORU_RT_NAMES_H

#include "names.h"

/* The module recurses for nested JSON (32 deep), composite glyphs and lookups (64 deep each, a few calls a level): under 300 calls. Frames take some 200 bytes. */
#define WASM_RT_MAX_CALL_STACK_DEPTH 1000

/* Faults of guard pages are ours to handle (guard.c); wasm-rt's own handler would take over the whole process'. */
#define WASM_RT_SKIP_SIGNAL_RECOVERY 1

#ifdef HAFORU_GUARD_PAGES
#define WASM_RT_MEMCHECK_GUARD_PAGES 1
#else
#define WASM_RT_MEMCHECK_BOUNDS_CHECK 1
#endif

#endif
