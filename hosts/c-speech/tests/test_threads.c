/* Threads: a hundred callers at once, tasks with callbacks and waits, cancels from other threads, pipelines that end while tasks wait. */
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define CALLERS 100
#define LONG_TEXT_BYTES 200000

static haforu_speech_pipeline *shared;
static double durations[10];
static char long_text[LONG_TEXT_BYTES + 1];

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static const char *const texts[10] = {"One.", "Two and two.", "Three.", "It costs 25 dollars.", "Five.", "Six words are in this sentence.", "Seven.", "Eight.", "Nine.", "Ten."};

static void *caller(void *argument) {
  const size_t i = (size_t)argument;
  haforu_speech_audio *audio;
  haforu_speech_audio_info info;
  CHECK_OK(haforu_speech_synthesize(shared, texts[i % 10], NUL, NULL, &audio));
  CHECK_OK(haforu_speech_audio_get(audio, &info));
  CHECK(info.duration == durations[i % 10]);
  CHECK_OK(haforu_speech_audio_release(audio));
  /* A line is the caller's: nothing of it stays with a thread that ends. */
  char *line;
  CHECK_OK(haforu_speech_request(shared, "{\"text\":\"a\",\"voice\":\"kal16\",\"include\":[]}", NUL, NULL, NULL, &line, NULL));
  CHECK(line != NULL && strstr(line, "\"status\":\"success\"") != NULL);
  CHECK_OK(haforu_speech_line_free(line));
  /* An error is the thread's own. */
  CHECK(haforu_speech_has_error() == HAFORU_SPEECH_OK);
  CHECK_CODE(HAFORU_SPEECH_SSML_INVALID, haforu_speech_synthesize_ssml(shared, "<speak>", NUL, NULL, &audio));
  CHECK(haforu_speech_has_error() == HAFORU_SPEECH_SSML_INVALID);
  return NULL;
}

static atomic_int done_count, cancelled_count;
static void on_done(void *user, haforu_speech_code code, haforu_speech_audio *audio) {
  const size_t i = (size_t)user;
  if (code == HAFORU_SPEECH_CANCELLED) {
    CHECK(audio == NULL && haforu_speech_has_error() == HAFORU_SPEECH_CANCELLED);
    atomic_fetch_add(&cancelled_count, 1);
    return;
  }
  haforu_speech_audio_info info;
  CHECK(code == HAFORU_SPEECH_OK);
  CHECK_OK(haforu_speech_audio_get(audio, &info));
  CHECK(info.duration == durations[i % 10]);
  CHECK_OK(haforu_speech_audio_release(audio));
  atomic_fetch_add(&done_count, 1);
}

static atomic_int over;
static void *look(void *unused) {
  (void)unused;
  haforu_speech_memory memory;
  while (atomic_load(&over) == 0) {
    CHECK_OK(haforu_speech_memory_get(shared, &memory));
    usleep(200);
  }
  return NULL;
}

static void at_once(void) {
  pthread_t threads[CALLERS], looker;
  /* What the engines hold is told while they work and grow. */
  CHECK(pthread_create(&looker, NULL, look, NULL) == 0);
  for (size_t i = 0; i < CALLERS; i++) CHECK(pthread_create(&threads[i], NULL, caller, (void *)i) == 0);
  for (size_t i = 0; i < CALLERS; i++) pthread_join(threads[i], NULL);
  atomic_store(&over, 1);
  pthread_join(looker, NULL);
  haforu_speech_memory memory;
  CHECK_OK(haforu_speech_memory_get(shared, &memory));
  CHECK(memory.engines <= 2 && memory.working == 0);
}

static void tasks(void) {
  haforu_speech_task *list[CALLERS];
  for (size_t i = 0; i < CALLERS; i++) CHECK_OK(haforu_speech_synthesize_async(shared, texts[i % 10], NUL, NULL, on_done, (void *)i, i % 2 == 0 ? &list[i] : NULL));
  for (size_t i = 0; i < CALLERS; i += 2) {
    CHECK_OK(haforu_speech_task_wait(list[i], NULL));
    CHECK_OK(haforu_speech_task_release(list[i]));
    CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_task_release(list[i]));
  }
  /* Without a callback the audio is for who waits; what failed says why there, too. */
  haforu_speech_task *task;
  haforu_speech_audio *audio;
  CHECK_OK(haforu_speech_synthesize_async(shared, texts[3], NUL, NULL, NULL, NULL, &task));
  CHECK_OK(haforu_speech_task_wait(task, &audio));
  haforu_speech_audio_info info;
  CHECK_OK(haforu_speech_audio_get(audio, &info));
  CHECK(info.duration == durations[3]);
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_task_wait(task, &audio));
  CHECK(audio == NULL);
  CHECK_OK(haforu_speech_task_cancel(task));
  CHECK_OK(haforu_speech_task_release(task));
  CHECK_OK(haforu_speech_synthesize_async(shared, texts[3], NUL, NULL, NULL, NULL, &task));
  CHECK_OK(haforu_speech_task_release(task)); /* nobody waits: its audio goes with it */
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize_async(shared, "a", 1, NULL, NULL, NULL, NULL));
  haforu_speech_options options;
  haforu_speech_options_init(&options, sizeof options);
  options.rate = 9;
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_synthesize_async(shared, "a", 1, &options, NULL, NULL, &task));
  options.rate = 1;
  options.voice = "nobody";
  CHECK_OK(haforu_speech_synthesize_async(shared, "a", 1, &options, NULL, NULL, &task));
  CHECK_CODE(HAFORU_SPEECH_VOICE_NOT_FOUND, haforu_speech_task_wait(task, &audio));
  CHECK(audio == NULL);
  /* The error is told as a call in this thread tells it. */
  haforu_speech_error_info told;
  CHECK_OK(haforu_speech_last_error(&told));
  char message[1024], details[4096];
  snprintf(message, sizeof message, "%s", told.message);
  snprintf(details, sizeof details, "%s", told.details);
  CHECK_CODE(HAFORU_SPEECH_VOICE_NOT_FOUND, haforu_speech_synthesize(shared, "a", 1, &options, &audio));
  CHECK_OK(haforu_speech_last_error(&told));
  CHECK(strcmp(message, told.message) == 0 && strcmp(details, told.details) == 0);
  CHECK_OK(haforu_speech_task_release(task));
  options.voice = NULL;
  options.ssml = 1;
  CHECK_OK(haforu_speech_synthesize_async(shared, "<speak>\n<x></speak>", NUL, &options, NULL, NULL, &task));
  CHECK_CODE(HAFORU_SPEECH_SSML_INVALID, haforu_speech_task_wait(task, &audio));
  CHECK_OK(haforu_speech_last_error(&told));
  snprintf(message, sizeof message, "%s", told.message);
  snprintf(details, sizeof details, "%s", told.details);
  CHECK_CODE(HAFORU_SPEECH_SSML_INVALID, haforu_speech_synthesize_ssml(shared, "<speak>\n<x></speak>", NUL, NULL, &audio));
  CHECK_OK(haforu_speech_last_error(&told));
  CHECK(strcmp(message, told.message) == 0 && strcmp(details, told.details) == 0 && strstr(details, "line") != NULL);
  CHECK_OK(haforu_speech_task_release(task));
}

static void *cancel_soon(void *argument) {
  const struct timespec pause = {0, 20000000};
  nanosleep(&pause, NULL);
  *(double *)argument = now_ms();
  haforu_speech_cancel(shared);
  return NULL;
}

static void cancels(void) {
  haforu_speech_task *running, *waiting[10];
  haforu_speech_audio *audio;
  CHECK_OK(haforu_speech_synthesize_async(shared, long_text, LONG_TEXT_BYTES, NULL, NULL, NULL, &running));
  CHECK_OK(haforu_speech_task_cancel(running));
  CHECK_CODE(HAFORU_SPEECH_CANCELLED, haforu_speech_task_wait(running, &audio));
  CHECK_OK(haforu_speech_task_release(running));
  /* A call in this thread, from another one. How long it took is printed, not judged: the machine may be busy. */
  pthread_t thread;
  double asked = 0;
  CHECK(pthread_create(&thread, NULL, cancel_soon, &asked) == 0);
  CHECK_CODE(HAFORU_SPEECH_CANCELLED, haforu_speech_synthesize(shared, long_text, LONG_TEXT_BYTES, NULL, &audio));
  printf("a cancel was answered after %.1f ms\n", now_ms() - asked);
  pthread_join(thread, NULL);
  CHECK_OK(haforu_speech_synthesize(shared, texts[0], NUL, NULL, &audio));
  CHECK_OK(haforu_speech_audio_release(audio));
  /* A pipeline that ends: what runs and what waits is cancelled, and said to be. */
  haforu_speech_pipeline *pipeline = pipeline_or_stop(1);
  atomic_store(&cancelled_count, 0);
  for (size_t i = 0; i < 10; i++) CHECK_OK(haforu_speech_synthesize_async(pipeline, long_text, LONG_TEXT_BYTES, NULL, on_done, NULL, &waiting[i]));
  CHECK_OK(haforu_speech_destroy(pipeline));
  CHECK(atomic_load(&cancelled_count) == 10);
  for (size_t i = 0; i < 10; i++) {
    CHECK_CODE(HAFORU_SPEECH_CANCELLED, haforu_speech_task_wait(waiting[i], NULL));
    CHECK_OK(haforu_speech_task_cancel(waiting[i]));
    CHECK_OK(haforu_speech_task_release(waiting[i]));
  }
  CHECK_CODE(HAFORU_SPEECH_INVALID_HANDLE, haforu_speech_synthesize_async(pipeline, "a", 1, NULL, on_done, NULL, NULL));
}

static haforu_speech_pipeline *given;
static haforu_speech_task *_Atomic own_task;
static void from_within(void *user, haforu_speech_code code, haforu_speech_audio *audio) {
  CHECK(code == HAFORU_SPEECH_OK);
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_destroy(given));
  while (atomic_load(&own_task) == NULL) sched_yield();
  CHECK_CODE(HAFORU_SPEECH_INVALID_ARGUMENT, haforu_speech_task_wait(atomic_load(&own_task), NULL));
  *(int *)user = 1;
}

/* In a task's callback neither it nor its pipeline can be waited for. */
static void callbacks_that_wait(void) {
  given = pipeline_or_stop(1);
  haforu_speech_task *task;
  int called = 0;
  CHECK_OK(haforu_speech_synthesize_async(given, texts[0], NUL, NULL, from_within, &called, &task));
  atomic_store(&own_task, task);
  CHECK_OK(haforu_speech_task_wait(task, NULL));
  CHECK(called == 1);
  CHECK_OK(haforu_speech_task_release(task));
  CHECK_OK(haforu_speech_destroy(given));
}

static void full_queue(void) {
  haforu_speech_config config;
  haforu_speech_pipeline *pipeline;
  haforu_speech_config_init(&config, sizeof config);
  config.threads = 1;
  config.queue = 2;
  config.options.voice = "kal16";
  config.voice_path = "packages/voice-kal16";
  CHECK_OK(haforu_speech_create(&config, &pipeline));
  int refused = 0;
  for (int i = 0; i < 10; i++) refused += haforu_speech_synthesize_async(pipeline, long_text, LONG_TEXT_BYTES, NULL, on_done, NULL, NULL) == HAFORU_SPEECH_INVALID_ARGUMENT;
  CHECK(refused >= 7);
  CHECK_OK(haforu_speech_destroy(pipeline));
}

int main(void) {
  for (size_t i = 0; i < LONG_TEXT_BYTES; i++) long_text[i] = "It was a bright cold day in April. "[i % 35];
  shared = pipeline_or_stop(2);
  for (size_t i = 0; i < 10; i++) {
    haforu_speech_audio *audio;
    haforu_speech_audio_info info;
    CHECK_OK(haforu_speech_synthesize(shared, texts[i], NUL, NULL, &audio));
    CHECK_OK(haforu_speech_audio_get(audio, &info));
    durations[i] = info.duration;
    CHECK_OK(haforu_speech_audio_release(audio));
  }
  haforu_speech_clear_error();
  at_once();
  tasks();
  cancels();
  full_queue();
  callbacks_that_wait();
  CHECK_OK(haforu_speech_destroy(shared));
  CHECK(atomic_load(&done_count) == CALLERS);
  return checks_end();
}
