/* FLAC files through libFLAC, where it was found when the library was built (HAFORU_FLAC); its licence is BSD. In: audio; out: a file, written aside and renamed; and the other way round. */
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

#ifdef HAFORU_FLAC
#include <FLAC/stream_decoder.h>
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

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

/* 2 GiB of floats: more than nine hours at 16 kHz. A file of silence says a million times its size. */
#define SAMPLES_MOST ((size_t)1 << 29)

typedef struct flac_source {
  const uint8_t *file;
  size_t bytes, at;
  host_buffer samples; /* floats, interleaved */
  uint32_t channels, rate;
  uint64_t frames, expected; /* 0: the file does not say how many */
  haforu_speech_code code;
  const char *wrong;
} flac_source;

static FLAC__StreamDecoderReadStatus read_bytes(const FLAC__StreamDecoder *decoder, FLAC__byte to[], size_t *bytes, void *user) {
  (void)decoder;
  flac_source *source = user;
  const size_t left = source->bytes - source->at;
  if (*bytes > left) *bytes = left;
  memcpy(to, source->file + source->at, *bytes);
  source->at += *bytes;
  return *bytes == 0 ? FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM : FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

static FLAC__StreamDecoderWriteStatus stop(flac_source *source, haforu_speech_code code, const char *wrong) {
  source->code = code;
  source->wrong = wrong;
  return FLAC__STREAM_DECODER_WRITE_STATUS_ABORT;
}

static FLAC__StreamDecoderWriteStatus take_frame(const FLAC__StreamDecoder *decoder, const FLAC__Frame *frame, const FLAC__int32 *const channels[], void *user) {
  (void)decoder;
  flac_source *source = user;
  const uint32_t count = frame->header.channels, frames = frame->header.blocksize;
  if (count > 2) return stop(source, HAFORU_SPEECH_AUDIO_INVALID, "it has more than 2 channels");
  if (source->frames > 0 && (count != source->channels || frame->header.sample_rate != source->rate)) return stop(source, HAFORU_SPEECH_AUDIO_INVALID, "its rate or channels change");
  source->channels = count;
  source->rate = frame->header.sample_rate;
  source->frames += frames;
  if (source->frames * count > SAMPLES_MOST) return stop(source, HAFORU_SPEECH_AUDIO_INVALID, "it has more than 2^29 samples");
  const size_t before = source->samples.bytes, after = before + (size_t)frames * count * sizeof(float);
  if (!buffer_reserve(&heap, &source->samples, after + 1)) return stop(source, HAFORU_OUT_OF_MEMORY, NULL);
  const double full = (double)((uint64_t)1 << (frame->header.bits_per_sample - 1));
  float *to = (float *)(void *)(source->samples.data + before);
  for (uint32_t i = 0; i < frames; i++)
    for (uint32_t c = 0; c < count; c++) *to++ = (float)(channels[c][i] / full);
  source->samples.bytes = after;
  return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void take_info(const FLAC__StreamDecoder *decoder, const FLAC__StreamMetadata *metadata, void *user) {
  (void)decoder;
  flac_source *source = user;
  if (metadata->type != FLAC__METADATA_TYPE_STREAMINFO) return;
  source->channels = metadata->data.stream_info.channels;
  source->rate = metadata->data.stream_info.sample_rate;
  source->expected = metadata->data.stream_info.total_samples;
}

static void take_error(const FLAC__StreamDecoder *decoder, FLAC__StreamDecoderErrorStatus status, void *user) {
  (void)decoder;
  (void)stop(user, HAFORU_SPEECH_AUDIO_INVALID, FLAC__StreamDecoderErrorStatusString[status]);
}

haforu_speech_code read_flac(const char *path, const uint8_t *file, size_t bytes, haforu_speech_audio **out) {
  flac_source source = {.file = file, .bytes = bytes};
  FLAC__StreamDecoder *decoder = FLAC__stream_decoder_new();
  if (decoder == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the decoder", NULL, NULL);
  FLAC__stream_decoder_set_md5_checking(decoder, true);
  const bool begun = FLAC__stream_decoder_init_stream(decoder, read_bytes, NULL, NULL, NULL, NULL, take_frame, take_info, take_error, &source) == FLAC__STREAM_DECODER_INIT_STATUS_OK;
  const bool whole = begun && FLAC__stream_decoder_process_until_end_of_stream(decoder) && source.code == HAFORU_OK;
  const bool same = FLAC__stream_decoder_finish(decoder);
  FLAC__stream_decoder_delete(decoder);
  if (source.code == HAFORU_OK && (!whole || !same || source.channels == 0 || (source.expected != 0 && source.expected != source.frames)))
    (void)stop(&source, HAFORU_SPEECH_AUDIO_INVALID, "it is damaged, or cut short: what was decoded is not what its head says");
  if (source.code == HAFORU_OK && source.channels > 2) (void)stop(&source, HAFORU_SPEECH_AUDIO_INVALID, "it has more than 2 channels");
  if (source.code == HAFORU_OK && !buffer_reserve(&heap, &source.samples, 1)) source.code = HAFORU_OUT_OF_MEMORY; /* audio of no samples has its room */
  if (source.code == HAFORU_OK && (source.rate < RATE_LEAST || source.rate > RATE_MOST)) {
    buffer_free(&heap, &source.samples);
    return fail(HAFORU_SPEECH_AUDIO_INVALID, path, "path", "it has %u Hz, expected %d to %d", source.rate, RATE_LEAST, RATE_MOST);
  }
  if (source.code != HAFORU_OK) {
    buffer_free(&heap, &source.samples);
    return source.wrong == NULL ? fail(source.code, "the audio", NULL, NULL) : fail(source.code, path, "path", "%s", source.wrong);
  }
  uintptr_t audio = 0;
  const haforu_speech_code code = audio_open(&heap, (float *)(void *)source.samples.data, (size_t)source.frames, source.channels, source.rate, NULL, 0, &audio);
  *out = (haforu_speech_audio *)audio;
  return code;
}
#else
haforu_speech_code read_flac(const char *path, const uint8_t *file, size_t bytes, haforu_speech_audio **out) {
  (void)file;
  (void)bytes;
  (void)out;
  return fail(HAFORU_UNSUPPORTED, path, "path", "this library was built without libFLAC: install it with its headers (Debian: libflac-dev) and build again, or load WAV");
}

haforu_speech_code save_flac(pipeline_object *pipeline, const audio_object *audio, const char *path, int bits) {
  (void)pipeline;
  (void)audio;
  (void)path;
  (void)bits;
  return fail(HAFORU_UNSUPPORTED, "FLAC", "file", "this library was built without libFLAC: install it with its headers (Debian: libflac-dev) and build again, or save WAV");
}
#endif
