/* A text of any length, shaped as it comes: standard input or, without one, a text repeated; glyphs are counted as they become final.
 * usage: streaming FONT [-] */
#include <haforu.h>
#include <stdio.h>
#include <string.h>

typedef struct total {
  size_t glyphs, flushes;
  double advance;
} total;

static int take(void *user, const haforu_flush *flush) {
  total *t = user;
  t->glyphs += flush->glyph_count;
  t->flushes++;
  for (size_t i = 0; i < flush->glyph_count; i++) t->advance += flush->x_advances[i];
  return 0;
}

static int stop(const char *what) {
  haforu_error_info error;
  haforu_last_error(&error);
  fprintf(stderr, "%s: %s (%s)\n", what, error.message, error.name);
  return 1;
}

int main(int count, char **words) {
  if (count < 2) return fprintf(stderr, "usage: streaming FONT [-]\n"), 2;
  static const char sentence[] = "The quick brown fox jumps over the lazy dog, and so on. ";
  haforu_engine *engine = NULL;
  haforu_font *font = NULL;
  haforu_session *session = NULL;
  haforu_stream *stream = NULL;
  haforu_session_options options;
  haforu_session_options_init(&options, sizeof options);
  total t = {0, 0, 0};
  int status = 0;
  if (haforu_engine_create(NULL, &engine) != HAFORU_OK || haforu_font_from_file(engine, words[1], 0, &font) != HAFORU_OK || haforu_session_create(engine, font, &options, &session) != HAFORU_OK ||
      haforu_stream_open(session, NULL, take, &t, &stream) != HAFORU_OK)
    status = stop("open");
  if (status == 0 && count > 2) {
    char piece[4096];
    size_t bytes;
    while (status == 0 && (bytes = fread(piece, 1, sizeof piece, stdin)) > 0)
      if (haforu_stream_push(stream, piece, bytes) != HAFORU_OK) status = stop("push");
  }
  for (int i = 0; status == 0 && count == 2 && i < 1000; i++)
    if (haforu_stream_push(stream, sentence, strlen(sentence)) != HAFORU_OK) status = stop("push");
  if (status == 0 && haforu_stream_end(stream) != HAFORU_OK) status = stop("end");
  if (status == 0) printf("%zu glyphs in %zu flushes, %.0f font units\n", t.glyphs, t.flushes, t.advance);
  if (stream != NULL) haforu_stream_release(stream);
  if (session != NULL) haforu_session_release(session);
  if (font != NULL) haforu_font_release(font);
  if (engine != NULL) haforu_engine_release(engine);
  return status;
}
