/* JSON that the host itself reads: configurations, what the engine tells of fonts and matches. In: text; out: tokens of jsmn, found by key, strings unescaped, numbers read without the locale.
 * Jobs are read by the engine, not here. */
#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include "../third_party/jsmn/jsmn.h"

#include <stdio.h>

#include "host.h"

/* A configuration has a dozen tokens, a font with every instance named some ten thousand. */
#define TOKENS_MAX 4194304

/* What a character of JSON may be followed by. */
enum expected { VALUE, VALUE_OR_END, KEY, KEY_OR_END, COLON, COMMA_OR_END, NOTHING };

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The end of the string that begins at `at`, behind its quote; 0: it is none. */
static size_t string_end(const char *text, size_t bytes, size_t at) {
  for (size_t i = at + 1; i < bytes; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c == '"') return i + 1;
    if (c < 0x20) return 0;
    if (c != '\\') continue;
    if (++i >= bytes || strchr("\"\\/bfnrtu", text[i]) == NULL || text[i] == '\0') return 0;
    if (text[i] != 'u') continue;
    for (int k = 0; k < 4; k++)
      if (++i >= bytes || strchr("0123456789abcdefABCDEF", text[i]) == NULL || text[i] == '\0') return 0;
  }
  return 0;
}

static size_t primitive_end(const char *text, size_t bytes, size_t at) {
  size_t end = at;
  while (end < bytes && !is_blank(text[end]) && strchr(",]}:", text[end]) == NULL) end++;
  const size_t length = end - at;
  double number;
  const bool known = (length == 4 && (memcmp(text + at, "true", 4) == 0 || memcmp(text + at, "null", 4) == 0)) || (length == 5 && memcmp(text + at, "false", 5) == 0);
  return known || read_number(text + at, length, &number) ? end : 0;
}

/* RFC 8259, nested no deeper than the limit: jsmn takes more than that, and what follows relies on it. */
size_t json_wrong_at(const char *text, size_t bytes) {
  char open[HAFORU_LIMIT_JSON_DEPTH];
  int depth = 0;
  enum expected next = VALUE;
  size_t at = 0;
  for (;;) {
    while (at < bytes && is_blank(text[at])) at++;
    if (at == bytes) return next == NOTHING ? SIZE_MAX : bytes;
    const char c = text[at];
    if (next == NOTHING) return at;
    if (next == COLON) {
      if (c != ':') return at;
      next = VALUE;
      at++;
      continue;
    }
    if (c == '}' || c == ']') {
      if (depth == 0 || open[depth - 1] != (c == '}' ? '{' : '[') || next == VALUE || next == KEY) return at;
      depth--;
      at++;
    } else if (next == COMMA_OR_END) {
      if (c != ',') return at;
      next = open[depth - 1] == '{' ? KEY : VALUE;
      at++;
      continue;
    } else if (c == '"') {
      const size_t end = string_end(text, bytes, at);
      if (end == 0) return at;
      at = end;
      if (next == KEY || next == KEY_OR_END) {
        next = COLON;
        continue;
      }
    } else if (next == KEY || next == KEY_OR_END)
      return at;
    else if (c == '{' || c == '[') {
      if (depth == HAFORU_LIMIT_JSON_DEPTH) return at;
      open[depth++] = c;
      next = c == '{' ? KEY_OR_END : VALUE_OR_END;
      at++;
      continue;
    } else {
      const size_t end = primitive_end(text, bytes, at);
      if (end == 0) return at;
      at = end;
    }
    next = depth == 0 ? NOTHING : COMMA_OR_END;
  }
}

/* Fills in how many tokens each value takes. Children stand behind their parent: no recursion, however they nest. */
static void measure(json_token *tokens, const jsmntok_t *raw, int count) {
  for (int i = count - 1; i > 0; i--) tokens[raw[i].parent].skip += tokens[i].skip;
}

bool json_parse(const host_heap *heap, const char *text, size_t bytes, json_document *out) {
  memset(out, 0, sizeof *out);
  if (bytes > INT32_MAX / 2 || json_wrong_at(text, bytes) != SIZE_MAX) return false;
  jsmn_parser parser;
  jsmn_init(&parser);
  const int count = jsmn_parse(&parser, text, bytes, NULL, 0);
  if (count <= 0 || count > TOKENS_MAX) return false;
  jsmntok_t *raw = host_allocate(heap, (size_t)count * sizeof *raw);
  json_token *tokens = host_allocate(heap, (size_t)count * sizeof *tokens);
  bool good = raw != NULL && tokens != NULL;
  if (good) {
    jsmn_init(&parser);
    good = jsmn_parse(&parser, text, bytes, raw, (unsigned)count) == count;
  }
  if (good) {
    for (int i = 0; i < count; i++) {
      const int kind = raw[i].type == JSMN_OBJECT ? JSON_OBJECT : raw[i].type == JSMN_ARRAY ? JSON_ARRAY : raw[i].type == JSMN_STRING ? JSON_STRING : JSON_PRIMITIVE;
      tokens[i] = (json_token){kind, raw[i].start, raw[i].end, raw[i].size, 1};
    }
    out->text = text;
    out->tokens = tokens;
    out->count = count;
    measure(tokens, raw, count);
    good = tokens[0].skip == count;
  }
  host_release(heap, raw);
  if (!good) {
    host_release(heap, tokens);
    memset(out, 0, sizeof *out);
  }
  return good;
}

void json_free(const host_heap *heap, json_document *document) {
  host_release(heap, document->tokens);
  memset(document, 0, sizeof *document);
}

int json_next_member(const json_document *document, int key) { return key + document->tokens[key].skip; }

bool json_is(const json_document *document, int token, const char *text) {
  const json_token *t = &document->tokens[token];
  const size_t bytes = (size_t)(t->end - t->start);
  return strlen(text) == bytes && memcmp(document->text + t->start, text, bytes) == 0;
}

int json_find(const json_document *document, int object, const char *key) {
  if (object < 0 || document->tokens[object].kind != JSON_OBJECT) return -1;
  int at = object + 1;
  for (int i = 0; i < document->tokens[object].size; i++) {
    if (json_is(document, at, key)) return at + 1;
    at = json_next_member(document, at);
  }
  return -1;
}

bool read_number(const char *text, size_t bytes, double *out) {
  size_t i = 0;
  const bool negative = i < bytes && text[i] == '-';
  if (negative) i++;
  uint64_t digits = 0;
  int exponent = 0, taken = 0, whole = 0;
  const size_t first = i;
  for (; i < bytes && text[i] >= '0' && text[i] <= '9'; i++, whole++) {
    if (taken < 18) {
      digits = digits * 10 + (uint64_t)(text[i] - '0');
      if (digits != 0) taken++;
    } else
      exponent++;
  }
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < bytes && text[i] == '.') {
    i++;
    int fraction = 0;
    for (; i < bytes && text[i] >= '0' && text[i] <= '9'; i++, fraction++) {
      if (taken >= 18) continue;
      digits = digits * 10 + (uint64_t)(text[i] - '0');
      if (digits != 0) taken++;
      exponent--;
    }
    if (fraction == 0) return false;
  }
  if (i < bytes && (text[i] == 'e' || text[i] == 'E')) {
    i++;
    const bool down = i < bytes && text[i] == '-';
    if (i < bytes && (text[i] == '-' || text[i] == '+')) i++;
    int value = 0, count = 0;
    for (; i < bytes && text[i] >= '0' && text[i] <= '9'; i++, count++)
      if (value < 10000) value = value * 10 + (text[i] - '0');
    if (count == 0) return false;
    exponent += down ? -value : value;
  }
  if (i != bytes) return false;
  /* Powers up to 10²² are exact, and so are up to 15 digits: their quotient is the nearest double. */
  double value = (double)digits;
  for (; exponent > 0 && value != 0 && value < 1e300; exponent--) value *= 10;
  double scale = 1;
  for (; exponent < 0 && exponent > -400; exponent++) {
    if (scale == 1e22) {
      value /= scale;
      scale = 1;
    }
    scale *= 10;
  }
  value /= scale;
  *out = negative ? -value : value;
  return true;
}

haforu_code fail_json(const char *text, size_t bytes, const char *expected) {
  size_t at = json_wrong_at(text, bytes);
  if (at == SIZE_MAX) at = 0;
  unsigned line = 1, column = 1;
  for (size_t i = 0; i < at; i++) {
    if (text[i] == '\n')
      line++, column = 1;
    else if (((unsigned char)text[i] & 0xc0) != 0x80)
      column++;
  }
  return fail(HAFORU_INVALID_JSON, "config", "json", "expected %s; line %u, column %u is where it is something else", expected, line, column);
}

void number_text(char out[32], double value, int digits) {
  for (int n = digits == 0 ? 1 : digits; n <= 17; n++) {
    char text[64];
    double back;
    snprintf(text, sizeof text, "%.*g", n, value);
    /* The locale's decimal sign, which may take several bytes, becomes a point. */
    size_t to = 0;
    for (const char *c = text; *c != '\0'; c++) {
      const bool own = (*c >= '0' && *c <= '9') || *c == '-' || *c == '+' || *c == 'e';
      if (own || to == 0 || out[to - 1] != '.') out[to++] = own ? *c : '.';
    }
    out[to] = '\0';
    if (digits != 0 || (read_number(out, to, &back) && back == value)) return;
  }
}

bool json_number(const json_document *document, int token, double *out) {
  if (token < 0 || document->tokens[token].kind != JSON_PRIMITIVE) return false;
  const json_token *t = &document->tokens[token];
  return read_number(document->text + t->start, (size_t)(t->end - t->start), out);
}

static int hex(const char *at) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    const char c = at[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

static size_t encode(uint32_t c, char out[4]) {
  if (c < 0x80) return out[0] = (char)c, 1;
  if (c < 0x800) return out[0] = (char)(0xc0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
  if (c < 0x10000) return out[0] = (char)(0xe0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 63)), out[2] = (char)(0x80 | (c & 63)), 3;
  return out[0] = (char)(0xf0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 63)), out[2] = (char)(0x80 | (c >> 6 & 63)), out[3] = (char)(0x80 | (c & 63)), 4;
}

size_t json_string(const json_document *document, int token, char *out, size_t capacity) {
  const json_token *t = &document->tokens[token];
  const char *at = document->text + t->start, *end = document->text + t->end;
  size_t bytes = 0;
  while (at < end) {
    char piece[4] = {*at++};
    size_t length = 1;
    if (piece[0] == '\\' && at < end) {
      const char c = *at++;
      piece[0] = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
      if (c == 'u' && end - at >= 4) {
        int32_t value = hex(at);
        at += 4;
        if (value >= 0xd800 && value < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
          const int32_t low = hex(at + 2);
          if (low >= 0xdc00 && low < 0xe000) {
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
          }
        }
        if (value < 0 || (value >= 0xd800 && value < 0xe000)) value = 0xfffd;
        length = encode((uint32_t)value, piece);
      }
    } else {
      /* A whole character or nothing of it. */
      const unsigned char lead = (unsigned char)piece[0];
      const size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
      while (length < wanted && at < end) piece[length++] = *at++;
    }
    if (bytes + length + 1 > capacity) break;
    memcpy(out + bytes, piece, length);
    bytes += length;
  }
  if (capacity > 0) out[bytes] = '\0';
  return bytes;
}

bool json_put_string(const host_heap *heap, host_buffer *to, const char *text, size_t bytes) {
  bool good = buffer_append(heap, to, "\"", 1);
  size_t from = 0;
  for (size_t i = 0; good && i < bytes; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    char escaped[8];
    const int length = snprintf(escaped, sizeof escaped, c < 0x20 ? "\\u%04x" : "\\%c", c);
    good = buffer_append(heap, to, text + from, i - from) && buffer_append(heap, to, escaped, (size_t)length);
    from = i + 1;
  }
  return good && buffer_append(heap, to, text + from, bytes - from) && buffer_append(heap, to, "\"", 1);
}
