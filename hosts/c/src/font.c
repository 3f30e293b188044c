/* Fonts: the bytes of a file, kept once for all engines, and what an engine has told about their face. In: a path or bytes; out: a font that any engine copies when it first draws with it. */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

void font_destroy(void *object) {
  font_object *font = object;
  const host_heap heap = font->heap;
  host_release(&heap, font->data);
  host_release(&heap, font->json);
  host_release(&heap, font->axes);
  host_release(&heap, font->name);
  host_release(&heap, font);
}

haforu_code haforu_font_retain(haforu_font *font) { return handle_retain(KIND_FONT, font); }
haforu_code haforu_font_release(haforu_font *font) { return handle_release(KIND_FONT, font); }

static int32_t whole(const json_document *document, int object, const char *key) {
  double number = 0;
  return json_number(document, json_find(document, object, key), &number) ? (int32_t)number : 0;
}

static bool read_axes(font_object *font, const json_document *document, int list) {
  if (list < 0 || document->tokens[list].kind != JSON_ARRAY || document->tokens[list].size == 0) return true;
  const size_t count = (size_t)document->tokens[list].size;
  font->axes = host_allocate(&font->heap, count * sizeof *font->axes);
  if (font->axes == NULL) return false;
  memset(font->axes, 0, count * sizeof *font->axes);
  int at = list + 1;
  for (size_t i = 0; i < count; i++) {
    haforu_axis *axis = &font->axes[i];
    const int tag = json_find(document, at, "tag");
    if (tag >= 0) json_string(document, tag, axis->tag, sizeof axis->tag);
    json_number(document, json_find(document, at, "min"), &axis->min);
    json_number(document, json_find(document, at, "default"), &axis->default_value);
    json_number(document, json_find(document, at, "max"), &axis->max);
    const int hidden = json_find(document, at, "hidden");
    axis->hidden = hidden >= 0 && json_is(document, hidden, "true");
    at = json_next_member(document, at);
  }
  font->axis_count = count;
  return true;
}

/* What the engine tells about the file. */
static haforu_code read_info(engine_object *engine, font_object *font, uint32_t handle, uint32_t face_index) {
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_font_info, &engine->module, handle);
  if (status < 0) return engine_failed(engine, status, font->name, NULL);
  haforu_code code = engine_take_line(engine);
  if (code != HAFORU_OK) return code;
  font->json_bytes = engine->line.bytes;
  font->json = host_copy(&font->heap, engine->line.data, font->json_bytes);
  json_document document;
  if (font->json == NULL || !json_parse(&font->heap, font->json, font->json_bytes, &document)) return fail(HAFORU_OUT_OF_MEMORY, font->name, NULL, NULL);
  haforu_font_metrics *m = &font->metrics;
  m->size = sizeof *m;
  m->face_index = face_index;
  m->face_count = (uint32_t)whole(&document, 0, "face_count");
  m->file_bytes = font->bytes;
  const int faces = json_find(&document, 0, "faces");
  bool good = true;
  int at = faces + 1;
  for (int i = 0; faces >= 0 && i < document.tokens[faces].size; i++) {
    if ((uint32_t)whole(&document, at, "face_index") == face_index) {
      m->units_per_em = (uint32_t)whole(&document, at, "upem");
      m->glyph_count = (uint32_t)whole(&document, at, "glyph_count");
      m->ascender = whole(&document, at, "ascender");
      m->descender = whole(&document, at, "descender");
      m->line_gap = whole(&document, at, "line_gap");
      good = read_axes(font, &document, json_find(&document, at, "axes"));
      break;
    }
    at = json_next_member(&document, at);
  }
  json_free(&font->heap, &document);
  return good ? HAFORU_OK : fail(HAFORU_OUT_OF_MEMORY, font->name, NULL, NULL);
}

/* Checks the face in the engine, which keeps its copy for sessions. */
static haforu_code open_font(engine_object *engine, font_object *font, uint32_t face_index, haforu_font **out) {
  font->metrics.face_index = face_index;
  font->self = handle_open(KIND_FONT, font);
  if (font->self == 0) {
    font_destroy(font);
    return fail(HAFORU_OUT_OF_MEMORY, "fonts", NULL, "too many handles are open");
  }
  engine_font *kept = NULL;
  haforu_code code = engine_use_font(engine, font, &kept);
  if (code == HAFORU_OK) code = read_info(engine, font, kept->handle, face_index);
  if (code == HAFORU_OK)
    *out = (haforu_font *)font->self;
  else
    handle_release(KIND_FONT, (const void *)font->self);
  return code;
}

static font_object *new_font(engine_object *engine, const char *name) {
  const host_heap heap = {engine->config.allocator, NULL};
  font_object *font = host_allocate(&heap, sizeof *font);
  if (font == NULL) return NULL;
  memset(font, 0, sizeof *font);
  font->heap = heap;
  font->name = host_copy(&heap, name, strlen(name));
  if (font->name != NULL) return font;
  host_release(&heap, font);
  return NULL;
}

static void *place(void *user, size_t bytes) {
  font_object *font = user;
  font->bytes = bytes;
  font->data = host_allocate(&font->heap, bytes == 0 ? 1 : bytes);
  return font->data;
}

haforu_code haforu_font_from_file(haforu_engine *handle, const char *path, uint32_t face_index, haforu_font **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_font *, got NULL");
  *out = NULL;
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  font_object *font = new_font(engine, path);
  if (font == NULL)
    code = fail(HAFORU_OUT_OF_MEMORY, path, NULL, NULL);
  else {
    file_identity identity;
    file_refusal refusal;
    if (file_read(&engine->base, path, strlen(path), place, font, &identity, &refusal))
      code = open_font(engine, font, face_index, out);
    else {
      font_destroy(font);
      code = fail_file(refusal.code, path, &refusal);
    }
  }
  engine_leave(engine);
  return code;
}

haforu_code haforu_font_from_memory(haforu_engine *handle, const void *data, size_t bytes, uint32_t face_index, haforu_font **out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_font *, got NULL");
  *out = NULL;
  if (data == NULL || bytes == 0) return fail_argument("data", "expected the bytes of a font, got %s", data == NULL ? "NULL" : "none");
  if (bytes > HAFORU_LIMIT_FONT_BYTES) return fail(HAFORU_FONT_TOO_LARGE, "data", "data", "it has %zu bytes", bytes);
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  font_object *font = new_font(engine, "a font from memory");
  if (font == NULL || place(font, bytes) == NULL) {
    if (font != NULL) font_destroy(font);
    code = fail(HAFORU_OUT_OF_MEMORY, "data", NULL, NULL);
  } else {
    memcpy(font->data, data, bytes);
    code = open_font(engine, font, face_index, out);
  }
  engine_leave(engine);
  return code;
}

haforu_code haforu_font_axes(haforu_font *handle, const haforu_axis **axes, size_t *count) {
  if (axes == NULL || count == NULL) return fail_argument(axes == NULL ? "axes" : "count", "expected a pointer, got NULL");
  *axes = NULL;
  *count = 0;
  const font_object *font = handle_pin(KIND_FONT, (uintptr_t)handle);
  if (font == NULL) return fail_handle("font");
  *axes = font->axes;
  *count = font->axis_count;
  handle_unpin((uintptr_t)handle);
  return HAFORU_OK;
}

haforu_code haforu_font_metrics_get(haforu_font *handle, haforu_font_metrics *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_font_metrics, got NULL");
  const font_object *font = handle_pin(KIND_FONT, (uintptr_t)handle);
  if (font == NULL) return fail_handle("font");
  const haforu_code code = give_struct(out, out->size, "out", &font->metrics, sizeof font->metrics);
  handle_unpin((uintptr_t)handle);
  return code;
}

haforu_code haforu_font_json(haforu_font *handle, const char **json, size_t *bytes) {
  if (json == NULL) return fail_argument("json", "expected a pointer to a const char *, got NULL");
  *json = "";
  if (bytes != NULL) *bytes = 0;
  const font_object *font = handle_pin(KIND_FONT, (uintptr_t)handle);
  if (font == NULL) return fail_handle("font");
  *json = font->json;
  if (bytes != NULL) *bytes = font->json_bytes;
  handle_unpin((uintptr_t)handle);
  return HAFORU_OK;
}
