/* Comes before wasm-rt.h in every file that includes it: gives the runtime's symbols names of our own, so that a program may hold other modules made by wasm2c. */
#ifndef HAFORU_RT_NAMES_H
#define HAFORU_RT_NAMES_H

#define wasm_rt_trap haforu_rt_trap
#define wasm_rt_is_initialized haforu_rt_is_initialized
#define wasm_rt_call_stack_depth haforu_rt_call_stack_depth
#define wasm_rt_allocate_memory haforu_rt_allocate_memory
#define wasm_rt_grow_memory haforu_rt_grow_memory
#define wasm_rt_free_memory haforu_rt_free_memory
#define wasm_rt_allocate_funcref_table haforu_rt_allocate_funcref_table
#define wasm_rt_free_funcref_table haforu_rt_free_funcref_table

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
