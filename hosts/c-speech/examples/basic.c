/* A text to a WAV, FLAC or MP3 file, with its words and their times. usage: basic VOICE_FILE OUT.wav|OUT.flac|OUT.mp3 */
#include <haforu_speech.h>
#include <stdio.h>
#include <string.h>

static int failed(void) {
  haforu_speech_error_info error;
  haforu_speech_last_error(&error);
  fprintf(stderr, "%s: %s\n", error.name, error.message);
  return 1;
}

int main(int count, char **words) {
  if (count != 3) return 2;
  haforu_speech_pipeline *pipeline;
  haforu_speech_audio *audio;
  if (haforu_speech_create(NULL, &pipeline) != HAFORU_SPEECH_OK) return failed();
  if (haforu_speech_voice_load(pipeline, "mine", words[1]) != HAFORU_SPEECH_OK || haforu_speech_voice_set(pipeline, "mine") != HAFORU_SPEECH_OK) return failed();
  if (haforu_speech_synthesize(pipeline, "Hello world, this costs 25 dollars.", HAFORU_SPEECH_NUL_TERMINATED, NULL, &audio) != HAFORU_SPEECH_OK) return failed();

  const haforu_speech_span *spans;
  size_t spoken;
  haforu_speech_audio_spans(audio, HAFORU_SPEECH_WORDS, &spans, &spoken);
  for (size_t i = 0; i < spoken; i++) printf("%6.3f %6.3f  %s\n", spans[i].start, spans[i].end, spans[i].text);
  const int file = strstr(words[2], ".flac") != NULL ? HAFORU_SPEECH_FLAC16 : strstr(words[2], ".mp3") != NULL ? HAFORU_SPEECH_MP3 : HAFORU_SPEECH_WAV16;
  if (haforu_speech_audio_save(pipeline, audio, words[2], file) != HAFORU_SPEECH_OK) return failed();

  haforu_speech_audio_release(audio);
  haforu_speech_destroy(pipeline);
  return 0;
}
