/* Fonts, instances and canvases in an engine's memory, kept between the sessions that use them and given back when the budgets are full, least recently used first. In: fonts and coordinates; out: the module's
 * handles. */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

/* Pixels of canvases that no session uses: programs that take a few sizes in turn need not make each anew. */
#define CANVAS_BYTES (32u << 20)

static void drop_instance(engine_object *engine, engine_instance **at) {
  engine_instance *gone = *at;
  int32_t status;
  *at = gone->next;
  engine->instance_count--;
  if (atomic_load_explicit(&engine->dead, memory_order_relaxed) == 0) MODULE_CALL(&engine->module, status, hf_instance_release, &engine->module, gone->handle);
  host_release(&engine->heap, gone);
  (void)status;
}

static void drop_font(engine_object *engine, engine_font **at) {
  engine_font *gone = *at;
  int32_t status;
  for (engine_instance **i = &engine->instances; *i != NULL;) {
    if ((*i)->font == gone)
      drop_instance(engine, i);
    else
      i = &(*i)->next;
  }
  *at = gone->next;
  engine->font_bytes -= gone->bytes;
  engine->font_count--;
  if (atomic_load_explicit(&engine->dead, memory_order_relaxed) == 0) MODULE_CALL(&engine->module, status, hf_font_release, &engine->module, gone->handle);
  host_release(&engine->heap, gone);
  (void)status;
}

/* Gives back the fonts that are gone, and of the others as many as must. Fonts of sessions stay. */
static void shrink_fonts(engine_object *engine, size_t wanted) {
  for (engine_font **at = &engine->fonts; *at != NULL;) {
    if ((*at)->uses == 0 && !handle_alive(KIND_FONT, (*at)->font))
      drop_font(engine, at);
    else
      at = &(*at)->next;
  }
  while (engine->font_bytes + wanted > engine->config.font_cache) {
    engine_font **oldest = NULL;
    for (engine_font **at = &engine->fonts; *at != NULL; at = &(*at)->next)
      if ((*at)->uses == 0 && (oldest == NULL || (*at)->used_at < (*oldest)->used_at)) oldest = at;
    if (oldest == NULL) return;
    engine_log(engine, HAFORU_LOG_DEBUG, "a font of %zu bytes was given up for another", (*oldest)->bytes);
    drop_font(engine, oldest);
    engine->evictions++;
  }
}

haforu_code engine_use_font(engine_object *engine, font_object *font, engine_font **out) {
  for (engine_font *kept = engine->fonts; kept != NULL; kept = kept->next)
    if (kept->font == font->self) {
      kept->used_at = ++engine->tick;
      engine->font_hits++;
      *out = kept;
      return HAFORU_OK;
    }
  engine->font_misses++;
  shrink_fonts(engine, font->bytes);
  engine_font *kept = host_allocate(&engine->heap, sizeof *kept);
  const uint32_t data = kept == NULL ? 0 : engine_allocate(engine, font->bytes);
  if (data == 0) {
    host_release(&engine->heap, kept);
    return fail(HAFORU_OUT_OF_MEMORY, font->name, NULL, "the engine has no room for its %zu bytes", font->bytes);
  }
  memcpy(engine_at(engine, data), font->data, font->bytes);
  int32_t handle;
  MODULE_CALL(&engine->module, handle, hf_font_create, &engine->module, data, (uint32_t)font->bytes, font->metrics.face_index);
  if (handle < 0) {
    host_release(&engine->heap, kept);
    return engine_failed(engine, handle, font->name, NULL);
  }
  *kept = (engine_font){engine->fonts, font->self, (uint32_t)handle, 0, font->bytes, ++engine->tick};
  engine->fonts = kept;
  engine->font_bytes += font->bytes;
  engine->font_count++;
  *out = kept;
  return HAFORU_OK;
}

static void shrink_instances(engine_object *engine) {
  while (engine->instance_count >= engine->config.max_fonts) {
    engine_instance **oldest = NULL;
    for (engine_instance **at = &engine->instances; *at != NULL; at = &(*at)->next)
      if ((*at)->uses == 0 && (oldest == NULL || (*at)->used_at < (*oldest)->used_at)) oldest = at;
    if (oldest == NULL) return;
    drop_instance(engine, oldest);
    engine->evictions++;
  }
}

/* The axes of a font for a message. */
static void list_axes(const font_object *font, char *out, size_t capacity) {
  size_t used = 0;
  out[0] = '\0';
  for (size_t i = 0; i < font->axis_count && i < 16 && used + 8 < capacity; i++) used += (size_t)snprintf(out + used, capacity - used, "%s%s", i > 0 ? ", " : "", font->axes[i].tag);
}

haforu_code engine_use_instance(engine_object *engine, font_object *font, const haforu_variation *variations, size_t count, const char *name, engine_instance **out) {
  if (count > HAFORU_LIMIT_VARIATIONS) return fail_argument("variations", "expected at most %d, got %zu", HAFORU_LIMIT_VARIATIONS, count);
  if (count > 0 && variations == NULL) return fail_argument("variations", "expected %zu variations, got NULL", count);
  const size_t name_bytes = name == NULL ? 0 : strlen(name);
  if (name_bytes > HAFORU_LIMIT_INSTANCE_CODE_POINTS * 4) return fail_argument("instance", "expected a name of at most %d characters", HAFORU_LIMIT_INSTANCE_CODE_POINTS);
  for (engine_instance *kept = engine->instances; kept != NULL; kept = kept->next) {
    if (kept->font->font != font->self || kept->coordinate_count != count || kept->name_bytes != name_bytes) continue;
    if (name_bytes > 0 && memcmp(kept->name, name, name_bytes) != 0) continue;
    bool same = true;
    for (size_t i = 0; same && i < count; i++)
      same = memcmp(kept->coordinates[i].tag, variations[i].tag, 4) == 0 && memcmp(&kept->coordinates[i].value, &variations[i].value, sizeof(float)) == 0;
    if (!same) continue;
    kept->used_at = kept->font->used_at = ++engine->tick;
    engine->instance_hits++;
    engine->font_hits++;
    *out = kept;
    return HAFORU_OK;
  }
  uint32_t words[HAFORU_LIMIT_VARIATIONS * 2];
  for (size_t i = 0; i < count; i++) {
    bool known = false;
    for (size_t a = 0; a < font->axis_count; a++) known = known || memcmp(font->axes[a].tag, variations[i].tag, 4) == 0;
    if (!known) {
      char list[256];
      list_axes(font, list, sizeof list);
      return fail_argument("variations", font->axis_count == 0 ? "%s is a static font: got axis \"%.4s\"; leave variations out, or use the variable font%s" : "%s has no axis \"%.4s\"; its axes are %s", font->name,
                           variations[i].tag, list);
    }
    /* Finite, without a call into the mathematical library. */
    if (!(variations[i].value - variations[i].value == 0)) return fail_argument("variations", "expected a finite number for \"%.4s\"", variations[i].tag);
    if (!pack_tag(variations[i].tag, 4, &words[i * 2])) return fail_argument("variations", "expected a tag of four characters");
    memcpy(&words[i * 2 + 1], &variations[i].value, 4);
  }
  engine_font *in_engine;
  haforu_code code = engine_use_font(engine, font, &in_engine);
  if (code != HAFORU_OK) return code;
  engine->instance_misses++;
  in_engine->uses++; /* not to be given up meanwhile */
  shrink_instances(engine);
  in_engine->uses--;
  engine_instance *kept = host_allocate(&engine->heap, sizeof *kept + count * sizeof *kept->coordinates + name_bytes + 1);
  if (kept == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the engine", NULL, NULL);
  int32_t handle = 0;
  code = slot_put(engine, &engine->name, name == NULL ? "" : name, name_bytes);
  if (code == HAFORU_OK) code = slot_put(engine, &engine->picture_a, words, count * 8);
  if (code == HAFORU_OK) {
    MODULE_CALL(&engine->module, handle, hf_instance_create, &engine->module, in_engine->handle, engine->picture_a.at, (uint32_t)count, engine->name.at, (uint32_t)name_bytes);
    if (handle == -HAFORU_INVALID_ARGUMENT && name_bytes > 0)
      code = fail(HAFORU_INSTANCE_NOT_FOUND, font->name, "instance", "it has no named instance \"%.*s\"", HAFORU_LIMIT_CAME_BYTES, name);
    else if (handle < 0)
      code = engine_failed(engine, handle, font->name, "variations");
  }
  if (code != HAFORU_OK) {
    host_release(&engine->heap, kept);
    return code;
  }
  memset(kept, 0, sizeof *kept);
  kept->font = in_engine;
  kept->handle = (uint32_t)handle;
  kept->used_at = ++engine->tick;
  kept->coordinate_count = count;
  kept->name_bytes = name_bytes;
  if (count > 0) memcpy(kept->coordinates, variations, count * sizeof *variations);
  char *own_name = (char *)&kept->coordinates[count];
  if (name_bytes > 0) memcpy(own_name, name, name_bytes);
  own_name[name_bytes] = '\0';
  kept->name = own_name;
  kept->next = engine->instances;
  engine->instances = kept;
  engine->instance_count++;
  *out = kept;
  return HAFORU_OK;
}

haforu_code engine_use_canvas(engine_object *engine, uint32_t width, uint32_t height, bool invert, engine_canvas **out) {
  for (engine_canvas *kept = engine->canvases; kept != NULL; kept = kept->next)
    if (kept->width == width && kept->height == height && kept->invert == invert) {
      kept->used_at = ++engine->tick;
      *out = kept;
      return HAFORU_OK;
    }
  if (width == 0 || width > HAFORU_LIMIT_CANVAS_SIDE_PX) return fail_argument("width", "expected 1 to %d pixels, got %u", HAFORU_LIMIT_CANVAS_SIDE_PX, (unsigned)width);
  if (height == 0 || height > HAFORU_LIMIT_CANVAS_SIDE_PX) return fail_argument("height", "expected 1 to %d pixels, got %u", HAFORU_LIMIT_CANVAS_SIDE_PX, (unsigned)height);
  int32_t status;
  const size_t bytes = (size_t)width * height;
  while (engine->canvas_bytes + bytes > CANVAS_BYTES) {
    engine_canvas **oldest = NULL;
    for (engine_canvas **at = &engine->canvases; *at != NULL; at = &(*at)->next)
      if ((*at)->uses == 0 && (oldest == NULL || (*at)->used_at < (*oldest)->used_at)) oldest = at;
    if (oldest == NULL) break;
    engine_canvas *gone = *oldest;
    *oldest = gone->next;
    engine->canvas_bytes -= (size_t)gone->width * gone->height;
    MODULE_CALL(&engine->module, status, hf_canvas_release, &engine->module, gone->handle);
    host_release(&engine->heap, gone);
    if (status == MODULE_TRAPPED) return engine_failed(engine, status, "the canvas", NULL);
  }
  engine_canvas *kept = host_allocate(&engine->heap, sizeof *kept);
  if (kept == NULL) return fail(HAFORU_OUT_OF_MEMORY, "the canvas", NULL, NULL);
  int32_t handle, pixels = 0;
  MODULE_CALL(&engine->module, handle, hf_canvas_create, &engine->module, width, height, invert);
  if (handle > 0) MODULE_CALL(&engine->module, pixels, hf_canvas_pixels, &engine->module, (uint32_t)handle);
  if (handle < 0 || pixels == MODULE_TRAPPED) {
    host_release(&engine->heap, kept);
    return engine_failed(engine, handle < 0 ? handle : pixels, "the canvas", "width");
  }
  *kept = (engine_canvas){engine->canvases, (uint32_t)handle, width, height, (uint32_t)pixels, 0, invert, ++engine->tick};
  engine->canvases = kept;
  engine->canvas_bytes += bytes;
  *out = kept;
  return HAFORU_OK;
}
