/* A program that carries its voice: embedded.S puts the file into it. */
#include <haforu_speech.h>
#include <stdio.h>

extern const unsigned char voice_start[], voice_end[];

int main(void) {
  haforu_speech_pipeline *pipeline;
  haforu_speech_audio *audio;
  haforu_speech_audio_info info;
  if (haforu_speech_create(NULL, &pipeline) != HAFORU_SPEECH_OK) return 1;
  if (haforu_speech_voice_load_memory(pipeline, "slt", voice_start, (size_t)(voice_end - voice_start)) != HAFORU_SPEECH_OK) return 1;
  if (haforu_speech_synthesize(pipeline, "No file was read.", HAFORU_SPEECH_NUL_TERMINATED, NULL, &audio) != HAFORU_SPEECH_OK) return 1;
  haforu_speech_audio_get(audio, &info);
  printf("%.2f s at %u Hz\n", info.duration, info.rate);
  haforu_speech_audio_release(audio);
  return haforu_speech_destroy(pipeline);
}
