/* Jobs as JSON: one at a time, and many over threads with progress. What a job may say: docs/jobs.md.
 * usage: jobs FONT */
#include <haforu.h>
#include <stdio.h>
#include <stdlib.h>

static int print_line(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)user;
  if (index < 2) printf("%.*s\n", (int)(bytes < 160 ? bytes : 160), line);
  return 0;
}

static int show(void *user, uint64_t done, uint64_t total) {
  (void)user;
  if (done == total) printf("%llu of %llu\n", (unsigned long long)done, (unsigned long long)total);
  return 0;
}

int main(int count, char **words) {
  if (count < 2) return fprintf(stderr, "usage: jobs FONT\n"), 2;
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.timing = 0;
  config.jobs = 2;
  config.progress = show;
  haforu_engine *engine;
  if (haforu_engine_create(&config, &engine) != HAFORU_OK) return 1;

  /* One job: its line, or the error line. */
  char job[1024];
  const char *line;
  snprintf(job, sizeof job, "{\"id\":\"one\",\"font\":{\"path\":\"%s\",\"size\":32},\"text\":{\"content\":\"Hello\"},\"rendering\":{\"format\":\"metrics\",\"width\":120,\"height\":48}}", words[1]);
  haforu_code code = haforu_job(engine, job, HAFORU_NUL_TERMINATED, &line, NULL);
  printf("%s: %s\n", haforu_error_name(code), line);
  if (haforu_job(engine, "{\"id\":\"bad\",\"font\":{\"path\":\"a.ttf\",\"size\":-1}}", HAFORU_NUL_TERMINATED, &line, NULL) != HAFORU_INVALID_JOB) code = HAFORU_INTERNAL;
  printf("%s\n", line);

  /* A hundred as JSON Lines, over two threads. */
  char *text = malloc(100 * 400), *at = text;
  if (text == NULL) return 1;
  for (int i = 0; i < 100; i++)
    at += sprintf(at, "{\"id\":\"%d\",\"font\":{\"path\":\"%s\",\"size\":%d,\"variations\":{\"wght\":%d}},\"text\":{\"content\":\"Hello\"},\"rendering\":{\"format\":\"metrics\",\"width\":200,\"height\":90}}\n", i, words[1], 10 + i % 60,
                  200 + i * 7);
  if (code == HAFORU_OK) code = haforu_batch(engine, text, HAFORU_NUL_TERMINATED, print_line, NULL);
  free(text);
  haforu_engine_release(engine);
  return code;
}
