/* Many jobs over threads: a JobSpec document or JSON Lines in, result lines out to a sink in the calling thread. Each thread has an engine of its own; results wait in a bounded window, so memory does not
 * grow with the input. Knows nothing of what is in a job. */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

/* Jobs that a thread may be ahead of the sink: a slow job in order holds back what others have done. */
#define WINDOW_PER_THREAD 64

typedef struct batch_line {
  size_t start, bytes;
  uint32_t number; /* of the input, from 1 */
} batch_line;

typedef struct batch_result {
  char *line;
  size_t bytes, index;
  bool done;
} batch_result;

typedef struct batch {
  const char *text;
  batch_line *lines;
  size_t count;
  engine_object *engine;
  haforu_config config;
  host_heap heap;
  host_lock *lock;
  /* Behind the lock. */
  batch_result *window; /* in order: of line i at i % window_size; else a ring in order of completion */
  size_t window_size;
  uint64_t next, taken, ended; /* lines handed out; results passed to the sink; results put into the window */
  unsigned running;
  bool stop;
  haforu_code trouble; /* what ended a thread beside a job's error */
  struct worker *workers;
  unsigned threads;
} batch;

typedef struct worker {
  batch *of;
  host_thread *thread;
  engine_object *engine;
  double deadline_ms; /* of the job at hand; 0: none. Behind the lock. */
  bool overdue;
} worker;

/* --- the input ---------------------------------------------------------------------------------------------------------------- */

static bool add_line(const host_heap *heap, host_buffer *lines, size_t start, size_t bytes, uint32_t number) {
  const batch_line line = {start, bytes, number};
  return buffer_append(heap, lines, (const char *)&line, sizeof line);
}

static bool blank(const char *text, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') return false;
  return true;
}

/* Cuts JSON Lines; those without a job are passed over. */
static haforu_code cut_lines(const host_heap *heap, const char *text, size_t bytes, host_buffer *lines) {
  uint32_t number = 1;
  for (size_t at = 0; at < bytes; number++) {
    const char *end = memchr(text + at, '\n', bytes - at);
    const size_t length = end == NULL ? bytes - at : (size_t)(end - text) - at;
    if (!blank(text + at, length) && !add_line(heap, lines, at, length, number)) return fail(HAFORU_OUT_OF_MEMORY, "the batch", NULL, NULL);
    at += length + 1;
  }
  if (lines->bytes == 0) return fail(HAFORU_INVALID_JOB, "text", "jobs", "there is no job; expected a JobSpec document or one job a line");
  return HAFORU_OK;
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* What a document asks for, within what the program has set: it comes from whoever wrote it. Its folder holds where the program has none; strict, or without timing, is either's; of threads, memory and time it
 * may ask for less. */
static haforu_config within(const haforu_config *own, const haforu_config *asked) {
  haforu_config both = *asked;
  if (own->base_dir != NULL) both.base_dir = own->base_dir;
  both.strict = own->strict != 0 || asked->strict != 0;
  both.timing = own->timing != 0 && asked->timing != 0;
  const uint32_t threads = own->jobs != 0 ? own->jobs : processor_count();
  both.jobs = asked->jobs == 0 ? threads : least(asked->jobs, threads);
  both.font_cache = asked->font_cache < own->font_cache ? asked->font_cache : own->font_cache;
  both.max_fonts = least(asked->max_fonts, own->max_fonts);
  both.timeout_ms = asked->timeout_ms == 0 ? own->timeout_ms : own->timeout_ms == 0 ? asked->timeout_ms : least(asked->timeout_ms, own->timeout_ms);
  return both;
}

/* The jobs of a document, and its config within the engine's. */
static haforu_code read_document(engine_object *engine, const char *text, size_t bytes, host_buffer *lines, haforu_config *config) {
  w2c_haforu *module = &engine->module;
  int32_t status, at;
  haforu_code code = jobs_load(engine, text, bytes);
  if (code != HAFORU_OK) return code;
  MODULE_CALL(module, status, hf_document, module, engine->input.at, (uint32_t)bytes);
  if (status == MODULE_TRAPPED) return engine_failed(engine, status, "the engine", NULL);
  if (status < 0) {
    code = engine_take_line(engine);
    return code != HAFORU_OK ? code : fail_line(-status, engine->line.data, engine->line.bytes);
  }
  MODULE_CALL(module, at, hf_document_jobs, module);
  if (at == MODULE_TRAPPED) return engine_failed(engine, at, "the engine", NULL);
  const uint32_t spans = engine_word(engine, (uint32_t)at), count = engine_word(engine, (uint32_t)at + 4);
  const uint8_t *settings;
  size_t setting_bytes;
  if ((uint64_t)spans + (uint64_t)count * 12 > module->w2c_memory.size || !engine_span(engine, (uint32_t)at + 8, &settings, &setting_bytes))
    return fail(HAFORU_INTERNAL, "the engine", NULL, "its answer lies outside of its memory");
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t span = spans + i * 12;
    if (!add_line(&engine->heap, lines, engine_word(engine, span), engine_word(engine, span + 4), engine_word(engine, span + 8))) return fail(HAFORU_OUT_OF_MEMORY, "the batch", NULL, NULL);
  }
  if (setting_bytes == 0) return HAFORU_OK;
  code = haforu_config_parse(config, (const char *)settings, setting_bytes);
  if (code == HAFORU_OK) *config = within(&engine->config, config);
  return code;
}

/* --- workers ------------------------------------------------------------------------------------------------------------------------ */

/* A fresh engine for a worker; false: there is none. */
static bool renew(worker *w) {
  haforu_code code;
  lock_take(w->of->lock);
  engine_object *old = w->engine;
  w->engine = NULL;
  lock_give(w->of->lock);
  if (old != NULL) engine_free(old);
  engine_object *made = engine_new(&w->of->config, &code);
  if (made != NULL && !engine_share_names(w->of->engine, made)) {
    engine_free(made);
    made = NULL;
  }
  lock_take(w->of->lock);
  w->engine = made;
  lock_give(w->of->lock);
  return made != NULL;
}

static void set_deadline(worker *w, bool on) {
  const uint32_t limit = w->of->config.timeout_ms;
  if (limit == 0) return;
  lock_take(w->of->lock);
  w->overdue = false;
  w->deadline_ms = on ? clock_ms() + limit : 0;
  if (!on && w->engine != NULL) {
    atomic_store_explicit((_Atomic uint32_t *)(void *)atomic_load(&w->engine->cancel_word), w->of->stop, memory_order_relaxed);
  }
  lock_give(w->of->lock);
}

/* Runs one line in a worker's engine. The line is then in engine->line. false: not even an error line could be made. */
static bool run_one(worker *w, const batch_line *line) {
  batch *b = w->of;
  const char *text = b->text + line->start;
  const size_t bytes = line->bytes, taken = bytes > HAFORU_LIMIT_LINE_BYTES ? LINE_HEAD_BYTES : bytes;
  char detail[48];
  for (int attempt = 0; attempt < 2; attempt++) {
    engine_object *engine = w->engine;
    const bool used = engine->used;
    if (jobs_load(engine, text, taken) != HAFORU_OK) {
      if (attempt == 1 || !renew(w)) return false;
      continue;
    }
    int32_t status;
    set_deadline(w, true);
    if (taken != bytes) {
      snprintf(detail, sizeof detail, "it has %zu bytes", bytes);
      status = jobs_answer(engine, 0, (uint32_t)taken, line->number, LINE_NUMBERED, HAFORU_LINE_TOO_LONG, detail);
    } else
      status = jobs_run(engine, 0, (uint32_t)taken, line->number, LINE_NUMBERED);
    lock_take(b->lock);
    const bool overdue = w->overdue;
    lock_give(b->lock);
    set_deadline(w, false);
    if (status == MODULE_TRAPPED) {
      /* The message lives in this thread. */
      const char *why = module_trap_text();
      engine_log(engine, HAFORU_LOG_ERROR, "the engine failed on line %u: %s", (unsigned)line->number, why);
      if (!renew(w) || jobs_load(w->engine, text, taken) != HAFORU_OK) return false;
      jobs_answer(w->engine, 0, (uint32_t)taken, line->number, LINE_NUMBERED, HAFORU_ENGINE_FAULT, why);
    } else if (status == -HAFORU_CANCELLED && overdue) {
      snprintf(detail, sizeof detail, "%u", (unsigned)b->config.timeout_ms);
      jobs_answer(engine, 0, (uint32_t)taken, line->number, LINE_NUMBERED, HAFORU_TIMEOUT, detail);
    } else if (status == -HAFORU_OUT_OF_MEMORY && used && attempt == 0) {
      /* What earlier jobs left may have been too much for this one. */
      if (!renew(w)) return false;
      continue;
    }
    return engine_take_line(w->engine) == HAFORU_OK;
  }
  return false;
}

static void work(void *argument) {
  worker *w = argument;
  batch *b = w->of;
  /* A log function called here must not wait for the batch's engine, which waits for this thread. */
  callback here;
  callback_begin(&here, b->engine);
  lock_take(b->lock);
  while (!b->stop && b->next < b->count) {
    /* Room in the window: the sink has taken what was there before. */
    if (b->next - b->taken >= b->window_size) {
      lock_wait(b->lock);
      continue;
    }
    const size_t index = (size_t)b->next++;
    lock_give(b->lock);
    const bool good = run_one(w, &b->lines[index]);
    char *copy = good ? host_copy(&b->heap, w->engine->line.data, w->engine->line.bytes) : NULL;
    const size_t bytes = good ? w->engine->line.bytes : 0;
    lock_take(b->lock);
    if (copy == NULL) {
      b->trouble = HAFORU_OUT_OF_MEMORY;
      b->stop = true;
      break;
    }
    const uint64_t place = b->config.order == HAFORU_ORDER_INPUT ? index : b->ended;
    b->ended++;
    b->window[place % b->window_size] = (batch_result){copy, bytes, index, true};
    lock_wake_all(b->lock);
  }
  b->running--;
  lock_wake_all(b->lock);
  lock_give(b->lock);
  callback_end(&here);
}

/* Sets the cancel word of engines whose job is over its time, or of all. Behind the lock. The ms until the next deadline, or 0. */
static double watch(batch *b) {
  double next = 0;
  const double now = clock_ms();
  for (unsigned i = 0; i < b->threads; i++) {
    worker *w = &b->workers[i];
    if (w->engine == NULL) continue;
    if (w->deadline_ms != 0 && now >= w->deadline_ms) {
      w->overdue = true;
      w->deadline_ms = 0;
    }
    if (b->stop || w->overdue) atomic_store_explicit((_Atomic uint32_t *)(void *)atomic_load(&w->engine->cancel_word), 1, memory_order_relaxed);
    if (w->deadline_ms != 0 && (next == 0 || w->deadline_ms - now < next)) next = w->deadline_ms - now;
  }
  return next;
}

/* How often a batch of several threads looks whether its engine was cancelled, and for jobs over their time. */
#define LOOK_MS 20

/* Looks for jobs over their time while the caller's thread is in its sink. */
static void keep_time(void *argument) {
  batch *b = argument;
  lock_take(b->lock);
  while (!b->stop) {
    const double deadline = watch(b);
    lock_wait_ms(b->lock, deadline > 0 && deadline < LOOK_MS ? deadline : LOOK_MS);
  }
  lock_give(b->lock);
}

/* --- the caller's side -------------------------------------------------------------------------------------------------------------- */

/* Passes results on until all are, or somebody stops it. Behind the lock, but for the callbacks. */
static haforu_code collect(batch *b, haforu_line_sink sink, void *user) {
  while (b->taken < b->count) {
    if (atomic_load(&b->engine->cancelled) != 0) return fail(HAFORU_CANCELLED, "the batch", NULL, "haforu_engine_cancel was called");
    batch_result *const next = &b->window[b->taken % b->window_size];
    if (!next->done) {
      if (b->trouble != HAFORU_OK || b->running == 0) return fail(b->trouble != HAFORU_OK ? b->trouble : HAFORU_INTERNAL, "the batch", NULL, NULL);
      const double deadline = watch(b);
      lock_wait_ms(b->lock, deadline > 0 && deadline < LOOK_MS ? deadline : LOOK_MS);
      continue;
    }
    const batch_result result = *next;
    memset(next, 0, sizeof *next);
    lock_give(b->lock);
    callback here;
    callback_begin(&here, b->engine);
    const int stopped = sink(user, result.index, result.line, result.bytes);
    host_release(&b->heap, result.line);
    int more = 0;
    if (stopped == 0 && b->config.progress != NULL) more = b->config.progress(b->config.progress_user, b->taken + 1, b->count);
    callback_end(&here);
    lock_take(b->lock);
    b->taken++;
    lock_wake_all(b->lock);
    if (stopped != 0 || more != 0) return fail(HAFORU_CANCELLED, "the batch", NULL, "its %s stopped it", stopped != 0 ? "sink" : "progress function");
  }
  return HAFORU_OK;
}

static haforu_code run_threads(batch *b, haforu_line_sink sink, void *user) {
  haforu_code code = HAFORU_OK;
  lock_take(b->lock);
  for (unsigned i = 0; i < b->threads && code == HAFORU_OK; i++) {
    worker *w = &b->workers[i];
    w->of = b;
    w->engine = engine_new(&b->config, &code);
    if (w->engine == NULL) break;
    if (!engine_share_names(b->engine, w->engine)) code = fail(HAFORU_OUT_OF_MEMORY, "the batch", NULL, NULL);
    if (code != HAFORU_OK) break;
    w->thread = thread_start(&b->heap, work, w);
    if (w->thread == NULL) {
      code = i == 0 ? fail(HAFORU_OUT_OF_MEMORY, "the batch", NULL, "no thread could be started") : HAFORU_OK;
      break; /* those that run do the work */
    }
    b->running++;
  }
  host_thread *keeper = NULL;
  if (code == HAFORU_OK && b->config.timeout_ms != 0) {
    keeper = thread_start(&b->heap, keep_time, b);
    if (keeper == NULL) code = fail(HAFORU_OUT_OF_MEMORY, "the batch", NULL, "no thread could be started to keep the jobs' time");
  }
  if (code == HAFORU_OK) code = collect(b, sink, user);
  b->stop = true;
  watch(b);
  lock_wake_all(b->lock);
  lock_give(b->lock);
  if (keeper != NULL) thread_join(&b->heap, keeper);
  for (unsigned i = 0; i < b->threads; i++) {
    if (b->workers[i].thread != NULL) thread_join(&b->heap, b->workers[i].thread);
    if (b->workers[i].engine != NULL) engine_free(b->workers[i].engine);
  }
  for (size_t i = 0; i < b->window_size; i++) host_release(&b->heap, b->window[i].line);
  return code;
}

static haforu_code run_batch(engine_object *engine, const char *text, size_t bytes, haforu_line_sink sink, void *user) {
  const host_heap *heap = &engine->heap;
  if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    bytes -= 3;
  }
  if (bytes > UINT32_MAX / 2) return fail(HAFORU_LINE_TOO_LONG, "text", "text", "it has %zu bytes; give a batch in parts", bytes);
  host_buffer lines = {NULL, 0, 0};
  haforu_config config = engine->config;
  config.owned = NULL;
  const size_t head = bytes < LINE_HEAD_BYTES ? bytes : LINE_HEAD_BYTES;
  int32_t looks = 0;
  haforu_code code = jobs_load(engine, text, head);
  if (code == HAFORU_OK) {
    MODULE_CALL(&engine->module, looks, hf_looks, &engine->module, engine->input.at, (uint32_t)head);
    if (looks == MODULE_TRAPPED) code = engine_failed(engine, looks, "the engine", NULL);
  }
  if (code == HAFORU_OK) code = looks == 1 ? read_document(engine, text, bytes, &lines, &config) : cut_lines(heap, text, bytes, &lines);
  if (code == HAFORU_OK) {
    batch b;
    memset(&b, 0, sizeof b);
    b.text = text;
    b.lines = (batch_line *)(void *)lines.data;
    b.count = lines.bytes / sizeof(batch_line);
    b.engine = engine;
    b.config = config;
    /* Threads of the batch allocate too: what they have is given back before it ends. */
    b.heap = *heap;
    b.threads = config.jobs != 0 ? config.jobs : processor_count();
    if (b.threads > b.count) b.threads = (unsigned)b.count;
    if (b.threads > HAFORU_LIMIT_WORKERS) b.threads = HAFORU_LIMIT_WORKERS;
    /* The budget is for all of them together. */
      b.config.font_cache = config.font_cache / b.threads < HAFORU_LIMIT_FONT_CACHE_BYTES_MIN ? HAFORU_LIMIT_FONT_CACHE_BYTES_MIN : config.font_cache / b.threads;
      b.config.max_fonts = config.max_fonts / b.threads == 0 ? 1 : config.max_fonts / b.threads;
      b.window_size = (size_t)b.threads * WINDOW_PER_THREAD;
      b.window = host_allocate(heap, b.window_size * sizeof *b.window);
      b.workers = host_allocate(heap, b.threads * sizeof *b.workers);
      b.lock = host_allocate(heap, lock_bytes());
      if (b.window == NULL || b.workers == NULL || b.lock == NULL || !lock_init(b.lock))
        code = fail(HAFORU_OUT_OF_MEMORY, "the batch", NULL, NULL);
      else {
        memset(b.window, 0, b.window_size * sizeof *b.window);
        memset(b.workers, 0, b.threads * sizeof *b.workers);
        code = run_threads(&b, sink, user);
        lock_destroy(b.lock);
      }
      host_release(heap, b.window);
      host_release(heap, b.workers);
      host_release(heap, b.lock);
  }
  const host_heap own = {{NULL, NULL, NULL}, NULL};
  host_release(&own, config.owned);
  buffer_free(heap, &lines);
  return code;
}

haforu_code haforu_batch(haforu_engine *handle, const char *text, size_t bytes, haforu_line_sink sink, void *user) {
  if (sink == NULL) return fail_argument("sink", "expected a function, got NULL");
  haforu_code code = text_length(text, &bytes);
  if (code != HAFORU_OK) return code;
  engine_object *engine = engine_enter(handle, &code);
  if (engine == NULL) return code;
  code = run_batch(engine, text, bytes, sink, user);
  engine_leave(engine);
  return code;
}
