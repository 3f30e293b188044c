/* A text as pixels and as a PNG file, and what it measures.
 * usage: basic FONT [PICTURE.png] */
#include <haforu.h>
#include <stdio.h>

static int stop(const char *what) {
  haforu_error_info error;
  haforu_last_error(&error);
  fprintf(stderr, "%s: %s (%s)\n", what, error.message, error.name);
  return 1;
}

int main(int count, char **words) {
  if (count < 2) return fprintf(stderr, "usage: basic FONT [PICTURE.png]\n"), 2;
  haforu_engine *engine = NULL;
  haforu_font *font = NULL;
  haforu_session *session = NULL;
  int status = 0;

  haforu_session_options options;
  haforu_session_options_init(&options, sizeof options);
  options.size_px = 48;
  options.width = 320;
  options.height = 80;

  haforu_picture picture;
  haforu_metrics metrics = {.size = sizeof metrics};
  if (haforu_engine_create(NULL, &engine) != HAFORU_OK)
    status = stop("engine");
  else if (haforu_font_from_file(engine, words[1], 0, &font) != HAFORU_OK)
    status = stop("font");
  else if (haforu_session_create(engine, font, &options, &session) != HAFORU_OK)
    status = stop("session");
  else if (haforu_measure(session, "Hamburgefonts", HAFORU_NUL_TERMINATED, &metrics) != HAFORU_OK)
    status = stop("measure");
  else if (haforu_render(session, "Hamburgefonts", HAFORU_NUL_TERMINATED, &picture) != HAFORU_OK)
    status = stop("render");
  else {
    printf("%u x %u pixels, ink in %g x %g at (%g, %g), advance %g px\n", (unsigned)picture.width, (unsigned)picture.height, metrics.bbox_width, metrics.bbox_height, metrics.bbox_x, metrics.bbox_y,
           metrics.advance_x);
    if (count > 2 && haforu_picture_save(engine, &picture, HAFORU_PNG, words[2]) != HAFORU_OK) status = stop("save");
  }
  if (session != NULL) haforu_session_release(session);
  if (font != NULL) haforu_font_release(font);
  if (engine != NULL) haforu_engine_release(engine);
  return status;
}
