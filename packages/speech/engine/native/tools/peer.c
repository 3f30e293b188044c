// Native flite as the peer of tests and benchmarks: the library's own functions, unchanged.
//   peer wave VOICE IN.txt OUT.s16            speaks a file as flite_file_to_speech does, sentence by sentence; samples of 16 bits
//   peer times VOICE TEXT                     word, start, end (seconds), one a line, of one utterance
//   peer bench VOICE ROUNDS TEXT              seconds of the fastest round of flite_synth_text
#include "flite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

cst_voice *register_cmu_us_slt(const char *);
cst_voice *register_cmu_us_rms(const char *);
cst_voice *register_cmu_us_awb(const char *);
cst_voice *register_cmu_us_kal16(const char *);

static cst_voice *named(const char *name) {
  if (!strcmp(name, "slt")) return register_cmu_us_slt(0);
  if (!strcmp(name, "rms")) return register_cmu_us_rms(0);
  if (!strcmp(name, "awb")) return register_cmu_us_awb(0);
  if (!strcmp(name, "kal16")) return register_cmu_us_kal16(0);
  exit(2);
}

static FILE *out;

static cst_utterance *keep(cst_utterance *u) {
  cst_wave *wave = utt_wave(u);
  fwrite(wave->samples, 2, (size_t)wave->num_samples, out);
  return u;
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

int main(int argc, char **argv) {
  flite_init();
  if (argc == 5 && !strcmp(argv[1], "wave")) {
    cst_voice *voice = named(argv[2]);
    out = fopen(argv[4], "wb");
    if (!out) return 1;
    feat_set(voice->features, "post_synth_hook_func", uttfunc_val(&keep));
    flite_file_to_speech(argv[3], voice, "none");
    return fclose(out) != 0;
  }
  if (argc == 4 && !strcmp(argv[1], "times")) {
    cst_utterance *u = flite_synth_text(argv[3], named(argv[2]));
    for (cst_item *word = relation_head(utt_relation(u, "Word")); word; word = item_next(word))
      printf("%s %.6f %.6f\n", item_name(word), (double)ffeature_float(word, "R:SylStructure.daughter1.daughter1.R:Segment.p.end"),
             (double)ffeature_float(word, "R:SylStructure.daughtern.daughtern.R:Segment.end"));
    return 0;
  }
  if (argc == 5 && !strcmp(argv[1], "bench")) {
    cst_voice *voice = named(argv[2]);
    double least = 1e9;
    for (int i = atoi(argv[3]); i > 0; i--) {
      double start = now();
      cst_utterance *u = flite_synth_text(argv[4], voice);
      double took = now() - start;
      if (took < least) least = took;
      delete_utterance(u);
    }
    printf("%.9f\n", least);
    return 0;
  }
  fprintf(stderr, "usage: peer wave VOICE IN OUT | times VOICE TEXT | bench VOICE ROUNDS TEXT\n");
  return 2;
}
