/* Audio files: WAV written and read here (a header of 44 bytes), FLAC by libFLAC (flac.c) where the library was built with it. What samples become is the engine's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

/* The file's size less 8 must be a number of 32 bits; the head, with what rounds up to pairs. */
#define WAV_BYTES_MOST 0xffffffffu
#define WAV_HEAD_MOST 60u
#define FORMAT_PCM 1
#define FORMAT_FLOAT 3
#define FORMAT_EXTENSIBLE 0xfffe
#define READ_BYTES_MOST ((size_t)1 << 32)

static void put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)value;
  at[1] = (uint8_t)(value >> 8);
}
static void put32(uint8_t *at, uint32_t value) {
  put16(at, value);
  put16(at + 2, value >> 16);
}
static uint32_t get16(const uint8_t *at) { return at[0] | (uint32_t)at[1] << 8; }
static uint32_t get32(const uint8_t *at) { return get16(at) | get16(at + 2) << 16; }

/* --- writing ----------------------------------------------------------------------------------------------------------------------- */

static bool append(void *user, const void *data, size_t bytes) {
  host_buffer *file = user;
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  return buffer_append(&heap, file, data, bytes);
}

static haforu_speech_code save_wav(pipeline_object *pipeline, const audio_object *audio, const char *path, int kind) {
  static const struct {
    int format;
    uint32_t bytes, code;
  } formats[] = {{HAFORU_SPEECH_INT16, 2, FORMAT_PCM}, {HAFORU_SPEECH_INT24, 3, FORMAT_PCM}, {HAFORU_SPEECH_INT32, 4, FORMAT_PCM}, {HAFORU_SPEECH_FLOAT32, 4, FORMAT_FLOAT}};
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  const uint32_t width = formats[kind - HAFORU_SPEECH_WAV16].bytes, code = formats[kind - HAFORU_SPEECH_WAV16].code;
  const uint64_t data = (uint64_t)audio->frames * audio->channels * width;
  if (data > WAV_BYTES_MOST - WAV_HEAD_MOST) return fail(HAFORU_OUTPUT_FAILED, path, "path", "a WAV file ends at 4 GiB: save fewer bits, or at a lower sample rate");
  /* As the TypeScript library writes it: what is not PCM tells its frames in a "fact" chunk. */
  uint8_t head[58] = {0};
  const bool is_float = code == FORMAT_FLOAT;
  const uint32_t fmt = is_float ? 18 : 16, size = 12 + 8 + fmt + (is_float ? 12 : 0) + 8;
  memcpy(head, "RIFF", 4);
  put32(head + 4, size - 8 + (uint32_t)data + (uint32_t)(data & 1));
  memcpy(head + 8, "WAVEfmt ", 8);
  put32(head + 16, fmt);
  put16(head + 20, code);
  put16(head + 22, audio->channels);
  put32(head + 24, audio->rate);
  put32(head + 28, audio->rate * audio->channels * width);
  put16(head + 32, audio->channels * width);
  put16(head + 34, width * 8);
  uint8_t *at = head + 20 + fmt;
  if (is_float) {
    memcpy(at, "fact", 4);
    put32(at + 4, 4);
    put32(at + 8, (uint32_t)audio->frames);
    at += 12;
  }
  memcpy(at, "data", 4);
  put32(at + 4, (uint32_t)data);
  host_buffer file = {NULL, 0, 0};
  haforu_speech_code status = HAFORU_OK;
  if (!buffer_reserve(&heap, &file, size + (size_t)data + 2) || !buffer_append(&heap, &file, (const char *)head, size))
    status = fail(HAFORU_OUT_OF_MEMORY, "the file", NULL, "no room for its %llu bytes", (unsigned long long)data);
  else
    status = audio_convert(pipeline, audio, 0, audio->frames, formats[kind - HAFORU_SPEECH_WAV16].format, 0, append, &file, NULL);
  if (status == HAFORU_OK && (data & 1) != 0 && !buffer_append(&heap, &file, "", 1)) status = fail(HAFORU_OUT_OF_MEMORY, "the file", NULL, NULL);
  if (status == HAFORU_OK) {
    const int error = file_write(path, file.data, file.bytes);
    if (error != 0) status = fail(HAFORU_OUTPUT_FAILED, path, "path", "%s", strerror(error));
  }
  buffer_free(&heap, &file);
  return status;
}

haforu_speech_code haforu_speech_audio_save(haforu_speech_pipeline *pipeline_handle, haforu_speech_audio *handle, const char *path, int kind) {
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  if (kind < HAFORU_SPEECH_WAV16 || kind > HAFORU_SPEECH_MP3) return fail_argument("file", "expected a value of haforu_speech_file, got %d", kind);
  haforu_speech_code code;
  audio_object *audio = audio_enter(handle, &code);
  if (audio == NULL) return code;
  pipeline_object *pipeline = pipeline_enter(pipeline_handle, &code);
  if (pipeline != NULL) {
    if (kind <= HAFORU_SPEECH_WAV_FLOAT)
      code = save_wav(pipeline, audio, path, kind);
    else if (kind == HAFORU_SPEECH_MP3)
      code = save_mp3(audio, path);
    else
      code = save_flac(pipeline, audio, path, kind == HAFORU_SPEECH_FLAC24 ? 24 : 16);
    pipeline_leave(pipeline);
  }
  audio_leave(audio);
  return code;
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

/* Integers over their full scale, 2^(bits − 1), so that −1 is the least one: the other direction of the engine's conversion. */
static float sample_of(const uint8_t *at, uint32_t code, uint32_t bits) {
  if (code == FORMAT_FLOAT && bits == 32) {
    float value;
    memcpy(&value, at, 4);
    return value;
  }
  if (code == FORMAT_FLOAT) {
    double value;
    memcpy(&value, at, 8);
    return (float)value;
  }
  if (bits == 8) return (float)(((int)at[0] - 128) / 128.0);
  if (bits == 16) return (float)((int16_t)get16(at) / 32768.0);
  if (bits == 24) return (float)((int32_t)((uint32_t)at[0] << 8 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 24) / 256 / 8388608.0);
  return (float)((int32_t)get32(at) / 2147483648.0);
}

static haforu_speech_code read_wav(const char *path, const uint8_t *file, size_t bytes, haforu_speech_audio **out) {
  if (bytes < 12 || memcmp(file, "RIFF", 4) != 0 || memcmp(file + 8, "WAVE", 4) != 0) return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it is neither a WAVE nor a FLAC file");
  uint32_t code = 0, channels = 0, rate = 0, bits = 0;
  const uint8_t *data = NULL;
  size_t data_bytes = 0;
  for (size_t at = 12; at + 8 <= bytes;) {
    const size_t size = get32(file + at + 4), held = size < bytes - at - 8 ? size : bytes - at - 8;
    const uint8_t *body = file + at + 8;
    if (memcmp(file + at, "fmt ", 4) == 0) {
      if (held < 16) return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "its \"fmt \" chunk has %zu bytes, expected 16 or more", held);
      code = get16(body) == FORMAT_EXTENSIBLE && held >= 26 ? get16(body + 24) : get16(body);
      channels = get16(body + 2);
      rate = get32(body + 4);
      bits = get16(body + 14);
    } else if (memcmp(file + at, "data", 4) == 0 && data == NULL) {
      data = body;
      data_bytes = held;
    }
    if (size > bytes) break;
    at += 8 + size + (size & 1);
  }
  if (channels == 0 || data == NULL) return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it has no \"%s\" chunk", channels == 0 ? "fmt " : "data");
  const bool known = (code == FORMAT_PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32)) || (code == FORMAT_FLOAT && (bits == 32 || bits == 64));
  if (!known) return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it has format %u with %u bits; expected PCM of 8, 16, 24 or 32 bits or floats of 32 or 64", code, bits);
  if (channels > 2) return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it has %u channels, expected 1 or 2", channels);
  if (rate < RATE_LEAST || rate > RATE_MOST) return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it has %u Hz, expected %d to %d", rate, RATE_LEAST, RATE_MOST);
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  const size_t width = bits / 8, frames = data_bytes / width / channels;
  float *samples = host_allocate(&heap, frames * channels * sizeof *samples + 1);
  if (samples == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the audio", NULL, NULL);
  for (size_t i = 0; i < frames * channels; i++) samples[i] = sample_of(data + i * width, code, bits);
  uintptr_t audio = 0;
  const haforu_speech_code status = audio_open(&heap, samples, frames, channels, rate, NULL, 0, &audio);
  *out = (haforu_speech_audio *)audio;
  return status;
}

haforu_speech_code haforu_speech_audio_load(const char *path, haforu_speech_audio **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_audio *, got NULL");
  *out = NULL;
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  FILE *file = fopen(path, "rb");
  if (file == NULL) return fail(HAFORU_SPEECH_FILE_UNREADABLE, path, "path", "it cannot be read: %s", strerror(errno));
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  host_buffer bytes = {NULL, 0, 0};
  haforu_speech_code code = HAFORU_OK;
  char piece[65536];
  for (size_t got = fread(piece, 1, sizeof piece, file); got > 0 && code == HAFORU_OK; got = fread(piece, 1, sizeof piece, file)) {
    if (bytes.bytes + got > READ_BYTES_MOST)
      code = fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it has more than 4 GiB");
    else if (!buffer_append(&heap, &bytes, piece, got))
      code = fail(HAFORU_OUT_OF_MEMORY, "the file", NULL, NULL);
  }
  if (code == HAFORU_OK && ferror(file) != 0) code = fail(HAFORU_SPEECH_FILE_UNREADABLE, path, "path", "it cannot be read: %s", strerror(errno));
  fclose(file);
  const uint8_t *data = (const uint8_t *)bytes.data;
  if (code == HAFORU_OK) code = bytes.bytes >= 4 && memcmp(data, "fLaC", 4) == 0 ? read_flac(path, data, bytes.bytes, out) : read_wav(path, data, bytes.bytes, out);
  buffer_free(&heap, &bytes);
  return code;
}
