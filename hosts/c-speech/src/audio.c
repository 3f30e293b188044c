/* Audio: samples with the times of what is spoken. In: chunks of a request, or samples; out: what programs read of it, copies in other formats, audio at other rates. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

/* Frames of audio that is made or read: as a WAV file of floats holds. */
#define FRAMES_MOST ((size_t)1 << 30)

audio_object *audio_enter(const haforu_speech_audio *handle, haforu_speech_code *code) {
  audio_object *audio = handle_pin(KIND_AUDIO, (uintptr_t)handle);
  *code = audio == NULL ? fail_handle("audio") : HAFORU_OK;
  return audio;
}

void audio_leave(audio_object *audio) { handle_unpin(audio->self); }

void audio_destroy(void *object) {
  audio_object *audio = object;
  const host_heap heap = audio->heap;
  host_release(&heap, audio->samples);
  host_release(&heap, audio->json);
  for (size_t i = 0; i < 3; i++) host_release(&heap, audio->spans[i]);
  host_release(&heap, audio->marks);
  host_release(&heap, audio->texts);
  host_release(&heap, audio);
}

/* --- times -------------------------------------------------------------------------------------------------------------------------- */

static const char *const lists[] = {"words", "phonemes", "sentences"};

static double number_of(const json_document *document, int object, const char *key) {
  double value = 0;
  const int token = json_find(document, object, key);
  if (token >= 0) json_number(document, token, &value);
  return value;
}

/* A string into the texts; its place in them. Unescaped it is no longer than it was. */
static const char *text_of(const json_document *document, int object, const char *key, char **to) {
  const int token = json_find(document, object, key);
  if (token < 0) return NULL;
  char *text = *to;
  const size_t room = (size_t)(document->tokens[token].end - document->tokens[token].start) + 1;
  *to += json_string(document, token, text, room) + 1;
  return text;
}

/* Room for all strings of a list. */
static size_t texts_bytes(const json_document *document, int list, const char *key) {
  size_t bytes = 0;
  if (list < 0) return 0;
  int item = list + 1;
  for (int i = 0; i < document->tokens[list].size; i++) {
    const int token = json_find(document, item, key);
    if (token >= 0) bytes += (size_t)(document->tokens[token].end - document->tokens[token].start) + 1;
    item += document->tokens[item].skip;
  }
  return bytes;
}

static bool read_times(audio_object *audio) {
  json_document document;
  if (!json_parse(&audio->heap, audio->json, audio->json_bytes, &document)) return false;
  size_t bytes = 1;
  int at[3];
  for (size_t i = 0; i < 3; i++) {
    at[i] = json_find(&document, 0, lists[i]);
    bytes += texts_bytes(&document, at[i], "text");
  }
  const int marks = json_find(&document, 0, "marks");
  bytes += texts_bytes(&document, marks, "name");
  char *text = audio->texts = host_allocate(&audio->heap, bytes);
  bool good = text != NULL;
  for (size_t i = 0; good && i < 3; i++) {
    const int count = at[i] < 0 ? 0 : document.tokens[at[i]].size;
    if (count == 0) continue;
    haforu_speech_span *spans = audio->spans[i] = host_allocate(&audio->heap, (size_t)count * sizeof *spans);
    good = spans != NULL;
    int item = at[i] + 1;
    for (int k = 0; good && k < count; k++) {
      spans[k].text = text_of(&document, item, "text", &text);
      spans[k].start = number_of(&document, item, "start");
      spans[k].end = number_of(&document, item, "end");
      spans[k].text_start = (uint32_t)number_of(&document, item, "text_start");
      spans[k].text_end = (uint32_t)number_of(&document, item, "text_end");
      item += document.tokens[item].skip;
    }
    if (good) audio->span_counts[i] = (size_t)count;
  }
  const int mark_count = marks < 0 ? 0 : document.tokens[marks].size;
  if (good && mark_count > 0) {
    audio->marks = host_allocate(&audio->heap, (size_t)mark_count * sizeof *audio->marks);
    good = audio->marks != NULL;
    int item = marks + 1;
    for (int k = 0; good && k < mark_count; k++) {
      audio->marks[k] = (haforu_speech_mark){text_of(&document, item, "name", &text), number_of(&document, item, "time"), (uint32_t)number_of(&document, item, "text_start")};
      item += document.tokens[item].skip;
    }
    if (good) audio->mark_count = (size_t)mark_count;
  }
  json_free(&audio->heap, &document);
  return good;
}

/* --- making ------------------------------------------------------------------------------------------------------------------------- */

haforu_speech_code audio_open(const host_heap *heap, float *samples, size_t frames, uint32_t channels, uint32_t rate, const char *json, size_t json_bytes, uintptr_t *out) {
  audio_object *audio = host_allocate(heap, sizeof *audio);
  if (audio == NULL) {
    host_release(heap, samples);
    return fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, NULL);
  }
  memset(audio, 0, sizeof *audio);
  audio->heap = *heap;
  audio->samples = samples;
  audio->frames = frames;
  audio->channels = channels;
  audio->rate = rate;
  float peak = 0;
  for (size_t i = 0; i < frames * channels; i++) {
    const float size = fabsf(samples[i]);
    if (size > peak) peak = size;
  }
  audio->peak = peak;
  audio->json = host_copy(heap, json == NULL ? "{}" : json, json == NULL ? 2 : json_bytes);
  audio->json_bytes = json == NULL ? 2 : json_bytes;
  if (audio->json == NULL || (json != NULL && !read_times(audio))) {
    audio_destroy(audio);
    return fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, NULL);
  }
  audio->self = handle_open(KIND_AUDIO, audio);
  if (audio->self == 0) {
    audio_destroy(audio);
    return fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, "262144 handles are open: give some back");
  }
  *out = audio->self;
  return HAFORU_OK;
}

typedef struct gathered {
  const host_heap *heap;
  host_buffer samples;
  bool failed;
} gathered;

static bool gather(void *user, speech_engine *engine, uint32_t at) {
  gathered *all = user;
  const uint32_t samples = speech_word(engine, at + CHUNK_SAMPLES), bytes = speech_word(engine, at + CHUNK_DATA_BYTES);
  if (speech_holds(engine, samples, bytes) && buffer_append(all->heap, &all->samples, (const char *)speech_at(engine, samples), bytes)) return true;
  all->failed = true;
  return false;
}

haforu_speech_code speak_whole(pipeline_object *pipeline, speech_call *call, const char *request, size_t bytes, uintptr_t *out) {
  /* Audio outlives its pipeline: what it has is counted in the totals alone. */
  const host_heap heap = {pipeline->heap.allocator, NULL};
  host_buffer line = {NULL, 0, 0};
  gathered all = {&heap, {NULL, 0, 0}, false};
  const speech_receiver receiver = {gather, NULL, NULL, &all};
  haforu_speech_code code = speech_run(pipeline, call, request, bytes, &receiver, &line);
  if (all.failed) code = fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, "no room for more than %zu bytes of it", all.samples.bytes);
  if (code == HAFORU_OK) {
    json_document document;
    if (!json_parse(&heap, line.data, line.bytes, &document))
      code = fail(HAFORU_OUT_OF_MEMORY, "the result line", NULL, NULL);
    else {
      const int speech = json_find(&document, 0, "speech");
      const double rate = speech < 0 ? 0 : number_of(&document, speech, "sample_rate"), channels = speech < 0 ? 0 : number_of(&document, speech, "channels");
      json_free(&heap, &document);
      if (rate < RATE_LEAST || channels < 1)
        code = fail(HAFORU_INTERNAL, "the result line", NULL, "it tells neither rate nor channels");
      else {
        code = audio_open(&heap, (float *)(void *)all.samples.data, all.samples.bytes / 4 / (size_t)channels, (uint32_t)channels, (uint32_t)rate, line.data, line.bytes, out);
        memset(&all.samples, 0, sizeof all.samples);
      }
    }
  }
  buffer_free(&heap, &all.samples);
  buffer_free(&pipeline->heap, &line);
  return code;
}

haforu_speech_code haforu_speech_audio_create(const float *samples, size_t frames, uint32_t channels, uint32_t rate, haforu_speech_audio **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_audio *, got NULL");
  *out = NULL;
  if (samples == NULL && frames > 0) return fail_argument("samples", "expected samples, got NULL");
  if (frames > FRAMES_MOST) return fail_argument("frames", "expected at most %zu frames, got %zu", FRAMES_MOST, frames);
  if (channels < 1 || channels > 2) return fail_argument("channels", "expected 1 or 2, got %u", channels);
  if (rate < RATE_LEAST || rate > RATE_MOST) return fail_argument("rate", "expected %d to %d Hz, got %u", RATE_LEAST, RATE_MOST, rate);
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  const size_t bytes = frames * channels * sizeof *samples;
  float *copy = host_allocate(&heap, bytes + 1);
  if (copy == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, "no room for %zu bytes", bytes);
  if (bytes > 0) memcpy(copy, samples, bytes);
  uintptr_t audio = 0;
  const haforu_speech_code code = audio_open(&heap, copy, frames, channels, rate, NULL, 0, &audio);
  *out = (haforu_speech_audio *)audio;
  return code;
}

haforu_speech_code haforu_speech_audio_release(haforu_speech_audio *handle) { return handle_release(KIND_AUDIO, handle); }

/* --- reading ------------------------------------------------------------------------------------------------------------------------ */

haforu_speech_code haforu_speech_audio_get(haforu_speech_audio *handle, haforu_speech_audio_info *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_audio_info, got NULL");
  haforu_speech_code code;
  audio_object *audio = audio_enter(handle, &code);
  if (audio == NULL) return code;
  *out = (haforu_speech_audio_info){audio->samples, audio->frames, audio->channels, audio->rate, (double)audio->frames / audio->rate, audio->peak, audio->json, audio->json_bytes};
  audio_leave(audio);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_audio_spans(haforu_speech_audio *handle, int kind, const haforu_speech_span **out, size_t *count) {
  if (out == NULL || count == NULL) return fail_argument(out == NULL ? "out" : "count", "expected a pointer, got NULL");
  *out = NULL;
  *count = 0;
  const int index = kind == HAFORU_SPEECH_WORDS ? 0 : kind == HAFORU_SPEECH_PHONEMES ? 1 : kind == HAFORU_SPEECH_SENTENCES ? 2 : -1;
  if (index < 0) return fail_argument("kind", "expected HAFORU_SPEECH_WORDS, HAFORU_SPEECH_PHONEMES or HAFORU_SPEECH_SENTENCES, got %d", kind);
  haforu_speech_code code;
  audio_object *audio = audio_enter(handle, &code);
  if (audio == NULL) return code;
  *out = audio->spans[index];
  *count = audio->span_counts[index];
  audio_leave(audio);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_audio_marks(haforu_speech_audio *handle, const haforu_speech_mark **out, size_t *count) {
  if (out == NULL || count == NULL) return fail_argument(out == NULL ? "out" : "count", "expected a pointer, got NULL");
  *out = NULL;
  *count = 0;
  haforu_speech_code code;
  audio_object *audio = audio_enter(handle, &code);
  if (audio == NULL) return code;
  *out = audio->marks;
  *count = audio->mark_count;
  audio_leave(audio);
  return HAFORU_OK;
}

/* --- other formats and rates ------------------------------------------------------------------------------------------------------ */

static const uint32_t sample_bytes[] = {0, 2, 3, 4, 1, 8, 4};

haforu_speech_code audio_convert(pipeline_object *pipeline, const audio_object *audio, size_t start, size_t frames, int format, int flags, bool (*take)(void *user, const void *data, size_t bytes),
                                 void *user, uint64_t *clipped) {
  speech_call call = {0};
  haforu_speech_code code;
  speech_engine *engine = engine_take(pipeline, &call, &code);
  if (engine == NULL) return code;
  const uint32_t width = sample_bytes[format];
  const uint32_t from = speech_allocate(engine, PIECE_FRAMES * 4), to = from == 0 ? 0 : speech_allocate(engine, PIECE_FRAMES * width);
  if (to == 0) code = speech_failed(pipeline, engine, engine->dead ? MODULE_TRAPPED : -HAFORU_OUT_OF_MEMORY, NULL);
  const size_t count = frames * audio->channels;
  const float *samples = audio->samples + start * audio->channels;
  for (size_t done = 0; code == HAFORU_OK && done < count;) {
    const size_t piece = count - done < PIECE_FRAMES ? count - done : PIECE_FRAMES;
    memcpy(speech_at(engine, from), samples + done, piece * 4);
    int32_t status;
    SPEECH_CALL(engine, status, hs_convert, &engine->module, from, (uint32_t)piece, (uint32_t)format, (uint32_t)flags, to);
    if (status < 0)
      code = speech_failed(pipeline, engine, status, NULL);
    else {
      if (clipped != NULL) *clipped += (uint32_t)status;
      if (!take(user, speech_at(engine, to), piece * width)) code = fail(HAFORU_OUTPUT_FAILED, "the samples", NULL, "they could not be written");
    }
    done += piece;
  }
  speech_give_back(engine, from);
  speech_give_back(engine, to);
  engine_put_back(pipeline, &call);
  return code;
}

typedef struct target {
  uint8_t *at;
} target;
static bool to_target(void *user, const void *data, size_t bytes) {
  target *into = user;
  memcpy(into->at, data, bytes);
  into->at += bytes;
  return true;
}

haforu_speech_code haforu_speech_audio_copy(haforu_speech_pipeline *pipeline_handle, haforu_speech_audio *handle, size_t start, size_t frames, int format, int flags, void *out, size_t bytes,
                                            uint64_t *clipped) {
  if (clipped != NULL) *clipped = 0;
  if (format < HAFORU_SPEECH_INT16 || format > HAFORU_SPEECH_FLOAT32) return fail_argument("format", "expected a value of haforu_speech_format, got %d", format);
  if (flags < 0 || flags > 3) return fail_argument("flags", "expected values of haforu_speech_convert_flags joined with |, got %d", flags);
  haforu_speech_code code;
  audio_object *audio = audio_enter(handle, &code);
  if (audio == NULL) return code;
  pipeline_object *pipeline = pipeline_enter(pipeline_handle, &code);
  if (pipeline != NULL) {
    if (start > audio->frames || frames > audio->frames - start)
      code = fail_argument("frames", "expected frames within 0 to %zu, got %zu from %zu", audio->frames, frames, start);
    else if (frames > 0 && (out == NULL || bytes / audio->channels / sample_bytes[format] < frames))
      code = fail_argument("bytes", "expected room for %zu bytes, got %zu", frames * audio->channels * sample_bytes[format], out == NULL ? (size_t)0 : bytes);
    else {
      target into = {out};
      code = audio_convert(pipeline, audio, start, frames, format, flags, to_target, &into, clipped);
    }
    pipeline_leave(pipeline);
  }
  audio_leave(audio);
  return code;
}

/* Frames that n become at another rate: round(n × to ÷ from). */
static haforu_speech_code resample(pipeline_object *pipeline, speech_engine *engine, const audio_object *audio, uint32_t rate, int quality, host_buffer *made, const host_heap *heap) {
  int32_t resampler;
  SPEECH_CALL(engine, resampler, hs_resampler_create, &engine->module, audio->channels, audio->rate, rate, (uint32_t)quality);
  if (resampler < 0) return speech_failed(pipeline, engine, resampler, NULL);
  const uint32_t room = (uint32_t)((uint64_t)PIECE_FRAMES * rate / audio->rate) + RESAMPLER_SLACK, frame = audio->channels * 4;
  const uint32_t from = speech_allocate(engine, (size_t)PIECE_FRAMES * frame), to = from == 0 ? 0 : speech_allocate(engine, (size_t)room * frame);
  haforu_speech_code code = to == 0 ? speech_failed(pipeline, engine, engine->dead ? MODULE_TRAPPED : -HAFORU_OUT_OF_MEMORY, NULL) : HAFORU_OK;
  size_t done = 0;
  bool final = false;
  while (code == HAFORU_OK && !final) {
    const size_t piece = audio->frames - done < PIECE_FRAMES ? audio->frames - done : PIECE_FRAMES;
    final = done + piece == audio->frames;
    if (piece > 0) memcpy(speech_at(engine, from), audio->samples + done * audio->channels, piece * frame);
    int32_t status;
    SPEECH_CALL(engine, status, hs_resampler_run, &engine->module, (uint32_t)resampler, from, (uint32_t)piece, to, room, final ? 1u : 0u);
    if (status < 0)
      code = speech_failed(pipeline, engine, status, NULL);
    else if (!buffer_append(heap, made, (const char *)speech_at(engine, to), (size_t)status * frame))
      code = fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, NULL);
    done += piece;
  }
  speech_give_back(engine, from);
  speech_give_back(engine, to);
  int32_t closed;
  if (!engine->dead) {
    SPEECH_CALL(engine, closed, hs_resampler_close, &engine->module, (uint32_t)resampler);
    if (closed == MODULE_TRAPPED) engine->dead = true;
  }
  return code;
}

haforu_speech_code haforu_speech_audio_resample(haforu_speech_pipeline *pipeline_handle, haforu_speech_audio *handle, uint32_t rate, int quality, haforu_speech_audio **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_audio *, got NULL");
  *out = NULL;
  if (rate < RATE_LEAST || rate > RATE_MOST) return fail_argument("rate", "expected %d to %d Hz, got %u", RATE_LEAST, RATE_MOST, rate);
  if (quality < 0 || quality > 2) return fail_argument("quality", "expected a value of haforu_speech_quality, got %d", quality);
  haforu_speech_code code;
  audio_object *audio = audio_enter(handle, &code);
  if (audio == NULL) return code;
  pipeline_object *pipeline = pipeline_enter(pipeline_handle, &code);
  if (pipeline != NULL) {
    const host_heap heap = {pipeline->heap.allocator, NULL};
    host_buffer made = {NULL, 0, 0};
    speech_call call = {0};
    speech_engine *engine = engine_take(pipeline, &call, &code);
    if (engine != NULL) {
      code = resample(pipeline, engine, audio, rate, quality, &made, &heap);
      engine_put_back(pipeline, &call);
    }
    if (code == HAFORU_OK) {
      uintptr_t other = 0;
      code = audio_open(&heap, (float *)(void *)made.data, made.bytes / 4 / audio->channels, audio->channels, rate, NULL, 0, &other);
      *out = (haforu_speech_audio *)other;
    } else
      buffer_free(&heap, &made);
    pipeline_leave(pipeline);
  }
  audio_leave(audio);
  return code;
}
