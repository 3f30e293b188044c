/* The thread's last error: a code, a message, details. In: what a call found wrong; out: haforu_error_info. The rest of the library is told nothing by it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "host.h"

#define MESSAGE_BYTES 1024
#define DETAILS_BYTES 4096

typedef struct error_texts {
  thread_own own;
  char message[MESSAGE_BYTES];
  char details[DETAILS_BYTES];
} error_texts;

/* Found fast, since every program asks for it. The texts are behind a pointer: what a library that is loaded into a running program may have of thread-local memory is some hundred bytes for all libraries. */
static HAFORU_HOT_LOCAL haforu_code last_code;
static HAFORU_HOT_LOCAL const char *const *table;
static HAFORU_HOT_LOCAL size_t table_count;
static HAFORU_HOT_LOCAL error_texts *texts; /* from a thread's first error to its end */

typedef struct code_entry {
  haforu_code code;
  const char *name, *cause, *cure;
} code_entry;

static const code_entry entries[] = {
#define HAFORU_MESSAGE(number, name, cause, cure) {number, name, cause, cure},
#include "generated/messages.inc"
#undef HAFORU_MESSAGE
};
#define ENTRY_COUNT (sizeof entries / sizeof *entries)

static const code_entry *entry_of(haforu_code code) {
  for (size_t i = 0; i < ENTRY_COUNT; i++)
    if (entries[i].code == code) return &entries[i];
  return NULL;
}

haforu_code code_of_name(const char *name, size_t bytes) {
  for (size_t i = 0; i < ENTRY_COUNT; i++)
    if (strlen(entries[i].name) == bytes && memcmp(entries[i].name, name, bytes) == 0) return entries[i].code;
  return HAFORU_OK;
}

static void texts_end(thread_own *own) {
  texts = NULL;
  free(own);
}

/* NULL: no memory. */
static error_texts *texts_here(void) {
  if (texts != NULL) return texts;
  error_texts *made = malloc(sizeof *made);
  if (made == NULL) return NULL;
  made->own.end = texts_end;
  if (!thread_keep(&made->own)) {
    free(made);
    return NULL;
  }
  return texts = made;
}

haforu_code error_code(void) { return last_code; }
/* Where there was no memory for texts: the code's usual cause. */
const char *error_message(void) {
  if (texts != NULL) return texts->message;
  const code_entry *entry = entry_of(last_code);
  return entry == NULL ? "" : entry->cause;
}
const char *error_details(void) { return texts != NULL ? texts->details : "{}"; }
void error_forget(void) { last_code = HAFORU_OK; }

const char *error_name(haforu_code code) {
  if (code == HAFORU_OK) return "ok";
  const code_entry *entry = entry_of(code);
  return entry == NULL ? "unknown" : entry->name;
}

void error_messages(const char *const *messages, size_t count) {
  table = messages;
  table_count = messages == NULL ? 0 : count;
}

/* Appends as much as there is room for; cuts no character of UTF-8 in two. */
static void append(char *to, size_t capacity, const char *text) {
  const size_t used = strlen(to);
  size_t bytes = strlen(text);
  if (bytes > capacity - used - 1) {
    bytes = capacity - used - 1;
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80) bytes--;
  }
  memcpy(to + used, text, bytes);
  to[used + bytes] = '\0';
}

haforu_code fail(haforu_code code, const char *subject, const char *field, const char *format, ...) {
  char detail[MESSAGE_BYTES];
  detail[0] = '\0';
  if (format != NULL) {
    va_list values;
    va_start(values, format);
    vsnprintf(detail, sizeof detail, format, values);
    va_end(values);
  }
  last_code = code;
  error_texts *to = texts_here();
  if (to == NULL) return code;
  char *message = to->message;
  message[0] = '\0';
  if (code > 0 && (size_t)code < table_count && table[code] != NULL)
    append(message, MESSAGE_BYTES, table[code]);
  else {
    const code_entry *entry = entry_of(code);
    append(message, MESSAGE_BYTES, subject);
    append(message, MESSAGE_BYTES, ": ");
    append(message, MESSAGE_BYTES, detail[0] != '\0' ? detail : entry != NULL ? entry->cause : "");
    /* A detail of an argument says what to do by itself. */
    if (entry != NULL && !(code == HAFORU_INVALID_ARGUMENT && detail[0] != '\0')) {
      if (detail[0] != '\0') append(message, MESSAGE_BYTES, ".");
      append(message, MESSAGE_BYTES, " ");
      append(message, MESSAGE_BYTES, entry->cure);
    }
  }
  /* Fields are names of arguments: nothing in them needs escaping. */
  if (field == NULL)
    memcpy(to->details, "{}", 3);
  else
    snprintf(to->details, DETAILS_BYTES, "{\"field\":\"%.200s\"}", field);
  return code;
}

haforu_code fail_handle(const char *field) {
  return fail(HAFORU_INVALID_HANDLE, field, field, "it is NULL, was released, or is no handle of this kind");
}

haforu_code fail_kept(haforu_code code, const char *message, const char *details) {
  last_code = code;
  error_texts *to = texts_here();
  if (to == NULL) return code;
  to->message[0] = to->details[0] = '\0';
  append(to->message, MESSAGE_BYTES, message);
  append(to->details, DETAILS_BYTES, details);
  return code;
}

haforu_code fail_line(haforu_code code, const char *line, size_t bytes) {
  const host_heap heap = {{NULL, NULL, NULL}, NULL};
  json_document document;
  last_code = code;
  error_texts *to = texts_here();
  if (to == NULL) return code;
  to->message[0] = '\0';
  memcpy(to->details, "{}", 3);
  if (json_parse(&heap, line, bytes, &document)) {
    const int error = json_find(&document, 0, "error");
    if (error >= 0) {
      const json_token *object = &document.tokens[error];
      const int message = json_find(&document, error, "message");
      if (message >= 0) json_string(&document, message, to->message, MESSAGE_BYTES);
      const size_t length = (size_t)(object->end - object->start);
      /* Cut, it would be no JSON: then it only tells its field. */
      if (length < DETAILS_BYTES) {
        memcpy(to->details, line + object->start, length);
        to->details[length] = '\0';
      } else {
        char field[200];
        const int named = json_find(&document, error, "field");
        if (named >= 0 && json_string(&document, named, field, sizeof field) > 0 && strpbrk(field, "\"\\") == NULL)
          snprintf(to->details, DETAILS_BYTES, "{\"field\":\"%s\"}", field);
      }
    }
    json_free(&heap, &document);
  }
  if (code > 0 && (size_t)code < table_count && table[code] != NULL) {
    to->message[0] = '\0';
    append(to->message, MESSAGE_BYTES, table[code]);
  }
  return code;
}
