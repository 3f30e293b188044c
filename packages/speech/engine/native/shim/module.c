// The ABI (ABI.md): handles, statuses and memory for hosts. Nothing of speech is decided here.
#include "speech.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void hfn_heap(double *out);
static fault_t fault;
static out_t result;
static struct { uint32_t at, bytes; } result_span, need_span;
static struct { int32_t code; uint32_t name, name_bytes, message, message_bytes, field, field_bytes; int32_t line, column; } error_struct;
static double heap_peak;

static uint32_t address(const void *p) { return (uint32_t)(uintptr_t)p; }

static int answer(int status) {
  double heap[2];
  hfn_heap(heap);
  if (heap[1] > heap_peak) heap_peak = heap[1];
  result_span.at = address(result.at);
  result_span.bytes = result.bytes;
  if (status < 0) {
    const char *name = code_name(fault.code);
    error_struct.code = fault.code;
    error_struct.name = address(name);
    error_struct.name_bytes = (uint32_t)strlen(name);
    error_struct.message = address(fault.message);
    error_struct.message_bytes = (uint32_t)strlen(fault.message);
    error_struct.field = address(fault.field);
    error_struct.field_bytes = (uint32_t)strlen(fault.field);
    error_struct.line = fault.line;
    error_struct.column = fault.column;
  }
  return status;
}

// ---- handles: kind in bits 28–30, generation in 10–27, slot in 0–9 ------------------------------------------------------------------
enum { STREAM = 1, RESAMPLER = 2 };
typedef struct { void *thing; uint32_t generation; } slot_t;
static slot_t streams[STREAMS_MAX], resamplers[RESAMPLERS_MAX];
static int open_streams, open_resamplers;

static slot_t *table(int kind, int *most) {
  *most = kind == STREAM ? STREAMS_MAX : RESAMPLERS_MAX;
  return kind == STREAM ? streams : resamplers;
}

static int put(int kind, void *thing) {
  int most;
  slot_t *slots = table(kind, &most);
  for (int i = 0; i < most; i++)
    if (!slots[i].thing) {
      slots[i].thing = thing;
      slots[i].generation = (slots[i].generation + 1) & 0x3ffff;
      return kind << 28 | (int)(slots[i].generation << 10) | i;
    }
  return 0;
}

static slot_t *find(int kind, int handle) {
  int most, slot = handle & 0x3ff;
  slot_t *slots = table(kind, &most);
  if (handle <= 0 || handle >> 28 != kind || slot >= most || !slots[slot].thing || slots[slot].generation != ((uint32_t)handle >> 10 & 0x3ffff)) {
    fail(&fault, E_INVALID_HANDLE, 0, "handle %d is none of an open %s", handle, kind == STREAM ? "stream" : "resampler");
    return 0;
  }
  return &slots[slot];
}

// ---- memory ------------------------------------------------------------------------------------------------------------------------
EXPORT_ABI int hs_abi_version(void) { return 1; }
EXPORT_ABI void *hs_alloc(uint32_t bytes) { return malloc(bytes); }
EXPORT_ABI void hs_free(void *p) { free(p); }
EXPORT_ABI volatile int32_t *hs_cancel_word(void) { return &cancel_word; }
EXPORT_ABI const void *hs_last_error(void) { return &error_struct; }
EXPORT_ABI const void *hs_result(void) { return &result_span; }
EXPORT_ABI const void *hs_need(void) { return &need_span; }

// ---- voices ------------------------------------------------------------------------------------------------------------------------
static voice_t *voices[VOICES_MAX];
static char refused[VOICES_MAX][NAME_BYTES_MAX + 1];
static int refused_count;

static int voice_slot(const char *name) {
  for (int i = 0; i < VOICES_MAX; i++)
    if (voices[i] && !strcmp(voices[i]->name, name)) return i;
  return -1;
}

int voice_table_find(const char *name, voice_t **voice) {
  int slot = voice_slot(name);
  if (slot >= 0) return *voice = voices[slot], OK;
  for (int i = 0; i < refused_count; i++)
    if (!strcmp(refused[i], name)) return -E_VOICE_NOT_FOUND;
  return NEED_VOICE;
}

void voice_drop(voice_t *voice) {
  if (--voice->users == 0) voice_free(voice);
}

static int name_of(const char *name, uint32_t bytes, char *to) {
  if (!voice_name_ok(name, bytes)) return fail(&fault, E_INVALID_ARGUMENT, "voice", "a voice's name has 1 to %d letters, digits, . _ -", NAME_BYTES_MAX);
  memcpy(to, name, bytes);
  to[bytes] = 0;
  return OK;
}

EXPORT_ABI int hs_voice_load(const char *name, uint32_t name_bytes, uint8_t *data, uint32_t bytes) {
  char text[NAME_BYTES_MAX + 1];
  int status = name_of(name, name_bytes, text);
  voice_t *voice = status == OK ? voice_read(data, bytes, &fault) : 0;
  free(data);
  if (!voice) return answer(-fault.code);
  strcpy(voice->name, text);
  int slot = voice_slot(text);
  if (slot >= 0) {
    voice_drop(voices[slot]);
    voices[slot] = 0;
  } else
    for (slot = 0; slot < VOICES_MAX && voices[slot]; slot++) {}
  if (slot == VOICES_MAX) {
    voice_free(voice);
    return answer(fail(&fault, E_INVALID_ARGUMENT, "voice", "%d voices are loaded; release one", VOICES_MAX));
  }
  voice->users = 1;
  voices[slot] = voice;
  for (int i = 0; i < refused_count; i++)
    if (!strcmp(refused[i], text)) {
      refused_count--;
      memmove(refused[i], refused[refused_count], sizeof *refused);
      break;
    }
  return answer(OK);
}

EXPORT_ABI int hs_voice_refuse(const char *name, uint32_t name_bytes, const char *detail, uint32_t detail_bytes) {
  char text[NAME_BYTES_MAX + 1];
  (void)detail, (void)detail_bytes;
  if (name_of(name, name_bytes, text)) return answer(-fault.code);
  for (int i = 0; i < refused_count; i++)
    if (!strcmp(refused[i], text)) return answer(OK);
  if (refused_count == VOICES_MAX) memmove(refused[0], refused[1], (VOICES_MAX - 1) * sizeof *refused), refused_count--;
  strcpy(refused[refused_count++], text);
  return answer(OK);
}

EXPORT_ABI int hs_voice_release(const char *name, uint32_t name_bytes) {
  char text[NAME_BYTES_MAX + 1];
  if (name_of(name, name_bytes, text)) return answer(-fault.code);
  int slot = voice_slot(text);
  if (slot < 0) return answer(fail(&fault, E_VOICE_NOT_FOUND, "voice", "no voice \"%s\" is loaded", text));
  voice_drop(voices[slot]);
  voices[slot] = 0;
  return answer(OK);
}

EXPORT_ABI int hs_voice_info(const char *name, uint32_t name_bytes) {
  char text[NAME_BYTES_MAX + 1];
  if (name_of(name, name_bytes, text)) return answer(-fault.code);
  int slot = voice_slot(text);
  if (slot < 0) return answer(fail(&fault, E_VOICE_NOT_FOUND, "voice", "no voice \"%s\" is loaded", text));
  const voice_t *v = voices[slot];
  result.bytes = 0;
  out_text(&result, "{\"name\":\"");
  out_text(&result, text);
  out_text(&result, v->cg ? "\",\"kind\":\"clustergen\"" : "\",\"kind\":\"diphone\"");
  out_text(&result, ",\"language\":\"en-US\",\"sample_rate\":");
  out_integer(&result, v->sample_rate);
  out_text(&result, ",\"bytes\":");
  out_integer(&result, v->bytes);
  out_text(&result, ",\"features\":{");
  for (int i = 0; i < v->feature_count; i++) {
    if (i) out_text(&result, ",");
    // a file's text may be anything: what is not printable ASCII does not come out
    for (int part = 0; part < 2; part++) {
      char clean[400];
      size_t length = 0;
      for (const char *p = v->features[i][part]; *p && length + 1 < sizeof clean; p++)
        if (*p >= 32 && *p < 127) clean[length++] = *p;
      out_string(&result, clean, (uint32_t)length);
      if (!part) out_text(&result, ":");
    }
  }
  out_text(&result, "}}");
  return answer(OK);
}

// ---- streams -----------------------------------------------------------------------------------------------------------------------
EXPORT_ABI int hs_open(const char *request, uint32_t bytes) {
  if (cancel_word) {
    fail(&fault, E_CANCELLED, 0, "cancelled");
    error_line(&result, 0, 0, &fault);
    return answer(-E_CANCELLED);
  }
  if (open_streams == STREAMS_MAX) {
    fail(&fault, E_INVALID_ARGUMENT, 0, "%d streams are open; close one", STREAMS_MAX);
    error_line(&result, 0, 0, &fault);
    return answer(-fault.code);
  }
  stream_t *stream = stream_open(request, bytes, &fault, &result);
  if (!stream) return answer(-fault.code);
  open_streams++;
  return answer(put(STREAM, stream));
}

EXPORT_ABI int hs_feed(int handle, const char *text, uint32_t bytes, int final) {
  slot_t *slot = find(STREAM, handle);
  return answer(slot ? stream_feed(slot->thing, text, bytes, final != 0, &fault) : -fault.code);
}

EXPORT_ABI int hs_next(int handle) {
  slot_t *slot = find(STREAM, handle);
  if (!slot) return answer(-fault.code);
  const char *needed = 0;
  int status = stream_next(slot->thing, &fault, &result, &needed);
  if (needed) need_span.at = address(needed), need_span.bytes = (uint32_t)strlen(needed);
  return answer(status);
}

EXPORT_ABI const void *hs_chunk(int handle) {
  slot_t *slot = find(STREAM, handle);
  return slot ? stream_chunk(slot->thing) : 0;
}

EXPORT_ABI int hs_close(int handle) {
  slot_t *slot = find(STREAM, handle);
  if (!slot) return answer(-fault.code);
  stream_free(slot->thing);
  slot->thing = 0;
  open_streams--;
  return answer(OK);
}

// ---- samples -----------------------------------------------------------------------------------------------------------------------
EXPORT_ABI int hs_convert(const float *samples, uint32_t count, int format, int flags, uint8_t *destination) {
  if (format < 1 || format > 6 || flags & ~3 || count > 1u << 28) return answer(fail(&fault, E_INVALID_ARGUMENT, 0, "hs_convert: format 1 to 6, flags 0 to 3, at most 2^28 samples"));
  uint32_t noise = 1;
  return (int)convert(samples, count, format == 6 ? F_FLOAT32 : format, flags & 1, flags & 2, &noise, destination);
}

EXPORT_ABI int hs_resampler_create(int channels, int from_hz, int to_hz, int quality) {
  if (channels < 1 || channels > CHANNELS_MAX || from_hz < 1000 || from_hz > 384000 || to_hz < 1000 || to_hz > 384000 || quality < 0 || quality > 2)
    return answer(fail(&fault, E_INVALID_ARGUMENT, 0, "hs_resampler_create: channels 1 to %d, rates 1000 to 384000 Hz, quality 0 to 2", CHANNELS_MAX));
  // every phase of the filter lies in a table: rates without a common measure would fill the memory
  int a = from_hz, b = to_hz;
  while (b) {
    int rest = a % b;
    a = b;
    b = rest;
  }
  if ((to_hz / a) * (double)(from_hz > to_hz ? from_hz / (double)to_hz : 1) > 40000) return answer(fail(&fault, E_UNSUPPORTED, 0, "%d Hz to %d Hz: the rates have too small a common measure", from_hz, to_hz));
  resampler_t *resampler = open_resamplers < RESAMPLERS_MAX ? resampler_create(channels, from_hz, to_hz, quality) : 0;
  if (!resampler) return answer(fail(&fault, open_resamplers < RESAMPLERS_MAX ? E_OUT_OF_MEMORY : E_INVALID_ARGUMENT, 0, "no room for a further resampler"));
  open_resamplers++;
  return answer(put(RESAMPLER, resampler));
}

EXPORT_ABI int hs_resampler_run(int handle, const float *in, uint32_t frames, float *out, uint32_t out_frames, int final) {
  slot_t *slot = find(RESAMPLER, handle);
  if (!slot) return answer(-fault.code);
  if (frames > 1u << 26 || out_frames < resampler_room(slot->thing, frames))
    return answer(fail(&fault, E_INVALID_ARGUMENT, 0, "hs_resampler_run: room for %u frames, expected %u", out_frames, resampler_room(slot->thing, frames)));
  return answer((int)resampler_run(slot->thing, in, frames, out, out_frames, final != 0));
}

EXPORT_ABI int hs_resampler_close(int handle) {
  slot_t *slot = find(RESAMPLER, handle);
  if (!slot) return answer(-fault.code);
  resampler_free(slot->thing);
  slot->thing = 0;
  open_resamplers--;
  return answer(OK);
}

EXPORT_ABI int hs_memory(double *stats) {
  double heap[2];
  hfn_heap(heap);
  memset(stats, 0, 16 * sizeof *stats);
  stats[0] = heap[1];
  stats[1] = heap[0];
  for (int i = 0; i < VOICES_MAX; i++)
    if (voices[i]) stats[2]++, stats[3] += voices[i]->bytes;
  stats[4] = open_streams;
  stats[5] = open_resamplers;
  stats[6] = utterances_made;
  stats[7] = heap_peak;
  return OK;
}

/// Runs once, by the reactor's _initialize.
__attribute__((constructor)) static void begin(void) { flite_init(); }
