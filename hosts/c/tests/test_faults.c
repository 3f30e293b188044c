/* Faults, with the library's insides at hand: an engine whose module traps answers engine_fault from then on, others go on, and nothing is lost. With guard pages also what the handler leaves to others. */
#include "../src/internal.h"
#include "check.h"

#ifdef HAFORU_GUARD_PAGES
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

/* Takes the module's memory away behind its first page, so that its next access there traps. */
static void break_engine(haforu_engine *handle) {
  engine_object *engine = handle_pin(KIND_ENGINE, (uintptr_t)handle);
#ifdef HAFORU_GUARD_PAGES
  mprotect(engine->module.w2c_memory.data + 65536, (size_t)engine->module.w2c_memory.size - 65536, PROT_NONE);
  /* The host itself writes there too, outside of calls: only calls without text are made from here on. */
#else
  engine->module.w2c_memory.size = 65536;
#endif
  handle_unpin((uintptr_t)handle);
}

static int count_lines(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)index;
  (void)line;
  (void)bytes;
  ++*(int *)user;
  return 0;
}

static int ignore(void *user, const haforu_flush *flush) {
  (void)user;
  (void)flush;
  return 0;
}

static void a_trap(void) {
  haforu_engine *engine = engine_or_stop(NULL), *other = engine_or_stop(NULL);
  haforu_font *font = font_or_stop(engine, FONT_VARIABLE);
  haforu_session_options o = options_at(30, 90, 40);
  haforu_session *session, *second;
  haforu_stream *stream;
  haforu_memory memory = {.size = sizeof memory};
  const char *line;
  CHECK_OK(haforu_session_create(engine, font, &o, &session));
  CHECK_OK(haforu_stream_open(session, NULL, ignore, NULL, &stream));
  break_engine(engine);
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_engine_memory(engine, &memory));
  haforu_error_info error;
  haforu_last_error(&error);
  CHECK(strstr(error.message, "memory access out of bounds") != NULL);
  /* From then on, from every call of it. */
  haforu_picture picture;
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_engine_ping(engine));
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_render(session, "a", 1, &picture));
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_session_create(engine, font, &o, &second));
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_stream_push(stream, "a", 1));
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  int lines = 0;
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_batch(engine, JOB, HAFORU_NUL_TERMINATED, count_lines, &lines));
  CHECK(lines == 0);
  /* The font's bytes are the host's, the other engine goes on, and what was made can be released. */
  CHECK_OK(haforu_session_create(other, font, &o, &second));
  CHECK_OK(haforu_render(second, "a", 1, &picture));
  CHECK_OK(haforu_stream_release(stream));
  CHECK_OK(haforu_session_release(session));
  CHECK_OK(haforu_engine_release(engine));
  CHECK_OK(haforu_session_release(second));
  CHECK_OK(haforu_font_release(font));
  CHECK_OK(haforu_engine_release(other));
}

/* --- a batch ------------------------------------------------------------------------------------------------------------------- */

static atomic_int engines_made;

/* Called by each engine of the batch when it is made: the first one loses the table of its indirect calls, so that its first job traps. */
static void break_the_first(void *user, int level, const char *message) {
  (void)user;
  (void)level;
  if (strstr(message, "an engine was made") != NULL && atomic_fetch_add(&engines_made, 1) == 1) engine_of_callback()->module.w2c_T0.size = 0, engine_of_callback()->module.w2c_T1.size = 0;
}

typedef struct outcome {
  int lines, faults, successes;
} outcome;

static int count_outcomes(void *user, uint64_t index, const char *line, size_t bytes) {
  (void)index;
  (void)bytes;
  outcome *o = user;
  o->lines++;
  o->faults += strstr(line, "\"engine_fault\"") != NULL && strstr(line, "\"id\":\"a\"") != NULL;
  o->successes += strstr(line, "\"status\":\"success\"") != NULL;
  return 0;
}

/* An engine of a batch that traps costs its job, and nothing else: a fresh one goes on. */
static void a_trap_in_a_batch(void) {
  static const char lines[] = JOB "\n" JOB "\n" JOB "\n" JOB "\n" JOB "\n" JOB "\n";
  haforu_config config;
  haforu_config_init(&config, sizeof config);
  config.log = break_the_first;
  for (uint32_t jobs = 1; jobs <= 2; jobs++) {
    config.jobs = jobs;
    atomic_store(&engines_made, 0);
    haforu_engine *engine = engine_or_stop(&config);
    outcome o = {0, 0, 0};
    CHECK_OK(haforu_batch(engine, lines, HAFORU_NUL_TERMINATED, count_outcomes, &o));
    /* Of two threads the other one may have been quick enough to do all of them. */
    const bool good = o.lines == 6 && o.faults <= 1 && (jobs == 2 || o.faults == 1) && o.successes == 6 - o.faults;
    CHECK(good);
    if (!good) fprintf(stderr, "  %d lines, %d faults, %d successes\n", o.lines, o.faults, o.successes);
    CHECK_OK(haforu_engine_ping(engine));
    CHECK_OK(haforu_engine_release(engine));
  }
}

#ifndef HAFORU_GUARD_PAGES
/* The job at which an engine trapped still has its line. */
static void a_trap_in_a_job(void) {
  haforu_engine *engine = engine_or_stop(NULL);
  const char *line;
  CHECK_OK(haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  break_engine(engine);
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_job(engine, JOB, HAFORU_NUL_TERMINATED, &line, NULL));
  CHECK(strstr(line, "\"id\":\"a\"") != NULL && strstr(line, "\"engine_fault\"") != NULL);
  CHECK_CODE(HAFORU_ENGINE_FAULT, haforu_engine_ping(engine));
  CHECK_OK(haforu_engine_release(engine));
}
#else
/* --- the handler of guard pages ------------------------------------------------------------------------------------------------ */

static sigjmp_buf back;
static volatile sig_atomic_t seen;
static void mine(int number) {
  seen = number;
  siglongjmp(back, 1);
}

/* A fault that is none of an engine's goes to the handler that was there before: here this one. */
static void faults_of_others(void) {
  char *volatile page = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  seen = 0;
  if (sigsetjmp(back, 1) == 0) {
    *(volatile char *)page = 1;
    CHECK(!"a write to a forbidden page went through");
  }
  CHECK(seen == SIGSEGV || seen == SIGBUS);
  munmap(page, 65536);
  /* A second one: the handler is still there. */
  page = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  seen = 0;
  if (sigsetjmp(back, 1) == 0) *(volatile char *)page = 1;
  CHECK(seen != 0);
  munmap(page, 65536);
  /* Without a handler before ours a fault ends the process, as it always did. */
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}
#endif

int main(void) {
#ifdef HAFORU_GUARD_PAGES
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = mine;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
#endif
  for (int i = 0; i < 3; i++) a_trap();
  a_trap_in_a_batch();
#ifdef HAFORU_GUARD_PAGES
  faults_of_others();
  a_trap();
#else
  a_trap_in_a_job();
#endif
  return checks_end();
}
