/* MP3 files through LAME (LGPL), where the library was built with it (HAFORU_MP3): the program then links libmp3lame. In: audio; out: a file, written aside and renamed. */
#include <stdio.h>
#include <stdlib.h>

#include "speech.h"

#ifdef HAFORU_MP3
#include <lame/lame.h>

#define PIECE 4096
static const host_heap heap = {{NULL, NULL, NULL}, NULL};

static bool encode(lame_t lame, const audio_object *audio, host_buffer *file) {
  /* What LAME's documentation asks for: 1.25 × samples + 7200. */
  unsigned char bytes[PIECE * 5 / 4 + 7200];
  for (size_t done = 0; done < audio->frames;) {
    const size_t frames = audio->frames - done < PIECE ? audio->frames - done : PIECE;
    const float *samples = audio->samples + done * audio->channels;
    const int got = audio->channels == 2 ? lame_encode_buffer_interleaved_ieee_float(lame, samples, (int)frames, bytes, (int)sizeof bytes)
                                         : lame_encode_buffer_ieee_float(lame, samples, samples, (int)frames, bytes, (int)sizeof bytes);
    if (got < 0 || !buffer_append(&heap, file, (const char *)bytes, (size_t)got)) return false;
    done += frames;
  }
  const int last = lame_encode_flush(lame, bytes, (int)sizeof bytes);
  if (last < 0 || !buffer_append(&heap, file, (const char *)bytes, (size_t)last)) return false;
  /* The first frame tells length and delay: known only now. */
  const size_t head = lame_get_lametag_frame(lame, bytes, sizeof bytes);
  if (head > 0 && head <= sizeof bytes && head <= file->bytes) memcpy(file->data, bytes, head);
  return true;
}

haforu_speech_code save_mp3(const audio_object *audio, const char *path) {
  lame_t lame = lame_init();
  if (lame == NULL) return fail(HAFORU_OUT_OF_MEMORY, "LAME", NULL, NULL);
  host_buffer file = {NULL, 0, 0};
  haforu_speech_code code = HAFORU_OK;
  lame_set_in_samplerate(lame, (int)audio->rate);
  lame_set_num_channels(lame, (int)audio->channels);
  lame_set_mode(lame, audio->channels == 2 ? JOINT_STEREO : MONO);
  /* V2, as the TypeScript library: about 40 kbit/s for speech at 16 kHz. */
  lame_set_VBR(lame, vbr_default);
  lame_set_VBR_quality(lame, 2);
  lame_set_write_id3tag_automatic(lame, 0);
  if (lame_init_params(lame) < 0)
    code = fail(HAFORU_UNSUPPORTED, "MP3", "file", "LAME takes no audio of %u Hz with %u channels", audio->rate, audio->channels);
  else if (!encode(lame, audio, &file))
    code = fail(HAFORU_OUT_OF_MEMORY, "MP3", "file", "LAME could not encode it");
  lame_close(lame);
  if (code == HAFORU_OK) {
    const int error = file_write(path, file.data == NULL ? "" : file.data, file.bytes);
    if (error != 0) code = fail(HAFORU_OUTPUT_FAILED, path, "path", "%s", strerror(error));
  }
  buffer_free(&heap, &file);
  return code;
}
#else
haforu_speech_code save_mp3(const audio_object *audio, const char *path) {
  (void)audio;
  (void)path;
  return fail(HAFORU_UNSUPPORTED, "MP3", "file", "this library was built without LAME, which is LGPL: install its headers (Debian: libmp3lame-dev) and build with -DHAFORU_SPEECH_MP3=ON; or save FLAC");
}
#endif
