// A diphone voice's file (written by tools/dump.c from the source of flite's kal16) → cst_diphone_db. Little endian:
//   "HAFORU-DIPHONES1"; u32 entries, frames, channels, sample rate; f32 least coefficient, range of coefficients, mean f0, deviation of f0,
//   stretch; u32 bytes of residuals; then entries × {char name[12]; u16 first frame; u8 frames of its first half; u8 of its second}, sorted by
//   name; u32 offset of each frame's residual, and their end; u16 coefficients, frames × channels; residuals as µ-law bytes.
#include "speech.h"

#include <math.h>
#include <string.h>

int diphones_read(voice_t *voice, const uint8_t *data, uint32_t bytes, fault_t *fault) {
  enum { HEADER = 56 };
  uint32_t counts[4], residual_bytes;
  float numbers[5];
  if (bytes < HEADER) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: the file ends too early");
  memcpy(counts, data + 16, 16);
  memcpy(numbers, data + 32, 20);
  memcpy(&residual_bytes, data + 52, 4);
  uint32_t entries = counts[0], frames = counts[1], channels = counts[2], rate = counts[3];
  for (int i = 0; i < 5; i++)
    if (!isfinite(numbers[i])) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: not a number in its head");
  if (entries < 1 || entries > 20000 || frames < 1 || frames > 1000000 || channels < 1 || channels > 64 || rate < 8000 || rate > 48000 || residual_bytes > bytes ||
      fabsf(numbers[0]) > 16 || numbers[1] < 0 || numbers[1] > 32 || numbers[2] < 50 || numbers[2] > 500 || numbers[3] < 0 || numbers[3] > 200 || numbers[4] < 0.2f || numbers[4] > 5)
    return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: a number in its head is out of range");
  uint64_t expected = (uint64_t)HEADER + entries * 16ull + (frames + 1) * 4ull + (uint64_t)frames * channels * 2 + residual_bytes;
  if (expected != bytes) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: %u bytes, expected %llu", bytes, (unsigned long long)expected);

  cst_diphone_db *db = arena_take(&voice->arena, sizeof *db);
  cst_sts_list *sts = arena_take(&voice->arena, sizeof *sts);
  cst_diphone_entry *index = arena_take(&voice->arena, entries * sizeof *index);
  char *names = arena_take(&voice->arena, entries * 12);
  uint32_t *offsets = arena_take(&voice->arena, (frames + 1) * 4);
  uint16_t *coefficients = arena_take(&voice->arena, frames * channels * 2);
  uint8_t *residuals = arena_take(&voice->arena, residual_bytes ? residual_bytes : 1);
  if (!db || !sts || !index || !names || !offsets || !coefficients || !residuals) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  const uint8_t *at = data + HEADER;
  for (uint32_t i = 0; i < entries; i++, at += 16) {
    memcpy(names + i * 12, at, 11);
    uint16_t first;
    memcpy(&first, at + 12, 2);
    index[i] = (cst_diphone_entry){names + i * 12, first, at[14], at[15]};
    // an empty half takes the frame before it
    if ((uint32_t)first + at[14] + at[15] > frames || (first == 0 && (at[14] == 0 || at[15] == 0))) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: diphone %u has frames that are not there", i);
    if (i && strcmp(index[i - 1].name, index[i].name) >= 0) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: diphone %u is out of order", i);
  }
  memcpy(offsets, at, (frames + 1) * 4);
  at += (frames + 1) * 4;
  for (uint32_t i = 0; i < frames; i++)
    if (offsets[i + 1] <= offsets[i] || offsets[i + 1] - offsets[i] > 4000) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: frame %u has no length", i);
  if (offsets[frames] > residual_bytes) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: residuals that are not there");
  memcpy(coefficients, at, frames * channels * 2);
  memcpy(residuals, at + frames * channels * 2, residual_bytes);
  sts->frames = coefficients;
  sts->residuals = residuals;
  sts->resoffs = offsets;
  sts->num_sts = (int)frames;
  sts->num_channels = (int)channels;
  sts->sample_rate = (int)rate;
  sts->coeff_min = numbers[0];
  sts->coeff_range = numbers[1];
  db->name = voice->name;
  db->num_entries = (int)entries;
  db->diphones = index;
  db->sts = sts;
  voice->diphones = db;
  voice->sample_rate = (int)rate;
  voice->f0_mean = numbers[2];
  voice->f0_stddev = numbers[3];
  voice->stretch = numbers[4];
  static char *const described[][2] = {{"language", "eng"}, {"gender", "male"}, {"description", "US English, diphones, from flite's kal16"}};
  for (int i = 0; i < 3; i++) voice->features[i][0] = described[i][0], voice->features[i][1] = described[i][1];
  voice->feature_count = 3;
  return OK;
}
