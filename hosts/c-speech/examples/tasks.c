/* Many texts at once, in the pipeline's own threads; one is cancelled. usage: tasks VOICE_FILE */
#include <haforu_speech.h>
#include <stdio.h>

static void heard(void *user, haforu_speech_code code, haforu_speech_audio *audio) {
  haforu_speech_audio_info info;
  if (code != HAFORU_SPEECH_OK) {
    printf("%s: %s\n", (const char *)user, haforu_speech_error_name(code));
    return;
  }
  haforu_speech_audio_get(audio, &info);
  printf("%s: %.2f s\n", (const char *)user, info.duration);
  haforu_speech_audio_release(audio);
}

int main(int count, char **words) {
  static char *const texts[] = {"The first text.", "A second one.", "And the third text, which nobody waits for."};
  if (count != 2) return 2;
  haforu_speech_config config;
  haforu_speech_pipeline *pipeline;
  haforu_speech_task *tasks[3];
  haforu_speech_config_init(&config, sizeof config);
  haforu_speech_config_set(&config, "threads", "2");
  if (haforu_speech_create(&config, &pipeline) != HAFORU_SPEECH_OK) return 1;
  if (haforu_speech_voice_load(pipeline, "mine", words[1]) != HAFORU_SPEECH_OK || haforu_speech_voice_set(pipeline, "mine") != HAFORU_SPEECH_OK) return 1;
  for (int i = 0; i < 3; i++)
    if (haforu_speech_synthesize_async(pipeline, texts[i], HAFORU_SPEECH_NUL_TERMINATED, NULL, heard, texts[i], &tasks[i]) != HAFORU_SPEECH_OK) return 1;
  haforu_speech_task_cancel(tasks[2]);
  for (int i = 0; i < 3; i++) {
    haforu_speech_task_wait(tasks[i], NULL);
    haforu_speech_task_release(tasks[i]);
  }
  haforu_speech_destroy(pipeline);
  haforu_speech_config_clear(&config);
  return 0;
}
