// A stream: sentence by sentence from its source, each begun, run in small parts, made as loud as asked for, resampled, and given out in chunks
// with the times of what begins in them. Nothing is held but a sentence and a chunk (and the times, where the result line shall have them).
#include "speech.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_WORD, EVENT_PHONEME, EVENT_SENTENCE, EVENT_MARK, EVENTS };
enum { PART = 400, ZEROS = 4000 };
#define PARAGRAPH_SECONDS 0.25

typedef struct {
  uint8_t type;
  double start, end;
  uint32_t text_start, text_end;
  char *text;
} event_t;

/// The struct of ABI.md.
typedef struct {
  uint32_t samples, frames, index, final;
  double start_frame;
  uint32_t data, data_bytes, clipped, words_json, words_json_bytes, consumed;
} chunk_t;

struct stream {
  request_t request;
  source_t source;
  sentence_t sentence;
  warnings_t warnings;
  voice_t *voices[VOICES_MAX];
  bool voices_ready, have_sentence, source_ended, in_utterance, done, finished, flushed;
  int last_status; // what every further call answers
  fault_t last_fault;
  utterance_t utterance;
  uint64_t noise;
  uint32_t dither;
  // time: seconds at `base`, and samples of the voice's rate since
  double base;
  uint64_t since;
  int rate; // of the voice that speaks
  // silence
  bool in_break, spoken;
  double owed, half, behind, pause_extra;
  uint64_t zeros;
  int break_behind_ms; // of the sentence that speaks
  // loudness
  float volume, gain, gain_step, gain_to;
  uint32_t gain_left, gain_segment;
  resampler_t *resampler;
  int out_rate;
  float *buffer; // one channel, of the output's rate
  uint32_t have, room;
  event_t *events;
  uint32_t event_count, event_room;
  out_t lists[EVENTS]; // of the whole stream
  out_t json, formatted, interleaved;
  chunk_t chunk;
  uint64_t frames;
  uint32_t chunks, consumed;
  float peak;
  uint64_t clipped;
  bool clip_warned, failed;
};

static double now(const stream_t *s) { return s->base + (s->rate ? (double)s->since / s->rate : 0); }

stream_t *stream_open(const char *json, uint32_t bytes, fault_t *fault, out_t *result) {
  stream_t *s = calloc(1, sizeof *s);
  request_t request;
  int status = request_read(&request, json, bytes, fault);
  if (status == OK && !s) status = fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  if (status == OK) {
    s->request = request;
    s->dither = 1;
    s->volume = (float)pow(10, request.volume / 20);
    s->gain = s->gain_to = s->volume;
    s->sentence.break_ms = -1;
    if (!source_begin(&s->source, &s->request)) status = fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
    const char *language = s->request.language;
    if (status == OK && !((language[0] | 32) == 'e' && (language[1] | 32) == 'n' && (language[2] == 0 || language[2] == '-' || language[2] == '_')))
      warn(&s->warnings, (warning_place_t){.code = "speech_language_unsupported"}, "language \"%s\" is spoken by an English voice", language);
    if (status == OK && request.source == SOURCE_SSML) status = ssml_read(&s->source, &s->request, &s->warnings, fault);
  }
  if (status == OK) return s;
  error_line(result, request.id, request.id_bytes, fault);
  if (s && s->request.voice[0]) stream_free(s);
  else {
    request_free(&request);
    free(s);
  }
  return 0;
}

int stream_feed(stream_t *s, const char *text, uint32_t bytes, bool final, fault_t *fault) {
  if (s->request.source != SOURCE_FEED) return fail(fault, E_INVALID_ARGUMENT, 0, "the stream's text came with its request");
  if (s->source.final) return fail(fault, E_INVALID_ARGUMENT, 0, "the stream's text has ended");
  return source_feed(&s->source, text, bytes, final, fault);
}

// ---- samples ---------------------------------------------------------------------------------------------------------------------

static bool room_for(stream_t *s, uint32_t more) {
  if (s->room - s->have >= more) return true;
  uint32_t room = s->room * 2 + more;
  float *grown = realloc(s->buffer, (size_t)room * sizeof *grown);
  if (!grown) return s->failed = true, false;
  s->buffer = grown;
  s->room = room;
  return true;
}

/// Samples of the voice's rate into the buffer of the output's.
static void give(stream_t *s, const float *samples, uint32_t count, bool final) {
  if (!s->resampler) {
    if (!room_for(s, count)) return;
    if (count) memcpy(s->buffer + s->have, samples, count * sizeof *samples);
    s->have += count;
    return;
  }
  uint32_t most = resampler_room(s->resampler, count);
  if (!room_for(s, most)) return;
  s->have += resampler_run(s->resampler, samples, count, s->buffer + s->have, most, final);
}

/// A voice of another rate: what the resampler still holds comes first.
static void use_rate(stream_t *s, int rate) {
  if (s->rate == rate) return;
  if (s->resampler) {
    give(s, 0, 0, true);
    resampler_free(s->resampler);
    s->resampler = 0;
  }
  s->base = now(s);
  s->since = 0;
  s->rate = rate;
  if (!s->out_rate) s->out_rate = s->request.sample_rate ? s->request.sample_rate : rate;
  if (rate != s->out_rate) {
    s->resampler = resampler_create(1, rate, s->out_rate, s->request.quality);
    if (!s->resampler) s->failed = true;
  }
}

/// The gain of each sample: its segment's, reached within 5 ms, so that a change does not click.
static void amplify(stream_t *s, float *samples, uint32_t count, uint32_t first) {
  const utterance_t *u = &s->utterance;
  for (uint32_t i = 0; i < count;) {
    while (s->gain_segment + 1 < u->gain_count && first + i >= u->gains[s->gain_segment].end) s->gain_segment++;
    const bool to_the_end = s->gain_segment + 1 >= u->gain_count || u->gains[s->gain_segment].end >= first + count;
    const uint32_t until = to_the_end ? count : u->gains[s->gain_segment].end - first;
    float to = u->gain_count ? u->gains[s->gain_segment].gain * s->volume : s->volume;
    if (to != s->gain_to) {
      s->gain_to = to;
      s->gain_left = (uint32_t)s->rate / 200;
      s->gain_step = (to - s->gain) / (float)s->gain_left;
    }
    for (; s->gain_left && i < until; i++) {
      s->gain += s->gain_step;
      if (--s->gain_left == 0) s->gain = s->gain_to;
      samples[i] *= s->gain * (1 / 32768.0f);
    }
    const float gain = s->gain * (1 / 32768.0f);
    for (; i < until; i++) samples[i] *= gain;
  }
}

// ---- times -------------------------------------------------------------------------------------------------------------------------

static void event(stream_t *s, uint8_t type, double start, double end, uint32_t text_start, uint32_t text_end, const char *text) {
  if (!(s->request.include & 1 << type)) return;
  if (s->event_count == s->event_room) {
    uint32_t room = s->event_room * 2 + 64;
    event_t *grown = realloc(s->events, room * sizeof *grown);
    if (!grown) return (void)(s->failed = true);
    s->events = grown;
    s->event_room = room;
  }
  size_t bytes = strlen(text) + 1;
  char *copy = malloc(bytes);
  if (!copy) return (void)(s->failed = true);
  memcpy(copy, text, bytes);
  s->events[s->event_count++] = (event_t){type, start, end, text_start, text_end, copy};
}

static void write_event(out_t *out, const event_t *e) {
  if (out->bytes && out->at[out->bytes - 1] != '[') out_text(out, ",");
  out_text(out, "{");
  if (e->type == EVENT_MARK) {
    out_text(out, "\"name\":");
    out_string(out, e->text, (uint32_t)strlen(e->text));
    out_text(out, ",\"time\":");
    out_number(out, e->start);
    out_text(out, ",\"text_start\":");
    out_integer(out, e->text_start);
  } else {
    if (e->type != EVENT_SENTENCE) {
      out_text(out, "\"text\":");
      out_string(out, e->text, (uint32_t)strlen(e->text));
      out_text(out, ",");
    }
    out_text(out, "\"start\":");
    out_number(out, e->start);
    out_text(out, ",\"end\":");
    out_number(out, e->end);
    out_text(out, ",\"text_start\":");
    out_integer(out, e->text_start);
    out_text(out, ",\"text_end\":");
    out_integer(out, e->text_end);
  }
  out_text(out, "}");
}

static const char *const LISTS[] = {"words", "phonemes", "sentences", "marks"};

/// The lists of what begins before `until`, which leaves the queue. False when cancelled: then all is as it was.
static bool write_events(stream_t *s, double until, bool all) {
  out_t *out = &s->json;
  uint32_t consumed = s->consumed, from[EVENTS], to[EVENTS];
  out->bytes = 0;
  out_text(out, "{");
  for (int type = 0; type < EVENTS; type++) {
    if (!(s->request.include & 1 << type)) continue;
    out_text(out, "\"");
    out_text(out, LISTS[type]);
    out_text(out, "\":[");
    from[type] = out->bytes;
    for (uint32_t i = 0; i < s->event_count; i++) {
      const event_t *e = &s->events[i];
      if (e->type != type || (!all && e->start >= until)) continue;
      if (cancel_word) return false;
      write_event(out, e);
      if (e->type != EVENT_MARK && e->text_end > consumed) consumed = e->text_end;
    }
    to[type] = out->bytes;
    out_text(out, "],");
  }
  s->consumed = consumed;
  for (int type = 0; type < EVENTS && s->request.times_in_result; type++) {
    if (!(s->request.include & 1 << type) || out->failed || from[type] == to[type]) continue;
    if (s->lists[type].bytes) out_text(&s->lists[type], ",");
    out_bytes(&s->lists[type], out->at + from[type], to[type] - from[type]);
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < s->event_count; i++) {
    if (!all && s->events[i].start >= until) s->events[kept++] = s->events[i];
    else free(s->events[i].text);
  }
  s->event_count = kept;
  return true;
}

static void add_events(stream_t *s, double at) {
  const utterance_t *u = &s->utterance;
  const sentence_t *sentence = &s->sentence;
  uint32_t word = 0; // marks come in order, as words do
  for (uint32_t m = 0; m < sentence->mark_count; m++) {
    const mark_t *mark = &sentence->marks[m];
    double time = at + (u->word_count ? u->speech_end : 0);
    if (mark->token < sentence->count) {
      while (word < u->word_count && u->words[word].text_start < sentence->tokens[mark->token].at) word++;
      if (word < u->word_count) time = at + u->words[word].start;
      if (mark->inside > 0) { // between the start and the end of the token's words, as far in as it stands among the letters
        uint32_t last = word;
        while (last < u->word_count && u->words[last].text_start < sentence->tokens[mark->token].to) last++;
        if (last > word) time += mark->inside * (u->words[last - 1].end - u->words[word].start);
      }
    }
    event(s, EVENT_MARK, time, time, mark->at, mark->at, mark->name);
  }
  if (u->word_count && sentence->count)
    event(s, EVENT_SENTENCE, at + u->speech_start, at + u->speech_end, sentence->tokens[0].at, sentence->tokens[sentence->count - 1].post_to, "");
  for (uint32_t i = 0; i < u->word_count; i++) event(s, EVENT_WORD, at + u->words[i].start, at + u->words[i].end, u->words[i].text_start, u->words[i].text_end, u->words[i].text);
  for (uint32_t i = 0; i < u->phone_count; i++)
    event(s, EVENT_PHONEME, at + u->phones[i].start, at + u->phones[i].end, u->phones[i].text_start, u->phones[i].text_end, u->phones[i].text);
}

// ---- sentences -----------------------------------------------------------------------------------------------------------------------

static int begin_sentence(stream_t *s, fault_t *fault) {
  sentence_t *sentence = &s->sentence;
  if (!sentence->count) { // a break, a paragraph's end, marks
    if (sentence->mark_count) {
      s->utterance = (utterance_t){0};
      add_events(s, now(s) + (s->in_break ? s->owed : 0));
    }
    if (sentence->break_ms >= 0) {
      double seconds = sentence->break_ms / 1000.0;
      if (s->in_break) s->owed += seconds, s->half += seconds / 2;
      else {
        s->in_break = true;
        s->owed = seconds > s->behind ? seconds - s->behind : 0;
        s->half = seconds / 2;
      }
    }
    if (sentence->paragraph && s->spoken) s->pause_extra = PARAGRAPH_SECONDS;
    sentence_clear(sentence);
    s->have_sentence = false;
    return OK;
  }
  // flite cannot go on without memory: ask for what the sentence may take before it begins
  void *enough = malloc((size_t)sentence->weight * 40000 + (1 << 20));
  if (!enough) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  free(enough);
  voice_t *voice = s->voices[s->source.styles[sentence->tokens[0].style].voice];
  double first = s->half < s->owed ? s->half : s->owed;
  utterance_options_t options = {(float)s->request.rate, s->request.pitch == 0 ? 1 : (float)pow(2, s->request.pitch / 12), s->in_break ? (float)first : -1,
                                 sentence->break_ms >= 0 ? (float)sentence->break_ms / 2000 : -1};
  int status = utterance_begin(&s->utterance, sentence, &s->source, voice, &options, &s->noise, &s->warnings, fault);
  if (status) return status;
  use_rate(s, voice->sample_rate);
  if (s->utterance.samples) {
    double silence = s->in_break ? s->owed - s->utterance.first_pause : s->pause_extra;
    s->zeros = silence > 0 ? (uint64_t)(silence * s->rate + 0.5) : 0;
    s->in_break = false;
    s->owed = s->half = s->pause_extra = 0;
    s->in_utterance = s->spoken = true;
    s->gain_segment = 0;
    s->break_behind_ms = sentence->break_ms;
    if (sentence->paragraph) s->pause_extra = PARAGRAPH_SECONDS;
  }
  add_events(s, now(s) + (double)s->zeros / s->rate);
  if (!s->utterance.samples) { // nothing in it has a sound
    if (sentence->break_ms >= 0) {
      s->in_break = true;
      s->owed += sentence->break_ms / 1000.0;
      s->half = s->owed / 2;
    }
    utterance_free(&s->utterance);
  }
  sentence_clear(sentence);
  s->have_sentence = false;
  return OK;
}

static void end_utterance(stream_t *s) {
  s->behind = s->utterance.last_pause;
  if (s->break_behind_ms >= 0) {
    double seconds = s->break_behind_ms / 1000.0;
    s->in_break = true;
    s->owed = seconds > s->behind ? seconds - s->behind : 0;
    s->half = seconds / 2;
  }
  s->in_utterance = false;
  utterance_free(&s->utterance);
}

/// Makes a little more audio. OK, NEED_TEXT, END, or an error.
static int produce(stream_t *s, fault_t *fault) {
  static const float silence[ZEROS];
  if (cancel_word) return fail(fault, E_CANCELLED, 0, "cancelled");
  if (s->failed || s->source.failed) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  if (s->zeros) {
    uint32_t count = s->zeros < ZEROS ? (uint32_t)s->zeros : ZEROS;
    give(s, silence, count, false);
    s->zeros -= count;
    s->since += count;
    return OK;
  }
  if (s->in_utterance) {
    float samples[PART];
    uint32_t first = s->utterance.made, count = utterance_run(&s->utterance, samples, PART);
    if (!count) {
      if (cancel_word) return fail(fault, E_CANCELLED, 0, "cancelled");
      end_utterance(s);
      return OK;
    }
    amplify(s, samples, count, first);
    give(s, samples, count, false);
    s->since += count;
    return OK;
  }
  if (s->have_sentence) return begin_sentence(s, fault);
  if (!s->source_ended) {
    int got = sentence_next(&s->sentence, &s->source, &s->warnings);
    if (got == SENTENCE_FAILED) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
    if (got == SENTENCE_CANCELLED) return fail(fault, E_CANCELLED, 0, "cancelled");
    if (got == SENTENCE_MORE) return NEED_TEXT;
    s->source_ended = got == SENTENCE_END;
    s->have_sentence = true;
    return OK;
  }
  if (s->in_break && s->owed > 0) { // a break at the end
    if (!s->rate) use_rate(s, s->voices[0]->sample_rate);
    s->zeros = (uint64_t)(s->owed * s->rate + 0.5);
    s->owed = 0;
    s->in_break = false;
    return OK;
  }
  if (!s->flushed) {
    if (!s->rate) use_rate(s, s->voices[0]->sample_rate);
    if (s->resampler) give(s, 0, 0, true);
    s->flushed = true;
    return s->failed ? fail(fault, E_OUT_OF_MEMORY, 0, "out of memory") : END;
  }
  return END;
}

// ---- chunks --------------------------------------------------------------------------------------------------------------------------

static int make_chunk(stream_t *s, uint32_t frames, bool final, fault_t *fault) {
  const uint32_t channels = (uint32_t)s->request.channels, count = frames * channels;
  if (!write_events(s, (double)(s->frames + frames) / s->out_rate, final)) return fail(fault, E_CANCELLED, 0, "cancelled");
  s->interleaved.bytes = s->formatted.bytes = 0;
  for (uint32_t i = 0; i < frames; i++)
    if (fabsf(s->buffer[i]) > s->peak) s->peak = fabsf(s->buffer[i]);
  if (channels == 1) out_bytes(&s->interleaved, s->buffer, count * 4);
  else
    for (uint32_t i = 0; i < frames; i++) {
      float both[2] = {s->buffer[i], s->buffer[i]};
      out_bytes(&s->interleaved, both, 8);
    }
  uint32_t clipped = 0;
  const out_t *data = &s->interleaved;
  if (s->request.format != F_FLOAT32) {
    uint32_t bytes = count * format_bytes(s->request.format);
    uint8_t *to = malloc(bytes ? bytes : 1);
    if (!to) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
    clipped = convert((const float *)s->interleaved.at, count, s->request.format, false, s->request.dither, &s->dither, to);
    out_bytes(&s->formatted, to, bytes);
    free(to);
    data = &s->formatted;
    if (clipped && !s->clip_warned) {
      s->clip_warned = true;
      warn(&s->warnings, (warning_place_t){.code = "speech_clipped"}, "samples beyond full scale were limited, first at about %.3f s; lower the volume", (double)s->frames / s->out_rate);
    }
  }
  s->have -= frames;
  memmove(s->buffer, s->buffer + frames, s->have * sizeof *s->buffer);
  if (final && s->warnings.dropped) {
    int dropped = s->warnings.dropped;
    s->warnings.count = 0;
    warn(&s->warnings, (warning_place_t){.code = "speech_warnings_dropped"}, "%d further warnings", dropped);
  }
  out_text(&s->json, "\"warnings\":[");
  if (s->warnings.fresh.bytes) out_bytes(&s->json, s->warnings.fresh.at, s->warnings.fresh.bytes);
  out_text(&s->json, "]}");
  s->warnings.fresh.bytes = 0;
  if (s->json.failed || s->interleaved.failed || s->formatted.failed) return fail(fault, E_OUT_OF_MEMORY, 0, "out of memory");
  s->chunk = (chunk_t){.samples = (uint32_t)(uintptr_t)s->interleaved.at, .frames = frames, .index = s->chunks++, .final = final, .start_frame = (double)s->frames,
                       .data = (uint32_t)(uintptr_t)data->at, .data_bytes = data->bytes, .clipped = clipped, .words_json = (uint32_t)(uintptr_t)s->json.at,
                       .words_json_bytes = s->json.bytes, .consumed = s->consumed};
  s->frames += frames;
  s->clipped += clipped;
  return OK;
}

static void result_line(stream_t *s, out_t *out) {
  static const char *const formats[] = {"float32", "int16", "int24", "int32", "uint8", "float64"};
  const request_t *q = &s->request;
  out->bytes = 0;
  out_text(out, "{");
  if (q->id) {
    out_text(out, "\"id\":");
    out_string(out, q->id, q->id_bytes);
    out_text(out, ",");
  }
  out_text(out, "\"status\":\"success\",\"speech\":{\"voice\":\"");
  out_text(out, q->voice);
  out_text(out, "\",\"language\":");
  out_string(out, q->language, (uint32_t)strlen(q->language));
  out_text(out, ",\"format\":\"");
  out_text(out, formats[q->format]);
  out_text(out, "\",\"sample_rate\":");
  out_integer(out, s->out_rate);
  out_text(out, ",\"channels\":");
  out_integer(out, q->channels);
  out_text(out, ",\"frames\":");
  out_integer(out, (int64_t)s->frames);
  out_text(out, ",\"duration\":");
  out_number(out, (double)s->frames / s->out_rate);
  out_text(out, ",\"peak\":");
  out_number(out, s->peak);
  out_text(out, ",\"clipped\":");
  out_integer(out, (int64_t)s->clipped);
  out_text(out, "}");
  for (int type = 0; type < EVENTS; type++) {
    if (!(q->include & 1 << type) || !q->times_in_result) continue;
    out_text(out, ",\"");
    out_text(out, LISTS[type]);
    out_text(out, "\":[");
    if (s->lists[type].bytes) out_bytes(out, s->lists[type].at, s->lists[type].bytes);
    out_text(out, "]");
  }
  if (s->warnings.all.bytes) {
    out_text(out, ",\"warnings\":[");
    out_bytes(out, s->warnings.all.at, s->warnings.all.bytes);
    out_text(out, "]");
  }
  out_text(out, "}");
}

static int end_with(stream_t *s, int status, const fault_t *fault, out_t *result) {
  if (status < 0) {
    error_line(result, s->request.id, s->request.id_bytes, fault);
    if (fault->code == E_CANCELLED) return status;
  }
  s->finished = true;
  s->last_status = status;
  if (status < 0) s->last_fault = *fault;
  return status;
}

int stream_next(stream_t *s, fault_t *fault, out_t *result, const char **needed) {
  if (cancel_word) return end_with(s, fail(fault, E_CANCELLED, 0, "cancelled"), fault, result);
  if (s->finished) {
    if (s->last_status < 0) {
      *fault = s->last_fault;
      error_line(result, s->request.id, s->request.id_bytes, fault);
    } else result_line(s, result);
    return s->last_status;
  }
  if (!s->voices_ready) {
    for (uint32_t i = 0; i < s->source.voice_count; i++) {
      if (s->voices[i]) continue;
      int status = voice_table_find(s->source.voices[i], &s->voices[i]);
      if (status == NEED_VOICE) {
        *needed = s->source.voices[i];
        return status;
      }
      if (status < 0) return end_with(s, fail(fault, E_VOICE_NOT_FOUND, "voice", "voice \"%s\" cannot be had", s->source.voices[i]), fault, result);
      s->voices[i]->users++;
    }
    s->voices_ready = true;
  }
  if (s->done) {
    s->finished = true;
    s->last_status = END;
    result_line(s, result);
    return END;
  }
  int status = OK;
  for (;;) {
    uint64_t wanted = s->out_rate ? (uint64_t)s->request.chunk_ms * (uint64_t)s->out_rate / 1000 : UINT32_MAX;
    if (s->have > wanted) { // one sample more: so a chunk is known not to be the last
      status = make_chunk(s, (uint32_t)wanted, false, fault);
      return status ? end_with(s, status, fault, result) : OK;
    }
    status = produce(s, fault);
    if (status == OK) continue;
    if (status != END) return status < 0 ? end_with(s, status, fault, result) : status;
    if (s->have > wanted) continue;
    status = make_chunk(s, s->have, true, fault);
    s->done = status == OK;
    return status ? end_with(s, status, fault, result) : OK;
  }
}

const void *stream_chunk(const stream_t *s) { return &s->chunk; }

void stream_free(stream_t *s) {
  if (!s) return;
  utterance_free(&s->utterance);
  sentence_free(&s->sentence);
  source_free(&s->source);
  request_free(&s->request);
  for (int i = 0; i < VOICES_MAX; i++)
    if (s->voices[i]) voice_drop(s->voices[i]);
  resampler_free(s->resampler);
  for (uint32_t i = 0; i < s->event_count; i++) free(s->events[i].text);
  for (int i = 0; i < EVENTS; i++) out_free(&s->lists[i]);
  out_free(&s->json);
  out_free(&s->formatted);
  out_free(&s->interleaved);
  out_free(&s->warnings.fresh);
  out_free(&s->warnings.all);
  free(s->events);
  free(s->buffer);
  free(s);
}
