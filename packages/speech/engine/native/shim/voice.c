// Voices: files of two kinds become what flite's synthesis reads. What does not hold together is refused here: behind this, nothing checks.
#include "speech.h"
#include "cmu_lex.h"
#include "usenglish.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 1 << 16 };

void *arena_take(arena_t *arena, size_t bytes) {
  bytes = (bytes + 15) & ~(size_t)15;
  if (arena->left < bytes) {
    size_t size = bytes > ARENA_BLOCK / 4 ? bytes : ARENA_BLOCK;
    block_t *block = calloc(1, size + 16);
    if (!block) return 0;
    block->next = arena->blocks;
    arena->blocks = block;
    char *start = (char *)block + 16;
    if (size == bytes) return start; // a large piece has a block of its own
    arena->at = start;
    arena->left = size;
  }
  void *taken = arena->at;
  arena->at += bytes;
  arena->left -= bytes;
  return taken;
}

void arena_free(arena_t *arena) {
  for (block_t *block = arena->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  *arena = (arena_t){0};
}

void voice_free(voice_t *voice) {
  if (!voice) return;
  if (voice->voice) delete_voice(voice->voice);
  arena_free(&voice->arena);
  free(voice);
}

/// What flite's voice definitions set up for US English (lang/cmu_us_slt/cmu_us_slt.c, lang/cmu_us_kal16/cmu_us_kal16.c).
static bool define(voice_t *voice) {
  cst_voice *v = new_voice();
  if (!v) return false;
  voice->voice = v;
  v->name = voice->name;
  usenglish_init(v);
  cst_lexicon *lexicon = cmu_lex_init();
  feat_set(v->features, "lexicon", lexicon_val(lexicon));
  feat_set(v->features, "postlex_func", uttfunc_val(lexicon->postlex));
  if (voice->cg) {
    feat_set_string(v->features, "no_segment_duration_model", "1");
    feat_set_string(v->features, "no_f0_target_model", "1");
    feat_set(v->features, "cg_db", cg_db_val(voice->cg));
  } else {
    feat_set(v->features, "diphone_db", diphone_db_val(voice->diphones));
    feat_set_string(v->features, "join_type", "modified_lpc");
    feat_set_string(v->features, "resynth_type", "fixed");
  }
  feat_set_float(v->features, "int_f0_target_mean", voice->f0_mean);
  feat_set_float(v->features, "int_f0_target_stddev", voice->f0_stddev);
  return true;
}

voice_t *voice_read(const uint8_t *data, uint32_t bytes, fault_t *fault) {
  if (bytes > VOICE_BYTES_MAX) return fail(fault, E_VOICE_INVALID, "voice", "a voice file of %u bytes is over the limit of %d", bytes, VOICE_BYTES_MAX), (voice_t *)0;
  voice_t *voice = calloc(1, sizeof *voice);
  if (!voice) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory"), (voice_t *)0;
  voice->bytes = bytes;
  voice->stretch = 1;
  int status;
  if (bytes >= 16 && !memcmp(data, "HAFORU-DIPHONES1", 16)) status = diphones_read(voice, data, bytes, fault);
  else if (bytes >= 15 && !memcmp(data, "CMU_FLITE_CG_VO", 15)) status = clustergen_read(voice, data, bytes, fault);
  else status = fail(fault, E_VOICE_INVALID, "voice", "neither a .flitevox file nor one of diphones");
  if (status == OK && !define(voice)) status = fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  if (status == OK) return voice;
  voice_free(voice);
  return 0;
}
