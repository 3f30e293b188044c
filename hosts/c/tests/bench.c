/* What bench/c.mjs measures of libhaforu: prints a number a line, minima in nanoseconds. usage: haforu_bench FONT ROUNDS, then lines on standard input: `render`, `calls`, `start`, `memory`; an answer for each. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "haforu.h"

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void need(haforu_code code) {
  if (code == HAFORU_OK) return;
  haforu_error_info error;
  haforu_last_error(&error);
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

static haforu_engine *engine;
static haforu_font *font;
static haforu_session *session;
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static double best[52];

/* Adds to the minima of each letter; prints their mean and a sum of all pixels, which the other side must have too. */
static void render(int rounds) {
  haforu_picture picture;
  unsigned long long sum = 0;
  for (int r = 0; r < rounds; r++)
    for (int i = 0; i < 52; i++) {
      const double start = now_ns();
      need(haforu_render(session, letters + i, 1, &picture));
      const double took = now_ns() - start;
      if (best[i] == 0 || took < best[i]) best[i] = took;
      if (r == 0)
        for (size_t k = 0; k < (size_t)picture.width * picture.height; k++) sum += 255u - picture.pixels[k];
    }
  double mean = 0;
  for (int i = 0; i < 52; i++) mean += best[i] / 52;
  printf("%.1f %llu\n", mean, sum);
}

#define TIMED(name, count, call)                            \
  do {                                                      \
    double least = 1e18;                                    \
    for (int turn = 0; turn < 20; turn++) {                 \
      const double start = now_ns();                        \
      for (int k = 0; k < (count); k++) call;               \
      const double took = (now_ns() - start) / (count);     \
      if (took < least) least = took;                       \
    }                                                       \
    printf("%s%.2f", name, least);                          \
  } while (0)

static volatile haforu_code kept;

static void calls(void) {
  haforu_session_options options;
  haforu_session_options_init(&options, sizeof options);
  options.size_px = 1000;
  options.width = 3000;
  options.height = 1200;
  options.script = "Latn";
  options.direction = "ltr";
  haforu_session *made;
  TIMED("", 20000, need(haforu_engine_ping(engine)));
  TIMED(" ", 20000, kept = haforu_has_error());
  TIMED(" ", 5000, (need(haforu_session_create(engine, font, &options, &made)), need(haforu_session_release(made))));
  haforu_engine *other;
  TIMED(" ", 20, (need(haforu_engine_create(NULL, &other)), need(haforu_engine_release(other))));
  printf("\n");
}

/* Resident bytes of this process beside those of the module's memory, which is the mapping that the canvas lies in; the module's memory; what the host has allocated. */
static void memory(void) {
  haforu_memory m = {.size = sizeof m};
  haforu_picture picture;
  need(haforu_engine_memory(engine, &m));
  need(haforu_render(session, "a", 1, &picture));
  const uintptr_t within = (uintptr_t)picture.pixels;
  unsigned long beside_kb = 0;
  bool modules = false;
  char line[512];
  FILE *file = fopen("/proc/self/smaps", "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    unsigned long start, end, kb;
    if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
      modules = within >= start && within < end;
    else if (sscanf(line, "Rss: %lu kB", &kb) == 1 && !modules)
      beside_kb += kb;
  }
  if (file != NULL) fclose(file);
  printf("%.0f %.0f %.0f\n", (double)beside_kb * 1024, m.linear_bytes, (double)m.host_bytes);
}

int main(int count, char **words) {
  if (count < 3) return 2;
  const int rounds = atoi(words[2]);
  double start = now_ns();
  need(haforu_engine_create(NULL, &engine));
  fprintf(stderr, "first engine: %.0f us\n", (now_ns() - start) / 1e3);
  need(haforu_font_from_file(engine, words[1], 0, &font));
  haforu_session_options options;
  haforu_session_options_init(&options, sizeof options);
  options.size_px = 1000;
  options.width = 3000;
  options.height = 1200;
  options.script = "Latn";
  options.direction = "ltr";
  need(haforu_session_create(engine, font, &options, &session));
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (strncmp(line, "render", 6) == 0) render(rounds);
    if (strncmp(line, "calls", 5) == 0) calls();
    if (strncmp(line, "memory", 6) == 0) memory();
    fflush(stdout);
  }
  haforu_session_release(session);
  haforu_font_release(font);
  haforu_engine_release(engine);
  return 0;
}
