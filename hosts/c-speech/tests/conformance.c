/* Speaks a file of cases with the C library, in the form that every host's runner has (conformance/README.md).
 * usage: haforu_speech_conformance requests|calls FILE    (in the repository's root; answers to stdout, a line each) */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "haforu_speech.h"

#define FIELDS 12
static haforu_speech_pipeline *pipeline;

/* FNV-1a of 64 bits. */
static uint64_t fnv(uint64_t hash, const void *data, size_t bytes) {
  const uint8_t *at = data;
  for (size_t i = 0; i < bytes; i++) hash = (hash ^ at[i]) * 0x100000001b3u;
  return hash;
}
#define FNV_START 0xcbf29ce484222325u

static void print_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, 8);
  printf("%016" PRIx64, bits);
}

static void print_hex(const char *text) {
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) printf("%02x", *c);
}

static char *unhex(const char *text, size_t *bytes) {
  *bytes = strlen(text) / 2;
  char *out = malloc(*bytes + 1);
  for (size_t i = 0; i < *bytes; i++) {
    unsigned value = 0;
    sscanf(text + 2 * i, "%2x", &value);
    out[i] = (char)value;
  }
  out[*bytes] = '\0';
  return out;
}

/* --- requests ----------------------------------------------------------------------------------------------------------------------- */

typedef struct counted {
  uint64_t hash;
  unsigned chunks;
} counted;
static int count_bytes(void *user, const void *data, size_t bytes) {
  counted *all = user;
  all->hash = fnv(all->hash, data, bytes);
  all->chunks++;
  return 0;
}

static void request(const char *line) {
  counted all = {FNV_START, 0};
  char *answer = NULL;
  haforu_speech_request(pipeline, line, HAFORU_SPEECH_NUL_TERMINATED, count_bytes, &all, &answer, NULL);
  printf("%016" PRIx64 " %u %s\n", all.hash, all.chunks, answer == NULL ? "(no line)" : answer);
  haforu_speech_line_free(answer);
}

/* --- calls -------------------------------------------------------------------------------------------------------------------------- */

/* What the other hosts call the codes of C that are the engine's or this library's own. */
static void print_error(haforu_speech_code code) {
  const char *name = haforu_speech_error_name(code);
  if (code == HAFORU_SPEECH_INVALID_ARGUMENT || code == HAFORU_SPEECH_INVALID_REQUEST || code == HAFORU_SPEECH_UNSUPPORTED) name = "speech_option_invalid";
  if (code == HAFORU_SPEECH_VOICE_UNSUPPORTED) name = "speech_voice_invalid";
  printf("error %s\n", name);
}

static int options_of(char **fields, haforu_speech_options *options) {
  static const char *const qualities[] = {"draft", "standard", "high"};
  static const char *const times[] = {"words", "phonemes", "sentences", "marks"};
  haforu_speech_options_init(options, sizeof *options);
  if (*fields[0] != '\0') options->voice = fields[0];
  if (*fields[1] != '\0') options->language = fields[1];
  if (*fields[2] != '\0') options->rate = strtod(fields[2], NULL);
  if (*fields[3] != '\0') options->pitch = strtod(fields[3], NULL);
  if (*fields[4] != '\0') options->volume = strtod(fields[4], NULL);
  if (*fields[5] != '\0') options->sample_rate = (uint32_t)strtoul(fields[5], NULL, 10);
  if (*fields[6] != '\0') options->channels = (uint32_t)strtoul(fields[6], NULL, 10);
  if (*fields[7] != '\0') {
    options->quality = -1;
    for (int i = 0; i < 3; i++)
      if (strcmp(qualities[i], fields[7]) == 0) options->quality = i;
  }
  if (*fields[8] != '\0') {
    options->include = 0;
    for (uint32_t i = 0; i < 4; i++)
      if (strstr(fields[8], times[i]) != NULL) options->include |= 1u << i;
  }
  if (*fields[9] != '\0') options->chunk_ms = (uint32_t)strtoul(fields[9], NULL, 10);
  return 1;
}

static void print_spans(haforu_speech_audio *audio, int kind) {
  const haforu_speech_span *spans;
  size_t count;
  haforu_speech_audio_spans(audio, kind, &spans, &count);
  printf(" | ");
  for (size_t i = 0; i < count; i++) {
    if (i > 0) putchar(' ');
    if (spans[i].text != NULL) {
      print_hex(spans[i].text);
      putchar(',');
    }
    print_bits(spans[i].start);
    putchar(',');
    print_bits(spans[i].end);
    printf(",%u,%u", spans[i].text_start, spans[i].text_end);
  }
}

/* The codes of the result line's warnings: found without a reader of JSON, as they stand. */
static void print_warnings(const char *json) {
  const char *at = strstr(json, "\"warnings\":[");
  printf(" | ");
  int first = 1;
  for (at = at == NULL ? NULL : strstr(at, "{\"code\":\""); at != NULL; at = strstr(at, "{\"code\":\"")) {
    at += 9;
    printf("%s%.*s", first ? "" : " ", (int)strcspn(at, "\""), at);
    first = 0;
  }
}

static void spoken(int ssml, char **fields) {
  haforu_speech_options options;
  haforu_speech_audio *audio;
  size_t bytes;
  char *text = unhex(fields[0], &bytes);
  options_of(fields + 1, &options);
  const haforu_speech_code code = ssml ? haforu_speech_synthesize_ssml(pipeline, text, bytes, &options, &audio) : haforu_speech_synthesize(pipeline, text, bytes, &options, &audio);
  free(text);
  if (code != HAFORU_SPEECH_OK) {
    print_error(code);
    return;
  }
  haforu_speech_audio_info info;
  haforu_speech_audio_get(audio, &info);
  printf("%016" PRIx64 " %u %u %zu ", fnv(FNV_START, info.samples, info.frames * info.channels * 4), info.rate, info.channels, info.frames);
  print_bits(info.peak);
  print_spans(audio, HAFORU_SPEECH_WORDS);
  print_spans(audio, HAFORU_SPEECH_PHONEMES);
  print_spans(audio, HAFORU_SPEECH_SENTENCES);
  const haforu_speech_mark *marks;
  size_t count;
  haforu_speech_audio_marks(audio, &marks, &count);
  printf(" | ");
  for (size_t i = 0; i < count; i++) {
    if (i > 0) putchar(' ');
    print_hex(marks[i].name);
    putchar(',');
    print_bits(marks[i].time);
    printf(",%u", marks[i].text_start);
  }
  print_warnings(info.json);
  putchar('\n');
  haforu_speech_audio_release(audio);
}

typedef struct streamed {
  uint64_t hash;
  unsigned words;
  size_t count, frames[4096];
} streamed;
static int take(void *user, const haforu_speech_chunk *chunk) {
  streamed *all = user;
  all->hash = fnv(all->hash, chunk->samples, chunk->frames * chunk->channels * 4);
  if (all->count < 4096) all->frames[all->count++] = chunk->frames;
  const char *end = strstr(chunk->times, "\"phonemes\"");
  const char *words = strstr(chunk->times, "\"words\":[");
  if (end == NULL) end = strstr(chunk->times, "\"sentences\"");
  for (const char *at = words == NULL ? NULL : strstr(words, "{\"text\":"); at != NULL && (end == NULL || at < end || end < words); at = strstr(at + 1, "{\"text\":")) all->words++;
  return 0;
}
typedef struct pieces {
  const char *text;
  size_t bytes, size;
} pieces;
static size_t next_piece(void *user, const char **data) {
  pieces *all = user;
  const size_t bytes = all->bytes < all->size ? all->bytes : all->size;
  *data = all->text;
  all->text += bytes;
  all->bytes -= bytes;
  return bytes;
}

static void stream(int in_pieces, char **fields) {
  static streamed all;
  haforu_speech_options options;
  size_t bytes;
  char *text = unhex(fields[0], &bytes);
  memset(&all, 0, sizeof all);
  all.hash = FNV_START;
  char *own = fields[10];
  static char none[1] = "";
  if (in_pieces) fields[10] = none;
  options_of(fields + 1, &options);
  pieces cut = {text, bytes, in_pieces ? strtoul(own, NULL, 10) : 0};
  const haforu_speech_code code = in_pieces ? haforu_speech_stream_from(pipeline, next_piece, &cut, &options, take, &all) : haforu_speech_stream(pipeline, text, bytes, &options, take, &all);
  free(text);
  if (code != HAFORU_SPEECH_OK) {
    print_error(code);
    return;
  }
  printf("%016" PRIx64 " %u ", all.hash, all.words);
  for (size_t i = 0; i < all.count; i++) printf("%s%zu", i == 0 ? "" : ",", all.frames[i]);
  putchar('\n');
}

/* Noise a little beyond full scale, of Numerical Recipes' generator. */
static float *noise(size_t count) {
  float *samples = malloc(count * sizeof *samples);
  uint32_t state = 1;
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    samples[i] = (float)((state / 2147483648.0 - 1) * 1.25);
  }
  return samples;
}

static void convert(char **fields) {
  static const char *const names[] = {"", "int16", "int24", "int32", "uint8", "float64", "float32"};
  const size_t count = strtoul(fields[0], NULL, 10);
  int format = 0;
  for (int i = 1; i < 7; i++)
    if (strcmp(names[i], fields[1]) == 0) format = i;
  const int flags = (strcmp(fields[2], "big") == 0 ? HAFORU_SPEECH_BIG_ENDIAN : 0) | (strcmp(fields[3], "dither") == 0 ? HAFORU_SPEECH_DITHER : 0);
  static const size_t widths[] = {0, 2, 3, 4, 1, 8, 4};
  float *samples = noise(count);
  haforu_speech_audio *audio;
  uint64_t clipped = 0;
  void *out = malloc(count * 8);
  haforu_speech_code code = haforu_speech_audio_create(samples, count, 1, 16000, &audio);
  if (code == HAFORU_SPEECH_OK) code = haforu_speech_audio_copy(pipeline, audio, 0, count, format, flags, out, count * widths[format], &clipped);
  if (code == HAFORU_SPEECH_OK)
    printf("%016" PRIx64 " %" PRIu64 "\n", fnv(FNV_START, out, count * widths[format]), clipped);
  else
    print_error(code);
  haforu_speech_audio_release(audio);
  free(samples);
  free(out);
}

static void resample(char **fields) {
  const size_t count = strtoul(fields[0], NULL, 10);
  const uint32_t channels = (uint32_t)strtoul(fields[1], NULL, 10);
  const int quality = strcmp(fields[4], "draft") == 0 ? 0 : strcmp(fields[4], "high") == 0 ? 2 : 1;
  float *samples = noise(count);
  haforu_speech_audio *audio = NULL, *other = NULL;
  haforu_speech_code code = haforu_speech_audio_create(samples, count / channels, channels, (uint32_t)strtoul(fields[2], NULL, 10), &audio);
  if (code == HAFORU_SPEECH_OK) code = haforu_speech_audio_resample(pipeline, audio, (uint32_t)strtoul(fields[3], NULL, 10), quality, &other);
  if (code == HAFORU_SPEECH_OK) {
    haforu_speech_audio_info info;
    haforu_speech_audio_get(other, &info);
    printf("%016" PRIx64 " %zu\n", fnv(FNV_START, info.samples, info.frames * info.channels * 4), info.frames);
    haforu_speech_audio_release(other);
  } else
    print_error(code);
  haforu_speech_audio_release(audio);
  free(samples);
}

static void call(char *line) {
  static char none[1] = "";
  char *fields[FIELDS];
  size_t count = 0;
  for (char *at = line; count < FIELDS;) {
    fields[count++] = at;
    char *end = strchr(at, '\t');
    if (end == NULL) break;
    *end = '\0';
    at = end + 1;
  }
  while (count < FIELDS) fields[count++] = none;
  if (strcmp(fields[0], "text") == 0 || strcmp(fields[0], "ssml") == 0)
    spoken(fields[0][0] == 's', fields + 1);
  else if (strcmp(fields[0], "chunks") == 0 || strcmp(fields[0], "pieces") == 0)
    stream(fields[0][0] == 'p', fields + 1);
  else if (strcmp(fields[0], "convert") == 0)
    convert(fields + 1);
  else
    resample(fields + 1);
}

int main(int count, char **words) {
  if (count != 3) return 2;
  haforu_speech_config config;
  haforu_speech_config_init(&config, sizeof config);
  config.threads = 1;
  config.voice_path = "packages/voice-slt:packages/voice-rms:packages/voice-awb:packages/voice-kal16";
  if (haforu_speech_create(&config, &pipeline) != HAFORU_SPEECH_OK) return 1;
  FILE *file = fopen(words[2], "rb");
  if (file == NULL) return 2;
  char *line = NULL;
  size_t capacity = 0;
  for (ssize_t bytes = getline(&line, &capacity, file); bytes > 0; bytes = getline(&line, &capacity, file)) {
    if (line[bytes - 1] == '\n') line[bytes - 1] = '\0';
    if (strcmp(words[1], "requests") == 0)
      request(line);
    else
      call(line);
  }
  free(line);
  fclose(file);
  return haforu_speech_destroy(pipeline);
}
