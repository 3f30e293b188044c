// Statistical voices (clustergen): from an utterance with segments to samples, a part at a time. The models' parameters are predicted for the
// whole sentence, as flite's cg_synth does, and filtered as asked for. The functions that are flite's own are used from its sources
// (src/cg/cst_cg.c, cst_mlsa.c); make_params, predict and the filter are theirs, written anew: prosody by segment, a cancel word, samples that
// are not rounded to 16 bits, and the five stages of the filter side by side in SIMD.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include "cst_cg.c"
#include "cst_mlsa.c"
#pragma clang diagnostic pop

#include "speech.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 5, LANES = 6, FRAME_MAX = 1024, ORDER_MAX = 258 };
typedef double pair_t __attribute__((vector_size(16)));

struct vocoder {
  cst_cg_db *db;
  cst_track *track, *strengths;
  VocoderSetup setup;
  uint64_t *noise;
  int frame, frames, frame_samples, m;
  int ready, taken; // samples of the frame that was filtered, and how many of them were given
  double *mcep;
  double pulses[ORDER_MAX + FRAME_MAX], noises[ORDER_MAX + FRAME_MAX], excitation[FRAME_MAX];
  double d1[2 * (STAGES + 1)], pt[STAGES + 1];
  pair_t *delays; // [m + 2][3]: element k of the delay lines of the stages 1 … 5, and one lane that is not used
  float samples[FRAME_MAX];
};

// ---- parameters --------------------------------------------------------------------------------------------------------------------

/// cg_make_params with prosody by segment. The number of the segment of each frame is left in *segments.
static int make_params(cst_utterance *utt, cst_cg_db *db, const prosody_t *prosody, int **segments) {
  cst_relation *mcep = utt_relation_create(utt, "mcep"), *link = utt_relation_create(utt, "mcep_link");
  cst_item *state = utt_rel_head(utt, "HMMstate");
  int frames = 0, room = 0, index = 0;
  float end = 0;
  for (cst_item *seg = utt_rel_head(utt, "Segment"); seg; seg = item_next(seg), index++) {
    if (HAFORU_CANCELLED) return 0;
    int states = 0;
    float durations[16], total = 0;
    for (cst_item *d = item_daughter(item_as(seg, "segstate")), *s = state; d && states < 16; d = item_next(d), s = item_next(s)) {
      float duration = prosody->stretch[index] * cg_state_duration(s, db);
      if (duration < db->frame_advance) duration = db->frame_advance;
      if (duration > 5) duration = 5;
      total += duration;
      durations[states++] = duration;
    }
    float most = index == 0 ? prosody->first_pause_max : index == prosody->count - 1 ? prosody->last_pause_max : -1;
    float scale = most >= 0 && total > most ? most / total : 1;
    for (int k = 0; k < states; k++, state = item_next(state)) {
      end += scale == 1 ? durations[k] : durations[k] * scale;
      item_set_float(state, "end", end);
      cst_item *parent = relation_append(link, state);
      for (; frames * db->frame_advance <= end; frames++) {
        cst_item *frame = relation_append(mcep, NULL);
        item_add_daughter(parent, frame);
        item_set_int(frame, "frame_number", frames);
        item_set(frame, "name", item_feat(parent, "name"));
        if (frames == room) {
          room = room * 2 + 256;
          int *grown = realloc(*segments, (size_t)room * sizeof *grown);
          if (!grown) return -1;
          *segments = grown;
        }
        (*segments)[frames] = index;
      }
    }
    item_set_float(seg, "end", end);
  }
  utt_set_feat_int(utt, "param_track_num_frames", frames);
  return frames;
}

/// cg_predict_params; false when it was cancelled.
static bool predict(cst_utterance *utt, cst_cg_db *db, int frames) {
  const int step = db->do_mlpg ? 1 : 2, extra = db->mixed_excitation ? 6 : 1;
  cst_track *track = new_track(), *strengths = NULL;
  cst_track_resize(track, frames, db->num_channels[0] / step - 2 * extra);
  utt_set_feat(utt, "param_track", track_val(track));
  if (db->mixed_excitation) {
    strengths = new_track();
    cst_track_resize(strengths, frames, 5);
    utt_set_feat(utt, "str_track", track_val(strengths));
  }
  float *vector = cst_alloc(float, db->num_channels[0]);
  int i = 0;
  for (cst_item *mcep = utt_rel_head(utt, "mcep"); mcep; i++, mcep = item_next(mcep)) {
    if (HAFORU_CANCELLED) break;
    const char *name = item_feat_string(mcep, "name");
    int p = 0;
    while (db->types[p] && !cst_streq(name, db->types[p])) p++;
    if (!db->types[p]) p = 0;
    float f0 = 0;
    for (int model = 0; model < db->num_f0_models; model++) f0 += val_float(cart_interpret(mcep, db->f0_trees[model][p]));
    float *frame = track->frames[i];
    frame[0] = f0 / db->num_f0_models;
    if (frame[0] < 50.0f) frame[0] = 0;
    float voicing = 0;
    for (int model = 0; model < db->num_param_models; model++) {
      int f = val_int(cart_interpret(mcep, db->param_trees[model][p]));
      unpack_model_vector(db, model, f, vector);
      int j;
      for (j = 2; j < track->num_channels; j++) {
        if (model == 0) frame[j] = 0;
        frame[j] += vector[j * step] / (float)db->num_param_models;
      }
      if (strengths)
        for (int o = j, k = 0; k < 5; k++) {
          if (model == 0) strengths->frames[i][k] = 0;
          strengths->frames[i][k] += vector[(o + 2 * k) * step] / (float)db->num_param_models;
        }
      voicing /= (float)(model + 1);
      voicing += vector[db->num_channels[model] - 2] / (float)(model + 1);
    }
    item_set_float(mcep, "voicing", voicing);
    track->times[i] = i * db->frame_advance;
  }
  cst_free(vector);
  if (HAFORU_CANCELLED) return false;
  cg_smooth_F0(utt, db, track);
  return true;
}

/// Asked-for changes of pitch, on the voiced frames.
static void shift_f0(cst_track *track, const cst_cg_db *db, const prosody_t *prosody, const int *segments) {
  for (int i = 0; i < track->num_frames; i++) {
    float f0 = track->frames[i][0];
    int s = segments[i];
    if (f0 <= 0) continue;
    if (prosody->range[s] != 1) f0 = (f0 - db->f0_mean) * prosody->range[s] + db->f0_mean;
    float factor = prosody->pitch[s];
    if (prosody->mean_hz[s] > 0) factor *= prosody->mean_hz[s] / db->f0_mean;
    if (factor == 1 && prosody->range[s] == 1 && prosody->shift_hz[s] == 0) continue;
    f0 = f0 * factor + prosody->shift_hz[s];
    track->frames[i][0] = f0 < 20 ? 20 : f0 > 1200 ? 1200 : f0;
  }
}

vocoder_t *vocoder_begin(cst_utterance *utt, cst_cg_db *db, const prosody_t *prosody, uint64_t *noise, uint32_t *samples, bool *cancelled) {
  int *segments = NULL;
  *cancelled = false;
  cg_make_hmmstates(utt);
  int frames = make_params(utt, db, prosody, &segments);
  vocoder_t *v = frames > 8 ? calloc(1, sizeof *v) : NULL;
  if (!v || !predict(utt, db, frames)) {
    *cancelled = HAFORU_CANCELLED;
    free(segments);
    free(v);
    return NULL;
  }
  if (db->spamf0) cst_spamf0(utt);
  cst_track *track = val_track(utt_feat_val(utt, "param_track"));
  shift_f0(track, db, prosody, segments);
  free(segments);
  v->db = db;
  v->track = db->do_mlpg ? mlpg(track, db) : cst_track_copy(track);
  v->strengths = db->mixed_excitation ? cst_track_copy(val_track(utt_feat_val(utt, "str_track"))) : NULL;
  if (HAFORU_CANCELLED) {
    *cancelled = true;
    vocoder_free(v);
    return NULL;
  }
  v->noise = noise;
  v->frames = frames;
  v->frame_samples = (int)(0.5 + 1000.0 * (v->track->times[1] - v->track->times[0]) * db->sample_rate / 1000.0);
  v->m = v->track->num_channels - 1;
  init_vocoder(db->sample_rate, v->frame_samples, v->m, &v->setup, db);
  if (v->strengths) v->setup.gauss = MFALSE;
  v->mcep = cst_alloc(double, v->m + 1);
  v->delays = aligned_alloc(16, (size_t)(v->m + 3) * 3 * sizeof(pair_t));
  if (!v->delays || v->frame_samples > FRAME_MAX || v->frame_samples < 1) {
    vocoder_free(v);
    return NULL;
  }
  memset(v->delays, 0, (size_t)(v->m + 3) * 3 * sizeof(pair_t));
  *samples = (uint32_t)(frames - 1) * (uint32_t)v->frame_samples;
  return v;
}

// ---- the filter --------------------------------------------------------------------------------------------------------------------

/// musl's rand(), which flite calls: with a state of its own for each stream, every stream of a text is the same samples.
static double plus_or_minus(uint64_t *state) {
  *state = 6364136223846793005ull * *state + 1;
  return (double)(*state >> 33) > 2147483647 / 2.0 ? 1.0 : -1.0;
}

/// The second half of the MLSA filter: mlsafir of the five stages at once, since each reads what the one before gave for the last sample.
static void stages(vocoder_t *v, const double *b, double a, double *y) {
  const int m = v->m;
  pair_t *d = v->delays;
  const pair_t av = {a, a}, aa = {1 - a * a, 1 - a * a};
  pair_t in[3] = {{v->pt[0], v->pt[1]}, {v->pt[2], v->pt[3]}, {v->pt[4], 0}};
  pair_t sum[3] = {{0, 0}, {0, 0}, {0, 0}}, last[3], held[3];
  for (int s = 0; s < 3; s++) {
    last[s] = aa * in[s] + av * d[3 + s]; // element 1
    d[3 + s] = last[s];
    held[s] = d[6 + s]; // element 2, before it takes element 1's place
    d[6 + s] = last[s];
  }
  for (int i = 2; i <= m; i++) {
    const pair_t bi = {b[i], b[i]};
    for (int s = 0; s < 3; s++) {
      pair_t next = d[3 * (i + 1) + s];
      last[s] = held[s] + av * (next - last[s]);
      sum[s] += last[s] * bi;
      d[3 * (i + 1) + s] = last[s];
      held[s] = next;
    }
  }
  for (int s = 0; s < 3; s++) {
    y[2 * s] = sum[s][0];
    y[2 * s + 1] = sum[s][1];
  }
}

/// mlsadf: one sample through both halves.
static double filter(vocoder_t *v, double x, const double *b, double a) {
  static const double pade[STAGES + 1] = {1.0, 0.4999391, 0.1107098, 0.01369984, 0.0009564853, 0.00003041721};
  double *d = v->d1, *pt = v->d1 + STAGES + 1, out = 0;
  const double aa = 1 - a * a;
  for (int i = STAGES; i >= 1; i--) {
    d[i] = aa * pt[i - 1] + a * d[i];
    pt[i] = d[i] * b[1];
    double value = pt[i] * pade[i];
    x += i & 1 ? value : -value;
    out += value;
  }
  pt[0] = x;
  x = out + x;
  double y[LANES];
  stages(v, b, a, y);
  out = 0;
  for (int i = STAGES; i >= 1; i--) {
    v->pt[i] = y[i - 1];
    double value = y[i - 1] * pade[i];
    x += i & 1 ? value : -value;
    out += value;
  }
  v->pt[0] = x;
  return out + x;
}

/// Pulses and noise of a frame through the excitation's shaping filters. p1 moves to the frame's pitch as in vocoder().
static void excite(vocoder_t *v, const float *strengths, double inc) {
  VocoderSetup *vs = &v->setup;
  const int count = v->frame_samples, order = strengths ? vs->ME_order : 0;
  double *pulses = v->pulses + ORDER_MAX, *noises = v->noises + ORDER_MAX;
  for (int n = 0; n < count; n++) {
    double pulse = 0, noise = 0;
    if (vs->p1 == 0.0) noise = vs->gauss ? nrandom(vs) : plus_or_minus(v->noise);
    else {
      if ((vs->pc += 1.0) >= vs->p1) {
        pulse = sqrt(vs->p1);
        vs->pc = vs->pc - vs->p1;
      }
      if (strengths) noise = plus_or_minus(v->noise);
    }
    pulses[n] = pulse;
    noises[n] = noise;
    vs->p1 += inc;
  }
  if (!strengths) {
    for (int n = 0; n < count; n++) v->excitation[n] = pulses[n] + noises[n];
    return;
  }
  for (int i = 0; i < order; i++) {
    vs->hpulse[i] = vs->hnoise[i] = 0;
    for (int j = 0; j < vs->ME_num; j++) {
      vs->hpulse[i] += strengths[j] * vs->h[j][i];
      vs->hnoise[i] += (1 - strengths[j]) * vs->h[j][i];
    }
  }
  memset(v->excitation, 0, (size_t)count * sizeof(double));
  // as in flite, whose delay line is read before it moves on: every tap but the first is one sample later than its number
  for (int k = order - 1; k >= 0; k--) {
    const double h = vs->hnoise[k];
    const double *delayed = noises - (k ? k + 1 : 0);
    for (int n = 0; n < count; n++) v->excitation[n] += h * delayed[n];
  }
  for (int n = -order; n < count; n++) { // pulses are few
    if (pulses[n] == 0) continue;
    if (n >= 0) v->excitation[n] += vs->hpulse[0] * pulses[n];
    for (int k = n < -1 ? -n - 1 : 1; k < order && n + k + 1 < count; k++) v->excitation[n + k + 1] += vs->hpulse[k] * pulses[n];
  }
  memmove(pulses - ORDER_MAX, pulses - ORDER_MAX + count, ORDER_MAX * sizeof(double));
  memmove(noises - ORDER_MAX, noises - ORDER_MAX + count, ORDER_MAX * sizeof(double));
}

/// vocoder() of cst_mlsa.c: one frame; the first one only sets the filter up.
static void run_frame(vocoder_t *v) {
  VocoderSetup *vs = &v->setup;
  const cst_cg_db *db = v->db;
  const int m = v->m;
  const float *frame = v->track->frames[v->frame];
  for (int i = 1; i < m + 1; i++) v->mcep[i - 1] = frame[i];
  v->mcep[m] = 0;
  double p = frame[0] != 0 ? vs->rate / frame[0] : 0;
  const bool first = vs->p1 < 0;
  if (first) {
    vs->p1 = p;
    vs->pc = p;
    vs->cc = vs->c + m + 1;
    vs->cinc = vs->cc + m + 1;
    vs->d1 = vs->cinc + m + 1;
  }
  double *c = first ? vs->c : vs->cc;
  mc2b(v->mcep, c, m, db->mlsa_alpha);
  if (db->mlsa_beta > 0 && m > 1) {
    double e1 = b2en(c, m, db->mlsa_alpha, vs);
    c[1] -= db->mlsa_beta * db->mlsa_alpha * v->mcep[2];
    for (int k = 2; k <= m; k++) c[k] *= 1.0 + db->mlsa_beta;
    c[0] += log(e1 / b2en(c, m, db->mlsa_alpha, vs)) / 2;
  }
  v->ready = v->taken = 0;
  if (first) return;
  for (int k = 0; k <= m; k++) vs->cinc[k] = (vs->cc[k] - vs->c[k]) / (double)vs->fprd;
  double inc = 0;
  if (vs->p1 != 0 && p != 0) inc = (p - vs->p1) / (double)vs->fprd;
  else {
    vs->pc = p;
    vs->p1 = 0;
  }
  excite(v, v->strengths ? v->strengths->frames[v->frame] : NULL, inc);
  const double gain = db->sample_rate == 8000 ? 2.0 : db->gain != 0 ? db->gain : 1.0;
  for (int n = 0; n < v->frame_samples; n++) {
    double x = v->excitation[n] * exp(vs->c[0]) * gain;
    v->samples[n] = (float)filter(v, x, vs->c, db->mlsa_alpha);
    for (int k = 0; k <= m; k++) vs->c[k] += vs->cinc[k];
  }
  v->ready = v->frame_samples;
  vs->p1 = p;
  memmove(vs->c, vs->cc, sizeof(double) * (size_t)(m + 1));
}

uint32_t vocoder_run(vocoder_t *v, float *samples, uint32_t room) {
  uint32_t made = 0;
  while (made < room) {
    if (v->taken == v->ready) {
      if (v->frame == v->frames || cancel_word) break;
      run_frame(v);
      v->frame++;
      continue;
    }
    uint32_t count = (uint32_t)(v->ready - v->taken);
    if (count > room - made) count = room - made;
    for (uint32_t i = 0; i < count; i++) {
      float x = v->samples[v->taken + (int)i];
      samples[made + i] = isfinite(x) ? x : 0; // a damaged voice may drive the filter beyond all bounds
    }
    v->taken += (int)count;
    made += count;
  }
  return made;
}

void vocoder_free(vocoder_t *v) {
  if (!v) return;
  delete_track(v->track);
  delete_track(v->strengths);
  free_vocoder(&v->setup);
  cst_free(v->mcep);
  free(v->delays);
  free(v);
}
