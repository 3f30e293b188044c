// A .flitevox file (flite 2.2, src/cg/cst_cg_dump_voice.c) → cst_cg_db. flite's own loader trusts its file: here every count, index, length
// and number that synthesis will use is held to what the rest of the file has.
#include "speech.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *data;
  uint32_t at, bytes;
  voice_t *voice;
  fault_t *fault;
  bool failed;
} file_t;

#define BAD(file, ...) ((file)->failed ? 0 : ((file)->failed = true, fail((file)->fault, E_VOICE_INVALID, "voice", __VA_ARGS__)))
#define BAD_HERE(file, what) BAD(file, "damaged voice file: %s at byte %u", what, (file)->at)

static void *take(file_t *f, size_t bytes) {
  void *taken = f->failed ? 0 : arena_take(&f->voice->arena, bytes);
  if (!taken && !f->failed) {
    f->failed = true;
    fail(f->fault, E_OUT_OF_MEMORY, 0, "out of memory");
  }
  return taken;
}

static bool has(file_t *f, uint32_t bytes) {
  if (f->failed) return false;
  if (f->bytes - f->at >= bytes) return true;
  BAD_HERE(f, "the file ends too early");
  return false;
}

static int32_t read_int(file_t *f) {
  int32_t value = 0;
  if (!has(f, 4)) return 0;
  memcpy(&value, f->data + f->at, 4);
  f->at += 4;
  return value;
}

/// A count of things that take at least `each` bytes in the file.
static uint32_t read_count(file_t *f, uint32_t each, uint32_t most) {
  int32_t count = read_int(f);
  if (f->failed) return 0;
  if (count < 0 || (uint32_t)count > most || (uint64_t)count * each > f->bytes - f->at) return (void)BAD(f, "damaged voice file: a count of %d at byte %u", count, f->at - 4), 0;
  return (uint32_t)count;
}

static float read_float(file_t *f) {
  float value = 0;
  if (!has(f, 4)) return 0;
  memcpy(&value, f->data + f->at, 4);
  f->at += 4;
  if (!isfinite(value)) BAD_HERE(f, "not a number");
  return value;
}

static float read_within(file_t *f, float low, float high, const char *what) {
  float value = read_float(f);
  if (!f->failed && !(value >= low && value <= high)) BAD(f, "damaged voice file: %s is %g, expected %g to %g", what, (double)value, (double)low, (double)high);
  return value;
}

static const char *read_string(file_t *f) {
  uint32_t bytes = read_count(f, 1, 1 << 16);
  char *text = take(f, bytes + 1);
  if (!text) return "";
  memcpy(text, f->data + f->at, bytes);
  f->at += bytes;
  return text; // ends at its first NUL, at the latest behind what was read
}

/// An array of items of `size` bytes; its length in *count.
static void *read_array(file_t *f, uint32_t size, uint32_t *count) {
  uint32_t bytes = read_count(f, 1, UINT32_MAX);
  if (!f->failed && bytes % size) BAD_HERE(f, "an array of broken items");
  void *array = take(f, bytes ? bytes : 1);
  if (!array) return *count = 0, (void *)0;
  memcpy(array, f->data + f->at, bytes);
  f->at += bytes;
  *count = bytes / size;
  if (size == 4)
    for (uint32_t i = 0; i < *count; i++)
      if (!isfinite(((float *)array)[i])) return (void)BAD_HERE(f, "not a number in an array"), array;
  if (size == 8)
    for (uint32_t i = 0; i < *count; i++)
      if (!isfinite(((double *)array)[i])) return (void)BAD_HERE(f, "not a number in an array"), array;
  return array;
}

/// Rows that each have at least `columns` items.
static void **read_rows(file_t *f, uint32_t size, uint32_t columns, uint32_t *rows) {
  *rows = read_count(f, 4, 1 << 20);
  void **array = take(f, (*rows + 1) * sizeof *array);
  if (!array) return 0;
  for (uint32_t i = 0; i < *rows && !f->failed; i++) {
    uint32_t count;
    array[i] = read_array(f, size, &count);
    if (!f->failed && count < columns) BAD(f, "damaged voice file: a row of %u items, expected %u, before byte %u", count, columns, f->at);
  }
  return array;
}

static const char *const RELATIONS[] = {"Segment", "Syllable", "SylStructure", "Word", "Phrase", "Token", "HMMstate", "segstate", "mcep", "mcep_link", 0};
static const char *const STEPS[] = {"n", "p", "nn", "pp", "parent", "daughter", "daughter1", "daughtern", "first", "last", 0};
/// Features of items, and the functions of src/synth/cst_ffeatures.c and lang/usenglish/us_ffeatures.c.
static const char *const FEATURES[] = {
    "name", "stress", "accent", "endtone", "end", "pos", "pbreak", "punc", "statepos", "frame_number", "voicing", "gpos", "num_digits", "month_range", "token_pos_guess",
    "content_words_in", "content_words_out", "lisp_cg_content_words_in_phrase", "ph_vc", "ph_vlng", "ph_vheight", "ph_vfront", "ph_vrnd", "ph_ctype", "ph_cplace", "ph_cvox",
    "lisp_cg_duration", "lisp_cg_state_pos", "lisp_cg_state_place", "lisp_cg_state_index", "lisp_cg_state_rindex", "lisp_cg_phone_place", "lisp_cg_phone_index",
    "lisp_cg_phone_rindex", "lisp_cg_position_in_phrasep", "lisp_cg_position_in_phrase", "lisp_cg_position_in_sentence", "lisp_cg_find_phrase_number", "lisp_is_pau",
    "word_numsyls", "word_break", "word_punc", "ssyl_in", "ssyl_out", "syl_in", "syl_out", "syl_break", "lisp_cg_break", "old_syl_break", "syl_onsetsize", "syl_codasize",
    "accented", "asyl_in", "asyl_out", "lisp_coda_fric", "lisp_onset_fric", "lisp_coda_stop", "lisp_onset_stop", "lisp_coda_nasal", "lisp_onset_nasal", "lisp_coda_glide",
    "lisp_onset_glide", "seg_onsetcoda", "pos_in_syl", "position_type", "sub_phrases", "last_accent", "next_accent", "syl_final", "syl_initial", "segment_duration",
    "lisp_cg_syl_ratio", "lisp_cg_phrase_ratio", "lisp_cg_syls_in_phrase", "pos_in_phrase", "pos_in_word", "syllable_duration", "syl_vowel", "syl_numphones", 0};

static bool one_of(const char *const *names, const char *name) {
  for (; *names; names++)
    if (!strcmp(*names, name)) return true;
  return false;
}

/// Whether a feature path is one that flite's lookup can walk: steps and relations that exist, and at its end a feature that does.
static bool path_ok(const char *path) {
  char text[160];
  if (strlen(path) >= sizeof text) return false;
  strcpy(text, path);
  char *at = text;
  for (char *dot; (dot = strpbrk(at, ".:")); at = dot + 1) {
    bool colon = *dot == ':';
    *dot = 0;
    if (!strcmp(at, "R")) {
      if (!colon || !(dot = strchr(dot + 1, '.'))) return false;
      *dot = 0;
      if (!one_of(RELATIONS, at + 2)) return false;
    } else if (colon || !one_of(STEPS, at)) return false;
  }
  return one_of(FEATURES, at);
}

/// A decision tree whose answers are numbers, or indices below `below` where that is not 0.
static const cst_cart *read_tree(file_t *f, uint32_t below) {
  uint32_t count = read_count(f, 10, 65535);
  cst_cart *tree = take(f, sizeof *tree);
  cst_cart_node *nodes = take(f, (count + 1) * sizeof *nodes);
  cst_val *values = take(f, (count + 1) * sizeof *values);
  if (!tree || !nodes || !values) return 0;
  if (!count) BAD_HERE(f, "an empty decision tree");
  uint32_t start = f->at, features_used = 0;
  for (uint32_t i = 0; i < count && has(f, 6); i++) {
    cst_cart_node *node = &nodes[i];
    uint16_t type, no;
    node->feat = f->data[f->at];
    node->op = f->data[f->at + 1];
    memcpy(&no, f->data + f->at + 2, 2);
    memcpy(&type, f->data + f->at + 4, 2);
    f->at += 6;
    cst_val_atom *value = &values[i].c.a;
    node->no_node = no;
    node->val = &values[i];
    value->type = (short)type;
    value->ref_count = -1; // as a constant of flite's: never counted, never freed
    bool leaf = node->op == CST_CART_OP_LEAF;
    if (type == CST_VAL_TYPE_STRING && !leaf) value->v.vval = (void *)read_string(f);
    else if (type == CST_VAL_TYPE_INT) value->v.ival = read_int(f);
    else if (type == CST_VAL_TYPE_FLOAT) value->v.fval = read_float(f);
    else return (void)BAD_HERE(f, "a decision tree's value of an unknown type"), (cst_cart *)0;
    if (f->failed) return 0;
    if (leaf) {
      if (below && type == CST_VAL_TYPE_FLOAT && value->v.fval >= 0 && value->v.fval < 16777216) { // as val_int reads it
        value->v.ival = (int)value->v.fval;
        value->type = (short)(type = CST_VAL_TYPE_INT);
      }
      if (below && (type != CST_VAL_TYPE_INT || value->v.ival < 0 || (uint32_t)value->v.ival >= below)) BAD_HERE(f, "a decision tree's answer out of range");
    } else if (node->op != CST_CART_OP_IS && node->op != CST_CART_OP_LESS && node->op != CST_CART_OP_GREATER) BAD_HERE(f, "a decision tree's question of an unknown kind");
    // questions lead forward alone, so every walk ends
    else if (no <= i || no >= count || i + 1 >= count) BAD_HERE(f, "a decision tree's question leads nowhere");
    else if (node->feat >= features_used) features_used = node->feat + 1u;
  }
  uint32_t features = read_count(f, 4, 256);
  const char **names = take(f, (features + 1) * sizeof *names);
  for (uint32_t i = 0; i < features && !f->failed; i++) {
    names[i] = read_string(f);
    if (!f->failed && !path_ok(names[i])) {
      f->failed = true;
      fail(f->fault, E_VOICE_UNSUPPORTED, "voice", "the voice asks for a feature that US English does not have: \"%.80s\"", names[i]);
    }
  }
  if (!f->failed && features < features_used) BAD(f, "damaged voice file: the decision tree at byte %u has too few features", start);
  tree->rule_table = nodes;
  tree->feat_table = names;
  return f->failed ? 0 : tree;
}

static const cst_cart **read_trees(file_t *f, uint32_t expected, uint32_t below) {
  uint32_t count = read_count(f, 14, 1 << 16);
  const cst_cart **trees = take(f, (count + 1) * sizeof *trees);
  if (!f->failed && count != expected) BAD(f, "damaged voice file: %u decision trees, expected %u, at byte %u", count, expected, f->at);
  for (uint32_t i = 0; i < count && !f->failed; i++) trees[i] = read_tree(f, below);
  return trees;
}

static const char *feature(const voice_t *voice, const char *name) {
  for (int i = 0; i < voice->feature_count; i++)
    if (!strcmp(voice->features[i][0], name)) return voice->features[i][1];
  return 0;
}

static int model_count(file_t *f, const char *name, int low, int high) {
  const char *text = feature(f->voice, name);
  int count = text ? atoi(text) : 1;
  if (count < low || count > high) BAD(f, "damaged voice file: %s is %d", name, count);
  return f->failed ? low : count;
}

static void read_features(file_t *f) {
  voice_t *voice = f->voice;
  for (int i = 0; !f->failed; i++) {
    const char *name = read_string(f), *value = read_string(f);
    if (f->failed || !strcmp(name, "end_of_features")) return;
    if (i == 200) BAD_HERE(f, "more than 200 features");
    if (voice->feature_count < 16 && strlen(name) < 40 && strlen(value) < 400) {
      voice->features[voice->feature_count][0] = (char *)name;
      voice->features[voice->feature_count++][1] = (char *)value;
    }
  }
}

/// The vectors of one model: rows of quantised parameters.
static void read_vectors(file_t *f, cst_cg_db *db, int model) {
  int channels = read_int(f), frames = read_int(f);
  uint32_t columns = db->model_shape == 2 ? (uint32_t)channels / 2 : db->model_shape == 3 ? 41 : (uint32_t)channels, rows = 0;
  int least = 2 * (db->mixed_excitation ? 6 : 1) + 10; // known only later: checked again there
  if (!f->failed && (channels < least || channels > 1024 || channels % 2)) BAD_HERE(f, "a model's number of parameters");
  const unsigned short **vectors = (const unsigned short **)read_rows(f, 2, columns, &rows);
  if (!f->failed && (rows == 0 || frames != (int)rows)) BAD_HERE(f, "a model's number of vectors");
  if (!f->failed && model > 0 && channels != db->num_channels[0]) BAD_HERE(f, "models of different sizes");
  if (f->failed) return;
  db->num_channels[model] = channels;
  db->num_frames[model] = frames;
  db->model_vectors[model] = vectors;
}

int clustergen_read(voice_t *voice, const uint8_t *data, uint32_t bytes, fault_t *fault) {
  static const char header[] = "CMU_FLITE_CG_VOXDATA-v2.0";
  file_t file = {data, sizeof header + 4, bytes, voice, fault, false}, *f = &file;
  if (bytes < sizeof header + 4 || memcmp(data, header, sizeof header)) return fail(fault, E_VOICE_UNSUPPORTED, "voice", "a .flitevox file of another version than 2.0");
  int32_t order;
  memcpy(&order, data + sizeof header, 4);
  if (order != 1) return fail(fault, E_VOICE_UNSUPPORTED, "voice", "a .flitevox file in big-endian order");
  cst_cg_db *db = take(f, sizeof *db);
  if (!db) return -fault->code;
  voice->cg = db;
  read_features(f);
  const char *language = feature(voice, "language");
  if (!f->failed && (!language || strcmp(language, "eng"))) return fail(fault, E_VOICE_UNSUPPORTED, "voice", "the voice speaks \"%.20s\"; this engine has the text analysis of eng alone", language ? language : "");
  db->name = read_string(f);
  uint32_t types = read_count(f, 5, 4096);
  const char **type_names = take(f, (types + 1) * sizeof *type_names);
  for (uint32_t i = 0; i < types && !f->failed; i++) type_names[i] = read_string(f);
  db->types = type_names;
  db->num_types = read_int(f);
  if (!f->failed && (types == 0 || db->num_types != (int)types)) BAD_HERE(f, "the number of types");
  db->sample_rate = read_int(f);
  if (!f->failed && (db->sample_rate < 8000 || db->sample_rate > 48000)) BAD(f, "damaged voice file: a sample rate of %d Hz", db->sample_rate);
  db->f0_mean = read_within(f, 20, 600, "the mean f0");
  db->f0_stddev = read_within(f, 0.01f, 600, "the deviation of f0");
  db->num_f0_models = model_count(f, "num_f0_models", 1, 16);
  db->num_param_models = model_count(f, "num_param_models", 1, 16);
  db->num_dur_models = model_count(f, "num_dur_models", 1, 16);
  db->model_shape = model_count(f, "model_shape", 1, 3);
  db->f0_trees = take(f, (size_t)db->num_f0_models * sizeof *db->f0_trees);
  for (int i = 0; i < db->num_f0_models && !f->failed; i++) db->f0_trees[i] = read_trees(f, types, 0);
  db->param_trees = take(f, (size_t)db->num_param_models * sizeof *db->param_trees);
  uint32_t trees_at = f->at;
  for (int i = 0; i < db->num_param_models && !f->failed; i++) db->param_trees[i] = read_trees(f, types, UINT32_MAX);
  db->spamf0 = read_int(f);
  if (db->spamf0 && !f->failed) {
    db->spamf0_accent_tree = read_tree(f, UINT32_MAX);
    db->spamf0_phrase_tree = read_tree(f, 0);
  }
  db->num_channels = take(f, (size_t)db->num_param_models * sizeof *db->num_channels);
  db->num_frames = take(f, (size_t)db->num_param_models * sizeof *db->num_frames);
  db->model_vectors = take(f, (size_t)db->num_param_models * sizeof *db->model_vectors);
  for (int i = 0; i < db->num_param_models && !f->failed; i++) read_vectors(f, db, i);
  // the answers of the trees are vectors: now their number is known
  for (int i = 0; i < db->num_param_models && !f->failed; i++)
    for (uint32_t t = 0; t < types; t++)
      for (const cst_cart_node *node = db->param_trees[i][t]->rule_table; node->val; node++)
        if (node->op == CST_CART_OP_LEAF && node->val->c.a.v.ival >= db->num_frames[i] && !f->failed) BAD(f, "damaged voice file: a decision tree behind byte %u names a vector that is not there", trees_at);
  if (db->spamf0 && !f->failed) {
    uint32_t rows;
    db->num_channels_spamf0_accent = read_int(f);
    db->num_frames_spamf0_accent = read_int(f);
    db->spamf0_accent_vectors = (const float *const *)read_rows(f, 4, 7, &rows);
    if (!f->failed && (rows == 0 || (int)rows != db->num_frames_spamf0_accent)) BAD_HERE(f, "the number of accents");
    for (const cst_cart_node *node = f->failed ? 0 : db->spamf0_accent_tree->rule_table; node && node->val; node++)
      if (node->op == CST_CART_OP_LEAF && node->val->c.a.v.ival >= (int)rows && !f->failed) BAD_HERE(f, "a decision tree names an accent that is not there");
  }
  uint32_t count, ranges;
  db->model_min = read_array(f, 4, &count);
  db->model_range = read_array(f, 4, &ranges);
  uint32_t channels = f->failed ? 0 : (uint32_t)db->num_channels[0];
  if (!f->failed && db->model_shape == 1 && (count < channels || ranges < channels)) BAD_HERE(f, "too few ranges of parameters");
  if (db->model_shape > 1 && !f->failed) {
    db->qtable = take(f, (size_t)db->num_param_models * sizeof *db->qtable);
    for (int i = 0; i < db->num_param_models && !f->failed; i++) {
      uint32_t rows;
      db->qtable[i] = (const float **)read_rows(f, 4, 256, &rows);
      if (!f->failed && (rows < channels || (db->model_shape == 3 && channels != 114))) BAD_HERE(f, "a quantisation table of another size");
    }
  }
  db->frame_advance = read_within(f, 0.002f, 0.02f, "the frame advance");
  db->dur_stats = take(f, (size_t)db->num_dur_models * sizeof *db->dur_stats);
  db->dur_cart = take(f, (size_t)db->num_dur_models * sizeof *db->dur_cart);
  for (int i = 0; i < db->num_dur_models && !f->failed; i++) {
    uint32_t stats = read_count(f, 13, 1 << 16);
    const dur_stat **list = take(f, (stats + 1) * sizeof *list);
    for (uint32_t k = 0; k < stats && !f->failed; k++) {
      dur_stat *stat = take(f, sizeof *stat);
      float mean = read_within(f, -2, 2, "a mean duration"), deviation = read_within(f, -2, 2, "a deviation of durations");
      const char *phone = read_string(f);
      if (!stat || f->failed) break;
      memcpy((void *)&stat->mean, &mean, sizeof mean);
      memcpy((void *)&stat->stddev, &deviation, sizeof deviation);
      memcpy((void *)&stat->phone, &phone, sizeof phone);
      list[k] = stat;
    }
    if (!f->failed && stats == 0) BAD_HERE(f, "no durations");
    db->dur_stats[i] = list;
    db->dur_cart[i] = f->failed ? 0 : read_tree(f, 0);
  }
  uint32_t phones = read_count(f, 4, 4096);
  const char ***states = take(f, (phones + 1) * sizeof *states);
  for (uint32_t i = 0; i < phones && !f->failed; i++) {
    uint32_t names = read_count(f, 5, 12);
    states[i] = take(f, (names + 1) * sizeof *states[i]);
    if (!f->failed && names < 2) BAD_HERE(f, "a segment without states");
    for (uint32_t k = 0; k < names && !f->failed; k++) states[i][k] = read_string(f);
  }
  if (!f->failed && phones == 0) BAD_HERE(f, "no segments");
  db->phone_states = (const char *const *const *)states;
  db->do_mlpg = read_int(f);
  db->dynwin = read_array(f, 4, &count);
  db->dynwinsize = read_int(f);
  if (!f->failed && db->do_mlpg && (db->dynwinsize != 3 || count < 3)) BAD_HERE(f, "the window of the smoothing");
  db->mlsa_alpha = read_within(f, -0.99f, 0.99f, "the filter's alpha");
  db->mlsa_beta = read_within(f, 0, 2, "the filter's beta");
  db->multimodel = read_int(f);
  db->mixed_excitation = read_int(f);
  db->ME_num = read_int(f);
  db->ME_order = read_int(f);
  if (!f->failed && db->mixed_excitation && (db->ME_num != 5 || db->ME_order < 1 || db->ME_order > 256)) BAD_HERE(f, "the filters of the excitation");
  if (!f->failed && !db->mixed_excitation) db->ME_num = db->ME_order = 0;
  uint32_t rows;
  db->me_h = (const double *const *)read_rows(f, 8, f->failed ? 0 : (uint32_t)db->ME_order, &rows);
  if (!f->failed && (int)rows < db->ME_num) BAD_HERE(f, "too few filters of the excitation");
  read_int(f); // spamf0 once more
  db->gain = read_within(f, 0, 100, "the gain");
  if (f->failed) return -fault->code;
  // static and delta parameters with their deviations, or without
  int left = db->num_channels[0] / (db->do_mlpg ? 1 : 2) - 2 * (db->mixed_excitation ? 6 : 1);
  if (left < (db->do_mlpg ? 22 : 6) || left % 2) return fail(fault, E_VOICE_INVALID, "voice", "damaged voice file: %d parameters are too few", db->num_channels[0]);
  const char *stretch = feature(voice, "duration_stretch");
  if (stretch && atof(stretch) > 0.2 && atof(stretch) < 5) voice->stretch = (float)atof(stretch);
  const char *mean = feature(voice, "int_f0_target_mean");
  voice->f0_mean = mean && atof(mean) >= 20 && atof(mean) <= 600 ? (float)atof(mean) : db->f0_mean;
  const char *deviation = feature(voice, "int_f0_target_stddev");
  voice->f0_stddev = deviation && atof(deviation) > 0 && atof(deviation) <= 600 ? (float)atof(deviation) : db->f0_stddev;
  voice->sample_rate = db->sample_rate;
  return OK;
}
