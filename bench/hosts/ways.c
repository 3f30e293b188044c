/* C's side of bench/hosts.mjs: for each line `ROUNDS WAY` on standard input, the least time of one call in µs and what came of it.
 * usage: ways FONT SMALL.json LARGE.json JOBS.jsonl */
#include <haforu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void need(haforu_code code) {
  if (code == HAFORU_OK) return;
  haforu_error_info error;
  haforu_last_error(&error);
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

static char *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) exit(2);
  fseek(file, 0, SEEK_END);
  *bytes = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(*bytes + 1);
  if (text == NULL || fread(text, 1, *bytes, file) != *bytes) exit(2);
  text[*bytes] = 0;
  fclose(file);
  return text;
}

static haforu_session *session_of(haforu_engine *engine, haforu_font *font, float size, uint32_t width, uint32_t height) {
  haforu_session_options options;
  haforu_session *made;
  need(haforu_session_options_init(&options, sizeof options));
  options.size_px = size;
  options.width = width;
  options.height = height;
  options.script = "Latn";
  options.direction = "ltr";
  options.language = "en";
  need(haforu_session_create(engine, font, &options, &made));
  return made;
}

static unsigned long long ink(const uint8_t *pixels, size_t count) {
  unsigned long long sum = 0;
  for (size_t i = 0; i < count; i++) sum += 255u - pixels[i];
  return sum;
}

/* Sums up a batch's lines. Nothing else stops it. */
static int count_line(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)index;
  (void)line;
  *(size_t *)user += bytes;
  return 0;
}

#define LEAST(call)                                \
  for (int round = 0; round < rounds; round++) {   \
    const double began = now_us();                 \
    need(call);                                    \
    const double took = now_us() - began;          \
    if (took < least) least = took;                \
  }

int main(int count, char **words) {
  if (count < 5) return 2;
  haforu_config config;
  haforu_engine *engine;
  haforu_font *font;
  size_t job_bytes[2], jobs_bytes, jobs = 0;
  char *job[2] = {read_file(words[2], &job_bytes[0]), read_file(words[3], &job_bytes[1])};
  char *all = read_file(words[4], &jobs_bytes);
  for (size_t i = 0; i < jobs_bytes; i++) jobs += all[i] == '\n';
  need(haforu_config_init(&config, sizeof config));
  need(haforu_config_set(&config, "timing", "false"));
  need(haforu_engine_create(&config, &engine));
  need(haforu_font_from_file(engine, words[1], 0, &font));
  haforu_session *sessions[2] = {session_of(engine, font, 64, 100, 100), session_of(engine, font, 1000, 3000, 1200)};
  const uint32_t widths[2] = {100, 3000}, heights[2] = {100, 1200};
  char asked[100], way[20], size[20];
  int rounds;
  while (fgets(asked, sizeof asked, stdin) != NULL) {
    size[0] = 0;
    if (sscanf(asked, "%d %19s %19s", &rounds, way, size) < 2) return 2;
    const int large = strcmp(size, "large") == 0;
    haforu_session *session = sessions[large];
    const size_t pixels = (size_t)widths[large] * heights[large];
    double least = 1e18;
    if (strcmp(way, "view") == 0) {
      haforu_picture picture;
      LEAST(haforu_render(session, "a", 1, &picture))
      printf("%.4f %llu\n", least, ink(picture.pixels, pixels));
    } else if (strcmp(way, "array") == 0) {
      uint8_t *own = malloc(pixels);
      LEAST(haforu_render_to(session, "a", 1, own, widths[large], pixels))
      printf("%.4f %llu\n", least, ink(own, pixels));
      free(own);
    } else if (strcmp(way, "measure") == 0) {
      haforu_metrics metrics = {.size = sizeof metrics};
      LEAST(haforu_measure(session, "a", 1, &metrics))
      printf("%.4f %.3f\n", least, metrics.ink_area);
    } else if (strcmp(way, "shape") == 0) {
      const haforu_glyph *glyphs;
      size_t shaped;
      LEAST(haforu_shape(session, "a", 1, &glyphs, &shaped))
      printf("%.4f %u %d\n", least, (unsigned)glyphs[0].id, (int)glyphs[0].x_advance);
    } else if (strcmp(way, "job") == 0) {
      const char *line;
      size_t bytes;
      LEAST(haforu_job(engine, job[large], job_bytes[large], &line, &bytes))
      if (large)
        printf("%.4f %zu\n", least, bytes);
      else
        printf("%.4f %s\n", least, line);
    } else if (strcmp(way, "batch") == 0) {
      size_t bytes = 0;
      const double began = now_us();
      need(haforu_batch(engine, all, jobs_bytes, count_line, &bytes));
      printf("%.4f %zu\n", (now_us() - began) / (double)jobs, bytes);
    } else
      return 2;
    fflush(stdout);
  }
  return 0;
}
