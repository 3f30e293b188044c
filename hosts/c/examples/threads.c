/* Four threads, an engine each, one font for all: every thread draws its share of the letters.
 * usage: threads FONT */
#include <haforu.h>
#include <pthread.h>
#include <stdio.h>

#define THREADS 4

typedef struct share {
  haforu_font *font;
  int first;
  double ink;
  haforu_code code;
  char message[200];
} share;

static void *draw(void *argument) {
  share *mine = argument;
  haforu_engine *engine = NULL;
  haforu_session *session = NULL;
  haforu_session_options options;
  haforu_session_options_init(&options, sizeof options);
  options.size_px = 200;
  options.width = options.height = 300;
  mine->code = haforu_engine_create(NULL, &engine);
  if (mine->code == HAFORU_OK) mine->code = haforu_session_create(engine, mine->font, &options, &session);
  for (int letter = 'A' + mine->first; mine->code == HAFORU_OK && letter <= 'Z'; letter += THREADS) {
    const char text[1] = {(char)letter};
    haforu_metrics metrics = {.size = sizeof metrics};
    mine->code = haforu_measure(session, text, 1, &metrics);
    mine->ink += metrics.ink_area;
  }
  /* The last error is this thread's. */
  if (mine->code != HAFORU_OK) {
    haforu_error_info error;
    haforu_last_error(&error);
    snprintf(mine->message, sizeof mine->message, "%s", error.message);
  }
  if (session != NULL) haforu_session_release(session);
  if (engine != NULL) haforu_engine_release(engine);
  return NULL;
}

int main(int count, char **words) {
  if (count < 2) return fprintf(stderr, "usage: threads FONT\n"), 2;
  haforu_engine *engine = NULL;
  haforu_font *font = NULL;
  /* Any engine may read the font; its bytes are kept once. */
  if (haforu_engine_create(NULL, &engine) != HAFORU_OK || haforu_font_from_file(engine, words[1], 0, &font) != HAFORU_OK) {
    haforu_error_info error;
    haforu_last_error(&error);
    fprintf(stderr, "%s\n", error.message);
    if (engine != NULL) haforu_engine_release(engine);
    return 1;
  }
  haforu_engine_release(engine);
  share shares[THREADS];
  pthread_t threads[THREADS];
  int status = 0;
  double ink = 0;
  for (int i = 0; i < THREADS; i++) {
    shares[i] = (share){font, i, 0, HAFORU_OK, ""};
    if (pthread_create(&threads[i], NULL, draw, &shares[i]) != 0) return 1;
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    ink += shares[i].ink;
    if (shares[i].code != HAFORU_OK) {
      fprintf(stderr, "thread %d: %s\n", i, shares[i].message);
      status = 1;
    }
  }
  haforu_font_release(font);
  if (status == 0) printf("A to Z at 200 px: %.0f pixels of ink\n", ink);
  return status;
}
