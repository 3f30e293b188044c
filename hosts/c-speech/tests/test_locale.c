/* A locale whose decimal sign takes two bytes (Arabic's, U+066B), as ps_AF's: numbers in requests and configurations keep their point. No such locale need be there: the C library's snprintf is replaced by one that
 * writes that sign. */
#include <stdarg.h>

#include "check.h"

static atomic_int signs;

__attribute__((visibility("default"))) int snprintf(char *to, size_t bytes, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int length = vsnprintf(to, bytes, format, values);
  va_end(values);
  char *point = format[strlen(format) - 1] == 'g' && (size_t)length + 2 < bytes ? strchr(to, '.') : NULL;
  if (point != NULL) {
    memmove(point + 2, point + 1, strlen(point));
    memcpy(point, "\xd9\xab", 2);
    atomic_fetch_add(&signs, 1);
    length++;
  }
  return length;
}

int main(void) {
  haforu_speech_config config;
  haforu_speech_pipeline *pipeline;
  haforu_speech_audio *audio;
  char text[4096];
  CHECK_OK(haforu_speech_config_init(&config, sizeof config));
  CHECK_OK(haforu_speech_config_set(&config, "rate", "1.25"));
  CHECK_OK(haforu_speech_config_set(&config, "volume", "-2.5"));
  CHECK_OK(haforu_speech_config_get(&config, "rate", text, sizeof text, NULL));
  CHECK(strcmp(text, "1.25") == 0);
  CHECK_OK(haforu_speech_config_json(&config, text, sizeof text, NULL));
  CHECK(strstr(text, "\"rate\":1.25,") != NULL && strstr(text, "\"volume\":-2.5,") != NULL);
  CHECK_OK(haforu_speech_config_set(&config, "voice", "kal16"));
  CHECK_OK(haforu_speech_config_set(&config, "voice_path", "packages/voice-kal16"));
  CHECK_OK(haforu_speech_create(&config, &pipeline));
  CHECK_OK(haforu_speech_synthesize(pipeline, "One.", NUL, NULL, &audio));
  CHECK_OK(haforu_speech_audio_release(audio));
  CHECK_OK(haforu_speech_destroy(pipeline));
  CHECK_OK(haforu_speech_config_clear(&config));
  /* The replacement was called. */
  CHECK(atomic_load(&signs) > 0);
  return checks_end();
}
