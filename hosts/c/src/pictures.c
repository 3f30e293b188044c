/* Pictures: compared, resized, matched, and as files. In: the caller's pixels, or an engine's canvas; out: numbers, pixels, files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

/* Whether a picture can be read; `field` names it. */
static haforu_code check(const haforu_picture *picture, const char *field) {
  if (picture == NULL || picture->pixels == NULL) return fail_argument(field, "expected a picture, got %s", picture == NULL ? "NULL" : "one without pixels");
  if (picture->width == 0 || picture->height == 0 || picture->width > HAFORU_LIMIT_CANVAS_SIDE_PX || picture->height > HAFORU_LIMIT_CANVAS_SIDE_PX)
    return fail_argument(field, "expected sides of 1 to %d pixels, got %u x %u", HAFORU_LIMIT_CANVAS_SIDE_PX, (unsigned)picture->width, (unsigned)picture->height);
  if ((uint64_t)picture->width * picture->height > HAFORU_LIMIT_CANVAS_AREA_PX)
    return fail(HAFORU_CANVAS_TOO_LARGE, field, field, "got %u x %u, expected at most %d pixels in all", (unsigned)picture->width, (unsigned)picture->height, HAFORU_LIMIT_CANVAS_AREA_PX);
  if (picture->stride < picture->width) return fail_argument(field, "expected a stride of at least the width, %u, got %zu", (unsigned)picture->width, picture->stride);
  return HAFORU_OK;
}

/* Where the engine reads a picture: where it lies, if that is in the engine's memory, else a copy in the slot. */
static haforu_code bring(engine_object *engine, module_slot *slot, const haforu_picture *picture, uint32_t *at) {
  const size_t bytes = (size_t)picture->width * picture->height;
  const uint8_t *memory = engine->module.w2c_memory.data;
  if (picture->stride == picture->width && (uintptr_t)picture->pixels >= (uintptr_t)memory && (uintptr_t)picture->pixels + bytes <= (uintptr_t)memory + engine->module.w2c_memory.size) {
    *at = (uint32_t)((uintptr_t)picture->pixels - (uintptr_t)memory);
    return HAFORU_OK;
  }
  const haforu_code code = slot_reserve(engine, slot, bytes);
  if (code != HAFORU_OK) return code;
  uint8_t *to = engine_at(engine, slot->at);
  for (uint32_t y = 0; y < picture->height; y++) memcpy(to + (size_t)y * picture->width, picture->pixels + (size_t)y * picture->stride, picture->width);
  *at = slot->at;
  return HAFORU_OK;
}

haforu_code haforu_compare(haforu_engine *handle, const haforu_picture *a, const haforu_picture *b, int align, uint32_t reach, uint32_t measures, haforu_comparison *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_comparison, got NULL");
  if (align < HAFORU_ALIGN_CORNER || align > HAFORU_ALIGN_INK) return fail_argument("align", "expected HAFORU_ALIGN_CORNER, _CENTER or _INK, got %d", align);
  if (reach > HAFORU_LIMIT_ALIGN_REACH_PX) return fail_argument("reach", "expected at most %d pixels, got %u", HAFORU_LIMIT_ALIGN_REACH_PX, (unsigned)reach);
  if (measures == 0 || (measures & ~(uint32_t)HAFORU_ALL_MEASURES) != 0) return fail_argument("measures", "expected bits of HAFORU_ALL_MEASURES, got %u", (unsigned)measures);
  haforu_code code = check(a, "a");
  if (code == HAFORU_OK) code = check(b, "b");
  if (code != HAFORU_OK) return code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  uint32_t at_a, at_b;
  code = bring(engine, &engine->picture_a, a, &at_a);
  if (code == HAFORU_OK) code = bring(engine, &engine->picture_b, b, &at_b);
  if (code == HAFORU_OK) {
    const uint32_t pictures[8] = {at_a, a->width, a->height, 0, at_b, b->width, b->height, 0}, options[3] = {(uint32_t)align, reach, measures};
    const uint32_t scratch = engine->scratch;
    memcpy(engine_at(engine, scratch + SCRATCH_PICTURES), pictures, sizeof pictures);
    memcpy(engine_at(engine, scratch + SCRATCH_OPTIONS), options, sizeof options);
    int32_t status;
    MODULE_CALL(&engine->module, status, hf_compare, &engine->module, scratch + SCRATCH_PICTURES, scratch + SCRATCH_OPTIONS, scratch + SCRATCH_COMPARISON);
    if (status < 0)
      code = engine_failed(engine, status, "the comparison", NULL);
    else {
      haforu_comparison full;
      full.size = sizeof full;
      memcpy((char *)&full + offsetof(haforu_comparison, pixel_delta), engine_at(engine, scratch + SCRATCH_COMPARISON), 9 * sizeof(double));
      code = give_struct(out, out->size, "out", &full, sizeof full);
    }
  }
  engine_leave(engine);
  return code;
}

haforu_code haforu_resize(haforu_engine *handle, const haforu_picture *from, uint8_t *to, uint32_t width, uint32_t height) {
  if (to == NULL) return fail_argument("to", "expected a buffer of width x height bytes, got NULL");
  const haforu_picture target = {to, width, height, width};
  haforu_code code = check(from, "from");
  if (code == HAFORU_OK) code = check(&target, "to");
  if (code != HAFORU_OK) return code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  uint32_t at;
  const size_t bytes = (size_t)width * height;
  code = bring(engine, &engine->picture_a, from, &at);
  if (code == HAFORU_OK) code = slot_reserve(engine, &engine->picture_b, bytes);
  if (code == HAFORU_OK) {
    int32_t status;
    MODULE_CALL(&engine->module, status, hf_resize, &engine->module, at, from->width, from->height, engine->picture_b.at, width, height);
    if (status < 0)
      code = engine_failed(engine, status, "the picture", NULL);
    else
      memcpy(to, engine_at(engine, engine->picture_b.at), bytes);
  }
  engine_leave(engine);
  return code;
}

/* --- files ------------------------------------------------------------------------------------------------------------------------------ */

/* A picture's file in the engine's result. */
static haforu_code encode(engine_object *engine, const haforu_picture *picture, int format, const uint8_t **file, size_t *bytes) {
  uint32_t at;
  const haforu_code code = bring(engine, &engine->picture_a, picture, &at);
  if (code != HAFORU_OK) return code;
  int32_t status, result;
  MODULE_CALL(&engine->module, status, hf_picture_file, &engine->module, at, picture->width, picture->height, (uint32_t)format);
  if (status < 0) return engine_failed(engine, status, "the picture", NULL);
  MODULE_CALL(&engine->module, result, hf_result, &engine->module);
  if (result == MODULE_TRAPPED || !engine_span(engine, (uint32_t)result, file, bytes)) return engine_failed(engine, result == MODULE_TRAPPED ? result : -HAFORU_INTERNAL, "the picture", NULL);
  return HAFORU_OK;
}

static haforu_code check_format(int format) {
  return format == HAFORU_PGM || format == HAFORU_PNG ? HAFORU_OK : fail_argument("format", "expected HAFORU_PGM or HAFORU_PNG, got %d", format);
}

haforu_code haforu_picture_encode(haforu_engine *handle, const haforu_picture *picture, int format, const uint8_t **file, size_t *bytes) {
  if (file == NULL || bytes == NULL) return fail_argument(file == NULL ? "file" : "bytes", "expected a pointer, got NULL");
  *file = NULL;
  *bytes = 0;
  haforu_code code = check(picture, "picture");
  if (code == HAFORU_OK) code = check_format(format);
  if (code != HAFORU_OK) return code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  code = encode(engine, picture, format, file, bytes);
  engine_leave(engine);
  return code;
}

haforu_code haforu_picture_save(haforu_engine *handle, const haforu_picture *picture, int format, const char *path) {
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  haforu_code code = check(picture, "picture");
  if (code == HAFORU_OK) code = check_format(format);
  if (code != HAFORU_OK) return code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  const uint8_t *file;
  size_t bytes;
  code = encode(engine, picture, format, &file, &bytes);
  if (code == HAFORU_OK) {
    const int error = file_write(path, file, bytes);
    if (error != 0) code = fail(HAFORU_OUTPUT_FAILED, path, "path", "%s", strerror(error));
  }
  engine_leave(engine);
  return code;
}

typedef struct placing {
  engine_object *engine;
  module_slot *slot;
  size_t bytes;
} placing;

static void *place(void *user, size_t bytes) {
  placing *placed = user;
  placed->bytes = bytes;
  return slot_reserve(placed->engine, placed->slot, bytes) == HAFORU_OK ? engine_at(placed->engine, placed->slot->at) : NULL;
}

haforu_code haforu_picture_load(haforu_engine *handle, const char *path, haforu_picture *out) {
  if (out == NULL) return fail_argument("out", "expected a pointer to a haforu_picture, got NULL");
  memset(out, 0, sizeof *out);
  if (path == NULL || *path == '\0') return fail_argument("path", "expected a path, got %s", path == NULL ? "NULL" : "an empty one");
  haforu_code code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  placing placed = {engine, &engine->picture_a, 0};
  file_identity identity;
  file_refusal refusal;
  if (!file_read(&engine->base, path, strlen(path), place, &placed, &identity, &refusal)) {
    const haforu_code why = refusal.code == HAFORU_FONT_NOT_FOUND    ? HAFORU_IMAGE_NOT_FOUND
                            : refusal.code == HAFORU_FONT_UNREADABLE ? HAFORU_IMAGE_UNREADABLE
                            : refusal.code == HAFORU_FONT_TOO_LARGE  ? HAFORU_IMAGE_TOO_LARGE
                                                                     : refusal.code;
    code = fail_file(why, path, &refusal);
  } else {
    int32_t status;
    const uint32_t to = engine->scratch + SCRATCH_OPTIONS;
    MODULE_CALL(&engine->module, status, hf_picture, &engine->module, engine->picture_a.at, (uint32_t)placed.bytes, to);
    if (status < 0)
      code = engine_failed(engine, status, path, "path");
    else {
      /* The pixels are in memory of their own, which becomes the slot's. */
      const uint32_t pixels = engine_word(engine, to), width = engine_word(engine, to + 4), height = engine_word(engine, to + 8);
      engine_give_back(engine, engine->loaded.at);
      engine->loaded = (module_slot){pixels, width * height, width * height};
      *out = (haforu_picture){engine_at(engine, pixels), width, height, width};
    }
  }
  engine_leave(engine);
  return code;
}

/* --- matching --------------------------------------------------------------------------------------------------------------------------- */

#define LEAST_OPTIONS LEAST_SIZE(haforu_match_options, axis_count)

haforu_code haforu_match_options_init(haforu_match_options *options, size_t size) {
  if (options == NULL) return fail_argument("options", "expected a pointer to a haforu_match_options, got NULL");
  if (size < LEAST_OPTIONS || size > MOST_SIZE) return fail_argument("size", "expected sizeof(haforu_match_options), %zu in this version, got %zu", sizeof *options, size);
  memset(options, 0, size);
  options->size = size;
  options->objective = HAFORU_RMSE;
  options->align = HAFORU_ALIGN_CORNER;
  options->reach = 32;
  options->budget = 600;
  return HAFORU_OK;
}

#define ITEM_BYTES 60u
#define AXIS_BYTES 12u
#define AXES_MAX HAFORU_LIMIT_MATCH_AXES

/* Writes the axes to be moved; an open end is the axis' own. */
static haforu_code write_axes(session_object *session, const haforu_match_options *o, uint32_t at) {
  const font_object *font = session->font;
  for (size_t i = 0; i < o->axis_count; i++) {
    const haforu_axis_range *range = &o->axes[i];
    const haforu_axis *axis = NULL;
    for (size_t a = 0; a < font->axis_count && axis == NULL; a++)
      if (memcmp(font->axes[a].tag, range->tag, 4) == 0) axis = &font->axes[a];
    uint32_t tag;
    if (axis == NULL || !pack_tag(axis->tag, 4, &tag)) return fail_argument("axes", "%s has no axis \"%.4s\"", font->name, range->tag);
    const float ends[2] = {range->min == range->min ? range->min : (float)axis->min, range->max == range->max ? range->max : (float)axis->max};
    if (!(ends[0] <= ends[1])) return fail_argument("axes", "expected a min of at most the max for \"%.4s\", got %g and %g", range->tag, (double)ends[0], (double)ends[1]);
    uint8_t *to = engine_at(session->engine, at + (uint32_t)i * AXIS_BYTES);
    memcpy(to, &tag, 4);
    memcpy(to + 4, ends, 8);
  }
  return HAFORU_OK;
}

/* Writes one target into the block: its item, and text and pixels at `at`. */
static void write_item(session_object *session, const haforu_target *target, size_t bytes, uint32_t item, uint32_t at) {
  engine_object *engine = session->engine;
  const session_settings *s = &session->settings;
  uint8_t words[ITEM_BYTES];
  memset(words, 0, sizeof words);
  const uint32_t pixels = at + (uint32_t)bytes;
  /* The spec of the session, with another text. */
  memcpy(words, engine_at(engine, engine->scratch + SCRATCH_SPEC), 32);
  const uint32_t text[2] = {at, (uint32_t)bytes};
  memcpy(words, text, 8);
  const uint32_t flags = (s->has_origin ? 1u : 0u) | (s->invert ? 2u : 0u);
  memcpy(words + 32, &flags, 4);
  memcpy(words + 36, &s->origin_x, 4);
  memcpy(words + 40, &s->origin_y, 4);
  const uint32_t picture[3] = {pixels, target->picture.width, target->picture.height};
  memcpy(words + 44, picture, 12);
  memcpy(engine_at(engine, item), words, sizeof words);
  if (bytes > 0) memcpy(engine_at(engine, at), target->text, bytes);
  for (uint32_t y = 0; y < target->picture.height; y++)
    memcpy(engine_at(engine, pixels + y * target->picture.width), target->picture.pixels + (size_t)y * target->picture.stride, target->picture.width);
}

static haforu_code read_answer(session_object *session, double *values, double *score) {
  engine_object *engine = session->engine;
  json_document document;
  if (!json_parse(&engine->heap, engine->line.data, engine->line.bytes, &document)) return fail(HAFORU_OUT_OF_MEMORY, "the match", NULL, NULL);
  const int coordinates = json_find(&document, 0, "coordinates");
  for (size_t i = 0; i < session->font->axis_count; i++)
    if (!json_number(&document, json_find(&document, coordinates, session->font->axes[i].tag), &values[i])) values[i] = session->font->axes[i].default_value;
  if (score != NULL) json_number(&document, json_find(&document, 0, "score"), score);
  json_free(&engine->heap, &document);
  return HAFORU_OK;
}

static haforu_code run_match(session_object *session, const haforu_target *targets, size_t count, const haforu_match_options *o, double *values, double *score, const char **json) {
  engine_object *engine = session->engine;
  /* The session's spec, its language and features. */
  haforu_code code = session_write(session, "", 0);
  uint64_t total = (uint64_t)count * ITEM_BYTES + o->axis_count * AXIS_BYTES;
  for (size_t i = 0; code == HAFORU_OK && i < count; i++) {
    size_t bytes = targets[i].bytes;
    code = text_length(targets[i].text, &bytes);
    if (code == HAFORU_OK) code = check(&targets[i].picture, "targets");
    if (code == HAFORU_OK && bytes > (size_t)HAFORU_LIMIT_TEXT_CODE_POINTS * 4) code = fail(HAFORU_TEXT_TOO_LONG, "targets", "targets", NULL);
    if (code == HAFORU_OK) total += bytes + (uint64_t)targets[i].picture.width * targets[i].picture.height;
  }
  if (code == HAFORU_OK && total > UINT32_MAX / 2) code = fail(HAFORU_OUT_OF_MEMORY, "targets", "targets", "their pictures take %llu bytes", (unsigned long long)total);
  if (code == HAFORU_OK) code = slot_reserve(engine, &engine->picture_a, (size_t)total);
  if (code != HAFORU_OK) return code;
  const uint32_t items = engine->picture_a.at, axes = items + (uint32_t)count * ITEM_BYTES;
  uint32_t at = axes + (uint32_t)o->axis_count * AXIS_BYTES;
  code = write_axes(session, o, axes);
  if (code != HAFORU_OK) return code;
  for (size_t i = 0; i < count; i++) {
    size_t bytes = targets[i].bytes;
    text_length(targets[i].text, &bytes);
    write_item(session, &targets[i], bytes, items + (uint32_t)i * ITEM_BYTES, at);
    at += (uint32_t)bytes + targets[i].picture.width * targets[i].picture.height;
  }
  uint8_t *options = engine_at(engine, engine->scratch + SCRATCH_OPTIONS);
  const uint32_t words[4] = {o->objective, (uint32_t)o->align, o->reach, o->budget}, flags = o->fine_only != 0;
  memcpy(options, words, 16);
  memcpy(options + 16, &session->settings.size_px, 4);
  memcpy(options + 20, &flags, 4);
  int32_t status;
  MODULE_CALL(&engine->module, status, hf_match, &engine->module, session->settings.instance->handle, engine->scratch + SCRATCH_OPTIONS, o->axis_count > 0 ? axes : 0, (uint32_t)o->axis_count,
              items, (uint32_t)count);
  if (status < 0) return engine_failed(engine, status, "the match", NULL);
  code = engine_take_line(engine);
  if (code == HAFORU_OK) code = read_answer(session, values, score);
  if (code == HAFORU_OK && json != NULL) *json = engine->line.data;
  return code;
}

haforu_code haforu_match(haforu_session *handle, const haforu_target *targets, size_t count, const haforu_match_options *options, double *values, size_t value_count, double *score,
                         const char **json) {
  haforu_match_options o;
  haforu_match_options_init(&o, sizeof o);
  if (json != NULL) *json = "";
  if (options != NULL) {
    if (options->size < LEAST_OPTIONS || options->size > MOST_SIZE) return fail_argument("options", "expected options that haforu_match_options_init has set, got size %zu", options->size);
    memcpy(&o, options, least_size(options->size, sizeof o));
  }
  if (targets == NULL || count == 0 || count > HAFORU_LIMIT_MATCH_TEXTS) return fail_argument("targets", "expected 1 to %d targets, got %zu", HAFORU_LIMIT_MATCH_TEXTS, targets == NULL ? (size_t)0 : count);
  if (o.objective == 0 || (o.objective & (o.objective - 1)) != 0 || o.objective > HAFORU_IOU) return fail_argument("objective", "expected one bit of haforu_measure_bits, got %u", (unsigned)o.objective);
  if (o.align < HAFORU_ALIGN_CORNER || o.align > HAFORU_ALIGN_INK) return fail_argument("align", "expected HAFORU_ALIGN_CORNER, _CENTER or _INK, got %d", (int)o.align);
  if (o.reach > HAFORU_LIMIT_ALIGN_REACH_PX) return fail_argument("reach", "expected at most %d pixels, got %u", HAFORU_LIMIT_ALIGN_REACH_PX, (unsigned)o.reach);
  if (o.budget < count || o.budget > HAFORU_LIMIT_MATCH_RENDERS) return fail_argument("budget", "expected %zu to %d renders, got %u", count, HAFORU_LIMIT_MATCH_RENDERS, (unsigned)o.budget);
  if (o.axis_count > AXES_MAX || (o.axis_count > 0 && o.axes == NULL)) return fail_argument("axes", "expected at most %d axes, got %s", AXES_MAX, o.axes == NULL ? "NULL" : "more");
  haforu_code code;
  session_object *session = session_enter(handle, &code);
  if (session == NULL) return code;
  if (session->font->axis_count == 0)
    code = fail_argument("session", "%s has no axes: there is nothing to match", session->font->name);
  else if (values == NULL || value_count < session->font->axis_count)
    code = fail_argument("values", "expected room for %zu numbers, got %zu", session->font->axis_count, values == NULL ? (size_t)0 : value_count);
  else
    code = run_match(session, targets, count, &o, values, score, json);
  session_leave(session);
  return code;
}
