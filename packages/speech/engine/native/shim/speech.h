// What the C files of flite.wasm share: one stream's way is request → source (text or SSML) → tokens → utterance → synthesis → gain →
// resampler → chunk. Everything is single-threaded; every pointer is owned by the struct that holds it unless said otherwise.
#pragma once

#include "cst_cg.h"
#include "cst_diphone.h"
#include "cst_hrg.h"
#include "cst_sts.h"
#include "cst_track.h"
#include "cst_utt_utils.h"
#include "flite.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT_ABI __attribute__((visibility("default"), used))

// ---- statuses ------------------------------------------------------------------------------------------------------------------
enum {
  OK = 0,
  NEED_VOICE = 1,
  END = 2,
  NEED_TEXT = 3,
  E_INVALID_JSON = 1,
  E_INVALID_JOB = 2,
  E_CANCELLED = 12,
  E_ENGINE_FAULT = 13,
  E_OUT_OF_MEMORY = 14,
  E_INVALID_HANDLE = 18,
  E_INVALID_ARGUMENT = 19,
  E_UNSUPPORTED = 20,
  E_SSML_INVALID = 101,
  E_VOICE_NOT_FOUND = 102,
  E_VOICE_INVALID = 103,
  E_TEXT_TOO_LONG = 104,
  E_VOICE_UNSUPPORTED = 105,
};

// ---- limits (ABI.md names them) ------------------------------------------------------------------------------------------------
enum {
  TEXT_BYTES_MAX = 16 << 20,      // one request's text: 18 hours of speech; longer text is fed
  SSML_BYTES_MAX = 4 << 20,       // a document is held as 12 bytes a character
  SSML_DEPTH_MAX = 64,            //
  SSML_ELEMENTS_MAX = 100000,     //
  SSML_ATTRIBUTES_MAX = 64,       //
  SSML_ENTITIES_MAX = 64,         //
  STYLES_MAX = 60000,             // a style is a 16-bit index
  TOKEN_BYTES_MAX = 400,          // letters of one token; English has none of 50
  UTTERANCE_WEIGHT_MAX = 900,     // about 150 words, a minute of speech: bounds memory and the time to the first chunk (slow speech weighs more)
  UTTERANCE_TOKENS_MAX = 500,     // flite's own bound
  TOKEN_WEIGHT_MIN = 4,           // a word of one letter is analysed as any other
  BREAK_MS_MAX = 60000,           //
  WARNINGS_MAX = 100,             // of one stream; the rest is counted
  STREAMS_MAX = 256,              // open at once
  RESAMPLERS_MAX = 64,            //
  VOICES_MAX = 32,                // loaded at once
  VOICE_BYTES_MAX = 64 << 20,     // the largest .flitevox known has 18 MB
  NAME_BYTES_MAX = 64,            //
  CHANNELS_MAX = 8,
};

// ---- output ----------------------------------------------------------------------------------------------------------------------
typedef struct {
  char *at;
  uint32_t bytes, room;
  bool failed; // memory ran out: what is there is incomplete
} out_t;

void out_bytes(out_t *out, const void *bytes, uint32_t count);
void out_text(out_t *out, const char *text);
void out_string(out_t *out, const char *text, uint32_t bytes); // as a JSON string, quotes included
void out_number(out_t *out, double value);                     // at most 6 decimals, no exponent
void out_integer(out_t *out, int64_t value);
void out_free(out_t *out);
char *copy_text(const char *text); // owned by the caller; NULL when memory runs out

// ---- errors ----------------------------------------------------------------------------------------------------------------------
typedef struct {
  int code; // positive; 0 = none
  int line, column;
  char message[400];
  char field[48];
} fault_t;

int fail(fault_t *fault, int code, const char *field, const char *format, ...) __attribute__((format(printf, 4, 5)));
const char *code_name(int code);
void error_line(out_t *out, const char *id, uint32_t id_bytes, const fault_t *fault);

extern volatile int32_t cancel_word; // while a sentence is made, HAFORU_CANCELLED (flite_unit.h) is asked instead

// ---- request ---------------------------------------------------------------------------------------------------------------------
enum { SOURCE_TEXT = 1, SOURCE_SSML, SOURCE_FEED };
enum { F_FLOAT32, F_INT16, F_INT24, F_INT32, F_UINT8, F_FLOAT64 };
enum { INCLUDE_WORDS = 1, INCLUDE_PHONEMES = 2, INCLUDE_SENTENCES = 4, INCLUDE_MARKS = 8 };

typedef struct {
  char *id, *text; // text is NULL for a fed stream
  uint32_t id_bytes, text_bytes;
  int source;
  char voice[NAME_BYTES_MAX + 1], language[36];
  double rate, pitch, volume;
  int sample_rate, channels, quality, format, chunk_ms, include;
  bool dither, times_in_result;
} request_t;

int request_read(request_t *request, const char *json, uint32_t bytes, fault_t *fault);
void request_free(request_t *request);
bool voice_name_ok(const char *name, uint32_t bytes);

// ---- warnings --------------------------------------------------------------------------------------------------------------------
typedef struct {
  out_t fresh;  // objects since the last chunk, separated by commas
  out_t all;    // objects of the whole stream
  int count, dropped;
} warnings_t;

typedef struct {
  const char *code;
  uint32_t text_start, text_end; // both 0: no place
  int line, column;              // 0: no place
  const char *key;               // one more field, or NULL
  const char *value;             // as JSON
} warning_place_t;

void warn(warnings_t *warnings, warning_place_t place, const char *format, ...) __attribute__((format(printf, 3, 4)));

// ---- source: characters and controls in the order of speech ------------------------------------------------------------------------
enum { UNIT_CHAR, UNIT_CONTROL };
typedef struct {
  uint8_t kind, c; // a character: ASCII, or CHAR_EURO …
  uint16_t style;
  uint32_t at, to; // code points of the source; of a control, `at` is its place and `to` its index
} unit_t;

enum { CHAR_EURO = 1, CHAR_POUND = 2, CHAR_YEN = 3 };

typedef struct {
  float stretch, pitch, range, gain; // factors: duration, f0, f0's deviation from its mean, amplitude
  float mean_hz;                     // absolute pitch, 0 = relative alone
  float shift_hz;                    // added to f0 at last
  uint16_t voice;                    // index into the source's voice names
} style_t;

enum { CONTROL_BREAK, CONTROL_MARK, CONTROL_SENTENCE, CONTROL_PARAGRAPH, CONTROL_TOKEN, CONTROL_NO_BREAK };
typedef struct {
  uint8_t type;
  uint16_t style;
  uint32_t ms;         // BREAK
  char *name;          // MARK: its name; TOKEN: what stands for it
  cst_val *words;      // TOKEN: the words it is spoken as, or NULL
  cst_val *phones;     // TOKEN: the segments it is spoken as, or NULL
  uint32_t at, to;     // TOKEN: its text
} control_t;

typedef struct {
  const char *text; // plain text not yet taken; owned by the request, or `carry`
  uint32_t bytes, place;
  uint32_t code_points; // taken so far
  char *carry;          // fed text, owned
  uint32_t carry_room;
  bool final, invalid_utf8;
  float rate;       // of the request
  bool interrupted; // source_peek gave nothing because the cancel word is set
  unit_t *units; // SSML: the whole document; text: a few at a time
  uint32_t unit_count, unit_room, unit_place;
  style_t *styles;
  uint32_t style_count, style_room;
  control_t *controls;
  uint32_t control_count, control_room;
  char (*voices)[NAME_BYTES_MAX + 1];
  uint32_t voice_count;
  // a run of characters that cannot be spoken
  char skipped[64];
  uint32_t skipped_bytes, skipped_count, skipped_at, skipped_to;
  bool failed; // memory ran out
} source_t;

bool source_begin(source_t *source, const request_t *request);
int source_feed(source_t *source, const char *text, uint32_t bytes, bool final, fault_t *fault);
const unit_t *source_peek(source_t *source, warnings_t *warnings); // NULL: interrupted, or nothing now, or the end where `final` is set
void source_skip(source_t *source);
void source_free(source_t *source);
void source_flush_skipped(source_t *source, warnings_t *warnings);
bool source_push(source_t *source, unit_t unit);
int source_style(source_t *source, const style_t *style);   // its index, or -1
int source_voice(source_t *source, const char *name);       // its index, or -1
int source_control(source_t *source, const control_t *control);
/// Appends what the character is spoken as; a character that cannot be spoken is noted.
void source_character(source_t *source, warnings_t *warnings, uint32_t code_point, uint16_t style, uint32_t at, uint32_t to);
/// The code point at text (bytes > 0) and its length; U+FFFD and false for bytes that are none.
bool utf8_decode(const char *text, uint32_t bytes, uint32_t *code_point, uint32_t *length);

int ssml_read(source_t *source, const request_t *request, warnings_t *warnings, fault_t *fault);
cst_val *say_as(const char *kind, const char *format, const char *text);
cst_val *say_currency(const char *text);
cst_val *say_around_currency(const char *text);
cst_val *phones_of(const char *alphabet, const char *text);

// ---- tokens --------------------------------------------------------------------------------------------------------------------
/// A mark inside of a token, or directly behind it: a mark has no effect on what is spoken, so the token goes on.
typedef struct inner_mark {
  struct inner_mark *next;
  char *name; // the control's
  uint32_t at, place; // letters of the token before it
} inner_mark_t;

typedef struct {
  char *name, white[8], pre[16], post[16];
  uint32_t at, to;      // of the name
  uint32_t post_to;     // behind the punctuation
  uint32_t letters;     // of the name as it stands in the text
  uint16_t style;
  bool no_break;        // no pause behind it
  cst_val *words, *phones; // owned by the control, or by the token where own_words
  bool own_words;
  inner_mark_t *marks;  // owned; the last one first
} token_t;

typedef struct {
  char *name;
  uint32_t at;
  uint32_t token; // the token that it stands before, or in; the count of tokens: behind the last
  float inside;   // how much of the token's letters is before it: 0 … 1
} mark_t;

/// A token that is being read.
typedef struct {
  int stage;
  token_t token;
  uint32_t newlines, white_count; // of the white space before it; where marks stand in it, of the longest piece
  uint32_t newlines_before, white_before; // the same, of the pieces before the last mark
  char white_text[8];
  uint32_t length;
  char name[TOKEN_BYTES_MAX + 1];
  uint32_t places[TOKEN_BYTES_MAX][2];
} reading_t;

typedef struct {
  token_t *tokens;
  uint32_t count, room, weight;
  mark_t *marks;
  uint32_t mark_count, mark_room;
  token_t ahead; // read, but of the next sentence
  bool has_ahead;
  reading_t next;
  int break_ms;       // a break ends it; -1: none
  bool paragraph;     // a paragraph ends it
  bool cut;
} sentence_t;

enum { SENTENCE_READY, SENTENCE_MORE, SENTENCE_END, SENTENCE_CANCELLED, SENTENCE_FAILED };
int sentence_next(sentence_t *sentence, source_t *source, warnings_t *warnings);
void sentence_clear(sentence_t *sentence);
void sentence_free(sentence_t *sentence);

// ---- voices ----------------------------------------------------------------------------------------------------------------------
/// Memory that lives as long as its voice and is freed as a whole, so that a file refused half-way leaves nothing behind.
typedef struct block { struct block *next; } block_t;
typedef struct { block_t *blocks; char *at; size_t left; } arena_t;
void *arena_take(arena_t *arena, size_t bytes); // zeroed; NULL when memory runs out
void arena_free(arena_t *arena);

typedef struct {
  char name[NAME_BYTES_MAX + 1];
  arena_t arena;
  int users;          // streams, and 1 while it is in the table
  uint32_t bytes;
  cst_voice *voice;
  cst_cg_db *cg;      // one of the two
  cst_diphone_db *diphones;
  int sample_rate;
  float stretch, f0_mean, f0_stddev;
  char *features[16][2];
  int feature_count;
} voice_t;

voice_t *voice_read(const uint8_t *data, uint32_t bytes, fault_t *fault);
int clustergen_read(voice_t *voice, const uint8_t *data, uint32_t bytes, fault_t *fault);
int diphones_read(voice_t *voice, const uint8_t *data, uint32_t bytes, fault_t *fault);
void voice_free(voice_t *voice);
void voice_drop(voice_t *voice); // one user less
int voice_table_find(const char *name, voice_t **voice); // OK, NEED_VOICE, or -E_VOICE_NOT_FOUND when refused

// ---- utterances --------------------------------------------------------------------------------------------------------------------
typedef struct {
  char *text; // one allocation with the struct's array; owned by the utterance
  float start, end;
  uint32_t text_start, text_end;
} timed_t;

typedef struct vocoder vocoder_t;
typedef struct lpc lpc_t;

typedef struct {
  voice_t *voice;
  vocoder_t *vocoder; // one of the two
  lpc_t *lpc;
  uint32_t samples, made; // of the voice's rate
  timed_t *words, *phones;
  uint32_t word_count, phone_count;
  float first_pause, last_pause; // seconds of silence at its ends
  float speech_start, speech_end;
  struct { uint32_t end; float gain; } *gains; // per segment, by sample
  uint32_t gain_count;
  char **mark_names;
} utterance_t;

/// What the sentence needs from its neighbours, in seconds; a negative limit is none.
typedef struct { float rate, pitch, first_pause_max, last_pause_max; } utterance_options_t;

int utterance_begin(utterance_t *u, const sentence_t *sentence, const source_t *source, voice_t *voice, const utterance_options_t *options,
                    uint64_t *noise, warnings_t *warnings, fault_t *fault);
/// Makes up to `room` samples (±32768 full scale), or 0 at the end.
uint32_t utterance_run(utterance_t *u, float *samples, uint32_t room);
void utterance_free(utterance_t *u);

typedef struct {
  int count;
  const float *stretch; // per segment of the Segment relation
  const float *pitch, *range, *mean_hz, *shift_hz;
  float first_pause_max, last_pause_max;
} prosody_t;

vocoder_t *vocoder_begin(cst_utterance *utt, cst_cg_db *db, const prosody_t *prosody, uint64_t *noise, uint32_t *samples, bool *cancelled);
uint32_t vocoder_run(vocoder_t *v, float *samples, uint32_t room);
void vocoder_free(vocoder_t *v);
lpc_t *lpc_begin(cst_utterance *utt, uint32_t *samples);
uint32_t lpc_run(lpc_t *l, float *samples, uint32_t room);
void lpc_free(lpc_t *l);

// ---- samples -----------------------------------------------------------------------------------------------------------------------
typedef struct resampler resampler_t;
resampler_t *resampler_create(int channels, int from_hz, int to_hz, int quality);
/// Takes all of `in`; frames written. With `final` what is left follows.
uint32_t resampler_run(resampler_t *r, const float *in, uint32_t frames, float *out, uint32_t room, bool final);
uint32_t resampler_room(const resampler_t *r, uint32_t frames);
void resampler_free(resampler_t *r);

uint32_t format_bytes(int format);
/// Writes count samples in a format; the samples that did not fit its range.
uint32_t convert(const float *samples, uint32_t count, int format, bool big_endian, bool dither, uint32_t *noise, uint8_t *to);

// ---- streams -----------------------------------------------------------------------------------------------------------------------
typedef struct stream stream_t;
stream_t *stream_open(const char *json, uint32_t bytes, fault_t *fault, out_t *result);
int stream_feed(stream_t *s, const char *text, uint32_t bytes, bool final, fault_t *fault);
int stream_next(stream_t *s, fault_t *fault, out_t *result, const char **needed);
const void *stream_chunk(const stream_t *s);
void stream_free(stream_t *s);
extern uint32_t utterances_made;
