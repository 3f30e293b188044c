/* Calls into the module: a trap becomes the status MODULE_TRAPPED. In: an instance; out: what its functions gave. Knows nothing of handles, errors or files. */
#ifndef HAFORU_MODULE_H
#define HAFORU_MODULE_H

#include "rt_names.h"

#include "haforu_module.h"

#include <setjmp.h>
#include <stdbool.h>

/* What CMakeLists.txt says; for builds without it. */
#ifndef HAFORU_VERSION
#define HAFORU_VERSION "0.1.0"
#endif
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
  w2c_haforu *module;
  struct haforu_call *outer;
} haforu_call;

/* The call that this thread is in; NULL: none. */
extern HAFORU_HOT_LOCAL haforu_call *haforu_current_call;

static inline void call_begin(haforu_call *call, w2c_haforu *module) {
  call->module = module;
  call->outer = haforu_current_call;
  haforu_current_call = call;
  wasm_rt_call_stack_depth = 0;
}

static inline void call_end(haforu_call *call) { haforu_current_call = call->outer; }

/* STATUS gets what the function gives, or MODULE_TRAPPED. */
#define MODULE_CALL(MODULE, STATUS, FUNCTION, ...)                       \
  do {                                                                   \
    haforu_call call_;                                                   \
    call_begin(&call_, (MODULE));                                        \
    if (HAFORU_SETJMP(call_.jump) == 0)                                  \
      (STATUS) = (int32_t)w2c_haforu_##FUNCTION(__VA_ARGS__);            \
    else                                                                 \
      (STATUS) = MODULE_TRAPPED;                                         \
    call_end(&call_);                                                    \
  } while (0)

/* For functions that give nothing. */
#define MODULE_CALL_VOID(MODULE, STATUS, FUNCTION, ...)                  \
  do {                                                                   \
    haforu_call call_;                                                   \
    call_begin(&call_, (MODULE));                                        \
    (STATUS) = 0;                                                        \
    if (HAFORU_SETJMP(call_.jump) == 0)                                  \
      w2c_haforu_##FUNCTION(__VA_ARGS__);                                \
    else                                                                 \
      (STATUS) = MODULE_TRAPPED;                                         \
    call_end(&call_);                                                    \
  } while (0)

/* Makes an instance, runs its start and _initialize. false: no memory or address space for it, or a trap. */
bool module_start(w2c_haforu *module);
/* Gives everything of it back; also after a trap or a module_start that failed. */
void module_stop(w2c_haforu *module);
/* What ended the last call of this thread that trapped, in the words that JavaScript engines have for it. */
const char *module_trap_text(void);
/* Whether the processor has the instructions that the module was compiled for. */
bool module_processor_fits(void);

/* guard.c, only where the library was built with HAFORU_GUARD_PAGES. */
bool guard_install(void);

#endif
