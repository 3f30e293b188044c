// Errors and warnings: their names, their words, their JSON.
#include "speech.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

volatile int32_t cancel_word;
int cancel_seen;

int cst_errmsg(const char *format, ...) { return format == 0; } // flite's messages about its own state

/// Text of a request or file in a message may be cut inside a character, or be none: such bytes become question marks.
static void keep_utf8(char *text) {
  uint32_t bytes = (uint32_t)strlen(text), code_point, length;
  for (uint32_t i = 0; i < bytes; i += length)
    if (!utf8_decode(text + i, bytes - i, &code_point, &length)) text[i] = '?';
}

int fail(fault_t *fault, int code, const char *field, const char *format, ...) {
  *fault = (fault_t){.code = code};
  snprintf(fault->field, sizeof fault->field, "%s", field ? field : "");
  va_list list;
  va_start(list, format);
  vsnprintf(fault->message, sizeof fault->message, format, list);
  va_end(list);
  keep_utf8(fault->message);
  keep_utf8(fault->field);
  return -code;
}

const char *code_name(int code) {
  switch (code) {
  case E_INVALID_JSON: return "invalid_json";
  case E_INVALID_JOB: return "invalid_job";
  case E_CANCELLED: return "cancelled";
  case E_ENGINE_FAULT: return "engine_fault";
  case E_OUT_OF_MEMORY: return "out_of_memory";
  case E_INVALID_HANDLE: return "invalid_handle";
  case E_INVALID_ARGUMENT: return "invalid_argument";
  case E_UNSUPPORTED: return "unsupported";
  case E_SSML_INVALID: return "speech_ssml_invalid";
  case E_VOICE_NOT_FOUND: return "speech_voice_not_found";
  case E_VOICE_INVALID: return "speech_voice_invalid";
  case E_TEXT_TOO_LONG: return "speech_text_too_long";
  case E_VOICE_UNSUPPORTED: return "speech_voice_unsupported";
  default: return "internal";
  }
}

void error_line(out_t *out, const char *id, uint32_t id_bytes, const fault_t *fault) {
  out->bytes = 0;
  out_text(out, "{");
  if (id) {
    out_text(out, "\"id\":");
    out_string(out, id, id_bytes);
    out_text(out, ",");
  }
  out_text(out, "\"status\":\"error\",\"error\":{\"code\":\"");
  out_text(out, code_name(fault->code));
  out_text(out, "\",\"message\":");
  out_string(out, fault->message, (uint32_t)strlen(fault->message));
  if (fault->field[0]) {
    out_text(out, ",\"field\":");
    out_string(out, fault->field, (uint32_t)strlen(fault->field));
  }
  if (fault->line > 0) {
    out_text(out, ",\"line\":");
    out_integer(out, fault->line);
    out_text(out, ",\"column\":");
    out_integer(out, fault->column);
  }
  out_text(out, "}}");
}

void warn(warnings_t *warnings, warning_place_t place, const char *format, ...) {
  if (warnings->count >= WARNINGS_MAX) {
    warnings->dropped++;
    return;
  }
  char message[500];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  out_t one = {0};
  out_text(&one, "{\"code\":\"");
  out_text(&one, place.code);
  out_text(&one, "\",\"message\":");
  out_string(&one, message, (uint32_t)strlen(message));
  if (place.text_end > 0) {
    out_text(&one, ",\"text_start\":");
    out_integer(&one, place.text_start);
    out_text(&one, ",\"text_end\":");
    out_integer(&one, place.text_end);
  }
  if (place.line > 0) {
    out_text(&one, ",\"line\":");
    out_integer(&one, place.line);
    out_text(&one, ",\"column\":");
    out_integer(&one, place.column);
  }
  if (place.key) {
    out_text(&one, ",\"");
    out_text(&one, place.key);
    out_text(&one, "\":");
    out_text(&one, place.value);
  }
  out_text(&one, "}");
  for (int i = 0; i < 2; i++) {
    out_t *list_of = i ? &warnings->all : &warnings->fresh;
    if (list_of->bytes) out_text(list_of, ",");
    out_bytes(list_of, one.at, one.bytes);
  }
  warnings->count++;
  out_free(&one);
}
