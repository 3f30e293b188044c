// Diphone voices: from an utterance with segments and f0 targets to samples, a part at a time. Units and pitch marks are flite's own
// (src/wavesynth/cst_diphone.c, cst_units.c); the filter is lpc_resynth_fixedpoint of cst_sigpr.c, pitch mark by pitch mark.
#include "cst_units.h"
#include "cst_sigpr.h"
#include "speech.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024 };

struct lpc {
  cst_lpcres *res; // owned
  int32_t *made, *coefficients; // `channels` samples before the block's first, then the block; the coefficients last first
  int frame, sample, of_frame, place;
};

lpc_t *lpc_begin(cst_utterance *utt, uint32_t *samples) {
  get_diphone_units(utt);
  f0_targets_to_pm(utt);
  cst_lpcres *res = val_lpcres(utt_feat_val(utt, "target_lpcres"));
  lpc_t *l = res->num_frames > 0 ? calloc(1, sizeof *l) : 0;
  if (!l) return 0;
  concat_units(utt);
  // the value would free it with the utterance; taken out of it, it is ours
  cst_lpcres *kept = cst_alloc(cst_lpcres, 1);
  *kept = *res;
  cst_lpcres *empty = res;
  empty->frames = 0, empty->times = 0, empty->sizes = 0, empty->residual = 0, empty->packed_residuals = 0;
  l->res = kept;
  l->made = cst_alloc(int32_t, kept->num_channels + BLOCK);
  l->coefficients = cst_alloc(int32_t, kept->num_channels);
  *samples = 0;
  for (int i = 0; i < kept->num_frames; i++) *samples += (uint32_t)kept->sizes[i];
  return l;
}

uint32_t lpc_run(lpc_t *l, float *samples, uint32_t room) {
  cst_lpcres *res = l->res;
  const int channels = res->num_channels;
  const int least = (int)(res->lpc_min * 32768.0), range = (int)(res->lpc_range * 2048.0);
  uint32_t made = 0;
  while (made < room && l->frame < res->num_frames && !cancel_word) {
    if (l->of_frame == 0)
      for (int k = 0; k < channels; k++) l->coefficients[channels - 1 - k] = ((res->frames[l->frame][k] / 2 * range) / 2048 + least) / 2;
    for (; l->of_frame < res->sizes[l->frame] && made < room; l->of_frame++, l->sample++) {
      if (l->place == BLOCK) {
        memmove(l->made, l->made + BLOCK, (size_t)channels * sizeof *l->made);
        l->place = 0;
      }
      const int32_t *past = l->made + l->place;
      uint32_t sum = (uint32_t)cst_ulaw_to_short(res->residual[l->sample]) * 16384u; // unsigned: wraps where flite's overflows
      for (int k = 0; k < channels; k++) sum += (uint32_t)l->coefficients[k] * (uint32_t)past[k];
      const int32_t sample = (int32_t)sum / 16384;
      l->made[channels + l->place++] = sample;
      samples[made++] = (float)(short)sample;
    }
    if (l->of_frame == res->sizes[l->frame]) l->frame++, l->of_frame = 0;
  }
  return made;
}

void lpc_free(lpc_t *l) {
  if (!l) return;
  delete_lpcres(l->res);
  cst_free(l->made);
  cst_free(l->coefficients);
  free(l);
}
