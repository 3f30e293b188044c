/* What the tests share: checks that count and say where. A test program ends with `return checks_end();`. Run in the repository's root (ctest sees to that). */
#ifndef HAFORU_SPEECH_TESTS_CHECK_H
#define HAFORU_SPEECH_TESTS_CHECK_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "haforu_speech.h"

/* Threads check too. */
static atomic_int checks_done, checks_failed;

#define CHECK(condition)                                                   \
  do {                                                                     \
    atomic_fetch_add(&checks_done, 1);                                     \
    if (!(condition)) {                                                    \
      atomic_fetch_add(&checks_failed, 1);                                 \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);      \
    }                                                                      \
  } while (0)

/* A code, with the message where it is another one. */
#define CHECK_CODE(expected, call)                                                                                                   \
  do {                                                                                                                               \
    const haforu_speech_code got_ = (call);                                                                                          \
    atomic_fetch_add(&checks_done, 1);                                                                                               \
    if (got_ != (expected)) {                                                                                                        \
      haforu_speech_error_info error_;                                                                                               \
      haforu_speech_last_error(&error_);                                                                                             \
      atomic_fetch_add(&checks_failed, 1);                                                                                           \
      fprintf(stderr, "%s:%d: %s gave %s, expected %s; last error: %s\n", __FILE__, __LINE__, #call, haforu_speech_error_name(got_), \
              haforu_speech_error_name(expected), error_.message);                                                                  \
    }                                                                                                                                \
  } while (0)
#define CHECK_OK(call) CHECK_CODE(HAFORU_SPEECH_OK, call)
#define NUL HAFORU_SPEECH_NUL_TERMINATED
/* A handle that is none: odd numbers have the form of one. */
#define FOREIGN(type) ((type *)(uintptr_t)0x123456789abcdeffu)
#define KAL "packages/voice-kal16/kal16.diphones"

static inline int checks_end(void) {
  haforu_speech_leaks leaks;
  CHECK(haforu_speech_leak_check(&leaks) == HAFORU_SPEECH_OK);
  CHECK(leaks.pipelines == 0 && leaks.audios == 0 && leaks.tasks == 0);
  CHECK(leaks.host_blocks == 0 && leaks.host_bytes == 0);
  printf("%d checks, %d failed\n", atomic_load(&checks_done), atomic_load(&checks_failed));
  return atomic_load(&checks_failed) == 0 ? 0 : 1;
}

/* A pipeline that speaks with kal16, the voice that starts soonest. */
static inline haforu_speech_pipeline *pipeline_or_stop(uint32_t threads) {
  haforu_speech_config config;
  haforu_speech_pipeline *pipeline = NULL;
  haforu_speech_config_init(&config, sizeof config);
  config.threads = threads;
  config.options.voice = "kal16";
  if (haforu_speech_create(&config, &pipeline) != HAFORU_SPEECH_OK || haforu_speech_voice_load(pipeline, NULL, KAL) != HAFORU_SPEECH_OK) {
    haforu_speech_error_info error;
    haforu_speech_last_error(&error);
    fprintf(stderr, "no pipeline: %s\n", error.message);
    exit(1);
  }
  return pipeline;
}

#endif
