/* FLAC files through libFLAC, where it was found when the library was built (HAFORU_FLAC); its licence is BSD. In: audio; out: a file, written aside and renamed. */
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

#ifdef HAFORU_FLAC
#include <FLAC/stream_encoder.h>

typedef struct flac_state {
  FLAC__StreamEncoder *encoder;
  uint32_t channels;
  int bits;
} flac_state;

/* Bytes of integers, little endian, become those that libFLAC takes. */
static bool encode(void *user, const void *data, size_t bytes) {
  flac_state *state = user;
  FLAC__int32 samples[4096];
  const uint8_t *at = data;
  const size_t width = (size_t)state->bits / 8, count = bytes / width;
  for (size_t done = 0; done < count;) {
    size_t piece = count - done < 4096 ? count - done : 4096;
    piece -= piece % state->channels;
    for (size_t i = 0; i < piece; i++, at += width)
      samples[i] = state->bits == 16 ? (int16_t)(at[0] | at[1] << 8) : (int32_t)((uint32_t)at[0] << 8 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 24) >> 8;
    if (piece == 0 || !FLAC__stream_encoder_process_interleaved(state->encoder, samples, (unsigned)(piece / state->channels))) return false;
    done += piece;
  }
  return true;
}

typedef struct flac_target {
  host_buffer file;
  size_t at;
} flac_target;
static const host_heap heap = {{NULL, NULL, NULL}, NULL};

static FLAC__StreamEncoderWriteStatus write_bytes(const FLAC__StreamEncoder *encoder, const FLAC__byte data[], size_t bytes, uint32_t samples, uint32_t frame, void *user) {
  (void)encoder;
  (void)samples;
  (void)frame;
  flac_target *target = user;
  const size_t over = target->at < target->file.bytes ? target->file.bytes - target->at : 0, first = bytes < over ? bytes : over;
  memcpy(target->file.data + target->at, data, first);
  if (!buffer_append(&heap, &target->file, (const char *)data + first, bytes - first)) return FLAC__STREAM_ENCODER_WRITE_STATUS_FATAL_ERROR;
  target->at += bytes;
  return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}
static FLAC__StreamEncoderSeekStatus seek_to(const FLAC__StreamEncoder *encoder, FLAC__uint64 at, void *user) {
  (void)encoder;
  ((flac_target *)user)->at = (size_t)at;
  return FLAC__STREAM_ENCODER_SEEK_STATUS_OK;
}
static FLAC__StreamEncoderTellStatus tell(const FLAC__StreamEncoder *encoder, FLAC__uint64 *at, void *user) {
  (void)encoder;
  *at = ((flac_target *)user)->at;
  return FLAC__STREAM_ENCODER_TELL_STATUS_OK;
}

haforu_speech_code save_flac(pipeline_object *pipeline, const audio_object *audio, const char *path, int bits) {
  flac_target target = {{NULL, 0, 0}, 0};
  if (!buffer_reserve(&heap, &target.file, 4096)) return fail(HAFORU_OUT_OF_MEMORY, "the file", NULL, NULL);
  flac_state state = {FLAC__stream_encoder_new(), audio->channels, bits};
  haforu_speech_code code = HAFORU_OK;
  if (state.encoder == NULL)
    code = fail(HAFORU_OUT_OF_MEMORY, "the encoder", NULL, NULL);
  else {
    FLAC__stream_encoder_set_channels(state.encoder, audio->channels);
    FLAC__stream_encoder_set_bits_per_sample(state.encoder, (unsigned)bits);
    FLAC__stream_encoder_set_sample_rate(state.encoder, audio->rate);
    FLAC__stream_encoder_set_compression_level(state.encoder, 5);
    FLAC__stream_encoder_set_total_samples_estimate(state.encoder, audio->frames);
    if (FLAC__stream_encoder_init_stream(state.encoder, write_bytes, seek_to, tell, NULL, &target) != FLAC__STREAM_ENCODER_INIT_STATUS_OK)
      code = fail(HAFORU_UNSUPPORTED, "FLAC", NULL, "libFLAC takes no audio of %u Hz", audio->rate);
    if (code == HAFORU_OK) code = audio_convert(pipeline, audio, 0, audio->frames, bits == 16 ? HAFORU_SPEECH_INT16 : HAFORU_SPEECH_INT24, 0, encode, &state, NULL);
    if (code == HAFORU_OK && !FLAC__stream_encoder_finish(state.encoder)) code = fail(HAFORU_OUTPUT_FAILED, path, "path", "libFLAC could not finish it");
    FLAC__stream_encoder_delete(state.encoder);
  }
  if (code == HAFORU_OK) {
    const int error = file_write(path, target.file.data, target.file.bytes);
    if (error != 0) code = fail(HAFORU_OUTPUT_FAILED, path, "path", "%s", strerror(error));
  }
  buffer_free(&heap, &target.file);
  return code;
}
#else
haforu_speech_code save_flac(pipeline_object *pipeline, const audio_object *audio, const char *path, int bits) {
  (void)pipeline;
  (void)audio;
  (void)path;
  (void)bits;
  return fail(HAFORU_UNSUPPORTED, "FLAC", "file", "this library was built without libFLAC: install it with its headers (Debian: libflac-dev) and build again, or save WAV");
}
#endif
