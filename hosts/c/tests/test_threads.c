/* Threads: a hundred at once with shared fonts, one engine wanted by two, cancelling from another thread, batches. Ends with a check that nothing is left. */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#ifndef THREADS
#define THREADS 100
#endif

static haforu_font *shared;
static haforu_session_options shared_options;
static char expected[65];
static pthread_barrier_t together;

static void *draw(void *unused) {
  (void)unused;
  pthread_barrier_wait(&together);
  haforu_engine *engine = engine_or_stop(NULL);
  haforu_session *session = NULL;
  CHECK_OK(haforu_session_create(engine, shared, &shared_options, &session));
  for (int i = 0; i < 5; i++) {
    char hash[65];
    CHECK_OK(haforu_hash(session, "Threads", 7, hash));
    CHECK(strcmp(hash, expected) == 0);
  }
  const char *line;
  CHECK_OK(haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  /* Its own last error. */
  CHECK(haforu_has_error() == HAFORU_OK);
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_ping(NULL));
  CHECK_OK(haforu_font_retain(shared));
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_font_release(shared));
  CHECK_OK(haforu_engine_release(engine));
  return NULL;
}

static void a_hundred(haforu_engine *engine) {
  static pthread_t threads[THREADS];
  shared = font_or_stop(engine, FONT_VARIABLE);
  shared_options = options_at(30, 160, 40);
  haforu_session *session;
  CHECK_OK(haforu_session_create(engine, shared, &shared_options, &session));
  CHECK_OK(haforu_hash(session, "Threads", 7, expected));
  pthread_barrier_init(&together, NULL, THREADS);
  for (int i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, draw, NULL) != 0) {
      fprintf(stderr, "no thread %d\n", i);
      exit(1);
    }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&together);
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_font_release(shared));
}

/* --- one engine, two threads ---------------------------------------------------------------------------------------------------- */

static haforu_engine *wanted;
static haforu_session *wanted_session;
static atomic_int served, turned_away;

static void *want(void *unused) {
  (void)unused;
  haforu_metrics m = {.size = sizeof m};
  for (int i = 0; i < 2000; i++) {
    const haforu_code code = haforu_measure(wanted_session, "a", 1, &m);
    if (code == HAFORU_OK)
      atomic_fetch_add(&served, 1);
    else {
      CHECK(code == HAFORU_INVALID_ARGUMENT);
      atomic_fetch_add(&turned_away, 1);
    }
  }
  /* A session made and released while the other thread works. */
  haforu_session *mine;
  haforu_font *font = NULL;
  while (haforu_font_from_file(wanted, FONT_STATIC, 0, &font) != HAFORU_OK) usleep(10);
  while (haforu_session_create(wanted, font, &shared_options, &mine) != HAFORU_OK) usleep(10);
  CHECK_OK(haforu_session_release(mine));
  CHECK_OK(haforu_font_release(font));
  return NULL;
}

static void one_for_two(void) {
  wanted = engine_or_stop(NULL);
  haforu_font *font = font_or_stop(wanted, FONT_STATIC);
  shared_options = options_at(20, 50, 30);
  CHECK_OK(haforu_session_create(wanted, font, &shared_options, &wanted_session));
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, want, NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  CHECK(atomic_load(&served) > 0 && atomic_load(&served) + atomic_load(&turned_away) == 8000);
  CHECK_OK(haforu_session_release(wanted_session));
  CHECK_OK(haforu_font_release(font));
  CHECK_OK(haforu_engine_release(wanted));
}

/* --- cancelling ---------------------------------------------------------------------------------------------------------------- */

static void *cancel_soon(void *engine) {
  usleep(20000);
  CHECK_OK(haforu_engine_cancel(engine));
  return NULL;
}

static void cancelling(void) {
  haforu_engine *engine = engine_or_stop(NULL);
  haforu_font *font = font_or_stop(engine, FONT_VARIABLE);
  haforu_session_options o = options_at(400, 3000, 900);
  haforu_session *session;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  enum { POINTS = 200000 };
  float *points = malloc(POINTS * sizeof *points);
  haforu_metrics *out = malloc(POINTS * sizeof *out);
  for (int i = 0; i < POINTS; i++) points[i] = 200 + (float)(i % 700);
  pthread_t other;
  size_t done = 0;
  pthread_create(&other, NULL, cancel_soon, engine);
  out->size = sizeof *out;
  /* It would take seconds. */
  CHECK_CODE(HAFORU_CANCELLED, haforu_sweep(session, "Cancelled", 9, points, POINTS, out, &done));
  pthread_join(other, NULL);
  CHECK(done < POINTS);
  haforu_picture picture;
  CHECK_CODE(HAFORU_CANCELLED, haforu_render(session, "a", 1, &picture));
  const char *line;
  CHECK_CODE(HAFORU_CANCELLED, haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK(strstr(line, "\"cancelled\"") != NULL);
  CHECK_OK(haforu_engine_resume(engine));
  CHECK_OK(haforu_render(session, "a", 1, &picture));
  CHECK_OK(haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  free(points);
  free(out);
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_font_release(font));
  CHECK_OK(haforu_engine_release(engine));
}

/* --- batches -------------------------------------------------------------------------------------------------------------------- */

enum { LINES = 300 };
typedef struct gathered {
  char *lines[LINES];
  uint64_t next;
  int in_order, count, stop_at;
} gathered;

static int gather(void *user, uint64_t index, const char *line, size_t bytes) {
  gathered *g = user;
  CHECK(index < LINES && strlen(line) == bytes);
  if (g->in_order) CHECK(index == g->next++);
  CHECK(g->lines[index] == NULL);
  g->lines[index] = malloc(bytes + 1);
  memcpy(g->lines[index], line, bytes + 1);
  return ++g->count == g->stop_at;
}

static void forget(gathered *g) {
  for (int i = 0; i < LINES; i++) free(g->lines[i]);
  memset(g, 0, sizeof *g);
}

static uint64_t last_done, last_total;
static int stop_progress_at;
static int progress(void *user, uint64_t done, uint64_t total) {
  CHECK(user == &last_done && done == last_done + 1);
  last_done = done;
  last_total = total;
  return stop_progress_at > 0 && (int)done >= stop_progress_at;
}

static char *make_lines(void) {
  char *text = malloc(LINES * 400), *at = text;
  for (int i = 0; i < LINES; i++) {
    if (i == 7)
      at += sprintf(at, "not json\n");
    else if (i == 9)
      at += sprintf(at, "\n  \n{\"id\":\"missing\",\"font\":{\"path\":\"no/such.ttf\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}\r\n");
    else
      at += sprintf(at, "{\"id\":\"%d\",\"font\":{\"path\":\"%s\",\"size\":%d},\"text\":{\"content\":\"Batch %d\"},\"rendering\":{\"format\":\"metrics\",\"width\":200,\"height\":50,\"include\":[\"metrics\",\"hash\"]}}%s", i,
                    i % 3 == 0 ? FONT_VARIABLE : FONT_STATIC, 10 + i % 30, i, i == LINES - 1 ? "" : "\n");
  }
  return text;
}

static void batches(void) {
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.timing = 0;
  config.jobs = 1;
  config.progress = progress;
  config.progress_user = &last_done;
  char *text = make_lines();
  static gathered one, many;
  haforu_engine *engine = engine_or_stop(&config);
  one.in_order = 1;
  CHECK_OK(haforu_batch(engine, text, HAFORU_NUL_TERMINATED, gather, &one));
  CHECK(one.count == LINES && last_done == LINES && last_total == LINES);
  CHECK(strstr(one.lines[7], "\"line\":8") != NULL && strstr(one.lines[9], "font_not_found") != NULL);
  static const char *const threads[] = {"2", "4", "13"};
  for (int t = 0; t < 3; t++)
    for (int in_order = 0; in_order < 2; in_order++) {
      CHECK_OK(haforu_engine_set(engine, "jobs", threads[t]));
      CHECK_OK(haforu_engine_set(engine, "order", in_order ? "input" : "completion"));
      many.in_order = in_order;
      last_done = 0;
      CHECK_OK(haforu_batch(engine, text, HAFORU_NUL_TERMINATED, gather, &many));
      CHECK(many.count == LINES);
      for (int i = 0; i < LINES; i++) CHECK(many.lines[i] != NULL && strcmp(one.lines[i], many.lines[i]) == 0);
      forget(&many);
    }
  /* Stopped by the sink, by the progress function, by another thread. */
  many.stop_at = 5;
  last_done = 0;
  CHECK_CODE(HAFORU_CANCELLED, haforu_batch(engine, text, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 5);
  forget(&many);
  stop_progress_at = 6;
  last_done = 0;
  CHECK_CODE(HAFORU_CANCELLED, haforu_batch(engine, text, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 6);
  stop_progress_at = 0;
  forget(&many);
  CHECK_OK(haforu_engine_cancel(engine));
  last_done = 0;
  CHECK_CODE(HAFORU_CANCELLED, haforu_batch(engine, text, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK_OK(haforu_engine_resume(engine));
  forget(&many);
  /* A document: its config holds within the engine's; errors of the whole. */
  static const char document[] = "{\"version\":\"1.0\",\"config\":{\"jobs\":2,\"timing\":true},\"jobs\":[" JOB "," JOB "]}";
  last_done = 0;
  CHECK_OK(haforu_batch(engine, document, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 2 && strstr(many.lines[0], "\"timing\"") == NULL);
  forget(&many);
  last_done = 0;
  CHECK_CODE(HAFORU_INVALID_JOB, haforu_batch(engine, "{\"version\":\"1.0\",\"jobs\":[]}", HAFORU_NUL_TERMINATED, gather, &many));
  CHECK_CODE(HAFORU_INVALID_JOB, haforu_batch(engine, "", 0, gather, &many));
  CHECK_CODE(HAFORU_INVALID_JOB, haforu_batch(engine, " \n\t\n", 4, gather, &many));
  CHECK(many.count == 0);
  /* A name for a font holds in each thread's engine; a byte order mark is passed over; 0 threads: as many as there are processors. */
  haforu_font *named = font_or_stop(engine, FONT_VARIABLE);
  CHECK_OK(haforu_engine_name_font(engine, "mine", named));
  CHECK_OK(haforu_engine_set(engine, "jobs", "0"));
  static const char mine[] =
      "\xef\xbb\xbf{\"id\":\"1\",\"font\":{\"path\":\"mine\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}\n"
      "{\"id\":\"2\",\"font\":{\"path\":\"mine\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}\n";
  last_done = 0;
  CHECK_OK(haforu_batch(engine, mine, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 2 && strstr(many.lines[0], "\"success\"") != NULL && strstr(many.lines[1], "\"success\"") != NULL);
  forget(&many);
  /* The name keeps the font: its owner may go, before a batch and before the engine has it. */
  CHECK_OK(haforu_font_release(named));
  last_done = 0;
  CHECK_OK(haforu_batch(engine, mine, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 2 && strstr(many.lines[0], "\"success\"") != NULL && strstr(many.lines[1], "\"success\"") != NULL);
  forget(&many);
  const char *line;
  haforu_engine *fresh = engine_or_stop(NULL);
  named = font_or_stop(fresh, FONT_STATIC);
  CHECK_OK(haforu_engine_name_font(fresh, "mine", named));
  CHECK_OK(haforu_font_release(named));
  CHECK_CODE(HAFORU_INVALID_HANDLE, haforu_engine_name_font(fresh, "other", named));
  CHECK_OK(haforu_job(fresh, "{\"id\":\"1\",\"font\":{\"path\":\"mine\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}", HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK_OK(haforu_engine_release(fresh));
  CHECK_OK(haforu_engine_name_font(engine, "mine", NULL));
  /* A line over the limit is answered, and the others too. */
  char *longest = malloc((size_t)HAFORU_LIMIT_LINE_BYTES + sizeof JOB + 16);
  memset(longest, ' ', (size_t)HAFORU_LIMIT_LINE_BYTES + 1);
  memcpy(longest, "{\"id\":\"long\",", 13);
  strcpy(longest + HAFORU_LIMIT_LINE_BYTES + 1, "\n" JOB);
  last_done = 0;
  CHECK_OK(haforu_engine_set(engine, "order", "input"));
  CHECK_OK(haforu_batch(engine, longest, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 2 && strstr(many.lines[0], "\"line_too_long\"") != NULL && strstr(many.lines[1], "\"success\"") != NULL);
  forget(&many);
  free(longest);
  /* A time limit: a job that takes minutes is answered, and the batch goes on. The other one takes a millisecond: the limit is long for machines that are busy. */
  static char slow[4096];
  snprintf(slow, sizeof slow,
           "{\"id\":\"slow\",\"font\":{\"path\":\"" FONT_VARIABLE
           "\",\"size\":2000},\"text\":{\"content\":\"Slow\"},\"sweep\":{\"width\":8000,\"height\":3000,\"grid\":{\"wght\":{\"min\":200,\"max\":900,\"steps\":60000}}}}\n" JOB "\n");
  CHECK_OK(haforu_engine_set(engine, "timeout_ms", "1500"));
  CHECK_OK(haforu_engine_set(engine, "jobs", "1"));
  CHECK_OK(haforu_engine_set(engine, "order", "input"));
  last_done = 0;
  CHECK_OK(haforu_batch(engine, slow, HAFORU_NUL_TERMINATED, gather, &many));
  CHECK(many.count == 2 && strstr(many.lines[0], "\"timeout\"") != NULL && strstr(many.lines[1], "\"success\"") != NULL);
  if (many.lines[1] != NULL && strstr(many.lines[1], "success") == NULL) fprintf(stderr, "  %s\n", many.lines[1]);
  forget(&many);
  forget(&one);
  free(text);
  CHECK_OK(haforu_engine_release(engine));
}

/* --- a document from elsewhere --------------------------------------------------------------------------------------------------- */

static atomic_int engines_of_batch;
static void count_engines(void *user, int level, const char *message) {
  (void)user;
  (void)level;
  if (strstr(message, "an engine was made") != NULL) atomic_fetch_add(&engines_of_batch, 1);
}

/* What a program has set holds: a document may ask for less. */
static void documents_within_engines(void) {
  haforu_config config;
  static gathered lines;
  haforu_config_init(&config, sizeof config);
  config.timing = 0;
  config.jobs = 2;
  config.strict = 1;
  config.base_dir = "node_modules/source-sans-pro";
  config.log = count_engines;
  haforu_engine *engine = engine_or_stop(&config);
#define WARNED "{\"id\":\"w\",\"font\":{\"path\":\"VAR/SourceSansVariable-Roman.ttf\",\"size\":9,\"variations\":{\"XXXX\":5}},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}"
#define OUTSIDE "{\"id\":\"o\",\"font\":{\"path\":\"../@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}"
  atomic_store(&engines_of_batch, 0);
  CHECK_OK(haforu_batch(engine, "{\"config\":{\"base_dir\":\"/\",\"jobs\":256,\"strict\":false,\"timing\":true,\"font_cache\":1099511627776,\"order\":\"input\"},\"jobs\":[" OUTSIDE "," WARNED "," OUTSIDE "," WARNED "," OUTSIDE "]}",
                        HAFORU_NUL_TERMINATED, gather, &lines));
  CHECK(lines.count == 5 && atomic_load(&engines_of_batch) == 2);
  for (int i = 0; i < 5; i++) CHECK(strstr(lines.lines[i], i % 2 == 0 ? "\"path_forbidden\"" : "\"strict_warning\"") != NULL && strstr(lines.lines[i], "\"timing\"") == NULL);
  forget(&lines);
  atomic_store(&engines_of_batch, 0);
  CHECK_OK(haforu_batch(engine, "{\"config\":{\"jobs\":1},\"jobs\":[" OUTSIDE "," WARNED "]}", HAFORU_NUL_TERMINATED, gather, &lines));
  CHECK(lines.count == 2 && atomic_load(&engines_of_batch) == 1);
  forget(&lines);
  CHECK_OK(haforu_engine_release(engine));
  /* Without a folder of its own the engine takes the document's, which must be there. */
  haforu_config_init(&config, sizeof config);
  config.jobs = 1;
  engine = engine_or_stop(&config);
  CHECK_OK(haforu_batch(engine, "{\"config\":{\"base_dir\":\"node_modules/source-sans-pro\",\"strict\":true},\"jobs\":[" OUTSIDE "," WARNED "]}", HAFORU_NUL_TERMINATED, gather, &lines));
  CHECK(lines.count == 2 && strstr(lines.lines[0], "\"path_forbidden\"") != NULL && strstr(lines.lines[1], "\"strict_warning\"") != NULL);
  forget(&lines);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_batch(engine, "{\"config\":{\"base_dir\":\"no/such/folder\"},\"jobs\":[" WARNED "]}", HAFORU_NUL_TERMINATED, gather, &lines));
  CHECK(lines.count == 0);
  CHECK_OK(haforu_engine_release(engine));
}

/* --- the time limit while the sink takes its time ----------------------------------------------------------------------------------- */

static atomic_int third_job_began;
static void see_third(void *user, int level, const char *message) {
  (void)user;
  (void)level;
  if (strstr(message, FONT_ARABIC) != NULL) atomic_store(&third_job_began, 1);
}

/* Stays with the first line until the third job is at work: the second one takes minutes, but for its limit. */
static int slow_sink(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)bytes;
  int *count = user;
  for (int i = 0; index == 0 && i < 3000 && atomic_load(&third_job_began) == 0; i++) usleep(10000);
  CHECK(atomic_load(&third_job_began) == 1);
  if (index == 1) CHECK(strstr(line, "\"timeout\"") != NULL);
  ++*count;
  return 0;
}

static void limits_while_the_sink_works(void) {
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.jobs = 1;
  config.timeout_ms = 1500;
  config.log = see_third;
  haforu_engine *engine = engine_or_stop(&config);
  static const char lines[] = JOB "\n{\"id\":\"slow\",\"font\":{\"path\":\"" FONT_VARIABLE
                                  "\",\"size\":2000},\"text\":{\"content\":\"Slow\"},\"sweep\":{\"width\":8000,\"height\":3000,\"grid\":{\"wght\":{\"min\":200,\"max\":900,\"steps\":60000}}}}\n"
                                  "{\"id\":\"third\",\"font\":{\"path\":\"" FONT_ARABIC "\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}\n";
  int count = 0;
  CHECK_OK(haforu_batch(engine, lines, HAFORU_NUL_TERMINATED, slow_sink, &count));
  CHECK(count == 3 && atomic_load(&third_job_began) == 1);
  CHECK_OK(haforu_engine_release(engine));
}

int main(void) {
  haforu_engine *engine = engine_or_stop(NULL);
  a_hundred(engine);
  CHECK_OK(haforu_engine_release(engine));
  one_for_two();
  cancelling();
  batches();
  documents_within_engines();
  limits_while_the_sink_works();
  return checks_end();
}
