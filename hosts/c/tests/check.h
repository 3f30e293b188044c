/* What the tests share: checks that count and say where, and the fonts. A test program ends with `return checks_end();`. */
#ifndef HAFORU_TESTS_CHECK_H
#define HAFORU_TESTS_CHECK_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "haforu.h"

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
#define CHECK_CODE(expected, call)                                                                                                              \
  do {                                                                                                                                          \
    const haforu_code got_ = (call);                                                                                                            \
    atomic_fetch_add(&checks_done, 1);                                                                                                          \
    if (got_ != (expected)) {                                                                                                                   \
      haforu_error_info error_;                                                                                                                 \
      haforu_last_error(&error_);                                                                                                               \
      atomic_fetch_add(&checks_failed, 1);                                                                                                      \
      fprintf(stderr, "%s:%d: %s gave %s, expected %s; last error: %s\n", __FILE__, __LINE__, #call, haforu_error_name(got_), haforu_error_name(expected), error_.message); \
    }                                                                                                                                           \
  } while (0)
#define CHECK_OK(call) CHECK_CODE(HAFORU_OK, call)

static inline int checks_end(void) {
  haforu_leaks leaks = {.size = sizeof leaks};
  CHECK(haforu_leak_check(&leaks) == HAFORU_OK);
  CHECK(leaks.engines == 0 && leaks.fonts == 0 && leaks.sessions == 0 && leaks.streams == 0);
  CHECK(leaks.host_blocks == 0 && leaks.host_bytes == 0);
  printf("%d checks, %d failed\n", atomic_load(&checks_done), atomic_load(&checks_failed));
  return atomic_load(&checks_failed) == 0 ? 0 : 1;
}

/* Run in the repository's root (ctest sees to that). */
#define FONT_STATIC "node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf"
#define FONT_VARIABLE "node_modules/source-sans-pro/VAR/SourceSansVariable-Roman.ttf"
#define FONT_ARABIC "node_modules/@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf"
#define JOB "{\"id\":\"a\",\"font\":{\"path\":\"" FONT_STATIC "\",\"size\":24},\"text\":{\"content\":\"Quick\"},\"rendering\":{\"format\":\"metrics\",\"width\":120,\"height\":40,\"include\":[\"metrics\",\"hash\"]}}"

/* A handle that is none: odd numbers have the form of one. */
#define FOREIGN(type) ((type *)(uintptr_t)0x123456789abcdeffu)

static inline haforu_engine *engine_or_stop(const haforu_config *config) {
  haforu_engine *engine = NULL;
  if (haforu_engine_create(config, &engine) != HAFORU_OK) {
    haforu_error_info error;
    haforu_last_error(&error);
    fprintf(stderr, "no engine: %s\n", error.message);
    exit(1);
  }
  return engine;
}

static inline haforu_font *font_or_stop(haforu_engine *engine, const char *path) {
  haforu_font *font = NULL;
  if (haforu_font_from_file(engine, path, 0, &font) != HAFORU_OK) {
    haforu_error_info error;
    haforu_last_error(&error);
    fprintf(stderr, "no font: %s\n", error.message);
    exit(1);
  }
  return font;
}

static inline haforu_session_options options_at(float size_px, uint32_t width, uint32_t height) {
  haforu_session_options o;
  haforu_session_options_init(&o, sizeof o);
  o.size_px = size_px;
  o.width = width;
  o.height = height;
  return o;
}

#endif
