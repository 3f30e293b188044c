/* Text from standard input, of any length, to raw samples (16 bits, little endian) on standard output as they are made. usage: streaming VOICE_FILE < book.txt | aplay -f S16_LE -r 16000 */
#include <haforu_speech.h>
#include <stdint.h>
#include <stdio.h>

static size_t read_text(void *user, const char **data) {
  static char piece[4096];
  (void)user;
  *data = piece;
  return fread(piece, 1, sizeof piece, stdin);
}

static int play(void *user, const haforu_speech_chunk *chunk) {
  (void)user;
  for (size_t i = 0; i < chunk->frames * chunk->channels; i++) {
    const float sample = chunk->samples[i] > 1 ? 1 : chunk->samples[i] < -1 ? -1 : chunk->samples[i];
    const int16_t value = (int16_t)(sample * 32767);
    const unsigned char bytes[2] = {(unsigned char)(value & 0xff), (unsigned char)((uint16_t)value >> 8)};
    /* The reader has gone: no more is wanted. */
    if (fwrite(bytes, 1, 2, stdout) != 2) return 1;
  }
  return fflush(stdout) != 0;
}

int main(int count, char **words) {
  if (count != 2) return 2;
  haforu_speech_pipeline *pipeline;
  if (haforu_speech_create(NULL, &pipeline) != HAFORU_SPEECH_OK) return 1;
  haforu_speech_code code = haforu_speech_voice_load(pipeline, "mine", words[1]);
  if (code == HAFORU_SPEECH_OK) code = haforu_speech_voice_set(pipeline, "mine");
  if (code == HAFORU_SPEECH_OK) code = haforu_speech_stream_from(pipeline, read_text, NULL, NULL, play, NULL);
  if (code != HAFORU_SPEECH_OK) {
    haforu_speech_error_info error;
    haforu_speech_last_error(&error);
    fprintf(stderr, "%s: %s\n", error.name, error.message);
  }
  haforu_speech_destroy(pipeline);
  return code == HAFORU_SPEECH_OK ? 0 : 1;
}
