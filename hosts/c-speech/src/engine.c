/* Engines of a pipeline and the requests that they answer. In: a request of packages/speech/engine/ABI.md; out: its chunks, one by one, and its result line. An engine that trapped is thrown away. */
#include <stdarg.h>
#include <stdio.h>

#include "speech.h"

#define ABI_VERSION 1

void speech_log(const pipeline_object *pipeline, int level, const char *format, ...) {
  if (pipeline->config.log == NULL) return;
  char text[512];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  pipeline->config.log(pipeline->config.log_user, level, text);
}

/* --- one engine ------------------------------------------------------------------------------------------------------------------- */

uint32_t speech_allocate(speech_engine *engine, size_t bytes) {
  if (bytes > UINT32_MAX - 65536) return 0;
  int32_t at;
  SPEECH_CALL(engine, at, hs_alloc, &engine->module, (uint32_t)(bytes == 0 ? 1 : bytes));
  if (at == MODULE_TRAPPED) {
    engine->dead = true;
    return 0;
  }
  return (uint32_t)at;
}

void speech_give_back(speech_engine *engine, uint32_t pointer) {
  int32_t status;
  if (pointer == 0 || engine->dead) return;
  SPEECH_CALL_VOID(engine, status, hs_free, &engine->module, pointer);
  if (status == MODULE_TRAPPED) engine->dead = true;
}

static haforu_speech_code start(speech_engine *engine) {
  if (!module_processor_fits())
    return fail(HAFORU_UNSUPPORTED, "this processor", NULL, "it lacks instructions that the library was built for (x86-64-v%d); build with a lower HAFORU_X86_LEVEL", HAFORU_X86_LEVEL);
  if (!speech_module_start(&engine->module)) return fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, "its memory cannot be had (%s): it reserves 4 GiB of address space, 8 with guard pages", module_trap_text());
  int32_t status;
  SPEECH_CALL(engine, status, hs_abi_version, &engine->module);
  if (status != ABI_VERSION) return fail(HAFORU_INTERNAL, "the engine", NULL, "its ABI is %d, expected %d", (int)status, ABI_VERSION);
  SPEECH_CALL(engine, status, hs_cancel_word, &engine->module);
  if (status == MODULE_TRAPPED || !speech_holds(engine, (uint32_t)status, 4)) return fail(HAFORU_INTERNAL, "the engine", NULL, "it has no cancel word");
  atomic_store(&engine->cancel_word, (uint32_t *)(void *)speech_at(engine, (uint32_t)status));
  atomic_store(&engine->bytes, engine->module.w2c_memory.size);
  return HAFORU_OK;
}

static void engine_end_of(pipeline_object *pipeline, speech_engine *engine) {
  speech_module_stop(&engine->module);
  host_release(&pipeline->heap, engine);
}

void engines_free(pipeline_object *pipeline) {
  while (pipeline->free != NULL) {
    speech_engine *engine = pipeline->free;
    pipeline->free = engine->next;
    engine_end_of(pipeline, engine);
  }
}

/* --- the pool --------------------------------------------------------------------------------------------------------------------- */

void call_cancel(speech_call *call) {
  atomic_store_explicit(&call->cancelled, 1, memory_order_relaxed);
  if (call->engine != NULL) __atomic_store_n(atomic_load(&call->engine->cancel_word), 1u, __ATOMIC_RELAXED);
}

static void unlist(pipeline_object *pipeline, speech_call *call) {
  if (!call->listed) return;
  if (call->previous != NULL)
    call->previous->next = call->next;
  else
    pipeline->calls = call->next;
  if (call->next != NULL) call->next->previous = call->previous;
  call->listed = false;
}

speech_engine *engine_take(pipeline_object *pipeline, speech_call *call, haforu_speech_code *code) {
  lock_take(pipeline->lock);
  call->engine = NULL;
  call->previous = NULL;
  call->next = pipeline->calls;
  if (call->next != NULL) call->next->previous = call;
  pipeline->calls = call;
  call->listed = true;
  if (pipeline->closing) atomic_store(&call->cancelled, 1);
  while (pipeline->free == NULL && pipeline->engine_count >= pipeline->threads && atomic_load(&call->cancelled) == 0) lock_wait(pipeline->lock);
  if (atomic_load(&call->cancelled) != 0) {
    unlist(pipeline, call);
    lock_wake_all(pipeline->lock);
    lock_give(pipeline->lock);
    *code = fail(HAFORU_CANCELLED, "the call", NULL, "it was cancelled");
    return NULL;
  }
  speech_engine *engine = pipeline->free;
  if (engine != NULL)
    pipeline->free = engine->next;
  else
    pipeline->engine_count++;
  const uint64_t voices = pipeline->voice_changes;
  lock_give(pipeline->lock);

  *code = HAFORU_OK;
  /* One that holds voices which were replaced since makes room for another: it starts in 2 ms. */
  if (engine != NULL && engine->voices != voices) {
    engine_end_of(pipeline, engine);
    engine = NULL;
  }
  if (engine == NULL) {
    engine = host_allocate(&pipeline->heap, sizeof *engine);
    if (engine == NULL)
      *code = fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, NULL);
    else {
      memset(engine, 0, sizeof *engine);
      engine->voices = voices;
      *code = start(engine);
      if (*code != HAFORU_OK) {
        engine_end_of(pipeline, engine);
        engine = NULL;
      } else
        speech_log(pipeline, HAFORU_SPEECH_LOG_DEBUG, "an engine was made");
    }
  }
  lock_take(pipeline->lock);
  if (engine == NULL) {
    pipeline->engine_count--;
    unlist(pipeline, call);
    lock_wake_all(pipeline->lock);
  } else {
    call->engine = engine;
    /* A cancel of an earlier call must not end this one; one of this call, made while the engine was, must. */
    __atomic_store_n(atomic_load(&engine->cancel_word), atomic_load(&call->cancelled) != 0 ? 1u : 0u, __ATOMIC_RELAXED);
  }
  lock_give(pipeline->lock);
  return engine;
}

void engine_put_back(pipeline_object *pipeline, speech_call *call) {
  speech_engine *engine = call->engine;
  atomic_store_explicit(&engine->bytes, engine->module.w2c_memory.size, memory_order_relaxed);
  lock_take(pipeline->lock);
  call->engine = NULL;
  unlist(pipeline, call);
  if (engine->dead) {
    pipeline->engine_count--;
    lock_give(pipeline->lock);
    engine_end_of(pipeline, engine);
    lock_take(pipeline->lock);
  } else {
    engine->next = pipeline->free;
    pipeline->free = engine;
  }
  lock_wake_all(pipeline->lock);
  lock_give(pipeline->lock);
}

/* --- requests --------------------------------------------------------------------------------------------------------------------- */

/* Copies {pointer, bytes} at a place into a buffer. */
static bool take_span(pipeline_object *pipeline, speech_engine *engine, uint32_t at, host_buffer *to) {
  if (!speech_holds(engine, at, 8)) return false;
  const uint32_t pointer = speech_word(engine, at), bytes = speech_word(engine, at + 4);
  if (!speech_holds(engine, pointer, bytes)) return false;
  to->bytes = 0;
  return buffer_append(&pipeline->heap, to, (const char *)speech_at(engine, pointer), bytes);
}

uint32_t speech_voice_rate(speech_engine *engine, const char *name) {
  const size_t bytes = strlen(name);
  const uint32_t at = speech_allocate(engine, bytes);
  if (at == 0) return 0;
  memcpy(speech_at(engine, at), name, bytes);
  int32_t status, result = MODULE_TRAPPED;
  SPEECH_CALL(engine, status, hs_voice_info, &engine->module, at, (uint32_t)bytes);
  if (status == 0) SPEECH_CALL(engine, result, hs_result, &engine->module);
  if (status == MODULE_TRAPPED || (status == 0 && result == MODULE_TRAPPED)) {
    engine->dead = true;
    return 0;
  }
  speech_give_back(engine, at);
  if (status != 0 || !speech_holds(engine, (uint32_t)result, 8)) return 0;
  const uint32_t text = speech_word(engine, (uint32_t)result), length = speech_word(engine, (uint32_t)result + 4);
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  json_document document;
  double rate = 0;
  if (!speech_holds(engine, text, length) || !json_parse(&heap, (const char *)speech_at(engine, text), length, &document)) return 0;
  const int value = json_find(&document, 0, "sample_rate");
  if (value < 0 || !json_number(&document, value, &rate)) rate = 0;
  json_free(&heap, &document);
  return rate >= 1 && rate <= 384000 ? (uint32_t)rate : 0;
}

haforu_speech_code speech_failed(pipeline_object *pipeline, speech_engine *engine, int32_t status, host_buffer *line) {
  if (status == MODULE_TRAPPED) {
    engine->dead = true;
    speech_log(pipeline, HAFORU_SPEECH_LOG_ERROR, "an engine failed and is replaced: %s", module_trap_text());
    return fail(HAFORU_ENGINE_FAULT, "the engine", NULL, "%s; it is replaced: later calls work", module_trap_text());
  }
  const haforu_speech_code code = -status;
  int32_t at = MODULE_TRAPPED;
  if (line != NULL) {
    SPEECH_CALL(engine, at, hs_result, &engine->module);
    if (at != MODULE_TRAPPED && take_span(pipeline, engine, (uint32_t)at, line) && line->bytes > 0) return fail_line(code, line->data, line->bytes);
  }
  SPEECH_CALL(engine, at, hs_last_error, &engine->module);
  if (at != MODULE_TRAPPED && speech_holds(engine, (uint32_t)at, 36)) {
    const uint32_t message = speech_word(engine, (uint32_t)at + 12), bytes = speech_word(engine, (uint32_t)at + 16);
    if (speech_holds(engine, message, bytes) && bytes > 0) return fail(code, "the engine", NULL, "%.*s", bytes > 900 ? 900 : (int)bytes, (const char *)speech_at(engine, message));
  }
  return fail(code, "the engine", NULL, "it answers with %d", (int)code);
}

static haforu_speech_code feed(pipeline_object *pipeline, speech_engine *engine, int32_t handle, const speech_receiver *receiver, const char **rest, size_t *rest_bytes, bool *ended) {
  if (*rest_bytes == 0 && !*ended) {
    *rest_bytes = receiver->source(receiver->source_user, rest);
    if (*rest_bytes == 0) *ended = true;
  }
  const size_t bytes = *rest_bytes < PIECE_BYTES ? *rest_bytes : PIECE_BYTES;
  const uint32_t at = speech_allocate(engine, bytes);
  if (at == 0) return engine->dead ? speech_failed(pipeline, engine, MODULE_TRAPPED, NULL) : fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, "no room for %zu bytes of text", bytes);
  if (bytes > 0) memcpy(speech_at(engine, at), *rest, bytes);
  int32_t status;
  SPEECH_CALL(engine, status, hs_feed, &engine->module, (uint32_t)handle, at, (uint32_t)bytes, *ended ? 1u : 0u);
  if (status != MODULE_TRAPPED) speech_give_back(engine, at);
  *rest += bytes;
  *rest_bytes -= bytes;
  return status < 0 ? speech_failed(pipeline, engine, status, NULL) : HAFORU_OK;
}

static haforu_speech_code answer(pipeline_object *pipeline, speech_call *call, int32_t handle, const speech_receiver *receiver, host_buffer *line) {
  speech_engine *engine = call->engine;
  const char *rest = NULL;
  size_t rest_bytes = 0;
  bool ended = false;
  for (;;) {
    int32_t status, at;
    SPEECH_CALL(engine, status, hs_next, &engine->module, (uint32_t)handle);
    atomic_store_explicit(&engine->bytes, engine->module.w2c_memory.size, memory_order_relaxed);
    if (status < 0) return speech_failed(pipeline, engine, status, line);
    if (status == 0) {
      SPEECH_CALL(engine, at, hs_chunk, &engine->module, (uint32_t)handle);
      if (at == MODULE_TRAPPED) return speech_failed(pipeline, engine, at, NULL);
      if (at == 0 || !speech_holds(engine, (uint32_t)at, CHUNK_BYTES)) return fail(HAFORU_INTERNAL, "the engine", NULL, "it has no chunk to give");
      if (!receiver->chunk(receiver->user, engine, (uint32_t)at)) return fail(HAFORU_CANCELLED, "the call", NULL, "its callback wanted no more");
    } else if (status == 1) {
      SPEECH_CALL(engine, at, hs_need, &engine->module);
      if (at == MODULE_TRAPPED) return speech_failed(pipeline, engine, at, NULL);
      char name[VOICE_NAME_BYTES + 1];
      if (!speech_holds(engine, (uint32_t)at, 8)) return fail(HAFORU_INTERNAL, "the engine", NULL, "it asks for a voice without a name");
      const uint32_t pointer = speech_word(engine, (uint32_t)at), bytes = speech_word(engine, (uint32_t)at + 4);
      if (bytes > VOICE_NAME_BYTES || !speech_holds(engine, pointer, bytes)) return fail(HAFORU_INTERNAL, "the engine", NULL, "it asks for a voice without a name");
      memcpy(name, speech_at(engine, pointer), bytes);
      name[bytes] = '\0';
      const haforu_speech_code code = voice_bring(pipeline, engine, name, bytes);
      if (code != HAFORU_OK) return code;
    } else if (status == 2) {
      SPEECH_CALL(engine, at, hs_result, &engine->module);
      if (at == MODULE_TRAPPED) return speech_failed(pipeline, engine, at, NULL);
      if (!take_span(pipeline, engine, (uint32_t)at, line)) return fail(HAFORU_OUT_OF_MEMORY, "the result line", NULL, NULL);
      return HAFORU_OK;
    } else {
      if (receiver->source == NULL) return fail(HAFORU_INVALID_JOB, "the request", "feed", "expected text: only haforu_speech_stream_from brings it in pieces");
      const haforu_speech_code code = feed(pipeline, engine, handle, receiver, &rest, &rest_bytes, &ended);
      if (code != HAFORU_OK) return code;
    }
  }
}

haforu_speech_code speech_run(pipeline_object *pipeline, speech_call *call, const char *request, size_t bytes, const speech_receiver *receiver, host_buffer *line) {
  haforu_speech_code code;
  speech_engine *engine = engine_take(pipeline, call, &code);
  if (engine == NULL) return code;
  engine->refusal[0] = '\0';
  const uint32_t at = speech_allocate(engine, bytes);
  if (at == 0)
    code = engine->dead ? speech_failed(pipeline, engine, MODULE_TRAPPED, NULL) : fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, "no room for a request of %zu bytes", bytes);
  else {
    memcpy(speech_at(engine, at), request, bytes);
    int32_t handle;
    SPEECH_CALL(engine, handle, hs_open, &engine->module, at, (uint32_t)bytes);
    if (handle != MODULE_TRAPPED) speech_give_back(engine, at);
    if (handle < 0)
      code = speech_failed(pipeline, engine, handle, line);
    else {
      code = answer(pipeline, call, handle, receiver, line);
      int32_t closed;
      if (!engine->dead) {
        SPEECH_CALL(engine, closed, hs_close, &engine->module, (uint32_t)handle);
        if (closed == MODULE_TRAPPED) engine->dead = true;
      }
    }
  }
  if (code == HAFORU_SPEECH_VOICE_NOT_FOUND && engine->refusal[0] != '\0') fail(code, "the voice", "voice", "%s", engine->refusal);
  engine_put_back(pipeline, call);
  return code;
}
