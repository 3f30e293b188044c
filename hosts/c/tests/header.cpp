// haforu.h compiled as C++, and called.
#include "haforu.h"

int main() {
  haforu_config config;
  if (haforu_config_init(&config, sizeof config) != HAFORU_OK) return 1;
  haforu_engine *engine = nullptr;
  if (haforu_engine_create(&config, &engine) != HAFORU_OK) return 1;
  return haforu_engine_ping(engine) == HAFORU_OK && haforu_engine_release(engine) == HAFORU_OK ? 0 : 1;
}
