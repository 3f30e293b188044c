// A request: one JSON object, read strictly. What is unknown, doubled, of the wrong type or out of range is an error that names its field.
#include "speech.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POLL = 1 << 16 }; // characters between two looks at the cancel word

typedef struct {
  const char *start, *at, *end;
  fault_t *fault;
} reader_t;

static int bad_json(reader_t *r, const char *what) {
  int column = 1;
  for (const char *p = r->start; p < r->at; p++) column += (*p & 0xc0) != 0x80;
  int status = fail(r->fault, E_INVALID_JSON, 0, "not valid JSON: %s at column %d", what, column);
  return status;
}

static void spaces(reader_t *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
}

static int hex4(const char *p) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    int c = p[i] | 32;
    if (p[i] >= '0' && p[i] <= '9') value = value * 16 + p[i] - '0';
    else if (c >= 'a' && c <= 'f') value = value * 16 + c - 'a' + 10;
    else return -1;
  }
  return value;
}

static char *put_utf8(char *to, uint32_t c) {
  if (c < 0x80) *to++ = (char)c;
  else if (c < 0x800) *to++ = (char)(0xc0 | c >> 6), *to++ = (char)(0x80 | (c & 63));
  else if (c < 0x10000) *to++ = (char)(0xe0 | c >> 12), *to++ = (char)(0x80 | (c >> 6 & 63)), *to++ = (char)(0x80 | (c & 63));
  else *to++ = (char)(0xf0 | c >> 18), *to++ = (char)(0x80 | (c >> 12 & 63)), *to++ = (char)(0x80 | (c >> 6 & 63)), *to++ = (char)(0x80 | (c & 63));
  return to;
}

/// A string into memory of its own (NUL-terminated; it may hold NUL itself). A lone surrogate becomes U+FFFD.
static int string(reader_t *r, char **text, uint32_t *bytes) {
  *text = 0;
  if (r->at >= r->end || *r->at != '"') return bad_json(r, "a string was expected");
  const char *p = ++r->at;
  for (uint32_t i = 0; p < r->end && *p != '"'; i++) {
    if (i % POLL == 0 && cancel_word) return fail(r->fault, E_CANCELLED, 0, "cancelled");
    p += *p == '\\' ? 2 : 1;
  }
  if (p >= r->end) return bad_json(r, "a string does not end");
  char *to = malloc((size_t)(p - r->at) + 1);
  if (!to) return fail(r->fault, E_OUT_OF_MEMORY, 0, "out of memory");
  *text = to;
  for (uint32_t i = 0; *r->at != '"'; i++) {
    if (i % POLL == 0 && cancel_word) return fail(r->fault, E_CANCELLED, 0, "cancelled");
    unsigned char c = (unsigned char)*r->at;
    if (c < 0x20) return bad_json(r, "a control character in a string");
    if (c != '\\') {
      *to++ = *r->at++;
      continue;
    }
    c = (unsigned char)r->at[1];
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char *plain = c ? strchr(from, c) : 0;
    if (plain) {
      *to++ = into[plain - from];
      r->at += 2;
    } else if (c == 'u' && p - r->at >= 6 && hex4(r->at + 2) >= 0) {
      uint32_t value = (uint32_t)hex4(r->at + 2);
      r->at += 6;
      if (value >= 0xd800 && value < 0xdc00 && p - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u') {
        int low = hex4(r->at + 2);
        if (low >= 0xdc00 && low < 0xe000) {
          value = 0x10000 + ((value - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
          r->at += 6;
        }
      }
      if (value >= 0xd800 && value < 0xe000) value = 0xfffd;
      to = put_utf8(to, value);
    } else return bad_json(r, "an unknown escape");
  }
  r->at++;
  *to = 0;
  *bytes = (uint32_t)(to - *text);
  return OK;
}

static int number(reader_t *r, const char *field, double low, double high, bool whole, double *value) {
  const char *p = r->at;
  char text[64];
  size_t length = 0;
  if (p < r->end && *p == '-') p++;
  if (p >= r->end || *p < '0' || *p > '9') return fail(r->fault, E_INVALID_JOB, field, "%s: a number was expected", field);
  if (*p == '0') p++;
  else while (p < r->end && *p >= '0' && *p <= '9') p++;
  if (p < r->end && *p == '.') {
    const char *dot = p++;
    while (p < r->end && *p >= '0' && *p <= '9') p++;
    if (p == dot + 1) return bad_json(r, "a number without digits behind its point");
  }
  if (p < r->end && (*p | 32) == 'e') {
    p++;
    if (p < r->end && (*p == '+' || *p == '-')) p++;
    const char *digits = p;
    while (p < r->end && *p >= '0' && *p <= '9') p++;
    if (p == digits) return bad_json(r, "a number without digits in its exponent");
  }
  length = (size_t)(p - r->at);
  if (length >= sizeof text) length = sizeof text - 1;
  memcpy(text, r->at, length);
  text[length] = 0;
  *value = strtod(text, 0);
  r->at = p;
  if (!(*value >= low && *value <= high)) return fail(r->fault, E_INVALID_JOB, field, "%s: %s is out of range, expected %g to %g", field, text, low, high);
  if (whole && *value != floor(*value)) return fail(r->fault, E_INVALID_JOB, field, "%s: %s is not a whole number", field, text);
  return OK;
}

static int choice(reader_t *r, const char *field, const char *const *names, int *value) {
  char *text;
  uint32_t bytes;
  if (r->at < r->end && *r->at != '"') return fail(r->fault, E_INVALID_JOB, field, "%s: a string was expected", field);
  int status = string(r, &text, &bytes);
  if (status == OK) {
    *value = -1;
    char known[200] = "";
    for (int i = 0; names[i]; i++) {
      if (!strcmp(names[i], text) && strlen(text) == bytes) *value = i;
      if (i) strcat(known, ", ");
      strcat(known, names[i]);
    }
    if (*value < 0) status = fail(r->fault, E_INVALID_JOB, field, "%s: \"%.60s\" is none of %s", field, text, known);
  }
  free(text);
  return status;
}

static bool word(reader_t *r, const char *text) {
  size_t length = strlen(text);
  if ((size_t)(r->end - r->at) < length || memcmp(r->at, text, length)) return false;
  r->at += length;
  return true;
}

bool voice_name_ok(const char *name, uint32_t bytes) {
  if (bytes == 0 || bytes > NAME_BYTES_MAX) return false;
  for (uint32_t i = 0; i < bytes; i++)
    if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", name[i]) || !name[i]) return false;
  return true;
}

static const int RATES[] = {8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000};

static int include(reader_t *r, int *value) {
  static const char *const names[] = {"words", "phonemes", "sentences", "marks", 0};
  *value = 0;
  if (r->at >= r->end || *r->at != '[') return fail(r->fault, E_INVALID_JOB, "include", "include: a list was expected");
  r->at++;
  spaces(r);
  if (word(r, "]")) return OK;
  for (;;) {
    int one;
    spaces(r);
    int status = choice(r, "include", names, &one);
    if (status) return status;
    *value |= 1 << one;
    spaces(r);
    if (word(r, "]")) return OK;
    if (!word(r, ",")) return bad_json(r, "a comma or ] was expected");
  }
}

static const char *const FIELDS[] = {"id",       "text",   "ssml",    "feed",   "voice",  "language", "rate",    "pitch", "volume", "sample_rate",
                                     "channels", "quality", "format", "dither", "chunk_ms", "include", "times", 0};
enum { ID, TEXT, SSML, FEED, VOICE, LANGUAGE, RATE, PITCH, VOLUME, SAMPLE_RATE, CHANNELS, QUALITY, FORMAT, DITHER, CHUNK_MS, INCLUDE, TIMES };

static int source_text(reader_t *r, request_t *q, int source, const char *field, uint32_t most) {
  if (q->source) return fail(r->fault, E_INVALID_JOB, field, "%s: give one of text, ssml and feed, not several", field);
  if (r->at >= r->end || *r->at != '"') return fail(r->fault, E_INVALID_JOB, field, "%s: a string was expected", field);
  q->source = source;
  int status = string(r, &q->text, &q->text_bytes);
  if (status == OK && q->text_bytes > most)
    status = fail(r->fault, E_TEXT_TOO_LONG, field, "%s: %u bytes are over the limit of %u; %s", field, q->text_bytes, most,
                  source == SOURCE_TEXT ? "feed longer text in pieces" : "split the document");
  return status;
}

static int short_string(reader_t *r, const char *field, char *to, uint32_t room) {
  char *text;
  uint32_t bytes;
  if (r->at >= r->end || *r->at != '"') return fail(r->fault, E_INVALID_JOB, field, "%s: a string was expected", field);
  int status = string(r, &text, &bytes);
  if (status == OK && (bytes == 0 || bytes >= room || strlen(text) != bytes))
    status = fail(r->fault, E_INVALID_JOB, field, "%s: expected 1 to %u characters", field, room - 1);
  if (status == OK) memcpy(to, text, bytes + 1);
  free(text);
  return status;
}

static int field_value(reader_t *r, request_t *q, int field) {
  static const char *const qualities[] = {"draft", "standard", "high", 0};
  static const char *const formats[] = {"float32", "int16", "int24", "int32", "uint8", "float64", 0};
  static const char *const dithers[] = {"none", "tpdf", 0};
  static const char *const times[] = {"chunks", "result", 0};
  const char *name = FIELDS[field];
  double value;
  int status, one;
  switch (field) {
  case ID:
    if (r->at >= r->end || *r->at != '"') return fail(r->fault, E_INVALID_JOB, name, "id: a string was expected");
    return string(r, &q->id, &q->id_bytes);
  case TEXT: return source_text(r, q, SOURCE_TEXT, name, TEXT_BYTES_MAX);
  case SSML: return source_text(r, q, SOURCE_SSML, name, SSML_BYTES_MAX);
  case FEED:
    if (!word(r, "true")) return fail(r->fault, E_INVALID_JOB, name, "feed: true was expected");
    if (q->source) return fail(r->fault, E_INVALID_JOB, name, "feed: give one of text, ssml and feed, not several");
    q->source = SOURCE_FEED;
    return OK;
  case VOICE:
    status = short_string(r, name, q->voice, sizeof q->voice);
    if (status == OK && !voice_name_ok(q->voice, (uint32_t)strlen(q->voice)))
      return fail(r->fault, E_INVALID_JOB, name, "voice: \"%s\" is no voice name (letters, digits, . _ -)", q->voice);
    return status;
  case LANGUAGE: return short_string(r, name, q->language, sizeof q->language);
  case RATE: return number(r, name, 0.5, 2, false, &q->rate);
  case PITCH: return number(r, name, -12, 12, false, &q->pitch);
  case VOLUME: return number(r, name, -20, 20, false, &q->volume);
  case SAMPLE_RATE:
    if ((status = number(r, name, 8000, 48000, true, &value))) return status;
    for (unsigned i = 0; i < sizeof RATES / sizeof *RATES; i++)
      if (RATES[i] == (int)value) return q->sample_rate = (int)value, OK;
    return fail(r->fault, E_INVALID_JOB, name, "sample_rate: %d is none of 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000", (int)value);
  case CHANNELS:
    if ((status = number(r, name, 1, 2, true, &value))) return status;
    q->channels = (int)value;
    return OK;
  case QUALITY: return choice(r, name, qualities, &q->quality);
  case FORMAT: return choice(r, name, formats, &q->format);
  case DITHER:
    if ((status = choice(r, name, dithers, &one))) return status;
    q->dither = one == 1;
    return OK;
  case CHUNK_MS:
    if ((status = number(r, name, 20, 60000, true, &value))) return status;
    q->chunk_ms = (int)value;
    return OK;
  case INCLUDE: return include(r, &q->include);
  default:
    if ((status = choice(r, name, times, &one))) return status;
    q->times_in_result = one == 1;
    return OK;
  }
}

int request_read(request_t *q, const char *json, uint32_t bytes, fault_t *fault) {
  *q = (request_t){.rate = 1, .channels = 1, .quality = 1, .chunk_ms = 250, .times_in_result = true,
                   .include = INCLUDE_WORDS | INCLUDE_SENTENCES | INCLUDE_MARKS, .language = "en-US"};
  reader_t r = {json, json, json + bytes, fault};
  uint32_t seen = 0;
  spaces(&r);
  if (!word(&r, "{")) return bad_json(&r, "an object was expected");
  spaces(&r);
  bool first = true;
  while (!word(&r, "}")) {
    if (!first && !word(&r, ",")) return bad_json(&r, "a comma or } was expected");
    first = false;
    spaces(&r);
    char *key;
    uint32_t key_bytes;
    int status = string(&r, &key, &key_bytes), field = 0;
    if (status) return free(key), status;
    while (FIELDS[field] && (strcmp(FIELDS[field], key) || strlen(key) != key_bytes)) field++;
    if (!FIELDS[field]) {
      status = fail(fault, E_INVALID_JOB, key_bytes < 40 ? key : "", "unknown field \"%.40s\"", key);
      return free(key), status;
    }
    free(key);
    if (seen & 1u << field) return bad_json(&r, "a key is there twice");
    seen |= 1u << field;
    spaces(&r);
    if (!word(&r, ":")) return bad_json(&r, "a colon was expected");
    spaces(&r);
    if ((status = field_value(&r, q, field))) return status;
    spaces(&r);
  }
  spaces(&r);
  if (r.at != r.end) return bad_json(&r, "something follows the object");
  if (!q->source) return fail(fault, E_INVALID_JOB, "text", "text: one of text, ssml and feed is required");
  if (!q->voice[0]) return fail(fault, E_INVALID_JOB, "voice", "voice: required");
  return OK;
}

void request_free(request_t *q) {
  free(q->id);
  free(q->text);
  *q = (request_t){0};
}
