/* Engines: one instance of the module each, with what the host keeps beside it. In: a config; out: an engine whose memory the other files write to. One call at a time, and none after a trap. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

#define ABI_VERSION 1

/* hf_configure's keys. */
enum { CONFIGURE_FONT_CACHE = 1, CONFIGURE_MAX_INSTANCES = 2, CONFIGURE_STRICT = 3, CONFIGURE_TIMING = 4 };

void handle_end(int kind, void *object) {
  if (kind == KIND_ENGINE)
    engine_destroy(object);
  else if (kind == KIND_FONT)
    font_destroy(object);
  else if (kind == KIND_SESSION)
    session_destroy(object);
  else
    stream_destroy(object);
}

const char *handle_kind_name(int kind) {
  static const char *const names[] = {"", "engine", "font", "session", "stream"};
  return names[kind];
}

const char *haforu_version(void) { return HAFORU_VERSION; }

/* --- callbacks ---------------------------------------------------------------------------------------------------------------- */

static _Thread_local callback *innermost;

engine_object *engine_of_callback(void) { return innermost == NULL ? NULL : innermost->engine; }

void callback_begin(callback *within, engine_object *engine) {
  *within = (callback){engine, innermost};
  innermost = within;
}

void callback_end(const callback *within) { innermost = within->outer; }

bool engine_in_callback(const engine_object *engine) {
  for (const callback *within = innermost; within != NULL; within = within->outer)
    if (within->engine == engine) return true;
  return false;
}

void engine_log(const engine_object *engine, int level, const char *format, ...) {
  if (engine->config.log == NULL) return;
  char text[512];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  callback within;
  callback_begin(&within, (engine_object *)(uintptr_t)engine);
  engine->config.log(engine->config.log_user, level, text);
  callback_end(&within);
}

/* --- calls ------------------------------------------------------------------------------------------------------------------ */

haforu_code engine_begin(engine_object *engine) {
  if (atomic_exchange_explicit(&engine->busy, 1, memory_order_acquire) != 0)
    return fail(HAFORU_INVALID_ARGUMENT, "the engine", "engine", "it is at work in another call: give each thread an engine of its own, and call none from its own callbacks");
  error_messages(engine->config.messages, engine->config.message_count);
  if (atomic_load_explicit(&engine->dead, memory_order_relaxed) != 0) {
    const haforu_code code = fail(HAFORU_ENGINE_FAULT, "the engine", NULL, "it failed in an earlier call and answers nothing more; release it and create another");
    engine_end(engine);
    return code;
  }
  return HAFORU_OK;
}

void engine_end(engine_object *engine) {
  error_messages(NULL, 0);
  atomic_store_explicit(&engine->busy, 0, memory_order_release);
}

void engine_wait(engine_object *engine) {
  for (unsigned turn = 0; atomic_exchange_explicit(&engine->busy, 1, memory_order_acquire) != 0; turn++) thread_wait_turn(turn);
}

engine_object *engine_enter(const haforu_engine *handle, haforu_code *code) {
  engine_object *engine = handle_pin(KIND_ENGINE, (uintptr_t)handle);
  if (engine == NULL) {
    *code = fail_handle("engine");
    return NULL;
  }
  *code = engine_begin(engine);
  if (*code == HAFORU_OK) return engine;
  handle_unpin((uintptr_t)handle);
  return NULL;
}

void engine_leave(engine_object *engine) {
  engine_end(engine);
  handle_unpin(engine->self);
}

haforu_code engine_failed(engine_object *engine, int32_t status, const char *subject, const char *field) {
  if (status == MODULE_TRAPPED) {
    atomic_store_explicit(&engine->dead, 1, memory_order_relaxed);
    engine_log(engine, HAFORU_LOG_ERROR, "the engine failed: %s", module_trap_text());
    return fail(HAFORU_ENGINE_FAULT, "the engine", NULL, "%s; it answers nothing more: release it and create another", module_trap_text());
  }
  const haforu_code code = -status;
  int32_t at = 0;
  MODULE_CALL(&engine->module, at, hf_last_error, &engine->module);
  const uint8_t *text;
  size_t bytes;
  /* Its own message, where it has one beside the code's name. */
  if (at != MODULE_TRAPPED && engine_word(engine, (uint32_t)at) == (uint32_t)code && engine_span(engine, (uint32_t)at + 4, &text, &bytes) && bytes > 0 && bytes < 512 &&
      code_of_name((const char *)text, bytes) == HAFORU_OK)
    return fail(code, subject, field, "%.*s", (int)bytes, (const char *)text);
  return fail(code, subject, field, NULL);
}

haforu_code engine_configure(engine_object *engine, uint32_t key, double value) {
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_configure, &engine->module, key, value);
  return status < 0 ? engine_failed(engine, status, "the engine", NULL) : HAFORU_OK;
}

/* --- memory within ------------------------------------------------------------------------------------------------------------ */

uint32_t engine_allocate(engine_object *engine, size_t bytes) {
  if (bytes > UINT32_MAX - 65536) return 0;
  int32_t at;
  MODULE_CALL(&engine->module, at, hf_alloc, &engine->module, (uint32_t)(bytes == 0 ? 1 : bytes));
  if (at == MODULE_TRAPPED) {
    atomic_store_explicit(&engine->dead, 1, memory_order_relaxed);
    return 0;
  }
  return (uint32_t)at;
}

void engine_give_back(engine_object *engine, uint32_t pointer) {
  int32_t status;
  if (pointer == 0 || atomic_load_explicit(&engine->dead, memory_order_relaxed) != 0) return;
  MODULE_CALL_VOID(&engine->module, status, hf_free, &engine->module, pointer);
  if (status == MODULE_TRAPPED) atomic_store_explicit(&engine->dead, 1, memory_order_relaxed);
}

haforu_code slot_reserve(engine_object *engine, module_slot *slot, size_t bytes) {
  if (bytes <= slot->capacity && slot->at != 0) return HAFORU_OK;
  engine_give_back(engine, slot->at);
  memset(slot, 0, sizeof *slot);
  const size_t capacity = bytes < 64 ? 64 : bytes + bytes / 4;
  slot->at = engine_allocate(engine, capacity);
  if (slot->at == 0) return fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, "it has no room for %zu bytes", bytes);
  slot->capacity = (uint32_t)capacity;
  return HAFORU_OK;
}

haforu_code slot_put(engine_object *engine, module_slot *slot, const void *data, size_t bytes) {
  const haforu_code status = slot_reserve(engine, slot, bytes);
  if (status != HAFORU_OK) return status;
  if (bytes > 0) memcpy(engine_at(engine, slot->at), data, bytes);
  slot->bytes = (uint32_t)bytes;
  return HAFORU_OK;
}

bool engine_span(engine_object *engine, uint32_t at, const uint8_t **data, size_t *bytes) {
  const uint64_t size = engine->module.w2c_memory.size;
  if ((uint64_t)at + 8 > size) return false;
  const uint32_t pointer = engine_word(engine, at), length = engine_word(engine, at + 4);
  if ((uint64_t)pointer + length > size) return false;
  *data = engine_at(engine, pointer);
  *bytes = length;
  return true;
}

haforu_code engine_take_line(engine_object *engine) {
  int32_t at;
  const uint8_t *data;
  size_t bytes;
  MODULE_CALL(&engine->module, at, hf_result, &engine->module);
  if (at == MODULE_TRAPPED) return engine_failed(engine, at, "the engine", NULL);
  engine->line.bytes = 0;
  if (!engine_span(engine, (uint32_t)at, &data, &bytes)) return fail(HAFORU_INTERNAL, "the engine", NULL, "its result lies outside of its memory");
  if (!buffer_append(&engine->heap, &engine->line, (const char *)data, bytes)) return fail(HAFORU_OUT_OF_MEMORY, "the result line", NULL, "no room for its %zu bytes", bytes);
  return HAFORU_OK;
}

/* --- making and giving back ------------------------------------------------------------------------------------------------------ */

static haforu_code start(engine_object *engine) {
  if (!module_processor_fits()) return fail(HAFORU_UNSUPPORTED, "this processor", NULL, "it lacks instructions that the library was built for (x86-64-v%d); build with a lower HAFORU_X86_LEVEL", HAFORU_X86_LEVEL);
  if (!module_start(&engine->module)) return fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, "its memory cannot be had (%s): it reserves 4 GiB of address space, 8 with guard pages", module_trap_text());
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_abi_version, &engine->module);
  if (status != ABI_VERSION) return fail(HAFORU_INTERNAL, "the engine", NULL, "its ABI is %d, expected %d", (int)status, ABI_VERSION);
  MODULE_CALL(&engine->module, status, hf_cancel_word, &engine->module);
  if (status == MODULE_TRAPPED) return engine_failed(engine, status, "the engine", NULL);
  atomic_store(&engine->cancel_word, (uint32_t *)(void *)engine_at(engine, (uint32_t)status));
  engine->scratch = engine_allocate(engine, SCRATCH_BYTES);
  if (engine->scratch == 0) return fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, NULL);
  memset(engine_at(engine, engine->scratch), 0, SCRATCH_BYTES);
  haforu_code code = engine_configure(engine, CONFIGURE_FONT_CACHE, (double)engine->config.font_cache);
  if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_MAX_INSTANCES, engine->config.max_fonts);
  if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_STRICT, engine->config.strict != 0);
  if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_TIMING, engine->config.timing != 0);
  return code;
}

engine_object *engine_new(const haforu_config *given, haforu_code *code) {
  haforu_config config;
  *code = config_copy(given, &config);
  if (*code != HAFORU_OK) return NULL;
  const host_heap outside = {config.allocator, NULL};
  engine_object *engine = host_allocate(&outside, sizeof *engine);
  if (engine == NULL) {
    *code = fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, NULL);
    return NULL;
  }
  memset(engine, 0, sizeof *engine);
  engine->config = config;
  engine->heap = (host_heap){config.allocator, &engine->counts};
  engine->looked_at_ms = clock_ms();
  engine->next_session = 1;
  /* A relative one starts where the process is now, and goes on to. */
  const int error = file_base_open(&engine->heap, config.base_dir, &engine->base);
  if (error != 0) {
    *code = error == ENOMEM ? fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, NULL) : fail_argument("base_dir", "expected a folder that is there, got \"%.200s\": %s", config.base_dir, strerror(error));
    host_release(&outside, engine);
    return NULL;
  }
  engine->config.base_dir = engine->base.path;
  *code = start(engine);
  if (*code == HAFORU_OK) {
    engine_log(engine, HAFORU_LOG_DEBUG, "an engine was made");
    return engine;
  }
  engine_free(engine);
  return NULL;
}

void engine_free(engine_object *engine) {
  const host_heap *heap = &engine->heap;
  const host_heap outside = {engine->config.allocator, NULL};
  module_stop(&engine->module);
  for (engine_font *font = engine->fonts; font != NULL;) {
    engine_font *next = font->next;
    host_release(heap, font);
    font = next;
  }
  for (engine_instance *instance = engine->instances; instance != NULL;) {
    engine_instance *next = instance->next;
    host_release(heap, instance);
    instance = next;
  }
  for (engine_canvas *canvas = engine->canvases; canvas != NULL;) {
    engine_canvas *next = canvas->next;
    host_release(heap, canvas);
    canvas = next;
  }
  for (known_file *file = engine->files; file != NULL;) {
    known_file *next = file->next;
    host_release(heap, file);
    file = next;
  }
  for (named_font *named = engine->names; named != NULL;) {
    named_font *next = named->next;
    handle_unpin(named->font);
    host_release(heap, named);
    named = next;
  }
  buffer_free(heap, &engine->line);
  buffer_free(heap, &engine->records);
  file_base_close(heap, &engine->base);
  host_release(&outside, engine);
}

void engine_destroy(void *object) { engine_free(object); }

haforu_code haforu_engine_create(const haforu_config *config, haforu_engine **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_engine *, got NULL");
  *out = NULL;
  haforu_code code;
  engine_object *engine = engine_new(config, &code);
  if (engine == NULL) return code;
  engine->self = handle_open(KIND_ENGINE, engine);
  if (engine->self == 0) {
    engine_free(engine);
    return fail(HAFORU_OUT_OF_MEMORY, "engines", NULL, "too many handles are open");
  }
  *out = (haforu_engine *)engine->self;
  return HAFORU_OK;
}

haforu_code haforu_engine_retain(haforu_engine *engine) { return handle_retain(KIND_ENGINE, engine); }
haforu_code haforu_engine_release(haforu_engine *engine) { return handle_release(KIND_ENGINE, engine); }

/* --- small calls ------------------------------------------------------------------------------------------------------------------ */

haforu_code haforu_engine_ping(haforu_engine *handle) {
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_abi_version, &engine->module);
  if (status != ABI_VERSION) code = engine_failed(engine, status == MODULE_TRAPPED ? status : -HAFORU_INTERNAL, "the engine", NULL);
  engine_leave(engine);
  return code;
}

haforu_code haforu_engine_set(haforu_engine *handle, const char *key, const char *value) {
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  if (key != NULL && strcmp(key, "base_dir") == 0)
    code = fail_argument("key", "base_dir is for haforu_engine_create: fonts read so far would not be held to another");
  else {
    haforu_config config = engine->config;
    code = haforu_config_set(&config, key, value);
    if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_FONT_CACHE, (double)config.font_cache);
    if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_MAX_INSTANCES, config.max_fonts);
    if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_STRICT, config.strict != 0);
    if (code == HAFORU_OK) code = engine_configure(engine, CONFIGURE_TIMING, config.timing != 0);
    if (code == HAFORU_OK) engine->config = config;
  }
  engine_leave(engine);
  return code;
}

static haforu_code set_cancelled(haforu_engine *handle, int value) {
  engine_object *engine = handle_pin(KIND_ENGINE, (uintptr_t)handle);
  if (engine == NULL) return fail_handle("engine");
  atomic_store(&engine->cancelled, value);
  /* The engine reads this word of its memory while it works. */
  _Atomic uint32_t *word = (_Atomic uint32_t *)(void *)atomic_load(&engine->cancel_word);
  if (word != NULL) atomic_store_explicit(word, (uint32_t)value, memory_order_relaxed);
  handle_unpin((uintptr_t)handle);
  return HAFORU_OK;
}

haforu_code haforu_engine_cancel(haforu_engine *engine) { return set_cancelled(engine, 1); }
haforu_code haforu_engine_resume(haforu_engine *engine) { return set_cancelled(engine, 0); }

haforu_code haforu_engine_set_messages(haforu_engine *handle, const char *const *messages, size_t count) {
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  engine->config.messages = messages;
  engine->config.message_count = messages == NULL ? 0 : count;
  engine_leave(engine);
  return HAFORU_OK;
}

haforu_code haforu_harfbuzz_version(haforu_engine *handle, const char **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a const char *, got NULL");
  *out = NULL;
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  int32_t at;
  MODULE_CALL(&engine->module, at, hf_harfbuzz_version, &engine->module);
  if (at == MODULE_TRAPPED)
    code = engine_failed(engine, at, "the engine", NULL);
  else
    /* Static data of the module: its memory stays where it is while the engine lives. */
    *out = (const char *)engine_at(engine, (uint32_t)at);
  engine_leave(engine);
  return code;
}

/* Writes as much of a struct as the caller's has. */
haforu_code give_struct(void *out, size_t size, const char *field, const void *full, size_t bytes) {
  if (size < sizeof(size_t)) return fail_argument(field, "expected its size to be set to sizeof the struct, got %zu", size);
  memcpy((char *)out + sizeof(size_t), (const char *)full + sizeof(size_t), (size < bytes ? size : bytes) - sizeof(size_t));
  return HAFORU_OK;
}

haforu_code haforu_engine_memory(haforu_engine *handle, haforu_memory *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_memory, got NULL");
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  int32_t status;
  MODULE_CALL_VOID(&engine->module, status, hf_memory, &engine->module, engine->scratch + SCRATCH_STATS);
  if (status == MODULE_TRAPPED)
    code = engine_failed(engine, status, "the engine", NULL);
  else {
    haforu_memory full;
    double numbers[16];
    memcpy(numbers, engine_at(engine, engine->scratch + SCRATCH_STATS), sizeof numbers);
    full.size = sizeof full;
    full.linear_bytes = numbers[0];
    full.font_bytes = numbers[1] + (double)engine->font_bytes;
    full.fonts = numbers[2] + engine->font_count;
    full.instances = numbers[3] + engine->instance_count;
    full.canvas_bytes = numbers[4] + (double)engine->canvas_bytes;
    full.font_hits = numbers[5] + (double)engine->font_hits;
    full.font_misses = numbers[6] + (double)engine->font_misses;
    full.instance_hits = numbers[7] + (double)engine->instance_hits;
    full.instance_misses = numbers[8] + (double)engine->instance_misses;
    full.evictions = numbers[9] + (double)engine->evictions;
    full.shape_ms = numbers[10];
    full.render_ms = numbers[11];
    full.encode_ms = numbers[12];
    full.jobs = numbers[13];
    full.buffer_bytes = numbers[14];
    full.handles = numbers[15];
    full.host_bytes = atomic_load(&engine->counts.bytes);
    full.host_blocks = atomic_load(&engine->counts.blocks);
    code = give_struct(out, out->size, "out", &full, sizeof full);
  }
  engine_leave(engine);
  return code;
}

haforu_code haforu_leak_check(haforu_leaks *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_leaks, got NULL");
  haforu_leaks full = {sizeof full, handle_count(KIND_ENGINE), handle_count(KIND_FONT), handle_count(KIND_SESSION), handle_count(KIND_STREAM), 0, 0};
  host_totals(&full.host_bytes, &full.host_blocks);
  return give_struct(out, out->size, "out", &full, sizeof full);
}

/* --- texts and tags ------------------------------------------------------------------------------------------------------------------ */

haforu_code text_length(const char *text, size_t *bytes) {
  if (text == NULL && *bytes != 0) return fail_argument("text", "expected UTF-8, got NULL");
  if (*bytes == HAFORU_NUL_TERMINATED) *bytes = strlen(text);
  return HAFORU_OK;
}

bool pack_tag(const char *text, size_t least, uint32_t *out) {
  const size_t bytes = text == NULL ? 0 : strlen(text);
  if (bytes < least || bytes > 4) return false;
  uint32_t tag = 0;
  for (size_t i = 0; i < 4; i++) {
    const unsigned char c = i < bytes ? (unsigned char)text[i] : ' ';
    if (c < 0x20 || c > 0x7e) return false;
    tag = tag << 8 | c;
  }
  *out = tag;
  return true;
}

void unpack_tag(uint32_t tag, char out[5]) {
  for (int i = 0; i < 4; i++) out[i] = (char)(tag >> (24 - 8 * i) & 0xff);
  out[4] = '\0';
}

bool read_direction(const char *text, uint32_t *out) {
  static const char *const names[] = {"ltr", "rtl", "ttb", "btt"};
  *out = 0;
  if (text == NULL) return true;
  for (uint32_t i = 0; i < 4; i++)
    if (strcmp(text, names[i]) == 0) {
      *out = 4 + i;
      return true;
    }
  return false;
}
