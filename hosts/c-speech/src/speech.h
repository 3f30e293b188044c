/* What the files of libhaforu_speech share: the objects behind handles, and the calls between the files. The host's common parts are host.h's, under names of this library's own (names.h). Nothing here is
 * part of the ABI. */
#ifndef HAFORU_SPEECH_INTERNAL_H
#define HAFORU_SPEECH_INTERNAL_H

#include "names.h"

/* As names.h does for the common files. */
#define audio_convert HAFORU_NAME(audio_convert)
#define audio_destroy HAFORU_NAME(audio_destroy)
#define audio_enter HAFORU_NAME(audio_enter)
#define audio_leave HAFORU_NAME(audio_leave)
#define audio_open HAFORU_NAME(audio_open)
#define call_cancel HAFORU_NAME(call_cancel)
#define engine_put_back HAFORU_NAME(engine_put_back)
#define engine_take HAFORU_NAME(engine_take)
#define engines_free HAFORU_NAME(engines_free)
#define options_check HAFORU_NAME(options_check)
#define pipeline_destroy HAFORU_NAME(pipeline_destroy)
#define pipeline_enter HAFORU_NAME(pipeline_enter)
#define pipeline_leave HAFORU_NAME(pipeline_leave)
#define pipeline_of_thread HAFORU_NAME(pipeline_of_thread)
#define request_write HAFORU_NAME(request_write)
#define read_flac HAFORU_NAME(read_flac)
#define save_flac HAFORU_NAME(save_flac)
#define save_mp3 HAFORU_NAME(save_mp3)
#define speak_whole HAFORU_NAME(speak_whole)
#define speech_allocate HAFORU_NAME(speech_allocate)
#define speech_config_copy HAFORU_NAME(speech_config_copy)
#define speech_failed HAFORU_NAME(speech_failed)
#define speech_give_back HAFORU_NAME(speech_give_back)
#define speech_log HAFORU_NAME(speech_log)
#define speech_module_start HAFORU_NAME(speech_module_start)
#define speech_module_stop HAFORU_NAME(speech_module_stop)
#define speech_request_of HAFORU_NAME(speech_request_of)
#define speech_run HAFORU_NAME(speech_run)
#define speech_text HAFORU_NAME(speech_text)
#define speech_qualities HAFORU_NAME(speech_qualities)
#define speech_times HAFORU_NAME(speech_times)
#define speech_voice_rate HAFORU_NAME(speech_voice_rate)
#define task_destroy HAFORU_NAME(task_destroy)
#define tasks_end HAFORU_NAME(tasks_end)
#define voice_bring HAFORU_NAME(voice_bring)
#define voice_name_valid HAFORU_NAME(voice_name_valid)
#define voices_free HAFORU_NAME(voices_free)

#include "host.h"

#include "haforu_speech.h"
#include "haforu_speech_module.h"

#define VOICE_NAME_BYTES 64
#define LANGUAGE_BYTES 64
/* Frames a second that audio may have: what the resampler takes. */
#define RATE_LEAST 1000
#define RATE_MOST 384000
/* Text given to an engine at once of a stream that comes in pieces. */
#define PIECE_BYTES 65536
/* Frames given to the converter and the resampler at once; the dither's noise begins anew with each call, so every host cuts here. */
#define PIECE_FRAMES 65536
/* The resampler answers at most frames × to ÷ from + this many frames to a piece. */
#define RESAMPLER_SLACK 8192

/* STATUS gets what the function gives, or MODULE_TRAPPED. */
#define SPEECH_CALL(ENGINE, STATUS, FUNCTION, ...) \
  CALL_OR(&(ENGINE)->module.w2c_memory, (STATUS) = (int32_t)w2c_haforu__speech_##FUNCTION(__VA_ARGS__), (STATUS) = MODULE_TRAPPED)
#define SPEECH_CALL_VOID(ENGINE, STATUS, FUNCTION, ...) \
  CALL_OR(&(ENGINE)->module.w2c_memory, (w2c_haforu__speech_##FUNCTION(__VA_ARGS__), (STATUS) = 0), (STATUS) = MODULE_TRAPPED)

/* Kinds of handles, in the places that handles.c has for them. */
enum speech_kind { KIND_PIPELINE = 1, KIND_AUDIO = 2, KIND_TASK = 3 };

typedef struct pipeline_object pipeline_object;

/* One instance of the module, of one call at a time. */
typedef struct speech_engine {
  w2c_haforu__speech module;
  struct speech_engine *next;
  _Atomic(uint32_t *) cancel_word;
  uint64_t voices; /* the pipeline's count of changes of voices that its own are of */
  bool dead;       /* a trap */
  atomic_uint_least64_t bytes; /* of its memory, for other threads; as it was between two calls of the module */
  char refusal[512]; /* why it could not have a voice in this call; "": it had all */
} speech_engine;

/* A call under way. */
typedef struct speech_call {
  struct speech_call *next, *previous;
  speech_engine *engine; /* NULL: it waits for one */
  bool listed;
  atomic_int cancelled;
} speech_call;

/* A voice that was loaded by a call. */
typedef struct voice_entry {
  struct voice_entry *next;
  char name[VOICE_NAME_BYTES + 1];
  char *path; /* NULL: data */
  uint8_t *data;
  size_t bytes;
  uint64_t used; /* calls that read it now: it must stay */
  bool gone;     /* replaced; freed when nobody uses it */
} voice_entry;

typedef struct audio_object {
  uintptr_t self;
  host_heap heap;
  float *samples;
  size_t frames;
  uint32_t channels, rate;
  double peak;
  char *json; /* with a NUL */
  size_t json_bytes;
  haforu_speech_span *spans[3];
  size_t span_counts[3];
  haforu_speech_mark *marks;
  size_t mark_count;
  char *texts; /* of spans and marks */
} audio_object;

typedef struct task_object {
  uintptr_t self;
  struct task_object *next; /* in the queue */
  pipeline_object *pipeline;
  host_heap heap;
  host_lock *lock; /* of what follows `call` */
  speech_call call;
  char *request;
  size_t request_bytes;
  haforu_speech_done done;
  void *user;
  uintptr_t audio; /* its handle, for who waits */
  haforu_speech_code code;
  char *error, *details; /* a message and what else is known, for who waits */
  bool ended;
} task_object;

struct pipeline_object {
  uintptr_t self;
  haforu_speech_config config; /* strings its own */
  char *strings[3];
  host_counts counts;
  host_heap heap;
  host_lock *lock;
  uint32_t threads;
  speech_engine *free;
  uint32_t engine_count;
  speech_call *calls;
  voice_entry *voices;
  uint64_t voice_changes;
  char voice[VOICE_NAME_BYTES + 1];
  task_object *first, *last;
  uint32_t waiting, thread_count;
  host_thread *workers[64];
  bool closing;
};

/* What handle_end calls, by kind. */
void pipeline_destroy(void *object);
void audio_destroy(void *object);
void task_destroy(void *object);

/* --- engine.c ------------------------------------------------------------------------------------------------------------------- */

/* What a request gives: chunks while it runs, then a line. */
typedef struct speech_receiver {
  /* false: no more is wanted. */
  bool (*chunk)(void *user, speech_engine *engine, uint32_t at);
  haforu_speech_source source; /* NULL: the text is in the request */
  void *source_user;
  void *user;
} speech_receiver;

/* Runs a request; `line` gets the result line, or the error line, with a NUL. The last error is set when it fails. */
haforu_speech_code speech_run(pipeline_object *pipeline, speech_call *call, const char *request, size_t bytes, const speech_receiver *receiver, host_buffer *line);
/* An engine for a call that speaks nothing (conversions). NULL: *code says why. */
speech_engine *engine_take(pipeline_object *pipeline, speech_call *call, haforu_speech_code *code);
void engine_put_back(pipeline_object *pipeline, speech_call *call);
/* The rate of a voice that the engine has; 0: it has none of that name. */
uint32_t speech_voice_rate(speech_engine *engine, const char *name);
haforu_speech_code speech_failed(pipeline_object *pipeline, speech_engine *engine, int32_t status, host_buffer *line);
uint32_t speech_allocate(speech_engine *engine, size_t bytes);
void speech_give_back(speech_engine *engine, uint32_t pointer);
static inline uint8_t *speech_at(speech_engine *engine, uint32_t pointer) { return engine->module.w2c_memory.data + pointer; }
static inline uint32_t speech_word(speech_engine *engine, uint32_t pointer) {
  uint32_t word;
  memcpy(&word, speech_at(engine, pointer), 4);
  return word;
}
/* Whether bytes lie in the module's memory. */
static inline bool speech_holds(const speech_engine *engine, uint32_t pointer, uint64_t bytes) { return (uint64_t)pointer + bytes <= engine->module.w2c_memory.size; }
void speech_log(const pipeline_object *pipeline, int level, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;
/* Under the pipeline's lock: ends calls that are under way. */
void call_cancel(speech_call *call);
void engines_free(pipeline_object *pipeline);

bool speech_module_start(w2c_haforu__speech *module);
void speech_module_stop(w2c_haforu__speech *module);

/* The chunk struct's words (packages/speech/engine/ABI.md). */
enum {
  CHUNK_SAMPLES = 0,
  CHUNK_FRAMES = 4,
  CHUNK_INDEX = 8,
  CHUNK_FINAL = 12,
  CHUNK_START = 16,
  CHUNK_DATA = 24,
  CHUNK_DATA_BYTES = 28,
  CHUNK_CLIPPED = 32,
  CHUNK_TIMES = 36,
  CHUNK_TIMES_BYTES = 40,
  CHUNK_CONSUMED = 44,
  CHUNK_BYTES = 48
};

/* --- request.c ------------------------------------------------------------------------------------------------------------------- */

/* Writes a request of the engine for a text (NULL: it comes in pieces). `voice`: of the pipeline, where the options name none. `times`: "result" or "chunks". */
haforu_speech_code request_write(const host_heap *heap, host_buffer *to, const char *text, size_t bytes, bool ssml, const haforu_speech_options *options, const char *voice, const char *times);
haforu_speech_code options_check(const haforu_speech_options *options);
bool voice_name_valid(const char *name);
/* The names of haforu_speech_quality's values, and of haforu_speech_times' bits from the lowest. */
extern const char *const speech_qualities[3], *const speech_times[4];

/* --- config.c ------------------------------------------------------------------------------------------------------------------- */

haforu_speech_code speech_config_copy(const haforu_speech_config *from, haforu_speech_config *to);

/* --- voices.c -------------------------------------------------------------------------------------------------------------------- */

/* Brings a voice to an engine, or refuses it there. */
haforu_speech_code voice_bring(pipeline_object *pipeline, speech_engine *engine, const char *name, size_t bytes);
void voices_free(pipeline_object *pipeline);

/* --- audio.c ---------------------------------------------------------------------------------------------------------------------- */

/* Audio of samples that it takes over (from `heap`), and a result line, which is copied. */
haforu_speech_code audio_open(const host_heap *heap, float *samples, size_t frames, uint32_t channels, uint32_t rate, const char *json, size_t json_bytes, uintptr_t *out);
audio_object *audio_enter(const haforu_speech_audio *handle, haforu_speech_code *code);
void audio_leave(audio_object *audio);
/* Converts samples with a pipeline's engine, piece by piece; `take` gives false when it has no more room. */
haforu_speech_code audio_convert(pipeline_object *pipeline, const audio_object *audio, size_t start, size_t frames, int format, int flags, bool (*take)(void *user, const void *data, size_t bytes),
                                 void *user, uint64_t *clipped);
/* flac.c */
haforu_speech_code save_flac(pipeline_object *pipeline, const audio_object *audio, const char *path, int bits);
/* Of the bytes of a file that begins with fLaC. */
haforu_speech_code read_flac(const char *path, const uint8_t *file, size_t bytes, haforu_speech_audio **out);
/* mp3.c */
haforu_speech_code save_mp3(const audio_object *audio, const char *path);
/* A request, whole. */
haforu_speech_code speak_whole(pipeline_object *pipeline, speech_call *call, const char *request, size_t bytes, uintptr_t *out);

/* --- tasks.c ---------------------------------------------------------------------------------------------------------------------- */

/* The pipeline whose thread this is, NULL: none; it cannot be waited for here. */
pipeline_object *pipeline_of_thread(void);
/* Waits for the threads of a pipeline that closes. */
void tasks_end(pipeline_object *pipeline);

/* --- pipeline.c ------------------------------------------------------------------------------------------------------------------- */

pipeline_object *pipeline_enter(const haforu_speech_pipeline *handle, haforu_speech_code *code);
void pipeline_leave(pipeline_object *pipeline);
/* A request with the pipeline's options, or a call's own. */
haforu_speech_code speech_request_of(pipeline_object *pipeline, host_buffer *to, const char *text, size_t bytes, bool ssml, const haforu_speech_options *given, const char *times);
/* Text of a call. */
haforu_speech_code speech_text(const char *field, const char *text, size_t *bytes);

#endif
