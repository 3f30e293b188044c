/* Calls into the module: a trap becomes the status MODULE_TRAPPED. In: an instance; out: what its functions gave. Knows nothing of handles, errors or files. */
#ifndef HAFORU_MODULE_H
#define HAFORU_MODULE_H

#include "runtime.h"

#include "haforu_module.h"

/* What CMakeLists.txt says; for builds without it. */
#ifndef HAFORU_VERSION
#define HAFORU_VERSION "0.1.0"
#endif

/* STATUS gets what the function gives, or MODULE_TRAPPED. */
#define MODULE_CALL(MODULE, STATUS, FUNCTION, ...) \
  CALL_OR(&(MODULE)->w2c_memory, (STATUS) = (int32_t)w2c_haforu_##FUNCTION(__VA_ARGS__), (STATUS) = MODULE_TRAPPED)

/* For functions that give nothing: STATUS gets 0. */
#define MODULE_CALL_VOID(MODULE, STATUS, FUNCTION, ...) \
  CALL_OR(&(MODULE)->w2c_memory, (w2c_haforu_##FUNCTION(__VA_ARGS__), (STATUS) = 0), (STATUS) = MODULE_TRAPPED)

/* Makes an instance, runs its start and _initialize. false: no memory or address space for it, or a trap. */
bool module_start(w2c_haforu *module);
/* Gives everything of it back; also after a trap or a module_start that failed. */
void module_stop(w2c_haforu *module);

#endif
