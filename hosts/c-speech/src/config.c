/* Options and configurations: defaults, values by key, checked; as JSON text and files. In: keys and text; out: a haforu_speech_config. One table says what each key takes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

#define THREADS_MOST 64
#define QUEUE_MOST 1000000
#define PATH_BYTES 4096
/* A configuration is a page at most. */
#define CONFIG_FILE_BYTES 65536

enum value_kind { VALUE_STRING, VALUE_DOUBLE, VALUE_U32, VALUE_QUALITY, VALUE_INCLUDE };

typedef struct config_key {
  const char *key;
  int kind;
  size_t offset;
  int owned; /* of a string: where the config keeps its own */
} config_key;

#define OPTION(field) (offsetof(haforu_speech_config, options) + offsetof(haforu_speech_options, field))
static const config_key keys[] = {
    {"voice", VALUE_STRING, OPTION(voice), 0},
    {"language", VALUE_STRING, OPTION(language), 1},
    {"rate", VALUE_DOUBLE, OPTION(rate), 0},
    {"pitch", VALUE_DOUBLE, OPTION(pitch), 0},
    {"volume", VALUE_DOUBLE, OPTION(volume), 0},
    {"sample_rate", VALUE_U32, OPTION(sample_rate), 0},
    {"channels", VALUE_U32, OPTION(channels), 0},
    {"quality", VALUE_QUALITY, OPTION(quality), 0},
    {"include", VALUE_INCLUDE, OPTION(include), 0},
    {"chunk_ms", VALUE_U32, OPTION(chunk_ms), 0},
    {"threads", VALUE_U32, offsetof(haforu_speech_config, threads), 0},
    {"queue", VALUE_U32, offsetof(haforu_speech_config, queue), 0},
    {"voice_path", VALUE_STRING, offsetof(haforu_speech_config, voice_path), 2},
};
#define KEY_COUNT (sizeof keys / sizeof *keys)
static const char key_list[] = "voice, language, rate, pitch, volume, sample_rate, channels, quality, include, chunk_ms, threads, queue or voice_path";

#define LEAST_OPTIONS LEAST_SIZE(haforu_speech_options, ssml)
/* The options lie inside of haforu_speech_config: were they longer in a later version, a program's threads would be read from elsewhere. */
_Static_assert(sizeof(void *) != 8 || sizeof(haforu_speech_options) == 136, "a new option takes its place from haforu_speech_options.reserved");
#define LEAST_CONFIG LEAST_SIZE(haforu_speech_config, owned)

/* What a config has of its own: through malloc, since it has no allocator before it is used. */
static const host_heap own_heap = {{NULL, NULL, NULL}, NULL};

haforu_speech_code haforu_speech_options_init(haforu_speech_options *options, size_t size) {
  if (options == NULL) return fail_argument("options", "expected a pointer to a haforu_speech_options, got NULL");
  if (size < LEAST_OPTIONS || size > MOST_SIZE) return fail_argument("size", "expected sizeof(haforu_speech_options), %zu in this version, got %zu", sizeof *options, size);
  memset(options, 0, size);
  options->size = size;
  options->rate = 1;
  options->channels = 1;
  options->quality = HAFORU_SPEECH_QUALITY_STANDARD;
  options->include = HAFORU_SPEECH_WORDS | HAFORU_SPEECH_SENTENCES | HAFORU_SPEECH_MARKS;
  options->chunk_ms = 250;
  return HAFORU_OK;
}

static void set_defaults(haforu_speech_config *config) {
  memset(config, 0, sizeof *config);
  config->size = sizeof *config;
  haforu_speech_options_init(&config->options, sizeof config->options);
  config->queue = 10000;
}

static haforu_speech_code check_config(const haforu_speech_config *config) {
  if (config == NULL) return fail_argument("config", "expected a pointer to a haforu_speech_config, got NULL");
  if (config->size < LEAST_CONFIG || config->size > MOST_SIZE) return fail_argument("config", "expected a config that haforu_speech_config_init has set (size %zu or more), got size %zu", LEAST_CONFIG, config->size);
  return HAFORU_OK;
}

static haforu_speech_code check_values(const haforu_speech_config *config) {
  const haforu_speech_code code = options_check(&config->options);
  if (code != HAFORU_OK) return code;
  if (config->threads > THREADS_MOST) return fail_argument("threads", "expected 1 to %d, or 0 for the processors, at most 4; got %u", THREADS_MOST, config->threads);
  if (config->queue < 1 || config->queue > QUEUE_MOST) return fail_argument("queue", "expected 1 to %d, got %u", QUEUE_MOST, config->queue);
  if (config->voice_path != NULL && (*config->voice_path == '\0' || strlen(config->voice_path) >= PATH_BYTES))
    return fail_argument("voice_path", "expected folders of 1 to %d bytes in all, got %zu", PATH_BYTES - 1, strlen(config->voice_path));
  if ((config->allocator.allocate == NULL) != (config->allocator.release == NULL)) return fail_argument("allocator", "expected both functions or none");
  return HAFORU_OK;
}

/* A program's config, which may be of another version, as this version has it; and back. */
static void take_in(haforu_speech_config *own, const haforu_speech_config *config) {
  set_defaults(own);
  memcpy(own, config, least_size(config->size, sizeof *own));
}
static void give_out(haforu_speech_config *config, const haforu_speech_config *own) {
  const size_t size = config->size;
  memcpy(config, own, least_size(size, sizeof *own));
  config->size = size;
}

haforu_speech_code haforu_speech_config_init(haforu_speech_config *config, size_t size) {
  if (config == NULL) return fail_argument("config", "expected a pointer to a haforu_speech_config, got NULL");
  if (size < LEAST_CONFIG || size > MOST_SIZE) return fail_argument("size", "expected sizeof(haforu_speech_config), %zu in this version, got %zu", sizeof *config, size);
  haforu_speech_config own;
  set_defaults(&own);
  memset(config, 0, size);
  config->size = size;
  give_out(config, &own);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_config_clear(haforu_speech_config *config) {
  const haforu_speech_code code = check_config(config);
  if (code != HAFORU_OK) return code;
  for (size_t i = 0; i < 3; i++) host_release(&own_heap, config->owned[i]);
  haforu_speech_config own;
  set_defaults(&own);
  give_out(config, &own);
  return HAFORU_OK;
}

haforu_speech_code speech_config_copy(const haforu_speech_config *from, haforu_speech_config *to) {
  set_defaults(to);
  if (from == NULL) return HAFORU_OK;
  const haforu_speech_code code = check_config(from);
  if (code != HAFORU_OK) return code;
  take_in(to, from);
  to->size = sizeof *to;
  memset(to->owned, 0, sizeof to->owned);
  return check_values(to);
}

/* --- by key ------------------------------------------------------------------------------------------------------------------------ */

static const config_key *find_key(const char *name) {
  for (size_t i = 0; i < KEY_COUNT; i++)
    if (strcmp(keys[i].key, name) == 0) return &keys[i];
  return NULL;
}

/* The bits of "words,marks". */
static bool read_include(const char *value, uint32_t *out) {
  uint32_t bits = 0;
  while (*value != '\0') {
    const size_t bytes = strcspn(value, ",");
    bool known = false;
    for (uint32_t i = 0; i < 4; i++) {
      if (strlen(speech_times[i]) != bytes || strncmp(speech_times[i], value, bytes) != 0 || (bits & 1u << i) != 0) continue;
      bits |= 1u << i;
      known = true;
    }
    if (!known) return false;
    value += bytes;
    if (*value == ',' && *++value == '\0') return false;
  }
  *out = bits;
  return true;
}

/* Into a copy, whose strings are the config's until the copy is known to be right. */
static haforu_speech_code set(haforu_speech_config *config, const char *name, const char *value) {
  const config_key *key = find_key(name);
  if (key == NULL) return fail_argument("key", "expected %s, got \"%.80s\"", key_list, name);
  haforu_speech_config next = *config;
  char *const at = (char *)&next + key->offset;
  char *copy = NULL;
  double number = 0;
  if (key->kind == VALUE_STRING) {
    if (*value == '\0') return fail_argument(key->key, "expected a text, got an empty one");
    copy = host_copy(&own_heap, value, strlen(value));
    if (copy == NULL) return fail(HAFORU_OUT_OF_MEMORY, "config", key->key, NULL);
    const char *kept = copy;
    memcpy(at, &kept, sizeof kept);
  } else if (key->kind == VALUE_QUALITY) {
    int32_t quality = -1;
    for (int32_t i = 0; i < 3; i++)
      if (strcmp(speech_qualities[i], value) == 0) quality = i;
    if (quality < 0) return fail_argument(key->key, "expected \"draft\", \"standard\" or \"high\", got \"%.80s\"", value);
    memcpy(at, &quality, sizeof quality);
  } else if (key->kind == VALUE_INCLUDE) {
    uint32_t bits;
    if (!read_include(value, &bits)) return fail_argument(key->key, "expected words, phonemes, sentences and marks, each at most once, separated by commas; got \"%.80s\"", value);
    memcpy(at, &bits, sizeof bits);
  } else {
    if (!read_number(value, strlen(value), &number)) return fail_argument(key->key, "expected a number, got \"%.80s\"", value);
    if (key->kind == VALUE_DOUBLE)
      memcpy(at, &number, sizeof number);
    else {
      if (!(number >= 0 && number <= UINT32_MAX) || number != (double)(uint32_t)number) return fail_argument(key->key, "expected a whole number, got \"%.80s\"", value);
      const uint32_t whole = (uint32_t)number;
      memcpy(at, &whole, sizeof whole);
    }
  }
  const haforu_speech_code code = check_values(&next);
  if (code != HAFORU_OK) {
    host_release(&own_heap, copy);
    return code;
  }
  if (copy != NULL) {
    host_release(&own_heap, next.owned[key->owned]);
    next.owned[key->owned] = copy;
  }
  *config = next;
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_config_set(haforu_speech_config *config, const char *key, const char *value) {
  const haforu_speech_code code = check_config(config);
  if (code != HAFORU_OK) return code;
  if (key == NULL) return fail_argument("key", "expected %s, got NULL", key_list);
  if (value == NULL) return fail_argument("value", "expected a text, got NULL");
  haforu_speech_config own;
  take_in(&own, config);
  const haforu_speech_code status = set(&own, key, value);
  if (status == HAFORU_OK) give_out(config, &own);
  return status;
}

static bool put(host_buffer *to, const char *text) { return buffer_append(&own_heap, to, text, strlen(text)); }

static bool put_value(host_buffer *to, const haforu_speech_config *config, const config_key *key, bool json) {
  const char *const at = (const char *)config + key->offset;
  char text[64];
  if (key->kind == VALUE_STRING) {
    const char *value;
    memcpy(&value, at, sizeof value);
    if (value == NULL) return put(to, json ? "null" : "");
    return json ? json_put_string(&own_heap, to, value, strlen(value)) : put(to, value);
  }
  if (key->kind == VALUE_DOUBLE) {
    double value;
    memcpy(&value, at, sizeof value);
    number_text(text, value, 0);
    return put(to, text);
  }
  if (key->kind == VALUE_INCLUDE) {
    uint32_t bits;
    memcpy(&bits, at, sizeof bits);
    bool good = put(to, json ? "[" : ""), first = true;
    for (uint32_t i = 0; good && i < 4; i++) {
      if ((bits & 1u << i) == 0) continue;
      good = put(to, first ? "" : ",") && put(to, json ? "\"" : "") && put(to, speech_times[i]) && put(to, json ? "\"" : "");
      first = false;
    }
    return good && put(to, json ? "]" : "");
  }
  uint32_t value;
  memcpy(&value, at, sizeof value);
  if (key->kind == VALUE_QUALITY) return put(to, json ? "\"" : "") && put(to, speech_qualities[value > 2 ? 1 : value]) && put(to, json ? "\"" : "");
  snprintf(text, sizeof text, "%u", (unsigned)value);
  return put(to, text);
}

static haforu_speech_code hand_over(const host_buffer *text, char *buffer, size_t bytes, size_t *needed) {
  if (needed != NULL) *needed = text->bytes + 1;
  if (buffer == NULL || bytes < text->bytes + 1) return fail_argument("bytes", "expected a buffer of %zu bytes or more, got %zu", text->bytes + 1, buffer == NULL ? (size_t)0 : bytes);
  memcpy(buffer, text->data, text->bytes + 1);
  return HAFORU_OK;
}

haforu_speech_code haforu_speech_config_get(const haforu_speech_config *given, const char *name, char *buffer, size_t bytes, size_t *needed) {
  haforu_speech_code code = check_config(given);
  if (code != HAFORU_OK) return code;
  haforu_speech_config own;
  take_in(&own, given);
  const haforu_speech_config *config = &own;
  const config_key *key = name == NULL ? NULL : find_key(name);
  if (key == NULL) return fail_argument("key", "expected %s, got \"%.80s\"", key_list, name == NULL ? "NULL" : name);
  host_buffer text = {NULL, 0, 0};
  code = put(&text, "") && put_value(&text, config, key, false) ? hand_over(&text, buffer, bytes, needed) : fail(HAFORU_OUT_OF_MEMORY, "config", NULL, NULL);
  buffer_free(&own_heap, &text);
  return code;
}

/* --- as JSON ----------------------------------------------------------------------------------------------------------------------- */

static bool put_json(host_buffer *text, const haforu_speech_config *config) {
  bool good = put(text, "{"), first = true;
  for (size_t i = 0; good && i < KEY_COUNT; i++) {
    if (keys[i].kind == VALUE_STRING) {
      const char *value;
      memcpy(&value, (const char *)config + keys[i].offset, sizeof value);
      if (value == NULL) continue;
    }
    good = put(text, first ? "\"" : ",\"") && put(text, keys[i].key) && put(text, "\":") && put_value(text, config, &keys[i], true);
    first = false;
  }
  return good && put(text, "}");
}

haforu_speech_code haforu_speech_config_json(const haforu_speech_config *given, char *buffer, size_t bytes, size_t *needed) {
  haforu_speech_code code = check_config(given);
  if (code != HAFORU_OK) return code;
  haforu_speech_config own;
  take_in(&own, given);
  const haforu_speech_config *config = &own;
  host_buffer text = {NULL, 0, 0};
  code = put_json(&text, config) ? hand_over(&text, buffer, bytes, needed) : fail(HAFORU_OUT_OF_MEMORY, "config", NULL, NULL);
  buffer_free(&own_heap, &text);
  return code;
}

haforu_speech_code haforu_speech_config_save(const haforu_speech_config *given, const char *path) {
  haforu_speech_code code = check_config(given);
  if (code != HAFORU_OK) return code;
  haforu_speech_config own;
  take_in(&own, given);
  const haforu_speech_config *config = &own;
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  host_buffer text = {NULL, 0, 0};
  if (!put_json(&text, config) || !put(&text, "\n"))
    code = fail(HAFORU_OUT_OF_MEMORY, "config", NULL, NULL);
  else {
    const int error = file_write(path, text.data, text.bytes);
    if (error != 0) code = fail(HAFORU_OUTPUT_FAILED, path, "path", "%s", strerror(error));
  }
  buffer_free(&own_heap, &text);
  return code;
}

/* One member into a config that is thrown away when any is wrong. */
static haforu_speech_code set_member(haforu_speech_config *config, const json_document *document, int member) {
  char name[64], value[PATH_BYTES];
  const size_t name_bytes = json_string(document, member, name, sizeof name);
  const config_key *key = strlen(name) == name_bytes ? find_key(name) : NULL;
  if (key == NULL) return fail_argument("key", "expected %s, got \"%.80s\"", key_list, name);
  const json_token *token = &document->tokens[member + 1];
  if (key->kind == VALUE_INCLUDE && token->kind == JSON_ARRAY) {
    size_t bytes = 0;
    int item = member + 2;
    value[0] = '\0';
    for (int i = 0; i < token->size && i < 8; i++, item += document->tokens[item].skip) {
      if (i > 0) value[bytes++] = ',';
      if (document->tokens[item].kind != JSON_STRING) return fail_argument(key->key, "expected a list of \"words\", \"phonemes\", \"sentences\" and \"marks\"");
      bytes += json_string(document, item, value + bytes, 64);
    }
    if (strlen(value) != bytes) return fail_argument(key->key, "expected a list of \"words\", \"phonemes\", \"sentences\" and \"marks\", got a NUL character");
    return set(config, name, value);
  }
  const bool text = key->kind == VALUE_STRING || key->kind == VALUE_QUALITY;
  if (key->kind == VALUE_INCLUDE || (token->kind == JSON_STRING) != text || (token->kind != JSON_STRING && token->kind != JSON_PRIMITIVE))
    return fail_argument(key->key, "expected %s, got %.*s", key->kind == VALUE_INCLUDE ? "a list" : text ? "a text" : "a number", token->end - token->start > 80 ? 80 : token->end - token->start,
                         document->text + token->start);
  /* What it is in the text is never shorter than what it stands for. */
  const size_t most = (size_t)(token->end - token->start) + 1;
  char *whole = most <= sizeof value ? value : host_allocate(&own_heap, most);
  if (whole == NULL) return fail(HAFORU_OUT_OF_MEMORY, "config", key->key, NULL);
  const size_t bytes = json_string(document, member + 1, whole, most);
  const haforu_speech_code code = strlen(whole) == bytes ? set(config, name, whole) : fail_argument(key->key, "expected a text without NUL characters");
  if (whole != value) host_release(&own_heap, whole);
  return code;
}

haforu_speech_code haforu_speech_config_parse(haforu_speech_config *config, const char *json, size_t bytes) {
  haforu_speech_code code = check_config(config);
  if (code != HAFORU_OK) return code;
  if (json == NULL) return fail_argument("json", "expected a text, got NULL");
  if (bytes == HAFORU_SPEECH_NUL_TERMINATED) bytes = strlen(json);
  json_document document;
  char expected[200];
  snprintf(expected, sizeof expected, "a JSON object with %s", key_list);
  if (!json_parse(&own_heap, json, bytes, &document) || document.tokens[0].kind != JSON_OBJECT) {
    if (document.tokens != NULL) json_free(&own_heap, &document);
    return fail_json(json, bytes, expected);
  }
  /* Strings of the config stay its own until all is known to be right. */
  haforu_speech_config next;
  take_in(&next, config);
  memset(next.owned, 0, sizeof next.owned);
  int key = 1;
  for (int i = 0; i < document.tokens[0].size && code == HAFORU_OK; i++) {
    code = set_member(&next, &document, key);
    key = json_next_member(&document, key);
  }
  json_free(&own_heap, &document);
  for (size_t i = 0; i < 3; i++) {
    void **const rest = code == HAFORU_OK ? &config->owned[i] : &next.owned[i];
    if (code != HAFORU_OK || next.owned[i] != NULL)
      host_release(&own_heap, *rest);
    else
      next.owned[i] = config->owned[i];
  }
  if (code == HAFORU_OK) give_out(config, &next);
  return code;
}

haforu_speech_code haforu_speech_config_load(haforu_speech_config *config, const char *path) {
  const haforu_speech_code code = check_config(config);
  if (code != HAFORU_OK) return code;
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  char text[CONFIG_FILE_BYTES];
  FILE *file = fopen(path, "rb");
  if (file == NULL) return fail(HAFORU_SPEECH_FILE_UNREADABLE, path, "path", "it cannot be read: %s", strerror(errno));
  const size_t bytes = fread(text, 1, sizeof text, file);
  const bool failed = ferror(file) != 0;
  fclose(file);
  if (failed) return fail(HAFORU_SPEECH_FILE_UNREADABLE, path, "path", "it cannot be read");
  if (bytes == sizeof text) return fail_argument("path", "%s is no configuration: it has %d bytes or more", path, CONFIG_FILE_BYTES);
  return haforu_speech_config_parse(config, text, bytes);
}
