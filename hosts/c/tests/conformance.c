/* The conformance runner that conformance/README.md describes: lines of jobs or calls in, a line of answer for each out. In: `jobs FILE` or `calls FILE`; out: standard output. It uses haforu.h alone. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "haforu.h"

#define FIELDS_MAX 32
#define VARIATIONS_MAX 64

static haforu_engine *engine;

static void stop(const char *what) {
  haforu_error_info error;
  haforu_last_error(&error);
  fprintf(stderr, "%s: %s\n", what, error.message);
  exit(1);
}

static uint64_t fnv(const uint8_t *bytes, size_t count) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < count; i++) h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
  return h;
}

static void put_bits(const char *before, double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  printf("%s%016" PRIx64, before, bits);
}

static void refuse(haforu_code code) { printf("error %s", haforu_error_name(code)); }

/* Hex to bytes in place. */
static size_t unhex(char *text) {
  size_t n = 0;
  for (const char *at = text; at[0] != '\0' && at[1] != '\0'; at += 2) {
    const char pair[3] = {at[0], at[1], '\0'};
    text[n++] = (char)strtoul(pair, NULL, 16);
  }
  text[n] = '\0';
  return n;
}

static const char *given(const char *field) { return field[0] == '\0' ? NULL : field; }

static size_t read_coordinates(char *field, haforu_variation *out) {
  size_t count = 0;
  for (char *at = strtok(field, ";"); at != NULL && count < VARIATIONS_MAX; at = strtok(NULL, ";")) {
    char *equals = strchr(at, '=');
    if (equals == NULL) continue;
    memset(&out[count], 0, sizeof out[count]);
    memcpy(out[count].tag, at, (size_t)(equals - at) < 4 ? (size_t)(equals - at) : 4);
    out[count++].value = (float)strtod(equals + 1, NULL);
  }
  return count;
}

/* A size that 32 bits hold as 0 must not become 0, which is none. */
static float read_size(const char *field) {
  const double size = strtod(field, NULL);
  return size > 0 && (float)size == 0 ? 0x1p-149f : (float)size;
}

/* What one call needs. */
static haforu_font *font;
static haforu_session *session;
static haforu_variation variations[VARIATIONS_MAX];

static haforu_code open_session(const char *path, uint32_t face, haforu_session_options *options) {
  haforu_code code = haforu_font_from_file(engine, path, face, &font);
  if (code == HAFORU_OK) code = haforu_session_create(engine, font, options, &session);
  return code;
}

static void close_session(void) {
  if (session != NULL) haforu_session_release(session);
  if (font != NULL) haforu_font_release(font);
  session = NULL;
  font = NULL;
}

static void options_of(haforu_session_options *o, char **f) {
  haforu_session_options_init(o, sizeof *o);
  o->variation_count = read_coordinates(f[3], variations);
  o->variations = variations;
  o->features = given(f[4]);
  o->script = given(f[5]);
  o->direction = given(f[6]);
  o->language = given(f[7]);
}

static void place_of(haforu_session_options *o, char **f) {
  o->size_px = read_size(f[9]);
  o->width = (uint32_t)strtoul(f[10], NULL, 10);
  o->height = (uint32_t)strtoul(f[11], NULL, 10);
  char *comma = strchr(f[12], ',');
  if (comma != NULL) {
    o->has_origin = 1;
    o->origin_x = (float)strtod(f[12], NULL);
    o->origin_y = (float)strtod(comma + 1, NULL);
  }
}

static void call_render(char **f) {
  haforu_session_options o;
  options_of(&o, f);
  place_of(&o, f);
  o.invert = f[13][0] == '1';
  const size_t bytes = unhex(f[8]);
  haforu_picture picture;
  haforu_code code = open_session(f[1], (uint32_t)strtoul(f[2], NULL, 10), &o);
  if (code == HAFORU_OK) code = haforu_render(session, f[8], bytes, &picture);
  if (code == HAFORU_OK)
    printf("%016" PRIx64, fnv(picture.pixels, (size_t)picture.width * picture.height));
  else
    refuse(code);
}

static void call_metrics(char **f) {
  haforu_session_options o;
  options_of(&o, f);
  place_of(&o, f);
  const size_t bytes = unhex(f[8]);
  haforu_metrics m = {.size = sizeof m};
  haforu_code code = open_session(f[1], (uint32_t)strtoul(f[2], NULL, 10), &o);
  if (code == HAFORU_OK) code = haforu_measure(session, f[8], bytes, &m);
  if (code != HAFORU_OK) {
    refuse(code);
    return;
  }
  put_bits("", m.density);
  put_bits(" ", m.beam);
  put_bits(" ", m.bbox_x);
  put_bits(" ", m.bbox_y);
  put_bits(" ", m.bbox_width);
  put_bits(" ", m.bbox_height);
  put_bits(" ", m.ink_area);
  if (m.ink_area > 0) {
    put_bits(" ", m.centroid_x);
    put_bits(" ", m.centroid_y);
    put_bits(" ", m.aspect);
  } else
    printf(" none none none");
  put_bits(" ", m.advance_x);
  put_bits(" ", m.advance_y);
  put_bits(" ", m.clipped_left);
  put_bits(" ", m.clipped_top);
  put_bits(" ", m.clipped_right);
  put_bits(" ", m.clipped_bottom);
}

static void call_shape(char **f) {
  haforu_session_options o;
  options_of(&o, f);
  const size_t bytes = unhex(f[8]);
  const haforu_glyph *glyphs;
  size_t count;
  haforu_code code = open_session(f[1], (uint32_t)strtoul(f[2], NULL, 10), &o);
  if (code == HAFORU_OK) code = haforu_shape(session, f[8], bytes, &glyphs, &count);
  if (code != HAFORU_OK) {
    refuse(code);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const haforu_glyph *g = &glyphs[i];
    printf("%s%" PRIu32 ",%" PRIu32 ",%" PRId32 ",%" PRId32 ",%" PRId32 ",%" PRId32, i > 0 ? " " : "", g->id, g->cluster, g->x_advance, g->y_advance, g->x_offset, g->y_offset);
  }
}

/* --- streams ------------------------------------------------------------------------------------------------------------------ */

/* Answers are printed only when the whole stream was good: kept here until then. */
static char *flushes;
static size_t flush_bytes, flush_room;

static void note(const char *text) {
  const size_t bytes = strlen(text);
  if (flush_bytes + bytes + 1 > flush_room) {
    flush_room = (flush_bytes + bytes + 1) * 2;
    flushes = realloc(flushes, flush_room);
    if (flushes == NULL) abort();
  }
  memcpy(flushes + flush_bytes, text, bytes + 1);
  flush_bytes += bytes;
}

static const char *warning_name(haforu_code code) {
  switch (code) {
    case HAFORU_WARNING_FORCED_CUT: return "forced_cut";
    case HAFORU_WARNING_CUT_DEFECT: return "cut_defect";
    case HAFORU_WARNING_MALFORMED_UTF8: return "malformed_utf8";
    case HAFORU_WARNING_SCRIPT_UNDECIDED: return "script_undecided";
    default: return "unknown";
  }
}

static int take_flush(void *user, const haforu_flush *flush) {
  char text[160];
  (void)user;
  if (flush_bytes > 0) note(" | ");
  snprintf(text, sizeof text, "%.0f-%.0f %.0f%s", flush->start, flush->end, flush->run, flush->forced != 0 ? " forced" : "");
  note(text);
  if (flush->glyph_count == 0) note(" ");
  for (size_t i = 0; i < flush->glyph_count; i++) {
    snprintf(text, sizeof text, " %" PRIu32 ",%.0f,%" PRId32 ",%" PRId32 ",%" PRId32 ",%" PRId32 ",%" PRIu32, flush->ids[i], flush->clusters[i], flush->x_advances[i], flush->y_advances[i],
             flush->x_offsets[i], flush->y_offsets[i], flush->flags[i]);
    note(text);
  }
  for (size_t i = 0; i < flush->warning_count; i++) {
    note(" ");
    note(warning_name(flush->warning_codes[i]));
  }
  return 0;
}

static haforu_code push_setting(haforu_stream *stream, char *input) {
  char *colon = strchr(input, ':');
  const char *value = colon == NULL ? "" : colon + 1;
  if (colon != NULL) *colon = '\0';
  const char *name = input + 1;
  static const char *const names[] = {"features", "language", "script", "direction", "font"};
  int kind = 0;
  for (int i = 0; i < 5; i++)
    if (strcmp(name, names[i]) == 0) kind = i + 1;
  if (input[0] == '-') return haforu_stream_pop(stream, kind);
  if (kind == 1) return haforu_stream_push_features(stream, value);
  if (kind == 2) return haforu_stream_push_language(stream, value);
  if (kind == 3) return haforu_stream_push_script(stream, value);
  return haforu_stream_push_direction(stream, value);
}

static void call_stream(char **f) {
  haforu_session_options o;
  options_of(&o, f);
  haforu_stream_options s;
  haforu_stream_options_init(&s, sizeof s);
  s.high_watermark = (uint32_t)strtoul(f[8], NULL, 10);
  s.low_watermark = (uint32_t)strtoul(f[9], NULL, 10);
  s.max_buffer = (uint32_t)strtoul(f[10], NULL, 10);
  s.itemise = strchr(f[11], 'i') != NULL;
  s.by_cluster = strchr(f[11], 'c') != NULL;
  s.logical = strchr(f[11], 'l') != NULL;
  flush_bytes = 0;
  note("");
  haforu_stream *stream = NULL;
  haforu_code code = open_session(f[1], (uint32_t)strtoul(f[2], NULL, 10), &o);
  if (code == HAFORU_OK) code = haforu_stream_open(session, &s, take_flush, NULL, &stream);
  for (char *at = strtok(f[12], " "); code == HAFORU_OK && at != NULL; at = strtok(NULL, " ")) {
    if (at[0] == '+' || at[0] == '-')
      code = push_setting(stream, at);
    else {
      const size_t bytes = unhex(at);
      code = haforu_stream_push(stream, at, bytes);
    }
  }
  if (code == HAFORU_OK) code = haforu_stream_end(stream);
  if (stream != NULL) haforu_stream_release(stream);
  if (code == HAFORU_OK)
    fputs(flushes, stdout);
  else
    refuse(code);
}

/* --- pictures ----------------------------------------------------------------------------------------------------------------- */

/* Draws a text of the open font on a canvas of its own; the pixels are the caller's. NULL: *code says why. */
static uint8_t *picture_of(const char *path, char *text, size_t bytes, const char *size, char *coordinates, const char *width, const char *height, haforu_picture *out, haforu_code *code) {
  haforu_session_options o;
  haforu_session_options_init(&o, sizeof o);
  if (coordinates != NULL) {
    o.variation_count = read_coordinates(coordinates, variations);
    o.variations = variations;
  }
  o.size_px = read_size(size);
  o.width = (uint32_t)strtoul(width, NULL, 10);
  o.height = (uint32_t)strtoul(height, NULL, 10);
  haforu_picture drawn;
  uint8_t *pixels = NULL;
  *code = open_session(path, 0, &o);
  if (*code == HAFORU_OK) *code = haforu_render(session, text, bytes, &drawn);
  if (*code == HAFORU_OK) {
    const size_t count = (size_t)drawn.width * drawn.height;
    pixels = malloc(count);
    if (pixels == NULL) abort();
    memcpy(pixels, drawn.pixels, count);
    *out = drawn;
    out->pixels = pixels;
  }
  close_session();
  return pixels;
}

static int align_of(const char *name) { return strcmp(name, "center") == 0 ? HAFORU_ALIGN_CENTER : strcmp(name, "ink") == 0 ? HAFORU_ALIGN_INK : HAFORU_ALIGN_CORNER; }

static void call_compare(char **f) {
  const size_t bytes = unhex(f[2]);
  haforu_picture a, b;
  haforu_code code;
  uint8_t *first = picture_of(f[1], f[2], bytes, f[3], f[4], f[5], f[6], &a, &code), *second = NULL;
  if (first != NULL) second = picture_of(f[1], f[2], bytes, f[3], f[7], f[8], f[9], &b, &code);
  haforu_comparison c = {.size = sizeof c};
  if (second != NULL) code = haforu_compare(engine, &a, &b, align_of(f[10]), f[11][0] == '\0' ? 32 : (uint32_t)strtoul(f[11], NULL, 10), HAFORU_ALL_MEASURES, &c);
  free(first);
  free(second);
  if (code != HAFORU_OK) {
    refuse(code);
    return;
  }
  printf("%.0f %.0f %.0f %.0f", c.frame_width, c.frame_height, c.shift_x, c.shift_y);
  put_bits(" ", c.pixel_delta);
  put_bits(" ", c.pixel_delta_center);
  put_bits(" ", c.rmse);
  put_bits(" ", c.ssim);
  put_bits(" ", c.iou);
}

static void call_resize(char **f) {
  const size_t bytes = unhex(f[2]);
  haforu_picture from;
  haforu_code code;
  uint8_t *pixels = picture_of(f[1], f[2], bytes, f[3], NULL, f[4], f[5], &from, &code);
  if (pixels == NULL) {
    refuse(code);
    return;
  }
  const uint32_t width = (uint32_t)strtoul(f[6], NULL, 10), height = (uint32_t)strtoul(f[7], NULL, 10);
  uint8_t *to = malloc((size_t)width * height + 1);
  if (to == NULL) abort();
  code = haforu_resize(engine, &from, to, width, height);
  if (code == HAFORU_OK)
    printf("%016" PRIx64, fnv(to, (size_t)width * height));
  else
    refuse(code);
  free(to);
  free(pixels);
}

/* A field of flat JSON that the library has written: what stands behind "key": */
static void put_json_field(const char *json, const char *key) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *at = strstr(json, quoted);
  if (at == NULL) return;
  at += strlen(quoted);
  if (*at == '"') at++;
  printf(" %.*s", (int)strcspn(at, ",}\""), at);
}

static void call_match(char **f) {
  const size_t bytes = unhex(f[2]);
  haforu_picture target;
  haforu_code code;
  uint8_t *pixels = picture_of(f[1], f[2], bytes, f[3], f[6], f[4], f[5], &target, &code);
  if (pixels == NULL) {
    refuse(code);
    return;
  }
  haforu_match_options o;
  haforu_match_options_init(&o, sizeof o);
  haforu_axis_range ranges[16];
  for (char *at = strtok(f[7], ";"); at != NULL && o.axis_count < 16; at = strtok(NULL, ";")) {
    haforu_axis_range *range = &ranges[o.axis_count++];
    char *equals = strchr(at, '=');
    memset(range, 0, sizeof *range);
    memcpy(range->tag, at, 4);
    char *colon = equals == NULL ? NULL : strchr(equals, ':');
    range->min = equals == NULL || equals[1] == '\0' || equals[1] == ':' ? NAN : (float)strtod(equals + 1, NULL);
    range->max = colon == NULL || colon[1] == '\0' ? NAN : (float)strtod(colon + 1, NULL);
  }
  o.axes = ranges;
  static const char *const names[] = {"pixel_delta", "pixel_delta_center", "rmse", "ssim", "iou"};
  for (int i = 0; i < 5; i++)
    if (strcmp(f[8], names[i]) == 0) o.objective = 1u << i;
  if (f[9][0] != '\0') o.budget = (uint32_t)strtoul(f[9], NULL, 10);
  haforu_session_options so;
  haforu_session_options_init(&so, sizeof so);
  so.size_px = read_size(f[3]);
  code = open_session(f[1], 0, &so);
  const haforu_axis *axes;
  size_t count = 0;
  double values[64], score;
  const char *json;
  const haforu_target one = {f[2], bytes, target};
  if (code == HAFORU_OK) code = haforu_font_axes(font, &axes, &count);
  if (code == HAFORU_OK) code = haforu_match(session, &one, 1, &o, values, 64, &score, &json);
  if (code == HAFORU_OK) {
    put_bits("", score);
    put_json_field(json, "evaluations");
    put_json_field(json, "renders");
    put_json_field(json, "stopped");
    for (size_t i = 0; i < count; i++) {
      printf(" %s=", axes[i].tag);
      put_bits("", values[i]);
    }
  } else
    refuse(code);
  free(pixels);
}

static void answer_call(char *line) {
  char *fields[FIELDS_MAX + 1];
  int count = 0;
  for (char *at = line; at != NULL && count < FIELDS_MAX;) {
    fields[count++] = at;
    char *tab = strchr(at, '\t');
    if (tab != NULL) *tab++ = '\0';
    at = tab;
  }
  static char empty[1];
  for (int i = count; i <= FIELDS_MAX; i++) fields[i] = empty;
  static const struct {
    const char *kind;
    void (*call)(char **);
  } calls[] = {{"render", call_render}, {"metrics", call_metrics}, {"shape", call_shape}, {"stream", call_stream}, {"compare", call_compare}, {"resize", call_resize}, {"match", call_match}};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp(fields[0], calls[i].kind) == 0) {
      calls[i].call(fields);
      close_session();
      putchar('\n');
      return;
    }
  printf("skip no call of this kind: %s\n", fields[0]);
}

int main(int count, char **words) {
  if (count != 3 || (strcmp(words[1], "jobs") != 0 && strcmp(words[1], "calls") != 0)) {
    fprintf(stderr, "usage: haforu_conformance jobs|calls FILE\n");
    return 2;
  }
  FILE *file = fopen(words[2], "rb");
  if (file == NULL) {
    fprintf(stderr, "%s cannot be read\n", words[2]);
    return 1;
  }
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.timing = 0;
  if (haforu_engine_create(&config, &engine) != HAFORU_OK) stop("haforu_engine_create");
  static char line[(1 << 20) + 2];
  for (;;) {
    size_t bytes = 0;
    int c;
    while ((c = getc(file)) != EOF && c != '\n' && bytes < sizeof line - 1) line[bytes++] = (char)c;
    line[bytes] = '\0';
    if (c == EOF && bytes == 0) break;
    if (words[1][0] == 'j') {
      const char *answer;
      size_t answer_bytes;
      haforu_job(engine, line, bytes, &answer, &answer_bytes);
      fwrite(answer, 1, answer_bytes, stdout);
      putchar('\n');
    } else
      answer_call(line);
    if (c == EOF) break;
  }
  free(flushes);
  fclose(file);
  if (haforu_engine_release(engine) != HAFORU_OK) stop("haforu_engine_release");
  return fflush(stdout) == 0 ? 0 : 1;
}
