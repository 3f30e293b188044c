/* The thread's last error and the codes' texts, as programs see them. What is kept of an error is error.c's. */
#include "internal.h"

haforu_code haforu_has_error(void) { return error_code(); }

haforu_code haforu_clear_error(void) {
  error_forget();
  return HAFORU_OK;
}

const char *haforu_error_name(haforu_code code) { return error_name(code); }

const char *haforu_error_advice(haforu_code code) {
  /* Cause and cure one behind the other, joined when the library is compiled. */
  static const char *const advice[] = {
#define HAFORU_MESSAGE(number, name, cause, cure) [number] = cause " " cure,
#include "generated/messages.inc"
#undef HAFORU_MESSAGE
  };
  if (code <= 0 || (size_t)code >= sizeof advice / sizeof *advice || advice[code] == NULL) return "";
  return advice[code];
}

haforu_code haforu_last_error(haforu_error_info *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_error_info, got NULL");
  const haforu_code code = error_code();
  out->code = code;
  out->name = code == HAFORU_OK ? "" : error_name(code);
  out->message = code == HAFORU_OK ? "" : error_message();
  out->details = code == HAFORU_OK ? "" : error_details();
  return HAFORU_OK;
}
