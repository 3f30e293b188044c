/* Audio: streams joined are the whole, text in pieces, copies in other formats, files written and read back, files that are none. */
#include <math.h>
#ifndef _WIN32
#include <unistd.h>
#endif

#include "check.h"

#define TEXT "Grüße 25 € 😀 and so on. The second sentence is here, and it is longer. A third."

typedef struct joined {
  float *samples;
  size_t count, chunks;
  int stop_at;
  uint32_t rate;
} joined;
static int join(void *user, const haforu_speech_chunk *chunk) {
  joined *all = user;
  const size_t count = chunk->frames * chunk->channels;
  CHECK(chunk->start_frame == (double)(all->count / chunk->channels) && chunk->index == all->chunks);
  all->samples = realloc(all->samples, (all->count + count + 1) * sizeof *all->samples);
  if (count > 0) memcpy(all->samples + all->count, chunk->samples, count * sizeof *all->samples);
  all->count += count;
  all->rate = chunk->rate;
  return ++all->chunks == (size_t)all->stop_at;
}
typedef struct cut {
  const char *text;
  size_t bytes, size;
} cut;
static size_t next_piece(void *user, const char **data) {
  cut *all = user;
  const size_t bytes = all->bytes < all->size ? all->bytes : all->size;
  *data = all->text;
  all->text += bytes;
  all->bytes -= bytes;
  return bytes;
}

static int channels_of_none(void *user, const haforu_speech_chunk *chunk) {
  CHECK(chunk->frames == 0 && chunk->final != 0);
  *(uint32_t *)user = chunk->channels;
  return 0;
}

static void streams(haforu_speech_pipeline *pipeline) {
  haforu_speech_options two;
  haforu_speech_options_init(&two, sizeof two);
  two.channels = 2;
  uint32_t channels = 0;
  CHECK_OK(haforu_speech_stream(pipeline, "", 0, &two, channels_of_none, &channels));
  CHECK(channels == 2);
  haforu_speech_audio *audio;
  haforu_speech_audio_info info;
  CHECK_OK(haforu_speech_synthesize(pipeline, TEXT, NUL, NULL, &audio));
  CHECK_OK(haforu_speech_audio_get(audio, &info));
  joined all = {0};
  CHECK_OK(haforu_speech_stream(pipeline, TEXT, NUL, NULL, join, &all));
  CHECK(all.chunks > 3 && all.rate == info.rate && all.count == info.frames && memcmp(all.samples, info.samples, all.count * 4) == 0);
  free(all.samples);
  for (size_t size = 1; size < 8; size += 3) {
    joined other = {0};
    cut pieces = {TEXT, strlen(TEXT), size};
    CHECK_OK(haforu_speech_stream_from(pipeline, next_piece, &pieces, NULL, join, &other));
    CHECK(other.count == info.frames && memcmp(other.samples, info.samples, other.count * 4) == 0);
    free(other.samples);
  }
  joined some = {.stop_at = 2};
  CHECK_CODE(HAFORU_SPEECH_CANCELLED, haforu_speech_stream(pipeline, TEXT, NUL, NULL, join, &some));
  CHECK(some.chunks == 2);
  free(some.samples);
  /* The next call is not touched by it. */
  joined again = {0};
  CHECK_OK(haforu_speech_stream(pipeline, TEXT, NUL, NULL, join, &again));
  CHECK(again.count == info.frames);
  free(again.samples);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_stream(pipeline, TEXT, NUL, NULL, NULL, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_stream_from(pipeline, NULL, NULL, NULL, join, &again));
  char *line;
  CHECK_CODE(HAFORU_SPEECH_INVALID_REQUEST, haforu_speech_request(pipeline, "{\"feed\":true,\"voice\":\"kal16\"}", NUL, NULL, NULL, &line, NULL));
  CHECK_OK(haforu_speech_line_free(line));
  CHECK_CODE(HAFORU_SPEECH_INVALID_JSON, haforu_speech_request(pipeline, "{", NUL, NULL, NULL, &line, NULL));
  CHECK(line != NULL && strstr(line, "\"status\":\"error\"") != NULL);
  CHECK_OK(haforu_speech_line_free(line));
  CHECK_OK(haforu_speech_line_free(NULL));
  CHECK_OK(haforu_speech_audio_release(audio));
}

static const char *message(void) {
  haforu_speech_error_info error;
  haforu_speech_last_error(&error);
  return error.message;
}

/* With libFLAC files that hold what WAV files hold, without it what to install. */
static void flac_files(haforu_speech_pipeline *pipeline, const char *path) {
  haforu_speech_audio *audio, *back, *wav;
  haforu_speech_audio_info info, expected;
  float samples[10000];
  for (size_t i = 0; i < 10000; i++) samples[i] = (float)(0.9 * sin((double)i * 0.05) * cos((double)i * 0.0007));
  for (uint32_t channels = 1; channels <= 2; channels++) {
    CHECK_OK(haforu_speech_audio_create(samples, 10000 / channels, channels, 44100, &audio));
    const haforu_speech_code code = haforu_speech_audio_save(pipeline, audio, path, HAFORU_SPEECH_FLAC16);
    if (code == HAFORU_SPEECH_UNSUPPORTED) {
      CHECK(strstr(message(), "libFLAC") != NULL);
      CHECK_OK(haforu_speech_audio_release(audio));
      continue;
    }
    for (int more = 0; more < 2; more++) {
      CHECK_OK(haforu_speech_audio_save(pipeline, audio, path, HAFORU_SPEECH_WAV16 + more));
      CHECK_OK(haforu_speech_audio_load(path, &wav));
      CHECK_OK(haforu_speech_audio_save(pipeline, audio, path, HAFORU_SPEECH_FLAC16 + more));
      CHECK_OK(haforu_speech_audio_load(path, &back));
      CHECK_OK(haforu_speech_audio_get(wav, &expected));
      CHECK_OK(haforu_speech_audio_get(back, &info));
      CHECK(info.frames == expected.frames && info.channels == channels && info.rate == 44100);
      CHECK(info.frames == expected.frames && memcmp(info.samples, expected.samples, info.frames * channels * sizeof(float)) == 0);
      CHECK_OK(haforu_speech_audio_release(wav));
      CHECK_OK(haforu_speech_audio_release(back));
    }
    /* A file that was cut, or has a wrong byte in its samples, is refused, whatever of it could be decoded. */
    static char bytes[100000];
    FILE *file = fopen(path, "rb");
    const size_t count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    CHECK(count > 1000 && count < sizeof bytes);
    for (size_t part = 0; part < 40; part++) {
      const size_t at = 4 + (count - 5) * part / 39;
      file = fopen(path, "wb");
      fwrite(bytes, 1, at, file);
      fclose(file);
      CHECK_CODE(HAFORU_SPEECH_AUDIO_INVALID, haforu_speech_audio_load(path, &back));
      file = fopen(path, "wb");
      bytes[at] ^= 0x55;
      fwrite(bytes, 1, count, file);
      bytes[at] ^= 0x55;
      fclose(file);
      const haforu_speech_code loaded = haforu_speech_audio_load(path, &back);
      CHECK(loaded == HAFORU_SPEECH_AUDIO_INVALID || (loaded == HAFORU_SPEECH_OK && at < 200));
      if (loaded == HAFORU_SPEECH_OK) CHECK_OK(haforu_speech_audio_release(back));
    }
    CHECK_OK(haforu_speech_audio_release(audio));
  }
}

static void files(haforu_speech_pipeline *pipeline) {
  static const float samples[] = {0, 0.5f, -0.5f, 1, -1, 0.25f, 0.123456f, -0.987654f};
  haforu_speech_audio *audio, *back;
  haforu_speech_audio_info info;
  char path[512];
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/haforu-speech-%p.wav", folder == NULL ? "/tmp" : folder, (void *)path);
  for (uint32_t channels = 1; channels <= 2; channels++) {
    CHECK_OK(haforu_speech_audio_create(samples, 8 / channels, channels, 22050, &audio));
    /* Of 16 bits a sample is within one step of 2^-15; full scale is cut to the largest integer. */
    static const double steps[] = {0, 1 / 32768.0, 1 / 8388608.0, 1 / 2147483648.0 + 1e-7, 0};
    for (int kind = HAFORU_SPEECH_WAV16; kind <= HAFORU_SPEECH_WAV_FLOAT; kind++) {
      CHECK_OK(haforu_speech_audio_save(pipeline, audio, path, kind));
      CHECK_OK(haforu_speech_audio_load(path, &back));
      CHECK_OK(haforu_speech_audio_get(back, &info));
      CHECK(info.frames == 8 / channels && info.channels == channels && info.rate == 22050 && strcmp(info.json, "{}") == 0);
      for (size_t i = 0; i < 8; i++) CHECK(fabs((double)info.samples[i] - (double)samples[i]) <= steps[kind]);
      CHECK_OK(haforu_speech_audio_release(back));
    }
    CHECK_OK(haforu_speech_audio_release(audio));
  }
  /* What a copy holds, by hand: 0.5 is 16384 of 32768; big endian turns the bytes round; in uint8 it is 128 + 64. */
  CHECK_OK(haforu_speech_audio_create(samples, 8, 1, 22050, &audio));
  uint8_t bytes[64];
  uint64_t clipped;
  CHECK_OK(haforu_speech_audio_copy(pipeline, audio, 1, 1, HAFORU_SPEECH_INT16, 0, bytes, 2, &clipped));
  CHECK(bytes[0] == 0 && bytes[1] == 0x40 && clipped == 0);
  CHECK_OK(haforu_speech_audio_copy(pipeline, audio, 1, 1, HAFORU_SPEECH_INT16, HAFORU_SPEECH_BIG_ENDIAN, bytes, 2, NULL));
  CHECK(bytes[0] == 0x40 && bytes[1] == 0);
  CHECK_OK(haforu_speech_audio_copy(pipeline, audio, 1, 1, HAFORU_SPEECH_UINT8, 0, bytes, 1, NULL));
  CHECK(bytes[0] == 192);
  CHECK_OK(haforu_speech_audio_copy(pipeline, audio, 8, 0, HAFORU_SPEECH_INT16, 0, NULL, 0, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_copy(pipeline, audio, 0, 8, HAFORU_SPEECH_INT16, 0, bytes, 15, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_copy(pipeline, audio, 5, 4, HAFORU_SPEECH_INT16, 0, bytes, 64, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_copy(pipeline, audio, 0, SIZE_MAX, HAFORU_SPEECH_INT16, 0, bytes, 64, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_copy(pipeline, audio, 0, 1, 7, 0, bytes, 64, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_copy(pipeline, audio, 0, 1, 1, 4, bytes, 64, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_resample(pipeline, audio, 999, 1, &back));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_resample(pipeline, audio, 8000, 3, &back));
  CHECK_OK(haforu_speech_audio_resample(pipeline, audio, 44100, 2, &back));
  CHECK_OK(haforu_speech_audio_get(back, &info));
  CHECK(info.frames == 16 && info.rate == 44100);
  CHECK_OK(haforu_speech_audio_release(back));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_save(pipeline, audio, path, 9));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_save(pipeline, audio, "", HAFORU_SPEECH_WAV16));
  CHECK_CODE(HAFORU_SPEECH_OUTPUT_FAILED, haforu_speech_audio_save(pipeline, audio, "no/such/folder/a.wav", HAFORU_SPEECH_WAV16));
#ifdef HAFORU_MP3
  CHECK_OK(haforu_speech_audio_save(pipeline, audio, path, HAFORU_SPEECH_MP3));
#else
  CHECK_CODE(HAFORU_SPEECH_UNSUPPORTED, haforu_speech_audio_save(pipeline, audio, path, HAFORU_SPEECH_MP3));
  haforu_speech_error_info error;
  haforu_speech_last_error(&error);
  CHECK(strstr(error.message, "LAME") != NULL && strstr(error.message, "install") != NULL);
#endif
  CHECK_OK(haforu_speech_audio_release(audio));
  flac_files(pipeline, path);
  /* Files that are none. */
  static const struct {
    const char *bytes;
    size_t count;
  } bad[] = {{"", 0}, {"RIFF", 4}, {"RIFF\0\0\0\0WAVE", 12}, {"RIFF\0\0\0\0WAVEfmt \2\0\0\0ab", 22}, {"RIFF\0\0\0\0WAVEfmt \20\0\0\0\1\0\11\0\100\37\0\0\0\0\0\0\2\0\20\0data\2\0\0\0ab", 46},
             {"RIFF\0\0\0\0WAVEdata\377\377\377\377ab", 22}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    FILE *file = fopen(path, "wb");
    fwrite(bad[i].bytes, 1, bad[i].count, file);
    fclose(file);
    CHECK_CODE(HAFORU_SPEECH_AUDIO_INVALID, haforu_speech_audio_load(path, &back));
    CHECK(back == NULL);
  }
  remove(path);
  CHECK_CODE(HAFORU_SPEECH_FILE_UNREADABLE, haforu_speech_audio_load(path, &back));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_create(samples, 4, 3, 8000, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_create(NULL, 4, 1, 8000, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_create(samples, 4, 1, 0, &audio));
}

int main(void) {
  haforu_speech_pipeline *pipeline = pipeline_or_stop(1);
  streams(pipeline);
  files(pipeline);
  CHECK_OK(haforu_speech_destroy(pipeline));
  return checks_end();
}
