/* Configurations: values by key, checked; as JSON text and files. In: keys and text; out: a haforu_config. One table says what each key takes. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

enum value_kind { VALUE_BOOL, VALUE_U32, VALUE_U64, VALUE_ORDER, VALUE_PATH };

typedef struct config_key {
  const char *key;
  int kind;
  size_t offset;
  double least, most;
} config_key;

static const config_key keys[] = {
    {"font_cache", VALUE_U64, offsetof(haforu_config, font_cache), HAFORU_LIMIT_FONT_CACHE_BYTES_MIN, (double)HAFORU_LIMIT_FONT_CACHE_BYTES},
    {"max_fonts", VALUE_U32, offsetof(haforu_config, max_fonts), 1, HAFORU_LIMIT_MAX_FONTS},
    {"jobs", VALUE_U32, offsetof(haforu_config, jobs), 0, HAFORU_LIMIT_WORKERS},
    {"order", VALUE_ORDER, offsetof(haforu_config, order), 0, 1},
    {"strict", VALUE_BOOL, offsetof(haforu_config, strict), 0, 1},
    {"timing", VALUE_BOOL, offsetof(haforu_config, timing), 0, 1},
    {"timeout_ms", VALUE_U32, offsetof(haforu_config, timeout_ms), 0, HAFORU_LIMIT_TIMEOUT_MS},
    {"font_check_ms", VALUE_U32, offsetof(haforu_config, font_check_ms), 0, HAFORU_LIMIT_TIMEOUT_MS},
    {"base_dir", VALUE_PATH, offsetof(haforu_config, base_dir), 0, HAFORU_LIMIT_PATH_CODE_POINTS},
};
#define KEY_COUNT (sizeof keys / sizeof *keys)
static const char key_list[] = "font_cache, max_fonts, jobs, order, strict, timing, timeout_ms, font_check_ms or base_dir";
#define LEAST_CONFIG LEAST_SIZE(haforu_config, owned)

/* What the config has of its own: base_dir. Through malloc, since a config has no allocator before it is used. */
static const host_heap own_heap = {{NULL, NULL, NULL}, NULL};

static void set_defaults(haforu_config *config) {
  memset(config, 0, sizeof *config);
  config->size = sizeof *config;
  config->font_cache = HAFORU_DEFAULT_FONT_CACHE;
  config->max_fonts = HAFORU_DEFAULT_MAX_FONTS;
  config->timing = HAFORU_DEFAULT_TIMING;
  config->font_check_ms = 10;
}

static haforu_code check_config(const haforu_config *config) {
  if (config == NULL) return fail_argument("config", "expected a pointer to a haforu_config, got NULL");
  if (config->size < LEAST_CONFIG || config->size > MOST_SIZE)
    return fail_argument("config", "expected a config that haforu_config_init has set (size %zu or more), got size %zu", LEAST_CONFIG, config->size);
  return HAFORU_OK;
}

/* A program's config, which may be of another version, as this version has it; and back. */
static void take_in(haforu_config *own, const haforu_config *config) {
  set_defaults(own);
  memcpy(own, config, least_size(config->size, sizeof *own));
}
static void give_out(haforu_config *config, const haforu_config *own) {
  const size_t size = config->size;
  memcpy(config, own, least_size(size, sizeof *own));
  config->size = size;
}

haforu_code haforu_config_init(haforu_config *config, size_t size) {
  if (config == NULL) return fail_argument("config", "expected a pointer to a haforu_config, got NULL");
  if (size < LEAST_CONFIG || size > MOST_SIZE) return fail_argument("size", "expected sizeof(haforu_config), %zu in this version, got %zu", sizeof *config, size);
  haforu_config own;
  set_defaults(&own);
  memset(config, 0, size);
  config->size = size;
  give_out(config, &own);
  return HAFORU_OK;
}

haforu_code haforu_config_clear(haforu_config *config) {
  const haforu_code status = check_config(config);
  if (status != HAFORU_OK) return status;
  host_release(&own_heap, config->owned);
  haforu_config own;
  set_defaults(&own);
  give_out(config, &own);
  return HAFORU_OK;
}

static const config_key *find_key(const char *key, size_t bytes) {
  for (size_t i = 0; i < KEY_COUNT; i++)
    if (strlen(keys[i].key) == bytes && memcmp(keys[i].key, key, bytes) == 0) return &keys[i];
  return NULL;
}

static haforu_code wrong(const config_key *key, const char *value, size_t bytes) {
  const int shown = bytes > HAFORU_LIMIT_CAME_BYTES ? HAFORU_LIMIT_CAME_BYTES : (int)bytes;
  switch (key->kind) {
    case VALUE_BOOL: return fail_argument(key->key, "expected true or false, got \"%.*s\"", shown, value);
    case VALUE_ORDER: return fail_argument(key->key, "expected \"input\" or \"completion\", got \"%.*s\"", shown, value);
    case VALUE_PATH: return fail_argument(key->key, "expected a path of 1 to %d bytes without NUL, got %zu bytes", HAFORU_LIMIT_PATH_CODE_POINTS, bytes);
    default: return fail_argument(key->key, "expected an integer from %.0f to %.0f, got \"%.*s\"", key->least, key->most, shown, value);
  }
}

haforu_code config_set_text(haforu_config *config, const char *name, const char *value, size_t bytes) {
  const config_key *key = find_key(name, strlen(name));
  if (key == NULL) return fail_argument("key", "expected %s, got \"%.*s\"", key_list, HAFORU_LIMIT_CAME_BYTES, name);
  char *const at = (char *)config + key->offset;
  if (key->kind == VALUE_PATH) {
    if (bytes == 0 || bytes > (size_t)key->most || memchr(value, 0, bytes) != NULL) return wrong(key, value, bytes);
    char *copy = host_copy(&own_heap, value, bytes);
    if (copy == NULL) return fail(HAFORU_OUT_OF_MEMORY, "config", key->key, NULL);
    host_release(&own_heap, config->owned);
    config->owned = copy;
    config->base_dir = copy;
    return HAFORU_OK;
  }
  double number = -1;
  if (key->kind == VALUE_ORDER) {
    if (bytes == 5 && memcmp(value, "input", 5) == 0) number = HAFORU_ORDER_INPUT;
    if (bytes == 10 && memcmp(value, "completion", 10) == 0) number = HAFORU_ORDER_COMPLETION;
  } else if (key->kind == VALUE_BOOL && bytes == 4 && memcmp(value, "true", 4) == 0)
    number = 1;
  else if (key->kind == VALUE_BOOL && bytes == 5 && memcmp(value, "false", 5) == 0)
    number = 0;
  else if (!read_number(value, bytes, &number))
    number = -1;
  if (!(number >= key->least && number <= key->most) || number != (double)(uint64_t)number) return wrong(key, value, bytes);
  if (key->kind == VALUE_U64) {
    const uint64_t whole = (uint64_t)number;
    memcpy(at, &whole, sizeof whole);
  } else {
    const uint32_t whole = (uint32_t)number;
    memcpy(at, &whole, sizeof whole);
  }
  return HAFORU_OK;
}

haforu_code haforu_config_set(haforu_config *config, const char *key, const char *value) {
  const haforu_code status = check_config(config);
  if (status != HAFORU_OK) return status;
  if (key == NULL) return fail_argument("key", "expected %s, got NULL", key_list);
  if (value == NULL) return fail_argument("value", "expected a text, got NULL");
  haforu_config own;
  take_in(&own, config);
  const haforu_code code = config_set_text(&own, key, value, strlen(value));
  if (code == HAFORU_OK) give_out(config, &own);
  return code;
}

/* A value as text; of a string in JSON with its quotes. */
static bool put_value(const host_heap *heap, host_buffer *to, const haforu_config *config, const config_key *key, bool json) {
  char text[32];
  const char *const at = (const char *)config + key->offset;
  if (key->kind == VALUE_PATH) {
    if (config->base_dir == NULL) return buffer_append(heap, to, json ? "null" : "", json ? 4 : 0);
    if (!json) return buffer_append(heap, to, config->base_dir, strlen(config->base_dir));
    return json_put_string(heap, to, config->base_dir, strlen(config->base_dir));
  }
  if (key->kind == VALUE_U64) {
    uint64_t whole;
    memcpy(&whole, at, sizeof whole);
    const int bytes = snprintf(text, sizeof text, "%" PRIu64, whole);
    return buffer_append(heap, to, text, (size_t)bytes);
  }
  uint32_t whole;
  memcpy(&whole, at, sizeof whole);
  const char *word = text;
  if (key->kind == VALUE_BOOL)
    word = whole != 0 ? "true" : "false";
  else if (key->kind == VALUE_ORDER)
    word = json ? (whole == 0 ? "\"input\"" : "\"completion\"") : (whole == 0 ? "input" : "completion");
  else
    snprintf(text, sizeof text, "%" PRIu32, whole);
  return buffer_append(heap, to, word, strlen(word));
}

/* Hands a text to the caller's buffer. */
static haforu_code hand_over(const host_buffer *text, char *buffer, size_t bytes, size_t *needed) {
  if (needed != NULL) *needed = text->bytes + 1;
  if (buffer == NULL || bytes < text->bytes + 1)
    return fail_argument("bytes", "expected a buffer of %zu bytes or more, got %zu", text->bytes + 1, buffer == NULL ? (size_t)0 : bytes);
  memcpy(buffer, text->data, text->bytes + 1);
  return HAFORU_OK;
}

haforu_code haforu_config_get(const haforu_config *given, const char *name, char *buffer, size_t bytes, size_t *needed) {
  haforu_code status = check_config(given);
  if (status != HAFORU_OK) return status;
  haforu_config own;
  take_in(&own, given);
  const haforu_config *config = &own;
  const config_key *key = name == NULL ? NULL : find_key(name, strlen(name));
  if (key == NULL) return fail_argument("key", "expected %s, got \"%.*s\"", key_list, HAFORU_LIMIT_CAME_BYTES, name == NULL ? "NULL" : name);
  host_buffer text = {NULL, 0, 0};
  if (!buffer_append(&own_heap, &text, "", 0) || !put_value(&own_heap, &text, config, key, false))
    status = fail(HAFORU_OUT_OF_MEMORY, "config", NULL, NULL);
  else
    status = hand_over(&text, buffer, bytes, needed);
  buffer_free(&own_heap, &text);
  return status;
}

static bool put_json(const haforu_config *config, host_buffer *text) {
  bool good = buffer_append(&own_heap, text, "{", 1);
  bool first = true;
  for (size_t i = 0; good && i < KEY_COUNT; i++) {
    if (keys[i].kind == VALUE_PATH && config->base_dir == NULL) continue;
    good = (first || buffer_append(&own_heap, text, ",", 1)) && buffer_append(&own_heap, text, "\"", 1) && buffer_append(&own_heap, text, keys[i].key, strlen(keys[i].key)) &&
           buffer_append(&own_heap, text, "\":", 2) && put_value(&own_heap, text, config, &keys[i], true);
    first = false;
  }
  return good && buffer_append(&own_heap, text, "}", 1);
}

haforu_code haforu_config_json(const haforu_config *given, char *buffer, size_t bytes, size_t *needed) {
  haforu_code status = check_config(given);
  if (status != HAFORU_OK) return status;
  haforu_config own;
  take_in(&own, given);
  const haforu_config *config = &own;
  host_buffer text = {NULL, 0, 0};
  status = put_json(config, &text) ? hand_over(&text, buffer, bytes, needed) : fail(HAFORU_OUT_OF_MEMORY, "config", NULL, NULL);
  buffer_free(&own_heap, &text);
  return status;
}

haforu_code haforu_config_save(const haforu_config *given, const char *path) {
  haforu_code status = check_config(given);
  if (status != HAFORU_OK) return status;
  haforu_config own;
  take_in(&own, given);
  const haforu_config *config = &own;
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  host_buffer text = {NULL, 0, 0};
  if (!put_json(config, &text) || !buffer_append(&own_heap, &text, "\n", 1))
    status = fail(HAFORU_OUT_OF_MEMORY, "config", NULL, NULL);
  else {
    const int error = file_write(path, text.data, text.bytes);
    if (error != 0) status = fail(HAFORU_OUTPUT_FAILED, path, "path", "%s", strerror(error));
  }
  buffer_free(&own_heap, &text);
  return status;
}

/* One member of an object into a config that is thrown away when any is wrong. */
static haforu_code set_member(haforu_config *config, const json_document *document, int member) {
  char name[64], value[HAFORU_LIMIT_PATH_CODE_POINTS * 4 + 1];
  const size_t name_bytes = json_string(document, member, name, sizeof name);
  const config_key *key = find_key(name, name_bytes);
  if (key == NULL) return fail_argument("key", "expected %s, got \"%.*s\"", key_list, HAFORU_LIMIT_CAME_BYTES, name);
  const json_token *token = &document->tokens[member + 1];
  const bool text = key->kind == VALUE_PATH || key->kind == VALUE_ORDER;
  if ((token->kind == JSON_STRING) != text || (token->kind != JSON_STRING && token->kind != JSON_PRIMITIVE))
    return wrong(key, document->text + token->start, (size_t)(token->end - token->start));
  /* 1 and 0 are no booleans of JSON. */
  if (key->kind == VALUE_BOOL && !json_is(document, member + 1, "true") && !json_is(document, member + 1, "false"))
    return wrong(key, document->text + token->start, (size_t)(token->end - token->start));
  const size_t bytes = json_string(document, member + 1, value, sizeof value);
  return config_set_text(config, name, value, bytes);
}

haforu_code haforu_config_parse(haforu_config *config, const char *json, size_t bytes) {
  haforu_code status = check_config(config);
  if (status != HAFORU_OK) return status;
  status = text_length(json, &bytes);
  if (status != HAFORU_OK) return status;
  json_document document;
  char expected[200];
  snprintf(expected, sizeof expected, "a JSON object with %s", key_list);
  if (!json_parse(&own_heap, json, bytes, &document) || document.tokens[0].kind != JSON_OBJECT) {
    if (document.tokens != NULL) json_free(&own_heap, &document);
    return fail_json(json, bytes, expected);
  }
  haforu_config next;
  take_in(&next, config);
  next.owned = NULL;
  int key = 1;
  for (int i = 0; i < document.tokens[0].size && status == HAFORU_OK; i++) {
    status = set_member(&next, &document, key);
    key = json_next_member(&document, key);
  }
  json_free(&own_heap, &document);
  if (status != HAFORU_OK) {
    host_release(&own_heap, next.owned);
    return status;
  }
  if (next.owned == NULL)
    next.owned = config->owned;
  else
    host_release(&own_heap, config->owned);
  give_out(config, &next);
  return HAFORU_OK;
}

/* A configuration is a page at most. */
#define CONFIG_FILE_BYTES 65536

haforu_code haforu_config_load(haforu_config *config, const char *path) {
  const haforu_code status = check_config(config);
  if (status != HAFORU_OK) return status;
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  char text[CONFIG_FILE_BYTES];
  FILE *file = fopen(path, "rb");
  if (file == NULL) return fail_argument("path", "%s cannot be read: %s", path, strerror(errno));
  const size_t bytes = fread(text, 1, sizeof text, file);
  const bool failed = ferror(file) != 0;
  fclose(file);
  if (failed) return fail_argument("path", "%s cannot be read", path);
  if (bytes == sizeof text) return fail_argument("path", "%s is no configuration: it has %d bytes or more", path, CONFIG_FILE_BYTES);
  return haforu_config_parse(config, text, bytes);
}

haforu_code config_copy(const haforu_config *from, haforu_config *to) {
  set_defaults(to);
  if (from == NULL) return HAFORU_OK;
  const haforu_code code = check_config(from);
  if (code != HAFORU_OK) return code;
  take_in(to, from);
  to->size = sizeof *to;
  to->owned = NULL;
  if ((to->allocator.allocate == NULL) != (to->allocator.release == NULL)) return fail_argument("allocator", "expected both functions or none");
  if (to->messages == NULL) to->message_count = 0;
  char text[32];
  for (size_t i = 0; i < KEY_COUNT; i++) {
    if (keys[i].kind == VALUE_PATH) continue;
    double number;
    if (keys[i].kind == VALUE_U64) {
      uint64_t whole;
      memcpy(&whole, (const char *)to + keys[i].offset, sizeof whole);
      number = (double)whole;
    } else {
      uint32_t whole;
      memcpy(&whole, (const char *)to + keys[i].offset, sizeof whole);
      number = keys[i].kind == VALUE_BOOL ? whole != 0 : whole;
    }
    if (number >= keys[i].least && number <= keys[i].most) continue;
    snprintf(text, sizeof text, "%.0f", number);
    return wrong(&keys[i], text, strlen(text));
  }
  return HAFORU_OK;
}
