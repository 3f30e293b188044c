// Writes the voices that flite has as C source into files: dump FOLDER. The statistical ones by flite's own writer (.flitevox), the
// diphone voice in the format that shim/voice_diphone.c reads and documents. Runs at build time alone.
#include "cst_cg.h"
#include "cst_diphone.h"
#include "flite.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cst_voice *register_cmu_us_slt(const char *);
cst_voice *register_cmu_us_rms(const char *);
cst_voice *register_cmu_us_awb(const char *);
extern const cst_diphone_db cmu_us_kal16_db;

static void statistical(const char *folder, const char *file, cst_voice *voice, const char *gender, const char *description) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  feat_set_string(voice->features, "gender", gender);
  feat_set_string(voice->features, "description", description);
  feat_set_string(voice->features, "copyright", "Copyright Carnegie Mellon University; free to use, see flite's COPYING");
  if (!flite_voice_dump(voice, path)) {
    fprintf(stderr, "dump: %s could not be written\n", path);
    exit(1);
  }
}

static void word(FILE *file, uint32_t value) { fwrite(&value, 4, 1, file); }

static void diphones(const char *folder) {
  char path[4096];
  const cst_diphone_db *db = &cmu_us_kal16_db;
  const cst_sts_list *sts = db->sts;
  snprintf(path, sizeof path, "%s/kal16.diphones", folder);
  FILE *file = fopen(path, "wb");
  if (!file) exit(1);
  fwrite("HAFORU-DIPHONES1", 16, 1, file);
  word(file, (uint32_t)db->num_entries);
  word(file, (uint32_t)sts->num_sts);
  word(file, (uint32_t)sts->num_channels);
  word(file, (uint32_t)sts->sample_rate);
  fwrite(&sts->coeff_min, 4, 1, file);
  fwrite(&sts->coeff_range, 4, 1, file);
  const float settings[3] = {95.0f, 11.0f, 1.1f}; // lang/cmu_us_kal16/cmu_us_kal16.c: f0 mean, f0 deviation, stretch
  fwrite(settings, 4, 3, file);
  uint32_t residuals = sts->resoffs[sts->num_sts];
  word(file, residuals);
  for (int i = 0; i < db->num_entries; i++) {
    char name[16] = {0};
    if (strlen(db->diphones[i].name) > 11) exit(1);
    strcpy(name, db->diphones[i].name);
    memcpy(name + 12, &db->diphones[i].start_pm, 2);
    name[14] = (char)db->diphones[i].pb_pm;
    name[15] = (char)db->diphones[i].end_pm;
    fwrite(name, 16, 1, file);
  }
  fwrite(sts->resoffs, 4, (size_t)sts->num_sts + 1, file);
  fwrite(sts->frames, 2, (size_t)sts->num_sts * (size_t)sts->num_channels, file);
  fwrite(sts->residuals, 1, residuals, file);
  if (fclose(file) != 0) exit(1);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  flite_init();
  statistical(argv[1], "slt.flitevox", register_cmu_us_slt(0), "female", "US English, clustergen, from the CMU ARCTIC database slt");
  statistical(argv[1], "rms.flitevox", register_cmu_us_rms(0), "male", "US English, clustergen, from the CMU ARCTIC database rms");
  statistical(argv[1], "awb.flitevox", register_cmu_us_awb(0), "male", "Scottish speaker, US English, clustergen, from the CMU ARCTIC database awb");
  diphones(argv[1]);
  return 0;
}
