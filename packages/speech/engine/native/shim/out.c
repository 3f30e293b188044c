// Growing output and the parts of JSON that results are made of. Knows nothing of speech.
#include "speech.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void out_bytes(out_t *out, const void *bytes, uint32_t count) {
  if (out->failed) return;
  if (out->room - out->bytes < count) {
    uint64_t room = (uint64_t)out->room * 2 + count + 64;
    char *grown = room < 0x7fffffff ? realloc(out->at, (size_t)room) : 0;
    if (!grown) {
      out->failed = true;
      return;
    }
    out->at = grown;
    out->room = (uint32_t)room;
  }
  memcpy(out->at + out->bytes, bytes, count);
  out->bytes += count;
}

void out_text(out_t *out, const char *text) { out_bytes(out, text, (uint32_t)strlen(text)); }

void out_string(out_t *out, const char *text, uint32_t bytes) {
  out_bytes(out, "\"", 1);
  uint32_t from = 0, code_point, length;
  for (uint32_t i = 0; i < bytes; i += length) {
    bool good = utf8_decode(text + i, bytes - i, &code_point, &length);
    unsigned char c = (unsigned char)text[i];
    if (good && c >= 0x20 && c != '"' && c != '\\') continue;
    out_bytes(out, text + from, i - from);
    from = i + 1;
    char escape[8];
    if (!good) strcpy(escape, "\xef\xbf\xbd"); // U+FFFD for a byte that is no UTF-8
    else if (c == '"' || c == '\\') snprintf(escape, sizeof escape, "\\%c", c);
    else if (c == '\n') strcpy(escape, "\\n");
    else if (c == '\t') strcpy(escape, "\\t");
    else if (c == '\r') strcpy(escape, "\\r");
    else snprintf(escape, sizeof escape, "\\u%04x", c);
    out_text(out, escape);
  }
  out_bytes(out, text + from, bytes - from);
  out_bytes(out, "\"", 1);
}

void out_number(out_t *out, double value) {
  char text[40];
  if (!isfinite(value)) value = 0;
  int length = snprintf(text, sizeof text, "%.6f", value);
  while (text[length - 1] == '0') length--;
  if (text[length - 1] == '.') length--;
  if (length == 2 && text[0] == '-' && text[1] == '0') out_text(out, "0");
  else out_bytes(out, text, (uint32_t)length);
}

void out_integer(out_t *out, int64_t value) {
  char text[24];
  out_bytes(out, text, (uint32_t)snprintf(text, sizeof text, "%lld", (long long)value));
}

char *copy_text(const char *text) {
  size_t bytes = strlen(text) + 1;
  char *to = malloc(bytes);
  return to ? memcpy(to, text, bytes) : 0;
}

void out_free(out_t *out) {
  free(out->at);
  *out = (out_t){0};
}
