// Diphone voices: from an utterance with segments and f0 targets to samples, a part at a time. Units and pitch marks are flite's own
// (src/wavesynth/cst_diphone.c, cst_units.c); the filter is lpc_resynth_fixedpoint of cst_sigpr.c, pitch mark by pitch mark.
#include "cst_units.h"
#include "cst_sigpr.h"
#include "speech.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024, NEAR = 4 };
typedef uint32_t four_t __attribute__((vector_size(16), aligned(4)));

/// Σ coefficients[k] × past[k], wrapping, over all but the NEAR newest samples: these were stored a while ago, so that reading them four at a time does
/// not wait for their stores.
static inline uint32_t far_sum(const int32_t *coefficients, const int32_t *past, int count) {
  four_t sums = {0, 0, 0, 0};
  int k = 0;
  for (; k + 4 <= count; k += 4) sums += *(const four_t *)(coefficients + k) * *(const four_t *)(past + k);
  uint32_t sum = sums[0] + sums[1] + sums[2] + sums[3];
  for (; k < count; k++) sum += (uint32_t)coefficients[k] * (uint32_t)past[k];
  return sum;
}

struct lpc {
  cst_lpcres *res; // owned
  int32_t *made, *coefficients; // `channels` samples before the block's first, then the block; the coefficients last first
  int32_t last[NEAR]; // samples, newest first
  int frame, sample, of_frame, place;
};
static int16_t ulaw[256]; // cst_ulaw_to_short of each byte

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
  if (!ulaw[0])
    for (int i = 0; i < 256; i++) ulaw[i] = cst_ulaw_to_short((unsigned char)i);
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
  int32_t last[NEAR], near[NEAR]; // coefficients of the newest samples
  memcpy(last, l->last, sizeof last);
  while (made < room && l->frame < res->num_frames && !cancel_word) {
    if (l->of_frame == 0)
      for (int k = 0; k < channels; k++) l->coefficients[channels - 1 - k] = ((res->frames[l->frame][k] / 2 * range) / 2048 + least) / 2;
    for (int k = 0; k < NEAR; k++) near[k] = k < channels ? l->coefficients[channels - 1 - k] : 0;
    for (; l->of_frame < res->sizes[l->frame] && made < room; l->of_frame++, l->sample++) {
      if (l->place == BLOCK) {
        memmove(l->made, l->made + BLOCK, (size_t)channels * sizeof *l->made);
        l->place = 0;
      }
      const int32_t *past = l->made + l->place;
      uint32_t sum = (uint32_t)ulaw[res->residual[l->sample]] * 16384u; // unsigned: wraps where flite's overflows
      sum += channels == 16 ? far_sum(l->coefficients, past, 16 - NEAR) : far_sum(l->coefficients, past, channels - NEAR);
      for (int k = 1; k < NEAR; k++) sum += (uint32_t)near[k] * (uint32_t)last[k];
      const int32_t sample = (int32_t)(sum + (uint32_t)near[0] * (uint32_t)last[0]) / 16384;
      for (int k = NEAR - 1; k > 0; k--) last[k] = last[k - 1];
      last[0] = sample;
      l->made[channels + l->place++] = sample;
      samples[made++] = (float)(short)sample;
    }
    if (l->of_frame == res->sizes[l->frame]) l->frame++, l->of_frame = 0;
  }
  memcpy(l->last, last, sizeof last);
  return made;
}

void lpc_free(lpc_t *l) {
  if (!l) return;
  delete_lpcres(l->res);
  cst_free(l->made);
  cst_free(l->coefficients);
  free(l);
}
