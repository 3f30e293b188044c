// One sentence: tokens → flite's utterance (words, segments, durations, f0) → a vocoder that gives samples, and the times of what is in it.
#include "speech.h"
#include "us_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

uint32_t utterances_made;
static const sentence_t *current; // of the call that runs; flite's hooks have no argument of ours

static cst_val *copy_list(const cst_val *list) {
  cst_val *turned = 0;
  for (; list; list = val_cdr(list)) turned = cons_val(string_val(val_string(val_car(list))), turned);
  return val_reverse(turned);
}

static cst_val *words_of(cst_item *token) {
  const token_t *t = &current->tokens[item_feat_int(token, "haforu")];
  return t->words ? copy_list(t->words) : us_tokentowords(token);
}

static cst_utterance *build(const sentence_t *sentence, const voice_t *voice, float stretch) {
  cst_utterance *u = new_utterance();
  cst_relation *tokens = utt_relation_create(u, "Token");
  for (uint32_t i = 0; i < sentence->count; i++) {
    const token_t *t = &sentence->tokens[i];
    cst_item *item = relation_append(tokens, NULL);
    item_set_string(item, "name", t->name);
    item_set_string(item, "whitespace", t->white);
    item_set_string(item, "prepunctuation", t->pre);
    item_set_string(item, "punc", t->post);
    item_set_int(item, "haforu", (int)i);
    if (t->phones) item_set(item, "phones", copy_list(t->phones));
  }
  utt_init(u, voice->voice);
  utt_set_feat(u, "tokentowords_func", itemfunc_val(&words_of));
  utt_set_feat_float(u, "duration_stretch", stretch);
  return u;
}

static cst_utterance *hook(cst_utterance *u, const char *name) {
  const cst_val *function = feat_val(u->features, name);
  return function ? (*val_uttfunc(function))(u) : u;
}

/// utt_synth_tokens of src/synth/cst_synth.c as far as the segments; false when cancelled.
static bool analyse(cst_utterance *u) {
  static cst_utterance *(*const modules[])(cst_utterance *) = {default_textanalysis, default_pos_tagger, default_phrasing, default_lexical_insertion, default_pause_insertion, cart_intonation};
  for (unsigned i = 0; i < sizeof modules / sizeof *modules; i++) {
    if (HAFORU_CANCELLED) return false;
    modules[i](u);
  }
  hook(u, "postlex_func");
  return !HAFORU_CANCELLED;
}

/// The token of a segment, -1 for a pause.
static int token_of(cst_item *segment) {
  cst_item *syllable = item_parent(item_as(segment, "SylStructure"));
  cst_item *word = item_parent(syllable);
  cst_item *token = item_parent(item_as(word, "Token"));
  return token ? item_feat_int(token, "haforu") : -1;
}

/// Diphone voices: durations are in the Segment relation; scales them by segment and holds the outer pauses to their limits.
static void scale_durations(cst_utterance *u, const prosody_t *prosody) {
  float before = 0, end = 0;
  int i = 0;
  for (cst_item *s = relation_head(utt_relation(u, "Segment")); s; s = item_next(s), i++) {
    float was = item_feat_float(s, "end"), duration = (was - before) * prosody->stretch[i];
    float most = i == 0 ? prosody->first_pause_max : i == prosody->count - 1 ? prosody->last_pause_max : -1;
    if (most >= 0 && duration > most) duration = most;
    if (duration < 0.01f) duration = 0.01f; // a pitch period must fit
    before = was;
    end += duration;
    item_set_float(s, "end", end);
  }
}

static void scale_targets(cst_utterance *u, const prosody_t *prosody, float mean) {
  cst_item *segment = relation_head(utt_relation(u, "Segment"));
  int i = 0;
  for (cst_item *t = relation_head(utt_relation(u, "Target")); t; t = item_next(t)) {
    float at = item_feat_float(t, "pos"), f0 = item_feat_float(t, "f0");
    while (item_next(segment) && item_feat_float(segment, "end") < at) segment = item_next(segment), i++;
    f0 = (f0 - mean) * prosody->range[i] + mean;
    f0 *= prosody->pitch[i] * (prosody->mean_hz[i] > 0 ? prosody->mean_hz[i] / mean : 1);
    f0 += prosody->shift_hz[i];
    item_set_float(t, "f0", f0 < 20 ? 20 : f0 > 1000 ? 1000 : f0);
  }
}

typedef struct {
  float *numbers; // stretch, pitch, range, mean, gain, shift: count each
  int *tokens;
  prosody_t prosody;
  const float *gain;
  bool plain; // nothing changes durations, or f0
  bool same_pitch;
} plan_t;

/// What each segment gets: its token's style; a pause that of the word before it.
static bool plan(plan_t *p, cst_utterance *u, const sentence_t *sentence, const source_t *source, const utterance_options_t *options) {
  int count = 0;
  for (cst_item *s = relation_head(utt_relation(u, "Segment")); s; s = item_next(s)) count++;
  p->numbers = malloc((size_t)count * 6 * sizeof(float));
  p->tokens = malloc((size_t)count * sizeof(int));
  if (!p->numbers || !p->tokens) return false;
  float *stretch = p->numbers, *pitch = stretch + count, *range = pitch + count, *mean = range + count, *gain = mean + count, *shift = gain + count;
  int i = 0, last = 0;
  p->plain = options->first_pause_max < 0 && options->last_pause_max < 0;
  p->same_pitch = options->pitch == 1;
  for (cst_item *s = relation_head(utt_relation(u, "Segment")); s; s = item_next(s), i++) {
    int token = p->tokens[i] = token_of(s);
    if (token >= 0) last = token;
    const token_t *t = &sentence->tokens[last];
    const style_t *style = &source->styles[t->style];
    stretch[i] = style->stretch;
    if (token < 0 && i > 0 && i < count - 1 && t->no_break) stretch[i] = 0.01f;
    pitch[i] = options->pitch * style->pitch;
    range[i] = style->range;
    mean[i] = style->mean_hz;
    gain[i] = style->gain;
    shift[i] = style->shift_hz * options->pitch;
    if (stretch[i] != 1) p->plain = false;
    if (pitch[i] != 1 || range[i] != 1 || mean[i] > 0 || shift[i] != 0) p->same_pitch = false;
  }
  p->prosody = (prosody_t){count, stretch, pitch, range, mean, shift, options->first_pause_max, options->last_pause_max};
  p->gain = gain;
  return true;
}

/// Words that have segments, with their times. An apostrophe's part ("'s") belongs to the word before it.
static bool collect_words(utterance_t *u, cst_utterance *utt, const sentence_t *sentence, warnings_t *warnings) {
  int count = 0;
  for (cst_item *w = relation_head(utt_relation(utt, "Word")); w; w = item_next(w)) count++;
  u->words = calloc((size_t)count + 1, sizeof *u->words);
  if (!u->words) return false;
  int last_token = -1, silent_token = -1;
  const char *silent = ""; // the last word without a sound: many of one token are one warning
  for (cst_item *w = relation_head(utt_relation(utt, "Word")); w; w = item_next(w)) {
    int token = item_feat_int(item_parent(item_as(w, "Token")), "haforu");
    const token_t *t = &sentence->tokens[token];
    const char *name = item_name(w);
    if (!item_daughter(item_daughter(item_as(w, "SylStructure")))) {
      // punctuation that stands alone is meant to be silent
      if ((silent_token != token || strcmp(silent, name)) && strspn(name, ".,:;!?()[]{}\"'`-_/") != strlen(name)) {
        out_t value = {0};
        out_string(&value, name, (uint32_t)strlen(name));
        out_bytes(&value, "", 1);
        warn(warnings, (warning_place_t){.code = "speech_characters_skipped", .text_start = t->at, .text_end = t->to, .key = "characters", .value = value.at ? value.at : "\"\""},
             "\"%.60s\" has no sound", name);
        out_free(&value);
      }
      silent_token = token;
      silent = name;
      continue;
    }
    float start = ffeature_float(w, "R:SylStructure.daughter1.daughter1.R:Segment.p.end");
    float end = ffeature_float(w, "R:SylStructure.daughtern.daughtern.R:Segment.end");
    timed_t *before = u->word_count ? &u->words[u->word_count - 1] : 0;
    if (before && token == last_token && name[0] == '\'' && before->end == start) {
      char *longer = malloc(strlen(before->text) + strlen(name) + 1);
      if (!longer) return false;
      strcpy(longer, before->text);
      strcat(longer, name);
      free(before->text);
      before->text = longer;
      before->end = end;
      continue;
    }
    last_token = token;
    timed_t *word = &u->words[u->word_count];
    *word = (timed_t){copy_text(name[0] == '_' && name[1] ? name + 1 : name), start, end, t->at, t->to};
    if (!word->text) return false;
    u->word_count++;
  }
  return true;
}

static bool collect_segments(utterance_t *u, cst_utterance *utt, const plan_t *p, const sentence_t *sentence, int rate) {
  u->phones = calloc((size_t)p->prosody.count, sizeof *u->phones);
  u->gains = calloc((size_t)p->prosody.count, sizeof *u->gains);
  if (!u->phones || !u->gains) return false;
  int i = 0;
  float start = 0;
  u->speech_start = -1;
  for (cst_item *s = relation_head(utt_relation(utt, "Segment")); s; s = item_next(s), i++) {
    float end = item_feat_float(s, "end");
    if (i == 0) u->first_pause = p->tokens[i] < 0 ? end : 0;
    if (!item_next(s)) u->last_pause = p->tokens[i] < 0 ? end - start : 0;
    u->gains[u->gain_count].end = (uint32_t)(end * (float)rate);
    u->gains[u->gain_count++].gain = p->gain[i];
    if (p->tokens[i] >= 0) {
      const token_t *t = &sentence->tokens[p->tokens[i]];
      char name[12];
      strncpy(name, item_name(s), 8);
      name[8] = 0;
      if (cst_streq("+", ffeature_string(s, "ph_vc")) && cst_streq("1", ffeature_string(s, "R:SylStructure.parent.stress"))) strcat(name, "1");
      u->phones[u->phone_count] = (timed_t){copy_text(name), start, end, t->at, t->to};
      if (!u->phones[u->phone_count].text) return false;
      u->phone_count++;
      if (u->speech_start < 0) u->speech_start = start;
      u->speech_end = end;
    }
    start = end;
  }
  return true;
}

static bool has_speech(cst_utterance *utt) {
  for (cst_item *s = relation_head(utt_relation(utt, "Segment")); s; s = item_next(s))
    if (token_of(s) >= 0) return true;
  return false;
}

int utterance_begin(utterance_t *u, const sentence_t *sentence, const source_t *source, voice_t *voice, const utterance_options_t *options, uint64_t *noise,
                    warnings_t *warnings, fault_t *fault) {
  *u = (utterance_t){.voice = voice};
  current = sentence;
  cancel_seen = 0;
  cst_utterance *utt = build(sentence, voice, voice->cg ? 1 : voice->stretch / options->rate);
  plan_t p = {0};
  int status = OK;
  bool cancelled = !analyse(utt);
  if (!cancelled && has_speech(utt)) {
    if (!plan(&p, utt, sentence, source, options)) status = -E_OUT_OF_MEMORY;
    else if (voice->cg) {
      float base = voice->stretch / options->rate;
      if (base != 1)
        for (int i = 0; i < p.prosody.count; i++) p.numbers[i] *= base;
      u->vocoder = vocoder_begin(utt, voice->cg, &p.prosody, noise, &u->samples, &cancelled);
      if (!u->vocoder && !cancelled) status = -E_OUT_OF_MEMORY;
    } else {
      cart_duration(utt);
      if (!HAFORU_CANCELLED) {
        if (!p.plain) scale_durations(utt, &p.prosody);
        hook(utt, "f0_model_func");
      }
      if (!HAFORU_CANCELLED) {
        if (!p.same_pitch) scale_targets(utt, &p.prosody, voice->f0_mean);
        u->lpc = lpc_begin(utt, &u->samples);
        if (!u->lpc) status = -E_OUT_OF_MEMORY;
      }
      cancelled = HAFORU_CANCELLED;
    }
    if (status == OK && !cancelled && (!collect_words(u, utt, sentence, warnings) || !collect_segments(u, utt, &p, sentence, voice->sample_rate))) status = -E_OUT_OF_MEMORY;
    utterances_made++;
  } else if (!cancelled && !collect_words(u, utt, sentence, warnings)) status = -E_OUT_OF_MEMORY;
  free(p.numbers);
  free(p.tokens);
  delete_utterance(utt);
  current = 0;
  if (cancelled) status = fail(fault, E_CANCELLED, 0, "cancelled");
  else if (status) fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  if (status) utterance_free(u);
  return status;
}

uint32_t utterance_run(utterance_t *u, float *samples, uint32_t room) {
  uint32_t made = u->vocoder ? vocoder_run(u->vocoder, samples, room) : u->lpc ? lpc_run(u->lpc, samples, room) : 0;
  u->made += made;
  return made;
}

void utterance_free(utterance_t *u) {
  vocoder_free(u->vocoder);
  lpc_free(u->lpc);
  for (uint32_t i = 0; i < u->word_count; i++) free(u->words[i].text);
  for (uint32_t i = 0; i < u->phone_count; i++) free(u->phones[i].text);
  free(u->words);
  free(u->phones);
  free(u->gains);
  *u = (utterance_t){0};
}
