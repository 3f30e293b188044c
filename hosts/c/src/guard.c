/* Faults at the guard pages of engines' memories, made traps. Only in libraries built with HAFORU_GUARD_PAGES: the first engine installs the handler, for good. It claims a fault of a thread that is in a
 * call of an engine, at an address of that engine's memory; every other one goes to the handler that was there before. */
#include "runtime.h"

#ifdef HAFORU_GUARD_PAGES
#ifdef _WIN32
#error "HAFORU_GUARD_PAGES: not for Windows; build with bounds checks"
#endif

#include <pthread.h>
#include <signal.h>
#include <string.h>

static struct sigaction before_segv, before_bus;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool installed;

static void pass_on(const struct sigaction *before, int number, siginfo_t *info, void *context) {
  if ((before->sa_flags & SA_SIGINFO) != 0 && before->sa_sigaction != NULL) {
    before->sa_sigaction(number, info, context);
    return;
  }
  if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
    before->sa_handler(number);
    return;
  }
  /* What would have happened without us: the instruction is run again and its fault ends the process. One that was sent by kill() is sent again. */
  struct sigaction usual;
  memset(&usual, 0, sizeof usual);
  usual.sa_handler = SIG_DFL;
  sigaction(number, &usual, NULL);
  if (info->si_code <= 0) raise(number);
}

static void on_fault(int number, siginfo_t *info, void *context) {
  haforu_call *call = haforu_current_call;
  if (call != NULL && info->si_code > 0) {
    const wasm_rt_memory_t *memory = call->memory;
    const uint8_t *at = info->si_addr;
    if (at >= memory->data && at < memory->data_end) wasm_rt_trap(WASM_RT_TRAP_OOB);
  }
  pass_on(number == SIGBUS ? &before_bus : &before_segv, number, info, context);
}

static void install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  /* SA_NODEFER: the handler is left by a jump, after which the signal must not stay blocked. SA_ONSTACK: a handler before ours may need its alternate stack. */
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  installed = sigaction(SIGSEGV, &action, &before_segv) == 0 && sigaction(SIGBUS, &action, &before_bus) == 0;
}

bool guard_install(void) {
  pthread_once(&once, install);
  return installed;
}

#else
/* A file of C needs a declaration. */
typedef int haforu_no_guard_pages;
#endif
