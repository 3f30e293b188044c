/* Pipelines: what programs make first, and the calls that speak in the caller's own thread. In: text and options; out: audio, chunks, lines. */
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

#ifndef HAFORU_VERSION
#define HAFORU_VERSION "0.1.0"
#endif
/* More engines than this help only where many texts come at once; each holds a voice of some MB. */
#define THREADS_BY_DEFAULT 4

void handle_end(int kind, void *object) {
  if (kind == KIND_PIPELINE)
    pipeline_destroy(object);
  else if (kind == KIND_AUDIO)
    audio_destroy(object);
  else
    task_destroy(object);
}

const char *handle_kind_name(int kind) {
  static const char *const names[] = {"", "pipeline", "audio", "task"};
  return names[kind];
}

const char *haforu_speech_version(void) { return HAFORU_VERSION; }

pipeline_object *pipeline_enter(const haforu_speech_pipeline *handle, haforu_speech_code *code) {
  pipeline_object *pipeline = handle_pin(KIND_PIPELINE, (uintptr_t)handle);
  *code = pipeline == NULL ? fail_handle("pipeline") : HAFORU_OK;
  return pipeline;
}

void pipeline_leave(pipeline_object *pipeline) { handle_unpin(pipeline->self); }

haforu_speech_code speech_text(const char *field, const char *text, size_t *bytes) {
  if (text == NULL) return fail_argument(field, "expected a text, got NULL");
  if (*bytes == HAFORU_SPEECH_NUL_TERMINATED) *bytes = strlen(text);
  /* What the engine takes is 16 MiB; its request must fit into 32 bits whatever is escaped. */
  if (*bytes > ((size_t)16 << 20)) return fail(HAFORU_SPEECH_TEXT_TOO_LONG, field, field, "expected at most 16777216 bytes, got %zu: give it in pieces with haforu_speech_stream_from", *bytes);
  return HAFORU_OK;
}

/* --- making and giving back -------------------------------------------------------------------------------------------------------- */

static haforu_speech_code keep_string(pipeline_object *pipeline, size_t slot, const char **text) {
  if (*text == NULL) return HAFORU_OK;
  pipeline->strings[slot] = host_copy(&pipeline->heap, *text, strlen(*text));
  if (pipeline->strings[slot] == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the pipeline", NULL, NULL);
  *text = pipeline->strings[slot];
  return HAFORU_OK;
}

/* The last unpin of a pipeline that was given back. */
void pipeline_destroy(void *object) {
  pipeline_object *pipeline = object;
  const host_heap heap = {pipeline->heap.allocator, NULL};
  engines_free(pipeline);
  voices_free(pipeline);
  for (size_t i = 0; i < 3; i++) host_release(&pipeline->heap, pipeline->strings[i]);
  if (pipeline->lock != NULL) {
    lock_destroy(pipeline->lock);
    host_release(&pipeline->heap, pipeline->lock);
  }
  host_release(&heap, pipeline);
}

haforu_speech_code haforu_speech_create(const haforu_speech_config *given, haforu_speech_pipeline **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_pipeline *, got NULL");
  *out = NULL;
  haforu_speech_config config;
  haforu_speech_code code = speech_config_copy(given, &config);
  if (code != HAFORU_OK) return code;
  const haforu_allocator allocator = {config.allocator.allocate, config.allocator.release, config.allocator.user};
  const host_heap outside = {allocator, NULL};
  pipeline_object *pipeline = host_allocate(&outside, sizeof *pipeline);
  if (pipeline == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the pipeline", NULL, NULL);
  memset(pipeline, 0, sizeof *pipeline);
  pipeline->config = config;
  pipeline->heap = (host_heap){allocator, &pipeline->counts};
  pipeline->threads = config.threads;
  if (pipeline->threads == 0) {
    const unsigned processors = processor_count();
    pipeline->threads = processors < THREADS_BY_DEFAULT ? processors : THREADS_BY_DEFAULT;
  }
  snprintf(pipeline->voice, sizeof pipeline->voice, "%s", config.options.voice != NULL ? config.options.voice : "slt");
  code = keep_string(pipeline, 0, &pipeline->config.options.voice);
  if (code == HAFORU_OK) code = keep_string(pipeline, 1, &pipeline->config.options.language);
  if (code == HAFORU_OK) code = keep_string(pipeline, 2, &pipeline->config.voice_path);
  /* The voice of calls that name none is the pipeline's, which haforu_speech_voice_set changes. */
  pipeline->config.options.voice = NULL;
  host_lock *lock = code == HAFORU_OK ? host_allocate(&pipeline->heap, lock_bytes()) : NULL;
  if (lock != NULL && lock_init(lock))
    pipeline->lock = lock;
  else {
    host_release(&pipeline->heap, lock);
    if (code == HAFORU_OK) code = fail(HAFORU_OUT_OF_MEMORY, "the pipeline", NULL, NULL);
  }
  if (code == HAFORU_OK) {
    pipeline->self = handle_open(KIND_PIPELINE, pipeline);
    if (pipeline->self == 0) code = fail(HAFORU_OUT_OF_MEMORY, "the pipeline", NULL, "262144 handles are open: give some back");
  }
  if (code != HAFORU_OK) {
    pipeline_destroy(pipeline);
    return code;
  }
  *out = (haforu_speech_pipeline *)pipeline->self;
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_destroy(haforu_speech_pipeline *handle) {
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  if (pipeline_of_thread() == pipeline) {
    pipeline_leave(pipeline);
    return fail_argument("pipeline", "it cannot be given back in one of its own threads, in the callback of a task: it waits for them");
  }
  /* Of two threads that give the same pipeline back one does. */
  lock_take(pipeline->lock);
  const bool first = !pipeline->closing;
  pipeline->closing = true;
  for (speech_call *call = pipeline->calls; call != NULL; call = call->next) call_cancel(call);
  lock_wake_all(pipeline->lock);
  lock_give(pipeline->lock);
  if (!first) {
    pipeline_leave(pipeline);
    return fail_handle("pipeline");
  }
  tasks_end(pipeline);
  code = handle_release(KIND_PIPELINE, handle);
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_cancel(haforu_speech_pipeline *handle) {
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  lock_take(pipeline->lock);
  for (speech_call *call = pipeline->calls; call != NULL; call = call->next) call_cancel(call);
  for (task_object *task = pipeline->first; task != NULL; task = task->next) call_cancel(&task->call);
  lock_wake_all(pipeline->lock);
  lock_give(pipeline->lock);
  pipeline_leave(pipeline);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_thread_count(haforu_speech_pipeline *handle, uint32_t *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a uint32_t, got NULL");
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  *out = pipeline->threads;
  pipeline_leave(pipeline);
  return HAFORU_OK;
}

/* --- speaking ---------------------------------------------------------------------------------------------------------------------- */

haforu_speech_code speech_request_of(pipeline_object *pipeline, host_buffer *to, const char *text, size_t bytes, bool ssml, const haforu_speech_options *given, const char *times) {
  haforu_speech_options options = pipeline->config.options;
  if (given != NULL) {
    const size_t least = LEAST_SIZE(haforu_speech_options, ssml);
    if (given->size < least || given->size > MOST_SIZE) return fail_argument("options", "expected options that haforu_speech_options_init has set (size %zu or more), got size %zu", least, given->size);
    haforu_speech_options_init(&options, sizeof options);
    memcpy(&options, given, least_size(given->size, sizeof options));
  }
  char voice[VOICE_NAME_BYTES + 1];
  lock_take(pipeline->lock);
  memcpy(voice, pipeline->voice, sizeof voice);
  lock_give(pipeline->lock);
  return request_write(&pipeline->heap, to, text, bytes, ssml || options.ssml != 0, &options, voice, times);
}

static haforu_speech_code synthesize(haforu_speech_pipeline *handle, const char *field, const char *text, size_t bytes, bool ssml, const haforu_speech_options *options, haforu_speech_audio **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_audio *, got NULL");
  *out = NULL;
  haforu_speech_code code = speech_text(field, text, &bytes);
  if (code != HAFORU_OK) return code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  host_buffer request = {NULL, 0, 0};
  code = speech_request_of(pipeline, &request, text, bytes, ssml, options, "result");
  uintptr_t audio = 0;
  if (code == HAFORU_OK) {
    speech_call call = {0};
    code = speak_whole(pipeline, &call, request.data, request.bytes, &audio);
  }
  buffer_free(&pipeline->heap, &request);
  *out = (haforu_speech_audio *)audio;
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_synthesize(haforu_speech_pipeline *handle, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_audio **out) {
  return synthesize(handle, "text", text, bytes, false, options, out);
}

haforu_speech_code haforu_speech_synthesize_ssml(haforu_speech_pipeline *handle, const char *ssml, size_t bytes, const haforu_speech_options *options, haforu_speech_audio **out) {
  return synthesize(handle, "ssml", ssml, bytes, true, options, out);
}

typedef struct sink_state {
  haforu_speech_sink sink;
  void *user;
  pipeline_object *pipeline;
  host_buffer times;
  char voice[VOICE_NAME_BYTES + 1];
  uint32_t rate; /* 0: the voice's, not yet looked up */
  uint32_t channels;
  bool failed;
} sink_state;

static bool to_sink(void *user, speech_engine *engine, uint32_t at) {
  sink_state *state = user;
  const uint32_t samples = speech_word(engine, at + CHUNK_SAMPLES), frames = speech_word(engine, at + CHUNK_FRAMES);
  const uint32_t bytes = speech_word(engine, at + CHUNK_DATA_BYTES), times = speech_word(engine, at + CHUNK_TIMES), times_bytes = speech_word(engine, at + CHUNK_TIMES_BYTES);
  if (!speech_holds(engine, samples, bytes) || !speech_holds(engine, times, times_bytes)) {
    state->failed = true;
    return false;
  }
  if (state->rate == 0) state->rate = speech_voice_rate(engine, state->voice);
  state->times.bytes = 0;
  if (!buffer_append(&state->pipeline->heap, &state->times, (const char *)speech_at(engine, times), times_bytes)) {
    state->failed = true;
    return false;
  }
  haforu_speech_chunk chunk = {
      .samples = (const float *)(const void *)speech_at(engine, samples),
      .frames = frames,
      .channels = state->channels,
      .rate = state->rate,
      .index = speech_word(engine, at + CHUNK_INDEX),
      .final = (int32_t)speech_word(engine, at + CHUNK_FINAL),
      .consumed = speech_word(engine, at + CHUNK_CONSUMED),
      .times = state->times.data,
      .times_bytes = state->times.bytes,
  };
  memcpy(&chunk.start_frame, speech_at(engine, at + CHUNK_START), 8);
  return state->sink(state->user, &chunk) == 0;
}

static haforu_speech_code stream(haforu_speech_pipeline *handle, const char *text, size_t bytes, haforu_speech_source source, void *source_user, const haforu_speech_options *options,
                                 haforu_speech_sink sink, void *user) {
  if (sink == NULL) return fail_argument("sink", "expected a function, got NULL");
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  host_buffer request = {NULL, 0, 0}, line = {NULL, 0, 0};
  code = speech_request_of(pipeline, &request, text, bytes, false, options, "chunks");
  if (code == HAFORU_OK) {
    speech_call call = {0};
    sink_state state = {.sink = sink, .user = user, .pipeline = pipeline, .rate = (options != NULL ? options : &pipeline->config.options)->sample_rate, .channels = (options != NULL ? options : &pipeline->config.options)->channels};
    lock_take(pipeline->lock);
    snprintf(state.voice, sizeof state.voice, "%s", options != NULL && options->voice != NULL ? options->voice : pipeline->voice);
    lock_give(pipeline->lock);
    const speech_receiver receiver = {to_sink, source, source_user, &state};
    code = speech_run(pipeline, &call, request.data, request.bytes, &receiver, &line);
    if (state.failed) code = fail(HAFORU_OUT_OF_MEMORY, "the chunk", NULL, NULL);
    buffer_free(&pipeline->heap, &state.times);
  }
  buffer_free(&pipeline->heap, &request);
  buffer_free(&pipeline->heap, &line);
  pipeline_leave(pipeline);
  return code;
}

haforu_speech_code haforu_speech_stream(haforu_speech_pipeline *handle, const char *text, size_t bytes, const haforu_speech_options *options, haforu_speech_sink sink, void *user) {
  const haforu_speech_code code = speech_text("text", text, &bytes);
  return code != HAFORU_OK ? code : stream(handle, text, bytes, NULL, NULL, options, sink, user);
}

haforu_speech_code haforu_speech_stream_from(haforu_speech_pipeline *handle, haforu_speech_source source, void *source_user, const haforu_speech_options *options, haforu_speech_sink sink,
                                             void *user) {
  if (source == NULL) return fail_argument("source", "expected a function, got NULL");
  return stream(handle, NULL, 0, source, source_user, options, sink, user);
}

typedef struct bytes_state {
  haforu_speech_bytes data;
  void *user;
} bytes_state;

static bool to_bytes(void *user, speech_engine *engine, uint32_t at) {
  bytes_state *state = user;
  const uint32_t data = speech_word(engine, at + CHUNK_DATA), bytes = speech_word(engine, at + CHUNK_DATA_BYTES);
  return state->data == NULL || (speech_holds(engine, data, bytes) && state->data(state->user, speech_at(engine, data), bytes) == 0);
}

/* A line outlives its pipeline: it is not of its heap. */
static const host_heap line_heap = {{NULL, NULL, NULL}, NULL};

haforu_speech_code haforu_speech_line_free(char *line) {
  host_release(&line_heap, line);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_request(haforu_speech_pipeline *handle, const char *json, size_t bytes, haforu_speech_bytes data, void *user, char **line, size_t *line_bytes) {
  if (line == NULL) return fail_argument("line", "expected a pointer to a char *, got NULL");
  *line = NULL;
  if (line_bytes != NULL) *line_bytes = 0;
  haforu_speech_code code;
  if (json == NULL) return fail_argument("json", "expected a text, got NULL");
  if (bytes == HAFORU_SPEECH_NUL_TERMINATED) bytes = strlen(json);
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  host_buffer answer = {NULL, 0, 0};
  speech_call call = {0};
  bytes_state state = {data, user};
  const speech_receiver receiver = {to_bytes, NULL, NULL, &state};
  code = speech_run(pipeline, &call, json, bytes, &receiver, &answer);
  if (answer.bytes > 0) {
    *line = host_copy(&line_heap, answer.data, answer.bytes);
    if (*line == NULL) code = fail(HAFORU_OUT_OF_MEMORY, "the line", NULL, "no room for %zu bytes", answer.bytes);
    else if (line_bytes != NULL) *line_bytes = answer.bytes;
  }
  buffer_free(&pipeline->heap, &answer);
  pipeline_leave(pipeline);
  return code;
}

/* --- memory ------------------------------------------------------------------------------------------------------------------------- */

haforu_speech_code haforu_speech_memory_get(haforu_speech_pipeline *handle, haforu_speech_memory *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_memory, got NULL");
  haforu_speech_code code;
  pipeline_object *pipeline = pipeline_enter(handle, &code);
  if (pipeline == NULL) return code;
  memset(out, 0, sizeof *out);
  lock_take(pipeline->lock);
  out->host_bytes = atomic_load(&pipeline->counts.bytes);
  out->host_blocks = atomic_load(&pipeline->counts.blocks);
  out->engines = pipeline->engine_count;
  for (const speech_engine *engine = pipeline->free; engine != NULL; engine = engine->next) out->engine_bytes += atomic_load(&engine->bytes);
  for (const speech_call *call = pipeline->calls; call != NULL; call = call->next) {
    out->working++;
    if (call->engine != NULL) out->engine_bytes += atomic_load(&call->engine->bytes);
  }
  for (const voice_entry *voice = pipeline->voices; voice != NULL; voice = voice->next) {
    out->voices++;
    out->voice_bytes += voice->bytes;
  }
  out->waiting = pipeline->waiting;
  lock_give(pipeline->lock);
  pipeline_leave(pipeline);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_leak_check(haforu_speech_leaks *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_leaks, got NULL");
  out->pipelines = handle_count(KIND_PIPELINE);
  out->audios = handle_count(KIND_AUDIO);
  out->tasks = handle_count(KIND_TASK);
  host_totals(&out->host_bytes, &out->host_blocks);
  return HAFORU_OK;
}
