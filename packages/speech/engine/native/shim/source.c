// Characters of the text in the order of speech, as flite can speak them: ASCII, each with its place in the source. Plain text is decoded as
// it is asked for; an SSML document (ssml.c) is there whole. What cannot be spoken is skipped with a warning.
#include "speech.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool utf8_decode(const char *text, uint32_t bytes, uint32_t *code_point, uint32_t *length) {
  const unsigned char *p = (const unsigned char *)text;
  *length = 1;
  *code_point = 0xfffd;
  if (p[0] < 0x80) return *code_point = p[0], true;
  uint32_t count = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
  if (p[0] < 0xc2 || p[0] > 0xf4 || bytes < count) return false;
  uint32_t c = p[0] & (0x7f >> count);
  for (uint32_t i = 1; i < count; i++) {
    if ((p[i] & 0xc0) != 0x80) return false;
    c = c << 6 | (p[i] & 63);
  }
  if ((count == 3 && c < 0x800) || (count == 4 && (c < 0x10000 || c > 0x10ffff)) || (c >= 0xd800 && c < 0xe000)) return false;
  *length = count;
  *code_point = c;
  return true;
}

/// Letters of U+00C0–U+017F without their marks, and what is written with two letters; "" is not spoken.
static const char *const LATIN[] = {
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I", "D", "N", "O", "O", "O", "O", "O", " times ", "O", "U", "U", "U", "U", "Y",
    "Th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", " divided by ", "o", "u", "u",
    "u", "u", "y", "th", "y", "A", "a", "A", "a", "A", "a", "C", "c", "C", "c", "C", "c", "C", "c", "D", "d", "D", "d", "E", "e", "E", "e", "E", "e", "E", "e",
    "E", "e", "G", "g", "G", "g", "G", "g", "G", "g", "H", "h", "H", "h", "I", "i", "I", "i", "I", "i", "I", "i", "I", "i", "IJ", "ij", "J", "j", "K", "k", "k",
    "L", "l", "L", "l", "L", "l", "L", "l", "L", "l", "N", "n", "N", "n", "N", "n", "n", "N", "n", "O", "o", "O", "o", "O", "o", "OE", "oe", "R", "r", "R", "r",
    "R", "r", "S", "s", "S", "s", "S", "s", "S", "s", "T", "t", "T", "t", "T", "t", "U", "u", "U", "u", "U", "u", "U", "u", "U", "u", "U", "u", "W", "w", "Y",
    "y", "Y", "Z", "z", "Z", "z", "Z", "z", "s"};

/// What a code point is spoken as: ASCII, or NULL when it cannot be spoken, or "" when it has no sound.
static const char *spoken(uint32_t c, char one[2]) {
  one[0] = (char)c;
  one[1] = 0;
  if (c == '\t' || c == '\n' || c == '\r' || (c >= 32 && c < 127)) return one;
  if (c >= 0xc0 && c < 0x180) return LATIN[c - 0xc0];
  if (c >= 0x300 && c < 0x370) return ""; // marks over the letter before
  if (c >= 0xfe00 && c <= 0xfe0f) return ""; // variation selectors
  if (c >= 0x2000 && c <= 0x200a) return " ";
  if (c >= 0xff01 && c <= 0xff5e) { // full-width forms
    one[0] = (char)(c - 0xff01 + '!');
    return one;
  }
  switch (c) {
  case 0xa0: case 0x202f: case 0x205f: case 0x3000: return " ";
  case 0x85: case 0x2028: return "\n";
  case 0x2029: return "\n\n";
  case 0xad: case 0x200b: case 0x200c: case 0x200d: case 0x200e: case 0x200f: case 0x2060: case 0xfeff: return "";
  case 0x2018: case 0x2019: case 0x201a: case 0x201b: case 0x2032: case 0x2bc: return "'";
  case 0x201c: case 0x201d: case 0x201e: case 0x201f: case 0xab: case 0xbb: case 0x2033: return "\"";
  case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2212: return "-";
  case 0x2014: case 0x2015: return ", ";
  case 0x2026: return "...";
  case 0x20ac: return "\x01";
  case 0xa3: return "\x02";
  case 0xa5: return "\x03";
  case 0xa2: return " cents ";
  case 0xa9: return " copyright ";
  case 0xae: return " registered ";
  case 0x2122: return " trademark ";
  case 0xb0: return " degrees ";
  case 0xb1: return " plus or minus ";
  case 0xb5: return " micro";
  case 0xb7: case 0x2022: return ", ";
  case 0xbc: return " 1/4 ";
  case 0xbd: return " 1/2 ";
  case 0xbe: return " 3/4 ";
  case 0xa7: return " section ";
  case 0xa1: case 0xbf: return "";
  case 0xfb01: return "fi";
  case 0xfb02: return "fl";
  default: return 0;
  }
}

bool source_push(source_t *s, unit_t unit) {
  if (s->unit_count == s->unit_room) {
    uint32_t room = s->unit_room * 2 + 64;
    unit_t *grown = realloc(s->units, room * sizeof *grown);
    if (!grown) return s->failed = true, false;
    s->units = grown;
    s->unit_room = room;
  }
  s->units[s->unit_count++] = unit;
  return true;
}

int source_style(source_t *s, const style_t *style) {
  if (s->style_count > 0 && !memcmp(&s->styles[s->style_count - 1], style, sizeof *style)) return (int)s->style_count - 1;
  if (s->style_count == STYLES_MAX) return -1;
  if (s->style_count == s->style_room) {
    uint32_t room = s->style_room * 2 + 8;
    style_t *grown = realloc(s->styles, room * sizeof *grown);
    if (!grown) return s->failed = true, -1;
    s->styles = grown;
    s->style_room = room;
  }
  s->styles[s->style_count] = *style;
  return (int)s->style_count++;
}

int source_voice(source_t *s, const char *name) {
  for (uint32_t i = 0; i < s->voice_count; i++)
    if (!strcmp(s->voices[i], name)) return (int)i;
  if (s->voice_count == VOICES_MAX) return -1;
  void *grown = realloc(s->voices, (s->voice_count + 1) * sizeof *s->voices);
  if (!grown) return s->failed = true, -1;
  s->voices = grown;
  strcpy(s->voices[s->voice_count], name);
  return (int)s->voice_count++;
}

int source_control(source_t *s, const control_t *control) {
  if (s->control_count == s->control_room) {
    uint32_t room = s->control_room * 2 + 16;
    control_t *grown = realloc(s->controls, room * sizeof *grown);
    if (!grown) return s->failed = true, -1;
    s->controls = grown;
    s->control_room = room;
  }
  s->controls[s->control_count] = *control;
  return (int)s->control_count++;
}

void source_flush_skipped(source_t *s, warnings_t *warnings) {
  if (!s->skipped_count) return;
  out_t value = {0};
  out_string(&value, s->skipped, s->skipped_bytes);
  out_bytes(&value, "", 1);
  warn(warnings, (warning_place_t){.code = "speech_characters_skipped", .text_start = s->skipped_at, .text_end = s->skipped_to, .key = "characters", .value = value.at ? value.at : "\"\""},
       "%u character%s cannot be spoken by an English voice: %.*s%s", s->skipped_count, s->skipped_count == 1 ? "" : "s", (int)s->skipped_bytes, s->skipped,
       s->skipped_bytes > sizeof s->skipped - 8 ? " …" : "");
  out_free(&value);
  s->skipped_count = s->skipped_bytes = 0;
}

void source_character(source_t *s, warnings_t *warnings, uint32_t c, uint16_t style, uint32_t at, uint32_t to) {
  char one[2];
  const char *text = spoken(c, one);
  if (!text) {
    if (s->skipped_count && at > s->skipped_to) source_flush_skipped(s, warnings);
    if (!s->skipped_count) s->skipped_at = at;
    s->skipped_count++;
    s->skipped_to = to;
    char bytes[16];
    int length = c < 32 || (c >= 127 && c < 160) ? snprintf(bytes, sizeof bytes, "U+%04X", (unsigned)c)
                 : c < 0x800   ? snprintf(bytes, sizeof bytes, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)))
                 : c < 0x10000 ? snprintf(bytes, sizeof bytes, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)))
                               : snprintf(bytes, sizeof bytes, "%c%c%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 63)), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
    if (s->skipped_bytes + (uint32_t)length <= sizeof s->skipped - 1) {
      memcpy(s->skipped + s->skipped_bytes, bytes, (size_t)length);
      s->skipped_bytes += (uint32_t)length;
    }
    text = " "; // what stands on its two sides stays two words
  }
  for (; *text; text++) source_push(s, (unit_t){UNIT_CHAR, (uint8_t)*text, style, at, to});
}

bool source_begin(source_t *s, const request_t *q) {
  *s = (source_t){.text = q->text, .bytes = q->text_bytes, .final = q->source != SOURCE_FEED, .rate = (float)q->rate};
  if (q->source == SOURCE_FEED) s->bytes = 0;
  if (source_voice(s, q->voice) != 0) return false;
  style_t base = {.stretch = 1, .pitch = 1, .range = 1, .gain = 1};
  return source_style(s, &base) == 0;
}

int source_feed(source_t *s, const char *text, uint32_t bytes, bool final, fault_t *fault) {
  uint32_t left = s->bytes - s->place;
  if (bytes > TEXT_BYTES_MAX || left + bytes > 2 * TEXT_BYTES_MAX)
    return fail(fault, E_TEXT_TOO_LONG, "text", "text: %u bytes at once are over the limit; feed smaller pieces and take the audio between them", left + bytes);
  if (left + bytes > s->carry_room || !s->carry) {
    uint32_t room = left + bytes + 4096;
    char *grown = malloc(room);
    if (!grown) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
    if (left) memcpy(grown, s->carry + s->place, left);
    free(s->carry);
    s->carry = grown;
    s->carry_room = room;
  } else if (left) memmove(s->carry, s->carry + s->place, left);
  memcpy(s->carry + left, text, bytes);
  s->text = s->carry;
  s->bytes = left + bytes;
  s->place = 0;
  s->final = final;
  return OK;
}

const unit_t *source_peek(source_t *s, warnings_t *warnings) {
  s->interrupted = false;
  while (s->unit_place == s->unit_count) {
    if (!s->text || s->place == s->bytes) return 0;
    if ((s->interrupted = cancel_word != 0)) return 0; // characters without a sound give no units: this may go on for megabytes
    s->unit_place = s->unit_count = 0;
    // a few hundred at a time
    for (int i = 0; i < 256 && s->place < s->bytes; i++) {
      uint32_t c, length;
      uint32_t left = s->bytes - s->place;
      bool good = utf8_decode(s->text + s->place, left, &c, &length);
      if (!good && !s->final && left < 4) { // the rest of the character may come with the next piece
        if (s->unit_count == 0) return 0;
        break;
      }
      if (!good && !s->invalid_utf8) {
        s->invalid_utf8 = true;
        warn(warnings, (warning_place_t){.code = "invalid_utf8", .text_start = s->code_points, .text_end = s->code_points + 1}, "the text is not UTF-8 here; the byte is not spoken");
      }
      if (good) source_character(s, warnings, c, 0, s->code_points, s->code_points + 1);
      else source_push(s, (unit_t){UNIT_CHAR, ' ', 0, s->code_points, s->code_points + 1});
      if (s->failed) return 0;
      s->place += length;
      s->code_points++;
    }
  }
  return &s->units[s->unit_place];
}

void source_skip(source_t *s) { s->unit_place++; }

void source_free(source_t *s) {
  for (uint32_t i = 0; i < s->control_count; i++) {
    free(s->controls[i].name);
    if (s->controls[i].words) delete_val(s->controls[i].words);
    if (s->controls[i].phones) delete_val(s->controls[i].phones);
  }
  free(s->carry);
  free(s->units);
  free(s->styles);
  free(s->controls);
  free(s->voices);
  *s = (source_t){0};
}
