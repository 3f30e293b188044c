/* Every function with NULL, stale, foreign and mistyped handles, and with NULL in place of what it fills: a code, and nothing else happens. */
#include <math.h>

#include "check.h"

static int sink_lines(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)user;
  (void)index;
  (void)line;
  (void)bytes;
  return 0;
}
static int sink_flushes(void *user, const haforu_flush *flush) {
  (void)user;
  (void)flush;
  return 0;
}

static void engines(haforu_engine *e, haforu_font *good_font) {
  const char *text;
  size_t bytes;
  haforu_memory memory = {.size = sizeof memory};
  haforu_font *font = FOREIGN(haforu_font);
  haforu_session *session = FOREIGN(haforu_session);
  haforu_session_options o = options_at(16, 10, 10);
  const uint8_t pixel = 255;
  uint8_t to;
  const haforu_picture picture = {&pixel, 1, 1, 1};
  haforu_picture loaded;
  haforu_comparison comparison = {.size = sizeof comparison};
  const uint8_t *file;
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_retain(e));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_release(e));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_ping(e));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_set(e, "strict", "true"));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_cancel(e));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_resume(e));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_set_messages(e, NULL, 0));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_harfbuzz_version(e, &text));
  CHECK(text == NULL);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_memory(e, &memory));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_job(e, JOB, HAFORU_NUL_TERMINATED, &text, &bytes));
  CHECK(text[0] == '\0' && bytes == 0);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_validate(e, JOB, HAFORU_NUL_TERMINATED, &text, &bytes));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_batch(e, JOB, HAFORU_NUL_TERMINATED, sink_lines, NULL));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_name_font(e, "x", NULL));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_name_font(e, "x", good_font));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_from_file(e, FONT_STATIC, 0, &font));
  CHECK(font == NULL);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_from_memory(e, "abc", 3, 0, &font));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_session_create(e, good_font, &o, &session));
  CHECK(session == NULL);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_compare(e, &picture, &picture, 0, 0, HAFORU_ALL_MEASURES, &comparison));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_resize(e, &picture, &to, 1, 1));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_picture_encode(e, &picture, HAFORU_PNG, &file, &bytes));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_picture_save(e, &picture, HAFORU_PNG, "/tmp/never.png"));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_picture_load(e, "package.json", &loaded));
}

static void fonts(haforu_font *f, haforu_engine *engine) {
  const haforu_axis *axes;
  size_t count;
  const char *json;
  haforu_font_metrics metrics = {.size = sizeof metrics};
  haforu_session *session;
  haforu_session_options o = options_at(16, 10, 10);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_retain(f));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_release(f));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_axes(f, &axes, &count));
  CHECK(axes == NULL && count == 0);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_metrics_get(f, &metrics));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_font_json(f, &json, &count));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_session_create(engine, f, &o, &session));
  if (f != NULL) CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_name_font(engine, "x", f));
}

static void sessions(haforu_session *s, haforu_stream *good_stream) {
  haforu_session_options o = options_at(16, 10, 10);
  haforu_picture picture;
  uint8_t buffer[100];
  haforu_metrics metrics = {.size = sizeof metrics};
  const haforu_glyph *glyphs;
  const haforu_placed_glyph *placed;
  const haforu_box *boxes;
  size_t count;
  char hash[65];
  float point = 0;
  double value;
  haforu_stream *stream;
  const haforu_target target = {"a", 1, {buffer, 10, 10, 10}};
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_session_retain(s));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_session_release(s));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_session_set(s, &o));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_render(s, "a", 1, &picture));
  CHECK(picture.pixels == NULL);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_render_to(s, "a", 1, buffer, 10, sizeof buffer));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_measure(s, "a", 1, &metrics));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_shape(s, "a", 1, &glyphs, &count));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_glyphs(s, "a", 1, &placed, &count));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_boxes(s, "a", 1, &boxes, &count));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_hash(s, "a", 1, hash));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_sweep(s, "a", 1, &point, 1, &metrics, &count));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_match(s, &target, 1, NULL, &value, 1, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_open(s, NULL, sink_flushes, NULL, &stream));
  CHECK(stream == NULL);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push_font(good_stream, s));
}

static void streams(haforu_stream *s, haforu_session *good_session) {
  haforu_stream_stats stats = {.size = sizeof stats};
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_retain(s));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_release(s));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push(s, "a", 1));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push_features(s, "kern"));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push_language(s, "en"));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push_script(s, "Latn"));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push_direction(s, "ltr"));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_push_font(s, good_session));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_pop(s, HAFORU_POP_FONT));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_end(s));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_stream_stats_get(s, &stats));
}

/* NULL where something is to be filled or called. */
static void nothing_to_fill(haforu_engine *e, haforu_font *f, haforu_session *s, haforu_stream *st) {
  const char *text;
  size_t count;
  haforu_session *session;
  haforu_session_options o = options_at(16, 10, 10);
  const uint8_t pixel = 255;
  const haforu_picture picture = {&pixel, 1, 1, 1};
  uint8_t to;
  const uint8_t *file;
  double value;
  const haforu_axis *axes;
  const haforu_glyph *glyphs;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_last_error(NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_create(NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_harfbuzz_version(e, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_memory(e, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_leak_check(NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_job(e, JOB, HAFORU_NUL_TERMINATED, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_job(e, NULL, HAFORU_NUL_TERMINATED, &text, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_validate(e, JOB, HAFORU_NUL_TERMINATED, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_batch(e, JOB, HAFORU_NUL_TERMINATED, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_name_font(e, NULL, f));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_name_font(e, "", f));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_from_file(e, FONT_STATIC, 0, NULL));
  haforu_font *made = NULL;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_from_file(e, NULL, 0, &made));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_from_file(e, "", 0, &made));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_from_memory(e, NULL, 10, 0, &made));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_from_memory(e, "x", 0, 0, &made));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_from_memory(e, "x", 1, 0, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_options_init(NULL, sizeof o));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_options_init(&o, 4));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_set(s, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_render(s, "a", 1, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_render_to(s, "a", 1, NULL, 10, 100));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_measure(s, "a", 1, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_shape(s, "a", 1, NULL, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_shape(s, "a", 1, &glyphs, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_shape(s, NULL, 1, &glyphs, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_glyphs(s, "a", 1, NULL, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_boxes(s, "a", 1, NULL, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_hash(s, "a", 1, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_sweep(s, "a", 1, NULL, 1, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, NULL, &picture, 0, 0, 1, NULL));
  haforu_comparison comparison = {.size = sizeof comparison};
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, NULL, &picture, 0, 0, 1, &comparison));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, &picture, &picture, 3, 0, 1, &comparison));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, &picture, &picture, 0, 257, 1, &comparison));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, &picture, &picture, 0, 0, 0, &comparison));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, &picture, &picture, 0, 0, 32, &comparison));
  comparison.size = 0;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_compare(e, &picture, &picture, 0, 0, 1, &comparison));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_resize(e, NULL, &to, 1, 1));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_resize(e, &picture, NULL, 1, 1));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_resize(e, &picture, &to, 0, 1));
  CHECK_CODE(HAFORU_CANVAS_TOO_LARGE, haforu_resize(e, &picture, &to, 32768, 32768));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match_options_init(NULL, 100));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(s, NULL, 0, NULL, &value, 1, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_picture_encode(e, &picture, 2, &file, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_picture_encode(e, &picture, HAFORU_PNG, NULL, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_picture_save(e, &picture, HAFORU_PNG, NULL));
  CHECK_CODE(HAFORU_OUTPUT_FAILED, haforu_picture_save(e, &picture, HAFORU_PNG, "no/such/folder/x.png"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_picture_load(e, NULL, NULL));
  haforu_picture loaded;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_picture_load(e, NULL, &loaded));
  CHECK_CODE(HAFORU_IMAGE_NOT_FOUND, haforu_picture_load(e, "no/such.png", &loaded));
  CHECK_CODE(HAFORU_IMAGE_UNSUPPORTED, haforu_picture_load(e, FONT_STATIC, &loaded));
  CHECK_CODE(HAFORU_IMAGE_UNREADABLE, haforu_picture_load(e, "packages", &loaded));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_axes(f, NULL, &count));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_axes(f, &axes, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_metrics_get(f, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_font_json(f, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_create(e, f, &o, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_create(e, f, NULL, &session));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_options_init(NULL, 10));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_open(s, NULL, NULL, NULL, &st));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_open(s, NULL, sink_flushes, NULL, NULL));
}

static void wrong_options(haforu_engine *engine, haforu_font *font) {
  haforu_session *session = NULL;
  haforu_error_info error;
#define WRONG(code, field, change)                                          \
  do {                                                                      \
    haforu_session_options o = options_at(16, 10, 10);                      \
    change;                                                                 \
    CHECK_CODE(code, haforu_session_create(engine, font, &o, &session));    \
    CHECK(session == NULL);                                                 \
    haforu_last_error(&error);                                              \
    CHECK(strcmp(error.details, "{\"field\":\"" field "\"}") == 0);         \
    CHECK(strlen(error.message) > 10);                                      \
  } while (0)
  const haforu_variation unknown = {"XXXX", 1}, endless = {"wght", INFINITY};
  WRONG(HAFORU_INVALID_ARGUMENT, "size_px", o.size_px = 0);
  WRONG(HAFORU_INVALID_ARGUMENT, "size_px", o.size_px = -3);
  WRONG(HAFORU_INVALID_ARGUMENT, "size_px", o.size_px = 10001);
  WRONG(HAFORU_INVALID_ARGUMENT, "width", o.width = 0);
  WRONG(HAFORU_INVALID_ARGUMENT, "width", o.width = 40000);
  WRONG(HAFORU_INVALID_ARGUMENT, "height", o.height = 0);
  WRONG(HAFORU_CANVAS_TOO_LARGE, "width", o.width = o.height = 32768);
  WRONG(HAFORU_INVALID_ARGUMENT, "script", o.script = "Latin");
  WRONG(HAFORU_INVALID_ARGUMENT, "script", o.script = "La");
  WRONG(HAFORU_INVALID_ARGUMENT, "direction", o.direction = "up");
  WRONG(HAFORU_INVALID_ARGUMENT, "language", o.language = "e!");
  WRONG(HAFORU_INVALID_ARGUMENT, "language", o.language = "");
  WRONG(HAFORU_INVALID_ARGUMENT, "features", o.features = "toolong1");
  WRONG(HAFORU_INVALID_ARGUMENT, "variations", (o.variations = &unknown, o.variation_count = 1));
  WRONG(HAFORU_INVALID_ARGUMENT, "variations", (o.variations = &endless, o.variation_count = 1));
  WRONG(HAFORU_INVALID_ARGUMENT, "variations", o.variation_count = 1);
  WRONG(HAFORU_INVALID_ARGUMENT, "variations", o.variation_count = 1000);
  WRONG(HAFORU_INSTANCE_NOT_FOUND, "instance", o.instance = "Nope");
  WRONG(HAFORU_INVALID_ARGUMENT, "origin", (o.has_origin = 1, o.origin_x = 1e9f));
  WRONG(HAFORU_INVALID_ARGUMENT, "options", o.size = 8);
#undef WRONG
}

int main(void) {
  haforu_engine *engine = engine_or_stop(NULL);
  haforu_font *font = font_or_stop(engine, FONT_VARIABLE);
  haforu_session_options o = options_at(16, 10, 10);
  haforu_session *session = NULL;
  haforu_stream *stream = NULL;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  CHECK_OK(haforu_stream_open(session, NULL, sink_flushes, NULL, &stream));

  /* No handle, a number that is none, and handles of another kind. */
  engines(NULL, font);
  engines(FOREIGN(haforu_engine), font);
  engines((haforu_engine *)font, font);
  engines((haforu_engine *)session, font);
  fonts(NULL, engine);
  fonts(FOREIGN(haforu_font), engine);
  fonts((haforu_font *)engine, engine);
  sessions(NULL, stream);
  sessions(FOREIGN(haforu_session), stream);
  sessions((haforu_session *)stream, stream);
  streams(NULL, session);
  streams(FOREIGN(haforu_stream), session);
  streams((haforu_stream *)session, session);
  int on_the_stack = 0;
  engines((haforu_engine *)(void *)&on_the_stack, font);
  fonts((haforu_font *)(void *)&on_the_stack, engine);

  nothing_to_fill(engine, font, session, stream);
  wrong_options(engine, font);

  /* One owner more, one less. */
  CHECK_OK(haforu_engine_retain(engine));
  CHECK_OK(haforu_engine_release(engine));
  CHECK_OK(haforu_font_retain(font));
  CHECK_OK(haforu_font_release(font));
  CHECK_OK(haforu_session_retain(session));
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_stream_retain(stream));
  CHECK_OK(haforu_stream_release(stream));
  CHECK_OK(haforu_engine_ping(engine));

  /* Released twice, and used when stale. */
  CHECK_OK(haforu_stream_release(stream));
  streams(stream, session);
  haforu_font *second = font_or_stop(engine, FONT_VARIABLE);
  /* The font's handle goes while the session lives on with it. */
  CHECK_OK(haforu_font_release(font));
  fonts(font, engine);
  haforu_picture picture;
  CHECK_OK(haforu_render(session, "a", 1, &picture));
  haforu_stream *open = NULL;
  CHECK_OK(haforu_stream_open(session, NULL, sink_flushes, NULL, &open));
  CHECK_OK(haforu_session_release(session));
  sessions(session, open);
  /* The stream lives on without its session's handle, and all without the engine's. */
  CHECK_OK(haforu_engine_release(engine));
  engines(engine, second);
  CHECK_OK(haforu_stream_push(open, "abc", 3));
  CHECK_OK(haforu_stream_end(open));
  CHECK_OK(haforu_stream_release(open));
  CHECK_OK(haforu_font_release(second));
  fonts(second, engine);

  /* A handle is not given out again as it was: stale ones stay stale. */
  haforu_engine *other = engine_or_stop(NULL);
  CHECK(other != engine);
  engines(engine, NULL);
  CHECK_OK(haforu_engine_release(other));

  /* The last error. */
  haforu_error_info error;
  CHECK(haforu_has_error() == HAFORU_INVALID_HANDLE);
  CHECK_OK(haforu_last_error(&error));
  CHECK(error.code == HAFORU_INVALID_HANDLE && strcmp(error.name, "invalid_handle") == 0 && strstr(error.message, "engine") != NULL && strcmp(error.details, "{\"field\":\"engine\"}") == 0);
  CHECK_OK(haforu_clear_error());
  CHECK(haforu_has_error() == HAFORU_OK);
  CHECK_OK(haforu_last_error(&error));
  CHECK(error.code == HAFORU_OK && error.name[0] == '\0' && error.message[0] == '\0' && error.details[0] == '\0');
  CHECK(strcmp(haforu_error_name(HAFORU_FONT_INVALID), "font_invalid") == 0 && strcmp(haforu_error_name(0), "ok") == 0 && strcmp(haforu_error_name(-5), "unknown") == 0 &&
        strcmp(haforu_error_name(99999), "unknown") == 0);
  CHECK(strlen(haforu_error_advice(HAFORU_FONT_INVALID)) > 10 && haforu_error_advice(0)[0] == '\0' && haforu_error_advice(1000)[0] == '\0' && haforu_error_advice(-1)[0] == '\0');
  CHECK(strcmp(haforu_version(), "0.1.0") == 0);
  return checks_end();
}
