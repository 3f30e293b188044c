/* The engine's module as this host runs it: what it imports, and its instances. In: a place for an instance; out: one that MODULE_CALL can call. */
#include "module.h"

#include <string.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <time.h>
#endif

struct w2c_host;
struct w2c_wasi__snapshot__preview1;

/* --- imports ---------------------------------------------------------------------------------------------------------------- */

double w2c_host_now(struct w2c_host *host) {
  (void)host;
#ifdef _WIN32
  LARGE_INTEGER now, frequency;
  QueryPerformanceCounter(&now);
  QueryPerformanceFrequency(&frequency);
  return (double)now.QuadPart * 1e3 / (double)frequency.QuadPart;
#else
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
#endif
}

/* Whether to leave hf_jobs before a job: never, as this host runs them one by one. */
u32 w2c_host_begin(struct w2c_host *host, u32 index) {
  (void)host;
  (void)index;
  return 0;
}

/* The C library within names these; nothing in the engine reads or writes a file. */
u32 w2c_wasi__snapshot__preview1_fd_close(struct w2c_wasi__snapshot__preview1 *wasi, u32 file) {
  (void)wasi;
  (void)file;
  return 0;
}
u32 w2c_wasi__snapshot__preview1_fd_write(struct w2c_wasi__snapshot__preview1 *wasi, u32 file, u32 vectors, u32 count, u32 written) {
  (void)wasi;
  (void)file;
  (void)vectors;
  (void)count;
  (void)written;
  return 0;
}

/* --- instances -------------------------------------------------------------------------------------------------------------- */

bool module_start(w2c_haforu *module) {
  memset(module, 0, sizeof *module);
#ifdef HAFORU_GUARD_PAGES
  if (!guard_install()) return false;
#endif
  haforu_call call;
  bool started = true;
  call_begin(&call, &module->w2c_memory);
  if (HAFORU_SETJMP(call.jump) == 0) {
    wasm2c_haforu_instantiate(module, NULL, NULL);
    w2c_haforu_0x5Finitialize(module);
  } else
    started = false;
  call_end(&call);
  return started;
}

void module_stop(w2c_haforu *module) {
  wasm_rt_free_funcref_table(&module->w2c_T0);
  wasm_rt_free_funcref_table(&module->w2c_T1);
  wasm_rt_free_memory(&module->w2c_memory);
}
