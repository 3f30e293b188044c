/* Drawing past JSON, held to the result lines of jobs and to what is known of a picture: pixels, measures, glyphs, boxes, hashes, sweeps, comparisons, matches, files, streams. */
#include <math.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static haforu_engine *engine;

/* The number behind "key": in a result line; NAN: none. */
static double number_of(const char *line, const char *key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *at = strstr(line, quoted);
  return at == NULL ? NAN : strtod(at + strlen(quoted), NULL);
}

static void like_a_job(const char *path, const char *content, double size, const char *extra, haforu_session_options o, const char *variations) {
  static char job[2048];
  const char *line;
  snprintf(job, sizeof job,
           "{\"id\":\"a\",\"font\":{\"path\":\"%s\",\"size\":%g%s},\"text\":{\"content\":\"%s\"%s},\"rendering\":{\"format\":\"pgm\",\"encoding\":\"none\",\"width\":%u,\"height\":%u%s,\"include\":[\"metrics\",\"boxes\",\"glyphs\",\"hash\"]}}",
           path, size, variations, content, extra, (unsigned)o.width, (unsigned)o.height, o.invert ? ",\"invert\":true" : "");
  haforu_font *font = font_or_stop(engine, path);
  haforu_session *session = NULL;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  char hash[65], quoted[80];
  CHECK_OK(haforu_hash(session, content, HAFORU_NUL_TERMINATED, hash));
  haforu_metrics m = {.size = sizeof m};
  CHECK_OK(haforu_measure(session, content, HAFORU_NUL_TERMINATED, &m));
  /* What a call gives holds until the next one. */
  const haforu_box *boxes;
  size_t box_count, glyph_count;
  CHECK_OK(haforu_boxes(session, content, HAFORU_NUL_TERMINATED, &boxes, &box_count));
  haforu_box first_box = boxes[0];
  const haforu_placed_glyph *placed;
  CHECK_OK(haforu_glyphs(session, content, HAFORU_NUL_TERMINATED, &placed, &glyph_count));
  haforu_placed_glyph last = placed[glyph_count - 1];
  const haforu_glyph *glyphs;
  size_t shaped;
  CHECK_OK(haforu_shape(session, content, HAFORU_NUL_TERMINATED, &glyphs, &shaped));
  CHECK(shaped == glyph_count && glyphs[shaped - 1].id == last.id && glyphs[shaped - 1].cluster == last.cluster);

  CHECK_OK(haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  const char *at_glyphs = strstr(line, "\"glyphs\":"), *at_boxes = strstr(line, "\"boxes\":"), *at_metrics = strstr(line, "\"metrics\":");
  CHECK(at_glyphs != NULL && at_boxes != NULL && at_metrics != NULL);
  snprintf(quoted, sizeof quoted, "\"hash\":\"%s\"", hash);
  CHECK(strstr(line, hash) != NULL);
  if (at_glyphs == NULL || at_boxes == NULL || at_metrics == NULL) {
    fprintf(stderr, "  %s\n", line);
    return;
  }
  CHECK(fabs(number_of(at_metrics, "density") - m.density) < 1e-6);
  CHECK(fabs(number_of(at_metrics, "ink_area") - m.ink_area) < 1e-5);
  CHECK(fabs(number_of(at_metrics, "beam") - m.beam) < 1e-6);
  /* The last glyph of the line, and as many as were placed. */
  const char *end = strstr(at_glyphs, "],\"hash\"");
  size_t count = 0;
  const char *last_glyph = at_glyphs;
  for (const char *at = at_glyphs; (at = strstr(at, "{\"id\":")) != NULL && (end == NULL || at < end); at++, count++) last_glyph = at;
  CHECK(count == glyph_count);
  CHECK(number_of(last_glyph, "id") == last.id);
  const char *position = strstr(last_glyph, "\"position_px\":[");
  double x = NAN, y = NAN;
  CHECK(position != NULL && sscanf(position, "\"position_px\":[%lf,%lf]", &x, &y) == 2);
  CHECK(fabs(x - last.x) < 1e-6 && fabs(y - last.y) < 1e-6);
  size_t listed = 0;
  for (const char *at = at_boxes; (at = strchr(at, '{')) != NULL && at < at_glyphs; at++) listed++;
  CHECK(listed == box_count);
  CHECK(strstr(at_boxes, "[") != NULL && first_box.end > first_box.start);
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_font_release(font));
}

static void jobs_and_calls(void) {
  haforu_session_options o = options_at(24, 140, 40);
  like_a_job(FONT_STATIC, "Quick fox", 24, "", o, "");
  o.invert = 1;
  like_a_job(FONT_STATIC, "Quick fox", 24, "", o, "");
  o = options_at(31.5f, 200, 60);
  const haforu_variation bold = {"wght", 700};
  o.variations = &bold;
  o.variation_count = 1;
  like_a_job(FONT_VARIABLE, "Ag\xc3\xa9", 31.5, "", o, ",\"variations\":{\"wght\":700}");
  o = options_at(40, 200, 80);
  like_a_job(FONT_ARABIC, "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", 40, "", o, "");
  o.script = "Latn";
  o.direction = "ttb";
  o.language = "en";
  o.features = "-kern,liga=0";
  like_a_job(FONT_STATIC, "AV", 40, ",\"script\":\"Latn\",\"direction\":\"ttb\",\"language\":\"en\",\"features\":\"-kern,liga=0\"", o, "");
}

static void pixels(haforu_font *font) {
  haforu_session_options o = options_at(30, 50, 40);
  haforu_session *session;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  haforu_picture picture;
  CHECK_OK(haforu_render(session, "Ab", 2, &picture));
  CHECK(picture.width == 50 && picture.height == 40 && picture.stride == 50);
  uint8_t copy[50 * 40], wide[64 * 40], tight[50 * 40];
  memcpy(copy, picture.pixels, sizeof copy);
  int dark = 0;
  for (size_t i = 0; i < sizeof copy; i++) dark += copy[i] < 128;
  CHECK(dark > 50 && copy[0] == 255);
  memset(wide, 7, sizeof wide);
  CHECK_OK(haforu_render_to(session, "Ab", 2, wide, 64, 39 * 64 + 50));
  for (size_t y = 0; y < 40; y++) CHECK(memcmp(wide + y * 64, copy + y * 50, 50) == 0 && wide[y * 64 + 50] == 7);
  CHECK_OK(haforu_render_to(session, "Ab", 2, tight, 50, sizeof tight));
  CHECK(memcmp(tight, copy, sizeof copy) == 0);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_render_to(session, "Ab", 2, tight, 49, sizeof tight));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_render_to(session, "Ab", 2, tight, 50, sizeof tight - 1));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_render_to(session, "Ab", 2, tight, 50, 3));
  /* Empty, ill-formed and overlong texts. */
  CHECK_OK(haforu_render(session, "", 0, &picture));
  CHECK_OK(haforu_render(session, NULL, 0, &picture));
  for (size_t i = 0; i < sizeof copy; i++)
    if (picture.pixels[i] != 255) CHECK(picture.pixels[i] == 255);
  CHECK_OK(haforu_render(session, "\xff\xfe", 2, &picture));
  char *huge = malloc(400000);
  memset(huge, 'a', 400000);
  CHECK_CODE(HAFORU_TEXT_TOO_LONG, haforu_render(session, huge, 400000, &picture));
  CHECK_CODE(HAFORU_TEXT_TOO_LONG, haforu_render(session, huge, 65537, &picture));
  CHECK_OK(haforu_render(session, huge, 65536, &picture));
  free(huge);
  /* Settings that change, and one that is refused and changes nothing. */
  o.invert = 1;
  o.width = 60;
  CHECK_OK(haforu_session_set(session, &o));
  CHECK_OK(haforu_render(session, "Ab", 2, &picture));
  CHECK(picture.width == 60 && picture.pixels[0] == 0);
  o.features = "toolong1";
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_set(session, &o));
  CHECK_OK(haforu_render(session, "Ab", 2, &picture));
  CHECK(picture.width == 60);
  CHECK_OK(haforu_session_release(session));
}

static void two_sessions_at_once(haforu_font *font, haforu_font *other) {
  haforu_session_options o = options_at(30, 50, 40);
  haforu_session *a, *b;
  char hash_a[65], hash_b[65], again[65];
  CHECK_OK(haforu_session_create(engine, font, &o, &a));
  o.language = "tr";
  o.features = "smcp";
  CHECK_OK(haforu_session_create(engine, other, &o, &b));
  CHECK_OK(haforu_hash(a, "Ab", 2, hash_a));
  CHECK_OK(haforu_hash(b, "Ab", 2, hash_b));
  CHECK(strcmp(hash_a, hash_b) != 0);
  for (int i = 0; i < 5; i++) {
    CHECK_OK(haforu_hash(a, "Ab", 2, again));
    CHECK(strcmp(again, hash_a) == 0);
    CHECK_OK(haforu_hash(b, "Ab", 2, again));
    CHECK(strcmp(again, hash_b) == 0);
  }
  CHECK_OK(haforu_session_release(a));
  CHECK_OK(haforu_session_release(b));
}

static void sweeps(haforu_font *font) {
  haforu_session_options o = options_at(30, 90, 40);
  haforu_session *session;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  const float points[4] = {200, 412.5f, 900, NAN};
  haforu_metrics swept[4] = {{.size = sizeof *swept}}, one = {.size = sizeof one};
  size_t done;
  CHECK_OK(haforu_sweep(session, "Rg", 2, points, 4, swept, &done));
  CHECK(done == 4);
  for (int i = 0; i < 4; i++) {
    const haforu_variation at = {"wght", i == 3 ? 200 : points[i]};
    o.variations = &at;
    o.variation_count = 1;
    CHECK_OK(haforu_session_set(session, &o));
    CHECK_OK(haforu_measure(session, "Rg", 2, &one));
    CHECK(swept[i].ink_area == one.ink_area && swept[i].bbox_width == one.bbox_width && swept[i].advance_x == one.advance_x && swept[i].density == one.density);
  }
  CHECK(swept[2].ink_area > swept[0].ink_area * 1.5);
  CHECK_OK(haforu_sweep(session, "Rg", 2, NULL, 0, swept, &done));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_sweep(session, "Rg", 2, NULL, 3, swept, &done));
  CHECK_CODE(HAFORU_SWEEP_TOO_LARGE, haforu_sweep(session, "Rg", 2, points, 1 << 20, swept, &done));
  /* Records of a later version, which are longer: what this one does not know of them stays. */
  struct {
    haforu_metrics metrics;
    double more[3];
  } later[4] = {{.metrics = {.size = sizeof *later}}};
  for (int i = 0; i < 4; i++) later[i].more[0] = later[i].more[2] = 7;
  CHECK_OK(haforu_sweep(session, "Rg", 2, points, 4, &later[0].metrics, &done));
  for (int i = 0; i < 4; i++) CHECK(later[i].metrics.ink_area == swept[i].ink_area && later[i].metrics.clipped_bottom == swept[i].clipped_bottom && later[i].more[0] == 7 && later[i].more[2] == 7);
  later[0].metrics.size = sizeof(size_t);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_sweep(session, "Rg", 2, points, 4, &later[0].metrics, &done));
  CHECK_OK(haforu_session_release(session));
}

static void pictures(haforu_font *font) {
  haforu_session_options o = options_at(40, 60, 50);
  haforu_session *session;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  haforu_picture canvas;
  static uint8_t first[60 * 50], second[60 * 50], big[120 * 100];
  CHECK_OK(haforu_render_to(session, "R", 1, first, 60, sizeof first));
  CHECK_OK(haforu_render_to(session, "B", 1, second, 60, sizeof second));
  const haforu_picture a = {first, 60, 50, 60}, b = {second, 60, 50, 60};
  haforu_comparison c = {.size = sizeof c};
  CHECK_OK(haforu_compare(engine, &a, &a, HAFORU_ALIGN_CORNER, 0, HAFORU_ALL_MEASURES, &c));
  CHECK(c.pixel_delta == 0 && c.rmse == 0 && c.ssim == 1 && c.iou == 1 && c.frame_width == 60 && c.frame_height == 50);
  CHECK_OK(haforu_compare(engine, &a, &b, HAFORU_ALIGN_INK, 8, HAFORU_ALL_MEASURES, &c));
  CHECK(c.pixel_delta > 0 && c.iou < 1);
  /* Against the mean of the differences, worked out here. */
  double sum = 0;
  for (size_t i = 0; i < sizeof first; i++) sum += abs((int)first[i] - second[i]);
  CHECK_OK(haforu_compare(engine, &a, &b, HAFORU_ALIGN_CORNER, 0, HAFORU_PIXEL_DELTA, &c));
  CHECK(fabs(c.pixel_delta - sum / 255 / sizeof first) < 1e-12 && c.rmse == 0);
  /* The engine's own canvas, compared where it lies. */
  CHECK_OK(haforu_render(session, "R", 1, &canvas));
  CHECK_OK(haforu_compare(engine, &canvas, &a, HAFORU_ALIGN_CORNER, 0, HAFORU_ALL_MEASURES, &c));
  CHECK(c.pixel_delta == 0);
  CHECK_OK(haforu_resize(engine, &a, big, 60, 50));
  CHECK(memcmp(big, first, sizeof first) == 0);
  CHECK_OK(haforu_resize(engine, &a, big, 120, 100));
  /* Files, read back. */
  const uint8_t *file;
  size_t bytes;
  CHECK_OK(haforu_picture_encode(engine, &a, HAFORU_PGM, &file, &bytes));
  CHECK(bytes == 13 + sizeof first && memcmp(file, "P5\n60 50\n255\n", 13) == 0 && memcmp(file + 13, first, sizeof first) == 0);
  CHECK_OK(haforu_picture_encode(engine, &a, HAFORU_PNG, &file, &bytes));
  CHECK(bytes > 60 && memcmp(file, "\x89PNG\r\n\x1a\n", 8) == 0);
  for (int format = HAFORU_PGM; format <= HAFORU_PNG; format++) {
    char path[256];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/haforu-picture-%p-%d", folder == NULL ? "/tmp" : folder, (void *)&path, format);
    CHECK_OK(haforu_picture_save(engine, &b, format, path));
    haforu_picture loaded;
    CHECK_OK(haforu_picture_load(engine, path, &loaded));
    CHECK(loaded.width == 60 && loaded.height == 50 && loaded.stride == 60 && memcmp(loaded.pixels, second, sizeof second) == 0);
    /* A loaded picture beside one of the program's, as either of two, and resized: as the program's own of the same pixels. */
    static uint8_t larger[2][150 * 130];
    haforu_comparison own = {.size = sizeof own};
    CHECK_OK(haforu_compare(engine, &b, &a, HAFORU_ALIGN_CORNER, 0, HAFORU_ALL_MEASURES, &own));
    CHECK_OK(haforu_resize(engine, &b, larger[0], 150, 130));
    for (int order = 0; order < 2; order++) {
      CHECK_OK(haforu_picture_load(engine, path, &loaded));
      CHECK_OK(haforu_compare(engine, order == 0 ? &loaded : &a, order == 0 ? &a : &loaded, HAFORU_ALIGN_CORNER, 0, HAFORU_ALL_MEASURES, &c));
      CHECK(c.pixel_delta == own.pixel_delta && c.rmse == own.rmse && c.iou == own.iou && c.pixel_delta > 0);
    }
    CHECK_OK(haforu_picture_load(engine, path, &loaded));
    CHECK_OK(haforu_resize(engine, &loaded, larger[1], 150, 130));
    CHECK(memcmp(larger[0], larger[1], sizeof *larger) == 0);
    remove(path);
  }
  /* A picture with gaps between its rows. */
  const haforu_picture part = {first, 30, 50, 60};
  CHECK_OK(haforu_picture_encode(engine, &part, HAFORU_PGM, &file, &bytes));
  CHECK(bytes == 13 + 1500 && memcmp(file + 13 + 30, first + 60, 30) == 0);
  /* The same of the engine's own canvas. */
  CHECK_OK(haforu_render(session, "R", 1, &canvas));
  const haforu_picture part_of_canvas = {canvas.pixels, 30, 50, 60};
  CHECK_OK(haforu_picture_encode(engine, &part_of_canvas, HAFORU_PGM, &file, &bytes));
  CHECK(bytes == 13 + 1500);
  for (size_t y = 0; y < 50; y++) CHECK(memcmp(file + 13 + y * 30, first + y * 60, 30) == 0);
  CHECK_OK(haforu_session_release(session));
}

static uint8_t piped[4096];
static size_t piped_bytes;

static void *read_pipe(void *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  piped_bytes = fread(piped, 1, sizeof piped, file);
  fclose(file);
  return NULL;
}

/* Where a picture is saved to: a pipe is written to and stays one, a link leads to the file, which may not be there yet, a folder is refused, a file keeps its mode, a name may be as long as names may, and nothing
 * is left beside. */
static void targets_of_files(void) {
  static uint8_t white[12 * 10];
  memset(white, 255, sizeof white);
  const haforu_picture p = {white, 12, 10, 12};
  char folder[256], pipe[300], file[300], link[300];
  const char *temporary = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/haforu-targets-XXXXXX", temporary == NULL ? "/tmp" : temporary);
  CHECK(mkdtemp(folder) != NULL);
  snprintf(pipe, sizeof pipe, "%s/pipe", folder);
  snprintf(file, sizeof file, "%s/file", folder);
  snprintf(link, sizeof link, "%s/link", folder);
  struct stat found;
  CHECK(mkfifo(pipe, 0600) == 0);
  pthread_t reader;
  pthread_create(&reader, NULL, read_pipe, pipe);
  CHECK_OK(haforu_picture_save(engine, &p, HAFORU_PGM, pipe));
  pthread_join(reader, NULL);
  CHECK(piped_bytes == 13 + sizeof white && memcmp(piped, "P5\n12 10\n255\n", 13) == 0);
  CHECK(lstat(pipe, &found) == 0 && S_ISFIFO(found.st_mode));
  CHECK_OK(haforu_picture_save(engine, &p, HAFORU_PGM, file));
  CHECK(symlink(file, link) == 0);
  CHECK_OK(haforu_picture_save(engine, &p, HAFORU_PNG, link));
  CHECK(lstat(link, &found) == 0 && S_ISLNK(found.st_mode));
  haforu_picture loaded;
  CHECK_OK(haforu_picture_load(engine, file, &loaded));
  CHECK(loaded.width == 12 && loaded.height == 10);
  CHECK_CODE(HAFORU_IMAGE_UNREADABLE, haforu_picture_load(engine, pipe, &loaded));
  CHECK_CODE(HAFORU_OUTPUT_FAILED, haforu_picture_save(engine, &p, HAFORU_PNG, folder));
  CHECK(chmod(file, 0600) == 0);
  CHECK_OK(haforu_picture_save(engine, &p, HAFORU_PNG, file));
  CHECK(stat(file, &found) == 0 && (found.st_mode & 0777) == 0600);
  const mode_t masked = umask(027);
  char dangling[300], aim[300];
  snprintf(dangling, sizeof dangling, "%s/dangling", folder);
  snprintf(aim, sizeof aim, "%s/aim", folder);
  CHECK(symlink("aim", dangling) == 0);
  CHECK_OK(haforu_picture_save(engine, &p, HAFORU_PNG, dangling));
  CHECK(lstat(dangling, &found) == 0 && S_ISLNK(found.st_mode) && lstat(aim, &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0777) == 0640);
  umask(masked);
  char loop[300], longest[300 + 256];
  snprintf(loop, sizeof loop, "%s/loop", folder);
  CHECK(symlink("loop", loop) == 0);
  CHECK_CODE(HAFORU_OUTPUT_FAILED, haforu_picture_save(engine, &p, HAFORU_PNG, loop));
  snprintf(longest, sizeof longest, "%s/%0255d", folder, 7);
  CHECK_OK(haforu_picture_save(engine, &p, HAFORU_PNG, longest));
  CHECK(unlink(dangling) == 0 && unlink(aim) == 0 && unlink(loop) == 0 && unlink(longest) == 0);
  CHECK(unlink(pipe) == 0 && unlink(link) == 0 && unlink(file) == 0 && rmdir(folder) == 0);
}

static void matches(haforu_font *font, haforu_font *fixed) {
  haforu_session_options o = options_at(60, 80, 80);
  const haforu_variation wanted = {"wght", 640};
  o.variations = &wanted;
  o.variation_count = 1;
  haforu_session *session;
  static uint8_t pixels_of[80 * 80];
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  CHECK_OK(haforu_render_to(session, "R", 1, pixels_of, 80, sizeof pixels_of));
  o.variation_count = 0;
  CHECK_OK(haforu_session_set(session, &o));
  const haforu_target target = {"R", 1, {pixels_of, 80, 80, 80}};
  double value = 0, score = 1;
  const char *json;
  CHECK_OK(haforu_match(session, &target, 1, NULL, &value, 1, &score, &json));
  CHECK(fabs(value - 640) < 3 && score < 0.01 && strstr(json, "\"coordinates\"") != NULL);
  haforu_match_options m;
  haforu_match_options_init(&m, sizeof m);
  const haforu_axis_range range = {"wght", 300, 500}, unknown = {"XXXX", 0, 1}, turned = {"wght", 500, 300};
  m.axes = &range;
  m.axis_count = 1;
  m.budget = 60;
  CHECK_OK(haforu_match(session, &target, 1, &m, &value, 1, &score, NULL));
  CHECK(value >= 300 && value <= 500);
  m.axes = &unknown;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, &m, &value, 1, NULL, NULL));
  m.axes = &turned;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, &m, &value, 1, NULL, NULL));
  m.axes = NULL;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, &m, &value, 1, NULL, NULL));
  m.axis_count = 0;
  m.objective = 3;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, &m, &value, 1, NULL, NULL));
  m.objective = HAFORU_RMSE;
  m.budget = 0;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, &m, &value, 1, NULL, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, NULL, &value, 0, NULL, NULL));
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_session_create(engine, fixed, &o, &session));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_match(session, &target, 1, NULL, &value, 1, NULL, NULL));
  CHECK_OK(haforu_session_release(session));
}

static void fonts(haforu_font *variable, haforu_font *fixed) {
  const haforu_axis *axes;
  size_t count;
  CHECK_OK(haforu_font_axes(variable, &axes, &count));
  CHECK(count == 1 && strcmp(axes[0].tag, "wght") == 0 && axes[0].min == 200 && axes[0].default_value == 200 && axes[0].max == 900 && axes[0].hidden == 0);
  CHECK_OK(haforu_font_axes(fixed, &axes, &count));
  CHECK(count == 0);
  haforu_font_metrics m = {.size = sizeof m};
  CHECK_OK(haforu_font_metrics_get(variable, &m));
  CHECK(m.units_per_em == 1000 && m.ascender == 1024 && m.descender == -400 && m.glyph_count == 2203 && m.face_count == 1 && m.file_bytes > 100000);
  const char *json;
  CHECK_OK(haforu_font_json(variable, &json, &count));
  CHECK(strlen(json) == count && strstr(json, "\"Source Sans Variable\"") != NULL);
  haforu_font *none;
  CHECK_CODE(HAFORU_FACE_INDEX_OUT_OF_RANGE, haforu_font_from_file(engine, FONT_STATIC, 3, &none));
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_font_from_file(engine, "no/such.ttf", 0, &none));
  CHECK_CODE(HAFORU_FONT_UNREADABLE, haforu_font_from_file(engine, "packages", 0, &none));
  CHECK_CODE(HAFORU_FONT_UNSUPPORTED, haforu_font_from_file(engine, "package.json", 0, &none));
  CHECK(none == NULL);
  /* The same font from memory draws the same. */
  FILE *file = fopen(FONT_VARIABLE, "rb");
  static uint8_t bytes[4 << 20];
  const size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  haforu_font *copy;
  CHECK_OK(haforu_font_from_memory(engine, bytes, length, 0, &copy));
  CHECK_CODE(HAFORU_FONT_INVALID, haforu_font_from_memory(engine, bytes, length / 3, 0, &none));
  memset(bytes, 0, sizeof bytes);
  haforu_session_options o = options_at(30, 90, 40);
  haforu_session *a, *b;
  char hash_a[65], hash_b[65];
  CHECK_OK(haforu_session_create(engine, variable, &o, &a));
  CHECK_OK(haforu_session_create(engine, copy, &o, &b));
  CHECK_OK(haforu_hash(a, "Rg", 2, hash_a));
  CHECK_OK(haforu_hash(b, "Rg", 2, hash_b));
  CHECK(strcmp(hash_a, hash_b) == 0);
  /* Jobs may name it. */
  static const char job[] = "{\"id\":\"n\",\"font\":{\"path\":\"mine\",\"size\":24},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}";
  const char *line;
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK_OK(haforu_engine_name_font(engine, "mine", copy));
  CHECK_OK(haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK_OK(haforu_engine_name_font(engine, "mine", fixed));
  CHECK_OK(haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK(strstr(line, "\"coordinates\":{\"wght\"") == NULL);
  CHECK_OK(haforu_engine_name_font(engine, "mine", NULL));
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK_OK(haforu_session_release(a));
  CHECK_OK(haforu_session_release(b));
  CHECK_OK(haforu_font_release(copy));
}

static void copy_file(const char *from, const char *to) {
  static char bytes[4 << 20];
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  CHECK(in != NULL && out != NULL);
  if (in == NULL || out == NULL) return;
  const size_t length = fread(bytes, 1, sizeof bytes, in);
  CHECK(fwrite(bytes, 1, length, out) == length);
  fclose(in);
  fclose(out);
}

/* A font file that becomes another one between two jobs is read again; one that goes is missing. */
static void a_file_that_changes(void) {
  static char path[512], job[2048];
  char first[65], second[65];
  const char *line, *folder = getenv("TMPDIR"), *hash;
  snprintf(path, sizeof path, "%s/haforu-font-%p.ttf", folder == NULL ? "/tmp" : folder, (void *)&line);
  snprintf(job, sizeof job, "{\"id\":\"f\",\"font\":{\"path\":\"%s\",\"size\":24},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":30,\"height\":30,\"include\":[\"hash\"]}}", path);
  CHECK_OK(haforu_engine_set(engine, "font_check_ms", "0"));
  copy_file(FONT_STATIC, path);
  CHECK_OK(haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  hash = strstr(line, "\"hash\":\"");
  CHECK(hash != NULL);
  snprintf(first, sizeof first, "%.64s", hash == NULL ? "" : hash + 8);
  copy_file(FONT_VARIABLE, path);
  CHECK_OK(haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  hash = strstr(line, "\"hash\":\"");
  CHECK(hash != NULL);
  snprintf(second, sizeof second, "%.64s", hash == NULL ? "" : hash + 8);
  CHECK(strcmp(first, second) != 0);
  remove(path);
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK_OK(haforu_engine_set(engine, "font_check_ms", "10"));
}

/* Jobs that are only checked, and lines over the limit, of which the head is read to name the job. */
static void checked_and_too_long(void) {
  const char *line;
  size_t bytes;
  CHECK_OK(haforu_validate(engine, JOB, HAFORU_NUL_TERMINATED, &line, &bytes));
  CHECK(line[0] == '\0' && bytes == 0);
  CHECK_CODE(HAFORU_INVALID_JOB, haforu_validate(engine, "{\"id\":\"v\",\"font\":{\"path\":\"a\",\"size\":-1}}", HAFORU_NUL_TERMINATED, &line, &bytes));
  CHECK(strstr(line, "\"id\":\"v\"") != NULL && strstr(line, "font.size") != NULL && strlen(line) == bytes);
  const size_t length = (size_t)HAFORU_LIMIT_LINE_BYTES + 1;
  char *longest = malloc(length);
  CHECK(longest != NULL);
  if (longest == NULL) return;
  memset(longest, ' ', length);
  memcpy(longest, "{\"id\":\"long\",", 13);
  CHECK_CODE(HAFORU_LINE_TOO_LONG, haforu_job(engine, longest, length, &line, &bytes));
  CHECK(strstr(line, "\"id\":\"long\"") != NULL && strstr(line, "\"line_too_long\"") != NULL);
  free(longest);
}

/* What sessions have used before goes when a budget is full; what they use stays, and all draws as before. */
static void budgets(void) {
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.max_fonts = 3;
  config.font_cache = 1048576;
  haforu_engine *small = engine_or_stop(&config);
  static const char *const paths[] = {FONT_STATIC, FONT_VARIABLE, FONT_ARABIC};
  haforu_font *fonts[3];
  char hashes[3][65], again[65], kept[65];
  haforu_memory m = {.size = sizeof m};
  for (int i = 0; i < 3; i++) fonts[i] = font_or_stop(small, paths[i]);
  haforu_session_options o = options_at(30, 60, 40);
  haforu_session *stays, *session;
  CHECK_OK(haforu_session_create(small, fonts[1], &o, &stays));
  CHECK_OK(haforu_hash(stays, "Stays", 5, kept));
  for (int turn = 0; turn < 4; turn++)
    for (int i = 0; i < 3; i++) {
      CHECK_OK(haforu_session_create(small, fonts[i], &o, &session));
      CHECK_OK(haforu_hash(session, "abc", 3, turn == 0 ? hashes[i] : again));
      if (turn > 0) CHECK(strcmp(again, hashes[i]) == 0);
      CHECK_OK(haforu_session_release(session));
    }
  CHECK_OK(haforu_engine_memory(small, &m));
  CHECK(m.evictions > 0 && m.fonts < 3);
  const double before = m.evictions;
  haforu_variation weight = {"wght", 0};
  o.variations = &weight;
  o.variation_count = 1;
  for (int i = 0; i < 20; i++) {
    weight.value = 210 + 10 * (float)i;
    o.width = 60 + (uint32_t)i;
    CHECK_OK(haforu_session_create(small, fonts[1], &o, &session));
    CHECK_OK(haforu_hash(session, "abc", 3, again));
    CHECK_OK(haforu_session_release(session));
  }
  CHECK_OK(haforu_engine_memory(small, &m));
  CHECK(m.evictions >= before + 15 && m.instances <= 4);
  CHECK_OK(haforu_hash(stays, "Stays", 5, again));
  CHECK(strcmp(again, kept) == 0);
  CHECK_OK(haforu_session_release(stays));
  for (int i = 0; i < 3; i++) CHECK_OK(haforu_font_release(fonts[i]));
  CHECK_OK(haforu_engine_release(small));
}

/* --- streams ------------------------------------------------------------------------------------------------------------------ */

typedef struct taken {
  size_t glyphs, flushes;
  double end;
  int64_t advance;
  haforu_stream *stream;
  int stop_after, refused;
} taken;

static int take(void *user, const haforu_flush *flush) {
  taken *t = user;
  CHECK(flush->size == sizeof *flush && flush->start == t->end && flush->end >= flush->start);
  t->end = flush->end;
  t->flushes++;
  t->glyphs += flush->glyph_count;
  for (size_t i = 0; i < flush->glyph_count; i++) t->advance += flush->x_advances[i];
  /* A sink must not call its engine: it is told, and nothing else happens. */
  if (t->stream != NULL) {
    const char *line;
    CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push(t->stream, "x", 1));
    CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_release(t->stream));
    CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
    t->refused++;
  }
  return t->stop_after > 0 && t->flushes >= (size_t)t->stop_after;
}

static void streams(haforu_font *font, haforu_font *other) {
  haforu_session_options o = options_at(30, 90, 40);
  haforu_session *session, *second;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  CHECK_OK(haforu_session_create(engine, other, &o, &second));
  static char text[20000];
  for (size_t i = 0; i < sizeof text; i++) text[i] = "the quick brown fox, AVA. "[i % 26];
  /* As one shaping of the same text. */
  const haforu_glyph *glyphs;
  size_t count;
  CHECK_OK(haforu_shape(session, text, sizeof text, &glyphs, &count));
  int64_t advance = 0;
  for (size_t i = 0; i < count; i++) advance += glyphs[i].x_advance;
  taken t = {0};
  haforu_stream *stream;
  haforu_stream_options s;
  haforu_stream_options_init(&s, sizeof s);
  CHECK_OK(haforu_stream_open(session, &s, take, &t, &stream));
  for (size_t at = 0; at < sizeof text; at += 777) CHECK_OK(haforu_stream_push(stream, text + at, sizeof text - at < 777 ? sizeof text - at : 777));
  t.stream = stream;
  CHECK_OK(haforu_stream_end(stream));
  CHECK(t.glyphs == count && t.advance == advance && t.end == sizeof text && t.flushes > 5 && t.refused > 0);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push(stream, "x", 1));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_end(stream));
  haforu_stream_stats stats = {.size = sizeof stats};
  CHECK_OK(haforu_stream_stats_get(stream, &stats));
  CHECK(stats.read == sizeof text && stats.glyphs == (double)count && stats.flushes == (double)t.flushes);
  CHECK_OK(haforu_stream_release(stream));

  /* Changes; the wrong ones are refused and change nothing. */
  taken u = {0};
  CHECK_OK(haforu_stream_open(session, NULL, take, &u, &stream));
  CHECK_OK(haforu_stream_push(stream, "abc \xd8", 5));
  CHECK_OK(haforu_stream_push(stream, "\xb3", 1));
  CHECK_OK(haforu_stream_push_features(stream, "smcp"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push_features(stream, "kern[1:2]"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push_features(stream, "toolong1"));
  CHECK_OK(haforu_stream_push_language(stream, "sr-Latn-RS"));
  CHECK_OK(haforu_stream_push_language(stream, "tr"));
  CHECK_OK(haforu_stream_push_language(stream, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push_language(stream, "e!"));
  CHECK_OK(haforu_stream_push_script(stream, "Latn"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push_script(stream, "Lat"));
  CHECK_OK(haforu_stream_push_direction(stream, "rtl"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push_direction(stream, "left"));
  CHECK_OK(haforu_stream_push_font(stream, second));
  CHECK_OK(haforu_session_release(second));
  CHECK_OK(haforu_stream_push(stream, "def", 3));
  CHECK_OK(haforu_stream_pop(stream, HAFORU_POP_FONT));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_pop(stream, HAFORU_POP_FONT));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_pop(stream, 9));
  CHECK_OK(haforu_stream_pop(stream, HAFORU_POP_DIRECTION));
  CHECK_OK(haforu_stream_push(stream, "ghi", HAFORU_NUL_TERMINATED));
  CHECK_OK(haforu_stream_end(stream));
  CHECK(u.end == 11);
  CHECK_OK(haforu_stream_release(stream));

  /* Options that are none, a sink that stops. */
  s.low_watermark = 900;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_open(session, &s, take, &u, &stream));
  CHECK(stream == NULL);
  s.size = 4;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_open(session, &s, take, &u, &stream));
  taken v = {.stop_after = 2};
  CHECK_OK(haforu_stream_open(session, NULL, take, &v, &stream));
  CHECK_CODE(HAFORU_CANCELLED, haforu_stream_push(stream, text, sizeof text));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_stream_push(stream, "x", 1));
  CHECK_OK(haforu_stream_release(stream));
  CHECK_OK(haforu_session_release(session));
}

/* A process that may have little address space: an engine that can grow less far, or none (with guard pages), but no crash. Sanitizers need terabytes of it themselves. */
static void little_address_space(void) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    const struct rlimit limit = {(rlim_t)900 << 20, (rlim_t)900 << 20};
    haforu_engine *small = NULL;
    haforu_session *session;
    haforu_picture picture;
    /* What this process has reserved so far counts too. */
    haforu_engine_release(engine);
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(7);
    const haforu_code code = haforu_engine_create(NULL, &small);
    if (code == HAFORU_OUT_OF_MEMORY) _exit(1);
    if (code != HAFORU_OK) _exit(2);
    haforu_font *font = font_or_stop(small, FONT_STATIC);
    haforu_session_options o = options_at(100, 30000, 8000);
    if (haforu_session_create(small, font, &o, &session) != HAFORU_OK) _exit(3);
    /* 240 MB of canvas were to be had; as much again, and again, are not. */
    o.height = 8001;
    haforu_session *second, *third = NULL;
    haforu_code last = haforu_session_create(small, font, &o, &second);
    o.height = 8002;
    if (last == HAFORU_OK) last = haforu_session_create(small, font, &o, &third);
    if (last != HAFORU_OUT_OF_MEMORY) _exit(4);
    o = options_at(20, 30, 30);
    if (haforu_session_set(session, &o) != HAFORU_OK || haforu_render(session, "a", 1, &picture) != HAFORU_OK) _exit(5);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
#ifdef HAFORU_GUARD_PAGES
  const int expected = 1;
#else
  const int expected = 0;
#endif
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == expected);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != expected) fprintf(stderr, "  status %x\n", (unsigned)status);
#endif
}

/* --- callbacks within callbacks ------------------------------------------------------------------------------------------------------- */

typedef struct nested {
  haforu_stream *inner;
  haforu_session *spare;
  int within, behind;
} nested;

static int inner_sink(void *user, const haforu_flush *flush) {
  nested *n = user;
  (void)flush;
  /* Its engine is at work two calls further out: it would wait for itself. */
  if (n->within++ == 0) CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_release(n->spare));
  return 0;
}

static int outer_sink(void *user, const haforu_flush *flush) {
  nested *n = user;
  (void)flush;
  if (n->behind++ > 0) return 0;
  CHECK_OK(haforu_stream_push(n->inner, "inner", 5));
  CHECK_OK(haforu_stream_end(n->inner));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_session_release(n->spare));
  return 0;
}

static void callbacks_within_callbacks(haforu_font *font) {
  haforu_engine *other = engine_or_stop(NULL);
  haforu_session_options o = options_at(20, 60, 30);
  haforu_session *outer_session, *inner_session;
  haforu_stream *outer;
  nested n = {NULL, NULL, 0, 0};
  CHECK_OK(haforu_session_create(engine, font, &o, &outer_session));
  CHECK_OK(haforu_session_create(engine, font, &o, &n.spare));
  CHECK_OK(haforu_session_create(other, font, &o, &inner_session));
  CHECK_OK(haforu_stream_open(outer_session, NULL, outer_sink, &n, &outer));
  CHECK_OK(haforu_stream_open(inner_session, NULL, inner_sink, &n, &n.inner));
  /* Where it waited for itself it would wait for ever. */
  alarm(120);
  CHECK_OK(haforu_stream_push(outer, "outer", 5));
  CHECK_OK(haforu_stream_end(outer));
  alarm(0);
  CHECK(n.within > 0 && n.behind > 0);
  CHECK_OK(haforu_session_release(n.spare));
  CHECK_OK(haforu_stream_release(n.inner));
  CHECK_OK(haforu_stream_release(outer));
  CHECK_OK(haforu_session_release(inner_session));
  CHECK_OK(haforu_session_release(outer_session));
  CHECK_OK(haforu_engine_release(other));
}

/* More sessions of one font than 16 bits count. */
static void many_sessions(haforu_font *font) {
  enum { MANY = 65600 };
  haforu_session_options o = options_at(20, 6, 3);
  haforu_session **sessions = malloc(MANY * sizeof *sessions);
  int made = 0;
  while (made < MANY && haforu_session_create(engine, font, &o, &sessions[made]) == HAFORU_OK) made++;
  CHECK(made == MANY);
  haforu_metrics m = {.size = sizeof m};
  CHECK_OK(haforu_engine_ping(engine));
  CHECK_OK(haforu_measure(sessions[made - 1], "a", 1, &m));
  while (made > 0) CHECK_OK(haforu_session_release(sessions[--made]));
  free(sessions);
}

int main(void) {
  engine = engine_or_stop(NULL);
  haforu_font *variable = font_or_stop(engine, FONT_VARIABLE), *fixed = font_or_stop(engine, FONT_STATIC);
  jobs_and_calls();
  pixels(fixed);
  two_sessions_at_once(fixed, variable);
  sweeps(variable);
  pictures(variable);
  targets_of_files();
  matches(variable, fixed);
  fonts(variable, fixed);
  a_file_that_changes();
  checked_and_too_long();
  budgets();
  streams(fixed, variable);
  callbacks_within_callbacks(fixed);
  many_sessions(fixed);
  CHECK_OK(haforu_font_release(variable));
  CHECK_OK(haforu_font_release(fixed));
  little_address_space();
  CHECK_OK(haforu_engine_release(engine));
  return checks_end();
}
