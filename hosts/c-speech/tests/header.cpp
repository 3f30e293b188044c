/* The header is C++, too, and beside nothing else. */
#include "haforu_speech.h"

#include <cstdio>

int main() {
  haforu_speech_pipeline *pipeline = nullptr;
  if (haforu_speech_create(nullptr, &pipeline) != HAFORU_SPEECH_OK) return 1;
  haforu_speech_audio *audio = nullptr;
  if (haforu_speech_voice_load(pipeline, nullptr, "packages/voice-kal16/kal16.diphones") != HAFORU_SPEECH_OK) return 1;
  if (haforu_speech_voice_set(pipeline, "kal16") != HAFORU_SPEECH_OK) return 1;
  if (haforu_speech_synthesize(pipeline, "Hello.", HAFORU_SPEECH_NUL_TERMINATED, nullptr, &audio) != HAFORU_SPEECH_OK) return 1;
  haforu_speech_audio_info info;
  if (haforu_speech_audio_get(audio, &info) != HAFORU_SPEECH_OK || info.frames == 0) return 1;
  std::printf("%.2f s\n", info.duration);
  haforu_speech_audio_release(audio);
  return haforu_speech_destroy(pipeline);
}
