/* What wasm2c's output asks of its host: memory, tables and traps, for whichever module. In place of wasm-rt's own files, which abort the process where memory is missing. */
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/mman.h>
#endif

HAFORU_HOT_LOCAL haforu_call *haforu_current_call;
HAFORU_HOT_LOCAL uint32_t wasm_rt_call_stack_depth;
static _Thread_local const char *trap_text = "";

#define PAGE_BYTES 65536u
#ifdef HAFORU_GUARD_PAGES
/* An address is 32 bits and an offset 32 bits: no access reaches beyond 8 GiB. */
#define RESERVED_BYTES ((uint64_t)8 << 30)
#else
#define RESERVED_BYTES ((uint64_t)4 << 30)
#endif
#define SMALLEST_RESERVATION ((uint64_t)64 << 20)

/* --- traps ------------------------------------------------------------------------------------------------------------------ */

static const char *text_of(wasm_rt_trap_t code) {
  switch (code) {
    case WASM_RT_TRAP_OOB: return "memory access out of bounds";
    case WASM_RT_TRAP_INT_OVERFLOW: return "integer overflow";
    case WASM_RT_TRAP_DIV_BY_ZERO: return "divide by zero";
    case WASM_RT_TRAP_INVALID_CONVERSION: return "float unrepresentable in integer range";
    case WASM_RT_TRAP_UNREACHABLE: return "unreachable";
    case WASM_RT_TRAP_CALL_INDIRECT: return "null function or function signature mismatch";
    case WASM_RT_TRAP_EXHAUSTION: return "call stack exhausted";
    default: return "trap";
  }
}

void wasm_rt_trap(wasm_rt_trap_t code) {
  trap_text = text_of(code);
  /* Every call of a module is made within CALL_OR. */
  if (haforu_current_call == NULL) abort();
  HAFORU_LONGJMP(haforu_current_call->jump, 1);
}

const char *module_trap_text(void) { return trap_text; }

bool wasm_rt_is_initialized(void) { return true; }

/* --- memory ----------------------------------------------------------------------------------------------------------------- */

#if WASM_RT_USE_MMAP
#ifdef _WIN32
static uint8_t *reserve(uint64_t bytes) { return VirtualAlloc(NULL, (SIZE_T)bytes, MEM_RESERVE, PAGE_NOACCESS); }
static bool commit(uint8_t *at, uint64_t bytes) { return bytes == 0 || VirtualAlloc(at, (SIZE_T)bytes, MEM_COMMIT, PAGE_READWRITE) != NULL; }
static void give_back(uint8_t *at, uint64_t bytes) {
  (void)bytes;
  VirtualFree(at, 0, MEM_RELEASE);
}
#else
static uint8_t *reserve(uint64_t bytes) {
  void *at = mmap(NULL, (size_t)bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS
#ifdef MAP_NORESERVE
                      | MAP_NORESERVE
#endif
                  , -1, 0);
  return at == MAP_FAILED ? NULL : at;
}
static bool commit(uint8_t *at, uint64_t bytes) { return bytes == 0 || mprotect(at, (size_t)bytes, PROT_READ | PROT_WRITE) == 0; }
static void give_back(uint8_t *at, uint64_t bytes) { munmap(at, (size_t)bytes); }
#endif
#endif

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t initial_pages, uint64_t max_pages, bool is64, uint32_t page_size) {
  memset(memory, 0, sizeof *memory);
  const uint64_t bytes = initial_pages * PAGE_BYTES;
  uint64_t reserved = RESERVED_BYTES;
#if WASM_RT_USE_MMAP
  uint8_t *data = reserve(reserved);
#ifndef HAFORU_GUARD_PAGES
  /* Under a limit of address space a smaller reservation does: the memory then grows less far. */
  while (data == NULL && reserved / 2 >= SMALLEST_RESERVATION && reserved / 2 >= bytes) data = reserve(reserved /= 2);
#endif
  if (data != NULL && !commit(data, bytes)) {
    give_back(data, reserved);
    data = NULL;
  }
#else
  uint8_t *data = calloc(1, (size_t)bytes);
#endif
  if (data == NULL) {
    trap_text = "no memory";
    HAFORU_LONGJMP(haforu_current_call->jump, 1);
  }
  memory->data = data;
  memory->data_end = data + (WASM_RT_USE_MMAP ? reserved : bytes);
  memory->page_size = page_size;
  memory->pages = initial_pages;
  const uint64_t room = RESERVED_BYTES < ((uint64_t)4 << 30) ? RESERVED_BYTES : (reserved < ((uint64_t)4 << 30) ? reserved : ((uint64_t)4 << 30));
  memory->max_pages = max_pages < room / PAGE_BYTES ? max_pages : room / PAGE_BYTES;
  memory->size = bytes;
  memory->is64 = is64;
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t delta) {
  const uint64_t before = memory->pages;
  if (delta > memory->max_pages - before) return (uint64_t)-1;
  if (delta == 0) return before;
#if WASM_RT_USE_MMAP
  if (!commit(memory->data + memory->size, delta * PAGE_BYTES)) return (uint64_t)-1;
#else
  uint8_t *data = realloc(memory->data, (size_t)(memory->size + delta * PAGE_BYTES));
  if (data == NULL) return (uint64_t)-1;
  memset(data + memory->size, 0, (size_t)(delta * PAGE_BYTES));
  memory->data = data;
  memory->data_end = data + memory->size + delta * PAGE_BYTES;
#endif
  memory->pages += delta;
  memory->size += delta * PAGE_BYTES;
  return before;
}

void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  if (memory->data == NULL) return;
#if WASM_RT_USE_MMAP
  give_back(memory->data, (uint64_t)(memory->data_end - memory->data));
#else
  free(memory->data);
#endif
  memory->data = NULL;
}

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t elements, uint32_t max_elements) {
  table->data = elements == 0 ? NULL : calloc(elements, sizeof *table->data);
  if (table->data == NULL && elements != 0) {
    trap_text = "no memory";
    HAFORU_LONGJMP(haforu_current_call->jump, 1);
  }
  table->size = elements;
  table->max_size = max_elements;
}

void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table) {
  free(table->data);
  table->data = NULL;
}

/* --- the processor ------------------------------------------------------------------------------------------------------------ */

bool module_processor_fits(void) {
#if defined(HAFORU_X86_LEVEL) && (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#if HAFORU_X86_LEVEL >= 3
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
#elif HAFORU_X86_LEVEL == 2
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
#else
  return true;
#endif
#else
  return true;
#endif
}
