/* A configuration by key and as JSON, what is said of a wrong one, messages in another language, memory from the program, and what happens beside results.
 * usage: configuration FONT */
#include <haforu.h>
#include <stdio.h>
#include <stdlib.h>

static int blocks;
static void *allocate(void *user, size_t bytes) {
  (void)user;
  blocks++;
  return malloc(bytes);
}
static void give_back(void *user, void *memory) {
  (void)user;
  blocks--;
  free(memory);
}
static void note(void *user, int level, const char *message) { fprintf(user, "log %d: %s\n", level, message); }

int main(int count, char **words) {
  if (count < 2) return fprintf(stderr, "usage: configuration FONT\n"), 2;
  haforu_error_info error;
  haforu_config config;
  haforu_config_init(&config, sizeof config);

  /* A wrong value is refused with what was expected, and changes nothing. */
  if (haforu_config_set(&config, "max_fonts", "many") != HAFORU_INVALID_ARGUMENT) return 1;
  haforu_last_error(&error);
  printf("%s\n", error.message);

  if (haforu_config_parse(&config, "{\"font_cache\": 67108864, \"timing\": false}", HAFORU_NUL_TERMINATED) != HAFORU_OK) return 1;
  if (haforu_config_set(&config, "max_fonts", "64") != HAFORU_OK) return 1;
  char json[512];
  if (haforu_config_json(&config, json, sizeof json, NULL) != HAFORU_OK) return 1;
  printf("%s\n", json);

  static const char *german[HAFORU_FONT_NOT_FOUND + 1];
  german[HAFORU_FONT_NOT_FOUND] = "Die Schrift ist nicht da.";
  config.messages = german;
  config.message_count = sizeof german / sizeof *german;
  config.allocator = (haforu_allocator){allocate, give_back, NULL};
  config.log = note;
  config.log_user = stdout;

  haforu_engine *engine;
  haforu_font *font;
  if (haforu_engine_create(&config, &engine) != HAFORU_OK) return 1;
  if (haforu_font_from_file(engine, "no/such/font.ttf", 0, &font) != HAFORU_FONT_NOT_FOUND) return 1;
  haforu_last_error(&error);
  printf("%s: %s\n", error.name, error.message);
  if (haforu_font_from_file(engine, words[1], 0, &font) != HAFORU_OK) return 1;
  haforu_memory memory = {.size = sizeof memory};
  if (haforu_engine_memory(engine, &memory) != HAFORU_OK) return 1;
  printf("%.0f font, %.0f bytes of it, %.1f MB in all, %d blocks of this program's\n", memory.fonts, memory.font_bytes, memory.linear_bytes / 1e6, blocks);
  haforu_font_release(font);
  haforu_engine_release(engine);
  haforu_config_clear(&config);

  haforu_leaks leaks = {.size = sizeof leaks};
  haforu_leak_check(&leaks);
  printf("left: %d blocks, %llu handles\n", blocks, (unsigned long long)(leaks.engines + leaks.fonts + leaks.sessions + leaks.streams));
  return blocks == 0 && leaks.host_blocks == 0 ? 0 : 1;
}
