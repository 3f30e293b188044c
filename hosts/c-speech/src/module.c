/* Instances of flite.wasm as wasm2c made C of it, and its imports: the C library within names functions of files, and nothing uses them. */
#include "speech.h"

struct w2c_wasi__snapshot__preview1;

u32 w2c_wasi__snapshot__preview1_fd_close(struct w2c_wasi__snapshot__preview1 *wasi, u32 file) {
  (void)wasi;
  (void)file;
  return 0;
}
u32 w2c_wasi__snapshot__preview1_fd_fdstat_get(struct w2c_wasi__snapshot__preview1 *wasi, u32 file, u32 out) {
  (void)wasi;
  (void)file;
  (void)out;
  return 0;
}
u32 w2c_wasi__snapshot__preview1_fd_read(struct w2c_wasi__snapshot__preview1 *wasi, u32 file, u32 vectors, u32 count, u32 got) {
  (void)wasi;
  (void)file;
  (void)vectors;
  (void)count;
  (void)got;
  return 0;
}
u32 w2c_wasi__snapshot__preview1_fd_seek(struct w2c_wasi__snapshot__preview1 *wasi, u32 file, u64 offset, u32 whence, u32 out) {
  (void)wasi;
  (void)file;
  (void)offset;
  (void)whence;
  (void)out;
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

bool speech_module_start(w2c_haforu__speech *module) {
  memset(module, 0, sizeof *module);
#ifdef HAFORU_GUARD_PAGES
  if (!guard_install()) return false;
#endif
  bool started = true;
  CALL_OR(&module->w2c_memory, (wasm2c_haforu__speech_instantiate(module, NULL), w2c_haforu__speech_0x5Finitialize(module)), started = false);
  return started;
}

void speech_module_stop(w2c_haforu__speech *module) {
  wasm_rt_free_funcref_table(&module->w2c_T0);
  wasm_rt_free_memory(&module->w2c_memory);
}
