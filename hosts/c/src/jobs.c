/* Jobs: a line of JSON in, a result line out. Feeds the engine the files that it asks for; reads no JSON itself. */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

/* Statuses of hf_job that are not an error: what the engine asks of its host. */
enum { NEED_FONT = 1, CHECK_FONT = 2, OP_LINE = 3, NEED_OUTPUT = 4, NEED_IMAGE = 5 };
enum { CONFIGURE_EPOCH = 5 };

/* A job needs two files at most, each asked for at most three times (check, need, and again after an eviction): more is a fault. */
#define MAX_FILE_REQUESTS 8
/* Files whose identity is remembered; one that was forgotten is read again, nothing worse. */
#define MAX_KNOWN_FILES 4096
/* An input above this is given back as soon as one of a quarter of it arrives: one huge line is rare. */
#define KEEP_INPUT_BYTES (8u << 20)

haforu_code jobs_load(engine_object *engine, const char *text, size_t bytes) {
  const double now = clock_ms();
  if (now - engine->looked_at_ms >= engine->config.font_check_ms) {
    engine->looked_at_ms = now;
    engine->epoch++;
    const haforu_code code = engine_configure(engine, CONFIGURE_EPOCH, (double)engine->epoch);
    if (code != HAFORU_OK) return code;
  }
  if (engine->input.capacity > KEEP_INPUT_BYTES && bytes < engine->input.capacity / 4) {
    engine_give_back(engine, engine->input.at);
    memset(&engine->input, 0, sizeof engine->input);
  }
  return slot_put(engine, &engine->input, text, bytes);
}

static known_file *find_file(engine_object *engine, const char *path, size_t bytes) {
  for (known_file *file = engine->files; file != NULL; file = file->next)
    if (file->path_bytes == bytes && memcmp(file->path, path, bytes) == 0) return file;
  return NULL;
}

static void remember(engine_object *engine, const char *path, size_t bytes, const file_identity *identity) {
  known_file *file = find_file(engine, path, bytes);
  if (file == NULL) {
    if (engine->file_count >= MAX_KNOWN_FILES) return;
    file = host_allocate(&engine->heap, sizeof *file + bytes);
    if (file == NULL) return;
    file->path_bytes = bytes;
    memcpy(file->path, path, bytes);
    file->next = engine->files;
    engine->files = file;
    engine->file_count++;
  }
  file->identity = *identity;
}

typedef struct placing {
  engine_object *engine;
  uint32_t at;
  size_t bytes;
} placing;

static void *place(void *user, size_t bytes) {
  placing *placed = user;
  placed->at = engine_allocate(placed->engine, bytes);
  placed->bytes = bytes;
  return placed->at == 0 ? NULL : engine_at(placed->engine, placed->at);
}

static named_font *find_name(engine_object *engine, const char *path, size_t bytes) {
  for (named_font *named = engine->names; named != NULL; named = named->next)
    if (named->name_bytes == bytes && memcmp(named->name, path, bytes) == 0) return named;
  return NULL;
}

static haforu_code picture_code(haforu_code code) {
  return code == HAFORU_FONT_NOT_FOUND ? HAFORU_IMAGE_NOT_FOUND : code == HAFORU_FONT_UNREADABLE ? HAFORU_IMAGE_UNREADABLE : code == HAFORU_FONT_TOO_LARGE ? HAFORU_IMAGE_TOO_LARGE : code;
}

/* Gives the engine the file it asks for, or the reason why not. Gives the status of that call. */
static int32_t feed(engine_object *engine, int32_t asked) {
  w2c_haforu *module = &engine->module;
  int32_t need, status;
  const uint8_t *text;
  size_t bytes;
  MODULE_CALL(module, need, hf_need, module);
  if (need == MODULE_TRAPPED || !engine_span(engine, (uint32_t)need, &text, &bytes)) return MODULE_TRAPPED;
  const uint32_t path_at = engine_word(engine, (uint32_t)need);
  char *path = host_copy(&engine->heap, (const char *)text, bytes);
  if (path == NULL) return -HAFORU_OUT_OF_MEMORY;
  const bool picture = asked == NEED_IMAGE;
  named_font *named = picture ? NULL : find_name(engine, path, bytes);
  known_file *known = named == NULL ? find_file(engine, path, bytes) : NULL;
  if (asked == CHECK_FONT && ((named != NULL && named->given) || (known != NULL && file_unchanged(&engine->base, path, bytes, &known->identity)))) {
    MODULE_CALL(module, status, hf_font_keep, module, path_at, (uint32_t)bytes);
    host_release(&engine->heap, path);
    return status;
  }
  placing placed = {engine, 0, 0};
  file_identity identity;
  file_refusal refusal = {HAFORU_OK, ""};
  bool good;
  if (named != NULL) {
    void *target = place(&placed, named->object->bytes);
    good = target != NULL;
    if (good) memcpy(target, named->object->data, named->object->bytes);
    if (!good) {
      refusal.code = HAFORU_OUT_OF_MEMORY;
      snprintf(refusal.detail, sizeof refusal.detail, "no room for a font");
    }
  } else
    good = file_read(&engine->base, path, bytes, place, &placed, &identity, &refusal);
  if (atomic_load_explicit(&engine->dead, memory_order_relaxed) != 0)
    status = MODULE_TRAPPED;
  else if (!good) {
    engine_give_back(engine, placed.at);
    engine_log(engine, HAFORU_LOG_INFO, "%s %.200s: %s%s%s", picture ? "picture" : "font", path, haforu_error_name(refusal.code), refusal.detail[0] != '\0' ? ": " : "", refusal.detail);
    if (slot_put(engine, &engine->name, refusal.detail, strlen(refusal.detail)) != HAFORU_OK)
      status = -HAFORU_OUT_OF_MEMORY;
    else if (picture)
      MODULE_CALL(module, status, hf_picture_refuse, module, (uint32_t)picture_code(refusal.code), engine->name.at, engine->name.bytes);
    else
      MODULE_CALL(module, status, hf_font_refuse, module, (uint32_t)refusal.code, engine->name.at, engine->name.bytes);
  } else {
    engine_log(engine, HAFORU_LOG_DEBUG, "%s %.200s was read: %zu bytes", picture ? "picture" : "font", path, placed.bytes);
    if (named != NULL)
      named->given = true;
    else if (!picture)
      remember(engine, path, bytes, &identity);
    if (picture)
      MODULE_CALL(module, status, hf_picture_provide, module, path_at, (uint32_t)bytes, placed.at, (uint32_t)placed.bytes);
    else
      MODULE_CALL(module, status, hf_font_provide, module, path_at, (uint32_t)bytes, placed.at, (uint32_t)placed.bytes);
  }
  host_release(&engine->heap, path);
  return status;
}

int32_t jobs_answer(engine_object *engine, uint32_t start, uint32_t bytes, double number, uint32_t flags, haforu_code code, const char *detail) {
  if (slot_put(engine, &engine->name, detail, strlen(detail)) != HAFORU_OK) return -HAFORU_OUT_OF_MEMORY;
  int32_t status;
  MODULE_CALL_VOID(&engine->module, status, hf_answer, &engine->module, engine->input.at + start, bytes, number, flags, (uint32_t)code, engine->name.at, engine->name.bytes);
  return status == MODULE_TRAPPED ? status : -code;
}

int32_t jobs_run(engine_object *engine, uint32_t start, uint32_t bytes, double number, uint32_t flags) {
  w2c_haforu *module = &engine->module;
  int32_t status = MODULE_TRAPPED;
  engine->used = true;
  for (int request = 0; request <= MAX_FILE_REQUESTS; request++) {
    MODULE_CALL(module, status, hf_job, module, engine->input.at + start, bytes, number, flags);
    if (status == NEED_FONT || status == CHECK_FONT || status == NEED_IMAGE) {
      const int32_t fed = feed(engine, status);
      if (fed == MODULE_TRAPPED) return fed;
      if (fed < 0) return jobs_answer(engine, start, bytes, number, flags, HAFORU_OUT_OF_MEMORY, status == NEED_IMAGE ? "no room for a picture" : "no room for a font");
    } else if (status == OP_LINE)
      return jobs_answer(engine, start, bytes, number, flags, HAFORU_UNSUPPORTED, "a session takes jobs; ops are for `haforu stream`");
    else if (status == NEED_OUTPUT)
      return jobs_answer(engine, start, bytes, number, flags, HAFORU_OUTPUT_FAILED, "nobody takes pictures here");
    else
      return status;
  }
  return MODULE_TRAPPED;
}

/* The error line of a job whose engine trapped, worded by another one: the first has no line to give. */
static void word_fault(engine_object *engine, const char *json, size_t bytes, const char *why) {
  haforu_code code;
  engine_object *other = engine_new(&engine->config, &code);
  if (other == NULL) return;
  if (jobs_load(other, json, bytes) == HAFORU_OK && jobs_answer(other, 0, (uint32_t)bytes, 1, 0, HAFORU_ENGINE_FAULT, why) == -HAFORU_ENGINE_FAULT &&
      engine_take_line(other) == HAFORU_OK) {
    engine->line.bytes = 0;
    buffer_append(&engine->heap, &engine->line, other->line.data, other->line.bytes);
  }
  engine_free(other);
}

static haforu_code run_line(engine_object *engine, const char *json, size_t bytes, bool check) {
  const size_t taken = bytes > HAFORU_LIMIT_LINE_BYTES ? LINE_HEAD_BYTES : bytes;
  haforu_code code = jobs_load(engine, json, taken);
  if (code != HAFORU_OK) return code;
  int32_t status;
  if (bytes > HAFORU_LIMIT_LINE_BYTES) {
    char detail[48];
    snprintf(detail, sizeof detail, "it has %zu", bytes);
    status = jobs_answer(engine, 0, (uint32_t)taken, 1, 0, HAFORU_LINE_TOO_LONG, detail);
  } else if (check) {
    MODULE_CALL(&engine->module, status, hf_validate, &engine->module, engine->input.at, (uint32_t)bytes, 1, 0);
    if (status >= 0) return HAFORU_OK;
  } else
    status = jobs_run(engine, 0, (uint32_t)bytes, 1, 0);
  if (status == MODULE_TRAPPED) {
    const char *why = module_trap_text();
    code = engine_failed(engine, status, "the engine", NULL);
    word_fault(engine, json, taken, why);
    return code;
  }
  code = engine_take_line(engine);
  if (code != HAFORU_OK) return code;
  return status < 0 ? fail_line(-status, engine->line.data, engine->line.bytes) : HAFORU_OK;
}

static haforu_code one_line(haforu_engine *handle, const char *json, size_t bytes, const char **line, size_t *line_bytes, bool check) {
  if (line == NULL) return fail_argument("line", "expected a pointer to a const char *, got NULL");
  *line = "";
  if (line_bytes != NULL) *line_bytes = 0;
  haforu_code code = text_length(json, &bytes);
  if (code != HAFORU_OK) return code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  engine->line.bytes = 0;
  if (engine->line.data != NULL) engine->line.data[0] = '\0';
  code = run_line(engine, json, bytes, check);
  if (engine->line.data != NULL) *line = engine->line.data;
  if (line_bytes != NULL) *line_bytes = engine->line.bytes;
  engine_leave(engine);
  return code;
}

haforu_code haforu_job(haforu_engine *engine, const char *json, size_t bytes, const char **line, size_t *line_bytes) {
  return one_line(engine, json, bytes, line, line_bytes, false);
}

haforu_code haforu_validate(haforu_engine *engine, const char *json, size_t bytes, const char **line, size_t *line_bytes) {
  return one_line(engine, json, bytes, line, line_bytes, true);
}

bool engine_share_names(engine_object *from, engine_object *to) {
  for (const named_font *named = from->names; named != NULL; named = named->next) {
    named_font *copy = host_allocate(&to->heap, sizeof *copy + named->name_bytes);
    if (copy == NULL) return false;
    memcpy(copy, named, sizeof *copy + named->name_bytes);
    if (handle_pin_again(KIND_FONT, named->font) == NULL) {
      host_release(&to->heap, copy);
      return false;
    }
    copy->given = false;
    copy->next = to->names;
    to->names = copy;
  }
  return true;
}

haforu_code haforu_engine_name_font(haforu_engine *handle, const char *name, haforu_font *font) {
  const size_t bytes = name == NULL ? 0 : strlen(name);
  if (bytes == 0 || bytes > HAFORU_LIMIT_PATH_CODE_POINTS) return fail_argument("name", "expected a name of 1 to %d bytes, got %zu", HAFORU_LIMIT_PATH_CODE_POINTS, bytes);
  const font_object *object = NULL;
  if (font != NULL) {
    object = handle_pin(KIND_FONT, (uintptr_t)font);
    if (object == NULL) return fail_handle("font");
  }
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine != NULL) {
    for (named_font **at = &engine->names; *at != NULL; at = &(*at)->next) {
      named_font *named = *at;
      if (named->name_bytes != bytes || memcmp(named->name, name, bytes) != 0) continue;
      *at = named->next;
      handle_unpin(named->font);
      host_release(&engine->heap, named);
      break;
    }
    if (font != NULL) {
      named_font *named = host_allocate(&engine->heap, sizeof *named + bytes);
      if (named == NULL)
        code = fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, NULL);
      else {
        named->font = (uintptr_t)font;
        named->object = object;
        named->given = false;
        named->name_bytes = bytes;
        memcpy(named->name, name, bytes);
        named->next = engine->names;
        engine->names = named;
      }
    }
    /* What jobs have loaded under this name before is looked at again. */
    engine->looked_at_ms = -1e300;
    engine_leave(engine);
  }
  if (font != NULL && code != HAFORU_OK) handle_unpin((uintptr_t)font);
  return code;
}
