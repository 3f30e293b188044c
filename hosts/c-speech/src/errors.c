/* The thread's last error as programs see it, and the names of speech's own codes. */
#include "speech.h"

static const char *const names[] = {"speech_ssml_invalid", "speech_voice_not_found", "speech_voice_invalid", "speech_text_too_long", "speech_voice_unsupported", "speech_file_unreadable", "speech_audio_invalid"};
#define FIRST HAFORU_SPEECH_SSML_INVALID

haforu_speech_code haforu_speech_has_error(void) { return error_code(); }
haforu_speech_code haforu_speech_clear_error(void) {
  error_forget();
  return HAFORU_OK;
}

const char *haforu_speech_error_name(haforu_speech_code code) {
  if (code >= FIRST && code < FIRST + (int)(sizeof names / sizeof *names)) return names[code - FIRST];
  return error_name(code);
}

haforu_speech_code haforu_speech_last_error(haforu_speech_error_info *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_speech_error_info, got NULL");
  const haforu_speech_code code = error_code();
  out->code = code;
  out->name = code == HAFORU_OK ? "" : haforu_speech_error_name(code);
  out->message = code == HAFORU_OK ? "" : error_message();
  out->details = code == HAFORU_OK ? "" : error_details();
  return HAFORU_OK;
}
