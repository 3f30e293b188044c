/* Configurations: defaults, values by key with what is wrong named, JSON in and out, files, a struct that has grown; messages in another language; the allocator; log and progress. */
#include "check.h"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

static char text[4096];
static size_t needed;

static void refused(haforu_config *config, const char *key, const char *value, const char *field) {
  haforu_error_info error;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_set(config, key, value));
  haforu_last_error(&error);
  char details[64];
  snprintf(details, sizeof details, "{\"field\":\"%s\"}", field);
  CHECK(strcmp(error.details, details) == 0);
  CHECK(strstr(error.message, "expected") != NULL);
}

static void keys(void) {
  haforu_config config;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_init(NULL, sizeof config));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_init(&config, 3));
  CHECK_OK(haforu_config_init(&config, sizeof config));
  CHECK(config.font_cache == 536870912 && config.max_fonts == 512 && config.timing == 1 && config.strict == 0 && config.base_dir == NULL);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_set(NULL, "strict", "true"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_set(&config, NULL, "true"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_set(&config, "strict", NULL));
  refused(&config, "colour", "red", "key");
  refused(&config, "font_cache", "1024", "font_cache");
  refused(&config, "font_cache", "1e20", "font_cache");
  refused(&config, "font_cache", "12 MB", "font_cache");
  refused(&config, "max_fonts", "0", "max_fonts");
  refused(&config, "max_fonts", "1.5", "max_fonts");
  refused(&config, "max_fonts", "", "max_fonts");
  refused(&config, "jobs", "257", "jobs");
  refused(&config, "jobs", "-1", "jobs");
  refused(&config, "order", "random", "order");
  refused(&config, "strict", "yes", "strict");
  refused(&config, "timing", "2", "timing");
  refused(&config, "base_dir", "", "base_dir");
  CHECK_OK(haforu_config_set(&config, "font_cache", "1048576"));
  CHECK_OK(haforu_config_set(&config, "font_cache", "1099511627776"));
  CHECK(config.font_cache == UINT64_C(1099511627776));
  CHECK_OK(haforu_config_set(&config, "order", "completion"));
  CHECK_OK(haforu_config_set(&config, "strict", "1"));
  CHECK_OK(haforu_config_set(&config, "timing", "false"));
  CHECK_OK(haforu_config_set(&config, "base_dir", "fonts \"x\"\\"));
  CHECK_OK(haforu_config_set(&config, "base_dir", "node_modules"));
  CHECK(config.strict == 1 && config.timing == 0 && config.order == HAFORU_ORDER_COMPLETION && strcmp(config.base_dir, "node_modules") == 0);
  CHECK_OK(haforu_config_get(&config, "base_dir", text, sizeof text, NULL));
  CHECK(strcmp(text, "node_modules") == 0);
  CHECK_OK(haforu_config_get(&config, "order", text, sizeof text, &needed));
  CHECK(strcmp(text, "completion") == 0 && needed == 11);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_get(&config, "order", text, 5, &needed));
  CHECK(needed == 11);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_get(&config, "order", NULL, 0, &needed));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_get(&config, "nope", text, sizeof text, NULL));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_get(&config, NULL, text, sizeof text, NULL));
  CHECK_OK(haforu_config_clear(&config));
  CHECK(config.base_dir == NULL && config.timing == 1);
  /* Every key: in, out, in its own field. */
  static const char *const values[][2] = {{"font_cache", "1048577"}, {"max_fonts", "7"}, {"jobs", "9"}, {"order", "completion"}, {"strict", "true"},
                                          {"timing", "false"},       {"timeout_ms", "11"}, {"font_check_ms", "13"}, {"base_dir", "b"}};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    CHECK_OK(haforu_config_set(&config, values[i][0], values[i][1]));
    CHECK_OK(haforu_config_get(&config, values[i][0], text, sizeof text, &needed));
    CHECK(strcmp(text, values[i][1]) == 0 && needed == strlen(text) + 1);
  }
  CHECK(config.font_cache == 1048577 && config.max_fonts == 7 && config.jobs == 9 && config.order == 1 && config.strict == 1 && config.timing == 0 && config.timeout_ms == 11 && config.font_check_ms == 13);
  CHECK_OK(haforu_config_clear(&config));
}

static void json(void) {
  haforu_config config, other;
  haforu_config_init(&config, sizeof config);
  haforu_config_init(&other, sizeof other);
  CHECK_OK(haforu_config_parse(&config, "{ \"font_cache\": 67108864, \"strict\": true, \"order\": \"completion\", \"base_dir\": \"a\\u00e9\\\"b\", \"jobs\": 3 }", HAFORU_NUL_TERMINATED));
  CHECK(config.font_cache == 67108864 && config.strict == 1 && config.jobs == 3 && config.order == 1 && strcmp(config.base_dir, "a\xc3\xa9\"b") == 0);
  /* All or nothing. */
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, "{\"jobs\": 5, \"strict\": 1}", HAFORU_NUL_TERMINATED));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, "{\"jobs\": 5, \"base_dir\": \"x\", \"max_fonts\": \"7\"}", HAFORU_NUL_TERMINATED));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, "{\"jobs\": [5]}", HAFORU_NUL_TERMINATED));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, "{\"colour\": 5}", HAFORU_NUL_TERMINATED));
  CHECK(config.jobs == 3 && strcmp(config.base_dir, "a\xc3\xa9\"b") == 0);
  static const char *const broken[] = {"", "nul", "[1]", "7", "{", "{\"jobs\"}", "{\"jobs\":}", "{jobs:1}", "{\"jobs\":1 \"strict\":true}", "{\"jobs\":01}", "{\"jobs\":+1}", "{\"jobs\":1}}", "{\"jobs\":1", "\"jobs\"",
                                       "{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}"};
  static const char *const nearly[] = {"{\"jobs\":3,}", "{,\"jobs\":5}", "{\"jobs\":5,,\"strict\":true}", "{\"jobs\":5]", "{\"order\":\"in\nput\"}", "{\"order\":\"\\x\"}", "{\"order\":\"\\u12\"}", "{\"jobs\":\"strict\":true}"};
  for (size_t i = 0; i < sizeof nearly / sizeof *nearly; i++) CHECK_CODE(HAFORU_INVALID_JSON, haforu_config_parse(&config, nearly[i], HAFORU_NUL_TERMINATED));
  /* It says where. */
  haforu_error_info error;
  CHECK_CODE(HAFORU_INVALID_JSON, haforu_config_parse(&config, "{\"jobs\": 3,\n  \"base_dir\": \"\xc3\xa9\" \"x\"}", HAFORU_NUL_TERMINATED));
  haforu_last_error(&error);
  CHECK(strstr(error.message, "line 2, column 19 ") != NULL);
  /* A key is compared whole. */
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, "{\"jobs\\u0000x\":5}", HAFORU_NUL_TERMINATED));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, "{\"base_dir\":\"a\\u0000x\"}", HAFORU_NUL_TERMINATED));
  CHECK(config.jobs == 3);
  /* Colons nest in the tokens of the parser below; it must be neither deep nor long in them. */
  enum { COLONS = 300000 };
  char *deep = malloc(COLONS * 3 + 4), *end = deep;
  *end++ = '{';
  for (int i = 0; i < COLONS; i++) end = (char *)memcpy(end, "\"\":", 3) + 3;
  memcpy(end, "1}", 3);
  CHECK_CODE(HAFORU_INVALID_JSON, haforu_config_parse(&config, deep, HAFORU_NUL_TERMINATED));
  free(deep);
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    const haforu_code code = haforu_config_parse(&config, broken[i], HAFORU_NUL_TERMINATED);
    CHECK(code == HAFORU_INVALID_JSON);
    if (code != HAFORU_INVALID_JSON) fprintf(stderr, "  %s gave %s\n", broken[i], haforu_error_name(code));
  }
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_parse(&config, NULL, 5));
  CHECK_OK(haforu_config_parse(&other, "{\"base_dir\":\"\\u20ac \\ud83d\\ude00 \\ud83d.\",\"font_cache\":1.073741824e9,\"jobs\":20E-1}", HAFORU_NUL_TERMINATED));
  CHECK(strcmp(other.base_dir, "\xe2\x82\xac \xf0\x9f\x98\x80 \xef\xbf\xbd.") == 0 && other.font_cache == 1073741824 && other.jobs == 2);
  /* Out and in again: the same. */
  CHECK_OK(haforu_config_json(&config, text, sizeof text, &needed));
  CHECK(needed == strlen(text) + 1);
  CHECK_OK(haforu_config_parse(&other, text, HAFORU_NUL_TERMINATED));
  CHECK(other.font_cache == config.font_cache && other.jobs == 3 && strcmp(other.base_dir, config.base_dir) == 0);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_json(&config, text, 10, &needed));
  /* Files. */
  char path[] = "/tmp/haforu-config-XXXXXX";
  const char *folder = getenv("TMPDIR");
  char file[512];
  snprintf(file, sizeof file, "%s/haforu-config-%p.json", folder == NULL ? "/tmp" : folder, (void *)path);
  CHECK_OK(haforu_config_save(&config, file));
  CHECK_OK(haforu_config_clear(&other));
  CHECK_OK(haforu_config_load(&other, file));
  CHECK(other.jobs == 3 && other.strict == 1);
  remove(file);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_load(&other, file));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_load(&other, NULL));
  CHECK_CODE(HAFORU_OUTPUT_FAILED, haforu_config_save(&config, "no/such/folder/config.json"));
#ifndef _WIN32
  /* A fifo or device is written to, not replaced by a file. */
  char fifo[4096];
  snprintf(fifo, sizeof fifo, "%s.fifo", file);
  CHECK(mkfifo(fifo, 0600) == 0);
  const int reader = open(fifo, O_RDWR | O_NONBLOCK);
  CHECK_OK(haforu_config_save(&config, fifo));
  struct stat found;
  CHECK(stat(fifo, &found) == 0 && S_ISFIFO(found.st_mode));
  char first = 0;
  CHECK(read(reader, &first, 1) == 1 && first == '{');
  close(reader);
  remove(fifo);
#endif
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_save(&config, ""));
  CHECK_OK(haforu_config_clear(&config));
  CHECK_OK(haforu_config_clear(&other));
}

/* A program of a later version, whose config is longer. */
static void a_longer_config(void) {
  struct {
    haforu_config config;
    uint64_t more[4];
  } later;
  CHECK_OK(haforu_config_init(&later.config, sizeof later));
  CHECK(later.config.size == sizeof later);
  haforu_engine *engine = NULL;
  CHECK_OK(haforu_engine_create(&later.config, &engine));
  CHECK_OK(haforu_engine_release(engine));
  haforu_config bad;
  haforu_config_init(&bad, sizeof bad);
  bad.max_fonts = 0;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_create(&bad, &engine));
  CHECK(engine == NULL);
  bad.size = 16;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_create(&bad, &engine));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_config_set(&bad, "jobs", "1"));
}

/* --- what an engine does with it ---------------------------------------------------------------------------------------------- */

static void settings_of_engines(void) {
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.timing = 0;
  haforu_engine *engine = engine_or_stop(&config);
  const char *line;
  CHECK_OK(haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK(strstr(line, "\"timing\"") == NULL);
  CHECK_OK(haforu_engine_set(engine, "timing", "true"));
  CHECK_OK(haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK(strstr(line, "\"timing\"") != NULL);
  static const char warned[] = "{\"id\":\"w\",\"font\":{\"path\":\"" FONT_STATIC "\",\"size\":24,\"variations\":{\"wght\":5}},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}";
  CHECK_OK(haforu_job(engine, warned, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK_OK(haforu_engine_set(engine, "strict", "true"));
  CHECK_CODE(HAFORU_STRICT_WARNING, haforu_job(engine, warned, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK(strstr(line, "\"status\":\"error\"") != NULL);
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_set(engine, "base_dir", "x"));
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_set(engine, "font_cache", "5"));
  CHECK_OK(haforu_engine_release(engine));

  /* A base folder: what lies outside is forbidden, for jobs, fonts and pictures. */
  CHECK_OK(haforu_config_set(&config, "base_dir", "node_modules"));
  engine = engine_or_stop(&config);
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_job(engine, "{\"id\":\"a\",\"font\":{\"path\":\"../package.json\",\"size\":9},\"text\":{\"content\":\"a\"},\"rendering\":{\"format\":\"metrics\",\"width\":9,\"height\":9}}", HAFORU_NUL_TERMINATED, &line, NULL));
  haforu_font *font;
  haforu_picture picture;
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_font_from_file(engine, "../package.json", 0, &font));
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_font_from_file(engine, "/etc/hostname", 0, &font));
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_font_from_file(engine, "../no-such-file", 0, &font));
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_font_from_file(engine, "no-such-file", 0, &font));
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_picture_load(engine, "../package.json", &picture));
  CHECK_OK(haforu_font_from_file(engine, "source-sans-pro/VAR/SourceSansVariable-Roman.ttf", 0, &font));
  CHECK_OK(haforu_font_release(font));
  CHECK_OK(haforu_engine_release(engine));
  CHECK_OK(haforu_config_clear(&config));
}

#ifndef _WIN32
/* A folder is settled when the engine is made: neither the process' folder nor a link that changes moves it. */
static void base_folders(void) {
  char folder[256], inside[300], link[300], here[4096];
  const char *temporary = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/haforu-base-XXXXXX", temporary == NULL ? "/tmp" : temporary);
  CHECK(mkdtemp(folder) != NULL && getcwd(here, sizeof here) != NULL);
  snprintf(inside, sizeof inside, "%s/a", folder);
  snprintf(link, sizeof link, "%s/link", folder);
  CHECK(mkdir(inside, 0700) == 0 && symlink("a", link) == 0);
  haforu_config config;
  haforu_error_info error;
  haforu_engine *engine;
  haforu_font *font;
  haforu_config_init(&config, sizeof config);
  static const char *const missing[] = {"no/such/folder", "package.json"};
  for (int i = 0; i < 2; i++) {
    config.base_dir = missing[i];
    CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_create(&config, &engine));
    haforu_last_error(&error);
    CHECK(engine == NULL && strcmp(error.details, "{\"field\":\"base_dir\"}") == 0);
  }
  config.base_dir = "node_modules";
  engine = engine_or_stop(&config);
  CHECK(chdir(inside) == 0);
  CHECK_OK(haforu_font_from_file(engine, "source-sans-pro/VAR/SourceSansVariable-Roman.ttf", 0, &font));
  CHECK_OK(haforu_font_release(font));
  CHECK(chdir(here) == 0);
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_font_from_file(engine, "../package.json", 0, &font));
  haforu_last_error(&error);
  CHECK(strstr(error.message, "it does not lie under the base directory, ") != NULL && strstr(error.message, "--") == NULL);
  CHECK_OK(haforu_engine_release(engine));
  config.base_dir = link;
  engine = engine_or_stop(&config);
  CHECK(unlink(link) == 0 && symlink("/", link) == 0);
  CHECK_CODE(HAFORU_PATH_FORBIDDEN, haforu_font_from_file(engine, "/etc/hostname", 0, &font));
  CHECK_OK(haforu_engine_release(engine));
  CHECK(unlink(link) == 0 && rmdir(inside) == 0 && rmdir(folder) == 0);
  /* What the system says of a file that cannot be opened. */
  engine = engine_or_stop(NULL);
  struct rlimit before, few;
  CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
  few = before;
  few.rlim_cur = 0;
  CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
  CHECK_CODE(HAFORU_FONT_UNREADABLE, haforu_font_from_file(engine, FONT_STATIC, 0, &font));
  CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
  haforu_last_error(&error);
  CHECK(strstr(error.message, "EMFILE: too many open files, open '") != NULL);
  CHECK_OK(haforu_engine_release(engine));
}
#endif

static void messages(void) {
  const char *table[HAFORU_INVALID_ARGUMENT + 1] = {NULL};
  table[HAFORU_FONT_NOT_FOUND] = "Die Schrift fehlt.";
  haforu_config config;
  haforu_error_info error;
  haforu_font *font;
  haforu_config_init(&config, sizeof config);
  config.messages = table;
  config.message_count = sizeof table / sizeof *table;
  haforu_engine *engine = engine_or_stop(&config);
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_font_from_file(engine, "no/such.ttf", 0, &font));
  haforu_last_error(&error);
  CHECK(strcmp(error.message, "Die Schrift fehlt.") == 0 && strcmp(error.name, "font_not_found") == 0 && strcmp(error.details, "{\"field\":\"path\"}") == 0);
  /* What has no entry keeps its words. */
  CHECK_CODE(HAFORU_FONT_INVALID, haforu_font_from_memory(engine, "abcd", 4, 0, &font));
  haforu_last_error(&error);
  CHECK(strlen(error.message) > 10);
  CHECK_OK(haforu_engine_set_messages(engine, NULL, 0));
  CHECK_CODE(HAFORU_FONT_NOT_FOUND, haforu_font_from_file(engine, "no/such.ttf", 0, &font));
  haforu_last_error(&error);
  CHECK(strstr(error.message, "no/such.ttf") != NULL);
  /* Errors of jobs: a message of the engine, its error object as details. */
  const char *line;
  CHECK_CODE(HAFORU_INVALID_JOB, haforu_job(engine, "{\"id\":\"x\",\"font\":{\"path\":\"a\",\"size\":-1}}", HAFORU_NUL_TERMINATED, &line, NULL));
  haforu_last_error(&error);
  CHECK(strstr(error.details, "\"problems\"") != NULL || strstr(error.details, "\"field\"") != NULL);
  CHECK(strlen(error.message) > 10);
  CHECK_OK(haforu_engine_release(engine));
}

/* Threads of a batch allocate too. */
static atomic_int blocks, most_blocks, calls_left = -1;
static void *allocate(void *user, size_t bytes) {
  (void)user;
  int left = atomic_load(&calls_left);
  while (left > 0 && !atomic_compare_exchange_weak(&calls_left, &left, left - 1)) {
  }
  if (left == 0) return NULL;
  const int now = atomic_fetch_add(&blocks, 1) + 1;
  if (now > atomic_load(&most_blocks)) atomic_store(&most_blocks, now);
  return malloc(bytes);
}
static void give_back(void *user, void *memory) {
  (void)user;
  blocks--;
  free(memory);
}

static atomic_int logged;
static void note(void *user, int level, const char *message) {
  (void)level;
  CHECK(user == &logged && message[0] != '\0');
  logged++;
}

static int flushes(void *user, const haforu_flush *flush) {
  (void)user;
  (void)flush;
  return 0;
}

static int lines_of_batch(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)user;
  CHECK(index < 2 && line != NULL && strlen(line) == bytes && bytes > 0);
  return 0;
}

/* All that a program may do, once, however early memory ends. Gives how far it came: 0 all of it. */
static int everything(haforu_config *config) {
  haforu_engine *engine = NULL;
  haforu_font *font = NULL;
  haforu_session *session = NULL;
  haforu_stream *stream = NULL;
  haforu_picture picture;
  const char *line;
  const haforu_box *boxes;
  size_t count;
  haforu_session_options o = options_at(20, 60, 30);
  o.features = "kern";
  o.language = "en";
  int step = 1;
  if (haforu_engine_create(config, &engine) == HAFORU_OK && ++step && haforu_font_from_file(engine, FONT_VARIABLE, 0, &font) == HAFORU_OK && ++step &&
      haforu_session_create(engine, font, &o, &session) == HAFORU_OK && ++step && haforu_render(session, "abc", 3, &picture) == HAFORU_OK && ++step &&
      haforu_boxes(session, "abc", 3, &boxes, &count) == HAFORU_OK && ++step && haforu_stream_open(session, NULL, flushes, NULL, &stream) == HAFORU_OK && ++step &&
      haforu_stream_push(stream, "abc", 3) == HAFORU_OK && haforu_stream_end(stream) == HAFORU_OK && ++step && haforu_engine_name_font(engine, "n", font) == HAFORU_OK && ++step &&
      haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL) == HAFORU_OK && ++step && haforu_batch(engine, JOB "\n" JOB "\n", HAFORU_NUL_TERMINATED, lines_of_batch, NULL) == HAFORU_OK)
    step = 0;
  else
    CHECK_CODE(HAFORU_OUT_OF_MEMORY, haforu_has_error());
  if (stream != NULL) CHECK_OK(haforu_stream_release(stream));
  if (session != NULL) CHECK_OK(haforu_session_release(session));
  if (font != NULL) CHECK_OK(haforu_font_release(font));
  if (engine != NULL) CHECK_OK(haforu_engine_release(engine));
  return step;
}

static void the_allocator(void) {
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.allocator.allocate = allocate;
  haforu_engine *engine = NULL;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_create(&config, &engine));
  config.allocator.release = give_back;
  config.log = note;
  config.log_user = &logged;
  CHECK(everything(&config) == 0);
  CHECK(most_blocks > 5 && blocks == 0 && logged > 0);
  /* Memory that ends after every number of blocks: an error, and nothing is lost. */
  int failed = 0;
  for (int limit = 0; limit < 200; limit++) {
    calls_left = limit;
    const int step = everything(&config);
    CHECK(blocks == 0);
    if (step == 0) break;
    failed++;
  }
  CHECK(failed > 5 && failed < 199);
  calls_left = -1;
}

static void statistics(void) {
  haforu_engine *engine = engine_or_stop(NULL);
  haforu_font *font = font_or_stop(engine, FONT_VARIABLE);
  haforu_memory before = {.size = sizeof before}, after = {.size = sizeof after};
  CHECK_OK(haforu_engine_memory(engine, &before));
  CHECK(before.linear_bytes > 1e6 && before.fonts == 1 && before.host_blocks > 0);
  haforu_session_options o = options_at(20, 60, 30);
  haforu_session *session;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  CHECK_OK(haforu_engine_memory(engine, &after));
  CHECK(after.instances == before.instances + 1 && after.host_blocks > before.host_blocks && after.canvas_bytes >= 1800);
  struct {
    size_t size;
    double linear_bytes;
  } short_one = {.size = sizeof short_one};
  CHECK_OK(haforu_engine_memory(engine, (haforu_memory *)(void *)&short_one));
  CHECK(short_one.linear_bytes == after.linear_bytes);
  short_one.size = 2;
  CHECK_CODE(HAFORU_INVALID_ARGUMENT, haforu_engine_memory(engine, (haforu_memory *)(void *)&short_one));
  haforu_leaks leaks = {.size = sizeof leaks};
  CHECK_OK(haforu_leak_check(&leaks));
  CHECK(leaks.engines == 1 && leaks.fonts == 1 && leaks.sessions == 1 && leaks.streams == 0 && leaks.host_blocks > 0);
  const char *version;
  CHECK_OK(haforu_harfbuzz_version(engine, &version));
  CHECK(strchr(version, '.') != NULL);
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_font_release(font));
  CHECK_OK(haforu_engine_release(engine));
}

int main(void) {
  keys();
  json();
  a_longer_config();
  settings_of_engines();
#ifndef _WIN32
  base_folders();
#endif
  messages();
  the_allocator();
  statistics();
  return checks_end();
}
