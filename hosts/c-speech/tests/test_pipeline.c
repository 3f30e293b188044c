/* Pipelines: handles of every wrong kind, options and configurations with what is wrong named, voices from files, folders and memory, errors with line and column, the allocator and the log. */
#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

#include "check.h"

static haforu_speech_error_info last(void) {
  haforu_speech_error_info error;
  haforu_speech_last_error(&error);
  return error;
}

static void handles(void) {
  haforu_speech_pipeline *pipeline = pipeline_or_stop(1);
  haforu_speech_audio *audio = NULL;
  haforu_speech_audio_info info;
  uint32_t threads;
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_synthesize(NULL, "a", 1, NULL, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_synthesize(FOREIGN(haforu_speech_pipeline), "a", 1, NULL, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_synthesize((haforu_speech_pipeline *)&threads, "a", 1, NULL, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_audio_get((haforu_speech_audio *)pipeline, &info));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_task_wait((haforu_speech_task *)pipeline, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_task_cancel(NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_audio_release(NULL));
  CHECK_OK(haforu_speech_synthesize(pipeline, "a", 1, NULL, &audio));
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_audio_release(audio));
  CHECK(strcmp(last().name, "invalid_handle") == 0 && strcmp(last().details, "{\"field\":\"audio\"}") == 0);
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_audio_get(audio, &info));
  CHECK_OK(haforu_speech_destroy(pipeline));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_destroy(pipeline));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_thread_count(pipeline, &threads));
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_cancel(pipeline));
  /* NULL where something is to be put. */
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_create(NULL, NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_last_error(NULL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_leak_check(NULL));
}

static void options(void) {
  haforu_speech_pipeline *pipeline = pipeline_or_stop(1);
  haforu_speech_options given;
  haforu_speech_audio *audio;
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_options_init(NULL, sizeof given));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_options_init(&given, 3));
#define REFUSED(field, value)                                                                                          \
  do {                                                                                                                 \
    CHECK_OK(haforu_speech_options_init(&given, sizeof given));                                                        \
    given.field = value;                                                                                               \
    CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize(pipeline, "a", 1, &given, &audio));            \
    CHECK(strstr(last().message, "expected") != NULL && strstr(last().details, "{\"field\":\"" #field "\"}") != NULL); \
  } while (0)
  REFUSED(rate, 0.49);
  REFUSED(rate, 2.01);
  REFUSED(rate, 0.0 / 0.0);
  REFUSED(pitch, 12.5);
  REFUSED(volume, -20.5);
  REFUSED(sample_rate, 44000);
  REFUSED(channels, 3);
  REFUSED(channels, 0);
  REFUSED(quality, 3);
  REFUSED(include, 16);
  REFUSED(chunk_ms, 19);
  REFUSED(voice, "../slt");
  REFUSED(voice, "");
  REFUSED(language, "e");
  REFUSED(language, "en_US");
  haforu_speech_options_init(&given, sizeof given);
  given.reserved[7] = 1;
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize(pipeline, "a", 1, &given, &audio));
  CHECK(strstr(last().message, "got 1 at 7") != NULL && strstr(last().details, "{\"field\":\"reserved\"}") != NULL);
  haforu_speech_options_init(&given, sizeof given);
  given.size = 8;
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize(pipeline, "a", 1, &given, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize(pipeline, NULL, 0, NULL, &audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize(pipeline, "a", 1, NULL, NULL));
  CHECK_CODE(HAFORU_SPEECH_TEXT_TOO_LONG, haforu_speech_synthesize(pipeline, "a", (size_t)1 << 30, NULL, &audio));
  CHECK_CODE(HAFORU_SPEECH_SSML_INVALID, haforu_speech_synthesize_ssml(pipeline, "<speak>\n<p>", NUL, NULL, &audio));
  CHECK(strstr(last().details, "\"line\":2") != NULL && strstr(last().details, "\"column\":") != NULL && strcmp(last().name, "speech_ssml_invalid") == 0);
  /* Twice the rate is half the time, 6 dB is twice the peak, both ± 3 %. */
  haforu_speech_audio_info usual, other;
  CHECK_OK(haforu_speech_synthesize(pipeline, "One two three four five six seven.", NUL, NULL, &audio));
  CHECK_OK(haforu_speech_audio_get(audio, &usual));
  const double duration = usual.duration, peak = usual.peak;
  CHECK_OK(haforu_speech_audio_release(audio));
  haforu_speech_options_init(&given, sizeof given);
  given.rate = 2;
  given.volume = 6.0205999;
  given.channels = 2;
  given.sample_rate = 44100;
  CHECK_OK(haforu_speech_synthesize(pipeline, "One two three four five six seven.", NUL, &given, &audio));
  CHECK_OK(haforu_speech_audio_get(audio, &other));
  CHECK(other.duration > duration / 2 * 0.97 && other.duration < duration / 2 * 1.03);
  CHECK(other.peak > peak * 1.5 && other.peak < peak * 2.5);
  CHECK(other.channels == 2 && other.rate == 44100 && other.samples[1000] == other.samples[1001]);
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_destroy(pipeline));
}

static void times(void) {
  haforu_speech_pipeline *pipeline = pipeline_or_stop(1);
  haforu_speech_audio *audio;
  haforu_speech_options given;
  const haforu_speech_span *words;
  const haforu_speech_mark *marks;
  size_t count;
  haforu_speech_options_init(&given, sizeof given);
  given.include = 15;
  CHECK_OK(haforu_speech_synthesize_ssml(pipeline, "<speak>Costs 25 <mark name='here &amp; now'/> dollars.</speak>", NUL, &given, &audio));
  CHECK_OK(haforu_speech_audio_spans(audio, HAFORU_SPEECH_WORDS, &words, &count));
  CHECK(count == 4 && strcmp(words[1].text, "twenty") == 0 && strcmp(words[2].text, "five") == 0);
  /* "25" owns both its words: code points 13 to 15 of the document. */
  CHECK(count == 4 && words[1].text_start == 13 && words[1].text_end == 15 && words[2].text_start == 13 && words[2].text_end == 15);
  for (size_t i = 1; i < count; i++) CHECK(words[i].start >= words[i - 1].end - 1e-9 && words[i].end > words[i].start);
  CHECK_OK(haforu_speech_audio_marks(audio, &marks, &count));
  CHECK(count == 1 && strcmp(marks[0].name, "here & now") == 0 && marks[0].time > 0);
  CHECK_OK(haforu_speech_audio_spans(audio, HAFORU_SPEECH_PHONEMES, &words, &count));
  CHECK(count > 10);
  CHECK_OK(haforu_speech_audio_spans(audio, HAFORU_SPEECH_SENTENCES, &words, &count));
  CHECK(count == 1 && words[0].text == NULL);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_audio_spans(audio, HAFORU_SPEECH_MARKS, &words, &count));
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_destroy(pipeline));
}

static void voices(void) {
  haforu_speech_config config;
  haforu_speech_pipeline *pipeline;
  haforu_speech_audio *audio;
  haforu_speech_voice *list;
  size_t count;
  char name[65];
  haforu_speech_config_init(&config, sizeof config);
  CHECK_OK(haforu_speech_create(&config, &pipeline));
  CHECK_CODE(HAFORU_SPEECH_VOICE_NOT_FOUND, haforu_speech_synthesize(pipeline, "a", 1, NULL, &audio));
  CHECK(strstr(last().message, "haforu_speech_voice_load") != NULL);
  CHECK_CODE(HAFORU_SPEECH_VOICE_NOT_FOUND, haforu_speech_voice_set(pipeline, "kal16"));
  CHECK_CODE(HAFORU_SPEECH_FILE_UNREADABLE, haforu_speech_voice_load(pipeline, "x", "no/such.flitevox"));
  /* What is no file: a folder, and a pipe, which nobody waits for. */
  CHECK_CODE(HAFORU_SPEECH_FILE_UNREADABLE, haforu_speech_voice_load(pipeline, "x", "packages"));
#ifndef _WIN32
  char pipe[512];
  const char *temporary = getenv("TMPDIR");
  snprintf(pipe, sizeof pipe, "%s/haforu-speech-voice-%p.flitevox", temporary == NULL ? "/tmp" : temporary, (void *)pipe);
  CHECK(mkfifo(pipe, 0600) == 0);
  alarm(60);
  CHECK_CODE(HAFORU_SPEECH_FILE_UNREADABLE, haforu_speech_voice_load(pipeline, "x", pipe));
  alarm(0);
  CHECK(strstr(last().message, "no regular file") != NULL);
  remove(pipe);
#endif
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_voice_load(pipeline, "a/b", KAL));
  /* Not a voice: the engine says so when it is spoken with. */
  CHECK_OK(haforu_speech_voice_load_memory(pipeline, "bad", "no voice", 8));
  CHECK_OK(haforu_speech_voice_set(pipeline, "bad"));
  CHECK_CODE(HAFORU_SPEECH_VOICE_INVALID, haforu_speech_synthesize(pipeline, "a", 1, NULL, &audio));
  /* From memory, in its place: the engine that refused it speaks with the new one. */
  FILE *file = fopen(KAL, "rb");
  CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
  const long bytes = ftell(file);
  void *data = malloc((size_t)bytes);
  rewind(file);
  CHECK(fread(data, 1, (size_t)bytes, file) == (size_t)bytes);
  fclose(file);
  CHECK_OK(haforu_speech_voice_load_memory(pipeline, "bad", data, (size_t)bytes));
  free(data);
  CHECK_OK(haforu_speech_synthesize(pipeline, "a", 1, NULL, &audio));
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_voice_get(pipeline, name, sizeof name));
  CHECK(strcmp(name, "bad") == 0);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_voice_get(pipeline, name, 2));
  CHECK_OK(haforu_speech_destroy(pipeline));
  /* Folders. */
  config.voice_path = "no/such/folder:packages/voice-kal16:packages/voice-slt";
  config.options.voice = "kal16";
  CHECK_OK(haforu_speech_create(&config, &pipeline));
  CHECK_OK(haforu_speech_voice_load(pipeline, "mine", KAL));
  CHECK_OK(haforu_speech_voice_list(pipeline, &list, &count));
  CHECK(count == 3 && strcmp(list[0].name, "kal16") == 0 && strcmp(list[1].name, "mine") == 0 && strcmp(list[2].name, "slt") == 0);
  CHECK(count == 3 && strcmp(list[0].source, KAL) == 0);
  CHECK_OK(haforu_speech_voice_list_free(list));
  CHECK_OK(haforu_speech_voice_list_free(NULL));
  CHECK_OK(haforu_speech_synthesize(pipeline, "a", 1, NULL, &audio));
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_destroy(pipeline));
}

static void configurations(void) {
  haforu_speech_config config, other;
  static char text[4096];
  size_t needed;
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_init(&config, 3));
  /* Where a program of this version, compiled for 64-bit pointers, has its threads: 8 bytes of size, 136 of options. */
  CHECK(sizeof(void *) != 8 || offsetof(haforu_speech_config, threads) == 144);
  CHECK_OK(haforu_speech_config_init(&config, sizeof config));
  CHECK_OK(haforu_speech_config_init(&other, sizeof other));
  CHECK_OK(haforu_speech_config_set(&config, "voice", "rms"));
  CHECK_OK(haforu_speech_config_set(&config, "voice", "kal16"));
  CHECK_OK(haforu_speech_config_set(&config, "rate", "1.25"));
  CHECK_OK(haforu_speech_config_set(&config, "include", "marks,phonemes"));
  CHECK_OK(haforu_speech_config_set(&config, "quality", "high"));
  CHECK_OK(haforu_speech_config_set(&config, "threads", "3"));
  CHECK_OK(haforu_speech_config_set(&config, "voice_path", "packages/voice-kal16"));
#define WRONG(key, value)                                                                                  \
  do {                                                                                                     \
    CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_set(&config, key, value));             \
    CHECK(strstr(last().message, "expected") != NULL);                                                     \
  } while (0)
  WRONG("tempo", "1");
  WRONG("rate", "3");
  WRONG("rate", "fast");
  WRONG("quality", "best");
  WRONG("include", "words,words");
  WRONG("include", "words,");
  WRONG("threads", "65");
  WRONG("threads", "-1");
  WRONG("threads", "1.5");
  WRONG("queue", "0");
  WRONG("voice", "");
  WRONG("voice_path", "");
  CHECK_OK(haforu_speech_config_get(&config, "rate", text, sizeof text, &needed));
  CHECK(strcmp(text, "1.25") == 0 && needed == 5);
  CHECK_OK(haforu_speech_config_get(&config, "include", text, sizeof text, NULL));
  CHECK(strcmp(text, "phonemes,marks") == 0);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_get(&config, "rate", text, 2, &needed));
  CHECK_OK(haforu_speech_config_json(&config, text, sizeof text, &needed));
  CHECK(strcmp(text, "{\"voice\":\"kal16\",\"rate\":1.25,\"pitch\":0,\"volume\":0,\"sample_rate\":0,\"channels\":1,\"quality\":\"high\",\"include\":[\"phonemes\",\"marks\"],\"chunk_ms\":250,"
                     "\"threads\":3,\"queue\":10000,\"voice_path\":\"packages/voice-kal16\"}") == 0);
  /* Out and in again: the same; all of it, or nothing. */
  CHECK_OK(haforu_speech_config_parse(&other, text, NUL));
  CHECK(other.options.rate == 1.25 && other.options.include == 10 && other.threads == 3 && strcmp(other.options.voice, "kal16") == 0);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, "{\"threads\":4,\"voice\":\"slt\",\"rate\":9}", NUL));
  CHECK(other.threads == 3 && strcmp(other.options.voice, "kal16") == 0);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, "{\"rate\":\"1\"}", NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, "{\"include\":\"words\"}", NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_JSON, haforu_speech_config_parse(&other, "[]", NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_JSON, haforu_speech_config_parse(&other, "{", NUL));
  /* Texts that are too long or hold a NUL are refused, not cut; what is wrong is told with its place. */
  static char longer[12000];
  snprintf(longer, sizeof longer, "{\"voice_path\":\"%04500d\"}", 7);
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, longer, NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, "{\"voice_path\":\"a\\u0000b\"}", NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, "{\"threads\\u0000x\":5}", NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_config_parse(&other, "{\"include\":[\"words\\u0000\"]}", NUL));
  CHECK_CODE(HAFORU_SPEECH_INVALID_JSON, haforu_speech_config_parse(&other, "{\"threads\":5,}", NUL));
  CHECK(strstr(last().message, "line 1, column 14 ") != NULL && other.threads == 3);
  /* Files. */
  char file[512];
  const char *folder = getenv("TMPDIR");
  snprintf(file, sizeof file, "%s/haforu-speech-config-%p.json", folder == NULL ? "/tmp" : folder, (void *)file);
  CHECK_OK(haforu_speech_config_save(&config, file));
  CHECK_OK(haforu_speech_config_clear(&other));
  CHECK(other.options.voice == NULL && other.threads == 0);
  CHECK_OK(haforu_speech_config_load(&other, file));
  CHECK(other.threads == 3);
  remove(file);
  CHECK_CODE(HAFORU_SPEECH_FILE_UNREADABLE, haforu_speech_config_load(&other, file));
  CHECK_CODE(HAFORU_SPEECH_OUTPUT_FAILED, haforu_speech_config_save(&config, "no/such/folder/config.json"));
  haforu_speech_pipeline *pipeline;
  uint32_t threads;
  CHECK_OK(haforu_speech_create(&config, &pipeline));
  CHECK_OK(haforu_speech_config_clear(&config));
  CHECK_OK(haforu_speech_config_clear(&other));
  CHECK_OK(haforu_speech_thread_count(pipeline, &threads));
  CHECK(threads == 3);
  haforu_speech_audio *audio;
  CHECK_OK(haforu_speech_synthesize(pipeline, "a", 1, NULL, &audio));
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_destroy(pipeline));
}

static int given_out, logged;
static void *allocate(void *user, size_t bytes) {
  (void)user;
  given_out++;
  return malloc(bytes);
}
static void give_back(void *user, void *memory) {
  (void)user;
  given_out--;
  free(memory);
}
static void log_line(void *user, int level, const char *message) {
  (void)user;
  (void)level;
  logged++;
  CHECK(message[0] != '\0');
}
static void *allocate_little(void *user, size_t bytes) {
  int *left = user;
  return (*left)-- > 0 ? malloc(bytes) : NULL;
}
static void free_little(void *user, void *memory) {
  (void)user;
  free(memory);
}

static void memory(void) {
  haforu_speech_config config;
  haforu_speech_pipeline *pipeline;
  haforu_speech_audio *audio;
  haforu_speech_memory statistics;
  haforu_speech_config_init(&config, sizeof config);
  config.allocator = (haforu_speech_allocator){allocate, NULL, NULL};
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_create(&config, &pipeline));
  config.allocator = (haforu_speech_allocator){allocate, give_back, NULL};
  config.log = log_line;
  config.options.voice = "kal16";
  config.voice_path = "packages/voice-kal16";
  CHECK_OK(haforu_speech_create(&config, &pipeline));
  CHECK_OK(haforu_speech_synthesize(pipeline, "Hello.", NUL, NULL, &audio));
  CHECK_OK(haforu_speech_memory_get(pipeline, &statistics));
  CHECK(statistics.engines == 1 && statistics.engine_bytes > 1000000 && statistics.host_bytes > 0 && statistics.working == 0 && statistics.waiting == 0);
  CHECK_OK(haforu_speech_destroy(pipeline));
  CHECK(logged > 0 && given_out > 0);
  /* Audio lives on without its pipeline. */
  haforu_speech_audio_info info;
  CHECK_OK(haforu_speech_audio_get(audio, &info));
  CHECK(info.frames > 1000 && info.samples[500] == info.samples[500]);
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK(given_out == 0);
  /* Out of memory at every allocation there is: an error, and nothing is lost. */
  for (int allowed = 0, done = 0; allowed < 200 && !done; allowed++) {
    int left = allowed;
    config.allocator = (haforu_speech_allocator){allocate_little, free_little, &left};
    config.log = NULL;
    haforu_speech_code code = haforu_speech_create(&config, &pipeline);
    if (code == HAFORU_SPEECH_OK) {
      code = haforu_speech_synthesize(pipeline, "Hello.", NUL, NULL, &audio);
      if (code == HAFORU_SPEECH_OK) {
        done = 1;
        CHECK_OK(haforu_speech_audio_release(audio));
      }
      CHECK_OK(haforu_speech_destroy(pipeline));
    }
    CHECK(code == HAFORU_SPEECH_OK || code == HAFORU_SPEECH_OUT_OF_MEMORY);
  }
}

int main(void) {
  CHECK(haforu_speech_has_error() == HAFORU_SPEECH_OK);
  handles();
  options();
  times();
  voices();
  configurations();
  memory();
  CHECK(haforu_speech_has_error() != HAFORU_SPEECH_OK);
  CHECK_OK(haforu_speech_clear_error());
  CHECK(haforu_speech_has_error() == HAFORU_SPEECH_OK && last().message[0] == '\0');
  CHECK(strcmp(haforu_speech_error_name(9999), "unknown") == 0 && strcmp(haforu_speech_error_name(107), "speech_audio_invalid") == 0);
  return checks_end();
}
