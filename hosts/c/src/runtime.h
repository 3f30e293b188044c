/* Calls into a module that wasm2c made C of, whichever it is: a trap comes back to the caller. In: an instance's memory and a call; out: what it gave, or that it trapped. Knows nothing of the module's functions. */
#ifndef HAFORU_RUNTIME_H
#define HAFORU_RUNTIME_H

#include "rt_names.h"

#include "wasm-rt.h"

#include <setjmp.h>
#include <stdbool.h>

/* What CMakeLists.txt says; for builds without it. */
#ifndef HAFORU_X86_LEVEL
#define HAFORU_X86_LEVEL 1
#endif

/* Another status than any of the module's. */
#define MODULE_TRAPPED INT32_MIN

/* Without the signal mask: saving it is a system call. A handler that jumps out leaves its signal unblocked (guard.c). */
#if defined(_WIN32)
#define HAFORU_SETJMP(buffer) setjmp(buffer)
#define HAFORU_LONGJMP(buffer, value) longjmp(buffer, value)
#else
#define HAFORU_SETJMP(buffer) _setjmp(buffer)
#define HAFORU_LONGJMP(buffer, value) _longjmp(buffer, value)
#endif

/* Thread-locals that every call touches: found without a call into the loader, also from a shared library. */
#if defined(__GNUC__) && defined(__ELF__)
#define HAFORU_HOT_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define HAFORU_HOT_LOCAL _Thread_local
#endif

typedef struct haforu_call {
  jmp_buf jump;
  const wasm_rt_memory_t *memory; /* of the instance that is called */
  struct haforu_call *outer;
} haforu_call;

/* The call that this thread is in; NULL: none. */
extern HAFORU_HOT_LOCAL haforu_call *haforu_current_call;

static inline void call_begin(haforu_call *call, const wasm_rt_memory_t *memory) {
  call->memory = memory;
  call->outer = haforu_current_call;
  haforu_current_call = call;
  wasm_rt_call_stack_depth = 0;
}

static inline void call_end(haforu_call *call) { haforu_current_call = call->outer; }

/* Runs CALL, an expression of one instance's functions, whose memory is MEMORY; where it traps TRAPPED is run in its place. */
#define CALL_OR(MEMORY, CALL, TRAPPED)        \
  do {                                        \
    haforu_call call_;                        \
    call_begin(&call_, (MEMORY));             \
    if (HAFORU_SETJMP(call_.jump) == 0)       \
      CALL;                                   \
    else                                      \
      TRAPPED;                                \
    call_end(&call_);                         \
  } while (0)

/* What ended the last call of this thread that trapped, in the words that JavaScript engines have for it. */
const char *module_trap_text(void);

/* Whether the processor has the instructions that modules were compiled for. */
bool module_processor_fits(void);

/* guard.c, only where the library was built with HAFORU_GUARD_PAGES. */
bool guard_install(void);

#endif
