/* What bench/speech.mjs measures of the C library: a sentence, a call that does nothing. usage: haforu_speech_bench ROUNDS TEXT; prints a line of JSON. In the repository's root. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "haforu_speech.h"

static double now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int count, char **words) {
  if (count != 3) return 2;
  haforu_speech_pipeline *pipeline;
  haforu_speech_config config;
  haforu_speech_config_init(&config, sizeof config);
  config.threads = 1;
  config.voice_path = "packages/voice-slt";
  if (haforu_speech_create(&config, &pipeline) != HAFORU_SPEECH_OK) return 1;
  double least = 1e30, seconds = 0;
  for (int i = atoi(words[1]); i > 0; i--) {
    haforu_speech_audio *audio;
    haforu_speech_audio_info info;
    const double start = now_us();
    if (haforu_speech_synthesize(pipeline, words[2], HAFORU_SPEECH_NUL_TERMINATED, NULL, &audio) != HAFORU_SPEECH_OK) return 1;
    const double took = now_us() - start;
    if (took < least) least = took;
    haforu_speech_audio_get(audio, &info);
    seconds = info.duration;
    haforu_speech_audio_release(audio);
  }
  /* What a call costs: the number of threads, through the handle. */
  double call = 1e30;
  for (int round = 0; round < 20; round++) {
    uint32_t threads = 0;
    const double start = now_us();
    for (int i = 0; i < 100000; i++) haforu_speech_thread_count(pipeline, &threads);
    const double took = (now_us() - start) / 100000 * 1000;
    if (took < call) call = took;
  }
  printf("{\"us\":%.1f,\"seconds\":%.3f,\"call_ns\":%.1f}\n", least, seconds, call);
  return haforu_speech_destroy(pipeline);
}
